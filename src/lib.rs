//! # Zedenregister
//!
//! A closed register with a duty to report, on the Irish model, as a pilot for the Netherlands. People who were
//! convicted of a sexual offence report names, addresses and travel; the system works out what each must report by
//! when and why, reminds them, notices what was not done, and puts that before a human officer, who decides.
//!
//! ## The map
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`law`] | the rules, pure: from a facts document to duties with dates and explanations |
//! | [`register`] | the use cases: enrol, notify, correct, assess, remind, flag |
//! | [`supervision`] | Wlt orders and breach reports beside the register: rules, cross-checks |
//! | [`instruments`] | the measures beside the register, pure: screening, risk, signals, convictions from abroad and more |
//! | [`measures`] | those measures at work: asked, recorded, followed, each with its audit entry |
//! | [`proposals`] | passport proposals, warning notices, notices of journeys: drafts, and what became of them |
//! | [`rights`] | what the person may ask of the register: the complete file |
//! | [`evaluation`] | people's histories out of the store, assignments to arms, releases |
//! | [`access`] | who may do what to whom and for which purpose; accounts, tokens |
//! | [`audit`] | what was done and seen, by whom, why: leaves of a Merkle tree, sealed by checkpoints |
//! | [`crypto`] | keys, field encryption, blind index, signatures, receipts |
//! | [`statistics`] | the evaluation's estimators, pure: survival, rates, agreement, power |
//! | [`instruments`] | the rules of the measures, pure: criteria, blocks, states, routing |
//! | [`letters`] | letters as tagged PDF |
//! | [`texts`] | the words of pages and letters, in Dutch and English |
//! | [`notify`] | channels by which a message leaves the house, and its neutral texts |
//! | [`events`] | events for other systems: envelope, signature, subscriptions, the feed |
//! | [`backup`] | encrypted archives of register and key store, and what a restored register must be told |
//! | [`jobs`] | what the scheduler runs; the `scheduler` crate knows when |
//! | [`store`] | everything SQL, on SQLite and PostgreSQL alike |
//! | [`api`] | Rocket: `/v1`, status codes, problems; no rules and no SQL |
//! | [`console`] | Rocket: the pages, `/mijn` for registrants and `/console` for officers |
//! | [`commands`] | the command line: `serve`, `demo`, `migrate`, `golden` and the rest |
//!
//! Arrows point one way: `api`, `console` and `jobs` call `register` and `access`; those call [`law`], `store`, [`audit`], [`crypto`].
//! [`law`] and [`statistics`] are crates of their own inside `src/`: the compiler sees to it that they import nothing of
//! ours. Time comes from [`clock`], ids from [`ids`], words from [`vocabulary`],
//! settings from [`config`].

pub mod access;
pub mod api;
pub mod app;
pub mod audit;
pub mod backup;
pub mod clock;
pub mod commands;
pub mod config;
pub mod console;
pub mod crypto;
pub mod demo;
pub mod evaluation;
pub mod events;
pub mod health;
pub mod ids;
pub mod jobs;
pub mod measures;
pub mod metrics;
pub mod notify;
pub mod proposals;
pub mod register;
pub mod rights;
pub mod rulebook;
pub mod store;
pub mod supervision;
pub mod telemetry;
pub mod text_enum;
pub mod texts;
pub mod upkeep;
pub mod vault;
pub mod vocabulary;
pub mod watch;

pub use instruments;
pub use law;
pub use letters;
pub use statistics;
