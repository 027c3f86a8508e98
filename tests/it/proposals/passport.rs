//! Passport proposals: criteria, blocks, the letter, the end with its warnings.

use chrono::NaiveDate;
use scheduler::RunContext;
use serde_json::json;
use zedenregister::instruments::passport::Article;
use zedenregister::jobs::terms;
use zedenregister::proposals::passport::{PassportCheckInput, PassportStep, check_criteria, draft, letter, read, step};
use zedenregister::proposals::worklist::open_proposals;
use zedenregister::register::Refusal;
use zedenregister::vocabulary::{ProposalStanding, Regime, Role};

use super::{blocked, by, conflict, now};
use crate::support::app::{TestApp, day};
use crate::support::world::passport_draft;

fn input(on: &str, situation: serde_json::Value) -> PassportCheckInput {
    PassportCheckInput { on: Some(day(on)), situation: serde_json::from_value(situation).expect("a situation") }
}

fn run_terms(test: &TestApp) {
    let at = test.app.clock.now().legal.utc();
    let stop = RunContext::new(at, at, 1);
    terms::run(&test.app, &stop).expect("a run");
}

on_both_databases! {
    async fn statute_and_letter_are_shown_side_by_side_and_the_statute_is_followed(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let om = by(&test, Role::OmOfficer).await;
        let conviction = json!({ "claimToDocument": true, "convictions": [{ "id": "C1", "country": "NL",
            "treatyCrime": true, "verified": true, "offenceOn": "2013-01-01", "finalOn": "2016-05-20" }] });
        let found = check_criteria(&test.app, &om, registration, input("2026-05-19", conviction.clone())).await.expect("PPW-02");
        assert_eq!(found.article24a["open"], true);
        assert_eq!(found.article24a["readings"]["letter"]["outcome"], "not_met");
        assert_eq!(found.article24a["readings"]["differ"], true);
        let why = found.article24a["criteria"][1]["explanation"]["nl"].to_string();
        assert!(why.contains("Wij volgen de wet."), "{why}");
        let later = check_criteria(&test.app, &om, registration, input("2026-05-20", conviction)).await.expect("the day after");
        assert_eq!(later.article24a["open"], false);
        let breach = json!({ "claimToDocument": true, "breaches": [{ "id": "B1", "order": "measure_38z", "from": "2025-12-01" }] });
        let gvm = check_criteria(&test.app, &om, registration, input("2026-01-12", breach)).await.expect("PPW-04");
        assert_eq!((&gvm.article18["open"], &gvm.article18["grounds"]), (&json!(false), &json!([])));
    }

    async fn a_request_is_refused_with_everything_in_its_way_and_allowed_once_it_is_complete(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let om = by(&test, Role::OmOfficer).await;
        let today = om.today(Regime::NlPilot.zone());
        let mut incomplete = passport_draft();
        incomplete.situation.evasion_reasons = None;
        incomplete.situation.claim_to_document = None;
        incomplete.letter.officer = String::new();
        let made = draft(&test.app, &om, registration, incomplete).await.expect("a draft can always be written");
        assert_eq!(made.state, ProposalStanding::Draft);
        let refused = step(&test.app, &om, registration, made.id, PassportStep::Requested { on: today }).await;
        let codes: Vec<(String, String)> = [
            ("/content/situation/claimToDocument", "not_established"),
            ("/content/situation/evasionReasons", "no_reasons"),
            ("/content/letter/officer", "required"),
            ("/content/situation", "required"),
        ].map(|(at, code)| (at.to_owned(), code.to_owned())).to_vec();
        assert_eq!(blocked(refused), codes);
        assert!(matches!(letter(&test.app, &om, registration, made.id).await, Err(Refusal::Blocked(_))));

        let amended = PassportStep::Amended { on: today, content: Box::new(passport_draft()) };
        let seen = step(&test.app, &om, registration, made.id, amended).await.expect("amended");
        assert_eq!(seen.blocks, json!([]));
        let asked = step(&test.app, &om, registration, made.id, PassportStep::Requested { on: today }).await.expect("asked");
        assert_eq!(asked.state, ProposalStanding::Requested);
        let twice = step(&test.app, &om, registration, made.id, PassportStep::Requested { on: today }).await;
        assert_eq!(conflict(&twice), "not_in_this_state");
        let pdf = letter(&test.app, &om, registration, made.id).await.expect("a letter");
        assert!(pdf.starts_with(b"%PDF-"));
        assert_eq!(pdf, letter(&test.app, &om, registration, made.id).await.expect("the same letter"));
    }

    async fn an_entry_warns_twice_and_ends_after_two_years(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let om = by(&test, Role::OmOfficer).await;
        let today = om.today(Regime::NlPilot.zone());
        let made = draft(&test.app, &om, registration, passport_draft()).await.expect("a draft");
        for taken in [PassportStep::Requested { on: today }, PassportStep::Entered { on: today }] {
            step(&test.app, &om, registration, made.id, taken).await.expect("taken");
        }
        let end: NaiveDate = today.checked_add_months(chrono::Months::new(24)).expect("a day");
        let raised = async |days: i64| {
            test.days_pass(days);
            run_terms(&test);
            run_terms(&test);
            let list = open_proposals(&test.app, &now(&test, &om), None, 10).await.expect("a list");
            list.items.first().map(|open| open.warnings.iter().map(|warning| warning.days_before).collect::<Vec<_>>())
        };
        let whole = (end - today).num_days();
        assert_eq!(raised(whole - 91).await, Some(vec![]));
        assert_eq!(raised(1).await, Some(vec![90]));
        assert_eq!(raised(60).await, Some(vec![90, 30]));
        assert_eq!(raised(30).await, None, "it is over");
        let seen = read(&test.app, &now(&test, &om), registration, made.id).await.expect("still readable");
        assert_eq!(seen.state, ProposalStanding::Expired);
    }

    async fn grounds_belong_to_article_18_and_nobody_else_proposes(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let om = by(&test, Role::OmOfficer).await;
        let mut wrong = passport_draft();
        wrong.article = Article::Article24a;
        let refused = draft(&test.app, &om, registration, wrong).await;
        assert!(matches!(&refused, Err(Refusal::Invalid(faults)) if faults[0].code == "ground_of_other_article"), "{refused:?}");
        for ctx in [test.ctx(&test.officer), test.ctx(&test.lead), test.ctx(&person), by(&test, Role::Tbkk).await] {
            let refused = draft(&test.app, &ctx, registration, passport_draft()).await;
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        }
    }
}
