//! A lost password or second factor: a check of identity, a new code, and nothing left of before.

use zedenregister::access::Actor;
use zedenregister::access::accounts::{NewRegistrantAccount, create_for_registrant};
use zedenregister::access::recovery::{IdentityCheck, issue_code_for_registrant, issue_code_for_staff};
use zedenregister::access::sign_in::{AccountActivation, activate_account};
use zedenregister::register::Refusal;
use zedenregister::store::identity::checks::identity_check_list;
use zedenregister::vocabulary::{AccountState, IdentityCheckMethod, Regime, Role};

use crate::sign_in::{PASSWORD, administrator, caller, enter, in_use, made, secret, worth};
use crate::support::app::TestApp;

fn checked() -> IdentityCheck {
    IdentityCheck { method: IdentityCheckMethod::DocumentInPerson, evidence: "Paspoort, geldig tot 2031".to_owned() }
}

async fn activated(test: &TestApp, code: &str, password: &str) -> Result<AccountState, Refusal> {
    let request = AccountActivation { activation_code: secret(code), password: secret(password), one_time_code: None };
    activate_account(&test.app, &caller(test), request).await.map(|done| done.state)
}

on_both_databases! {
    // ASVS 5.0: 6.4.3, 6.4.4, 6.4.6, 7.4.3
    async fn a_registrant_begins_anew_and_nothing_of_before_counts(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let new = NewRegistrantAccount { username: "j.proef".to_owned() };
        let account = create_for_registrant(&test.app, &officer, registration, new).await.expect("an account");
        let first = account.activation_code.expect("a code");
        activated(&test, &first, PASSWORD).await.expect("in use");
        let session = enter(&test, "j.proef", PASSWORD, None).await.expect("signed in");
        worth(&test, &session).await.expect("a session");

        let lost = issue_code_for_registrant(&test.app, &officer, registration, checked()).await.expect("a code");
        let again = issue_code_for_registrant(&test.app, &officer, registration, checked()).await.expect("another code");
        worth(&test, &session).await.expect_err("the session ended with the code");
        enter(&test, "j.proef", PASSWORD, None).await.expect_err("the lost password no longer counts");
        let stale = lost.activation_code.expect("a code");
        activated(&test, &stale, "een ander wachtwoord").await.expect_err("only the last code counts");
        let code = again.activation_code.expect("a code");
        activated(&test, &code, "een ander wachtwoord").await.expect("in use again");
        enter(&test, "j.proef", "een ander wachtwoord", None).await.expect("signed in with the own new password");
        let checks = test.app.store.read_blocking(|conn| identity_check_list(conn, account.id).map_err(Refusal::from)).expect("checks");
        assert_eq!(checks.len(), 2);
        assert!(checks.iter().all(|check| check.checked_by == test.officer.account && check.registration_id == Some(registration)));
        assert!(!test.db.dump().contains("Paspoort"));
    }

    // ASVS 5.0: 6.4.3
    async fn staff_lose_the_second_factor_with_the_password(db: TestDb) {
        let test = TestApp::on(db).await;
        let account = made(&test, Role::SupervisionOfficer).await;
        let factor = in_use(&test, &account).await;
        let admin = test.ctx(&administrator(&test));
        let lost = issue_code_for_staff(&test.app, &admin, account.id, checked()).await.expect("a code");
        assert_eq!(lost.state, AccountState::Unconfirmed);
        test.app.clock.advance(chrono::Duration::seconds(60));
        let shown = factor.code_at(test.app.clock.now().system.utc());
        enter(&test, "proef.supervision_officer", PASSWORD, Some(shown)).await.expect_err("neither counts any more");
        let other = in_use(&test, &lost).await;
        test.app.clock.advance(chrono::Duration::seconds(60));
        let shown = other.code_at(test.app.clock.now().system.utc());
        enter(&test, "proef.supervision_officer", PASSWORD, Some(shown)).await.expect("with the new factor");
    }

    async fn nobody_renews_what_is_not_theirs_to_renew(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let none = issue_code_for_registrant(&test.app, &test.ctx(&test.officer), registration, checked()).await;
        assert!(matches!(none, Err(Refusal::NotFound)), "no account: {none:?}");
        let new = NewRegistrantAccount { username: "j.proef".to_owned() };
        let own = create_for_registrant(&test.app, &test.ctx(&test.officer), registration, new).await.expect("an account");
        let hidden = issue_code_for_registrant(&test.app, &test.ctx(&test.other_officer), registration, checked()).await;
        assert!(matches!(hidden, Err(Refusal::NotFound)), "{hidden:?}");
        let admin = administrator(&test);
        let code = async |actor: &Actor, id| match issue_code_for_staff(&test.app, &test.ctx(actor), id, checked()).await {
            Err(Refusal::Conflict { code, .. }) => code,
            Err(Refusal::Forbidden(_)) => "forbidden",
            other => panic!("{other:?}"),
        };
        assert_eq!(code(&admin, own.id).await, "registrants_elsewhere");
        let staff = made(&test, Role::Tbkk).await.id;
        assert_eq!(code(&Actor { account: staff, ..admin.clone() }, staff).await, "own_account");
        assert_eq!(code(&test.lead, staff).await, "forbidden");
    }
}
