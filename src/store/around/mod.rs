//! What happens around a person: visits, verified addresses, contacts, notes, transfers, documents, and the timeline
//! over all of it.

pub mod contacts;
pub mod documents;
pub mod notes;
pub mod timeline;
pub mod transfers;
pub mod verifications;
pub mod visits;
