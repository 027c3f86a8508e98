//! What is unusual in a stretch of the audit. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;

use crate::ids::AccountId;
use crate::vocabulary::WatchKind;

/// The night, by the clock of the office: from this hour on.
const NIGHT_FROM: u32 = 22;
/// And before this one.
const NIGHT_UNTIL: u32 = 6;

/// From how many on it is unusual; in one hour, for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchLimits {
    /// Persons whose files were looked at.
    pub persons: u32,
    /// The same in an hour of the night.
    pub night_persons: u32,
    /// Attempts that were refused.
    pub refusals: u32,
}

/// One entry of the audit, as far as this asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who.
    pub account: AccountId,
    /// When.
    pub at: DateTime<Utc>,
    /// About whom, as the audit names them.
    pub subject: Option<String>,
    /// Whether it was refused.
    pub refused: bool,
}

/// Something unusual.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unusual {
    /// What.
    pub kind: WatchKind,
    /// Who.
    pub account: AccountId,
    /// The beginning of the hour.
    pub hour: DateTime<Utc>,
    /// Persons, or refusals.
    pub count: u32,
}

#[derive(Default)]
struct Hour {
    subjects: BTreeSet<String>,
    refusals: u32,
}

/// What is unusual in these entries. `decoys` are the names under which the audit knows files that nobody has a reason to
/// look at; a refused look counts as one.
pub fn unusual(
    entries: impl IntoIterator<Item = Seen>,
    limits: &WatchLimits,
    decoys: &BTreeSet<String>,
    zone: Tz,
) -> Vec<Unusual> {
    let mut hours: BTreeMap<(AccountId, DateTime<Utc>), Hour> = BTreeMap::new();
    for entry in entries {
        let hour = hours.entry((entry.account, beginning(entry.at))).or_default();
        hour.subjects.extend(entry.subject);
        hour.refusals = hour.refusals.saturating_add(u32::from(entry.refused));
    }
    let mut found = Vec::new();
    for ((account, hour), seen) in hours {
        let persons = u32::try_from(seen.subjects.len()).unwrap_or(u32::MAX);
        let local = hour.with_timezone(&zone).hour();
        let night = !(NIGHT_UNTIL..NIGHT_FROM).contains(&local);
        let touched = u32::try_from(seen.subjects.intersection(decoys).count()).unwrap_or(u32::MAX);
        let counts = [
            (WatchKind::ManyPersons, persons, persons >= limits.persons),
            (WatchKind::Night, persons, night && persons >= limits.night_persons),
            (WatchKind::Refusals, seen.refusals, seen.refusals >= limits.refusals),
            (WatchKind::Decoy, touched, touched > 0),
        ];
        let of = |(kind, count, _)| Unusual { kind, account, hour, count };
        found.extend(counts.into_iter().filter(|(_, _, is_unusual)| *is_unusual).map(of));
    }
    found
}

/// The beginning of the hour in which something happened.
pub fn beginning(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_minute(0).and_then(|at| at.with_second(0)).and_then(|at| at.with_nanosecond(0)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZONE: Tz = chrono_tz::Europe::Amsterdam;
    const LIMITS: WatchLimits = WatchLimits { persons: 3, night_persons: 2, refusals: 2 };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn looks(account: AccountId, when: &str, subjects: &[&str]) -> Vec<Seen> {
        let look =
            |subject: &&str| Seen { account, at: at(when), subject: Some((*subject).to_owned()), refused: false };
        subjects.iter().map(look).collect()
    }

    fn kinds(entries: Vec<Seen>, decoys: &[&str]) -> Vec<(WatchKind, u32)> {
        let decoys = decoys.iter().map(|decoy| (*decoy).to_owned()).collect();
        unusual(entries, &LIMITS, &decoys, ZONE).into_iter().map(|found| (found.kind, found.count)).collect()
    }

    #[test]
    fn the_same_person_counts_once_an_hour_and_another_hour_counts_apart() {
        let who = AccountId::fresh();
        let twice = looks(who, "2026-01-12T10:05:00Z", &["a", "b", "a", "b"]);
        assert!(kinds(twice.clone(), &[]).is_empty());
        let later = [twice.clone(), looks(who, "2026-01-12T11:00:00Z", &["c"])].concat();
        assert!(kinds(later, &[]).is_empty());
        let third = [twice.clone(), looks(who, "2026-01-12T10:59:59Z", &["c"])].concat();
        assert_eq!(kinds(third, &[]), [(WatchKind::ManyPersons, 3)]);
        let somebody_else = [twice, looks(AccountId::fresh(), "2026-01-12T10:59:59Z", &["c"])].concat();
        assert!(kinds(somebody_else, &[]).is_empty());
    }

    #[test]
    fn the_night_is_that_of_the_office() {
        let who = AccountId::fresh();
        // 22:30 in winter, 23:30 in summer; 21:30 is evening.
        assert_eq!(kinds(looks(who, "2026-01-12T21:30:00Z", &["a", "b"]), &[]), [(WatchKind::Night, 2)]);
        assert_eq!(kinds(looks(who, "2026-07-12T20:30:00Z", &["a", "b"]), &[]), [(WatchKind::Night, 2)]);
        assert!(kinds(looks(who, "2026-01-12T20:30:00Z", &["a", "b"]), &[]).is_empty());
        assert!(kinds(looks(who, "2026-01-12T05:30:00Z", &["a", "b"]), &[]).is_empty(), "6:30");
    }

    #[test]
    fn a_decoy_counts_from_the_first_look_also_when_it_was_refused() {
        let who = AccountId::fresh();
        assert_eq!(kinds(looks(who, "2026-01-12T10:05:00Z", &["d"]), &["d"]), [(WatchKind::Decoy, 1)]);
        let mut refused = looks(who, "2026-01-12T10:05:00Z", &["d", "a"]);
        refused.iter_mut().for_each(|look| look.refused = true);
        assert_eq!(kinds(refused, &["d"]), [(WatchKind::Refusals, 2), (WatchKind::Decoy, 1)]);
    }

    proptest! {
        #[test]
        fn the_order_of_entries_changes_nothing(mut subjects in prop::collection::vec("[a-f]", 0..12)) {
            let who = AccountId::fresh();
            let all = |subjects: &[String]| {
                let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
                kinds(looks(who, "2026-01-12T10:05:00Z", &subjects), &["f"])
            };
            let forward = all(&subjects);
            subjects.reverse();
            prop_assert_eq!(forward, all(&subjects));
        }
    }
}
