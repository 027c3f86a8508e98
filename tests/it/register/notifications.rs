//! What a registrant gives: accepted, refused, kept once, and proved.

use zedenregister::register::attempt::{self, AttemptReport};
use zedenregister::register::input::{AddressReport, InitialReport, NightReport, OnBehalf};
use zedenregister::register::notice::{self, NoticeInput};
use zedenregister::register::notify::{ReceiptDecision, decide_receipt, notify, refuse_incomplete};
use zedenregister::register::review::today::today;
use zedenregister::register::{FieldError, Refusal, view};
use zedenregister::vocabulary::{AttemptKind, Channel, DutyKind, DutyStatus, NotificationState, Regime, WorkSection};

use crate::support::app::{TestApp, address, day, identity, name};

fn initial() -> InitialReport {
    InitialReport { identity: identity(), name: name(), other_names: Vec::new(), address: address(1), on_behalf: None }
}

fn moved(on: &str, number: u32) -> AddressReport {
    AddressReport { identity: identity(), address: address(number), moved_on: day(on), on_behalf: None }
}

fn at_the_desk() -> OnBehalf {
    OnBehalf {
        channel: Channel::Desk,
        place: "Bureau Proefstad".to_owned(),
        received_at: None,
        posted_on: None,
        evidence: None,
    }
}

on_both_databases! {
    async fn a_report_meets_its_duty_and_gives_a_receipt(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(2);
        let answer = notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        assert_eq!((answer.state, answer.counts_on), (NotificationState::Accepted, day("2026-01-14")));
        let duties = view::duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        let initial = duties.iter().find(|duty| duty.kind == DutyKind::Initial).expect("an initial duty");
        assert_eq!((initial.status, initial.met_by), (DutyStatus::Met, Some(answer.id)));
        assert_eq!(answer.duties_met, [initial.id]);
        let yearly = duties.iter().find(|duty| duty.kind == DutyKind::Periodic).expect("the next year");
        assert_eq!(yearly.due, Some(day("2027-01-21")));
        let again = view::notification_receipt(&test.app, &test.ctx(&person), registration, answer.id).await;
        assert_eq!(again.expect("the receipt"), answer.receipt);
    }

    async fn a_report_after_the_last_day_is_kept_and_is_late(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(4);
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let duties = view::duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        assert!(duties.iter().any(|duty| duty.kind == DutyKind::Initial && duty.status == DutyStatus::MetLate));
    }

    async fn a_repeated_request_has_one_effect_and_one_answer(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let first = notify(&test.app, &test.ctx_keyed(&person, "k1", "a"), registration, initial(), Channel::Api).await;
        let second = notify(&test.app, &test.ctx_keyed(&person, "k1", "a"), registration, initial(), Channel::Api).await;
        assert_eq!(first.expect("accepted"), second.expect("the same answer"));
        let kept = view::notifications(&test.app, &test.ctx(&person), registration, None, 10).await.expect("a page");
        assert_eq!(kept.items.len(), 1);
        let other = notify(&test.app, &test.ctx_keyed(&person, "k1", "b"), registration, initial(), Channel::Api).await;
        assert!(matches!(other, Err(Refusal::Conflict { code: "idempotency_key_reused", .. })), "{other:?}");
    }

    async fn what_is_wrong_is_listed_at_once_and_kept_as_a_refused_request(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let mut report = moved("2026-02-01", 7);
        report.on_behalf = Some(at_the_desk());
        report.identity.birth_date = day("2030-01-01");
        let refused = notify(&test.app, &test.ctx(&person), registration, report, Channel::Api).await;
        let Err(Refusal::Incomplete { errors, attempt, receipt }) = refused else { panic!("{refused:?}") };
        let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/onBehalf", "/identity/birthDate", "/movedOn"]);
        let again = view::attempt_receipt(&test.app, &test.ctx(&person), registration, attempt).await;
        assert_eq!(again.expect("the receipt of the attempt"), receipt);
        let kept = view::notifications(&test.app, &test.ctx(&person), registration, None, 10).await.expect("a page");
        assert_eq!(kept.items, [], "nothing was given");
    }

    async fn a_missing_member_is_visible_beside_the_duty(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let missing = vec![FieldError::new("/identity", "required", "Missing.")];
        let refusal =
            refuse_incomplete(&test.app, &test.ctx(&person), registration, DutyKind::Initial, Channel::Api, missing).await;
        let Ok(Refusal::Incomplete { attempt, .. }) = refusal else { panic!("{refusal:?}") };
        let duties = view::duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        let detail = view::duty(&test.app, &test.ctx(&person), registration, duties[0].id).await.expect("a duty");
        let [seen] = detail.evidence.attempts.as_slice() else { panic!("one attempt") };
        assert_eq!((seen.id, seen.kind), (attempt, AttemptKind::IncompleteContent));
        assert_eq!(seen.fields, ["/identity"]);
    }

    async fn the_irish_rules_take_no_report_through_the_api(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::Ie, "2026-01-12")).await;
        let refused = notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await;
        let Err(Refusal::ChannelNotAccepted { attempt, instead, .. }) = refused else { panic!("{refused:?}") };
        assert!(instead.contains("in person"), "{instead}");
        let attempts = view::attempts(&test.app, &test.ctx(&test.officer), registration, None, 10).await.expect("attempts");
        assert_eq!(attempts.items[0].id, attempt);
        assert_eq!(attempts.items[0].kind, AttemptKind::ChannelNotAccepted);
        let mut desk = initial();
        desk.on_behalf = Some(at_the_desk());
        let taken = notify(&test.app, &test.ctx(&test.officer), registration, desk, Channel::Api).await.expect("accepted");
        assert_eq!((taken.state, taken.channel), (NotificationState::Accepted, Channel::Desk));
    }

    async fn an_earlier_time_across_the_last_day_needs_a_second_person(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(4);
        let mut report = initial();
        let yesterday = test.app.clock.now().legal.plus(chrono::Duration::hours(-20));
        report.on_behalf = Some(OnBehalf {
            received_at: Some(yesterday),
            evidence: Some("Baliejournaal 15 januari, 16:00".to_owned()),
            ..at_the_desk()
        });
        let waiting = notify(&test.app, &test.ctx(&test.officer), registration, report, Channel::Api).await.expect("kept");
        assert_eq!((waiting.state, waiting.counts_on), (NotificationState::AwaitingSecondPerson, day("2026-01-15")));
        let duties = view::duties(&test.app, &test.ctx(&test.officer), registration).await.expect("duties").items;
        assert_eq!(duties[0].status, DutyStatus::Overdue, "it does not count yet");
        let stands = async || {
            let page = today(&test.app, &test.ctx(&test.lead)).await.expect("a first page");
            let found = page.sections.into_iter().find(|section| section.items.iter().any(|i| i.notification_id.is_some()));
            let section = found.expect("it waits for the lead");
            let item = section.items.into_iter().find(|item| item.notification_id.is_some()).expect("an item");
            (section.section, item.due_on)
        };
        let last = Some(day("2026-01-19"));
        assert_eq!(stands().await, (WorkSection::Today, last), "from Friday to Monday, and never put off");
        test.days_pass(4);
        assert_eq!(stands().await, (WorkSection::Overdue, last));
        let accept = ReceiptDecision { accept: true };
        let own = decide_receipt(&test.app, &test.ctx(&test.officer), registration, waiting.id, accept).await;
        assert!(matches!(own, Err(Refusal::Forbidden(_))), "{own:?}");
        let decided = decide_receipt(&test.app, &test.ctx(&test.lead), registration, waiting.id, accept).await;
        assert_eq!(decided.expect("accepted").state, NotificationState::Accepted);
        let duties = view::duties(&test.app, &test.ctx(&test.officer), registration).await.expect("duties").items;
        assert!(duties.iter().any(|duty| duty.kind == DutyKind::Initial && duty.status == DutyStatus::Met));
        let twice = decide_receipt(&test.app, &test.ctx(&test.lead), registration, waiting.id, accept).await;
        assert!(matches!(twice, Err(Refusal::Conflict { code: "not_waiting", .. })), "{twice:?}");
    }

    async fn a_move_is_one_event_whoever_recorded_it_first(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let seen = NoticeInput::HomeChanged { on: day("2026-01-12") };
        notice::add(&test.app, &test.ctx(&test.officer), registration, seen).await.expect("recorded");
        test.days_pass(2);
        let ctx = test.ctx(&person);
        notify(&test.app, &ctx, registration, moved("2026-01-12", 3), Channel::Api).await.expect("accepted");
        let duties = view::duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        let homes: Vec<_> = duties.iter().filter(|duty| duty.kind == DutyKind::Home).collect();
        let [home] = homes.as_slice() else { panic!("one duty, not {homes:?}") };
        assert_eq!((home.trigger, home.status), (day("2026-01-12"), DutyStatus::Met));
    }

    async fn a_move_before_the_last_move_is_refused(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        notify(&test.app, &test.ctx(&person), registration, moved("2026-01-10", 3), Channel::Api).await.expect("accepted");
        let refused = notify(&test.app, &test.ctx(&person), registration, moved("2026-01-05", 4), Channel::Api).await;
        let Err(Refusal::Incomplete { errors, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(errors[0].code, "overlapping_homes");
    }

    async fn somebody_elses_registration_does_not_exist(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (_, stranger) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let refused = notify(&test.app, &test.ctx(&stranger), registration, initial(), Channel::Api).await;
        assert!(matches!(refused, Err(Refusal::NotFound)), "{refused:?}");
    }

    async fn without_an_accepted_home_each_third_night_is_a_duty_that_time_adds(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-02")).await;
        let told = NoticeInput::NoHomeNotice { on: day("2026-01-12"), interval_days: None };
        notice::add(&test.app, &test.ctx(&test.officer), registration, told).await.expect("recorded");
        let night = NightReport { address: address(9), on_behalf: None };
        let answer = notify(&test.app, &test.ctx(&person), registration, night, Channel::Api).await.expect("accepted");
        let duties = view::duties(&test.app, &test.ctx(&person), registration).await.expect("duties").items;
        let tonight = duties.iter().find(|duty| duty.kind == DutyKind::NoHome).expect("tonight");
        assert_eq!((tonight.due, tonight.met_by), (Some(day("2026-01-12")), Some(answer.id)));
    }

    async fn an_attempt_at_a_closed_desk_is_kept_with_a_receipt(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let report = |hours| AttemptReport {
            duty_kind: DutyKind::Initial,
            duty_id: None,
            kind: AttemptKind::DeskRefused,
            occurred_at: test.app.clock.now().legal.plus(chrono::Duration::hours(hours)),
            channel: Channel::Desk,
            note: "Balie dicht wegens storing".to_owned(),
        };
        let kept = attempt::record(&test.app, &test.ctx(&person), registration, report(-1)).await.expect("kept");
        assert!(kept.duty_id.is_some(), "it is kept with the duty it concerns");
        let future = attempt::record(&test.app, &test.ctx(&person), registration, report(1)).await;
        let Err(Refusal::Invalid(faults)) = future else { panic!("{future:?}") };
        assert_eq!(faults[0].pointer, "/occurredAt");
    }
}
