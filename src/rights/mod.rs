//! What the person may ask of the register.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`complete_file`] | everything the register gives a person about themself, at once |
//! | [`requests`] | what somebody decides: access, rectification, erasure, restriction, objection, each with its term |
//! | [`terms`] | by when, as data |
//!
//! A dispute over one fact or flag is [`crate::register::review::dispute`]: it pauses the flag, which a request here does not.

pub mod complete_file;
pub mod requests;
pub mod terms;
