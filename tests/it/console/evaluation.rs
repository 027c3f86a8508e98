//! Releases on the page: asked for by an evaluator, approved by the privacy officer, and what was issued.

use zedenregister::evaluation::releases::make::make;
use zedenregister::evaluation::releases::{NewRelease, ReleaseVerdict, decide, request};
use zedenregister::ids::ReleaseId;
use zedenregister::register::notify::notify;
use zedenregister::vocabulary::{Channel, Role};

use super::browser::{Seen, Town, colleague};
use crate::support::reports::initial;

const PLACE: &str = "/console/evaluation";
const FIGURES: &str = "/console/figures";

/// The address of the first link on a page in which this stands.
fn address(page: &Seen, part: &str) -> String {
    let html = page.html.replace("&#38;", "&");
    let mut links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let found = links.find(|link| link.contains(part) && link.starts_with(FIGURES));
    found.unwrap_or_else(|| panic!("no link with {part}: {html}")).to_owned()
}

on_both_databases! {
    async fn an_evaluator_asks_the_privacy_officer_approves_and_the_figures_are_shown(db: TestDb) {
        let town = Town::on(db).await;
        let test = &town.test;
        let evaluator = colleague(test, "e.valuator", Role::Evaluator, None).await;
        let empty = evaluator.get(PLACE).await;
        assert!(empty.html.contains("Er is nog niets uitgegeven."), "{}", empty.html);
        let blank = evaluator.fill(&format!("{PLACE}/new"), &[]).await;
        assert!(blank.status == 400 && blank.html.contains("href=\"#firstQuarter\""), "{}", blank.html);
        let quarters = [("firstQuarter", "2025-Q4"), ("lastQuarter", "2025-Q3"), ("microdata", "false")];
        let form = evaluator.fill(&format!("{PLACE}/new"), &quarters).await;
        let wrong = evaluator.send_on(&format!("{PLACE}/new"), &form, &[("_confirmed", "1")]).await;
        assert!(wrong.status == 400 && wrong.html.contains("href=\"#lastQuarter\""), "{}", wrong.html);
        let quarters = [("firstQuarter", "2025-Q4"), ("lastQuarter", "2025-Q4"), ("microdata", "true")];
        let asked = evaluator.fill_and_confirm(&format!("{PLACE}/new"), &quarters).await;
        assert_eq!(asked.location(), "/console/evaluation?done=requested", "{}", asked.html);
        let own = evaluator.get(PLACE).await;
        assert!(own.html.contains("Wacht op een beslissing") && !own.html.contains("Goedkeuren"), "{}", own.html);

        let officer = colleague(test, "p.rivacy", Role::PrivacyOfficer, None).await;
        let waiting = officer.get(PLACE).await;
        assert!(waiting.html.contains(">Ja</td>"), "{}", waiting.html);
        assert!(waiting.html.contains("Goedkeuren") && !waiting.html.contains("Vraag een uitgave aan"), "{}", waiting.html);
        let release = waiting.hidden_fields().into_iter().find(|(name, _)| name == "release").expect("a release").1;
        let approved = officer.send_on("/console/evaluation/decide", &waiting, &[("approve", "true")]).await;
        assert_eq!(approved.location(), "/console/evaluation?done=approved", "{}", approved.html);

        let (app, id) = (test.app.clone(), release.parse::<ReleaseId>().expect("an id"));
        tokio::task::spawn_blocking(move || make(&app, id, None, &mut |_, _| {})).await.expect("no panic").expect("made");
        let seen = officer.get(PLACE).await;
        for text in ["Uitgegeven", "Gevraagd, niet gegeven", "tot en met 2025-Q4", "niet getoond", "De cijfers in een tabel"] {
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
        assert_eq!(evaluator.get(&format!("{PLACE}/{release}/microdata.zip")).await.status, 404, "nobody can hide");
        assert_eq!(evaluator.get(&format!("{PLACE}/{release}/else")).await.status, 404);
    }

    async fn a_lead_opens_a_figure_and_reaches_the_file_and_an_evaluator_does_not(db: TestDb) {
        let town = Town::on(db).await;
        let test = &town.test;
        let ctx = test.ctx_keyed(&town.registrant, "first", "d");
        notify(&test.app, &ctx, town.registration, initial(), Channel::Api).await.expect("accepted");
        test.days_pass(90);
        let (asks, approves) = (test.actor_of(Role::Evaluator).await, test.actor_of(Role::PrivacyOfficer).await);
        let wanted = NewRelease { first_quarter: "2026-Q1".to_owned(), last_quarter: "2026-Q1".to_owned(), microdata: false };
        let lead = colleague(test, "l.ead", Role::ReviewLead, Some(test.team)).await;
        assert!(lead.get(FIGURES).await.html.contains("Er is nog niets uitgegeven."));
        let id = request(&test.app, &test.ctx(&asks), wanted).await.expect("asked for").id;
        decide(&test.app, &test.ctx(&approves), id, ReleaseVerdict { approve: true }).await.expect("approved");
        let app = test.app.clone();
        tokio::task::spawn_blocking(move || make(&app, id, None, &mut |_, _| {})).await.expect("no panic").expect("made");

        let index = lead.get(FIGURES).await;
        assert!(index.html.contains("Cijfers en de dossiers erachter"), "{}", index.html);
        let table = lead.get(&address(&index, "notifications-by-kind-per-team")).await;
        assert!(table.html.contains("Meldingen naar soort") && table.html.contains("Noord"), "{}", table.html);
        let list = lead.get(&address(&table, "row=total&column=total")).await;
        let person = format!("/console/registrations/{}", town.registration);
        for text in ["Dit cijfer is niet uitgegeven.", "Daarvan kunt u openen: 1, over 1 personen.", "12 januari 2026", "Proefpersoon", &person] {
            assert!(list.html.contains(text), "{text}: {}", list.html);
        }
        assert_eq!(lead.get(&person).await.status, 200);
        let empty = lead.get(&address(&table, "row=travel&column=Zuid")).await;
        assert!(empty.html.contains("Er zijn geen dossiers in dit cijfer die u mag openen."), "{}", empty.html);
        for wrong in ["table?table=x&quarter=2026-Q1", "files?table=x&quarter=2026-Q1&row=total&column=total", "?quarter=2020-Q1"] {
            let place = if wrong.starts_with('?') { format!("{FIGURES}{wrong}") } else { format!("{FIGURES}/{wrong}") };
            assert_eq!(lead.get(&place).await.status, 404, "{place}");
        }
        let wrong = format!("{FIGURES}/files?table=notifications-by-kind-per-team&quarter=2026-Q1&row=x&column=total");
        assert_eq!(lead.get(&wrong).await.status, 404);

        let officer = town.officer().await;
        assert!(officer.get(FIGURES).await.html.contains("notifications-by-kind-per-team"));
        let evaluator = colleague(test, "e.valuator", Role::Evaluator, None).await;
        let seen = evaluator.get(PLACE).await;
        assert!(seen.status == 200 && !seen.html.contains(FIGURES), "no figure is a link: {}", seen.html);
        for place in [FIGURES.to_owned(), address(&index, "notifications-by-kind-per-team"), address(&table, "row=total&column=total")] {
            assert_eq!(evaluator.get(&place).await.status, 403, "{place}");
        }
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
