//! Two assessments of one file side by side: which duties came, went or moved.
//!
//! For the self-audit and the simulation of a change of rules. Pure; it knows duties by what does not
//! change when facts are added: kind, root and ordinal.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::duty::{Duty, Root};
use super::kind::DutyKind;

/// What is compared of a duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// Its kind.
    pub kind: DutyKind,
    /// A stable name of its root: the id of the fact, or its place in the facts.
    pub root: String,
    /// Position among the duties of one kind and root.
    pub ordinal: u32,
    /// Strict last day.
    pub due: Option<NaiveDate>,
    /// Lenient last day.
    pub overdue_after: Option<NaiveDate>,
}

impl From<&Duty> for Compared {
    fn from(duty: &Duty) -> Self {
        let root = match &duty.root {
            Root::Event(fact) => named("events", fact.index, fact.id.as_deref()),
            Root::Conviction(fact) => named("convictions", fact.index, fact.id.as_deref()),
            Root::OneOff => "one_off".to_owned(),
        };
        let Duty { kind, ordinal, due, overdue_after, .. } = *duty;
        Self { kind, root, ordinal, due, overdue_after }
    }
}

fn named(list: &str, index: u32, id: Option<&str>) -> String {
    id.map_or_else(|| format!("{list}[{index}]"), str::to_owned)
}

/// A difference between what was on record and what the rules say now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// How it is wrong.
    pub class: Class,
    /// Kind of the duty.
    pub kind: DutyKind,
    /// Its root.
    pub root: String,
    /// Its position.
    pub ordinal: u32,
    /// As on record; `None` when it was not there.
    pub old: Option<Dates>,
    /// As the rules say now; `None` when there is no such duty.
    pub new: Option<Dates>,
}

/// The two dates of a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dates {
    /// Strict last day.
    pub due: Option<NaiveDate>,
    /// Lenient last day.
    pub overdue_after: Option<NaiveDate>,
}

/// How the record was wrong, seen from what the rules say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The record gave more time than the rules.
    TooLong,
    /// The record gave less time than the rules.
    TooShort,
    /// The rules know a duty the record lacks.
    Missed,
    /// The record holds a duty the rules do not know.
    Spurious,
}

/// The dates of one duty before and after, where it existed.
type OldAndNew = (Option<Dates>, Option<Dates>);

/// The differences, by kind, root and position.
///
/// A date that is not there is later than every date: a duty without a last day never runs out. The
/// lenient day decides, because it is the one that makes somebody late; the strict day where those agree.
#[must_use]
pub fn compare(old: &[Compared], new: &[Compared]) -> Vec<Difference> {
    let mut pairs: BTreeMap<(DutyKind, &str, u32), OldAndNew> = BTreeMap::new();
    for duty in old {
        pairs.entry(key(duty)).or_default().0 = Some(dates(duty));
    }
    for duty in new {
        pairs.entry(key(duty)).or_default().1 = Some(dates(duty));
    }
    let differences = pairs.into_iter().filter_map(|((kind, root, ordinal), (old, new))| {
        let class = class(old, new)?;
        Some(Difference { class, kind, root: root.to_owned(), ordinal, old, new })
    });
    differences.collect()
}

fn key(duty: &Compared) -> (DutyKind, &str, u32) {
    (duty.kind, &duty.root, duty.ordinal)
}

fn dates(duty: &Compared) -> Dates {
    Dates { due: duty.due, overdue_after: duty.overdue_after }
}

fn class(old: Option<Dates>, new: Option<Dates>) -> Option<Class> {
    let (old, new) = match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => return Some(Class::Missed),
        (Some(_), None) => return Some(Class::Spurious),
        (Some(old), Some(new)) => (old, new),
    };
    let time = |d: Dates| [d.overdue_after, d.due].map(|day| day.unwrap_or(NaiveDate::MAX));
    match time(old).cmp(&time(new)) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(Class::TooLong),
        std::cmp::Ordering::Less => Some(Class::TooShort),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duty(root: &str, due: Option<&str>, overdue_after: Option<&str>) -> Compared {
        let day = |text: Option<&str>| text.map(|t| t.parse().unwrap());
        let (due, overdue_after) = (day(due), day(overdue_after));
        Compared { kind: DutyKind::Home, root: root.to_owned(), ordinal: 0, due, overdue_after }
    }

    #[test]
    fn every_class_is_found_and_equal_duties_are_silent() {
        let same = duty("same", Some("2024-03-03"), None);
        let old = [
            same.clone(),
            duty("long", Some("2024-03-03"), Some("2024-03-05")),
            duty("short", Some("2024-03-02"), Some("2024-03-03")),
            duty("endless", Some("2024-03-03"), None),
            duty("spurious", None, None),
        ];
        let new = [
            same,
            duty("long", Some("2024-03-03"), Some("2024-03-04")),
            duty("short", Some("2024-03-03"), Some("2024-03-03")),
            duty("endless", Some("2024-03-03"), Some("2024-03-04")),
            duty("missed", None, None),
        ];
        let found: Vec<_> = compare(&old, &new).into_iter().map(|d| (d.root, d.class)).collect();
        let expected = [
            ("endless", Class::TooLong),
            ("long", Class::TooLong),
            ("missed", Class::Missed),
            ("short", Class::TooShort),
            ("spurious", Class::Spurious),
        ];
        assert_eq!(found, expected.map(|(root, class)| (root.to_owned(), class)));
    }
}
