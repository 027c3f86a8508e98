//! Around the person: visits, the home, contacts, notes, documents, transfers, the timeline; and what one look leaves in
//! the audit.

use std::collections::BTreeSet;

use serde_json::Value;
use zedenregister::register::notify::notify;
use zedenregister::store::audit::audit_leaf_list;
use zedenregister::vocabulary::{Channel, Role};

use super::browser::{Browser, Seen, Town, colleague};
use crate::support::app::TestApp;
use crate::support::reports::initial;

/// The address of the file.
fn file(town: &Town) -> String {
    format!("/console/registrations/{}", town.registration)
}

/// What stands behind `before` in a page, up to the end of an attribute.
fn after<'a>(seen: &'a Seen, before: &str) -> &'a str {
    let (_, rest) = seen.html.split_once(before).unwrap_or_else(|| panic!("no {before}: {}", seen.html));
    rest.split('"').next().unwrap_or_default()
}

/// The audit of what was done since `from` entries ago.
fn told(test: &TestApp, from: usize) -> Vec<Value> {
    let leaves = audit_leaf_list(&mut test.db.conn(), 0, 10_000).expect("the audit");
    leaves.iter().skip(from).map(|leaf| serde_json::from_str(&leaf.entry).expect("JSON")).collect()
}

fn done(seen: &Seen, place: &str, act: &str) {
    assert_eq!((seen.status, seen.location()), (303, format!("{place}?done={act}").as_str()), "{}", seen.html);
}

on_both_databases! {
    async fn a_visit_is_planned_waits_on_the_first_page_and_gets_its_outcome(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let (file, home) = (file(&town), format!("{}/home", file(&town)));
        let plan = format!("{file}/act/plan-visit");
        let empty = officer.fill(&plan, &[]).await;
        assert_eq!(empty.status, 400, "{}", empty.html);
        assert!(empty.html.contains("href=\"#plannedOn\"") && empty.html.contains("id=\"plannedOn-error\""), "{}", empty.html);
        let past = officer.fill(&plan, &[("plannedOn", "2026-01-02")]).await;
        assert!(past.status == 400 && past.html.contains("is al voorbij"), "{}", past.html);
        done(&officer.fill(&plan, &[("plannedOn", "2026-01-13"), ("purpose", "Adres bekijken")]).await, &home, "plan-visit");
        let seen = officer.get(&home).await;
        for text in ["13 januari 2026", "Adres bekijken", "Gepland"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
        assert!(!officer.get("/console?section=to_log").await.html.contains("/act/log-visit/"));

        town.test.days_pass(3);
        let officer = town.officer().await;
        let first = officer.get("/console?section=to_log").await;
        assert!(first.html.contains("Vastleggen wat er kwam van het huisbezoek van 13-01-2026."), "{}", first.html);
        let log = format!("{file}/act/log-visit/{}", after(&first, "/act/log-visit/"));
        let none = officer.fill(&log, &[]).await;
        assert!(none.status == 400 && none.html.contains("href=\"#outcome-type-0\""), "{}", none.html);
        let short = officer.fill(&log, &[("outcome.type", "done"), ("outcome.done.visitedAt", "2026-01-13T10:30")]).await;
        assert!(short.status == 400 && short.html.contains("href=\"#outcome-done-report\""), "{}", short.html);
        let ahead = [("outcome.type", "notAtHome"), ("outcome.notAtHome.visitedAt", "2026-02-13T10:30")];
        let checked = officer.fill(&log, &ahead).await;
        let ahead = officer.send_on(&log, &checked, &[("_confirmed", "1")]).await;
        assert!(ahead.status == 400 && ahead.html.contains("href=\"#outcome-notAtHome-visitedAt\""), "{}", ahead.html);
        let outcome = [("outcome.type", "done"), ("outcome.done.visitedAt", "2026-01-13T10:30"), ("outcome.done.report", "Naam staat op de bel")];
        done(&officer.fill_and_confirm(&log, &outcome).await, &home, "log-visit");
        let seen = officer.get(&home).await;
        assert!(seen.html.contains("Naam staat op de bel") && seen.html.contains("13 januari 2026, 10:30"), "{}", seen.html);
        assert!(!officer.get("/console?section=to_log").await.html.contains("/act/log-visit/"));
        let again = officer.fill(&log, &outcome).await;
        let again = officer.send_on(&log, &again, &[("_confirmed", "1")]).await;
        assert_eq!(again.status, 409, "{}", again.html);
        assert!(again.html.contains("De uitkomst van dit bezoek is al vastgelegd."), "{}", again.html);
    }

    async fn a_form_that_is_sent_twice_counts_once(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let path = format!("{}/act/add-note", file(&town));
        let page = officer.get(&path).await;
        for _ in 0..2 {
            let sent = officer.send_on(&path, &page, &[("text", "Een keer is genoeg")]).await;
            assert_eq!(sent.status, 303, "{}", sent.html);
        }
        let notes = officer.get(&format!("{}/notes", file(&town))).await;
        assert_eq!(notes.html.matches("Een keer is genoeg").count(), 1, "{}", notes.html);
    }

    async fn the_home_says_who_verified_it_and_how_long_ago(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let (file, home) = (file(&town), format!("{}/home", file(&town)));
        assert!(officer.get(&file).await.html.contains("Er is nog geen woonadres gemeld"));
        let verify = format!("{file}/act/verify-address");
        let facts = [("source", "population_register"), ("result", "confirmed"), ("on", "2026-01-12")];
        let checked = officer.fill(&verify, &facts).await;
        let early = officer.send_on(&verify, &checked, &[("_confirmed", "1")]).await;
        assert!(early.status == 409 && early.html.contains("nog geen woonadres gemeld"), "{}", early.html);

        let registrant = town.test.ctx(&town.registrant);
        notify(&town.test.app, &registrant, town.registration, initial(), Channel::Api).await.expect("accepted");
        let unverified = officer.get(&file).await;
        assert!(unverified.html.contains("Proeflaan 1, 9999 XZ Proefstad"), "{}", unverified.html);
        assert!(unverified.html.contains("Niemand heeft dit adres nog gecontroleerd"), "{}", unverified.html);
        let wrong = officer.fill(&verify, &[("source", "self_reported"), ("result", "contradicted"), ("on", "2026-01-12")]).await;
        let wrong = officer.send_on(&verify, &wrong, &[("_confirmed", "1")]).await;
        assert!(wrong.status == 400 && wrong.html.contains("href=\"#result-0\""), "{}", wrong.html);
        done(&officer.fill_and_confirm(&verify, &facts).await, &home, "verify-address");
        town.test.days_pass(4);
        let officer = town.officer().await;
        for page in [&file, &home] {
            let seen = officer.get(page).await;
            for text in ["Woont daar", "gelijk aan de basisregistratie (BRP)", "4 dagen geleden", "Adres gecontroleerd"] {
                assert!(seen.html.contains(text) || text.starts_with("Adres"), "{text}: {}", seen.html);
            }
        }
    }

    async fn contacts_are_kept_with_whom_how_and_what_came_of_it(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let path = format!("{}/act/add-contact", file(&town));
        let empty = officer.fill(&path, &[]).await;
        assert_eq!(empty.status, 400);
        for field in ["happenedAt", "direction-0", "counterpart", "channel", "outcome", "summary"] {
            assert!(empty.html.contains(&format!("href=\"#{field}\"")), "{field}: {}", empty.html);
        }
        let contact = [
            ("happenedAt", "2026-01-12T09:00"), ("direction", "from_us"), ("counterpart", "family"), ("name", "zus"),
            ("channel", "phone"), ("outcome", "spoke"), ("summary", "Hij is op reis"),
        ];
        let contacts = format!("{}/contacts", file(&town));
        done(&officer.fill(&path, &contact).await, &contacts, "add-contact");
        let seen = officer.get(&contacts).await;
        for text in ["12 januari 2026, 09:00", "Familie, partner of vrienden", "(zus)", "gesproken", "Telefoon", "Hij is op reis"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
    }

    // ASVS 5.0: 1.1.2, 1.2.1
    async fn what_people_write_is_shown_as_text(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let tricky = "<script>alert(1)</script>\"'&lt;<img src=x onerror=alert(1)>";
        let path = format!("{}/act/add-note", file(&town));
        assert_eq!(officer.fill(&path, &[("text", tricky)]).await.status, 303);
        let notes = officer.get(&format!("{}/notes", file(&town))).await;
        // In the text of a page, in the value of a field, and in what comes back with a fault.
        let correct = format!("{}/act/correct-note/{}", file(&town), after(&notes, "/act/correct-note/"));
        let again = officer.get(&correct).await;
        let refused = officer.fill(&format!("{}/act/plan-visit", file(&town)), &[("purpose", tricky)]).await;
        for seen in [notes, again, refused] {
            assert!(!seen.html.contains("<script>alert") && !seen.html.contains("<img src=x"), "{}", seen.html);
            assert!(seen.html.contains("&#60;script&#62;alert(1)") && seen.html.contains("&#38;lt;"), "{}", seen.html);
        }
    }

    async fn a_sensitive_note_is_not_opened_by_whoever_stands_in(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let path = format!("{}/act/add-note", file(&town));
        assert_eq!(officer.fill(&path, &[("text", "In behandeling bij de ggz"), ("sensitive", "true")]).await.status, 303);
        assert_eq!(officer.fill(&path, &[("text", "Belt liever niet")]).await.status, 303);
        let notes = format!("{}/notes", file(&town));
        let seen = officer.get(&notes).await;
        assert!(seen.html.contains("In behandeling bij de ggz") && seen.html.contains("Gevoelig"), "{}", seen.html);
        let plain = after(&seen, "/act/correct-note/").to_owned();
        let correct = format!("{}/act/correct-note/{plain}", file(&town));
        assert!(officer.get(&correct).await.html.contains("Belt liever niet"), "one begins with the text");
        assert_eq!(officer.fill(&correct, &[("text", "Belt graag")]).await.status, 303);
        assert!(officer.get(&notes).await.html.contains("Verbetert de notitie van"));

        let stand_in = colleague(&town.test, "proef.invaller", Role::SupervisionOfficer, Some(town.test.team)).await;
        assert_eq!(stand_in.get(&notes).await.status, 403);
        stand_in.send("/console", "/console/purpose", &[("purpose", "cover")]).await;
        let seen = stand_in.get(&notes).await;
        assert!(seen.html.contains("Belt graag") && seen.html.contains("Alleen de toezichthouder"), "{}", seen.html);
        assert!(!seen.html.contains("ggz"), "{}", seen.html);
    }

    async fn documents_come_in_and_go_out_as_files(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let place = format!("{}/documents", file(&town));
        let page = officer.get(&place).await;
        let (token, key) = (page.hidden("formToken"), page.hidden("_key"));
        let content = [b"%PDF-1.7\nGeheime inhoud\n".as_slice(), &[7; 600_000]].concat();
        let form = |category| [("formToken", token.as_str()), ("_key", key.as_str()), ("category", category)];
        let stranger = officer.upload(&place, &[("formToken", "x"), ("category", "judgment")], Some(("vonnis.pdf", &content))).await;
        assert_eq!(stranger.status, 403, "{}", stranger.html);
        let late = officer.upload(&place, &[("category", "judgment")], Some(("vonnis.pdf", &content))).await;
        assert_eq!(late.status, 403, "a token behind the file is none: {}", late.html);
        let nothing = officer.upload(&place, &form("judgment"), None).await;
        assert!(nothing.status == 400 && nothing.html.contains("href=\"#file\""), "{}", nothing.html);
        let unsaid = officer.upload(&place, &form(""), Some(("vonnis.pdf", &content))).await;
        assert!(unsaid.status == 400 && unsaid.html.contains("href=\"#category\""), "{}", unsaid.html);
        let program = officer.upload(&place, &form("judgment"), Some(("vonnis.pdf", b"MZ\x90\0\x03\0\0\0"))).await;
        assert!(program.status == 400 && program.html.contains("is geen PDF"), "{}", program.html);
        let large = [b"%PDF-1.7\n".as_slice(), &vec![0; 21 << 20]].concat();
        let large = officer.upload(&place, &form("judgment"), Some(("groot.pdf", &large))).await;
        assert!(large.status == 400 && large.html.contains("is te groot"), "{}", large.html);
        assert!(officer.get(&place).await.html.contains("Er zijn geen documenten"));

        for _ in 0..2 {
            let kept = officer.upload(&place, &form("judgment"), Some(("C:\\werk\\vonnis.pdf", &content))).await;
            assert_eq!((kept.status, kept.location()), (303, format!("{place}?done").as_str()), "{}", kept.html);
        }
        let seen = officer.get(&place).await;
        assert_eq!(seen.html.matches(">vonnis.pdf</a>").count(), 1, "sent twice is one: {}", seen.html);
        let path = format!("{place}/{}", after(&seen, &format!("href=\"{place}/")));
        let response = officer.0.get(path.clone()).dispatch().await;
        assert_eq!(response.headers().get_one("content-type"), Some("application/octet-stream"));
        assert_eq!(response.headers().get_one("content-disposition"), Some("attachment; filename*=UTF-8''vonnis.pdf"));
        assert!(response.headers().get_one("content-security-policy").is_some_and(|csp| csp.contains("default-src 'none'")));
        assert_eq!(response.into_bytes().await.expect("bytes"), content);
        let prosecutor = colleague(&town.test, "proef.ovj", Role::OmOfficer, None).await;
        prosecutor.send("/console", "/console/purpose", &[("purpose", "prosecution")]).await;
        assert_eq!(prosecutor.get(&place).await.status, 403);
        assert_eq!(prosecutor.get(&path).await.status, 403);
    }

    async fn another_team_takes_the_file_over(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let (file, transfers) = (file(&town), format!("{}/transfers", file(&town)));
        let lead = colleague(&town.test, "proef.leider.zuid", Role::ReviewLead, Some(town.test.other_team)).await;
        let offer = format!("{file}/act/offer-transfer");
        let to = town.test.other_team.to_string();
        assert!(officer.fill(&offer, &[("toTeamId", &to)]).await.html.contains("href=\"#reason\""));
        done(&officer.fill(&offer, &[("toTeamId", &to), ("reason", "Verhuisd naar Zuid")]).await, &transfers, "offer-transfer");
        let waits = officer.get(&transfers).await;
        assert!(waits.html.contains("Wacht op antwoord") && !waits.html.contains("/act/offer-transfer"), "{}", waits.html);
        let second = officer.fill(&offer, &[("toTeamId", &to), ("reason", "Nog een keer")]).await;
        assert!(second.status == 409 && second.html.contains("al aan een team aangeboden"), "{}", second.html);

        assert_eq!(lead.get(&file).await.status, 403, "the file is not theirs yet");
        let offers = lead.get("/console/transfers").await;
        assert!(offers.html.contains("Verhuisd naar Zuid"), "{}", offers.html);
        let answer = format!("{file}/act/answer-transfer/{}", after(&offers, &format!("{file}/act/answer-transfer/")));
        let taking = town.test.other_officer.account.to_string();
        let accept = [("answer.type", "accept"), ("answer.accept.officerId", taking.as_str())];
        let wrong = lead.fill(&answer, &[("answer.type", "accept")]).await;
        assert!(wrong.status == 400 && wrong.html.contains("href=\"#answer-accept-officerId\""), "{}", wrong.html);
        let checked = lead.fill(&answer, &accept).await;
        assert!(checked.html.contains("Wij nemen het dossier over") && checked.html.contains("Verhuisd naar Zuid"), "{}", checked.html);
        done(&lead.send_on(&answer, &checked, &[("_confirmed", "1")]).await, "/console/transfers", "answer-transfer");
        assert_eq!(officer.get(&file).await.status, 404, "it is with the other team now");
        let theirs = lead.get(&transfers).await;
        assert!(theirs.html.contains("Overgenomen") && theirs.html.contains("bij team Zuid"), "{}", theirs.html);
    }

    async fn an_offer_is_refused_or_taken_back(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let (file, transfers) = (file(&town), format!("{}/transfers", file(&town)));
        let to = town.test.other_team.to_string();
        let offer = async |why: &str| {
            let fields = [("toTeamId", to.as_str()), ("reason", why)];
            officer.fill(&format!("{file}/act/offer-transfer"), &fields).await;
        };
        offer("Verhuisd").await;
        let seen = officer.get(&transfers).await;
        let back = format!("{file}/act/withdraw-transfer/{}", after(&seen, "/act/withdraw-transfer/"));
        done(&officer.fill_and_confirm(&back, &[("reason", "Gaat niet door")]).await, &transfers, "withdraw-transfer");
        offer("Toch verhuisd").await;
        let lead = colleague(&town.test, "proef.leider.zuid", Role::ReviewLead, Some(town.test.other_team)).await;
        let own = colleague(&town.test, "proef.leider.noord", Role::ReviewLead, Some(town.test.team)).await;
        let seen = lead.get("/console/transfers").await;
        let answer = format!("{file}/act/answer-transfer/{}", after(&seen, "/act/answer-transfer/"));
        let refuse = [("answer.type", "refuse"), ("answer.refuse.reason", "Woont niet in Zuid")];
        let own_seen = own.get("/console/transfers").await;
        assert!(!own_seen.html.contains("/act/answer-transfer/"), "the offering team does not answer: {}", own_seen.html);
        let checked = own.fill(&answer, &refuse).await;
        assert_eq!(own.send_on(&answer, &checked, &[("_confirmed", "1")]).await.status, 403);
        done(&lead.fill_and_confirm(&answer, &refuse).await, "/console/transfers", "answer-transfer");
        let seen = officer.get(&transfers).await;
        for text in ["Teruggenomen", "Niet overgenomen", "Woont niet in Zuid", "Gaat niet door"] {
            assert!(seen.html.contains(text), "{text}: {}", seen.html);
        }
    }

    async fn the_timeline_knows_every_kind_and_is_narrowed_by_kind_and_day(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let file = file(&town);
        officer.fill(&format!("{file}/act/add-note"), &[("text", "Iets"), ("sensitive", "true")]).await;
        officer.fill(&format!("{file}/act/plan-visit"), &[("plannedOn", "2026-01-14")]).await;
        let registrant = town.test.ctx(&town.registrant);
        notify(&town.test.app, &registrant, town.registration, initial(), Channel::Api).await.expect("accepted");
        let all = officer.get(&format!("{file}/timeline")).await;
        for text in ["Melding: Eerste melding", "Notitie", "Huisbezoek", "Feit: Veroordeling", "Gevoelig", "Proef"] {
            assert!(all.html.contains(text), "{text}: {}", all.html);
        }
        assert!(!all.html.contains("Iets"), "no text stands in it");
        let entries = |seen: &Seen| seen.html.matches("<time ").count();
        let some = officer.get(&format!("{file}/timeline?kind=note&kind=home_visit&from=&until=")).await;
        assert_eq!(entries(&some), 2, "{}", some.html);
        let later = officer.get(&format!("{file}/timeline?from=2026-01-13")).await;
        assert_eq!(entries(&later), 1, "the planned visit: {}", later.html);
        let backwards = officer.get(&format!("{file}/timeline?from=2026-02-01&until=2026-01-01")).await;
        assert!(backwards.status == 400 && backwards.html.contains("href=\"#until\""), "{}", backwards.html);
        let senseless = officer.get(&format!("{file}/timeline?from=morgen")).await;
        assert!(senseless.status == 400 && senseless.html.contains("href=\"#from\""), "{}", senseless.html);
    }

    async fn pages_and_forms_are_closed_to_whoever_may_not(db: TestDb) {
        let town = Town::on(db).await;
        let file = file(&town);
        let subjects = ["home", "contacts", "notes", "documents", "transfers", "identity", "timeline"];
        let acts = ["plan-visit", "verify-address", "add-contact", "add-note", "offer-transfer", "renew-code", "record-death"];
        let all = subjects.iter().map(|page| format!("{file}/{page}"));
        let all: Vec<String> = all.chain(acts.iter().map(|act| format!("{file}/act/{act}"))).collect();
        let neighbour = colleague(&town.test, "proef.buur", Role::SupervisionOfficer, Some(town.test.team)).await;
        let stranger = colleague(&town.test, "proef.ver", Role::SupervisionOfficer, Some(town.test.other_team)).await;
        let records = colleague(&town.test, "proef.justid", Role::Justid, None).await;
        for page in &all {
            assert_eq!(neighbour.get(page).await.status, 403, "{page}");
            assert_eq!(stranger.get(page).await.status, 404, "{page}");
            let status = records.get(page).await.status;
            assert_eq!(status, if page.ends_with("/identity") { 200 } else { 403 }, "{page}");
        }
        let officer = town.officer().await;
        for act in ["propose-merge", "correct-death", "replace-chain-number"] {
            assert_eq!(officer.get(&format!("{file}/act/{act}")).await.status, 403, "{act} is for the lead");
        }
        let seen = officer.get(&format!("{file}/identity")).await;
        assert!(!seen.html.contains("/act/propose-merge") && seen.html.contains("/act/record-death"), "{}", seen.html);
        assert_eq!(officer.get(&format!("{file}/act/fly")).await.status, 404);
        assert_eq!(officer.get(&format!("{file}/act/log-visit")).await.status, 404, "about which?");
        let unsigned = Browser::on(&town.test).await;
        assert_eq!(unsigned.get(&format!("{file}/notes")).await.location(), "/console/sign-in");
        let refused = officer.post(&format!("{file}/act/add-note"), None, &[("text", "Zonder sleutel")]).await;
        assert_eq!(refused.status, 403, "a form of somebody else's");
    }

    // ASVS 5.0: 16.3.2
    async fn one_look_at_a_person_is_one_entry_for_each_kind_of_data(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let before = told(&town.test, 0).len();
        assert_eq!(officer.get(&file(&town)).await.status, 200);
        let actions: Vec<String> = told(&town.test, before).iter().map(|entry| entry["action"].as_str().expect("an action").to_owned()).collect();
        let once: BTreeSet<String> = actions.iter().cloned().collect();
        let kinds = ["registration.read", "duty.read", "notification.read", "flag.list", "address.read_verifications"];
        assert_eq!(once, kinds.iter().map(|kind| (*kind).to_owned()).collect(), "what was seen, and nothing else");
        assert_eq!(actions.len(), once.len(), "{actions:?}");

        let stranger = colleague(&town.test, "proef.ver", Role::SupervisionOfficer, Some(town.test.other_team)).await;
        let before = told(&town.test, 0).len();
        assert_eq!(stranger.get(&file(&town)).await.status, 404);
        let refused = told(&town.test, before);
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!((&refused[0]["action"], &refused[0]["outcome"]), (&Value::from("registration.read"), &Value::from("refused")));
    }
}
