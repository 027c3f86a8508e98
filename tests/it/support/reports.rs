//! What a registrant gives, in the smallest form that is accepted.

use zedenregister::register::input::InitialReport;

use super::app::{address, identity, name};

/// The first notification.
pub fn initial() -> InitialReport {
    InitialReport { identity: identity(), name: name(), other_names: Vec::new(), address: address(1), on_behalf: None }
}
