//! Two registrations of one person become one, and two again: by two people, with everything that follows.

use scheduler::RunContext;
use zedenregister::access::Actor;
use zedenregister::ids::{AccountId, RegistrationId};
use zedenregister::jobs::sweep::{self, Pass};
use zedenregister::register::around::Reason;
use zedenregister::register::enrol::{Enrolment, NewPerson};
use zedenregister::register::file;
use zedenregister::register::identity::merge::{
    MergeDecision, MergeView, NewMerge, Proposed, decide, history, propose, propose_split,
};
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::register::record::FactAnswer;
use zedenregister::register::view::{Search, search};
use zedenregister::register::{Refusal, view};
use zedenregister::store::facts::fact_list;
use zedenregister::store::registrations::registration_find;
use zedenregister::vocabulary::{Channel, DutyKind, DutyStatus, MergeState, Regime};

use crate::support::app::{TestApp, day, person};
use crate::support::reports::initial;

const YES: MergeDecision = MergeDecision { accept: true };
const NO: MergeDecision = MergeDecision { accept: false };

fn second_lead(test: &TestApp) -> Actor {
    Actor { account: AccountId::fresh(), ..test.lead.clone() }
}

/// Two registrations, found by different numbers.
async fn twice(test: &TestApp) -> (RegistrationId, RegistrationId) {
    let enrolment = |skn: &str| {
        let person = NewPerson { skn: Some(skn.to_owned()), ..person(None) };
        Enrolment { person: Some(person), ..test.enrolment(Regime::NlPilot, "2026-01-02") }
    };
    (test.registrant(enrolment("1111111")).await.0, test.registrant(enrolment("2222222")).await.0)
}

async fn moved(test: &TestApp, registration: RegistrationId, on: &str) -> FactAnswer {
    let notice = NoticeInput::HomeChanged { on: day(on) };
    notice::add(&test.app, &test.ctx(&test.officer), registration, notice).await.expect("recorded")
}

async fn proposed(test: &TestApp, ours: RegistrationId, theirs: RegistrationId) -> MergeView {
    let new = NewMerge { absorbed_id: theirs, reason: "Zelfde persoon".to_owned(), leave_out: Vec::new() };
    propose(&test.app, &test.ctx(&test.lead), ours, new).await.expect("proposed")
}

async fn homes(test: &TestApp, registration: RegistrationId) -> usize {
    let duties = view::duties(&test.app, &test.ctx(&test.officer), registration).await.expect("duties").items;
    duties.iter().filter(|duty| duty.kind == DutyKind::Home).count()
}

async fn found(test: &TestApp, skn: &str) -> Vec<RegistrationId> {
    let wanted = Search { skn: Some(skn.to_owned()), ..Search::default() };
    let page = search(&test.app, &test.ctx(&test.lead), wanted).await.expect("a search");
    page.items.into_iter().map(|item| item.id).collect()
}

fn the_document_is_the_sum_of_its_facts(test: &TestApp, registration: RegistrationId) {
    let (row, facts) = test
        .app
        .store
        .read_blocking(|conn| {
            let row = registration_find(conn, registration)?.expect("a registration");
            Ok::<_, Refusal>((row, fact_list(conn, registration)?))
        })
        .expect("rows");
    assert_eq!(row.facts_doc, file::document_of(&row, &facts).expect("a document").to_stored().expect("text"));
}

on_both_databases! {
    async fn two_become_one_and_two_again(db: TestDb) {
        let test = TestApp::on(db).await;
        let (ours, theirs) = twice(&test).await;
        moved(&test, ours, "2026-01-10").await;
        moved(&test, theirs, "2026-01-10").await;
        moved(&test, theirs, "2026-01-11").await;
        let alone = view::duties(&test.app, &test.ctx(&test.officer), theirs).await.expect("duties");
        let offer = proposed(&test, ours, theirs).await;
        assert_eq!(offer.state, MergeState::Proposed);

        let lead = test.ctx(&test.lead);
        let own = decide(&test.app, &lead, ours, offer.id, 1, Proposed::Merge, YES).await;
        assert!(matches!(own, Err(Refusal::Forbidden(_))), "whoever proposes does not decide: {own:?}");
        let second = test.ctx(&second_lead(&test));
        let merged = decide(&test.app, &second, ours, offer.id, 1, Proposed::Merge, YES).await.expect("merged");
        assert_eq!((merged.state, merged.version), (MergeState::Merged, 2));
        assert_eq!(homes(&test, ours).await, 2, "what both say is one duty, what one says is its own");
        let convictions = view::facts(&test.app, &test.ctx(&test.officer), ours).await.expect("facts").items;
        assert_eq!(convictions.iter().filter(|fact| fact.kind == "conviction").count(), 1);
        assert!(convictions.iter().any(|fact| fact.kind == "home_changed" && fact.content.is_none()));
        let gone = view::registration(&test.app, &test.ctx(&test.officer), theirs).await;
        assert!(matches!(gone, Err(Refusal::NotFound)), "{gone:?}");
        assert!(found(&test, "2222222").await.contains(&ours), "found by what the other was found by");
        the_document_is_the_sum_of_its_facts(&test, ours);

        let why = Reason { reason: "Tweelingen".to_owned() };
        let split = propose_split(&test.app, &second, ours, offer.id, 2, why).await.expect("proposed");
        let own = decide(&test.app, &second, ours, offer.id, 3, Proposed::Split, YES).await;
        assert!(matches!(own, Err(Refusal::Forbidden(_))), "{own:?}");
        assert_eq!(split.split_reason.as_deref(), Some("Tweelingen"));
        let two = decide(&test.app, &lead, ours, offer.id, 3, Proposed::Split, YES).await.expect("split");
        assert_eq!(two.state, MergeState::Split);
        assert_eq!(homes(&test, ours).await, 1);
        let again = view::duties(&test.app, &test.ctx(&test.officer), theirs).await.expect("open again");
        assert_eq!(again, alone);
        assert!(!found(&test, "2222222").await.contains(&ours));
        the_document_is_the_sum_of_its_facts(&test, ours);
        let told = test.db.rows_of(&["outbox"]);
        for name in ["registration.merged", "registration.split"] {
            assert_eq!(told.iter().filter(|row| row.contains(name)).count(), 1, "{name}");
        }
        // And once more, by a new proposal.
        proposed(&test, ours, theirs).await;
        let past = history(&test.app, &test.ctx(&test.officer), ours).await.expect("the history").items;
        assert_eq!(past.iter().map(|merge| merge.state).collect::<Vec<_>>(), [MergeState::Proposed, MergeState::Split]);
    }

    async fn a_report_on_the_absorbed_registration_meets_the_duty_of_the_surviving_one(db: TestDb) {
        let test = TestApp::on(db).await;
        let (ours, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (theirs, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let report = notify(&test.app, &test.ctx(&person), theirs, initial(), Channel::Api).await.expect("accepted");
        let first = async || {
            let duties = view::duties(&test.app, &test.ctx(&test.officer), ours).await.expect("duties").items;
            duties.into_iter().find(|duty| duty.kind == DutyKind::Initial).expect("the first").status
        };
        assert_eq!(first().await, DutyStatus::Open);
        let offer = proposed(&test, ours, theirs).await;
        decide(&test.app, &test.ctx(&second_lead(&test)), ours, offer.id, 1, Proposed::Merge, YES).await.expect("merged");
        assert_eq!(first().await, DutyStatus::Met);
        assert_eq!(report.duties_met.len(), 1);
    }

    // ASVS 5.0: 2.3.3
    async fn what_is_left_out_stays_out_and_what_is_refused_changes_nothing(db: TestDb) {
        let test = TestApp::on(db).await;
        let (ours, theirs) = twice(&test).await;
        let wrong = moved(&test, theirs, "2026-01-09").await;
        let strange = moved(&test, ours, "2026-01-08").await;
        let lead = test.ctx(&test.lead);
        let new = |leave_out| NewMerge { absorbed_id: theirs, reason: "Zelfde persoon".to_owned(), leave_out };
        let refused = propose(&test.app, &lead, ours, new(vec![strange.root_id])).await;
        assert!(matches!(&refused, Err(Refusal::Invalid(faults)) if faults[0].code == "no_such_fact"), "{refused:?}");
        let offer = propose(&test.app, &lead, ours, new(vec![wrong.root_id])).await.expect("proposed");
        let second = test.ctx(&second_lead(&test));
        let before = test.db.rows_of(&["facts", "duties", "registrations", "person_lookups"]);
        let no = decide(&test.app, &second, ours, offer.id, 1, Proposed::Merge, NO).await.expect("rejected");
        assert_eq!(no.state, MergeState::Rejected);
        assert_eq!(test.db.rows_of(&["facts", "duties", "registrations", "person_lookups"]), before);
        let late = decide(&test.app, &second, ours, offer.id, 2, Proposed::Merge, YES).await;
        assert!(matches!(late, Err(Refusal::Conflict { code: "not_in_this_state", .. })), "{late:?}");
        let offer = propose(&test.app, &lead, ours, new(vec![wrong.root_id])).await.expect("proposed again");
        decide(&test.app, &second, ours, offer.id, 1, Proposed::Merge, YES).await.expect("merged");
        assert_eq!(homes(&test, ours).await, 1);
    }

    async fn what_cannot_be_one_is_refused(db: TestDb) {
        let test = TestApp::on(db).await;
        let (ours, theirs) = twice(&test).await;
        let (irish, _) = test.registrant(test.enrolment(Regime::Ie, "2026-01-12")).await;
        let code = async |absorbed_id| {
            let new = NewMerge { absorbed_id, reason: "Zelfde persoon".to_owned(), leave_out: Vec::new() };
            match propose(&test.app, &test.ctx(&test.lead), ours, new).await {
                Err(Refusal::Conflict { code, .. }) => code.to_owned(),
                Err(Refusal::Invalid(faults)) => faults[0].code.clone(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(code(ours).await, "no_such_registration");
        assert_eq!(code(irish).await, "other_regime");
        let offer = proposed(&test, ours, theirs).await;
        assert_eq!(code(theirs).await, "merge_under_way");
        // A flag on the absorbed registration would be nobody's.
        test.days_pass(30);
        let (app, now) = (test.app.clone(), test.app.clock.now().legal.utc());
        let swept = tokio::task::spawn_blocking(move || sweep::run(&app, &RunContext::new(now, now, 1), Pass::Full));
        assert!(swept.await.expect("no panic").expect("a report").made > 0);
        let flagged = decide(&test.app, &test.ctx(&second_lead(&test)), ours, offer.id, 1, Proposed::Merge, YES).await;
        assert!(matches!(flagged, Err(Refusal::Conflict { code: "open_flags", .. })), "{flagged:?}");
        let by_officer = NewMerge { absorbed_id: theirs, reason: "Zelfde".to_owned(), leave_out: Vec::new() };
        let refused = propose(&test.app, &test.ctx(&test.officer), ours, by_officer).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
    }
}
