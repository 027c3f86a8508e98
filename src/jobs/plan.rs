//! Which jobs there are, when each runs and on which clock.
//!
//! What asks about legal days runs on the legal clock, so that a demonstration in which days fly by sees each of them;
//! what hands over, seals and tidies runs on the system clock, so that it does not.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeZone, Timelike, Utc};
use scheduler::{Job, JobError, JobProblem, JobSpec, Rhythm, RunContext, RunReport, Schedule};

use super::relay::Relay;
use super::sweep::Pass;
use super::{
    advance, bounces, check, checkpoint, findings, housekeeping, relay, releases, reminders, retention, self_audit,
    sequencer, sweep, terms, watch, webhooks,
};
use crate::app::App;
use crate::config::Jobs as Times;
use crate::notify::{LetterSettings, MailFace, MailSettings, SetupError};
use crate::telemetry::Ran;

/// What a job runs by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tempo {
    /// Days as the law counts them.
    Legal,
    /// The time of the world.
    System,
}

impl Tempo {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Legal, Self::System];
}

/// When each job of a tempo runs; enough to watch them.
///
/// # Errors
/// Never for schedules that the settings accepted.
pub fn specs(times: &Times, tempo: Tempo) -> Result<Vec<JobSpec>, JobProblem> {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    match tempo {
        Tempo::Legal => [
            (advance::NAME, &times.advance, minutes(30)),
            (sweep::NAME, &times.sweep, minutes(30)),
            (sweep::RECONCILE, &times.reconcile, minutes(60)),
            (terms::NAME, &times.terms, minutes(30)),
            (reminders::NAME, &times.reminders, minutes(60)),
            (self_audit::NAME, &times.self_audit, minutes(240)),
            (check::NAME, &times.check, minutes(240)),
            (findings::NAME, &times.findings, minutes(60)),
            (retention::NAME, &times.retention, minutes(30)),
        ]
        .into_iter()
        .map(spec)
        .collect(),
        Tempo::System => [
            (relay::NAME, &times.delivery, minutes(60)),
            (bounces::NAME, &times.bounces, minutes(30)),
            (sequencer::NAME, &times.events, minutes(5)),
            (webhooks::NAME, &times.webhooks, minutes(60)),
            (releases::NAME, &times.releases, minutes(240)),
            (checkpoint::NAME, &times.checkpoint, minutes(5)),
            (housekeeping::NAME, &times.housekeeping, minutes(30)),
            (watch::NAME, &times.watch, minutes(15)),
        ]
        .into_iter()
        .map(spec)
        .collect(),
    }
}

fn spec((name, schedule, timeout): (&str, &Schedule, Duration)) -> Result<JobSpec, JobProblem> {
    Ok(JobSpec::new(name, schedule.expression(), schedule.zone().name())?.with_timeout(timeout))
}

/// Why the jobs cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Messages cannot be sent as set up.
    #[error("mail: {0}")]
    Mail(#[from] SetupError),
    /// A schedule.
    #[error(transparent)]
    Schedule(#[from] JobProblem),
}

/// The jobs of a tempo.
///
/// # Errors
/// When messages cannot be sent as set up.
pub fn jobs(app: &App, tempo: Tempo) -> Result<Vec<Job>, PlanError> {
    let mail = MailSettings::from(&app.config.mail);
    let face = MailFace::parse(&mail.from)?;
    let relay = match tempo {
        Tempo::Legal => None,
        Tempo::System => {
            let letters = LetterSettings::from(&app.config.letters);
            let relay = Relay::new(app.clone(), mail.open(&app.clock)?, mail.wording()?);
            Some(Arc::new(relay.posting(letters.open(&app.clock)?, letters.back()?)))
        }
    };
    let specs = specs(&app.config.jobs, tempo)?;
    Ok(specs.into_iter().filter_map(|spec| job(app, &face, relay.as_ref(), spec)).collect())
}

/// What a job does.
type Work = Box<dyn Fn(&RunContext) -> Result<RunReport, JobError> + Send + Sync>;

/// The job, each run of which leaves a span.
fn job(app: &App, face: &MailFace, relay: Option<&Arc<Relay>>, spec: JobSpec) -> Option<Job> {
    let work = work(app, face, relay, spec.name())?;
    let (telemetry, clock, job) = (Arc::clone(&app.telemetry), app.clock.clone(), spec.name().to_owned());
    Some(Job::new(spec, move |run| {
        let (at, begun) = (clock.now().system, clock.uptime());
        let ended = work(run);
        telemetry.ran(&Ran { job: &job, ended: &ended, at, took: clock.uptime().saturating_sub(begun) });
        ended
    }))
}

fn work(app: &App, face: &MailFace, relay: Option<&Arc<Relay>>, name: &str) -> Option<Work> {
    let app = app.clone();
    Some(match name {
        advance::NAME => Box::new(move |run| advance::run(&app, run)),
        sweep::NAME => Box::new(move |run| sweep::run(&app, run, Pass::FromCursor)),
        sweep::RECONCILE => Box::new(move |run| sweep::run(&app, run, Pass::Full)),
        terms::NAME => Box::new(move |run| terms::run(&app, run)),
        reminders::NAME => {
            let face = face.clone();
            Box::new(move |run| reminders::run(&app, &face, |kind| app.config.policy.reminders(kind), run))
        }
        retention::NAME => Box::new(move |run| retention::run(&app, run)),
        self_audit::NAME => Box::new(move |run| self_audit::run(&app, run)),
        findings::NAME => Box::new(move |run| findings::run(&app, run)),
        check::NAME => Box::new(move |run| check::run(&app, run)),
        relay::NAME => {
            let relay = Arc::clone(relay?);
            Box::new(move |run| relay.run(run, &mut rand::rng()))
        }
        bounces::NAME => Box::new(move |run| bounces::run(&app, run)),
        sequencer::NAME => Box::new(move |run| sequencer::run(&app, run)),
        webhooks::NAME => Box::new(move |run| webhooks::run(&app, run)),
        releases::NAME => Box::new(move |run| releases::run(&app, run)),
        checkpoint::NAME => Box::new(move |run| checkpoint::run(&app, run)),
        housekeeping::NAME => Box::new(move |run| housekeeping::run(&app, run)),
        watch::NAME => Box::new(move |run| watch::run(&app, run)),
        _ => return None,
    })
}

/// Whether a schedule names the hour that is missing or comes twice when clocks change. One that runs every hour, or
/// more often, does not count: it names no hour.
pub fn runs_while_clocks_change(schedule: &Schedule) -> bool {
    if schedule.rhythm() == Rhythm::Elapsed {
        return false;
    }
    let mut at: DateTime<Utc> = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_500);
    // A year of a daily schedule, and many years of a rarer one.
    for _ in 0..400 {
        let Some(next) = schedule.next_after(at) else { return false };
        if schedule.zone().from_utc_datetime(&next.naive_utc()).hour() == 2 {
            return true;
        }
        at = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(cron: &str) -> Schedule {
        Schedule::parse(cron, "Europe/Amsterdam").expect("a schedule")
    }

    #[test]
    fn the_hour_that_moves_is_recognised() {
        for cron in ["0 30 2 * * *", "0 0 1-3 * * *", "0 0 2 1 * *", "0 */15 2,4 * * Mon"] {
            assert!(runs_while_clocks_change(&schedule(cron)), "{cron}");
        }
        for cron in ["0 30 4 * * *", "0 0 3 * * *", "0 59 1 * * *", "0 */5 * * * *", "*/10 * * * * *", "@daily"] {
            assert!(!runs_while_clocks_change(&schedule(cron)), "{cron}");
        }
    }

    #[test]
    fn the_default_times_give_every_job_once() {
        let config = crate::config::parse("").expect("the defaults");
        let mut names: Vec<String> = Tempo::ALL
            .iter()
            .flat_map(|tempo| specs(&config.jobs, *tempo).expect("specs"))
            .map(|spec| spec.name().to_owned())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "advance",
                "bounces",
                "check",
                "checkpoint",
                "delivery",
                "events",
                "findings",
                "housekeeping",
                "reconcile",
                "releases",
                "reminders",
                "retention",
                "self-audit",
                "sweep",
                "terms",
                "watch",
                "webhooks"
            ]
        );
    }
}
