//! Sessions of the console: what the cookie of a browser is worth on each request.
//!
//! The cookie holds a random token and nothing else; the database holds its hash. What the account is *now* is read on
//! every request, so a sign-out, a suspension, another role or a new password takes effect on the next one. A session
//! of the console gives no bearer token, and no bearer token opens the console.

use chrono::Duration;
use secrecy::SecretString;

use super::sign_in::{SignIn, prove};
use super::tokens::{actor_on, fresh_session, is_fresh};
use super::{Action, Actor, Caller, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::crypto::code::{CodeKind, generate_token, hash_token};
use crate::ids::SessionId;
use crate::register::Refusal;
use crate::store::accounts::SessionRevoked;
use crate::store::console::{ConsoleSessionChanged, Remembered, SessionTouched, console_session_find};
use crate::store::rows::{AccountRow, ConsoleSessionRow};
use crate::store::{Conn, Decided, Scope, StoreError, WriteSet};
use crate::vocabulary::AccountState;

/// A session notes that it is used at most this often: a page view is not a write.
const TOUCHED_EVERY: Duration = Duration::minutes(1);

/// Signs in and opens a session; answers the token for the cookie.
///
/// # Errors
/// [`Refusal::Unauthenticated`], always with the same words.
pub async fn open(app: &App, caller: &Caller, request: SignIn) -> Result<SecretString, Refusal> {
    prove(app, caller, request, |_, account, now| {
        let token = generate_token(&mut rand::rng());
        let session = fresh_session(account, now);
        let row = ConsoleSessionRow {
            token_hash: hash_token(CodeKind::Session, &token).as_str().to_owned(),
            session_id: session.id,
            security_stamp: account.security_stamp.clone(),
            purpose: None,
            registration_id: None,
            worklist: None,
        };
        let writes = WriteSet { sessions: vec![session], console_sessions: vec![row], ..WriteSet::default() };
        Ok((writes, token))
    })
    .await
}

/// Who stands behind a cookie, as things are now.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who.
    pub actor: Actor,
    /// In which session.
    pub session: SessionId,
    /// The name colleagues see, still encrypted.
    account: AccountRow,
    /// What is remembered of the session.
    pub remembered: ConsoleSessionRow,
}

/// Reads what the account behind a cookie is now.
///
/// # Errors
/// [`Refusal::Unauthenticated`] when there is no such session, it has ended, or the account has changed since.
pub async fn authenticate(app: &App, token: &SecretString, now: UtcTime) -> Result<Signed, Refusal> {
    let hash = hash_token(CodeKind::Session, token);
    let legal = app.clock.now();
    let found = app
        .store
        .read(move |conn| {
            let Some((remembered, session, account)) = console_session_find(conn, hash.as_str())? else {
                return Ok(None);
            };
            let actor = actor_on(conn, &account, legal)?;
            Ok::<_, Refusal>(Some((remembered, session, account, actor)))
        })
        .await?;
    let gone = || Refusal::Unauthenticated("the session has ended; sign in again");
    let (remembered, session, account, actor) = found.ok_or_else(gone)?;
    let same = account.security_stamp == remembered.security_stamp && account.state == AccountState::Active;
    if !same || !is_fresh(&session, now) {
        return Err(gone());
    }
    if now.since(session.last_used_at) >= TOUCHED_EVERY {
        let touched = SessionTouched { id: session.id, at: now };
        keep(app, move || WriteSet { changes: vec![Box::new(touched)], ..WriteSet::default() }).await?;
    }
    Ok(Signed { actor, session: session.id, account, remembered })
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
