//! Flags as officers read them, and outages that speak for the person.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::paths::{OneFlag, entries};
use crate::api::tags::FLAGS;
use crate::api::{Answer, Attachment, Call, Done, Empty, Operation, Problem};
use crate::ids::{AccountId, FlagId, RegistrationId};
use crate::register::outage::{self, OutageReport};
use crate::register::review;
use crate::register::view::{self, FlagDetail, FlagFilter, FlagPage, OutageView};
use crate::vocabulary::FlagState;
use serde_json::json;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/flags", "listFlags", "List flags in the order in which they were raised").tag(FLAGS).answers(list),
        Operation::get("/flags/{flagId}", "readFlag", "Read a flag with its evidence").tag(FLAGS).answers(read),
        Operation::get(
            "/flags/{flagId}/referral-bundle",
            "readReferralBundle",
            "Get what an authority gets with a referral, as ZIP",
        )
        .tag(FLAGS)
        .about(
            "The case as it was when the last referral was decided (`case.json`, and `case.pdf` for a reader), the signature \
             over it (`seal.jws`, verified as a receipt is), and the proof that the decision stands in the audit under a \
             signed checkpoint (`audit.json`). 409 `not_referred` where there was none, `not_sealed_yet` in the first minute.",
        )
        .downloads(bundle),
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

async fn bundle(call: Call<OneFlag>) -> Result<Attachment, Problem> {
    let bytes = review::bundle(&call.app, &call.ctx, call.path.flag_id).await?;
    Ok(Attachment::whole("doorgifte.zip".to_owned(), bytes))
}

async fn record_outage(call: Call<Empty, Empty, OutageReport>) -> Done<OutageView> {
    let kept = outage::record(&call.app, &call.ctx, call.body).await?;
    Ok(Answer::new(kept).at("/outages".to_owned()))
}
