//! Machines that sign in by a signed assertion (RFC 7523): an administrator registers the public half of their key, and
//! each assertion counts once, for a minute or five, at this register.

use chrono::{DateTime, Duration};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::oidc::id_token::is_for;
use super::oidc::provider::JWT_BEARER;
use super::sign_in::refused;
use super::tokens::{self, MachineToken};
use super::{Action, Caller, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::crypto;
use crate::ids::{AccountId, ClientKeyId};
use crate::register::{Refusal, unit};
use crate::store::accounts::account_find;
use crate::store::rows::AccountRow;
use crate::store::sign_in::{
    ClientAssertionRow, ClientKeyRevoked, ClientKeyRow, ExpiredSignInsForgotten, client_assertion_exists,
    client_key_list,
};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{AccountKind, AccountState};

/// The longest an assertion may count.
const LONGEST_MINUTES: i64 = 5;
/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 5;
/// How long a key counts: secrets expire and are renewed.
const KEY_DAYS: i64 = 366;
/// How a machine may sign.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// Keys a machine may have at once: one in use, one to come, one to spare.
const MOST_KEYS: usize = 3;

/// The public half of a key pair (RFC 7517). Private members are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientJwk {
    /// `RSA`, `EC` or `OKP`.
    #[schema(pattern = "^(RSA|EC|OKP)$", example = "OKP")]
    pub kty: String,
    /// How it signs: `PS256`, `ES256` or `EdDSA`.
    #[schema(pattern = "^(PS256|ES256|EdDSA)$", example = "EdDSA")]
    pub alg: String,
    /// The name of the key, as in the header of what it signs.
    #[schema(min_length = 1, max_length = 100, example = "bevraging-2026")]
    pub kid: String,
    /// `P-256` or `Ed25519`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "Ed25519")]
    pub crv: Option<String>,
    /// Of a curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub x: Option<String>,
    /// Of a curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub y: Option<String>,
    /// Of RSA: the modulus, at least 2048 bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1_500)]
    pub n: Option<String>,
    /// Of RSA: the exponent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20)]
    pub e: Option<String>,
}

/// A key by which a machine signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientKeyView {
    /// Its id.
    pub id: ClientKeyId,
    /// Its name.
    pub kid: String,
    /// Since when it counts.
    pub created_at: UtcTime,
    /// Until when.
    pub expires_at: UtcTime,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<UtcTime>,
}

/// The keys of one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientKeyList {
    /// The keys, oldest first.
    pub items: Vec<ClientKeyView>,
}

impl ClientKeyView {
    fn of(row: ClientKeyRow) -> Self {
        Self {
            id: row.id,
            kid: row.kid,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// The key, when it is one that may sign.
fn readable(jwk: &ClientJwk) -> Option<(Jwk, Algorithm, DecodingKey)> {
    let algorithm: Algorithm = jwk.alg.parse().ok().filter(|algorithm| ALGORITHMS.contains(algorithm))?;
    let key: Jwk = serde_json::from_value(serde_json::to_value(jwk).ok()?).ok()?;
    let decoding = DecodingKey::from_jwk(&key).ok()?;
    // 2048 bits are 342 symbols of base64url.
    let large = jwk.n.as_ref().is_none_or(|modulus| modulus.len() >= 342);
    (is_for(&key, algorithm) && large).then_some((key, algorithm, decoding))
}

/// Registers a key of a machine.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`]; [`Refusal::Conflict`] `not_a_machine`, `key_known` or `too_many_keys`.
pub async fn register(app: &App, ctx: &Ctx, account: AccountId, jwk: ClientJwk) -> Result<ClientKeyView, Refusal> {
    let id = ClientKeyId::fresh();
    let deed = Deed::of(Action::AccountManage, ObjectRef::client_key(id));
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Account(account), deed, None, move |conn| {
        decide_without_subject(&writer.actor, Action::AccountManage, writer.purpose).allowed()?;
        if readable(&jwk).is_none() {
            return Err(Refusal::field("/x", "not_a_key", "Not a public key of this kind for this algorithm."));
        }
        let conflict = |code, detail| Err(Refusal::Conflict { code, detail });
        let now = writer.now.system;
        let machine = account_find(conn, account)?.ok_or(Refusal::NotFound)?;
        let known = client_key_list(conn, account)?;
        if machine.kind != AccountKind::Machine {
            return conflict("not_a_machine", "People sign in as people do.");
        }
        if known.iter().any(|key| key.kid == jwk.kid) {
            return conflict("key_known", "The machine has, or had, a key of this name; give it another one.");
        }
        if known.iter().filter(|key| key.revoked_at.is_none() && now < key.expires_at).count() >= MOST_KEYS {
            return conflict("too_many_keys", "The machine has three keys that count; take one back first.");
        }
        let row = ClientKeyRow {
            id,
            account_id: account,
            kid: jwk.kid.clone(),
            jwk: serde_json::to_string(&jwk).map_err(|e| Refusal::Keys(e.to_string()))?,
            created_by: writer.actor.account,
            created_at: now,
            expires_at: now.plus(Duration::days(KEY_DAYS)),
            revoked_at: None,
        };
        let answer = ClientKeyView::of(row.clone());
        Ok(Decided::new(WriteSet { client_keys: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

/// Reads the keys of a machine.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, account: AccountId) -> Result<ClientKeyList, Refusal> {
    let deed = Deed::of(Action::AccountRead, ObjectRef::account(account));
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        decide_without_subject(&reader.actor, Action::AccountRead, reader.purpose).allowed()?;
        account_find(conn, account)?.ok_or(Refusal::NotFound)?;
        Ok(ClientKeyList { items: client_key_list(conn, account)?.into_iter().map(ClientKeyView::of).collect() })
    })
    .await
}

/// Takes a key back: from now on nothing it signs counts.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`]. One that was taken back before stays so.
pub async fn revoke(app: &App, ctx: &Ctx, account: AccountId, id: ClientKeyId) -> Result<(), Refusal> {
    let deed = Deed::of(Action::AccountManage, ObjectRef::client_key(id));
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Account(account), deed, None, move |conn| {
        decide_without_subject(&writer.actor, Action::AccountManage, writer.purpose).allowed()?;
        let key = client_key_list(conn, account)?.into_iter().find(|key| key.id == id).ok_or(Refusal::NotFound)?;
        if key.revoked_at.is_some() {
            return Ok(Decided::new(WriteSet::default(), ()));
        }
        let at = writer.now.system;
        let mut writes = WriteSet { changes: vec![Box::new(ClientKeyRevoked { id, at })], ..WriteSet::default() };
        writes.changes.push(Box::new(crate::store::accounts::SessionsRevoked { account, at }));
        Ok(Decided::new(writes, ()))
    })
    .await
}

/// What an assertion says (RFC 7523, section 3).
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    jti: String,
    iat: i64,
    exp: i64,
}

/// A machine that signs in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MachineSignIn {
    /// Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[schema(max_length = 100, example = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")]
    pub client_assertion_type: String,
    /// A token that the machine signed with its registered key.
    #[schema(value_type = String, min_length = 20, max_length = 4_096)]
    pub client_assertion: SecretString,
}

/// Signs a machine in by an assertion that it signed. Answers an access token and no refresh token.
///
/// # Errors
/// [`Refusal::Invalid`] for another kind of assertion; [`Refusal::Unauthenticated`], always with the same words: the
/// audit holds what was wrong.
pub async fn sign_in(app: &App, caller: &Caller, request: MachineSignIn) -> Result<MachineToken, Refusal> {
    if request.client_assertion_type != JWT_BEARER {
        return Err(Refusal::field("/clientAssertionType", "jwt_bearer", "Only jwt-bearer is known."));
    }
    let assertion = request.client_assertion;
    let refuse = async |account, code| refused(app, caller, Action::SessionSignIn, account, code).await;
    let now = caller.now.system;
    let unverified = jsonwebtoken::dangerous::insecure_decode::<Claims>(assertion.expose_secret());
    let Some(account) = unverified.ok().and_then(|read| read.claims.sub.parse::<AccountId>().ok()) else {
        return refuse(None, "assertion_malformed").await;
    };
    let found = app.store.read(move |conn| {
        let Some(row) = account_find(conn, account)? else { return Ok::<_, Refusal>(None) };
        Ok(Some((row, client_key_list(conn, account)?)))
    });
    let Some((row, keys)) = found.await? else { return refuse(None, "unknown_account").await };
    let checked = check(assertion.expose_secret(), &row, &keys, &app.config.server.public_url, now);
    let claims = match checked {
        Ok(claims) => claims,
        Err(code) => return refuse(Some(account), code).await,
    };
    let entering = Entering { app: app.clone(), caller: caller.clone(), account, claims };
    match app.store.write(Scope::Account(account), move |conn| entering.decide(conn)).await? {
        Ok(answer) => Ok(answer),
        Err(code) => refuse(Some(account), code).await,
    }
}

fn check(
    assertion: &str,
    account: &AccountRow,
    keys: &[ClientKeyRow],
    public_url: &str,
    now: UtcTime,
) -> Result<Claims, &'static str> {
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| "assertion_malformed")?;
    let kid = header.kid.as_deref().ok_or("assertion_key")?;
    let key = keys
        .iter()
        .find(|key| key.kid == kid && key.revoked_at.is_none() && now < key.expires_at)
        .and_then(|key| serde_json::from_str::<ClientJwk>(&key.jwk).ok())
        .ok_or("assertion_key")?;
    let (_, algorithm, decoding) = readable(&key).ok_or("assertion_key")?;
    if header.alg != algorithm || header.crit.is_some() {
        return Err("assertion_algorithm");
    }
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    let read = jsonwebtoken::decode::<Claims>(assertion, &decoding, &validation);
    let claims = read.map_err(|_| "assertion_signature")?.claims;
    let seconds = now.utc().timestamp();
    let token_route = format!("{public_url}/v1/machine-tokens");
    if claims.iss != account.id.as_str() || claims.sub != account.id.as_str() {
        return Err("assertion_subject");
    }
    if claims.aud != public_url && claims.aud != token_route {
        return Err("assertion_audience");
    }
    let in_time = claims.iat <= seconds + LEEWAY
        && seconds < claims.exp + LEEWAY
        && claims.exp.saturating_sub(claims.iat) <= LONGEST_MINUTES * 60
        && claims.exp <= seconds + LONGEST_MINUTES * 60 + LEEWAY;
    if !in_time {
        return Err("assertion_time");
    }
    if claims.jti.len() < 16 || claims.jti.len() > 200 {
        return Err("assertion_id");
    }
    Ok(claims)
}

struct Entering {
    app: App,
    caller: Caller,
    account: AccountId,
    claims: Claims,
}

impl Entering {
    fn decide(&self, conn: &mut Conn) -> Result<Decided<Result<MachineToken, &'static str>>, Refusal> {
        let refuse = |code| Ok(Decided::new(WriteSet::default(), Err(code)));
        let now = self.caller.now.system;
        let row = account_find(conn, self.account)?.ok_or(Refusal::NotFound)?;
        if row.kind != AccountKind::Machine || row.state != AccountState::Active {
            return refuse("locked_or_not_active");
        }
        let jti_hash = crypto::sha256_hex(self.claims.jti.as_bytes());
        if client_assertion_exists(conn, self.account, &jti_hash)? {
            return refuse("assertion_replayed");
        }
        let expires_at = DateTime::from_timestamp(self.claims.exp + 2 * LEEWAY, 0).map_or(now, UtcTime::from);
        let (session, answer) = tokens::begin_once(&self.app, &row, now)?;
        let ctx = self.caller.as_actor(tokens::actor_of(&row));
        let leaf = self.app.audit.leaf(&ctx, &Deed::of(Action::SessionSignIn, ObjectRef::account(self.account)))?;
        let mut writes = WriteSet {
            sessions: vec![session],
            client_assertions: vec![ClientAssertionRow { account_id: self.account, jti_hash, expires_at }],
            audit: vec![leaf],
            ..WriteSet::default()
        };
        writes.changes.push(Box::new(ExpiredSignInsForgotten(now.plus(-Duration::days(1)))));
        Ok(Decided::new(writes, Ok(answer)))
    }
}
