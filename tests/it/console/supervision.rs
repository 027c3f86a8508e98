//! Supervision beside the register, as the officer of the file sees it.

use scheduler::RunContext;
use serde_json::json;
use zedenregister::jobs::findings;
use zedenregister::register::enrol::Enrolment;
use zedenregister::supervision::intake::Mode;
use zedenregister::vocabulary::Role;

use super::browser::{Town, colleague};
use super::desk::{Desk, link, through};
use crate::supervision::{SKN, import, order};

fn with_chain_number(enrolment: &mut Enrolment) {
    if let Some(person) = &mut enrolment.person {
        person.skn = Some(SKN.to_owned());
    }
}

on_both_databases! {
    async fn orders_conditions_dates_and_breaches_stand_on_one_page_with_what_collides(db: TestDb) {
        let town = Town::with(db, with_chain_number).await;
        let officer = town.officer().await;
        let file = format!("/console/registrations/{}", town.registration);
        let place = format!("{file}/supervision");
        assert!(officer.get(&file).await.html.contains(&format!("href=\"{place}\"")), "a link to it on the file");
        let empty = officer.get(&place).await;
        assert!(empty.html.contains("geen toezicht bekend") && !empty.html.contains("Let op"), "{}", empty.html);

        let mut sent = order("T-1");
        sent["conditions"].as_array_mut().expect("conditions").push(json!({
            "conditionId": "3", "code": "k", "from": "2025-12-15", "notifyRegister": true,
        }));
        import(&town.test, &sent.to_string(), Mode::TakeIn);
        let seen = officer.get(&place).await;
        for text in [
            "Maatregel tot gedragsbeïnvloeding en vrijheidsbeperking (GVM)",
            "Loopt, van 15 december 2025 tot en met",
            "niveau 2",
            "Beperking om Nederland te verlaten",
            "Geheim reisverbod",
            "Volgt uit de wet",
            "Voorwaarde niet nageleefd (h)",
            "Geheim gezien",
            "Gemeld aan het Openbaar Ministerie",
            "Laatste dag van het toezicht",
            "Let op",
        ] {
            assert!(seen.html.to_lowercase().contains(&text.to_lowercase()), "{text}: {}", seen.html);
        }
    }

    async fn a_finding_stands_on_the_first_page_until_the_officer_says_that_they_looked(db: TestDb) {
        let town = Town::with(db, with_chain_number).await;
        let mut sent = order("T-1");
        sent["conditions"].as_array_mut().expect("conditions").push(json!({
            "conditionId": "3", "code": "k", "from": "2025-12-15", "notifyRegister": true,
        }));
        import(&town.test, &sent.to_string(), Mode::TakeIn);
        let app = town.test.app.clone();
        let now = app.clock.now().legal.utc();
        let run = move || findings::run(&app, &RunContext::new(now, now, 1));
        let report = tokio::task::spawn_blocking(run).await.expect("no panic").expect("it runs");
        assert!(report.made >= 1 && report.failed == 0, "{report:?}");
        let officer = town.officer().await;
        let work = officer.get("/console?section=today").await;
        assert!(work.html.contains("Toezicht en register vragen allebei een melding, vanaf 12-01-2026."), "{}", work.html);
        let place = link(&work, &format!("/console/registrations/{}/act/look-at-finding/", town.registration));
        let file = format!("/console/registrations/{}/supervision", town.registration);
        assert!(officer.get(&file).await.html.contains(&place), "the page of the orders leads there too");
        let form = officer.get(&place).await;
        assert!(form.html.contains("Zeg dat u dit hebt bekeken") && form.html.contains("Wat opvalt"), "{}", form.html);
        let empty = officer.fill(&place, &[]).await;
        assert!(empty.status == 400 && empty.html.contains("href=\"#reason\""), "{}", empty.html);
        let done = through(&officer, &place, &[("reason", "Een melding is genoeg, besproken.")]).await;
        assert_eq!((done.status, done.location()), (303, format!("{file}?done=look-at-finding").as_str()), "{}", done.html);
        let seen = officer.get(done.location()).await;
        assert!(seen.html.contains("Bekeken op") && seen.html.contains("Een melding is genoeg"), "{}", seen.html);
        assert!(!officer.get("/console?section=today").await.html.contains(&place), "it is off the list");
        let other = colleague(&town.test, "p.elders", Role::SupervisionOfficer, Some(town.test.other_team)).await;
        assert_eq!(other.get(&place).await.status, 404);
    }

    async fn a_flag_shows_the_supervision_of_its_last_day(db: TestDb) {
        let desk = Desk::in_town(Town::with(db, with_chain_number).await).await;
        let officer = desk.town.officer().await;
        let before = officer.get(&desk.flag_page()).await;
        assert!(before.html.contains("Toezicht op de laatste dag"), "{}", before.html);
        assert!(!before.html.contains("(GVM)"), "{}", before.html);

        let mut sent = order("T-1");
        sent["conditions"][0]["until"] = json!("2025-12-31");
        import(&desk.town.test, &sent.to_string(), Mode::TakeIn);
        let seen = officer.get(&desk.flag_page()).await;
        for text in ["Maatregel tot gedragsbeïnvloeding en vrijheidsbeperking (GVM)", "Locatieverbod"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
        // It bound until the year before.
        assert!(!seen.html.contains("Beperking om Nederland te verlaten"), "{}", seen.html);
    }

    async fn a_colleague_without_the_file_gets_nothing_of_it(db: TestDb) {
        let town = Town::with(db, with_chain_number).await;
        import(&town.test, &order("T-1").to_string(), Mode::TakeIn);
        let other = colleague(&town.test, "p.elders", Role::SupervisionOfficer, Some(town.test.other_team)).await;
        let seen = other.get(&format!("/console/registrations/{}/supervision", town.registration)).await;
        assert!(seen.status != 200 && !seen.html.contains("Geheim"), "{}: {}", seen.status, seen.html);
    }
}
