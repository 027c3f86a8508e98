//! Green Notice and Green Diffusion: a warning to other police forces about a person.
//!
//! The police unit proposes, on the act-based or the person-based ground; the Interpol bureau decides. A proposal goes out
//! only when nothing blocks it, and whatever turns out wrong afterwards reaches every recipient. Nothing is sent from here.
//!
//! | question | file |
//! | --- | --- |
//! | numbers and sources | `profile`, `profiles/` |
//! | what a proposal says | `content`, `identity` |
//! | what blocks it, what only warns | `assess`, `passing_on` |
//! | what can happen to it | `event` |
//! | from draft to the end, replayed | `replay`, `state` |
//! | the words of a step | `step`, `words/` |

mod assess;
mod content;
mod event;
mod identity;
mod passing_on;
mod profile;
#[cfg(test)]
mod properties;
mod replay;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use assess::{Finding, FindingCode, FindingOutcome, assess, blocks};
pub use content::{
    Consent, Consultation, Content, Conviction, ConvictionSource, Ground, ImmediateThreat, Kind, RiskAssessment,
};
pub use event::{WarningEvent, WithdrawalReason};
pub use identity::{Identity, Member, Photograph, Sex, TravelDocument};
pub use profile::{NoticeRules, rules};
pub use replay::replay;
pub use state::{Correction, CorrectionStatus, ExpiryWarning, Refusal, RefusalCode, Warning, WarningState};
pub use step::{Step, words};
