//! Releases: asked for by one person, approved by another, made, and made again with the same files.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read};
use std::sync::Arc;

use scheduler::{RunContext, RunReport};
use zedenregister::access::{Actor, Ctx};
use zedenregister::crypto::keyring::Release as ReleaseKey;
use zedenregister::crypto::signing::Verifier;
use zedenregister::evaluation::assignments::assign;
use zedenregister::evaluation::releases::copied::Copying;
use zedenregister::evaluation::releases::issued;
use zedenregister::evaluation::releases::make::{Made, MakeError, make};
use zedenregister::evaluation::releases::verify::{Wrong, signature_file, verify};
use zedenregister::evaluation::releases::{NewRelease, ReleaseVerdict, ReleaseView, decide, list, request};
use zedenregister::ids::{AccountId, ReleaseId};
use zedenregister::jobs::releases as releases_job;
use zedenregister::register::Refusal;
use zedenregister::register::custody::{self, CustodyInput, CustodyKind};
use zedenregister::register::notify::notify;
use zedenregister::statistics::formats::files::{Folder, Memory};
use zedenregister::vocabulary::{Channel, Regime, ReleaseState, Role};

use super::assignments::both;
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

pub async fn staff(test: &TestApp, role: Role) -> Actor {
    let actor = Actor { account: AccountId::fresh(), role, team: None, ..test.lead.clone() };
    test.keep_account(&actor).await;
    actor
}

pub fn first_quarter() -> NewRelease {
    NewRelease { first_quarter: "2026-Q1".to_owned(), last_quarter: "2026-Q1".to_owned(), microdata: false }
}

/// Asks for the first quarter of 2026 when it is over, and approves it.
async fn approved(test: &TestApp, evaluator: &Actor, officer: &Actor) -> ReleaseView {
    let asked = request(&test.app, &test.ctx(evaluator), first_quarter()).await.expect("asked for");
    decide(&test.app, &test.ctx(officer), asked.id, ReleaseVerdict { approve: true }).await.expect("approved")
}

pub async fn made(test: &TestApp, id: ReleaseId) -> Result<Made, MakeError> {
    let app = test.app.clone();
    tokio::task::spawn_blocking(move || make(&app, id, None, &mut |_, _| {})).await.expect("no panic")
}

/// Makes it with a copy of its files.
pub async fn copied(test: &TestApp, id: ReleaseId) -> (Made, BTreeMap<String, Vec<u8>>) {
    let (app, folder) = (test.app.clone(), Memory::default());
    let into = folder.clone();
    let copy: Copying = Arc::new(move |name| Ok(Box::new(into.clone().create(name)?)));
    let making = move || make(&app, id, Some(&copy), &mut |_, _| {});
    let made = tokio::task::spawn_blocking(making).await.expect("no panic").expect("made");
    (made, folder.files())
}

/// A file or part of a release as it is given out.
pub async fn downloaded(test: &TestApp, ctx: Ctx, id: ReleaseId, name: &str) -> Result<Vec<u8>, Refusal> {
    let mut outgoing = issued::download(&test.app, &ctx, id, name).await?;
    let mut bytes = Vec::new();
    while let Some(part) = outgoing.next().await? {
        bytes.extend(part);
    }
    if let Some(size) = outgoing.size {
        assert_eq!(i64::try_from(bytes.len()), Ok(size), "{name}");
    }
    Ok(bytes)
}

on_both_databases! {
    async fn a_release_is_made_after_somebody_else_approved_it_and_comes_out_the_same_again(db: TestDb) {
        let test = TestApp::on(db).await;
        let (evaluator, officer) = (staff(&test, Role::Evaluator).await, staff(&test, Role::PrivacyOfficer).await);
        let mut files = Vec::new();
        for at in 0..14 {
            let (registration, registrant) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
            assign(&test.app, &test.ctx(&test.lead), registration, both()).await.expect("assigned");
            let ctx = test.ctx_keyed(&registrant, &format!("first-{at}"), "d");
            notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("accepted");
            files.push(registration);
        }
        test.days_pass(90);
        let asked = request(&test.app, &test.ctx(&evaluator), first_quarter()).await.expect("asked for");
        assert!(matches!(made(&test, asked.id).await, Err(MakeError::NotApproved)));
        let verdict = ReleaseVerdict { approve: true };
        decide(&test.app, &test.ctx(&officer), asked.id, verdict).await.expect("approved");
        let (first, by_name) = copied(&test, asked.id).await;
        assert_eq!(first.same_as_issued, None);
        let registered = by_name.iter().find(|(name, _)| name.starts_with("registered") && name.ends_with(".csv"));
        let (name, csv) = registered.unwrap_or_else(|| panic!("no table of who is registered: {:?}", first.withheld));
        assert!(String::from_utf8_lossy(csv).contains(",15,F"), "{name} shows fourteen people rounded");

        let keys = Verifier::<ReleaseKey>::new(&test.app.keys.get()).expect("keys");
        let signature = signature_file(&first.signature.1, &first.signature.0);
        let check = |read: &dyn Fn(&str) -> Option<Vec<u8>>| verify(first.manifest.as_bytes(), &signature, &keys, read);
        assert_eq!(check(&|name| by_name.get(name).cloned()), []);
        let altered = check(&|other| by_name.get(other).map(|csv| if other == name { b"x".to_vec() } else { csv.clone() }));
        assert_eq!(altered, [Wrong::Altered(name.clone())]);
        let other_manifest = verify(b"{}", &signature, &keys, |_| None);
        assert_eq!(other_manifest, [Wrong::Signature]);

        // Much is corrected and added: the release made again is the same.
        let spell = CustodyInput { kind: CustodyKind::Remand, from: day("2026-02-02"), until: Some(day("2026-02-20")) };
        test.days_pass(1);
        for registration in files {
            custody::add(&test.app, &test.ctx(&test.officer), registration, spell).await.expect("back-dated");
        }
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (again, files) = copied(&test, asked.id).await;
        assert_eq!(again.same_as_issued, Some(true));
        assert!(files == by_name, "byte by byte");

        // A new release of the same quarter is held against the first.
        let second = approved(&test, &evaluator, &officer).await;
        let second = made(&test, second.id).await.expect("made");
        assert!(second.manifest.contains(&format!("\"release\":\"{}\"", asked.id)), "it names the one before");
        let seen = list(&test.app, &test.ctx(&evaluator)).await.expect("read");
        assert_eq!(seen.items.iter().map(|it| it.state).collect::<Vec<_>>(), [ReleaseState::Made, ReleaseState::Made]);
        let dump = test.db.dump();
        assert!(!dump.contains("\"people\":14"), "true numbers are encrypted");
    }

    // ASVS 5.0: 2.3.5
    async fn what_is_not_over_is_refused_and_nobody_decides_on_their_own_request(db: TestDb) {
        let test = TestApp::on(db).await;
        let (evaluator, officer) = (staff(&test, Role::Evaluator).await, staff(&test, Role::PrivacyOfficer).await);
        for (first, last, pointers) in [
            ("2026-Q1", "2026-Q1", vec!["/lastQuarter"]),
            ("2025-Q5", "last", vec!["/firstQuarter", "/lastQuarter"]),
            ("2025-Q4", "2025-Q3", vec!["/lastQuarter"]),
        ] {
            let new =
                NewRelease { first_quarter: first.to_owned(), last_quarter: last.to_owned(), microdata: false };
            let Err(Refusal::Invalid(faults)) = request(&test.app, &test.ctx(&evaluator), new).await else {
                panic!("{first} to {last} was taken")
            };
            assert_eq!(faults.iter().map(|it| it.pointer.as_str()).collect::<Vec<_>>(), pointers);
        }
        let closed =
            NewRelease { first_quarter: "2025-Q4".to_owned(), last_quarter: "2025-Q4".to_owned(), microdata: false };
        let refused = request(&test.app, &test.ctx(&officer), closed.clone()).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        let asked = request(&test.app, &test.ctx(&evaluator), closed).await.expect("asked for");
        let verdict = ReleaseVerdict { approve: true };
        let refused = decide(&test.app, &test.ctx(&evaluator), asked.id, verdict).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        let promoted = Actor { role: Role::PrivacyOfficer, ..evaluator.clone() };
        let refused = decide(&test.app, &test.ctx(&promoted), asked.id, verdict).await;
        assert!(matches!(refused, Err(Refusal::Conflict { code: "own_request", .. })), "{refused:?}");
        let no = ReleaseVerdict { approve: false };
        let rejected = decide(&test.app, &test.ctx(&officer), asked.id, no).await.expect("rejected");
        assert_eq!(rejected.state, ReleaseState::Rejected);
        assert!(matches!(made(&test, asked.id).await, Err(MakeError::NotApproved)));
        let again = decide(&test.app, &test.ctx(&officer), asked.id, verdict).await;
        assert!(matches!(again, Err(Refusal::Conflict { code: "decided_already", .. })), "{again:?}");
    }
}

pub fn unpacked(archive: Vec<u8>) -> HashMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("a ZIP");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let read = |name: &String| {
        let mut content = Vec::new();
        archive.by_name(name).expect("a member").read_to_end(&mut content).expect("read");
        (name.clone(), content)
    };
    names.iter().map(read).collect()
}

/// Runs the job that makes what was approved.
async fn run_the_job(test: &TestApp) -> RunReport {
    let (app, now) = (test.app.clone(), test.app.clock.now().system.utc());
    let run = move || releases_job::run(&app, &RunContext::new(now, now, 1));
    tokio::task::spawn_blocking(run).await.expect("no panic").expect("it runs")
}

on_both_databases! {
    // ASVS 5.0: 5.3.2, 7.5.3
    async fn the_scheduler_makes_what_was_approved_and_its_files_are_given_out_by_name(db: TestDb) {
        let test = TestApp::on(db).await;
        let (evaluator, officer) = (staff(&test, Role::Evaluator).await, staff(&test, Role::PrivacyOfficer).await);
        test.days_pass(90);
        let waiting = request(&test.app, &test.ctx(&evaluator), first_quarter()).await.expect("asked for");
        let release = approved(&test, &evaluator, &officer).await;
        let download = async |actor: &Actor, id, name: &str| downloaded(&test, test.ctx(actor), id, name).await;
        let early = download(&evaluator, release.id, "manifest.json").await;
        assert!(matches!(early, Err(Refusal::Conflict { code: "not_issued", .. })), "{early:?}");

        let report = run_the_job(&test).await;
        assert_eq!((report.made, report.failed), (1, 0));
        assert_eq!(run_the_job(&test).await.made, 0, "once");
        let states = list(&test.app, &test.ctx(&evaluator)).await.expect("listed").items;
        let state = |id| states.iter().find(|one| one.id == id).map(|one| one.state);
        assert_eq!((state(release.id), state(waiting.id)), (Some(ReleaseState::Made), Some(ReleaseState::Requested)));

        let unproved = Ctx { session: None, ..test.ctx(&evaluator) };
        let unproved = downloaded(&test, unproved, release.id, "manifest.json").await;
        assert!(matches!(unproved, Err(Refusal::ProofNeeded)), "{unproved:?}");
        let manifest = download(&evaluator, release.id, "manifest.json").await.expect("the manifest");
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
        let listed = manifest["files"].as_array().expect("files");
        assert!(!listed.is_empty());
        let keys = Verifier::<ReleaseKey>::new(&test.app.keys.get()).expect("keys");
        let files = unpacked(download(&evaluator, release.id, "files.zip").await.expect("the files"));
        for name in listed.iter().step_by(40).map(|file| file["name"].as_str().expect("a name")) {
            let alone = download(&evaluator, release.id, name).await.expect("a file");
            assert_eq!(files.get(name), Some(&alone), "{name}");
        }
        let bytes = download(&evaluator, release.id, "manifest.json").await.expect("the manifest");
        let signature = download(&evaluator, release.id, "manifest.json.sig").await.expect("its signature");
        let signature = String::from_utf8(signature).expect("text");
        assert_eq!(verify(&bytes, &signature, &keys, |name: &str| files.get(name).cloned()), []);

        let unknown = download(&evaluator, release.id, "people.csv").await;
        assert!(matches!(unknown, Err(Refusal::NotFound)), "what was not issued has no name: {unknown:?}");
        for other in [&officer, &test.officer, &test.lead] {
            let refused = download(other, release.id, "manifest.json").await;
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        }
    }
}
