//! The handshake: messages to both authorities, their acknowledgement, their answer.

use zedenregister::register::review::{self, AuthorityDecisionInput, FlagStory};
use zedenregister::vocabulary::{AuthorityOutcome, FlagState, FlagStepKind, OutboxState, Role};

use super::{Reviewed, because, code, referral};
use crate::support::app::day;

async fn story(r: &Reviewed) -> FlagStory {
    review::story(&r.test.app, &r.ctx(&r.test.officer), r.flag).await.expect("a story")
}

pub fn no_action() -> AuthorityDecisionInput {
    AuthorityDecisionInput {
        outcome: AuthorityOutcome::NoAction,
        decided_on: day("2026-01-16"),
        reference: Some("05/123456-26".to_owned()),
        note: None,
    }
}

on_both_databases! {
    async fn both_authorities_are_told_acknowledge_and_one_answers(db: TestDb) {
        let r = Reviewed::on(db).await;
        let app = &r.test.app;
        let decided = r.decided(referral()).await;
        assert_eq!(decided.state, FlagState::Decided);
        let told = story(&r).await.referrals;
        let to: Vec<_> = told.iter().map(|referral| (referral.authority, referral.message)).collect();
        assert_eq!(to, [(Role::OmOfficer, OutboxState::Pending), (Role::Aice, OutboxState::Pending)]);
        assert_eq!(code(r.close().await), "not_acknowledged");
        let early = review::answer(app, &r.ctx(&r.prosecutor), r.flag, r.version(), no_action()).await;
        assert_eq!(code(early), "not_acknowledged");

        let first = r.acknowledge(&r.prosecutor).await.expect("acknowledged");
        assert_eq!(first.state, FlagState::Decided, "the other message is still on its way");
        assert_eq!(code(r.acknowledge(&r.prosecutor).await), "acknowledged_already");
        let second = r.acknowledge(&r.execution).await.expect("acknowledged");
        assert_eq!((second.state, second.due_on), (FlagState::Acknowledged, Some(day("2026-02-27"))));
        let told = story(&r).await.referrals;
        assert!(told.iter().all(|referral| referral.message == OutboxState::Delivered), "{told:?}");

        assert_eq!(code(r.close().await), "no_answer");
        review::answer(app, &r.ctx(&r.prosecutor), r.flag, r.version(), no_action()).await.expect("answered");
        let after = story(&r).await;
        assert_eq!(after.authority_decisions.len(), 1);
        let answer = &after.authority_decisions[0];
        assert_eq!((answer.authority, answer.outcome), (Role::OmOfficer, AuthorityOutcome::NoAction));
        assert_eq!(answer.reference.as_deref(), Some("05/123456-26"));
        assert!(!r.test.db.dump().contains("05/123456-26"));
        assert_eq!(r.close().await.expect("closed").state, FlagState::Closed);
        let later = AuthorityDecisionInput { outcome: AuthorityOutcome::Prosecution, ..no_action() };
        review::answer(app, &r.ctx(&r.prosecutor), r.flag, r.version(), later).await.expect("recorded after all");
        let last = story(&r).await;
        assert_eq!((last.flag.state, last.authority_decisions.len()), (FlagState::Closed, 2));
        let kinds: Vec<_> = last.steps.iter().map(|step| step.kind).collect();
        use FlagStepKind::*;
        assert_eq!(
            kinds,
            [TakenUp, Proposed, Confirmed, Acknowledged, HandedOver, Acknowledged, Answered, Closed, Answered]
        );
    }

    async fn an_answer_from_tomorrow_is_refused(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        r.acknowledge(&r.prosecutor).await.expect("acknowledged");
        r.acknowledge(&r.execution).await.expect("acknowledged");
        let tomorrow = AuthorityDecisionInput { decided_on: day("2026-01-17"), ..no_action() };
        let refused = review::answer(&r.test.app, &r.ctx(&r.prosecutor), r.flag, r.version(), tomorrow).await;
        assert_eq!(code(refused), "invalid");
        assert_eq!(story(&r).await.authority_decisions, []);
    }

    async fn a_flag_that_is_referred_twice_has_two_handshakes(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        for by in [&r.prosecutor, &r.execution] {
            r.acknowledge(by).await.expect("acknowledged");
        }
        review::answer(&r.test.app, &r.ctx(&r.execution), r.flag, r.version(), no_action()).await.expect("answered");
        r.close().await.expect("closed");
        let lead = r.ctx(&r.test.lead);
        review::reopen(&r.test.app, &lead, r.flag, r.version(), because("Nieuw feit")).await.expect("reopened");
        r.propose(referral()).await.expect("proposed");
        r.decide(&r.test.lead, true).await.expect("confirmed");
        assert_eq!(story(&r).await.referrals.len(), 4);
        assert_eq!(code(r.close().await), "not_acknowledged", "the old acknowledgements do not count");
        for by in [&r.execution, &r.prosecutor] {
            r.acknowledge(by).await.expect("acknowledged again");
        }
        assert_eq!(code(r.close().await), "no_answer", "nor does the old answer");
    }
}
