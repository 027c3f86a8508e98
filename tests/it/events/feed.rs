//! The feed: every event once, in one order without gaps, and to each reader what the role may know of.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use zedenregister::access::Actor;
use zedenregister::app::App;
use zedenregister::events::feed::{EventPage, read};
use zedenregister::register::Refusal;
use zedenregister::store::sweep::registration_lock_many;
use zedenregister::vocabulary::{Regime, Role};

use super::sequence;
use crate::review::{Reviewed, authority, code, referral, sweep};
use crate::support::app::TestApp;

async fn page(test: &TestApp, reader: &Actor, after: i64, limit: i64) -> Result<EventPage, Refusal> {
    read(&test.app, &test.ctx(reader), after, limit).await
}

fn places(page: &EventPage) -> Vec<i64> {
    page.items.iter().map(|event| event.sequence.as_deref().expect("a place").parse().expect("a number")).collect()
}

on_both_databases! {
    async fn whoever_reads_on_from_a_place_misses_nothing_and_gets_nothing_twice(db: TestDb) {
        let test = TestApp::on(db).await;
        for _ in 0..7 {
            test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        }
        test.days_pass(4);
        assert_eq!(sweep(&test).await, 7);
        assert_eq!(page(&test, &test.lead, 0, 100).await.expect("a page").items.len(), 0, "no place, not in the feed");
        assert_eq!(sequence(&test.app).await.made, 7);
        assert_eq!(sequence(&test.app).await.made, 0);
        let (mut seen, mut after) = (Vec::new(), 0);
        loop {
            let part = page(&test, &test.lead, after, 3).await.expect("a page");
            seen.extend(places(&part));
            after = part.next;
            if !part.more {
                break;
            }
        }
        assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(page(&test, &test.lead, after, 3).await.expect("a page").items.len(), 0);
    }

    async fn events_get_their_place_while_their_files_are_being_written(db: TestDb) {
        let test = TestApp::on(db).await;
        let (file, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(4);
        assert_eq!(sweep(&test).await, 1);
        let mut writer = test.db.conn();
        writer.batch_execute("BEGIN").expect("a unit of work");
        assert_eq!(registration_lock_many(&mut writer, &[file]).expect("the file").len(), 1);
        assert_eq!(sequence(&test.app).await.made, 1, "placed at once, and not when the other has ended");
        writer.batch_execute("ROLLBACK").expect("the end of it");
    }

    async fn sequencers_at_once_give_each_place_once_without_gaps(db: TestDb) {
        let test = TestApp::on(db).await;
        for _ in 0..12 {
            test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        }
        test.days_pass(4);
        assert_eq!(sweep(&test).await, 12);
        let apps: Vec<App> = (0..3).map(|_| App { store: test.db.store(), ..test.app.clone() }).collect();
        tokio::join!(sequence(&apps[0]), sequence(&apps[1]), sequence(&apps[2]));
        sequence(&test.app).await;
        let all = page(&test, &test.lead, 0, 100).await.expect("a page");
        assert_eq!(places(&all), (1..=12).collect::<Vec<i64>>());
        let ids: BTreeSet<&str> = all.items.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids.len(), 12);
    }

    async fn each_reader_gets_what_the_role_may_know_of(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        sequence(&r.test.app).await;
        let kinds = async |reader: &Actor| -> Vec<String> {
            let read = page(&r.test, reader, 0, 100).await.expect("a page");
            read.items.into_iter().map(|event| event.kind).collect()
        };
        assert_eq!(kinds(&r.test.lead).await, ["nl.zedenregister.flag.raised"]);
        for authority in [&r.prosecutor, &r.execution] {
            assert_eq!(kinds(authority).await, ["nl.zedenregister.flag.referred"], "its own, and not the other's");
        }
        let elsewhere = Actor { team: Some(r.test.other_team), ..r.test.lead.clone() };
        assert_eq!(kinds(&elsewhere).await, Vec::<String>::new(), "the files of another team");
        let police = authority(&r.test, Role::Tbkk, "politie").await;
        assert_eq!(kinds(&police).await, Vec::<String>::new());
        for nobody in [Role::AdminTech, Role::Evaluator, Role::Mayor] {
            let nobody = authority(&r.test, nobody, "elders").await;
            assert_eq!(code(page(&r.test, &nobody, 0, 100).await), "forbidden");
        }
    }
}
