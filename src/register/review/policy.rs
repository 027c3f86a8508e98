//! The choices of policy a review goes by: dated data, read and checked once at start like the rules themselves.

use std::path::Path;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Deserializer, de};

use super::life::{Answer, Life};
use crate::law::{Calendar, LoadError};

/// The policy built into the program.
const BUILT_IN: (&str, &str) = ("policy.toml", include_str!("policy.toml"));
/// The longest term that can be set, in working days.
const LONGEST: u32 = 250;

/// Every version of the policy, the earliest first.
#[derive(Debug, Clone)]
pub struct ReviewPolicy {
    versions: Vec<Version>,
}

/// The policy from one day on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    #[serde(deserialize_with = "day")]
    from: NaiveDate,
    working_days: WorkingDays,
    snooze: Snooze,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkingDays {
    raised: u32,
    in_review: u32,
    awaiting_evidence: u32,
    proposed: u32,
    decided: u32,
    notified: u32,
    acknowledged: u32,
    answered: u32,
    dispute: u32,
    appeal: u32,
    receipt: u32,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Snooze {
    most_days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: Vec<Version>,
}

/// What a term is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermOf {
    /// For the next step of a flag.
    Flag(Life),
    /// For the decision on a dispute.
    Dispute,
    /// For the decision on an appeal.
    Appeal,
    /// For the second person's decision on when a report was received.
    Receipt,
}

/// Why the policy cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file cannot be read.
    #[error("{file}: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Its text cannot be used.
    #[error(transparent)]
    Unusable(#[from] LoadError),
}

impl ReviewPolicy {
    /// The policy in `file`, or the one built in.
    ///
    /// # Errors
    /// When the file cannot be read, or names the key that cannot be used.
    pub fn load(file: Option<&Path>) -> Result<Self, PolicyError> {
        let Some(path) = file else { return Ok(Self::parse(BUILT_IN.0, BUILT_IN.1)?) };
        let name = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|source| PolicyError::Unreadable { file: name.clone(), source })?;
        Ok(Self::parse(&name, &text)?)
    }

    /// Reads a policy. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no policy, a number cannot be used, or two versions begin on one day.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let Document { version: mut versions } =
            toml::from_str(text).map_err(|error| LoadError::toml(file, text, &error))?;
        if versions.is_empty() {
            return Err(LoadError::new(file, "version", "there must be at least one"));
        }
        versions.sort_by_key(|version| version.from);
        for version in &versions {
            version.check().map_err(|(key, reason)| LoadError::new(file, key, &reason))?;
        }
        if versions.windows(2).any(|pair| matches!(pair, [a, b] if a.from == b.from)) {
            return Err(LoadError::new(file, "version.from", "two versions begin on one day"));
        }
        Ok(Self { versions })
    }

    /// The version that governs what begins on `on`; the first one for an earlier day.
    pub fn at(&self, on: NaiveDate) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.from <= on).or(self.versions.first())
    }

    /// The last day of a term that begins on `on`; `None` when nothing is waited for.
    pub fn last_day(&self, of: TermOf, on: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
        let days = self.at(on)?.working_days.of(of)?;
        Some(working_days_after(on, days, calendar))
    }

    /// The most days ahead to which a flag may be put away on `on`.
    pub fn most_snoozed_days(&self, on: NaiveDate) -> u32 {
        self.at(on).map_or(0, |version| version.snooze.most_days)
    }
}

impl Version {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let days = &self.working_days;
        let terms = [
            ("version.working_days.raised", days.raised),
            ("version.working_days.in_review", days.in_review),
            ("version.working_days.awaiting_evidence", days.awaiting_evidence),
            ("version.working_days.proposed", days.proposed),
            ("version.working_days.decided", days.decided),
            ("version.working_days.notified", days.notified),
            ("version.working_days.acknowledged", days.acknowledged),
            ("version.working_days.answered", days.answered),
            ("version.working_days.dispute", days.dispute),
            ("version.working_days.appeal", days.appeal),
            ("version.working_days.receipt", days.receipt),
            ("version.snooze.most_days", self.snooze.most_days),
        ];
        match terms.into_iter().find(|(_, number)| !(1..=LONGEST).contains(number)) {
            Some((key, _)) => Err((key, format!("must lie between 1 and {LONGEST}"))),
            None => Ok(()),
        }
    }
}

impl WorkingDays {
    const fn of(self, term: TermOf) -> Option<u32> {
        match term {
            TermOf::Flag(Life::Raised) => Some(self.raised),
            TermOf::Flag(Life::InReview) => Some(self.in_review),
            TermOf::Flag(Life::AwaitingEvidence) => Some(self.awaiting_evidence),
            TermOf::Flag(Life::Proposed(_)) => Some(self.proposed),
            TermOf::Flag(Life::Decided(_)) => Some(self.decided),
            TermOf::Flag(Life::Notified(_)) => Some(self.notified),
            TermOf::Flag(Life::Acknowledged(_, Answer::Awaited)) => Some(self.acknowledged),
            TermOf::Flag(Life::Acknowledged(_, Answer::Given)) => Some(self.answered),
            TermOf::Flag(Life::Closed(_)) => None,
            TermOf::Dispute => Some(self.dispute),
            TermOf::Appeal => Some(self.appeal),
            TermOf::Receipt => Some(self.receipt),
        }
    }
}

/// The `days`-th working day after `on`. Beyond the holiday table only weekends are free: the office is reminded too
/// early rather than never.
fn working_days_after(on: NaiveDate, days: u32, calendar: &Calendar) -> NaiveDate {
    let free = |day: NaiveDate| match calendar.free(day) {
        Ok(why) => why.is_some(),
        Err(_) => matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
    };
    let mut day = on;
    for _ in 0..days {
        day = day + Days::new(1);
        while free(day) {
            day = day + Days::new(1);
        }
    }
    day
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let stamp = toml::value::Datetime::deserialize(deserializer)?;
    match (stamp.date, stamp.time, stamp.offset) {
        (Some(date), None, None) => NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
            .ok_or_else(|| de::Error::custom("is not a day that exists")),
        _ => Err(de::Error::custom("is not a date YYYY-MM-DD")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::RuleBook;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn built_in() -> ReviewPolicy {
        ReviewPolicy::load(None).expect("the built-in policy")
    }

    #[test]
    fn a_term_counts_working_days_over_weekends_and_holidays() {
        let (policy, rules) = (built_in(), RuleBook::embedded().expect("rules"));
        let last = |of, day| policy.last_day(of, on(day), rules.calendar()).expect("a term").to_string();
        assert_eq!(last(TermOf::Flag(Life::Raised), "2026-01-14"), "2026-01-15", "the next day");
        assert_eq!(last(TermOf::Flag(Life::Raised), "2026-01-16"), "2026-01-19", "from Friday to Monday");
        assert_eq!(last(TermOf::Flag(Life::Raised), "2026-04-02"), "2026-04-07", "over Good Friday and Easter Monday");
        assert_eq!(last(TermOf::Flag(Life::InReview), "2026-04-02"), "2026-04-13");
        assert_eq!(last(TermOf::Flag(Life::Raised), "2040-12-21"), "2040-12-24", "beyond the table weekends are free");
    }

    #[test]
    fn the_version_of_the_day_governs() {
        let later = BUILT_IN.1.replace("2023-01-01", "2026-07-01").replace("raised = 1", "raised = 3");
        let policy = ReviewPolicy::parse("two.toml", &format!("{}\n{later}", BUILT_IN.1)).expect("two versions");
        let rules = RuleBook::embedded().expect("rules");
        let last = |day| policy.last_day(TermOf::Flag(Life::Raised), on(day), rules.calendar()).expect("a term");
        assert_eq!(last("2026-06-30"), on("2026-07-01"));
        assert_eq!(last("2026-07-01"), on("2026-07-06"));
        assert_eq!(last("2020-06-01"), on("2020-06-02"), "before the first version the first governs");
    }

    #[test]
    fn a_policy_that_cannot_be_used_is_refused_with_its_key() {
        let refused = |from: &str, to: &str| {
            ReviewPolicy::parse("mine.toml", &BUILT_IN.1.replace(from, to)).expect_err("refused").to_string()
        };
        let text = refused("raised = 1", "raised = 0");
        assert!(text.starts_with("mine.toml: version.working_days.raised: must lie between"), "{text}");
        assert!(refused("most_days = 14", "most_days = 14\nleast = 1").contains("least"));
        assert!(refused("2023-01-01", "\"soon\"").contains("version.from"));
        assert!(refused("proposed = 1", "").contains("proposed"));
        let twice = format!("{}\n{}", BUILT_IN.1, BUILT_IN.1);
        assert!(ReviewPolicy::parse("mine.toml", &twice).expect_err("refused").to_string().contains("one day"));
        assert!(ReviewPolicy::load(Some(Path::new("/nowhere/at/all.toml"))).is_err());
    }
}
