//! Liaison routing: which desks hear of a trip, what they hear when it changes, and how much warning that gave.
//!
//! Who receives what is data (`profiles/`). A notice is information for a desk and asks for an acknowledgement; nothing is
//! decided here, and a suggestion to consider a warning goes to the police unit alone and starts no proposal.
//!
//! | question | file |
//! | --- | --- |
//! | the desks, and what each receives | `desks`, `profiles/` |
//! | a trip and what happened to it | `trip` |
//! | the notices that follow, replayed from what happened | `notices` |
//! | how much warning was given | `lead` |
//! | why a notice went out | `step`, `words/` |

mod desks;
mod lead;
mod notices;
#[cfg(test)]
mod properties;
mod step;
#[cfg(test)]
mod tests;
mod trip;

pub use desks::{Desk, DeskKind, Receives, Routes, routes};
pub use lead::{ClassCount, DeskLead, Lead, LeadClass, LeadReport, RecipientReport, lead, report};
pub use notices::{Notice, NoticeKind, Routed, Suggestion, route};
pub use step::{Step, words};
pub use trip::{Trip, TripEvent, TripFault, TripState};
