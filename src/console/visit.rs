//! Who visits: read once per request from the cookie, before anything else.
//!
//! A guard that needs somebody signed in refuses others with 401 (the catcher sends them to sign in). A registrant has
//! no way into `/console`, and nobody but a registrant into `/mijn`: there it looks as if there were nothing.

use std::ops::Deref;

use rocket::Request;
use rocket::http::{Cookie, CookieJar, SameSite, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::tokio::sync::OwnedSemaphorePermit;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq as _;

use super::catchers::stash;
use crate::access::console::{self, Signed};
use crate::access::{Actor, Caller, Ctx, Idempotency, InSession, matrix};
use crate::api::trace::Trace;
use crate::api::{Edge, Problem};
use crate::app::App;
use crate::crypto;
use crate::crypto::code::generate_token;
use crate::register::Refusal;
use crate::vocabulary::{Language, Purpose, Role};

/// The name of the cookie that keeps the language.
pub const LANGUAGE: &str = "language";

/// One request by one visitor.
pub struct Visit {
    /// What every request shares.
    pub edge: Edge,
    /// Which request, and when.
    pub caller: Caller,
    /// The language pages are shown in.
    pub language: Language,
    /// Who, when somebody signed in.
    pub signed: Option<Signed>,
    /// The name colleagues see.
    pub name: Option<String>,
    /// What form tokens are made from: the cookie of the session, or that of the visit before there is one.
    secret: SecretString,
    trace: Trace,
    _place: OwnedSemaphorePermit,
}

/// A visit as the request remembers it.
struct Kept(Result<Visit, Problem>);

impl Visit {
    async fn begin(request: &Request<'_>) -> Result<Self, Problem> {
        let edge = Edge::of(request).clone();
        let place = edge.place()?;
        let trace = Trace::of(request);
        let caller = Caller { request: trace.request, trace: trace.trace.clone(), now: trace.now };
        let secure = is_secure(&edge);
        let jar = request.cookies();
        let language = language(request);
        let token = jar.get(session_cookie(secure)).map(|cookie| SecretString::from(cookie.value().to_owned()));
        let signed = match &token {
            Some(token) => match console::authenticate(edge.app(), token, caller.now).await {
                Ok(signed) => Some(signed),
                Err(Refusal::Unauthenticated(_)) => None,
                Err(other) => return Err(other.into()),
            },
            None => None,
        };
        match &signed {
            Some(signed) => edge.take_for_account(signed.actor.account)?,
            None => edge.take_for_network(trace, false)?,
        };
        let secret = match (token, &signed) {
            (Some(token), Some(_)) => token,
            (_, _) => visit_secret(jar, secure),
        };
        let name = match signed.as_ref().filter(|signed| signed.actor.role != Role::Registrant) {
            Some(signed) => Some(signed.display_name(edge.app()).await?),
            None => None,
        };
        Ok(Self { edge, caller, language, signed, name, secret, trace: trace.clone(), _place: place })
    }

    /// The visit of this request.
    pub async fn of<'r>(request: &'r Request<'_>) -> Result<&'r Self, Problem> {
        let kept = request.local_cache_async(async { Kept(Self::begin(request).await) }).await;
        kept.0.as_ref().map_err(Problem::clone)
    }

    /// The visit of this request, when a guard has read it.
    pub fn known<'r>(request: &'r Request<'_>) -> Option<&'r Self> {
        request.local_cache(|| Kept(Err(Problem::internal()))).0.as_ref().ok()
    }

    /// The system.
    pub fn app(&self) -> &App {
        self.edge.app()
    }

    /// Takes one attempt to sign in from the quota of the network the visitor comes from.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn take_sign_in(&self) -> Result<(), Problem> {
        self.edge.take_for_network(&self.trace, true).map(drop)
    }

    /// What only this browser knows.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// The token that every form of this visitor carries.
    pub fn form_token(&self) -> String {
        crypto::sha256_hex(format!("zedenregister/form/v1\0{}", self.secret.expose_secret()).as_bytes())
    }

    /// Whether a form carries the right token.
    pub fn accepts(&self, token: &str) -> bool {
        self.form_token().as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// The purposes whoever was refused may state to see more: none for a refusal that a purpose does not help.
    pub fn purposes_to_state(&self, status: u16) -> Vec<Purpose> {
        let role = self.signed.as_ref().map(|signed| signed.actor.role);
        let stated = self.signed.as_ref().and_then(|signed| signed.remembered.purpose);
        match role.filter(|_| status == Status::Forbidden.code || status == Status::NotFound.code) {
            Some(role) => matrix::purposes(role).iter().copied().filter(|purpose| stated != Some(*purpose)).collect(),
            None => Vec::new(),
        }
    }
}

/// Whether cookies are for encrypted connections only: whenever the service is reached over one.
fn is_secure(edge: &Edge) -> bool {
    edge.settings().public_url.starts_with("https://")
}

/// `__Host-`: set by this host, for the whole host, over an encrypted connection. A browser takes the prefix over no
/// other, so a demonstration on a loopback address goes without.
const fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

const fn visit_cookie(secure: bool) -> &'static str {
    if secure { "__Host-visit" } else { "visit" }
}

fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).build()
}

fn visit_secret(jar: &CookieJar<'_>, secure: bool) -> SecretString {
    if let Some(known) = jar.get(visit_cookie(secure)).filter(|cookie| cookie.value().len() >= 40) {
        return SecretString::from(known.value().to_owned());
    }
    let fresh = generate_token(&mut rand::rng());
    jar.add(cookie(visit_cookie(secure), fresh.expose_secret().to_owned(), secure));
    fresh
}

/// Gives the browser the cookie of a session that was just opened. The token is new, whatever the browser sent.
pub fn keep_session(jar: &CookieJar<'_>, edge: &Edge, token: &SecretString) {
    let secure = is_secure(edge);
    jar.add(cookie(session_cookie(secure), token.expose_secret().to_owned(), secure));
    jar.remove(cookie(visit_cookie(secure), String::new(), secure));
}

/// Takes the cookie of the session away.
pub fn drop_session(jar: &CookieJar<'_>, edge: &Edge) {
    let secure = is_secure(edge);
    jar.remove(cookie(session_cookie(secure), String::new(), secure));
}

/// Keeps the language a visitor chose, for a year.
pub fn keep_language(jar: &CookieJar<'_>, edge: &Edge, language: Language) {
    let mut kept = cookie(LANGUAGE, language.to_string(), is_secure(edge));
    kept.set_max_age(rocket::time::Duration::days(365));
    jar.add(kept);
}

/// The language that was chosen, or else the first of ours the browser asks for, or else Dutch.
pub fn language(request: &Request<'_>) -> Language {
    let chosen = request.cookies().get(LANGUAGE).and_then(|cookie| cookie.value().parse().ok());
    chosen.unwrap_or_else(|| {
        let asked = request.headers().get_one("accept-language").unwrap_or_default();
        asked
            .split(',')
            .find_map(|range| range.trim().get(..2).and_then(|tag| tag.to_ascii_lowercase().parse().ok()))
            .unwrap_or(Language::Nl)
    })
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for &'r Visit {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        match Visit::of(request).await {
            Ok(visit) => Outcome::Success(visit),
            Err(problem) => Outcome::Error(stash(request, problem)),
        }
    }
}

/// A visitor who signed in.
#[derive(Clone, Copy)]
pub struct Member<'r> {
    visit: &'r Visit,
    /// Who.
    pub signed: &'r Signed,
}

impl Deref for Member<'_> {
    type Target = Visit;
    fn deref(&self) -> &Visit {
        self.visit
    }
}

impl Member<'_> {
    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.signed.actor
    }

    /// The context of this request, with the purpose stated for the session.
    pub fn ctx(&self) -> Ctx {
        Ctx {
            purpose: self.signed.remembered.purpose,
            session: Some(InSession { id: self.signed.session, proved_at: self.signed.proved_at }),
            ..self.caller.as_actor(self.signed.actor.clone())
        }
    }

    /// The same for something that is done once, however often the form is sent.
    pub fn ctx_once(&self, key: &str, asked: &str) -> Ctx {
        let idempotency = Idempotency { key: key.to_owned(), request_digest: crypto::sha256_hex(asked.as_bytes()) };
        Ctx { idempotency: Some(idempotency), ..self.ctx() }
    }
}

/// A registrant who signed in.
#[derive(Clone, Copy)]
pub struct Registrant<'r>(pub Member<'r>);

/// Somebody who works here and signed in.
#[derive(Clone, Copy)]
pub struct Staff<'r>(pub Member<'r>);

impl<'r> Deref for Registrant<'r> {
    type Target = Member<'r>;
    fn deref(&self) -> &Member<'r> {
        &self.0
    }
}

impl<'r> Deref for Staff<'r> {
    type Target = Member<'r>;
    fn deref(&self) -> &Member<'r> {
        &self.0
    }
}

async fn member<'r>(request: &'r Request<'_>, wanted: fn(Role) -> bool) -> Outcome<Member<'r>, ()> {
    let visit = match Visit::of(request).await {
        Ok(visit) => visit,
        Err(problem) => return Outcome::Error(stash(request, problem)),
    };
    match &visit.signed {
        Some(signed) if wanted(signed.actor.role) => Outcome::Success(Member { visit, signed }),
        Some(_) => Outcome::Error(stash(request, Problem::not_found())),
        None => Outcome::Error(stash(request, Problem::unauthorized("token_missing", ""))),
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Member<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        member(request, |_| true).await
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Registrant<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        member(request, |role| role == Role::Registrant).await.map(Self)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Staff<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        member(request, |role| role != Role::Registrant).await.map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ASVS 5.0: 3.3.1, 3.3.2, 3.3.3, 3.3.4
    #[test]
    fn cookies_are_of_this_host_and_out_of_reach_of_scripts() {
        for name in [session_cookie(true), visit_cookie(true)] {
            let kept = cookie(name, "x".to_owned(), true).to_string();
            assert_eq!(kept, format!("{name}=x; HttpOnly; SameSite=Lax; Secure; Path=/"));
            assert!(name.starts_with("__Host-"));
        }
        assert!(!session_cookie(false).starts_with("__"), "no browser takes the prefix over an open connection");
    }
}
