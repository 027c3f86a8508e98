//! The file of one registration inside a unit of work: its row, its facts, its duties, and how facts are added.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::Value;

use super::address::Address;
use super::fact::{FactBody, FactsDocument};
use super::input::PersonName;
use super::lookups;
use super::reassess::{self, Occasion};
use super::refusal::Refusal;
use super::travel;
use super::unit;
use crate::access::Ctx;
use crate::app::App;
use crate::audit::Deed;
use crate::ids::{DutyId, FactId, NotificationId, RegistrationId};
use crate::law::What;
use crate::proposals::travel as notices;
use crate::store::duties::duty_list;
use crate::store::facts::{fact_list, fact_next_seq};
use crate::store::persons::{LookupsAdded, person_find};
use crate::store::registrations::registration_find;
use crate::store::rows::{DutyRow, FactRow, PersonRow, RegistrationRow};
use crate::store::{Change, Conn, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{FactSource, Role, Stage};

/// A registration with everything a decision about it needs.
pub struct File {
    /// The registration.
    pub registration: RegistrationRow,
    /// The person.
    pub person: PersonRow,
    /// The governing facts.
    pub document: FactsDocument,
    /// The stored duties.
    pub duties: Vec<DutyRow>,
}

impl File {
    /// Loads the file.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such registration.
    pub fn load(conn: &mut Conn, id: RegistrationId) -> Result<Self, Refusal> {
        let registration = registration_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let person = person_find(conn, registration.person_id)?.ok_or(Refusal::NotFound)?;
        let document = FactsDocument::parse(&registration.facts_doc)?;
        let duties = duty_list(conn, id)?;
        Ok(Self { registration, person, document, duties })
    }

    /// The zone in which its days begin and end.
    pub fn zone(&self) -> Tz {
        self.registration.regime.zone()
    }

    /// The birth date, when an assessment needs it.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be decrypted.
    pub fn birth_date_if_needed(&self, strongbox: &Strongbox) -> Result<Option<NaiveDate>, Refusal> {
        if self.registration.needs_birth_date { birth_date(&self.person, strongbox).map(Some) } else { Ok(None) }
    }

    /// Adds facts, re-assesses and plans every row that changes. Returns which duties are met by which notification.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] when a fact that is corrected was corrected before; [`Refusal::Rules`] when the rules
    /// refuse the facts.
    #[expect(clippy::too_many_arguments, reason = "everything one recording needs, each of another kind")]
    pub fn record(
        &mut self,
        ctx: &Ctx,
        conn: &mut Conn,
        facts: Vec<NewFact>,
        birth_date: Option<NaiveDate>,
        strongbox: &Strongbox,
        occasion: Occasion<'_>,
        writes: &mut WriteSet,
    ) -> Result<Vec<(DutyId, NotificationId)>, Refusal> {
        let first = fact_next_seq(conn, self.registration.id)?;
        let mut rows = Vec::with_capacity(facts.len());
        let corrects = facts.iter().any(|fact| fact.corrects.is_some());
        let told = facts.iter().filter_map(|fact| travel::told(ctx, &self.document, self.registration.id, fact));
        writes.outbox.extend(told);
        for fact in &facts {
            notices::tell(occasion.proposals, ctx, conn, self.registration.id, fact, occasion.on, writes)?;
        }
        for (seq, fact) in (first..).zip(facts) {
            rows.push(fact.row(ctx, self.registration.id, seq, strongbox)?);
            if !corrects {
                self.document.apply(fact.root(), &fact.body)?;
            }
        }
        if corrects {
            let mut all = fact_list(conn, self.registration.id)?;
            all.extend(rows.iter().cloned());
            let minor = self.document.minor;
            self.document = document_of(&self.registration, &all)?;
            self.document.minor = minor;
        }
        writes.facts.extend(rows);
        if let Some(birth_date) = birth_date {
            self.document.note_age(birth_date);
        }
        self.reassess(birth_date, occasion, writes)
    }

    /// Assesses the document as it stands and plans what changes. A draft has no duties yet: only its period and its
    /// document are kept.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when the rules refuse the facts.
    pub fn reassess(
        &mut self,
        birth_date: Option<NaiveDate>,
        occasion: Occasion<'_>,
        writes: &mut WriteSet,
    ) -> Result<Vec<(DutyId, NotificationId)>, Refusal> {
        let plan = reassess::plan(&self.registration, &self.document, birth_date, &self.duties, occasion)?;
        if self.registration.stage == Stage::Draft {
            writes.changes.push(Box::new(plan.registration));
            return Ok(Vec::new());
        }
        writes.merge(plan.writes);
        writes.changes.push(Box::new(plan.registration));
        Ok(plan.met)
    }
}

/// What an officer or a registrant asserts, before it is a row.
#[derive(Debug, Clone)]
pub struct NewFact {
    id: FactId,
    body: FactBody,
    notification: Option<NotificationId>,
    corrects: Option<(FactId, FactId)>,
    source: Option<FactSource>,
    verified: bool,
    content: Option<Value>,
    destinations: Option<Vec<String>>,
}

impl NewFact {
    /// A fact on its own.
    pub fn new(body: FactBody) -> Self {
        Self {
            id: FactId::fresh(),
            body,
            notification: None,
            corrects: None,
            source: None,
            verified: false,
            content: None,
            destinations: None,
        }
    }

    /// A fact that a notification asserts.
    pub fn of_notification(notification: NotificationId, body: FactBody) -> Self {
        Self { notification: Some(notification), ..Self::new(body) }
    }

    /// A fact of another file, taken over: who said it, and whether it was verified, stay what they were.
    pub fn taken_over(id: FactId, body: FactBody, origin: &FactRow, content: Option<Value>) -> Self {
        Self {
            id,
            body,
            notification: origin.notification_id,
            corrects: None,
            source: Some(origin.source),
            verified: origin.verified,
            content,
            destinations: None,
        }
    }

    /// As a correction of `governing`, whose chain it continues.
    #[must_use]
    pub fn correcting(self, governing: &FactRow) -> Self {
        Self { corrects: Some((governing.id, governing.root_id)), ..self }
    }

    /// Said by somebody else than who records it.
    #[must_use]
    pub fn from_source(self, source: FactSource, verified: bool) -> Self {
        Self { source: Some(source), verified, ..self }
    }

    /// Said by somebody whose word needs no confirmation.
    #[must_use]
    pub fn verified(self) -> Self {
        Self { verified: true, ..self }
    }

    /// A journey to these countries, two letters each.
    #[must_use]
    pub fn towards(self, destinations: Vec<String>) -> Self {
        Self { destinations: Some(destinations), ..self }
    }

    /// The countries of a journey, where they were told with it.
    pub fn destinations(&self) -> Option<&[String]> {
        self.destinations.as_deref()
    }

    /// The fact's own id.
    pub fn id(&self) -> FactId {
        self.id
    }

    /// With what people read of it, which is encrypted.
    #[must_use]
    pub fn with_content(self, content: Value) -> Self {
        Self { content: Some(content), ..self }
    }

    /// The first fact of its chain of corrections.
    pub fn root(&self) -> FactId {
        self.corrects.map_or(self.id, |(_, root)| root)
    }

    /// What it says.
    pub fn body(&self) -> &FactBody {
        &self.body
    }

    /// Whether it continues a chain of corrections.
    pub fn is_correction(&self) -> bool {
        self.corrects.is_some()
    }

    /// Whether a notification of this file asserts it.
    pub fn is_notified(&self) -> bool {
        self.notification.is_some() && self.source.is_none()
    }

    /// The journey it is about, if it is about one.
    pub fn trip(&self) -> Option<FactId> {
        match &self.body {
            FactBody::Happened { event } if matches!(event.what, What::Absence(_)) => Some(self.root()),
            _ => None,
        }
    }

    fn row(
        &self,
        ctx: &Ctx,
        registration: RegistrationId,
        seq: i64,
        strongbox: &Strongbox,
    ) -> Result<FactRow, Refusal> {
        let payload = serde_json::to_string(&self.body).map_err(|e| Refusal::Rules(e.to_string()))?;
        Ok(FactRow {
            id: self.id,
            registration_id: registration,
            seq,
            kind: self.body.code().to_owned(),
            valid_on: self.body.valid_on(),
            root_id: self.root(),
            corrects_id: self.corrects.map(|(corrected, _)| corrected),
            notification_id: self.notification,
            source: self.source.unwrap_or_else(|| source_of(ctx.actor.role)),
            asserted_by: ctx.actor.account,
            verified: self.verified,
            recorded_at: ctx.now.legal,
            payload,
            content_enc: self
                .content
                .as_ref()
                .map(|content| strongbox.seal("facts", "content_enc", self.id.as_str(), content))
                .transpose()?,
        })
    }
}

/// Who speaks when an account of this role records something.
fn source_of(role: Role) -> FactSource {
    match role {
        Role::Registrant => FactSource::Registrant,
        Role::Dji => FactSource::PrisonService,
        Role::Justid => FactSource::RecordsService,
        Role::Aice => FactSource::ExecutionAuthority,
        Role::SupervisionOfficer
        | Role::ReviewLead
        | Role::OmOfficer
        | Role::Tbkk
        | Role::Lirc
        | Role::Evaluator
        | Role::PrivacyOfficer
        | Role::ApAuditor
        | Role::AdminTech
        | Role::Justis
        | Role::Mayor => FactSource::Officer,
    }
}

/// The facts that govern: of each chain of corrections the last, in the order in which the chains began.
pub fn governing(rows: &[FactRow]) -> Vec<&FactRow> {
    let mut last: HashMap<FactId, &FactRow> = HashMap::new();
    let mut roots = Vec::new();
    for row in rows {
        if last.insert(row.root_id, row).is_none() {
            roots.push(row.root_id);
        }
    }
    roots.into_iter().filter_map(|root| last.get(&root).copied()).collect()
}

/// The facts document that these rows, in order, amount to.
///
/// # Errors
/// [`Refusal::Rules`] when a stored payload is not a fact.
pub fn document_of(registration: &RegistrationRow, rows: &[FactRow]) -> Result<FactsDocument, Refusal> {
    let bodies: Vec<(FactId, FactBody)> =
        governing(rows).into_iter().map(|row| Ok((row.root_id, body_of(row)?))).collect::<Result<_, Refusal>>()?;
    FactsDocument::of(
        registration.regime.into(),
        registration.pilot_from,
        bodies.iter().map(|(root, body)| (*root, body)),
    )
}

/// What a stored fact says.
///
/// # Errors
/// [`Refusal::Rules`] when its payload is not a fact.
pub fn body_of(row: &FactRow) -> Result<FactBody, Refusal> {
    serde_json::from_str(&row.payload).map_err(|e| Refusal::Rules(format!("stored fact: {e}")))
}

/// The governing fact of a chain of this registration.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such chain, or what it said was withdrawn.
pub fn governing_fact(conn: &mut Conn, registration: RegistrationId, root: FactId) -> Result<FactRow, Refusal> {
    let rows = fact_list(conn, registration)?;
    let row = rows.into_iter().rfind(|row| row.root_id == root).ok_or(Refusal::NotFound)?;
    if body_of(&row)? == FactBody::Withdrawn { Err(Refusal::NotFound) } else { Ok(row) }
}

/// The birth date of a person.
///
/// # Errors
/// [`Refusal::Keys`] when it cannot be decrypted.
pub fn birth_date(person: &PersonRow, strongbox: &Strongbox) -> Result<NaiveDate, Refusal> {
    strongbox.open("persons", "birth_date_enc", person.id.as_str(), &person.birth_date_enc)
}

/// Takes out the data key of the person a registration belongs to. When there is no such registration, or its person
/// was erased, the refusal is audited like any other.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Keys`] when the key cannot be had.
pub async fn strongbox(app: &App, ctx: &Ctx, registration: RegistrationId, deed: &Deed) -> Result<Strongbox, Refusal> {
    let found = app
        .store
        .read(move |conn| {
            let Some(row) = registration_find(conn, registration)? else { return Ok(None) };
            person_find(conn, row.person_id)
        })
        .await
        .map_err(Refusal::Store)?;
    match found {
        Some(person) => app.vault.strongbox(person.data_key_id).await,
        None => unit::read(app, ctx, deed.clone(), |_| Err(Refusal::NotFound)).await,
    }
}

/// Makes the person findable by what was newly reported.
///
/// # Errors
/// [`Refusal::Keys`] when the birth date cannot be decrypted.
pub fn findable_by(
    app: &App,
    file: &File,
    home: Option<&Address>,
    names: &[&PersonName],
    strongbox: &Strongbox,
) -> Result<Option<Box<dyn Change>>, Refusal> {
    let id = file.person.id;
    let mut entries: Vec<_> =
        home.and_then(Address::postcode_and_number).map(|home| lookups::of_home(app, id, home)).into_iter().collect();
    if !names.is_empty() {
        let born = birth_date(&file.person, strongbox)?;
        entries.extend(names.iter().flat_map(|name| lookups::of_name(app, id, name, born)));
    }
    Ok((!entries.is_empty()).then(|| Box::new(LookupsAdded(entries)) as Box<dyn Change>))
}
