//! Every route x every role x every relation to the file, with real accounts and tokens, against the permission matrix;
//! and: every change and every denial is in the audit.
//!
//! The cells are made from the published API, so a new route cannot be forgotten: see [`routes`].

mod bad_input;
mod examples;
mod expected;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use rocket::futures::{StreamExt, stream};
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::asynchronous::Client;
use serde_json::{Value, json};
use zedenregister::access::Action;
use zedenregister::access::matrix::purposes;
use zedenregister::api::{self, BASE};
use zedenregister::ids::RequestId;
use zedenregister::store::audit::{audit_leaf_list, audit_size};
use zedenregister::vocabulary::{AccountState, Purpose, Role};

use crate::support::world::{File, Seat, World};
use expected::{Expected, on_file, on_no_file};
use routes::{About, ROUTES, body};

/// Requests sent at a time.
const AT_ONCE: usize = 8;

/// One operation as the published document describes it.
struct Route {
    id: String,
    method: Method,
    path: String,
    has_body: bool,
    uploads: bool,
    signed: bool,
    about: About,
}

impl Route {
    fn expected(&self, world: &World, seat: &Seat, file: &File, purpose: Option<Purpose>) -> Option<Expected> {
        let relation = world.relation(seat, file);
        Some(match self.about {
            About::Anybody => return None,
            About::File(action) => on_file(seat.role, action, relation, file.ended, purpose),
            About::Report if seat.role == Role::Registrant => {
                on_file(seat.role, Action::NotificationCreate, relation, file.ended, purpose)
            }
            About::Report => on_file(seat.role, Action::NotificationCreateOnBehalf, relation, file.ended, purpose),
            About::NoFile(action) => on_no_file(seat.role, action, purpose),
            About::Oneself if seat.role == Role::Registrant => Expected::Allowed,
            About::Oneself => Expected::Forbidden,
        })
    }
}

/// Every operation that is published, with what the table says it is; a mismatch between the two is listed.
async fn routes(client: &Client) -> Vec<Route> {
    let document: Value =
        client.get(format!("{BASE}/openapi.json")).dispatch().await.into_json().await.expect("the document");
    let known: BTreeMap<&str, About> = ROUTES.iter().copied().collect();
    assert_eq!(known.len(), ROUTES.len(), "an operation stands in the table twice");
    let (mut routes, mut unknown) = (Vec::new(), Vec::new());
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let id = operation["operationId"].as_str().expect("an id");
            let Some(about) = known.get(id) else {
                unknown.push(format!("{method} {path}: `{id}` has no line in ROUTES"));
                continue;
            };
            routes.push(Route {
                id: id.to_owned(),
                method: method.parse().expect("a method"),
                path: path.clone(),
                has_body: operation.get("requestBody").is_some(),
                uploads: operation.pointer("/requestBody/content/application~1octet-stream").is_some(),
                signed: operation["security"][0].as_object().is_some_and(|scheme| !scheme.is_empty()),
                about: *about,
            });
        }
    }
    let published: BTreeSet<&str> = routes.iter().map(|route| route.id.as_str()).collect();
    unknown.extend(known.keys().filter(|id| !published.contains(*id)).map(|id| format!("`{id}` is not published")));
    assert!(unknown.is_empty(), "{unknown:#?}");
    routes
}

/// The address of a route for one file.
fn address(path: &str, world: &World, file: &File) -> String {
    let named = [
        ("{registrationId}", file.registration.to_string()),
        ("{notificationId}", file.notification.to_string()),
        ("{travelPlanId}", file.trip.to_string()),
        ("{factId}", file.conviction.to_string()),
        ("{attemptId}", file.attempt.to_string()),
        ("{dutyId}", file.duty.to_string()),
        ("{flagId}", file.flag.to_string()),
        ("{proposalId}", file.proposal.to_string()),
        ("{noticeId}", file.warning.to_string()),
        ("{travelNoticeId}", file.travel_notice.to_string()),
        ("{visitId}", file.visit.to_string()),
        ("{noteId}", file.note.to_string()),
        ("{transferId}", file.transfer.to_string()),
        ("{documentId}", file.document.to_string()),
        ("{mergeId}", file.merge.to_string()),
        ("{removalId}", file.removal.to_string()),
        ("{supervisionFindingId}", file.finding.to_string()),
        ("{watchFindingId}", world.watch_finding.to_string()),
        ("{rightsRequestId}", file.rights_request.to_string()),
        ("{representativeId}", file.representative.to_string()),
        ("{disputeId}", file.dispute.to_string()),
        ("{foreignConvictionId}", file.foreign_conviction.to_string()),
        ("{helpRequestId}", file.help_request.to_string()),
        ("{signalId}", file.signal.to_string()),
        ("{ecrisRequestId}", file.ecris_request.to_string()),
        ("{name}", "manifest.json".to_owned()),
        ("{orderId}", file.order.to_string()),
        ("{breachReportId}", file.breach.to_string()),
        ("{absenceId}", world.absence.to_string()),
        ("{releaseId}", world.release.to_string()),
        ("{subscriptionId}", world.subscription.to_string()),
        ("{deadLetterId}", world.dead_letter.to_string()),
        ("{section}", "today".to_owned()),
        ("{accountId}", world.spare.to_string()),
        ("{keyId}", world.client_key.to_string()),
    ];
    let path = named.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id));
    assert!(!path.contains('{'), "nothing to put in {path}: add it");
    format!("{BASE}{path}")
}

/// One combination to try.
#[derive(Clone, Copy)]
struct Cell<'w> {
    seat: &'w Seat,
    file: &'w File,
    purpose: Option<Purpose>,
    expected: Expected,
}

/// What came back.
struct Answered {
    status: Status,
    /// The code of the problem, if it is one.
    code: String,
    /// The id under which it is audited.
    request: String,
}

/// Every combination for a route.
fn cells<'w>(world: &'w World, route: &Route) -> Vec<Cell<'w>> {
    let files: &[&File] = match route.about {
        About::File(_) | About::Report => &[&world.active, &world.ended],
        About::NoFile(_) | About::Oneself | About::Anybody => &[&world.active],
    };
    let mut cells = Vec::new();
    for seat in &world.seats {
        for file in files {
            for purpose in purposes_to_try(seat.role) {
                let expected = route.expected(world, seat, file, purpose);
                cells.extend(expected.map(|expected| Cell { seat, file, purpose, expected }));
            }
        }
    }
    // Registrants first: where somebody renews their account, their sessions end.
    cells.sort_by_key(|cell| cell.seat.role != Role::Registrant);
    cells
}

/// Sends one request.
async fn send(
    client: &Client,
    world: &World,
    route: &Route,
    seat: &Seat,
    file: &File,
    purpose: Option<Purpose>,
) -> Answered {
    // What an upload is about stands in its query.
    let query = if route.uploads { "?category=other" } else { "" };
    let mut request = client
        .req(route.method, format!("{}{query}", address(&route.path, world, file)))
        .header(Header::new("Authorization", format!("Bearer {}", seat.token)))
        .header(Header::new("Idempotency-Key", RequestId::fresh().to_string()))
        .header(Header::new("If-Match", "\"999\""));
    if let Some(purpose) = purpose {
        request = request.header(Header::new("Purpose", purpose.as_str()));
    }
    if route.uploads {
        let bytes: &[u8] = b"%PDF-1.7 proef";
        request = request.header(ContentType::Binary).header(Header::new("Document-Name", "proef")).body(bytes);
    } else if route.has_body {
        let body = body(&route.id, world, file, seat.role);
        request = request.header(ContentType::JSON).body(body.to_string());
    }
    let response = request.dispatch().await;
    let status = response.status();
    let request = response.headers().get_one("Request-Id").expect("an id").to_owned();
    let problem: Option<Value> = if status.code >= 400 { response.into_json().await } else { None };
    let code = problem.and_then(|problem| problem["code"].as_str().map(str::to_owned)).unwrap_or_default();
    Answered { status, code, request }
}

/// No purpose, one that opens a colleague's files, one that fits the role, and one that fits nobody else's work.
fn purposes_to_try(role: Role) -> Vec<Option<Purpose>> {
    let mut tried = vec![None, Some(Purpose::Cover)];
    for purpose in purposes(role).first().copied().into_iter().chain([Purpose::DataSubjectRight]) {
        if !tried.contains(&Some(purpose)) {
            tried.push(Some(purpose));
        }
    }
    tried
}

fn keeps_to(expected: Expected, status: Status) -> bool {
    match expected {
        Expected::Allowed => !matches!(status.code, 401 | 403 | 404) && status.code < 500,
        Expected::Forbidden => status.code == 403,
        Expected::Hidden => status.code == 404,
    }
}

/// What is wrong with the audit entry of one request.
fn audited(route: &Route, entry: Option<&Value>, expected: Expected) -> Option<String> {
    let Some(entry) = entry else { return Some("left no audit entry".to_owned()) };
    let refused = entry["outcome"] == "refused";
    let denied = matches!(expected, Expected::Forbidden | Expected::Hidden);
    let other = match route.about {
        About::File(action) | About::NoFile(action) => entry["action"] != action.as_str(),
        About::Report | About::Oneself | About::Anybody => false,
    };
    (denied && !refused || other).then(|| format!("left {entry}"))
}

/// The audit entries from `first` on, by request.
fn entries(world: &World, first: i64) -> BTreeMap<String, Value> {
    let leaves = audit_leaf_list(&mut world.test.db.conn(), first, 10_000).expect("entries");
    let entries = leaves.iter().map(|leaf| serde_json::from_str::<Value>(&leaf.entry).expect("JSON"));
    entries.map(|entry| (entry["request"].as_str().expect("a request").to_owned(), entry)).collect()
}

async fn client(world: &World) -> Client {
    Client::untracked(api::build(&world.test.app).expect("the API")).await.expect("a client")
}

on_both_databases! {
    // ASVS 5.0: 8.2.1, 8.2.2, 8.3.1, 16.2.1, 16.3.2
    async fn every_role_gets_what_the_matrix_says_and_the_audit_tells_of_it(db: TestDb) {
        let world = World::on(db).await;
        let client = client(&world).await;
        let mut routes = routes(&client).await;
        let ends_sessions = |route: &Route| route.id == "issueActivationCode";
        routes.sort_by_key(ends_sessions);
        let (mut wrong, mut tried, mut told) = (Vec::new(), 0, BTreeSet::new());
        let conn = &mut world.test.db.conn();
        for route in &routes {
            let before = audit_size(conn).expect("the audit");
            let (client, world) = (&client, &world);
            let answers: Vec<(Cell<'_>, Answered)> = stream::iter(cells(world, route))
                .map(|cell| async move { (cell, send(client, world, route, cell.seat, cell.file, cell.purpose).await) })
                .buffer_unordered(if ends_sessions(route) { 1 } else { AT_ONCE })
                .collect()
                .await;
            let entries = entries(world, before);
            for (cell, answer) in answers {
                let Cell { seat, file, purpose, expected } = cell;
                let what = format!(
                    "{} by {} on {} for {purpose:?}: {} {}",
                    route.id, seat.name, file.name, answer.status, answer.code
                );
                tried += 1;
                if !keeps_to(expected, answer.status) {
                    wrong.push(format!("{what}, expected {expected:?}"));
                } else if let Some(fault) = audited(route, entries.get(&answer.request), expected) {
                    wrong.push(format!("{what} {fault}"));
                } else if expected == Expected::Allowed {
                    told.insert(route.id.as_str());
                }
            }
        }
        let never: Vec<&str> =
            routes.iter().filter(|route| route.signed && !told.contains(route.id.as_str())).map(|r| r.id.as_str()).collect();
        assert!(wrong.is_empty(), "{} of {tried} cells:\n{}", wrong.len(), wrong.join("\n"));
        assert!(never.is_empty(), "nobody may do these, or they leave no entry: {never:?}");
        assert!(tried > routes.len() * world.seats.len(), "{tried} cells");
    }

    // ASVS 5.0: 6.3.4, 7.2.1, 8.3.1
    async fn nobody_without_an_account_in_use_gets_anything(db: TestDb) {
        let world = World::on(db).await;
        let client = client(&world).await;
        let mut wrong = Vec::new();
        for route in routes(&client).await {
            assert_eq!(route.signed, route.about != About::Anybody, "{} in the published document", route.id);
            if !route.signed {
                continue;
            }
            let bare = client.req(route.method, address(&route.path, &world, &world.active)).dispatch().await.status();
            if bare != Status::Unauthorized {
                wrong.push(format!("{} without a token: {bare}", route.id));
            }
            let seat = world
                .seats
                .iter()
                .find(|seat| route.expected(&world, seat, &world.active, None) == Some(Expected::Allowed))
                .unwrap_or(&world.seats[0]);
            for state in [AccountState::Unconfirmed, AccountState::Suspended, AccountState::Left] {
                world.set_state(seat, state);
                let status = send(&client, &world, &route, seat, &world.active, None).await.status;
                if !matches!(status.code, 401 | 403) {
                    wrong.push(format!("{} by {} who is {state}: {status}", route.id, seat.name));
                }
            }
            world.set_state(seat, AccountState::Active);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    // ASVS 5.0: 16.3.1
    async fn what_anybody_may_call_is_in_the_audit(db: TestDb) {
        let world = World::on(db).await;
        let client = client(&world).await;
        let strange = "A".repeat(43);
        let conn = &mut world.test.db.conn();
        for (path, body) in [
            ("/tokens", json!({ "username": "officer", "password": "een verkeerd wachtwoord" })),
            ("/tokens", json!({ "username": "niemand", "password": "een verkeerd wachtwoord" })),
            ("/token-renewals", json!({ "refreshToken": strange })),
            ("/token-revocations", json!({ "refreshToken": strange })),
            ("/activations", json!({ "activationCode": "7K3M-QX9T-2B4V-8N6R-HJ5W-C1DF-GZ0P", "password": "een lang wachtwoord" })),
        ] {
            let before = audit_size(conn).expect("the audit");
            let request = client.post(format!("{BASE}{path}")).header(ContentType::JSON).body(body.to_string());
            let status = request.dispatch().await.status();
            assert!(status.code < 500, "{path}: {status}");
            assert_eq!(audit_size(conn).expect("the audit"), before + 1, "{path}: {status}");
        }
    }
}
