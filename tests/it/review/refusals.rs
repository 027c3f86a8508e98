//! Each refusal says exactly what is in the way, and leaves the flag as it was.

use zedenregister::ids::{AttemptId, FactId, FlagId, NotificationId, OutageId};
use zedenregister::register::Refusal;
use zedenregister::register::notify::notify;
use zedenregister::register::review::{self, ProposedOutcome, Snooze};
use zedenregister::vocabulary::{Channel, Excuse, FlagOutcome};

use super::{Reviewed, because, code, proposal, verdict, warning};
use crate::support::app::day;
use crate::support::reports::initial;

/// The codes of the faults, with their places.
fn faults<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> Vec<(String, String)> {
    match refused {
        Err(Refusal::Invalid(faults)) => faults.into_iter().map(|f| (f.pointer, f.code)).collect(),
        other => panic!("{other:?}"),
    }
}

fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

on_both_databases! {
    // ASVS 5.0: 2.3.1
    async fn no_step_is_taken_out_of_turn(db: TestDb) {
        let r = Reviewed::on(db).await;
        let (app, officer) = (&r.test.app, r.ctx(&r.test.officer));
        let lead = r.ctx(&r.test.lead);
        let rows = || r.test.db.rows_of(&["flags", "flag_steps"]);
        let before = rows();
        assert_eq!(code(r.propose(warning()).await), "not_taken_up");
        assert_eq!(code(review::await_evidence(app, &officer, r.flag, 1, because("waarom")).await), "not_taken_up");
        assert_eq!(code(review::receive_evidence(app, &officer, r.flag, 1, because("waarom")).await), "nothing_awaited");
        assert_eq!(code(r.decide(&r.test.lead, true).await), "nothing_proposed");
        assert_eq!(code(r.close().await), "not_decided");
        assert_eq!(code(review::reopen(app, &lead, r.flag, 1, because("waarom")).await), "flag_not_closed");
        assert_eq!(code(r.acknowledge(&r.prosecutor).await), "not_decided");
        assert_eq!(rows(), before);
        r.decided(warning()).await;
        assert_eq!(code(review::take_up(app, &officer, r.flag, r.version()).await), "taken_up_already");
        assert_eq!(code(r.propose(warning()).await), "decided_already");
        assert_eq!(code(r.decide(&r.test.lead, true).await), "decided_already");
        assert_eq!(code(r.acknowledge(&r.prosecutor).await), "no_addressee");
        r.close().await.expect("closed");
        assert_eq!(code(review::take_up(app, &officer, r.flag, r.version()).await), "flag_closed");
        let away = Snooze { until: None, reason: "waarom".to_owned() };
        assert_eq!(code(review::snooze(app, &officer, r.flag, r.version(), away).await), "flag_closed");
    }

    async fn an_outcome_rests_on_what_is_in_the_file(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.take_up().await;
        let refused = async |outcome| faults(r.propose(proposal(outcome)).await);
        let strange = ProposedOutcome::CompliedAfterAll { notification_id: NotificationId::fresh() };
        assert_eq!(refused(strange).await, one("/outcome/notificationId", "no_such_notification"));
        let empty = ProposedOutcome::AcceptableExcuse { excuse: Excuse::Other, evidence: "  ".to_owned() };
        assert_eq!(refused(empty).await, one("/outcome/evidence", "wrong_length"));
        let nothing = ProposedOutcome::TechnicalFailure { attempt_id: None, outage_id: None };
        assert_eq!(refused(nothing).await, one("/outcome", "required"));
        let attempt = ProposedOutcome::TechnicalFailure { attempt_id: Some(AttemptId::fresh()), outage_id: None };
        assert_eq!(refused(attempt).await, one("/outcome/attemptId", "no_such_attempt"));
        let outage = ProposedOutcome::TechnicalFailure { attempt_id: None, outage_id: Some(OutageId::fresh()) };
        assert_eq!(refused(outage).await, one("/outcome/outageId", "no_such_outage"));
        for of_flag_id in [FlagId::fresh(), r.flag] {
            let itself = ProposedOutcome::Duplicate { of_flag_id };
            assert_eq!(refused(itself).await, one("/outcome/ofFlagId", "no_such_flag"));
        }
        let fact = ProposedOutcome::WrongFacts { fact_id: Some(FactId::fresh()) };
        assert_eq!(refused(fact).await, one("/outcome/factId", "no_such_fact"));
        let mute = review::Proposal { reason: " ".to_owned(), ..warning() };
        assert_eq!(faults(r.propose(mute).await), one("/reason", "wrong_length"));
        let ctx = r.test.ctx(&r.registrant);
        let given = notify(&r.test.app, &ctx, r.registration, initial(), Channel::Api).await.expect("accepted").id;
        let complied = r.propose(proposal(ProposedOutcome::CompliedAfterAll { notification_id: given })).await;
        assert_eq!(complied.expect("proposed").outcome, Some(FlagOutcome::CompliedAfterAll));
        assert_eq!(r.row().basis_id, Some(given.to_string()));
    }

    // ASVS 5.0: 2.3.2
    async fn it_is_put_away_for_a_while_and_no_longer(db: TestDb) {
        let r = Reviewed::on(db).await;
        for until in ["2026-01-16", "2026-01-31"] {
            let away = Snooze { until: Some(day(until)), reason: "waarom".to_owned() };
            let refused = review::snooze(&r.test.app, &r.ctx(&r.test.officer), r.flag, 1, away).await;
            assert_eq!(faults(refused), one("/until", "out_of_range"), "{until}");
        }
        let away = Snooze { until: Some(day("2026-01-30")), reason: "waarom".to_owned() };
        review::snooze(&r.test.app, &r.ctx(&r.test.officer), r.flag, 1, away).await.expect("fourteen days");
    }

    async fn others_do_not_reach_it(db: TestDb) {
        let r = Reviewed::on(db).await;
        let app = &r.test.app;
        assert_eq!(code(review::take_up(app, &r.ctx(&r.test.other_officer), r.flag, 1).await), "not_found");
        assert_eq!(code(review::take_up(app, &r.ctx(&r.test.colleague), r.flag, 1).await), "forbidden");
        assert_eq!(code(review::take_up(app, &r.ctx(&r.prosecutor), r.flag, 1).await), "forbidden");
        assert_eq!(code(review::propose(app, &r.ctx(&r.test.lead), r.flag, 1, warning()).await), "forbidden");
        assert_eq!(code(review::decide(app, &r.ctx(&r.test.officer), r.flag, 1, verdict(true)).await), "forbidden");
        assert_eq!(code(review::acknowledge(app, &r.ctx(&r.test.lead), r.flag, 1).await), "forbidden");
        assert_eq!(code(review::take_up(app, &r.ctx(&r.test.officer), FlagId::fresh(), 1).await), "not_found");
        assert_eq!(code(review::story(app, &r.test.ctx(&r.registrant), r.flag).await), "forbidden");
    }
}
