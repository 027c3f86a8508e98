//! Which expressions and zones are refused, and when the others are due.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use scheduler::{JobSpec, Rhythm, Schedule, ScheduleError};

use crate::sim::{AMSTERDAM, utc};

fn schedule(cron: &str) -> Schedule {
    Schedule::parse(cron, AMSTERDAM).unwrap()
}

fn next(cron: &str, after: &str, count: usize) -> Vec<DateTime<Utc>> {
    let schedule = schedule(cron);
    std::iter::successors(schedule.next_after(utc(after)), |last| schedule.next_after(*last)).take(count).collect()
}

#[test]
fn a_schedule_that_can_never_fire_is_refused_with_job_and_reason() {
    for cron in ["0 0 4 30 2 *", "0 0 4 31 4,6,9,11 *", "0 0 4 29 2 * 2027"] {
        let error = JobSpec::new("sweep", cron, AMSTERDAM).unwrap_err();
        assert_eq!(error.to_string(), format!("job \"sweep\": {cron:?} can never fire"));
    }
    let past = schedule("0 0 4 1 1 * 2020");
    let error = past.check_fires_after(utc("2026-01-01T00:00:00Z")).unwrap_err();
    assert!(error.to_string().contains("will not fire again after 2026-01-01"), "{error}");
    assert!(schedule("0 0 4 29 2 *").check_fires_after(utc("2026-03-01T00:00:00Z")).is_ok(), "a leap day comes");
}

#[test]
fn what_people_get_wrong_in_an_expression_is_refused() {
    let refusal = |cron: &str| Schedule::parse(cron, AMSTERDAM).unwrap_err();
    assert!(matches!(refusal("0 4 * * Mon"), ScheduleError::FieldCount(_, 5)), "crontab has no seconds");
    assert!(matches!(refusal(""), ScheduleError::FieldCount(_, 0)));
    assert!(matches!(refusal("0 0 4 * * 1"), ScheduleError::NumberedWeekday(_)), "Sunday or Monday?");
    assert!(matches!(refusal("0 0 4 * * 1-5"), ScheduleError::NumberedWeekday(_)));
    assert!(matches!(refusal("* 0,30 * * * *"), ScheduleError::EverySecond(_)), "sixty ticks, not one");
    for cron in ["0 0 25 * * *", "0 61 4 * * *", "0 0 4 * * Mun", "0 0 4 x * *", "@often"] {
        let ScheduleError::Expression { expression, reason } = refusal(cron) else { panic!("{cron} is refused") };
        assert_eq!(expression, cron);
        assert!(!reason.is_empty() && !reason.contains('\n'), "{reason:?}");
    }
}

#[test]
fn a_zone_is_a_place_or_utc() {
    for zone in ["Europe/Amsterdam", "America/Argentina/Ushuaia", "UTC", "Etc/UTC"] {
        assert!(Schedule::parse("0 0 4 * * *", zone).is_ok(), "{zone}");
    }
    for zone in ["CET", "EST5EDT", "GB", "PRC", "Etc/GMT-1", "MET"] {
        let error = Schedule::parse("0 0 4 * * *", zone).unwrap_err();
        assert_eq!(error, ScheduleError::AmbiguousZone(zone.to_owned()));
    }
    for zone in ["", "Europe/Amsterdan", "CEST", "+01:00", "europe/"] {
        let error = Schedule::parse("0 0 4 * * *", zone).unwrap_err();
        assert_eq!(error, ScheduleError::UnknownZone(zone.to_owned()));
    }
}

#[test]
fn weekdays_go_by_name_and_both_day_fields_must_match() {
    let monday_to_friday = next("0 0 4 * * Mon-Fri", "2026-11-20T12:00:00Z", 2);
    assert_eq!(monday_to_friday, [utc("2026-11-23T03:00:00Z"), utc("2026-11-24T03:00:00Z")]);
    assert_eq!(next("0 0 4 13 * Fri", "2026-03-14T00:00:00Z", 1), [utc("2026-11-13T03:00:00Z")]);
    assert_eq!(next("@daily", "2026-07-01T12:00:00Z", 1), [utc("2026-07-01T22:00:00Z")], "local midnight");
}

#[test]
fn the_two_rhythms_differ_in_the_hour_that_comes_twice() {
    assert_eq!(schedule("0 */20 2 * * *").rhythm(), Rhythm::Calendar);
    let calendar = next("0 */20 2 * * *", "2026-10-24T12:00:00Z", 4);
    let expected = ["2026-10-25T00:00:00Z", "2026-10-25T00:20:00Z", "2026-10-25T00:40:00Z", "2026-10-26T01:00:00Z"];
    assert_eq!(calendar, expected.map(utc), "three in the first pass, none in the second");

    assert_eq!(schedule("0 */20 * * * *").rhythm(), Rhythm::Elapsed);
    let elapsed = next("0 */20 * * * *", "2026-10-25T00:30:00Z", 5);
    let expected = ["00:40", "01:00", "01:20", "01:40", "02:00"].map(|time| utc(&format!("2026-10-25T{time}:00Z")));
    assert_eq!(elapsed, expected, "and on through the second pass");
}

#[test]
fn the_newest_occurrence_is_found_from_any_moment() {
    let daily = schedule("0 30 2 * * *");
    let latest = |at: &str| daily.latest_at(utc(at)).unwrap();
    assert_eq!(latest("2026-03-29T00:59:59Z"), utc("2026-03-28T01:30:00Z"), "before the gap");
    assert_eq!(latest("2026-03-29T01:00:00Z"), utc("2026-03-29T01:00:00Z"), "at its end");
    assert_eq!(latest("2026-10-25T01:10:00Z"), utc("2026-10-25T00:30:00Z"), "02:10 for the second time");
    assert_eq!(latest("2026-10-25T01:30:00Z"), utc("2026-10-25T00:30:00Z"), "02:30 for the second time");
    let old = schedule("0 0 4 1 6 * 2020-2022");
    assert_eq!(old.latest_at(utc("2026-03-05T00:00:00Z")), Some(utc("2022-06-01T02:00:00Z")), "years ago");
    assert_eq!(old.latest_at(utc("2020-05-01T00:00:00Z")), None);
    let old = schedule("0 0 * 1 6 * 2020-2022");
    assert_eq!(old.latest_at(utc("2026-03-05T00:00:00Z")), Some(utc("2022-06-01T21:00:00Z")), "and every hour");
}

#[test]
fn an_absurd_clock_is_survived() {
    let daily = schedule("0 0 4 * * *");
    for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let found = [daily.next_after(instant), daily.latest_at(instant)];
        assert!(found.iter().any(Option::is_some), "{instant}: {found:?}");
    }
}

/// Reads off a wall clock, second by second, when a schedule is due between two instants.
fn by_the_wall_clock(cron: &str, zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let parsed: cron::Schedule = cron.parse().unwrap();
    let every_hour = Schedule::parse(cron, zone.name()).unwrap().rhythm() == Rhythm::Elapsed;
    let mut due = Vec::new();
    // The furthest the wall clock has shown: a time at or before it has had its turn.
    let mut shown = (from - TimeDelta::days(2)).with_timezone(&zone).naive_local();
    let mut instant = from - TimeDelta::days(1);
    while instant <= to {
        let local = instant.with_timezone(&zone).naive_local();
        let matches = |naive: chrono::NaiveDateTime| parsed.includes(Utc.from_utc_datetime(&naive));
        let fires = if every_hour {
            matches(local)
        } else {
            let mut passed = local.max(shown);
            let mut any = false;
            while passed > shown && !any {
                any = matches(passed);
                passed -= TimeDelta::minutes(1);
            }
            any
        };
        if fires && instant > from {
            due.push(instant);
        }
        shown = shown.max(local);
        instant += TimeDelta::minutes(1);
    }
    due
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Around every kind of change of the clock, both searches agree with a watched wall clock.
    #[test]
    fn both_searches_agree_with_a_watched_wall_clock(
        minute in prop::sample::select(vec!["0", "30", "*/15", "5,50", "*", "59"]),
        hour in prop::sample::select(vec!["*", "2", "*/2", "0-3", "23,0", "1-2", "3"]),
        days in prop::sample::select(vec!["* *", "25-29 *", "* 3,10", "29 3", "25 10"]),
        change in prop::sample::select(vec![
            ("Europe/Amsterdam", "2026-03-29T01:00:00Z"),
            ("Europe/Amsterdam", "2026-10-25T01:00:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
            ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
            ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
        ]),
        shift in -180_i64..180,
        length in 1_i64..400,
    ) {
        let cron = format!("0 {minute} {hour} {days} *");
        let zone: Tz = change.0.parse().unwrap();
        let from = utc(change.1) + TimeDelta::minutes(shift);
        let to = from + TimeDelta::minutes(length);
        let expected = by_the_wall_clock(&cron, zone, from, to);
        let schedule = Schedule::parse(&cron, change.0).unwrap();
        let forward: Vec<_> = std::iter::successors(schedule.next_after(from), |last| schedule.next_after(*last))
            .take_while(|instant| *instant <= to)
            .collect();
        prop_assert_eq!(&forward, &expected, "forward, {} in {}", cron, zone);
        let second = TimeDelta::seconds(1);
        let mut backward: Vec<_> =
            std::iter::successors(schedule.latest_at(to), |last| schedule.latest_at(*last - second))
                .take_while(|instant| *instant > from)
                .collect();
        backward.reverse();
        prop_assert_eq!(&backward, &expected, "backward, {} in {}", cron, zone);
    }
}
