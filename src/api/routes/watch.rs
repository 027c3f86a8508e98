//! What is unusual in how the register is used.

use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::paths::{OneWatchFinding, entries};
use crate::api::tags::WATCH;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::WatchFindingId;
use crate::watch::{self, WatchFinding, WatchPage, WatchReview};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/watch-findings", "listWatchFindings", "List what is unusual in how the register is used")
            .tag(WATCH)
            .about(
                "For the privacy officer and the auditor: many persons in one hour, files at night, refused attempts, decoys. A \
                 finding names an account and no registrant.",
            )
            .answers(list),
        Operation::put("/watch-findings/{watchFindingId}/review", "reviewWatchFinding", "Say what came of looking at it")
            .tag(WATCH)
            .about("Never by the account it is about.")
            .changes(review)
            .example("explained", json!({"outcome": "explained"})),
    ]
}

/// Which findings.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct Wanted {
    /// Only what nobody has looked at.
    #[serde(default)]
    open: Option<bool>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<WatchFindingId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn list(call: Call<Empty, Wanted>) -> Done<WatchPage> {
    let (open, after) = (call.query.open.unwrap_or_default(), call.query.after);
    let page = watch::list(&call.app, &call.ctx, open, after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn review(call: Call<OneWatchFinding, Empty, WatchReview>) -> Done<WatchFinding> {
    let known = call.if_match.unwrap_or_default();
    let done = watch::review(&call.app, &call.ctx, call.path.watch_finding_id, known, call.body).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}
