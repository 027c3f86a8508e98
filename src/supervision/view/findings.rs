//! Where supervision and the register meet or collide for one person, as of today. Computed when somebody looks, with what
//! is kept of it beside it; nothing follows from it but what a person does.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Assessed, assessed, explained};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, SupervisionFindingId, SupervisionOrderId};
use crate::law::explain::Language;
use crate::register::file::{self, File};
use crate::register::permit::permit;
use crate::register::view::Both;
use crate::register::{Refusal, unit};
use crate::store::Conn;
use crate::store::notifications::notification_last_of;
use crate::store::supervision::addresses::place_find;
use crate::store::supervision::findings::{FindingRow, finding_list_live};
use crate::store::supervision::orders::order_list;
use crate::supervision::checks::Finding;
use crate::supervision::cross::{self, Home, Known, STATE_HOME, extract_key, placed, stated};
use crate::supervision::kept::{mark, reason_of};
use crate::supervision::rules::explain;
use crate::vault::Strongbox;
use crate::vocabulary::{ConditionCode, FindingKind, FindingState};

/// What was found for a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingsView {
    /// The day on which it was looked.
    pub as_of: NaiveDate,
    /// What was found, each for somebody to look at.
    pub items: Vec<FindingView>,
    /// Whether the home on file could not be placed in a municipality, so that banned areas were not checked against it.
    pub home_not_placed: bool,
}

/// Something for a human to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// What was found.
    pub kind: FindingKind,
    /// The order.
    pub order_id: SupervisionOrderId,
    /// The condition, where one is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionCode>,
    /// The trip, report or duty of the register, where one is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// First day on which both are so.
    pub from: NaiveDate,
    /// Last such day; absent when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// How it is kept, once the job has seen it: who is to look at it, who did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<FindingRecord>,
    /// What it is called.
    pub headline: Both,
    /// How it was reached.
    pub explanation: Both,
}

/// A finding as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingRecord {
    /// The finding.
    pub id: SupervisionFindingId,
    /// Where it stands.
    pub state: FindingState,
    /// Who is to look at it.
    pub owner_id: AccountId,
    /// When it was found.
    pub found_on: NaiveDate,
    /// Who looked at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<AccountId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<UtcTime>,
    /// What they said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// Looks where supervision and the register meet or collide for the person of a registration.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn findings(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<FindingsView, Refusal> {
    let deed = Deed::on(Action::SupervisionFindingRead, ObjectRef::registration(registration), registration)
        .with_fields(&["order", "trips", "address", "duties"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (shared, reader) = (app.clone(), ctx.clone());
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::SupervisionFindingRead, &file.registration)?;
        let as_of = reader.today(file.zone());
        let rows = order_list(conn, file.registration.person_id)?;
        let orders = assessed(&shared, rows, as_of)?;
        found(conn, &file, &orders, &strongbox, as_of)
    })
    .await
}

fn found(
    conn: &mut Conn,
    file: &File,
    orders: &[Assessed],
    strongbox: &Strongbox,
    as_of: NaiveDate,
) -> Result<FindingsView, Refusal> {
    let home = home(conn, file, strongbox, as_of)?;
    let events = &file.document.law.events;
    let all = cross::found(&Known { orders, events, duties: &file.duties, home: &home, as_of })?;
    let kept = finding_list_live(conn, &[file.registration.id])?;
    let items = all.iter().map(|finding| {
        let mark = mark(finding);
        let recorded = kept.iter().find(|row| row.mark == mark);
        let recorded = recorded.map(|row| FindingRecord::of(row, strongbox)).transpose()?;
        Ok(FindingView { recorded, ..FindingView::of(finding)? })
    });
    let items = items.collect::<Result<_, Refusal>>()?;
    Ok(FindingsView { as_of, items, home_not_placed: matches!(home, Home::NotPlaced) })
}

/// The home on file, as the last accepted report states it.
fn home(conn: &mut Conn, file: &File, strongbox: &Strongbox, as_of: NaiveDate) -> Result<Home, Refusal> {
    let Some(row) = notification_last_of(conn, file.registration.id, &STATE_HOME)? else { return Ok(Home::None) };
    let address = stated(&row, strongbox)?;
    let by_extract = match extract_key(&address) {
        Some((postcode, number)) => place_find(conn, &postcode, number)?,
        None => None,
    };
    placed(&row, &address, by_extract.as_deref(), file.registration.regime, as_of)
}

impl FindingRecord {
    fn of(row: &FindingRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        Ok(Self {
            id: row.id,
            state: row.state,
            owner_id: row.owner_id,
            found_on: row.found_on,
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at,
            reason: reason_of(row, strongbox)?,
            version: row.version,
        })
    }
}

impl FindingView {
    fn of(finding: &Finding) -> Result<Self, Refusal> {
        Ok(Self {
            kind: finding.kind,
            order_id: finding.order.parse().map_err(|_| Refusal::Rules("an order without an id".to_owned()))?,
            condition: finding.condition,
            about: finding.about.clone().filter(|about| !about.is_empty()),
            from: finding.from,
            until: finding.until,
            recorded: None,
            headline: Both::line(
                explain::finding(finding.kind, Language::Nl),
                explain::finding(finding.kind, Language::En),
            ),
            explanation: explained(&finding.steps),
        })
    }
}
