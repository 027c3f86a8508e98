//! A term that passes is put before the lead once, over weekends and holidays, and shows in the listing.

use scheduler::{RunContext, RunReport};
use zedenregister::app::App;
use zedenregister::jobs::terms;
use zedenregister::register::review::{self, FlagStory};
use zedenregister::register::view::{self, FlagFilter, FlagSummary};
use zedenregister::vocabulary::{FlagState, Regime};

use super::{Reviewed, flags_of, referral, sweep, warning};
use crate::support::app::{TestApp, day};

pub async fn pass(app: &App) -> RunReport {
    let app = app.clone();
    let run = move || {
        let now = app.clock.now().legal.utc();
        terms::run(&app, &RunContext::new(now, now, 1)).expect("a report")
    };
    tokio::task::spawn_blocking(run).await.expect("no panic")
}

async fn listed(r: &Reviewed) -> FlagSummary {
    let filter = FlagFilter { limit: 10, ..FlagFilter::default() };
    view::flags(&r.test.app, &r.ctx(&r.test.lead), filter).await.expect("flags").items[0]
}

async fn story(r: &Reviewed) -> FlagStory {
    review::story(&r.test.app, &r.ctx(&r.test.lead), r.flag).await.expect("a story")
}

fn messages(r: &Reviewed, event: &str) -> usize {
    r.test.db.rows_of(&["outbox"]).iter().filter(|row| row.contains(event)).count()
}

on_both_databases! {
    async fn what_nobody_took_up_is_put_before_the_lead_once(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.test.days_pass(3);
        assert_eq!(pass(&r.test.app).await.made, 0, "Monday is the last day");
        assert!(!listed(&r).await.overdue);
        r.test.days_pass(1);
        assert_eq!(pass(&r.test.app).await.made, 1);
        assert_eq!(pass(&r.test.app).await.made, 0, "once");
        let flag = listed(&r).await;
        assert!(flag.overdue && flag.escalated_at.is_some(), "{flag:?}");
        assert_eq!((flag.due_on, flag.version), (Some(day("2026-01-19")), 1), "the flag itself is not touched");
        let told = story(&r).await.escalations;
        assert_eq!(told.iter().map(|e| (e.term_of_step, e.lead_id)).collect::<Vec<_>>(), [(0, Some(r.test.lead.account))]);
        assert_eq!(messages(&r, "flag.term_passed"), 1);
        let taken = r.take_up().await;
        assert_eq!((taken.escalated_at, taken.due_on), (None, Some(day("2026-01-27"))), "another term runs");
        r.test.days_pass(10);
        assert_eq!(pass(&r.test.app).await.made, 1, "and passes as well");
        assert_eq!(story(&r).await.escalations.len(), 2);
    }

    async fn a_term_over_easter_ends_after_it(db: TestDb) {
        let test = TestApp::on(db).await;
        test.app.clock.set_legal_day(day("2026-03-26"), Regime::NlPilot.zone());
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-03-26")).await;
        test.app.clock.set_legal_day(day("2026-04-02"), Regime::NlPilot.zone());
        assert_eq!(sweep(&test).await, 1);
        assert_eq!(flags_of(&test, registration)[0].due_on, Some(day("2026-04-07")), "over Good Friday and Easter Monday");
        test.app.clock.set_legal_day(day("2026-04-07"), Regime::NlPilot.zone());
        assert_eq!(pass(&test.app).await.made, 0);
        test.app.clock.set_legal_day(day("2026-04-08"), Regime::NlPilot.zone());
        assert_eq!(pass(&test.app).await.made, 1);
    }

    async fn what_is_closed_or_out_of_force_passes_no_term(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(warning()).await;
        r.close().await.expect("closed");
        r.test.days_pass(60);
        assert_eq!(pass(&r.test.app).await.made, 0);
        r.test.db.execute("UPDATE flags SET state = 'raised', outcome = NULL, decided_by = NULL, due_on = '2026-01-19'");
        r.test.db.execute("UPDATE registrations SET subject_last_day = '2026-02-01'");
        assert_eq!(pass(&r.test.app).await.made, 0, "nobody could open it");
    }

    async fn a_referral_is_notified_once_the_messages_are_taken_over_and_silence_alarms(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        assert_eq!(pass(&r.test.app).await.made, 0, "nothing was taken over");
        r.test.db.execute("UPDATE outbox SET state = 'handed_over' WHERE event = 'flag.referred'");
        assert_eq!(pass(&r.test.app).await.made, 1);
        let told = story(&r).await;
        assert_eq!((told.flag.state, told.flag.due_on), (FlagState::Notified, Some(day("2026-01-20"))));
        assert_eq!(told.steps.last().map(|step| step.actor_id), Some(None), "the program did");
        assert_eq!(pass(&r.test.app).await.made, 0);
        r.test.days_pass(5);
        assert_eq!(pass(&r.test.app).await.made, 1, "no acknowledgement in the term");
        assert!(listed(&r).await.escalated_at.is_some());
        for by in [&r.prosecutor, &r.execution] {
            r.acknowledge(by).await.expect("late, but it counts");
        }
        assert_eq!(r.row().state, FlagState::Acknowledged);
    }

    async fn one_message_is_not_both(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        r.test.db.execute("UPDATE outbox SET state = 'handed_over' WHERE id IN (SELECT outbox_id FROM referrals WHERE authority = 'aice')");
        assert_eq!(pass(&r.test.app).await.made, 0);
        assert_eq!(r.row().state, FlagState::Decided);
        r.acknowledge(&r.prosecutor).await.expect("acknowledged");
        assert_eq!(r.row().state, FlagState::Notified, "the acknowledgement is the receipt of the other");
    }
}
