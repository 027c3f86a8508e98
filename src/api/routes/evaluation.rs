//! The evaluation: who is in which arm of a study, releases of statistics, and the files behind a figure.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::paths::{OneRegistration, entries};
use crate::api::tags::EVALUATION;
use crate::api::{Answer, Attachment, Call, Done, Empty, Operation, Problem};
use crate::evaluation::assignments::{self, AssignmentList, AssignmentView, NewAssignment};
use crate::evaluation::behind::{self, Asked, ContributionPage};
use crate::evaluation::releases::{self, NewRelease, ReleaseList, ReleaseVerdict, ReleaseView, issued};
use crate::ids::{PersonId, ReleaseId};

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
            .about(
                "Over closed quarters. Somebody else, the privacy officer, approves it before it is made. Rows about people and \
                 events can be asked for too: under pseudonyms of this release, in days since the index date, and only \
                 where nobody would stand out.",
            )
            .creates(request)
            .example("aQuarter", json!({"firstQuarter": "2025-Q3", "lastQuarter": "2025-Q4"}))
            .example(
                "withRowsAboutPeople",
                json!({"firstQuarter": "2025-Q3", "lastQuarter": "2025-Q4", "microdata": true}),
            ),
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
                 those of tables and `microdata.zip` those of rows about people.",
            )
            .downloads(file),
        Operation::get("/figure-contributions", "listFigureContributions", "Open the list of files behind a figure")
            .tag(EVALUATION)
            .about(
                "Of the release that was issued last, for whoever supervises the files, never for an evaluator. Name all four \
                 of `table`, `quarter`, `row` and `column`, by the codes of the release. The list holds the files that you may \
                 open; other teams' files take a purpose and a fresh proof.",
            )
            .answers(contributions),
    ]
}

/// Which figure, and which page of what makes it up.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneFigure {
    /// Id of the table.
    #[serde(default)]
    #[param(max_length = 100, example = "registered-by-status-per-team")]
    table: Option<String>,
    /// The quarter.
    #[serde(default)]
    #[param(max_length = 7, example = "2026-Q1")]
    quarter: Option<String>,
    /// Code of the row.
    #[serde(default)]
    #[param(max_length = 100, example = "total")]
    row: Option<String>,
    /// Code of the column.
    #[serde(default)]
    #[param(max_length = 200, example = "total")]
    column: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<PersonId>,
    /// People on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn contributions(call: Call<Empty, OneFigure>) -> Done<ContributionPage> {
    let OneFigure { table, quarter, row, column, after, limit } = call.query;
    let [table, quarter, row, column] = [table, quarter, row, column].map(Option::unwrap_or_default);
    let asked = Asked { table, quarter, row, column, after, limit: entries(limit) };
    let page = behind::contributions(&call.app, &call.ctx, asked).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
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
    Ok(issued::download(&call.app, &call.ctx, release_id, &name).await?.into())
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
