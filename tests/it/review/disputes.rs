//! A disputed fact holds up the flags that rest on it, until a named official has decided; a rejection can be appealed.

use zedenregister::access::Actor;
use zedenregister::ids::{AccountId, FactId};
use zedenregister::register::Refusal;
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::notify;
use zedenregister::register::review::dispute::{self, DisputeInput, DisputeVerdict, DisputeView};
use zedenregister::register::review::{self, ProposedOutcome};
use zedenregister::register::view;
use zedenregister::vocabulary::{Channel, DisputeState, FlagOutcome, FlagState, Regime};

use super::{Reviewed, because, code, flags_of, proposal, sweep, warning};
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

/// The fact a flag rests on.
async fn root(r: &Reviewed) -> FactId {
    let ctx = r.test.ctx(&r.registrant);
    view::facts(&r.test.app, &ctx, r.registration).await.expect("facts").items[0].id
}

async fn dispute_it(r: &Reviewed) -> Result<DisputeView, Refusal> {
    let input = DisputeInput { fact_id: root(r).await, reason: "Dat klopt niet".to_owned() };
    dispute::raise(&r.test.app, &r.test.ctx(&r.registrant), r.registration, input).await
}

async fn rule(r: &Reviewed, by: &Actor, it: &DisputeView, uphold: bool) -> Result<DisputeView, Refusal> {
    let verdict = DisputeVerdict { uphold, reason: "Nagekeken in het vonnis".to_owned() };
    dispute::decide(&r.test.app, &r.ctx(by), r.registration, it.id, it.version, verdict).await
}

/// Another lead of the team.
async fn second_lead(r: &Reviewed) -> Actor {
    let lead = Actor { account: AccountId::fresh(), ..r.test.lead.clone() };
    r.test.keep_account(&lead).await;
    lead
}

on_both_databases! {
    async fn a_disputed_flag_stands_still_and_an_upheld_dispute_leaves_one_outcome(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.take_up().await;
        let raised = dispute_it(&r).await.expect("raised");
        assert_eq!((raised.state, raised.due_on), (DisputeState::Open, Some(day("2026-01-23"))));
        assert_eq!(raised.flag_ids, [r.flag]);
        let flag = r.row();
        assert_eq!((flag.open_disputes, flag.due_on), (1, Some(day("2026-01-23"))));
        assert_eq!(code(r.propose(warning()).await), "under_dispute");
        assert_eq!(code(dispute_it(&r).await), "disputed_already");
        assert!(!r.test.db.dump().contains("Dat klopt niet"));
        assert_eq!(code(rule(&r, &r.test.officer, &raised, true).await), "forbidden");
        let upheld = rule(&r, &r.test.lead, &raised, true).await.expect("upheld");
        assert_eq!(upheld.state, DisputeState::Upheld);
        assert_eq!(upheld.decision.expect("a decision").by, r.test.lead.account, "the official is named");
        assert_eq!(code(rule(&r, &r.test.lead, &raised, false).await), "version_moved");
        assert_eq!(code(r.propose(warning()).await), "disputed_fact");
        let wrong = ProposedOutcome::WrongFacts { fact_id: Some(root(&r).await) };
        r.propose(proposal(wrong)).await.expect("the only outcome left");
        let decided = r.decide(&r.test.lead, true).await.expect("by two people all the same");
        assert_eq!((decided.state, decided.outcome), (FlagState::Decided, Some(FlagOutcome::WrongFacts)));
        let detail = view::flag(&r.test.app, &r.ctx(&r.test.officer), r.flag).await.expect("a flag");
        assert_eq!(detail.disputes.len(), 1);
        assert!(detail.summary.fact_disputed);
    }

    async fn a_rejection_is_appealed_once_and_another_official_decides(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.take_up().await;
        r.propose(warning()).await.expect("proposed");
        let raised = dispute_it(&r).await.expect("raised");
        assert_eq!(code(r.decide(&r.test.lead, true).await), "under_dispute", "a proposal waits as well");
        let rejected = rule(&r, &r.test.lead, &raised, false).await.expect("rejected");
        let flag = r.row();
        assert_eq!((flag.open_disputes, flag.due_on), (0, Some(day("2026-01-19"))), "a new term to decide");
        let (app, person) = (&r.test.app, r.test.ctx(&r.registrant));
        let appeal = |version| dispute::appeal(app, &person, r.registration, raised.id, version, because("Toch niet"));
        let appealed = appeal(rejected.version).await.expect("appealed");
        assert_eq!((appealed.state, appealed.due_on), (DisputeState::Appealed, Some(day("2026-01-30"))));
        assert_eq!(r.row().open_disputes, 1);
        assert_eq!(code(rule(&r, &r.test.lead, &appealed, false).await), "forbidden", "not by the same official");
        let other = second_lead(&r).await;
        let last = rule(&r, &other, &appealed, false).await.expect("decided");
        assert_eq!(last.state, DisputeState::RejectedOnAppeal);
        assert_eq!(last.appeal_decision.as_ref().map(|said| said.by), Some(other.account));
        assert_eq!(code(appeal(last.version).await), "not_rejected");
        assert_eq!(code(rule(&r, &other, &last, true).await), "dispute_decided");
        assert_eq!(r.row().open_disputes, 0);
        r.decide(&r.test.lead, true).await.expect("it goes on");
        let story = review::story(app, &r.ctx(&r.test.officer), r.flag).await.expect("a story");
        let ids: Vec<_> = story.steps.iter().filter_map(|step| step.basis_id.clone()).collect();
        assert_eq!(ids, vec![raised.id.to_string(); 4], "every turn of the dispute is told beside the flag");
    }

    async fn only_the_person_and_their_officer_dispute_and_only_what_is_there(db: TestDb) {
        let r = Reviewed::on(db).await;
        let app = &r.test.app;
        let input = |fact_id| DisputeInput { fact_id, reason: "Dat klopt niet".to_owned() };
        let strange = dispute::raise(app, &r.test.ctx(&r.registrant), r.registration, input(FactId::fresh())).await;
        assert_eq!(code(strange), "invalid");
        let fact = root(&r).await;
        let (_, other) = r.test.registrant(r.test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        assert_eq!(code(dispute::raise(app, &r.test.ctx(&other), r.registration, input(fact)).await), "not_found");
        assert_eq!(code(dispute::raise(app, &r.ctx(&r.test.lead), r.registration, input(fact)).await), "forbidden");
        let by_officer = dispute::raise(app, &r.ctx(&r.test.officer), r.registration, input(fact)).await;
        assert_eq!(by_officer.expect("for the person").raised_by, r.test.officer.account);
        let seen = dispute::list(app, &r.test.ctx(&r.registrant), r.registration).await.expect("own disputes");
        assert_eq!(seen.items.len(), 1);
        assert_eq!(code(dispute::list(app, &r.test.ctx(&other), r.registration).await), "not_found");
    }

    async fn a_flag_that_is_raised_on_a_fact_under_dispute_stands_still_and_on_a_disputed_one_is_not_raised(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        test.keep_account(&person).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        test.days_pass(1);
        let officer = test.ctx(&test.officer);
        let moved = NoticeInput::HomeChanged { on: day("2026-01-13") };
        let fact = notice::add(&test.app, &officer, registration, moved).await.expect("recorded").root_id;
        let input = DisputeInput { fact_id: fact, reason: "Ik ben niet verhuisd".to_owned() };
        let it = dispute::raise(&test.app, &test.ctx(&person), registration, input).await.expect("raised");
        assert_eq!(it.flag_ids, [], "nothing rests on it yet");
        test.days_pass(4);
        assert_eq!(sweep(&test).await, 1);
        let flag = &flags_of(&test, registration)[0];
        assert_eq!((flag.open_disputes, flag.due_on), (1, it.due_on));
        let verdict = DisputeVerdict { uphold: true, reason: "Staat nergens".to_owned() };
        let lead = test.ctx(&test.lead);
        let upheld = dispute::decide(&test.app, &lead, registration, it.id, it.version, verdict).await.expect("upheld");
        assert_eq!(upheld.flag_ids, [flag.id]);
        let flag = &flags_of(&test, registration)[0];
        assert_eq!((flag.open_disputes, flag.fact_disputed), (0, true));
        test.db.execute("DELETE FROM dispute_flags");
        test.db.execute("DELETE FROM flag_steps");
        test.db.execute("DELETE FROM flags");
        assert_eq!(sweep(&test).await, 0, "a disputed fact carries no flag");
    }
    async fn a_dispute_about_a_report_holds_up_what_a_year_later_rests_on_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        test.keep_account(&person).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let facts = view::facts(&test.app, &test.ctx(&person), registration).await.expect("facts").items;
        let given = facts.iter().find(|fact| fact.kind == "notified").expect("the report, as a fact").id;
        test.days_pass(400);
        assert_eq!(sweep(&test).await, 1);
        let flag = flags_of(&test, registration)[0].id;
        let input = DisputeInput { fact_id: given, reason: "Op een andere dag".to_owned() };
        let it = dispute::raise(&test.app, &test.ctx(&person), registration, input).await.expect("raised");
        assert_eq!(it.flag_ids, [flag]);
        test.db.execute("DELETE FROM dispute_flags");
        test.db.execute("DELETE FROM flag_steps");
        test.db.execute("DELETE FROM flags");
        assert_eq!(sweep(&test).await, 1, "raised again");
        let flag = &flags_of(&test, registration)[0];
        assert_eq!((flag.open_disputes, flag.due_on), (1, it.due_on), "and it stands still at once");
    }
}
