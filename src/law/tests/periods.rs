//! The tricky rows of the registration period and of convictions abroad.

use super::{assessed, d, listed, tried};
use crate::{Assessment, DutyKind as K, Facts, RefusalCode};

fn convicted(as_of: &str, convictions: &str, rest: &str) -> Assessment {
    assessed(&format!(r#"{{"regime":"ie","asOf":"{as_of}","convictions":[{convictions}]{rest}}}"#))
}

fn refused(json: &str) -> RefusalCode {
    tried(&Facts::from_json(json).unwrap(), super::rules()).unwrap_err().code
}

/// `from lastDay provisional` of the period.
fn period(assessment: &Assessment) -> String {
    assessment.subject.period.map_or_else(
        || "never".to_owned(),
        |p| {
            let last = p.last_day.map_or_else(|| "-".to_owned(), |day| day.to_string());
            format!("{} {last}{}", p.from, if p.provisional { " provisional" } else { "" })
        },
    )
}

#[test]
fn a_term_is_laid_on_the_calendar_to_see_whether_it_is_longer() {
    let last = |on: &str, sentences: &str| {
        period(&convicted("2025-01-01", &format!(r#"{{"convictedOn":"{on}","sentences":[{sentences}]}}"#), ""))
    };
    // 31 August: five months end on 30 January, 29 days more on 28 February, where six months end too.
    let days = |n: u32| format!(r#"{{"kind":"imprisonment","months":5,"days":{n}}}"#);
    assert_eq!(last("2022-08-31", &days(29)), "2022-08-31 2029-08-30");
    assert_eq!(last("2022-08-31", &days(30)), "2022-08-31 2032-08-30");
}

#[test]
fn a_concurrent_sentence_starts_a_group_and_a_consecutive_one_joins_the_one_before_it() {
    let months = |runs: &str| {
        let sentences = format!(
            r#"{{"kind":"imprisonment","months":20}},{{"kind":"fine"}},{{"kind":"imprisonment","months":5,"runs":"{runs}"}}"#
        );
        period(&convicted("2025-01-01", &format!(r#"{{"convictedOn":"2024-01-01","sentences":[{sentences}]}}"#), ""))
    };
    // The fine is a group of its own, so the five months after it are not added to the twenty.
    assert_eq!(months("consecutive"), "2024-01-01 2033-12-31");
    assert_eq!(months("concurrent"), "2024-01-01 2033-12-31");
}

#[test]
fn a_quash_ends_on_its_day_or_the_natural_one_and_spares_who_stays_subject() {
    let quashed = r#"{"convictedOn":"2024-01-01","sentences":[{"kind":"fine"}],"quashedOn":"2024-05-10"}"#;
    let home = r#","events":[{"type":"home_changed","on":"2024-05-09"},{"type":"notification","kind":"home","on":"2024-05-11"}]"#;
    let alone = convicted("2024-06-01", quashed, home);
    assert_eq!(period(&alone), "2024-01-01 2024-05-10");
    assert_eq!(listed(&alone, K::Home), ["2024-05-09 2024-05-11 2024-05-11 lapsed"]);
    let other = format!(r#"{quashed},{{"convictedOn":"2023-12-01","sentences":[{{"kind":"fine"}}]}}"#);
    let stays = convicted("2024-06-01", &other, home);
    assert_eq!(listed(&stays, K::Home), ["2024-05-09 2024-05-11 2024-05-11 met"]);
    let late = r#"{"convictedOn":"2018-01-01","sentences":[{"kind":"fine"}],"quashedOn":"2024-05-10"}"#;
    assert_eq!(period(&convicted("2024-06-01", late, "")), "2018-01-01 2022-12-31");
}

#[test]
fn what_was_overdue_before_a_quash_stays_overdue() {
    let quashed = r#"{"convictedOn":"2024-01-01","sentences":[{"kind":"fine"}],"quashedOn":"2024-05-10"}"#;
    let rest = r#","events":[{"type":"notification","kind":"initial","on":"2024-05-11"}]"#;
    assert_eq!(
        listed(&convicted("2024-06-01", quashed, rest), K::Initial),
        ["2024-01-01 2024-01-03 2024-01-03 overdue"]
    );
}

#[test]
fn a_gap_between_two_registrations_is_not_subject_time() {
    let two = r#"{"convictedOn":"2010-01-01","sentences":[{"kind":"fine"}]},{"convictedOn":"2020-01-01","sentences":[{"kind":"fine"}]}"#;
    let rest = r#","events":[{"type":"home_changed","on":"2017-01-01"},{"type":"home_changed","on":"2021-01-01"}]"#;
    let assessment = convicted("2022-01-01", two, rest);
    assert_eq!(period(&assessment), "2010-01-01 2024-12-31");
    assert_eq!(listed(&assessment, K::Home), ["2021-01-01 2021-01-07 2021-01-07 overdue"]);
}

#[test]
fn convictions_of_one_day_raise_one_initial_duty_and_an_order_its_own() {
    let two = r#"{"id":"A","convictedOn":"2024-01-01","sentences":[{"kind":"fine"}]},{"id":"B","convictedOn":"2024-01-01","sentences":[{"kind":"fine"}]}"#;
    let rest = r#","events":[{"type":"order_notified","on":"2024-01-01"}]"#;
    assert_eq!(listed(&convicted("2024-01-01", two, ""), K::Initial).len(), 1);
    assert_eq!(listed(&convicted("2024-01-01", two, rest), K::Initial).len(), 2);
}

#[test]
fn minors_keep_the_old_reduction_or_wait_for_the_court() {
    let minor = |convicted_on: &str, rest: &str| {
        let json = format!(
            r#"{{"regime":"ie","asOf":"2026-01-01","person":{{"birthDate":"2007-06-01"}},"convictions":[{{"convictedOn":"{convicted_on}","sentences":[{{"kind":"imprisonment","months":8}}]{rest}}}]}}"#
        );
        period(&assessed(&json))
    };
    assert_eq!(minor("2023-11-12", ""), "2023-11-12 2028-11-11");
    assert_eq!(minor("2023-11-13", ""), "2023-11-13 - provisional");
    assert_eq!(minor("2023-11-13", r#","courtPeriodYears":4"#), "2023-11-13 2027-11-12");
    assert_eq!(minor("2025-06-01", r#","offenceOn":"2025-05-31""#), "2025-06-01 - provisional");
    assert_eq!(minor("2025-06-02", r#","offenceOn":"2025-06-01""#), "2025-06-02 2035-06-01");
}

#[test]
fn residence_is_completed_by_days_at_any_places_and_that_stay_raises_nothing_else() {
    let abroad = r#"{"convictedOn":"2019-05-14","place":"abroad","sentences":[{"kind":"life"}]}"#;
    let rest = r#","events":[{"type":"stay","place":"P","from":"2024-03-01","until":"2024-03-02"},{"type":"stay","place":"Q","from":"2024-03-03","until":"2024-03-20"}]"#;
    let assessment = convicted("2024-03-04", abroad, rest);
    assert_eq!(period(&assessment), "2024-03-03 -");
    assert_eq!(listed(&assessment, K::Initial), ["2024-03-03 2024-03-05 2024-03-07 open"]);
    assert!(listed(&assessment, K::Stay).is_empty());
    assert_eq!(assessment.discharge_from, None);
}

#[test]
fn resident_at_a_conviction_abroad_without_an_absence() {
    let rest = r#","events":[{"type":"became_resident","on":"2010-01-01"}]"#;
    let abroad = |on: &str| format!(r#"{{"convictedOn":"{on}","place":"abroad","sentences":[{{"kind":"life"}}]}}"#);
    assert_eq!(
        listed(&convicted("2023-11-14", &abroad("2020-01-01"), rest), K::Initial),
        ["2023-11-13 2023-11-15 2023-11-15 open"]
    );
    assert_eq!(
        listed(&convicted("2024-01-01", &abroad("2024-01-01"), rest), K::Initial),
        ["2024-01-01 2024-01-03 2024-01-03 open"]
    );
}

#[test]
fn the_first_day_of_the_act_asks_who_was_serving_or_waiting() {
    let on_that_day = |custody: &str| {
        let old = r#"{"convictedOn":"1999-01-01","sentences":[{"kind":"imprisonment","months":48}]}"#;
        period(&convicted("2002-01-01", old, &format!(r#","custody":[{custody}]"#)))
    };
    assert_eq!(on_that_day(r#"{"kind":"prison","from":"1999-01-01","until":"2001-09-27"}"#), "2001-09-27 -");
    assert_eq!(on_that_day(r#"{"kind":"prison","from":"1999-01-01","until":"2001-09-26"}"#), "never");
    assert_eq!(on_that_day(r#"{"kind":"remand","from":"1999-01-01","until":"2002-01-26"}"#), "never");
    let awaiting = r#"{"convictedOn":"2001-01-01","sentencedOn":"2001-09-28","sentences":[{"kind":"fine"}]}"#;
    assert_eq!(period(&convicted("2002-01-01", awaiting, "")), "2001-09-27 2005-12-31");
}

#[test]
fn discharge_waits_for_the_end_of_the_last_prison_spell() {
    let long = r#"{"convictedOn":"2010-03-01","sentences":[{"kind":"imprisonment","months":60}]}"#;
    let custody = |until: &str| format!(r#","custody":[{{"kind":"prison","from":"2010-03-01","until":{until}}}]"#);
    let from = |until: &str| convicted("2023-12-01", long, &custody(until)).discharge_from;
    assert_eq!(from("\"2012-02-29\""), Some(d("2022-02-28")));
    assert_eq!(from("null"), None);
    assert_eq!(convicted("2023-12-01", long, "").discharge_from, None);
}

#[test]
fn contradictions_are_refused_with_their_code() {
    let given = |convictions: &str, rest: &str| {
        refused(&format!(r#"{{"regime":"ie","asOf":"2024-01-01","convictions":[{convictions}]{rest}}}"#))
    };
    let with = |member: &str| format!(r#"{{"convictedOn":"2024-01-02",{member}}}"#);
    for member in [
        r#""sentencedOn":"2024-01-01""#,
        r#""offenceOn":"2024-01-03""#,
        r#""quashedOn":"2024-01-01""#,
        r#""varied":[{"on":"2024-01-01","sentences":[]}]"#,
    ] {
        assert_eq!(given(&with(member), ""), RefusalCode::DatesOutOfOrder, "{member}");
    }
    for event in [
        r#"{"type":"stay","place":"P","from":"2024-01-02","until":"2024-01-01"}"#,
        r#"{"type":"absence","from":"2024-01-02","until":"2024-01-01","intended":true}"#,
        r#"{"type":"absence","from":"2024-01-02","intended":true,"plannedReturn":"2024-01-01"}"#,
    ] {
        assert_eq!(given("", &format!(r#","events":[{event}]"#)), RefusalCode::DatesOutOfOrder, "{event}");
    }
    let six = with(r#""registrable":false,"courtPeriodYears":6"#);
    assert_eq!(given(&six, ""), RefusalCode::CourtPeriodTooLong);
    let order = r#"{"regime":"nl-pilot","asOf":"2024-01-01","events":[{"type":"order_notified","on":"2024-01-01"}]}"#;
    assert_eq!(refused(order), RefusalCode::RegimeWithoutOrders);
}
