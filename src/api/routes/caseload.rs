//! Whose work it is: reassigning, handing over, workload, absences.

use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::paths::OneFlag;
use crate::api::tags::REVIEW;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::AbsenceId;
use crate::register::review::absence::{self, AbsenceInput, AbsenceList, AbsenceView};
use crate::register::review::caseload::{self, HandOver, HandOverAnswer, Reassignment, Workload};
use crate::register::view::FlagSummary;

pub(super) fn operations() -> Vec<Operation> {
    let (one, other) = ("0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11", "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c12");
    vec![
        Operation::put("/flags/{flagId}/owner", "reassignFlag", "Give a flag to another officer")
            .tag(REVIEW)
            .changes(reassign)
            .example("workload", json!({"ownerId": one, "reason": "workload"})),
        Operation::post("/hand-overs", "handOverCaseload", "Give a whole caseload to another officer")
            .tag(REVIEW)
            .about("Every registration and every open flag, at once. Terms run on.")
            .creates(hand_over)
            .example("departure", json!({"fromId": one, "toId": other, "reason": "departure"})),
        Operation::get("/workload", "readWorkload", "How much every officer of the team has")
            .tag(REVIEW)
            .answers(workload),
        Operation::get("/absences", "listAbsences", "List the absences of the team").tag(REVIEW).answers(absences),
        Operation::post("/absences", "recordAbsence", "Record when an officer is absent and who stands in")
            .tag(REVIEW)
            .creates(record)
            .example(
                "holiday",
                json!({"accountId": one, "from": "2026-07-20", "until": "2026-07-31", "coverId": other}),
            ),
        Operation::delete("/absences/{absenceId}", "withdrawAbsence", "Take an absence back")
            .tag(REVIEW)
            .answers(withdraw),
    ]
}

/// One absence.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneAbsence {
    /// The absence.
    #[param(inline)]
    absence_id: AbsenceId,
}

async fn reassign(call: Call<OneFlag, Empty, Reassignment>) -> Done<FlagSummary> {
    let version = call.if_match.unwrap_or_default();
    let flag = caseload::reassign(&call.app, &call.ctx, call.path.flag_id, version, call.body).await?;
    Ok(Answer::new(flag).version(flag.version))
}

async fn hand_over(call: Call<Empty, Empty, HandOver>) -> Done<HandOverAnswer> {
    Ok(Answer::new(caseload::hand_over(&call.app, &call.ctx, call.body).await?).at("/workload".to_owned()))
}

async fn workload(call: Call) -> Done<Workload> {
    Ok(Answer::new(caseload::workload(&call.app, &call.ctx).await?))
}

async fn absences(call: Call) -> Done<AbsenceList> {
    Ok(Answer::new(absence::list(&call.app, &call.ctx).await?))
}

async fn record(call: Call<Empty, Empty, AbsenceInput>) -> Done<AbsenceView> {
    Ok(Answer::new(absence::record(&call.app, &call.ctx, call.body).await?).at("/absences".to_owned()))
}

async fn withdraw(call: Call<OneAbsence>) -> Done<Empty> {
    absence::withdraw(&call.app, &call.ctx, call.path.absence_id).await?;
    Ok(Answer::new(Empty {}))
}
