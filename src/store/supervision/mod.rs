//! Supervision orders with what belongs to them, and the runs that took them in.

pub mod imports;
pub mod orders;
