//! Proposals and notices of journeys in the console: who finds them where, what blocks a warning, what becomes of a passport
//! measure, and what is refused to whom.

use serde_json::json;
use zedenregister::access::{Actor, Ctx};
use zedenregister::ids::ProposalId;
use zedenregister::proposals::passport::{self, PassportDraft};
use zedenregister::proposals::travel::{NoticeFilter, TravelNoticeView, notices};
use zedenregister::register::address::Address;
use zedenregister::register::input::{TravelReport, TravelStop};
use zedenregister::register::notify::notify;
use zedenregister::vocabulary::{Channel, Purpose, Regime, Role};

use super::browser::{Browser, Town, colleague, with_purpose};
use crate::support::app::{day, identity};
use crate::support::world::passport_draft;

/// A warning without a risk assessment.
const WARNING: [(&str, &str); 15] = [
    ("kind", "green_diffusion"),
    ("destinations", "ph, th"),
    ("ground", "person"),
    ("groundReasons", "Drie veroordelingen voor hetzelfde."),
    ("consultation.with", "Landelijk Parket"),
    ("consultation.on", "2026-01-05"),
    ("convictions.0.id", "C1"),
    ("convictions.0.country", "NL"),
    ("convictions.0.source", "criminal_record"),
    ("convictions.0.verified", "true"),
    ("identity.familyName", "Proefpersoon"),
    ("identity.forenames", "Jan"),
    ("identity.sex", "male"),
    ("identity.documents.0.number", "SPECI2014"),
    ("identity.documents.0.country", "NL"),
];
const BORN: (&str, &str) = ("identity.birthDate", "1975-03-14");
const ASSESSED: [(&str, &str); 2] = [("riskAssessment.id", "R1"), ("riskAssessment.assessedOn", "2025-11-03")];

async fn police(town: &Town) -> Browser {
    with_purpose(town, "politie", Role::Tbkk, "international_warning").await
}

async fn bureau(town: &Town) -> Browser {
    with_purpose(town, "interpol", Role::Lirc, "international_warning").await
}

fn file(town: &Town, rest: &str) -> String {
    format!("/console/registrations/{}{rest}", town.registration)
}

fn today(town: &Town) -> String {
    town.test.ctx(&town.test.officer).today(Regime::NlPilot.zone()).to_string()
}

/// Takes a step of which nothing but the day is asked, and what stands in `more`.
async fn step(by: &Browser, town: &Town, at: &str, more: &[(&str, &str)]) -> super::browser::Seen {
    let on = today(town);
    by.fill_and_confirm(at, &[&[("on", on.as_str())], more].concat()).await
}

async fn journey(town: &Town) -> Vec<TravelNoticeView> {
    let address = Address::Foreign { country: "PH".to_owned(), lines: vec!["Proefstraat 1".to_owned()] };
    let (from, until) = (day("2026-03-02"), day("2026-03-16"));
    let plan = TravelReport {
        identity: identity(),
        departure_on: from,
        return_on: until,
        stops: vec![TravelStop { address, from, until }],
        on_behalf: None,
    };
    let test = &town.test;
    notify(&test.app, &test.ctx(&town.registrant), town.registration, plan, Channel::Api).await.expect("a journey");
    let unit = Actor { role: Role::Tbkk, team: None, ..test.officer.clone() };
    let ctx = Ctx { purpose: Some(Purpose::InternationalWarning), ..test.ctx(&unit) };
    let filter = NoticeFilter { registration: Some(town.registration), acknowledged: None, after: None, limit: 100 };
    notices(&test.app, &ctx, filter).await.expect("notices").items
}

async fn drafted(town: &Town, draft: PassportDraft) -> ProposalId {
    let test = &town.test;
    let by = test.actor_of(Role::OmOfficer).await;
    let ctx = Ctx { purpose: Some(Purpose::Prosecution), ..test.ctx(&by) };
    passport::draft(&test.app, &ctx, town.registration, draft).await.expect("a draft").id
}

on_both_databases! {
    async fn a_warning_is_blocked_for_want_of_a_risk_assessment_then_issued_and_corrected(db: TestDb) {
        let town = Town::on(db).await;
        let police = police(&town).await;
        let found = police.get(&file(&town, "/proposals")).await;
        assert!(found.html.contains("Een waarschuwing voorbereiden"), "{}", found.html);
        let fields = [&WARNING[..], &[BORN]].concat();
        let made = police.fill_and_confirm(&file(&town, "/warnings/new"), &fields).await;
        assert_eq!(made.status, 303, "{}", made.html);
        let notice = made.location().to_owned();
        let page = police.get(&notice).await;
        for text in ["Green Diffusion", "Concept", "1 punt houdt dit tegen", "Filipijnen", "Wat u kunt doen"] {
            assert!(page.html.contains(text), "{text}: {}", page.html);
        }
        let refused = step(&police, &town, &format!("{notice}/proposed"), &[]).await;
        assert_eq!(refused.status, 400, "{}", refused.html);
        assert!(refused.html.contains("De risicotaxatie ontbreekt"), "{}", refused.html);
        let bureau = bureau(&town).await;
        assert_eq!(bureau.get(&notice).await.status, 404, "the bureau sees no drafts");

        let whole = [&WARNING[..], &[BORN], &ASSESSED].concat();
        let amended = police.fill_and_confirm(&format!("{notice}/amended"), &whole).await;
        assert_eq!(amended.status, 303, "{}", amended.html);
        assert!(!police.get(&notice).await.html.contains("houdt dit tegen"));
        let proposed = step(&police, &town, &format!("{notice}/proposed"), &[]).await;
        assert_eq!(proposed.status, 303, "{}", proposed.html);
        assert!(police.get(proposed.location()).await.html.contains("Vastgelegd: Voorstellen aan Interpol"));
        assert_eq!(police.get(&format!("{notice}/issued")).await.status, 404, "the unit does not decide");

        let waits = bureau.get("/console/proposals").await;
        assert!(waits.html.contains(&notice) && waits.html.contains("er is nog niet op beslist"), "{}", waits.html);
        let issue = format!("{notice}/issued");
        let unchecked = step(&bureau, &town, &issue, &[("qualityChecked", "false")]).await;
        assert!(unchecked.status == 400 && unchecked.html.contains("controleer de gegevens"), "{}", unchecked.html);
        assert_eq!(step(&bureau, &town, &issue, &[("qualityChecked", "true")]).await.status, 303);
        assert!(bureau.get(&notice).await.html.contains("Loopt af op"), "within five years");

        let mended = [&WARNING[..], &[("identity.birthDate", "1975-03-15")], &ASSESSED].concat();
        let correct = format!("{notice}/corrected");
        assert_eq!(police.fill_and_confirm(&correct, &mended).await.status, 303);
        let page = police.get(&notice).await;
        assert!(page.html.contains("identity.birthDate") && page.html.contains("bij het Interpol-bureau"), "{}", page.html);
        assert_eq!(police.fill_and_confirm(&correct, &mended).await.status, 409, "nothing changed");
        assert_eq!(step(&bureau, &town, &format!("{notice}/recipientsInformed"), &[]).await.status, 303);
        assert!(bureau.get(&notice).await.html.contains("alle ontvangers hebben bericht"));
        assert_eq!(bureau.get(&format!("{notice}/recipientsInformed")).await.status, 404, "nobody waits any more");
        let withdrawn = step(&police, &town, &format!("{notice}/withdrawn"), &[("reason", "mistaken")]).await;
        assert_eq!(withdrawn.status, 303, "{}", withdrawn.html);
        assert!(bureau.get(&notice).await.html.contains("recipientsInformed"), "recipients hear of it");
    }

    async fn a_passport_measure_is_drafted_changed_and_asked_for(db: TestDb) {
        let town = Town::on(db).await;
        let prosecutor = with_purpose(&town, "officier", Role::OmOfficer, "prosecution").await;
        let list = prosecutor.get(&file(&town, "/proposals")).await;
        assert!(list.html.contains("Een paspoortmaatregel voorbereiden"), "{}", list.html);
        let new = file(&town, "/passports/new");
        let blank = prosecutor.fill(&new, &[]).await;
        assert!(blank.status == 400 && blank.html.contains("href=\"#article-0\""), "{}", blank.html);
        let mut fields = vec![
            ("article", "article_18"),
            ("situation.claimToDocument", "true"),
            ("situation.sentences.0.id", "S1"),
            ("situation.sentences.0.finalOn", "2025-05-20"),
            ("situation.sentences.0.months", "twaalf"),
            ("letter.birthPlace", "Proefstad, Nederland"),
            ("letter.nationality", "Nederlandse"),
            ("letter.parketnummer", "05-123456-22"),
            ("letter.officer", "mr. A. Bakker"),
            ("letter.office", "Parket Proefstad"),
            ("letter.residence.kind", "unknown"),
        ];
        let odd = prosecutor.fill(&new, &fields).await;
        assert!(odd.status == 400 && odd.html.contains("situation-sentences-0-months"), "{}", odd.html);
        fields[4].1 = "12";
        let groundless = prosecutor.fill_and_confirm(&new, &fields).await;
        assert!(groundless.status == 400 && groundless.html.contains("is nodig voor artikel 18"), "{}", groundless.html);
        fields.push(("grounds.1", "b"));
        let made = prosecutor.fill_and_confirm(&new, &fields).await;
        assert_eq!(made.status, 303, "{}", made.html);
        let measure = made.location().to_owned();
        let page = prosecutor.get(&measure).await;
        assert!(page.html.contains("Concept") && page.html.contains("Niemand heeft redenen gegeven"), "{}", page.html);
        let refused = step(&prosecutor, &town, &format!("{measure}/requested"), &[]).await;
        assert_eq!(refused.status, 400, "{}", refused.html);
        let form = prosecutor.get(&format!("{measure}/amended")).await;
        assert!(form.html.contains("value=\"S1\"") && form.html.contains("mr. A. Bakker"), "{}", form.html);
        fields.push(("situation.evasionReasons", "Heeft een enkele reis geboekt."));
        let amended = prosecutor.fill_and_confirm(&format!("{measure}/amended"), &fields).await;
        assert_eq!(amended.status, 303, "{}", amended.html);
        let asked = step(&prosecutor, &town, &format!("{measure}/requested"), &[]).await;
        assert_eq!(asked.status, 303, "{}", asked.html);
        assert_eq!(prosecutor.get(&format!("{measure}/amended")).await.status, 404, "what was asked for stands");
        assert_eq!(police(&town).await.get(&new).await.status, 403);
    }

    async fn a_form_that_lacks_what_is_needed_says_so(db: TestDb) {
        let town = Town::on(db).await;
        let police = police(&town).await;
        let new = file(&town, "/warnings/new");
        let blank = police.fill(&new, &[]).await;
        assert_eq!(blank.status, 400, "{}", blank.html);
        assert!(blank.html.contains("href=\"#kind-0\""), "{}", blank.html);
        let half = police.fill(&new, &[("kind", "green_notice"), ("consultation.with", "Landelijk Parket")]).await;
        assert!(half.status == 400 && half.html.contains("href=\"#consultation-on\""), "{}", half.html);
        let made = police.fill_and_confirm(&new, &[("kind", "green_notice")]).await;
        let withdrawn = format!("{}/withdrawn", made.location());
        let blank = police.fill(&withdrawn, &[]).await;
        assert!(blank.status == 400 && blank.html.contains("href=\"#reason\""), "{}", blank.html);
        let ahead = police.fill_and_confirm(&withdrawn, &[("on", "2030-01-01"), ("reason", "mistaken")]).await;
        assert!(ahead.status == 400 && ahead.html.contains("ligt in de toekomst"), "{}", ahead.html);
    }

    async fn a_notice_of_a_journey_is_acknowledged_by_its_desk_and_once(db: TestDb) {
        let town = Town::on(db).await;
        let told = journey(&town).await;
        let of = |desk: &str| told.iter().find(|notice| notice.desk == desk).expect("a notice").id;
        let form = |id: zedenregister::ids::TravelNoticeId| format!("/console/travel-notices/{id}");
        let police = police(&town).await;
        let list = police.get("/console/proposals").await;
        for text in ["hoort van een nieuwe reis naar Filipijnen", "Bevestigen dat het is gelezen", "is een waarschuwing nodig?"] {
            assert!(list.html.contains(text), "{text}: {}", list.html);
        }
        assert!(list.html.contains(&form(of("lo-manila"))) && !list.html.contains(&form(of("interpol-nl"))), "{}", list.html);
        let done = police.send("/console/proposals", &form(of("lo-manila")), &[]).await;
        assert_eq!(done.location(), "/console/proposals?done=1", "{}", done.html);
        let list = police.get(done.location()).await;
        assert!(list.html.contains("role=\"status\"") && !list.html.contains(&form(of("lo-manila"))), "{}", list.html);
        assert_eq!(police.send("/console/proposals", &form(of("lo-manila")), &[]).await.status, 409);
        assert_eq!(police.send("/console/proposals", &form(of("interpol-nl")), &[]).await.status, 409, "another desk");

        let bureau = bureau(&town).await;
        let list = bureau.get("/console/proposals").await;
        assert!(list.html.contains(&form(of("interpol-nl"))) && !list.html.contains(&form(of("tbkk"))), "{}", list.html);
        assert!(!list.html.contains("Naar het dossier"), "the bureau opens no files: {}", list.html);
        assert_eq!(bureau.send("/console/proposals", &form(of("interpol-nl")), &[]).await.status, 303);

        let back = police.send("/console/proposals", &form(of("tbkk")), &[("file", "1")]).await;
        assert_eq!(back.location(), format!("{}?done=1", file(&town, "/proposals")));
        let officer = town.officer().await;
        let seen = officer.get(&file(&town, "/proposals")).await;
        assert!(seen.html.contains("nieuwe reis naar Filipijnen") && seen.html.contains("Bevestigd"), "{}", seen.html);
        assert!(!seen.html.contains("/console/travel-notices/") && !seen.html.contains("Paspoortmaatregelen"), "{}", seen.html);
        assert_eq!(officer.send("/console", &form(of("filo-tsk")), &[]).await.status, 403);
        assert_eq!(officer.get("/console/proposals").await.status, 403, "no unit that acts");
    }

    async fn a_passport_measure_shows_its_criteria_its_letter_and_where_it_stands(db: TestDb) {
        let town = Town::on(db).await;
        let id = drafted(&town, passport_draft()).await;
        let prosecutor = with_purpose(&town, "officier", Role::OmOfficer, "prosecution").await;
        let list = prosecutor.get("/console/proposals").await;
        let measure = file(&town, &format!("/passports/{id}"));
        assert!(list.html.contains(&measure) && list.html.contains("het verzoek is nog niet gedaan"), "{}", list.html);
        let page = prosecutor.get(&measure).await;
        for text in ["Artikel 18 Paspoortwet", "Onherroepelijke straf", "een mens moet dit beoordelen", "Verzoek doen"] {
            assert!(page.html.contains(text), "{text}: {}", page.html);
        }
        let letter = prosecutor.0.get(format!("{measure}/letter")).dispatch().await;
        let named = letter.headers().get_one("content-disposition").unwrap_or_default().to_owned();
        assert!(named.contains("verzoek-paspoortsignalering.pdf"), "{named}");
        assert!(letter.into_bytes().await.is_some_and(|bytes| bytes.starts_with(b"%PDF-")));
        assert_eq!(step(&prosecutor, &town, &format!("{measure}/requested"), &[]).await.status, 303);
        assert_eq!(step(&prosecutor, &town, &format!("{measure}/entered"), &[]).await.status, 303);
        let page = prosecutor.get(&measure).await;
        assert!(page.html.contains("Opgenomen") && page.html.contains("Loopt af op"), "{}", page.html);
        assert_eq!(prosecutor.get(&format!("{measure}/requested")).await.status, 404, "it was asked already");
        assert_eq!(step(&prosecutor, &town, &format!("{measure}/groundLapsed"), &[("reason", "no_evasion")]).await.status, 303);
        assert!(prosecutor.get("/console/proposals").await.html.contains("de opname moet eruit"));
        assert_eq!(police(&town).await.get(&measure).await.status, 403);
    }

    async fn where_statute_and_letter_differ_both_are_shown_and_a_request_is_refused(db: TestDb) {
        let town = Town::on(db).await;
        let draft = json!({ "article": "article_24a", "situation": { "convictions": [{ "id": "C1", "country": "NL",
            "treatyCrime": true, "verified": true, "offenceOn": "2013-01-01", "finalOn": "2016-05-20" }] } });
        let id = drafted(&town, serde_json::from_value(draft).expect("a draft")).await;
        let prosecutor = with_purpose(&town, "officier", Role::OmOfficer, "prosecution").await;
        let measure = file(&town, &format!("/passports/{id}"));
        let page = prosecutor.get(&measure).await;
        for text in ["De wet: vanaf", "De brief: vanaf het feit", "Wat een verzoek tegenhoudt", "niemand heeft dit vastgesteld"] {
            assert!(page.html.contains(text), "{text}: {}", page.html);
        }
        let refused = step(&prosecutor, &town, &format!("{measure}/requested"), &[]).await;
        assert_eq!(refused.status, 400, "{}", refused.html);
        assert!(refused.html.contains("Niemand heeft redenen gegeven."), "{}", refused.html);
    }

    async fn without_a_purpose_or_a_role_that_acts_there_is_nothing_to_see(db: TestDb) {
        let town = Town::on(db).await;
        let id = drafted(&town, passport_draft()).await;
        let measure = file(&town, &format!("/passports/{id}"));
        let without = colleague(&town.test, "zonder.doel", Role::OmOfficer, None).await;
        assert_eq!(without.get("/console/proposals").await.status, 403);
        assert_eq!(without.get(&measure).await.status, 403);
        let execution = colleague(&town.test, "uitvoering", Role::Aice, None).await;
        for at in ["/console/proposals", &measure, &file(&town, "/warnings/new")] {
            assert_eq!(execution.get(at).await.status, 403, "{at}");
        }
        let person = town.registrant().await;
        assert_eq!(person.get("/console/proposals").await.status, 404);
        let strange = with_purpose(&town, "officier", Role::OmOfficer, "prosecution").await;
        for at in ["/passports/no-id", "/warnings/no-id", "/warnings/00000000-0000-7000-8000-000000000000"] {
            assert_eq!(strange.get(&file(&town, at)).await.status, 404, "{at}");
        }
        assert_eq!(strange.get(&format!("{measure}/no-step")).await.status, 404);
        assert_eq!(strange.get(&file(&town, "/warnings/new")).await.status, 403, "the unit drafts warnings");
    }
}
