//! What every measure stands on: rules as dated data, faults that name a member, and the words of an explanation.
//!
//! | question | file |
//! | --- | --- |
//! | reading a profile, with errors that name file, key and reason | `data` |
//! | which version of a rule governs a day, whether something holds on a day | `dated` |
//! | a closed list of codes | `codes` |
//! | what is wrong with what was told | `fault` |
//! | the last day of a term of years or months | `term` |
//! | steps as sentences, Dutch and English | `words` |

#[cfg(test)]
pub(crate) mod cases;
mod codes;
mod data;
mod dated;
mod fault;
#[cfg(test)]
mod purity;
mod term;
mod words;

pub(crate) use codes::{codes, published};
pub use data::{check_id, read, refuse};
pub use dated::{BeforeFirst, Dated, Switch, Validity, Versions};
pub use fault::Fault;
pub use term::{ends_after_months, last_day_of_years, whole_days};
pub use words::{Language, Words};
