//! An order as it is kept, as the record it was taken in from.

use super::rows::{About, condition_row};
use crate::register::Refusal;
use crate::store::Conn;
use crate::store::rows::PersonRow;
use crate::store::supervision::orders::{BreachRow, ConditionRow, OrderRow, breach_list, condition_list};
use crate::supervision::import::{Record, RecordBreach, RecordCondition};
use crate::supervision::rules::{Decided, Length, LengthUnit, Order};
use crate::vault::Strongbox;

/// The record of an order, with the rows of its breach reports in the order in which the record has them.
///
/// # Errors
/// [`Refusal::Keys`] when something cannot be decrypted, [`Refusal::Rules`] when the facts are no order.
pub(super) fn record(
    conn: &mut Conn,
    order: &OrderRow,
    person: &PersonRow,
    strongbox: &Strongbox,
) -> Result<(Record, Vec<BreachRow>), Refusal> {
    let facts: Order = serde_json::from_str(&order.facts_doc).map_err(|e| Refusal::Rules(e.to_string()))?;
    let about: About = strongbox.open("supervision_orders", "about_enc", order.id.as_str(), &order.about_enc)?;
    let skn = person.skn_enc.as_deref().map(|sealed| strongbox.open("persons", "skn_enc", person.id.as_str(), sealed));
    let conditions = condition_list(conn, &[order.id])?;
    let breaches = breach_list(conn, &[order.id])?;
    let record = Record {
        source: order.source.clone(),
        order_id: order.source_order.clone(),
        as_of: order.as_of.utc().fixed_offset(),
        skn: skn.transpose()?.unwrap_or_default(),
        case_number: about.case_number,
        court: about.court,
        organisation: order.organisation.clone(),
        level: about.level,
        judgment: facts.judgment,
        course: facts.course,
        conditions: conditions.iter().map(|row| condition(row, strongbox)).collect::<Result<_, _>>()?,
        suspensions: facts.suspensions,
        breaches: breaches.iter().map(|row| breach(row, strongbox)).collect::<Result<_, _>>()?,
    };
    Ok((record, breaches))
}

fn condition(row: &ConditionRow, strongbox: &Strongbox) -> Result<RecordCondition, Refusal> {
    let name = condition_row(row.order_id, &row.source_condition);
    let open = |sealed: &String| strongbox.open("supervision_conditions", "text_enc", &name, sealed);
    Ok(RecordCondition {
        condition_id: row.source_condition.clone(),
        code: row.code,
        from: row.from_on,
        until: row.until_on,
        electronic_monitoring: row.electronic_monitoring,
        municipalities: row.municipalities.split_whitespace().filter_map(|code| code.parse().ok()).collect(),
        notify_register: row.notify_register,
        text: row.text_enc.as_ref().map(open).transpose()?,
    })
}

fn breach(row: &BreachRow, strongbox: &Strongbox) -> Result<RecordBreach, Refusal> {
    let open = |sealed: &String| strongbox.open("breach_reports", "text_enc", row.id.as_str(), sealed);
    let decision = row.decision.zip(row.decided_on).map(|(what, on)| Decided {
        on,
        what,
        detention: length(row),
        executed_days: row.executed_days.and_then(|days| days.try_into().ok()),
    });
    Ok(RecordBreach {
        breach_id: row.source_breach.clone(),
        observed_on: row.observed_on,
        observed_by: row.observed_by,
        subject: row.subject,
        condition: row.condition_code,
        severity: row.severity,
        reported_prosecution_at: row.reported_prosecution_at.map(|at| at.utc().fixed_offset()),
        reported_minister_at: row.reported_minister_at.map(|at| at.utc().fixed_offset()),
        advice: row.advice,
        decision,
        text: row.text_enc.as_ref().map(open).transpose()?,
    })
}

fn length(row: &BreachRow) -> Option<Length> {
    let unit = match row.detention_unit.as_deref()? {
        "months" => LengthUnit::Months,
        "years" => LengthUnit::Years,
        _ => LengthUnit::Days,
    };
    Some(Length { unit, n: row.detention_n?.try_into().ok()? })
}
