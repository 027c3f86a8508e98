//! What the person may ask of the register.

mod complete_file;
mod requests;
