//! The pages, as a browser without JavaScript sees them.

mod browser;
mod entry;
mod mijn;
mod officer;
