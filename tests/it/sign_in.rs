//! Signing in as people and thieves do it.

use secrecy::SecretString;
use zedenregister::access::accounts::{self, AccountChange, AccountMade, NewAccount, NewRegistrantAccount};
use zedenregister::access::sign_in::{AccountActivation, Refresh, SignIn, activate_account, refresh, revoke, sign_in};
use zedenregister::access::tokens::{TokenAnswer, authenticate};
use zedenregister::access::{Actor, Caller};
use zedenregister::crypto::totp::TotpSecret;
use zedenregister::ids::{AccountId, RequestId};
use zedenregister::register::Refusal;
use zedenregister::store::audit::audit_leaf_list;
use zedenregister::vocabulary::{AccountKind, AccountState, Regime, Role};

use crate::support::app::TestApp;

pub(crate) const PASSWORD: &str = "een lang wachtwoord";

pub(crate) fn caller(test: &TestApp) -> Caller {
    let ctx = test.ctx(&test.lead);
    Caller { request: RequestId::fresh(), trace: ctx.trace, now: ctx.now }
}

pub(crate) fn administrator(test: &TestApp) -> Actor {
    Actor { account: AccountId::fresh(), role: Role::AdminTech, team: None, ..test.lead.clone() }
}

pub(crate) fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

pub(crate) async fn made(test: &TestApp, role: Role) -> AccountMade {
    let team_id = matches!(role, Role::SupervisionOfficer | Role::ReviewLead).then_some(test.team);
    let new = NewAccount {
        username: format!("proef.{role}"),
        display_name: "Proef".to_owned(),
        role,
        kind: AccountKind::Person,
        organisation: "proef".to_owned(),
        team_id,
    };
    accounts::create(&test.app, &test.ctx(&administrator(test)), new).await.expect("an account")
}

/// Takes a staff account into use; answers the secret of its second factor.
pub(crate) async fn in_use(test: &TestApp, made: &AccountMade) -> TotpSecret {
    let code = made.activation_code.clone().expect("a code");
    let request = |one_time_code: Option<String>| AccountActivation {
        activation_code: secret(&code),
        password: secret(PASSWORD),
        one_time_code: one_time_code.map(SecretString::from),
    };
    let first = activate_account(&test.app, &caller(test), request(None)).await.expect("a secret");
    assert_eq!(first.state, AccountState::Unconfirmed);
    let factor = TotpSecret::from_base32(&secret(&first.second_factor_secret.expect("a secret"))).expect("base 32");
    let shown = factor.code_at(test.app.clock.now().system.utc());
    let second = activate_account(&test.app, &caller(test), request(Some(shown))).await.expect("active");
    assert_eq!(second.state, AccountState::Active);
    factor
}

pub(crate) async fn enter(
    test: &TestApp,
    username: &str,
    password: &str,
    code: Option<String>,
) -> Result<TokenAnswer, Refusal> {
    let request = SignIn {
        username: username.to_owned(),
        password: secret(password),
        one_time_code: code.map(SecretString::from),
    };
    sign_in(&test.app, &caller(test), request).await
}

pub(crate) async fn worth(test: &TestApp, tokens: &TokenAnswer) -> Result<Actor, Refusal> {
    authenticate(&test.app, &tokens.access_token, test.app.clock.now().system).await.map(|who| who.actor)
}

on_both_databases! {
    // ASVS 5.0: 6.3.3, 6.5.1
    async fn staff_need_password_and_second_factor_and_a_code_counts_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let account = made(&test, Role::SupervisionOfficer).await;
        let factor = in_use(&test, &account).await;
        let name = "Proef.Supervision_Officer";
        test.app.clock.advance(chrono::Duration::seconds(60));
        let shown = || factor.code_at(test.app.clock.now().system.utc());
        assert!(enter(&test, name, PASSWORD, None).await.is_err(), "without a second factor");
        assert!(enter(&test, name, "een ander wachtwoord", Some(shown())).await.is_err(), "with a wrong password");
        let tokens = enter(&test, name, PASSWORD, Some(shown())).await.expect("signed in");
        assert_eq!(worth(&test, &tokens).await.expect("an officer").role, Role::SupervisionOfficer);
        assert!(enter(&test, name, PASSWORD, Some(shown())).await.is_err(), "with the same code again");
    }

    // ASVS 5.0: 6.3.8
    async fn an_unknown_name_and_a_wrong_password_get_the_same_answer(db: TestDb) {
        let test = TestApp::on(db).await;
        in_use(&test, &made(&test, Role::ReviewLead).await).await;
        let unknown = enter(&test, "niemand", PASSWORD, None).await.expect_err("unknown").to_string();
        let wrong = enter(&test, "proef.review_lead", "verkeerd wachtwoord", None).await.expect_err("wrong").to_string();
        assert_eq!(unknown, wrong);
    }

    // ASVS 5.0: 6.3.1
    async fn wrong_attempts_lock_for_a_growing_time(db: TestDb) {
        let test = TestApp::on(db).await;
        let factor = in_use(&test, &made(&test, Role::ReviewLead).await).await;
        for _ in 0..5 {
            assert!(enter(&test, "proef.review_lead", "verkeerd wachtwoord", None).await.is_err());
        }
        test.app.clock.advance(chrono::Duration::seconds(30));
        let shown = || factor.code_at(test.app.clock.now().system.utc());
        assert!(enter(&test, "proef.review_lead", PASSWORD, Some(shown())).await.is_err(), "locked, though all is right");
        test.app.clock.advance(chrono::Duration::seconds(120));
        assert!(enter(&test, "proef.review_lead", PASSWORD, Some(shown())).await.is_ok(), "the lock has run out");
    }

    // ASVS 5.0: 10.4.5
    async fn a_refresh_token_used_twice_ends_the_session(db: TestDb) {
        let test = TestApp::on(db).await;
        let factor = in_use(&test, &made(&test, Role::ReviewLead).await).await;
        test.app.clock.advance(chrono::Duration::seconds(60));
        let shown = factor.code_at(test.app.clock.now().system.utc());
        let first = enter(&test, "proef.review_lead", PASSWORD, Some(shown)).await.expect("signed in");
        let token = |answer: &TokenAnswer| Refresh { refresh_token: secret(&answer.refresh_token) };
        let second = refresh(&test.app, &caller(&test), token(&first)).await.expect("the next pair");
        assert!(worth(&test, &second).await.is_ok());
        assert!(refresh(&test.app, &caller(&test), token(&first)).await.is_err(), "used before");
        assert!(worth(&test, &second).await.is_err(), "the session is over for whoever holds it");
        assert!(refresh(&test.app, &caller(&test), token(&second)).await.is_err());
    }

    // ASVS 5.0: 7.3.2, 10.4.8
    async fn no_session_outlives_twelve_hours_however_often_it_is_renewed(db: TestDb) {
        let test = TestApp::on(db).await;
        let factor = in_use(&test, &made(&test, Role::ReviewLead).await).await;
        test.app.clock.advance(chrono::Duration::seconds(60));
        let shown = factor.code_at(test.app.clock.now().system.utc());
        let mut tokens = enter(&test, "proef.review_lead", PASSWORD, Some(shown)).await.expect("signed in");
        let mut renewed = 0;
        loop {
            test.app.clock.advance(chrono::Duration::minutes(14));
            let token = Refresh { refresh_token: secret(&tokens.refresh_token) };
            match refresh(&test.app, &caller(&test), token).await {
                Ok(next) => tokens = next,
                Err(_) => break,
            }
            renewed += 1;
            assert!(renewed < 60, "it never ends");
        }
        assert_eq!(renewed, 51, "12 hours are 51 times 14 minutes and a little");
    }

    // ASVS 5.0: 16.3.1
    async fn who_signs_in_and_who_fails_to_stand_in_the_audit(db: TestDb) {
        let test = TestApp::on(db).await;
        let account = made(&test, Role::ReviewLead).await;
        let factor = in_use(&test, &account).await;
        test.app.clock.advance(chrono::Duration::seconds(60));
        let shown = factor.code_at(test.app.clock.now().system.utc());
        enter(&test, "proef.review_lead", "verkeerd wachtwoord", None).await.expect_err("wrong");
        enter(&test, "proef.review_lead", PASSWORD, Some(shown)).await.expect("signed in");
        let leaves = audit_leaf_list(&mut test.db.conn(), 0, 10_000).expect("the audit");
        let told: Vec<serde_json::Value> =
            leaves.iter().rev().take(2).map(|leaf| serde_json::from_str(&leaf.entry).expect("JSON")).collect();
        for (entry, outcome) in told.iter().zip(["allowed", "refused"]) {
            assert_eq!((&entry["action"], &entry["outcome"]), (&"session.sign_in".into(), &outcome.into()), "{entry}");
            assert_eq!(entry["object"]["id"], account.id.as_str(), "{entry}");
        }
    }

    // ASVS 5.0: 7.4.1, 7.4.2, 7.4.5, 8.3.2, 10.4.9
    async fn sign_out_suspension_and_age_end_a_token_at_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let account = made(&test, Role::ReviewLead).await;
        let factor = in_use(&test, &account).await;
        let session = async || {
            test.app.clock.advance(chrono::Duration::seconds(60));
            let shown = factor.code_at(test.app.clock.now().system.utc());
            enter(&test, "proef.review_lead", PASSWORD, Some(shown)).await.expect("signed in")
        };
        let first = session().await;
        let token = Refresh { refresh_token: secret(&first.refresh_token) };
        revoke(&test.app, &caller(&test), token).await.expect("signed out");
        assert!(worth(&test, &first).await.is_err(), "after signing out");
        let second = session().await;
        test.app.clock.advance(chrono::Duration::minutes(6));
        assert!(worth(&test, &second).await.is_err(), "after five minutes");
        let third = session().await;
        let admin = test.ctx(&administrator(&test));
        let known = accounts::list(&test.app, &admin, None, 100).await.expect("accounts").items;
        let version = known.iter().find(|item| item.id == account.id).expect("the account").version;
        let stop = AccountChange { state: Some(AccountState::Suspended), role: None, team_id: None };
        accounts::change(&test.app, &admin, account.id, version, stop).await.expect("suspended");
        assert!(worth(&test, &third).await.is_err(), "after a suspension");
    }

    // ASVS 5.0: 6.2.5, 6.4.1, 6.5.1
    async fn a_registrant_gets_an_account_from_the_officer_and_its_code_counts_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let new = || NewRegistrantAccount { username: "j.proef".to_owned() };
        let account = accounts::create_for_registrant(&test.app, &test.ctx(&test.officer), registration, new()).await;
        let account = account.expect("an account");
        let again = accounts::create_for_registrant(&test.app, &test.ctx(&test.officer), registration, new()).await;
        assert!(matches!(again, Err(Refusal::Conflict { code: "account_exists", .. })), "{again:?}");
        let request = || AccountActivation {
            activation_code: secret(account.activation_code.as_deref().expect("a code")),
            password: secret(PASSWORD),
            one_time_code: None,
        };
        let active = activate_account(&test.app, &caller(&test), request()).await.expect("active");
        assert_eq!(active.state, AccountState::Active);
        assert!(activate_account(&test.app, &caller(&test), request()).await.is_err(), "the code is spent");
        let tokens = enter(&test, "j.proef", PASSWORD, None).await.expect("signed in");
        assert_eq!(worth(&test, &tokens).await.expect("the registrant").person, person.person);
    }
}
