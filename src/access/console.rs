//! Sessions of the console: what the cookie of a browser is worth on each request.
//!
//! The cookie holds a random token and nothing else; the database holds its hash. What the account is *now* is read on
//! every request, so a sign-out, a suspension, another role or a new password takes effect on the next one. A session
//! of the console gives no bearer token, and no bearer token opens the console.

use chrono::Duration;
use secrecy::SecretString;

use super::sign_in::{SignIn, prove};
use super::tokens::{actor_on, fresh_session, is_allowed, is_fresh};
use super::{Action, Actor, Caller, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::{Now, UtcTime};
use crate::crypto::code::{CodeKind, generate_token, hash_token};
use crate::ids::SessionId;
use crate::register::Refusal;
use crate::store::accounts::SessionRevoked;
use crate::store::console::{ConsoleSessionChanged, Remembered, SessionTouched, console_session_find};
use crate::store::rows::{AccountRow, ConsoleSessionRow, SessionRow};
use crate::store::{Conn, Decided, Scope, StoreError, WriteSet};
use crate::vocabulary::AccountState;

/// A session notes that it is used at most this often: a page view is not a write.
const TOUCHED_EVERY: Duration = Duration::minutes(1);

/// Signs in and opens a session; answers the token for the cookie.
///
/// # Errors
/// [`Refusal::Unauthenticated`], always with the same words.
pub async fn open(app: &App, caller: &Caller, request: SignIn) -> Result<SecretString, Refusal> {
    prove(app, caller, request, |_, account, now| Ok(begin(account, now, None, Some(now)))).await
}

/// A session that begins now: what is written, and the token for the cookie. `issuer`: who opened it, if not the
/// register itself; `proved_at`: when its holder last proved to be there.
pub(super) fn begin(
    account: &AccountRow,
    now: UtcTime,
    issuer: Option<String>,
    proved_at: Option<UtcTime>,
) -> (WriteSet, SecretString) {
    let token = generate_token(&mut rand::rng());
    let session = SessionRow { issuer, proved_at, ..fresh_session(account, now) };
    let row = ConsoleSessionRow {
        token_hash: hash_token(CodeKind::Session, &token).as_str().to_owned(),
        session_id: session.id,
        security_stamp: account.security_stamp.clone(),
        purpose: None,
        registration_id: None,
        worklist: None,
    };
    (WriteSet { sessions: vec![session], console_sessions: vec![row], ..WriteSet::default() }, token)
}

/// Who stands behind a cookie, as things are now.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who.
    pub actor: Actor,
    /// In which session.
    pub session: SessionId,
    /// Who opened it, where it was not the register itself.
    pub issuer: Option<String>,
    /// When its holder last proved to be there.
    pub proved_at: Option<UtcTime>,
    /// The name colleagues see, still encrypted.
    account: AccountRow,
    /// What is remembered of the session.
    pub remembered: ConsoleSessionRow,
}

/// Reads what the account behind a cookie is now.
///
/// # Errors
/// [`Refusal::Unauthenticated`] when there is no such session, it has ended, or the account has changed since.
pub async fn authenticate(app: &App, token: &SecretString, now: Now) -> Result<Signed, Refusal> {
    let hash = hash_token(CodeKind::Session, token);
    let found = app.store.read(move |conn| {
        let Some((remembered, session, account)) = console_session_find(conn, hash.as_str())? else {
            return Ok::<_, Refusal>(None);
        };
        let actor = actor_on(conn, &account, now)?;
        Ok(Some((remembered, session, account, actor)))
    });
    let gone = || Refusal::Unauthenticated("the session has ended; sign in again");
    let (remembered, session, account, actor) = found.await?.ok_or_else(gone)?;
    let same = account.security_stamp == remembered.security_stamp && account.state == AccountState::Active;
    let now = now.system;
    if !same || !is_fresh(&session, account.role, now) || !is_allowed(app, &session, &account) {
        return Err(gone());
    }
    if now.since(session.last_used_at) >= TOUCHED_EVERY {
        let touched = SessionTouched { id: session.id, at: now };
        keep(app, move || WriteSet { changes: vec![Box::new(touched)], ..WriteSet::default() }).await?;
    }
    let (issuer, proved_at) = (session.issuer, session.proved_at);
    Ok(Signed { actor, session: session.id, issuer, proved_at, account, remembered })
}

impl Signed {
    /// The name colleagues see. May wait for the key store.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be decrypted.
    pub async fn display_name(&self, app: &App) -> Result<String, Refusal> {
        super::colleagues::name_of(app, self.account.clone()).await
    }
}

/// Remembers something of a session.
///
/// # Errors
/// When the store fails.
pub async fn remember(app: &App, session: SessionId, to: Remembered) -> Result<(), Refusal> {
    let change = ConsoleSessionChanged { session, to };
    keep(app, move || WriteSet { changes: vec![Box::new(change.clone())], ..WriteSet::default() }).await
}

async fn keep(app: &App, writes: impl Fn() -> WriteSet + Send + 'static) -> Result<(), Refusal> {
    let unit = move |_: &mut Conn| Ok::<_, StoreError>(Decided::new(writes(), ()));
    Ok(app.store.write(Scope::Append, unit).await?)
}

/// Signs out: the session ends at once.
///
/// # Errors
/// When the store fails.
pub async fn close(app: &App, ctx: &Ctx, session: SessionId) -> Result<(), Refusal> {
    let leaf = app.audit.leaf(ctx, &Deed::of(Action::SessionSignOut, ObjectRef::session(session)))?;
    let at = ctx.now.system;
    keep(app, move || WriteSet {
        changes: vec![Box::new(SessionRevoked { id: session, at })],
        audit: vec![leaf.clone()],
        ..WriteSet::default()
    })
    .await
}
