//! Supervision orders beside the register: taken in from a file, read by those who may, and held against the register.

use std::io::{self, Read};
use std::process::Command;

use serde_json::{Value, json};
use zedenregister::access::{Actor, Ctx};
use zedenregister::ids::RegistrationId;
use zedenregister::register::Refusal;
use zedenregister::register::address::Address;
use zedenregister::register::around::timeline::{TimelineFilter, timeline};
use zedenregister::register::input::{TravelReport, TravelStop};
use zedenregister::register::notify::notify;
use zedenregister::supervision::addresses;
use zedenregister::supervision::import::plan::Counts;
use zedenregister::supervision::import::{Format, RowFault};
use zedenregister::supervision::intake::{
    BreachInput, File, IntakeError, Mode, OrderRecorded, Summary, decide_breach, record_order, report_breach, take_in,
};
use zedenregister::supervision::rules::Decided;
use zedenregister::supervision::view::{self, SupervisionView};
use zedenregister::vocabulary::{
    BreachDecision, Channel, ConditionCode, FindingKind, ImportOutcome, OrderDateKind, Purpose, Regime, RequestStatus,
    Role, SupervisionEnd, SupervisionTitle, TimelineKind,
};

use crate::support::app::{TestApp, day, identity};
use crate::support::reports::initial;

pub const SKN: &str = "1234567";
/// The tables of this capability.
const TABLES: [&str; 7] = [
    "supervision_orders",
    "supervision_conditions",
    "supervision_suspensions",
    "supervision_extensions",
    "breach_reports",
    "supervision_import_runs",
    "supervision_import_rows",
];

/// A measure that runs since 15 December 2025.
pub fn order(id: &str) -> Value {
    json!({
        "source": "RN", "orderId": id, "asOf": "2026-01-10T08:00:00+01:00", "skn": SKN,
        "caseNumber": "05/654321-19", "court": "Rechtbank Voorbeeldstad", "organisation": "RN", "level": "2",
        "judgment": { "finalOn": "2019-06-01", "offenceOn": "2018-06-01", "offenceGroup": "listed_sexual" },
        "course": {
            "kind": "measure", "preceding": "prison", "precedingEndsOn": "2025-12-01",
            "events": [
                { "type": "execution_requested", "on": "2025-10-15", "ground": "new_offence", "adviceOn": "2025-10-01" },
                { "type": "execution_ordered", "on": "2025-12-15", "length": { "unit": "years", "n": 3 } },
            ],
        },
        "conditions": [
            { "conditionId": "1", "code": "l", "from": "2025-12-15", "text": "Geheim reisverbod" },
            { "conditionId": "2", "code": "h", "from": "2025-12-15", "municipalities": ["0344"] },
        ],
        "suspensions": [{ "reason": "detained", "from": "2026-01-02", "until": "2026-01-05" }],
        "breaches": [{
            "breachId": "M1", "observedOn": "2026-01-06", "observedBy": "probation", "subject": "condition", "condition": "h",
            "severity": "light", "reportedProsecutionAt": "2026-01-06T10:00:00+01:00", "text": "Geheim gezien",
        }],
    })
}

async fn registered(test: &TestApp) -> (RegistrationId, Actor) {
    let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
    if let Some(person) = &mut enrolment.person {
        person.skn = Some(SKN.to_owned());
    }
    test.registrant(enrolment).await
}

fn file<R: Read>(bytes: R) -> File<R> {
    // By the digest a run that stopped is found again; each test has one file of that name.
    File { bytes, digest: "ab".repeat(32), format: Format::Json }
}

pub fn import(test: &TestApp, text: &str, mode: Mode) -> (Summary, Vec<RowFault>) {
    let mut faults = Vec::new();
    let told = &mut |fault: &RowFault| {
        faults.push(fault.clone());
        Ok(())
    };
    let summary = take_in(&test.app, file(text.as_bytes()), mode, told).expect("taken in");
    (summary, faults)
}

async fn read(test: &TestApp, registration: RegistrationId) -> SupervisionView {
    view::orders(&test.app, &test.ctx(&test.officer), registration).await.expect("orders")
}

fn counts(new: u64, changed: u64, unchanged: u64, rejected: u64) -> Counts {
    Counts { new, changed, unchanged, rejected }
}

/// Breaks off after so many bytes, as a network does.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Err(io::Error::other("the line is gone"));
        }
        self.0.read(into)
    }
}

on_both_databases! {
    async fn an_order_is_taken_in_whole_and_read_with_its_dates(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = registered(&test).await;
        let (summary, faults) = import(&test, &order("T-1").to_string(), Mode::TakeIn);
        assert_eq!((summary.counts, faults.len()), (counts(1, 0, 0, 0), 0));

        let seen = read(&test, registration).await;
        let [order] = seen.items.as_slice() else { panic!("{seen:?}") };
        assert_eq!((order.title, order.state.as_str()), (SupervisionTitle::Measure38z, "running"));
        assert_eq!((order.begins_on, order.last_day), (Some(day("2025-12-15")), Some(day("2028-12-17"))));
        assert_eq!((order.case_number.as_str(), order.level.as_deref()), ("05/654321-19", Some("2")));
        let extension = order.dates.iter().find(|d| d.kind == OrderDateKind::ExtensionRequest).expect("a date");
        assert_eq!((extension.on, extension.status), (Some(day("2028-11-17")), RequestStatus::Open));
        assert!(extension.explanation.en.iter().any(|line| line.starts_with("30 days counted back")));
        assert!(extension.explanation.nl.iter().any(|line| line.starts_with("De termijn stond stil door detentie")));
        assert_eq!(order.conditions[0].text.as_deref(), Some("Geheim reisverbod"));
        assert!(order.conditions.iter().all(|condition| condition.binds));
        assert_eq!(order.breaches[0].text.as_deref(), Some("Geheim gezien"));
        assert_eq!(order.breaches[0].reported_minister_at, None, "that stays visible");

        let dump = test.db.dump();
        for secret in ["Geheim", "05/654321-19", "Rechtbank Voorbeeldstad"] {
            assert!(!dump.contains(secret), "the dump shows `{secret}`");
        }
    }

    async fn orders_and_breaches_stand_in_the_timeline_for_those_who_may_read_them(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = registered(&test).await;
        import(&test, &order("T-1").to_string(), Mode::TakeIn);
        let seen = async |actor, filter| {
            let page = timeline(&test.app, &test.ctx(actor), registration, filter).await.expect("a timeline");
            assert!(page.items.is_sorted_by(|a, b| (a.at, &a.id) >= (b.at, &b.id)));
            let supervision = page.items.into_iter().filter(|entry| {
                matches!(entry.kind, TimelineKind::SupervisionOrder | TimelineKind::Breach)
            });
            supervision.map(|entry| (entry.kind, entry.what, entry.state, entry.on)).collect::<Vec<_>>()
        };
        let all = || TimelineFilter { limit: 100, ..TimelineFilter::default() };
        let order = (TimelineKind::SupervisionOrder, "measure_38z".to_owned(), Some("RN".to_owned()), None);
        let on = day("2026-01-06");
        let breach = (TimelineKind::Breach, "condition".to_owned(), Some("light".to_owned()), Some(on));
        assert_eq!(seen(&test.officer, all()).await, [order, breach.clone()]);
        let of_that_day = TimelineFilter { from: Some(on), until: Some(on), ..all() };
        assert_eq!(seen(&test.officer, of_that_day).await, [breach]);
        let before = TimelineFilter { until: on.pred_opt(), ..all() };
        assert_eq!(seen(&test.officer, before).await, []);
        assert_eq!(seen(&person, all()).await, [], "supervision is not the registrant's to read here");
    }

    async fn what_cannot_be_taken_in_is_told_and_the_rest_is_taken_in(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = registered(&test).await;
        let mut stranger = order("T-2");
        stranger["skn"] = json!("7654321");
        let mut wrong = order("T-3");
        wrong["course"]["events"][1]["length"]["n"] = json!(6);
        let text = format!("{}\n{stranger}\n{wrong}\n{{\n", order("T-1"));
        let (summary, faults) = import(&test, &text, Mode::TakeIn);
        assert_eq!(summary.counts, counts(1, 0, 0, 3));
        let told: Vec<_> = faults.iter().map(|f| (f.line, f.field.as_str(), f.code.as_str())).collect();
        assert_eq!(
            told,
            [
                (2, "skn", "unknown_person"),
                (3, "course.events[1].length", "length_not_allowed"),
                (5, "", "not_json"),
            ]
        );
        assert_eq!(read(&test, registration).await.items.len(), 1);
        assert!(!test.db.dump().contains("7654321"), "a rejected row keeps no value");
    }

    async fn the_same_file_again_changes_nothing_and_a_later_one_replaces(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = registered(&test).await;
        import(&test, &order("T-1").to_string(), Mode::TakeIn);
        let before = test.db.rows_of(&TABLES[..5]);
        let breach = read(&test, registration).await.items[0].breaches[0].id;
        assert_eq!(import(&test, &order("T-1").to_string(), Mode::TakeIn).0.counts, counts(0, 0, 1, 0));
        assert_eq!(test.db.rows_of(&TABLES[..5]), before);

        let mut later = order("T-1");
        later["asOf"] = json!("2026-01-11T08:00:00+01:00");
        later["conditions"] = json!([]);
        later["breaches"][0]["reportedMinisterAt"] = json!("2026-01-11T07:00:00+01:00");
        later["course"]["events"].as_array_mut().expect("events").push(json!({ "type": "lifted", "on": "2026-01-09" }));
        assert_eq!(import(&test, &later.to_string(), Mode::TakeIn).0.counts, counts(0, 1, 0, 0));
        let seen = read(&test, registration).await;
        let [order_now] = seen.items.as_slice() else { panic!("{seen:?}") };
        assert_eq!((order_now.ended, order_now.last_day), (Some(SupervisionEnd::Lifted), Some(day("2026-01-09"))));
        assert!(order_now.conditions.is_empty(), "what a later record leaves out is gone");
        assert_eq!(order_now.breaches[0].id, breach, "the same report stays the same report");
        assert!(order_now.breaches[0].reported_minister_at.is_some());

        // The older file comes again, late: it does not undo the newer one.
        let (summary, faults) = import(&test, &order("T-1").to_string(), Mode::TakeIn);
        assert_eq!((summary.counts, faults[0].code.as_str()), (counts(0, 0, 0, 1), "outdated"));
        assert_eq!(read(&test, registration).await.items[0].ended, Some(SupervisionEnd::Lifted));
    }

    async fn a_dry_run_says_the_same_and_writes_nothing(db: TestDb) {
        let test = TestApp::on(db).await;
        registered(&test).await;
        let text = format!("[{}, {}, {{}}]", order("T-1"), order("T-2"));
        let (summary, faults) = import(&test, &text, Mode::DryRun);
        assert_eq!((summary.counts, summary.run), (counts(2, 0, 0, 1), None));
        assert!(faults.iter().all(|fault| fault.code == "required"), "{faults:?}");
        assert!(test.db.rows_of(&TABLES).is_empty());
        assert_eq!(import(&test, &text, Mode::TakeIn).0.counts, counts(2, 0, 0, 1));
        assert_eq!(import(&test, &text, Mode::DryRun).0.counts, counts(0, 0, 2, 1));
    }

    async fn a_run_that_broke_off_goes_on_where_it_stopped(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = registered(&test).await;
        let mut lines: Vec<String> = (1..=70).map(|i| order(&format!("T-{i}")).to_string()).collect();
        lines[3] = "{\"source\": \"RN\"}".to_owned();
        let text = lines.join("\n");
        let half = lines[..60].join("\n");
        let broken = take_in(&test.app, file(Broken(half.as_bytes())), Mode::TakeIn, &mut |_| Ok(()));
        assert!(matches!(broken, Err(IntakeError::File(_))), "{broken:?}");
        assert_eq!(read(&test, registration).await.items.len(), 49, "one whole batch, without the faulty record");

        let (summary, faults) = import(&test, &text, Mode::TakeIn);
        assert_eq!((summary.resumed_after, summary.counts), (50, counts(69, 0, 0, 1)));
        assert!(faults.iter().all(|fault| fault.line == 4) && !faults.is_empty(), "also what was rejected before");
        assert_eq!(read(&test, registration).await.items.len(), 69);
        let (again, _) = import(&test, &text, Mode::TakeIn);
        assert_eq!((again.resumed_after, again.counts), (0, counts(0, 0, 69, 1)));
    }

    async fn an_order_does_not_change_hands(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = registered(&test).await;
        let mut other = test.enrolment(Regime::NlPilot, "2026-01-12");
        if let Some(person) = &mut other.person {
            person.skn = Some("7654321".to_owned());
            person.name.surname = "Anders".to_owned();
        }
        test.registrant(other).await;
        import(&test, &order("T-1").to_string(), Mode::TakeIn);
        let mut theirs = order("T-1");
        theirs["skn"] = json!("7654321");
        theirs["asOf"] = json!("2026-01-11T08:00:00+01:00");
        let (summary, faults) = import(&test, &theirs.to_string(), Mode::TakeIn);
        assert_eq!((summary.counts.rejected, faults[0].code.as_str()), (1, "other_person"));
        assert_eq!(read(&test, registration).await.items.len(), 1);
    }

    async fn findings_are_for_the_officer_and_change_nothing(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = registered(&test).await;
        let mut with_report = order("T-1");
        with_report["conditions"].as_array_mut().expect("conditions").push(json!({
            "conditionId": "3", "code": "k", "from": "2025-12-15", "notifyRegister": true,
        }));
        let mut imposed = order("T-2");
        imposed["course"]["precedingEndsOn"] = json!("2026-03-01");
        imposed["course"]["events"] = json!([]);
        for part in ["breaches", "suspensions", "conditions"] {
            imposed[part] = json!([]);
        }
        import(&test, &format!("{with_report}\n{imposed}"), Mode::TakeIn);
        let kinds = async || {
            let officer = test.ctx(&test.officer);
            let seen = view::findings(&test.app, &officer, registration).await.expect("findings");
            let kinds: Vec<_> = seen.items.iter().map(|f| (f.kind, f.condition)).collect();
            (kinds, seen.home_not_placed)
        };
        let (before, _) = kinds().await;
        assert!(before.contains(&(FindingKind::AboutToLapse, None)), "{before:?}");
        assert!(before.contains(&(FindingKind::DoubleReportDuty, Some(ConditionCode::K))), "{before:?}");
        assert!(!before.iter().any(|(kind, _)| *kind == FindingKind::TravelBanConflict), "{before:?}");

        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        assert!(kinds().await.1, "Proefstad is no municipality: that is said, not passed over");
        let home = Address::Dutch {
            street: "Proeflaan".to_owned(),
            house_number: 2,
            house_number_suffix: None,
            postcode: "9999 XZ".to_owned(),
            city: "Utrecht".to_owned(),
        };
        let moved = zedenregister::register::input::AddressReport {
            identity: identity(),
            address: home,
            moved_on: day("2026-01-12"),
            on_behalf: None,
        };
        notify(&test.app, &test.ctx(&person), registration, moved, Channel::Api).await.expect("accepted");
        let stop = TravelStop {
            address: Address::Foreign { country: "ES".to_owned(), lines: vec!["Calle Ejemplo 1".to_owned()] },
            from: day("2026-01-20"),
            until: day("2026-01-27"),
        };
        let trip = TravelReport {
            identity: identity(),
            departure_on: day("2026-01-20"),
            return_on: day("2026-01-27"),
            stops: vec![stop],
            on_behalf: None,
        };
        notify(&test.app, &test.ctx(&person), registration, trip, Channel::Api).await.expect("stored all the same");
        let flags = test.db.rows_of(&["flags", "outbox"]);
        let (found, not_placed) = kinds().await;
        assert!(!not_placed);
        assert!(found.contains(&(FindingKind::TravelBanConflict, Some(ConditionCode::L))), "{found:?}");
        assert!(found.contains(&(FindingKind::BannedAreaAddress, Some(ConditionCode::H))), "{found:?}");
        assert_eq!(test.db.rows_of(&["flags", "outbox"]), flags, "nothing follows from it by itself");

        let refused = view::findings(&test.app, &test.ctx(&test.other_officer), registration).await;
        assert!(matches!(refused, Err(Refusal::NotFound)), "{refused:?}");
        let own = view::orders(&test.app, &test.ctx(&person), registration).await;
        assert!(matches!(own, Err(Refusal::Forbidden(_))), "{own:?}");
    }

    async fn the_national_addresses_place_a_home_and_a_new_edition_takes_the_place_of_the_old(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = registered(&test).await;
        import(&test, &order("T-1").to_string(), Mode::TakeIn);
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let seen = async || {
            let officer = test.ctx(&test.officer);
            let seen = view::findings(&test.app, &officer, registration).await.expect("findings");
            (seen.items.iter().any(|f| f.kind == FindingKind::BannedAreaAddress), seen.home_not_placed)
        };
        assert_eq!(seen().await, (false, true));
        let edition = |municipality: &str| {
            let text = format!("PC6;Huisnummer;Buurt;Gemeente2026\n9999XZ;1;x;GM{municipality}\n1011AB;5;x;GM0363\n");
            addresses::take_in(&test.app, text.as_bytes(), day("2026-08-01"), &mut |_| {}).expect("taken in")
        };
        assert_eq!(edition("0344"), 2);
        assert_eq!(seen().await, (true, false));
        edition("0363");
        assert_eq!(seen().await, (false, false));
        assert_eq!(test.db.rows_of(&["address_editions"]).len(), 1, "the old edition is gone");
        let broken = addresses::take_in(&test.app, &b"PC6;Huisnummer;Gemeente\nX;1;GM0344\n"[..], day("2026-08-01"), &mut |_| {});
        assert!(matches!(broken, Err(addresses::AddressError::Extract(_))), "{broken:?}");
        assert_eq!(seen().await, (false, false), "the edition that was there goes on counting");
    }

    async fn the_command_takes_in_a_table_and_reports_rejected_rows(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = registered(&test).await;
        let at = |name: &str| test.folder().join(name);
        let table = "record,source,orderId,asOf,skn,caseNumber,court,organisation,finalOn,offenceOn,offenceGroup,kind,title,\
            beginsOn,lengthUnit,lengthN\n\
            order,RN,V-1,2026-01-10T08:00:00+01:00,1234567,05/123456-22,Rechtbank,RN,2025-11-01,2024-05-01,other,period,\
            conditional_release,2025-12-01,months,12\n\
            order,RN,V-2,2026-01-10T08:00:00+01:00,1234567,05/123456-22,Rechtbank,RN,2025-11-01,2024-05-01,other,period,\
            conditional_release,2025-12-01,months,11\n";
        std::fs::write(at("orders.csv"), table).expect("a file");
        let run = |more: &[&str]| {
            let path = |name: &str| at(name).display().to_string();
            let output = Command::new(env!("CARGO_BIN_EXE_zedenregister"))
                .args(["import-supervision", &path("orders.csv")])
                .args(more)
                .env("ZEDEN_DATABASE__URL", test.db.url_text())
                .env("ZEDEN_KEYS__FOLDER", path("keys"))
                .env("ZEDEN_KEYS__KEY_STORE", format!("sqlite://{}", path("key-store.db")))
                .env("ZEDEN_AUDIT__CHECKPOINTS", path("checkpoints"))
                .env("ZEDEN_MAIL__FOLDER", path("mail"))
                .output()
                .expect("a process");
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.code(), out, String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let (code, out, err) = run(&["--dry-run"]);
        assert_eq!(code, Some(1), "{out} {err}");
        assert_eq!(
            out,
            "line 3: lengthUnit: is a length the law does not allow\n\
             2 records: 1 would be new, 0 would be changed, 0 unchanged, 1 rejected.\n"
        );
        assert!(read(&test, registration).await.items.is_empty());
        let rejected = at("rejected.csv").display().to_string();
        let (code, out, err) = run(&["--rejected", &rejected]);
        assert_eq!((code, out.as_str()), (Some(1), "2 records: 1 new, 0 changed, 0 unchanged, 1 rejected.\n"), "{err}");
        assert_eq!(
            std::fs::read_to_string(&rejected).expect("a report"),
            "line,field,code,reason\n3,lengthUnit,length_not_allowed,is a length the law does not allow\n"
        );
        assert_eq!(read(&test, registration).await.items[0].last_day, Some(day("2026-11-30")));
    }
}

/// The execution authority, through its system.
fn authority(test: &TestApp) -> Ctx {
    test.ctx(&Actor { role: Role::Aice, team: None, ..test.lead.clone() })
}

async fn sent(test: &TestApp, ctx: &Ctx, told: &Value) -> Result<OrderRecorded, Refusal> {
    record_order(&test.app, ctx, serde_json::from_value(told.clone()).expect("a record")).await
}

/// The report of another breach, of which the Minister was not told yet.
fn breach(id: &str) -> BreachInput {
    let told = json!({
        "breachId": id, "observedOn": "2026-01-10", "observedBy": "police", "subject": "condition", "condition": "l",
        "severity": "serious", "reportedProsecutionAt": "2026-01-10T12:00:00+01:00", "text": "Geheim op reis",
    });
    serde_json::from_value(told).expect("a report")
}

fn pointers(refusal: Refusal) -> Vec<(String, String)> {
    match refusal {
        Refusal::Invalid(faults) => faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect(),
        other => panic!("{other:?}"),
    }
}

on_both_databases! {
    async fn an_order_by_itself_is_the_same_record_as_in_a_file(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = registered(&test).await;
        let first = sent(&test, &authority(&test), &order("T-1")).await.expect("taken in");
        assert_eq!((first.outcome, first.version), (ImportOutcome::New, 1));
        assert_eq!(first.registration_id, Some(registration));
        let before = test.db.rows_of(&TABLES[..5]);
        // By whoever it comes, and by whichever way.
        let again = sent(&test, &test.ctx(&test.officer), &order("T-1")).await.expect("known");
        assert_eq!((again.id, again.outcome), (first.id, ImportOutcome::Unchanged));
        assert_eq!(import(&test, &order("T-1").to_string(), Mode::TakeIn).0.counts, counts(0, 0, 1, 0));
        assert_eq!(test.db.rows_of(&TABLES[..5]), before);

        let mut later = order("T-1");
        later["asOf"] = json!("2026-01-11T08:00:00+01:00");
        later["conditions"] = json!([]);
        later["breaches"] = json!([]);
        let changed = sent(&test, &authority(&test), &later).await.expect("changed");
        assert_eq!((changed.id, changed.outcome, changed.version), (first.id, ImportOutcome::Changed, 2));
        assert!(read(&test, registration).await.items[0].conditions.is_empty());
        let old = sent(&test, &authority(&test), &order("T-1")).await.expect_err("older");
        assert_eq!(pointers(old), [("/asOf".to_owned(), "outdated".to_owned())]);
        assert!(!test.db.dump().contains("Geheim"));
    }

    async fn an_order_that_cannot_be_so_is_refused_with_every_field(db: TestDb) {
        let test = TestApp::on(db).await;
        registered(&test).await;
        let before = test.db.rows_of(&TABLES);
        let mut wrong = order("T-1");
        wrong["organisation"] = json!("XX");
        wrong["course"]["events"][1]["length"]["n"] = json!(6);
        wrong["conditions"][1]["municipalities"] = json!(["9999"]);
        wrong["breaches"][0]["condition"] = Value::Null;
        let told = pointers(sent(&test, &authority(&test), &wrong).await.expect_err("refused"));
        let mut named: Vec<&str> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
        named.sort_unstable();
        assert_eq!(
            named,
            ["/breaches/0/condition", "/conditions/1/municipalities/0", "/course/events/1/length", "/organisation"]
        );
        let mut form = order("T-1");
        form["caseNumber"] = json!("onbekend");
        form["court"] = json!("");
        let told = pointers(sent(&test, &authority(&test), &form).await.expect_err("refused"));
        assert_eq!(told.len(), 2, "{told:?}");

        let mut stranger = order("T-2");
        stranger["skn"] = json!("7654321");
        let told = pointers(sent(&test, &authority(&test), &stranger).await.expect_err("nobody"));
        assert_eq!(told, [("/skn".to_owned(), "unknown_person".to_owned())]);
        // An officer cannot tell a stranger from somebody else's file.
        let officer = sent(&test, &test.ctx(&test.officer), &stranger).await;
        assert!(matches!(officer, Err(Refusal::NotFound)));
        let elsewhere = Actor { team: Some(test.other_team), ..test.colleague.clone() };
        assert!(matches!(sent(&test, &test.ctx(&elsewhere), &order("T-1")).await, Err(Refusal::NotFound)));
        assert!(matches!(sent(&test, &test.ctx(&test.lead), &order("T-1")).await, Err(Refusal::Forbidden(_))));
        assert_eq!(test.db.rows_of(&TABLES), before, "nothing is half taken in");
    }

    async fn a_breach_is_reported_told_further_and_decided_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = registered(&test).await;
        let order_id = sent(&test, &authority(&test), &order("T-1")).await.expect("an order").id;
        let officer = test.ctx(&test.officer);
        let new = report_breach(&test.app, &officer, order_id, breach("M2")).await.expect("reported");
        assert_eq!((new.outcome, new.registration_id), (ImportOutcome::New, Some(registration)));
        let same = report_breach(&test.app, &officer, order_id, breach("M2")).await.expect("the same");
        assert_eq!((same.id, same.outcome), (new.id, ImportOutcome::Unchanged));
        let mut further = breach("M2");
        further.reported_minister_at = further.reported_prosecution_at;
        let told = report_breach(&test.app, &officer, order_id, further.clone()).await.expect("told further");
        assert_eq!((told.id, told.outcome), (new.id, ImportOutcome::Changed));
        let seen = read(&test, registration).await;
        let [order_now] = seen.items.as_slice() else { panic!("{seen:?}") };
        let kept = order_now.breaches.iter().find(|one| one.id == new.id).expect("the report");
        assert_eq!(kept.text.as_deref(), Some("Geheim op reis"));
        assert!(kept.reported_minister_at.is_some());
        assert_eq!(order_now.breaches.len(), 2, "the report of the record is still there");
        assert_eq!(order_now.conditions[0].text.as_deref(), Some("Geheim reisverbod"), "and so are its texts");

        let mut wrong = breach("M3");
        wrong.condition = None;
        let refused = report_breach(&test.app, &officer, order_id, wrong).await.expect_err("no condition");
        assert_eq!(pointers(refused)[0].0, "/condition");

        let decided = |on: &str, what| Decided { on: day(on), what, detention: None, executed_days: None };
        let warning = decided("2026-01-11", BreachDecision::WrittenWarning);
        let by_officer = decide_breach(&test.app, &officer, order_id, new.id, warning).await;
        assert!(matches!(by_officer, Err(Refusal::Forbidden(_))), "probation does not decide: {by_officer:?}");
        let prosecution = Actor { role: Role::OmOfficer, team: None, ..test.lead.clone() };
        let ctx = Ctx { purpose: Some(Purpose::Prosecution), ..test.ctx(&prosecution) };
        let early = decided("2026-01-09", BreachDecision::WrittenWarning);
        let early = decide_breach(&test.app, &ctx, order_id, new.id, early).await.expect_err("before it was seen");
        assert_eq!(pointers(early)[0].0, "/on");
        let done = decide_breach(&test.app, &ctx, order_id, new.id, warning).await.expect("decided");
        assert_eq!((done.id, done.outcome), (new.id, ImportOutcome::Changed));
        let twice = decide_breach(&test.app, &ctx, order_id, new.id, warning).await;
        assert!(matches!(twice, Err(Refusal::Conflict { code: "already_decided", .. })));
        let after = report_breach(&test.app, &officer, order_id, further).await;
        assert!(matches!(after, Err(Refusal::Conflict { code: "already_decided", .. })));
        let seen = read(&test, registration).await;
        let kept = seen.items[0].breaches.iter().find(|one| one.id == new.id).expect("the report");
        assert_eq!((kept.decision, kept.decided_on), (Some(BreachDecision::WrittenWarning), Some(day("2026-01-11"))));
        // The file that does not know of it comes again, and does not undo it.
        let (_, faults) = import(&test, &order("T-1").to_string(), Mode::TakeIn);
        assert_eq!(faults[0].code, "outdated");
        assert!(!test.db.dump().contains("Geheim"));
    }
}
