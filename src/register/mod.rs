//! The register's use cases: enrol, notify, correct, assess, flag. Each opens its own unit of work.
//!
//! A use case takes the [`crate::app::App`], a [`crate::access::Ctx`] and plain input, asks the one access decision,
//! and answers with plain output or a [`Refusal`]. It knows neither HTTP nor SQL. Input and output types are the
//! JSON of the API.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`enrol`] | enrols a person, brings a registration into force |
//! | [`notify`] | takes in what a registrant gives |
//! | [`attempt`] | keeps what did not become a notification |
//! | [`record`], [`conviction`], [`custody`], [`notice`] | keep what officials establish, and corrections |
//! | [`review`] | brings a flag from the machine's candidate to an outcome, by two people |
//! | [`around`] | visits, verified addresses, contacts, notes, transfers, the timeline |
//! | [`identity`] | accidents of identity: merged registrations, chain numbers, death, representatives |
//! | [`documents`] | documents of a file, encrypted in pieces |
//! | [`view`] | answers readers |
//! | [`reassess`] | plans what facts change in duties |
//! | [`mod@unit`] | the frame: one transaction, one audit entry, one kept answer |

pub mod address;
pub mod around;
pub mod assign;
pub mod attempt;
pub mod contact;
pub mod conviction;
pub mod custody;
pub mod documents;
pub mod enrol;
pub mod fact;
pub mod file;
pub mod home;
pub mod identifiers;
pub mod identity;
pub mod input;
pub mod lookups;
pub mod notice;
pub mod notify;
pub mod outage;
pub mod permit;
pub mod reassess;
pub mod receipt;
pub mod record;
pub mod refusal;
pub mod removal;
pub mod review;
pub mod status;
pub mod travel;
pub mod unit;
pub mod view;
pub mod what_if;

pub use refusal::{FieldError, Refusal};
