//! Supervision orders with what belongs to them, the runs that took them in, what was found beside the register; the
//! national addresses.

pub mod addresses;
pub mod findings;
pub mod imports;
pub mod orders;
