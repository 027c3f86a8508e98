//! Convictions from abroad as records with provenance: notices and answers through ECRIS, ECRIS-TCN, and what a registrant or
//! a liaison officer tells.
//!
//! ECRIS-TCN is not in operation: its record type and rules are here, and every request answers `not_available`. The register
//! is not among the purposes of ECRIS, so data that were supplied for something else stop at the door. Nothing is sent from here.
//!
//! | question | file |
//! | --- | --- |
//! | terms, lists and sources | `profile`, `profiles/` |
//! | may it come in, and is it verified | `intake` |
//! | what a request for convictions comes to, and by when | `answer` |
//! | may it go on to somebody | `pass_on` |
//! | corrections and after-care, replayed | `follow` |
//! | working days | `working_days` |
//! | the words of a step | `step`, `words/` |

mod answer;
mod follow;
mod intake;
mod pass_on;
mod profile;
mod step;
#[cfg(test)]
mod tests;
mod working_days;

pub use answer::{Answer, AnswerOutcome, Asked, Listed, RequestPurpose, Standing, Supply, SupplyRow, System, answer};
pub use follow::{
    Followed, RecordEvent, RecordState, Refusal, RefusalCode, Supplied, Tell, TellWhat, Verification, follow,
};
pub use intake::{Channel, FaultCode, Intake, IntakeOutcome, Member, Tables, Taken, intake};
pub use pass_on::{Block, PassOn, PassedOn, Recipient, pass_on};
pub use profile::{ConvictionRules, rules};
pub use step::{Step, words};
pub use working_days::working_days_after;
