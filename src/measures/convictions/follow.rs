//! What happens to a record: it is verified by a second person, corrected, deleted, supplied to somebody; and whoever received
//! it is told of every change for as long as the law says.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shown::{ForeignConvictionView, Record};
use super::{NewForeignConviction, Step, comes_in, taken};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{MeasureId, RegistrationId};
use crate::instruments::convictions::{
    Block, PassOn, Recipient, RecordEvent, RecordState, RefusalCode, Verification, pass_on, words,
};
use crate::instruments::grounds::Language;
use crate::instruments::purpose::{Need, Use};
use crate::measures::record::{TABLE, step_row};
use crate::measures::rules::{MeasureRules, governing};
use crate::register::around::frame::{self, Opened, as_asked};
use crate::register::{FieldError, Refusal};
use crate::store::measures::MeasureMoved;
use crate::store::{Conn, Decided, WriteSet};

/// How a record was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Verify {
    /// How.
    pub how: Verification,
    /// What was seen.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reasons: String,
}

/// Something in a record was wrong or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ConvictionCorrection)]
pub struct Correction {
    /// The whole record as it should be. Channel and day of receipt stay what they are.
    pub replacement: NewForeignConviction,
    /// What was wrong.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reasons: String,
}

/// A record is deleted: by the convicting state, or because it should never have been there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deletion {
    /// Why.
    #[schema(min_length = 3, max_length = 2_000)]
    pub reasons: String,
}

/// A recipient was told of every change so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Informed {
    /// Who, as named when it was supplied.
    #[schema(min_length = 2, max_length = 200)]
    pub to: String,
}

/// A record would go to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Supply {
    /// To whom.
    #[schema(min_length = 2, max_length = 200, example = "Openbaar Ministerie, parket Noord")]
    pub to: String,
    /// What kind of recipient.
    pub kind: Recipient,
    /// What for; going abroad is always also that.
    #[serde(rename = "use")]
    pub purpose: Use,
    /// The provision that allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 200)]
    pub basis: Option<String>,
    /// Whether the convicting state agreed; absent when it was not asked, or did not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<bool>,
    /// Which other conditions are met.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub met: Vec<Need>,
}

/// A record after it was supplied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupplyView {
    /// Whether the recipient must be told that nobody verified it.
    pub marked_unverified: bool,
    /// The record.
    pub record: ForeignConvictionView,
}

pub(super) fn impossible(code: RefusalCode) -> Refusal {
    let detail = match code {
        RefusalCode::NotReceived => "The first thing that happens to a record is its receipt.",
        RefusalCode::OutOfOrder => "It happened before what stands in front of it.",
        RefusalCode::NotInThisState => "This does not fit where the record stands.",
        RefusalCode::NeverTaken => "Such data never come in.",
        RefusalCode::SamePerson => "Whoever recorded it does not verify it; ask a colleague.",
        RefusalCode::NoBasis => "No provision that allows it was named.",
        RefusalCode::NotVerified => "What nobody verified does not go abroad.",
        RefusalCode::NoAccess => "The screening authority has no access to the register.",
        RefusalCode::NothingToTell => "This recipient has to be told nothing.",
    };
    Refusal::Conflict { code: code.as_str(), detail }
}

/// One more step of a record that the caller has read in this version.
struct Next {
    id: MeasureId,
    version: i64,
    word: &'static str,
}

impl Next {
    /// Loads the record, lets `change` say what happens, and stores it.
    fn take(
        &self,
        conn: &mut Conn,
        opened: &Opened<'_>,
        rules: &MeasureRules,
        change: impl FnOnce(&mut Record) -> Result<Step, Refusal>,
    ) -> Result<(WriteSet, ForeignConvictionView), Refusal> {
        let mut record = Record::load(conn, opened, self.id)?;
        if record.row.version != self.version {
            return Err(Refusal::VersionMoved);
        }
        let step = change(&mut record)?;
        let ordinal = record.steps.len();
        record.steps.push(step.clone());
        let stands = record.stands(rules, opened.today)?;
        stands.state.as_str().clone_into(&mut record.row.state);
        record.row.content_enc = Some(opened.seal(TABLE, "content_enc", self.id.as_str(), &record.kept)?);
        let row = step_row(opened.ctx, self.id, ordinal, self.word, &step, opened.strongbox())?;
        let mut writes = WriteSet { measure_record_steps: vec![row], ..WriteSet::default() };
        writes.changes.push(Box::new(MeasureMoved { row: record.row.clone() }));
        record.row.version += 1;
        let view = record.view(rules, opened.today)?;
        Ok((writes, view))
    }
}

fn by(opened: &Opened<'_>) -> String {
    opened.ctx.actor.account.to_string()
}

/// Verifies a record, as a second person.
///
/// # Errors
/// [`Refusal::Conflict`] `same_person`, `not_in_this_state`; [`Refusal::VersionMoved`].
pub async fn verify(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: MeasureId,
    version: i64,
    verified: Verify,
) -> Result<ForeignConvictionView, Refusal> {
    let deed = Deed::on(Action::ForeignConvictionVerify, ObjectRef::measure(id), registration);
    let rules = app.measures.clone();
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let next = Next { id, version, word: "verified" };
        let event = RecordEvent::Verified { on: opened.today, by: by(opened), how: verified.how };
        let step = Step { event, reasons: Some(verified.reasons.clone()), before: None };
        let (writes, view) = next.take(conn, opened, &rules, |_| Ok(step))?;
        Ok(Decided::new(writes, view))
    })
    .await
}

/// Corrects a record. What it said before is kept with the step.
///
/// # Errors
/// Every invalid field; [`Refusal::Conflict`]; [`Refusal::VersionMoved`].
pub async fn correct(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: MeasureId,
    version: i64,
    correction: Correction,
) -> Result<ForeignConvictionView, Refusal> {
    let deed = Deed::on(Action::ForeignConvictionFollow, ObjectRef::measure(id), registration);
    let rules = app.measures.clone();
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let next = Next { id, version, word: "corrected" };
        let event = RecordEvent::Corrected { on: opened.today, by: by(opened) };
        let (writes, view) = next.take(conn, opened, &rules, |record| {
            let before = record.kept.told.clone();
            let after = &correction.replacement;
            let mut faults = Vec::new();
            if after.channel != before.channel {
                let detail = "How it became known does not change.";
                faults.push(FieldError::new("/replacement/channel", "may_not_change", detail));
            }
            if after.received_on != before.received_on {
                let detail = "The day of receipt does not change.";
                faults.push(FieldError::new("/replacement/receivedOn", "may_not_change", detail));
            }
            Refusal::unless_empty(faults)?;
            record.kept.told = after.clone();
            comes_in(&taken(&record.kept, &rules, opened.today).map_err(inside)?)?;
            Ok(Step { event, reasons: Some(correction.reasons.clone()), before: Some(before) })
        })?;
        Ok(Decided::new(writes, view))
    })
    .await
}

/// Faults of a record, where a correction has it.
fn inside(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(faults) => {
            let deeper = |fault: FieldError| FieldError { pointer: format!("/replacement{}", fault.pointer), ..fault };
            Refusal::Invalid(faults.into_iter().map(deeper).collect())
        }
        other => other,
    }
}

/// Deletes a record: it carries nothing any more, and whoever received it must be told.
///
/// # Errors
/// [`Refusal::Conflict`]; [`Refusal::VersionMoved`].
pub async fn delete(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: MeasureId,
    version: i64,
    deletion: Deletion,
) -> Result<ForeignConvictionView, Refusal> {
    let deed = Deed::on(Action::ForeignConvictionFollow, ObjectRef::measure(id), registration);
    let rules = app.measures.clone();
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let next = Next { id, version, word: "deleted" };
        let event = RecordEvent::Deleted { on: opened.today, by: by(opened) };
        let step = Step { event, reasons: Some(deletion.reasons.clone()), before: None };
        let (writes, view) = next.take(conn, opened, &rules, |_| Ok(step))?;
        Ok(Decided::new(writes, view))
    })
    .await
}

/// Says that a recipient was told of every change so far.
///
/// # Errors
/// [`Refusal::Conflict`] `nothing_to_tell`; [`Refusal::VersionMoved`].
pub async fn inform(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: MeasureId,
    version: i64,
    informed: Informed,
) -> Result<ForeignConvictionView, Refusal> {
    let deed = Deed::on(Action::ForeignConvictionFollow, ObjectRef::measure(id), registration);
    let rules = app.measures.clone();
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let next = Next { id, version, word: "informed" };
        let event = RecordEvent::Informed { on: opened.today, by: by(opened), to: informed.to.clone() };
        let step = Step { event, reasons: None, before: None };
        let (writes, view) = next.take(conn, opened, &rules, |_| Ok(step))?;
        Ok(Decided::new(writes, view))
    })
    .await
}

/// Supplies a record to somebody, when the law allows it.
///
/// # Errors
/// [`Refusal::Barred`] `pass_on_blocked` with every ground; [`Refusal::VersionMoved`].
pub async fn supply(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: MeasureId,
    version: i64,
    asked: Supply,
) -> Result<SupplyView, Refusal> {
    let deed = Deed::on(Action::ForeignConvictionSupply, ObjectRef::measure(id), registration)
        .with_fields(&[asked.kind.as_str(), asked.purpose.as_str()]);
    let rules = app.measures.clone();
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let next = Next { id, version, word: "supplied" };
        let mut marked_unverified = false;
        let (writes, record) = next.take(conn, opened, &rules, |record| {
            marked_unverified = goes_on(record, opened, &rules, &asked)?;
            let event = RecordEvent::Supplied {
                on: opened.today,
                by: by(opened),
                to: asked.to.clone(),
                kind: asked.kind,
                basis: asked.basis.clone().unwrap_or_default(),
            };
            Ok(Step { event, reasons: None, before: None })
        })?;
        Ok(Decided::new(writes, SupplyView { marked_unverified, record }))
    })
    .await
}

/// Whether the record may go on; answers whether it must be marked as unverified.
fn goes_on(record: &Record, opened: &Opened<'_>, rules: &MeasureRules, asked: &Supply) -> Result<bool, Refusal> {
    let stands = record.stands(rules, opened.today)?;
    let question = PassOn {
        channel: record.kept.told.channel,
        verified: stands.state == RecordState::Verified,
        disputed: false,
        deleted: stands.state == RecordState::Deleted,
        to: asked.kind,
        purpose: asked.purpose,
        basis: asked.basis.clone(),
        consent: asked.consent,
        met: asked.met.clone(),
    };
    let version = governing(&rules.convictions, record.kept.told.received_on, "/use")?;
    let purposes = governing(&rules.purposes, opened.today, "/use")?;
    let found = pass_on(&question, version, purposes);
    if found.permitted {
        return Ok(found.marked_unverified);
    }
    let sentences = words().render(&found.steps, Language::En);
    let of = |(block, sentence): (&Block, &String)| FieldError::new("", block.as_str(), sentence.clone());
    let errors = found.blocks.iter().zip(&sentences).map(of).collect();
    Err(Refusal::Barred { code: "pass_on_blocked", detail: sentences.join(" "), errors })
}
