//! The evaluation: who is in which arm of a study, and releases of statistics.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::paths::OneRegistration;
use crate::api::tags::EVALUATION;
use crate::api::{Answer, Attachment, Call, Done, Empty, Operation, Problem};
use crate::evaluation::assignments::{self, AssignmentList, AssignmentView, NewAssignment};
use crate::evaluation::releases::{self, NewRelease, ReleaseList, ReleaseVerdict, ReleaseView, issued};
use crate::ids::ReleaseId;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/study-assignments",
            "assignToArm",
            "Assign a person to an arm of a study",
        )
        .tag(EVALUATION)
        .about("Once for each study, before any outcome. An assignment is never changed.")
        .creates(assign)
        .example(
            "both",
            json!({"study": "pilot", "arm": "both", "stratum": "Noord", "riskBand": "moderate",
                "indexOn": "2026-01-12", "assignedOn": "2026-01-12"}),
        ),
        Operation::get(
            "/registrations/{registrationId}/study-assignments",
            "listArmAssignments",
            "Read to which arms a person was assigned",
        )
        .tag(EVALUATION)
        .answers(list),
        Operation::post("/releases", "requestRelease", "Ask for a release of statistics")
            .tag(EVALUATION)
            .about("Over closed quarters. Somebody else approves it before it is made.")
            .creates(request)
            .example("aQuarter", json!({"firstQuarter": "2025-Q3", "lastQuarter": "2025-Q4"})),
        Operation::get("/releases", "listReleases", "List the releases and what became of them")
            .tag(EVALUATION)
            .answers(releases_),
        Operation::put("/releases/{releaseId}/decision", "decideRelease", "Approve or reject a release")
            .tag(EVALUATION)
            .about("By somebody else than who asked for it. What is known at this instant is what it will tell.")
            .answers(decide)
            .example("approve", json!({"approve": true})),
        Operation::get("/releases/{releaseId}/files/{name}", "downloadReleaseFile", "Download a file of a release")
            .tag(EVALUATION)
            .about(
                "Only what was issued: `manifest.json` lists the files, `manifest.json.sig` is its signature, `files.zip` holds \
                 all of them.",
            )
            .downloads(file),
    ]
}

/// One file of a release.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneFile {
    /// The release.
    #[param(inline)]
    release_id: ReleaseId,
    /// The file, as the manifest names it.
    #[param(min_length = 1, max_length = 200, example = "manifest.json")]
    name: String,
}

async fn file(call: Call<OneFile>) -> Result<Attachment, Problem> {
    let OneFile { release_id, name } = call.path;
    let bytes = issued::file(&call.app, &call.ctx, release_id, &name).await?;
    Ok(Attachment::whole(name, bytes))
}

/// One release.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneRelease {
    /// The release.
    #[param(inline)]
    release_id: ReleaseId,
}

async fn request(call: Call<Empty, Empty, NewRelease>) -> Done<ReleaseView> {
    Ok(Answer::new(releases::request(&call.app, &call.ctx, call.body).await?).at("/releases".to_owned()))
}

async fn releases_(call: Call) -> Done<ReleaseList> {
    Ok(Answer::new(releases::list(&call.app, &call.ctx).await?))
}

async fn decide(call: Call<OneRelease, Empty, ReleaseVerdict>) -> Done<ReleaseView> {
    Ok(Answer::new(releases::decide(&call.app, &call.ctx, call.path.release_id, call.body).await?))
}

async fn assign(call: Call<OneRegistration, Empty, NewAssignment>) -> Done<AssignmentView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = assignments::assign(&call.app, &call.ctx, id, call.body).await?;
    Ok(Answer::new(made).at(format!("/registrations/{id}/study-assignments")))
}

async fn list(call: Call<OneRegistration>) -> Done<AssignmentList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(assignments::list(&call.app, &call.ctx, id).await?))
}
