//! Signing in by another organisation, and everything it could try instead.

mod issuers;
mod machines;
mod proof;
mod provider;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use zedenregister::access::accounts::{self, AccountChange, AccountMade};
use zedenregister::vocabulary::{AccountState, Role};

use crate::console::browser::{Browser, Seen};
use crate::sign_in::{PASSWORD, administrator, made};
use crate::support::TestDb;
use crate::support::app::TestApp;
use crate::support::clients::{asserted, client_jwk};
use provider::Provider;

/// What a test changes of a word that would hold.
type Change = fn(&mut Value);
/// Makes a token that the issuer never signed.
type Forger = Box<dyn Fn(&Value) -> String>;

const CLIENT_KEY: &str = include_str!("client-key.pem");
const CLIENT: &str = "zedenregister";
const LEVEL: &str = "http://eidas.europa.eu/LoA/substantial";

/// A register whose people sign in by issuers, and an officer who has an activation code.
struct Town {
    test: TestApp,
    /// Vouches for staff.
    provider: Provider,
    /// Vouches for registrants.
    people: Provider,
    officer: AccountMade,
}

fn keys(kid: &str) -> Value {
    json!({ "keys": [client_jwk(kid)] })
}

impl Town {
    async fn on(db: TestDb, local_accounts: &str) -> Self {
        let (provider, people) = (Provider::start(keys("one")), Provider::start(keys("one")));
        let (issuer, for_people) = (provider.issuer(), people.issuer());
        let test = TestApp::with(db, |folder| {
            let (key, file) = (folder.join("client-key.pem"), folder.join("issuers.toml"));
            std::fs::write(&key, CLIENT_KEY).expect("a key");
            let text = format!(
                "[[issuer]]\nname = \"rijk\"\narea = \"staff\"\nlabel_nl = \"Rijk\"\nlabel_en = \"State\"\n\
                 issuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\nclient_key_file = \"{}\"\nclient_key_id = \"k\"\n\
                 client_key_algorithm = \"ES256\"\nlevels = [\"low\", \"{LEVEL}\", \"high\"]\n\
                 required_level = \"{LEVEL}\"\nrole_claim = \"access.roles\"\n\
                 [issuer.roles]\nofficer = \"supervision_officer\"\nlead = \"review_lead\"\n\
                 [[issuer]]\nname = \"digid\"\narea = \"registrants\"\nlabel_nl = \"DigiD\"\nlabel_en = \"DigiD\"\n\
                 issuer = \"{for_people}\"\nclient_id = \"{CLIENT}\"\nclient_key_file = \"{}\"\n\
                 client_key_id = \"k\"\nclient_key_algorithm = \"ES256\"\nlevels = [\"{LEVEL}\"]\n\
                 required_level = \"{LEVEL}\"\n",
                key.display(),
                key.display()
            );
            std::fs::write(&file, text).expect("issuers");
            format!("[server.limits]\nsign_ins_per_minute = 0\n[sign_in]\nlocal_accounts = \"{local_accounts}\"\nissuers = \"{}\"\n", file.display())
        })
        .await;
        let officer = made(&test, Role::SupervisionOfficer).await;
        Self { test, provider, people, officer }
    }

    /// Goes to the issuer; answers what was sent along.
    async fn goes(&self, browser: &Browser) -> Sent {
        let sent = Sent::of(&browser.get("/console/sign-in/rijk").await);
        assert_eq!(sent.asked("acr_values").as_deref(), Some(format!("{LEVEL} high").as_str()));
        sent
    }

    /// What the issuer says of the officer.
    fn word(&self, sent: &Sent) -> Value {
        let now = self.test.app.clock.now().system.utc().timestamp();
        json!({ "iss": self.provider.issuer(), "aud": CLIENT, "sub": "een-ambtenaar", "iat": now, "exp": now + 60,
            "nonce": sent.nonce, "acr": LEVEL, "auth_time": now, "access": { "roles": ["officer", "other"] } })
    }

    /// Comes back from the issuer with a code.
    async fn comes_back(&self, browser: &Browser, state: &str, code: &str) -> Seen {
        let iss = self.provider.issuer().replace(':', "%3A").replace('/', "%2F");
        browser.get(&format!("/console/sign-in/rijk/answer?code={code}&state={state}&iss={iss}")).await
    }

    /// There and back, with the officer's word changed.
    async fn tries(&self, browser: &Browser, change: impl FnOnce(&mut Value)) -> Seen {
        let sent = self.goes(browser).await;
        let mut word = self.word(&sent);
        change(&mut word);
        self.provider.says(asserted("one", &word));
        self.comes_back(browser, &sent.state, &sent.state[..20]).await
    }

    /// Binds the account of the officer.
    async fn bound(&self) -> Browser {
        let browser = Browser::on(&self.test).await;
        let page = self.tries(&browser, |_| {}).await;
        assert_eq!(page.status, 200, "{}", page.html);
        let code = self.officer.activation_code.clone().expect("a code");
        let (token, state) = (page.hidden("formToken"), page.hidden("state"));
        let fields = [("state", state.as_str()), ("activationCode", code.as_str())];
        let bound = browser.post("/console/sign-in/rijk/account", Some(&token), &fields).await;
        assert_eq!(bound.location(), "/console", "{}", bound.html);
        browser
    }
}

/// What was sent along with a browser.
struct Sent {
    state: String,
    nonce: String,
    pairs: Vec<(String, String)>,
}

impl Sent {
    fn of(seen: &Seen) -> Self {
        assert_eq!(seen.status, 303, "{}", seen.html);
        let query = seen.location().split_once('?').expect("a query").1.to_owned();
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let mut sent = Self { state: String::new(), nonce: String::new(), pairs };
        sent.state = sent.asked("state").expect("a state");
        sent.nonce = sent.asked("nonce").expect("a nonce");
        let method = (sent.asked("response_type"), sent.asked("code_challenge_method"));
        assert_eq!(method, (Some("code".to_owned()), Some("S256".to_owned())));
        sent
    }

    fn asked(&self, name: &str) -> Option<String> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

/// A part of a token.
fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn refused(seen: &Seen) -> bool {
    seen.status == 400 && seen.html.contains("Inloggen is niet gelukt")
}

on_both_databases! {
    // ASVS 5.0: 6.8.1, 10.2.1, 10.5.2
    async fn an_officer_binds_an_account_once_and_then_signs_in_without_a_password(db: TestDb) {
        let town = Town::on(db, "no").await;
        let first = town.bound().await;
        assert_eq!(first.get("/console").await.status, 200);
        let again = Browser::on(&town.test).await;
        let seen = town.tries(&again, |_| {}).await;
        assert_eq!(seen.location(), "/console", "{}", seen.html);
        assert_eq!(again.get("/console").await.status, 200);
        let form = town.provider.forms().pop().expect("an exchange");
        for part in ["code_verifier=", "client_assertion=", "client_assertion_type=urn", "grant_type=authorization_code"] {
            assert!(form.contains(part), "{part} in {form}");
        }
        assert!(!town.test.db.dump().contains("een-ambtenaar"), "the subject is kept as a digest alone");
    }

    // ASVS 5.0: 6.8.4, 9.2.1, 9.2.3, 10.5.1, 10.5.4
    async fn a_word_that_does_not_hold_opens_nothing(db: TestDb) {
        let town = Town::on(db, "yes").await;
        town.bound().await;
        let changes: Vec<(&str, Change)> = vec![
            ("another issuer", |word| word["iss"] = json!("https://elders.example")),
            ("another audience", |word| word["aud"] = json!("iemand anders")),
            ("a second audience", |word| word["aud"] = json!([CLIENT, "iemand anders"])),
            ("another party", |word| word["azp"] = json!("iemand anders")),
            ("another nonce", |word| word["nonce"] = json!("een ander")),
            ("no nonce", |word| word["nonce"] = Value::Null),
            ("expired", |word| word["exp"] = json!(word["iat"].as_i64().expect("a time") - 60)),
            ("made long ago", |word| word["iat"] = json!(word["iat"].as_i64().expect("a time") - 3_600)),
            ("made in the future", |word| word["iat"] = json!(word["iat"].as_i64().expect("a time") + 600)),
            ("too weak", |word| word["acr"] = json!("low")),
            ("no level", |word| word["acr"] = Value::Null),
            ("no subject", |word| word["sub"] = json!("")),
            ("without the role", |word| word["access"] = json!({ "roles": ["other"] })),
            ("with another role", |word| word["access"] = json!({ "roles": ["lead"] })),
        ];
        for (what, change) in changes {
            let browser = Browser::on(&town.test).await;
            let seen = town.tries(&browser, change).await;
            assert!(refused(&seen), "{what}: {} {}", seen.status, seen.html);
            assert!(browser.session().is_none(), "{what}");
        }
        let fine = Browser::on(&town.test).await;
        assert_eq!(town.tries(&fine, |_| {}).await.location(), "/console", "and the word as it is does");
    }

    // ASVS 5.0: 6.8.2, 9.1.1, 9.1.2
    async fn a_signature_that_is_not_the_issuers_opens_nothing(db: TestDb) {
        let town = Town::on(db, "yes").await;
        town.bound().await;
        let forged: Vec<(&str, Forger)> = vec![
            ("alg none", Box::new(|word| format!("{}.{}.", part(&json!({ "alg": "none", "kid": "one" })), part(word)))),
            ("a key nobody knows", Box::new(|word| asserted("two", word))),
            ("without a signature", Box::new(|word| {
                let token = asserted("one", word);
                format!("{}.", token.rsplit_once('.').expect("parts").0)
            })),
            ("altered", Box::new(|word| {
                let token = asserted("one", &json!({ "sub": "x" }));
                let parts: Vec<&str> = token.split('.').collect();
                format!("{}.{}.{}", parts[0], part(word), parts[2])
            })),
            ("signed with the public key as a secret", Box::new(|word| {
                let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
                header.kid = Some("one".to_owned());
                let public = client_jwk("one").x.expect("a key");
                jsonwebtoken::encode(&header, word, &jsonwebtoken::EncodingKey::from_secret(public.as_bytes())).expect("signed")
            })),
        ];
        for (what, forge) in forged {
            let browser = Browser::on(&town.test).await;
            let sent = town.goes(&browser).await;
            town.provider.says(forge(&town.word(&sent)));
            let seen = town.comes_back(&browser, &sent.state, &sent.state[..20]).await;
            assert!(refused(&seen), "{what}: {}", seen.html);
        }
    }

    // ASVS 5.0: 9.1.3
    async fn new_keys_of_the_issuer_are_found(db: TestDb) {
        let town = Town::on(db, "yes").await;
        town.bound().await;
        town.provider.changes_keys(keys("two"));
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let browser = Browser::on(&town.test).await;
        let sent = town.goes(&browser).await;
        town.provider.says(asserted("two", &town.word(&sent)));
        let seen = town.comes_back(&browser, &sent.state, "een-code").await;
        assert_eq!(seen.location(), "/console", "{}", seen.html);
    }

    // ASVS 5.0: 6.5.5, 7.6.2, 10.1.2, 10.2.1, 10.2.2
    async fn an_answer_counts_once_in_time_from_the_browser_that_asked_and_the_issuer_that_was_asked(db: TestDb) {
        let town = Town::on(db, "yes").await;
        town.bound().await;
        let browser = Browser::on(&town.test).await;
        let sent = town.goes(&browser).await;
        town.provider.says(asserted("one", &town.word(&sent)));
        let thief = Browser::on(&town.test).await;
        assert!(refused(&town.comes_back(&thief, &sent.state, "a").await), "another browser");
        assert_eq!(town.comes_back(&browser, &sent.state, "a").await.location(), "/console");
        let other = Browser::on(&town.test).await;
        assert!(refused(&town.comes_back(&other, &sent.state, "a").await), "the same state again");
        let replay = town.goes(&other).await;
        town.provider.says(asserted("one", &town.word(&replay)));
        assert!(refused(&town.comes_back(&other, &replay.state, "a").await), "the same code again");
        let mixed = town.goes(&other).await;
        town.provider.says(asserted("one", &town.word(&mixed)));
        let away = format!("/console/sign-in/rijk/answer?code=b&state={}&iss=https%3A%2F%2Felders.example", mixed.state);
        assert!(refused(&other.get(&away).await), "an answer of another issuer");
        let none = town.goes(&other).await;
        let silent = format!("/console/sign-in/rijk/answer?code=c&state={}", none.state);
        assert!(refused(&other.get(&silent).await), "an answer of nobody");
        let late = town.goes(&other).await;
        town.test.app.clock.advance(chrono::Duration::minutes(11));
        town.provider.says(asserted("one", &town.word(&late)));
        assert!(refused(&town.comes_back(&other, &late.state, "d").await), "after eleven minutes");
    }

    // ASVS 5.0: 7.4.2, 7.6.1
    async fn a_suspension_ends_the_session_and_the_next_sign_in(db: TestDb) {
        let town = Town::on(db, "no").await;
        let browser = town.bound().await;
        let admin = town.test.ctx(&administrator(&town.test));
        let version = || async {
            let known = accounts::list(&town.test.app, &admin, None, 100).await.expect("accounts").items;
            known.iter().find(|item| item.id == town.officer.id).expect("the account").version
        };
        let to = |state| AccountChange { state: Some(state), role: None, team_id: None };
        accounts::change(&town.test.app, &admin, town.officer.id, version().await, to(AccountState::Suspended))
            .await
            .expect("suspended");
        assert_eq!(browser.get("/console").await.location(), "/console/sign-in");
        assert!(refused(&town.tries(&browser, |_| {}).await));
        accounts::change(&town.test.app, &admin, town.officer.id, version().await, to(AccountState::Active))
            .await
            .expect("taken back");
        assert_eq!(town.tries(&browser, |_| {}).await.location(), "/console");
    }

    // ASVS 5.0: 6.3.4, 10.4.4
    async fn passwords_count_no_longer_when_local_accounts_are_off(db: TestDb) {
        let town = Town::on(db, "no").await;
        let page = Browser::on(&town.test).await.get("/console/sign-in").await;
        assert!(page.html.contains("Inloggen met Rijk") && !page.html.contains("type=\"password\""), "{}", page.html);
        let refusal = crate::sign_in::enter(&town.test, "proef.supervision_officer", PASSWORD, None).await;
        assert!(refusal.expect_err("refused").to_string().contains("passwords are not taken here"));
    }
}
