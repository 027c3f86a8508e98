//! One registration, and the registrations of one person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::enrol::{ContactDetails, LegalBasisInput};
use super::super::file::{self, File};
use super::super::input::PersonName;
use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::{reassess, status, unit};
use super::duty::{DutyStory, DutySummary};
use crate::access::{self, Action, Ctx, Subject, in_use};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{AccountId, PersonId, RegistrationId, TeamId};
use crate::law::{self, RuleBook};
use crate::store::Conn;
use crate::store::registrations::registration_list_of_person;
use crate::store::rows::{PersonRow, RegistrationRow};
use crate::vault::Strongbox;
use crate::vocabulary::{Arm, DutyStatus, LegalStatus, LocationStatus, PhysicalStatus, Regime, Role, Stage};

/// The names of a person as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredNames {
    /// The name used now.
    pub name: PersonName,
    /// Every other name.
    pub other_names: Vec<PersonName>,
}

/// Whether and how long the person is subject to the requirements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodView {
    /// First day; absent when never subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day; absent when indefinite or not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// A sentence is not known yet, so the length may change.
    pub provisional: bool,
    /// The person is never subject.
    pub never: bool,
}

/// A registration, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationView {
    /// The registration.
    pub id: RegistrationId,
    /// The person.
    pub person_id: PersonId,
    /// The name used now.
    pub name: PersonName,
    /// Every other name.
    pub other_names: Vec<PersonName>,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// Citizen service number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bsn: Option<String>,
    /// Chain number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skn: Option<String>,
    /// How to reach the person.
    pub contact: ContactDetails,
    /// The set of rules.
    pub regime: Regime,
    /// Legal status today.
    pub legal_status: LegalStatus,
    /// Where the person is today.
    pub physical_status: PhysicalStatus,
    /// What is known of the home.
    pub location_status: LocationStatus,
    /// On what it rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasisInput>,
    /// The day it came into force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activated_on: Option<NaiveDate>,
    /// Since when, under the pilot, when the judgment is older.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pilot_from: Option<NaiveDate>,
    /// Whether and how long.
    pub period: PeriodView,
    /// First day on which an application to end an indefinite period is possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discharge_from: Option<NaiveDate>,
    /// The duty that falls due first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_duty: Option<DutySummary>,
    /// The officer who supervises.
    pub officer_id: AccountId,
    /// The officer's team.
    pub team_id: TeamId,
    /// Class of the index offence.
    pub offence_class: String,
    /// Arm of the evaluation.
    pub arm: Arm,
    /// The version, as in `ETag`.
    pub version: i64,
}

impl RegistrationView {
    /// What the file is to the access decision.
    pub fn subject(&self) -> Subject {
        Subject {
            registration: self.id,
            person: self.person_id,
            team: self.team_id,
            officer: self.officer_id,
            legal_status: self.legal_status,
            asked_by: None,
            sent_to: Vec::new(),
            offered_to: None,
        }
    }

    /// Whether somebody may do this to the file: what its use case asks, asked before it is offered.
    pub fn allows(&self, ctx: &Ctx, action: Action) -> bool {
        access::decide(&ctx.actor, action, &self.subject(), ctx.purpose).allowed().is_ok()
    }
}

/// A registration in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationSummary {
    /// The registration.
    pub id: RegistrationId,
    /// The person.
    pub person_id: PersonId,
    /// The name used now.
    pub name: PersonName,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// The set of rules.
    pub regime: Regime,
    /// Legal status today.
    pub legal_status: LegalStatus,
    /// What is known of the home.
    pub location_status: LocationStatus,
    /// Last day; absent when indefinite or not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// The officer who supervises.
    pub officer_id: AccountId,
}

/// One page of registrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationPage {
    /// The registrations.
    pub items: Vec<RegistrationSummary>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<RegistrationId>,
}

/// The registrations of the person who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnRegistrations {
    /// All of them, the oldest first.
    pub items: Vec<RegistrationSummary>,
}

/// Whose registration a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// `me`: the one active registration of the registrant who asks.
    Mine,
    /// A registration by its id.
    Of(RegistrationId),
}

/// Reads one registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn registration(app: &App, ctx: &Ctx, id: RegistrationId) -> Result<RegistrationView, Refusal> {
    let deed = Deed::on(Action::RegistrationRead, ObjectRef::registration(id), id).with_fields(&[
        "names",
        "birthDate",
        "bsn",
        "skn",
        "contact",
        "status",
        "period",
    ]);
    let strongbox = file::strongbox(app, ctx, id, &deed).await?;
    let (rules, reader) = (app.rules.clone(), ctx.clone());
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, id)?;
        permit(&reader, Action::RegistrationRead, &file.registration)?;
        Ok(assessed(&file, &rules, reader.today(file.zone()), &strongbox)?.0)
    })
    .await
}

/// A registration in full with every duty and its explanations.
///
/// # Errors
/// [`Refusal::Keys`] when it cannot be decrypted; [`Refusal::Rules`] when the rules refuse the facts.
pub(crate) fn with_duties(
    conn: &mut Conn,
    file: &File,
    rules: &RuleBook,
    today: NaiveDate,
    strongbox: &Strongbox,
) -> Result<(RegistrationView, Vec<DutyStory>), Refusal> {
    let (registration, assessment) = assessed(file, rules, today, strongbox)?;
    Ok((registration, DutyStory::all(conn, file, &assessment)?))
}

fn assessed(
    file: &File,
    rules: &RuleBook,
    today: NaiveDate,
    strongbox: &Strongbox,
) -> Result<(RegistrationView, law::Assessment), Refusal> {
    let birth_date = file::birth_date(&file.person, strongbox)?;
    let assessment = reassess::assess(&file.document, Some(birth_date), rules, today)?;
    let next_duty = DutySummary::all(file, &assessment).into_iter().find(|duty| {
        matches!(duty.status, DutyStatus::Open | DutyStatus::Overdue | DutyStatus::Upcoming) && duty.due.is_some()
    });
    let registration = view(file, strongbox, birth_date, assessment.discharge_from, next_duty, today)?;
    Ok((registration, assessment))
}

fn view(
    file: &File,
    strongbox: &Strongbox,
    birth_date: NaiveDate,
    discharge_from: Option<NaiveDate>,
    next_duty: Option<DutySummary>,
    today: NaiveDate,
) -> Result<RegistrationView, Refusal> {
    let File { registration: row, person, document, .. } = file;
    let id = person.id.as_str();
    let names: StoredNames = strongbox.open("persons", "names_enc", id, &person.names_enc)?;
    let open_number = |column: &str, sealed: &Option<String>| -> Result<Option<String>, Refusal> {
        sealed.as_deref().map(|sealed| strongbox.open("persons", column, id, sealed)).transpose()
    };
    Ok(RegistrationView {
        id: row.id,
        person_id: row.person_id,
        name: names.name,
        other_names: names.other_names,
        birth_date,
        bsn: open_number("bsn_enc", &person.bsn_enc)?,
        skn: open_number("skn_enc", &person.skn_enc)?,
        contact: strongbox.open("persons", "contact_enc", id, &person.contact_enc)?,
        regime: row.regime,
        legal_status: status::legal(row, today),
        physical_status: status::physical(document, today),
        location_status: row.location_status,
        legal_basis: row
            .legal_basis_enc
            .as_deref()
            .map(|sealed| strongbox.open("registrations", "legal_basis_enc", row.id.as_str(), sealed))
            .transpose()?,
        activated_on: row.activated_on,
        pilot_from: row.pilot_from,
        period: PeriodView {
            from: row.subject_from,
            last_day: row.subject_last_day,
            provisional: row.provisional,
            never: row.subject_never,
        },
        discharge_from,
        next_duty,
        officer_id: row.officer_id,
        team_id: row.team_id,
        offence_class: row.offence_class.clone(),
        arm: row.arm,
        version: row.version,
    })
}

/// One line of a list, decrypted.
///
/// # Errors
/// [`Refusal::Keys`] when it cannot be decrypted.
pub fn summary(
    row: &RegistrationRow,
    person: &PersonRow,
    strongbox: &Strongbox,
    today: NaiveDate,
) -> Result<RegistrationSummary, Refusal> {
    let names: StoredNames = strongbox.open("persons", "names_enc", person.id.as_str(), &person.names_enc)?;
    Ok(RegistrationSummary {
        id: row.id,
        person_id: row.person_id,
        name: names.name,
        birth_date: file::birth_date(person, strongbox)?,
        regime: row.regime,
        legal_status: status::legal(row, today),
        location_status: row.location_status,
        last_day: row.subject_last_day,
        officer_id: row.officer_id,
    })
}

/// The one active registration of the registrant who asks.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none; [`Refusal::SeveralRegistrations`] with the list when there are more.
pub async fn me(app: &App, ctx: &Ctx) -> Result<RegistrationId, Refusal> {
    // Whoever acts for a registrant means the registration they act for.
    if let Some(acting) = ctx.actor.represents {
        return Ok(acting.registration);
    }
    let Some(person) = ctx.actor.person.filter(|_| ctx.actor.role == Role::Registrant) else {
        return Err(Refusal::NotFound);
    };
    let rows = app.store.read(move |conn| registration_list_of_person(conn, person)).await?;
    let active: Vec<RegistrationId> = rows
        .iter()
        .filter(|row| status::legal(row, ctx.today(row.regime.zone())) == LegalStatus::Active)
        .map(|row| row.id)
        .collect();
    match active.as_slice() {
        [] => Err(Refusal::NotFound),
        [one] => Ok(*one),
        _ => Err(Refusal::SeveralRegistrations(active)),
    }
}

/// Every registration of the registrant who asks.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody else.
pub async fn own(app: &App, ctx: &Ctx) -> Result<OwnRegistrations, Refusal> {
    let refused = Deed::of(Action::RegistrationRead, ObjectRef::none());
    let Some(person) = ctx.actor.person.filter(|_| ctx.actor.role == Role::Registrant) else {
        let why = Refusal::Forbidden("only a registrant has registrations of their own");
        return unit::read(app, ctx, refused, move |_| Err(why)).await;
    };
    if let Err(why) = in_use(&ctx.actor) {
        return unit::read(app, ctx, refused, move |_| Err(why)).await;
    }
    let found = app
        .store
        .read(move |conn| {
            Ok::<_, Refusal>((
                registration_list_of_person(conn, person)?,
                crate::store::persons::person_find(conn, person)?,
            ))
        })
        .await?;
    let (rows, Some(person_row)) = found else { return Err(Refusal::NotFound) };
    let strongbox = app.vault.strongbox(person_row.data_key_id.clone()).await?;
    let reader = ctx.clone();
    let deed =
        Deed::of(Action::RegistrationRead, ObjectRef::person(person)).with_fields(&["names", "birthDate", "status"]);
    unit::read(app, ctx, deed, move |_| {
        let items = rows
            .iter()
            .filter(|row| row.stage != Stage::Removed && row.stage != Stage::Destroyed)
            .map(|row| summary(row, &person_row, &strongbox, reader.today(row.regime.zone())))
            .collect::<Result<_, _>>()?;
        Ok(OwnRegistrations { items })
    })
    .await
}
