//! The cross-checks of one file: what the register and the orders say of a person, brought before [`super::checks`].
//!
//! Shared by whoever looks ([`super::view`]) and by the job that keeps what it finds ([`super::kept`]).

use chrono::NaiveDate;
use serde::Deserialize;

use super::checks::{
    AddressFact, AddressParts, DutyFact, Finding, Located, Supervised, Trip, about_to_lapse, banned_areas,
    double_report_duties, locate, plain_postcode, travel_bans,
};
use super::view::Assessed;
use super::{BuiltIn, built_in};
use crate::law::{Event, What};
use crate::register::Refusal;
use crate::register::address::Address;
use crate::store::rows::{DutyRow, NotificationRow};
use crate::vault::Strongbox;
use crate::vocabulary::{ConditionCode, DutyKind, DutyOutcome, Regime};

/// Days before the last safe day, and after the lapse, on which an order is shown as about to lapse.
const LAPSE_DAYS: u32 = 60;
/// The reports that state the home.
pub const STATE_HOME: [DutyKind; 3] = [DutyKind::Initial, DutyKind::Home, DutyKind::Periodic];

/// The home on file.
pub enum Home {
    /// On file, and placed in a municipality.
    At(AddressFact),
    /// None on file, or abroad.
    None,
    /// On file, and nobody can say where without looking it up.
    NotPlaced,
}

/// What a file says.
pub struct Known<'a> {
    /// The orders of the person.
    pub orders: &'a [Assessed],
    /// What happened, as the law reads it.
    pub events: &'a [Event],
    /// The duties.
    pub duties: &'a [DutyRow],
    /// The home, where it was looked at.
    pub home: &'a Home,
    /// The day on which it is looked.
    pub as_of: NaiveDate,
}

/// Everything that is found.
///
/// # Errors
/// As [`built_in`].
pub fn found(known: &Known<'_>) -> Result<Vec<Finding>, Refusal> {
    let BuiltIn { municipalities, .. } = built_in()?;
    let supervised: Vec<Supervised<'_>> = known
        .orders
        .iter()
        .map(|o| Supervised { id: o.row.id.as_str(), order: &o.order, assessment: &o.assessment })
        .collect();
    let addresses = match known.home {
        Home::At(address) => std::slice::from_ref(address),
        Home::None | Home::NotPlaced => &[],
    };
    let mut all = travel_bans(&supervised, &trips(known.events));
    all.extend(banned_areas(&supervised, addresses, municipalities));
    all.extend(double_report_duties(&supervised, &duties(known.duties)));
    all.extend(about_to_lapse(&supervised, known.as_of, LAPSE_DAYS));
    Ok(all)
}

/// Whether an order bans an area, so that the home matters.
pub fn bans_an_area(orders: &[Assessed]) -> bool {
    let is_area = |code| matches!(code, ConditionCode::H | ConditionCode::M | ConditionCode::N);
    orders.iter().any(|assessed| assessed.order.conditions.iter().any(|condition| is_area(condition.code)))
}

/// Absences abroad as they were reported: what is planned counts until the return is known.
fn trips(events: &[Event]) -> Vec<Trip> {
    events
        .iter()
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
fn duties(duties: &[DutyRow]) -> Vec<DutyFact> {
    let open = duties.iter().filter(|row| row.outcome == DutyOutcome::Pending);
    open.map(|row| DutyFact { id: row.id.to_string(), kind: row.kind.into(), trigger: row.trigger_on, due: row.due_on })
        .collect()
}

/// The home that the last accepted report states.
///
/// # Errors
/// [`Refusal::Keys`] when it cannot be decrypted.
pub fn stated(row: &NotificationRow, strongbox: &Strongbox) -> Result<Address, Refusal> {
    #[derive(Deserialize)]
    struct Stated {
        address: Address,
    }
    let Stated { address } = strongbox.open("notifications", "content_enc", row.id.as_str(), &row.content_enc)?;
    Ok(address)
}

/// The postcode and number under which the extract of addresses knows a home.
pub fn extract_key(address: &Address) -> Option<(String, i64)> {
    match address {
        Address::Dutch { postcode, house_number, .. } => {
            plain_postcode(postcode).map(|plain| (plain, i64::from(*house_number)))
        }
        Address::Location { .. } | Address::NoFixedAbode { .. } | Address::Foreign { .. } => None,
    }
}

/// Where the home of a report lies; `by_extract` is the municipality that the extract of addresses names.
///
/// # Errors
/// As [`built_in`].
pub fn placed(
    row: &NotificationRow,
    address: &Address,
    by_extract: Option<&str>,
    regime: Regime,
    as_of: NaiveDate,
) -> Result<Home, Refusal> {
    let parts = match address {
        Address::Dutch { postcode, house_number, city, .. } => {
            AddressParts::Postal { postcode, number: *house_number, town: city }
        }
        Address::Location { municipality, .. } | Address::NoFixedAbode { municipality, .. } => {
            AddressParts::Municipality(municipality)
        }
        Address::Foreign { .. } => AddressParts::Abroad,
    };
    let BuiltIn { municipalities, .. } = built_in()?;
    let looked_up = |_: &str, _: u32| by_extract.and_then(|code| code.parse().ok());
    Ok(match locate(parts, looked_up, municipalities, as_of) {
        Located::Extract(municipality) | Located::Name(municipality) => Home::At(AddressFact {
            id: row.id.to_string(),
            municipality,
            from: row.received_at.day_in(regime.zone()),
            until: None,
        }),
        Located::Abroad => Home::None,
        Located::Unknown => Home::NotPlaced,
    })
}
