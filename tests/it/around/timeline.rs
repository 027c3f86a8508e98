//! The timeline: everything, in one order, in pages, and of each kind only what the reader may read.

use zedenregister::register::Refusal;
use zedenregister::register::around::contacts::{self, NewContact};
use zedenregister::register::around::notes::{self, NewNote};
use zedenregister::register::around::timeline::{TimelineFilter, timeline};
use zedenregister::register::around::verification::{self, NewVerification};
use zedenregister::register::around::visits::{NewVisit, plan};
use zedenregister::register::notify::notify;
use zedenregister::vocabulary::{
    Channel, ContactChannel, ContactCounterpart, ContactDirection, ContactOutcome, Regime, TimelineKind,
    VerificationResult, VerificationSource,
};

use crate::support::app::{TestApp, day};
use crate::support::reports::initial;

fn all() -> TimelineFilter {
    TimelineFilter { limit: 100, ..TimelineFilter::default() }
}

on_both_databases! {
    async fn everything_is_in_one_order_and_pages_lose_nothing(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        test.days_pass(1);
        let ctx = test.ctx(&test.officer);
        let note = NewNote { text: "In behandeling".to_owned(), sensitive: true, corrects: None };
        notes::add(&test.app, &ctx, registration, note).await.expect("written");
        let contact = NewContact {
            // Told a day later.
            happened_at: ctx.now.legal.plus(chrono::Duration::days(-1)),
            direction: ContactDirection::ToUs,
            counterpart: ContactCounterpart::Police,
            name: None,
            channel: ContactChannel::Phone,
            outcome: ContactOutcome::Spoke,
            summary: "Gezien in Zuid".to_owned(),
        };
        contacts::add(&test.app, &ctx, registration, contact).await.expect("recorded");
        let visit = NewVisit { planned_on: day("2026-01-20"), officer_id: None, purpose: None };
        plan(&test.app, &ctx, registration, visit).await.expect("planned");
        let seen = NewVerification {
            source: VerificationSource::PopulationRegister,
            result: VerificationResult::Confirmed,
            on: day("2026-01-13"),
            visit_id: None,
            note: None,
        };
        verification::add(&test.app, &ctx, registration, seen).await.expect("recorded");

        let whole = timeline(&test.app, &ctx, registration, all()).await.expect("a timeline");
        assert_eq!(whole.next, None);
        let kinds: Vec<_> = whole.items.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds[0], TimelineKind::HomeVisit, "what is planned stands before what was");
        for kind in [TimelineKind::Notification, TimelineKind::Fact, TimelineKind::Note, TimelineKind::Contact,
            TimelineKind::AddressVerification]
        {
            assert!(kinds.contains(&kind), "{kind} is missing from {kinds:?}");
        }
        assert!(whole.items.is_sorted_by(|a, b| (a.at, &a.id) >= (b.at, &b.id)));
        assert!(whole.items.iter().any(|entry| entry.kind == TimelineKind::Note && entry.sensitive));
        assert!(!serde_json::to_string(&whole).expect("JSON").contains("behandeling"), "the timeline holds no text");

        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = timeline(&test.app, &ctx, registration, TimelineFilter { after, limit: 2, ..all() }).await.expect("a page");
            paged.extend(page.items);
            let Some(next) = page.next else { break };
            after = Some(next.parse().expect("a cursor"));
        }
        assert_eq!(paged, whole.items);
    }

    async fn kinds_and_days_narrow_it(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(3);
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let ctx = test.ctx(&test.officer);
        let count = async |filter| timeline(&test.app, &ctx, registration, filter).await.expect("a timeline").items.len();
        assert_eq!(count(TimelineFilter { kinds: vec![TimelineKind::Notification], ..all() }).await, 1);
        assert_eq!(count(TimelineFilter { until: Some(day("2026-01-14")), ..all() }).await, 1, "the conviction");
        let notified = count(TimelineFilter { from: Some(day("2026-01-15")), until: Some(day("2026-01-15")), ..all() }).await;
        assert_eq!(notified, 2, "the notification and its fact");
        let backwards = TimelineFilter { from: Some(day("2026-01-15")), until: Some(day("2026-01-14")), ..all() };
        let refused = timeline(&test.app, &ctx, registration, backwards).await;
        assert!(matches!(&refused, Err(Refusal::Invalid(faults)) if faults[0].code == "before_from"), "{refused:?}");
    }

    // ASVS 5.0: 8.2.3, 15.3.1
    async fn a_registrant_sees_the_own_reports_and_not_what_officers_wrote(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (_, stranger) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), Channel::Api).await.expect("accepted");
        let note = NewNote { text: "Belde af".to_owned(), sensitive: false, corrects: None };
        notes::add(&test.app, &test.ctx(&test.officer), registration, note).await.expect("written");
        let own = timeline(&test.app, &test.ctx(&person), registration, all()).await.expect("the own timeline");
        assert!(own.items.iter().any(|entry| entry.kind == TimelineKind::Notification));
        assert!(own.items.iter().all(|entry| entry.kind != TimelineKind::Note), "{own:?}");
        let hidden = timeline(&test.app, &test.ctx(&stranger), registration, all()).await;
        assert!(matches!(hidden, Err(Refusal::NotFound)), "{hidden:?}");
    }
}
