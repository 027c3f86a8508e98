//! WHAT the scheduler runs. Each job asks what is due by now and has no row yet, works in bounded batches, may be run
//! at any time by any number of processes, and leaves a report.
//!
//! | module | job |
//! | --- | --- |
//! | [`advance`] | re-assesses files whose list of duties changes by time alone |
//! | [`reminders`] | decides which reminders go out, some days before the strict date and on the day |
//! | [`sweep`] | raises a flag, with an owner, on what is overdue; `reconcile` is the same over everything |
//! | [`terms`] | puts passed terms of the review before the lead, and looks after the handshake with authorities |
//! | [`self_audit`] | computes every live file anew and lists each difference; mends nothing |
//! | [`check`] | holds the register against itself, mends what is safe and lists the rest |
//! | [`findings`] | holds supervision orders against the register, and keeps what it finds for an officer |
//! | [`retention`] | locks and destroys signals whose time is over |
//! | [`relay`] | hands over what waits in the outbox |
//! | [`bounces`] | reads what mail servers sent back |
//! | [`sequencer`] | gives events their place in the order, and every subscriber its share |
//! | [`webhooks`] | sends events to the systems that subscribed |
//! | [`releases`] | makes the releases of statistics that were approved |
//! | [`checkpoint`] | signs and publishes the state of the audit |
//! | [`housekeeping`] | forgets old ticks and old runs of the self-audit |
//! | [`watch`] | finds unusual use of the register in the audit |
//! | `receipts` | what is heard of a message after it left |
//! | `fallback` | the letter in the place of an e-mail that did not arrive |
//! | [`files`], [`batches`] | what they share: loading files in chunks, writing only what has not moved since |
//! | [`run`] | the schedulers, and how the jobs are doing |
//!
//! Days are asked of the legal clock, in the zone of each regime; leases and retries of the system clock.

pub mod advance;
pub mod batches;
pub mod bounces;
pub mod check;
pub mod checkpoint;
pub(crate) mod fallback;
pub mod files;
pub mod findings;
pub mod housekeeping;
pub mod plan;
pub(crate) mod receipts;
pub mod relay;
pub mod releases;
pub mod reminders;
pub mod retention;
pub mod run;
pub mod self_audit;
pub mod sequencer;
pub mod sweep;
pub mod terms;
pub mod watch;
pub mod webhooks;

pub use run::{Handle, StartError, Watch, spawn};
