//! By when a request of a person is decided: dated data, read and checked once at start. Pure.

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use crate::law::{Calendar, LoadError, OutOfRange, toml_day};
use crate::register::view::Both;
use crate::vocabulary::RightsKind;

/// The terms built into the program.
const BUILT_IN: (&str, &str) = ("terms.toml", include_str!("terms.toml"));
/// The longest term there can be, in weeks.
const LONGEST: u32 = 26;

/// Every version of the terms, the earliest first, and what is said to whoever asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightsTerms {
    acknowledgement: Sentence,
    version: Vec<Version>,
}

/// A sentence with its places: `{received}`, `{due}`, `{source}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    nl: String,
    en: String,
}

/// The terms from one day on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    id: String,
    #[serde(deserialize_with = "toml_day")]
    from: NaiveDate,
    access: Term,
    rectification: Term,
    completion: Term,
    erasure: Term,
    restriction: Term,
    objection: Term,
}

/// The term for one kind of request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    weeks: u32,
    #[serde(default)]
    extension_weeks: u32,
    /// The provision it comes from.
    pub source: String,
}

impl RightsTerms {
    /// The terms built into the program.
    ///
    /// # Errors
    /// When they cannot be used.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::parse(BUILT_IN.0, BUILT_IN.1)
    }

    /// Reads terms. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is none, a number cannot be used, or two versions begin on one day.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let mut terms: Self = toml::from_str(text).map_err(|error| LoadError::toml(file, text, &error))?;
        if terms.version.is_empty() {
            return Err(LoadError::new(file, "version", "there must be at least one"));
        }
        terms.version.sort_by_key(|version| version.from);
        if terms.version.windows(2).any(|pair| matches!(pair, [a, b] if a.from == b.from)) {
            return Err(LoadError::new(file, "version.from", "two versions begin on one day"));
        }
        for version in &terms.version {
            for kind in RightsKind::ALL {
                let term = version.of(*kind);
                let key = format!("{}.{kind}", version.id);
                if term.weeks == 0 || term.weeks.saturating_add(term.extension_weeks) > LONGEST {
                    return Err(LoadError::new(file, &key, "must be 1 to 26 weeks, with its extension"));
                }
                if term.source.trim().is_empty() {
                    return Err(LoadError::new(file, &key, "must name its provision"));
                }
            }
        }
        Ok(terms)
    }

    /// The term for a request that was received on this day; none before the first version.
    pub fn of(&self, kind: RightsKind, received_on: NaiveDate) -> Option<&Term> {
        self.version.iter().rfind(|version| version.from <= received_on).map(|version| version.of(kind))
    }

    /// What is said to whoever asks: by when there is a decision, that it is free, and where to complain.
    pub fn acknowledgement(&self, term: &Term, received_on: NaiveDate, due: NaiveDate) -> Both {
        let say = |sentence: &str| {
            let day = |day: NaiveDate| day.format("%d-%m-%Y").to_string();
            let said = sentence.replace("{received}", &day(received_on)).replace("{due}", &day(due));
            vec![said.replace("{source}", &term.source)]
        };
        Both { nl: say(&self.acknowledgement.nl), en: say(&self.acknowledgement.en) }
    }
}

impl Version {
    const fn of(&self, kind: RightsKind) -> &Term {
        match kind {
            RightsKind::Access => &self.access,
            RightsKind::Rectification => &self.rectification,
            RightsKind::Completion => &self.completion,
            RightsKind::Erasure => &self.erasure,
            RightsKind::Restriction => &self.restriction,
            RightsKind::Objection => &self.objection,
        }
    }
}

impl Term {
    /// Whether the term can be made longer.
    pub const fn extends(&self) -> bool {
        self.extension_weeks > 0
    }

    /// The last day to decide on what was received on this day. A term that would end on a Saturday, a Sunday or a general
    /// holiday ends on the first day that is none (Algemene termijnenwet art. 1(1)).
    ///
    /// # Errors
    /// When the table of holidays does not reach that day.
    pub fn last_day(
        &self,
        received_on: NaiveDate,
        extended: bool,
        calendar: &Calendar,
    ) -> Result<NaiveDate, OutOfRange> {
        let extension = if extended { self.extension_weeks } else { 0 };
        let mut last = received_on + Days::new(7 * u64::from(self.weeks + extension));
        while calendar.free(last)?.is_some() {
            last = last + Days::new(1);
        }
        Ok(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::RuleBook;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn due(kind: RightsKind, received_on: &str, extended: bool) -> NaiveDate {
        let (terms, book) = (RightsTerms::embedded().expect("terms"), RuleBook::embedded().expect("rules"));
        let received_on = day(received_on);
        let term = terms.of(kind, received_on).expect("a term");
        term.last_day(received_on, extended, book.calendar()).expect("a day")
    }

    #[test]
    fn a_request_is_decided_within_four_weeks() {
        assert_eq!(due(RightsKind::Access, "2026-01-12", false), day("2026-02-09"));
    }

    #[test]
    fn a_term_that_would_end_on_a_free_day_ends_on_the_next_that_is_none() {
        // Four weeks after 8 March 2026 is Easter Sunday.
        assert_eq!(due(RightsKind::Erasure, "2026-03-08", false), day("2026-04-07"));
        assert_eq!(due(RightsKind::Access, "2026-01-10", false), day("2026-02-09"), "Saturday 7 February");
    }

    #[test]
    fn only_an_objection_can_take_longer() {
        let terms = RightsTerms::embedded().expect("terms");
        let longer = |kind: &&RightsKind| terms.of(**kind, day("2026-01-12")).expect("a term").extends();
        assert_eq!(RightsKind::ALL.iter().filter(longer).collect::<Vec<_>>(), [&RightsKind::Objection]);
        assert_eq!(due(RightsKind::Objection, "2026-01-12", true), day("2026-04-07"), "6 April is Easter Monday");
    }

    #[test]
    fn terms_that_cannot_be_used_are_refused_with_their_key() {
        let text = BUILT_IN.1;
        let refused = |from: &str, to: &str| {
            RightsTerms::parse("t.toml", &text.replace(from, to)).expect_err("refused").to_string()
        };
        assert!(refused("access = { weeks = 4", "access = { weeks = 0").contains("rights-2018.access"));
        assert!(refused("extension_weeks = 8", "extension_weeks = 80").contains("rights-2018.objection"));
        assert!(refused("\"Wjsg art. 18\"", "\" \"").contains("must name its provision"));
        assert!(refused("from = 2018-05-25", "from = 2018-05-25\nuntil = 2030-01-01").contains("until"));
        assert!(RightsTerms::embedded().expect("terms").of(RightsKind::Access, day("2017-01-01")).is_none());
    }
}
