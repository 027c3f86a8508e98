//! Accounts of staff, machines and registrants.

use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::examples::TEAM;
use super::paths::{OneRegistration, entries};
use crate::access::accounts::{
    self, AccountChange, AccountMade, AccountPage, AccountSummary, NewAccount, NewRegistrantAccount,
};
use crate::access::clients::{self, ClientJwk, ClientKeyList, ClientKeyView};
use crate::access::recovery::{self, IdentityCheck};
use crate::api::tags::ACCOUNTS;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::{AccountId, ClientKeyId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/accounts", "createAccount", "Make an account of staff or of a machine")
            .tag(ACCOUNTS)
            .creates(create)
            .example(
                "officer",
                json!({
                    "username": "officer.zuid", "displayName": "Officer Zuid", "role": "supervision_officer",
                    "kind": "person", "organisation": "reclassering", "teamId": TEAM,
                }),
            )
            .example(
                "machine",
                json!({
                    "username": "bevraging.proef", "displayName": "Bevraging", "role": "justid", "kind": "machine",
                    "organisation": "justid",
                }),
            ),
        Operation::post("/accounts/{accountId}/client-keys", "registerClientKey", "Register a key by which a machine signs in")
            .tag(ACCOUNTS)
            .about("The public half alone. It counts for a year; a machine has three at the most, so that it can change over.")
            .creates(register_key)
            .example(
                "ed25519",
                json!({
                    "kty": "OKP", "alg": "EdDSA", "crv": "Ed25519", "kid": "bevraging-2026",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                }),
            ),
        Operation::get("/accounts/{accountId}/client-keys", "listClientKeys", "List the keys of a machine")
            .tag(ACCOUNTS)
            .about("Also those that expired or were taken back.")
            .answers(list_keys),
        Operation::delete("/accounts/{accountId}/client-keys/{keyId}", "revokeClientKey", "Take a key of a machine back")
            .tag(ACCOUNTS)
            .about("Nothing it signs counts from now on, and every session of the machine ends.")
            .answers(revoke_key),
        Operation::get("/accounts", "listAccounts", "List accounts").tag(ACCOUNTS).answers(list),
        Operation::put("/accounts/{accountId}", "changeAccount", "Change role, team or state of an account")
            .tag(ACCOUNTS)
            .about("Every session of the account ends.")
            .changes(change)
            .example("suspended", json!({"state": "suspended"})),
        Operation::post(
            "/registrations/{registrationId}/account",
            "createRegistrantAccount",
            "Make the account of a registrant",
        )
        .tag(ACCOUNTS)
        .about("The officer hands the activation code over after checking identity.")
        .creates(create_for_registrant)
        .example("username", json!({"username": "p.voorbeeld"})),
        Operation::post(
            "/registrations/{registrationId}/activation-codes",
            "issueActivationCode",
            "Issue a new activation code for a registrant",
        )
        .tag(ACCOUNTS)
        .about(
            "After a check of identity, which is recorded. The password and every session of the account stop counting at \
             once; with the code its holder chooses a new password.",
        )
        .creates(issue_code)
        .example("desk", json!({"method": "document_in_person", "evidence": "Paspoort, geldig tot 2031"})),
        Operation::post(
            "/accounts/{accountId}/activation-codes",
            "issueStaffActivationCode",
            "Issue a new activation code for the holder of a staff account",
        )
        .tag(ACCOUNTS)
        .about("After a check of identity, which is recorded. Password, second factor and sessions stop counting at once.")
        .creates(issue_staff_code)
        .example("calledBack", json!({"method": "called_back", "evidence": "Teruggebeld op het nummer van de personeelslijst"})),
    ]
}

/// One account.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneAccount {
    /// The account.
    #[param(inline)]
    account_id: AccountId,
}

/// A page of accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct Page {
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<AccountId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// One key of a machine.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneClientKey {
    /// The account.
    #[param(inline)]
    account_id: AccountId,
    /// The key.
    #[param(inline)]
    key_id: ClientKeyId,
}

async fn register_key(call: Call<OneAccount, Empty, ClientJwk>) -> Done<ClientKeyView> {
    let account = call.path.account_id;
    let key = clients::register(&call.app, &call.ctx, account, call.body).await?;
    let place = format!("/accounts/{account}/client-keys/{}", key.id);
    Ok(Answer::new(key).at(place))
}

async fn list_keys(call: Call<OneAccount>) -> Done<ClientKeyList> {
    Ok(Answer::new(clients::list(&call.app, &call.ctx, call.path.account_id).await?))
}

async fn revoke_key(call: Call<OneClientKey>) -> Done<Empty> {
    clients::revoke(&call.app, &call.ctx, call.path.account_id, call.path.key_id).await?;
    Ok(Answer::new(Empty {}))
}

async fn create(call: Call<Empty, Empty, NewAccount>) -> Done<AccountMade> {
    let made = accounts::create(&call.app, &call.ctx, call.body).await?;
    let place = format!("/accounts/{}", made.id);
    Ok(Answer::new(made).at(place))
}

async fn list(call: Call<Empty, Page>) -> Done<AccountPage> {
    let page = accounts::list(&call.app, &call.ctx, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn change(call: Call<OneAccount, Empty, AccountChange>) -> Done<AccountSummary> {
    let version = call.if_match.unwrap_or_default();
    let changed = accounts::change(&call.app, &call.ctx, call.path.account_id, version, call.body).await?;
    let version = changed.version;
    Ok(Answer::new(changed).version(version))
}

async fn create_for_registrant(call: Call<OneRegistration, Empty, NewRegistrantAccount>) -> Done<AccountMade> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = accounts::create_for_registrant(&call.app, &call.ctx, id, call.body).await?;
    let place = format!("/accounts/{}", made.id);
    Ok(Answer::new(made).at(place))
}

async fn issue_code(call: Call<OneRegistration, Empty, IdentityCheck>) -> Done<AccountMade> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = recovery::issue_code_for_registrant(&call.app, &call.ctx, id, call.body).await?;
    let place = format!("/accounts/{}", made.id);
    Ok(Answer::new(made).at(place))
}

async fn issue_staff_code(call: Call<OneAccount, Empty, IdentityCheck>) -> Done<AccountMade> {
    let made = recovery::issue_code_for_staff(&call.app, &call.ctx, call.path.account_id, call.body).await?;
    let place = format!("/accounts/{}", made.id);
    Ok(Answer::new(made).at(place))
}
