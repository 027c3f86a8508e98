//! Every operation of the committed contract, done as it says: with each of its examples where it takes a body. The answer
//! has the documented status, headers and shape.

use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use serde_json::{Value, json};
use zedenregister::access::accounts::{self, NewRegistrantAccount};
use zedenregister::access::sign_in::{SignIn, sign_in};
use zedenregister::access::tokens::TokenAnswer;
use zedenregister::access::{Actor, Caller, Ctx};
use zedenregister::clock::UtcTime;
use zedenregister::evaluation::releases::make::make;
use zedenregister::evaluation::releases::{self, ReleaseVerdict};
use zedenregister::ids::{NotificationId, RequestId, RightsRequestId};
use zedenregister::instruments::convictions::Recipient;
use zedenregister::instruments::purpose::{Need, Use};
use zedenregister::instruments::signals::CloseReason;
use zedenregister::measures::convictions::{self, Correction, Supply};
use zedenregister::measures::signals::{self, CloseSignal, MatchSignal, SignalReasons, SignalStep};
use zedenregister::proposals::warning::{self, WarningStep};
use zedenregister::register::Refusal;
use zedenregister::register::around::Reason;
use zedenregister::register::around::transfer;
use zedenregister::register::enrol::{Enrolment, enrol};
use zedenregister::register::identity::death::{self, NewDeath};
use zedenregister::register::identity::merge::{self, MergeDecision, Proposed};
use zedenregister::register::input::{ConfirmationReport, OnBehalf, TravelReport, TravelStop};
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::register::review::dispute::{self, DisputeVerdict};
use zedenregister::register::review::{self, Proposal, ProposedOutcome, Verdict};
use zedenregister::store::StoreError;
use zedenregister::store::accounts::account_find;
use zedenregister::store::registrations::registration_find;
use zedenregister::vocabulary::{Channel, Purpose, Regime, RightsKind, Role};

use super::expected::Expected;
use super::routes::About;
use super::{Route, address, client, purposes_to_try, routes};
use crate::support::app::{self, day, identity, name};
use crate::support::clients::asserted;
use crate::support::measures;
use crate::support::world::{File, PASSWORD, REGISTRANT, Seat, World, rights_request};

/// The published document, as committed.
fn contract() -> Value {
    serde_json::from_str(include_str!("../../../api-spec/openapi.json")).expect("the committed contract")
}

/// What one request needs besides its example.
struct Ready<'w> {
    file: File,
    seat: Option<(&'w Seat, Option<Purpose>)>,
    version: i64,
}

on_both_databases! {
    // ADR 2.2: /core/http-response-code
    async fn every_operation_answers_its_examples_as_documented(db: TestDb) {
        let world = World::on(db).await;
        let client = client(&world).await;
        let contract = contract();
        let (mut wrong, mut done) = (Vec::new(), 0);
        for route in routes(&client).await {
            let operation = &contract["paths"][&route.path][route.method.as_str().to_lowercase()];
            let examples = &operation["requestBody"]["content"]["application/json"]["examples"];
            let bodies: Vec<(String, Option<Value>)> = match examples.as_object() {
                Some(examples) => examples.iter().map(|(name, it)| (name.clone(), Some(it["value"].clone()))).collect(),
                None => vec![("no body".to_owned(), None)],
            };
            if route.has_body && !route.uploads && examples.is_null() {
                wrong.push(format!("{}: there is no example", route.id));
                continue;
            }
            for (example, body) in bodies {
                let ready = make_ready(&world, &route, body.as_ref()).await;
                let body = match body {
                    Some(body) => Some(of_this_moment(&world, &route, &ready.file, body).await),
                    None => None,
                };
                let response = send(&client, &world, &route, &ready, body).await;
                if let Err(fault) = as_documented(&contract, operation, response).await {
                    wrong.push(format!("{} ({example}): {fault}", route.id));
                }
                done += 1;
            }
        }
        assert!(wrong.is_empty(), "{} of {done}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(done > 55, "only {done}");
    }
}

/// Puts what the operation is about into place, and finds somebody who may do it.
async fn make_ready<'w>(world: &'w World, route: &Route, body: Option<&Value>) -> Ready<'w> {
    let test = &world.test;
    let officer = test.ctx(&world.supervisor());
    let mut file = match route.about {
        About::File(_) if body.is_some() && route.id != "askForHelp" => world.another_file().await,
        About::File(_) if route.id == "readReferralBundle" => world.another_file().await,
        _ => world.active.clone(),
    };
    let mut version = 0;
    match route.id.as_str() {
        "activateRegistration" => {
            let enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
            let draft = enrol(&test.app, &test.ctx(&test.lead), enrolment).await.expect("a draft");
            (file.registration, version) = (draft.id, draft.version);
        }
        "assignRegistration" => {
            let find = |conn: &mut _| registration_find(conn, file.registration);
            let row = test.app.store.read_blocking(find).map_err(|e: StoreError| e).expect("a row");
            version = row.expect("the file").version;
        }
        "changeAccount" => {
            let row = test.app.store.read_blocking(|conn| account_find(conn, world.spare));
            version = row.map_err(|e: StoreError| e).expect("a row").expect("the account").version;
        }
        "issueActivationCode" => {
            let new = NewRegistrantAccount { username: format!("r.{}", file.registration) };
            accounts::create_for_registrant(&test.app, &officer, file.registration, new).await.expect("an account");
        }
        "registerClientKey" => {
            test.db.execute(&format!(
                "UPDATE accounts SET kind = 'machine', state = 'active' WHERE id = '{}'",
                world.spare
            ));
        }
        "issueStaffActivationCode" => {
            // The spare account is of a machine, which has no such code.
            test.db.execute(&format!(
                "UPDATE accounts SET kind = 'person', state = 'active' WHERE id = '{}'",
                world.spare
            ));
        }
        "logHomeVisit" | "answerTransfer" | "withdrawTransfer" | "decideMerge" | "endRepresentative" => version = 1,
        "offerTransfer" => {
            let why = Reason { reason: "proef".to_owned() };
            transfer::withdraw(&test.app, &officer, file.registration, file.transfer, 1, why)
                .await
                .expect("taken back");
        }
        "proposeSplit" | "decideSplit" => {
            let second = test.ctx(&Actor { account: world.spare, ..test.lead.clone() });
            let yes = MergeDecision { accept: true };
            merge::decide(&test.app, &second, file.registration, file.merge, 1, Proposed::Merge, yes)
                .await
                .expect("merged");
            version = 2;
            if route.id == "decideSplit" {
                let why = Reason { reason: "proef".to_owned() };
                merge::propose_split(&test.app, &second, file.registration, file.merge, 2, why)
                    .await
                    .expect("proposed");
                version = 3;
            }
        }
        "decideWarningNotice" => {
            let unit = world.test.actor_of(Role::Tbkk).await;
            let ctx = Ctx { purpose: Some(Purpose::InternationalWarning), ..test.ctx(&unit) };
            let step = WarningStep::Proposed { on: ctx.today(Regime::NlPilot.zone()) };
            warning::step(&test.app, &ctx, file.registration, file.warning, step).await.expect("proposed");
        }
        "proposeRemoval" | "decideRemoval" | "decideDestruction" => {
            let id = file.registration;
            test.db.execute(&format!("UPDATE registrations SET subject_last_day = '2026-01-01' WHERE id = '{id}'"));
            version = removal_at(world, &file, &route.id);
        }
        "extendRightsRequest" | "decideRightsRequest" | "withdrawRightsRequest" => {
            file.rights_request = asked(world, &file, RightsKind::Objection).await;
            version = 1;
        }
        "carryOutRightsRequest" | "liftRestriction" => {
            file.rights_request = asked(world, &file, RightsKind::Restriction).await;
            let state = if route.id == "liftRestriction" { "carried_out" } else { "granted" };
            let id = file.rights_request;
            test.db.execute(&format!("UPDATE rights_requests SET state = '{state}' WHERE id = '{id}'"));
            version = 1;
        }
        "proposeDestruction" => {
            file = world.another_file().await;
            version = removal_at(world, &file, &route.id);
        }
        "correctDeath" => {
            let death = NewDeath { on: day("2026-01-12"), evidence: "proef".to_owned() };
            death::record(&test.app, &officer, file.registration, death).await.expect("recorded");
        }
        "correctFact" => {
            let moved = NoticeInput::HomeChanged { on: day("2026-01-12") };
            let fact = notice::add(&test.app, &officer, file.registration, moved).await.expect("a fact");
            file.conviction = fact.root_id;
        }
        "decideReceipt" => file.notification = waiting(world, &file).await,
        "cancelTravel" => file.trip = planned(world, &file).await,
        "acknowledgeReferral" => {
            file = world.another_file().await;
            version = reviewed(world, &file, &route.id).await;
        }
        "appealDispute" => {
            let no = DisputeVerdict { uphold: false, reason: "Nagekeken".to_owned() };
            let lead = test.ctx(&world.lead());
            let done = dispute::decide(&test.app, &lead, file.registration, file.dispute, 1, no).await;
            version = done.expect("rejected").version;
        }
        "changeSubscription" | "endSubscription" | "renewSubscriptionSecret" => {
            test.db.execute("UPDATE webhook_subscriptions SET state = 'active', version = 1");
            version = 1;
        }
        "resendDeadLetter" => {
            test.db.execute(&format!("UPDATE outbox SET state = 'dead' WHERE id = '{}'", world.dead_letter));
        }
        "downloadReleaseFile" | "listFigureContributions" => made(world).await,
        "reviewWatchFinding" => {
            test.db.execute(
                "UPDATE watch_findings SET state = 'open', reviewed_by = NULL, reviewed_at = NULL, version = 1",
            );
            version = 1;
        }
        "decideDispute" | "reviewSupervisionFinding" => version = 1,
        "passHelpRequestOn" | "withdrawHelpRequest" => {
            let person = Actor { account: world.seat("registrant").account, ..registrant(world) };
            file.help_request = measures::help_request(test, &person, file.registration).await;
            version = 1;
        }
        "answerEcrisRequest" => (file.ecris_request, version) = (measures::ecris_request(test, true).await, 1),
        "supplementEcrisRequest" => (file.ecris_request, version) = (measures::ecris_request(test, false).await, 1),
        "informRecipient" => version = told(world, &file).await,
        _ if route.path.contains("{foreignConvictionId}") => version = 1,
        _ if route.path.starts_with("/signals/{signalId}") => {
            file.signal = measures::signal(test).await;
            version = signalled(world, &file, &route.id).await;
        }
        _ if route.path.starts_with("/flags/{flagId}/") => version = reviewed(world, &file, &route.id).await,
        _ => {}
    }
    Ready { seat: somebody(world, route, &file, body), file, version }
}

/// The registrant of the active file.
fn registrant(world: &World) -> Actor {
    let find = |conn: &mut _| registration_find(conn, world.active.registration);
    let row = world.test.app.store.read_blocking(find).map_err(|e: StoreError| e).expect("a row").expect("the file");
    Actor { role: Role::Registrant, team: None, person: Some(row.person_id), ..world.test.lead.clone() }
}

/// Brings a signal to where this operation is the next step; answers its version.
async fn signalled(world: &World, file: &File, operation: &str) -> i64 {
    let test = &world.test;
    let desk = test.ctx(&measures::of_role(test, Role::Aice));
    let step = async |version, step| {
        signals::take_step(&test.app, &desk, file.signal, version, step).await.expect("a step").version
    };
    let because = || SignalReasons { reasons: "proef".to_owned() };
    let found = MatchSignal { registration_id: file.registration, reasons: "proef".to_owned() };
    match operation {
        "matchSignal" | "closeSignal" => step(1, SignalStep::TakeUp).await,
        "unmatchSignal" => {
            step(1, SignalStep::TakeUp).await;
            step(2, SignalStep::Match(found)).await
        }
        "reopenSignal" => {
            step(1, SignalStep::TakeUp).await;
            let end = CloseSignal { reason: CloseReason::NothingToDo, reasons: because().reasons };
            step(2, SignalStep::Close(end)).await
        }
        _ => 1,
    }
}

/// Supplies a conviction and corrects it, so that there is something to tell; answers its version.
async fn told(world: &World, file: &File) -> i64 {
    let (test, id) = (&world.test, file.foreign_conviction);
    let lead = test.ctx(&world.lead());
    let supply = Supply {
        to: "Openbaar Ministerie".to_owned(),
        kind: Recipient::Prosecution,
        purpose: Use::Supervision,
        basis: Some("Sv art. 6:3:14".to_owned()),
        consent: None,
        met: vec![Need::HumanReview],
    };
    convictions::supply(&test.app, &lead, file.registration, id, 1, supply).await.expect("supplied");
    let correction = Correction { replacement: measures::declared(), reasons: "proef".to_owned() };
    convictions::correct(&test.app, &lead, file.registration, id, 2, correction).await.expect("corrected").version
}

/// A fresh request about a right, as the officer recorded it.
async fn asked(world: &World, file: &File, kind: RightsKind) -> RightsRequestId {
    rights_request(&world.test, &world.supervisor(), file.registration, kind).await
}

/// Makes the release, whoever decided on it before.
async fn made(world: &World) {
    let test = &world.test;
    let privacy =
        Actor { account: world.seat("privacy_officer").account, role: Role::PrivacyOfficer, ..test.lead.clone() };
    let verdict = ReleaseVerdict { approve: true };
    match releases::decide(&test.app, &test.ctx(&privacy), world.release, verdict).await {
        Ok(_) | Err(Refusal::Conflict { code: "decided_already", .. }) => {}
        Err(other) => panic!("{other:?}"),
    }
    let (app, id) = (test.app.clone(), world.release);
    tokio::task::spawn_blocking(move || make(&app, id, None, &mut |_, _| {})).await.expect("no panic").expect("made");
}

/// Brings the removal of a file to where this operation is the next step; answers its version.
fn removal_at(world: &World, file: &File, operation: &str) -> i64 {
    let state = match operation {
        "proposeRemoval" => "rejected",
        "decideRemoval" => return 1,
        "proposeDestruction" => "removed",
        _ => "destruction_proposed",
    };
    let locked = if state == "rejected" { "NULL" } else { "'2026-01-01'" };
    world.test.db.execute(&format!(
        "UPDATE removals SET state = '{state}', decided_at = proposed_at, destroy_from = {locked} WHERE id = '{}'",
        file.removal
    ));
    1
}

/// Brings the flag of a file to where this operation is the next step; answers its version.
async fn reviewed(world: &World, file: &File, operation: &str) -> i64 {
    let (app, flag) = (&world.test.app, file.flag);
    let (officer, lead) = (world.test.ctx(&world.supervisor()), world.test.ctx(&world.lead()));
    let because = || Reason { reason: "proef".to_owned() };
    let propose = async |outcome| {
        let proposal = Proposal { outcome, reason: "proef".to_owned() };
        review::take_up(app, &officer, flag, 1).await.expect("taken up");
        review::propose(app, &officer, flag, 2, proposal).await.expect("proposed");
    };
    let decide = async || {
        let verdict = Verdict { confirm: true, reason: "proef".to_owned() };
        review::decide(app, &lead, flag, 3, verdict).await.expect("confirmed")
    };
    match operation {
        "awaitEvidence" | "proposeOutcome" => review::take_up(app, &officer, flag, 1).await.expect("taken up").version,
        "receiveEvidence" => {
            review::take_up(app, &officer, flag, 1).await.expect("taken up");
            review::await_evidence(app, &officer, flag, 2, because()).await.expect("awaited").version
        }
        "decideFlag" => {
            propose(ProposedOutcome::Warning {}).await;
            3
        }
        "closeFlag" | "reopenFlag" => {
            propose(ProposedOutcome::Warning {}).await;
            let decided = decide().await.version;
            match operation {
                "closeFlag" => decided,
                _ => review::close(app, &officer, flag, decided, because()).await.expect("closed").version,
            }
        }
        "readReferralBundle" => {
            propose(ProposedOutcome::Referral {}).await;
            decide().await;
            world.test.seal_the_audit().await;
            1
        }
        "acknowledgeReferral" | "recordAuthorityDecision" => {
            propose(ProposedOutcome::Referral {}).await;
            let mut version = decide().await.version;
            if operation == "recordAuthorityDecision" {
                for role in [Role::OmOfficer, Role::Aice] {
                    let seat = world.seat(role.as_str());
                    let actor = Actor { account: seat.account, role, team: None, ..world.supervisor() };
                    let ctx = Ctx { purpose: Some(Purpose::Prosecution), ..world.test.ctx(&actor) };
                    version = review::acknowledge(app, &ctx, flag, version).await.expect("acknowledged").version;
                }
            }
            version
        }
        _ => 1,
    }
}

/// A notification whose earlier time of receipt awaits a second person.
async fn waiting(world: &World, file: &File) -> NotificationId {
    let test = &world.test;
    let three_days_ago: UtcTime = test.app.clock.now().legal.plus(chrono::Duration::days(-3));
    let on_behalf = OnBehalf {
        channel: Channel::Desk,
        place: "Bureau Proefstad".to_owned(),
        received_at: Some(three_days_ago),
        posted_on: None,
        evidence: Some("Dagstaat van de balie".to_owned()),
    };
    let report = ConfirmationReport {
        identity: identity(),
        name: name(),
        other_names: Vec::new(),
        address: app::address(1),
        on_behalf: Some(on_behalf),
    };
    let ctx = test.ctx(&world.supervisor());
    notify(&test.app, &ctx, file.registration, report, Channel::Api).await.expect("a report").id
}

/// A journey that has not begun.
async fn planned(world: &World, file: &File) -> zedenregister::ids::FactId {
    let test = &world.test;
    let (from, until) = (day("2026-06-01"), day("2026-06-08"));
    let lines = vec!["Proefstraat 1".to_owned()];
    let abroad = zedenregister::register::address::Address::Foreign { country: "BE".to_owned(), lines };
    let on_behalf = OnBehalf {
        channel: Channel::Desk,
        place: "Bureau".to_owned(),
        received_at: None,
        posted_on: None,
        evidence: None,
    };
    let journey = TravelReport {
        identity: identity(),
        departure_on: from,
        return_on: until,
        stops: vec![TravelStop { address: abroad, from, until }],
        on_behalf: Some(on_behalf),
    };
    let ctx = test.ctx(&world.supervisor());
    let given = notify(&test.app, &ctx, file.registration, journey, Channel::Api).await.expect("a journey");
    given.travel_plan_id.expect("a journey")
}

/// Somebody who may do it, and the purpose to state.
fn somebody<'w>(
    world: &'w World,
    route: &Route,
    file: &File,
    body: Option<&Value>,
) -> Option<(&'w Seat, Option<Purpose>)> {
    if body.is_some_and(|body| body["channel"] == "liaison_officer") {
        return Some((world.seat("tbkk"), Some(Purpose::Investigation)));
    }
    if route.id == "decideReceipt" {
        return Some((world.seat("lead"), None));
    }
    if route.id == "decideWarningNotice" {
        return Some((world.seat("lirc"), None));
    }
    match route.about {
        About::Anybody => None,
        About::Report if body.is_some_and(|body| body.get("onBehalf").is_some()) => Some((&world.seats[0], None)),
        About::Report | About::Oneself => Some((world.seat("registrant"), None)),
        About::File(_) | About::NoFile(_) => {
            let own = file.registration == world.active.registration;
            let seats = world.seats.iter().filter(|seat| own || seat.role != Role::Registrant);
            let found =
                seats.flat_map(|seat| purposes_to_try(seat.role).into_iter().map(move |purpose| (seat, purpose)));
            let may = |seat: &Seat, purpose| route.expected(world, seat, file, purpose) == Some(Expected::Allowed);
            Some(found.into_iter().find(|(seat, purpose)| may(seat, *purpose)).expect("somebody who may"))
        }
    }
}

/// The example with the ids and secrets of this installation in the place of the made-up ones.
async fn of_this_moment(world: &World, route: &Route, file: &File, mut body: Value) -> Value {
    let test = &world.test;
    for (member, value) in [
        ("officerId", world.officer().to_string()),
        ("teamId", test.team.to_string()),
        ("ownerId", world.officer().to_string()),
        ("accountId", world.officer().to_string()),
        ("coverId", test.colleague.account.to_string()),
        ("fromId", test.colleague.account.to_string()),
        ("toId", world.officer().to_string()),
        ("factId", file.conviction.to_string()),
    ] {
        if let Some(place) = body.get_mut(member) {
            *place = json!(value);
        }
    }
    if let Some(place) = body.get_mut("registrationId") {
        *place = json!(file.registration);
    }
    if route.id == "recordSupervisionOrder" {
        body["skn"] = json!(file.skn);
    }
    if route.id == "createSubscription" {
        body["accountId"] = json!(world.seat("om_officer").account);
    }
    if ["takePassportStep", "takeWarningStep", "decideWarningNotice"].contains(&route.id.as_str()) {
        // A step is not taken before the draft, which was written today.
        body["on"] = json!(test.ctx(&test.lead).today(Regime::NlPilot.zone()));
    }
    if let Some(place) = body.get_mut("toTeamId") {
        *place = json!(test.other_team);
    }
    if let Some(place) = body.get_mut("absorbedId") {
        let enrolment = Enrolment { officer_id: world.officer(), ..test.enrolment(Regime::NlPilot, "2026-01-12") };
        *place = json!(test.registrant(enrolment).await.0);
    }
    if route.id == "replaceChainNumber" {
        body["replaces"] = json!(file.skn);
    }
    if body.get("refreshToken").is_some() {
        body["refreshToken"] = json!(signed_in(world).await.refresh_token);
    }
    if body.get("activationCode").is_some() {
        let file = world.another_file().await;
        let new = NewRegistrantAccount { username: format!("a.{}", file.registration) };
        let ctx = test.ctx(&world.supervisor());
        let made = accounts::create_for_registrant(&test.app, &ctx, file.registration, new).await.expect("an account");
        body["activationCode"] = json!(made.activation_code);
    }
    if body.get("clientAssertion").is_some() {
        test.db
            .execute(&format!("UPDATE accounts SET kind = 'machine', state = 'active' WHERE id = '{}'", world.spare));
        let now = test.app.clock.now().system.utc().timestamp();
        let claims = json!({
            "iss": world.spare, "sub": world.spare, "aud": test.app.config.server.public_url,
            "jti": RequestId::fresh(), "iat": now, "exp": now + 60,
        });
        body["clientAssertion"] = json!(asserted("proef", &claims));
    }
    if (route.id == "signIn" || route.id == "proveSession") && body.get("oneTimeCode").is_some() {
        test.app.clock.advance(chrono::Duration::seconds(60));
        body["oneTimeCode"] = json!(world.code(&world.seats[0]));
    }
    body
}

async fn signed_in(world: &World) -> TokenAnswer {
    let ctx = world.test.ctx(&world.test.lead);
    let caller = Caller { request: RequestId::fresh(), trace: ctx.trace, now: ctx.now };
    let request = SignIn { username: REGISTRANT.to_owned(), password: PASSWORD.into(), one_time_code: None };
    sign_in(&world.test.app, &caller, request).await.expect("signed in")
}

async fn send<'c>(
    client: &'c Client,
    world: &World,
    route: &Route,
    ready: &Ready<'_>,
    body: Option<Value>,
) -> LocalResponse<'c> {
    let query = match route.id.as_str() {
        _ if route.uploads => "?category=other",
        "listFigureContributions" => "?table=registered-by-status-per-team&quarter=2025-Q4&row=total&column=total",
        _ => "",
    };
    let mut request = client
        .req(route.method, format!("{}{query}", address(&route.path, world, &ready.file)))
        .header(Header::new("Idempotency-Key", RequestId::fresh().to_string()))
        .header(Header::new("If-Match", format!("\"{}\"", ready.version)));
    if let Some((seat, purpose)) = ready.seat {
        request = request.header(Header::new("Authorization", format!("Bearer {}", seat.token)));
        if let Some(purpose) = purpose {
            request = request.header(Header::new("Purpose", purpose.as_str()));
        }
    }
    if let Some(body) = body {
        request = request.header(ContentType::JSON).body(body.to_string());
    } else if route.uploads {
        let bytes: &[u8] = b"%PDF-1.7 proef";
        request = request.header(ContentType::Binary).header(Header::new("Document-Name", "proef")).body(bytes);
    }
    request.dispatch().await
}

/// Whether the answer is the one success that is documented.
async fn as_documented(contract: &Value, operation: &Value, response: LocalResponse<'_>) -> Result<(), String> {
    let status = response.status();
    let documented = operation["responses"].as_object().expect("responses");
    let success = documented.keys().find(|status| status.starts_with('2')).expect("a success");
    if *success != status.code.to_string() {
        return Err(format!("{status} and not {success}: {:?}", response.into_string().await));
    }
    let answer = &documented[success];
    for header in answer["headers"].as_object().into_iter().flatten().map(|(name, _)| name) {
        // The last page has no next one.
        if header != "Link" && !response.headers().contains(header) {
            return Err(format!("without {header}"));
        }
    }
    if answer.pointer("/content/application~1octet-stream").is_some() {
        let bytes = response.into_bytes().await.unwrap_or_default();
        return if bytes.is_empty() { Err("no bytes".to_owned()) } else { Ok(()) };
    }
    let Some(schema) = answer.pointer("/content/application~1json/schema") else {
        assert_eq!(status, Status::NoContent, "a body without a schema");
        return Ok(());
    };
    let mut schema = schema.clone();
    schema["components"] = contract["components"].clone();
    let schema = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|error| error.to_string())?;
    let body: Value = response.into_json().await.ok_or("no JSON")?;
    let faults: Vec<String> =
        schema.iter_errors(&body).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}
