//! One order, one breach report or one decision that comes by itself and not in a file: the same record, held against the
//! same schema and rules, written by the same rows as a record of a file. A single order is a run of one record.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rows::{self, Placed};
use super::{new_run, stored};
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::crypto;
use crate::crypto::blind::Kind;
use crate::ids::{BreachReportId, RegistrationId, SupervisionImportId, SupervisionOrderId};
use crate::register::permit::permit;
use crate::register::{FieldError, Refusal, lookups, unit};
use crate::store::persons::{person_find, person_ids_by_terms};
use crate::store::registrations::registration_list_of_person;
use crate::store::rows::{PersonRow, RegistrationRow};
use crate::store::supervision::imports::{ImportBegan, ImportCameTo, ImportRunRow, ImportedRow};
use crate::store::supervision::orders::{BreachRow, OrderRow, breach_list, order_find, order_find_by_source};
use crate::store::{Conn, Decided, Scope, StoreError, WriteSet};
use crate::supervision::import::{Checker, Record, RecordBreach, digest};
use crate::supervision::rules::Decided as DecidedOnBreach;
use crate::supervision::{BuiltIn, built_in};
use crate::vault::Strongbox;
use crate::vocabulary::{
    BreachAdvice, BreachSeverity, BreachSubject, ConditionCode, ImportOutcome, ImportState, ObservedBy,
};

/// What became of an order that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderRecorded {
    /// The order.
    pub id: SupervisionOrderId,
    /// The registration beside which it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<RegistrationId>,
    /// Whether it is new, was changed, or said nothing new. What cannot be taken in is refused instead.
    pub outcome: ImportOutcome,
    /// How often the order was written, this time included.
    pub version: i64,
}

/// A breach of an order, as the probation service reports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BreachInput {
    /// The sender's id within the order. The same report sent again, with more in it, is the same report.
    #[schema(pattern = "^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
    pub breach_id: String,
    /// The day on which it was seen.
    pub observed_on: NaiveDate,
    /// Who saw it.
    pub observed_by: ObservedBy,
    /// What it is about.
    pub subject: BreachSubject,
    /// The condition that was not complied with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionCode>,
    /// How grave it is.
    pub severity: BreachSeverity,
    /// When the prosecution service was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_prosecution_at: Option<DateTime<FixedOffset>>,
    /// When the Minister was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_minister_at: Option<DateTime<FixedOffset>>,
    /// What probation advises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<BreachAdvice>,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    pub text: Option<String>,
}

/// What became of a breach report or of the decision on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreachRecorded {
    /// The report.
    pub id: BreachReportId,
    /// The order.
    pub order_id: SupervisionOrderId,
    /// The registration beside which it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<RegistrationId>,
    /// Whether it is new, was changed, or said nothing new.
    pub outcome: ImportOutcome,
}

/// Takes in one order. Sent again, it changes nothing.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that is wrong; [`Refusal::Forbidden`], or [`Refusal::NotFound`] where the actor may
/// not know whether the person is in the register.
pub async fn record_order(app: &App, ctx: &Ctx, record: Record) -> Result<OrderRecorded, Refusal> {
    let deed = Deed::of(Action::SupervisionOrderRecord, ObjectRef::none()).with_fields(&["order", "conditions"]);
    let term = lookups::by_skn(app, &record.skn);
    let persons = app.store.read(move |conn| person_ids_by_terms(conn, &[term], 2)).await?;
    let known = match persons.as_slice() {
        [one] => {
            let id = *one;
            app.store.read(move |conn| person_find(conn, id)).await?
        }
        [] | [_, _, ..] => None,
    };
    let Some(person) = known else {
        let several = persons.len() > 1;
        let refusal = nobody(ctx, several);
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    };
    let strongbox = app.vault.strongbox(person.data_key_id.clone()).await?;
    let (unit_app, unit_ctx, record) = (app.clone(), ctx.clone(), Box::new(record));
    let told = |made: &OrderRecorded, deed: Deed| Deed {
        object: ObjectRef::supervision_order(made.id),
        registration: made.registration_id,
        ..deed
    };
    unit::write_told(app, ctx, Scope::Alone, deed, None, told, move |conn| {
        let beside = beside(conn, &unit_ctx, Action::SupervisionOrderRecord, &person)?;
        refuse_faults(&unit_app, &record, |pointer| Some(pointer.to_owned()))?;
        let before = order_find_by_source(conn, &record.source, &record.order_id)?;
        if before.as_ref().is_some_and(|order| order.person_id != person.id) {
            return Err(Refusal::field("/skn", "other_person", "This order was taken in for somebody else before."));
        }
        let digests = every_digest(&unit_app, &record);
        let same = before.as_ref().filter(|order| digests.contains(&order.content_digest));
        if let Some(order) = same {
            let answer = OrderRecorded {
                id: order.id,
                registration_id: beside.first().map(|row| row.id),
                outcome: ImportOutcome::Unchanged,
                version: order.version,
            };
            return Ok(Decided::new(WriteSet::default(), answer));
        }
        if before.as_ref().is_some_and(|order| record.as_of < order.as_of.utc().fixed_offset()) {
            let why = "This is older than what was taken in before, and says something else.";
            return Err(Refusal::field("/asOf", "outdated", why));
        }
        let writing =
            Writing { app: &unit_app, ctx: &unit_ctx, person: &person, beside: &beside, strongbox: &strongbox };
        writing.order(conn, &record, before.as_ref())
    })
    .await
}

/// Takes in a breach report. A report that was decided on is not changed any more.
///
/// # Errors
/// As [`record_order`]; [`Refusal::Conflict`] when it was decided.
pub async fn report_breach(
    app: &App,
    ctx: &Ctx,
    order: SupervisionOrderId,
    breach: BreachInput,
) -> Result<BreachRecorded, Refusal> {
    let action = Action::BreachReportRecord;
    on_breaches(app, ctx, order, action, move |kept, rows| {
        let before = kept.breaches.iter().position(|one| one.breach_id == breach.breach_id);
        let new = breach.record();
        match before {
            Some(at) => {
                if kept.breaches[at].decision.is_some() {
                    return Err(DECIDED);
                }
                let (was, id) = (std::mem::replace(&mut kept.breaches[at], new), rows[at].id);
                let same = was == kept.breaches[at];
                let outcome = if same { ImportOutcome::Unchanged } else { ImportOutcome::Changed };
                Ok(Touched { at, outcome, id: Some(id), within: "" })
            }
            None => {
                kept.breaches.push(new);
                Ok(Touched { at: kept.breaches.len() - 1, outcome: ImportOutcome::New, id: None, within: "" })
            }
        }
    })
    .await
}

/// Records what was decided on a breach report.
///
/// # Errors
/// As [`report_breach`]; [`Refusal::NotFound`] when there is no such report of this order.
pub async fn decide_breach(
    app: &App,
    ctx: &Ctx,
    order: SupervisionOrderId,
    breach: BreachReportId,
    decided: DecidedOnBreach,
) -> Result<BreachRecorded, Refusal> {
    on_breaches(app, ctx, order, Action::BreachDecisionRecord, move |kept, rows| {
        let at = rows.iter().position(|row| row.id == breach).ok_or(Refusal::NotFound)?;
        if kept.breaches[at].decision.is_some() {
            return Err(DECIDED);
        }
        kept.breaches[at].decision = Some(decided);
        Ok(Touched { at, outcome: ImportOutcome::Changed, id: Some(breach), within: "/decision" })
    })
    .await
}

const DECIDED: Refusal = Refusal::Conflict {
    code: "already_decided",
    detail: "This report was decided on. What changed since belongs in a new report, or in the next record of the order.",
};

/// The breach report of an order that an act is about.
struct Touched {
    /// Its place in the record.
    at: usize,
    outcome: ImportOutcome,
    /// `None` for a new one.
    id: Option<BreachReportId>,
    /// The part of the report that the body states.
    within: &'static str,
}

/// Changes the breach reports of an order: `change` gets the record as it is kept, with the rows of its reports in the same
/// order, and says which report it touched.
async fn on_breaches<F>(
    app: &App,
    ctx: &Ctx,
    id: SupervisionOrderId,
    action: Action,
    change: F,
) -> Result<BreachRecorded, Refusal>
where
    F: Fn(&mut Record, &[BreachRow]) -> Result<Touched, Refusal> + Send + 'static,
{
    let deed = Deed::of(action, ObjectRef::supervision_order(id)).with_fields(&["breaches"]);
    let find = move |conn: &mut Conn| -> Result<Option<PersonRow>, StoreError> {
        let Some(order) = order_find(conn, id)? else { return Ok(None) };
        person_find(conn, order.person_id)
    };
    let Some(person) = app.store.read(find).await? else {
        return unit::read(app, ctx, deed, |_| Err(Refusal::NotFound)).await;
    };
    let strongbox = app.vault.strongbox(person.data_key_id.clone()).await?;
    let (unit_app, unit_ctx) = (app.clone(), ctx.clone());
    let told = |made: &BreachRecorded, deed: Deed| Deed { registration: made.registration_id, ..deed };
    unit::write_told(app, ctx, Scope::Alone, deed, None, told, move |conn| {
        let beside = beside(conn, &unit_ctx, action, &person)?;
        let order = order_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let (mut record, rows) = stored::record(conn, &order, &person, &strongbox)?;
        let touched = change(&mut record, &rows)?;
        let answer = |breach| BreachRecorded {
            id: breach,
            order_id: id,
            registration_id: beside.first().map(|row| row.id),
            outcome: touched.outcome,
        };
        if let (ImportOutcome::Unchanged, Some(breach)) = (touched.outcome, touched.id) {
            return Ok(Decided::new(WriteSet::default(), answer(breach)));
        }
        let own = format!("/breaches/{}", touched.at);
        // What else the order says was taken in before: it is no fault of this request.
        refuse_faults(&unit_app, &record, |pointer| {
            let within = pointer.strip_prefix(&own).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
            Some(within.strip_prefix(touched.within).unwrap_or(within).to_owned())
        })?;
        // Later than what the sender said: an older file that comes again must not undo it.
        record.as_of = record.as_of.max(unit_ctx.now.legal.utc().fixed_offset());
        let writing =
            Writing { app: &unit_app, ctx: &unit_ctx, person: &person, beside: &beside, strongbox: &strongbox };
        let (mut writes, taken_in) = writing.rows(conn, &record, Some(&order), order.run_id)?;
        let named = &record.breaches[touched.at].breach_id;
        let row = taken_in.breaches.iter().find(|row| row.source_breach == *named);
        let breach = row.map(|row| row.id).ok_or(Refusal::NotFound)?;
        writes.changes.push(Box::new(taken_in));
        writing.tell_others(action, id, &mut writes)?;
        Ok(Decided::new(writes, answer(breach)))
    })
    .await
}

/// The registrations of a person beside which the actor may do `action`: those that permit it first.
fn beside(conn: &mut Conn, ctx: &Ctx, action: Action, person: &PersonRow) -> Result<Vec<RegistrationRow>, Refusal> {
    let rows = registration_list_of_person(conn, person.id)?;
    let mut permitted = Vec::new();
    let mut refused = None;
    for row in rows {
        match permit(ctx, action, &row) {
            Ok(()) => permitted.push(row),
            Err(refusal) => refused = refused.filter(|kept| matches!(kept, Refusal::Forbidden(_))).or(Some(refusal)),
        }
    }
    match (permitted.is_empty(), refused) {
        (false, _) => Ok(permitted),
        (true, Some(refusal)) => Err(refusal),
        // In the register without a registration: only who needs no file may.
        (true, None) => access::decide_without_subject(&ctx.actor, action, ctx.purpose).allowed().map(|_| Vec::new()),
    }
}

/// What somebody is told who names nobody, or more than one person: only who may record for everybody may know which.
fn nobody(ctx: &Ctx, several: bool) -> Refusal {
    use access::matrix::{Rule, rule};
    let action = Action::SupervisionOrderRecord;
    match (access::decide_without_subject(&ctx.actor, action, ctx.purpose).allowed(), several) {
        (Ok(_), true) => Refusal::field("/skn", "ambiguous_person", "More than one person has this chain number."),
        (Ok(_), false) => Refusal::field("/skn", "unknown_person", "Nobody in the register has this chain number."),
        (Err(_), _) if rule(ctx.actor.role, action) == Rule::Case => Refusal::NotFound,
        (Err(refusal), _) => refusal,
    }
}

/// Goes on when the record can be so. `told` says where in the body of this request a pointer into the record lies.
fn refuse_faults(app: &App, record: &Record, told: impl Fn(&str) -> Option<String>) -> Result<(), Refusal> {
    let BuiltIn { rules, organisations, municipalities } = built_in()?;
    let checker = Checker::new(rules, app.rules.calendar(), municipalities, organisations).map_err(Refusal::Rules)?;
    let faults = checker.faults(record).into_iter();
    Refusal::unless_empty(
        faults.filter_map(|(pointer, code, why)| Some(FieldError::new(told(&pointer)?, code, why))).collect(),
    )
}

fn every_digest(app: &App, record: &Record) -> Vec<String> {
    app.vault.blind().every_digest(Kind::SupervisionContent, &hex::encode(digest(record)))
}

/// What writing an order needs.
struct Writing<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    person: &'a PersonRow,
    beside: &'a [RegistrationRow],
    strongbox: &'a Strongbox,
}

impl Writing<'_> {
    /// An order, as a run of one record.
    fn order(
        &self,
        conn: &mut Conn,
        record: &Record,
        before: Option<&OrderRow>,
    ) -> Result<Decided<OrderRecorded>, Refusal> {
        let outcome = if before.is_none() { ImportOutcome::New } else { ImportOutcome::Changed };
        // Not the digest of what was sent: of so little, somebody could guess what it says.
        let keyed = self.app.vault.blind().digest(Kind::SupervisionContent, &hex::encode(digest(record)));
        let run = new_run(&crypto::sha256_hex(keyed.as_bytes()), self.ctx.now);
        let (mut writes, taken_in) = self.rows(conn, record, before, run.id)?;
        let (id, version) = (taken_in.order.id, taken_in.order.version);
        writes.changes.push(Box::new(ImportBegan(run.clone())));
        writes.changes.push(Box::new(taken_in));
        writes.changes.push(Box::new(self.finished(run, id, outcome)));
        self.tell_others(Action::SupervisionOrderRecord, id, &mut writes)?;
        let registration_id = self.beside.first().map(|row| row.id);
        Ok(Decided::new(writes, OrderRecorded { id, registration_id, outcome, version }))
    }

    fn finished(&self, run: ImportRunRow, order: SupervisionOrderId, outcome: ImportOutcome) -> ImportCameTo {
        let new = i64::from(outcome == ImportOutcome::New);
        let row = ImportedRow { run_id: run.id, seq: 1, line: 1, outcome, order_id: Some(order), faults: None };
        let run = ImportRunRow {
            state: ImportState::Finished,
            finished_at: Some(self.ctx.now.system),
            records_done: 1,
            made: new,
            changed: 1 - new,
            ..run
        };
        ImportCameTo { from: 0, run, rows: vec![row] }
    }

    fn rows(
        &self,
        conn: &mut Conn,
        record: &Record,
        before: Option<&OrderRow>,
        run: SupervisionImportId,
    ) -> Result<(WriteSet, crate::store::supervision::orders::OrderTakenIn), Refusal> {
        let id = before.map_or_else(SupervisionOrderId::fresh, |order| order.id);
        let breaches = breach_list(conn, &[id])?;
        let placed = Placed {
            id,
            person: self.person.id,
            run,
            before,
            breaches: &breaches,
            content_digest: self.app.vault.blind().digest(Kind::SupervisionContent, &hex::encode(digest(record))),
            now: self.ctx.now.legal,
        };
        Ok((WriteSet::default(), rows::taken_in(record, &placed, self.strongbox)?))
    }

    /// The audit entries beside the other registrations of the person: the entry of the act itself names the first.
    fn tell_others(&self, action: Action, id: SupervisionOrderId, writes: &mut WriteSet) -> Result<(), Refusal> {
        for row in self.beside.iter().skip(1) {
            let deed = Deed::on(action, ObjectRef::supervision_order(id), row.id).with_fields(&["order", "breaches"]);
            writes.audit.push(self.app.audit.leaf(self.ctx, &deed)?);
        }
        Ok(())
    }
}

impl BreachInput {
    fn record(&self) -> RecordBreach {
        RecordBreach {
            breach_id: self.breach_id.clone(),
            observed_on: self.observed_on,
            observed_by: self.observed_by,
            subject: self.subject,
            condition: self.condition,
            severity: self.severity,
            reported_prosecution_at: self.reported_prosecution_at,
            reported_minister_at: self.reported_minister_at,
            advice: self.advice,
            decision: None,
            text: self.text.clone(),
        }
    }
}
