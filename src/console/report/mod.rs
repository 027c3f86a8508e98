//! Reports, on the registrant's own page and as an officer records them for somebody: fill in, check, send.
//!
//! What is asked stands in [`kind`]; the three steps in [`flow`]. What is wrong with a report is judged by the
//! published schema and the use case. A report that lacks something is kept as an attempt, as in the API: it shows that
//! somebody tried.

mod flow;
mod kind;

pub use flow::{Place, check, give, start};
pub use kind::Kind;
