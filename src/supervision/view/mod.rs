//! Answers readers: the supervision orders of a person, today and on the day a flag is about, and where supervision and
//! the register meet or collide.

mod findings;
mod orders;
mod then;

pub use findings::{FindingRecord, FindingView, FindingsView, findings};
pub use orders::{BreachView, ConditionView, OrderDateView, OrderView, SupervisionView, orders};
pub use then::{SupervisionThen, supervision_on};

use chrono::NaiveDate;

use super::rules::{self, Assessment, Order, Step, explain};
use super::{BuiltIn, built_in};
use crate::app::App;
use crate::law::explain::Language;
use crate::register::Refusal;
use crate::register::view::Both;
use crate::store::supervision::orders::OrderRow;

/// An order as it is kept, with what the rules say about it on a day.
pub struct Assessed {
    /// The order.
    pub row: OrderRow,
    /// Its facts.
    pub order: Order,
    /// What the rules say about them.
    pub assessment: Assessment,
}

/// Assesses orders as of a day.
///
/// # Errors
/// [`Refusal::Rules`] when the rules refuse what was taken in: they changed since.
pub fn assessed(app: &App, rows: Vec<OrderRow>, as_of: NaiveDate) -> Result<Vec<Assessed>, Refusal> {
    let BuiltIn { rules, .. } = built_in()?;
    rows.into_iter()
        .map(|row| {
            let order: Order = serde_json::from_str(&row.facts_doc).map_err(|e| Refusal::Rules(e.to_string()))?;
            let assessment = rules::assess(&order, rules, app.rules.calendar(), as_of)
                .map_err(|fault| Refusal::Rules(fault.to_string()))?;
            Ok(Assessed { row, order, assessment })
        })
        .collect()
}

/// The name of an organisation; its code where it has left the list.
///
/// # Errors
/// As [`built_in`].
fn organisation_name(code: &str) -> Result<String, Refusal> {
    let BuiltIn { organisations, .. } = built_in()?;
    Ok(organisations.get(code).map_or_else(|| code.to_owned(), |one| one.name.clone()))
}

/// Explanation steps, in both languages.
pub(super) fn explained(steps: &[Step]) -> Both {
    Both { nl: explain::render(steps, Language::Nl), en: explain::render(steps, Language::En) }
}
