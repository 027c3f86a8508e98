//! A fact is disputed by the person or for them, and decided by an official whom both can name.

use zedenregister::vocabulary::Role;

use super::browser::{Browser, Seen};
use super::desk::{Desk, confirm, fill, link, option, through};

const WHY: &str = "Dat vonnis gaat niet over mij";

/// The registrant says that what the first duty rests on is not so; the page one is sent to.
async fn disputed(registrant: &Browser) -> Seen {
    let home = registrant.get("/mijn").await;
    let place = link(&home, "/mijn/dispute?fact=");
    let fact = place.rsplit('=').next().expect("a fact").to_owned();
    let sent = through(registrant, &place, &[("factId", &fact), ("reason", WHY)]).await;
    assert_eq!(sent.status, 303, "{}", sent.html);
    let seen = registrant.get(sent.location()).await;
    assert!(seen.html.contains("Wij hebben ontvangen wat u zei"), "{}", seen.html);
    seen
}

/// The place of the dispute in the file, from its page for the registrant.
fn in_the_file(desk: &Desk, seen: &Seen) -> String {
    let (_, rest) = seen.html.split_once("Nummer: ").expect("a number");
    desk.file(&format!("/disputes/{}", rest.get(..36).expect("an id")))
}

on_both_databases! {
    async fn the_registrant_disputes_the_lead_rejects_and_another_upholds_the_appeal(db: TestDb) {
        let desk = Desk::on(db).await;
        let registrant = desk.town.registrant().await;
        let seen = disputed(&registrant).await;
        for text in ["Veroordeling, 12 januari 2026", WHY, "Staat stil tot en met 23 januari 2026", "een teamleider"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
        let dispute = in_the_file(&desk, &seen);

        let officer = desk.town.officer().await;
        let flag = officer.get(&desk.flag_page()).await;
        assert!(flag.html.contains("Staat stil tot en met 23 januari 2026"), "{}", flag.html);
        assert!(flag.html.contains("houdt dit signaal op"), "{}", flag.html);
        assert!(!officer.get(&dispute).await.html.contains("/decide\""), "an officer does not decide");
        assert_eq!(officer.get(&format!("{dispute}/decide")).await.status, 404);

        let lead = desk.somebody("lead.een", Role::ReviewLead).await;
        let worklist = lead.get("/console").await;
        assert_eq!(link(&worklist, "/console/registrations/"), dispute, "it waits on the lead's first page");
        assert!(lead.get(&dispute).await.html.contains("1 van 1 in de lijst"));
        let verdict = [("uphold", "false"), ("reason", "Het staat zo in het vonnis")];
        let done = through(&lead, &format!("{dispute}/decide"), &verdict).await;
        assert_eq!(done.location(), format!("{dispute}?done=decide"), "{}", done.html);
        assert!(lead.get(done.location()).await.html.contains("is vastgelegd"));

        let answer = registrant.get("/mijn/disputes").await;
        let own = link(&answer, "/mijn/disputes/");
        let answer = registrant.get(&own).await;
        for text in ["Afgewezen", "Het staat zo in het vonnis", "lead.een"] {
            assert!(answer.html.contains(text), "{text}: {}", answer.html);
        }
        let appeal = through(&registrant, &format!("{own}/appeal"), &[("reason", "Het is een ander vonnis")]).await;
        assert_eq!(appeal.status, 303, "{}", appeal.html);
        assert!(registrant.get(appeal.location()).await.html.contains("een andere teamleider"));
        assert_eq!(registrant.get(&format!("{own}/appeal")).await.status, 404, "once");

        assert_eq!(lead.get(&format!("{dispute}/decide")).await.status, 404, "not by the same lead");
        let other = desk.somebody("lead.twee", Role::ReviewLead).await;
        let verdict = [("uphold", "true"), ("reason", "Een naamgenoot")];
        assert_eq!(through(&other, &format!("{dispute}/decide"), &verdict).await.status, 303);
        let last = registrant.get(&own).await;
        assert!(last.html.contains("Gelijk gekregen") && last.html.contains("lead.twee"), "{}", last.html);
        let flag = officer.get(&desk.flag_page()).await;
        assert!(flag.html.contains("Alleen de uitkomst onjuiste feiten is mogelijk"), "{}", flag.html);
    }

    async fn an_officer_disputes_for_the_person_from_the_flag(db: TestDb) {
        let desk = Desk::on(db).await;
        let officer = desk.town.officer().await;
        let flag = officer.get(&desk.flag_page()).await;
        let place = link(&flag, &desk.file("/dispute?fact="));
        let form = officer.get(&place).await;
        let fact = option(&form, "Veroordeling, 12 januari 2026");
        assert!(form.html.contains(&format!("value=\"{fact}\" selected")), "what the flag rests on: {}", form.html);
        let empty = fill(&officer, &place, &[]).await;
        assert_eq!(empty.status, 400, "{}", empty.html);
        assert!(empty.html.contains("href=\"#factId\"") && empty.html.contains("href=\"#reason\""), "{}", empty.html);
        let fields = [("factId", fact.as_str()), ("reason", "Volgens de advocaat een naamgenoot")];
        let check = fill(&officer, &place, &fields).await;
        assert!(check.html.contains("Veroordeling, 12 januari 2026"), "{}", check.html);
        let sent = confirm(&officer, &check, &desk.file("/dispute")).await;
        let again = confirm(&officer, &check, &desk.file("/dispute")).await;
        assert_eq!((sent.status, again.location()), (303, sent.location()), "sent twice, it is one dispute");
        let list = officer.get(&desk.file("/disputes")).await;
        assert!(list.html.contains("Wacht op een besluit"), "{}", list.html);
        let second = through(&officer, &place, &fields).await;
        assert_eq!(second.status, 409, "{}", second.html);
        assert!(second.html.contains("loopt al een betwisting"), "{}", second.html);
    }

    async fn of_two_leads_at_once_one_decides_and_the_other_is_told(db: TestDb) {
        let desk = Desk::on(db).await;
        let registrant = desk.town.registrant().await;
        let place = format!("{}/decide", in_the_file(&desk, &disputed(&registrant).await));
        let (one, other) =
            (desk.somebody("lead.een", Role::ReviewLead).await, desk.somebody("lead.twee", Role::ReviewLead).await);
        let first = fill(&one, &place, &[("uphold", "true"), ("reason", "Dat klopt")]).await;
        let second = fill(&other, &place, &[("uphold", "false"), ("reason", "Dat klopt niet")]).await;
        assert_eq!(confirm(&one, &first, &place).await.status, 303);
        let told = confirm(&other, &second, &place).await;
        assert_eq!(told.status, 412, "{}", told.html);
        assert!(told.html.contains("Iemand anders was u voor"), "{}", told.html);
    }

    async fn a_dispute_is_for_the_person_and_those_who_work_on_the_file(db: TestDb) {
        let desk = Desk::on(db).await;
        let registrant = desk.town.registrant().await;
        let dispute = in_the_file(&desk, &disputed(&registrant).await);
        let lead = desk.somebody("lead.een", Role::ReviewLead).await;
        assert_eq!(lead.get(&desk.file("/dispute")).await.status, 404, "a lead disputes for nobody");
        let fields = [("_key", "k"), ("_confirmed", "1"), ("factId", dispute.rsplit('/').next().expect("an id")), ("reason", "Zo is het niet")];
        let sent = lead.send("/console", &desk.file("/dispute"), &fields).await;
        assert_eq!(sent.status, 403, "nor by sending the form all the same: {}", sent.html);
        for (name, role) in [("gevangenis", Role::Dji), ("onderzoeker", Role::Evaluator), ("collega", Role::SupervisionOfficer)] {
            let other = desk.somebody(name, role).await;
            for place in [dispute.clone(), format!("{dispute}/decide"), desk.file("/disputes")] {
                assert!(matches!(other.get(&place).await.status, 403 | 404), "{name} {place}");
            }
        }
        let mine = dispute.rsplit('/').next().expect("an id");
        let stranger = Browser::on(&desk.town.test).await;
        assert_eq!(stranger.get(&format!("/mijn/disputes/{mine}")).await.status, 303, "to sign in");
        assert_eq!(registrant.get("/mijn/disputes/00000000-0000-7000-8000-000000000000").await.status, 404);
    }
}
