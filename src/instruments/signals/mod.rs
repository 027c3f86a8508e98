//! Signals: what the public hotline, the police, liaison officers and partners in the chain report.
//!
//! A signal is no fact. A person looks at it, a person matches it to a registration, and nothing rests on it: what it points
//! to is found out another way and recorded there. Who reported is protected. Signals go when their time is over.
//!
//! | question | file |
//! | --- | --- |
//! | terms and sources | `profile`, `profiles/` |
//! | what can happen to a signal | `event` |
//! | from receipt to the end, replayed | `replay`, `state` |
//! | how long it is kept | `retention` |
//! | what a role sees of whoever reported | `reporter` |
//! | the words of a step | `step`, `words/` |

mod event;
mod profile;
mod replay;
mod reporter;
mod retention;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use event::{Actor, ActorKind, CloseReason, Origin, Reporter, SignalEvent};
pub use profile::{SignalRules, rules};
pub use replay::replay;
pub use reporter::{ReporterView, Viewer, reporter_view};
pub use retention::Retention;
pub use state::{Refusal, RefusalCode, Signal, SignalState};
pub use step::{Step, words};
