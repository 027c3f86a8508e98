//! Rows about people in a release: who may ask, approve and have them, under which pseudonyms, and what is not in them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::{Value, json};
use zedenregister::access::{Actor, Ctx};
use zedenregister::crypto::keyring::Release as ReleaseKey;
use zedenregister::crypto::signing::Verifier;
use zedenregister::evaluation::assignments::{NewAssignment, assign};
use zedenregister::evaluation::releases::verify::verify;
use zedenregister::evaluation::releases::{NewRelease, ReleaseVerdict, ReleaseView, decide, list, request};
use zedenregister::ids::RegistrationId;
use zedenregister::register::Refusal;
use zedenregister::register::custody::{self, CustodyInput, CustodyKind};
use zedenregister::register::notify::notify;
use zedenregister::register::removal::{
    NewRemoval, RemovalDecision, decide as decide_removal, decide_destruction, propose, propose_destruction,
};
use zedenregister::supervision::intake::Mode;
use zedenregister::vocabulary::{Channel, MicrodataRefusal, Regime, RemovalGround, Role};

use super::assignments::both;
use super::releases::{copied, downloaded, made, staff, unpacked};
use crate::supervision::{SKN, import, order};
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

const YES: ReleaseVerdict = ReleaseVerdict { approve: true };

fn with_people() -> NewRelease {
    NewRelease { first_quarter: "2026-Q1".to_owned(), last_quarter: "2026-Q1".to_owned(), microdata: true }
}

/// So many people in one arm, alike but for a breach of one of them.
async fn people(test: &TestApp, count: usize) -> Vec<(RegistrationId, Actor)> {
    let mut found = Vec::new();
    for at in 0..count {
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        if at == 0
            && let Some(person) = &mut enrolment.person
        {
            person.skn = Some(SKN.to_owned());
            person.bsn = Some("999990019".to_owned());
        }
        let (registration, registrant) = test.registrant(enrolment).await;
        // The day of the breach is the first one they are followed.
        let new = NewAssignment { index_on: day("2026-01-06"), assigned_on: day("2026-01-06"), ..both() };
        assign(&test.app, &test.ctx(&test.lead), registration, new).await.expect("assigned");
        let ctx = test.ctx_keyed(&registrant, &format!("first-{at}"), "d");
        notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("accepted");
        found.push((registration, registrant));
    }
    import(test, &order("T-1").to_string(), Mode::TakeIn);
    test.days_pass(90);
    found
}

async fn approved(test: &TestApp, evaluator: &Actor, officer: &Actor) -> ReleaseView {
    let asked = request(&test.app, &test.ctx(evaluator), with_people()).await.expect("asked for");
    decide(&test.app, &test.ctx(officer), asked.id, YES).await.expect("approved")
}

/// The lines of a file, without the heads of the columns.
fn lines<'a>(files: &'a BTreeMap<String, Vec<u8>>, name: &str) -> Vec<&'a str> {
    let text = std::str::from_utf8(files.get(name).unwrap_or_else(|| panic!("{name}"))).expect("text");
    text.lines().skip(1).collect()
}

fn pseudonym(line: &str) -> &str {
    line.split(',').next().unwrap_or_default()
}

fn pseudonyms(files: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    lines(files, "people.csv").into_iter().map(|line| pseudonym(line).to_owned()).collect()
}

/// Whether somewhere in a text a day is written out.
fn has_a_date(text: &str) -> bool {
    text.as_bytes()
        .windows(10)
        .filter_map(|window| std::str::from_utf8(window).ok())
        .any(|window| window.parse::<NaiveDate>().is_ok() || NaiveDate::parse_from_str(window, "%d-%m-%Y").is_ok())
}

fn stated(manifest: &str) -> Value {
    serde_json::from_str(manifest).expect("JSON")
}

on_both_databases! {
    async fn rows_about_people_go_from_request_to_the_secure_environment_and_name_nobody(db: TestDb) {
        let test = TestApp::on(db).await;
        let (evaluator, officer) = (staff(&test, Role::Evaluator).await, staff(&test, Role::PrivacyOfficer).await);
        let people = people(&test, 10).await;
        let asked = request(&test.app, &test.ctx(&evaluator), with_people()).await.expect("asked for");
        assert!(asked.microdata);
        for other in [&evaluator, &test.lead, &test.officer] {
            let refused = decide(&test.app, &test.ctx(other), asked.id, YES).await;
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        }
        let promoted = Actor { role: Role::PrivacyOfficer, ..evaluator.clone() };
        let own = decide(&test.app, &test.ctx(&promoted), asked.id, YES).await;
        assert!(matches!(own, Err(Refusal::Conflict { code: "own_request", .. })), "{own:?}");
        decide(&test.app, &test.ctx(&officer), asked.id, YES).await.expect("approved");
        let early = downloaded(&test, test.ctx(&evaluator), asked.id, "microdata.zip").await;
        assert!(matches!(early, Err(Refusal::Conflict { code: "not_issued", .. })), "{early:?}");
        let made = made(&test, asked.id).await.expect("made");
        assert_eq!(made.microdata_refused, None);
        let settings = stated(&made.manifest)["settings"]["microdata"].clone();
        assert_eq!((&settings["k"], &settings["leftOut"]), (&json!(10), &json!("0")), "{settings}");

        for other in [&officer, &test.lead, &test.officer] {
            for name in ["microdata.zip", "people.csv"] {
                let refused = downloaded(&test, test.ctx(other), asked.id, name).await;
                assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
            }
        }
        let unproved = Ctx { session: None, ..test.ctx(&evaluator) };
        let unproved = downloaded(&test, unproved, asked.id, "microdata.zip").await;
        assert!(matches!(unproved, Err(Refusal::ProofNeeded)), "{unproved:?}");

        let part = async |name: &str| downloaded(&test, test.ctx(&evaluator), asked.id, name).await.expect("a part");
        let rows: BTreeMap<_, _> = unpacked(part("microdata.zip").await).into_iter().collect();
        let tables = unpacked(part("files.zip").await);
        assert!(rows.keys().all(|name| !tables.contains_key(name)), "who has the tables has no rows");
        for ending in ["csv", "csv-metadata.json", "parquet", "codebook.json", "codebook.nl.md", "R", "nl.sps", "en.do"] {
            assert!(rows.contains_key(&format!("people.{ending}")) && rows.contains_key(&format!("events.{ending}")));
        }
        let signature = String::from_utf8(part("manifest.json.sig").await).expect("text");
        let keys = Verifier::<ReleaseKey>::new(&test.app.keys.get()).expect("keys");
        let read = |name: &str| rows.get(name).or_else(|| tables.get(name)).cloned();
        assert_eq!(verify(&part("manifest.json").await, &signature, &keys, read), []);
        assert_eq!(&part("events.csv").await, &rows["events.csv"], "also by its name");

        assert_eq!(lines(&rows, "people.csv").len(), 10);
        let events = lines(&rows, "events.csv");
        assert!(events.iter().any(|line| line.contains(",breach,") && line.contains(",0,0,light")), "{events:?}");
        name_nobody(&rows, &people);
        let dump = test.db.dump();
        assert!(!dump.contains(pseudonym(lines(&rows, "people.csv")[0])), "what is kept is encrypted");
    }

    async fn made_again_it_is_the_same_and_of_somebody_destroyed_only_their_rows_are_gone(db: TestDb) {
        let test = TestApp::on(db).await;
        let (evaluator, officer) = (staff(&test, Role::Evaluator).await, staff(&test, Role::PrivacyOfficer).await);
        let people = people(&test, 10).await;
        let first = approved(&test, &evaluator, &officer).await;
        let (_, issued) = copied(&test, first.id).await;

        let spell = CustodyInput { kind: CustodyKind::Remand, from: day("2026-02-02"), until: Some(day("2026-02-20")) };
        test.days_pass(1);
        for (registration, _) in &people {
            custody::add(&test.app, &test.ctx(&test.officer), *registration, spell).await.expect("back-dated");
        }
        let mut corrected = order("T-1");
        corrected["asOf"] = json!("2026-04-13T08:00:00+02:00");
        corrected["breaches"] = json!([]);
        import(&test, &corrected.to_string(), Mode::TakeIn);
        let (again, files) = copied(&test, first.id).await;
        assert!(again.same_as_issued == Some(true) && files == issued, "byte by byte");

        // The next one has other pseudonyms, and tells what is known by then: nobody failed, so that nobody can hide.
        let next = approved(&test, &evaluator, &officer).await;
        assert_eq!(made(&test, next.id).await.expect("made").microdata_refused, Some(MicrodataRefusal::TooFew));
        test.days_pass(1);
        corrected["asOf"] = json!("2026-04-14T08:00:00+02:00");
        corrected["breaches"] = order("T-1")["breaches"].clone();
        import(&test, &corrected.to_string(), Mode::TakeIn);
        let third = approved(&test, &evaluator, &officer).await;
        let (made_third, third_files) = copied(&test, third.id).await;
        assert!(made_third.manifest.contains(&format!("\"release\":\"{}\"", next.id)), "it names the one before");
        assert_eq!(pseudonyms(&third_files).len(), 10);
        assert!(pseudonyms(&third_files).is_disjoint(&pseudonyms(&issued)), "no two releases can be joined");
        let custody = |files: &BTreeMap<String, Vec<u8>>| lines(files, "events.csv").iter().filter(|line| line.contains(",custody,")).count();
        assert_eq!((custody(&issued), custody(&third_files)), (0, 10));

        destroyed(&test, people[3].0).await;
        let (after, files) = copied(&test, first.id).await;
        assert_eq!(after.same_as_issued, Some(false));
        assert_eq!(stated(&after.manifest)["destroyed"], json!("1-9"));
        let (before, left) = (pseudonyms(&issued), pseudonyms(&files));
        let gone: Vec<&String> = before.difference(&left).collect();
        let [gone] = gone[..] else { panic!("one person is gone: {gone:?}") };
        for name in ["people.csv", "events.csv"] {
            let rest: Vec<&str> = lines(&issued, name).into_iter().filter(|line| pseudonym(line) != gone).collect();
            assert_eq!(lines(&files, name), rest, "all others are as they were, although nine are too few now");
        }
    }

    async fn where_somebody_would_stand_out_the_rows_stay_in_with_the_reason(db: TestDb) {
        let test = TestApp::on(db).await;
        let (evaluator, officer) = (staff(&test, Role::Evaluator).await, staff(&test, Role::PrivacyOfficer).await);
        people(&test, 9).await;
        let release = approved(&test, &evaluator, &officer).await;
        let (first, files) = copied(&test, release.id).await;
        assert_eq!(first.microdata_refused, Some(MicrodataRefusal::TooFew));
        assert_eq!(stated(&first.manifest)["settings"]["microdata"], json!({ "withheld": "too_few" }));
        assert!(!files.is_empty() && files.keys().all(|name| !name.starts_with("people.") && !name.starts_with("events.")));
        let seen = list(&test.app, &test.ctx(&evaluator)).await.expect("listed").items;
        assert_eq!(seen[0].microdata_refused, Some(MicrodataRefusal::TooFew));
        for name in ["microdata.zip", "people.csv"] {
            let none = downloaded(&test, test.ctx(&evaluator), release.id, name).await;
            assert!(matches!(none, Err(Refusal::NotFound)), "{none:?}");
        }
        assert_eq!(made(&test, release.id).await.expect("made again").same_as_issued, Some(true));
    }
}

/// Nothing in the rows says who somebody is, or on which day anything was.
fn name_nobody(rows: &BTreeMap<String, Vec<u8>>, people: &[(RegistrationId, Actor)]) {
    let mut canaries: Vec<String> = [
        "Proefpersoon",
        "Joris",
        "Proeflaan",
        "9999",
        "999990019",
        SKN,
        "j.voorbeeld",
        "1975",
        "05/123456-22",
        "proefdossier",
        "Geheim",
        "2026",
        "T-1",
        "M1",
    ]
    .map(str::to_owned)
    .into();
    for (registration, registrant) in people {
        let person = registrant.person.expect("a person").to_string();
        canaries.extend([registration.to_string(), person.replace('-', ""), person, registrant.account.to_string()]);
    }
    for name in ["people.csv", "people.parquet", "events.csv", "events.parquet"] {
        let text = String::from_utf8_lossy(&rows[name]);
        // Four digits can stand in a pseudonym by chance.
        let told: String = text.lines().map(|line| line.split_once(',').map_or(line, |(_, rest)| rest)).collect();
        let told = if name.ends_with(".csv") { told } else { text.into_owned() };
        let found =
            canaries.iter().find(|canary| (canary.len() > 4 || name.ends_with(".csv")) && told.contains(*canary));
        assert_eq!(found, None, "{name}");
    }
    for name in ["people.csv", "events.csv"] {
        assert!(!lines(rows, name).iter().any(|line| has_a_date(line)), "{name} tells a day");
    }
}

/// Removes and destroys a file, by two people each time.
async fn destroyed(test: &TestApp, registration: RegistrationId) {
    let (first, second) = (staff(test, Role::PrivacyOfficer).await, staff(test, Role::PrivacyOfficer).await);
    test.db.execute(&format!("UPDATE registrations SET subject_last_day = '2026-01-01' WHERE id = '{registration}'"));
    let (over, yes) = (NewRemoval { ground: RemovalGround::PeriodEnded }, RemovalDecision { accept: true });
    let gone = propose(&test.app, &test.ctx(&first), registration, over).await.expect("proposed");
    decide_removal(&test.app, &test.ctx(&second), registration, gone.id, 1, yes).await.expect("removed");
    test.days_pass(5 * 366);
    let ready = propose_destruction(&test.app, &test.ctx(&first), registration, gone.id, 2).await.expect("proposed");
    decide_destruction(&test.app, &test.ctx(&second), registration, gone.id, ready.version, yes)
        .await
        .expect("destroyed");
}
