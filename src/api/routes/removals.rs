//! The end of a file: removal and destruction.

use serde_json::json;

use super::paths::{OneRegistration, OneRemoval};
use crate::api::tags::REMOVAL;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::register::removal::{self, NewRemoval, RemovalDecision, RemovalList, RemovalView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/removals",
            "proposeRemoval",
            "Propose to remove a registration that has ended",
        )
        .tag(REMOVAL)
        .about("A second person decides, before `decideBy`. A removed registration is locked until `destroyFrom`.")
        .creates(propose)
        .example("over", json!({"ground": "period_ended"})),
        Operation::get(
            "/registrations/{registrationId}/removals",
            "listRemovals",
            "Read how a registration was removed and destroyed, the last first",
        )
        .tag(REMOVAL)
        .about("Also when it was destroyed: this speaks of nobody.")
        .answers(list),
        Operation::put(
            "/registrations/{registrationId}/removals/{removalId}/decision",
            "decideRemoval",
            "Decide, as a second person, on a proposal to remove",
        )
        .tag(REMOVAL)
        .changes(decide)
        .example("accept", json!({"accept": true})),
        Operation::put(
            "/registrations/{registrationId}/removals/{removalId}/destruction-proposal",
            "proposeDestruction",
            "Propose to destroy a registration that was removed",
        )
        .tag(REMOVAL)
        .changes(propose_destruction),
        Operation::put(
            "/registrations/{registrationId}/removals/{removalId}/destruction-decision",
            "decideDestruction",
            "Decide, as a second person, on a proposal to destroy",
        )
        .tag(REMOVAL)
        .about("The keys of the person are destroyed in every copy of the data, and cannot be brought back.")
        .changes(decide_destruction)
        .example("accept", json!({"accept": true})),
    ]
}

async fn propose(call: Call<OneRegistration, Empty, NewRemoval>) -> Done<RemovalView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = removal::propose(&call.app, &call.ctx, id, call.body).await?;
    let version = made.version;
    Ok(Answer::new(made).at(format!("/registrations/{id}/removals")).version(version))
}

async fn list(call: Call<OneRegistration>) -> Done<RemovalList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(removal::list(&call.app, &call.ctx, id).await?))
}

async fn decide(call: Call<OneRemoval, Empty, RemovalDecision>) -> Done<RemovalView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    versioned(removal::decide(&call.app, &call.ctx, id, call.path.removal_id, known, call.body).await?)
}

async fn propose_destruction(call: Call<OneRemoval>) -> Done<RemovalView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    versioned(removal::propose_destruction(&call.app, &call.ctx, id, call.path.removal_id, known).await?)
}

async fn decide_destruction(call: Call<OneRemoval, Empty, RemovalDecision>) -> Done<RemovalView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    versioned(removal::decide_destruction(&call.app, &call.ctx, id, call.path.removal_id, known, call.body).await?)
}

fn versioned(removal: RemovalView) -> Done<RemovalView> {
    let version = removal.version;
    Ok(Answer::new(removal).version(version))
}
