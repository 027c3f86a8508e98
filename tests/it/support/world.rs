//! An installation with an account for every role, and files that stand to them in every way.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::Duration;
use diesel::connection::SimpleConnection;
use secrecy::SecretString;
use serde_json::json;
use zedenregister::access::accounts::{self, AccountMade, NewAccount, NewRegistrantAccount};
use zedenregister::access::clients;
use zedenregister::access::sign_in::{AccountActivation, SignIn, activate_account, sign_in};
use zedenregister::access::{Actor, Caller, Ctx, Reach};
use zedenregister::crypto::totp::TotpSecret;
use zedenregister::evaluation::releases::{self, NewRelease};
use zedenregister::events::subscriptions::{self, NewSubscription};
use zedenregister::ids::{
    AbsenceId, AccountId, AttemptId, BreachReportId, ClientKeyId, DeadLetterId, DisputeId, DocumentId, DutyId, FactId,
    FlagId, MeasureId, MergeId, NoteId, NotificationId, ProposalId, RegistrationId, ReleaseId, RemovalId,
    RepresentativeId, RequestId, RightsRequestId, SupervisionFindingId, SupervisionOrderId, TeamId, TransferId,
    TravelNoticeId, VisitId, WatchFindingId, WebhookSubscriptionId,
};
use zedenregister::instruments::notice::Content;
use zedenregister::proposals::passport::{self, PassportDraft};
use zedenregister::proposals::warning;
use zedenregister::register::address::Address;
use zedenregister::register::around::notes::{self, NewNote};
use zedenregister::register::around::transfer::{self, NewTransfer};
use zedenregister::register::around::visits::{self, NewVisit};
use zedenregister::register::attempt::{self, AttemptReport};
use zedenregister::register::documents::{self, NewDocument, Part};
use zedenregister::register::enrol::Enrolment;
use zedenregister::register::identity::merge::{self, NewMerge};
use zedenregister::register::identity::representative::{self, NewRepresentative, RepresentativeDetails};
use zedenregister::register::input::{InitialReport, TravelReport, TravelStop};
use zedenregister::register::notify::notify;
use zedenregister::register::review::absence::{self, AbsenceInput};
use zedenregister::register::review::dispute::{self, DisputeInput};
use zedenregister::register::view;
use zedenregister::rights::requests::{self, NewRightsRequest};
use zedenregister::store::rows::FlagRow;
use zedenregister::store::travel_notices::{NoticesWanted, travel_notice_page};
use zedenregister::store::{Decided, Scope, StoreError, WriteSet};
use zedenregister::supervision::{intake, view as supervision_view};
use zedenregister::vocabulary::Purpose;
use zedenregister::vocabulary::{
    AccountKind, AccountState, AttemptKind, Channel, DocumentCategory, DutyKind, EventKind, FlagState, Regime,
    RepresentativeKind, RepresentativeScope, RightsKind, Role,
};

use super::TestDb;
use super::app::{FIRST_DAY, TestApp, address, day, identity, name};
use super::clients::client_jwk;
use super::measures;
use crate::supervision::order;

/// The password of everybody.
pub const PASSWORD: &str = "een lang wachtwoord";
/// The name under which the officer of the files signs in.
pub const OFFICER: &str = "officer.noord";
/// The name under which the registrant signs in.
pub const REGISTRANT: &str = "j.voorbeeld";

/// How an account stands to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It is the registrant's own.
    Own,
    /// The officer supervises it.
    Caseload,
    /// Somebody of the same team supervises it.
    Team,
    /// None of these.
    Other,
}

/// Somebody with an account, and how they stand to the files.
pub struct Seat {
    pub name: String,
    pub role: Role,
    pub account: AccountId,
    pub relation: Relation,
    pub token: String,
    taken: Taken,
}

/// A registration with one of everything; its person is abroad, on a journey that was notified.
#[derive(Clone)]
pub struct File {
    pub name: &'static str,
    pub ended: bool,
    pub registration: RegistrationId,
    pub notification: NotificationId,
    pub trip: FactId,
    pub conviction: FactId,
    pub attempt: AttemptId,
    pub duty: DutyId,
    pub flag: FlagId,
    pub proposal: ProposalId,
    pub warning: ProposalId,
    /// To the police unit.
    pub travel_notice: TravelNoticeId,
    pub visit: VisitId,
    pub note: NoteId,
    pub transfer: TransferId,
    pub document: DocumentId,
    pub merge: MergeId,
    pub removal: RemovalId,
    pub rights_request: RightsRequestId,
    pub representative: RepresentativeId,
    /// About a fact on which the flag does not rest.
    pub dispute: DisputeId,
    /// Declared by the person, verified by nobody.
    pub foreign_conviction: MeasureId,
    pub help_request: MeasureId,
    /// About nobody, and with this file only so that there is a fresh one for each.
    pub signal: MeasureId,
    pub ecris_request: MeasureId,
    /// The chain number of the person.
    pub skn: String,
    /// The person is under supervision besides.
    pub order: SupervisionOrderId,
    /// Told to the prosecution service, and not decided on.
    pub breach: BreachReportId,
    /// Nobody has looked at it.
    pub finding: SupervisionFindingId,
}

/// Everything.
pub struct World {
    pub test: TestApp,
    pub seats: Vec<Seat>,
    pub active: File,
    pub ended: File,
    /// An account nobody uses.
    pub spare: AccountId,
    /// The key by which it may sign in.
    pub client_key: ClientKeyId,
    /// When the officer of the files is on holiday.
    pub absence: AbsenceId,
    /// Asked for by the evaluator.
    pub release: ReleaseId,
    /// A system that is told of events.
    pub subscription: WebhookSubscriptionId,
    /// A message that was given up.
    pub dead_letter: DeadLetterId,
    /// Something unusual that the account nobody uses did.
    pub watch_finding: WatchFindingId,
}

/// An account on its way to a seat.
struct Taken {
    username: String,
    account: AccountId,
    factor: Option<TotpSecret>,
}

impl World {
    pub async fn on(db: TestDb) -> Self {
        let test = TestApp::on(db).await;
        let own_team = Some(test.team);
        let other_team = Some(test.other_team);
        let mut staff = vec![
            ("officer", Role::SupervisionOfficer, own_team, Relation::Caseload),
            ("colleague", Role::SupervisionOfficer, own_team, Relation::Team),
            ("officer of another team", Role::SupervisionOfficer, other_team, Relation::Other),
            ("lead", Role::ReviewLead, own_team, Relation::Team),
            ("lead of another team", Role::ReviewLead, other_team, Relation::Other),
        ];
        let teamless = |role: &Role| !matches!(role, Role::Registrant | Role::SupervisionOfficer | Role::ReviewLead);
        staff.extend(
            Role::ALL.iter().copied().filter(teamless).map(|role| (role.as_str(), role, None, Relation::Other)),
        );
        let mut taken = Vec::new();
        for (name, role, team, relation) in staff {
            let username = if name == "officer" { OFFICER.to_owned() } else { name.replace(' ', ".") };
            let made = account(&test, &username, role, AccountKind::Person, team).await;
            taken.push((name.to_owned(), role, relation, take(&test, username, &made, role).await));
        }
        let officer = Actor { account: taken[0].3.account, ..test.officer.clone() };
        let active = file(&test, &officer, "an active file", false).await;
        let ended = file(&test, &officer, "an ended file", true).await;
        let strange = file(&test, &officer, "somebody's file", false).await;
        for (name, of, relation) in [
            ("registrant", &active, Relation::Own),
            ("registrant whose file has ended", &ended, Relation::Own),
            ("another registrant", &strange, Relation::Other),
        ] {
            let username = if name == "registrant" { REGISTRANT.to_owned() } else { name.replace(' ', ".") };
            let new = NewRegistrantAccount { username: username.clone() };
            let made = accounts::create_for_registrant(&test.app, &test.ctx(&officer), of.registration, new).await;
            let seat = take(&test, username, &made.expect("an account"), Role::Registrant).await;
            taken.push((name.to_owned(), Role::Registrant, relation, seat));
        }
        let sql = format!(
            "UPDATE registrations SET subject_from = '2026-01-12', subject_last_day = '2026-01-12' WHERE id = '{}'",
            ended.registration
        );
        test.db.conn().batch_execute(&sql).expect("the file ends");
        // The codes that confirmed the second factors are spent, and the journeys have begun.
        test.days_pass(1);
        let mut seats = Vec::new();
        for (name, role, relation, taken) in taken {
            let token = token(&test, &taken).await;
            seats.push(Seat { name, role, account: taken.account, relation, token, taken });
        }
        let spare = account(&test, "spare", Role::Tbkk, AccountKind::Machine, None).await.id;
        let admin = seats.iter().find(|seat| seat.role == Role::AdminTech).expect("an administrator").account;
        let admin = Actor { account: admin, role: Role::AdminTech, team: None, ..test.lead.clone() };
        let client_key =
            clients::register(&test.app, &test.ctx(&admin), spare, client_jwk("proef")).await.expect("a key").id;
        let holiday = AbsenceInput {
            account_id: officer.account,
            from: day("2026-08-03"),
            until: day("2026-08-07"),
            cover_id: None,
        };
        let absence = absence::record(&test.app, &test.ctx(&officer), holiday).await.expect("an absence").id;
        let evaluator = seats.iter().find(|seat| seat.role == Role::Evaluator).expect("an evaluator").account;
        let asker = Actor { account: evaluator, role: Role::Evaluator, team: None, ..test.lead.clone() };
        let wanted =
            NewRelease { first_quarter: "2025-Q4".to_owned(), last_quarter: "2025-Q4".to_owned(), microdata: false };
        let release = releases::request(&test.app, &test.ctx(&asker), wanted).await.expect("a request").id;
        let subscription = subscription(&test, &seats).await;
        let dead_letter = dead_letter(&test);
        let watch_finding = WatchFindingId::fresh();
        test.db.execute(&format!(
            "INSERT INTO watch_findings (id, kind, account_id, hour, count, state, version, recorded_at) VALUES
             ('{watch_finding}', 'night', '{spare}', '2026-01-12 01:00:00', 7, 'open', 1, '2026-01-12 02:00:00')"
        ));
        Self {
            test,
            seats,
            active,
            ended,
            spare,
            client_key,
            absence,
            release,
            subscription,
            dead_letter,
            watch_finding,
        }
    }

    /// The officer who supervises the files.
    pub fn officer(&self) -> AccountId {
        self.seats[0].account
    }

    /// The officer who supervises the files, as an actor.
    pub fn supervisor(&self) -> Actor {
        Actor { account: self.officer(), ..self.test.officer.clone() }
    }

    /// Another file of the officer, whose person has no account.
    pub async fn another_file(&self) -> File {
        file(&self.test, &self.supervisor(), "another file", false).await
    }

    /// The lead of the officer's team, as an actor.
    pub fn lead(&self) -> Actor {
        Actor { account: self.seat("lead").account, ..self.test.lead.clone() }
    }

    /// The seat with this name.
    pub fn seat(&self, name: &str) -> &Seat {
        self.seats.iter().find(|seat| seat.name == name).expect("a seat")
    }

    /// What the second factor of a seat shows now.
    pub fn code(&self, seat: &Seat) -> Option<String> {
        seat.taken.factor.as_ref().map(|factor| factor.code_at(self.test.app.clock.now().system.utc()))
    }

    /// Another access token for a seat. A minute passes: a code of the second factor counts once.
    pub async fn sign_in_again(&self, seat: &Seat) -> String {
        self.test.app.clock.advance(Duration::seconds(60));
        token(&self.test, &seat.taken).await
    }

    /// How a seat stands to a file: a registrant owns one of them only.
    pub fn relation(&self, seat: &Seat, file: &File) -> Relation {
        let owns = seat.name == if file.ended { "registrant whose file has ended" } else { "registrant" };
        match seat.relation {
            Relation::Own if !owns => Relation::Other,
            relation => relation,
        }
    }

    /// Puts an account in another state past the program, its sessions and tokens left as they are.
    pub fn set_state(&self, seat: &Seat, state: AccountState) {
        let sql = format!("UPDATE accounts SET state = '{state}' WHERE id = '{}'", seat.account);
        self.test.db.conn().batch_execute(&sql).expect("another state");
    }
}

fn caller(test: &TestApp) -> Caller {
    let ctx = test.ctx(&test.lead);
    Caller { request: RequestId::fresh(), trace: ctx.trace, now: ctx.now }
}

async fn account(
    test: &TestApp,
    username: &str,
    role: Role,
    kind: AccountKind,
    team_id: Option<TeamId>,
) -> AccountMade {
    let administrator = Actor { account: AccountId::fresh(), role: Role::AdminTech, team: None, ..test.lead.clone() };
    let new = NewAccount {
        username: username.to_owned(),
        display_name: "Proef".to_owned(),
        role,
        kind,
        organisation: "proef".to_owned(),
        team_id,
    };
    accounts::create(&test.app, &test.ctx(&administrator), new).await.expect("an account")
}

/// Takes an account into use as its holder does.
async fn take(test: &TestApp, username: String, made: &AccountMade, role: Role) -> Taken {
    let code = made.activation_code.clone().expect("a code");
    let request = |one_time_code: Option<String>| AccountActivation {
        activation_code: SecretString::from(code.clone()),
        password: SecretString::from(PASSWORD),
        one_time_code: one_time_code.map(SecretString::from),
    };
    let first = activate_account(&test.app, &caller(test), request(None)).await.expect("the code counts");
    let factor = role.needs_second_factor().then(|| {
        TotpSecret::from_base32(&SecretString::from(first.second_factor_secret.expect("a secret"))).expect("base 32")
    });
    if let Some(factor) = &factor {
        let shown = factor.code_at(test.app.clock.now().system.utc());
        activate_account(&test.app, &caller(test), request(Some(shown))).await.expect("active");
    }
    Taken { username, account: made.id, factor }
}

async fn token(test: &TestApp, taken: &Taken) -> String {
    let shown = taken.factor.as_ref().map(|factor| factor.code_at(test.app.clock.now().system.utc()));
    let request = SignIn {
        username: taken.username.clone(),
        password: SecretString::from(PASSWORD),
        one_time_code: shown.map(SecretString::from),
    };
    sign_in(&test.app, &caller(test), request).await.expect("signed in").access_token
}

async fn file(test: &TestApp, officer: &Actor, name_of_file: &'static str, ended: bool) -> File {
    static NUMBERS: AtomicU32 = AtomicU32::new(3_000_000);
    let skn = NUMBERS.fetch_add(1, Ordering::Relaxed).to_string();
    let mut enrolment = Enrolment { officer_id: officer.account, ..test.enrolment(Regime::NlPilot, "2026-01-12") };
    enrolment.person.as_mut().expect("somebody new").skn = Some(skn.clone());
    let (registration, person) = test.registrant(enrolment).await;
    let ctx = test.ctx(&person);
    let initial = InitialReport {
        identity: identity(),
        name: name(),
        other_names: Vec::new(),
        address: address(1),
        on_behalf: None,
    };
    let notification = notify(&test.app, &ctx, registration, initial, Channel::Api).await.expect("a report").id;
    let abroad = Address::Foreign { country: "BE".to_owned(), lines: vec!["Proefstraat 1".to_owned()] };
    let travel = TravelReport {
        identity: identity(),
        departure_on: day(FIRST_DAY),
        return_on: day("2026-01-22"),
        stops: vec![TravelStop { address: abroad, from: day(FIRST_DAY), until: day("2026-01-22") }],
        on_behalf: None,
    };
    let trip = notify(&test.app, &ctx, registration, travel, Channel::Api).await.expect("a journey").travel_plan_id;
    let failed = AttemptReport {
        duty_kind: DutyKind::Home,
        duty_id: None,
        kind: AttemptKind::DeskRefused,
        occurred_at: test.app.clock.now().legal,
        channel: Channel::Desk,
        note: "Balie gesloten".to_owned(),
    };
    let attempt = attempt::record(&test.app, &ctx, registration, failed).await.expect("an attempt").id;
    let duty = view::duties(&test.app, &ctx, registration).await.expect("duties").items[0].id;
    let facts = view::facts(&test.app, &ctx, registration).await.expect("facts").items;
    let conviction = facts[0].id;
    let flag = flag(test, officer, registration, duty).await;
    let trip = trip.expect("a trip");
    let beside = facts.iter().map(|fact| fact.id).find(|id| *id != conviction && *id != trip).expect("another fact");
    let doubt = DisputeInput { fact_id: beside, reason: "Zo was het niet".to_owned() };
    let dispute = dispute::raise(&test.app, &test.ctx(officer), registration, doubt).await.expect("a dispute").id;
    let ctx = test.ctx(officer);
    let planned = NewVisit { planned_on: day("2026-02-02"), officer_id: None, purpose: None };
    let visit = visits::plan(&test.app, &ctx, registration, planned).await.expect("a visit").id;
    let written = NewNote { text: "proef".to_owned(), sensitive: false, corrects: None };
    let note = notes::add(&test.app, &ctx, registration, written).await.expect("a note").id;
    let offer = NewTransfer { to_team_id: test.other_team, reason: "proef".to_owned() };
    let (proposal, warning) = proposals(test, registration).await;
    let told = test.app.store.read_blocking(|conn| {
        let reach = Reach::Everything;
        let wanted = NoticesWanted {
            reach,
            bureau_only: false,
            registration: Some(registration),
            acknowledged: None,
            after: None,
            limit: 1,
        };
        travel_notice_page(conn, &wanted)
    });
    let told = told.map_err(|e: StoreError| e).expect("notices");
    let travel_notice = told.first().expect("a notice").id;
    let transfer = transfer::offer(&test.app, &ctx, registration, offer).await.expect("an offer").id;
    let (order, breach) = supervised(test, officer, registration, &skn).await;
    File {
        skn,
        order,
        breach,
        finding: finding(test, officer, registration, order),
        name: name_of_file,
        ended,
        registration,
        notification,
        trip,
        conviction,
        attempt,
        duty,
        flag,
        dispute,
        proposal,
        warning,
        travel_notice,
        visit,
        note,
        transfer,
        document: document(test, officer, registration).await,
        merge: merge(test, officer, registration).await,
        removal: removal(test, registration),
        rights_request: rights_request(test, &person, registration, RightsKind::Objection).await,
        representative: representative(test, officer, registration).await,
        foreign_conviction: measures::foreign_conviction(test, &person, registration).await,
        help_request: measures::help_request(test, &person, registration).await,
        signal: measures::signal(test).await,
        ecris_request: measures::ecris_request(test, false).await,
    }
}

/// Puts the person under supervision, with a breach report.
async fn supervised(
    test: &TestApp,
    officer: &Actor,
    registration: RegistrationId,
    skn: &str,
) -> (SupervisionOrderId, BreachReportId) {
    let mut told = order(&format!("W-{skn}"));
    told["skn"] = skn.into();
    let told = serde_json::from_value(told).expect("a record");
    let ctx = test.ctx(officer);
    let made = intake::record_order(&test.app, &ctx, told).await.expect("an order");
    let seen = supervision_view::orders(&test.app, &ctx, registration).await.expect("orders");
    (made.id, seen.items[0].breaches[0].id)
}

/// What a cross-check found of the order.
fn finding(
    test: &TestApp,
    officer: &Actor,
    registration: RegistrationId,
    order: SupervisionOrderId,
) -> SupervisionFindingId {
    let (id, owner, team) = (SupervisionFindingId::fresh(), officer.account, test.team);
    test.db.execute(&format!(
        "INSERT INTO supervision_findings (id, registration_id, order_id, kind, mark, from_on, steps, owner_id, team_id,
         state, found_on, found_at, version) VALUES ('{id}', '{registration}', '{order}', 'about_to_lapse', 'proef',
         '2026-01-12', '[]', '{owner}', '{team}', 'open', '2026-01-12', '2026-01-12 12:00:00', 1)"
    ));
    id
}

async fn document(test: &TestApp, officer: &Actor, registration: RegistrationId) -> DocumentId {
    let (sender, parts) = tokio::sync::mpsc::channel(2);
    sender.send(Part::Bytes(b"%PDF-1.7 proef".to_vec())).await.expect("room");
    sender.send(Part::End).await.expect("room");
    let new = NewDocument { category: DocumentCategory::Other, name: "proef".to_owned() };
    documents::add(&test.app, &test.ctx(officer), registration, new, parts).await.expect("a document").id
}

/// A passport proposal and a warning notice, both complete drafts.
async fn proposals(test: &TestApp, registration: RegistrationId) -> (ProposalId, ProposalId) {
    let of = |purpose, actor: &Actor| Ctx { purpose: Some(purpose), ..test.ctx(actor) };
    let prosecutor = of(Purpose::Prosecution, &test.actor_of(Role::OmOfficer).await);
    let unit = of(Purpose::InternationalWarning, &test.actor_of(Role::Tbkk).await);
    let proposal = passport::draft(&test.app, &prosecutor, registration, passport_draft()).await.expect("a draft");
    let notice = warning::draft(&test.app, &unit, registration, warning_content()).await.expect("a draft");
    (proposal.id, notice.id)
}

/// A complete proposal under article 18(b).
pub fn passport_draft() -> PassportDraft {
    serde_json::from_value(json!({
        "article": "article_18", "grounds": ["b"],
        "situation": {
            "claimToDocument": true, "evasionReasons": "Heeft een enkele reis geboekt.",
            "sentences": [{ "id": "S1", "finalOn": "2025-05-20", "months": 12 }],
        },
        "letter": {
            "birthPlace": "Proefstad, Nederland", "nationality": "Nederlandse", "parketnummer": "05-123456-22",
            "officer": "mr. A. Bakker", "office": "Arrondissementsparket Oost-Nederland",
            "residence": { "kind": "unknown" },
        },
    }))
    .expect("a draft")
}

/// A complete diffusion to the Philippines.
pub fn warning_content() -> Content {
    serde_json::from_value(json!({
        "kind": "green_diffusion", "ground": "person", "groundReasons": "Drie veroordelingen voor hetzelfde.",
        "riskAssessment": { "id": "R1", "assessedOn": "2025-11-03" },
        "consultation": { "with": "Landelijk Parket", "on": "2026-01-05" },
        "convictions": [{ "id": "C1", "country": "NL", "source": "criminal_record", "verified": true }],
        "identity": {
            "familyName": "Voorbeeld", "forenames": "Jan", "sex": "male", "birthDate": "1975-03-14",
            "documents": [{ "number": "SPECI2014", "country": "NL" }],
        },
        "destinations": ["PH"],
    }))
    .expect("content")
}

/// A request of the registrant that waits for a decision.
pub async fn rights_request(
    test: &TestApp,
    person: &Actor,
    registration: RegistrationId,
    kind: RightsKind,
) -> RightsRequestId {
    let new = NewRightsRequest { kind, about: "proef".to_owned(), wanted: None, received_on: None };
    requests::add(&test.app, &test.ctx(person), registration, new).await.expect("a request").id
}

/// A removal that waits for a second person; proposed by none of the seats.
fn removal(test: &TestApp, registration: RegistrationId) -> RemovalId {
    let id = RemovalId::fresh();
    test.db.execute(&format!(
        "INSERT INTO removals (id, registration_id, state, ground, decide_by, proposed_by, proposed_at, version) VALUES
         ('{id}', '{registration}', 'proposed', 'period_ended', '2026-02-09', '{}', '2026-01-12 12:00:00', 1)",
        AccountId::fresh()
    ));
    id
}

/// A merge that waits for a second person; proposed by none of the seats.
async fn merge(test: &TestApp, officer: &Actor, registration: RegistrationId) -> MergeId {
    let enrolment = Enrolment { officer_id: officer.account, ..test.enrolment(Regime::NlPilot, "2026-01-12") };
    let (absorbed_id, _) = test.registrant(enrolment).await;
    let new = NewMerge { absorbed_id, reason: "proef".to_owned(), leave_out: Vec::new() };
    merge::propose(&test.app, &test.ctx(&test.lead), registration, new).await.expect("a merge").id
}

async fn representative(test: &TestApp, officer: &Actor, registration: RegistrationId) -> RepresentativeId {
    let details = RepresentativeDetails {
        name: "Proef".to_owned(),
        organisation: None,
        contact: None,
        mandate: "proef".to_owned(),
    };
    let new = NewRepresentative {
        kind: RepresentativeKind::Interpreter,
        scope: RepresentativeScope::None,
        from: day("2026-01-12"),
        until: day("2027-01-12"),
        details,
        username: None,
    };
    let made = representative::add(&test.app, &test.ctx(officer), registration, new).await;
    made.expect("a representative").representative.id
}

async fn flag(test: &TestApp, officer: &Actor, registration: RegistrationId, duty: DutyId) -> FlagId {
    let now = test.app.clock.now().legal;
    let row = FlagRow {
        id: FlagId::fresh(),
        duty_id: duty,
        duty_version: 1,
        registration_id: registration,
        state: FlagState::Raised,
        owner_id: officer.account,
        team_id: test.team,
        first_failure_day: day("2026-01-12"),
        raised_on: day("2026-01-12"),
        raised_at: now,
        version: 1,
        updated_at: now,
        outcome: None,
        basis_id: None,
        proposed_by: None,
        decided_by: None,
        answered: false,
        open_disputes: 0,
        fact_disputed: false,
        last_step: 0,
        term_step: 0,
        due_on: None,
        snoozed_until: None,
    };
    let id = row.id;
    let unit = move |_: &mut _| {
        Ok::<_, StoreError>(Decided::new(WriteSet { flags: vec![row.clone()], ..WriteSet::default() }, ()))
    };
    test.app.store.write(Scope::Alone, unit).await.expect("a flag");
    id
}

/// A subscription for the prosecution service.
async fn subscription(test: &TestApp, seats: &[Seat]) -> WebhookSubscriptionId {
    let of = |role: Role| seats.iter().find(|seat| seat.role == role).expect("a seat").account;
    let admin = Actor { account: of(Role::AdminTech), role: Role::AdminTech, team: None, ..test.officer.clone() };
    let new = NewSubscription {
        account_id: of(Role::OmOfficer),
        url: "https://ontvanger.example.nl/".to_owned(),
        kinds: vec![EventKind::FlagReferred],
    };
    subscriptions::create(&test.app, &test.ctx(&admin), new).await.expect("a subscription").id
}

/// A message that was given up, about nobody.
fn dead_letter(test: &TestApp) -> DeadLetterId {
    let (id, at) = (DeadLetterId::fresh(), "2026-01-12 12:00:00");
    test.db.execute(&format!(
        "INSERT INTO outbox (id, kind, reference_id, event, channel, state, attempts, next_try_at, message_id, \
         created_at, updated_at) VALUES ('{id}', 'event', '{id}', 'proef', 'email', 'dead', 1, '{at}', '{id}', '{at}', '{at}')"
    ));
    id
}
