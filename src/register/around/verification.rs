//! Whether the person lives where they reported to live: who says so, and since when.
//!
//! What is verified is the home on file. A confirmation by an officer, the population register or another agency makes
//! its status `verified`; a contradiction by one of them takes that back. The word of the person changes no status: a
//! report does. That nobody knows where the person is, is a finding of its own (a notice) and never follows from one
//! visit; a confirmation ends it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::frame::{self, as_asked, open_some};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, VerificationId, VisitId};
use crate::register::address::Address;
use crate::register::fact::FactBody;
use crate::register::file::{self, File, NewFact};
use crate::register::home::Home;
use crate::register::permit::permit;
use crate::register::reassess::Occasion;
use crate::register::view::cut;
use crate::register::{FieldError, Refusal, unit};
use crate::store::around::verifications::{VerificationRow, verification_page};
use crate::store::around::visits::visit_find;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{LocationStatus, VerificationResult, VerificationSource};

const TABLE: &str = "address_verifications";

/// A verification to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewVerification {
    /// Who says so.
    pub source: VerificationSource,
    /// Whether the person lives there.
    pub result: VerificationResult,
    /// The day on which it was so. Not in the future.
    pub on: NaiveDate,
    /// The home visit it rests on; only with `seen_by_officer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
    /// What was found, and where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 2_000)]
    pub note: Option<String>,
}

/// A verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationView {
    /// The verification.
    pub id: VerificationId,
    /// Who says so.
    pub source: VerificationSource,
    /// Whether the person lives there.
    pub result: VerificationResult,
    /// The day on which it was so.
    pub on: NaiveDate,
    /// Days since then.
    pub age_days: i64,
    /// The home that was verified.
    pub address: Address,
    /// Whether that is still the home on file.
    pub current: bool,
    /// The home visit it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who recorded it.
    pub recorded_by: AccountId,
    /// When it was recorded.
    pub recorded_at: UtcTime,
}

/// What is known of the home of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HomeView {
    /// The status.
    pub location_status: LocationStatus,
    /// The home on file; absent while none was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// When it was reported last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<UtcTime>,
    /// The verifications, the last recorded first.
    pub items: Vec<VerificationView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<VerificationId>,
}

impl VerificationView {
    fn open(
        row: &VerificationRow,
        home: Option<&Home>,
        today: NaiveDate,
        strongbox: &Strongbox,
    ) -> Result<Self, Refusal> {
        let id = row.id.as_str();
        let address: Address = strongbox.open(TABLE, "address_enc", id, &row.address_enc)?;
        Ok(Self {
            id: row.id,
            source: row.source,
            result: row.result,
            on: row.verified_on,
            age_days: (today - row.verified_on).num_days(),
            current: home.is_some_and(|home| home.is(&address)),
            address,
            visit_id: row.visit_id,
            note: open_some(strongbox, TABLE, "note_enc", id, row.note_enc.as_deref())?,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
        })
    }
}

/// Records a verification of the home on file.
///
/// # Errors
/// [`Refusal::Conflict`] `no_home_reported`; every invalid field.
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewVerification,
) -> Result<VerificationView, Refusal> {
    let id = VerificationId::fresh();
    let deed = Deed::on(Action::AddressVerify, ObjectRef::address_verification(id), registration);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let told = |made: &VerificationView, deed: Deed| Deed { object: ObjectRef::address_verification(made.id), ..deed };
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    let scope = Scope::Registration(registration);
    unit::write_told(app, ctx, scope, deed, Some(strongbox), told, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&unit_ctx, Action::AddressVerify, &file.registration)?;
        verified(&unit_app, &unit_ctx, conn, file, id, &new, &sealed)
    })
    .await
}

fn verified(
    app: &App,
    ctx: &Ctx,
    conn: &mut Conn,
    mut file: File,
    id: VerificationId,
    new: &NewVerification,
    strongbox: &Strongbox,
) -> Result<Decided<VerificationView>, Refusal> {
    let (registration, today) = (file.registration.id, ctx.today(file.zone()));
    Refusal::unless_empty(faults(conn, registration, new, today)?)?;
    let home = Home::find(conn, registration, strongbox)?
        .ok_or(Refusal::Conflict { code: "no_home_reported", detail: "No home is on file that could be verified." })?;
    let seal = |column: &str, value: &serde_json::Value| strongbox.seal(TABLE, column, id.as_str(), value);
    let row = VerificationRow {
        id,
        registration_id: registration,
        source: new.source,
        result: new.result,
        verified_on: new.on,
        address_enc: strongbox.seal(TABLE, "address_enc", id.as_str(), &home.address)?,
        note_enc: new.note.as_ref().map(|note| seal("note_enc", &serde_json::json!(note))).transpose()?,
        visit_id: new.visit_id,
        recorded_by: ctx.actor.account,
        recorded_at: ctx.now.legal,
    };
    let answer = VerificationView::open(&row, Some(&home), today, strongbox)?;
    let mut writes = WriteSet { address_verifications: vec![row], ..WriteSet::default() };
    let present = file.registration.location_status;
    if new.source != VerificationSource::SelfReported {
        let birth_date = file.birth_date_if_needed(strongbox)?;
        let occasion = Occasion { rules: &app.rules, proposals: &app.proposals, on: today, now: ctx.now.legal };
        match new.result {
            VerificationResult::Confirmed => {
                if present != LocationStatus::NoFixedAbode {
                    file.registration.location_status = LocationStatus::Verified;
                }
                let seen = NewFact::new(FactBody::HomeSeen { on: new.on }).verified();
                file.record(ctx, conn, vec![seen], birth_date, strongbox, occasion, &mut writes)?;
            }
            VerificationResult::Contradicted if present == LocationStatus::Verified => {
                file.registration.location_status = LocationStatus::Reported;
                file.reassess(birth_date, occasion, &mut writes)?;
            }
            VerificationResult::Contradicted => {}
        }
    }
    Ok(Decided::new(writes, answer))
}

fn faults(
    conn: &mut Conn,
    registration: RegistrationId,
    new: &NewVerification,
    today: NaiveDate,
) -> Result<Vec<FieldError>, Refusal> {
    let mut faults = Vec::new();
    if new.on > today {
        faults.push(FieldError::new("/on", "in_the_future", "This day has not come yet."));
    }
    if let Some(visit) = new.visit_id {
        if new.source != VerificationSource::SeenByOfficer {
            faults.push(FieldError::new(
                "/visitId",
                "seen_by_officer_only",
                "Only what an officer saw rests on a visit.",
            ));
        }
        if visit_find(conn, registration, visit)?.is_none() {
            faults.push(FieldError::new("/visitId", "no_such_visit", "There is no such visit in this file."));
        }
    }
    if new.source == VerificationSource::SelfReported && new.result == VerificationResult::Contradicted {
        faults.push(FieldError::new(
            "/result",
            "report_instead",
            "Somebody who says that they live elsewhere reports another home.",
        ));
    }
    Ok(faults)
}

/// Reads what is known of the home of a person.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn home(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<VerificationId>,
    limit: i64,
) -> Result<HomeView, Refusal> {
    let deed = Deed::on(Action::AddressVerificationRead, ObjectRef::registration(registration), registration)
        .with_fields(&["address", "note"]);
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let home = Home::find(conn, registration, opened.strongbox())?;
        let mut rows = verification_page(conn, registration, after, limit + 1)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let view = |row: &VerificationRow| VerificationView::open(row, home.as_ref(), opened.today, opened.strongbox());
        let items = rows.iter().map(view).collect::<Result<_, _>>()?;
        let (address, reported_at) = home.map(|home| (home.address, home.reported_at)).unzip();
        Ok(HomeView { location_status: opened.registration.location_status, address, reported_at, items, next })
    })
    .await
}
