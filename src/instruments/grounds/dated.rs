//! What holds on a day: versions of which the newest that has begun governs, rows with a first and a last day, and
//! switches that may have no day yet.

use chrono::NaiveDate;
use law::LoadError;
use serde::{Deserialize, Deserializer, Serialize};

/// A version of a set of rules.
pub trait Dated {
    /// Its id, the first part of what is stored with every outcome.
    fn id(&self) -> &str;
    /// First day it governs, until the next version begins.
    fn valid_from(&self) -> NaiveDate;
}

/// The versions of one set of rules, oldest first. There is at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Versions<T> {
    first: T,
    later: Vec<T>,
}

/// A day before the first version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{on} lies before {first}, the first day of the oldest rules")]
pub struct BeforeFirst {
    /// The day asked about.
    pub on: NaiveDate,
    /// First day of the oldest version.
    pub first: NaiveDate,
}

impl<T: Dated> Versions<T> {
    /// Reads the versions that come with the program and further ones, each with its file name. A text with the file name of
    /// one that comes with the program takes its place.
    ///
    /// # Errors
    /// When a text cannot be used, or two versions have the same id or begin on the same day.
    pub fn load(
        built_in: &[(&str, &str)],
        further: &[(&str, &str)],
        parse: impl Fn(&str, &str) -> Result<T, LoadError>,
    ) -> Result<Self, LoadError> {
        let replaced = |file: &str| further.iter().any(|(other, _)| *other == file);
        let texts = built_in.iter().filter(|(file, _)| !replaced(file)).chain(further);
        let mut versions = Vec::with_capacity(built_in.len() + further.len());
        let mut files = Vec::with_capacity(versions.capacity());
        for (file, text) in texts {
            versions.push(parse(file, text)?);
            files.push(*file);
        }
        Self::new(&files.join(", "), versions)
    }

    /// Puts versions in order. `file` is named in errors.
    ///
    /// # Errors
    /// When there is none, or two have the same id or begin on the same day.
    pub fn new(file: &str, versions: impl IntoIterator<Item = T>) -> Result<Self, LoadError> {
        let mut versions: Vec<T> = versions.into_iter().collect();
        versions.sort_by_key(Dated::valid_from);
        for (i, version) in versions.iter().enumerate() {
            let earlier = versions.iter().take(i);
            for other in earlier {
                if other.id() == version.id() {
                    return Err(LoadError::new(file, "id", &format!("`{}` is there twice", version.id())));
                }
                if other.valid_from() == version.valid_from() {
                    let reason = format!("`{}` and `{}` begin on the same day", other.id(), version.id());
                    return Err(LoadError::new(file, "valid_from", &reason));
                }
            }
        }
        let mut versions = versions.into_iter();
        let Some(first) = versions.next() else {
            return Err(LoadError::new(file, "(document)", "there is no version"));
        };
        Ok(Self { first, later: versions.collect() })
    }

    /// The version that governs a day.
    ///
    /// # Errors
    /// When the day lies before the oldest version.
    pub fn at(&self, on: NaiveDate) -> Result<&T, BeforeFirst> {
        if on < self.first.valid_from() {
            return Err(BeforeFirst { on, first: self.first.valid_from() });
        }
        Ok(self.later.iter().rev().find(|version| version.valid_from() <= on).unwrap_or(&self.first))
    }

    /// Every version, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.later)
    }
}

/// First and last day of a row, both included; without a first day it always was, without a last it still is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// First day.
    #[serde(default, deserialize_with = "some_day", skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day.
    #[serde(default, deserialize_with = "some_day", skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl Validity {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, on: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }

    /// Whether there is a day on which both hold.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| matches!((a.until, b.from), (Some(until), Some(from)) if until < from);
        !before(self, other) && !before(other, self)
    }

    /// Whether its last day does not lie before its first.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        !matches!((self.from, self.until), (Some(from), Some(until)) if until < from)
    }
}

/// A rule that has been adopted and waits for the day on which it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// First day on which it is in force; absent: not in force.
    #[serde(default, deserialize_with = "some_day")]
    pub effective_from: Option<NaiveDate>,
}

impl Switch {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn is_on(&self, on: NaiveDate) -> bool {
        self.effective_from.is_some_and(|from| from <= on)
    }
}

fn some_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    law::toml_day(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Version(&'static str, NaiveDate);

    impl Dated for Version {
        fn id(&self) -> &str {
            self.0
        }
        fn valid_from(&self) -> NaiveDate {
            self.1
        }
    }

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_newest_version_that_has_begun_governs() {
        let versions = Versions::new("x", [Version("b", d("2020-01-01")), Version("a", d("2017-03-01"))]).unwrap();
        assert_eq!(versions.at(d("2019-12-31")).unwrap().0, "a");
        assert_eq!(versions.at(d("2020-01-01")).unwrap().0, "b");
        assert_eq!(versions.at(d("2017-02-28")).unwrap_err().first, d("2017-03-01"));
        assert_eq!(versions.all().count(), 2);
    }

    #[test]
    fn versions_that_contradict_each_other_are_refused() {
        let refused = |versions: Vec<Version>| Versions::new("x", versions).unwrap_err().to_string();
        assert_eq!(refused(vec![]), "x: (document): there is no version");
        let day = d("2020-01-01");
        assert!(refused(vec![Version("a", day), Version("b", day)]).starts_with("x: valid_from: "));
        assert!(refused(vec![Version("a", day), Version("a", d("2021-01-01"))]).starts_with("x: id: "));
    }

    #[test]
    fn a_further_text_adds_a_version_or_takes_the_place_of_one() {
        let parse = |file: &str, text: &str| match text.parse() {
            Ok(day) => Ok(Version(if file == "a.toml" { "a" } else { "b" }, day)),
            Err(_) => Err(LoadError::new(file, "valid_from", "is no day")),
        };
        let load = |further: &[(&str, &str)]| Versions::load(&[("a.toml", "2017-03-01")], further, parse);
        assert_eq!(load(&[]).unwrap().all().count(), 1);
        let both = load(&[("b.toml", "2026-01-01")]).unwrap();
        assert_eq!(both.at(d("2025-12-31")).unwrap().0, "a");
        assert_eq!(both.at(d("2026-01-01")).unwrap().0, "b");
        let other = load(&[("a.toml", "2018-01-01")]).unwrap();
        assert!(other.at(d("2017-12-31")).is_err() && other.all().count() == 1);
        let refused = load(&[("b.toml", "2017-03-01")]).unwrap_err().to_string();
        assert_eq!(refused, "a.toml, b.toml: valid_from: `a` and `b` begin on the same day");
        assert_eq!(load(&[("b.toml", "soon")]).unwrap_err().to_string(), "b.toml: valid_from: is no day");
    }

    #[test]
    fn a_row_holds_on_its_first_and_its_last_day() {
        let row = Validity { from: Some(d("2024-02-29")), until: Some(d("2024-03-01")) };
        assert!(row.holds(d("2024-02-29")) && row.holds(d("2024-03-01")));
        assert!(!row.holds(d("2024-02-28")) && !row.holds(d("2024-03-02")));
        let later = Validity { from: Some(d("2024-03-01")), until: None };
        assert!(row.overlaps(&later) && later.overlaps(&row));
        assert!(!row.overlaps(&Validity { from: Some(d("2024-03-02")), until: None }));
        assert!(row.is_ordered() && !Validity { from: row.until, until: row.from }.is_ordered());
    }

    #[test]
    fn a_switch_without_a_day_is_off() {
        assert!(!Switch::default().is_on(NaiveDate::MAX));
        let switch: Switch = toml::from_str("effective_from = 2026-07-01").unwrap();
        assert!(!switch.is_on(d("2026-06-30")) && switch.is_on(d("2026-07-01")));
    }
}
