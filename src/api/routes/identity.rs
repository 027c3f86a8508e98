//! Accidents of identity: merged registrations, chain numbers, death, representatives.

use serde_json::json;

use super::paths::{OneMerge, OneRegistration, OneRepresentative};
use crate::api::tags::IDENTITY;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::register::around::Reason;
use crate::register::identity::chain_number::{self, ChainNumbers, NewChainNumber};
use crate::register::identity::death::{self, DeathCorrection, DeathView, NewDeath};
use crate::register::identity::merge::{self, MergeDecision, MergeHistory, MergeView, NewMerge, Proposed};
use crate::register::identity::representative::{
    self, NewRepresentative, RepresentativeList, RepresentativeMade, RepresentativeView,
};

pub(super) fn operations() -> Vec<Operation> {
    [merges(), persons(), representatives()].into_iter().flatten().collect()
}

fn merges() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/merges",
            "proposeMerge",
            "Propose to take up another registration of the same person",
        )
        .tag(IDENTITY)
        .about("A second person decides. The registration in the path goes on, the other is locked; a split undoes it.")
        .creates(propose)
        .example(
            "twice",
            json!({"absorbedId": "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11", "reason": "Zelfde persoon, twee keer ingeschreven"}),
        ),
        Operation::get(
            "/registrations/{registrationId}/merges",
            "listMerges",
            "List what was merged into a registration, the last first",
        )
        .tag(IDENTITY)
        .answers(history),
        Operation::put(
            "/registrations/{registrationId}/merges/{mergeId}/decision",
            "decideMerge",
            "Decide, as a second person, on a proposal to merge",
        )
        .tag(IDENTITY)
        .changes(decide)
        .example("accept", json!({"accept": true})),
        Operation::put(
            "/registrations/{registrationId}/merges/{mergeId}/split-proposal",
            "proposeSplit",
            "Propose to make two registrations of one again",
        )
        .tag(IDENTITY)
        .changes(propose_split)
        .example("twoPersons", json!({"reason": "Tweelingen: twee verschillende personen"})),
        Operation::put(
            "/registrations/{registrationId}/merges/{mergeId}/split-decision",
            "decideSplit",
            "Decide, as a second person, on a proposal to split",
        )
        .tag(IDENTITY)
        .changes(decide_split)
        .example("accept", json!({"accept": true})),
    ]
}

fn persons() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/chain-numbers",
            "replaceChainNumber",
            "Give a person another chain number",
        )
        .tag(IDENTITY)
        .about("The number before it goes on finding the person.")
        .creates(replace)
        .example("replaced", json!({"skn": "7654321", "replaces": "1234567", "reason": "Samengevoegd in de SKDB"})),
        Operation::get(
            "/registrations/{registrationId}/chain-numbers",
            "listChainNumbers",
            "Read the chain numbers of a person",
        )
        .tag(IDENTITY)
        .answers(numbers),
        Operation::post("/registrations/{registrationId}/deaths", "recordDeath", "Record that a person died")
            .tag(IDENTITY)
            .about("For every registration of the person: duties fall away, no reminder goes out, the account stops.")
            .creates(record_death)
            .example("register", json!({"on": "2026-01-05", "evidence": "Melding uit de BRP"})),
        Operation::post(
            "/registrations/{registrationId}/deaths/corrections",
            "correctDeath",
            "Correct a death that was recorded by mistake",
        )
        .tag(IDENTITY)
        .about("Without a day: the person did not die, and everything is as it was.")
        .creates(correct_death)
        .example("alive", json!({"reason": "Verwisseld met een naamgenoot"})),
    ]
}

fn representatives() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/representatives",
            "addRepresentative",
            "Record who acts for a registrant",
        )
        .tag(IDENTITY)
        .about("With the scope `read` or `report` they get an account; its activation code is shown once.")
        .creates(add)
        .example(
            "interpreter",
            json!({"kind": "interpreter", "scope": "none", "from": "2026-01-12", "until": "2027-01-11",
                "details": {"name": "B. Voorbeeld", "mandate": "Gevraagd door de betrokkene"}}),
        ),
        Operation::get(
            "/registrations/{registrationId}/representatives",
            "listRepresentatives",
            "List who acts or acted for a registrant",
        )
        .tag(IDENTITY)
        .answers(list),
        Operation::put(
            "/registrations/{registrationId}/representatives/{representativeId}/end",
            "endRepresentative",
            "End it before its last day",
        )
        .tag(IDENTITY)
        .changes(end)
        .example("withdrawn", json!({"reason": "Machtiging ingetrokken"})),
    ]
}

async fn propose(call: Call<OneRegistration, Empty, NewMerge>) -> Done<MergeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = merge::propose(&call.app, &call.ctx, id, call.body).await?;
    let version = made.version;
    Ok(Answer::new(made).at(format!("/registrations/{id}/merges")).version(version))
}

async fn history(call: Call<OneRegistration>) -> Done<MergeHistory> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(merge::history(&call.app, &call.ctx, id).await?))
}

async fn decide(call: Call<OneMerge, Empty, MergeDecision>) -> Done<MergeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    let (merge, decision) = (call.path.merge_id, call.body);
    versioned(merge::decide(&call.app, &call.ctx, id, merge, known, Proposed::Merge, decision).await?)
}

async fn propose_split(call: Call<OneMerge, Empty, Reason>) -> Done<MergeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    versioned(merge::propose_split(&call.app, &call.ctx, id, call.path.merge_id, known, call.body).await?)
}

async fn decide_split(call: Call<OneMerge, Empty, MergeDecision>) -> Done<MergeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    let (merge, decision) = (call.path.merge_id, call.body);
    versioned(merge::decide(&call.app, &call.ctx, id, merge, known, Proposed::Split, decision).await?)
}

fn versioned(merge: MergeView) -> Done<MergeView> {
    let version = merge.version;
    Ok(Answer::new(merge).version(version))
}

async fn replace(call: Call<OneRegistration, Empty, NewChainNumber>) -> Done<ChainNumbers> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let numbers = chain_number::replace(&call.app, &call.ctx, id, call.body).await?;
    Ok(Answer::new(numbers).at(format!("/registrations/{id}/chain-numbers")))
}

async fn numbers(call: Call<OneRegistration>) -> Done<ChainNumbers> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(chain_number::read(&call.app, &call.ctx, id).await?))
}

async fn record_death(call: Call<OneRegistration, Empty, NewDeath>) -> Done<DeathView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let recorded = death::record(&call.app, &call.ctx, id, call.body).await?;
    Ok(Answer::new(recorded).at(format!("/registrations/{id}/facts")))
}

async fn correct_death(call: Call<OneRegistration, Empty, DeathCorrection>) -> Done<DeathView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let corrected = death::correct(&call.app, &call.ctx, id, call.body).await?;
    Ok(Answer::new(corrected).at(format!("/registrations/{id}/facts")))
}

async fn add(call: Call<OneRegistration, Empty, NewRepresentative>) -> Done<RepresentativeMade> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = representative::add(&call.app, &call.ctx, id, call.body).await?;
    let version = made.representative.version;
    Ok(Answer::new(made).at(format!("/registrations/{id}/representatives")).version(version))
}

async fn list(call: Call<OneRegistration>) -> Done<RepresentativeList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(representative::list(&call.app, &call.ctx, id).await?))
}

async fn end(call: Call<OneRepresentative, Empty, Reason>) -> Done<RepresentativeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    let ended = representative::end(&call.app, &call.ctx, id, call.path.representative_id, known, call.body).await?;
    let version = ended.version;
    Ok(Answer::new(ended).version(version))
}
