//! The law engine: who is subject and for how long, what they must notify by when, and why.
//!
//! Pure: no I/O, no clock, no database, no HTTP. Everything enters as arguments, and the same input
//! gives the same bytes. The rules are data (`profiles/*.toml`, `calendars/*.toml`); the line that
//! decides a deadline is found like this:
//!
//! | question | file |
//! | --- | --- |
//! | which day a short limit ends, with custody in the way | `custody` |
//! | weekends and holidays (Algemene termijnenwet), single terms | `term`, `calendar` |
//! | how long somebody is subject | `sentence` (one conviction), `period` (all of them) |
//! | convictions abroad | `residence` |
//! | what gives rise to a duty | `duties/` (one file per rule) |
//! | met, late, lapsed, suspended, overdue | `status` |
//! | a number or a choice of reading | `profiles/` |
//! | two assessments side by side | `compare` |
//! | the words of an explanation | `explain`, `catalogues/` |

mod assess;
mod calendar;
mod case;
mod channel;
mod check;
pub mod compare;
mod custody;
pub mod day;
mod duties;
mod duty;
mod event;
pub mod explain;
mod facts;
mod kind;
mod load_error;
mod name;
mod period;
mod profile;
mod profile_length;
mod profile_load;
mod qualifying;
mod read;
mod residence;
mod rulebook;
mod sentence;
mod status;
mod step;
pub mod term;
#[cfg(test)]
mod tests;

pub use assess::assess;
pub use calendar::{Calendar, Free, OutOfRange};
pub use channel::{Channel, Item};
pub use check::{Refusal, RefusalCode};
pub use duty::{Assessment, Duty, DutyStatus, FactRef, Period, Root, Subject, Versions};
pub use event::{Absence, Event, Notification, What};
pub use facts::{
    Conviction, Custody, CustodyKind, Facts, Length, Person, Place, Regime, Runs, Sentence, SentenceKind, Variation,
};
pub use kind::{DutyKind, Pair, Reading};
pub use load_error::LoadError;
pub use name::Name;
pub use profile::{Extension, Profile, Source as TermSource};
pub use profile_load::day as toml_day;
pub use read::{ReadError, named};
pub use rulebook::{RegimeRules, RuleBook};
pub use step::{Band, Link, Occurrence, Question, Step};
