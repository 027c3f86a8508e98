//! The words of a module in both languages. Steps are codes with parameters; a sentence is made only here.
//!
//! A catalogue is written as those of the law engine are: a file per module and language, to which the names of days and
//! months are added.

use law::explain::Catalogue;
pub use law::explain::Language;
use serde::Serialize;

const DAYS_NL: &str = include_str!("words/nl.toml");
const DAYS_EN: &str = include_str!("words/en.toml");

/// The catalogues of one module.
#[derive(Debug)]
pub struct Words {
    nl: Catalogue,
    en: Catalogue,
}

impl Words {
    /// Reads both catalogues. One that cannot be read renders codes; the tests of its module see to it that it can.
    #[must_use]
    pub fn parse(nl: &str, en: &str) -> Self {
        let with_days = |days: &str, text: &str| Catalogue::parse(&format!("{days}\n{text}"));
        Self { nl: with_days(DAYS_NL, nl), en: with_days(DAYS_EN, en) }
    }

    /// The catalogue of one language.
    #[must_use]
    pub const fn of(&self, language: Language) -> &Catalogue {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }

    /// The version of the sentences, to be stored with what was shown.
    #[must_use]
    pub fn version(&self, language: Language) -> &str {
        self.of(language).version()
    }

    /// One sentence per step, in order.
    pub fn render<S: Serialize>(&self, steps: &[S], language: Language) -> Vec<String> {
        steps.iter().map(|step| self.of(language).sentence(step)).collect()
    }
}
