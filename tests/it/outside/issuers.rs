//! Issuers for registrants, issuers that are away or say less, and a proof that an issuer gives anew.

use diesel::{QueryDsl, RunQueryDsl};
use serde_json::{Value, json};
use zedenregister::access::accounts::{NewRegistrantAccount, create_for_registrant};
use zedenregister::clock::UtcTime;
use zedenregister::store::schema::sessions;
use zedenregister::store::{Conn, StoreError};
use zedenregister::vocabulary::Regime;

use super::{CLIENT, LEVEL, Sent, Town, refused};
use crate::console::browser::Browser;
use crate::support::clients::asserted;

/// Back from the issuer with a code, without a word on who sent the browser.
fn silent(sent: &Sent, code: &str) -> String {
    format!("/console/sign-in/rijk/answer?code={code}&state={}", sent.state)
}

on_both_databases! {
    async fn a_registrant_binds_an_account_by_an_issuer_for_registrants(db: TestDb) {
        let town = Town::on(db, "no").await;
        let test = &town.test;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let new = NewRegistrantAccount { username: "j.proef".to_owned() };
        let made = create_for_registrant(&test.app, &test.ctx(&test.officer), registration, new).await.expect("an account");
        let browser = Browser::on(test).await;
        assert_eq!(browser.get("/mijn/sign-in/rijk").await.status, 404, "an issuer for staff");
        assert_eq!(browser.get("/console/sign-in/digid").await.status, 404, "an issuer for registrants");
        let iss = town.people.issuer().replace(':', "%3A").replace('/', "%2F");
        let comes = async |browser: &Browser, code: &str| {
            let sent = Sent::of(&browser.get("/mijn/sign-in/digid").await);
            let now = test.app.clock.now().system.utc().timestamp();
            let word: Value = json!({ "iss": town.people.issuer(), "aud": CLIENT, "sub": "iemand", "iat": now,
                "exp": now + 60, "nonce": sent.nonce, "acr": LEVEL });
            town.people.says(asserted("one", &word));
            browser.get(&format!("/mijn/sign-in/digid/answer?code={code}&state={}&iss={iss}", sent.state)).await
        };
        let page = comes(&browser, "a").await;
        assert_eq!(page.status, 200, "{}", page.html);
        let code = made.activation_code.expect("a code");
        let bound = browser
            .post(
                "/mijn/sign-in/digid/account",
                Some(&page.hidden("formToken")),
                &[("state", &page.hidden("state")), ("activationCode", &code)],
            )
            .await;
        assert_eq!(bound.location(), "/mijn", "{}", bound.html);
        assert_eq!(browser.get("/mijn").await.status, 200);
        let again = Browser::on(test).await;
        assert_eq!(comes(&again, "b").await.location(), "/mijn");
    }

    // ASVS 5.0: 6.8.1, 10.5.2
    async fn an_account_is_bound_by_whom_the_issuer_knows_in_its_role_and_once(db: TestDb) {
        let town = Town::on(db, "yes").await;
        let code = town.officer.activation_code.clone().expect("a code");
        let bind = async |subject: &str, role: &str| {
            let browser = Browser::on(&town.test).await;
            let page = town
                .tries(&browser, |word| {
                    word["sub"] = json!(subject);
                    word["access"] = json!({ "roles": [role] });
                })
                .await;
            assert_eq!(page.status, 200, "{}", page.html);
            let fields = [("state", page.hidden("state")), ("activationCode", code.clone())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post("/console/sign-in/rijk/account", Some(&page.hidden("formToken")), &fields).await
        };
        assert_eq!(bind("zonder-rol", "other").await.status, 400, "no role");
        assert_eq!(bind("andere-rol", "lead").await.status, 400, "another role");
        assert_eq!(bind("een-ambtenaar", "officer").await.location(), "/console");
        assert_eq!(bind("een-dief", "officer").await.status, 400, "the code was used");
    }

    // ASVS 5.0: 7.6.2, 10.1.2
    async fn what_is_bound_in_one_browser_is_not_ended_in_another(db: TestDb) {
        let town = Town::on(db, "yes").await;
        let browser = Browser::on(&town.test).await;
        let page = town.tries(&browser, |_| {}).await;
        let code = town.officer.activation_code.clone().expect("a code");
        let state = page.hidden("state");
        let fields = [("state", state.as_str()), ("activationCode", code.as_str())];
        let thief = Browser::on(&town.test).await;
        let stolen = thief.send("/console/sign-in", "/console/sign-in/rijk/account", &fields).await;
        assert_eq!(stolen.status, 400, "{}", stolen.html);
        assert!(thief.session().is_none());
    }

    // ASVS 5.0: 10.2.2
    async fn an_issuer_that_never_names_itself_may_be_silent_but_not_another(db: TestDb) {
        let town = Town::on(db, "yes").await;
        town.provider.promises_nothing();
        town.bound().await;
        let browser = Browser::on(&town.test).await;
        let sent = town.goes(&browser).await;
        town.provider.says(asserted("one", &town.word(&sent)));
        assert_eq!(browser.get(&silent(&sent, "stil")).await.location(), "/console");
        let other = Browser::on(&town.test).await;
        let sent = town.goes(&other).await;
        town.provider.says(asserted("one", &town.word(&sent)));
        let named = format!("{}&iss=https%3A%2F%2Felders.example", silent(&sent, "anders"));
        assert!(refused(&other.get(&named).await), "an answer of another issuer");
    }

    async fn a_refusal_there_is_a_refusal_here(db: TestDb) {
        let town = Town::on(db, "yes").await;
        let browser = Browser::on(&town.test).await;
        let sent = town.goes(&browser).await;
        let iss = town.provider.issuer().replace(':', "%3A").replace('/', "%2F");
        let denied = format!("/console/sign-in/rijk/answer?error=access_denied&state={}&iss={iss}", sent.state);
        assert!(refused(&browser.get(&denied).await));
        assert_eq!(town.provider.forms().len(), 0, "nothing was exchanged");
    }

    // ASVS 5.0: 16.5.2, 16.5.3
    async fn an_issuer_that_is_away_lets_nobody_in(db: TestDb) {
        let town = Town::on(db, "yes").await;
        let Town { test, provider, .. } = town;
        drop(provider);
        let browser = Browser::on(&test).await;
        assert!(refused(&browser.get("/console/sign-in/rijk").await));
        assert_eq!(browser.get("/console/sign-in/onbekend").await.status, 404, "one that the settings do not name");
    }

    async fn unknown_keys_make_no_flood_of_questions(db: TestDb) {
        let town = Town::on(db, "yes").await;
        town.bound().await;
        let (began, before) = (std::time::Instant::now(), town.provider.key_requests());
        for _ in 0..8 {
            let browser = Browser::on(&town.test).await;
            let sent = town.goes(&browser).await;
            town.provider.says(asserted("onbekend", &town.word(&sent)));
            assert!(refused(&town.comes_back(&browser, &sent.state, &sent.state[..20]).await));
        }
        let asked = town.provider.key_requests() - before;
        let seconds = usize::try_from(began.elapsed().as_secs()).expect("a few");
        assert!(asked <= seconds + 1, "at most once a second: {asked} in {seconds} s");
    }

    // ASVS 5.0: 6.8.4, 7.5.3, 7.6.1, 10.3.4
    async fn an_issuer_proves_anew_that_its_officer_is_there(db: TestDb) {
        let town = Town::on(db, "no").await;
        let browser = town.bound().await;
        town.test.app.clock.advance(chrono::Duration::minutes(12));
        let proves = async |change: fn(&mut Value)| {
            let sent = Sent::of(&browser.get("/console/prove/there").await);
            assert_eq!((sent.asked("prompt").as_deref(), sent.asked("max_age").as_deref()), (Some("login"), Some("0")));
            let mut word = town.word(&sent);
            change(&mut word);
            town.provider.says(asserted("one", &word));
            town.comes_back(&browser, &sent.state, &sent.state[..20]).await
        };
        let proved_at = || {
            let read = |conn: &mut Conn| -> Result<Option<UtcTime>, StoreError> {
                Ok(sessions::table.select(sessions::proved_at).first(conn)?)
            };
            town.test.app.store.read_blocking(read).expect("the one session")
        };
        let before = proved_at();
        let stale = proves(|word| word["auth_time"] = json!(word["iat"].as_i64().expect("a time") - 600)).await;
        assert!(refused(&stale), "{} {}", stale.status, stale.location());
        assert!(refused(&proves(|word| word["auth_time"] = Value::Null).await), "without a time");
        assert!(refused(&proves(|word| word["sub"] = json!("een-ander")).await), "somebody else");
        assert!(refused(&proves(|word| word["acr"] = json!("low")).await), "too weak");
        assert_eq!(before, proved_at(), "nothing of that proves anything");
        let proved = proves(|_| {}).await;
        assert_eq!(proved.location(), "/console", "{}", proved.html);
        assert_eq!(proved_at(), Some(town.test.app.clock.now().system), "the session says when");
    }
}
