//! The death of a person: recorded once, for every registration they have. Duties that could still be met fall away, so
//! no reminder goes out any more; the registrations end on that day; the account is suspended. What had failed before
//! stays failed.
//!
//! A death recorded by mistake is corrected in the same way, by a new fact; then everything is as it was. That works also
//! when the registration has ended by it, which hides it from everybody else.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::event;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{FactId, PersonId, RegistrationId};
use crate::law;
use crate::register::fact::FactBody;
use crate::register::file::{self, File, NewFact, body_of, governing};
use crate::register::permit::{permit, subject_of};
use crate::register::reassess::{self, Occasion};
use crate::register::{FieldError, Refusal, unit};
use crate::store::accounts::{AccountReplaced, SessionsRevoked, account_find_of_person};
use crate::store::facts::fact_list;
use crate::store::registrations::registration_list_of_person;
use crate::store::rows::{AccountRow, FactRow, RegistrationRow};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{AccountState, Stage, SuspendedBy};

/// That a person died.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeath {
    /// The day.
    pub on: NaiveDate,
    /// What shows it.
    #[schema(min_length = 3, max_length = 2_000, example = "Melding uit de BRP")]
    pub evidence: String,
}

/// What is true instead of a recorded death.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeathCorrection {
    /// The right day; absent when the person did not die.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// Why it is corrected.
    #[schema(min_length = 3, max_length = 2_000, example = "Verwisseld met een naamgenoot")]
    pub reason: String,
}

/// What is recorded of the death of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeathView {
    /// The day; absent when the death was recorded by mistake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The registrations of the person to which it applies.
    pub registrations: Vec<RegistrationId>,
}

/// Every registration of a person that can still change.
fn registrations_of(conn: &mut Conn, person: PersonId) -> Result<Vec<RegistrationRow>, Refusal> {
    let rows = registration_list_of_person(conn, person)?;
    Ok(rows.into_iter().filter(|row| matches!(row.stage, Stage::Draft | Stage::Active)).collect())
}

/// Records that a person died.
///
/// # Errors
/// [`Refusal::Conflict`] `death_recorded`; every invalid field.
pub async fn record(app: &App, ctx: &Ctx, registration: RegistrationId, death: NewDeath) -> Result<DeathView, Refusal> {
    let deed = Deed::on(Action::DeathRecord, ObjectRef::registration(registration), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (unit_app, writer, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Alone, deed, Some(strongbox), move |conn| {
        let named = File::load(conn, registration)?;
        permit(&writer, Action::DeathRecord, &named.registration)?;
        Refusal::unless_empty(faults(Some(death.on), &named, writer.today(named.zone())))?;
        if named.document.died_on.is_some() {
            return Err(Refusal::Conflict {
                code: "death_recorded",
                detail: "The death of this person is recorded. Correct it when the day is wrong.",
            });
        }
        let mut told = Told { app: &unit_app, ctx: &writer, strongbox: &sealed, writes: WriteSet::default() };
        let mut registrations = Vec::new();
        for row in registrations_of(conn, named.person.id)? {
            let fact = NewFact::new(FactBody::Died { on: death.on })
                .verified()
                .with_content(serde_json::json!({ "evidence": death.evidence }));
            told.of(conn, row.id, vec![fact], "registrant.died")?;
            registrations.push(row.id);
        }
        told.suspend_account(conn, named.person.id)?;
        Ok(Decided::new(told.writes, DeathView { on: Some(death.on), registrations }))
    })
    .await
}

/// Corrects a recorded death: another day, or none.
///
/// # Errors
/// [`Refusal::Conflict`] `no_death_recorded`; every invalid field.
pub async fn correct(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    correction: DeathCorrection,
) -> Result<DeathView, Refusal> {
    let deed = Deed::on(Action::DeathCorrect, ObjectRef::registration(registration), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (unit_app, writer, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Alone, deed, Some(strongbox), move |conn| {
        let named = File::load(conn, registration)?;
        permit_as_if_alive(&unit_app, &writer, &named, &sealed)?;
        Refusal::unless_empty(faults(correction.on, &named, writer.today(named.zone())))?;
        if named.document.died_on.is_none() {
            return Err(Refusal::Conflict {
                code: "no_death_recorded",
                detail: "No death is recorded that could be corrected.",
            });
        }
        let mut told = Told { app: &unit_app, ctx: &writer, strongbox: &sealed, writes: WriteSet::default() };
        let mut registrations = Vec::new();
        for row in registrations_of(conn, named.person.id)? {
            let Some(recorded) = governing_death(conn, row.id)? else { continue };
            let body = correction.on.map_or(FactBody::Withdrawn, |on| FactBody::Died { on });
            let fact = NewFact::new(body)
                .verified()
                .with_content(serde_json::json!({ "reason": correction.reason }))
                .correcting(&recorded);
            told.of(conn, row.id, vec![fact], "registrant.death_corrected")?;
            registrations.push(row.id);
        }
        if correction.on.is_none() {
            told.give_account_back(conn, named.person.id)?;
        }
        Ok(Decided::new(told.writes, DeathView { on: correction.on, registrations }))
    })
    .await
}

fn faults(on: Option<NaiveDate>, file: &File, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if on.is_some_and(|on| on > today) {
        faults.push(FieldError::new("/on", "in_the_future", "This day has not come yet."));
    }
    if on.is_some_and(|on| i64::from(on.year()) < file.person.birth_year) {
        faults.push(FieldError::new("/on", "before_birth", "This day lies before the birth of the person."));
    }
    faults
}

/// The registration may have ended by the very death that is to be corrected: whether the actor may is asked of the
/// registration as it would stand without it.
fn permit_as_if_alive(app: &App, ctx: &Ctx, file: &File, strongbox: &Strongbox) -> Result<(), Refusal> {
    if file.document.died_on.is_none() {
        return permit(ctx, Action::DeathCorrect, &file.registration);
    }
    let birth_date = file::birth_date(&file.person, strongbox)?;
    let assessment = reassess::assess(&file.document, Some(birth_date), &app.rules, ctx.today(file.zone()))?;
    let alive = RegistrationRow {
        subject_last_day: last_day_of(&assessment),
        subject_never: assessment.subject.period.is_none(),
        ..file.registration.clone()
    };
    access::decide(&ctx.actor, Action::DeathCorrect, &subject_of(&alive, ctx), ctx.purpose).allowed().map(drop)
}

fn last_day_of(assessment: &law::Assessment) -> Option<NaiveDate> {
    assessment.subject.period.and_then(|period| period.last_day)
}

fn governing_death(conn: &mut Conn, registration: RegistrationId) -> Result<Option<FactRow>, Refusal> {
    let rows = fact_list(conn, registration)?;
    for row in governing(&rows) {
        if matches!(body_of(row)?, FactBody::Died { .. }) {
            return Ok(Some(row.clone()));
        }
    }
    Ok(None)
}

/// What follows in each registration, and in the account.
struct Told<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    strongbox: &'a Strongbox,
    writes: WriteSet,
}

impl Told<'_> {
    fn of(
        &mut self,
        conn: &mut Conn,
        registration: RegistrationId,
        facts: Vec<NewFact>,
        name: &str,
    ) -> Result<(), Refusal> {
        let fact: Option<FactId> = facts.first().map(NewFact::id);
        let mut file = File::load(conn, registration)?;
        let birth_date = file::birth_date(&file.person, self.strongbox)?;
        let occasion = Occasion {
            rules: &self.app.rules,
            proposals: &self.app.proposals,
            on: self.ctx.today(file.zone()),
            now: self.ctx.now.legal,
        };
        file.record(self.ctx, conn, facts, Some(birth_date), self.strongbox, occasion, &mut self.writes)?;
        self.writes.outbox.extend(fact.map(|fact| event(self.ctx, name, registration, fact.to_string())));
        Ok(())
    }

    /// Suspends the account of the dead. One that is suspended already stays so for the reason it was.
    fn suspend_account(&mut self, conn: &mut Conn, person: PersonId) -> Result<(), Refusal> {
        let Some(mut row) = account_find_of_person(conn, person)? else { return Ok(()) };
        match row.state {
            AccountState::Unconfirmed | AccountState::Active => {
                row.state = AccountState::Suspended;
                row.suspended_by = Some(SuspendedBy::Death);
                self.replace_account(row);
            }
            AccountState::Suspended | AccountState::Left => {}
        }
        Ok(())
    }

    /// Gives the living back the account that the death took, and no other. Whoever had never taken it into use still
    /// has to.
    fn give_account_back(&mut self, conn: &mut Conn, person: PersonId) -> Result<(), Refusal> {
        let Some(mut row) = account_find_of_person(conn, person)? else { return Ok(()) };
        if row.suspended_by == Some(SuspendedBy::Death) {
            let used = row.password_hash.is_some();
            row.state = if used { AccountState::Active } else { AccountState::Unconfirmed };
            row.suspended_by = None;
            self.replace_account(row);
        }
        Ok(())
    }

    fn replace_account(&mut self, mut row: AccountRow) {
        row.security_stamp = access::accounts::fresh_stamp();
        let (account, at) = (row.id, self.ctx.now.system);
        self.writes.changes.push(Box::new(AccountReplaced { row, at }));
        self.writes.changes.push(Box::new(SessionsRevoked { account, at }));
    }
}
