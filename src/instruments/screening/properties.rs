//! What holds for every application.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::grounds::cases;

fn antecedent(i: usize, (offence, disposal, country, days): (usize, usize, usize, u64)) -> Antecedent {
    Antecedent {
        id: format!("C{i}"),
        offence: OffenceGroup::ALL[offence % OffenceGroup::ALL.len()],
        disposal: Disposal::ALL[disposal % Disposal::ALL.len()],
        suspended: false,
        final_on: Some(NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + Days::new(days)),
        country: ["NL", "ES", "PH"][country % 3].to_owned(),
        transferred: false,
        source: Source::CriminalRecord,
        days_detained: 0,
    }
}

const fn severity(test: Test) -> u8 {
    match test {
        Test::None => 0,
        Test::Ordinary => 1,
        Test::Strict => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn one_more_case_never_makes_the_test_lighter_and_one_that_is_not_weighed_changes_nothing(
        cases in prop::collection::vec((any::<usize>(), any::<usize>(), any::<usize>(), 0_u64..14_000), 1..6),
        function in 0_usize..7,
    ) {
        let countries = cases::countries();
        let versions = rules(&[], countries).unwrap();
        let on = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let rules = versions.at(on).unwrap();
        let mut application = Application {
            on,
            function: rules.functions.keys().nth(function).unwrap().clone(),
            nationalities: vec!["NL".to_owned()],
            residence: None,
            birth_date: None,
            antecedents: cases.into_iter().enumerate().map(|(i, case)| antecedent(i, case)).collect(),
        };
        let whole = screen(&application, rules, countries).unwrap();
        application.antecedents.pop();
        let without = screen(&application, rules, countries).unwrap();
        prop_assert!(severity(without.test) <= severity(whole.test));
        let last = whole.items.last().unwrap();
        if !last.weighed {
            prop_assert_eq!(without.test, whole.test);
            prop_assert_eq!(without.strict_because, whole.strict_because);
        }
        prop_assert_eq!(whole.test == Test::None, whole.items.iter().all(|item| !item.weighed));
        prop_assert!(whole.items.iter().all(|item| !item.steps.is_empty() && !item.source.is_empty()));
    }
}
