//! Recording facts that officials establish, and correcting any fact by a new one.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::conviction::ConvictionInput;
use super::custody::CustodyInput;
use super::fact::FactBody;
use super::file::{self, File, NewFact};
use super::permit::permit;
use super::reassess::Occasion;
use super::refusal::Refusal;
use super::unit;
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{FactId, RegistrationId};
use crate::law::{self, What};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::Stage;

/// A recorded fact, as it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FactAnswer {
    /// The fact.
    pub id: FactId,
    /// The first fact of its chain of corrections; itself when it corrects nothing. Later decisions and corrections
    /// name this one.
    pub root_id: FactId,
    /// When it was recorded.
    pub recorded_at: UtcTime,
}

/// Records one fact on a registration. `make` decides what it is from the file and today, or refuses.
///
/// # Errors
/// Whatever `make` refuses; what is in the way; what the rules say of the facts together.
pub async fn facts<F>(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    action: Action,
    make: F,
) -> Result<FactAnswer, Refusal>
where
    F: Fn(&File, NaiveDate) -> Result<NewFact, Refusal> + Send + 'static,
{
    one(app, ctx, registration, action, move |_, file, today| make(file, today)).await
}

async fn one<F>(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    action: Action,
    make: F,
) -> Result<FactAnswer, Refusal>
where
    F: Fn(&mut Conn, &File, NaiveDate) -> Result<NewFact, Refusal> + Send + 'static,
{
    let deed = Deed::on(action, ObjectRef::registration(registration), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Registration(registration), deed, Some(strongbox), move |conn| {
        let mut file = File::load(conn, registration)?;
        permit(&unit_ctx, action, &file.registration)?;
        if matches!(file.registration.stage, Stage::Removed | Stage::Destroyed) {
            return Err(Refusal::NotFound);
        }
        let fact = make(conn, &file, unit_ctx.today(file.zone()))?;
        record(&unit_app, &unit_ctx, conn, &mut file, fact, &sealed)
    })
    .await
}

fn record(
    app: &App,
    ctx: &Ctx,
    conn: &mut Conn,
    file: &mut File,
    fact: NewFact,
    strongbox: &Strongbox,
) -> Result<Decided<FactAnswer>, Refusal> {
    let answer = FactAnswer { id: fact.id(), root_id: fact.root(), recorded_at: ctx.now.legal };
    // Whether the age matters may change with this very fact.
    let birth_date = file::birth_date(&file.person, strongbox)?;
    let occasion =
        Occasion { rules: &app.rules, proposals: &app.proposals, on: ctx.today(file.zone()), now: ctx.now.legal };
    let mut writes = WriteSet::default();
    file.record(ctx, conn, vec![fact], Some(birth_date), strongbox, occasion, &mut writes)?;
    Ok(Decided::new(writes, answer))
}

/// A correction: what is true instead of what a fact says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Correction {
    /// Why the fact is corrected.
    #[schema(min_length = 3, max_length = 1_000)]
    pub reason: String,
    /// What is true instead.
    pub replacement: Replacement,
}

/// What takes the place of a fact. It must be of the kind that is corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum Replacement {
    /// It did not happen.
    Withdrawn,
    /// It happened on another day.
    OtherDay {
        /// The right day.
        on: NaiveDate,
    },
    /// It lasted from another day or until another day.
    OtherDays {
        /// The right first day.
        from: NaiveDate,
        /// The right last day; absent while it lasts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// The right conviction.
    Conviction {
        /// The conviction.
        conviction: ConvictionInput,
    },
    /// The right spell of custody.
    Custody {
        /// The spell.
        custody: CustodyInput,
    },
}

/// Corrects a fact by a new one; the old one stays in the file. `root` names the chain.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such fact or it was withdrawn; every invalid field.
pub async fn correct(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    root: FactId,
    correction: Correction,
) -> Result<FactAnswer, Refusal> {
    one(app, ctx, registration, Action::FactCorrect, move |conn, file, today| {
        let governing = file::governing_fact(conn, file.registration.id, root)?;
        let body = replaced(&file::body_of(&governing)?, &correction.replacement, today)?;
        Ok(NewFact::new(body)
            .with_content(serde_json::json!({ "reason": correction.reason }))
            .correcting(&governing)
            .verified())
    })
    .await
}

fn replaced(old: &FactBody, replacement: &Replacement, today: NaiveDate) -> Result<FactBody, Refusal> {
    let wrong_kind =
        || Refusal::field("/replacement/type", "another_kind", "A fact of this kind cannot be corrected in this way.");
    match (old, replacement) {
        // What somebody handed in stays handed in: only what it says about the world can be wrong.
        (FactBody::Notified { .. } | FactBody::Withdrawn, _) => Err(Refusal::Conflict {
            code: "not_correctable",
            detail: "A notification is immutable. Correct the event it asserts instead.",
        }),
        (FactBody::Died { .. }, _) => Err(Refusal::Conflict {
            code: "correct_the_death",
            detail: "A death is corrected for the person as a whole, with the correction of a death.",
        }),
        (_, Replacement::Withdrawn) => Ok(FactBody::Withdrawn),
        (FactBody::Conviction { .. }, Replacement::Conviction { conviction }) => {
            Refusal::unless_empty(conviction.faults("/replacement/conviction", today))?;
            Ok(FactBody::Conviction { conviction: conviction.to_law() })
        }
        (FactBody::Custody { .. }, Replacement::Custody { custody }) => {
            Refusal::unless_empty(custody.faults("/replacement/custody"))?;
            Ok(FactBody::Custody { custody: custody.to_law() })
        }
        (FactBody::Happened { event }, Replacement::OtherDay { on }) => {
            let what = on_another_day(&event.what, *on).ok_or_else(wrong_kind)?;
            Ok(FactBody::Happened { event: law::Event { id: None, what } })
        }
        (FactBody::Happened { event }, Replacement::OtherDays { from, until }) => {
            if until.is_some_and(|until| until < *from) {
                return Err(Refusal::field("/replacement/until", "before_from", "The last day lies before the first."));
            }
            let what = on_other_days(&event.what, *from, *until).ok_or_else(wrong_kind)?;
            Ok(FactBody::Happened { event: law::Event { id: None, what } })
        }
        (FactBody::WhereaboutsUnknown { .. }, Replacement::OtherDay { on }) => {
            Ok(FactBody::WhereaboutsUnknown { on: *on })
        }
        (FactBody::HomeSeen { .. }, Replacement::OtherDay { on }) => Ok(FactBody::HomeSeen { on: *on }),
        (FactBody::ConvictionDecided { conviction, decision }, Replacement::OtherDay { on }) => {
            Ok(FactBody::ConvictionDecided { conviction: *conviction, decision: decision.on_another_day(*on) })
        }
        _ => Err(wrong_kind()),
    }
}

fn on_another_day(what: &What, on: NaiveDate) -> Option<What> {
    match what {
        What::NameUsed { .. } => Some(What::NameUsed { on }),
        What::HomeChanged { .. } => Some(What::HomeChanged { on }),
        What::BecameResident { .. } => Some(What::BecameResident { on }),
        What::NoHomeNotice { interval_days, .. } => Some(What::NoHomeNotice { on, interval_days: *interval_days }),
        What::HomeAccepted { .. } => Some(What::HomeAccepted { on }),
        What::OrderNotified { .. } => Some(What::OrderNotified { on }),
        What::Stay { .. } | What::Absence(_) | What::Notification(_) => None,
    }
}

fn on_other_days(what: &What, from: NaiveDate, until: Option<NaiveDate>) -> Option<What> {
    match what {
        What::Stay { place, .. } => Some(What::Stay { place: place.clone(), from, until }),
        What::Absence(absence) => Some(What::Absence(law::Absence { from, until, ..*absence })),
        What::NameUsed { .. }
        | What::HomeChanged { .. }
        | What::BecameResident { .. }
        | What::NoHomeNotice { .. }
        | What::HomeAccepted { .. }
        | What::OrderNotified { .. }
        | What::Notification(_) => None,
    }
}
