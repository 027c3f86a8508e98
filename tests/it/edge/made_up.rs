//! A small API over nothing, with one operation of each kind.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::NaiveDate;
use rocket::http::{Header, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::{Build, Rocket};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;
use utoipa::{IntoParams, ToSchema};
use zedenregister::access::accounts::{self, NewAccount};
use zedenregister::access::sign_in::{SignIn, sign_in};
use zedenregister::access::{Actor, Caller};
use zedenregister::api::{self, Answer, Call, Done, Edge, Empty, Operation, Problem, Visit};
use zedenregister::app::App;
use zedenregister::clock::{Clock, UtcTime};
pub use zedenregister::config::Server;
use zedenregister::config::{self, Config, Limits};
use zedenregister::crypto::keyring::KeyRing;
use zedenregister::ids::{AccountId, FlagId, RequestId};
use zedenregister::register::Refusal;
use zedenregister::vocabulary::{AccountKind, AccountState, Purpose, Role};

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Visitation {
    /// The day.
    pub on: NaiveDate,
    /// The instant.
    pub at: UtcTime,
    #[schema(min_length = 1, max_length = 20)]
    pub who: String,
    #[schema(max_items = 3)]
    pub stops: Vec<Stop>,
    pub by: Transport,
    #[serde(default)]
    pub flag: Option<FlagId>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stop {
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: String,
    pub nights: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Transport {
    #[serde(rename_all = "camelCase")]
    Train { line: String },
    #[serde(rename_all = "camelCase")]
    OnFoot { hours: u32 },
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
struct OneFlag {
    #[param(inline)]
    flag_id: FlagId,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Window {
    /// Where to go on.
    after: Option<String>,
    /// How many.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    purpose: Option<Purpose>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Seen {
    number: u32,
    key: Option<String>,
    digest: Option<String>,
    purpose: Option<Purpose>,
    trace: String,
}

fn seen(call: &Call<Empty, Empty, Visitation>, number: u32) -> Seen {
    let idempotency = call.ctx.idempotency.clone();
    Seen {
        number,
        key: idempotency.as_ref().map(|idempotency| idempotency.key.clone()),
        digest: idempotency.map(|idempotency| idempotency.request_digest),
        purpose: call.ctx.purpose,
        trace: call.ctx.trace.clone(),
    }
}

/// Operations of every kind; each creation counts.
pub fn operations() -> Vec<Operation> {
    let count = Arc::new(AtomicU32::new(0));
    vec![
        Operation::post("/visitations", "makeVisitation", "Make one").creates(
            move |call: Call<Empty, Empty, Visitation>| {
                let number = count.fetch_add(1, Ordering::Relaxed) + 1;
                async move {
                    if call.body.who == "slow" {
                        tokio::time::sleep(Duration::from_millis(400)).await;
                    }
                    Ok(Answer::new(seen(&call, number)).at(format!("/visitations/{number}")))
                }
            },
        ),
        Operation::get("/flags", "listFlags", "List").answers(|call: Call<Empty, Window>| async move {
            let next = call.query.limit.map(|_| "b2s".to_owned());
            Ok(Answer::new(json!([call.query.after, call.query.purpose]).into()).next(next)) as Done<Anything>
        }),
        Operation::post("/flags/_search", "searchFlags", "Search")
            .answers(|_: Call<Empty, Empty, Stop>| async { Ok(Answer::new(json!([]).into())) as Done<Anything> }),
        Operation::get("/flags/{flagId}", "readFlag", "Read").answers(|call: Call<OneFlag>| async move {
            Ok(Answer::new(json!(call.path.flag_id).into()).version(7)) as Done<Anything>
        }),
        Operation::put("/flags/{flagId}", "changeFlag", "Change").changes(
            |call: Call<OneFlag, Empty, Stop>| async move {
                match call.if_match {
                    Some(7) => Ok(Answer::new(json!({}).into()).version(8)) as Done<Anything>,
                    _ => Err(Refusal::VersionMoved.into()),
                }
            },
        ),
        Operation::delete("/flags/{flagId}", "dropFlag", "Drop")
            .changes(|_: Call<OneFlag>| async { Ok(Answer::new(Empty {})) }),
        Operation::post("/tokens", "signIn", "Sign in")
            .signs_in()
            .answers(|_: Visit<Empty, Empty, Stop>| async { Ok(Answer::new(json!("token").into())) as Done<Anything> }),
        Operation::get("/faults/panic", "panics", "Panic").answers(|_: Visit| async {
            assert!(std::hint::black_box(false), "on purpose");
            Ok(Answer::new(Empty {}))
        }),
        Operation::get("/faults/database", "databaseGone", "Lose the database").answers(|_: Visit| async {
            let gone = zedenregister::store::StoreError::Unavailable("host db.internal refused".to_owned());
            Err::<Answer<Empty>, Problem>(gone.into())
        }),
        Operation::get("/places", "place", "Hold a place").answers(|_: Visit| async {
            tokio::time::sleep(Duration::from_millis(800)).await;
            Ok(Answer::new(Empty {}))
        }),
    ]
}

/// Any JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Anything(Value);

impl utoipa::PartialSchema for Anything {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new().into()
    }
}

impl ToSchema for Anything {}

impl From<Value> for Anything {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

pub fn settings() -> Server {
    Server {
        public_url: "https://register.example".to_owned(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        trusted_proxies: Vec::new(),
        metrics_readers: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        security_contact: Some("mailto:veilig@register.example".to_owned()),
        shutdown_grace: Duration::from_secs(5),
        limits: Limits { body_bytes: 64 * 1024, requests_per_minute: None, sign_ins_per_minute: None },
    }
}

pub fn few_sign_ins() -> Server {
    Server { limits: Limits { sign_ins_per_minute: Some(3), ..settings().limits }, ..settings() }
}

/// Settings of a system that lives in `folder`; its keys are made.
fn config_in(folder: &Path, server: Server) -> Config {
    let at = |name: &str| folder.join(name).display().to_string();
    let text = format!(
        "[database]\nurl = \"sqlite://{}\"\n[keys]\nfolder = \"{}\"\nkey_store = \"sqlite://{}\"\n",
        at("register.db"),
        at("keys"),
        at("keys.db")
    );
    let config = Config { server, ..config::parse(&text).expect("settings") };
    KeyRing::init(&config.keys.folder, Clock::system().now().system.utc(), &mut rand::rng()).expect("keys");
    config
}

/// The token of a machine client, as the server keeps it for the tests.
pub struct Token(pub String);

/// A system of its own, and the folder it lives in.
pub fn system(settings: Server) -> (App, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::open(config_in(folder.path(), settings), Clock::system()).expect("a system");
    (app, folder)
}

/// A server with one machine client that has signed in.
pub async fn server(settings: Server) -> Rocket<Build> {
    let (app, folder) = system(settings);
    let token = Token(signed_in(&app).await);
    // The folder lives as long as the server.
    let edge = Edge::new(app, Clock::system()).expect("an edge");
    api::rocket(edge, operations()).expect("a server").manage(folder).manage(token)
}

async fn signed_in(app: &App) -> String {
    let caller = Caller {
        request: RequestId::fresh(),
        trace: "0af7651916cd43dd8448eb211c80319c".to_owned(),
        now: app.clock.now(),
    };
    let administrator = Actor {
        account: AccountId::fresh(),
        kind: AccountKind::Person,
        state: AccountState::Active,
        role: Role::AdminTech,
        team: None,
        person: None,
        organisation: "Beheer Voorbeeld".to_owned(),
        represents: None,
    };
    let machine = NewAccount {
        username: "justid.machine".to_owned(),
        display_name: "Machine".to_owned(),
        role: Role::Justid,
        kind: AccountKind::Machine,
        organisation: "Justitie Voorbeeld".to_owned(),
        team_id: None,
    };
    let made = accounts::create(app, &caller.as_actor(administrator), machine).await.expect("an account");
    let password = made.secret.expect("a secret").into();
    let request = SignIn { username: "justid.machine".to_owned(), password, one_time_code: None };
    sign_in(app, &caller, request).await.expect("signed in").access_token
}

pub async fn client() -> Client {
    Client::untracked(server(settings()).await).await.expect("a client")
}

/// A valid body of `POST /visitations`.
pub fn visitation() -> Value {
    json!({
        "on": "2026-02-28", "at": "2026-02-28T12:00:00+01:00", "who": "Jan",
        "stops": [{ "country": "BE", "nights": 2 }], "by": { "kind": "train", "line": "IC" },
    })
}

pub fn signed(client: &Client) -> Header<'static> {
    let token = client.rocket().state::<Token>().expect("a token");
    Header::new("Authorization", format!("Bearer {}", token.0))
}

/// A problem as a client reads it, after the promises every problem keeps were checked.
pub async fn problem(response: LocalResponse<'_>) -> Value {
    let status = response.status();
    assert!(status.code >= 400, "{status} is no error");
    assert_eq!(response.content_type().map(|kind| kind.to_string()).as_deref(), Some("application/problem+json"));
    for header in ["API-Version", "Request-Id", "traceparent", "X-Content-Type-Options", "Strict-Transport-Security"] {
        assert!(response.headers().contains(header), "{header} is missing from a {status}");
    }
    assert_eq!(response.headers().get_one("Cache-Control"), Some("no-store"));
    assert_eq!(response.headers().get_one("Server"), None);
    if matches!(status, Status::TooManyRequests | Status::ServiceUnavailable) {
        assert!(response.headers().get_one("Retry-After").is_some_and(|wait| wait.parse::<u32>().is_ok()));
    }
    let problem: Value = response.into_json().await.expect("a JSON problem");
    assert_eq!(problem["status"], status.code);
    for member in ["title", "detail", "code"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {problem}");
    }
    problem
}

/// The faults a problem names, as `(pointer, code)` in order of pointer.
pub fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let mut faults: Vec<_> = problem["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|fault| (fault["pointer"].as_str().unwrap_or("?"), fault["code"].as_str().unwrap_or("?")))
        .collect();
    faults.sort_unstable();
    faults
}
