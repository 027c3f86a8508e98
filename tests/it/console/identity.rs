//! Who somebody is: a lost password, representatives, the chain number, death, two registrations of one person.

use zedenregister::vocabulary::{Regime, Role};

use super::browser::{Browser, Seen, Town, colleague};
use crate::support::app::person;

fn file(town: &Town) -> String {
    format!("/console/registrations/{}", town.registration)
}

fn identity(town: &Town) -> String {
    format!("{}/identity", file(town))
}

fn act(town: &Town, act: &str) -> String {
    format!("{}/act/{act}", file(town))
}

fn after<'a>(seen: &'a Seen, before: &str) -> &'a str {
    let (_, rest) = seen.html.split_once(before).unwrap_or_else(|| panic!("no {before}: {}", seen.html));
    rest.split('"').next().unwrap_or_default()
}

async fn lead(town: &Town, username: &str) -> Browser {
    colleague(&town.test, username, Role::ReviewLead, Some(town.test.team)).await
}

on_both_databases! {
    // ASVS 5.0: 6.4.4
    async fn a_lost_password_takes_a_recorded_check_and_gives_a_code_once(db: TestDb) {
        let town = Town::on(db).await;
        let registrant = town.registrant().await;
        let officer = town.officer().await;
        assert_eq!(registrant.get("/mijn").await.status, 200);
        let path = act(&town, "renew-code");
        let empty = officer.fill(&path, &[]).await;
        for field in ["method-0", "evidence"] {
            assert!(empty.html.contains(&format!("href=\"#{field}\"")), "{field}: {}", empty.html);
        }
        let check = [("method", "document_in_person"), ("evidence", "Rijbewijs, geldig tot 2031")];
        let shown = officer.fill_and_confirm(&path, &check).await;
        assert_eq!(shown.status, 200, "{}", shown.html);
        assert!(shown.html.contains("Er is een nieuwe activeringscode") && shown.html.contains("class=\"utrecht-paragraph secret\""), "{}", shown.html);
        assert_eq!(shown.header("cache-control"), Some("no-store"));
        assert_eq!(registrant.get("/mijn").await.status, 303, "the old session is over");
        assert!(!town.test.db.dump().contains("Rijbewijs"));
    }

    async fn a_representative_has_a_scope_and_an_end(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let path = act(&town, "add-representative");
        let lawyer = [
            ("kind", "lawyer"), ("scope", "read"), ("from", "2026-01-12"), ("until", "2026-06-30"),
            ("details.name", "mr. A. Voorbeeld"), ("details.mandate", "Machtiging van 12 januari"),
        ];
        let checked = officer.fill(&path, &lawyer).await;
        let nameless = officer.send_on(&path, &checked, &[("_confirmed", "1")]).await;
        assert!(nameless.status == 400 && nameless.html.contains("href=\"#username\""), "{}", nameless.html);
        let with_name: Vec<_> = lawyer.into_iter().chain([("username", "mr.voorbeeld")]).collect();
        let made = officer.fill_and_confirm(&path, &with_name).await;
        assert!(made.status == 200 && made.html.contains("De vertegenwoordiger is vastgelegd"), "{}", made.html);
        let known = [
            ("kind", "interpreter"), ("scope", "none"), ("from", "2026-01-12"), ("until", "2026-06-30"),
            ("details.name", "B. Tolk"), ("details.mandate", "Gevraagd door de betrokkene"),
        ];
        assert_eq!(officer.fill_and_confirm(&path, &known).await.location(), format!("{}?done=add-representative", identity(&town)));
        let seen = officer.get(&identity(&town)).await;
        for text in ["mr. A. Voorbeeld", "Advocaat", "Mag meelezen", "B. Tolk", "Tolk", "30 juni 2026", "Geldt nu"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
        let end = act(&town, &format!("end-representative/{}", after(&seen, "/act/end-representative/")));
        let ended = officer.fill_and_confirm(&end, &[("reason", "Machtiging ingetrokken")]).await;
        assert_eq!(ended.location(), format!("{}?done=end-representative", identity(&town)), "{}", ended.html);
        let seen = officer.get(&identity(&town)).await;
        assert!(seen.html.contains("Eerder gestopt: Machtiging ingetrokken") && seen.html.contains("Geldt niet"), "{}", seen.html);
    }

    async fn a_replaced_chain_number_leaves_the_old_one_in_sight(db: TestDb) {
        let town = Town::on(db).await;
        let lead = lead(&town, "proef.leider").await;
        let path = act(&town, "replace-chain-number");
        let wrong = lead.fill(&path, &[("skn", "abc"), ("reason", "Samengevoegd in de SKDB")]).await;
        assert!(wrong.status == 400 && wrong.html.contains("href=\"#skn\""), "{}", wrong.html);
        for number in ["1234567", "7654321"] {
            let done = lead.fill_and_confirm(&path, &[("skn", number), ("reason", "Samengevoegd in de SKDB")]).await;
            assert_eq!(done.status, 303, "{}", done.html);
        }
        let seen = lead.get(&identity(&town)).await;
        let (present, former) = (seen.html.find("7654321").expect("the new one"), seen.html.find("1234567").expect("the old one"));
        assert!(present < former && seen.html.contains("Eerder nummer"), "{}", seen.html);
        let same = lead.fill(&path, &[("skn", "7654321"), ("reason", "Nog een keer")]).await;
        let same = lead.send_on(&path, &same, &[("_confirmed", "1")]).await;
        assert!(same.status == 409 && same.html.contains("heeft dit nummer al"), "{}", same.html);
    }

    async fn a_death_is_recorded_and_a_wrong_one_taken_back(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let lead = lead(&town, "proef.leider").await;
        let path = act(&town, "record-death");
        let ahead = officer.fill(&path, &[("on", "2026-02-01"), ("evidence", "Melding uit de BRP")]).await;
        let ahead = officer.send_on(&path, &ahead, &[("_confirmed", "1")]).await;
        assert!(ahead.status == 400 && ahead.html.contains("href=\"#on\""), "{}", ahead.html);
        let done = officer.fill_and_confirm(&path, &[("on", "2026-01-12"), ("evidence", "Melding uit de BRP")]).await;
        assert!(done.status == 200 && done.html.contains("Het overlijden is vastgelegd"), "{}", done.html);
        assert!(done.html.contains("/act/correct-death"), "where a mistake is put right: {}", done.html);
        let seen = lead.get(&identity(&town)).await;
        assert!(seen.html.contains("Deze persoon is overleden") && seen.html.contains("/act/correct-death"), "{}", seen.html);
        town.test.days_pass(1);
        let lead = colleague(&town.test, "proef.leider2", Role::ReviewLead, Some(town.test.team)).await;
        assert_eq!(lead.get(&identity(&town)).await.status, 404, "the registration has ended by it");
        let correct = act(&town, "correct-death");
        let done = lead.fill_and_confirm(&correct, &[("reason", "Verwisseld met een naamgenoot")]).await;
        assert!(done.status == 200 && done.html.contains("Het overlijden is hersteld"), "{}", done.html);
        let alive = lead.get(&identity(&town)).await;
        assert!(alive.html.contains("Er is geen overlijden vastgelegd"), "{}", alive.html);
    }

    async fn two_registrations_become_one_and_two_again_by_two_people_each_time(db: TestDb) {
        let town = Town::on(db).await;
        let mut second = town.test.enrolment(Regime::NlPilot, "2026-01-12");
        second.officer_id = town.officer.id;
        second.person = Some(person(None));
        let (other, _) = town.test.registrant(second).await;
        let (first, second) = (lead(&town, "proef.leider1").await, lead(&town, "proef.leider2").await);
        let propose = act(&town, "propose-merge");
        let form = first.get(&propose).await;
        assert!(form.html.contains("Misschien dezelfde persoon") && form.html.contains(other.as_str()), "{}", form.html);
        let wrong = first.fill(&propose, &[("absorbedId", "geen nummer"), ("reason", "Zelfde persoon")]).await;
        assert!(wrong.status == 400 && wrong.html.contains("href=\"#absorbedId\""), "{}", wrong.html);
        // The conviction stands in both registrations in other words: one of them is not taken over.
        let conviction = form.html.split("name=\"leaveOut.0\" value=\"").nth(1).expect("a fact to leave out");
        let conviction = conviction.split('"').next().expect("its number").to_owned();
        let answers = [("absorbedId", other.as_str()), ("reason", "Zelfde persoon"), ("leaveOut.0", conviction.as_str())];
        let checked = first.fill(&propose, &answers).await;
        assert!(checked.html.contains("Wat niet wordt overgenomen") && checked.html.contains("Veroordeling"), "{}", checked.html);
        let proposed = first.fill_and_confirm(&propose, &answers).await;
        assert_eq!(proposed.location(), format!("{}?done=propose-merge", identity(&town)), "{}", proposed.html);
        let own = first.get(&identity(&town)).await;
        assert!(own.html.contains("Samenvoegen voorgesteld") && !own.html.contains("/act/decide-merge"), "{}", own.html);
        let seen = second.get(&identity(&town)).await;
        let merge = after(&seen, "/act/decide-merge/").to_owned();
        let decide = act(&town, &format!("decide-merge/{merge}"));
        let asked = second.get(&decide).await;
        assert!(asked.html.contains("Wat niet wordt overgenomen") && asked.html.contains("Veroordeling"), "{}", asked.html);
        let checked = first.fill(&decide, &[("accept", "true")]).await;
        assert_eq!(first.send_on(&decide, &checked, &[("_confirmed", "1")]).await.status, 403, "not by the proposer");
        let empty = second.fill(&decide, &[]).await;
        assert!(empty.status == 400 && empty.html.contains("href=\"#accept-0\""), "{}", empty.html);
        let done = second.fill_and_confirm(&decide, &[("accept", "true")]).await;
        assert_eq!(done.location(), format!("{}?done=decide-merge", identity(&town)), "{}", done.html);
        assert_eq!(second.get(&format!("/console/registrations/{other}")).await.status, 404, "it is locked");

        let split = act(&town, &format!("propose-split/{merge}"));
        second.fill_and_confirm(&split, &[("reason", "Tweelingen")]).await;
        let seen = first.get(&identity(&town)).await;
        assert!(seen.html.contains("Splitsen voorgesteld") && seen.html.contains("Tweelingen"), "{}", seen.html);
        let decide = act(&town, &format!("decide-split/{merge}"));
        let done = first.fill_and_confirm(&decide, &[("accept", "true")]).await;
        assert_eq!(done.location(), format!("{}?done=decide-split", identity(&town)), "{}", done.html);
        assert_eq!(second.get(&format!("/console/registrations/{other}")).await.status, 200, "it stands by itself again");
    }
}
