//! Matched controls: for each person of an arm somebody of the control arm with the same index offence, in the same band
//! of risk and of age, and with the nearest index date.
//!
//! People come in the order of their index dates, then of their ids, and each takes the nearest control that is left,
//! of two as near the earlier one. So the same people give the same pairs in whatever order they are read. Nobody is
//! used twice; who is not matched is told, never dropped unseen.

use std::collections::{BTreeMap, BTreeSet};

use super::cohort::{Cohort, Member};
use crate::history::{Arm, RiskBand};

/// What two people must have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Position of the offence group.
    pub offence: u16,
    /// Risk band.
    pub risk: RiskBand,
    /// Five-year band of age.
    pub age: u8,
}

impl Cell {
    /// That of a person; nothing when something is unknown, for unknown is not alike.
    pub fn of(member: &Member) -> Option<Self> {
        Some(Self { offence: member.offence?, risk: member.risk?, age: member.age? })
    }
}

/// A person and their control, as positions among the members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The person.
    pub person: usize,
    /// The control.
    pub control: usize,
    /// What they have in common.
    pub cell: Cell,
}

/// The matches of an arm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// Those who have a control, in the order of their index dates.
    pub matches: Vec<Match>,
    /// Those who have none.
    pub unmatched: Vec<usize>,
}

/// Finds controls for the people of an arm.
pub fn controls(cohort: &Cohort, arm: Arm) -> Matches {
    let mut pools: BTreeMap<Cell, BTreeSet<Key>> = BTreeMap::new();
    let of = |arm: Arm| cohort.members.iter().enumerate().filter(move |(_, member)| member.arm == arm);
    for (position, member) in of(Arm::Control) {
        if let Some(cell) = Cell::of(member) {
            pools.entry(cell).or_default().insert((member.index, member.person, position));
        }
    }
    let mut people: Vec<(Key, &Member)> = of(arm).map(|(at, it)| ((it.index, it.person, at), it)).collect();
    people.sort_unstable_by_key(|(key, _)| *key);
    let mut found = Matches::default();
    for ((index, _, person), member) in people {
        let nearest = Cell::of(member).and_then(|cell| Some((cell, take_nearest(pools.get_mut(&cell)?, index)?)));
        match nearest {
            Some((cell, control)) => found.matches.push(Match { person, control, cell }),
            None => found.unmatched.push(person),
        }
    }
    found
}

/// Index date, person, position.
type Key = (i32, [u8; 16], usize);

fn take_nearest(pool: &mut BTreeSet<Key>, index: i32) -> Option<usize> {
    let middle: Key = (index, [0; 16], 0);
    let earlier_date = pool.range(..middle).next_back().map(|key| key.0);
    // The first of the earlier date, not the last: ties go by id.
    let earlier = earlier_date.and_then(|date| pool.range((date, [0; 16], 0)..).next().copied());
    let later = pool.range(middle..).next().copied();
    let taken = match (earlier, later) {
        (Some(earlier), Some(later)) if index - earlier.0 <= later.0 - index => earlier,
        (_, Some(later)) => later,
        (Some(earlier), None) => earlier,
        (None, None) => return None,
    };
    pool.remove(&taken);
    Some(taken.2)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::super::sight::Standard;
    use super::*;
    use crate::history::{Assignment, Facts, History, PersonId};

    type Person = (Arm, i64, u128, i32, Option<RiskBand>);

    fn cohort(people: &[Person]) -> Cohort {
        let start = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        let mut cohort = Cohort::new(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), Standard::Confirmed);
        for (arm, index, id, birth, risk) in people {
            let index_on = start + chrono::Duration::days(*index);
            let stratum = "all".to_owned();
            cohort.add(
                &History::new(Facts {
                    assignment: Some(Assignment { arm: *arm, assigned_on: index_on, index_on, stratum, cluster: None }),
                    offence_group: Some("images".to_owned()),
                    birth_year: Some(*birth),
                    risk: *risk,
                    ..Facts::of(PersonId(*id))
                })
                .unwrap(),
            );
        }
        cohort
    }

    fn ids(cohort: &Cohort) -> Vec<(u128, u128)> {
        let matches = controls(cohort, Arm::Both).matches;
        matches.iter().map(|it| (cohort.members[it.person].id().0, cohort.members[it.control].id().0)).collect()
    }

    const LOW: Option<RiskBand> = Some(RiskBand::Low);

    #[test]
    fn the_nearest_index_date_within_the_cell_and_ties_to_the_earlier() {
        let people = [
            (Arm::Both, 100, 1, 1980, LOW),
            (Arm::Both, 101, 2, 1980, LOW),
            (Arm::Both, 102, 3, 1980, Some(RiskBand::High)),
            (Arm::Both, 103, 4, 1980, None),
            // As far from 100 as the next but earlier; the two on one date go by id.
            (Arm::Control, 90, 11, 1980, LOW),
            (Arm::Control, 90, 10, 1980, LOW),
            (Arm::Control, 110, 12, 1980, LOW),
            // Nearer, but of another age.
            (Arm::Control, 100, 13, 1960, LOW),
        ];
        let cohort = cohort(&people);
        // 101 is 9 from 110 and 11 from 90.
        assert_eq!(ids(&cohort), [(1, 10), (2, 12)]);
        let unmatched: Vec<_> =
            controls(&cohort, Arm::Both).unmatched.iter().map(|it| cohort.members[*it].id().0).collect();
        assert_eq!(unmatched, [3, 4]);
        let mut turned = people;
        turned.reverse();
        assert_eq!(ids(&self::cohort(&turned)), [(1, 10), (2, 12)]);
    }

    fn some_people() -> impl Strategy<Value = Vec<Person>> {
        let person = (prop::bool::ANY, 0..400_i64, 1970..1990_i32, prop::option::of(prop::bool::ANY));
        prop::collection::vec(person, 0..40).prop_map(|people| {
            let band = |high| if high { RiskBand::High } else { RiskBand::Low };
            let arm = |treated| if treated { Arm::Both } else { Arm::Control };
            let people = people.into_iter().zip(0..);
            people.map(|((treated, index, birth, risk), id)| (arm(treated), index, id, birth, risk.map(band))).collect()
        })
    }

    proptest! {
        #[test]
        fn nobody_is_used_twice_everyone_is_told_and_nobody_is_left_who_had_a_control(
            people in some_people(), turn in 0..40_usize,
        ) {
            let cohort = cohort(&people);
            let found = controls(&cohort, Arm::Both);
            let mut used: Vec<usize> = found.matches.iter().map(|it| it.control).collect();
            used.sort_unstable();
            let with_twice = used.len();
            used.dedup();
            prop_assert_eq!(used.len(), with_twice);
            let treated = cohort.members.iter().filter(|it| it.arm == Arm::Both).count();
            prop_assert_eq!(found.matches.len() + found.unmatched.len(), treated);
            for it in &found.matches {
                prop_assert_eq!(Cell::of(&cohort.members[it.person]), Some(it.cell));
                prop_assert_eq!(Cell::of(&cohort.members[it.control]), Some(it.cell));
            }
            for left in &found.unmatched {
                let cell = Cell::of(&cohort.members[*left]);
                let free = cohort.members.iter().enumerate().filter(|(at, it)| it.arm == Arm::Control && !used.contains(at));
                prop_assert!(cell.is_none() || free.map(|(_, it)| Cell::of(it)).all(|it| it != cell));
            }
            let mut turned = people.clone();
            turned.rotate_left(turn % people.len().max(1));
            prop_assert_eq!(ids(&self::cohort(&turned)), ids(&cohort));
        }
    }
}
