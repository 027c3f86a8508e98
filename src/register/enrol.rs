//! Enrolling a person, and bringing a registration into force.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Address;
use super::conviction::ConvictionInput;
use super::custody::CustodyInput;
use super::fact::{FactBody, FactsDocument};
use super::file::{File, NewFact};
use super::identifiers::{bsn_fault, skn_fault};
use super::input::PersonName;
use super::permit::permit;
use super::reassess::Occasion;
use super::refusal::{FieldError, Refusal};
use super::{file, lookups, status, unit};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::{UtcTime, birth_year};
use crate::ids::{AccountId, PersonId, RegistrationId, TeamId};
use crate::store::accounts::account_find;
use crate::store::persons::{person_find, person_ids_by_terms};
use crate::store::registrations::{RegistrationActivated, registration_list_of_person};
use crate::store::rows::{PersonRow, RegistrationRow};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{
    AccountState, Arm, DeliveryChannel, FactSource, Language, LegalBasis, LegalStatus, LocationStatus, Regime,
    ReminderChannel, Role, Stage,
};

/// An earlier year of birth is a typing error.
const EARLIEST_BIRTH: i64 = 1900;

/// A person to enrol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPerson {
    /// The name used now.
    pub name: PersonName,
    /// Every other name.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub other_names: Vec<PersonName>,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// Citizen service number: nine digits that pass the eleven-test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{9}$", format = "bsn", example = "999990019")]
    pub bsn: Option<String>,
    /// Criminal-justice chain number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{1,12}$", example = "1234567")]
    pub skn: Option<String>,
    /// How to reach the person.
    pub contact: ContactDetails,
}

/// How to reach a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactDetails {
    /// E-mail address, for reminders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[^@\\s]{1,64}@[^@\\s]{1,190}$", example = "j.voorbeeld@example.nl")]
    pub email: Option<String>,
    /// Telephone number, international.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^\\+[0-9]{8,15}$", example = "+31600000000")]
    pub phone: Option<String>,
    /// Language of messages and letters.
    pub language: Language,
    /// How to send reminders. Left out: by e-mail where there is an address, otherwise by letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_channel: Option<ReminderChannel>,
    /// Where letters go, where that is not the home on file: an address in the Netherlands or abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_address: Option<Address>,
}

impl ContactDetails {
    /// The channel by which reminders go out: the preferred one; else e-mail where there is an address, otherwise a
    /// letter.
    pub fn channel(&self) -> DeliveryChannel {
        match (self.preferred_channel, &self.email) {
            (Some(ReminderChannel::Letter), _) | (_, None) => DeliveryChannel::Letter,
            (Some(ReminderChannel::Email) | None, Some(_)) => DeliveryChannel::Email,
        }
    }

    /// Everything that is wrong with them, at `pointer`, beyond what the schema already says.
    pub fn faults(&self, pointer: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.preferred_channel == Some(ReminderChannel::Email) && self.email.is_none() {
            faults.push(FieldError::new(
                format!("{pointer}/preferredChannel"),
                "needs_email",
                "Reminders by e-mail need an e-mail address.",
            ));
        }
        if let Some(address) = &self.postal_address {
            let at = format!("{pointer}/postalAddress");
            faults.extend(address.faults(&at));
            if matches!(address, Address::Location { .. } | Address::NoFixedAbode { .. }) {
                faults.push(FieldError::new(at, "not_a_postal_address", "The post brings no letters to such a place."));
            }
        }
        faults
    }
}

/// On what a registration rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LegalBasisInput {
    /// Which kind of basis.
    pub kind: LegalBasis,
    /// Judgment, condition or provision.
    #[schema(min_length = 3, max_length = 300, example = "Rechtbank Voorbeeldstad, 05/123456-22, voorwaarde k")]
    pub reference: String,
}

/// A registration to make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Enrolment {
    /// The person, when not known to the register yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<NewPerson>,
    /// The person, when known to the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// The set of rules.
    pub regime: Regime,
    /// `nl-pilot` only: the registration begins on this day when the judgment is older.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pilot_from: Option<NaiveDate>,
    /// On what it rests. May follow later, but nothing is activated without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasisInput>,
    /// The convictions.
    #[schema(min_items = 1, max_items = 50)]
    pub convictions: Vec<ConvictionInput>,
    /// Spells of custody.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub custody: Vec<CustodyInput>,
    /// The officer who supervises.
    pub officer_id: AccountId,
    /// The officer's team; that of the officer when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<TeamId>,
    /// Class of the index offence, for the evaluation.
    #[schema(pattern = "^[a-z0-9_]{1,40}$", example = "contact_minor")]
    pub offence_class: String,
    /// Arm of the evaluation.
    pub arm: Arm,
}

/// A registration as it stands after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationAnswer {
    /// The registration.
    pub id: RegistrationId,
    /// The person.
    pub person_id: PersonId,
    /// The legal status today.
    pub legal_status: LegalStatus,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// Enrols a person: makes a registration in draft, with its first facts.
///
/// # Errors
/// Every invalid field; [`Refusal::Conflict`] `person_exists` when BSN or SKN belong to somebody who is known.
pub async fn enrol(app: &App, ctx: &Ctx, enrolment: Enrolment) -> Result<RegistrationAnswer, Refusal> {
    let id = RegistrationId::fresh();
    let deed = Deed::on(Action::RegistrationEnrol, ObjectRef::registration(id), id);
    if let Err(refusal) = may_enrol(ctx).and_then(|()| shape(&enrolment, ctx)) {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let (person_id, strongbox) = match (&enrolment.person, enrolment.person_id) {
        (_, Some(known)) => {
            let row = app.store.read(move |conn| person_find(conn, known)).await?;
            let row = row.ok_or_else(|| Refusal::field("/personId", "no_such_person", "There is no such person."))?;
            (known, app.vault.strongbox(row.data_key_id).await?)
        }
        (_, None) => {
            // The key comes first and may be left over when what follows fails: a key without data harms nobody.
            let person = PersonId::fresh();
            let vault = app.vault.clone();
            let made = tokio::task::spawn_blocking(move || vault.create(person)).await;
            (person, made.map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))??)
        }
    };
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox);
    let told = |made: &RegistrationAnswer, deed: Deed| Deed { registration: Some(made.id), ..deed };
    // The kept answer speaks of nobody: the key of a person who is enrolled anew would differ on each try.
    unit::write_told(app, ctx, Scope::Alone, deed, None, told, move |conn| {
        enrolled(&unit_app, &unit_ctx, conn, id, person_id, &enrolment, &sealed)
    })
    .await
}

/// Enrolling is not about a registration that exists: only the role counts.
fn may_enrol(ctx: &Ctx) -> Result<(), Refusal> {
    access::decide_without_subject(&ctx.actor, Action::RegistrationEnrol, ctx.purpose).allowed().map(drop)
}

fn shape(enrolment: &Enrolment, ctx: &Ctx) -> Result<(), Refusal> {
    let today = ctx.today(enrolment.regime.zone());
    let mut faults = Vec::new();
    match (&enrolment.person, enrolment.person_id) {
        (Some(person), None) => faults.extend(person_faults(person, today)),
        (None, Some(_)) => {}
        (Some(_), Some(_)) | (None, None) => faults.push(FieldError::new(
            "/person",
            "person_or_person_id",
            "State either `person` for somebody new or `personId` for somebody known.",
        )),
    }
    if enrolment.pilot_from.is_some() && enrolment.regime != Regime::NlPilot {
        faults.push(FieldError::new("/pilotFrom", "nl_pilot_only", "Only the Dutch pilot knows this day."));
    }
    for (at, conviction) in enrolment.convictions.iter().enumerate() {
        let pointer = format!("/convictions/{at}");
        faults.extend(conviction.faults(&pointer, today));
        if let Some(person) = &enrolment.person {
            faults.extend(conviction.before_birth(&pointer, person.birth_date));
        }
    }
    for (at, custody) in enrolment.custody.iter().enumerate() {
        faults.extend(custody.faults(&format!("/custody/{at}")));
    }
    Refusal::unless_empty(faults)
}

fn person_faults(person: &NewPerson, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if person.birth_date > today {
        faults.push(FieldError::new("/person/birthDate", "in_the_future", "This day has not come yet."));
    }
    faults.extend(born_too_long_ago("/person/birthDate", person.birth_date));
    faults.extend(person.bsn.as_deref().and_then(|bsn| bsn_fault(bsn, "/person/bsn")));
    faults.extend(person.skn.as_deref().and_then(|skn| skn_fault(skn, "/person/skn")));
    faults.extend(person.contact.faults("/person/contact"));
    faults
}

/// The fault of a birth date that nobody alive has.
pub(super) fn born_too_long_ago(pointer: &str, birth_date: NaiveDate) -> Option<FieldError> {
    (birth_year(birth_date) < EARLIEST_BIRTH)
        .then(|| FieldError::new(pointer, "too_long_ago", "Nobody alive was born so long ago."))
}

fn enrolled(
    app: &App,
    ctx: &Ctx,
    conn: &mut Conn,
    id: RegistrationId,
    person_id: PersonId,
    enrolment: &Enrolment,
    strongbox: &Strongbox,
) -> Result<Decided<RegistrationAnswer>, Refusal> {
    let mut writes = WriteSet::default();
    let person = match &enrolment.person {
        Some(new) => {
            refuse_known_person(app, conn, new)?;
            let row = person_row(person_id, new, ctx.now.legal, strongbox)?;
            writes.person_lookups.extend(lookups::of_person(app, person_id, new));
            writes.persons.push(row.clone());
            row
        }
        None => person_find(conn, person_id)?.ok_or(Refusal::NotFound)?,
    };
    let team_id = officer_team(conn, enrolment)?;
    let today = ctx.today(enrolment.regime.zone());
    let document = FactsDocument::empty(enrolment.regime.into(), enrolment.pilot_from);
    let registration = RegistrationRow {
        id,
        person_id,
        regime: enrolment.regime,
        stage: Stage::Draft,
        legal_basis: enrolment.legal_basis.as_ref().map(|basis| basis.kind),
        legal_basis_enc: enrolment
            .legal_basis
            .as_ref()
            .map(|basis| strongbox.seal("registrations", "legal_basis_enc", id.as_str(), basis))
            .transpose()?,
        activated_on: None,
        activated_by: None,
        pilot_from: enrolment.pilot_from,
        subject_never: false,
        subject_from: None,
        subject_last_day: None,
        provisional: true,
        location_status: LocationStatus::Reported,
        team_id,
        officer_id: enrolment.officer_id,
        offence_class: enrolment.offence_class.clone(),
        arm: enrolment.arm,
        facts_doc: document.to_stored()?,
        facts_version: 0,
        needs_birth_date: false,
        assessed_on: today,
        next_assess_on: None,
        profile_set: app.rules.hash().to_string(),
        version: 0,
        created_at: ctx.now.legal,
        updated_at: ctx.now.legal,
    };
    let birth_date = file::birth_date(&person, strongbox)?;
    let mut file = File { registration: registration.clone(), person, document, duties: Vec::new() };
    let facts = first_facts(enrolment);
    let occasion = Occasion { rules: &app.rules, proposals: &app.proposals, on: today, now: ctx.now.legal };
    writes.registrations.push(registration);
    file.record(ctx, conn, facts, Some(birth_date), strongbox, occasion, &mut writes)?;
    let answer = RegistrationAnswer { id, person_id, legal_status: LegalStatus::Draft, version: 1 };
    Ok(Decided::new(writes, answer))
}

fn first_facts(enrolment: &Enrolment) -> Vec<NewFact> {
    let convictions = enrolment.convictions.iter().map(|conviction| {
        NewFact::new(FactBody::Conviction { conviction: conviction.to_law() })
            .with_content(conviction.content())
            .from_source(FactSource::Court, true)
    });
    let custody = enrolment.custody.iter().map(|spell| NewFact::new(FactBody::Custody { custody: spell.to_law() }));
    convictions.chain(custody).collect()
}

fn refuse_known_person(app: &App, conn: &mut Conn, person: &NewPerson) -> Result<(), Refusal> {
    for term in lookups::by_numbers(app, person) {
        if !person_ids_by_terms(conn, &[term], 1)?.is_empty() {
            return Err(Refusal::Conflict {
                code: "person_exists",
                detail: "Somebody with this BSN or SKN is in the register. Search for the person and enrol with `personId`.",
            });
        }
    }
    Ok(())
}

fn person_row(id: PersonId, new: &NewPerson, now: UtcTime, strongbox: &Strongbox) -> Result<PersonRow, Refusal> {
    let seal = |column: &str, value: &serde_json::Value| strongbox.seal("persons", column, id.as_str(), value);
    let names = serde_json::json!({ "name": new.name, "otherNames": new.other_names });
    Ok(PersonRow {
        id,
        data_key_id: strongbox.data_key_id(),
        names_enc: seal("names_enc", &names)?,
        birth_date_enc: strongbox.seal("persons", "birth_date_enc", id.as_str(), &new.birth_date)?,
        birth_year: birth_year(new.birth_date),
        bsn_enc: new.bsn.as_ref().map(|bsn| strongbox.seal("persons", "bsn_enc", id.as_str(), bsn)).transpose()?,
        skn_enc: new.skn.as_ref().map(|skn| strongbox.seal("persons", "skn_enc", id.as_str(), skn)).transpose()?,
        contact_enc: strongbox.seal("persons", "contact_enc", id.as_str(), &new.contact)?,
        channel: new.contact.channel(),
        language: new.contact.language,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// The team of the officer, who must be able to own what follows.
fn officer_team(conn: &mut Conn, enrolment: &Enrolment) -> Result<TeamId, Refusal> {
    let fault = |detail: &str| Refusal::field("/officerId", "no_such_officer", detail);
    let officer = account_find(conn, enrolment.officer_id)?.ok_or_else(|| fault("There is no such officer."))?;
    let supervises = matches!(officer.role, Role::SupervisionOfficer | Role::ReviewLead);
    match (officer.team_id, enrolment.team_id) {
        _ if !supervises || officer.state != AccountState::Active => {
            Err(fault("The account is not that of an active supervision officer or review lead."))
        }
        (Some(own), None) => Ok(own),
        (Some(own), Some(asked)) if own == asked => Ok(own),
        (_, Some(_)) => Err(Refusal::field("/teamId", "not_the_officers_team", "The officer belongs to another team.")),
        (None, None) => Err(fault("The officer belongs to no team.")),
    }
}

/// What activating needs: the legal basis, unless it was recorded at enrolment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Activation {
    /// On what the registration rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasisInput>,
}

/// Brings a registration into force: from now on its duties exist. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] `no_legal_basis`, `already_active` or `never_subject`; [`Refusal::VersionMoved`].
pub async fn activate(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    version: i64,
    activation: Activation,
) -> Result<RegistrationAnswer, Refusal> {
    let deed = Deed::on(Action::RegistrationActivate, ObjectRef::registration(registration), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Registration(registration), deed, Some(strongbox), move |conn| {
        activated(&unit_app, &unit_ctx, conn, registration, version, &activation, &sealed)
    })
    .await
}

fn activated(
    app: &App,
    ctx: &Ctx,
    conn: &mut Conn,
    registration: RegistrationId,
    version: i64,
    activation: &Activation,
    strongbox: &Strongbox,
) -> Result<Decided<RegistrationAnswer>, Refusal> {
    let mut file = File::load(conn, registration)?;
    permit(ctx, Action::RegistrationActivate, &file.registration)?;
    match file.registration.stage {
        Stage::Draft => {}
        Stage::Active => {
            return Err(Refusal::Conflict { code: "already_active", detail: "This registration is in force already." });
        }
        Stage::Removed | Stage::Destroyed => return Err(Refusal::NotFound),
    }
    if file.registration.version != version {
        return Err(Refusal::VersionMoved);
    }
    let basis = match &activation.legal_basis {
        Some(basis) => {
            Some((basis.kind, strongbox.seal("registrations", "legal_basis_enc", registration.as_str(), basis)?))
        }
        None => file.registration.legal_basis.zip(file.registration.legal_basis_enc.clone()),
    };
    let Some((legal_basis, legal_basis_enc)) = basis else {
        return Err(Refusal::Conflict {
            code: "no_legal_basis",
            detail: "No legal basis is recorded. State one in `legalBasis`: a registration without it cannot be activated.",
        });
    };
    refuse_second_active(conn, &file.registration, ctx)?;
    let today = ctx.today(file.zone());
    let mut writes = WriteSet::default();
    writes.changes.push(Box::new(RegistrationActivated {
        id: registration,
        legal_basis,
        legal_basis_enc,
        activated_on: today,
        activated_by: ctx.actor.account,
    }));
    file.registration.stage = Stage::Active;
    let birth_date = file.birth_date_if_needed(strongbox)?;
    let occasion = Occasion { rules: &app.rules, proposals: &app.proposals, on: today, now: ctx.now.legal };
    let plan = super::reassess::plan(&file.registration, &file.document, birth_date, &file.duties, occasion)?;
    if plan.registration.subject_never {
        return Err(Refusal::Conflict {
            code: "never_subject",
            detail: "On these facts the person is not subject to the requirements. Correct the facts or leave the draft.",
        });
    }
    writes.merge(plan.writes);
    writes.changes.push(Box::new(plan.registration));
    let answer = RegistrationAnswer {
        id: registration,
        person_id: file.registration.person_id,
        legal_status: status::legal(&file.registration, today),
        version: version + 1,
    };
    Ok(Decided::new(writes, answer))
}

/// One person has one active registration under one regime: a second one would report the same duties twice.
fn refuse_second_active(conn: &mut Conn, registration: &RegistrationRow, ctx: &Ctx) -> Result<(), Refusal> {
    let today = ctx.today(registration.regime.zone());
    let others = registration_list_of_person(conn, registration.person_id)?;
    let clash = others.iter().any(|other| {
        other.id != registration.id
            && other.regime == registration.regime
            && status::legal(other, today) == LegalStatus::Active
    });
    if clash {
        return Err(Refusal::Conflict {
            code: "second_activation",
            detail: "The person has an active registration under this regime. Add the conviction to that one instead.",
        });
    }
    Ok(())
}
