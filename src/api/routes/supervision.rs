//! Supervision under the Wet langdurig toezicht: orders, and where they meet the register.

use super::paths::OneRegistration;
use crate::api::tags::SUPERVISION;
use crate::api::{Answer, Call, Done, Operation};
use crate::supervision::view::{self, FindingsView, SupervisionView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            "/registrations/{registrationId}/supervision-orders",
            "listSupervisionOrders",
            "Read the supervision orders of a person",
        )
        .tag(SUPERVISION)
        .about("State, dates with their explanation, conditions and breach reports, as of today.")
        .answers(list_orders),
        Operation::get(
            "/registrations/{registrationId}/supervision-findings",
            "listSupervisionFindings",
            "See where supervision and the register meet or collide",
        )
        .tag(SUPERVISION)
        .about("For somebody to look at: nothing is stored, and nothing follows from it by itself.")
        .answers(list_findings),
    ]
}

async fn list_orders(call: Call<OneRegistration>) -> Done<SupervisionView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::orders(&call.app, &call.ctx, id).await?))
}

async fn list_findings(call: Call<OneRegistration>) -> Done<FindingsView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::findings(&call.app, &call.ctx, id).await?))
}
