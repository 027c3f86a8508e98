//! Hands over what waits in the outbox, and writes down what became of it: reminders to people, and notices to
//! authorities that a referral waits for them.
//!
//! A message is claimed by a lease, sent outside any transaction, and settled by whoever still holds the lease. A
//! process that dies in between leaves its claim to lapse: that attempt is then `unknown`, which is the truth, and the
//! message may be repeated under the same `Message-ID`. What has lost its purpose is superseded and not sent.

mod settlement;

use std::collections::HashMap;

use chrono::{Duration, NaiveDate};
use rand::Rng;
use scheduler::{JobError, RunContext, RunReport};

use super::batches;
use crate::app::App;
use crate::clock::{Now, UtcTime};
use crate::ids::{OutboxId, PersonId, RegistrationId, RequestId};
use crate::notify::reminder::{Wording, reference};
use crate::notify::{Channel, Message, Outcome};
use crate::register::Refusal;
use crate::register::enrol::ContactDetails;
use crate::store::outbox::{
    OutboxClaimed, outbox_list_claimed, outbox_list_lapsed, outbox_list_purposeless, outbox_list_ready,
};
use crate::store::persons::person_find_many;
use crate::store::referrals::{ReferralRow, referral_find_many_of_notices};
use crate::store::registrations::registration_find_many;
use crate::store::reminders::reminder_find_many_of_outbox;
use crate::store::rows::{DutyRow, OutboxRow, PersonRow, RegistrationRow, ReminderRow};
use crate::store::{Conn, Decided, Scope, StoreError, WriteSet};
use crate::vocabulary::{DeliveryChannel, DutyOutcome, OutboxState, Regime};
pub(super) use settlement::wait_since_first;
use settlement::{Instead, Settlement};

/// The name under which it runs and signs.
pub const NAME: &str = "delivery";

/// The channels there is a way out for. Letters and events for systems wait, shown as `pending`, for what will carry them.
const CARRIED: [DeliveryChannel; 1] = [DeliveryChannel::Email];

/// Messages claimed at once.
const CLAIM: i64 = 20;

/// Rows looked at in one step of clearing up.
const BATCH: i64 = 200;

/// What one relay sends with.
pub struct Relay {
    app: App,
    channel: Box<dyn Channel>,
    wording: Wording,
}

impl Relay {
    /// A relay that sends e-mail by `channel`.
    pub fn new(app: App, channel: Box<dyn Channel>, wording: Wording) -> Self {
        Self { app, channel, wording }
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
        let now = self.app.clock.now();
        loop {
            let page =
                self.app.store.read_blocking(|conn| outbox_list_purposeless(conn, earliest_today(now), BATCH))?;
            for row in &page {
                let code = if CARRIED.contains(&row.channel) { "purpose_passed" } else { "no_way_out" };
                self.settle(Settlement::without_attempt(row, OutboxState::Superseded, code, now.system), report)?;
            }
            if page.len() < BATCH as usize {
                return Ok(());
            }
        }
    }

    /// What a relay claimed and did not come back from may have left, or not.
    fn recover(&self, rng: &mut impl Rng, report: &mut RunReport) -> Result<(), StoreError> {
        let now = self.app.clock.now().system;
        loop {
            let page = self.app.store.read_blocking(|conn| outbox_list_lapsed(conn, &CARRIED, now, BATCH))?;
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
                let enough = claim.until.since(now.system).to_std().is_ok_and(|left| left >= self.channel.longest());
                let settlement = if context.cancelled() || !enough {
                    let prior = claim.prior.get(&row.id).copied().unwrap_or(OutboxState::Pending);
                    Settlement::given_back(row, prior, now.system)
                } else {
                    self.send(row, &letters, now, rng)
                };
                self.settle(settlement, report)?;
            }
        }
        Ok(())
    }

    fn claim(&self) -> Result<Claim, StoreError> {
        let now = self.app.clock.now();
        let lease = self.channel.longest() * 3 + std::time::Duration::from_secs(60);
        let until = now.system.plus(Duration::from_std(lease).unwrap_or_else(|_| Duration::minutes(10)));
        let name = RequestId::fresh().to_string();
        let claim = name.clone();
        let ready: Vec<(OutboxId, OutboxState)> = self.app.store.write_blocking(Scope::Append, move |conn| {
            let ready = outbox_list_ready(conn, &CARRIED, now.system, earliest_today(now), CLAIM)?;
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
    fn send(&self, row: &OutboxRow, letters: &Letters, now: Now, rng: &mut impl Rng) -> Settlement {
        let message = match self.compose(row, letters, now) {
            Ok(message) => message,
            Err(instead) => return Settlement::instead(row, instead, now.system),
        };
        let outcome = self.channel.send(&message);
        Settlement::after(row, now.system, &outcome, self.app.clock.now().system, rng)
    }

    fn compose(&self, row: &OutboxRow, letters: &Letters, now: Now) -> Result<Message, Instead> {
        match letters.notices.get(&row.id) {
            Some(referral) => self.compose_notice(row, referral),
            None => self.compose_reminder(row, letters, now),
        }
    }

    /// Tells an authority that a referral waits, unless it said already that it has it.
    fn compose_notice(&self, row: &OutboxRow, referral: &ReferralRow) -> Result<Message, Instead> {
        if referral.acknowledged_at.is_some() {
            return Err(Instead::NoLonger("acknowledged"));
        }
        let mailbox = self.app.config.mail.mailbox_of(referral.authority).ok_or(Instead::Never("no_address"))?;
        let to = mailbox.email.to_string().parse().map_err(|_| Instead::Never("no_address"))?;
        let content =
            self.wording.notice(&reference(referral.id.as_str())).map_err(|_| Instead::Never("not_composed"))?;
        Ok(Message { id: row.id, message_id: row.message_id.clone(), date: row.created_at, to, content })
    }

    fn compose_reminder(&self, row: &OutboxRow, letters: &Letters, now: Now) -> Result<Message, Instead> {
        let letter = letters.of(row).ok_or(Instead::Never("not_found"))?;
        let today = now.today(letter.registration.regime.zone());
        if row.purpose_ends_on.is_some_and(|last| last < today) {
            return Err(Instead::NoLonger("purpose_passed"));
        }
        if letter.duty.outcome != DutyOutcome::Pending {
            return Err(Instead::NoLonger("duty_ended"));
        }
        if letter.duty.due_on != Some(letter.reminder.due_on) {
            return Err(Instead::NoLonger("date_moved"));
        }
        let contact: ContactDetails = self.contact(letter.person)?;
        let to = contact.email.as_deref().and_then(|email| email.parse().ok()).ok_or(Instead::Never("no_address"))?;
        let content = self
            .wording
            .reminder(contact.language, &reference(letter.reminder.id.as_str()), letter.reminder.due_on, today)
            .map_err(|_| Instead::Never("not_composed"))?;
        Ok(Message { id: row.id, message_id: row.message_id.clone(), date: row.created_at, to, content })
    }

    fn contact(&self, person: &PersonRow) -> Result<ContactDetails, Instead> {
        let opened =
            self.app.vault.take_out(&person.data_key_id).and_then(|strongbox| {
                strongbox.open("persons", "contact_enc", person.id.as_str(), &person.contact_enc)
            });
        opened.map_err(|refusal| match refusal {
            Refusal::NotFound => Instead::NoLonger("erased"),
            Refusal::Store(_) => Instead::Later("keys_unavailable"),
            other => {
                tracing::error!(person = %person.id, refusal = %other, "contact details cannot be read");
                Instead::Never("unreadable")
            }
        })
    }

    /// Writes down what became of a message, with the attempt and its audit entry.
    fn settle(&self, settlement: Settlement, report: &mut RunReport) -> Result<(), StoreError> {
        settlement.count(report);
        let leaf = settlement.deed().map(|deed| self.app.audit.leaf_of_system(NAME, settlement.row.now, &deed));
        let leaf = leaf.transpose().map_err(|refusal| StoreError::Statement(refusal.to_string()))?;
        let id = settlement.row.id;
        let settled = self.app.store.write_blocking(Scope::Append, move |_| {
            let mut writes = WriteSet::default();
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

/// What claimed rows are about, in a handful of statements.
struct Letters {
    reminders: HashMap<OutboxId, (ReminderRow, DutyRow)>,
    notices: HashMap<OutboxId, ReferralRow>,
    registrations: HashMap<RegistrationId, RegistrationRow>,
    persons: HashMap<PersonId, PersonRow>,
}

struct Letter<'a> {
    reminder: &'a ReminderRow,
    duty: &'a DutyRow,
    registration: &'a RegistrationRow,
    person: &'a PersonRow,
}

impl Letters {
    fn load(conn: &mut Conn, rows: &[OutboxRow]) -> Result<Self, StoreError> {
        let ids: Vec<OutboxId> = rows.iter().map(|row| row.id).collect();
        let reminders = reminder_find_many_of_outbox(conn, &ids)?;
        let files: Vec<RegistrationId> = reminders.values().map(|(_, duty)| duty.registration_id).collect();
        let registrations: HashMap<_, _> =
            registration_find_many(conn, &files)?.into_iter().map(|row| (row.id, row)).collect();
        let owners: Vec<PersonId> = registrations.values().map(|row| row.person_id).collect();
        let persons = person_find_many(conn, &owners)?.into_iter().map(|row| (row.id, row)).collect();
        Ok(Self { reminders, notices: referral_find_many_of_notices(conn, rows)?, registrations, persons })
    }

    fn of(&self, row: &OutboxRow) -> Option<Letter<'_>> {
        let (reminder, duty) = self.reminders.get(&row.id)?;
        let registration = self.registrations.get(&duty.registration_id)?;
        Some(Letter { reminder, duty, registration, person: self.persons.get(&registration.person_id)? })
    }
}
