//! What is read of convictions from abroad.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Kept, NewForeignConviction, Step, followed, taken};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{MeasureId, RegistrationId};
use crate::instruments::convictions::{Followed, Member, RecordState, Supplied, Taken, Tell, Verification, words};
use crate::instruments::purpose::Need;
use crate::measures::offences::OffenceAssessment;
use crate::measures::record::{TABLE, events};
use crate::measures::rules::MeasureRules;
use crate::measures::told;
use crate::register::Refusal;
use crate::register::around::frame::{self, Opened, as_asked};
use crate::register::view::{Both, cut};
use crate::store::Conn;
use crate::store::measures::{MeasureRow, MeasuresWanted, measure_find, measure_page, measure_step_list};
use crate::vocabulary::MeasureKind;

/// A conviction from abroad, and where its record stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignConvictionView {
    /// The record.
    pub id: MeasureId,
    /// Of whom, when it was recorded in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<RegistrationId>,
    /// The conviction, as it came in or was corrected.
    pub conviction: NewForeignConviction,
    /// Where the record stands. What nobody verified carries nothing.
    pub state: RecordState,
    /// How it was verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// Obligatory members that are missing.
    pub missing: Vec<Member>,
    /// What must still be there before a registration may rest on it.
    pub open_needs: Vec<Need>,
    /// Whether the offence leads to registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrability: Option<OffenceAssessment>,
    /// Who received it, with the last day of after-care.
    pub supplied: Vec<Supplied>,
    /// Who must be told of a change, or was.
    pub tell: Vec<Tell>,
    /// Version of the rules.
    pub rules: String,
    /// Why it came in, and what followed.
    pub explanation: Both,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// One page of convictions from abroad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignConvictionPage {
    /// The records, the last recorded first.
    pub items: Vec<ForeignConvictionView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<MeasureId>,
}

pub(super) fn view(row: &MeasureRow, kept: &Kept, taken: &Taken, followed: &Followed) -> ForeignConvictionView {
    let verified = followed.state == RecordState::Verified;
    let open_needs = taken.open_needs.iter().copied().filter(|need| !(verified && *need == Need::Verified)).collect();
    let mut explanation = told(words(), &taken.steps);
    let after = told(words(), followed.steps.get(1..).unwrap_or_default());
    explanation.nl.extend(after.nl);
    explanation.en.extend(after.en);
    ForeignConvictionView {
        id: row.id,
        registration_id: row.registration_id,
        conviction: kept.told.clone(),
        state: followed.state,
        verification: followed.verification,
        missing: taken.missing.clone(),
        open_needs,
        registrability: taken.registrability.clone().map(OffenceAssessment::from),
        supplied: followed.supplied.clone(),
        tell: followed.tell.clone(),
        rules: taken.rules.clone(),
        explanation,
        version: row.version,
    }
}

/// A record of a file with its steps.
pub(super) struct Record {
    pub(super) row: MeasureRow,
    pub(super) kept: Kept,
    pub(super) steps: Vec<Step>,
}

impl Record {
    pub(super) fn load(conn: &mut Conn, opened: &Opened<'_>, id: MeasureId) -> Result<Self, Refusal> {
        let row = measure_find(conn, MeasureKind::ForeignConviction, id)?
            .filter(|row| row.registration_id == Some(opened.registration.id))
            .ok_or(Refusal::NotFound)?;
        Self::of(conn, row, opened)
    }

    fn of(conn: &mut Conn, row: MeasureRow, opened: &Opened<'_>) -> Result<Self, Refusal> {
        let sealed = row.content_enc.as_deref().ok_or(Refusal::NotFound)?;
        let kept = opened.strongbox().open(TABLE, "content_enc", row.id.as_str(), sealed)?;
        let steps = events(&measure_step_list(conn, row.id)?, opened.strongbox())?;
        Ok(Self { row, kept, steps })
    }

    /// Where it stands on a day.
    pub(super) fn stands(&self, rules: &MeasureRules, today: NaiveDate) -> Result<Followed, Refusal> {
        followed(&self.steps, &self.kept.told, rules, today)
    }

    pub(super) fn view(&self, rules: &MeasureRules, today: NaiveDate) -> Result<ForeignConvictionView, Refusal> {
        let taken = taken(&self.kept, rules, today)?;
        Ok(view(&self.row, &self.kept, &taken, &self.stands(rules, today)?))
    }
}

/// Reads the convictions from abroad of a file.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<MeasureId>,
    limit: i64,
) -> Result<ForeignConvictionPage, Refusal> {
    let deed = Deed::on(Action::ForeignConvictionRead, ObjectRef::registration(registration), registration);
    let rules = app.measures.clone();
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let wanted = MeasuresWanted {
            kind: MeasureKind::ForeignConviction,
            registration: Some(registration),
            states: Vec::new(),
            after,
            limit: limit + 1,
        };
        let mut rows = measure_page(conn, &wanted)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(Record::of(conn, row, opened)?.view(&rules, opened.today)?);
        }
        Ok(ForeignConvictionPage { items, next })
    })
    .await
}

/// Opens one.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn read(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: MeasureId,
) -> Result<ForeignConvictionView, Refusal> {
    let deed = Deed::on(Action::ForeignConvictionRead, ObjectRef::measure(id), registration);
    let rules = app.measures.clone();
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        Record::load(conn, opened, id)?.view(&rules, opened.today)
    })
    .await
}
