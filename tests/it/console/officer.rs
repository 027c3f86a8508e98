//! What an officer does: the first page, search, the file, flags; and what others may not.

use scheduler::RunContext;
use zedenregister::app::App;
use zedenregister::jobs::sweep::{self, Pass};
use zedenregister::vocabulary::{Regime, Role};

use super::browser::{Browser, Town};
use crate::sign_in::{in_use, made};
use crate::support::app::person;

/// Looks for what became overdue, as the scheduler would.
async fn sweep(app: &App) {
    let app = app.clone();
    let run = move || {
        let now = app.clock.now();
        sweep::run(&app, &RunContext::new(now.legal.utc(), now.legal.utc(), 1), Pass::FromCursor)
    };
    tokio::task::spawn_blocking(run).await.expect("no panic").expect("a report");
}

on_both_databases! {
    async fn search_finds_by_what_is_in_hand_and_tells_what_is_wrong(db: TestDb) {
        let town = Town::on(db).await;
        let mut enrolment = town.test.enrolment(Regime::NlPilot, "2026-01-12");
        enrolment.officer_id = town.officer.id;
        enrolment.person = Some(person(Some("999990019")));
        let (registration, _) = town.test.registrant(enrolment).await;
        let officer = town.officer().await;
        let page = "/console/search";
        let found = officer.send(page, page, &[("bsn", "9999.90.019")]).await;
        assert_eq!(found.status, 200, "{}", found.html);
        assert!(found.html.contains("1 persoon gevonden") && found.html.contains(registration.as_str()), "{}", found.html);
        let both = officer.send(page, page, &[("surname", "proefpersoon"), ("birthDate", "1975-03-14")]).await;
        assert!(both.html.contains("2 personen gevonden"), "{}", both.html);
        let wrong = officer.send(page, page, &[("bsn", "999990018")]).await;
        assert_eq!(wrong.status, 400, "{}", wrong.html);
        assert!(wrong.html.contains("href=\"#bsn\""), "{}", wrong.html);
        assert_eq!(officer.send(page, page, &[]).await.status, 400, "nothing to look for");
    }

    async fn the_file_shows_who_what_by_when_and_why(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let file = format!("/console/registrations/{}", town.registration);
        let seen = officer.get(&file).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        for text in ["Joris van Proefpersoon", "Volgende wettelijke datum", "Eerste melding", "Van kracht", "staat open"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
        for rest in ["/travel", "/timeline", "/record"] {
            let seen = officer.get(&format!("{file}{rest}")).await;
            assert_eq!(seen.status, 200, "{rest}: {}", seen.html);
            assert!(seen.html.contains("Joris van Proefpersoon"), "{rest}");
        }
    }

    async fn a_colleague_states_a_purpose_and_another_team_sees_nothing(db: TestDb) {
        let town = Town::on(db).await;
        let file = format!("/console/registrations/{}", town.registration);
        let other = made(&town.test, Role::Dji).await;
        let factor = in_use(&town.test, &other).await;
        let prison = Browser::staff(&town.test, "proef.dji", &factor).await;
        assert!(matches!(prison.get(&file).await.status, 403 | 404));
        let lead = made(&town.test, Role::ReviewLead).await;
        let factor = in_use(&town.test, &lead).await;
        let lead = Browser::staff(&town.test, "proef.review_lead", &factor).await;
        assert_eq!(lead.get(&file).await.status, 200, "the lead of the team");
        let stated = lead.send("/console", "/console/purpose", &[("purpose", "supervision")]).await;
        assert_eq!(stated.status, 303, "{}", stated.html);
        assert!(lead.get("/console").await.html.contains("U werkt nu met het doel: toezicht"));
        assert_eq!(lead.send("/console", "/console/purpose", &[("purpose", "prosecution")]).await.status, 403);
    }

    async fn what_became_overdue_stands_first_and_opens_with_its_evidence(db: TestDb) {
        let town = Town::on(db).await;
        town.test.days_pass(60);
        sweep(&town.test.app).await;
        let officer = town.officer().await;
        let first = officer.get("/console").await;
        assert_eq!(first.status, 200, "{}", first.html);
        let (_, rest) = first.html.split_once("href=\"/console/flags/").expect("a flag on the first page");
        let flag = format!("/console/flags/{}", rest.split('"').next().expect("an id"));
        let seen = officer.get(&flag).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        for text in ["Eerste melding", "Joris van Proefpersoon", "Waarom moest dit?", "Er is geen herinnering verstuurd"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
        assert!(seen.html.contains("1 van 1 in de lijst"), "one walks through a frozen list: {}", seen.html);
    }
}
