//! What a monitor says of the jobs.

use std::sync::Arc;

use scheduler::{Clock, Job, JobError, JobHealth, Monitor};

use crate::sim::{World, days, hours, minutes, seconds, utc};

fn monitor(world: &World) -> Monitor {
    Monitor::new(world.specs(), world.store.clone(), world.clock.clone())
}

fn only(monitor: &Monitor) -> JobHealth {
    monitor.status().unwrap().remove(0)
}

#[test]
fn it_shows_last_success_running_since_and_next() {
    let world = World::new("2026-05-04T11:59:59Z", &[("hourly", "0 0 * * * *")]);
    let (engine, monitor) = (world.engine("one"), monitor(&world));
    assert_eq!(only(&monitor).latest, None, "nothing is known of a job that never ran");
    World::turn(&[&engine]);
    world.clock.advance(seconds(2));
    let run = engine.poll().pop().unwrap();
    let health = only(&monitor);
    let running = health.running.unwrap();
    assert_eq!((running.since, running.worker.as_str()), (utc("2026-05-04T12:00:01Z"), "one"));
    assert_eq!((health.last_success_at, health.overdue), (None, false));
    assert_eq!(health.next_due, Some(utc("2026-05-04T13:00:00Z")));
    world.clock.advance(seconds(5));
    engine.execute(run);
    let health = only(&monitor);
    assert_eq!(health.running, None);
    assert_eq!(health.last_success_at, Some(utc("2026-05-04T12:00:06Z")));
    assert_eq!(health.last_success_for, Some(utc("2026-05-04T12:00:00Z")));
    assert_eq!(health.latest.unwrap().attempt, 1);
}

/// Whether the job is overdue, looked at every ten minutes for `count` hours.
fn overdue_hours(world: &World, monitor: &Monitor, count: usize) -> Vec<bool> {
    (0..count)
        .map(|_| {
            for _ in 0..6 {
                world.clock.advance(minutes(10));
                monitor.status().unwrap();
            }
            only(monitor).overdue
        })
        .collect()
}

#[test]
fn a_job_without_success_for_twice_its_period_is_overdue() {
    let world = World::new("2026-05-04T11:30:00Z", &[("hourly", "0 0 * * * *")]);
    let engine = world.engine("one");
    let monitor = monitor(&world);
    world.pass(&[&engine], hours(3), minutes(1));
    drop(engine);
    assert_eq!(world.done_for("hourly").last(), Some(&utc("2026-05-04T14:00:00Z")));
    while !only(&monitor).overdue {
        world.clock.advance(minutes(5));
    }
    assert_eq!(world.clock.now(), utc("2026-05-04T16:05:00Z"), "past 16:00, when it is two hours");
    let back = world.engine("two");
    World::turn(&[&back]);
    assert!(!only(&monitor).overdue, "until it succeeds");
}

#[test]
fn a_job_that_no_scheduler_ever_knew_is_overdue_like_any_other() {
    let world = World::new("2026-05-04T11:30:00Z", &[("hourly", "0 0 * * * *")]);
    let monitor = monitor(&world);
    while !only(&monitor).overdue {
        world.clock.advance(minutes(5));
    }
    assert_eq!(world.clock.now(), utc("2026-05-04T13:35:00Z"), "two hours after somebody began to watch");
}

#[test]
fn a_job_that_fails_every_time_is_overdue_though_it_runs() {
    let world = World::new("2026-05-04T11:30:00Z", &[("hourly", "0 0 * * * *")]);
    let failing = Job::new(world.specs().remove(0), |_| Err(JobError::new("no answer")));
    let engine = world.engine_of("one", vec![failing]);
    let monitor = monitor(&world);
    for _ in 0..180 {
        world.pass(&[&engine], minutes(1), seconds(10));
        monitor.status().unwrap();
    }
    let health = only(&monitor);
    assert!(health.overdue);
    assert_eq!(health.latest.unwrap().error.as_deref(), Some("no answer"));
}

#[test]
fn a_job_of_office_hours_is_not_overdue_at_the_weekend() {
    let world = World::new("2026-05-08T06:00:00Z", &[("office", "0 0 9-17 * * Mon-Fri")]);
    let engine = world.engine("one");
    let monitor = monitor(&world);
    world.pass(&[&engine], hours(10), minutes(1));
    assert_eq!(world.done("office").len(), 9, "Friday");
    assert!(overdue_hours(&world, &monitor, 48 + 15).iter().all(|overdue| !overdue), "until Monday 09:00");
    assert_eq!(overdue_hours(&world, &monitor, 2), [true, true], "Monday from 10:00, as nobody runs it");
}

#[test]
fn after_a_long_absence_a_job_gets_a_minute_to_catch_up() {
    let world = World::new("2026-05-04T11:30:00Z", &[("hourly", "0 0 * * * *")]);
    world.pass(&[&world.engine("one")], hours(2), minutes(1));
    world.clock.advance(days(7));
    let patient = monitor(&world);
    assert!(!only(&patient).overdue);
    world.clock.advance(seconds(59));
    assert!(!only(&patient).overdue);
    world.clock.advance(seconds(1));
    assert!(only(&patient).overdue);
    let strict = monitor(&world).with_grace(std::time::Duration::ZERO);
    assert!(only(&strict).overdue, "a command that looks once sees it at once");
}

#[test]
fn a_store_that_is_down_is_an_error_not_good_health() {
    let world = World::new("2026-05-04T11:30:00Z", &[("hourly", "0 0 * * * *")]);
    let monitor = monitor(&world);
    world.store.set_unavailable(true);
    assert!(monitor.status().is_err());
}

#[test]
fn a_scheduler_that_hangs_is_seen() {
    let world = World::new("2026-05-04T11:30:00Z", &[("hourly", "0 0 * * * *")]);
    let engine = Arc::new(world.engine("one"));
    World::turn(&[&engine]);
    world.clock.advance(seconds(90));
    assert_eq!(engine.since_last_poll(), seconds(90));
    World::turn(&[&engine]);
    assert_eq!(engine.since_last_poll(), seconds(0));
}
