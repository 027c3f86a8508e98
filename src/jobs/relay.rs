//! Hands over what waits in the outbox, and writes down what became of it: reminders to people, and notices to
//! authorities that a referral waits for them.
//!
//! A message is claimed by a lease, sent outside any transaction, and settled by whoever still holds the lease. A
//! process that dies in between leaves its claim to lapse: that attempt is then `unknown`, which is the truth, and the
//! message may be repeated under the same `Message-ID`. What has lost its purpose is superseded and not sent.

mod compose;
mod settlement;

use std::collections::HashMap;

use chrono::{Duration, NaiveDate};
use rand::Rng;
use scheduler::{JobError, RunContext, RunReport};

use super::{batches, fallback};
use crate::app::App;
use crate::clock::{Now, UtcTime};
use crate::ids::{OutboxId, RequestId};
use crate::notify::letter::ReturnAddress;
use crate::notify::reminder::Wording;
use crate::notify::{Channel, Message, Outcome, Post, Sheet};
use crate::store::outbox::{
    OutboxClaimed, outbox_list_claimed, outbox_list_lapsed, outbox_list_purposeless, outbox_list_ready,
};
use crate::store::rows::OutboxRow;
use crate::store::{Decided, Scope, StoreError, WriteSet};
use crate::vocabulary::{DeliveryChannel, OutboxState, Regime};
use compose::{Letters, Parcel};
use settlement::Settlement;
pub(super) use settlement::wait_since_first;

/// The name under which it runs and signs.
pub const NAME: &str = "delivery";

/// Messages claimed at once.
const CLAIM: i64 = 20;

/// Rows looked at in one step of clearing up.
const BATCH: i64 = 200;

/// What one relay sends with.
pub struct Relay {
    app: App,
    channel: Box<dyn Channel>,
    post: Option<Box<dyn Post>>,
    wording: Wording,
    back: ReturnAddress,
}

impl Relay {
    /// A relay that sends e-mail by `channel` and no letters: they wait, shown as `pending`.
    pub fn new(app: App, channel: Box<dyn Channel>, wording: Wording) -> Self {
        Self { app, channel, post: None, wording, back: ReturnAddress::default() }
    }

    /// The same that hands letters over as well, each with where it comes back to.
    #[must_use]
    pub fn posting(self, post: Option<Box<dyn Post>>, back: ReturnAddress) -> Self {
        Self { post, back, ..self }
    }

    /// The channels there is a way out for.
    fn carried(&self) -> Vec<DeliveryChannel> {
        let letters = self.post.as_ref().map(|_| DeliveryChannel::Letter);
        [DeliveryChannel::Email].into_iter().chain(letters).collect()
    }

    /// The longest that one hand-over can take.
    fn longest(&self) -> std::time::Duration {
        let post = self.post.as_ref().map(|post| post.longest()).unwrap_or_default();
        self.channel.longest().max(post)
    }

    /// Runs once: until nothing is ready any more, or it is asked to stop. `rng` spreads retries in time.
    ///
    /// # Errors
    /// [`JobError`] when the store does not answer or the run was asked to stop.
    pub fn run(&self, context: &RunContext, rng: &mut impl Rng) -> Result<RunReport, JobError> {
        let mut report = RunReport::default();
        let done = self
            .supersede(&mut report)
            .and_then(|()| self.recover(rng, &mut report))
            .and_then(|()| self.deliver(context, rng, &mut report));
        self.channel.rest();
        done.map_err(|error| batches::stopped(&error, report))?;
        batches::end(context, report)
    }

    /// What lost its purpose before it left is superseded.
    fn supersede(&self, report: &mut RunReport) -> Result<(), StoreError> {
        let (now, carried) = (self.app.clock.now(), self.carried());
        loop {
            let page =
                self.app.store.read_blocking(|conn| outbox_list_purposeless(conn, earliest_today(now), BATCH))?;
            for row in &page {
                let code = if carried.contains(&row.channel) { "purpose_passed" } else { "no_way_out" };
                self.settle(Settlement::without_attempt(row, OutboxState::Superseded, code, now.system), report)?;
            }
            if page.len() < BATCH as usize {
                return Ok(());
            }
        }
    }

    /// What a relay claimed and did not come back from may have left, or not.
    fn recover(&self, rng: &mut impl Rng, report: &mut RunReport) -> Result<(), StoreError> {
        let (now, carried) = (self.app.clock.now().system, self.carried());
        loop {
            let page = self.app.store.read_blocking(|conn| outbox_list_lapsed(conn, &carried, now, BATCH))?;
            for row in &page {
                let lost = Outcome::Unknown { code: "lease_lapsed".to_owned() };
                self.settle(Settlement::after(row, row.updated_at, &lost, now, rng), report)?;
            }
            if page.len() < BATCH as usize {
                return Ok(());
            }
        }
    }

    fn deliver(&self, context: &RunContext, rng: &mut impl Rng, report: &mut RunReport) -> Result<(), StoreError> {
        while !context.cancelled() {
            let claim = self.claim()?;
            if claim.rows.is_empty() {
                return Ok(());
            }
            let letters = self.app.store.read_blocking(|conn| Letters::load(conn, &claim.rows))?;
            for row in &claim.rows {
                report.looked_at += 1;
                let now = self.app.clock.now();
                let enough = claim.until.since(now.system).to_std().is_ok_and(|left| left >= self.longest());
                let prior = claim.prior.get(&row.id).copied().unwrap_or(OutboxState::Pending);
                let settlement = if context.cancelled() || !enough {
                    Settlement::given_back(row, prior, now.system)
                } else {
                    self.send(row, prior, &letters, now, rng)
                };
                self.settle(settlement, report)?;
            }
        }
        Ok(())
    }

    fn claim(&self) -> Result<Claim, StoreError> {
        let now = self.app.clock.now();
        let lease = self.longest() * 3 + std::time::Duration::from_secs(60);
        let until = now.system.plus(Duration::from_std(lease).unwrap_or_else(|_| Duration::minutes(10)));
        let name = RequestId::fresh().to_string();
        let (claim, carried) = (name.clone(), self.carried());
        let ready: Vec<(OutboxId, OutboxState)> = self.app.store.write_blocking(Scope::Append, move |conn| {
            let ready = outbox_list_ready(conn, &carried, now.system, earliest_today(now), CLAIM)?;
            let mut writes = WriteSet::default();
            if !ready.is_empty() {
                let ids = ready.iter().map(|(id, _)| *id).collect();
                writes.changes.push(Box::new(OutboxClaimed { ids, claim: claim.clone(), now: now.system, until }));
            }
            Ok::<_, StoreError>(Decided::new(writes, ready))
        })?;
        let ids: Vec<OutboxId> = ready.iter().map(|(id, _)| *id).collect();
        let rows = self.app.store.read_blocking(|conn| outbox_list_claimed(conn, &ids, &name))?;
        Ok(Claim { rows, prior: ready.into_iter().collect(), until })
    }

    /// Sends one message, unless there is a reason not to.
    fn send(&self, row: &OutboxRow, prior: OutboxState, letters: &Letters, now: Now, rng: &mut impl Rng) -> Settlement {
        // Who can be asked whether it has a message already is asked.
        let repeated = prior == OutboxState::Unknown;
        let outcome = match (self.compose(row, letters, now), &self.post) {
            (Ok(Parcel::Mail(message)), _) => self.channel.send(&Message { repeated, ..message }),
            (Ok(Parcel::Sheet(sheet)), Some(post)) => post.post(&Sheet { repeated, ..sheet }),
            (Ok(Parcel::Sheet(_)), None) => return Settlement::given_back(row, prior, now.system),
            (Err(instead), _) => return Settlement::instead(row, instead, now.system),
        };
        Settlement::after(row, now.system, &outcome, self.app.clock.now().system, rng)
    }

    /// Writes down what became of a message, with the attempt and its audit entry.
    fn settle(&self, settlement: Settlement, report: &mut RunReport) -> Result<(), StoreError> {
        settlement.count(report);
        let leaf = settlement.deed().map(|deed| self.app.audit.leaf_of_system(NAME, settlement.row.now, &deed));
        let leaf = leaf.transpose().map_err(|refusal| StoreError::Statement(refusal.to_string()))?;
        let id = settlement.row.id;
        let (app, now) = (self.app.clone(), self.app.clock.now());
        let settled = self.app.store.write_blocking(Scope::Append, move |conn| {
            let mut writes = WriteSet::default();
            if settlement.asks_for_a_letter() {
                writes = fallback::letter_instead(&app, conn, id, NAME, now)?;
            }
            writes.changes.push(Box::new(settlement.row.clone()));
            writes.delivery_attempts.extend(settlement.attempt.clone());
            writes.audit.extend(leaf.clone());
            Ok::<_, StoreError>(Decided::new(writes, ()))
        });
        match settled {
            Err(StoreError::Conflict(_)) => {
                tracing::warn!(outbox = %id, "the lease on a message had passed: what became of it stays unknown");
                Ok(())
            }
            other => other,
        }
    }
}

struct Claim {
    rows: Vec<OutboxRow>,
    prior: HashMap<OutboxId, OutboxState>,
    until: UtcTime,
}

/// The earliest legal day there is at this moment: what has passed on that day has passed everywhere.
fn earliest_today(now: Now) -> NaiveDate {
    Regime::ALL.iter().map(|regime| now.today(regime.zone())).min().unwrap_or_else(|| now.legal.utc().date_naive())
}
