//! Machines that sign in by a signed assertion, and what is refused of it.

use serde_json::{Value, json};
use zedenregister::access::Actor;
use zedenregister::access::accounts::{self, AccountChange, NewAccount};
use zedenregister::access::clients::{self, MachineSignIn};
use zedenregister::access::tokens::{MachineToken, authenticate};
use zedenregister::ids::{AccountId, RequestId};
use zedenregister::register::Refusal;
use zedenregister::vocabulary::{AccountKind, AccountState, Role};

use super::{Change, part};
use crate::sign_in::{administrator, caller, secret};
use crate::support::app::TestApp;
use crate::support::clients::{asserted, client_jwk};

async fn machine(test: &TestApp) -> AccountId {
    let admin = test.ctx(&administrator(test));
    test.keep_account(&admin.actor).await;
    let new = NewAccount {
        username: "bevraging".to_owned(),
        display_name: "Bevraging".to_owned(),
        role: Role::Justid,
        kind: AccountKind::Machine,
        organisation: "justid".to_owned(),
        team_id: None,
    };
    let made = accounts::create(&test.app, &admin, new).await.expect("an account");
    clients::register(&test.app, &admin, made.id, client_jwk("k")).await.expect("a key");
    made.id
}

fn claims(test: &TestApp, id: AccountId) -> Value {
    let now = test.app.clock.now().system.utc().timestamp();
    json!({ "iss": id, "sub": id, "aud": test.app.config.server.public_url, "jti": RequestId::fresh(), "iat": now,
        "exp": now + 60 })
}

async fn sign_in(test: &TestApp, assertion: String) -> Result<MachineToken, Refusal> {
    let request = MachineSignIn {
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
        client_assertion: secret(&assertion),
    };
    clients::sign_in(&test.app, &caller(test), request).await
}

async fn worth(test: &TestApp, token: &MachineToken) -> Result<Actor, Refusal> {
    authenticate(&test.app, &token.access_token, test.app.clock.now().system).await.map(|who| who.actor)
}

on_both_databases! {
    async fn an_assertion_counts_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let id = machine(&test).await;
        let assertion = asserted("k", &claims(&test, id));
        let tokens = sign_in(&test, assertion.clone()).await.expect("signed in");
        let other = MachineSignIn { client_assertion_type: "iets-anders".to_owned(), client_assertion: secret(&assertion) };
        assert!(matches!(clients::sign_in(&test.app, &caller(&test), other).await, Err(Refusal::Invalid(_))), "another kind");
        assert_eq!(worth(&test, &tokens).await.expect("a machine").account, id);
        assert!(sign_in(&test, assertion.clone()).await.is_err(), "a second time");
    }

    // ASVS 5.0: 9.2.1, 9.2.3, 10.4.10
    async fn an_assertion_that_does_not_hold_is_refused(db: TestDb) {
        let test = TestApp::on(db).await;
        let id = machine(&test).await;
        let changes: Vec<(&str, Change)> = vec![
            ("for somebody else", |it| it["aud"] = json!("https://elders.example")),
            ("by somebody else", |it| it["iss"] = json!(AccountId::fresh())),
            ("of somebody else", |it| it["sub"] = json!(AccountId::fresh())),
            ("expired", |it| it["exp"] = json!(it["iat"].as_i64().expect("a time") - 30)),
            ("for an hour", |it| it["exp"] = json!(it["iat"].as_i64().expect("a time") + 3_600)),
            ("from the future", |it| it["iat"] = json!(it["iat"].as_i64().expect("a time") + 600)),
            ("with a short id", |it| it["jti"] = json!("1")),
        ];
        for (what, change) in changes {
            let mut said = claims(&test, id);
            change(&mut said);
            let assertion = asserted("k", &said);
            assert!(sign_in(&test, assertion.clone()).await.is_err(), "{what}");
        }
        let stranger = asserted("another", &claims(&test, id));
        assert!(sign_in(&test, stranger).await.is_err(), "with a key nobody registered");
    }

    // ASVS 5.0: 9.1.2
    async fn a_secret_as_signature_or_none_is_no_signature(db: TestDb) {
        let test = TestApp::on(db).await;
        let id = machine(&test).await;
        let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        header.kid = Some("k".to_owned());
        let public = client_jwk("k").x.expect("a key");
        let key = jsonwebtoken::EncodingKey::from_secret(public.as_bytes());
        let shared = jsonwebtoken::encode(&header, &claims(&test, id), &key).expect("signed");
        let none = format!("{}.{}.", part(&json!({ "alg": "none", "kid": "k" })), part(&claims(&test, id)));
        let signed = asserted("k", &claims(&test, id));
        let unsigned = format!("{}.", signed.rsplit_once('.').expect("parts").0);
        for (what, forged) in [("a shared secret", shared), ("none", none), ("without a signature", unsigned)] {
            assert!(sign_in(&test, forged).await.is_err(), "{what}");
        }
        sign_in(&test, signed).await.expect("and the signed one counts");
    }

    // ASVS 5.0: 7.4.2, 8.3.2
    async fn a_machine_that_is_suspended_is_out_at_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let id = machine(&test).await;
        let admin = test.ctx(&administrator(&test));
        let key = clients::list(&test.app, &admin, id).await.expect("keys").items.remove(0);
        let again = clients::register(&test.app, &admin, id, client_jwk("k")).await;
        assert_eq!(again.expect_err("a name counts once").code(), "key_known");
        let sign = || asserted("k", &claims(&test, id));
        let tokens = sign_in(&test, sign()).await.expect("signed in");
        let known = accounts::list(&test.app, &admin, None, 100).await.expect("accounts").items;
        let version = known.iter().find(|item| item.id == id).expect("the account").version;
        let stop = AccountChange { state: Some(AccountState::Suspended), role: None, team_id: None };
        accounts::change(&test.app, &admin, id, version, stop).await.expect("suspended");
        assert!(worth(&test, &tokens).await.is_err(), "the token");
        assert!(sign_in(&test, sign()).await.is_err(), "the next assertion");
        assert_eq!(key.kid, "k");
    }

    // ASVS 5.0: 8.3.2
    async fn a_key_that_was_taken_back_ends_everything_at_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let id = machine(&test).await;
        let admin = test.ctx(&administrator(&test));
        let sign = || asserted("k", &claims(&test, id));
        let tokens = sign_in(&test, sign()).await.expect("signed in");
        let key = clients::list(&test.app, &admin, id).await.expect("keys").items.remove(0).id;
        clients::revoke(&test.app, &admin, id, key).await.expect("taken back");
        assert!(worth(&test, &tokens).await.is_err(), "the token");
        assert!(sign_in(&test, sign()).await.is_err(), "the next assertion");
    }
}
