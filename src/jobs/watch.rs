//! Holds the audit of this hour and the one before against what is usual, and puts what is not before the privacy officer.
//!
//! Reads back from the newest entry, so that it costs what happened in those hours and not what was ever recorded. Only looks
//! count, and attempts that were refused: enrolling many people is work.

use std::collections::BTreeSet;

use chrono::{Duration, TimeDelta};
use scheduler::{JobError, RunContext, RunReport};

use super::batches;
use crate::access::{Action, Effect};
use crate::app::App;
use crate::audit::leaf::{ActorRef, AuditEntry, Outcome};
use crate::clock::UtcTime;
use crate::ids::WatchFindingId;
use crate::register::Refusal;
use crate::store::audit::audit_leaf_list_newest;
use crate::store::rows::AuditLeafRow;
use crate::store::watch::{WatchFindingRow, WatchFound, WatchGrew, watch_list_since};
use crate::store::{LongWork, StoreError, WriteSet};
use crate::vocabulary::{Regime, WatchState};
use crate::watch::rules::{Seen, Unusual, beginning, unusual};

/// The name under which it runs.
pub const NAME: &str = "watch";

/// Entries read at once.
const PAGE: i64 = 1_000;
/// Refusals of the access decision. Others, such as a field that lacks something, happen to everybody.
const DENIED: [&str; 3] = ["forbidden", "not_found", "proof_needed"];
/// How far back it reads from the beginning of this hour: what the last run of an hour missed.
const BACK: TimeDelta = Duration::hours(1);

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer, an entry cannot be read, or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    match all(app, context, &mut report) {
        Ok(()) => batches::end(context, report),
        Err(Refusal::Store(error)) => Err(batches::stopped(&error, report)),
        Err(other) => Err(JobError::new(other.to_string())),
    }
}

fn all(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), Refusal> {
    let now = app.clock.now().system;
    let since = UtcTime::from(beginning(now.utc())).plus(-BACK);
    let decoys = decoys(app)?;
    let mut work = app.store.long_work()?;
    let seen = seen_since(&mut work, since, context, report)?;
    let found = unusual(seen, &app.config.policy.watch.limits, &decoys, Regime::NlPilot.zone());
    let known = watch_list_since(work.conn(), since)?;
    let mut writes = WriteSet::default();
    for one in found {
        match known.iter().find(|row| is_the_same(row, &one)) {
            None => {
                tracing::warn!(kind = %one.kind, count = one.count, "the register is used in an unusual way");
                writes.changes.push(Box::new(WatchFound(row(&one, now))));
                report.made += 1;
            }
            Some(row) if row.count < i64::from(one.count) => {
                writes.changes.push(Box::new(WatchGrew { id: row.id, count: i64::from(one.count) }));
            }
            Some(_) => {}
        }
    }
    match work.keep(&writes) {
        // Another process was first; what it did not find, the next run does.
        Err(StoreError::Conflict(_)) => Ok(()),
        other => other.map_err(Refusal::Store),
    }
}

/// The names under which the audit knows the files that nobody has a reason to look at.
fn decoys(app: &App) -> Result<BTreeSet<String>, Refusal> {
    let mut names = BTreeSet::new();
    for id in &app.config.policy.watch.decoys {
        let ever = app.audit.pseudonyms().registration_ever(*id)?;
        names.extend(ever.iter().map(|name| name.as_str().to_owned()));
    }
    Ok(names)
}

fn seen_since(
    work: &mut LongWork,
    since: UtcTime,
    context: &RunContext,
    report: &mut RunReport,
) -> Result<Vec<Seen>, Refusal> {
    let (mut seen, mut before) = (Vec::new(), None);
    while !context.cancelled() {
        let page = audit_leaf_list_newest(work.conn(), None, before, PAGE)?;
        let Some(last) = page.last() else { break };
        before = Some(last.leaf_index);
        let over = last.recorded_at < since;
        report.looked_at += page.len() as u64;
        for row in page.iter().filter(|row| row.recorded_at >= since) {
            seen.extend(look(row)?);
        }
        if over {
            break;
        }
    }
    Ok(seen)
}

/// What an entry says of a look; nothing for what the program did, what a registrant did, and for work.
fn look(row: &AuditLeafRow) -> Result<Option<Seen>, Refusal> {
    let entry = AuditEntry::from_canonical(&row.entry)
        .map_err(|error| StoreError::Corrupt(format!("audit entry {}: {error}", row.leaf_index)))?;
    let ActorRef::Account(account) = entry.actor else { return Ok(None) };
    let denied = entry.reason.as_ref().is_some_and(|reason| DENIED.contains(&reason.as_str()));
    let refused = entry.outcome == Outcome::Refused && denied;
    let looks = entry.action.as_str().parse::<Action>().is_ok_and(|action| action.effect() == Effect::Read);
    let seen = Seen { account, at: entry.at.utc(), subject: row.subject_hash.clone(), refused };
    Ok((looks || refused).then_some(seen))
}

fn is_the_same(row: &WatchFindingRow, one: &Unusual) -> bool {
    row.kind == one.kind && row.account_id == one.account && row.hour.utc() == one.hour
}

fn row(one: &Unusual, now: UtcTime) -> WatchFindingRow {
    WatchFindingRow {
        id: WatchFindingId::fresh(),
        kind: one.kind,
        account_id: one.account,
        hour: UtcTime::from(one.hour),
        count: i64::from(one.count),
        state: WatchState::Open,
        reviewed_by: None,
        reviewed_at: None,
        version: 1,
        recorded_at: now,
    }
}
