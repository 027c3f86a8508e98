//! What a lead does besides deciding on proposals: who has what, handing over, absences, the second person.

use zedenregister::access::Actor;
use zedenregister::register::input::OnBehalf;
use zedenregister::register::notify::notify;
use zedenregister::vocabulary::{Channel, Role};

use super::browser::Browser;
use super::desk::{Desk, confirm, fill, link, option, through};
use crate::support::reports;

/// An officer records a report that came in the day before; where a second person decides about it.
async fn backdated(desk: &Desk) -> String {
    let test = &desk.town.test;
    let officer = Actor { account: desk.town.officer.id, ..test.officer.clone() };
    let yesterday = test.app.clock.now().legal.plus(chrono::Duration::hours(-20));
    let mut report = reports::initial();
    report.on_behalf = Some(OnBehalf {
        channel: Channel::Desk,
        place: "Bureau Proefstad".to_owned(),
        received_at: Some(yesterday),
        posted_on: None,
        evidence: Some("Baliejournaal 15 januari".to_owned()),
    });
    let kept =
        notify(&test.app, &test.ctx(&officer), desk.town.registration, report, Channel::Api).await.expect("kept");
    desk.file(&format!("/receipts/{}", kept.id))
}

on_both_databases! {
    async fn a_backdated_report_waits_on_the_first_page_and_is_confirmed(db: TestDb) {
        let desk = Desk::on(db).await;
        let place = backdated(&desk).await;
        let lead = desk.somebody("lead.een", Role::ReviewLead).await;
        let first = lead.get("/console").await;
        assert_eq!(link(&first, "/console/registrations/"), place);
        assert!(first.html.contains("uw besluit uiterlijk"), "{}", first.html);
        let form = lead.get(&place).await;
        for text in ["Baliejournaal 15 januari", "De laatste dag hiervoor was 15 januari 2026", "1 van 1 in de lijst"] {
            assert!(form.html.contains(text), "{text}: {}", form.html);
        }
        let empty = fill(&lead, &place, &[]).await;
        assert!(empty.status == 400 && empty.html.contains("href=\"#accept-0\""), "{}", empty.html);
        let done = through(&lead, &place, &[("accept", "true")]).await;
        assert_eq!(done.status, 303, "{}", done.html);
        let given = lead.get(done.location()).await;
        assert!(given.html.contains("Telt mee") && given.html.contains("besluit over het tijdstip"), "{}", given.html);
        assert_eq!(lead.get(&place).await.status, 409, "it waits no more");
        assert!(!lead.get("/console").await.html.contains("bevestig of weiger"));
    }

    async fn whoever_recorded_a_report_does_not_confirm_it_and_of_two_leads_one_is_told(db: TestDb) {
        let desk = Desk::on(db).await;
        let place = backdated(&desk).await;
        assert_eq!(desk.town.officer().await.get(&place).await.status, 403, "an officer is no second person");
        let (one, other) =
            (desk.somebody("lead.een", Role::ReviewLead).await, desk.somebody("lead.twee", Role::ReviewLead).await);
        let first = fill(&one, &place, &[("accept", "false")]).await;
        let second = fill(&other, &place, &[("accept", "true")]).await;
        assert_eq!(confirm(&one, &first, &place).await.status, 303);
        let told = confirm(&other, &second, &place).await;
        assert!(told.status == 409 && told.html.contains("wacht niet meer"), "{}", told.html);
    }

    async fn a_lead_gives_a_flag_to_somebody_with_the_workload_in_sight(db: TestDb) {
        let desk = Desk::on(db).await;
        let officer = desk.town.officer().await;
        assert!(!officer.get(&desk.flag_page()).await.html.contains("/reassign\""));
        let _colleague = desk.somebody("collega", Role::SupervisionOfficer).await;
        let lead = desk.somebody("lead.een", Role::ReviewLead).await;
        let page = lead.get(&desk.flag_page()).await;
        assert!(page.html.contains("Proef: 1 dossiers, 1 signalen"), "{}", page.html);
        let to = option(&page, "collega: 0 dossiers, 0 signalen");
        let none = desk.step(&lead, "reassign", &[("reason", "workload")]).await;
        assert!(none.status == 400 && none.html.contains("href=\"#reassign-ownerId\""), "{}", none.html);
        let given = desk.step(&lead, "reassign", &[("ownerId", &to), ("reason", "workload")]).await;
        assert_eq!(given.status, 303, "{}", given.html);
        let after = lead.get(given.location()).await;
        assert!(after.html.contains("aan een ander gegeven") && after.html.contains("Te veel werk"), "{}", after.html);
        let refused = desk.step(&officer, "reassign", &[("ownerId", &to), ("reason", "workload")]).await;
        assert_eq!(refused.status, 403, "{}", refused.html);
    }

    async fn a_lead_hands_a_whole_caseload_over(db: TestDb) {
        let desk = Desk::on(db).await;
        let colleague = desk.somebody("collega", Role::SupervisionOfficer).await;
        let lead = desk.somebody("lead.een", Role::ReviewLead).await;
        let team = lead.get("/console/team").await;
        assert_eq!(team.status, 200, "{}", team.html);
        assert!(team.html.contains("Wie heeft wat") && team.html.contains("Leeftijd van open signalen"));
        let place = format!("/console/team/hand-over?from={}", desk.town.officer.id);
        assert!(team.html.contains(&place), "{}", team.html);
        let form = lead.get(&place).await;
        let (from, to) = (option(&form, "Proef: 1 dossiers"), option(&form, "collega: 0 dossiers"));
        let fields = [("fromId", from.as_str()), ("toId", to.as_str()), ("reason", "departure")];
        let same = [("fromId", from.as_str()), ("toId", from.as_str()), ("reason", "departure")];
        let same = through(&lead, &place, &same).await;
        assert!(same.status == 400 && same.html.contains("moet iemand anders zijn"), "{}", same.html);
        let done = through(&lead, &place, &fields).await;
        assert_eq!(done.location(), "/console/team?files=1&flags=1", "{}", done.html);
        assert!(lead.get(done.location()).await.html.contains("Overgedragen: 1 dossiers en 1 open signalen"));
        assert_eq!(link(&colleague.get("/console").await, "/console/flags/"), desk.flag_page(), "it is the colleague's now");
        let officer = desk.town.officer().await;
        for closed in ["/console/team", "/console/team/hand-over"] {
            assert_eq!(officer.get(closed).await.status, 403, "{closed}");
        }
        let fields = [("_version", "0"), ("_key", "k"), ("_confirmed", "1"), fields[0], fields[1], fields[2]];
        let refused = officer.send("/console", "/console/team/hand-over", &fields).await;
        assert_eq!(refused.status, 403, "{}", refused.html);
    }

    async fn absences_are_ones_own_and_a_leads_for_the_team(db: TestDb) {
        let desk = Desk::on(db).await;
        let officer = desk.town.officer().await;
        let place = "/console/absences/new";
        let form = officer.get(place).await;
        assert!(!form.html.contains("Wie is afwezig?"), "an officer speaks for nobody else: {}", form.html);
        let wrong = through(&officer, place, &[("from", "2026-02-06"), ("until", "2026-02-02")]).await;
        assert!(wrong.status == 400 && wrong.html.contains("href=\"#until\""), "{}", wrong.html);
        let done = through(&officer, place, &[("from", "2026-02-02"), ("until", "2026-02-06")]).await;
        assert_eq!(done.location(), "/console/absences?done=record", "{}", done.html);
        let lead = desk.somebody("lead.een", Role::ReviewLead).await;
        let form = lead.get(place).await;
        let (who, cover) = (option(&form, "Proef<"), option(&form, "lead.een<"));
        let fields = [("accountId", who.as_str()), ("from", "2026-03-02"), ("until", "2026-03-06"), ("coverId", &cover)];
        assert_eq!(through(&lead, place, &fields).await.status, 303);
        let list = officer.get("/console/absences").await;
        assert!(list.html.contains("2 maart 2026") && list.html.contains("lead.een"), "{}", list.html);
        let colleague = desk.somebody("collega", Role::SupervisionOfficer).await;
        let theirs = colleague.get("/console/absences").await;
        assert!(!theirs.html.contains("/absences/withdraw"), "nothing to take back: {}", theirs.html);
        let id = list.hidden_fields().into_iter().find(|(name, _)| name == "absence").expect("an absence").1;
        let refused = colleague.send("/console/absences", "/console/absences/withdraw", &[("absence", &id)]).await;
        assert_eq!(refused.status, 409, "{}", refused.html);
        let taken = officer.send("/console/absences", "/console/absences/withdraw", &[("absence", &id)]).await;
        assert_eq!(taken.status, 303, "{}", taken.html);
        let late = lead.send("/console/absences", "/console/absences/withdraw", &[("absence", &id)]).await;
        assert!(late.status == 409 && late.html.contains("al ingetrokken"), "{}", late.html);
        let prosecutor = desk.prosecutor("officier").await;
        assert_eq!(prosecutor.get("/console/absences").await.status, 403);
    }

    async fn a_list_one_walks_through_is_the_one_that_was_shown_last(db: TestDb) {
        let desk = Desk::on(db).await;
        let lead: Browser = desk.somebody("lead.een", Role::ReviewLead).await;
        lead.get("/console/flags?state=raised").await;
        let page = lead.get(&desk.flag_page()).await;
        assert!(page.html.contains("1 van 1 in de lijst"), "{}", page.html);
        assert!(page.html.contains("href=\"/console/flags?state=raised\""), "and back to it: {}", page.html);
    }
}
