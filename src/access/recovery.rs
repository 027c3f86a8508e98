//! Somebody lost a password or a second factor: after a recorded check of identity they get a new activation code. From
//! that moment nothing they had counts any more: no password, no second factor, no session, no earlier code. Nobody but
//! the holder sets what comes in their place.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::{AccountMade, fresh_stamp, new_code};
use super::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{AccountId, IdentityCheckId, RegistrationId};
use crate::register::file::{self, File};
use crate::register::permit::permit;
use crate::register::{Refusal, unit};
use crate::store::accounts::{
    AccountReplaced, ActivationCodesVoided, SessionsRevoked, account_find, account_find_of_person,
};
use crate::store::identity::checks::IdentityCheckRow;
use crate::store::rows::AccountRow;
use crate::store::sign_in::IdentitiesForgotten;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{AccountKind, AccountState, IdentityCheckMethod, Role};

/// How somebody made sure who asked for a new code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentityCheck {
    /// How.
    pub method: IdentityCheckMethod,
    /// What was looked at, or asked and answered. No number of a document: its kind and date of expiry will do.
    #[schema(min_length = 3, max_length = 2_000, example = "Rijbewijs, geldig tot 2031, gezicht komt overeen.")]
    pub evidence: String,
}

/// A new activation code for the registrant of a registration.
///
/// # Errors
/// [`Refusal::NotFound`] when the person has no account; [`Refusal::Conflict`] `account_suspended` or `has_left`.
pub async fn issue_code_for_registrant(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    check: IdentityCheck,
) -> Result<AccountMade, Refusal> {
    let deed = Deed::on(Action::RegistrantAccountManage, ObjectRef::registration(registration), registration);
    // What was seen of the person is erased with the person; the code is of the account.
    let persons = file::strongbox(app, ctx, registration, &deed).await?;
    let (reader, writer) = (ctx.clone(), ctx.clone());
    let held = move |conn: &mut Conn, ctx: &Ctx| {
        let file = File::load(conn, registration)?;
        permit(ctx, Action::RegistrantAccountManage, &file.registration)?;
        account_find_of_person(conn, file.person.id)?.ok_or(Refusal::NotFound)
    };
    let account = match app.store.read(move |conn| held(conn, &reader)).await {
        Ok(account) => account,
        Err(refusal) => return unit::read(app, ctx, deed, move |_| Err(refusal)).await,
    };
    let accounts = key_of(app, account).await?;
    let kept = accounts.clone();
    unit::write(app, ctx, Scope::Alone, deed, Some(kept), move |conn| {
        let account = held(conn, &writer)?;
        renewed(&writer, account, Some(registration), &check, &persons)
    })
    .await
}

/// A new activation code for the holder of a staff account.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `own_account`, `not_a_persons_account`, `registrants_elsewhere`,
/// `account_suspended` or `has_left`.
pub async fn issue_code_for_staff(
    app: &App,
    ctx: &Ctx,
    id: AccountId,
    check: IdentityCheck,
) -> Result<AccountMade, Refusal> {
    let deed = Deed::of(Action::ActivationCodeIssue, ObjectRef::account(id));
    let (reader, writer) = (ctx.clone(), ctx.clone());
    let held = move |conn: &mut Conn, ctx: &Ctx| {
        decide_without_subject(&ctx.actor, Action::ActivationCodeIssue, ctx.purpose).allowed()?;
        account_find(conn, id)?.ok_or(Refusal::NotFound)
    };
    let account = match app.store.read(move |conn| held(conn, &reader)).await {
        Ok(account) => account,
        Err(refusal) => return unit::read(app, ctx, deed, move |_| Err(refusal)).await,
    };
    let own = key_of(app, account).await?;
    let sealed = own.clone();
    unit::write(app, ctx, Scope::Alone, deed, Some(own), move |conn| {
        let account = held(conn, &writer)?;
        let conflict = |code, detail| Err(Refusal::Conflict { code, detail });
        match (account.id == writer.actor.account, account.kind, account.role) {
            (true, _, _) => conflict("own_account", "Nobody renews their own account; ask another administrator."),
            (false, AccountKind::Machine, _) => {
                conflict("not_a_persons_account", "A machine has no activation code; make it a new account.")
            }
            (false, AccountKind::Person, Role::Registrant) => {
                conflict("registrants_elsewhere", "An officer does this for a registrant, on the registration.")
            }
            (false, AccountKind::Person, _) => renewed(&writer, account, None, &check, &sealed),
        }
    })
    .await
}

async fn key_of(app: &App, account: AccountRow) -> Result<Strongbox, Refusal> {
    let vault = app.vault.clone();
    tokio::task::spawn_blocking(move || vault.strongbox_of(&account.username_enc))
        .await
        .map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
}

/// The account with nothing left of what its holder had, and the code by which they begin anew.
fn renewed(
    ctx: &Ctx,
    mut account: AccountRow,
    registration: Option<RegistrationId>,
    check: &IdentityCheck,
    strongbox: &Strongbox,
) -> Result<Decided<AccountMade>, Refusal> {
    match account.state {
        AccountState::Unconfirmed | AccountState::Active => {}
        AccountState::Suspended => {
            return Err(Refusal::Conflict {
                code: "account_suspended",
                detail: "The account is suspended. Whoever suspended it takes that back first.",
            });
        }
        AccountState::Left => {
            return Err(Refusal::Conflict { code: "has_left", detail: "The holder of this account is gone." });
        }
    }
    let now = ctx.now.system;
    let (code, text) = new_code(account.id, ctx.actor.account, now)?;
    let id = IdentityCheckId::fresh();
    let checked = IdentityCheckRow {
        id,
        account_id: account.id,
        registration_id: registration,
        method: check.method,
        evidence_enc: strongbox.seal("identity_checks", "evidence_enc", id.as_str(), &check.evidence)?,
        checked_by: ctx.actor.account,
        checked_at: ctx.now.legal,
    };
    account.state = AccountState::Unconfirmed;
    (account.password_hash, account.totp_secret_enc, account.totp_last_step) = (None, None, 0);
    (account.failed_sign_ins, account.locked_until) = (0, None);
    account.security_stamp = fresh_stamp();
    let answer = AccountMade { id: account.id, state: account.state, activation_code: Some(text), secret: None };
    let mut writes = WriteSet { identity_checks: vec![checked], ..WriteSet::default() };
    writes.changes.push(Box::new(ActivationCodesVoided { account: account.id, but: Some(code.id), at: now }));
    writes.changes.push(Box::new(SessionsRevoked { account: account.id, at: now }));
    writes.changes.push(Box::new(IdentitiesForgotten(account.id)));
    writes.activation_codes.push(code);
    writes.changes.push(Box::new(AccountReplaced { row: account, at: now }));
    Ok(Decided::new(writes, answer))
}
