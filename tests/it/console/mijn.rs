//! What a registrant does: reads what is due, reports, gets receipts, sees who looked.

use zedenregister::register::notify::notify;
use zedenregister::vocabulary::{Channel, Regime};

use super::browser::{Browser, Seen, Town};
use crate::support::TestDb;
use crate::support::reports;

/// The fields of the form that are filled already, as a browser would send them.
fn filled(form: &Seen) -> Vec<(String, String)> {
    let mut fields = form.hidden_fields();
    for (at, start) in form.html.match_indices("<input class=\"") {
        let tag = form.html[at + start.len()..].split('>').next().unwrap_or_default();
        let attribute = |name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
            rest.split('"').next().map(str::to_owned)
        };
        let radio = tag.contains("type=\"radio\"");
        if let (Some(name), Some(value)) = (attribute("name"), attribute("value"))
            && (!radio || tag.contains(" checked"))
        {
            fields.push((name, value));
        }
    }
    fields
}

/// Sends a form with these fields set.
async fn send(browser: &Browser, form: &Seen, to: &str, set: &[(&str, &str)]) -> Seen {
    let mut fields = filled(form);
    fields.retain(|(name, _)| !set.iter().any(|(known, _)| known == name));
    fields.extend(set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(to, Some(&form.hidden("formToken")), &fields).await
}

/// A town in which the registrant has given the first notification.
async fn settled(db: TestDb) -> (Town, Browser) {
    let town = Town::on(db).await;
    let ctx = town.test.ctx_keyed(&town.registrant, "first", "d");
    notify(&town.test.app, &ctx, town.registration, reports::initial(), Channel::Page).await.expect("accepted");
    let browser = town.registrant().await;
    (town, browser)
}

const TRIP: [(&str, &str); 6] = [
    ("departureOn", "2026-02-02"),
    ("returnOn", "2026-02-12"),
    ("stops.0.address.foreign.country", "ES"),
    ("stops.0.address.foreign.lines", "Calle Ejemplo 1\r\n28001 Madrid"),
    ("stops.0.from", "2026-02-02"),
    ("stops.0.until", "2026-02-12"),
];

on_both_databases! {
    async fn the_first_page_says_what_by_when_and_why(db: TestDb) {
        let town = Town::on(db).await;
        let browser = town.registrant().await;
        let seen = browser.get("/mijn").await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        assert!(seen.html.contains("Eerste melding"), "{}", seen.html);
        assert!(seen.html.contains("Uiterlijk ") && seen.html.contains("over "), "{}", seen.html);
        assert!(seen.html.contains("Waarom moet dit?") && seen.html.contains("veroordeling"), "{}", seen.html);
        assert!(seen.html.contains("/mijn/report/initial"));
    }

    async fn a_journey_is_filled_in_checked_sent_once_and_given_a_receipt(db: TestDb) {
        let (town, browser) = settled(db).await;
        let form = browser.get("/mijn/report/travel").await;
        assert_eq!(form.status, 200, "{}", form.html);
        assert!(form.html.contains("value=\"Proefpersoon\""), "what is known is filled in: {}", form.html);
        let check = send(&browser, &form, "/mijn/report/travel", &TRIP).await;
        assert_eq!(check.status, 200, "{}", check.html);
        assert!(check.html.contains("Controleer uw antwoorden") && check.html.contains("Spanje"), "{}", check.html);
        assert!(check.html.contains("2 februari 2026"));
        let before = town.test.db.rows_of(&["notifications"]).len();
        let sent = send(&browser, &check, "/mijn/report/travel/give", &[]).await;
        assert_eq!(sent.status, 303, "{}", sent.html);
        let again = send(&browser, &check, "/mijn/report/travel/give", &[]).await;
        assert_eq!(again.location(), sent.location(), "sent twice, it is one report");
        assert_eq!(town.test.db.rows_of(&["notifications"]).len(), before + 1);
        let receipt = browser.get(sent.location()).await;
        assert!(receipt.html.contains("Uw melding is ontvangen"), "{}", receipt.html);
        assert!(receipt.html.contains("Via de eigen pagina"), "the channel is the page: {}", receipt.html);
        let place = sent.location().trim_end_matches("?new").to_owned();
        let file = browser.get(&format!("{place}/download")).await;
        assert_eq!(file.html.split('.').count(), 3, "a signed text: {}", file.html);
        assert!(file.header("content-disposition").is_some_and(|how| how.starts_with("attachment")));
        let trips = browser.get("/mijn/trips").await;
        assert!(trips.html.contains("Spanje") && trips.html.contains("/amend"), "{}", trips.html);
    }

    async fn a_journey_is_changed_cancelled_and_ended_from_the_list(db: TestDb) {
        let (town, browser) = settled(db).await;
        let form = browser.get("/mijn/report/travel").await;
        let check = send(&browser, &form, "/mijn/report/travel", &TRIP).await;
        send(&browser, &check, "/mijn/report/travel/give", &[]).await;
        let list = browser.get("/mijn/trips").await.html;
        let address = |what: &str| {
            let end = list.find(&format!("/{what}\"")).expect("a link");
            let start = list[..end].rfind("href=\"").expect("a link") + 6;
            format!("{}/{what}", &list[start..end])
        };
        let amend = address("amend");
        let form = browser.get(&amend).await;
        assert!(form.html.contains("Calle Ejemplo 1"), "the plan stands in the form: {}", form.html);
        let set = [("returnOn", "2026-02-10"), ("stops.0.until", "2026-02-10"),
            ("stops.0.address.foreign.country", "ES"), ("stops.0.address.foreign.lines", "Calle Ejemplo 1")];
        let check = send(&browser, &form, &amend, &set).await;
        let sent = send(&browser, &check, &format!("{amend}/give"), &[]).await;
        assert_eq!(sent.status, 303, "{}", sent.html);
        assert!(browser.get("/mijn/trips").await.html.contains("10 februari 2026"));
        let cancel = address("cancel");
        let form = browser.get(&cancel).await;
        let check = send(&browser, &form, &cancel, &[("reason", "Ziek geworden")]).await;
        let sent = send(&browser, &check, &format!("{cancel}/give"), &[]).await;
        assert_eq!(sent.status, 303, "{}", sent.html);
        assert!(browser.get("/mijn/trips").await.html.contains("Er is geen reis bekend."));
        drop(town);
    }

    // ASVS 5.0: 2.2.2
    async fn a_report_that_lacks_something_says_what_at_its_field_and_is_kept_as_an_attempt(db: TestDb) {
        let (town, browser) = settled(db).await;
        let form = browser.get("/mijn/report/home").await;
        let set = [("address.type", "dutch"), ("address.dutch.street", "Proeflaan"), ("address.dutch.houseNumber", "4"),
            ("address.dutch.postcode", "12"), ("address.dutch.city", "Proefstad")];
        let seen = send(&browser, &form, "/mijn/report/home", &set).await;
        assert_eq!(seen.status, 400, "{}", seen.html);
        assert!(seen.html.contains("href=\"#address-dutch-postcode\""), "linked to its field: {}", seen.html);
        assert!(seen.html.contains("href=\"#movedOn\"") && seen.html.contains("Dag van de verhuizing: is nodig"));
        assert!(seen.html.contains("value=\"Proeflaan\""), "what was typed is still there");
        assert!(seen.html.contains("vastgelegd dat u het probeerde"), "{}", seen.html);
        assert_eq!(town.test.db.rows_of(&["attempts"]).len(), 1);
        let receipts = browser.get("/mijn/receipts").await;
        assert!(receipts.html.contains("Er ontbrak iets") && receipts.html.contains("/mijn/attempts/"), "{}", receipts.html);
    }

    async fn what_another_person_gave_does_not_exist(db: TestDb) {
        let (town, browser) = settled(db).await;
        let mut enrolment = town.test.enrolment(Regime::NlPilot, "2026-01-12");
        enrolment.officer_id = town.officer.id;
        let (other, person) = town.test.registrant(enrolment).await;
        let ctx = town.test.ctx_keyed(&person, "other", "d");
        let given = notify(&town.test.app, &ctx, other, reports::initial(), Channel::Page).await.expect("accepted");
        for path in ["", "/download"] {
            assert_eq!(browser.get(&format!("/mijn/receipts/{}{path}", given.id)).await.status, 404);
        }
        let choose = browser.send("/mijn", "/mijn/choose", &[("registration", &other.to_string())]).await;
        assert_eq!(choose.status, 404, "{}", choose.html);
        assert!(!browser.get("/mijn/receipts").await.html.contains(given.id.as_str()));
    }

    async fn the_registrant_sees_that_the_officer_opened_the_file(db: TestDb) {
        let (town, browser) = settled(db).await;
        let officer = town.officer().await;
        assert_eq!(officer.get(&format!("/console/registrations/{}", town.registration)).await.status, 200);
        let seen = browser.get("/mijn/access").await;
        assert!(seen.html.contains("Toezichthouder") && seen.html.contains("Bekeken"), "{}", seen.html);
        assert!(!seen.html.contains(town.officer.id.as_str()), "it names no officer");
        let whole = browser.get("/mijn/file").await;
        assert_eq!(whole.status, 200, "{}", whole.html);
        for told in ["Proefpersoon", "Wat u moest melden en waarom", "Toezichthouder"] {
            assert!(whole.html.contains(told), "`{told}` is not on the page: {}", whole.html);
        }
        assert!(!whole.html.contains("onbekend") && !whole.html.contains(town.officer.id.as_str()), "{}", whole.html);
        let kept = browser.get("/mijn/file/download").await;
        assert!(kept.status == 200 && kept.html.contains("\"heldBack\""), "{}", kept.html);
    }

    async fn an_officer_who_reports_for_somebody_states_how_it_came_in(db: TestDb) {
        let (town, _) = settled(db).await;
        let officer = town.officer().await;
        let address = format!("/console/registrations/{}/record/home", town.registration);
        let form = officer.get(&address).await;
        assert_eq!(form.status, 200, "{}", form.html);
        let set = [("address.type", "dutch"), ("address.dutch.street", "Proeflaan"), ("address.dutch.houseNumber", "4"),
            ("address.dutch.postcode", "9999 XZ"), ("address.dutch.city", "Proefstad"), ("movedOn", "2026-01-12")];
        let lacking = send(&officer, &form, &address, &set).await;
        assert_eq!(lacking.status, 400);
        assert!(lacking.html.contains("href=\"#onBehalf-channel-0\""), "{}", lacking.html);
        let more = [&set[..], &[("onBehalf.channel", "desk"), ("onBehalf.place", "Bureau Proefstad")]].concat();
        let check = send(&officer, &lacking, &address, &more).await;
        assert_eq!(check.status, 200, "{}", check.html);
        let sent = send(&officer, &check, &format!("{address}/give"), &[]).await;
        assert_eq!(sent.status, 303, "{}", sent.html);
        let given = officer.get(sent.location()).await;
        assert!(given.html.contains("Aan de balie") && given.html.contains("Proeflaan"), "{}", given.html);
    }
}
