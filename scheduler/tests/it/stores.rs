//! The store in memory keeps every promise a tick store makes.

#[test]
fn the_store_in_memory_conforms() {
    scheduler::conformance::check(&scheduler::MemoryTickStore::new()).unwrap();
}
