//! Around the person: visits, verified addresses, contacts, notes, transfers, documents, the timeline; and accidents of
//! identity.

mod death;
mod documents;
mod merge;
mod notes;
mod numbers;
mod recovery;
mod removal;
mod representative;
mod timeline;
mod transfer;
mod verification;
mod visits;
