//! The end of a file: removed and destroyed by two people each time, and afterwards nothing of the person is left to read.

use std::fs;
use std::path::Path;

use scheduler::RunContext;
use zedenregister::access::accounts::{NewRegistrantAccount, create_for_registrant};
use zedenregister::access::{Actor, Ctx};
use zedenregister::ids::{AccountId, RegistrationId};
use zedenregister::instruments::notice::Content;
use zedenregister::jobs::housekeeping;
use zedenregister::measures::help::{self, NewHelpRequest};
use zedenregister::proposals::warning;
use zedenregister::register::around::notes::{self, NewNote};
use zedenregister::register::input::InitialReport;
use zedenregister::register::notify::notify;
use zedenregister::register::removal::{
    NewRemoval, RemovalDecision, RemovalView, decide, decide_destruction, list, propose, propose_destruction,
};
use zedenregister::register::{Refusal, view};
use zedenregister::vocabulary::{Channel, HelpProvider, Purpose, Regime, RemovalGround, RemovalState, Role};

use crate::support::app::{TestApp, address, identity, name, person};
use crate::support::world::warning_content;

const YES: RemovalDecision = RemovalDecision { accept: true };
const NO: RemovalDecision = RemovalDecision { accept: false };
const OVER: NewRemoval = NewRemoval { ground: RemovalGround::PeriodEnded };
/// A little over five years.
const LOCKED_DAYS: i64 = 5 * 366;

fn privacy_officer(test: &TestApp) -> Actor {
    let role = Role::PrivacyOfficer;
    Actor { account: AccountId::fresh(), role, team: None, organisation: "proef".to_owned(), ..test.lead.clone() }
}

fn conflict<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> &'static str {
    match answer {
        Err(Refusal::Conflict { code, .. }) => code,
        other => panic!("no conflict: {other:?}"),
    }
}

fn end(test: &TestApp, registration: RegistrationId) {
    test.db.execute(&format!("UPDATE registrations SET subject_last_day = '2026-01-01' WHERE id = '{registration}'"));
}

async fn removed(test: &TestApp, first: &Actor, second: &Actor, registration: RegistrationId) -> RemovalView {
    end(test, registration);
    let proposed = propose(&test.app, &test.ctx(first), registration, OVER).await.expect("proposed");
    decide(&test.app, &test.ctx(second), registration, proposed.id, 1, YES).await.expect("removed")
}

/// Every byte of every file in the folder of the installation: keys, key store with its log, mail, checkpoints.
fn bytes_below(folder: &Path, into: &mut Vec<u8>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            bytes_below(&path, into);
        } else {
            into.extend(fs::read(path).expect("its bytes"));
        }
    }
}

fn holds(bytes: &[u8], canary: &str) -> bool {
    bytes.windows(canary.len()).any(|window| window == canary.as_bytes())
}

on_both_databases! {
    // ASVS 5.0: 2.3.5
    async fn two_people_remove_what_has_ended_and_nobody_else_opens_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let (first, second) = (privacy_officer(&test), privacy_officer(&test));
        let registration = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await.0;
        assert_eq!(conflict(propose(&test.app, &test.ctx(&first), registration, OVER).await), "not_ended");
        end(&test, registration);
        let asked = propose(&test.app, &test.ctx(&test.officer), registration, OVER).await;
        assert!(matches!(asked, Err(Refusal::NotFound)), "the officer no longer sees it: {asked:?}");

        let proposed = propose(&test.app, &test.ctx(&first), registration, OVER).await.expect("proposed");
        assert_eq!(proposed.decide_by.to_string(), "2026-02-09");
        assert_eq!(conflict(propose(&test.app, &test.ctx(&second), registration, OVER).await), "removal_under_way");
        let own = decide(&test.app, &test.ctx(&first), registration, proposed.id, 1, YES).await;
        assert!(matches!(own, Err(Refusal::Forbidden(_))), "whoever proposes does not decide: {own:?}");
        let no = decide(&test.app, &test.ctx(&second), registration, proposed.id, 1, NO).await.expect("rejected");
        assert_eq!(no.state, RemovalState::Rejected);
        let gone = removed(&test, &first, &second, registration).await;
        assert_eq!((gone.state, gone.version), (RemovalState::Removed, 2));
        assert_eq!(gone.destroy_from.map(|day| day.to_string()).as_deref(), Some("2031-01-12"));
        assert_eq!(list(&test.app, &test.ctx(&first), registration).await.expect("a list").items.len(), 2);
        let early = propose_destruction(&test.app, &test.ctx(&first), registration, gone.id, 2).await;
        assert_eq!(conflict(early), "still_locked");
    }

    // ASVS 5.0: 7.5.3
    async fn it_asks_for_a_fresh_proof_of_being_there(db: TestDb) {
        let test = TestApp::on(db).await;
        let first = privacy_officer(&test);
        let registration = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await.0;
        end(&test, registration);
        let stale = Ctx { session: None, ..test.ctx(&first) };
        let refused = propose(&test.app, &stale, registration, OVER).await;
        assert!(matches!(refused, Err(Refusal::ProofNeeded)), "{refused:?}");
    }

    async fn what_a_crash_left_half_done_is_finished_by_the_housekeeping(db: TestDb) {
        let test = TestApp::on(db).await;
        let (first, second) = (privacy_officer(&test), privacy_officer(&test));
        let registration = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await.0;
        let gone = removed(&test, &first, &second, registration).await;
        let wrapped = wrapped_keys(&test, registration);
        // As the crash leaves it: decided, and the keys still there.
        test.db.execute(&format!("UPDATE removals SET state = 'destroying' WHERE id = '{}'", gone.id));
        let (app, now) = (test.app.clone(), test.app.clock.now().system.utc());
        let ran = tokio::task::spawn_blocking(move || housekeeping::run(&app, &RunContext::new(now, now, 1)));
        ran.await.expect("no panic").expect("it runs");
        let read = list(&test.app, &test.ctx(&first), registration).await.expect("a list");
        assert_eq!(read.items[0].state, RemovalState::Destroyed);
        let mut after = Vec::new();
        bytes_below(test.folder(), &mut after);
        assert!(wrapped.iter().all(|key| !holds(&after, key)), "a wrapped key is left in the files");
    }

    // ASVS 5.0: 14.2.7
    async fn what_is_destroyed_is_nowhere(db: TestDb) {
        let test = TestApp::on(db).await;
        let (first, second) = (privacy_officer(&test), privacy_officer(&test));
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        enrolment.person = Some(person(Some("999990019")));
        let (registration, registrant) = test.registrant(enrolment).await;
        let other = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await.0;
        let new = NewRegistrantAccount { username: "kanarie.gebruiker".to_owned() };
        create_for_registrant(&test.app, &test.ctx(&test.officer), registration, new).await.expect("an account");
        let report = InitialReport {
            identity: identity(),
            name: name(),
            other_names: vec![],
            address: address(4711),
            on_behalf: None,
        };
        let keyed = test.ctx_keyed(&registrant, "kanarie", "k");
        notify(&test.app, &keyed, registration, report, Channel::Api).await.expect("accepted");
        let note = NewNote { text: "kanarie in een notitie".to_owned(), sensitive: false, corrects: None };
        notes::add(&test.app, &test.ctx(&test.officer), registration, note).await.expect("a note");
        beside(&test, registration, &registrant).await;
        let wrapped = wrapped_keys(&test, registration);
        assert_eq!(wrapped.len(), 2, "of the person and of the account");
        let mut before = Vec::new();
        bytes_below(test.folder(), &mut before);
        assert!(wrapped.iter().all(|key| holds(&before, key)), "the search finds what is there");

        let gone = removed(&test, &first, &second, registration).await;
        test.days_pass(LOCKED_DAYS);
        let ready = propose_destruction(&test.app, &test.ctx(&first), registration, gone.id, 2).await.expect("proposed");
        let own = decide_destruction(&test.app, &test.ctx(&first), registration, gone.id, ready.version, YES).await;
        assert!(matches!(own, Err(Refusal::Forbidden(_))), "{own:?}");
        let done = decide_destruction(&test.app, &test.ctx(&second), registration, gone.id, ready.version, YES).await;
        assert_eq!(done.expect("destroyed").state, RemovalState::Destroyed);

        let mut after = Vec::new();
        bytes_below(test.folder(), &mut after);
        after.extend(test.db.dump().into_bytes());
        for canary in ["Proefpersoon", "Joris", "Proeflaan", "9999 XZ", "9999XZ", "999990019", "j.voorbeeld",
            "kanarie.gebruiker", "kanarie in een notitie", "kanarie in een hulpvraag", "kanarie in een waarschuwing", "1975-03-14", "05/123456-22", "proefdossier"]
        {
            assert!(!holds(&after, canary), "`{canary}` is left");
        }
        assert!(wrapped.iter().all(|key| !holds(&after, key)), "a wrapped key is left in the files");
        assert!(holds(&after, registration.as_str()), "what is clear stays, for the statistics");
        let opened = view::registration(&test.app, &test.ctx(&first), registration).await;
        assert!(matches!(opened, Err(Refusal::NotFound)), "{opened:?}");
        let read = list(&test.app, &test.ctx(&first), registration).await.expect("still readable");
        assert!(read.items[0].destroyed_at.is_some());
        view::registration(&test.app, &test.ctx(&test.officer), other).await.expect("nobody else is touched");
    }
}

/// A request for help and a warning notice about the person.
async fn beside(test: &TestApp, registration: RegistrationId, registrant: &Actor) {
    let asked = NewHelpRequest {
        provider: HelpProvider::StopItNow,
        reachable_at: "thuis".to_owned(),
        message: Some("kanarie in een hulpvraag".to_owned()),
    };
    help::add(&test.app, &test.ctx(registrant), registration, asked).await.expect("a request");
    let unit = test.actor_of(Role::Tbkk).await;
    let police = Ctx { purpose: Some(Purpose::InternationalWarning), ..test.ctx(&unit) };
    let content = Content { ground_reasons: "kanarie in een waarschuwing".to_owned(), ..warning_content() };
    warning::draft(&test.app, &police, registration, content).await.expect("a draft");
}

/// The data keys of the person and of their account as the key store keeps them.
fn wrapped_keys(test: &TestApp, registration: RegistrationId) -> Vec<String> {
    use zedenregister::crypto::field::{KeyRecord, KeyStore, key_of};
    use zedenregister::store::key_store::DatabaseKeyStore;
    use zedenregister::store::removals::belongings;

    let what = test
        .app
        .store
        .read_blocking(|conn| belongings(conn, registration).map_err(Refusal::Store))
        .expect("belongings");
    let keys = DatabaseKeyStore::open(test.app.config.keys.key_store.clone()).expect("the key store");
    let of_accounts = what.account_ciphertexts.iter().map(|sealed| key_of(sealed).expect("a key"));
    let of_persons = what.person_keys.iter().map(|key| key.parse().expect("a key"));
    of_accounts
        .chain(of_persons)
        .map(|id| match keys.get(id).expect("a record") {
            Some(KeyRecord::Live(wrapped)) => wrapped.wrapped,
            other => panic!("no living key: {other:?}"),
        })
        .collect()
}
