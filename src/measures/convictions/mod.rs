//! Convictions from abroad: records of their own, beside the facts. What may come in, whether it is verified, who received it
//! and must be told of a change. Data that were supplied for another purpose do not come in and are not kept; the refusal is.
//!
//! A record decides nothing: somebody who wants to register a person because of it records the conviction as a fact, with the
//! legal basis of the registration.

mod follow;
mod shown;

pub use follow::{Correction, Deletion, Informed, Supply, SupplyView, Verify, correct, delete, inform, supply, verify};
pub use shown::{ForeignConvictionPage, ForeignConvictionView, list, read};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::faults;
use super::record::{TABLE, step_row};
use super::rules::{MeasureRules, governing};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{MeasureId, RegistrationId};
use crate::instruments::convictions::follow as replay;
use crate::instruments::convictions::{
    Channel, FaultCode, Followed, Intake, IntakeOutcome, Member, RecordEvent, Tables, Taken, intake, words,
};
use crate::instruments::grounds::Language;
use crate::instruments::offences::{FaultCode as OffenceFault, Offence, decide};
use crate::register::around::frame;
use crate::register::{FieldError, Refusal};
use crate::store::measures::MeasureRow;
use crate::store::{Decided, WriteSet};
use crate::vocabulary::{MeasureKind, Role};

/// A conviction from abroad, as it came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewForeignConviction {
    /// How it became known. A registrant, or their officer for them, declares; a police desk passes on what a liaison officer
    /// told; the records service takes in what came through ECRIS.
    pub channel: Channel,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// The convicting state, two letters, as it was on the day of the judgment.
    #[schema(min_length = 2, max_length = 2, example = "PH")]
    pub country: String,
    /// Whether the person has Dutch nationality; absent when that is not established.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dutch_national: Option<bool>,
    /// The day of the judgment.
    pub judgment_on: NaiveDate,
    /// The day on which it became final; absent when it is not final, or that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_on: Option<NaiveDate>,
    /// The offence, by a Dutch article or an ECRIS code.
    pub offence: Offence,
    /// Which obligatory members of the record are there.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub members: Vec<Member>,
    /// From whom exactly it came: the central authority, the liaison officer, the person.
    #[schema(min_length = 2, max_length = 200, example = "Liaison Manila")]
    pub provenance: String,
    /// Court, sentence, reference and the like, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 5_000)]
    pub particulars: Option<String>,
}

/// What is kept of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    told: NewForeignConviction,
    received_by: String,
}

/// A step, with what is not for the rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Step {
    event: RecordEvent,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reasons: Option<String>,
    /// What a correction replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<NewForeignConviction>,
}

/// Which channels a role can record.
const fn speaks(role: Role, channel: Channel) -> bool {
    match channel {
        Channel::SelfDeclared => matches!(role, Role::Registrant | Role::SupervisionOfficer),
        Channel::LiaisonOfficer => matches!(role, Role::Tbkk | Role::Lirc),
        Channel::EcrisNotice | Channel::EcrisScreening | Channel::EcrisProceedings | Channel::EcrisTcn => {
            matches!(role, Role::Justid)
        }
    }
}

/// The channels a role can record.
pub fn channels(role: Role) -> impl Iterator<Item = Channel> {
    Channel::ALL.iter().copied().filter(move |channel| speaks(role, *channel))
}

/// Records a conviction from abroad.
///
/// # Errors
/// Every invalid field; [`Refusal::Barred`] `purpose_refused` when it may not come in, `not_available` for ECRIS-TCN.
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewForeignConviction,
) -> Result<ForeignConvictionView, Refusal> {
    let id = MeasureId::fresh();
    let deed = Deed::on(Action::ForeignConvictionRecord, ObjectRef::measure(id), registration)
        .with_fields(&[new.channel.as_str()]);
    let told = |made: &ForeignConvictionView, deed: Deed| Deed { object: ObjectRef::measure(made.id), ..deed };
    let rules = app.measures.clone();
    frame::write(app, ctx, registration, deed, told, move |_, opened| {
        if !speaks(opened.ctx.actor.role, new.channel) {
            let detail = "Your role does not record what became known in this way.";
            return Err(Refusal::field("/channel", "not_by_this_role", detail));
        }
        let by = opened.ctx.actor.account.to_string();
        let kept = Kept { told: new.clone(), received_by: by.clone() };
        let taken = taken(&kept, &rules, opened.today)?;
        comes_in(&taken)?;
        // What came in earlier is followed from the day it is recorded: nothing can have happened to it before.
        let event = RecordEvent::Received { on: new.received_on, by, channel: new.channel };
        let step = Step { event, reasons: None, before: None };
        let followed = followed(std::slice::from_ref(&step), &new, &rules, opened.today)?;
        let row = MeasureRow {
            id,
            kind: MeasureKind::ForeignConviction,
            registration_id: Some(registration),
            label: new.channel.as_str().to_owned(),
            state: followed.state.as_str().to_owned(),
            happened_on: new.received_on,
            due: None,
            remove_on: None,
            destroy_on: None,
            content_enc: Some(opened.seal(TABLE, "content_enc", id.as_str(), &kept)?),
            reporter_enc: None,
            version: 1,
            recorded_by: opened.ctx.actor.account,
            recorded_at: opened.ctx.now.legal,
        };
        let answer = shown::view(&row, &kept, &taken, &followed);
        let step = step_row(opened.ctx, id, 0, "received", &step, opened.strongbox())?;
        let writes = WriteSet { measure_records: vec![row], measure_record_steps: vec![step], ..WriteSet::default() };
        Ok(Decided::new(writes, answer))
    })
    .await
}

/// What an intake comes to by the rules of its day.
fn taken(kept: &Kept, rules: &MeasureRules, today: NaiveDate) -> Result<Taken, Refusal> {
    let told = &kept.told;
    let tables = Tables {
        rules: governing(&rules.convictions, told.received_on, "/receivedOn")?,
        purposes: governing(&rules.purposes, told.received_on, "/receivedOn")?,
        countries: &rules.countries,
        catalogue: governing(&rules.catalogue, today, "/receivedOn")?,
        ecris: &rules.ecris,
    };
    let given = Intake {
        channel: told.channel,
        received_on: told.received_on,
        received_by: kept.received_by.clone(),
        country: told.country.clone(),
        dutch_national: told.dutch_national,
        judgment_on: told.judgment_on,
        final_on: told.final_on,
        offence: told.offence.clone(),
        members: told.members.clone(),
    };
    intake(&given, &tables, today).map_err(|wrong| {
        // Of a fault in the offence the rules of convictions say where it is, those of offences what it is.
        let mut all =
            faults(wrong.into_iter().filter(|fault| fault.code != FaultCode::Offence).collect(), FaultCode::as_str);
        if let Err(wrong) = decide(&told.offence, tables.catalogue, tables.ecris, today) {
            let inside = |fault: FieldError| FieldError { pointer: format!("/offence{}", fault.pointer), ..fault };
            all.extend(faults(wrong, OffenceFault::as_str).into_iter().map(inside));
        }
        Refusal::Invalid(all)
    })
}

/// Goes on only when the law lets it in.
fn comes_in(taken: &Taken) -> Result<(), Refusal> {
    let code = match taken.outcome {
        IntakeOutcome::Stored | IntakeOutcome::StoredUnverified => return Ok(()),
        IntakeOutcome::Refused => "purpose_refused",
        IntakeOutcome::NotAvailable => "not_available",
    };
    let sentences = words().render(&taken.steps, Language::En);
    let errors = vec![FieldError::new("/channel", code, sentences.last().cloned().unwrap_or_default())];
    Err(Refusal::Barred { code, detail: sentences.join(" "), errors })
}

/// Where a record stands on a day, by the rules of the day of its receipt.
fn followed(
    steps: &[Step],
    told: &NewForeignConviction,
    rules: &MeasureRules,
    today: NaiveDate,
) -> Result<Followed, Refusal> {
    let events: Vec<RecordEvent> = steps.iter().map(|step| step.event.clone()).collect();
    let rules = governing(&rules.convictions, told.received_on, "/receivedOn")?;
    replay(&events, rules, today).map_err(|refusal| follow::impossible(refusal.code))
}
