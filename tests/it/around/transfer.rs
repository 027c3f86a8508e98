//! A file goes to another team: who offers, who takes, and what follows.

use zedenregister::access::Actor;
use zedenregister::ids::{AccountId, RegistrationId};
use zedenregister::register::around::Reason;
use zedenregister::register::around::transfer::{
    NewTransfer, TransferAnswer, TransferView, answer, history, offer, waiting_offers, withdraw,
};
use zedenregister::register::around::visits::{NewVisit, list, plan};
use zedenregister::register::review::absence::{self, AbsenceInput};
use zedenregister::register::review::{self, Snooze};
use zedenregister::register::{Refusal, view};
use zedenregister::vocabulary::{FlagState, FlagStepKind, Regime, TransferState};

use crate::review::{Reviewed, code, warning};
use crate::support::app::{TestApp, day};

fn other_lead(test: &TestApp) -> Actor {
    Actor { account: AccountId::fresh(), team: Some(test.other_team), ..test.lead.clone() }
}

async fn offered(test: &TestApp, registration: RegistrationId) -> TransferView {
    let new = NewTransfer { to_team_id: test.other_team, reason: "Verhuisd naar Zuid".to_owned() };
    offer(&test.app, &test.ctx(&test.officer), registration, new).await.expect("offered")
}

on_both_databases! {
    async fn the_receiving_lead_takes_the_file_and_its_visits_go_along(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let visit = NewVisit { planned_on: day("2026-01-20"), officer_id: None, purpose: None };
        plan(&test.app, &test.ctx(&test.officer), registration, visit).await.expect("planned");
        let offer = offered(&test, registration).await;
        let receiver = other_lead(&test);
        let waiting = waiting_offers(&test.app, &test.ctx(&receiver), None, 10).await.expect("offers");
        assert_eq!(waiting.items, std::slice::from_ref(&offer));
        assert_eq!(waiting.items[0].reason, "Verhuisd naar Zuid");

        let take = |officer_id| TransferAnswer::Accept { officer_id };
        let ctx = test.ctx(&receiver);
        let wrong = answer(&test.app, &ctx, registration, offer.id, 1, take(test.colleague.account)).await;
        assert!(matches!(&wrong, Err(Refusal::Invalid(faults)) if faults[0].code == "no_such_officer"), "{wrong:?}");
        let taken = answer(&test.app, &ctx, registration, offer.id, 1, take(test.other_officer.account)).await.expect("taken");
        assert_eq!((taken.state, taken.to_officer_id), (TransferState::Accepted, Some(test.other_officer.account)));
        let seen = view::registration(&test.app, &test.ctx(&test.other_officer), registration).await.expect("their file");
        assert_eq!((seen.officer_id, seen.team_id), (test.other_officer.account, test.other_team));
        let visits = list(&test.app, &test.ctx(&test.other_officer), registration, None, 10).await.expect("visits");
        assert_eq!(visits.items[0].officer_id, test.other_officer.account);
        let gone = view::registration(&test.app, &test.ctx(&test.officer), registration).await;
        assert!(matches!(gone, Err(Refusal::NotFound)), "{gone:?}");
        let again = answer(&test.app, &ctx, registration, offer.id, 2, take(test.other_officer.account)).await;
        assert!(matches!(again, Err(Refusal::Forbidden(_))), "nothing is offered any more: {again:?}");
    }

    async fn open_flags_go_along_with_a_step_and_no_proposer_comes_to_decide(db: TestDb) {
        let r = Reviewed::on(db).await;
        let test = &r.test;
        r.take_up().await;
        let away = Snooze { until: Some(day("2026-01-19")), reason: "Wacht op brief".to_owned() };
        review::snooze(&test.app, &r.ctx(&test.officer), r.flag, r.version(), away).await.expect("put away");
        r.propose(warning()).await.expect("proposed");
        let before = r.row();
        let offer = offered(test, r.registration).await;
        let receiver = other_lead(test);
        test.keep_account(&receiver).await;
        let take = TransferAnswer::Accept { officer_id: test.other_officer.account };
        answer(&test.app, &test.ctx(&receiver), r.registration, offer.id, 1, take).await.expect("taken");

        let after = r.row();
        assert_eq!((after.owner_id, after.team_id), (test.other_officer.account, test.other_team));
        assert_eq!((after.state, after.proposed_by), (FlagState::Proposed, Some(test.officer.account)));
        assert_eq!((after.due_on, after.snoozed_until), (before.due_on, None), "its term runs on, and it is seen");
        let story = review::story(&test.app, &test.ctx(&test.other_officer), r.flag).await.expect("the story");
        let step = story.steps.last().expect("a step");
        assert_eq!((step.kind, step.owner_id, step.actor_id), (FlagStepKind::Reassigned, after.owner_id, Some(receiver.account)));
        let seen = view::flag(&test.app, &test.ctx(&test.officer), r.flag).await;
        assert!(matches!(seen, Err(Refusal::NotFound)), "it is theirs no more: {seen:?}");
        assert_eq!(code(r.decide(&test.officer, true).await), "forbidden", "whoever proposed it never does");
        r.decide(&receiver, true).await.expect("a lead of the other team decides");
    }

    async fn flags_of_a_file_go_to_whoever_is_there_and_stay_when_it_is_refused(db: TestDb) {
        let r = Reviewed::on(db).await;
        let test = &r.test;
        let receiver = other_lead(test);
        test.keep_account(&receiver).await;
        let cover = Actor { account: AccountId::fresh(), ..test.other_officer.clone() };
        test.keep_account(&cover).await;
        let before = r.row();
        let first = offered(test, r.registration).await;
        let no = TransferAnswer::Refuse { reason: "Woont niet in Zuid".to_owned() };
        answer(&test.app, &test.ctx(&receiver), r.registration, first.id, 1, no).await.expect("refused");
        assert_eq!(r.row(), before);
        let leave = AbsenceInput {
            account_id: test.other_officer.account,
            from: day("2026-01-12"),
            until: day("2026-01-30"),
            cover_id: Some(cover.account),
        };
        absence::record(&test.app, &test.ctx(&receiver), leave).await.expect("on leave");
        let second = offered(test, r.registration).await;
        let yes = TransferAnswer::Accept { officer_id: test.other_officer.account };
        answer(&test.app, &test.ctx(&receiver), r.registration, second.id, 1, yes).await.expect("taken");
        assert_eq!(r.row().owner_id, cover.account, "whoever stands in");
    }

    async fn only_the_team_it_is_offered_to_answers(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let offer = offered(&test, registration).await;
        let refuse = || TransferAnswer::Refuse { reason: "Woont niet in Zuid".to_owned() };
        for actor in [&test.lead, &test.officer, &test.other_officer] {
            let refused = answer(&test.app, &test.ctx(actor), registration, offer.id, 1, refuse()).await;
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        }
        let refused = answer(&test.app, &test.ctx(&other_lead(&test)), registration, offer.id, 1, refuse()).await;
        assert_eq!(refused.expect("refused").answer.as_deref(), Some("Woont niet in Zuid"));
        let seen = view::registration(&test.app, &test.ctx(&test.officer), registration).await.expect("still theirs");
        assert_eq!(seen.team_id, test.team);
        let past = history(&test.app, &test.ctx(&test.officer), registration).await.expect("the history");
        assert_eq!(past.items.iter().map(|item| item.state).collect::<Vec<_>>(), [TransferState::Refused]);
    }

    async fn one_offer_at_a_time_and_it_can_be_taken_back(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let first = offered(&test, registration).await;
        let lead = test.ctx(&test.lead);
        let new = |to_team_id| NewTransfer { to_team_id, reason: "Verhuisd".to_owned() };
        let second = offer(&test.app, &lead, registration, new(test.other_team)).await;
        assert!(matches!(second, Err(Refusal::Conflict { code: "already_offered", .. })), "{second:?}");
        let why = || Reason { reason: "Gaat niet door".to_owned() };
        let stale = withdraw(&test.app, &lead, registration, first.id, 9, why()).await;
        assert!(matches!(stale, Err(Refusal::VersionMoved)), "{stale:?}");
        let back = withdraw(&test.app, &lead, registration, first.id, 1, why()).await.expect("taken back");
        assert_eq!((back.state, back.closed_by), (TransferState::Withdrawn, Some(test.lead.account)));
        let again = withdraw(&test.app, &lead, registration, first.id, 2, why()).await;
        assert!(matches!(again, Err(Refusal::Conflict { code: "not_offered", .. })), "{again:?}");
        let own = offer(&test.app, &lead, registration, new(test.team)).await;
        assert!(matches!(&own, Err(Refusal::Invalid(faults)) if faults[0].code == "own_team"), "{own:?}");
        offered(&test, registration).await;
    }
}
