//! Histories out of the register: as of a day, and as far as they were known at an instant.

use serde_json::json;
use zedenregister::access::{Actor, Ctx};
use zedenregister::clock::UtcTime;
use zedenregister::evaluation::assignments::{PILOT, assign};
use zedenregister::evaluation::histories::{Histories, Reading};
use zedenregister::ids::RegistrationId;
use zedenregister::proposals::warning::{self, WarningDecision, WarningStep};
use zedenregister::register::custody::{self, CustodyInput, CustodyKind};
use zedenregister::register::notify::notify;
use zedenregister::statistics::history::{Arm, DutyKind, DutyState, Fact, History, ProposalDecision, ProposalOutcome};
use zedenregister::supervision::intake::Mode;
use zedenregister::vocabulary::{Channel, Purpose, Regime, Role};

use super::assignments::both;
use crate::supervision::{SKN, import, order};
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;
use crate::support::world::warning_content;

/// Every history as of a day, as known at an instant.
pub fn read(test: &TestApp, valid_on: &str, known_at: UtcTime) -> Vec<History> {
    let reading = Reading { valid_on: day(valid_on), known_at, study: PILOT.to_owned() };
    let mut histories = Histories::open(&test.app, reading).expect("a reading");
    let mut found = Vec::new();
    while let Some(history) = histories.next_history().expect("a history") {
        found.push(history);
    }
    assert_eq!(histories.unusable(), 0);
    found
}

fn now(test: &TestApp) -> UtcTime {
    test.app.clock.now().legal
}

async fn enrolled(test: &TestApp) -> (RegistrationId, Actor) {
    let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
    if let Some(person) = &mut enrolment.person {
        person.skn = Some(SKN.to_owned());
    }
    test.registrant(enrolment).await
}

on_both_databases! {
    async fn a_history_tells_what_register_and_supervision_saw_by_the_day(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, registrant) = enrolled(&test).await;
        assign(&test.app, &test.ctx(&test.lead), registration, both()).await.expect("assigned");
        import(&test, &order("T-1").to_string(), Mode::TakeIn);
        test.days_pass(1);
        let ctx = test.ctx_keyed(&registrant, "first", "d");
        notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("accepted");
        let spell = CustodyInput { kind: CustodyKind::Remand, from: day("2026-01-14"), until: Some(day("2026-01-20")) };
        test.days_pass(10);
        custody::add(&test.app, &test.ctx(&test.officer), registration, spell).await.expect("custody");

        let [history] = &read(&test, "2026-01-31", now(&test))[..] else { panic!("one person") };
        assert_eq!(history.assignment.as_ref().map(|it| it.arm), Some(Arm::Both));
        assert_eq!((history.team.as_deref(), history.birth_year), (Some("Noord"), Some(1975)));
        assert!(history.registered.has(day("2026-01-12")) && !history.registered.has(day("2026-01-11")));
        assert!(history.supervised.has(day("2025-12-15")) && !history.supervised.has(day("2025-12-14")));
        // The day of release is a day at liberty.
        assert!(history.custody.has(day("2026-01-19")) && !history.custody.has(day("2026-01-20")));
        let first = history.duties.iter().find(|duty| duty.kind == DutyKind::Initial).expect("the first duty");
        assert_eq!((first.state, first.met_on), (DutyState::Met, Some(day("2026-01-13"))));
        let [breach] = &history.breaches[..] else { panic!("one breach") };
        assert_eq!((breach.fact, breach.observed_on), (Fact::Conduct, day("2026-01-06")));

        // As of the first day nothing was notified, and custody had not begun.
        let [early] = &read(&test, "2026-01-12", now(&test))[..] else { panic!("one person") };
        let first = early.duties.iter().find(|duty| duty.kind == DutyKind::Initial).expect("the first duty");
        assert_eq!((first.state, first.met_on), (DutyState::Pending, None));
        assert!(early.notifications.is_empty() && early.custody.spans().is_empty());
    }

    async fn a_history_tells_what_was_proposed_and_decided_by_the_day(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = enrolled(&test).await;
        let by = |role, actor| Ctx { purpose: Some(Purpose::InternationalWarning), ..test.ctx(&Actor { role, ..actor }) };
        let (unit, bureau) = (test.actor_of(Role::Tbkk).await, test.actor_of(Role::Lirc).await);
        let proposes = by(Role::Tbkk, unit.clone());
        let made = warning::draft(&test.app, &proposes, registration, warning_content()).await.expect("a draft");
        let on = day("2026-01-12");
        warning::step(&test.app, &proposes, registration, made.id, WarningStep::Proposed { on }).await.expect("proposed");
        let before = now(&test);
        test.days_pass(3);
        let decided = by(Role::Lirc, bureau);
        let on = day("2026-01-15");
        let issued = WarningDecision::Issued { on, quality_checked: true, expires_on: None };
        warning::decide(&test.app, &decided, registration, made.id, issued).await.expect("issued");

        let proposals = |valid_on: &str, known_at| {
            let [history] = &read(&test, valid_on, known_at)[..] else { panic!("one person") };
            history.proposals.iter().map(|it| (it.made_on, it.decision)).collect::<Vec<_>>()
        };
        let granted = ProposalDecision { on, outcome: ProposalOutcome::Granted };
        assert_eq!(proposals("2026-01-31", now(&test)), [(day("2026-01-12"), Some(granted))]);
        assert_eq!(proposals("2026-01-14", now(&test)), [(day("2026-01-12"), None)], "not decided on that day");
        assert_eq!(proposals("2026-01-31", before), [(day("2026-01-12"), None)], "not known then");
        assert_eq!(proposals("2026-01-11", now(&test)), [], "not proposed on that day");
    }

    async fn what_became_known_later_changes_nothing(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = enrolled(&test).await;
        assign(&test.app, &test.ctx(&test.lead), registration, both()).await.expect("assigned");
        import(&test, &order("T-1").to_string(), Mode::TakeIn);
        test.days_pass(30);
        let known_at = now(&test);
        let before = read(&test, "2026-01-31", known_at);
        assert_eq!(before.len(), 1);

        test.days_pass(1);
        let spell = CustodyInput { kind: CustodyKind::Remand, from: day("2026-01-14"), until: Some(day("2026-01-20")) };
        custody::add(&test.app, &test.ctx(&test.officer), registration, spell).await.expect("back-dated");
        let mut corrected = order("T-1");
        corrected["asOf"] = json!("2026-02-12T08:00:00+01:00");
        corrected["breaches"] = json!([]);
        import(&test, &corrected.to_string(), Mode::TakeIn);
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;

        assert_eq!(read(&test, "2026-01-31", known_at), before);
        let after = read(&test, "2026-01-31", now(&test));
        assert_eq!(after.len(), 2);
        assert!(after[0].breaches.is_empty() && after[0].custody.has(day("2026-01-15")));
    }

    async fn supervision_taken_in_before_versions_were_kept_is_seen_and_survives_a_change(db: TestDb) {
        let test = TestApp::on(db).await;
        enrolled(&test).await;
        import(&test, &order("T-1").to_string(), Mode::TakeIn);
        test.db.execute("DELETE FROM supervision_versions");
        test.days_pass(1);
        let known_at = now(&test);
        let before = read(&test, "2026-01-13", known_at);
        assert!(before[0].supervised.has(day("2026-01-10")));
        assert_eq!(before[0].breaches.len(), 1);
        test.days_pass(1);
        let mut changed = order("T-1");
        changed["asOf"] = json!("2026-01-14T08:00:00+01:00");
        changed["breaches"] = json!([]);
        import(&test, &changed.to_string(), Mode::TakeIn);
        assert_eq!(read(&test, "2026-01-13", known_at), before);
        assert!(read(&test, "2026-01-14", now(&test))[0].breaches.is_empty());
    }
}
