//! The rules of supervision under the Wet langdurig toezicht: states, dates and why.
//!
//! Pure, like [`crate::law`]: no I/O, no clock, no database, no HTTP. Facts of an order go in, dates with rule id,
//! citation and explanation come out, and the same input gives the same bytes. The numbers and the choices of reading are
//! data (`profiles/*.toml`).
//!
//! | question | file |
//! | --- | --- |
//! | what is known of an order | `order`, `length` |
//! | who supervises | `organisation`, `organisations.toml` |
//! | in which stage a measure is (38z Sr), what can happen to it | `measure` |
//! | the same for every other period | `period`; what both share: `running` |
//! | which day a term ends, with its clock standing still in the way | `clock` |
//! | by when somebody must request execution or extension | `dates` |
//! | an order on a day | `assess` |
//! | breach reports, substitute detention | `breach`, `detention` |
//! | a number or a choice of reading | `profile`, `profiles/` |
//! | the words of an explanation | `step`, `explain`, `catalogues/` |

mod assess;
mod breach;
mod cbs_code;
mod check;
mod clock;
mod dates;
mod detention;
pub mod explain;
mod fault;
mod length;
mod measure;
mod order;
mod organisation;
mod period;
mod profile;
mod profile_load;
mod rulebook;
mod running;
mod step;
#[cfg(test)]
mod tests;

pub use assess::{Assessment, OrderState, assess, faults, governing};
pub use breach::{Breach, BreachReport, Decided, missed_notification_is_breach};
pub use cbs_code::{CbsCode, NotACbsCode};
pub use dates::OrderDate;
pub use detention::{Sanction, judge_decides_by, sanction};
pub use fault::{Fault, FaultCode};
pub use length::{Length, LengthUnit};
pub use measure::{Imposed, Measure};
pub use order::{
    Condition, Course, EarlyEnd, Imposes, Judgment, MeasureEvent, Order, PeriodEvent, PeriodTitle, Suspension,
    ToldTitle,
};
pub use organisation::{Organisation, Organisations};
pub use period::Period;
pub use profile::{DetentionRules, Profile};
pub use rulebook::SupervisionRules;
pub use running::{Ground, Running};
pub use step::Step;
