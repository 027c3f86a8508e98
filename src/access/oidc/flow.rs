//! There and back again: a browser is sent to an issuer, comes back with a code, and is somebody then; or is somebody
//! without an account, who binds one with its activation code.
//!
//! What only this browser may know (nonce and code verifier) is made from its cookie and never stored; the database
//! keeps that it went, and that it came back once.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration};
use secrecy::{ExposeSecret, SecretString};

use super::id_token::Vouched;
use super::provider::{Exchange, Provider, Request};
use super::settings::IssuerArea;
use crate::access::accounts::fresh_stamp;
use crate::access::console::{self, Signed};
use crate::access::sign_in::refused;
use crate::access::{Action, Caller, tokens};
use crate::app::App;
use crate::audit::{Deed, ObjectRef, Outcome};
use crate::clock::UtcTime;
use crate::crypto;
use crate::crypto::blind::Kind;
use crate::crypto::code::{CodeKind, generate_token, hash_code};
use crate::ids::{AccountIdentityId, SessionId};
use crate::register::Refusal;
use crate::store::accounts::{
    AccountReplaced, ActivationCodeUsed, SessionsRevoked, account_find, activation_code_find, session_find,
};
use crate::store::rows::AccountRow;
use crate::store::sign_in::{
    AccountIdentityRow, ExpiredSignInsForgotten, IdentityMadeFree, SessionOpened, SessionProved, SignInAttemptMoved,
    SignInAttemptRow, SignInAttemptStep, account_find_by_identity, sign_in_attempt_find,
};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{AccountKind, AccountState, Role};

/// How long a browser may be away, and how long a stranger has to bind an account.
const MINUTES: i64 = 10;

const NOT_AGREED: &str = "the sign-in by the other organisation did not come off";

/// Where a browser that comes back has come to.
#[derive(Debug)]
pub enum Entered {
    /// A new session; the token for the cookie.
    Session(SecretString),
    /// The issuer vouches for somebody who has no account here. With this state they bind one.
    Stranger(SecretString),
    /// The session they had is proved anew.
    Proved,
}

/// What a browser brings back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Brought<'a> {
    /// To exchange.
    pub code: Option<&'a str>,
    /// Which sign-in.
    pub state: Option<&'a str>,
    /// Who sent it back.
    pub iss: Option<&'a str>,
    /// Why there is no code.
    pub error: Option<&'a str>,
}

/// The issuer with this name, when it vouches for this area.
fn provider(app: &App, name: &str, area: IssuerArea) -> Result<Arc<Provider>, Refusal> {
    app.issuers.find(name).filter(|provider| provider.settings.area == area).ok_or(Refusal::NotFound)
}

/// Where browsers come back from an issuer.
fn redirect_uri(app: &App, provider: &Provider) -> String {
    let area = match provider.settings.area {
        IssuerArea::Staff => "console",
        IssuerArea::Registrants => "mijn",
    };
    format!("{}/{area}/sign-in/{}/answer", app.config.server.public_url, provider.settings.name)
}

/// Something only this browser can make for this state.
fn derived(browser: &SecretString, state: &str, what: &str) -> String {
    let text = zeroize::Zeroizing::new(format!("zedenregister/oidc/v1\0{what}\0{}\0{state}", browser.expose_secret()));
    URL_SAFE_NO_PAD.encode(crypto::sha256(text.as_bytes()))
}

fn hash_of_browser(browser: &SecretString) -> String {
    crypto::sha256_hex(derived(browser, "", "browser").as_bytes())
}

fn hash_of_state(state: &str) -> String {
    crypto::sha256_hex(format!("zedenregister/oidc-state/v1\0{state}").as_bytes())
}

/// Sends a browser to an issuer: answers the address. `session`: to prove that one anew.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such issuer; [`Refusal::Unauthenticated`] when it does not answer.
pub async fn begin(
    app: &App,
    caller: &Caller,
    (name, area): (&str, IssuerArea),
    browser: &SecretString,
    session: Option<SessionId>,
) -> Result<String, Refusal> {
    let provider = provider(app, name, area)?;
    let state = generate_token(&mut rand::rng());
    let nonce = derived(browser, state.expose_secret(), "nonce");
    let verifier = derived(browser, state.expose_secret(), "verifier");
    let challenge = URL_SAFE_NO_PAD.encode(crypto::sha256(verifier.as_bytes()));
    let now = caller.now.system;
    let row = SignInAttemptRow {
        state_hash: hash_of_state(state.expose_secret()),
        browser_hash: hash_of_browser(browser),
        issuer: provider.settings.issuer.clone(),
        session_id: session,
        started_at: now,
        expires_at: now.plus(Duration::minutes(MINUTES)),
        answered_at: None,
        subject_lookup: None,
        roles: None,
        proved_at: None,
        bound_at: None,
    };
    let place = redirect_uri(app, &provider);
    let url = tokio::task::spawn_blocking(move || {
        provider.authorization_url(&Request {
            state: state.expose_secret(),
            nonce: &nonce,
            challenge: &challenge,
            redirect_uri: &place,
            afresh: session.is_some(),
        })
    })
    .await
    .map_err(|_| Refusal::Keys("the call to the issuer was cut off".to_owned()))?;
    let url = match url {
        Ok(url) => url,
        Err(error) => {
            tracing::warn!(%error, "an issuer cannot be used");
            return refused(app, caller, Action::SessionSignIn, None, error.code()).await;
        }
    };
    let unit = move |_: &mut Conn| {
        let mut writes = WriteSet { sign_in_attempts: vec![row.clone()], ..WriteSet::default() };
        writes.changes.push(Box::new(ExpiredSignInsForgotten(now.plus(-Duration::days(1)))));
        Ok::<_, Refusal>(Decided::new(writes, ()))
    };
    app.store.write(Scope::Append, unit).await?;
    Ok(url)
}

/// Takes a browser back in.
///
/// # Errors
/// [`Refusal::Unauthenticated`], with the same words whatever is wrong; the audit holds which.
pub async fn answer(
    app: &App,
    caller: &Caller,
    (name, area): (&str, IssuerArea),
    browser: &SecretString,
    brought: Brought<'_>,
) -> Result<Entered, Refusal> {
    let provider = provider(app, name, area)?;
    let refuse = async |code| refused(app, caller, Action::SessionSignIn, None, code).await;
    let Some(state) = brought.state.filter(|state| state.len() <= 100) else { return refuse("no_state").await };
    let attempt = match take(app, caller, &provider, browser, state).await? {
        Ok(attempt) => attempt,
        Err(code) => return refuse(code).await,
    };
    if brought.iss.is_some_and(|iss| iss != provider.settings.issuer) {
        return refuse("another_issuer").await;
    }
    if brought.error.is_some() || brought.code.is_none_or(|code| code.len() > 4_096) {
        return refuse("not_granted").await;
    }
    let word = exchange(app, &provider, browser, brought, &attempt, caller.now.system).await?;
    let vouched = match word {
        Ok(vouched) => vouched,
        Err(code) => return refuse(code).await,
    };
    let known = Known::of(app, &provider, &vouched, caller.now.system);
    let (issuer, lookups) = (provider.settings.issuer.clone(), known.lookups.clone());
    let account = app.store.read(move |conn| account_find_by_identity(conn, &issuer, &lookups)).await?;
    match (account.filter(|account| account.state != AccountState::Left), attempt.session_id) {
        (Some(account), Some(session)) => prove(app, caller, account, session, &known).await,
        (None, Some(_)) => refuse("another_person").await,
        (Some(account), None) => enter(app, caller, &provider, account, known).await,
        (None, None) => stranger(app, &attempt, state, known).await,
    }
}

/// Whom an issuer vouched for, in terms of the register.
#[derive(Debug, Clone)]
struct Known {
    lookup: String,
    lookups: Vec<String>,
    roles: Vec<Role>,
    proved_at: Option<UtcTime>,
}

impl Known {
    fn of(app: &App, provider: &Provider, vouched: &Vouched, now: UtcTime) -> Self {
        let value = format!("{}\0{}", provider.settings.issuer, vouched.subject);
        let roles = match provider.settings.area {
            IssuerArea::Registrants => vec![Role::Registrant],
            IssuerArea::Staff => {
                vouched.roles.iter().filter_map(|value| provider.settings.roles.get(value).copied()).collect()
            }
        };
        let proved_at = vouched.proved_at.and_then(|at| DateTime::from_timestamp(at, 0)).map(UtcTime::from);
        Self {
            lookup: app.vault.blind().digest(Kind::Subject, &value),
            lookups: app.vault.blind().every_digest(Kind::Subject, &value),
            roles,
            proved_at: proved_at.map(|at| at.min(now)),
        }
    }
}

/// Ends the wait for a browser: once, for the one that began, in time.
async fn take(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    browser: &SecretString,
    state: &str,
) -> Result<Result<SignInAttemptRow, &'static str>, Refusal> {
    let (hash, browser_hash) = (hash_of_state(state), hash_of_browser(browser));
    let (issuer, now) = (provider.settings.issuer.clone(), caller.now.system);
    let unit = move |conn: &mut Conn| -> Result<Decided<Result<SignInAttemptRow, &'static str>>, Refusal> {
        let refuse = |code| Ok(Decided::new(WriteSet::default(), Err(code)));
        let Some(row) = sign_in_attempt_find(conn, &hash)? else { return refuse("unknown_state") };
        if row.browser_hash != browser_hash {
            return refuse("another_browser");
        }
        if row.issuer != issuer {
            return refuse("another_issuer");
        }
        if row.answered_at.is_some() {
            return refuse("answered_before");
        }
        if now >= row.expires_at {
            return refuse("too_late");
        }
        let step = SignInAttemptStep { state_hash: row.state_hash.clone(), to: SignInAttemptMoved::Answered(now) };
        Ok(Decided::new(WriteSet { changes: vec![Box::new(step)], ..WriteSet::default() }, Ok(row)))
    };
    app.store.write(Scope::Alone, unit).await
}

async fn exchange(
    app: &App,
    provider: &Arc<Provider>,
    browser: &SecretString,
    brought: Brought<'_>,
    attempt: &SignInAttemptRow,
    now: UtcTime,
) -> Result<Result<Vouched, &'static str>, Refusal> {
    let place = redirect_uri(app, provider);
    let state = brought.state.unwrap_or_default();
    let (nonce, verifier) = (derived(browser, state, "nonce"), derived(browser, state, "verifier"));
    let code = brought.code.unwrap_or_default().to_owned();
    let (provider, iss) = (Arc::clone(provider), brought.iss.map(str::to_owned));
    let proved_since = attempt.session_id.map(|_| attempt.started_at.utc().timestamp());
    let word = tokio::task::spawn_blocking(move || {
        provider.exchange(&Exchange {
            code: &code,
            iss: iss.as_deref(),
            verifier: &verifier,
            redirect_uri: &place,
            nonce: &nonce,
            now: now.utc().timestamp(),
            proved_since,
        })
    })
    .await
    .map_err(|_| Refusal::Keys("the call to the issuer was cut off".to_owned()))?;
    Ok(word.map_err(|error| {
        tracing::warn!(%error, "a sign-in by an issuer is refused");
        error.code()
    }))
}

/// Opens a session, when the account may have one and the issuer knows its holder in its role.
async fn enter(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    account: AccountRow,
    known: Known,
) -> Result<Entered, Refusal> {
    let (unit_app, unit_caller, id) = (app.clone(), caller.clone(), account.id);
    let issuer = provider.settings.issuer.clone();
    let unit = move |conn: &mut Conn| -> Result<Decided<Result<Entered, Refusal>>, Refusal> {
        let now = unit_caller.now.system;
        let row = account_find(conn, id)?.ok_or(Refusal::Unauthenticated(NOT_AGREED))?;
        let deed = Deed::of(Action::SessionSignIn, ObjectRef::account(id));
        let fits = row.state == AccountState::Active && row.kind == AccountKind::Person;
        let locked = row.locked_until.is_some_and(|until| now < until);
        let fault = match (fits && !locked, known.roles.contains(&row.role)) {
            (false, _) => Some("locked_or_not_active"),
            (true, false) => Some("role_not_asserted"),
            (true, true) => None,
        };
        if let Some(code) = fault {
            let deed = deed.ended(Outcome::Refused(code));
            let leaf = unit_app.audit.leaf_of_nobody(unit_caller.request, &unit_caller.trace, now, &deed)?;
            let writes = WriteSet { audit: vec![leaf], ..WriteSet::default() };
            return Ok(Decided::new(writes, Err(Refusal::Unauthenticated(NOT_AGREED))));
        }
        let (mut writes, token) = console::begin(&row, now, Some(issuer.clone()), known.proved_at);
        writes.audit.push(unit_app.audit.leaf(&unit_caller.as_actor(tokens::actor_of(&row)), &deed)?);
        Ok(Decided::new(writes, Ok(Entered::Session(token))))
    };
    app.store.write(Scope::Account(id), unit).await?
}

/// Notes that the holder of a session proved to be there.
async fn prove(
    app: &App,
    caller: &Caller,
    account: AccountRow,
    session: SessionId,
    known: &Known,
) -> Result<Entered, Refusal> {
    let (unit_app, unit_caller, at) = (app.clone(), caller.clone(), known.proved_at.unwrap_or(caller.now.system));
    let (roles, id) = (known.roles.clone(), account.id);
    let unit = move |conn: &mut Conn| -> Result<Decided<Result<Entered, Refusal>>, Refusal> {
        let deed = Deed::of(Action::SessionProve, ObjectRef::session(session));
        let found = session_find(conn, session)?;
        let same = found.filter(|(row, holder)| {
            holder.id == account.id && row.revoked_at.is_none() && roles.contains(&holder.role)
        });
        let ctx = unit_caller.as_actor(tokens::actor_of(&account));
        let mut writes = WriteSet::default();
        if same.is_none() {
            writes.audit.push(unit_app.audit.leaf(&ctx, &deed.ended(Outcome::Refused("another_person")))?);
            return Ok(Decided::new(writes, Err(Refusal::Unauthenticated(NOT_AGREED))));
        }
        writes.changes.push(Box::new(SessionProved { id: session, at }));
        writes.audit.push(unit_app.audit.leaf(&ctx, &deed)?);
        Ok(Decided::new(writes, Ok(Entered::Proved)))
    };
    app.store.write(Scope::Account(id), unit).await?
}

/// Keeps whom the issuer vouched for, until they bring an activation code.
async fn stranger(app: &App, attempt: &SignInAttemptRow, state: &str, known: Known) -> Result<Entered, Refusal> {
    let roles = known.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ");
    let to = SignInAttemptMoved::Vouched { subject: known.lookup, roles, proved_at: known.proved_at };
    let step = SignInAttemptStep { state_hash: attempt.state_hash.clone(), to };
    let unit = move |_: &mut Conn| {
        let writes = WriteSet { changes: vec![Box::new(step.clone())], ..WriteSet::default() };
        Ok::<_, Refusal>(Decided::new(writes, ()))
    };
    app.store.write(Scope::Alone, unit).await?;
    Ok(Entered::Stranger(SecretString::from(state.to_owned())))
}

/// Binds an account to whom the issuer vouched for, with the account's activation code, and opens a session.
///
/// # Errors
/// [`Refusal::Unauthenticated`] for a state or a code that does not count.
pub async fn bind(
    app: &App,
    caller: &Caller,
    (name, area): (&str, IssuerArea),
    browser: &SecretString,
    state: &str,
    code: &SecretString,
) -> Result<SecretString, Refusal> {
    let provider = provider(app, name, area)?;
    let refuse = async |code| refused(app, caller, Action::SessionActivate, None, code).await;
    let Some(code) = hash_code(CodeKind::Activation, code.expose_secret()) else {
        return refuse("unknown_code").await;
    };
    let binding = Binding {
        app: app.clone(),
        caller: caller.clone(),
        issuer: provider.settings.issuer.clone(),
        state_hash: hash_of_state(state),
        browser_hash: hash_of_browser(browser),
        code_hash: code.as_str().to_owned(),
    };
    match app.store.write(Scope::Alone, move |conn| binding.decide(conn)).await? {
        Ok(token) => Ok(token),
        Err(code) => refuse(code).await,
    }
}

struct Binding {
    app: App,
    caller: Caller,
    issuer: String,
    state_hash: String,
    browser_hash: String,
    code_hash: String,
}

impl Binding {
    fn decide(&self, conn: &mut Conn) -> Result<Decided<Result<SecretString, &'static str>>, Refusal> {
        let refuse = |code| Ok(Decided::new(WriteSet::default(), Err(code)));
        let now = self.caller.now.system;
        let attempt = sign_in_attempt_find(conn, &self.state_hash)?.filter(|row| {
            row.browser_hash == self.browser_hash
                && row.issuer == self.issuer
                && row.bound_at.is_none()
                && now < row.expires_at
        });
        let Some((attempt, subject)) = attempt.and_then(|row| row.subject_lookup.clone().map(|it| (row, it))) else {
            return refuse("unknown_state");
        };
        let found = activation_code_find(conn, &self.code_hash)?.filter(|(code, account)| {
            code.used_at.is_none()
                && now < code.expires_at
                && account.kind == AccountKind::Person
                && matches!(account.state, AccountState::Unconfirmed | AccountState::Active)
        });
        let Some((code, mut account)) = found else { return refuse("unknown_code") };
        let asserted = attempt.roles.as_deref().unwrap_or_default();
        if !asserted.split(' ').any(|role| role == account.role.as_str()) {
            return refuse("role_not_asserted");
        }
        let lookups = vec![subject.clone()];
        let other = account_find_by_identity(conn, &self.issuer, &lookups)?;
        if other.is_some_and(|other| other.id != account.id && other.state != AccountState::Left) {
            return refuse("bound_elsewhere");
        }
        account.state = AccountState::Active;
        // From now on the issuer opens it, and nothing else.
        (account.password_hash, account.totp_secret_enc) = (None, None);
        (account.failed_sign_ins, account.locked_until) = (0, None);
        account.security_stamp = fresh_stamp();
        let id = account.id;
        let (mut writes, token) = console::begin(&account, now, Some(self.issuer.clone()), attempt.proved_at);
        writes.account_identities.push(AccountIdentityRow {
            id: AccountIdentityId::fresh(),
            account_id: id,
            issuer: self.issuer.clone(),
            subject_lookup: subject,
            bound_at: now,
        });
        let ctx = self.caller.as_actor(tokens::actor_of(&account));
        writes.audit.push(self.app.audit.leaf(&ctx, &Deed::of(Action::SessionActivate, ObjectRef::account(id)))?);
        let session = writes.sessions.remove(0);
        let remembered = writes.console_sessions.remove(0);
        let moved = SignInAttemptMoved::Bound(now);
        writes.changes.push(Box::new(SignInAttemptStep { state_hash: self.state_hash.clone(), to: moved }));
        writes.changes.push(Box::new(IdentityMadeFree { account: id, issuer: self.issuer.clone(), lookups }));
        writes.changes.push(Box::new(ActivationCodeUsed { id: code.id, account: id, at: now }));
        writes.changes.push(Box::new(SessionsRevoked { account: id, at: now }));
        writes.changes.push(Box::new(AccountReplaced { row: account, at: now }));
        writes.changes.push(Box::new(SessionOpened { session, remembered }));
        Ok(Decided::new(writes, Ok(token)))
    }
}

/// The issuer by which a session can be proved anew, where an issuer opened it.
pub fn issuer_of(app: &App, signed: &Signed) -> Option<String> {
    let issuer = signed.issuer.as_deref()?;
    app.issuers.find_by_identifier(issuer).map(|provider| provider.settings.name.clone())
}
