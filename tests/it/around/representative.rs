//! Somebody acts for a registrant: within the scope, within the time, under their own name.

use zedenregister::access::Actor;
use zedenregister::access::sign_in::{AccountActivation, activate_account};
use zedenregister::ids::RegistrationId;
use zedenregister::register::Refusal;
use zedenregister::register::around::Reason;
use zedenregister::register::contact;
use zedenregister::register::enrol::ContactDetails;
use zedenregister::register::identity::representative::{
    NewRepresentative, RepresentativeDetails, RepresentativeMade, add, end, list,
};
use zedenregister::register::notify::notify;
use zedenregister::register::view::{self, Who};
use zedenregister::vocabulary::{Channel, Language, Regime, RepresentativeKind, RepresentativeScope};

use crate::sign_in::{PASSWORD, caller, enter, secret, worth};
use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

fn lawyer(scope: RepresentativeScope, username: Option<&str>) -> NewRepresentative {
    NewRepresentative {
        kind: RepresentativeKind::Lawyer,
        scope,
        from: day("2026-01-12"),
        until: day("2026-01-20"),
        details: RepresentativeDetails {
            name: "mr. A. Raadsman".to_owned(),
            organisation: None,
            contact: None,
            mandate: "Machtiging van 12 januari".to_owned(),
        },
        username: username.map(str::to_owned),
    }
}

/// Takes the account into use and signs in; answers who that is on each request, while it is somebody.
async fn signed_in(test: &TestApp, made: &RepresentativeMade, username: &str) -> Result<Actor, Refusal> {
    if let Some(code) = &made.activation_code {
        let request =
            AccountActivation { activation_code: secret(code), password: secret(PASSWORD), one_time_code: None };
        // The second time the code is spent.
        drop(activate_account(&test.app, &caller(test), request).await);
    }
    worth(test, &enter(test, username, PASSWORD, None).await?).await
}

async fn acting(
    test: &TestApp,
    registration: RegistrationId,
    scope: RepresentativeScope,
) -> (RepresentativeMade, Actor) {
    let made = add(&test.app, &test.ctx(&test.officer), registration, lawyer(scope, Some("mr.raadsman")))
        .await
        .expect("recorded");
    let actor = signed_in(test, &made, "mr.raadsman").await.expect("signed in");
    (made, actor)
}

on_both_databases! {
    // ASVS 5.0: 8.3.3
    async fn a_representative_reports_under_their_own_name(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (other, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (made, actor) = acting(&test, registration, RepresentativeScope::Report).await;
        let ctx = test.ctx(&actor);
        assert_eq!(view::me(&test.app, &ctx).await.expect("the file they act for"), registration);
        let report = notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("accepted");
        assert_eq!(report.duties_met.len(), 1);
        let seen = view::notification(&test.app, &test.ctx(&test.officer), registration, report.id).await.expect("the report");
        let seen = serde_json::to_value(&seen).expect("JSON");
        assert_eq!(seen["recordedBy"], made.representative.account_id.expect("an account").to_string(), "{seen}");
        let log = view::access_log(&test.app, &test.ctx(&person), registration, None, 50).await.expect("the log");
        let reported = log.items.iter().find(|entry| entry.action == "notification.create").expect("an entry");
        assert_eq!((reported.who, reported.organisation.as_str()), (Who::SomebodyElse, "representative"));

        let elsewhere = view::duties(&test.app, &ctx, other).await;
        assert!(matches!(elsewhere, Err(Refusal::NotFound)), "{elsewhere:?}");
        let details = ContactDetails { email: Some("mijn@example.nl".to_owned()), phone: None, language: Language::Nl, preferred_channel: None, postal_address: None };
        let contact = contact::change(&test.app, &ctx, registration, details).await;
        assert!(matches!(contact, Err(Refusal::Forbidden(_))), "{contact:?}");
        let log = view::access_log(&test.app, &ctx, registration, None, 50).await;
        assert!(matches!(log, Err(Refusal::Forbidden(_))), "{log:?}");
    }

    // ASVS 5.0: 8.3.3
    async fn the_scope_to_read_is_not_one_to_report(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (_, actor) = acting(&test, registration, RepresentativeScope::Read).await;
        view::duties(&test.app, &test.ctx(&actor), registration).await.expect("what is to be done");
        let report = notify(&test.app, &test.ctx(&actor), registration, initial(), Channel::Api).await;
        assert!(matches!(report, Err(Refusal::Forbidden(_))), "{report:?}");
    }

    async fn it_ends_by_its_date_or_by_an_officer(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (made, _) = acting(&test, registration, RepresentativeScope::Report).await;
        test.days_pass(9);
        let late = signed_in(&test, &made, "mr.raadsman").await.expect("an account");
        let hidden = view::duties(&test.app, &test.ctx(&late), registration).await;
        assert!(matches!(hidden, Err(Refusal::NotFound)), "after the last day: {hidden:?}");

        let (again, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let longer = NewRepresentative { until: day("2027-01-01"), ..lawyer(RepresentativeScope::Read, Some("mr.langer")) };
        let made = add(&test.app, &test.ctx(&test.officer), again, longer).await.expect("recorded");
        let actor = signed_in(&test, &made, "mr.langer").await.expect("signed in");
        view::duties(&test.app, &test.ctx(&actor), again).await.expect("while it lasts");
        let id = made.representative.id;
        let why = || Reason { reason: "Machtiging ingetrokken".to_owned() };
        let stale = end(&test.app, &test.ctx(&test.officer), again, id, 5, why()).await;
        assert!(matches!(stale, Err(Refusal::VersionMoved)), "{stale:?}");
        end(&test.app, &test.ctx(&test.officer), again, id, 1, why()).await.expect("ended");
        signed_in(&test, &made, "mr.langer").await.expect_err("the account is of no use");
        let twice = end(&test.app, &test.ctx(&test.officer), again, id, 2, why()).await;
        assert!(matches!(twice, Err(Refusal::Conflict { code: "has_ended", .. })), "{twice:?}");
        let known = list(&test.app, &test.ctx(&person), again).await.expect("the person sees who acts for them").items;
        assert_eq!((known[0].live, known[0].end_reason.as_deref()), (false, Some("Machtiging ingetrokken")));
    }

    async fn an_interpreter_is_recorded_without_an_account(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let interpreter =
            NewRepresentative { kind: RepresentativeKind::Interpreter, ..lawyer(RepresentativeScope::None, None) };
        let made = add(&test.app, &officer, registration, interpreter.clone()).await.expect("recorded");
        assert_eq!((made.activation_code, made.representative.account_id), (None, None));
        assert!(made.representative.live);
        let wrong = NewRepresentative { from: day("2026-01-10"), until: day("2026-01-09"), username: Some("tolk".to_owned()), ..interpreter };
        let refused = add(&test.app, &officer, registration, wrong).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        let codes: Vec<_> = faults.iter().map(|fault| fault.code.as_str()).collect();
        assert_eq!(codes, ["before_from", "in_the_past", "account_by_scope"]);
        assert!(!test.db.dump().contains("Raadsman"));
    }
}
