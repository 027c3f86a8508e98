//! Supervision orders with what belongs to them, and the runs that took them in; the national addresses.

pub mod addresses;
pub mod imports;
pub mod orders;
