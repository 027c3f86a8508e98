//! The measures beside the register: drafts for the authority that decides, and what became of them. Nothing is decided
//! here, and nothing leaves the house.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`passport`] | passport measures: criteria on a day, proposals, the letter of the prosecutor |
//! | [`warning`] | Green Notice and Green Diffusion: proposals, what blocks them, corrections |
//! | [`travel`] | notices of journeys to the desks that hear of them, and how much warning that gave |
//! | [`worklist`] | what waits for the unit that acts |
//! | [`ending`] | warnings that a measure is about to end |
//! | `record` | how a measure and what happened to it are kept |
//! | `told` | what is shown of the rules' findings, with their reasons in words |
//!
//! What the rules come to is worked out by [`crate::instruments`] each time a measure is read.

pub mod ending;
pub mod passport;
mod record;
mod told;
pub mod travel;
pub mod warning;
pub mod worklist;

use crate::instruments::countries::Countries;
use crate::instruments::grounds::Versions;
use crate::instruments::notice::NoticeRules;
use crate::instruments::passport::{LetterTexts, PassportRules};
use crate::instruments::routing::Routes;
use crate::instruments::{grounds, notice, passport as passports, routing};
use crate::law::LoadError;

pub use record::HappenedView;

/// The rules the measures go by, read once.
#[derive(Debug)]
pub struct ProposalRules {
    /// The table of countries.
    pub countries: Countries,
    /// Passport measures.
    pub passports: Versions<PassportRules>,
    /// Warning notices.
    pub notices: Versions<NoticeRules>,
    /// Which desks hear of a journey.
    pub routes: Versions<Routes>,
    /// The words of the routing, with the names of its desks.
    pub routing_words: grounds::Words,
    /// The texts of the prosecutor's letter. It goes to a Dutch authority.
    pub letter: LetterTexts,
}

impl ProposalRules {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// When one of them cannot be used.
    pub fn embedded() -> Result<Self, LoadError> {
        let countries = Countries::embedded()?;
        let routes = routing::routes(&[], &countries)?;
        Ok(Self {
            passports: passports::rules(&[], &countries)?,
            notices: notice::rules(&[])?,
            routing_words: routing::words(&routes, &countries),
            letter: LetterTexts::embedded(grounds::Language::Nl)?,
            routes,
            countries,
        })
    }
}
