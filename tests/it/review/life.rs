//! The whole life of a flag, with every step told and every term set.

use zedenregister::register::review::{self, ProposedOutcome, Snooze};
use zedenregister::register::view::{self, FlagFilter};
use zedenregister::vocabulary::{Excuse, FlagOutcome, FlagState, FlagStepKind};

use super::{Reviewed, because, proposal, warning};
use crate::support::app::day;

on_both_databases! {
    async fn from_the_machines_candidate_to_the_end(db: TestDb) {
        let r = Reviewed::on(db).await;
        let (app, officer) = (&r.test.app, r.ctx(&r.test.officer));
        let raised = r.row();
        assert_eq!((raised.state, raised.due_on), (FlagState::Raised, Some(day("2026-01-19"))), "the next working day");
        let taken = r.take_up().await;
        assert_eq!((taken.state, taken.due_on, taken.version), (FlagState::InReview, Some(day("2026-01-23")), 2));
        let asked = because("Ontslagbrief gevraagd");
        let awaiting = review::await_evidence(app, &officer, r.flag, 2, asked).await.expect("awaited");
        assert_eq!((awaiting.state, awaiting.due_on), (FlagState::AwaitingEvidence, Some(day("2026-01-30"))));
        let came = review::receive_evidence(app, &officer, r.flag, 3, because("Brief ontvangen")).await.expect("came");
        assert_eq!(came.state, FlagState::InReview);
        let excuse = ProposedOutcome::AcceptableExcuse { excuse: Excuse::Illness, evidence: "Ontslagbrief".to_owned() };
        let proposed = r.propose(proposal(excuse)).await.expect("proposed");
        assert_eq!((proposed.state, proposed.outcome), (FlagState::Proposed, Some(FlagOutcome::AcceptableExcuse)));
        assert_eq!(proposed.proposed_by, Some(r.test.officer.account));
        assert_eq!(proposed.due_on, Some(day("2026-01-19")));
        let decided = r.decide(&r.test.lead, true).await.expect("confirmed");
        assert_eq!((decided.state, decided.decided_by), (FlagState::Decided, Some(r.test.lead.account)));
        let closed = r.close().await.expect("closed");
        assert_eq!((closed.state, closed.due_on, closed.overdue), (FlagState::Closed, None, false));
        assert_eq!(closed.outcome, Some(FlagOutcome::AcceptableExcuse));

        let story = review::story(app, &officer, r.flag).await.expect("a story");
        let kinds: Vec<_> = story.steps.iter().map(|step| (step.number, step.kind)).collect();
        use FlagStepKind::*;
        assert_eq!(
            kinds,
            [(1, TakenUp), (2, EvidenceAwaited), (3, EvidenceReceived), (4, Proposed), (5, Confirmed), (6, Closed)]
        );
        assert!(story.steps.iter().all(|step| step.actor_id.is_some() && step.on == day("2026-01-16")));
        assert_eq!(story.steps[1].reason.as_deref(), Some("Ontslagbrief gevraagd"));
        assert_eq!(story.steps[3].evidence.as_deref(), Some("Ontslagbrief"));
        assert_eq!(story.steps[3].excuse, Some(Excuse::Illness));
        assert_eq!(story.flag, closed);
        assert!(!r.test.db.dump().contains("Ontslagbrief"), "words are kept encrypted");
    }

    async fn a_rejected_proposal_goes_back_and_a_closed_flag_can_be_reopened(db: TestDb) {
        let r = Reviewed::on(db).await;
        let app = &r.test.app;
        r.take_up().await;
        r.propose(warning()).await.expect("proposed");
        let back = r.decide(&r.test.lead, false).await.expect("sent back");
        assert_eq!((back.state, back.outcome, back.proposed_by), (FlagState::InReview, None, None));
        r.propose(warning()).await.expect("proposed again");
        r.decide(&r.test.lead, true).await.expect("confirmed");
        r.close().await.expect("closed");
        let lead = r.ctx(&r.test.lead);
        let again = review::reopen(app, &lead, r.flag, r.version(), because("Nieuw bewijs")).await.expect("reopened");
        assert_eq!((again.state, again.outcome, again.decided_by), (FlagState::InReview, None, None));
        assert_eq!(again.due_on, Some(day("2026-01-23")), "a new term");
        let story = review::story(app, &lead, r.flag).await.expect("a story");
        assert_eq!(story.steps.len(), 7, "nothing that was told is lost");
    }

    async fn put_away_it_comes_back_and_its_term_runs_on(db: TestDb) {
        let r = Reviewed::on(db).await;
        let (app, officer) = (&r.test.app, r.ctx(&r.test.officer));
        r.take_up().await;
        let away = Snooze { until: Some(day("2026-01-26")), reason: "Terugbellen op maandag".to_owned() };
        let snoozed = review::snooze(app, &officer, r.flag, 2, away).await.expect("put away");
        assert_eq!((snoozed.snoozed_until, snoozed.due_on), (Some(day("2026-01-26")), Some(day("2026-01-23"))));
        r.test.days_pass(8);
        let filter = || FlagFilter { limit: 10, ..FlagFilter::default() };
        let listed = view::flags(app, &r.ctx(&r.test.officer), filter()).await.expect("flags").items[0];
        assert!(listed.overdue, "the term passed on Friday, put away or not");
        r.test.days_pass(2);
        let listed = view::flags(app, &r.ctx(&r.test.officer), filter()).await.expect("flags").items[0];
        assert_eq!(listed.snoozed_until, None, "it is back");
        let back = Snooze { until: None, reason: "Toch nu".to_owned() };
        review::snooze(app, &r.ctx(&r.test.officer), r.flag, 3, back).await.expect("brought back");
        assert_eq!(r.row().snoozed_until, None);
    }
}
