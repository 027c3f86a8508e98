//! The decisions, pure: what to start now, and how a run that ended is recorded. State and time go in, a
//! step comes out; [`crate::engine`] carries it out.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::job::{JobError, JobSpec, RunReport};
use crate::schedule::Rhythm;
use crate::store::{Finish, JobView, RunEnd, Tick, TickKind, TickState};

/// How far the clocks of two schedulers may differ before one concludes that a clock was set back.
pub const MAX_SKEW: TimeDelta = TimeDelta::seconds(30);

/// What to do for one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing is due, or somebody else is at it.
    Wait,
    /// Claim the tick, after making it if `create`.
    Start {
        /// The tick.
        scheduled_for: DateTime<Utc>,
        /// Whether it has no row yet.
        create: bool,
    },
}

/// What a scheduler knows of a job from watching it, by its own monotonic time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watched {
    /// Nobody holds the lease, or its holder has lapsed.
    pub lease_is_free: bool,
    /// Time since a run of the job was last seen to start, by whomever; since the first look if none was.
    pub since_last_start: Duration,
}

/// The occurrence a scheduler asks about: the newest at or before `now`. Those missed before it are thereby
/// coalesced into it.
#[must_use]
pub fn slot(spec: &JobSpec, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    spec.schedule().latest_at(now)
}

/// What to do for the job at `now`, given what the store shows for [`slot`] and what was seen before.
///
/// A run somebody asked for goes first; then the newest occurrence, if it has no row; then an open tick: one
/// left by a process that ended, or due for another attempt.
#[must_use]
pub fn step(spec: &JobSpec, now: DateTime<Utc>, slot: Option<DateTime<Utc>>, view: &JobView, watched: Watched) -> Step {
    if !watched.lease_is_free {
        return Step::Wait;
    }
    let requested = view.open.iter().find(|tick| tick.kind == TickKind::Request && is_due(spec, now, tick));
    if let Some(tick) = requested {
        return Step::Start { scheduled_for: tick.scheduled_for, create: false };
    }
    if let Some(scheduled_for) = slot.and_then(|slot| tick_to_create(spec, now, slot, view, watched)) {
        return Step::Start { scheduled_for, create: true };
    }
    let newest = view.open.iter().rev().find(|tick| tick.kind == TickKind::Schedule);
    match newest {
        Some(tick) if is_due(spec, now, tick) && !is_passed(now, tick.scheduled_for, view) => {
            Step::Start { scheduled_for: tick.scheduled_for, create: false }
        }
        Some(_) | None => Step::Wait,
    }
}

fn tick_to_create(
    spec: &JobSpec,
    now: DateTime<Utc>,
    slot: DateTime<Utc>,
    view: &JobView,
    watched: Watched,
) -> Option<DateTime<Utc>> {
    // A job is not late for what was due before it existed, unless a wrong clock wrote when that was.
    let before_its_time = slot <= view.since && view.since <= now + MAX_SKEW;
    if before_its_time || is_passed(now, slot, view) {
        return None;
    }
    match (&view.in_slot, spec.schedule().rhythm()) {
        (None, Rhythm::Calendar) => Some(slot),
        (Some(_), Rhythm::Calendar) => None,
        (None, Rhythm::Elapsed) => (!was_set_back(now, view) || is_time(spec, slot, watched)).then_some(slot),
        (Some(tick), Rhythm::Elapsed) if is_time(spec, slot, watched) => second_pass(slot, tick, view),
        (Some(_), Rhythm::Elapsed) => None,
    }
}

/// Whether a newer tick has been started. One that lies ahead of the clock does not count: then the clock
/// was set back since.
fn is_passed(now: DateTime<Utc>, scheduled_for: DateTime<Utc>, view: &JobView) -> bool {
    view.last_started_for.is_some_and(|last| last > scheduled_for && last <= now + MAX_SKEW)
}

/// Whether the clock was set back since the last start.
fn was_set_back(now: DateTime<Utc>, view: &JobView) -> bool {
    view.last_started_for.is_some_and(|last| last > now + MAX_SKEW)
}

/// Whether half a period or more has passed since the last start, whatever the clock shows. Half, so that the
/// runs soon fall on the schedule's own times again.
fn is_time(spec: &JobSpec, slot: DateTime<Utc>, watched: Watched) -> bool {
    let period = spec.schedule().next_after(slot).map_or(TimeDelta::zero(), |next| next - slot);
    delta(watched.since_last_start) * 2 >= period
}

/// After the clock was set back, an occurrence can come that had its run when the clock first showed it. If
/// another tick was started since, the job runs again: as a tick of its own, one microsecond further, which
/// every scheduler works out alike.
fn second_pass(slot: DateTime<Utc>, tick: &Tick, view: &JobView) -> Option<DateTime<Utc>> {
    let had_its_run = !tick.state.is_open() && view.last_started_for.is_some_and(|last| last != tick.scheduled_for);
    let again = tick.scheduled_for + TimeDelta::microseconds(1);
    (had_its_run && again < slot + TimeDelta::milliseconds(1)).then_some(again)
}

fn is_due(spec: &JobSpec, now: DateTime<Utc>, tick: &Tick) -> bool {
    match tick.state {
        TickState::Pending | TickState::Running => true,
        // A wait longer than any backoff was written by a clock that has been set back since.
        TickState::Retrying => tick.retry_at.is_none_or(|at| at <= now || at > now + delta(spec.backoff().cap)),
        TickState::Succeeded | TickState::Failed | TickState::Superseded => false,
    }
}

/// How an attempt that ended at `now` is recorded. A failure is tried again after the backoff, unless the
/// attempts are used up or the next occurrence comes first.
#[must_use]
pub fn finish(spec: &JobSpec, attempt: i32, now: DateTime<Utc>, result: Result<RunReport, JobError>) -> Finish {
    match result {
        Ok(report) => Finish { at: now, end: RunEnd::Succeeded, report, error: None },
        Err(error) => {
            let retry = spec.backoff().delay(attempt).map(|delay| now + delta(delay));
            let next = spec.schedule().next_after(now);
            let end = match retry {
                Some(at) if next.is_none_or(|next| at < next) => RunEnd::Retry { at },
                Some(_) | None => RunEnd::Failed,
            };
            Finish { at: now, end, report: error.report, error: Some(error.summary) }
        }
    }
}

/// A length of time for the calendar; a century for what is longer, so that sums stay within its range.
pub(crate) fn delta(duration: Duration) -> TimeDelta {
    const CENTURY: TimeDelta = TimeDelta::days(36_525);
    TimeDelta::from_std(duration).map_or(CENTURY, |delta| delta.min(CENTURY))
}
