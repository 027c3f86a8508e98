//! A chain number that is replaced: both find the person, and nobody gets somebody else's.

use zedenregister::ids::RegistrationId;
use zedenregister::register::Refusal;
use zedenregister::register::enrol::{Enrolment, NewPerson};
use zedenregister::register::identity::chain_number::{NewChainNumber, read, replace};
use zedenregister::register::view::{Search, search};
use zedenregister::vocabulary::Regime;

use crate::support::app::{TestApp, person};

fn enrolment(test: &TestApp, skn: Option<&str>) -> Enrolment {
    let person = NewPerson { skn: skn.map(str::to_owned), ..person(None) };
    Enrolment { person: Some(person), ..test.enrolment(Regime::NlPilot, "2026-01-12") }
}

fn number(skn: &str, replaces: Option<&str>) -> NewChainNumber {
    NewChainNumber { skn: skn.to_owned(), replaces: replaces.map(str::to_owned), reason: "Samengevoegd".to_owned() }
}

async fn found(test: &TestApp, skn: &str) -> Vec<RegistrationId> {
    let wanted = Search { skn: Some(skn.to_owned()), ..Search::default() };
    let page = search(&test.app, &test.ctx(&test.lead), wanted).await.expect("a search");
    page.items.into_iter().map(|item| item.id).collect()
}

on_both_databases! {
    async fn the_new_number_and_the_old_one_both_find_the_person(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(enrolment(&test, Some("1234567"))).await;
        let ctx = test.ctx(&test.records);
        let now = replace(&test.app, &ctx, registration, number("7654321", Some("1234567"))).await.expect("replaced");
        assert_eq!(now.skn.as_deref(), Some("7654321"));
        assert_eq!((now.former[0].skn.as_str(), now.former[0].replaced_by), ("1234567", test.records.account));
        assert_eq!(read(&test.app, &test.ctx(&test.officer), registration).await.expect("the numbers"), now);
        for skn in ["1234567", "7654321"] {
            assert_eq!(found(&test, skn).await, [registration], "{skn}");
        }
        let third = replace(&test.app, &ctx, registration, number("1111111", Some("7654321"))).await.expect("replaced");
        let former: Vec<_> = third.former.iter().map(|former| former.skn.as_str()).collect();
        assert_eq!(former, ["7654321", "1234567"]);
        assert!(!test.db.dump().contains("7654321"));
    }

    async fn a_number_is_replaced_only_by_whoever_knows_the_present_one_and_never_by_anothers(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(enrolment(&test, Some("1234567"))).await;
        test.registrant(enrolment(&test, Some("2222222"))).await;
        let lead = test.ctx(&test.lead);
        let code = async |new| match replace(&test.app, &lead, registration, new).await {
            Err(Refusal::Conflict { code, .. }) => code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code(number("7654321", None)).await, "not_the_present_number");
        assert_eq!(code(number("7654321", Some("9999999"))).await, "not_the_present_number");
        assert_eq!(code(number("1234567", Some("1234567"))).await, "same_number");
        assert_eq!(code(number("2222222", Some("1234567"))).await, "person_exists");
        let refused = replace(&test.app, &test.ctx(&test.officer), registration, number("7654321", Some("1234567"))).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        let (none, _) = test.registrant(enrolment(&test, None)).await;
        replace(&test.app, &lead, none, number("3333333", None)).await.expect("the first number");
        assert_eq!(found(&test, "3333333").await, [none]);
    }
}
