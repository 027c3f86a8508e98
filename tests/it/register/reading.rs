//! What readers see, and what they do not.

use zedenregister::register::notify::notify;
use zedenregister::register::view::{self, Search, SearchFilter};
use zedenregister::register::{Refusal, contact, enrol::ContactDetails};
use zedenregister::vocabulary::{Channel, Language, LegalStatus, Regime};

use crate::support::app::{TestApp, day, person};
use crate::support::reports::initial;

fn by_surname(surname: &str, sounds_like: bool) -> Search {
    Search { surname: Some(surname.to_owned()), sounds_like, ..Search::default() }
}

on_both_databases! {
    async fn a_person_is_found_by_what_an_officer_has_in_hand(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-02");
        enrolment.person = Some(person(Some("999990019")));
        let (registration, _) = test.registrant(enrolment).await;
        let officer = test.ctx(&test.officer);
        let find = async |search: Search| {
            view::search(&test.app, &officer, search).await.expect("a page").items.iter().map(|i| i.id).collect::<Vec<_>>()
        };
        assert_eq!(find(by_surname("proefpersoon", false)).await, [registration], "in any spelling");
        assert_eq!(find(by_surname("Proefperzoon", false)).await, []);
        assert_eq!(find(by_surname("Proefperzoon", true)).await, [registration], "by its sound");
        assert_eq!(find(Search { bsn: Some("999990019".to_owned()), ..Search::default() }).await, [registration]);
        assert_eq!(find(Search { birth_date: Some(day("1975-03-14")), ..Search::default() }).await, [registration]);
        let both = Search { birth_date: Some(day("1975-03-15")), ..by_surname("Proefpersoon", false) };
        assert_eq!(find(both).await, [], "each term narrows");
        let due = |from: &str, until: &str| Search {
            filter: Some(SearchFilter {
                due_from: Some(day(from)),
                due_until: Some(day(until)),
                legal_status: Some(LegalStatus::Active),
                ..SearchFilter::default()
            }),
            ..Search::default()
        };
        assert_eq!(find(due("2026-01-05", "2026-01-09")).await, [registration]);
        assert_eq!(find(due("2026-01-10", "2026-01-11")).await, []);
    }

    async fn search_reaches_no_further_than_the_caseload(db: TestDb) {
        let test = TestApp::on(db).await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let stranger = test.ctx(&test.other_officer);
        let found = view::search(&test.app, &stranger, by_surname("Proefpersoon", false)).await.expect("a page");
        assert_eq!(found.items, []);
    }

    async fn pages_follow_each_other_without_gap_or_repeat(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await.0);
        }
        let officer = test.ctx(&test.officer);
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let search = Search { after, limit: Some(2), ..Search::default() };
            let page = view::search(&test.app, &officer, search).await.expect("a page");
            seen.extend(page.items.iter().map(|item| item.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, made);
    }

    async fn an_officer_outside_the_caseload_reads_nothing(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let refused = view::registration(&test.app, &test.ctx(&test.other_officer), registration).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_) | Refusal::NotFound)), "{refused:?}");
    }

    async fn me_is_the_one_active_registration(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        assert_eq!(view::me(&test.app, &test.ctx(&person)).await.expect("one"), registration);
        let mut second = test.enrolment(Regime::Ie, "2026-01-02");
        (second.person, second.person_id) = (None, person.person);
        let (other, _) = test.registrant(second).await;
        let several = view::me(&test.app, &test.ctx(&person)).await;
        let Err(Refusal::SeveralRegistrations(list)) = several else { panic!("{several:?}") };
        assert_eq!(list, [registration, other]);
        assert!(matches!(view::me(&test.app, &test.ctx(&test.officer)).await, Err(Refusal::NotFound)));
    }

    async fn contact_details_are_replaced_and_found_again(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, registrant) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let details = ContactDetails { email: None, phone: Some("+31600000001".to_owned()), language: Language::En, preferred_channel: None, postal_address: None };
        contact::change(&test.app, &test.ctx(&registrant), registration, details.clone()).await.expect("changed");
        let officer = test.ctx(&test.officer);
        let seen = view::registration(&test.app, &officer, registration).await.expect("a registration");
        assert_eq!(seen.contact, details);
        let find = async |search: Search| view::search(&test.app, &officer, search).await.expect("a page").items.len();
        for written in ["+31600000001", "06 - 00 00 00 01", "0031 (0)6 00000001"] {
            assert_eq!(find(Search { phone: Some(written.to_owned()), ..Search::default() }).await, 1, "{written}");
        }
        let former = person(None).contact.email;
        assert!(former.is_some());
        assert_eq!(find(Search { email: former, ..Search::default() }).await, 0, "an address that was taken back");
    }

    async fn a_home_is_found_by_postcode_and_number_together(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let ctx = test.ctx_keyed(&person, "first", "1");
        notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("given");
        let officer = test.ctx(&test.officer);
        let wanted = Search { postcode: Some("9999xz".to_owned()), house_number: Some(1), ..Search::default() };
        let found = view::search(&test.app, &officer, wanted.clone()).await.expect("a page");
        assert_eq!(found.items.iter().map(|item| item.id).collect::<Vec<_>>(), [registration]);
        let next_door = Search { house_number: Some(2), ..wanted.clone() };
        assert_eq!(view::search(&test.app, &officer, next_door).await.expect("a page").items, []);
        let half = view::search(&test.app, &officer, Search { house_number: None, ..wanted }).await;
        let Err(Refusal::Invalid(faults)) = half else { panic!("{half:?}") };
        assert_eq!(faults[0].pointer, "/houseNumber");
    }
}
