//! Facts that contradict each other or the rules are refused before anything is computed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::What;
use super::facts::{Conviction, Facts};
use super::profile_length::Minor;
use super::rulebook::RegimeRules;

/// Why a facts document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{}: {field}", .code.as_str())]
pub struct Refusal {
    /// The code of the golden cases.
    pub code: RefusalCode,
    /// The member at fault, e.g. `custody[0].until`.
    pub field: String,
}

/// The codes of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// A period set by the court is longer than the law allows.
    CourtPeriodTooLong,
    /// An end before its beginning, and the like.
    DatesOutOfOrder,
    /// An order under a regime that knows none.
    RegimeWithoutOrders,
}

impl RefusalCode {
    /// The code used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CourtPeriodTooLong => "court_period_too_long",
            Self::DatesOutOfOrder => "dates_out_of_order",
            Self::RegimeWithoutOrders => "regime_without_orders",
        }
    }
}

/// Checks a facts document against itself and the rules.
///
/// # Errors
/// The first refusal: dates first, then court periods, then orders.
pub(super) fn check(facts: &Facts, rules: &RegimeRules) -> Result<(), Refusal> {
    dates_of_convictions(facts)?;
    dates_of_custody_and_events(facts)?;
    court_periods(facts, rules)?;
    orders(facts, rules)
}

fn in_order(earlier: NaiveDate, later: Option<NaiveDate>, field: impl FnOnce() -> String) -> Result<(), Refusal> {
    match later {
        Some(later) if later < earlier => Err(Refusal { code: RefusalCode::DatesOutOfOrder, field: field() }),
        Some(_) | None => Ok(()),
    }
}

fn dates_of_convictions(facts: &Facts) -> Result<(), Refusal> {
    for (i, c) in facts.convictions.iter().enumerate() {
        let at = |member: &str| format!("convictions[{i}].{member}");
        in_order(c.convicted_on, c.sentenced_on, || at("sentencedOn"))?;
        in_order(c.convicted_on, c.quashed_on, || at("quashedOn"))?;
        if let Some(offence) = c.offence_on {
            in_order(offence, Some(c.convicted_on), || at("offenceOn"))?;
        }
        for (j, v) in c.varied.iter().enumerate() {
            in_order(c.convicted_on, Some(v.on), || at(&format!("varied[{j}].on")))?;
        }
    }
    Ok(())
}

fn dates_of_custody_and_events(facts: &Facts) -> Result<(), Refusal> {
    for (i, c) in facts.custody.iter().enumerate() {
        in_order(c.from, c.until, || format!("custody[{i}].until"))?;
    }
    for (i, event) in facts.events.iter().enumerate() {
        match &event.what {
            What::Stay { from, until, .. } => in_order(*from, *until, || format!("events[{i}].until"))?,
            What::Absence(a) => {
                in_order(a.from, a.until, || format!("events[{i}].until"))?;
                in_order(a.from, a.planned_return, || format!("events[{i}].plannedReturn"))?;
            }
            What::NameUsed { .. }
            | What::HomeChanged { .. }
            | What::BecameResident { .. }
            | What::NoHomeNotice { .. }
            | What::HomeAccepted { .. }
            | What::OrderNotified { .. }
            | What::Notification(_) => {}
        }
    }
    Ok(())
}

fn court_periods(facts: &Facts, rules: &RegimeRules) -> Result<(), Refusal> {
    for (i, c) in facts.convictions.iter().enumerate() {
        let Some(years) = c.court_period_years else { continue };
        if longest_court_period(c, rules).is_some_and(|most| u32::from(years) > most) {
            let field = format!("convictions[{i}].courtPeriodYears");
            return Err(Refusal { code: RefusalCode::CourtPeriodTooLong, field });
        }
    }
    Ok(())
}

/// The longest period a court can name under the version in force at sentencing, or, where that
/// version knows no such period, under the first later one that does.
fn longest_court_period(conviction: &Conviction, rules: &RegimeRules) -> Option<u32> {
    let on = conviction.sentencing_day().unwrap_or(conviction.convicted_on);
    let first = rules.index_at(on).unwrap_or(0);
    rules.versions().iter().skip(first).find_map(|p| match p.length.minor {
        Minor::CourtPeriod { max_years, .. } => Some(max_years),
        Minor::ReducedAtSentencing { .. } => None,
    })
}

fn orders(facts: &Facts, rules: &RegimeRules) -> Result<(), Refusal> {
    for (i, event) in facts.events.iter().enumerate() {
        if let What::OrderNotified { on } = event.what
            && rules.at_or_first(on).orders.is_none()
        {
            return Err(Refusal { code: RefusalCode::RegimeWithoutOrders, field: format!("events[{i}]") });
        }
    }
    Ok(())
}
