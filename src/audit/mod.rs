//! What was done and seen, by whom and why, in a form that nobody can change unnoticed.
//!
//! Owns: the canonical entry, the Merkle tree over the entries (RFC 6962), signed checkpoints of that tree, the folder
//! outside the database where they are published, and the verification of a log against them. Must not: write SQL,
//! read the clock, or decide what is audited.
//!
//! | module | what it is |
//! |---|---|
//! | [`deed`] | what a use case did, turned into an entry |
//! | [`leaf`] | one entry, and its canonical bytes; persons only as keyed hashes or ciphertext |
//! | [`tree`] | hashes, the compact range by which the tree grows, proofs |
//! | [`checkpoint`] | a signed statement of size and root, as text |
//! | [`folder`] | the folder of checkpoints and leaf hashes kept outside the administrator's reach |
//! | [`publish`] | the next checkpoint: signed, kept, and put into that folder |
//! | [`inclusion`] | the proof that an entry lies under a checkpoint, for whoever has no database |
//! | [`verify`] | names the first entry that was altered, removed, added, moved or cut off |

pub mod checkpoint;
pub mod deed;
pub mod folder;
pub mod inclusion;
pub mod leaf;
pub mod publish;
pub mod tree;
pub mod verify;

pub use deed::{Deed, ObjectRef, Outcome, Recorder};
