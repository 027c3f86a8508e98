//! Group commit: independent units of work of this process share one transaction.
//!
//! One thread owns the writing connection. It takes what is waiting, up to [`BATCH`] units, lets each decide, merges
//! what they want to write and executes it in a few statements; answers go out only after the commit. Two units that
//! touch the same registration or account are never merged: the second must see what the first wrote. When anything
//! in a merged group fails, the group is taken back and each unit is done again in a savepoint of its own, so that a
//! bad one fails alone. When the transaction itself fails, each is tried once more alone, and a lost connection
//! answers the whole batch as unavailable: idempotency keys settle what became of it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::RunQueryDsl;
use tokio::sync::{mpsc, oneshot};

use super::audit_tail;
use super::conn::{Conn, ConnectionManager};
use super::error::StoreError;
use super::write_set::{Decided, PreparedLeaf, WriteSet};
use crate::ids::{AccountId, RegistrationId};

/// The most units that share a transaction.
const BATCH: usize = 64;

/// What a unit of work touches: units with the same scope never share a merged write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Only appends rows of its own.
    Append,
    /// Changes this registration; its row is locked first.
    Registration(RegistrationId),
    /// Changes this account.
    Account(AccountId),
    /// Must see everything before it and be seen by everything after it.
    Alone,
}

/// A unit of work as the writer sees it.
pub(super) trait Unit: Send {
    fn scope(&self) -> Scope;
    /// Reads and decides. `None`: it failed by itself, and its error waits inside.
    fn decide(&mut self, conn: &mut Conn) -> Option<WriteSet>;
    /// Sends the answer. Called once, after the commit or instead of it.
    fn answer(&mut self, outcome: Result<(), StoreError>);
}

pub(super) struct Work<T, E, F> {
    pub scope: Scope,
    pub work: F,
    pub kept: Option<Result<T, E>>,
    pub reply: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, F> Unit for Work<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut Conn) -> Result<Decided<T>, E> + Send,
{
    fn scope(&self) -> Scope {
        self.scope
    }

    fn decide(&mut self, conn: &mut Conn) -> Option<WriteSet> {
        match (self.work)(conn) {
            Ok(decided) => {
                self.kept = Some(Ok(decided.answer));
                Some(decided.writes)
            }
            Err(error) => {
                self.kept = Some(Err(error));
                None
            }
        }
    }

    fn answer(&mut self, outcome: Result<(), StoreError>) {
        let answer = match (outcome, self.kept.take()) {
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(Ok(answer))) => Ok(answer),
            (Ok(()), None) => Err(StoreError::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        if let Some(reply) = self.reply.take() {
            // The client may have hung up; what was committed stands all the same.
            drop(reply.send(answer));
        }
    }
}

pub(super) type Queued = Box<dyn Unit>;

/// When the database last had no room for what was to be written.
#[derive(Debug, Default)]
pub(super) struct LastFull(Mutex<Option<Instant>>);

impl LastFull {
    fn note(&self, error: &StoreError) {
        if error.lacks_room() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    }

    /// Whether that was no longer ago than this.
    pub fn within(&self, span: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at.elapsed() <= span)
    }
}

/// The writer's loop; ends when every sender is gone.
pub(super) fn run(manager: &ConnectionManager, mut queue: mpsc::Receiver<Queued>, full: &LastFull) {
    let mut conn: Option<Conn> = None;
    while let Some(first) = queue.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH {
            match queue.try_recv() {
                Ok(next) => batch.push(next),
                Err(_) => break,
            }
        }
        let mut open = match conn.take().map_or_else(|| manager.open(), Ok) {
            Ok(open) => open,
            Err(error) => {
                answer_all(&mut batch, &error);
                continue;
            }
        };
        if write_batch(&mut open, &mut batch, full) {
            conn = Some(open);
        }
    }
}

/// Writes a batch; false when the connection is no longer to be trusted.
fn write_batch(conn: &mut Conn, batch: &mut [Queued], full: &LastFull) -> bool {
    let Err(error) = transact(conn, batch) else { return true };
    full.note(&error);
    let sound = conn.rollback_to(0).is_ok();
    if !sound || !matches!(error, StoreError::Contended(_)) {
        answer_all(batch, &error);
        return sound && !error.is_transient();
    }
    tracing::warn!(units = batch.len(), error = %error, "a batch met contention; each unit is tried once more alone");
    for unit in batch.iter_mut() {
        let single = std::slice::from_mut(unit);
        if let Err(error) = transact(conn, single) {
            let sound = conn.rollback_to(0).is_ok();
            answer_all(single, &error);
            if !sound {
                answer_all(batch, &error);
                return false;
            }
        }
    }
    true
}

/// One transaction over the batch. On success every unit has been answered; on error none has.
fn transact(conn: &mut Conn, batch: &mut [Queued]) -> Result<(), StoreError> {
    conn.begin()?;
    lock_registrations(conn, batch)?;
    let mut leaves: Vec<PreparedLeaf> = Vec::new();
    let mut failed: Vec<Option<StoreError>> = batch.iter().map(|_| None).collect();
    for group in groups(batch) {
        let units = &mut batch[group.clone()];
        if units.len() > 1 && merged(conn, units, &mut leaves)? {
            continue;
        }
        for (unit, slot) in units.iter_mut().zip(&mut failed[group]) {
            *slot = single(conn, unit, &mut leaves)?.err();
        }
    }
    audit_tail::append(conn, &leaves)?;
    conn.commit()?;
    for (unit, slot) in batch.iter_mut().zip(failed) {
        unit.answer(slot.map_or(Ok(()), Err));
    }
    Ok(())
}

/// Executes a group as one merged write. False when something in it failed and it was taken back.
fn merged(conn: &mut Conn, units: &mut [Queued], leaves: &mut Vec<PreparedLeaf>) -> Result<bool, StoreError> {
    conn.savepoint()?;
    let mut all = WriteSet::default();
    for unit in units.iter_mut() {
        if let Some(writes) = unit.decide(conn) {
            all.merge(writes);
        }
    }
    // Releasing the savepoint also shows whether a read inside a decision broke the transaction.
    match all.execute(conn).and_then(|()| conn.commit()) {
        Ok(()) => {
            leaves.append(&mut all.audit);
            Ok(true)
        }
        Err(error) if error.is_transient() => Err(error),
        Err(_) => {
            conn.rollback_to(1)?;
            Ok(false)
        }
    }
}

/// Executes one unit in a savepoint of its own; the inner result is what becomes of this unit alone.
fn single(
    conn: &mut Conn,
    unit: &mut Queued,
    leaves: &mut Vec<PreparedLeaf>,
) -> Result<Result<(), StoreError>, StoreError> {
    conn.savepoint()?;
    let Some(mut writes) = unit.decide(conn) else {
        conn.rollback_to(1)?;
        return Ok(Ok(()));
    };
    match writes.execute(conn).and_then(|()| conn.commit()) {
        Ok(()) => {
            leaves.append(&mut writes.audit);
            Ok(Ok(()))
        }
        Err(error) if error.is_transient() => Err(error),
        Err(error) => {
            conn.rollback_to(1)?;
            Ok(Err(error))
        }
    }
}

/// Cuts the batch, in order, into runs whose scopes are all different.
fn groups(batch: &[Queued]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut seen = BTreeSet::new();
    for (at, unit) in batch.iter().enumerate() {
        let scope = unit.scope();
        let clashes = match scope {
            Scope::Append => false,
            Scope::Alone => at > start,
            Scope::Registration(_) | Scope::Account(_) => seen.contains(&scope),
        };
        if clashes || seen.contains(&Scope::Alone) {
            runs.push(start..at);
            start = at;
            seen.clear();
        }
        seen.insert(scope);
    }
    runs.push(start..batch.len());
    runs
}

/// Locks the batch's registrations in the order of their ids, with one statement, so that two servers never wait
/// for each other crosswise. Rows elsewhere may still be written that only refer to a registration.
fn lock_registrations(conn: &mut Conn, batch: &[Queued]) -> Result<(), StoreError> {
    let ids: BTreeSet<RegistrationId> = batch
        .iter()
        .filter_map(|unit| match unit.scope() {
            Scope::Registration(id) => Some(id),
            Scope::Append | Scope::Account(_) | Scope::Alone => None,
        })
        .collect();
    if let (Conn::Pg(pg), false) = (conn, ids.is_empty()) {
        use diesel::prelude::{ExpressionMethods, QueryDsl};

        use super::schema::registrations::dsl::{id, registrations};
        registrations.select(id).filter(id.eq_any(ids)).order(id).for_no_key_update().load::<String>(pg)?;
    }
    Ok(())
}

fn answer_all(batch: &mut [Queued], error: &StoreError) {
    for unit in batch {
        unit.answer(Err(error.clone()));
    }
}
