//! Death: ends duties and reminders for the person as a whole, and is taken back whole.

use zedenregister::access::accounts::{self, AccountChange, NewRegistrantAccount};
use zedenregister::access::sign_in::{AccountActivation, activate_account};
use zedenregister::ids::AccountId;
use zedenregister::register::enrol::{Activation, Enrolment, activate, enrol};
use zedenregister::register::identity::death::{DeathCorrection, NewDeath, correct, record};
use zedenregister::register::record::{self as facts, Correction, Replacement};
use zedenregister::register::{Refusal, view};
use zedenregister::store::accounts::account_find;
use zedenregister::store::registrations::registration_list_of_person;
use zedenregister::vocabulary::{AccountState, DutyStatus, LegalStatus, PhysicalStatus, Regime};

use crate::sign_in::{PASSWORD, administrator, caller, enter, secret};
use crate::support::app::{TestApp, day};

fn account_version(test: &TestApp, id: AccountId) -> i64 {
    let found = test.app.store.read_blocking(move |conn| account_find(conn, id).map_err(Refusal::from));
    found.expect("an answer").expect("the account").version
}

fn died(on: &str) -> NewDeath {
    NewDeath { on: day(on), evidence: "Melding uit de BRP".to_owned() }
}

fn corrected(on: Option<&str>) -> DeathCorrection {
    DeathCorrection { on: on.map(day), reason: "Verwisseld met een naamgenoot".to_owned() }
}

on_both_databases! {
    async fn death_ends_what_was_open_and_a_mistake_is_taken_back_whole(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let open = view::duties(&test.app, &test.ctx(&test.officer), registration).await.expect("duties").items;
        assert!(open.iter().any(|duty| duty.status == DutyStatus::Open));
        let before = test.db.rows_of(&["persons"]);
        let recorded = record(&test.app, &test.ctx(&test.officer), registration, died("2026-01-12")).await.expect("recorded");
        assert_eq!(recorded.registrations, [registration]);

        let seen = view::registration(&test.app, &test.ctx(&test.officer), registration).await.expect("its last day");
        assert_eq!((seen.physical_status, seen.period.last_day), (PhysicalStatus::Deceased, Some(day("2026-01-12"))));
        let duties = view::duties(&test.app, &test.ctx(&test.officer), registration).await.expect("duties").items;
        assert!(duties.iter().all(|duty| duty.status == DutyStatus::Lapsed), "{duties:?}");
        let why = view::duty(&test.app, &test.ctx(&test.officer), registration, duties[0].id).await.expect("a duty");
        let explained = serde_json::to_string(&why).expect("JSON");
        assert!(explained.contains("overleden") && explained.contains("died"), "{explained}");
        let twice = record(&test.app, &test.ctx(&test.officer), registration, died("2026-01-12")).await;
        assert!(matches!(twice, Err(Refusal::Conflict { code: "death_recorded", .. })), "{twice:?}");

        // The day after, the registration has ended: hidden from all, and yet the mistake can be mended.
        test.days_pass(1);
        let hidden = view::registration(&test.app, &test.ctx(&test.lead), registration).await;
        assert!(matches!(hidden, Err(Refusal::NotFound)), "{hidden:?}");
        let refused = correct(&test.app, &test.ctx(&test.officer), registration, corrected(None)).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "an officer alone does not: {refused:?}");
        correct(&test.app, &test.ctx(&test.lead), registration, corrected(None)).await.expect("corrected");
        let alive = view::registration(&test.app, &test.ctx(&test.officer), registration).await.expect("in force again");
        assert_eq!((alive.legal_status, alive.physical_status), (LegalStatus::Active, PhysicalStatus::AtLiberty));
        let again = view::duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        let of = |duties: &[view::DutySummary]| duties.iter().map(|d| (d.id, d.due, d.status)).collect::<Vec<_>>();
        assert_eq!(of(&again), of(&open));
        assert_eq!(test.db.rows_of(&["persons"]), before);
        let nothing = correct(&test.app, &test.ctx(&test.lead), registration, corrected(None)).await;
        assert!(matches!(nothing, Err(Refusal::Conflict { code: "no_death_recorded", .. })), "{nothing:?}");
    }

    async fn a_withdrawn_death_gives_back_the_account_it_took_and_no_other(db: TestDb) {
        let test = TestApp::on(db).await;
        let enrolled = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (registration, officer) = (enrolled.0, test.ctx(&test.officer));
        let new = NewRegistrantAccount { username: "j.proef".to_owned() };
        let account = accounts::create_for_registrant(&test.app, &officer, registration, new).await.expect("an account");
        let activation = AccountActivation {
            activation_code: secret(account.activation_code.as_deref().expect("a code")),
            password: secret(PASSWORD),
            one_time_code: None,
        };
        activate_account(&test.app, &caller(&test), activation).await.expect("in use");
        let signs_in = async || enter(&test, "j.proef", PASSWORD, None).await.is_ok();
        let die = async || record(&test.app, &test.ctx(&test.officer), registration, died("2026-01-12")).await.expect("recorded");
        let live = async || correct(&test.app, &test.ctx(&test.lead), registration, corrected(None)).await.expect("withdrawn");
        die().await;
        assert!(!signs_in().await, "the account of the dead");
        live().await;
        assert!(signs_in().await, "it is given back");

        let administrator = test.ctx(&administrator(&test));
        let suspended = AccountChange { state: Some(AccountState::Suspended), role: None, team_id: None };
        let version = account_version(&test, account.id);
        accounts::change(&test.app, &administrator, account.id, version, suspended).await.expect("suspended");
        die().await;
        live().await;
        assert!(!signs_in().await, "an administrator suspended it, not the death");
        // The other way around: suspended by the death first, and then by an administrator as well.
        let version = account_version(&test, account.id);
        let active = AccountChange { state: Some(AccountState::Active), role: None, team_id: None };
        accounts::change(&test.app, &administrator, account.id, version, active).await.expect("in use");
        die().await;
        let suspended = AccountChange { state: Some(AccountState::Suspended), role: None, team_id: None };
        let version = account_version(&test, account.id);
        accounts::change(&test.app, &administrator, account.id, version, suspended).await.expect("suspended");
        live().await;
        assert!(!signs_in().await, "what an administrator decided stands");
    }

    async fn it_is_recorded_for_every_registration_of_the_person_and_recipients_are_told(db: TestDb) {
        let test = TestApp::on(db).await;
        let (pilot, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let second = Enrolment { person: None, person_id: person.person, ..test.enrolment(Regime::Ie, "2026-01-12") };
        let draft = enrol(&test.app, &test.ctx(&test.lead), second).await.expect("enrolled");
        activate(&test.app, &test.ctx(&test.lead), draft.id, draft.version, Activation::default()).await.expect("active");
        let recorded = record(&test.app, &test.ctx(&test.officer), pilot, died("2026-01-11")).await.expect("recorded");
        assert_eq!(recorded.registrations, [pilot, draft.id]);
        let rows = test
            .app
            .store
            .read_blocking(|conn| registration_list_of_person(conn, person.person.expect("a person")).map_err(Refusal::from))
            .expect("rows");
        assert!(rows.iter().all(|row| row.subject_last_day == Some(day("2026-01-11"))), "{rows:?}");
        let told = test.db.rows_of(&["outbox"]);
        assert_eq!(told.iter().filter(|row| row.contains("registrant.died")).count(), 2);
        let moved = correct(&test.app, &test.ctx(&test.lead), pilot, corrected(Some("2026-01-10"))).await.expect("corrected");
        assert_eq!((moved.on, moved.registrations.len()), (Some(day("2026-01-10")), 2));
    }

    async fn what_failed_in_life_stays_failed_and_no_day_lies_ahead(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ahead = record(&test.app, &test.ctx(&test.officer), registration, died("2026-01-13")).await;
        assert!(matches!(&ahead, Err(Refusal::Invalid(faults)) if faults[0].code == "in_the_future"), "{ahead:?}");
        test.days_pass(30);
        let today = test.ctx(&test.officer).today(Regime::NlPilot.zone());
        record(&test.app, &test.ctx(&test.officer), registration, NewDeath { on: today, evidence: "Akte".to_owned() })
            .await
            .expect("recorded");
        let duties = view::duties(&test.app, &test.ctx(&test.officer), registration).await.expect("duties").items;
        assert!(duties.iter().any(|duty| duty.status == DutyStatus::Overdue), "{duties:?}");
        // The correction of a single fact is not the way.
        let all = view::facts(&test.app, &test.ctx(&test.officer), registration).await.expect("facts").items;
        let death = all.iter().find(|fact| fact.kind == "died").expect("the death").root_id;
        let one = Correction { reason: "Vergissing".to_owned(), replacement: Replacement::Withdrawn };
        let refused = facts::correct(&test.app, &test.ctx(&test.officer), registration, death, one).await;
        assert!(matches!(refused, Err(Refusal::Conflict { code: "correct_the_death", .. })), "{refused:?}");
    }
}
