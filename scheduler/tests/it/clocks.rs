//! Clocks that jump, that differ, and that run fast.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use scheduler::{
    Clock, Engine, Job, JobError, ManualClock, Monitor, RunReport, Settings, TickKind, TickState, TickStore,
};

use crate::sim::{Effect, World, days, hours, minutes, seconds, utc};

/// The time that passed between one effect and the next, by the clock that is never set.
fn gaps(effects: &[Effect]) -> Vec<Duration> {
    effects.windows(2).map(|pair| pair[1].uptime - pair[0].uptime).collect()
}

#[test]
fn a_clock_set_back_neither_silences_nor_doubles_a_job_of_every_minute() {
    for back in [TimeDelta::seconds(45), TimeDelta::minutes(10), TimeDelta::hours(3), TimeDelta::days(1)] {
        let world = World::new("2026-05-04T06:00:00Z", &[("minute", "0 * * * * *")]);
        let engines = [world.engine("a"), world.engine("b")];
        let engines: Vec<&Engine> = engines.iter().collect();
        world.pass(&engines, hours(4), seconds(5));
        world.clock.set(world.clock.now() - back);
        world.pass(&engines, hours(4), seconds(5));
        let done = world.done("minute");
        let (shortest, longest) = (gaps(&done).into_iter().min().unwrap(), gaps(&done).into_iter().max().unwrap());
        assert!(longest <= seconds(60 + 60), "set back by {back}: silent for {longest:?}");
        assert!(shortest >= seconds(20), "set back by {back}: again after {shortest:?}");
        assert!((478..=481).contains(&done.len()), "one for each minute that passed: {}", done.len());
    }
}

#[test]
fn a_clock_set_back_repeats_no_daily_run() {
    let world = World::new("2026-05-01T12:00:00Z", &[("daily", "0 0 4 * * *")]);
    let engine = world.engine("one");
    world.pass(&[&engine], hours(48 + 15), minutes(1));
    assert_eq!(world.done_for("daily").last(), Some(&utc("2026-05-04T02:00:00Z")));
    for back in [TimeDelta::hours(3), TimeDelta::hours(3), TimeDelta::days(1)] {
        world.clock.set(world.clock.now() - back);
        world.pass(&[&engine], Duration::from_secs(back.num_seconds().unsigned_abs()), minutes(1));
        assert_eq!(world.done("daily").len(), 3, "04:00 came again after {back}");
    }
    world.pass(&[&engine], days(1), minutes(1));
    assert_eq!(world.done_for("daily")[3..], [utc("2026-05-05T02:00:00Z")], "the next day has its run");
}

#[test]
fn a_clock_that_leaps_and_is_put_right_loses_nothing() {
    let jobs = [("daily", "0 0 4 * * *"), ("minute", "0 * * * * *")];
    let world = World::new("2026-05-03T12:00:00Z", &jobs);
    let engine = world.engine("one");
    world.pass(&[&engine], hours(15), minutes(1));
    for leap in [TimeDelta::hours(3), TimeDelta::days(1), TimeDelta::days(400)] {
        let before = world.done("minute").len();
        world.clock.set(world.clock.now() + leap);
        world.pass(&[&engine], seconds(5), seconds(1));
        assert_eq!(world.done("minute").len(), before + 1, "a leap of {leap} is one run");
        world.clock.set(world.clock.now() - leap);
        world.pass(&[&engine], minutes(10), seconds(5));
        assert!((before + 10..=before + 12).contains(&world.done("minute").len()), "put right after {leap}");
    }
    world.pass(&[&engine], days(2), minutes(1));
    let mut dates: Vec<_> = world.done_for("daily");
    assert_eq!(dates[0], utc("2026-05-04T02:00:00Z"));
    dates.sort_unstable();
    let count = dates.len();
    dates.dedup();
    assert_eq!(dates.len(), count, "no date twice: {dates:?}");
    for date in ["2026-05-05T02:00:00Z", "2026-05-06T02:00:00Z"] {
        assert!(dates.contains(&utc(date)), "{date} has its run");
    }
    assert!(gaps(&world.done("minute")).into_iter().max().unwrap() <= minutes(2));
}

#[test]
fn a_retry_does_not_wait_for_a_clock_that_was_set_back() {
    let world = World::new("2026-05-04T01:59:59Z", &[("daily", "0 0 4 * * *")]);
    let inner = world.clone();
    let job = Job::new(world.specs().remove(0), move |context| {
        inner.note("daily", context);
        if inner.done("daily").len() == 1 { Err(JobError::new("no answer")) } else { Ok(RunReport::default()) }
    });
    let engine = world.engine_of("one", vec![job]);
    World::turn(&[&engine]);
    world.pass(&[&engine], seconds(2), seconds(1));
    assert_eq!(world.tick("daily", "2026-05-04T02:00:00Z").state, TickState::Retrying);
    world.clock.set(utc("2026-05-03T23:00:00Z"));
    world.pass(&[&engine], seconds(60), seconds(1));
    assert_eq!(world.tick("daily", "2026-05-04T02:00:00Z").state, TickState::Succeeded);
}

#[test]
fn setting_the_clock_takes_no_lease_away() {
    let world = World::new("2026-05-04T01:59:59Z", &[("daily", "0 0 4 * * *")]);
    let (holder, other) = (world.engine("holder"), world.engine("other"));
    World::turn(&[&holder, &other]);
    world.clock.advance(seconds(2));
    let run = holder.poll().pop().unwrap();
    for jump in [TimeDelta::hours(3), TimeDelta::hours(-6), TimeDelta::days(2)] {
        world.clock.set(world.clock.now() + jump);
        for _ in 0..10 {
            world.clock.advance(seconds(3));
            holder.heartbeat();
            World::turn(&[&other]);
        }
    }
    assert!(world.done("daily").is_empty(), "the holder lives");
    holder.execute(run);
    World::turn(&[&holder, &other]);
    let done = world.done_for("daily");
    assert_eq!(done, [utc("2026-05-04T02:00:00Z"), utc("2026-05-05T02:00:00Z")], "then what came due since");
}

#[test]
fn a_dead_holder_is_replaced_also_when_the_clock_was_set_back() {
    let world = World::new("2026-05-02T12:00:00Z", &[("daily", "0 0 4 * * *")]);
    let dead = world.engine("dead");
    world.pass(&[&dead], hours(37), minutes(10));
    world.clock.set(utc("2026-05-04T01:59:59Z"));
    world.clock.advance(seconds(2));
    drop((dead.poll(), dead));
    world.clock.set(utc("2026-05-03T02:00:01Z"));
    let heir = world.engine("heir");
    world.pass(&[&heir], seconds(20), seconds(1));
    let done = world.done_for("daily");
    assert_eq!(done, [utc("2026-05-03T02:00:00Z"), utc("2026-05-04T02:00:00Z")], "each date once");
}

/// A clock that is ahead of another, or behind.
struct Skewed(Arc<ManualClock>, TimeDelta);

impl Clock for Skewed {
    fn now(&self) -> DateTime<Utc> {
        self.0.now() + self.1
    }

    fn uptime(&self) -> Duration {
        self.0.uptime()
    }
}

#[test]
fn clocks_that_differ_by_seconds_give_no_run_twice() {
    let world = World::new("2026-05-04T06:00:00Z", &[("minute", "0 * * * * *")]);
    let engines: Vec<Engine> = [-14, 0, 14]
        .map(|skew| {
            let clock = Arc::new(Skewed(world.clock.clone(), TimeDelta::seconds(skew)));
            let jobs = vec![world.noting(world.specs().remove(0))];
            Engine::new(jobs, world.store.clone(), clock, Settings::new(format!("{skew:+}"))).unwrap()
        })
        .into();
    world.pass(&engines.iter().collect::<Vec<_>>(), hours(2), seconds(1));
    let done = world.done_for("minute");
    assert!((119..=121).contains(&done.len()), "{}", done.len());
    assert!(done.windows(2).all(|pair| pair[1] - pair[0] == TimeDelta::minutes(1)), "each minute once, in order");
}

#[test]
fn a_scheduler_that_is_behind_starts_nothing_older_than_what_another_has_started() {
    let world = World::new("2026-05-04T06:00:00Z", &[("minute", "0 * * * * *")]);
    let ahead = world.engine("ahead");
    World::turn(&[&ahead]);
    world.clock.advance(seconds(125));
    World::turn(&[&ahead]);
    assert_eq!(world.done_for("minute"), [utc("2026-05-04T06:02:00Z")], "06:01 was missed");

    let clock = Arc::new(Skewed(world.clock.clone(), TimeDelta::seconds(-20)));
    let jobs = vec![world.noting(world.specs().remove(0))];
    let behind = Engine::new(jobs, world.store.clone(), clock, Settings::new("behind")).unwrap();
    World::turn(&[&behind]);
    assert_eq!(world.done("minute").len(), 1, "06:01 is not made up for by one whose clock shows 06:01");

    // It made the row of 06:01 before the other started 06:02, and was not fast enough to claim it.
    world.store.ensure_tick("minute", utc("2026-05-04T06:01:00Z"), TickKind::Schedule, world.clock.now()).unwrap();
    world.pass(&[&ahead, &behind], seconds(20), seconds(1));
    assert_eq!(world.done("minute").len(), 1, "nor by one who finds it");
    world.pass(&[&ahead, &behind], seconds(60), seconds(1));
    assert_eq!(world.tick("minute", "2026-05-04T06:01:00Z").state, TickState::Superseded);
}

/// A demonstration: a day passes every 20 seconds, while the scheduler looks every second.
struct Fast(Arc<ManualClock>, DateTime<Utc>);

impl Clock for Fast {
    fn now(&self) -> DateTime<Utc> {
        self.1 + TimeDelta::from_std(self.0.uptime() * 4320).unwrap()
    }

    fn wall(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn uptime(&self) -> Duration {
        self.0.uptime()
    }
}

#[test]
fn under_a_clock_that_runs_fast_jobs_coalesce_and_do_not_lag() {
    let jobs = [("daily", "0 0 4 * * *"), ("hourly", "0 0 * * * *"), ("minute", "0 * * * * *")];
    let world = World::new("2026-05-04T06:00:00Z", &jobs);
    let clock = Arc::new(Fast(world.clock.clone(), utc("2026-05-04T06:00:00Z")));
    let noting = world.specs().into_iter().map(|spec| world.noting(spec)).collect();
    let engine = Engine::new(noting, world.store.clone(), clock.clone(), Settings::new("demo")).unwrap();
    let monitor = Monitor::new(world.specs(), world.store.clone(), clock.clone());
    World::turn(&[&engine]);
    for _ in 0..400 {
        world.clock.advance(Duration::from_millis(500));
        let health = monitor.status().unwrap();
        assert!(health.iter().all(|job| !job.overdue), "an hour passes between two looks: {health:?}");
        if world.clock.uptime().subsec_millis() == 0 {
            World::turn(&[&engine]);
        }
    }
    assert_eq!(world.done("daily").len(), 10, "a run for each of the ten days");
    for job in ["hourly", "minute"] {
        let done = world.done_for(job);
        assert_eq!(done.len(), 200, "{job}: one run per look, for the newest tick");
        let lag = clock.now() - done.last().unwrap();
        assert!(lag <= TimeDelta::hours(1), "{job} lags by {lag}");
    }
}
