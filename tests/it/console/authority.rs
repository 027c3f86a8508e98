//! An authority sees what was referred to it, acknowledges, and tells what it decided; the case shows it.

use zedenregister::vocabulary::Role;

use super::desk::{Desk, confirm, link};

const DECIDED: [(&str, &str); 4] = [
    ("outcome", "penalty_order"),
    ("decidedOn", "2026-01-16"),
    ("reference", "05-123456-26"),
    ("note", "Strafbeschikking van 300 euro"),
];

on_both_databases! {
    async fn a_referral_is_acknowledged_by_both_and_the_answer_comes_back(db: TestDb) {
        let desk = Desk::on(db).await;
        let officer = desk.town.officer().await;
        let lead = desk.somebody("lead.een", Role::ReviewLead).await;
        desk.referred(&officer, &lead).await;

        let prosecutor = desk.somebody("officier", Role::OmOfficer).await;
        let first = prosecutor.get("/console").await;
        assert_eq!(first.status, 200, "{}", first.html);
        assert!(first.html.contains("U werkt hier met een doel") && !first.html.contains("Proefpersoon"), "{}", first.html);
        prosecutor.send("/console", "/console/purpose", &[("purpose", "prosecution")]).await;
        let first = prosecutor.get("/console").await;
        assert!(first.html.contains("ontvangst te bevestigen uiterlijk"), "{}", first.html);
        assert_eq!(link(&first, "/console/flags/"), desk.flag_page());
        let page = prosecutor.get(&desk.flag_page()).await;
        for text in ["Proefpersoon", "Waarom moest dit?", "Ontvangst bevestigen", "kenmerk ", "1 van 1 in de lijst"] {
            assert!(page.html.contains(text), "{text}: {}", page.html);
        }
        assert!(!page.html.contains("/answer\""), "not before both acknowledged");
        let sealed = format!("{}/bundle", desk.flag_page());
        assert!(page.html.contains(&sealed), "{}", page.html);
        let early = prosecutor.get(&sealed).await;
        assert!(early.status == 409 && early.html.contains("minuut"), "{}", early.html);
        desk.town.test.seal_the_audit().await;
        assert_eq!(prosecutor.get(&sealed).await.status, 200);
        assert_eq!(desk.step(&prosecutor, "acknowledge", &[]).await.status, 303);
        assert!(prosecutor.get(&desk.flag_page()).await.html.contains("niets voor u te doen"));

        // The execution authority reads no duties, and its page asks for none.
        let execution = desk.somebody("uitvoering", Role::Aice).await;
        assert_eq!(link(&execution.get("/console").await, "/console/flags/"), desk.flag_page());
        assert_eq!(desk.step(&execution, "acknowledge", &[]).await.status, 303);

        let empty = desk.step(&prosecutor, "answer", &[]).await;
        assert_eq!(empty.status, 400, "{}", empty.html);
        assert!(empty.html.contains("href=\"#answer-decidedOn\""), "{}", empty.html);
        let early = [DECIDED[0], ("decidedOn", "2026-12-31")];
        let early = desk.step(&prosecutor, "answer", &early).await;
        assert!(early.status == 400 && early.html.contains("ligt in de toekomst"), "{}", early.html);
        let answered = desk.step(&prosecutor, "answer", &DECIDED).await;
        assert_eq!(answered.status, 303, "{}", answered.html);
        let case = officer.get(&desk.flag_page()).await;
        for text in ["Wat autoriteiten besloten", "Strafbeschikking", "05-123456-26", "300 euro", "Officier van justitie"] {
            assert!(case.html.contains(text), "{text}: {}", case.html);
        }
        let first = officer.get("/console").await;
        assert!(first.html.contains("De instantie heeft besloten"), "{}", first.html);
        assert_eq!(desk.step(&officer, "close", &[("reason", "Verteld")]).await.status, 303);
    }

    // ASVS 5.0: 15.4.2
    async fn of_two_prosecutors_at_once_one_acknowledges_and_the_other_is_told(db: TestDb) {
        let desk = Desk::on(db).await;
        let (officer, lead) = (desk.town.officer().await, desk.somebody("lead.een", Role::ReviewLead).await);
        desk.referred(&officer, &lead).await;
        let (one, other) = (desk.prosecutor("officier.een").await, desk.prosecutor("officier.twee").await);
        let to = format!("{}/acknowledge", desk.flag_page());
        let mut checks = Vec::new();
        for by in [&one, &other] {
            let page = by.get(&desk.flag_page()).await;
            let version = page.hidden("_version");
            checks.push(by.post(&to, Some(&page.hidden("formToken")), &[("_version", &version)]).await);
        }
        assert_eq!(confirm(&one, &checks[0], &to).await.status, 303);
        let told = confirm(&other, &checks[1], &to).await;
        assert_eq!(told.status, 412, "{}", told.html);
        assert!(told.html.contains("Iemand anders was u voor"), "{}", told.html);
    }

    async fn an_authority_does_only_what_is_its_own(db: TestDb) {
        let desk = Desk::on(db).await;
        let officer = desk.town.officer().await;
        assert_eq!(desk.step(&officer, "take-up", &[]).await.status, 303);
        let execution = desk.somebody("uitvoering", Role::Aice).await;
        let page = execution.get(&desk.flag_page()).await;
        assert_eq!(page.status, 200, "{}", page.html);
        assert!(!page.html.contains("class=\"step\""), "nothing is offered: {}", page.html);
        let refused = desk.step(&execution, "propose", &[("outcome.type", "warning"), ("reason", "Te laat")]).await;
        assert_eq!(refused.status, 403, "{}", refused.html);
        assert_eq!(desk.step(&execution, "acknowledge", &[]).await.status, 409);
        assert_eq!(desk.step(&officer, "acknowledge", &[]).await.status, 403, "an officer is no authority");
        let prosecutor = desk.somebody("officier", Role::OmOfficer).await;
        assert_eq!(prosecutor.get(&desk.flag_page()).await.status, 403, "without a purpose");
    }
}
