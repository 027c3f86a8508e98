//! Home visits: planned, logged, waiting to be logged.

use zedenregister::register::Refusal;
use zedenregister::register::around::visits::{
    NewVisit, OpenVisitsWanted, VisitOutcome, list, log, open_visits, plan, read,
};
use zedenregister::vocabulary::{Regime, VisitStatus};

use crate::support::app::{TestApp, day};

fn visit(on: &str) -> NewVisit {
    NewVisit { planned_on: day(on), officer_id: None, purpose: Some("Nieuw adres bekijken".to_owned()) }
}

on_both_databases! {
    async fn a_visit_whose_day_passed_waits_to_be_logged_until_it_is(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let planned = plan(&test.app, &test.ctx(&test.officer), registration, visit("2026-01-13")).await.expect("planned");
        assert_eq!((planned.status, planned.officer_id), (VisitStatus::Planned, test.officer.account));
        let waiting = async |wanted| {
            let page = open_visits(&test.app, &test.ctx(&test.officer), wanted, None, 10).await.expect("a list");
            page.items.into_iter().map(|visit| (visit.id, visit.status)).collect::<Vec<_>>()
        };
        assert_eq!(waiting(OpenVisitsWanted::ToMake).await, [(planned.id, VisitStatus::Planned)]);
        assert_eq!(waiting(OpenVisitsWanted::ToLog).await, []);
        test.days_pass(2);
        assert_eq!(waiting(OpenVisitsWanted::ToMake).await, []);
        assert_eq!(waiting(OpenVisitsWanted::ToLog).await, [(planned.id, VisitStatus::OutcomeToLog)]);

        let ctx = test.ctx(&test.officer);
        let visited_at = ctx.now.legal;
        let outcome = VisitOutcome::NotAtHome { visited_at, report: Some("Gordijnen dicht".to_owned()) };
        let logged = log(&test.app, &ctx, registration, planned.id, 1, outcome.clone()).await.expect("logged");
        assert_eq!((logged.status, logged.version, logged.visited_at), (VisitStatus::NotAtHome, 2, Some(visited_at)));
        assert_eq!(waiting(OpenVisitsWanted::Any).await, []);
        let seen = read(&test.app, &ctx, registration, planned.id).await.expect("the visit");
        assert_eq!(seen, logged);
        assert_eq!((seen.purpose.as_deref(), seen.report.as_deref()), (Some("Nieuw adres bekijken"), Some("Gordijnen dicht")));
        let again = log(&test.app, &ctx, registration, planned.id, 2, outcome).await;
        assert!(matches!(again, Err(Refusal::Conflict { code: "visit_closed", .. })), "{again:?}");
    }

    async fn what_cannot_be_planned_or_logged_is_refused_with_its_field(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let stranger = NewVisit { officer_id: Some(test.other_officer.account), ..visit("2026-01-11") };
        let refused = plan(&test.app, &officer, registration, stranger).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        let told: Vec<_> = faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect();
        assert_eq!(told, [("/plannedOn", "in_the_past"), ("/officerId", "no_such_officer")]);

        let planned = plan(&test.app, &officer, registration, visit("2026-01-13")).await.expect("planned");
        let early = VisitOutcome::Done { visited_at: officer.now.legal.plus(chrono::Duration::hours(1)), report: "Gezien".to_owned() };
        let refused = log(&test.app, &officer, registration, planned.id, 1, early).await;
        assert!(matches!(&refused, Err(Refusal::Invalid(faults)) if faults[0].code == "in_the_future"), "{refused:?}");
        let cancelled = VisitOutcome::Cancelled { reason: "Ziek".to_owned() };
        let refused = log(&test.app, &officer, registration, planned.id, 7, cancelled.clone()).await;
        assert!(matches!(refused, Err(Refusal::VersionMoved)), "{refused:?}");
        let gone = log(&test.app, &officer, registration, planned.id, 1, cancelled).await.expect("cancelled");
        assert_eq!((gone.status, gone.visited_at, gone.report.as_deref()), (VisitStatus::Cancelled, None, Some("Ziek")));
    }

    async fn visits_of_others_are_not_seen(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        plan(&test.app, &test.ctx(&test.officer), registration, visit("2026-01-13")).await.expect("planned");
        let hidden = list(&test.app, &test.ctx(&test.other_officer), registration, None, 10).await;
        assert!(matches!(hidden, Err(Refusal::NotFound)), "{hidden:?}");
        for actor in [&test.colleague, &person] {
            let refused = list(&test.app, &test.ctx(actor), registration, None, 10).await;
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        }
        let other = open_visits(&test.app, &test.ctx(&test.other_officer), OpenVisitsWanted::Any, None, 10).await;
        assert_eq!(other.expect("a list").items, []);
        let lead = open_visits(&test.app, &test.ctx(&test.lead), OpenVisitsWanted::Any, None, 10).await;
        assert_eq!(lead.expect("the team's").items.len(), 1);
    }

    async fn the_list_of_waiting_visits_goes_on_where_a_page_ended(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ctx = test.ctx(&test.officer);
        // Not planned in the order of their days.
        for on in ["2026-01-15", "2026-01-13", "2026-01-14", "2026-01-13"] {
            plan(&test.app, &ctx, registration, visit(on)).await.expect("planned");
        }
        let (mut days, mut after) = (Vec::new(), None);
        loop {
            let page = open_visits(&test.app, &ctx, OpenVisitsWanted::Any, after, 1).await.expect("a page");
            days.extend(page.items.iter().map(|visit| visit.planned_on));
            after = page.next;
            if after.is_none() { break }
        }
        assert_eq!(days, [day("2026-01-13"), day("2026-01-13"), day("2026-01-14"), day("2026-01-15")]);
    }
}
