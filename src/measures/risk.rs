//! Risk assessments as they were made: the items go in, the total is computed, and what age does to it is shown beside it.
//! Nothing is decided from a score (Wpg art. 7a): no other use case reads what is recorded here.
//!
//! The band is for more roles than the items: those see the instrument, its version, the day and the band.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::governing;
use super::{faults, told};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, MeasureId, RegistrationId};
use crate::instruments::risk::{
    AgeClassRow, Assessment, BandOf, FaultCode, Finding, InstrumentCode, ItemScore, Level, NotApplicable, RiskRules,
    record, words,
};
use crate::register::Refusal;
use crate::register::around::frame::{self, Opened};
use crate::register::permit::permit;
use crate::register::view::{Both, cut};
use crate::store::measures::{MeasureRow, MeasuresWanted, measure_page};
use crate::store::{Decided, WriteSet};
use crate::vocabulary::MeasureKind;

const TABLE: &str = "measure_records";

/// An assessment to record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRiskAssessment {
    /// Version of the instrument that was used, such as `static-99r-2016`, `stable-2007`, `acute-2007`, `oxrec-nl`.
    #[schema(min_length = 1, max_length = 60, example = "static-99r-2016")]
    pub version: String,
    /// Who assessed, when that is somebody else than whoever records it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub assessor: Option<String>,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// Never: a total is computed from the items, and a typed one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Value>,
    /// What was found, by instrument. An item that nobody established is left out; then there is no total.
    pub finding: Finding,
}

/// An assessment. Whoever may see the band only gets no items, total, assessor and explanation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RiskAssessmentView {
    /// The assessment.
    pub id: MeasureId,
    /// Of whom.
    pub registration_id: RegistrationId,
    /// The instrument.
    pub instrument: InstrumentCode,
    /// Its version.
    pub version: String,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// Whether the instrument applies; without that there is no total and no band.
    pub applicable: bool,
    /// The band in each system.
    pub bands: Vec<BandOf>,
    /// The level an instrument that is scored elsewhere gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What stands behind the band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<RiskWhole>,
}

/// What stands behind the band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RiskWhole {
    /// Who assessed.
    pub assessor: String,
    /// Version of the rules the total was computed with.
    pub rules: String,
    /// Why the instrument does not apply.
    pub not_applicable: Vec<NotApplicable>,
    /// The scores, in the order of the instrument.
    pub items: Vec<ItemScore>,
    /// What is unknown; without it there is no total.
    pub missing: Vec<String>,
    /// The computed total; absent when an item is missing or the instrument does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// What the total would be in each age class, all else equal: the weakness that high age lowers the score is shown.
    pub age_sensitivity: Vec<AgeClassRow>,
    /// Step by step.
    pub explanation: Both,
    /// Who recorded it.
    pub recorded_by: AccountId,
    /// When.
    pub recorded_at: UtcTime,
}

/// One page of assessments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RiskAssessmentPage {
    /// The assessments, the last recorded first.
    pub items: Vec<RiskAssessmentView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<MeasureId>,
}

/// What is kept: as it was told, and as it was computed then.
#[derive(Serialize, Deserialize)]
struct Kept {
    told: NewRiskAssessment,
    computed: RiskAssessmentView,
}

/// Records an assessment.
///
/// # Errors
/// Every fault of what was told, a typed total among them.
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewRiskAssessment,
) -> Result<RiskAssessmentView, Refusal> {
    let id = MeasureId::fresh();
    let deed = Deed::on(Action::RiskAssessmentAdd, ObjectRef::measure(id), registration);
    let told = |made: &RiskAssessmentView, deed: Deed| Deed { object: ObjectRef::measure(made.id), ..deed };
    let rules = app.measures.clone();
    frame::write(app, ctx, registration, deed, told, move |_, opened| {
        let version = governing(&rules.risk, new.assessed_on, "/assessedOn")?;
        let assessor = new.assessor.clone().unwrap_or_else(|| opened.ctx.actor.account.to_string());
        let assessment = Assessment {
            version: new.version.clone(),
            assessor,
            assessed_on: new.assessed_on,
            total: new.total.clone(),
            finding: new.finding.clone(),
        };
        let computed = computed(&assessment, version, id, opened)?;
        let kept = Kept { told: new.clone(), computed: computed.clone() };
        let row = MeasureRow {
            id,
            kind: MeasureKind::RiskAssessment,
            registration_id: Some(registration),
            label: computed.instrument.as_str().to_owned(),
            state: "recorded".to_owned(),
            happened_on: computed.assessed_on,
            due: None,
            remove_on: None,
            destroy_on: None,
            content_enc: Some(opened.seal(TABLE, "content_enc", id.as_str(), &kept)?),
            reporter_enc: None,
            version: 1,
            recorded_by: opened.ctx.actor.account,
            recorded_at: opened.ctx.now.legal,
        };
        Ok(Decided::new(WriteSet { measure_records: vec![row], ..WriteSet::default() }, computed))
    })
    .await
}

fn computed(
    assessment: &Assessment,
    rules: &RiskRules,
    id: MeasureId,
    opened: &Opened<'_>,
) -> Result<RiskAssessmentView, Refusal> {
    let found =
        record(assessment, rules, opened.today).map_err(|wrong| Refusal::Invalid(faults(wrong, FaultCode::as_str)))?;
    Ok(RiskAssessmentView {
        id,
        registration_id: opened.registration.id,
        instrument: found.instrument,
        version: found.version,
        assessed_on: found.assessed_on,
        applicable: found.applicable,
        bands: found.bands,
        level: found.level,
        whole: Some(RiskWhole {
            assessor: found.assessor,
            rules: found.rules,
            not_applicable: found.not_applicable,
            items: found.items,
            missing: found.missing,
            total: found.total,
            age_sensitivity: found.age_sensitivity,
            explanation: told(words(), &found.steps),
            recorded_by: opened.ctx.actor.account,
            recorded_at: opened.ctx.now.legal,
        }),
    })
}

/// Reads the assessments of a file, as they were computed when they were recorded.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<MeasureId>,
    limit: i64,
) -> Result<RiskAssessmentPage, Refusal> {
    let object = ObjectRef::registration(registration);
    let deed = Deed::on(Action::RiskAssessmentRead, object, registration).with_fields(&["band"]);
    let told = |page: &RiskAssessmentPage, deed: Deed| match page.items.iter().any(|item| item.whole.is_some()) {
        true => deed.with_fields(&["band", "items", "total"]),
        false => deed,
    };
    frame::read(app, ctx, registration, deed, told, move |conn, opened| {
        let wanted = MeasuresWanted {
            kind: MeasureKind::RiskAssessment,
            registration: Some(registration),
            states: Vec::new(),
            after,
            limit: limit + 1,
        };
        let mut rows = measure_page(conn, &wanted)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let whole = permit(opened.ctx, Action::RiskAssessmentReadWhole, &opened.registration).is_ok();
        let items = rows.iter().map(|row| open(row, opened, whole)).collect::<Result<_, _>>()?;
        Ok(RiskAssessmentPage { items, next })
    })
    .await
}

fn open(row: &MeasureRow, opened: &Opened<'_>, whole: bool) -> Result<RiskAssessmentView, Refusal> {
    let sealed = row.content_enc.as_deref().ok_or(Refusal::NotFound)?;
    let kept: Kept = opened.strongbox().open(TABLE, "content_enc", row.id.as_str(), sealed)?;
    let computed = kept.computed;
    Ok(if whole { computed } else { RiskAssessmentView { whole: None, ..computed } })
}
