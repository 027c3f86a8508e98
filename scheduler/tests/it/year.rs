//! The whole of 2026 in Amsterdam: 29 March has 23 hours, 25 October has 25.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::Amsterdam;
use scheduler::TickStore;

use crate::sim::{World, days, minutes, utc};

/// Local midnight, less a minute: what is due at midnight is due within the year.
const START: &str = "2025-12-31T22:59:00Z";

/// Runs `cron` through the year, looking every `step` minutes, and returns the ticks for which it did something.
fn year_of(cron: &str, step: u64) -> Vec<DateTime<Utc>> {
    let world = World::new(START, &[("job", cron)]);
    let engine = world.engine("one");
    World::turn(&[&engine]);
    world.pass(&[&engine], days(365), minutes(step));
    for effect in world.done("job") {
        let late = effect.at - effect.scheduled_for;
        assert!(late >= TimeDelta::zero() && late <= TimeDelta::minutes(i64::try_from(step).unwrap()), "{effect:?}");
    }
    let open = world.store.view("job", None).unwrap().unwrap().open;
    assert!(open.is_empty(), "nothing is left: {open:?}");
    world.done_for("job")
}

fn per_local_date(done: &[DateTime<Utc>]) -> BTreeMap<NaiveDate, usize> {
    let mut dates = BTreeMap::new();
    for instant in done {
        *dates.entry(instant.with_timezone(&Amsterdam).date_naive()).or_default() += 1;
    }
    dates
}

#[test]
fn a_job_at_half_past_two_runs_once_on_every_date() {
    let done = year_of("0 30 2 * * *", 10);
    let dates = per_local_date(&done);
    assert_eq!((dates.len(), done.len()), (365, 365));
    let not_half_past_two: Vec<_> = done
        .iter()
        .map(|instant| instant.with_timezone(&Amsterdam))
        .filter(|local| (local.hour(), local.minute()) != (2, 30))
        .collect();
    assert_eq!(not_half_past_two, [utc("2026-03-29T01:00:00Z")], "skipped: right after the gap");
    assert!(done.contains(&utc("2026-10-25T00:30:00Z")), "repeated: the first");
    assert!(!done.contains(&utc("2026-10-25T01:30:00Z")), "and not the second");
}

#[test]
fn an_hourly_job_runs_once_in_each_hour_that_passes() {
    for (cron, minute) in [("0 0 * * * *", 0), ("0 30 * * * *", 30)] {
        let done = year_of(cron, 10);
        assert_eq!(done.len(), 365 * 24);
        let hour = TimeDelta::hours(1);
        assert!(done.windows(2).all(|pair| pair[1] - pair[0] == hour), "never two hours, never none");
        assert!(done.iter().all(|instant| instant.minute() == minute));
        let dates = per_local_date(&done);
        assert_eq!(dates[&NaiveDate::from_ymd_opt(2026, 3, 29).unwrap()], 23);
        assert_eq!(dates[&NaiveDate::from_ymd_opt(2026, 10, 25).unwrap()], 25);
    }
}

#[test]
fn a_job_of_every_minute_runs_in_each_minute_that_passes() {
    let done = year_of("0 * * * * *", 1);
    assert_eq!(done.len(), 365 * 24 * 60);
    assert!(done.windows(2).all(|pair| pair[1] - pair[0] == TimeDelta::minutes(1)));
}

#[test]
fn a_job_on_the_31st_runs_in_the_months_that_have_one() {
    let done = year_of("0 0 4 31 * *", 10);
    let months: Vec<_> = done.iter().map(|instant| instant.with_timezone(&Amsterdam).month()).collect();
    assert_eq!(months, [1, 3, 5, 7, 8, 10, 12]);
    assert!(done.iter().all(|instant| instant.with_timezone(&Amsterdam).day() == 31));
}

#[test]
fn a_job_of_every_other_hour_keeps_its_local_hours() {
    let done = year_of("0 0 */2 * * *", 10);
    assert!(per_local_date(&done).values().all(|count| *count == 12), "on every date, long or short");
    assert!(done.contains(&utc("2026-03-29T01:00:00Z")), "02:00 does not exist: 03:00");
}

#[test]
fn several_skipped_times_coalesce_after_the_gap() {
    let done = year_of("0 */15 2 * * *", 10);
    let dates = per_local_date(&done);
    assert_eq!(dates[&NaiveDate::from_ymd_opt(2026, 3, 29).unwrap()], 1);
    assert_eq!(dates[&NaiveDate::from_ymd_opt(2026, 10, 25).unwrap()], 4);
    assert_eq!(done.len(), 365 * 4 - 3);
}
