//! The tricky rows of the rules, one test each: what a careful engineer could get wrong.

use super::{assessed, ie, listed, nl};
use crate::DutyKind as K;

#[test]
fn spells_that_touch_on_a_day_are_one_and_a_day_between_is_a_day_at_liberty() {
    let home = |second: &str| {
        let rest = format!(
            r#""custody":[{{"kind":"remand","from":"2024-06-04","until":"2024-06-10"}},{{"kind":"prison","from":"{second}","until":"2024-06-20"}}],
            "events":[{{"type":"home_changed","on":"2024-06-03"}}]"#
        );
        listed(&ie("2024-06-05", &rest), K::Home)
    };
    assert_eq!(home("2024-06-10"), ["2024-06-03 2024-06-20 2024-06-22 suspended"]);
    assert_eq!(home("2024-06-11"), ["2024-06-03 2024-06-10 2024-06-22 suspended"]);
}

#[test]
fn a_reading_that_was_complete_before_custody_keeps_its_day() {
    let rest = r#""custody":[{"kind":"remand","from":"2024-06-05","until":null}],"events":[{"type":"home_changed","on":"2024-06-03"}]"#;
    assert_eq!(listed(&ie("2024-06-04", rest), K::Home), ["2024-06-03 2024-06-05 - open"]);
    assert_eq!(listed(&ie("2024-06-07", rest), K::Home), ["2024-06-03 2024-06-05 - suspended"]);
}

#[test]
fn custody_of_one_day_on_the_trigger_day_leaves_time_after_release() {
    let rest = r#""custody":[{"kind":"remand","from":"2024-06-03","until":"2024-06-03"}],"events":[{"type":"home_changed","on":"2024-06-03"}]"#;
    assert_eq!(listed(&ie("2024-06-03", rest), K::Home), ["2024-06-03 2024-06-05 2024-06-06 open"]);
}

#[test]
fn a_duty_of_the_future_is_suspended_when_the_custody_of_today_will_hold_it() {
    let rest = r#""custody":[{"kind":"prison","from":"2024-06-01","until":"2024-06-12"}],"events":[{"type":"name_used","on":"2024-06-10"}]"#;
    assert_eq!(listed(&ie("2024-06-05", rest), K::Name), ["2024-06-10 2024-06-14 2024-06-15 suspended"]);
    assert_eq!(listed(&ie("2024-05-31", rest), K::Name), ["2024-06-10 2024-06-14 2024-06-15 upcoming"]);
}

#[test]
fn the_pilot_restarts_on_every_release_and_ends_on_a_working_day() {
    let rest = r#""custody":[{"kind":"remand","from":"2026-02-03","until":"2026-02-06"},{"kind":"remand","from":"2026-02-10","until":"2026-02-13"}],
        "events":[{"type":"home_changed","on":"2026-02-02"}]"#;
    assert_eq!(listed(&nl("2026-02-11", rest), K::Home), ["2026-02-02 2026-02-17 2026-02-17 suspended"]);
    assert_eq!(listed(&nl("2026-02-08", rest), K::Home), ["2026-02-02 2026-02-17 2026-02-17 open"]);
}

#[test]
fn an_event_on_the_day_of_release_runs_from_that_day() {
    let rest = r#""custody":[{"kind":"remand","from":"2026-02-02","until":"2026-02-09"}],"events":[{"type":"home_changed","on":"2026-02-09"}]"#;
    assert_eq!(listed(&nl("2026-02-10", rest), K::Home), ["2026-02-09 2026-02-12 2026-02-12 open"]);
}

#[test]
fn a_date_outside_the_table_is_said_so_and_blocks_nothing_else() {
    let rest = r#""events":[{"type":"home_changed","on":"2028-12-29"},{"type":"name_used","on":"2028-12-20"}]"#;
    let assessment = nl("2028-12-29", rest);
    assert_eq!(listed(&assessment, K::Home), ["2028-12-29 - - not_computable"]);
    assert_eq!(listed(&assessment, K::Name), ["2028-12-20 2028-12-27 2028-12-27 overdue"]);
}

#[test]
fn a_return_on_the_lenient_last_day_lapses_and_leaves_no_overdue_date() {
    let away = |until: &str| {
        let rest = format!(r#""events":[{{"type":"absence","from":"2024-03-01","until":"{until}","intended":false}}]"#);
        listed(&ie("2024-03-20", &rest), K::UnplannedAbsence)
    };
    assert_eq!(away("2024-03-05"), ["2024-03-03 2024-03-05 2024-03-06 lapsed"]);
    assert_eq!(away("2024-03-06"), ["2024-03-03 2024-03-05 - lapsed"]);
    assert_eq!(away("2024-03-07"), ["2024-03-03 2024-03-05 2024-03-06 overdue"]);
}

#[test]
fn a_notification_after_the_return_does_not_meet_what_lapsed() {
    let rest = |on: &str| {
        format!(
            r#""events":[{{"type":"absence","from":"2024-03-01","until":"2024-03-05","intended":false}},{{"type":"notification","kind":"unplanned_absence","on":"{on}"}}]"#
        )
    };
    let status = |on: &str| listed(&ie("2024-03-20", &rest(on)), K::UnplannedAbsence);
    assert_eq!(status("2024-03-05"), ["2024-03-03 2024-03-05 2024-03-06 met"]);
    assert_eq!(status("2024-03-06"), ["2024-03-03 2024-03-05 2024-03-06 lapsed"]);
}

#[test]
fn an_absence_over_the_change_of_text_is_not_settled_but_its_return_is() {
    let rest = r#""events":[{"type":"absence","from":"2023-11-09","until":"2023-11-20","intended":false}]"#;
    let assessment = ie("2023-12-01", rest);
    assert!(listed(&assessment, K::UnplannedAbsence).is_empty());
    assert_eq!(listed(&assessment, K::Return), ["2023-11-20 2023-11-22 2023-11-22 overdue"]);
}

#[test]
fn two_trips_notified_ahead_are_told_apart_by_the_trip_they_name() {
    let rest = |named: bool| {
        let trip = |id: &str| if named { format!(r#","trip":"{id}""#) } else { String::new() };
        format!(
            r#""events":[{{"type":"notification","kind":"travel","on":"2024-06-01","plannedReturn":"2024-06-20"{}}},
            {{"type":"notification","kind":"travel","on":"2024-06-02","plannedReturn":"2024-07-10"{}}},
            {{"id":"a","type":"absence","from":"2024-06-10","until":"2024-06-20","intended":true,"plannedReturn":"2024-06-20"}},
            {{"id":"b","type":"absence","from":"2024-07-01","until":"2024-07-10","intended":true,"plannedReturn":"2024-07-10"}}]"#,
            trip("a"),
            trip("b")
        )
    };
    let named = ie("2024-08-01", &rest(true));
    assert_eq!(
        listed(&named, K::Travel),
        ["2024-06-10 2024-06-10 2024-06-10 met", "2024-07-01 2024-07-01 2024-07-01 met"]
    );
    assert!(listed(&named, K::Return).is_empty());
    let by_date = ie("2024-08-01", &rest(false));
    assert!(listed(&by_date, K::Travel)[1].ends_with("overdue"));
}

#[test]
fn a_notification_for_a_trip_that_was_withdrawn_meets_nothing_but_starts_the_year() {
    let rest = r#""events":[{"type":"notification","kind":"travel","on":"2024-06-01","plannedReturn":"2024-06-20","trip":"gone"},
        {"id":"a","type":"absence","from":"2024-06-10","until":null,"intended":true,"plannedReturn":"2024-06-20"}]"#;
    let assessment = ie("2024-06-11", rest);
    assert!(listed(&assessment, K::Travel)[0].ends_with("overdue"));
    assert!(listed(&assessment, K::Periodic).contains(&"2024-06-01 2025-06-07 2025-06-08 upcoming".to_owned()));
}

#[test]
fn a_place_notified_before_the_stay_is_complete_is_covered() {
    let rest = |place: &str| {
        format!(
            r#""events":[{{"type":"notification","kind":"stay","on":"2024-07-02","place":"{place}"}},{{"type":"stay","place":"P","from":"2024-07-01","until":"2024-07-10"}}]"#
        )
    };
    assert!(listed(&ie("2024-08-01", &rest("P")), K::Stay).is_empty());
    assert_eq!(listed(&ie("2024-08-01", &rest("Q")), K::Stay), ["2024-07-03 2024-07-05 2024-07-06 overdue"]);
}

#[test]
fn on_the_anniversary_only_the_strict_reading_knows_the_yearly_duty() {
    let periodic = |second: &str| {
        let rest = format!(
            r#""events":[{{"type":"notification","kind":"home","on":"2024-03-01"}},{{"type":"notification","kind":"home","on":"{second}"}}]"#
        );
        let json = format!(r#"{{"regime":"ie","asOf":"2025-04-01","subjectSince":"2024-01-02",{rest}}}"#);
        listed(&assessed(&json), K::Periodic)
    };
    assert_eq!(periodic("2025-02-28"), ["2025-02-28 2026-03-06 2026-03-07 upcoming"]);
    assert_eq!(periodic("2025-03-01"), ["2024-03-01 2025-03-07 - open", "2025-03-01 2026-03-07 2026-03-08 upcoming"]);
    assert_eq!(
        periodic("2025-03-02"),
        ["2024-03-01 2025-03-07 2025-03-08 overdue", "2025-03-02 2026-03-08 2026-03-09 upcoming"]
    );
}

#[test]
fn one_periodic_notification_meets_the_one_off_duty_and_the_pending_one() {
    let rest = r#""events":[{"type":"notification","kind":"home","on":"2024-02-01"},{"type":"notification","kind":"periodic","on":"2024-05-01"}]"#;
    assert_eq!(
        listed(&ie("2024-06-01", rest), K::Periodic),
        [
            "2023-11-13 2023-11-15 2023-11-16 met_late",
            "2024-02-01 2025-02-07 2025-02-08 met",
            "2024-05-01 2025-05-07 2025-05-08 upcoming"
        ]
    );
}

#[test]
fn a_series_without_an_end_is_listed_through_the_day_after_and_leaves_custody_out() {
    let rest = r#""custody":[{"kind":"remand","from":"2024-05-13","until":"2024-05-16"}],
        "events":[{"type":"no_home_notice","on":"2024-05-10","intervalDays":3}]"#;
    assert_eq!(
        listed(&ie("2024-05-18", rest), K::NoHome),
        [
            "2024-05-10 2024-05-10 2024-05-10 overdue",
            "2024-05-10 2024-05-16 2024-05-16 overdue",
            "2024-05-10 2024-05-19 2024-05-19 upcoming"
        ]
    );
}
