//! Reads and validates one profile. Everything a later computation relies on is checked here, with an error that names
//! the file, the key and the reason.

use super::profile::Profile;
use crate::law::LoadError;
use crate::vocabulary::{BreachDecision, SupervisionTitle};

/// Longest number of days, months, years or hours a profile may name.
const MOST: u32 = 1_000;

type Fault = (&'static str, String);

impl Profile {
    /// Reads a profile. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no profile or a value cannot be used.
    pub fn parse(file: &str, text: &str) -> Result<Self, LoadError> {
        let profile: Self = toml::from_str(text).map_err(|e| LoadError::toml(file, text, &e))?;
        profile.validate().map_err(|(key, reason)| LoadError::new(file, key, &reason))?;
        Ok(profile)
    }

    fn validate(&self) -> Result<(), Fault> {
        let good_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(good_id) {
            return refuse("id", "must consist of a-z, 0-9 and -");
        }
        if self.zone.parse::<chrono_tz::Tz>().is_err() {
            return refuse("zone", "is not a time zone");
        }
        if self.conditions.is_empty() {
            return refuse("conditions", "must not be empty");
        }
        if self.breach.targets.is_empty() {
            return refuse("breach.targets", "must not be empty");
        }
        if self.breach.decisions.contains(&BreachDecision::SubstituteDetention) != self.detention.is_some() {
            return refuse("breach.decisions", "names substitute_detention exactly where [detention] stands");
        }
        for (key, number) in self.numbers() {
            if !(1..=MOST).contains(&number) {
                return refuse(key, &format!("must lie between 1 and {MOST}"));
            }
        }
        self.validate_bounds()?;
        self.validate_title()
    }

    /// Every number of the profile.
    fn numbers(&self) -> Vec<(&'static str, u32)> {
        let mut numbers = Vec::new();
        let mut add = |key, n: Option<u16>| numbers.extend(n.map(|n| (key, u32::from(n))));
        add("length.least", self.length.least);
        add("length.most", self.length.most);
        add("length.exceptional_most", self.length.exceptional_most);
        add("extension.most", self.extension.most);
        add("extension.times", self.extension.times);
        self.length.allowed.iter().for_each(|n| add("length.allowed", Some(*n)));
        self.extension.allowed.iter().for_each(|n| add("extension.allowed", Some(*n)));
        numbers.extend(self.extension.total_most_months.map(|n| ("extension.total_most_months", n)));
        numbers.extend(self.extension.request_days_before.map(|n| ("extension.request_days_before", n)));
        numbers.extend(self.execution.iter().map(|e| ("execution.request_days_before", e.request_days_before)));
        if let Some(d) = &self.detention {
            numbers.extend([
                ("detention.least_days", d.least_days),
                ("detention.most_months", d.most_months),
                ("detention.days_per_month", d.days_per_month),
                ("detention.warn_at_days", d.warn_at_days),
                ("detention.judge_hours", d.judge_hours),
            ]);
        }
        numbers
    }

    /// Bounds that contradict each other.
    fn validate_bounds(&self) -> Result<(), Fault> {
        let length = &self.length;
        if !length.allowed.is_empty() && (length.least.is_some() || length.most.is_some()) {
            return refuse("length.allowed", "cannot stand beside length.least or length.most");
        }
        if length.allowed.is_empty() && length.least.is_none() && length.most.is_none() {
            return refuse("length", "needs `allowed`, `least` or `most`");
        }
        if let (Some(least), Some(most)) = (length.least, length.most)
            && least > most
        {
            return refuse("length.least", "must not exceed length.most");
        }
        if length.exceptional_most.is_some() && length.exceptional_most <= length.most {
            return refuse("length.exceptional_most", "must exceed length.most");
        }
        if !self.extension.allowed.is_empty() && self.extension.most.is_some() {
            return refuse("extension.allowed", "cannot stand beside extension.most");
        }
        if !self.extension.repeatable_for.is_empty() && self.extension.times.is_none() {
            return refuse("extension.repeatable_for", "says nothing without extension.times");
        }
        if let Some(d) = &self.detention
            && d.warn_at_days > d.most_months * d.days_per_month
        {
            return refuse("detention.warn_at_days", "must not exceed detention.most_months");
        }
        Ok(())
    }

    /// The measure has two stages and substitute detention, and nothing else has.
    fn validate_title(&self) -> Result<(), Fault> {
        let measure = self.title == SupervisionTitle::Measure38z;
        let parts = [
            ("execution", self.execution.is_some()),
            ("detention", self.detention.is_some()),
            ("citations.execution", self.citations.execution.is_some()),
            ("citations.lapse", self.citations.lapse.is_some()),
            ("citations.detention", self.citations.detention.is_some()),
            ("citations.judge", self.citations.judge.is_some()),
        ];
        for (key, present) in parts {
            if measure && !present {
                return refuse(key, "is missing although the title is measure_38z");
            }
            if !measure && present {
                return refuse(key, "belongs to measure_38z alone");
            }
        }
        Ok(())
    }
}

fn refuse(key: &'static str, reason: &str) -> Result<(), Fault> {
    Err((key, reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Profile;

    const MEASURE: &str = include_str!("profiles/measure-38z-2018.toml");
    const RELEASE: &str = include_str!("profiles/conditional-release-2018.toml");

    fn refused(text: &str, from: &str, to: &str) -> String {
        assert!(text.contains(from), "{from} is not in the profile");
        Profile::parse("p.toml", &text.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn an_unusable_profile_is_refused_with_file_key_and_reason() {
        let start = |text: &str, from, to, expected: &str| {
            let error = refused(text, from, to);
            assert!(error.starts_with(expected), "{error}");
        };
        start(
            MEASURE,
            "request_days_before = 30",
            "request_days_before = 0",
            "p.toml: extension.request_days_before: must",
        );
        start(
            MEASURE,
            "request_days_before = 30",
            "request_days_before = \"30\"",
            "p.toml: extension.request_days_before: ",
        );
        start(MEASURE, "valid_from = 2018-01-01", "valid_from = 2018-13-01", "p.toml: valid_from: ");
        start(MEASURE, "Europe/Amsterdam", "Europe/Nergens", "p.toml: zone: is not a time zone");
        start(MEASURE, "id = \"wlt", "id = \"WLT", "p.toml: id: ");
        start(MEASURE, "\"a\", ", "\"z\", ", "p.toml: conditions: ");
        start(MEASURE, "warn_at_days = 150", "warn_at_days = 181", "p.toml: detention.warn_at_days: must not exceed");
        start(MEASURE, "lapse = \"Sv 6:6:23a(4)\"\n", "", "p.toml: citations.lapse: is missing");
        start(MEASURE, "title = \"measure_38z\"", "title = \"conditional_release\"", "p.toml: execution: belongs to");
        start(MEASURE, "allowed = [2, 3, 4, 5]", "allowed = [2, 3, 4, 5]\nmost = 3", "p.toml: length.allowed: cannot");
        start(MEASURE, "[breach]", "[broach]", "p.toml: ");
        start(RELEASE, "least = 12", "least = 12\nmost = 6", "p.toml: length.least: must not exceed");
        start(RELEASE, "least = 12", "", "p.toml: length: needs");
        start(RELEASE, "times = 1\n", "", "p.toml: extension.repeatable_for: says nothing");
    }
}
