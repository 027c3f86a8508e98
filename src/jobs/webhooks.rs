//! Sends events to the systems that subscribed, and writes down what became of each.
//!
//! Every subscriber is served apart, some at a time, so that one that is slow or gone keeps no other waiting. A delivery is
//! claimed by a lease, sent outside any transaction, and settled by whoever still holds the lease. A receiver that fails
//! is asked every half minute whether it is there again; as soon as it is, what waits for its time is brought forward.

mod delivery;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use chrono::Duration;
use scheduler::{JobError, RunContext, RunReport};
use secrecy::SecretString;

use super::batches;
use crate::app::App;
use crate::clock::UtcTime;
use crate::events::client::{Answer, Call, Client};
use crate::events::envelope::CloudEvent;
use crate::events::signature::signatures;
use crate::ids::{OutboxId, RequestId, WebhookDeliveryId};
use crate::register::Refusal;
use crate::store::events::event_find_many;
use crate::store::rows::AccountRow;
use crate::store::webhooks::{
    DeliveriesClaimed, DeliveryRow, PingTaken, ReceiverAnswers, SubscriptionRow, delivery_is_waiting,
    delivery_list_claimed, delivery_list_lapsed, delivery_list_ready, subscription_list_alive,
};
use crate::store::{Change, Decided, Scope, StoreError, WriteSet};
use crate::vocabulary::{OutboxState, SubscriptionState};
use delivery::{Settlement, Tried};

/// The name under which it runs and signs.
pub const NAME: &str = "webhooks";

/// Subscribers served at a time.
const AT_ONCE: usize = 8;

/// Deliveries claimed at once.
const CLAIM: i64 = 20;

/// Failures one after the other before a subscriber is left alone until the next run.
const ENOUGH_FAILURES: u32 = 3;

/// How often a failing receiver is asked whether it is there again.
pub(super) const ASK_EVERY: Duration = Duration::seconds(30);

/// Runs once: until nothing is ready any more, or it is asked to stop.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    let settings = &app.config.webhooks;
    let relay = Relay { app, client: Client::new(settings.timeout, settings.networks.clone()), context };
    relay.run(&mut report).map_err(|error| batches::stopped(&error, report))?;
    batches::end(context, report)
}

struct Relay<'a> {
    app: &'a App,
    client: Client,
    context: &'a RunContext,
}

/// Who is served, with what signs.
struct Receiver {
    subscription: SubscriptionRow,
    account: AccountRow,
    secrets: Vec<SecretString>,
}

impl Relay<'_> {
    fn run(&self, report: &mut RunReport) -> Result<(), StoreError> {
        let alive = self.app.store.read_blocking(subscription_list_alive)?;
        let served: VecDeque<_> = alive.into_iter().filter(|(row, _)| row.state == SubscriptionState::Active).collect();
        let workers = AT_ONCE.min(served.len());
        let queue = Mutex::new(served);
        let outcomes: Vec<Result<RunReport, StoreError>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(|| self.work_off(&queue))).collect();
            let lost = || Err(StoreError::Statement("a thread that sends events ended unexpectedly".to_owned()));
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| lost())).collect()
        });
        for outcome in outcomes {
            let part = outcome?;
            report.looked_at += part.looked_at;
            report.made += part.made;
            report.skipped += part.skipped;
            report.failed += part.failed;
        }
        Ok(())
    }

    fn work_off(&self, queue: &Mutex<VecDeque<(SubscriptionRow, AccountRow)>>) -> Result<RunReport, StoreError> {
        let mut report = RunReport::default();
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((subscription, account)) = next else { return Ok(report) };
            match self.secrets(&subscription) {
                Ok(secrets) => self.serve(&Receiver { subscription, account, secrets }, &mut report)?,
                Err(refusal) => {
                    tracing::error!(subscription = %subscription.id, %refusal, "the secret of a subscription cannot be had");
                    report.failed += 1;
                }
            }
        }
    }

    fn secrets(&self, row: &SubscriptionRow) -> Result<Vec<SecretString>, Refusal> {
        let open = |column, sealed: &str| {
            let secret: String = self.app.vault.open("webhook_subscriptions", column, row.id.as_str(), sealed)?;
            Ok::<_, Refusal>(SecretString::from(secret))
        };
        let mut secrets = vec![open("secret_enc", &row.secret_enc)?];
        let now = self.app.clock.now().system;
        if let (Some(previous), Some(until)) = (&row.previous_secret_enc, row.previous_until)
            && until > now
        {
            secrets.push(open("previous_secret_enc", previous)?);
        }
        Ok(secrets)
    }

    fn serve(&self, to: &Receiver, report: &mut RunReport) -> Result<(), StoreError> {
        self.recover(to, report)?;
        self.ask_again(to)?;
        let mut failures = 0;
        while !self.context.cancelled() && failures < ENOUGH_FAILURES {
            let claim = self.claim(to)?;
            if claim.rows.is_empty() {
                return Ok(());
            }
            let ids: Vec<OutboxId> = claim.rows.iter().map(|(row, _)| row.outbox_id).collect();
            let events = self.app.store.read_blocking(|conn| event_find_many(conn, &ids))?;
            for (row, prior) in claim.rows {
                report.looked_at += 1;
                let now = self.app.clock.now().system;
                let left = claim.until.since(now).to_std().is_ok_and(|left| left >= self.client.longest() * 2);
                let event = events.get(&row.outbox_id).filter(|_| left && failures < ENOUGH_FAILURES);
                let Some(event) = event.filter(|_| !self.context.cancelled()) else {
                    self.settle(to, &Settlement::given_back(row, prior, now), report)?;
                    continue;
                };
                let answer = self.send(to, &CloudEvent::of(event, &self.app.config.server.public_url), now)?;
                failures = if matches!(answer, Answer::Taken { .. }) { 0 } else { failures + 1 };
                if answer == Answer::Gone {
                    failures = ENOUGH_FAILURES;
                }
                let tried = Tried { started_at: now, ended_at: self.app.clock.now().system, answer };
                let settlement = Settlement::after(row, event.registration_id, &tried, &mut rand::rng());
                self.settle(to, &settlement, report)?;
            }
        }
        Ok(())
    }

    /// What a relay claimed and did not come back from may have arrived, or not.
    fn recover(&self, to: &Receiver, report: &mut RunReport) -> Result<(), StoreError> {
        let now = self.app.clock.now().system;
        let lapsed = self.app.store.read_blocking(|conn| delivery_list_lapsed(conn, to.subscription.id, now, 200))?;
        for row in lapsed {
            let tried =
                Tried { started_at: row.updated_at, ended_at: now, answer: Answer::Unknown { code: "lease_lapsed" } };
            self.settle(to, &Settlement::after(row, None, &tried, &mut rand::rng()), report)?;
        }
        Ok(())
    }

    fn claim(&self, to: &Receiver) -> Result<Claim, StoreError> {
        let (now, of) = (self.app.clock.now().system, to.subscription.id);
        let lease = self.client.longest() * 3 + std::time::Duration::from_secs(60);
        let until = now.plus(Duration::from_std(lease).unwrap_or_else(|_| Duration::minutes(5)));
        let name = RequestId::fresh().to_string();
        let claim = name.clone();
        let ready: Vec<(WebhookDeliveryId, OutboxState)> =
            self.app.store.write_blocking(Scope::Append, move |conn| {
                let ready = delivery_list_ready(conn, of, now, CLAIM)?;
                let mut writes = WriteSet::default();
                if !ready.is_empty() {
                    let ids = ready.iter().map(|(id, _)| *id).collect();
                    writes.changes.push(Box::new(DeliveriesClaimed { ids, claim: claim.clone(), now, until }));
                }
                Ok::<_, StoreError>(Decided::new(writes, ready))
            })?;
        let ids: Vec<WebhookDeliveryId> = ready.iter().map(|(id, _)| *id).collect();
        let rows = self.app.store.read_blocking(|conn| delivery_list_claimed(conn, &ids, &name))?;
        let prior = |id| ready.iter().find(|(ready, _)| *ready == id).map_or(OutboxState::Pending, |(_, state)| *state);
        Ok(Claim {
            rows: rows
                .into_iter()
                .map(|row| {
                    let before = prior(row.id);
                    (row, before)
                })
                .collect(),
            until,
        })
    }

    fn send(&self, to: &Receiver, event: &CloudEvent, now: UtcTime) -> Result<Answer, StoreError> {
        let body = serde_json::to_vec(event).map_err(|error| StoreError::Statement(error.to_string()))?;
        let timestamp = now.utc().timestamp();
        let Some(signed) = signatures(&to.secrets, &event.id, timestamp, &body) else {
            return Ok(Answer::Failed { code: "not_signed".to_owned(), wait: None });
        };
        let call = Call { url: &to.subscription.url, id: &event.id, timestamp, signatures: &signed, body: &body };
        Ok(self.client.send(call, now))
    }

    /// Asks a failing receiver that something waits for whether it is there again.
    fn ask_again(&self, to: &Receiver) -> Result<(), StoreError> {
        let (now, subscription) = (self.app.clock.now().system, to.subscription.id);
        let due = to.subscription.failing_since.is_some() && to.subscription.next_ping_at.is_some_and(|at| at <= now);
        if !due || !self.app.store.read_blocking(|conn| delivery_is_waiting(conn, subscription))? {
            return Ok(());
        }
        match self.change(PingTaken { subscription, now, next: now.plus(ASK_EVERY) }) {
            Err(StoreError::Conflict(_)) => return Ok(()),
            other => other?,
        }
        let ping = CloudEvent::ping(&self.app.config.server.public_url, now);
        if matches!(self.send(to, &ping, now)?, Answer::Taken { .. }) {
            self.change(ReceiverAnswers { subscription, now: self.app.clock.now().system })?;
        }
        Ok(())
    }

    fn change(&self, change: impl Change + Clone + 'static) -> Result<(), StoreError> {
        self.app.store.write_blocking(Scope::Append, move |_| {
            let writes = WriteSet { changes: vec![Box::new(change.clone())], ..WriteSet::default() };
            Ok::<_, StoreError>(Decided::new(writes, ()))
        })
    }

    /// Writes down what became of a delivery, with the attempt and its audit entry.
    fn settle(&self, to: &Receiver, settlement: &Settlement, report: &mut RunReport) -> Result<(), StoreError> {
        settlement.count(report);
        let deed = settlement.deed(to.account.role.as_str());
        let at = self.app.clock.now().system;
        let leaf = deed.map(|deed| self.app.audit.leaf_of_system(NAME, at, &deed)).transpose();
        let leaf = leaf.map_err(|refusal| StoreError::Statement(refusal.to_string()))?;
        let kept = settlement.clone();
        let settled = self.app.store.write_blocking(Scope::Append, move |_| {
            let mut writes = kept.writes();
            writes.audit.extend(leaf.clone());
            Ok::<_, StoreError>(Decided::new(writes, ()))
        });
        match settled {
            Err(StoreError::Conflict(_)) => {
                tracing::warn!(delivery = %settlement.id(), "the lease on an event had passed: what became of it stays unknown");
                Ok(())
            }
            other => other,
        }
    }
}

struct Claim {
    /// Each with the state it had before.
    rows: Vec<(DeliveryRow, OutboxState)>,
    until: UtcTime,
}
