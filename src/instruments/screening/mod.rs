//! Certificate of conduct (VOG): a what-if of how given convictions weigh. It stores nothing, and no register is read: the
//! screening authority has no access to this one, and this one has none to the criminal record.
//!
//! | question | file |
//! | --- | --- |
//! | numbers, functions, who exchanges what | `profile`, `profiles/` |
//! | who applies for what, and with which convictions | `application` |
//! | whether the authority would see a conviction at all | `visible` |
//! | whether it falls in the years that are looked at | `look_back` |
//! | which test applies | `screen` |
//! | the words of a step | `step`, `words/` |

mod application;
mod look_back;
mod profile;
#[cfg(test)]
mod properties;
mod screen;
mod step;
#[cfg(test)]
mod tests;
mod visible;

pub use application::{Antecedent, Application, ApplicationFault, Disposal, OffenceGroup, Source};
pub use profile::{Function, ScreeningRules, rules};
pub use screen::{Item, ItemReason, Obstacle, Screening, StrictRule, Test, screen};
pub use step::{Step, words};
