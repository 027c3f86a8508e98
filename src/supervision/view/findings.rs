//! Where supervision and the register meet or collide for one person, as of today. Computed when somebody looks: nothing is
//! stored, and nothing follows from it but what a person does.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Assessed, assessed, explained};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{RegistrationId, SupervisionOrderId};
use crate::law::What;
use crate::law::explain::Language;
use crate::register::address::Address;
use crate::register::file::{self, File};
use crate::register::permit::permit;
use crate::register::view::Both;
use crate::register::{Refusal, unit};
use crate::store::Conn;
use crate::store::notifications::notification_last_of;
use crate::store::supervision::addresses::place_find;
use crate::store::supervision::orders::order_list;
use crate::supervision::checks::{
    AddressFact, AddressParts, DutyFact, Finding, Located, Supervised, Trip, about_to_lapse, banned_areas,
    double_report_duties, locate, plain_postcode, travel_bans,
};
use crate::supervision::rules::explain;
use crate::supervision::{BuiltIn, built_in};
use crate::vault::Strongbox;
use crate::vocabulary::{ConditionCode, DutyKind, DutyOutcome, FindingKind};

/// Days before the last safe day, and after the lapse, on which an order is shown as about to lapse.
const LAPSE_DAYS: u32 = 60;
/// The reports that state the home.
const STATE_HOME: [DutyKind; 3] = [DutyKind::Initial, DutyKind::Home, DutyKind::Periodic];

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
    /// What it is called.
    pub headline: Both,
    /// How it was reached.
    pub explanation: Both,
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
    let BuiltIn { municipalities, .. } = built_in()?;
    let supervised: Vec<Supervised<'_>> = orders
        .iter()
        .map(|o| Supervised { id: o.row.id.as_str(), order: &o.order, assessment: &o.assessment })
        .collect();
    let home = home(conn, file, strongbox, as_of)?;
    let (addresses, home_not_placed) = match home {
        Home::At(address) => (vec![address], false),
        Home::None => (Vec::new(), false),
        Home::NotPlaced => (Vec::new(), true),
    };
    let mut all = travel_bans(&supervised, &trips(file));
    all.extend(banned_areas(&supervised, &addresses, municipalities));
    all.extend(double_report_duties(&supervised, &duties(file)));
    all.extend(about_to_lapse(&supervised, as_of, LAPSE_DAYS));
    let items = all.iter().map(FindingView::of).collect::<Result<_, _>>()?;
    Ok(FindingsView { as_of, items, home_not_placed })
}

/// Absences abroad as they were reported: what is planned counts until the return is known.
fn trips(file: &File) -> Vec<Trip> {
    let events = file.document.law.events.iter();
    events
        .filter_map(|event| match &event.what {
            What::Absence(absence) => Some(Trip {
                id: event.id.as_ref().map_or_else(String::new, ToString::to_string),
                from: absence.from,
                until: absence.until.or(absence.planned_return),
            }),
            What::NameUsed { .. }
            | What::HomeChanged { .. }
            | What::Stay { .. }
            | What::BecameResident { .. }
            | What::NoHomeNotice { .. }
            | What::HomeAccepted { .. }
            | What::OrderNotified { .. }
            | What::Notification(_) => None,
        })
        .collect()
}

/// Duties that are to be met.
fn duties(file: &File) -> Vec<DutyFact> {
    let open = file.duties.iter().filter(|row| row.outcome == DutyOutcome::Pending);
    open.map(|row| DutyFact { id: row.id.to_string(), kind: row.kind.into(), trigger: row.trigger_on, due: row.due_on })
        .collect()
}

enum Home {
    /// On file, and placed in a municipality.
    At(AddressFact),
    /// None on file, or abroad.
    None,
    /// On file, and nobody can say where without looking it up.
    NotPlaced,
}

/// The home on file, as the last accepted report states it.
fn home(conn: &mut Conn, file: &File, strongbox: &Strongbox, as_of: NaiveDate) -> Result<Home, Refusal> {
    #[derive(Deserialize)]
    struct Stated {
        address: Address,
    }
    let Some(row) = notification_last_of(conn, file.registration.id, &STATE_HOME)? else { return Ok(Home::None) };
    let Stated { address } = strongbox.open("notifications", "content_enc", row.id.as_str(), &row.content_enc)?;
    let parts = match &address {
        Address::Dutch { postcode, house_number, city, .. } => {
            AddressParts::Postal { postcode, number: *house_number, town: city }
        }
        Address::Location { municipality, .. } | Address::NoFixedAbode { municipality, .. } => {
            AddressParts::Municipality(municipality)
        }
        Address::Foreign { .. } => AddressParts::Abroad,
    };
    let BuiltIn { municipalities, .. } = built_in()?;
    let by_extract = match &address {
        Address::Dutch { postcode, house_number, .. } => match plain_postcode(postcode) {
            Some(plain) => place_find(conn, &plain, i64::from(*house_number))?,
            None => None,
        },
        Address::Location { .. } | Address::NoFixedAbode { .. } | Address::Foreign { .. } => None,
    };
    let looked_up = |_: &str, _: u32| by_extract.and_then(|code| code.parse().ok());
    Ok(match locate(parts, looked_up, municipalities, as_of) {
        Located::Extract(municipality) | Located::Name(municipality) => Home::At(AddressFact {
            id: row.id.to_string(),
            municipality,
            from: row.received_at.day_in(file.zone()),
            until: None,
        }),
        Located::Abroad => Home::None,
        Located::Unknown => Home::NotPlaced,
    })
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
            headline: Both::line(
                explain::finding(finding.kind, Language::Nl),
                explain::finding(finding.kind, Language::En),
            ),
            explanation: explained(&finding.steps),
        })
    }
}
