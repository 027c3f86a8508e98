//! The pages, as a browser without JavaScript sees them.

mod around;
mod authority;
mod beside;
pub mod browser;
mod desk;
mod disputes;
mod entry;
mod evaluation;
mod identity;
mod lead;
mod measures;
mod mijn;
mod officer;
mod proposals;
mod supervision;
