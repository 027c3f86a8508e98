use proptest::prelude::*;

use super::*;

fn people() -> [AccountId; 3] {
    [
        "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c01".parse().expect("an id"),
        "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c02".parse().expect("an id"),
        "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c03".parse().expect("an id"),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let person = proptest::sample::select(people().to_vec());
    let outcome = proptest::sample::select(FlagOutcome::ALL.to_vec());
    prop_oneof![
        2 => Just(Step::TakeUp),
        1 => Just(Step::AwaitEvidence),
        1 => Just(Step::ReceiveEvidence),
        4 => (outcome, person.clone()).prop_map(|(outcome, by)| Step::Propose(outcome, by)),
        4 => person.clone().prop_map(Step::Confirm),
        1 => person.prop_map(Step::Reject),
        2 => Just(Step::HandOver),
        2 => Just(Step::Acknowledge),
        2 => Just(Step::Answer),
        2 => Just(Step::Close),
        1 => Just(Step::Reopen),
    ]
}

fn any_ground() -> impl Strategy<Value = Ground> {
    prop_oneof![8 => Just(Ground::Firm), 1 => Just(Ground::UnderDispute), 1 => Just(Ground::Disputed)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// However the steps are mixed, whatever is decided was proposed by one person and confirmed by another, and
    /// nothing is decided or closed that was not.
    #[test]
    fn no_path_skips_the_second_person(steps in proptest::collection::vec((any_step(), any_ground()), 1..60)) {
        let mut life = Life::Raised;
        let (mut proposed, mut confirmed) = (None, None);
        for (step, ground) in steps {
            let Ok(next) = life.after(step, ground) else { continue };
            match step {
                Step::Propose(outcome, by) => (proposed, confirmed) = (Some((outcome, by)), None),
                Step::Confirm(by) => confirmed = Some(by),
                Step::Reject(_) | Step::Reopen => (proposed, confirmed) = (None, None),
                Step::TakeUp | Step::AwaitEvidence | Step::ReceiveEvidence | Step::HandOver | Step::Acknowledge
                | Step::Answer | Step::Close => {}
            }
            life = next;
            match life {
                Life::Raised | Life::InReview | Life::AwaitingEvidence => prop_assert_eq!(life.outcome(), None),
                Life::Proposed(_) => prop_assert_eq!(life.outcome().zip(life.proposed_by()), proposed),
                Life::Decided(_) | Life::Notified(_) | Life::Acknowledged(..) | Life::Closed(_) => {
                    prop_assert_eq!(life.outcome().zip(life.proposed_by()), proposed);
                    prop_assert_eq!(life.decided_by(), confirmed);
                    prop_assert_ne!(life.decided_by(), life.proposed_by());
                    prop_assert!(confirmed.is_some());
                }
            }
        }
    }

    /// What is kept in a row is the life again.
    #[test]
    fn a_row_keeps_a_life(steps in proptest::collection::vec(any_step(), 1..40)) {
        let mut life = Life::Raised;
        for step in steps {
            life = life.after(step, Ground::Firm).unwrap_or(life);
            prop_assert_eq!(Kept::from(life).life(), Some(life));
        }
    }

    /// Only an outcome with an addressee is told to authorities, and it is closed only after they answered.
    #[test]
    fn a_referral_is_closed_after_an_answer(steps in proptest::collection::vec(any_step(), 1..60)) {
        let mut life = Life::Raised;
        for step in steps {
            let Ok(next) = life.after(step, Ground::Firm) else { continue };
            if let Life::Closed(_) = next {
                let answered = matches!(life, Life::Acknowledged(_, Answer::Given));
                prop_assert_eq!(answered, next.outcome() == Some(FlagOutcome::Referral));
            }
            if matches!(next, Life::Notified(_) | Life::Acknowledged(..)) {
                prop_assert_eq!(next.outcome(), Some(FlagOutcome::Referral));
            }
            life = next;
        }
    }
}

fn walked(steps: &[Step]) -> Life {
    steps.iter().fold(Life::Raised, |life, step| life.after(*step, Ground::Firm).expect("possible"))
}

/// Every state, with every step that is refused there and the reason.
#[test]
fn each_refusal_says_exactly_what_is_in_the_way() {
    let [one, two, _] = people();
    let referral = Step::Propose(FlagOutcome::Referral, one);
    let raised = Life::Raised;
    let in_review = walked(&[Step::TakeUp]);
    let awaiting = walked(&[Step::TakeUp, Step::AwaitEvidence]);
    let proposed = walked(&[Step::TakeUp, referral]);
    let referred = walked(&[Step::TakeUp, referral, Step::Confirm(two)]);
    let warned = walked(&[Step::TakeUp, Step::Propose(FlagOutcome::Warning, one), Step::Confirm(two)]);
    let notified = referred.after(Step::HandOver, Ground::Firm).expect("told");
    let acknowledged = notified.after(Step::Acknowledge, Ground::Firm).expect("acknowledged");
    let closed = warned.after(Step::Close, Ground::Firm).expect("closed");
    let cases = [
        (raised, referral, NotNow::NotTakenUp),
        (raised, Step::AwaitEvidence, NotNow::NotTakenUp),
        (raised, Step::Confirm(two), NotNow::NothingProposed),
        (raised, Step::Close, NotNow::NotDecided),
        (in_review, Step::TakeUp, NotNow::TakenUpAlready),
        (in_review, Step::ReceiveEvidence, NotNow::NothingAwaited),
        (in_review, Step::Reject(two), NotNow::NothingProposed),
        (in_review, Step::HandOver, NotNow::NotDecided),
        (in_review, Step::Reopen, NotNow::NotClosed),
        (awaiting, Step::AwaitEvidence, NotNow::AwaitedAlready),
        (proposed, referral, NotNow::WaitsForDecision),
        (proposed, Step::AwaitEvidence, NotNow::WaitsForDecision),
        (proposed, Step::Confirm(one), NotNow::OwnProposal),
        (proposed, Step::Reject(one), NotNow::OwnProposal),
        (proposed, Step::Close, NotNow::NotDecided),
        (referred, referral, NotNow::DecidedAlready),
        (referred, Step::Confirm(two), NotNow::DecidedAlready),
        (referred, Step::Acknowledge, NotNow::NotAcknowledged),
        (referred, Step::Answer, NotNow::NotAcknowledged),
        (referred, Step::Close, NotNow::NotAcknowledged),
        (warned, Step::HandOver, NotNow::NoAddressee),
        (warned, Step::Acknowledge, NotNow::NoAddressee),
        (warned, Step::Answer, NotNow::NoAddressee),
        (notified, Step::HandOver, NotNow::DecidedAlready),
        (notified, Step::Answer, NotNow::NotAcknowledged),
        (notified, Step::Close, NotNow::NotAcknowledged),
        (acknowledged, Step::Acknowledge, NotNow::AcknowledgedAlready),
        (acknowledged, Step::Close, NotNow::NoAnswer),
        (closed, Step::TakeUp, NotNow::Closed),
        (closed, Step::Confirm(two), NotNow::Closed),
        (closed, Step::Close, NotNow::Closed),
    ];
    for (life, step, reason) in cases {
        assert_eq!(life.after(step, Ground::Firm), Err(reason), "{step:?} from {life:?}");
    }
}

#[test]
fn a_dispute_stops_the_way_to_a_decision_and_a_disputed_fact_leaves_one_outcome() {
    let [one, two, _] = people();
    let review = walked(&[Step::TakeUp]);
    for outcome in FlagOutcome::ALL {
        let propose = Step::Propose(*outcome, one);
        assert_eq!(review.after(propose, Ground::UnderDispute), Err(NotNow::UnderDispute));
        let proposed = review.after(propose, Ground::Firm).expect("proposed");
        assert_eq!(proposed.after(Step::Confirm(two), Ground::UnderDispute), Err(NotNow::UnderDispute));
        let held = *outcome == FlagOutcome::WrongFacts;
        assert_eq!(review.after(propose, Ground::Disputed).is_ok(), held, "{outcome}");
        assert_eq!(proposed.after(Step::Confirm(two), Ground::Disputed).is_ok(), held, "{outcome}");
        assert!(proposed.after(Step::Reject(two), Ground::Disputed).is_ok(), "a proposal can always be sent back");
    }
}

#[test]
fn a_row_in_which_one_person_did_both_amounts_to_nothing() {
    let [one, two, _] = people();
    let kept = Kept {
        state: FlagState::Decided,
        outcome: Some(FlagOutcome::Warning),
        proposed_by: Some(one),
        decided_by: Some(one),
        answered: false,
    };
    assert_eq!(kept.life(), None);
    assert!(Kept { decided_by: Some(two), ..kept }.life().is_some());
    assert_eq!(Kept { state: FlagState::Closed, outcome: None, ..kept }.life(), None);
}
