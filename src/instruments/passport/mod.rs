//! Passport measures: the formal criteria of articles 18 and 24(a) Paspoortwet on a day, the course of a proposal, and the
//! letter that asks for it.
//!
//! Only what can be established from facts is checked. The well-founded presumption is a judgement: the check says that it
//! is for a person, and a proposal needs its reasons. Nothing is sent from here.
//!
//! | question | file |
//! | --- | --- |
//! | numbers, sources, the ground that waits for its day | `profile`, `profiles/` |
//! | what is known of the person | `situation` |
//! | the criteria, each with outcome and source | `check`, `article18`, `article24a` |
//! | what stands in the way of a proposal | `blocks` |
//! | a proposal until it is decided and an entry until it ends | `proposal`, `entry` |
//! | a trip while an entry stands | `journey` |
//! | the letter as plain data | `letter`, `letters/` |
//! | the words of a step | `step`, `words/` |

mod article18;
mod article24a;
mod blocks;
mod check;
mod entry;
mod journey;
mod letter;
mod profile;
#[cfg(test)]
mod properties;
mod proposal;
mod situation;
mod step;
#[cfg(test)]
mod tests;

pub use article24a::{Reading, Readings};
pub use blocks::{Block, BlockCode, blocks};
pub use check::{Article, Article18, Article24a, Check, Criterion, CriterionCode, Ground, Outcome, check};
pub use entry::{DocumentDecided, DocumentDecision, Entry, Warning, Withheld, forward_by};
pub use journey::{Document, Journey, JourneyFinding, JourneyOutcome, journey};
pub use letter::{
    Block as LetterBlock, Choice, LetterCase, LetterConviction, LetterFault, LetterForm, LetterTexts, Page, Residence,
    letter,
};
pub use profile::{PassportRules, rules};
pub use proposal::{EndReason, Objection, Proposal, ProposalEvent, ProposalFault, ProposalState, replay};
pub use situation::{Breach, BreachedOrder, Conviction, Sentence, Situation, Suspicion};
pub use step::{Step, words};
