//! Access and refresh tokens: made at sign-in, and what a bearer is worth on each request.
//!
//! An access token is signed and short-lived; its signature is checked once and remembered until it expires. What the
//! account is *now* is read on every request, so a changed role, a suspension, a new password or a sign-out takes
//! effect on the next one.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use chrono::Duration;
use lru::LruCache;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::REPRESENTATIVE;
use super::{Actor, InSession, Representation};
use crate::app::App;
use crate::clock::{Now, UtcTime};
use crate::crypto;
use crate::crypto::claims::{Expected, Leeway, TokenClaims};
use crate::crypto::code::{CodeKind, generate_token, hash_token};
use crate::crypto::keyring::{Current, KeyRing, KeyRingError, Token};
use crate::crypto::signing::{AccessTokenJws, Signer, Verifier};
use crate::ids::{RefreshTokenId, SessionId};
use crate::register::Refusal;
use crate::store::Conn;
use crate::store::accounts::session_find;
use crate::store::identity::representatives::representative_find_by_account;
use crate::store::registrations::registration_find;
use crate::store::rows::{AccountRow, RefreshTokenRow, SessionRow};
use crate::vocabulary::{AccountKind, Role};

/// For whom access tokens are meant.
const AUDIENCE: &str = "zedenregister/v1";
/// How long an access token lives.
const ACCESS_MINUTES: i64 = 5;
/// How long a session lives at the most: AAL3 of NIST 800-63B-4.
const SESSION_HOURS: i64 = 12;
/// How long a session may stand still: staff as AAL3 of NIST 800-63B-4 has it, registrants as AAL2 allows at the most.
const IDLE_MINUTES_STAFF: i64 = 15;
const IDLE_MINUTES_REGISTRANT: i64 = 30;
/// Tokens whose signature is remembered.
const REMEMBERED: usize = 10_000;

/// What an access token says besides the registered claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionClaims {
    /// The session.
    pub sid: SessionId,
    /// The account's security stamp when it was made.
    pub stamp: String,
    /// The role, for logs of clients; never trusted.
    pub role: Role,
}

type Claims = TokenClaims<SessionClaims>;

/// Tokens for a client.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenAnswer {
    /// Bearer token for `/v1`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds for which the access token is valid.
    pub expires_in: i64,
    /// Exchanged, once, for the next pair.
    pub refresh_token: String,
}

/// What a machine gets for an assertion. There is no refresh token: it signs another assertion.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MachineToken {
    /// Sent as `Authorization: Bearer ...`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds for which the access token is valid.
    pub expires_in: i64,
}

/// Signs, verifies and remembers access tokens.
pub struct Tokens {
    keys: Current<Keys>,
    issuer: String,
    remembered: Mutex<LruCache<[u8; 32], Claims>>,
}

struct Keys {
    signer: Signer<Token>,
    verifier: Verifier<Token>,
}

impl Keys {
    fn of(ring: &KeyRing) -> Result<Self, KeyRingError> {
        Ok(Self { signer: Signer::new(ring)?, verifier: Verifier::new(ring)? })
    }
}

impl Tokens {
    /// With the keys of the ring.
    ///
    /// # Errors
    /// When the ring lacks a key.
    pub fn new(ring: &KeyRing, issuer: &str) -> Result<Self, KeyRingError> {
        let capacity = NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN);
        Ok(Self {
            keys: Current::new(Keys::of(ring)?),
            issuer: issuer.to_owned(),
            remembered: Mutex::new(LruCache::new(capacity)),
        })
    }

    /// Goes on with the keys of `ring`. What was remembered is forgotten: a token under a key that was destroyed counts
    /// no longer.
    ///
    /// # Errors
    /// As [`Tokens::new`]; then the keys stay what they were.
    pub fn renew(&self, ring: &KeyRing) -> Result<(), KeyRingError> {
        self.keys.replace(Keys::of(ring)?);
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    /// The claims of a token that is genuine and in time.
    fn claims(&self, bearer: &str, now: UtcTime) -> Result<Claims, Refusal> {
        let name = crypto::sha256(bearer.as_bytes());
        let known = self.remembered.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let claims = match known {
            Some(claims) => claims,
            None => {
                let claims: Claims = self
                    .keys
                    .get()
                    .verifier
                    .verify::<AccessTokenJws, _>(bearer)
                    .map_err(|_| Refusal::Unauthenticated("the token is not one of this register"))?;
                self.remembered.lock().unwrap_or_else(PoisonError::into_inner).put(name, claims.clone());
                claims
            }
        };
        let expected = Expected { issuer: &self.issuer, audience: AUDIENCE, leeway: Leeway::NONE, now: now.utc() };
        claims.check(&expected).map_err(|_| Refusal::Unauthenticated("the token is not valid, or no longer"))?;
        Ok(claims)
    }

    fn sign(&self, account: &AccountRow, session: SessionId, now: UtcTime) -> Result<String, Refusal> {
        let issued = now.utc().timestamp();
        let claims = TokenClaims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: account.id.to_string(),
            exp: issued + ACCESS_MINUTES * 60,
            nbf: None,
            iat: issued,
            jti: RefreshTokenId::fresh().to_string(),
            more: SessionClaims { sid: session, stamp: account.security_stamp.clone(), role: account.role },
        };
        self.keys.get().signer.sign::<AccessTokenJws>(&claims).map_err(|e| Refusal::Keys(e.to_string()))
    }
}

/// Who stands behind a bearer, as things are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// Who.
    pub actor: Actor,
    /// In which session.
    pub session: InSession,
}

/// Checks a bearer token and reads what its account is now.
///
/// # Errors
/// [`Refusal::Unauthenticated`] for a token that is wrong, too old, or whose session or account has changed since.
pub async fn authenticate(app: &App, bearer: &str, now: UtcTime) -> Result<Authenticated, Refusal> {
    let claims = app.tokens.claims(bearer, now)?;
    let session = claims.more.sid;
    let legal = app.clock.now();
    let found = app
        .store
        .read(move |conn| {
            let Some((session, account)) = session_find(conn, session)? else { return Ok(None) };
            let actor = actor_on(conn, &account, legal)?;
            Ok::<_, Refusal>(Some((session, account, actor)))
        })
        .await?;
    let gone = || Refusal::Unauthenticated("the session has ended; sign in again");
    let (session, account, actor) = found.ok_or_else(gone)?;
    let lives = session.revoked_at.is_none() && now < session.expires_at;
    if !lives
        || !is_allowed(app, &session, &account)
        || account.id.as_str() != claims.sub
        || account.security_stamp != claims.more.stamp
    {
        return Err(gone());
    }
    Ok(Authenticated { actor, session: InSession { id: session.id, proved_at: session.proved_at } })
}

/// The account as an actor.
pub fn actor_of(account: &AccountRow) -> Actor {
    Actor {
        account: account.id,
        kind: account.kind,
        role: account.role,
        state: account.state,
        team: account.team_id,
        person: account.person_id,
        organisation: account.organisation.clone(),
        represents: None,
    }
}

/// The account as an actor on a legal day: also whom it acts for on that day, if it acts for somebody.
///
/// # Errors
/// When the store fails.
pub fn actor_on(conn: &mut Conn, account: &AccountRow, now: Now) -> Result<Actor, Refusal> {
    let actor = actor_of(account);
    if account.role != Role::Registrant || account.organisation != REPRESENTATIVE {
        return Ok(actor);
    }
    let Some(acting) = representative_find_by_account(conn, account.id)? else { return Ok(actor) };
    let Some(file) = registration_find(conn, acting.registration_id)? else { return Ok(actor) };
    let today = now.today(file.regime.zone());
    let live = acting.ended_at.is_none() && acting.from_on <= today && today <= acting.until_on;
    let represents = live.then_some(Representation { registration: acting.registration_id, scope: acting.scope });
    Ok(Actor { represents, ..actor })
}

/// A session that begins or goes on, before it is written.
pub(super) struct Issued {
    pub session: SessionRow,
    pub refresh: RefreshTokenRow,
    pub answer: TokenAnswer,
}

/// A new session for an account, with its first tokens.
pub(super) fn begin(app: &App, account: &AccountRow, now: UtcTime) -> Result<Issued, Refusal> {
    let session = fresh_session(account, now);
    let (refresh, answer) = next(app, account, &session, now)?;
    Ok(Issued { session, refresh, answer })
}

/// A session that begins now.
pub(super) fn fresh_session(account: &AccountRow, now: UtcTime) -> SessionRow {
    SessionRow {
        id: SessionId::fresh(),
        account_id: account.id,
        created_at: now,
        last_used_at: now,
        expires_at: now.plus(Duration::hours(SESSION_HOURS)),
        revoked_at: None,
        issuer: None,
        proved_at: Some(now),
    }
}

/// The next pair of tokens of a session.
pub(super) fn next(
    app: &App,
    account: &AccountRow,
    session: &SessionRow,
    now: UtcTime,
) -> Result<(RefreshTokenRow, TokenAnswer), Refusal> {
    let token = generate_token(&mut rand::rng());
    let refresh = RefreshTokenRow {
        id: RefreshTokenId::fresh(),
        session_id: session.id,
        token_hash: hash_token(CodeKind::Refresh, &token).as_str().to_owned(),
        issued_at: now,
        used_at: None,
    };
    let answer = TokenAnswer {
        access_token: app.tokens.sign(account, session.id, now)?,
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_MINUTES * 60,
        refresh_token: token.expose_secret().to_owned(),
    };
    Ok((refresh, answer))
}

/// A session of a machine that signed in by assertion: it lives as long as its one access token.
pub(super) fn begin_once(app: &App, account: &AccountRow, now: UtcTime) -> Result<(SessionRow, MachineToken), Refusal> {
    let expires_at = now.plus(Duration::minutes(ACCESS_MINUTES));
    // RFC 7523: the issuer of a client assertion is the client.
    let issuer = Some(account.id.as_str().to_owned());
    let session = SessionRow { expires_at, issuer, ..fresh_session(account, now) };
    let answer = MachineToken {
        access_token: app.tokens.sign(account, session.id, now)?,
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_MINUTES * 60,
    };
    Ok((session, answer))
}

/// Whether a session may still go on.
pub(super) fn is_fresh(session: &SessionRow, role: Role, now: UtcTime) -> bool {
    let idle = if role == Role::Registrant { IDLE_MINUTES_REGISTRANT } else { IDLE_MINUTES_STAFF };
    session.revoked_at.is_none()
        && now < session.expires_at
        && now.since(session.last_used_at) < Duration::minutes(idle)
}

/// Whether a session was opened in a way that still counts: none by password or secret after local accounts were
/// switched off, none by an issuer that the settings no longer name.
pub(super) fn is_allowed(app: &App, session: &SessionRow, account: &AccountRow) -> bool {
    match &session.issuer {
        Some(issuer) => match account.kind {
            AccountKind::Machine => issuer == account.id.as_str(),
            AccountKind::Person => app.issuers.find_by_identifier(issuer).is_some(),
        },
        None => app.config.sign_in.local_accounts,
    }
}

/// The hash under which a refresh token is kept.
pub(super) fn refresh_hash(token: &SecretString) -> String {
    hash_token(CodeKind::Refresh, token).as_str().to_owned()
}
