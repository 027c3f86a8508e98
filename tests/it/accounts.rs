//! Accounts as administrators and operators handle them: what they can do, and what they cannot.

use zedenregister::access::Ctx;
use zedenregister::access::accounts::{self, AccountChange, AccountMade, AccountSummary, NewAccount};
use zedenregister::access::operator;
use zedenregister::access::sign_in::{AccountActivation, activate_account};
use zedenregister::ids::{AccountId, TeamId};
use zedenregister::register::Refusal;
use zedenregister::register::enrol::enrol;
use zedenregister::vocabulary::{AccountKind, AccountState, Regime, Role};

use crate::sign_in::{PASSWORD, administrator, caller, enter, in_use, made, secret};
use crate::support::app::TestApp;

const NOTHING: AccountChange = AccountChange { state: None, role: None, team_id: None };

async fn listed(test: &TestApp, id: AccountId) -> AccountSummary {
    let page = accounts::list(&test.app, &test.ctx(&administrator(test)), None, 100).await.expect("accounts");
    page.items.into_iter().find(|item| item.id == id).expect("the account")
}

async fn changed(test: &TestApp, id: AccountId, change: AccountChange) -> Result<AccountSummary, Refusal> {
    let version = listed(test, id).await.version;
    accounts::change(&test.app, &test.ctx(&administrator(test)), id, version, change).await
}

async fn activated(test: &TestApp, code: &str) -> Result<AccountState, Refusal> {
    let request = AccountActivation { activation_code: secret(code), password: secret(PASSWORD), one_time_code: None };
    activate_account(&test.app, &caller(test), request).await.map(|answer| answer.state)
}

fn conflict<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> &'static str {
    match outcome {
        Err(Refusal::Conflict { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

on_both_databases! {
    async fn a_team_is_made_once_by_the_operator_and_stands_in_the_audit(db: TestDb) {
        let test = TestApp::on(db).await;
        let before = operator::teams(&test.app).await.expect("teams").len();
        let team = operator::create_team(&test.app, " Proefteam ", "Noord").await.expect("a team");
        assert_eq!(conflict(operator::create_team(&test.app, "Proefteam", "Zuid").await), "team_exists");
        let Err(Refusal::Invalid(faults)) = operator::create_team(&test.app, "", &"x".repeat(81)).await else {
            panic!("an empty name and an overlong region are refused")
        };
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/name", "/region"]);
        let teams = operator::teams(&test.app).await.expect("teams");
        assert_eq!(teams.len(), before + 1);
        assert!(teams.iter().any(|row| row.id == team && row.name == "Proefteam" && row.region == "Noord"));
    }

    // ASVS 5.0: 6.5.2
    async fn a_repeated_request_gets_the_same_code_and_the_database_does_not_hold_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let admin = administrator(&test);
        let new = || NewAccount {
            username: "proef.tweemaal".to_owned(),
            display_name: "Proef".to_owned(),
            role: Role::OmOfficer,
            kind: AccountKind::Person,
            organisation: "om".to_owned(),
            team_id: None,
        };
        let make = async || accounts::create(&test.app, &test.ctx_keyed(&admin, "once", "d"), new()).await;
        let (first, second): (AccountMade, AccountMade) = (make().await.expect("made"), make().await.expect("again"));
        assert_eq!(first, second);
        let machine = NewAccount { kind: AccountKind::Machine, username: "proef.machine".to_owned(), ..new() };
        let machine = accounts::create(&test.app, &test.ctx_keyed(&admin, "machine", "d"), machine).await.expect("made");
        let dump = test.db.dump();
        for shown_once in [first.activation_code.expect("a code"), machine.secret.expect("a secret")] {
            assert!(!dump.contains(&shown_once));
        }
        let other = accounts::create(&test.app, &test.ctx_keyed(&admin, "other", "d"), new()).await;
        assert_eq!(conflict(other), "username_taken");
    }

    async fn an_enrolment_sent_twice_enrols_once(db: TestDb) {
        let test = TestApp::on(db).await;
        let twice = async || {
            let enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
            enrol(&test.app, &test.ctx_keyed(&test.lead, "enrol", "d"), enrolment).await.expect("enrolled")
        };
        assert_eq!(twice().await.id, twice().await.id);
    }

    async fn a_machine_signs_in_with_its_secret_alone(db: TestDb) {
        let test = TestApp::on(db).await;
        let new = NewAccount {
            username: "dji.koppeling".to_owned(),
            display_name: "DJI".to_owned(),
            role: Role::Dji,
            kind: AccountKind::Machine,
            organisation: "dji".to_owned(),
            team_id: None,
        };
        let made = accounts::create(&test.app, &test.ctx(&administrator(&test)), new).await.expect("made");
        assert_eq!((made.state, made.activation_code), (AccountState::Active, None));
        enter(&test, "dji.koppeling", &made.secret.expect("a secret"), None).await.expect("signed in");
        enter(&test, "dji.koppeling", PASSWORD, None).await.expect_err("another secret");
    }

    // ASVS 5.0: 7.4.2
    async fn a_code_is_worth_nothing_for_an_account_that_was_stopped(db: TestDb) {
        let test = TestApp::on(db).await;
        let account = made(&test, Role::OmOfficer).await;
        let code = account.activation_code.expect("a code");
        let stop = AccountChange { state: Some(AccountState::Suspended), ..NOTHING };
        changed(&test, account.id, stop).await.expect("suspended");
        activated(&test, &code).await.expect_err("suspended");
        let lift = AccountChange { state: Some(AccountState::Active), ..NOTHING };
        // It was never in use, so lifting the suspension does not put it in use.
        assert_eq!(changed(&test, account.id, lift).await.expect("lifted").state, AccountState::Unconfirmed);
        assert_eq!(activated(&test, &code).await.expect("a second factor to confirm"), AccountState::Unconfirmed);
        let leave = AccountChange { state: Some(AccountState::Left), ..NOTHING };
        changed(&test, account.id, leave).await.expect("left");
        activated(&test, &code).await.expect_err("left");
        assert_eq!(conflict(changed(&test, account.id, lift).await), "has_left");
    }

    // ASVS 5.0: 6.2.1, 6.4.1
    async fn a_code_counts_for_two_weeks_and_a_password_has_twelve_characters(db: TestDb) {
        let test = TestApp::on(db).await;
        let code = made(&test, Role::OmOfficer).await.activation_code.expect("a code");
        let request = AccountActivation { activation_code: secret(&code), password: secret("elf tekens."), one_time_code: None };
        let short = activate_account(&test.app, &caller(&test), request).await;
        assert!(matches!(&short, Err(Refusal::Invalid(faults)) if faults[0].code == "too_short"), "{short:?}");
        test.app.clock.advance(chrono::Duration::days(14) - chrono::Duration::minutes(1));
        activated(&test, &code).await.expect("still in time");
        test.app.clock.advance(chrono::Duration::minutes(1));
        activated(&test, &code).await.expect_err("too late");
    }

    // ASVS 5.0: 6.4.6
    async fn an_administrator_takes_no_account_into_use_and_changes_only_those_of_others(db: TestDb) {
        let test = TestApp::on(db).await;
        let account = made(&test, Role::AdminTech).await;
        let activate = AccountChange { state: Some(AccountState::Active), ..NOTHING };
        assert_eq!(conflict(changed(&test, account.id, activate).await), "not_in_use_yet");
        let itself = zedenregister::access::Actor { account: account.id, ..administrator(&test) };
        let own = AccountChange { role: Some(Role::OmOfficer), ..NOTHING };
        let version = listed(&test, account.id).await.version;
        let refused = accounts::change(&test.app, &test.ctx(&itself), account.id, version, own).await;
        assert_eq!(conflict(refused), "own_account");
        let officer = AccountChange { role: Some(Role::SupervisionOfficer), ..NOTHING };
        assert!(matches!(changed(&test, account.id, officer).await, Err(Refusal::Invalid(_))), "without a team");
        let nowhere = AccountChange { team_id: Some(TeamId::fresh()), ..officer };
        assert!(matches!(changed(&test, account.id, nowhere).await, Err(Refusal::Invalid(_))), "an unknown team");
        let placed = AccountChange { team_id: Some(test.team), ..officer };
        assert_eq!(changed(&test, account.id, placed).await.expect("placed").team_id, Some(test.team));
        let moved = AccountChange { role: Some(Role::OmOfficer), ..NOTHING };
        assert_eq!(changed(&test, account.id, moved).await.expect("moved").team_id, None);
    }

    // ASVS 5.0: 8.2.1
    async fn only_administrators_make_accounts(db: TestDb) {
        let test = TestApp::on(db).await;
        for actor in [&test.lead, &test.officer] {
            let ctx: Ctx = test.ctx(actor);
            let refused = accounts::list(&test.app, &ctx, None, 10).await;
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
            let new = NewAccount {
                username: "niet.toegestaan".to_owned(),
                display_name: "Niet".to_owned(),
                role: Role::AdminTech,
                kind: AccountKind::Person,
                organisation: "geen".to_owned(),
                team_id: None,
            };
            let refused = accounts::create(&test.app, &ctx, new).await;
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        }
    }

    // ASVS 5.0: 6.3.1
    async fn going_on_while_an_account_is_locked_does_not_keep_its_holder_out(db: TestDb) {
        let test = TestApp::on(db).await;
        let factor = in_use(&test, &made(&test, Role::OmOfficer).await).await;
        for _ in 0..40 {
            assert!(enter(&test, "proef.om_officer", "verkeerd wachtwoord", None).await.is_err());
        }
        test.app.clock.advance(chrono::Duration::seconds(61));
        let shown = factor.code_at(test.app.clock.now().system.utc());
        enter(&test, "proef.om_officer", PASSWORD, Some(shown)).await.expect("the first lock has run out");
    }

    async fn an_operator_issues_one_code_to_whoever_is_locked_out_and_older_codes_die_with_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let account = made(&test, Role::OmOfficer).await;
        let (second, _) = operator::issue_code(&test.app, "Proef.OM_officer").await.expect("a code");
        let with_second = AccountMade { activation_code: Some(second), ..account.clone() };
        in_use(&test, &with_second).await;
        activated(&test, &account.activation_code.expect("a code")).await.expect_err("an older code");
        assert!(matches!(operator::issue_code(&test.app, "niemand").await, Err(Refusal::NotFound)));
        let stop = AccountChange { state: Some(AccountState::Suspended), ..NOTHING };
        changed(&test, account.id, stop).await.expect("suspended");
        assert_eq!(conflict(operator::issue_code(&test.app, "proef.om_officer").await), "no_code_here");
    }
}
