//! Flags as officers read them, and outages that speak for the person.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::paths::{OneFlag, entries};
use crate::api::tags::FLAGS;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::{AccountId, FlagId, RegistrationId};
use crate::register::outage::{self, OutageReport};
use crate::register::view::{self, FlagDetail, FlagFilter, FlagPage, OutageView};
use crate::vocabulary::FlagState;
use serde_json::json;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/flags", "listFlags", "List flags in the order in which they were raised").tag(FLAGS).answers(list),
        Operation::get("/flags/{flagId}", "readFlag", "Read a flag with its evidence").tag(FLAGS).answers(read),
        Operation::post("/outages", "recordOutage", "Record that the system could not be reached")
            .tag(FLAGS)
            .creates(record_outage)
            .example("network", json!({"startedAt": "2026-01-05T08:00:00Z", "endedAt": "2026-01-05T09:30:00Z", "cause": "Network of the data centre down"})),
    ]
}

/// Which flags.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct Wanted {
    /// In this state.
    #[serde(default)]
    #[param(inline)]
    state: Option<FlagState>,
    /// Looked after by this account.
    #[serde(default)]
    #[param(inline)]
    owner_id: Option<AccountId>,
    /// Of this registration.
    #[serde(default)]
    #[param(inline)]
    registration_id: Option<RegistrationId>,
    /// Raised on or after this day.
    #[serde(default)]
    raised_from: Option<NaiveDate>,
    /// Raised on or before this day.
    #[serde(default)]
    raised_until: Option<NaiveDate>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<FlagId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn list(call: Call<Empty, Wanted>) -> Done<FlagPage> {
    let wanted = call.query;
    let filter = FlagFilter {
        states: wanted.state.into_iter().collect(),
        owner: wanted.owner_id,
        registration: wanted.registration_id,
        raised_from: wanted.raised_from,
        raised_until: wanted.raised_until,
        after: wanted.after,
        limit: entries(wanted.limit),
    };
    let page = view::flags(&call.app, &call.ctx, filter).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn read(call: Call<OneFlag>) -> Done<FlagDetail> {
    let detail = view::flag(&call.app, &call.ctx, call.path.flag_id).await?;
    let version = detail.summary.version;
    Ok(Answer::new(detail).version(version))
}

async fn record_outage(call: Call<Empty, Empty, OutageReport>) -> Done<OutageView> {
    let kept = outage::record(&call.app, &call.ctx, call.body).await?;
    Ok(Answer::new(kept).at("/outages".to_owned()))
}
