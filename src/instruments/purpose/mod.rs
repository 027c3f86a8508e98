//! Purpose limitation: what data from a source may be used for, as a closed table of source and use.
//!
//! Every pair stands in the table, with its provision. A pair is open, open when named conditions are met, or closed. What is
//! closed here is refused at the door and audited there; nothing is stored or sent from here.
//!
//! | question | file |
//! | --- | --- |
//! | the sources and the uses | `kinds` |
//! | the table, and that it is whole | `table`, `profiles/` |
//! | one pair, with the conditions that are still open | `decide` |
//! | the words of a step | `step`, `words/` |

mod decide;
mod kinds;
mod step;
mod table;
#[cfg(test)]
mod tests;

pub use decide::{Decision, Outcome};
pub use kinds::{Need, Reason, Source, Use};
pub use step::{Step, words};
pub use table::{Purposes, purposes};
