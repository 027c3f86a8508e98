//! The pages, as a browser without JavaScript sees them.

mod around;
mod browser;
mod entry;
mod identity;
mod mijn;
mod officer;
