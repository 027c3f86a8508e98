//! What is unusual in how the register is used: when it is told, to whom, and that work is not taken for it.

use std::path::Path;
use std::sync::Arc;

use chrono::Duration;
use scheduler::RunContext;
use zedenregister::access::Actor;
use zedenregister::app::App;
use zedenregister::ids::RegistrationId;
use zedenregister::jobs;
use zedenregister::register::{Refusal, view};
use zedenregister::vocabulary::{Regime, Role, WatchKind, WatchOutcome, WatchState};
use zedenregister::watch::{self, WatchFinding, WatchReview};

use crate::console::browser::colleague;
use crate::support::TestDb;
use crate::support::app::TestApp;

const EXPLAINED: WatchReview = WatchReview { outcome: WatchOutcome::Explained };

fn few(_: &Path) -> String {
    "[policy.watch]\npersons = 3\nnight_persons = 2\nrefusals = 2\n".to_owned()
}

/// A register with four files in the caseload of the officer, and somebody who looks at findings.
async fn town(db: TestDb) -> (TestApp, Vec<RegistrationId>, Actor) {
    let test = TestApp::with(db, few).await;
    let mut files = Vec::new();
    for _ in 0..4 {
        files.push(test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await.0);
    }
    let privacy = test.actor_of(Role::PrivacyOfficer).await;
    (test, files, privacy)
}

async fn look(test: &TestApp, who: &Actor, files: &[RegistrationId]) {
    for file in files {
        // A refused look is a look as well.
        let _ = view::registration(&test.app, &test.ctx(who), *file).await;
    }
}

async fn run(app: &App) {
    let (app, now) = (app.clone(), app.clock.now().system.utc());
    let ran = tokio::task::spawn_blocking(move || jobs::watch::run(&app, &RunContext::new(now, now, 1)));
    ran.await.expect("no panic").expect("it runs");
}

async fn found(test: &TestApp, privacy: &Actor) -> Vec<WatchFinding> {
    run(&test.app).await;
    watch::list(&test.app, &test.ctx(privacy), false, None, 50).await.expect("a list").items
}

fn counts(findings: &[WatchFinding]) -> Vec<(WatchKind, i64)> {
    findings.iter().map(|one| (one.kind, one.count)).collect()
}

on_both_databases! {
    async fn many_files_in_an_hour_are_told_once_until_somebody_looked(db: TestDb) {
        let (test, files, privacy) = town(db).await;
        assert!(found(&test, &privacy).await.is_empty(), "enrolling is work");
        for _ in 0..3 {
            look(&test, &test.officer, &files[..2]).await;
        }
        assert!(found(&test, &privacy).await.is_empty(), "the same two files");
        look(&test, &test.officer, &files[2..3]).await;
        let three = found(&test, &privacy).await;
        assert_eq!(counts(&three), [(WatchKind::ManyPersons, 3)]);
        assert_eq!((three[0].account_id, three[0].state), (test.officer.account, WatchState::Open));
        look(&test, &test.officer, &files).await;
        let four = found(&test, &privacy).await;
        assert_eq!(counts(&four), [(WatchKind::ManyPersons, 4)], "it grew, and is one finding");

        let (app, ctx, first) = (&test.app, test.ctx(&privacy), &four[0]);
        assert!(matches!(watch::review(app, &ctx, first.id, 1, EXPLAINED).await, Err(Refusal::VersionMoved)));
        let own = Actor { account: test.officer.account, ..privacy.clone() };
        let refused = watch::review(app, &test.ctx(&own), first.id, first.version, EXPLAINED).await;
        assert!(matches!(refused, Err(Refusal::Conflict { code: "own_finding", .. })), "{refused:?}");
        let done = watch::review(app, &ctx, first.id, first.version, EXPLAINED).await.expect("explained");
        assert_eq!((done.state, done.reviewed_by), (WatchState::Explained, Some(privacy.account)));
        let again = watch::review(app, &ctx, first.id, done.version, EXPLAINED).await;
        assert!(matches!(again, Err(Refusal::Conflict { code: "reviewed_before", .. })), "{again:?}");
        look(&test, &test.officer, &files).await;
        assert_eq!(counts(&found(&test, &privacy).await), [(WatchKind::ManyPersons, 4)], "it was looked at");
        let open = watch::list(app, &ctx, true, None, 50).await.expect("a list");
        assert!(open.items.is_empty());
        test.app.clock.advance(Duration::hours(1));
        look(&test, &test.officer, &files).await;
        assert_eq!(found(&test, &privacy).await.len(), 2, "another hour is another finding");
        for who in [&test.officer, &test.lead] {
            let refused = watch::list(app, &test.ctx(who), false, None, 50).await;
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");
        }
    }

    async fn the_night_refusals_and_a_decoy_are_told(db: TestDb) {
        let (test, files, privacy) = town(db).await;
        look(&test, &test.other_officer, &files[..2]).await;
        assert_eq!(counts(&found(&test, &privacy).await), [(WatchKind::Refusals, 2)]);
        test.app.clock.advance(Duration::hours(11));
        look(&test, &test.officer, &files[..2]).await;
        let night = found(&test, &privacy).await;
        assert_eq!((night[0].kind, night[0].count, night[0].account_id), (WatchKind::Night, 2, test.officer.account));
        let mut config = (*test.app.config).clone();
        config.policy.watch.decoys = vec![files[3]];
        let app = App { config: Arc::new(config), ..test.app.clone() };
        run(&app).await;
        look(&test, &test.lead, &files[3..]).await;
        run(&app).await;
        let all = watch::list(&app, &test.ctx(&privacy), false, None, 50).await.expect("a list").items;
        assert_eq!((all[0].kind, all[0].account_id), (WatchKind::Decoy, test.lead.account));
    }

    async fn the_privacy_officer_says_on_a_page_what_came_of_it(db: TestDb) {
        let (test, files, privacy) = town(db).await;
        look(&test, &test.officer, &files).await;
        assert_eq!(found(&test, &privacy).await.len(), 1);
        let page = colleague(&test, "privacy", Role::PrivacyOfficer, None).await;
        let list = page.get("/console/watch").await;
        assert!(list.html.contains("Veel dossiers in een uur") && list.html.contains("Nog niet bekeken"), "{}", list.html);
        for file in &files {
            assert!(!list.html.contains(file.as_str()), "it names a registration");
        }
        let at = list.html.find("/console/watch/").expect("a form");
        let address = list.html[at..].split('"').next().expect("an address").to_owned();
        let fields = [("outcome", "followed_up".to_owned()), ("version", list.hidden("version"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let done = page.send("/console/watch", &address, &fields).await;
        assert_eq!(done.location(), "/console/watch?done=1", "{}", done.html);
        let list = page.get("/console/watch").await;
        assert!(list.html.contains("Opgevolgd") && !list.html.contains(&address), "{}", list.html);
        let auditor = colleague(&test, "auditor", Role::ApAuditor, None).await;
        assert_eq!(auditor.get("/console/watch").await.status, 200);
        let officer = colleague(&test, "officer.x", Role::SupervisionOfficer, Some(test.team)).await;
        assert_eq!(officer.get("/console/watch").await.status, 403);
    }
}
