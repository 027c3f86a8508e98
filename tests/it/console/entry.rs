//! Signing in and out, sessions, forms that are not ours, headers, languages, files.

use rocket::http::{Header, Method};
use zedenregister::access::accounts::{self, AccountChange};
use zedenregister::api;
use zedenregister::register::assign::{Assignment, assign};
use zedenregister::store::StoreError;
use zedenregister::store::registrations::registration_find;
use zedenregister::vocabulary::{AccountState, Role};

use super::browser::{Browser, Town};
use crate::sign_in::{PASSWORD, administrator, made};
use crate::support::TestDb;
use crate::support::app::TestApp;

on_both_databases! {
    // ASVS 5.0: 3.5.1
    async fn every_form_without_the_token_of_the_session_is_refused(db: TestDb) {
        let town = Town::on(db).await;
        let officer = town.officer().await;
        let registrant = town.registrant().await;
        let server = api::build(&town.test.app).expect("a server");
        let id = town.registration.to_string();
        let mut tried = 0;
        for route in server.routes().filter(|route| route.method == Method::Post) {
            let path = route.uri.path();
            let Some(area) = ["/mijn", "/console"].into_iter().find(|area| path.starts_with(area)) else { continue };
            let address = path
                .replace("<kind>", if path.contains("<trip>") { "amend" } else { "home" })
                .replace("<id>", &id)
                .replace("<issuer>", "rijk")
                .replace("<trip>", &id)
                .replace("<dispute>", &id)
                .replace("<notification>", &id)
                .replace("<of>", &id)
                .replace("<act>", if path.contains("<of>") { "log-visit" } else { "add-note" })
                .replace("<step>", "take-up");
            let browser = if area == "/mijn" { &registrant } else { &officer };
            for token in [None, Some("0000000000000000000000000000000000000000000000000000000000000000")] {
                let seen = browser.post(&address, token, &[]).await;
                assert_eq!(seen.status, 403, "{path}: {}", seen.html);
            }
            tried += 1;
        }
        assert!(tried >= 14, "{tried}");
        assert!(registrant.get("/mijn").await.status == 200, "and nothing happened");
    }

    // ASVS 5.0: 3.5.1
    async fn a_form_sent_from_another_site_is_refused_even_with_the_token(db: TestDb) {
        let town = Town::on(db).await;
        let browser = town.registrant().await;
        let token = browser.get("/mijn").await.hidden("formToken");
        let request = browser
            .0
            .post("/console/language")
            .header(rocket::http::ContentType::Form)
            .header(Header::new("Sec-Fetch-Site", "cross-site"))
            .body(format!("formToken={token}&language=en&back=/mijn"));
        assert_eq!(request.dispatch().await.status().code, 403);
    }

    // ASVS 5.0: 6.2.6, 6.2.7, 6.3.3, 6.3.8
    async fn staff_need_their_code_and_a_wrong_password_says_no_more_than_that(db: TestDb) {
        let town = Town::on(db).await;
        let browser = Browser::on(&town.test).await;
        let page = browser.get("/console/sign-in").await.html;
        assert!(page.contains("name=\"password\" type=\"password\" autocomplete=\"current-password\""), "{page}");
        for fields in [
            vec![("username", "proef.supervision_officer"), ("password", PASSWORD)],
            vec![("username", "proef.supervision_officer"), ("password", "iets heel anders"), ("oneTimeCode", "123456")],
            vec![("username", "niemand"), ("password", PASSWORD), ("oneTimeCode", "123456")],
            vec![("username", ""), ("password", "")],
        ] {
            let seen = browser.send("/console/sign-in", "/console/sign-in", &fields).await;
            assert_eq!(seen.status, 400);
            assert!(seen.html.contains("Inloggen is niet gelukt"), "{}", seen.html);
            assert!(!seen.html.contains(PASSWORD), "the password is not in the page");
        }
        assert_eq!(browser.get("/console").await.location(), "/console/sign-in");
    }

    // ASVS 5.0: 7.2.2, 7.2.3, 7.2.4, 7.4.1
    async fn the_token_of_a_session_is_new_at_each_sign_in_and_dies_with_it(db: TestDb) {
        let town = Town::on(db).await;
        let browser = town.officer().await;
        let first = browser.session().expect("a cookie");
        assert!(first.value().len() >= 43);
        let kept = town.test.db.rows_of(&["console_sessions"]).join("\n");
        assert!(!kept.contains(first.value()), "the database holds its hash");
        let out = browser.send("/console", "/console/sign-out", &[]).await;
        assert_eq!(out.location(), "/console/sign-in?out");
        assert!(browser.session().is_none(), "the cookie was taken away");
        let thief = Browser::on(&town.test).await;
        let seen = thief.get_as("/console", &first).await;
        assert_eq!(seen.location(), "/console/sign-in", "the session is over for whoever holds the cookie");
        let again = town.officer().await.session().expect("a cookie");
        assert_ne!(first.value(), again.value());
    }

    // ASVS 5.0: 7.3.1, 7.4.2, 7.4.5
    async fn a_suspension_and_a_quarter_of_silence_end_a_session_at_once(db: TestDb) {
        let town = Town::on(db).await;
        let browser = town.officer().await;
        assert_eq!(browser.get("/console").await.status, 200);
        town.test.app.clock.advance(chrono::Duration::minutes(14));
        assert_eq!(browser.get("/console").await.status, 200, "in use");
        town.test.app.clock.advance(chrono::Duration::minutes(14));
        assert_eq!(browser.get("/console").await.status, 200, "and again");
        town.test.app.clock.advance(chrono::Duration::minutes(16));
        assert_eq!(browser.get("/console").await.location(), "/console/sign-in", "after a silence");

        let browser = town.officer().await;
        let admin = town.test.ctx(&administrator(&town.test));
        let known = accounts::list(&town.test.app, &admin, None, 100).await.expect("accounts").items;
        let version = known.iter().find(|item| item.id == town.officer.id).expect("the account").version;
        let stop = AccountChange { state: Some(AccountState::Suspended), role: None, team_id: None };
        accounts::change(&town.test.app, &admin, town.officer.id, version, stop).await.expect("suspended");
        assert_eq!(browser.get("/console").await.location(), "/console/sign-in", "after a suspension");
    }

    // ASVS 5.0: 7.3.2
    async fn a_session_in_use_ends_after_twelve_hours(db: TestDb) {
        let town = Town::on(db).await;
        let browser = town.officer().await;
        for _ in 0..51 {
            town.test.app.clock.advance(chrono::Duration::minutes(14));
            assert_eq!(browser.get("/console").await.status, 200, "within twelve hours");
        }
        town.test.app.clock.advance(chrono::Duration::minutes(7));
        assert_eq!(browser.get("/console").await.location(), "/console/sign-in", "after twelve hours");
    }

    // ASVS 5.0: 8.3.2
    async fn another_caseload_and_another_role_count_on_the_next_request(db: TestDb) {
        let town = Town::on(db).await;
        let (test, browser) = (&town.test, town.officer().await);
        let file = format!("/console/registrations/{}", town.registration);
        assert_eq!(browser.get(&file).await.status, 200, "in the caseload");
        let row = test.app.store.read_blocking(|conn| registration_find(conn, town.registration));
        let version = row.map_err(|e: StoreError| e).expect("a row").expect("the file").version;
        let to = Assignment { officer_id: test.colleague.account };
        assign(&test.app, &test.ctx(&test.lead), town.registration, version, to).await.expect("given away");
        assert_eq!(browser.get(&file).await.status, 403, "no longer, in the same session");
        let admin = test.ctx(&administrator(test));
        let known = accounts::list(&test.app, &admin, None, 100).await.expect("accounts").items;
        let version = known.iter().find(|item| item.id == town.officer.id).expect("the account").version;
        let role = AccountChange { state: None, role: Some(Role::Evaluator), team_id: None };
        accounts::change(&test.app, &admin, town.officer.id, version, role).await.expect("changed");
        assert_eq!(browser.get("/console").await.location(), "/console/sign-in", "after another role");
    }

    // ASVS 5.0: 3.5.2, 6.3.4
    async fn neither_way_in_opens_the_other(db: TestDb) {
        let town = Town::on(db).await;
        let browser = town.officer().await;
        assert_eq!(browser.get("/v1/flags").await.status, 401, "the cookie is nothing to the API");
        let cookie = browser.session().expect("a cookie").value().to_owned();
        let bearer = Header::new("Authorization", format!("Bearer {cookie}"));
        let stranger = Browser::on(&town.test).await;
        assert_eq!(stranger.get_with("/v1/flags", bearer.clone()).await.status, 401);
        assert_eq!(stranger.get_with("/console", bearer).await.location(), "/console/sign-in");
    }

    async fn a_registrant_finds_no_console_and_staff_no_pages_of_a_registrant(db: TestDb) {
        let town = Town::on(db).await;
        let (officer, registrant) = (town.officer().await, town.registrant().await);
        for path in ["/console", "/console/search", "/console/flags", "/console/team"] {
            assert_eq!(registrant.get(path).await.status, 404, "{path}");
        }
        let file = format!("/console/registrations/{}", town.registration);
        assert_eq!(registrant.get(&file).await.status, 404);
        for path in ["/mijn", "/mijn/trips", "/mijn/receipts", "/mijn/access"] {
            assert_eq!(officer.get(path).await.status, 404, "{path}");
        }
    }

    // ASVS 5.0: 1.3.2, 3.2.1, 3.4.1, 3.4.2, 3.4.3, 3.4.4, 3.4.5, 3.4.6, 4.1.1, 7.4.4, 14.3.2
    async fn pages_carry_a_strict_policy_and_nothing_inline(db: TestDb) {
        let town = Town::on(db).await;
        let (officer, registrant) = (town.officer().await, town.registrant().await);
        let file = format!("/console/registrations/{}", town.registration);
        let travel = format!("{file}/travel");
        let pages = [
            (&registrant, "/mijn"),
            (&registrant, "/mijn/report/travel"),
            (&registrant, "/mijn/nowhere"),
            (&officer, "/console"),
            (&officer, file.as_str()),
            (&officer, travel.as_str()),
            (&officer, "/console/search"),
        ];
        for (browser, path) in pages {
            let seen = browser.get(path).await;
            let policy = seen.header("content-security-policy").expect("a policy");
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
            assert!(policy.contains("base-uri 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
            assert_eq!(seen.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
            assert_eq!(seen.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"), "{path}");
            assert_eq!(seen.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
            assert_eq!(seen.header("access-control-allow-origin"), None, "{path}");
            assert!(seen.html.contains("action=\"/console/sign-out\""), "one can sign out everywhere: {path}");
            assert_eq!(seen.header("cache-control"), Some("no-store"), "{path}");
            assert_eq!(seen.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(seen.header("referrer-policy"), Some("no-referrer"), "{path}");
            assert!(!seen.html.contains(" style=") && !seen.html.contains("<style"), "{path}");
            assert!(!seen.html.contains(" onclick") && !seen.html.contains("javascript:"), "{path}");
            assert!(seen.html.starts_with("<!DOCTYPE html>\n<html lang=\"nl\""), "{path}: {}", seen.html);
        }
        assert!(registrant.get("/mijn").await.html.contains("0800-2666436"), "help stands on every page");
        assert!(registrant.get("/mijn/nowhere").await.html.contains("www.stopitnow.nl"));
    }

    // ASVS 5.0: 3.7.2
    async fn a_language_is_kept_and_a_form_sends_nobody_elsewhere(db: TestDb) {
        let town = Town::on(db).await;
        let browser = town.registrant().await;
        assert!(browser.get("/mijn").await.html.contains("Wat moet ik melden?"));
        let english = [("language", "en"), ("back", "/mijn/trips")];
        assert_eq!(browser.send("/mijn", "/console/language", &english).await.location(), "/mijn/trips");
        let seen = browser.get("/mijn").await;
        assert!(seen.html.contains("What must I report?") && seen.html.contains("<html lang=\"en\""), "{}", seen.html);
        let away = [("language", "nl"), ("back", "https://example.org/")];
        assert_eq!(browser.send("/mijn", "/console/language", &away).await.location(), "/");
    }

    async fn an_account_is_taken_into_use_on_a_page(db: TestDb) {
        let test = TestApp::on(db).await;
        let account = made(&test, Role::ReviewLead).await;
        let code = account.activation_code.expect("a code");
        let browser = Browser::on(&test).await;
        let page = "/console/activate";
        let typed = |again| [("activationCode", code.as_str()), ("password", PASSWORD), ("passwordAgain", again)];
        let unlike = browser.send(page, page, &typed("iets anders dan dat")).await;
        assert_eq!(unlike.status, 400);
        assert!(unlike.html.contains("niet hetzelfde"), "{}", unlike.html);
        let secret = browser.send(page, page, &typed(PASSWORD)).await;
        assert_eq!(secret.status, 200, "{}", secret.html);
        let factor = zedenregister::crypto::totp::TotpSecret::from_base32(&crate::sign_in::secret(&secret.hidden("secret")));
        let shown = factor.expect("a secret").code_at(test.app.clock.now().system.utc());
        let mut fields = secret.hidden_fields();
        fields.push(("oneTimeCode".to_owned(), "000000".to_owned()));
        let token = secret.hidden("formToken");
        let send = async |fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            browser.post(page, Some(&token), &fields).await
        };
        assert_eq!(send(&fields).await.status, 400, "a wrong code");
        fields.pop();
        fields.push(("oneTimeCode".to_owned(), shown));
        assert_eq!(send(&fields).await.location(), "/console/sign-in?activated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_kept_for_ever_under_the_hash_of_what_they_hold() {
    let test = TestApp::on(TestDb::sqlite()).await;
    let browser = Browser::on(&test).await;
    let page = browser.get("/mijn/sign-in").await;
    let (_, rest) = page.html.split_once("stylesheet\" href=\"").expect("a stylesheet");
    let address = rest.split('"').next().expect("an address").to_owned();
    let style = browser.get(&address).await;
    assert_eq!(style.status, 200);
    assert!(style.html.contains(".utrecht-button") && style.html.contains("--utrecht-document-color"));
    assert_eq!(style.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let tag = style.header("etag").expect("a tag").to_owned();
    assert_eq!(browser.get_with(&address, Header::new("If-None-Match", tag)).await.status, 304);
    let hash = address.split('/').nth(3).expect("a hash");
    let stale = address.replace(hash, "0000000000000000");
    assert_eq!(browser.get(&stale).await.status, 404);
}
