//! Risk instruments as recorded assessments: items, total and bands, with version, assessor and day.
//!
//! A total is computed from the items and never typed. Nothing is decided from a score (Wpg art. 7a): no other module takes
//! a score, a total or a band as an argument.
//!
//! | question | file |
//! | --- | --- |
//! | versions, lengths and bands | `profile`, `profiles/` |
//! | what is told of an assessment | `assessment` |
//! | Static-99R: items, not applicable, age | `static99r` |
//! | Stable-2007 and Acute-2007 | `dynamic` |
//! | what was wrong with it, and what is recorded | `record` |
//! | the words of a step | `step`, `words/` |

mod assessment;
mod dynamic;
mod profile;
mod record;
mod static99r;
mod step;
#[cfg(test)]
mod tests;

pub use assessment::{Age, Assessment, Finding, Level, Sex, StaticItems};
pub use profile::{BandOf, RiskRules, rules};
pub use record::{AgeClassRow, BandView, FaultCode, InstrumentCode, ItemScore, Recorded, record};
pub use static99r::{AgeClass, NotApplicable};
pub use step::{Step, words};
