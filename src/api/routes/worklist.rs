//! What is to be done today.

use serde::Deserialize;
use utoipa::IntoParams;

use super::paths::entries;
use crate::api::tags::REVIEW;
use crate::api::{Answer, Call, Done, Operation};
use crate::register::review::{self, Section, Today};
use crate::vocabulary::WorkSection;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/worklist", "readWorklist", "What must I do today")
            .tag(REVIEW)
            .about("The heads of all sections with their counts. With the purpose `cover` also for whom one stands in.")
            .answers(today),
        Operation::get("/worklist/{section}", "readWorklistSection", "One section of the worklist, in pages")
            .tag(REVIEW)
            .answers(section),
    ]
}

/// One section.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneSection {
    /// Which.
    #[param(inline)]
    section: WorkSection,
}

/// Which page.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct Page {
    /// `next` of the page before.
    #[serde(default)]
    #[param(max_length = 60)]
    after: Option<String>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn today(call: Call) -> Done<Today> {
    Ok(Answer::new(review::today(&call.app, &call.ctx).await?))
}

async fn section(call: Call<OneSection, Page>) -> Done<Section> {
    let (section, page) = (call.path.section, &call.query);
    let found = review::section(&call.app, &call.ctx, section, page.after.as_deref(), entries(page.limit)).await?;
    let next = found.next.clone();
    Ok(Answer::new(found).next(next))
}
