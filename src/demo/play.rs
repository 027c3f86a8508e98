//! Plays lives through the use cases, each step on its own legal day, as the people concerned would have done it.

use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::beside;
use super::life::{Life, Step, What};
use super::proposals::{Proposed, proposed};
use crate::access::{Actor, Ctx};
use crate::app::App;
use crate::clock::{Now, UtcTime};
use crate::evaluation::assignments;
use crate::ids::{RegistrationId, RequestId};
use crate::measures::{convictions, requests, risk, signals};
use crate::proposals::passport::{self, PassportStep};
use crate::proposals::warning::{self, WarningStep};
use crate::register::enrol::Activation;
use crate::register::notify::{Report, UnnotifiedReturn, notify};
use crate::register::{Refusal, attempt, custody, enrol, notice};
use crate::vocabulary::{Channel, Purpose, Regime};

/// Lives played at once; as many units of work share a transaction.
const AT_ONCE: usize = 64;

/// Minutes after midnight at which people are enrolled, and at which everything else is recorded.
const ENROLLED_AT: i64 = 9 * 60;
const RECORDED_AT: i64 = 10 * 60 + 30;

/// Who does the work for one life.
#[derive(Debug, Clone)]
pub struct Crew {
    /// Supervises, and records what people report.
    pub officer: Actor,
    /// Enrols.
    pub lead: Actor,
    /// Records custody.
    pub prison: Actor,
    /// Proposes warnings.
    pub police: Actor,
    /// Asks for passport measures.
    pub prosecutor: Actor,
    /// Answers requests for convictions.
    pub records: Actor,
}

/// A life that is in the register.
#[derive(Debug, Clone)]
pub struct Played {
    /// The registration it became.
    pub registration: RegistrationId,
    /// Steps the register refused, with the code of each; none, unless the invention is at fault.
    pub refused: Vec<(NaiveDate, String)>,
}

/// Enrols every life and plays its steps up to and including `until`. `done` hears of each life that is finished.
///
/// # Errors
/// The first refusal to enrol, or a failure of the database.
pub async fn all(
    app: &App,
    lives: Vec<(Life, Crew)>,
    until: NaiveDate,
    mut done: impl FnMut(),
) -> Result<Vec<Played>, Refusal> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    let count = lives.len();
    for (at, (life, crew)) in lives.into_iter().enumerate() {
        let (app, places) = (app.clone(), Arc::clone(&places));
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            (at, one(&app, &life, &crew, until).await)
        });
    }
    let mut played: Vec<Option<Played>> = vec![None; count];
    while let Some(joined) = running.join_next().await {
        let (at, outcome) = joined.map_err(|_| Refusal::Keys("a life ended in the middle".to_owned()))?;
        played[at] = Some(outcome?);
        done();
    }
    Ok(played.into_iter().flatten().collect())
}

async fn one(app: &App, life: &Life, crew: &Crew, until: NaiveDate) -> Result<Played, Refusal> {
    let ctx = context(app, &crew.lead, life.regime, life.enrolled_on, ENROLLED_AT);
    let enrolled = enrol::enrol(app, &ctx, life.enrolment(crew.officer.account)).await?;
    enrol::activate(app, &ctx, enrolled.id, enrolled.version, Activation::default()).await?;
    if let Some(assignment) = life.assignment() {
        assignments::assign(app, &ctx, enrolled.id, assignment).await?;
    }
    let mut played = Played { registration: enrolled.id, refused: Vec::new() };
    for step in life.steps.iter().take_while(|step| step.on <= until) {
        step_forward(app, life, crew, step, &mut played).await?;
    }
    match beside_the_register(app, life, crew, played.registration, until).await {
        Ok(()) => {}
        Err(refusal @ Refusal::Store(_)) => return Err(refusal),
        Err(refusal) => played.refused.push((until, refusal.to_string())),
    }
    Ok(played)
}

/// Records what stands beside the register about somebody.
async fn beside_the_register(
    app: &App,
    life: &Life,
    crew: &Crew,
    registration: RegistrationId,
    until: NaiveDate,
) -> Result<(), Refusal> {
    let officer = context(app, &crew.officer, life.regime, life.enrolled_on, RECORDED_AT);
    if let Some(new) = beside::assessment(life) {
        risk::add(app, &officer, registration, new).await?;
    }
    if let Some(new) = beside::declared(life) {
        convictions::add(app, &officer, registration, new).await?;
    }
    if let Some(new) = beside::reported(life, until) {
        signals::receive(app, &context(app, &crew.prison, life.regime, until, RECORDED_AT), new).await?;
    }
    if let Some(new) = beside::asked_from_abroad(life, until) {
        requests::add(app, &context(app, &crew.records, life.regime, until, RECORDED_AT), new).await?;
    }
    propose(app, life, crew, registration, until).await
}

/// Makes the proposals about somebody, and takes them as far as they have come.
async fn propose(
    app: &App,
    life: &Life,
    crew: &Crew,
    registration: RegistrationId,
    until: NaiveDate,
) -> Result<(), Refusal> {
    let by = |actor: &Actor, purpose: Purpose| Ctx {
        purpose: Some(purpose),
        ..context(app, actor, life.regime, until, RECORDED_AT)
    };
    let on = until;
    match proposed(life, until) {
        Some(Proposed::Blocked(content)) => {
            let police = by(&crew.police, Purpose::InternationalWarning);
            warning::draft(app, &police, registration, *content).await?;
        }
        Some(Proposed::Warning(content)) => {
            let police = by(&crew.police, Purpose::InternationalWarning);
            let made = warning::draft(app, &police, registration, *content).await?;
            warning::step(app, &police, registration, made.id, WarningStep::Proposed { on }).await?;
        }
        Some(Proposed::Passport(draft)) => {
            let prosecutor = by(&crew.prosecutor, Purpose::Prosecution);
            let made = passport::draft(app, &prosecutor, registration, *draft).await?;
            passport::step(app, &prosecutor, registration, made.id, PassportStep::Requested { on }).await?;
        }
        None => {}
    }
    Ok(())
}

/// Plays one step. A refusal is noted and life goes on; a failure of the database ends it.
///
/// # Errors
/// [`Refusal::Store`].
pub async fn step_forward(
    app: &App,
    life: &Life,
    crew: &Crew,
    step: &Step,
    played: &mut Played,
) -> Result<(), Refusal> {
    match take(app, life, crew, step, played.registration).await {
        Ok(()) => Ok(()),
        Err(refusal @ Refusal::Store(_)) => Err(refusal),
        Err(refusal) => {
            played.refused.push((step.on, refusal.to_string()));
            Ok(())
        }
    }
}

async fn take(app: &App, life: &Life, crew: &Crew, step: &Step, registration: RegistrationId) -> Result<(), Refusal> {
    let officer = context(app, &crew.officer, life.regime, step.on, RECORDED_AT);
    match step.what.clone() {
        What::Initial(report) => give(app, &officer, registration, *report).await,
        What::Name(report) => give(app, &officer, registration, *report).await,
        What::Home(report) => give(app, &officer, registration, *report).await,
        What::Stay(report) => give(app, &officer, registration, *report).await,
        What::Travel(report) => give(app, &officer, registration, *report).await,
        What::Return(report) => give(app, &officer, registration, UnnotifiedReturn(*report)).await,
        What::Confirmation(report) => give(app, &officer, registration, *report).await,
        What::Night(report) => give(app, &officer, registration, *report).await,
        What::Custody(spell) => {
            let prison = context(app, &crew.prison, life.regime, step.on, RECORDED_AT);
            custody::add(app, &prison, registration, spell).await.map(drop)
        }
        What::Notice(said) => notice::add(app, &officer, registration, said).await.map(drop),
        What::Attempt(report) => attempt::record(app, &officer, registration, report).await.map(drop),
    }
}

async fn give<R: Report>(app: &App, ctx: &Ctx, registration: RegistrationId, report: R) -> Result<(), Refusal> {
    notify(app, ctx, registration, report, Channel::Api).await.map(drop)
}

/// The circumstances of one act: by whom, on which legal day, at how many minutes after midnight.
fn context(app: &App, actor: &Actor, regime: Regime, day: NaiveDate, minutes: i64) -> Ctx {
    let legal = UtcTime::start_of_day(day, regime.zone()).plus(Duration::minutes(minutes));
    Ctx {
        session: None,
        actor: actor.clone(),
        purpose: None,
        request: RequestId::fresh(),
        trace: uuid::Uuid::new_v4().simple().to_string(),
        now: Now { system: app.clock.now().system, legal },
        idempotency: None,
    }
}
