//! Signing in, going on, signing out, and taking an account into use.
//!
//! Unknown and known user names get the same answer in the same time. Wrong attempts lock an account for a time that
//! grows. A second factor is used once. A refresh token is used once: a second use means that it was stolen, and ends
//! the session. Passwords are hashed outside every unit of work.

use std::sync::Arc;

use chrono::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::tokens::{self, Issued, TokenAnswer};
use super::{Action, Caller};
use crate::app::App;
use crate::audit::{Deed, ObjectRef, Outcome};
use crate::clock::UtcTime;
use crate::crypto::blind::Kind;
use crate::crypto::code::{CodeKind, hash_code};
use crate::crypto::password::PasswordVerdict;
use crate::crypto::totp::TotpSecret;
use crate::ids::AccountId;
use crate::register::Refusal;
use crate::store::accounts::{
    AccountReplaced, ActivationCodeUsed, RefreshTokenUsed, SessionRevoked, SessionsRevoked, account_find,
    account_find_by_username, activation_code_find, refresh_token_find, session_find,
};
use crate::store::rows::{AccountRow, ActivationCodeRow};
use crate::store::{Decided, Scope, WriteSet};
use crate::vocabulary::{AccountKind, AccountState};

/// Wrong attempts that cost nothing but the attempt.
const FREE_ATTEMPTS: i64 = 4;
/// The longest lock.
const LONGEST_LOCK_SECONDS: i64 = 3_600;
/// The shortest password that is taken.
const SHORTEST_PASSWORD: usize = 12;

const WRONG: &str = "user name, password or one-time code is not right, or the account is locked for a while";
const SWITCHED_OFF: &str = "passwords are not taken here: sign in by your organisation, a machine by its assertion";
const WRONG_CODE: &str = "the activation code is not right, was used before, or has expired; ask for a new one";

/// Who signs in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignIn {
    /// User name, or the client id of a machine.
    #[schema(min_length = 1, max_length = 200, example = "officer.noord")]
    pub username: String,
    /// Password, or the secret of a machine.
    #[schema(value_type = String, min_length = 1, max_length = 1_024)]
    pub password: SecretString,
    /// The current code of the second factor; staff need it.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{6}$", example = "123456")]
    pub one_time_code: Option<SecretString>,
}

/// Signs in.
///
/// # Errors
/// [`Refusal::Unauthenticated`], always with the same words.
pub async fn sign_in(app: &App, caller: &Caller, request: SignIn) -> Result<TokenAnswer, Refusal> {
    prove(app, caller, request, |app, account, now| {
        let Issued { session, refresh, answer } = tokens::begin(app, account, now)?;
        Ok((WriteSet { sessions: vec![session], refresh_tokens: vec![refresh], ..WriteSet::default() }, answer))
    })
    .await
}

/// Makes the caller prove who they are; `issue` then says what they get and which session is written with it.
///
/// # Errors
/// As [`sign_in`].
pub(super) async fn prove<T, F>(app: &App, caller: &Caller, request: SignIn, issue: F) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: Fn(&App, &AccountRow, UtcTime) -> Result<(WriteSet, T), Refusal> + Send + 'static,
{
    if !app.config.sign_in.local_accounts {
        return switched_off(app, caller, Action::SessionSignIn).await;
    }
    let now = caller.now.system;
    let lookups = app.vault.blind().every_digest(Kind::Username, &normalised(&request.username));
    let account = app.store.read(move |conn| account_find_by_username(conn, &lookups)).await?;
    let (checked, step) = check(app, account.clone(), request, now).await?;
    let Some(account) = account else {
        return refused(app, caller, Action::SessionSignIn, None, "unknown_account").await;
    };
    let locked = account.locked_until.is_some_and(|until| now < until);
    match checked {
        Checked::Right if !locked && account.state == AccountState::Active => {
            signed_in(app, caller, account.id, step, issue).await
        }
        Checked::Right => refused(app, caller, Action::SessionSignIn, Some(account.id), "locked_or_not_active").await,
        Checked::Wrong => wrong(app, caller, account.id).await,
    }
}

enum Checked {
    Right,
    Wrong,
}

/// Compares password and code, in a time that does not tell whether there is such an account.
async fn check(
    app: &App,
    account: Option<AccountRow>,
    request: SignIn,
    now: UtcTime,
) -> Result<(Checked, Option<u64>), Refusal> {
    let (passwords, vault) = (Arc::clone(&app.passwords), Arc::clone(&app.vault));
    tokio::task::spawn_blocking(move || {
        let stored = account.as_ref().and_then(|a| a.password_hash.as_deref());
        let right = passwords.verify(&request.password, stored) != PasswordVerdict::Wrong;
        let Some(account) = account.filter(|_| right) else { return Ok((Checked::Wrong, None)) };
        if account.kind == AccountKind::Machine || !account.role.needs_second_factor() {
            return Ok((Checked::Right, None));
        }
        let (Some(sealed), Some(code)) = (account.totp_secret_enc.as_deref(), request.one_time_code) else {
            return Ok((Checked::Wrong, None));
        };
        let secret = totp_secret(vault.open("accounts", "totp_secret_enc", account.id.as_str(), sealed)?)?;
        let last = u64::try_from(account.totp_last_step).ok().filter(|step| *step > 0);
        match secret.verify(code.expose_secret(), now.utc(), last) {
            Ok(step) => Ok((Checked::Right, Some(step))),
            Err(_) => Ok((Checked::Wrong, None)),
        }
    })
    .await
    .map_err(|_| Refusal::Keys("the password check was cut off".to_owned()))?
}

pub(super) fn totp_secret(base32: String) -> Result<TotpSecret, Refusal> {
    TotpSecret::from_base32(&SecretString::from(base32)).map_err(|e| Refusal::Keys(e.to_string()))
}

async fn signed_in<T, F>(app: &App, caller: &Caller, id: AccountId, step: Option<u64>, issue: F) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: Fn(&App, &AccountRow, UtcTime) -> Result<(WriteSet, T), Refusal> + Send + 'static,
{
    let (unit_app, caller) = (app.clone(), caller.clone());
    let unit = move |conn: &mut crate::store::Conn| -> Result<Decided<Result<T, Refusal>>, Refusal> {
        let now = caller.now.system;
        let mut row = account_find(conn, id)?.ok_or(Refusal::Unauthenticated(WRONG))?;
        let step = step.and_then(|step| i64::try_from(step).ok());
        let deed = Deed::of(Action::SessionSignIn, ObjectRef::account(id));
        // Two sign-ins at once with one code: the second finds the step used.
        let replayed = step.is_some_and(|step| step <= row.totp_last_step);
        if replayed || row.state != AccountState::Active {
            let deed = deed.ended(Outcome::Refused("replayed_or_not_active"));
            let leaf = unit_app.audit.leaf_of_nobody(caller.request, &caller.trace, now, &deed)?;
            let writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
            return Ok(Decided::new(writes, Err(Refusal::Unauthenticated(WRONG))));
        }
        let (mut writes, answer) = issue(&unit_app, &row, now)?;
        let ctx = caller.as_actor(tokens::actor_of(&row));
        writes.audit.push(unit_app.audit.leaf(&ctx, &deed)?);
        (row.failed_sign_ins, row.locked_until) = (0, None);
        row.totp_last_step = step.unwrap_or(row.totp_last_step);
        writes.changes.push(Box::new(AccountReplaced { row, at: now }));
        Ok(Decided::new(writes, Ok(answer)))
    };
    app.store.write(Scope::Account(id), unit).await?
}

/// Counts a wrong attempt and locks for a time that doubles with each further one.
async fn wrong<T>(app: &App, caller: &Caller, id: AccountId) -> Result<T, Refusal> {
    let (recorder, caller) = (Arc::clone(&app.audit), caller.clone());
    let unit = move |conn: &mut crate::store::Conn| -> Result<Decided<()>, Refusal> {
        let now = caller.now.system;
        let mut row = account_find(conn, id)?.ok_or(Refusal::Unauthenticated(WRONG))?;
        count_wrong(&mut row, now);
        let deed = Deed::of(Action::SessionSignIn, ObjectRef::account(id)).ended(Outcome::Refused("wrong_credentials"));
        let leaf = recorder.leaf_of_nobody(caller.request, &caller.trace, now, &deed)?;
        let mut writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
        writes.changes.push(Box::new(AccountReplaced { row, at: now }));
        Ok(Decided::new(writes, ()))
    };
    app.store.write(Scope::Account(id), unit).await?;
    Err(Refusal::Unauthenticated(WRONG))
}

/// One more wrong attempt. While an account is locked nothing counts, so that nobody keeps another out by going on.
pub(super) fn count_wrong(row: &mut AccountRow, now: UtcTime) {
    let locked = row.locked_until.is_some_and(|until| now < until);
    row.failed_sign_ins += i64::from(!locked);
    let beyond = row.failed_sign_ins - FREE_ATTEMPTS;
    if beyond > 0 && !locked {
        let seconds = 30_i64.saturating_mul(1 << beyond.min(10)).min(LONGEST_LOCK_SECONDS);
        row.locked_until = Some(now.plus(Duration::seconds(seconds)));
    }
}

/// Passwords are not taken here.
async fn switched_off<T>(app: &App, caller: &Caller, action: Action) -> Result<T, Refusal> {
    let outcome = refused(app, caller, action, None, "local_accounts_off").await;
    outcome.map_err(|refusal| match refusal {
        Refusal::Unauthenticated(_) => Refusal::Unauthenticated(SWITCHED_OFF),
        other => other,
    })
}

/// Records a refusal of somebody who did not prove who they are.
pub(super) async fn refused<T>(
    app: &App,
    caller: &Caller,
    action: Action,
    account: Option<AccountId>,
    code: &'static str,
) -> Result<T, Refusal> {
    let deed = Deed::of(action, account.map_or_else(ObjectRef::none, ObjectRef::account)).ended(Outcome::Refused(code));
    let leaf = app.audit.leaf_of_nobody(caller.request, &caller.trace, caller.now.system, &deed)?;
    let unit = move |_: &mut crate::store::Conn| {
        Ok::<_, Refusal>(Decided::new(WriteSet { audit: vec![leaf.clone()], ..WriteSet::default() }, ()))
    };
    app.store.write(Scope::Append, unit).await?;
    Err(Refusal::Unauthenticated(WRONG))
}

/// A refresh token to exchange.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token of the last answer.
    #[schema(value_type = String, min_length = 20, max_length = 200)]
    pub refresh_token: SecretString,
}

/// Exchanges a refresh token for the next pair.
///
/// # Errors
/// [`Refusal::Unauthenticated`]; for a token that was used before, after ending its session.
pub async fn refresh(app: &App, caller: &Caller, request: Refresh) -> Result<TokenAnswer, Refusal> {
    let hash = tokens::refresh_hash(&request.refresh_token);
    let (unit_app, unit_caller) = (app.clone(), caller.clone());
    let unit = move |conn: &mut crate::store::Conn| -> Result<Decided<Result<TokenAnswer, Refusal>>, Refusal> {
        let (app, caller, now) = (&unit_app, &unit_caller, unit_caller.now.system);
        let over = Err(Refusal::Unauthenticated("the session has ended; sign in again"));
        let found = match refresh_token_find(conn, &hash)? {
            Some(token) => session_find(conn, token.session_id)?.map(|(session, account)| (token, session, account)),
            None => None,
        };
        let Some((token, session, account)) = found else {
            let deed = Deed::of(Action::SessionRefresh, ObjectRef::none()).ended(Outcome::Refused("unknown_token"));
            let leaf = app.audit.leaf_of_nobody(caller.request, &caller.trace, now, &deed)?;
            return Ok(Decided::new(WriteSet { audit: vec![leaf], ..WriteSet::default() }, over));
        };
        let deed = Deed::of(Action::SessionRefresh, ObjectRef::session(session.id));
        let ctx = caller.as_actor(tokens::actor_of(&account));
        let mut writes = WriteSet::default();
        if token.used_at.is_some()
            || !tokens::is_fresh(&session, account.role, now)
            || !tokens::is_allowed(app, &session, &account)
            || account.state != AccountState::Active
        {
            let code = if token.used_at.is_some() { "refresh_token_reused" } else { "session_over" };
            writes.changes.push(Box::new(SessionRevoked { id: session.id, at: now }));
            writes.audit.push(app.audit.leaf(&ctx, &deed.ended(Outcome::Refused(code)))?);
            return Ok(Decided::new(writes, over));
        }
        let (next, answer) = tokens::next(app, &account, &session, now)?;
        writes.refresh_tokens.push(next);
        writes.changes.push(Box::new(RefreshTokenUsed { id: token.id, session: session.id, at: now }));
        writes.audit.push(app.audit.leaf(&ctx, &deed)?);
        Ok(Decided::new(writes, Ok(answer)))
    };
    app.store.write(Scope::Alone, unit).await?
}

/// Signs out: ends the session a refresh token belongs to. An unknown token ends nothing and is told the same.
///
/// # Errors
/// When the store fails.
pub async fn revoke(app: &App, caller: &Caller, request: Refresh) -> Result<(), Refusal> {
    let hash = tokens::refresh_hash(&request.refresh_token);
    let (unit_app, unit_caller) = (app.clone(), caller.clone());
    let unit = move |conn: &mut crate::store::Conn| -> Result<Decided<()>, Refusal> {
        let (caller, now) = (&unit_caller, unit_caller.now.system);
        let found = match refresh_token_find(conn, &hash)? {
            Some(token) => session_find(conn, token.session_id)?,
            None => None,
        };
        let mut writes = WriteSet::default();
        match found {
            Some((session, account)) => {
                let deed = Deed::of(Action::SessionSignOut, ObjectRef::session(session.id));
                let ctx = caller.as_actor(tokens::actor_of(&account));
                writes.audit.push(unit_app.audit.leaf(&ctx, &deed)?);
                writes.changes.push(Box::new(SessionRevoked { id: session.id, at: now }));
            }
            None => {
                let deed = Deed::of(Action::SessionSignOut, ObjectRef::none()).ended(Outcome::Refused("unknown_token"));
                writes.audit.push(unit_app.audit.leaf_of_nobody(caller.request, &caller.trace, now, &deed)?);
            }
        }
        Ok(Decided::new(writes, ()))
    };
    app.store.write(Scope::Alone, unit).await
}

/// Takes an account into use.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountActivation {
    /// The one-time code that was handed over.
    #[schema(value_type = String, min_length = 20, max_length = 60)]
    pub activation_code: SecretString,
    /// The password to use from now on: at least 12 characters.
    #[schema(value_type = String, min_length = 12, max_length = 1_024)]
    pub password: SecretString,
    /// For staff, in the second request: the code the authenticator app shows for the secret of the first answer.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{6}$")]
    pub one_time_code: Option<SecretString>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountActivated {
    /// `active`, or `unconfirmed` while the second factor is to be confirmed.
    pub state: AccountState,
    /// For staff: the secret for the authenticator app. Send the request again with the code it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor_secret: Option<String>,
    /// The same as an address that an app reads from a QR code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor_uri: Option<String>,
}

/// Takes an account into use with its one-time code. Staff confirm a second factor with a second request; the code is
/// spent only then.
///
/// # Errors
/// [`Refusal::Unauthenticated`] for a code that does not count; [`Refusal::Invalid`] for the password.
pub async fn activate_account(
    app: &App,
    caller: &Caller,
    request: AccountActivation,
) -> Result<AccountActivated, Refusal> {
    if request.password.expose_secret().chars().count() < SHORTEST_PASSWORD {
        return Err(Refusal::field("/password", "too_short", "A password has at least 12 characters."));
    }
    if !app.config.sign_in.local_accounts {
        return switched_off(app, caller, Action::SessionActivate).await;
    }
    let now = caller.now.system;
    let found = match hash_code(CodeKind::Activation, request.activation_code.expose_secret()) {
        Some(hash) => app.store.read(move |conn| activation_code_find(conn, hash.as_str())).await?,
        None => None,
    };
    let counts = |(code, account): &(ActivationCodeRow, AccountRow)| {
        code.used_at.is_none()
            && now < code.expires_at
            && matches!(account.state, AccountState::Unconfirmed | AccountState::Active)
    };
    let Some((code, account)) = found.filter(counts) else {
        let outcome = refused(app, caller, Action::SessionActivate, None, "unknown_code").await;
        return outcome.map_err(|refusal| match refusal {
            Refusal::Unauthenticated(_) => Refusal::Unauthenticated(WRONG_CODE),
            other => other,
        });
    };
    let prepared = prepare(app, account, request, now).await?;
    let (unit_app, unit_caller) = (app.clone(), caller.clone());
    let account_id = prepared.row.id;
    let unit = move |_: &mut crate::store::Conn| -> Result<Decided<AccountActivated>, Refusal> {
        let deed = Deed::of(Action::SessionActivate, ObjectRef::account(account_id));
        let ctx = unit_caller.as_actor(tokens::actor_of(&prepared.row));
        let mut writes = WriteSet { audit: vec![unit_app.audit.leaf(&ctx, &deed)?], ..WriteSet::default() };
        writes.changes.push(Box::new(AccountReplaced { row: prepared.row.clone(), at: now }));
        if prepared.answer.state == AccountState::Active {
            writes.changes.push(Box::new(ActivationCodeUsed { id: code.id, account: account_id, at: now }));
            writes.changes.push(Box::new(SessionsRevoked { account: account_id, at: now }));
        }
        Ok(Decided::new(writes, prepared.answer.clone()))
    };
    app.store.write(Scope::Account(account_id), unit).await
}

struct Prepared {
    row: AccountRow,
    answer: AccountActivated,
}

/// The account as the activation leaves it: hashing and encrypting happen here, outside the unit of work.
async fn prepare(
    app: &App,
    mut row: AccountRow,
    request: AccountActivation,
    now: UtcTime,
) -> Result<Prepared, Refusal> {
    let (passwords, vault) = (Arc::clone(&app.passwords), Arc::clone(&app.vault));
    let issuer = app.config.server.public_url.clone();
    tokio::task::spawn_blocking(move || {
        let place = row.id.to_string();
        let needs_factor = row.kind == AccountKind::Person && row.role.needs_second_factor();
        let confirmed = match (&request.one_time_code, row.totp_secret_enc.as_deref()) {
            (Some(code), Some(sealed)) => {
                let secret = totp_secret(vault.open("accounts", "totp_secret_enc", &place, sealed)?)?;
                let step = secret.verify(code.expose_secret(), now.utc(), None).map_err(|_| {
                    Refusal::field("/oneTimeCode", "wrong_code", "Not the code the app shows now; type the next one.")
                })?;
                row.totp_last_step = i64::try_from(step).unwrap_or_default();
                true
            }
            (_, _) => false,
        };
        if needs_factor && !confirmed {
            let secret = TotpSecret::generate(&mut rand::rng());
            let base32 = secret.to_base32().expose_secret().to_owned();
            let strongbox = vault.strongbox_of(&row.username_enc)?;
            row.totp_secret_enc = Some(strongbox.seal("accounts", "totp_secret_enc", &place, &base32)?);
            let label = issuer.split("://").last().unwrap_or_default().replace(':', "-");
            let uri = secret.otpauth_uri("Meldpunt", &label).map_err(|e| Refusal::Keys(e.to_string()))?;
            let answer = AccountActivated {
                state: AccountState::Unconfirmed,
                second_factor_secret: Some(base32),
                second_factor_uri: Some(uri.expose_secret().to_owned()),
            };
            return Ok(Prepared { row, answer });
        }
        row.password_hash =
            Some(passwords.hash(&request.password, &mut rand::rng()).map_err(|e| Refusal::Keys(e.to_string()))?);
        row.state = AccountState::Active;
        row.security_stamp = super::accounts::fresh_stamp();
        (row.failed_sign_ins, row.locked_until) = (0, None);
        let answer =
            AccountActivated { state: AccountState::Active, second_factor_secret: None, second_factor_uri: None };
        Ok(Prepared { row, answer })
    })
    .await
    .map_err(|_| Refusal::Keys("the password could not be hashed".to_owned()))?
}

/// User names are compared without case and surrounding space.
pub(super) fn normalised(username: &str) -> String {
    username.trim().to_lowercase()
}
