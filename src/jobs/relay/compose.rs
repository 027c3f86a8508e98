//! What a claimed row becomes: an e-mail or a letter, composed from what is known at this moment, or the reason not to
//! send any.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;

use super::Relay;
use super::settlement::Instead;
use crate::clock::Now;
use crate::ids::{OutboxId, PersonId, RegistrationId};
use crate::notify::letter::{self as on_paper, OnPaper};
use crate::notify::reminder::{Rendered, reference};
use crate::notify::{Address, Message, Sheet};
use crate::register::Refusal;
use crate::register::enrol::ContactDetails;
use crate::register::home::{Home, STATE_HOME};
use crate::register::view::StoredNames;
use crate::store::notifications::notification_last_of_many;
use crate::store::persons::person_find_many;
use crate::store::referrals::{ReferralRow, referral_find_many_of_notices};
use crate::store::registrations::registration_find_many;
use crate::store::reminders::reminder_find_many_of_outbox;
use crate::store::rows::{DutyRow, NotificationRow, OutboxRow, PersonRow, RegistrationRow, ReminderRow};
use crate::store::{Conn, StoreError};
use crate::vault::Strongbox;
use crate::vocabulary::{DeliveryChannel, DutyOutcome};

/// What is handed over.
pub(super) enum Parcel {
    /// An e-mail.
    Mail(Message),
    /// A letter.
    Sheet(Sheet),
}

impl Relay {
    pub(super) fn compose(&self, row: &OutboxRow, letters: &Letters, now: Now) -> Result<Parcel, Instead> {
        match letters.notices.get(&row.id) {
            Some(referral) => self.compose_notice(row, referral).map(Parcel::Mail),
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
        Ok(mail_of(row, to, content))
    }

    fn compose_reminder(&self, row: &OutboxRow, letters: &Letters, now: Now) -> Result<Parcel, Instead> {
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
        match row.channel {
            DeliveryChannel::Email => self.mail(row, &letter, today).map(Parcel::Mail),
            DeliveryChannel::Letter => self.sheet(row, &letter).map(Parcel::Sheet),
            DeliveryChannel::Webhook => Err(Instead::Never("no_way_out")),
        }
    }

    fn mail(&self, row: &OutboxRow, letter: &Letter<'_>, today: NaiveDate) -> Result<Message, Instead> {
        let contact: ContactDetails = opened(&self.strongbox(letter.person)?, letter.person, "contact_enc")?;
        let to = contact.email.as_deref().and_then(|email| email.parse().ok()).ok_or(Instead::Never("no_address"))?;
        let content = self
            .wording
            .reminder(contact.language, &reference(letter.reminder.id.as_str()), letter.reminder.due_on, today)
            .map_err(|_| Instead::Never("not_composed"))?;
        Ok(mail_of(row, to, content))
    }

    /// The letter to the postal address that was given, or else to the home on file.
    fn sheet(&self, row: &OutboxRow, letter: &Letter<'_>) -> Result<Sheet, Instead> {
        let strongbox = self.strongbox(letter.person)?;
        let contact: ContactDetails = opened(&strongbox, letter.person, "contact_enc")?;
        let names: StoredNames = opened(&strongbox, letter.person, "names_enc")?;
        let home = || letter.home.map(|row| Home::of(row, &strongbox)).transpose();
        let address = match contact.postal_address {
            Some(address) => Some(address),
            None => home().map_err(|refusal| unreadable(&refusal, letter.person))?.map(|home| home.address),
        };
        let lines = address.and_then(|address| on_paper::addressee(&names.name, &address));
        let lines = lines.ok_or(Instead::Never("no_address"))?;
        let of = OnPaper {
            language: contact.language,
            reference: &reference(letter.reminder.id.as_str()),
            due: letter.reminder.due_on,
            written: row.created_at.day_in(letter.registration.regime.zone()),
        };
        let pdf = on_paper::pdf(self.wording.on_paper(of, &self.back), lines);
        let pdf = pdf.map_err(|error| {
            tracing::error!(outbox = %row.id, %error, "a letter cannot be written");
            Instead::Never("not_composed")
        })?;
        Ok(Sheet { id: row.id, repeated: false, pdf })
    }

    fn strongbox(&self, person: &PersonRow) -> Result<Strongbox, Instead> {
        self.app.vault.take_out(&person.data_key_id).map_err(|refusal| unreadable(&refusal, person))
    }
}

/// What stands encrypted in a column of a person.
fn opened<T: DeserializeOwned>(strongbox: &Strongbox, person: &PersonRow, column: &'static str) -> Result<T, Instead> {
    let sealed = match column {
        "names_enc" => &person.names_enc,
        _ => &person.contact_enc,
    };
    strongbox.open("persons", column, person.id.as_str(), sealed).map_err(|refusal| unreadable(&refusal, person))
}

fn unreadable(refusal: &Refusal, person: &PersonRow) -> Instead {
    match refusal {
        Refusal::NotFound => Instead::NoLonger("erased"),
        Refusal::Store(_) => Instead::Later("keys_unavailable"),
        other => {
            tracing::error!(person = %person.id, refusal = %other, "what a message needs of a person cannot be read");
            Instead::Never("unreadable")
        }
    }
}

fn mail_of(row: &OutboxRow, to: Address, content: Rendered) -> Message {
    let message_id = row.message_id.clone();
    Message { id: row.id, repeated: false, message_id, date: row.created_at, to, content }
}

/// What claimed rows are about, in a handful of statements.
pub(super) struct Letters {
    reminders: HashMap<OutboxId, (ReminderRow, DutyRow)>,
    notices: HashMap<OutboxId, ReferralRow>,
    registrations: HashMap<RegistrationId, RegistrationRow>,
    persons: HashMap<PersonId, PersonRow>,
    homes: HashMap<RegistrationId, NotificationRow>,
}

struct Letter<'a> {
    reminder: &'a ReminderRow,
    duty: &'a DutyRow,
    registration: &'a RegistrationRow,
    person: &'a PersonRow,
    home: Option<&'a NotificationRow>,
}

impl Letters {
    pub(super) fn load(conn: &mut Conn, rows: &[OutboxRow]) -> Result<Self, StoreError> {
        let ids: Vec<OutboxId> = rows.iter().map(|row| row.id).collect();
        let reminders = reminder_find_many_of_outbox(conn, &ids)?;
        let files: Vec<RegistrationId> = reminders.values().map(|(_, duty)| duty.registration_id).collect();
        let registrations: HashMap<_, _> =
            registration_find_many(conn, &files)?.into_iter().map(|row| (row.id, row)).collect();
        let owners: Vec<PersonId> = registrations.values().map(|row| row.person_id).collect();
        let persons = person_find_many(conn, &owners)?.into_iter().map(|row| (row.id, row)).collect();
        let posted = rows.iter().filter(|row| row.channel == DeliveryChannel::Letter);
        let posted: Vec<RegistrationId> = posted.filter_map(|row| row.registration_id).collect();
        let homes = notification_last_of_many(conn, &posted, &STATE_HOME)?;
        let homes = homes.into_iter().map(|row| (row.registration_id, row)).collect();
        Ok(Self { reminders, notices: referral_find_many_of_notices(conn, rows)?, registrations, persons, homes })
    }

    fn of(&self, row: &OutboxRow) -> Option<Letter<'_>> {
        let (reminder, duty) = self.reminders.get(&row.id)?;
        let registration = self.registrations.get(&duty.registration_id)?;
        let (person, home) = (self.persons.get(&registration.person_id)?, self.homes.get(&registration.id));
        Some(Letter { reminder, duty, registration, person, home })
    }
}
