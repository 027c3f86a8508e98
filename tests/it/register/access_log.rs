//! Who looked at my file.

use zedenregister::access::Ctx;
use zedenregister::register::Refusal;
use zedenregister::register::view::{self, Who};
use zedenregister::vocabulary::{Purpose, Regime, Role};

use crate::support::app::TestApp;

on_both_databases! {
    // ASVS 5.0: 15.3.1
    async fn a_registrant_sees_who_looked_when_and_why_but_no_officers_name(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (other, stranger) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let cover = Ctx { purpose: Some(Purpose::Cover), ..test.ctx(&test.colleague) };
        view::duties(&test.app, &cover, registration).await.expect("a colleague stands in");
        view::duties(&test.app, &test.ctx(&test.other_officer), registration).await.expect_err("another team");
        view::duties(&test.app, &test.ctx(&stranger), registration).await.expect_err("another registrant");
        view::duties(&test.app, &test.ctx(&person), registration).await.expect("their own");
        view::duties(&test.app, &test.ctx(&test.officer), other).await.expect("another file");

        let log = view::access_log(&test.app, &test.ctx(&person), registration, None, 50).await.expect("the log");
        let seen: Vec<_> = log.items.iter().map(|e| (e.who, e.role, e.action.as_str(), e.purpose, e.allowed)).collect();
        let officer = Some(Role::SupervisionOfficer);
        let registrant = Some(Role::Registrant);
        assert_eq!(
            seen[..4],
            [
                (Who::Yourself, registrant, "duty.read", None, true),
                (Who::SomebodyElse, registrant, "duty.read", None, false),
                (Who::SomebodyElse, officer, "duty.read", None, false),
                (Who::SomebodyElse, officer, "duty.read", Some(Purpose::Cover), true),
            ]
        );
        // Before those stand the enrolment and the activation; nothing about the other file.
        assert!(seen[4..].iter().all(|(_, role, ..)| *role == Some(Role::ReviewLead)), "{seen:?}");
        let text = serde_json::to_string(&log).expect("JSON");
        for account in [test.colleague.account, test.officer.account, test.lead.account] {
            assert!(!text.contains(account.as_str()));
        }
    }

    async fn the_log_is_read_in_pages_and_reading_it_is_in_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let ctx = test.ctx(&person);
        let whole = view::access_log(&test.app, &ctx, registration, None, 100).await.expect("the log");
        let again = view::access_log(&test.app, &ctx, registration, None, 100).await.expect("the log");
        assert_eq!(again.items[0].action, "audit.read_own");
        assert_eq!(again.items[1..], whole.items[..]);
        let (mut paged, mut before) = (Vec::new(), Some(again.items[0].number));
        while let Some(number) = before {
            let page = view::access_log(&test.app, &ctx, registration, Some(number), 1).await.expect("a page");
            paged.extend(page.items);
            before = page.next;
        }
        assert_eq!(paged, whole.items);
    }

    async fn nobody_else_sees_the_log_of_a_file(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (_, stranger) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let hidden = view::access_log(&test.app, &test.ctx(&stranger), registration, None, 10).await;
        assert!(matches!(hidden, Err(Refusal::NotFound)), "{hidden:?}");
        let officer = view::access_log(&test.app, &test.ctx(&test.officer), registration, None, 10).await;
        assert!(matches!(officer, Err(Refusal::Forbidden(_))), "{officer:?}");
    }
}
