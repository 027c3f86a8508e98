//! Backups that are made while the register runs, are refused when they are damaged, and bring back what was there
//! without bringing back whoever was erased.

mod archive;
mod commands;
