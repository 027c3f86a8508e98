//! Releases on the page: asked for by an evaluator, approved by the privacy officer, and what was issued.

use zedenregister::evaluation::releases::make::make;
use zedenregister::ids::ReleaseId;
use zedenregister::vocabulary::Role;

use super::browser::{Town, colleague};

const PLACE: &str = "/console/evaluation";

on_both_databases! {
    async fn an_evaluator_asks_the_privacy_officer_approves_and_the_figures_are_shown(db: TestDb) {
        let town = Town::on(db).await;
        let test = &town.test;
        let evaluator = colleague(test, "e.valuator", Role::Evaluator, None).await;
        let empty = evaluator.get(PLACE).await;
        assert!(empty.html.contains("Er is nog niets uitgegeven."), "{}", empty.html);
        let blank = evaluator.fill(&format!("{PLACE}/new"), &[]).await;
        assert!(blank.status == 400 && blank.html.contains("href=\"#firstQuarter\""), "{}", blank.html);
        let quarters = [("firstQuarter", "2025-Q4"), ("lastQuarter", "2025-Q3")];
        let form = evaluator.fill(&format!("{PLACE}/new"), &quarters).await;
        let wrong = evaluator.send_on(&format!("{PLACE}/new"), &form, &[("_confirmed", "1")]).await;
        assert!(wrong.status == 400 && wrong.html.contains("href=\"#lastQuarter\""), "{}", wrong.html);
        let quarters = [("firstQuarter", "2025-Q4"), ("lastQuarter", "2025-Q4")];
        let asked = evaluator.fill_and_confirm(&format!("{PLACE}/new"), &quarters).await;
        assert_eq!(asked.location(), "/console/evaluation?done=requested", "{}", asked.html);
        let own = evaluator.get(PLACE).await;
        assert!(own.html.contains("Wacht op een beslissing") && !own.html.contains("Goedkeuren"), "{}", own.html);

        let officer = colleague(test, "p.rivacy", Role::PrivacyOfficer, None).await;
        let waiting = officer.get(PLACE).await;
        assert!(waiting.html.contains("Goedkeuren") && !waiting.html.contains("Vraag een uitgave aan"), "{}", waiting.html);
        let release = waiting.hidden_fields().into_iter().find(|(name, _)| name == "release").expect("a release").1;
        let approved = officer.send_on("/console/evaluation/decide", &waiting, &[("approve", "true")]).await;
        assert_eq!(approved.location(), "/console/evaluation?done=approved", "{}", approved.html);

        let (app, id) = (test.app.clone(), release.parse::<ReleaseId>().expect("an id"));
        tokio::task::spawn_blocking(move || make(&app, id, &mut |_, _| {})).await.expect("no panic").expect("made");
        let seen = officer.get(PLACE).await;
        for text in ["Uitgegeven", "tot en met 2025-Q4", "niet getoond", "De cijfers in een tabel"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
        assert!(!seen.html.contains("Proefpersoon"), "nobody is named");

        let files = format!("{PLACE}/{release}/files.zip");
        assert!(!seen.html.contains(&files), "who approves does not take it along");
        assert_eq!(officer.get(&files).await.status, 403);
        assert!(evaluator.get(PLACE).await.html.contains(&files));
        let file = evaluator.get(&format!("{PLACE}/{release}/manifest.json")).await;
        assert!(file.status == 200 && file.html.starts_with("{\"auditCheckpoint\""), "{}", file.html);
        assert_eq!(evaluator.get(&files).await.status, 200);
        assert_eq!(evaluator.get(&format!("{PLACE}/{release}/else")).await.status, 404);
    }

    async fn an_officer_sees_nothing_of_it(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        for place in [PLACE, "/console/evaluation/new"] {
            let seen = officer.get(place).await;
            assert!(seen.status == 403 || seen.status == 404, "{place}: {}", seen.status);
        }
    }
}
