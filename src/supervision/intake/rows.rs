//! A record as the rows of an order: what is free text or names a case is encrypted with the key of the person.

use serde::{Deserialize, Serialize};

use crate::clock::UtcTime;
use crate::ids::{BreachReportId, PersonId, SupervisionImportId, SupervisionOrderId};
use crate::register::Refusal;
use crate::store::supervision::orders::{BreachRow, ConditionRow, ExtensionRow, OrderRow, OrderTakenIn, SuspensionRow};
use crate::supervision::import::{Record, RecordBreach, RecordCondition};
use crate::supervision::rules::{Course, Length, LengthUnit, MeasureEvent, PeriodEvent};
use crate::vault::Strongbox;

/// What of an order is encrypted as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::supervision) struct About {
    pub case_number: String,
    pub court: String,
    pub level: Option<String>,
}

/// Where an order is put.
pub(super) struct Placed<'a> {
    pub(super) id: SupervisionOrderId,
    pub(super) person: PersonId,
    pub(super) run: SupervisionImportId,
    pub(super) before: Option<&'a OrderRow>,
    /// The breach reports as they are kept: the same report keeps its id.
    pub(super) breaches: &'a [BreachRow],
    pub(super) content_digest: String,
    pub(super) now: UtcTime,
}

/// The name of a condition's row, to which its text is bound.
pub(in crate::supervision) fn condition_row(order: SupervisionOrderId, source_condition: &str) -> String {
    format!("{order}/{source_condition}")
}

/// The rows of an order.
///
/// # Errors
/// [`Refusal::Keys`] when something cannot be encrypted.
pub(super) fn taken_in(record: &Record, placed: &Placed<'_>, strongbox: &Strongbox) -> Result<OrderTakenIn, Refusal> {
    let id = placed.id;
    let facts = serde_json::to_string(&record.order()).map_err(|e| Refusal::Rules(e.to_string()))?;
    let about =
        About { case_number: record.case_number.clone(), court: record.court.clone(), level: record.level.clone() };
    let order = OrderRow {
        id,
        person_id: placed.person,
        source: record.source.clone(),
        source_order: record.order_id.clone(),
        title: record.course.title(),
        organisation: record.organisation.clone(),
        facts_doc: facts,
        about_enc: strongbox.seal("supervision_orders", "about_enc", id.as_str(), &about)?,
        as_of: record.as_of.to_utc().into(),
        content_digest: placed.content_digest.clone(),
        run_id: placed.run,
        version: placed.before.map_or(1, |order| order.version + 1),
        created_at: placed.before.map_or(placed.now, |order| order.created_at),
        updated_at: placed.now,
    };
    let conditions = record.conditions.iter().map(|c| condition(c, id, strongbox)).collect::<Result<_, _>>()?;
    let breaches = record.breaches.iter().map(|b| breach(b, placed, strongbox)).collect::<Result<_, _>>()?;
    let suspensions = (1..).zip(&record.suspensions);
    let suspensions = suspensions.map(|(seq, s)| SuspensionRow {
        order_id: id,
        seq,
        reason: s.reason,
        from_on: s.from,
        until_on: s.until,
    });
    Ok(OrderTakenIn {
        order,
        conditions,
        suspensions: suspensions.collect(),
        extensions: extensions(record, id),
        breaches,
    })
}

fn condition(
    c: &RecordCondition,
    order_id: SupervisionOrderId,
    strongbox: &Strongbox,
) -> Result<ConditionRow, Refusal> {
    let row = condition_row(order_id, &c.condition_id);
    let seal = |text: &String| strongbox.seal("supervision_conditions", "text_enc", &row, text);
    let codes: Vec<String> = c.municipalities.iter().map(ToString::to_string).collect();
    Ok(ConditionRow {
        order_id,
        source_condition: c.condition_id.clone(),
        code: c.code,
        from_on: c.from,
        until_on: c.until,
        electronic_monitoring: c.electronic_monitoring,
        municipalities: codes.join(" "),
        notify_register: c.notify_register,
        text_enc: c.text.as_ref().map(seal).transpose()?,
    })
}

fn extensions(record: &Record, order_id: SupervisionOrderId) -> Vec<ExtensionRow> {
    let decided: Vec<_> = match &record.course {
        Course::Measure { events, .. } => events
            .iter()
            .filter_map(|event| match event {
                MeasureEvent::Extended { on, length } => Some((*on, *length)),
                MeasureEvent::ExecutionRequested { .. }
                | MeasureEvent::ExecutionRefused { .. }
                | MeasureEvent::ExecutionOrdered { .. }
                | MeasureEvent::ExtensionRequested { .. }
                | MeasureEvent::ExtensionRefused { .. }
                | MeasureEvent::Changed { .. }
                | MeasureEvent::Lifted { .. }
                | MeasureEvent::Convicted { .. } => None,
            })
            .collect(),
        Course::Period { events, .. } => events
            .iter()
            .filter_map(|event| match event {
                PeriodEvent::Extended { on, length } => Some((*on, *length)),
                PeriodEvent::ExtensionRequested { .. }
                | PeriodEvent::ExtensionRefused { .. }
                | PeriodEvent::Changed { .. }
                | PeriodEvent::Ended { .. } => None,
            })
            .collect(),
        Course::Told { .. } => Vec::new(),
    };
    (1..)
        .zip(decided)
        .map(|(seq, (decided_on, Length { unit, n }))| ExtensionRow {
            order_id,
            seq,
            decided_on,
            unit: unit_text(unit).to_owned(),
            n: i64::from(n),
        })
        .collect()
}

const fn unit_text(unit: LengthUnit) -> &'static str {
    match unit {
        LengthUnit::Days => "days",
        LengthUnit::Months => "months",
        LengthUnit::Years => "years",
    }
}

fn breach(b: &RecordBreach, placed: &Placed<'_>, strongbox: &Strongbox) -> Result<BreachRow, Refusal> {
    let kept = placed.breaches.iter().find(|kept| kept.source_breach == b.breach_id);
    let id = kept.map_or_else(BreachReportId::fresh, |kept| kept.id);
    let seal = |text: &String| strongbox.seal("breach_reports", "text_enc", id.as_str(), text);
    let detention = b.decision.and_then(|decided| decided.detention);
    Ok(BreachRow {
        id,
        order_id: placed.id,
        source_breach: b.breach_id.clone(),
        observed_on: b.observed_on,
        observed_by: b.observed_by,
        subject: b.subject,
        condition_code: b.condition,
        severity: b.severity,
        reported_prosecution_at: b.reported_prosecution_at.map(|at| at.to_utc().into()),
        reported_minister_at: b.reported_minister_at.map(|at| at.to_utc().into()),
        advice: b.advice,
        decision: b.decision.map(|decided| decided.what),
        decided_on: b.decision.map(|decided| decided.on),
        detention_unit: detention.map(|length| unit_text(length.unit).to_owned()),
        detention_n: detention.map(|length| i64::from(length.n)),
        executed_days: b.decision.and_then(|decided| decided.executed_days).map(i64::from),
        text_enc: b.text.as_ref().map(seal).transpose()?,
    })
}
