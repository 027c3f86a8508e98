use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::life::{AHEAD, Life, What};
use super::sentences::Band;
use crate::register::address::Address;
use crate::register::identifiers::bsn_fault;
use crate::vocabulary::Regime;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn homes(life: &Life) -> Vec<&Address> {
    life.steps
        .iter()
        .filter_map(|step| match &step.what {
            What::Initial(report) => Some(&report.address),
            What::Home(report) => Some(&report.address),
            What::Confirmation(report) => Some(&report.address),
            What::Stay(report) => Some(&report.address),
            _ => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nobody_is_real_and_every_number_is_a_valid_test_number(seed: u64, index in 0usize..9_000, back in 0u64..600) {
        let life = Life::new(seed, index, day("2026-11-24") - Days::new(back));
        prop_assert!(super::names::SURNAMES.contains(&life.person.name.surname.as_str()));
        prop_assert!(life.person.contact.email.iter().all(|email| email.ends_with(".example")));
        if let Some(bsn) = &life.person.bsn {
            prop_assert!(bsn.starts_with("9999") && bsn_fault(bsn, "/bsn").is_none());
        }
        for home in homes(&life) {
            prop_assert_eq!(home.faults("/address"), vec![]);
            if let Address::Dutch { city, .. } = home {
                prop_assert!(super::names::TOWNS.contains(&city.as_str()));
            }
        }
    }

    #[test]
    fn a_life_is_told_in_order_and_the_same_each_time(seed: u64, index in 0usize..400) {
        let today = day("2026-11-24");
        let life = Life::new(seed, index, today);
        prop_assert_eq!(&life, &Life::new(seed, index, today));
        prop_assert!(life.steps.is_sorted_by_key(|step| step.on));
        let free = life.custody.and_then(|spell| spell.until).unwrap_or(life.enrolled_on);
        for step in &life.steps {
            prop_assert!(step.on >= free, "nobody reports before the registration or from prison");
            prop_assert!(step.on <= today + Days::new(AHEAD + 500));
        }
        prop_assert!(life.conviction.faults("", today).is_empty());
        prop_assert!(life.enrolled_on <= today && life.conviction.convicted_on <= life.enrolled_on);
    }
}

#[test]
fn three_hundred_lives_have_the_assumed_proportions() {
    let bands: Vec<Band> = (0..300).map(Band::of).collect();
    let share = |band: Band| bands.iter().filter(|b| **b == band).count();
    assert_eq!(share(Band::Indefinite), 195);
    assert_eq!(share(Band::Ten), 51);
    assert_eq!(share(Band::Seven), 15);
    assert_eq!(share(Band::Five), 33);
    assert_eq!(share(Band::Minor), 6);
    let lives: Vec<Life> = (0..300).map(|index| Life::new(1, index, day("2026-11-24"))).collect();
    let irish = lives.iter().filter(|life| life.regime == Regime::Ie).count();
    assert_eq!(irish, 30);
    let numbers: BTreeSet<_> = lives.iter().filter_map(|life| life.person.bsn.clone()).collect();
    assert_eq!(numbers.len(), 270, "no two people share a number");
    let has = |wanted: fn(&What) -> bool| lives.iter().flat_map(|life| &life.steps).any(|step| wanted(&step.what));
    assert!(has(|w| matches!(w, What::Travel(_))) && has(|w| matches!(w, What::Return(_))));
    assert!(has(|w| matches!(w, What::Home(_))) && has(|w| matches!(w, What::Stay(_))));
    assert!(has(|w| matches!(w, What::Custody(_))) && has(|w| matches!(w, What::Night(_))));
    assert!(has(|w| matches!(w, What::Confirmation(_))) && has(|w| matches!(w, What::Attempt(_))));
}

#[test]
fn another_seed_gives_other_people() {
    let today = day("2026-11-24");
    assert_ne!(Life::new(1, 5, today), Life::new(2, 5, today));
}
