//! Reads and validates one profile. Everything a later computation relies on is checked here, with an
//! error that names the file, the key and the reason.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};

use super::kind::DutyKind;
use super::load_error::LoadError;
use super::name::Name;
use super::profile::{CustodyEffect, Extension, Profile, RuleIds};
use super::profile_length::Minor;

/// Longest number of days, months or years a profile may name.
const MOST: u32 = 1_000;

impl Profile {
    /// Reads a profile. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no profile or a value cannot be used.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let mut profile: Self = toml::from_str(text).map_err(|e| LoadError::toml(file, text, &e))?;
        profile.validate().map_err(|(key, reason)| LoadError::new(file, &key, &reason))?;
        profile.rule_ids = Some(RuleIds::of(&profile.id));
        Ok(profile)
    }

    fn validate(&self) -> Result<(), (String, String)> {
        let good_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(good_id) {
            return refuse("id", "must consist of a-z, 0-9 and -");
        }
        if self.zone.parse::<chrono_tz::Tz>().is_err() {
            return refuse("zone", "is not a time zone");
        }
        for (key, number) in self.numbers() {
            if !(1..=MOST).contains(&number) {
                return refuse(key, &format!("must lie between 1 and {MOST}"));
            }
        }
        self.validate_readings()?;
        self.validate_citations()
    }

    /// Every number of the profile that counts days, months or years.
    fn numbers(&self) -> Vec<(&'static str, u32)> {
        let (period, length) = (&self.period, &self.length);
        let mut numbers = vec![
            ("period.initial", period.initial),
            ("period.name", period.name),
            ("period.home", period.home),
            ("period.stay", period.stay),
            ("period.return", period.back),
            ("stay.days", self.stay.days),
            ("stay.window_months", self.stay.window_months),
            ("absence.days", self.absence.days),
            ("unplanned_absence.further", self.unplanned_absence.further),
            ("length.indefinite_above_months", length.indefinite_above_months),
            ("length.long_above_months", length.long_above_months),
            ("length.long_years", length.long_years),
            ("length.medium_years", length.medium_years),
            ("length.suspended_years", length.suspended_years),
            ("length.other_years", length.other_years),
        ];
        if let Some(p) = &self.periodic {
            numbers.extend([
                ("periodic.months", p.months),
                ("periodic.grace_days", p.grace_days),
                ("periodic.reopen_days", p.reopen_days),
            ]);
            numbers.extend(p.one_off.as_ref().map(|o| ("periodic.one_off.days", o.days)));
        }
        numbers.extend(self.no_home.as_ref().map(|n| ("no_home.interval_days", u32::from(n.interval_days))));
        numbers.extend(self.orders.as_ref().map(|o| ("orders.years", o.years)));
        numbers.extend(self.discharge.as_ref().map(|d| ("discharge.years", d.years)));
        numbers.extend(self.prints.as_ref().map(|p| ("prints.prints_window", p.prints_window)));
        numbers.extend(self.prison_notice.as_ref().map(|p| ("prison_notice.days", p.days)));
        match &length.minor {
            Minor::ReducedAtSentencing { under_age, long_years, medium_years, other_years } => numbers.extend([
                ("length.minor.under_age", *under_age),
                ("length.minor.long_years", *long_years),
                ("length.minor.medium_years", *medium_years),
                ("length.minor.other_years", *other_years),
            ]),
            Minor::CourtPeriod { under_age, max_years, .. } => {
                numbers.extend([("length.minor.under_age", *under_age), ("length.minor.max_years", *max_years)]);
            }
        }
        numbers
    }

    /// Combinations that contradict each other.
    fn validate_readings(&self) -> Result<(), (String, String)> {
        let length = &self.length;
        if length.long_above_months >= length.indefinite_above_months {
            return refuse("length.long_above_months", "must be less than length.indefinite_above_months");
        }
        let departure = self.unplanned_absence.departure_is_day;
        if departure.strict > 1 || departure.lenient > 1 {
            return refuse("unplanned_absence.departure_is_day", "must be 0 or 1");
        }
        if departure.strict < departure.lenient {
            return refuse("unplanned_absence.departure_is_day", "the strict reading must not be the later one");
        }
        let custody = &self.custody;
        if custody.kinds.is_empty() {
            return refuse("custody.kinds", "must not be empty");
        }
        for (key, pair) in [
            ("custody.release_day_counts", custody.release_day_counts),
            ("custody.entry_day_counts", custody.entry_day_counts),
        ] {
            if pair.lenient && !pair.strict {
                return refuse(key, "the strict reading must not be the later one");
            }
            if custody.effect == CustodyEffect::Restarts && pair.strict {
                return refuse(key, "must be false where custody restarts the limit");
            }
        }
        if custody.effect == CustodyEffect::Stops && self.period.extension == Extension::Atw {
            return refuse("custody.effect", "`stops` cannot be combined with period.extension `atw`");
        }
        let fixed = [DutyKind::Travel, DutyKind::NoHome, DutyKind::Periodic];
        if custody.duties.iter().any(|kind| fixed.contains(kind)) {
            return refuse("custody.duties", "travel, no_home and periodic have no short limit to touch");
        }
        Ok(())
    }

    fn validate_citations(&self) -> Result<(), (String, String)> {
        let needed = [
            ("citations.periodic", self.periodic.is_some(), self.citations.periodic.is_some()),
            (
                "citations.periodic_one_off",
                self.periodic.as_ref().is_some_and(|p| p.one_off.is_some()),
                self.citations.periodic_one_off.is_some(),
            ),
            ("citations.no_home", self.no_home.is_some(), self.citations.no_home.is_some()),
        ];
        for (key, duty, citation) in needed {
            if duty && !citation {
                return refuse(key, "is missing although the version has the duty");
            }
        }
        Ok(())
    }
}

impl RuleIds {
    fn of(id: &str) -> Self {
        Self {
            by_kind: DutyKind::ALL.map(|kind| Name::from(format!("{id}.{}", kind.code()))),
            initial_foreign: Name::from(format!("{id}.initial.foreign")),
            initial_order: Name::from(format!("{id}.initial.order")),
            one_off: Name::from(format!("{id}.periodic.one_off")),
        }
    }
}

fn refuse(key: &str, reason: &str) -> Result<(), (String, String)> {
    Err((key.to_owned(), reason.to_owned()))
}

/// A date written as TOML writes one.
pub fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?;
    let date = match written {
        toml::value::Datetime { date: Some(date), time: None, offset: None } => date,
        toml::value::Datetime { .. } => return Err(de::Error::custom("must be a date without a time")),
    };
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        .ok_or_else(|| de::Error::custom("is not a calendar date"))
}
