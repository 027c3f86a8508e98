//! The review of flags: from the machine's late candidate to the recorded outcome, always by two people.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`life`] | the states of a flag and the steps between them, pure |
//! | [`policy`] | the terms of each part, as dated data |
//! | [`possible`] | what the reader can do now |
//! | [`case`] | the frame of one step: access, version, row, term |
//! | [`officer`] | what the officer in charge does: take up, wait, propose, close, put away |
//! | [`outcome`] | the outcomes that can be proposed, and what each rests on |
//! | [`decision`] | the second person |
//! | [`mod@bundle`] | what an authority gets with a referral, sealed |
//! | [`referral`] | the handshake with the authorities |
//! | [`dispute`] | facts that are disputed, which hold flags up |
//! | [`mod@today`], [`why`] | what is to be done today, each with the reason in one sentence |
//! | [`caseload`], [`absence`] | whose work it is |
//! | [`mod@story`] | the steps as people read them |
//! | [`team`] | how a team stands as a whole |

pub mod absence;
pub mod bundle;
pub mod case;
pub mod caseload;
pub mod decision;
pub mod dispute;
pub mod life;
pub mod officer;
pub mod outcome;
pub mod policy;
pub mod possible;
pub mod referral;
pub mod story;
pub mod team;
pub mod today;
pub mod why;

pub use super::around::Reason;
pub use bundle::bundle;
pub use caseload::{HandOver, Reassignment, Workload, hand_over, reassign, workload};
pub use decision::{Verdict, decide};
pub use officer::{Snooze, await_evidence, close, propose, receive_evidence, reopen, snooze, take_up};
pub use outcome::{Proposal, ProposedOutcome};
pub use policy::ReviewPolicy;
pub use possible::{DisputeAct, FlagAct};
pub use referral::{AuthorityDecisionInput, acknowledge, answer};
pub use story::{FlagStory, story};
pub use today::{Section, Today, WorkItem, section, today};
pub use why::{Why, WorkReason};
