//! Whose work it is: at once when a flag is raised, one flag to another officer, a whole caseload, and who has how much.

use zedenregister::access::{Actor, Ctx};
use zedenregister::ids::{AccountId, TeamId};
use zedenregister::register::Refusal;
use zedenregister::register::review::absence::{self, AbsenceInput, AbsenceView};
use zedenregister::register::review::caseload::{self, HandOver, Reassignment};
use zedenregister::register::review::{self};
use zedenregister::register::view;
use zedenregister::vocabulary::{FlagState, FlagStepKind, HandOverReason, Purpose, Regime, WorkSection};

use super::{Reviewed, code, flags_of, sweep, warning};
use crate::support::TestDb;
use crate::support::app::{TestApp, day};

fn to(owner: &Actor) -> Reassignment {
    Reassignment { owner_id: owner.account, reason: HandOverReason::Workload }
}

async fn away(test: &TestApp, who: &Actor, cover: Option<&Actor>) -> Result<AbsenceView, Refusal> {
    let input = AbsenceInput {
        account_id: who.account,
        from: day("2026-01-12"),
        until: day("2026-01-30"),
        cover_id: cover.map(|actor| actor.account),
    };
    absence::record(&test.app, &test.ctx(&test.lead), input).await
}

/// Raises one more flag; answers who owns it.
async fn owner_of_a_new_flag(test: &TestApp) -> AccountId {
    let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
    sweep(test).await;
    flags_of(test, registration)[0].owner_id
}

fn covering(r: &Reviewed, actor: &Actor) -> Ctx {
    Ctx { purpose: Some(Purpose::Cover), ..r.test.ctx(actor) }
}

on_both_databases! {
    async fn a_flag_goes_to_whoever_is_there(db: TestDb) {
        let test = TestApp::on(db).await;
        test.days_pass(4);
        assert_eq!(owner_of_a_new_flag(&test).await, test.officer.account);
        let absence = away(&test, &test.officer, Some(&test.colleague)).await.expect("recorded");
        assert_eq!(owner_of_a_new_flag(&test).await, test.colleague.account, "whoever stands in");
        away(&test, &test.colleague, None).await.expect("recorded");
        assert_eq!(owner_of_a_new_flag(&test).await, test.lead.account, "the lead of the team");
        absence::withdraw(&test.app, &test.ctx(&test.lead), absence.id).await.expect("taken back");
        assert_eq!(owner_of_a_new_flag(&test).await, test.officer.account, "back early");
        test.db.execute(&format!("UPDATE accounts SET state = 'left' WHERE id = '{}'", test.officer.account));
        test.db.execute(&format!("UPDATE accounts SET state = 'left' WHERE id = '{}'", test.lead.account));
        let neighbour = TeamId::fresh();
        test.db.execute(&format!("INSERT INTO teams (id, name, region) VALUES ('{neighbour}', 'Noordoost', 'Noord')"));
        let far = Actor { account: AccountId::fresh(), team: Some(test.other_team), ..test.lead.clone() };
        let near = Actor { account: AccountId::fresh(), team: Some(neighbour), ..test.lead.clone() };
        test.keep_account(&far).await;
        test.keep_account(&near).await;
        let registration = {
            let enrolment = zedenregister::register::enrol::Enrolment {
                officer_id: test.other_officer.account, ..test.enrolment(Regime::NlPilot, "2026-01-12")
            };
            test.registrant(enrolment).await.0
        };
        let given = format!(
            "UPDATE registrations SET officer_id = '{}', team_id = '{}' WHERE id = '{registration}'",
            test.officer.account, test.team
        );
        test.db.execute(&given);
        sweep(&test).await;
        assert_eq!(flags_of(&test, registration)[0].owner_id, near.account, "a lead of the same region");
    }

    async fn absences_are_recorded_by_oneself_or_the_lead(db: TestDb) {
        let test = TestApp::on(db).await;
        let input = |who: &Actor, cover: Option<AccountId>| AbsenceInput {
            account_id: who.account, from: day("2026-01-12"), until: day("2026-01-16"), cover_id: cover,
        };
        let record = async |by: &Actor, input| absence::record(&test.app, &test.ctx(by), input).await;
        record(&test.officer, input(&test.officer, None)).await.expect("one's own");
        assert_eq!(code(record(&test.officer, input(&test.colleague, None)).await), "invalid");
        assert_eq!(code(record(&test.lead, input(&test.other_officer, None)).await), "invalid");
        assert_eq!(code(record(&test.records, input(&test.records, None)).await), "forbidden");
        for cover in [test.officer.account, test.other_officer.account, AccountId::fresh()] {
            assert_eq!(code(record(&test.lead, input(&test.officer, Some(cover))).await), "invalid");
        }
        let backwards = AbsenceInput { until: day("2026-01-10"), ..input(&test.officer, None) };
        let Err(Refusal::Invalid(faults)) = record(&test.lead, backwards).await else { panic!("accepted") };
        assert_eq!(faults.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["before_from", "in_the_past"]);
        let listed = absence::list(&test.app, &test.ctx(&test.colleague)).await.expect("absences");
        assert_eq!(listed.items.len(), 1);
        let elsewhere = absence::list(&test.app, &test.ctx(&test.other_officer)).await.expect("absences");
        assert_eq!(elsewhere.items, []);
        let id = listed.items[0].id;
        assert_eq!(code(absence::withdraw(&test.app, &test.ctx(&test.colleague), id).await), "not_your_team");
        absence::withdraw(&test.app, &test.ctx(&test.officer), id).await.expect("taken back");
        assert_eq!(code(absence::withdraw(&test.app, &test.ctx(&test.officer), id).await), "withdrawn_already");
    }

    async fn one_flag_goes_to_another_and_is_told(db: TestDb) {
        let r = Reviewed::on(db).await;
        let app = &r.test.app;
        let lead = r.ctx(&r.test.lead);
        assert_eq!(code(caseload::reassign(app, &r.ctx(&r.test.officer), r.flag, 1, to(&r.test.colleague)).await), "forbidden");
        assert_eq!(code(caseload::reassign(app, &lead, r.flag, 1, to(&r.test.records)).await), "invalid");
        let given = caseload::reassign(app, &lead, r.flag, 1, to(&r.test.colleague)).await.expect("given");
        assert_eq!((given.owner_id, given.due_on), (r.test.colleague.account, Some(day("2026-01-19"))));
        let taken = review::take_up(app, &r.ctx(&r.test.colleague), r.flag, 2).await.expect("the new owner acts");
        assert_eq!(taken.state, FlagState::InReview);
        let step = review::story(app, &lead, r.flag).await.expect("a story").steps[0].clone();
        assert_eq!((step.kind, step.hand_over), (FlagStepKind::Reassigned, Some(HandOverReason::Workload)));
    }

    async fn a_whole_caseload_goes_over_at_once(db: TestDb) {
        let r = Reviewed::on(db).await;
        let app = &r.test.app;
        r.take_up().await;
        r.propose(warning()).await.expect("proposed");
        r.test.registrant(r.test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        sweep(&r.test).await;
        let asked = HandOver { from_id: r.test.officer.account, to_id: r.test.colleague.account, reason: HandOverReason::Departure };
        assert_eq!(code(caseload::hand_over(app, &r.ctx(&r.test.officer), asked).await), "forbidden");
        let to_oneself = HandOver { to_id: asked.from_id, ..asked };
        assert_eq!(code(caseload::hand_over(app, &r.ctx(&r.test.lead), to_oneself).await), "invalid");
        let elsewhere = HandOver { from_id: r.test.other_officer.account, ..asked };
        assert_eq!(code(caseload::hand_over(app, &r.ctx(&r.test.lead), elsewhere).await), "forbidden");
        let done = caseload::hand_over(app, &r.ctx(&r.test.lead), asked).await.expect("handed over");
        assert_eq!((done.registrations, done.flags), (2, 2));
        let flag = r.row();
        assert_eq!((flag.owner_id, flag.state), (r.test.colleague.account, FlagState::Proposed));
        assert_eq!(flag.proposed_by, Some(r.test.officer.account), "who proposed stays who proposed");
        let seen = view::registration(app, &r.ctx(&r.test.colleague), r.registration).await.expect("in the caseload");
        assert_eq!(seen.officer_id, r.test.colleague.account);
        let story = review::story(app, &r.ctx(&r.test.colleague), r.flag).await.expect("a story");
        let last = story.steps.last().expect("a step");
        assert_eq!((last.kind, last.number, last.basis_id.clone()), (FlagStepKind::Reassigned, 3, Some(done.id.to_string())));
        r.decide(&r.test.lead, true).await.expect("it goes on");
    }

    async fn a_lead_sees_how_much_everybody_has(db: TestDb) {
        let r = Reviewed::on(db).await;
        let app = &r.test.app;
        r.test.registrant(r.test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        sweep(&r.test).await;
        r.take_up().await;
        away(&r.test, &r.test.colleague, None).await.expect("recorded");
        r.test.days_pass(5);
        assert_eq!(code(caseload::workload(app, &r.ctx(&r.test.officer)).await), "forbidden");
        let load = caseload::workload(app, &r.ctx(&r.test.lead)).await.expect("a workload");
        assert_eq!(load.items.len(), 3);
        let busiest = &load.items[0];
        assert_eq!((busiest.account_id, busiest.registrations, busiest.present), (r.test.officer.account, 2, true));
        let states: Vec<_> = busiest.flags.iter().map(|of| (of.state, of.count)).collect();
        assert_eq!(states, [(FlagState::InReview, 1), (FlagState::Raised, 1)]);
        assert_eq!((busiest.overdue, busiest.oldest), (1, Some(day("2026-01-16"))));
        let absent = load.items.iter().find(|of| of.account_id == r.test.colleague.account).expect("the colleague");
        assert!(!absent.present && absent.flags.is_empty());
        let other = caseload::workload(app, &r.ctx(&r.test.other_officer)).await;
        assert_eq!(code(other), "forbidden");
    }

    async fn whoever_stands_in_sees_the_flags_with_that_purpose(db: TestDb) {
        let r = Reviewed::on(db).await;
        away(&r.test, &r.test.officer, Some(&r.test.colleague)).await.expect("recorded");
        let without = review::today(&r.test.app, &r.ctx(&r.test.colleague)).await.expect("a page");
        assert!(without.sections.iter().all(|section| section.total == 0));
        let with = review::today(&r.test.app, &covering(&r, &r.test.colleague)).await.expect("a page");
        let later = with.sections.iter().find(|section| section.section == WorkSection::ThisWeek).expect("a section");
        assert_eq!((later.total, later.items[0].flag_id), (1, Some(r.flag)));
        let taken = review::take_up(&r.test.app, &covering(&r, &r.test.colleague), r.flag, 1).await;
        taken.expect("and acts on them");
    }
}
