//! What the cross-checks found, kept: once, with an owner, until somebody looks or it no longer holds.

use diesel::prelude::{QueryDsl, RunQueryDsl, SelectableHelper};
use scheduler::RunReport;
use serde_json::{Value, json};
use zedenregister::access::{Actor, Ctx};
use zedenregister::app::App;
use zedenregister::ids::{AccountId, RegistrationId};
use zedenregister::jobs::findings as findings_job;
use zedenregister::register::Refusal;
use zedenregister::register::address::Address;
use zedenregister::register::around::Reason;
use zedenregister::register::input::{InitialReport, TravelReport, TravelStop};
use zedenregister::register::notify::notify;
use zedenregister::register::review::today::{self, WorkItem};
use zedenregister::register::review::why::WorkReason;
use zedenregister::store::StoreError;
use zedenregister::store::registrations::registration_find;
use zedenregister::store::schema::supervision_findings;
use zedenregister::store::supervision::findings::FindingRow;
use zedenregister::supervision::intake::Mode;
use zedenregister::supervision::{kept, view};
use zedenregister::vocabulary::{Channel, FindingEnd, FindingKind, FindingState, Purpose, Regime, Role, WorkSection};

use super::{audited, now, on_a_thread};
use crate::supervision::{SKN, import, order};
use crate::support::TestDb;
use crate::support::app::{FIRST_DAY, TestApp, day, identity, registrant_of};
use crate::support::reports::initial;

async fn look(test: &TestApp) -> RunReport {
    let app = test.app.clone();
    on_a_thread(move || findings_job::run(&app, &now(&app))).await.expect("a report")
}

fn kept_rows(db: &TestDb) -> Vec<FindingRow> {
    supervision_findings::table
        .select(FindingRow::as_select())
        .order(supervision_findings::id)
        .load(&mut db.conn())
        .expect("findings")
}

/// Somebody under an order with a travel ban who notified a journey abroad.
async fn travels(db: TestDb) -> (TestApp, RegistrationId) {
    let test = TestApp::on(db).await;
    let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
    if let Some(person) = &mut enrolment.person {
        person.skn = Some(SKN.to_owned());
    }
    let (registration, person) = test.registrant(enrolment).await;
    import(&test, &order("T-1").to_string(), Mode::TakeIn);
    let abroad = Address::Foreign { country: "BE".to_owned(), lines: vec!["Geheimstraat 1".to_owned()] };
    let travel = TravelReport {
        identity: identity(),
        departure_on: day("2026-01-14"),
        return_on: day("2026-01-22"),
        stops: vec![TravelStop { address: abroad, from: day("2026-01-14"), until: day("2026-01-22") }],
        on_behalf: None,
    };
    notify(&test.app, &test.ctx(&person), registration, travel, Channel::Api).await.expect("accepted");
    (test, registration)
}

/// Takes the order in as a later file tells it.
fn import_later(test: &TestApp, on: &str, change: impl FnOnce(&mut Value)) {
    let mut told = order("T-1");
    told["asOf"] = json!(format!("{on}T08:00:00+01:00"));
    change(&mut told);
    let (summary, faults) = import(test, &told.to_string(), Mode::TakeIn);
    assert_eq!((summary.counts.changed, faults.len()), (1, 0), "{summary:?}");
}

fn because(text: &str) -> Reason {
    Reason { reason: text.to_owned() }
}

async fn to_look_at(test: &TestApp, actor: &Actor) -> Vec<WorkItem> {
    let today = today::today(&test.app, &test.ctx(actor)).await.expect("the first page");
    let section = today.sections.into_iter().find(|one| one.section == WorkSection::Today).expect("a section");
    section.items.into_iter().filter(|item| item.finding_id.is_some()).collect()
}

on_both_databases! {
    async fn a_finding_is_kept_once_however_often_and_by_however_many_it_is_looked_for(db: TestDb) {
        let (test, registration) = travels(db).await;
        let before = test.db.rows_of(&["flags", "outbox"]);
        let workers: Vec<App> = (0..3).map(|_| App { store: test.db.store(), ..test.app.clone() }).collect();
        let (made, failed) = on_a_thread(move || {
            std::thread::scope(|scope| {
                let start = |app| scope.spawn(move || findings_job::run(app, &now(app)).expect("a report"));
                let running: Vec<_> = workers.iter().map(start).collect();
                let reports: Vec<RunReport> = running.into_iter().map(|one| one.join().expect("no panic")).collect();
                (reports.iter().map(|one| one.made).sum::<u64>(), reports.iter().map(|one| one.failed).sum::<u64>())
            })
        })
        .await;
        assert_eq!((made, failed), (1, 0));
        let again = look(&test).await;
        assert_eq!((again.looked_at, again.made, again.failed), (1, 0, 0));
        let rows = kept_rows(&test.db);
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((row.registration_id, row.kind, row.state), (registration, FindingKind::TravelBanConflict, FindingState::Open));
        assert_eq!((row.owner_id, row.team_id), (test.officer.account, test.team));
        assert_eq!((row.from_on, row.until_on, row.found_on), (day("2026-01-14"), Some(day("2026-01-22")), day(FIRST_DAY)));
        assert_eq!(audited(&test.db, "supervision.record_finding"), 1);
        assert_eq!(test.db.rows_of(&["flags", "outbox"]), before, "nothing follows from it by itself");
    }

    // ASVS 5.0: 8.2.2, 8.4.1
    async fn its_owner_sees_it_on_the_first_page_and_says_what_came_of_it(db: TestDb) {
        let (test, registration) = travels(db).await;
        look(&test).await;
        let work = to_look_at(&test, &test.officer).await;
        let [item] = work.as_slice() else { panic!("{work:?}") };
        assert_eq!((item.registration_id, item.why.reason), (registration, WorkReason::LookAtTravelBan));
        assert!(item.sentence.nl[0].contains("14-01-2026"), "{:?}", item.sentence);
        for other in [&test.colleague, &test.other_officer, &test.lead] {
            assert_eq!(to_look_at(&test, other).await.len(), 0);
        }
        let listed = async |ctx: &Ctx, state| kept::list(&test.app, ctx, state, None, 10).await.map(|page| page.items);
        let open = listed(&test.ctx(&test.officer), FindingState::Open).await.expect("a list");
        assert_eq!(open.iter().map(|one| Some(one.id)).collect::<Vec<_>>(), [item.finding_id]);
        assert_eq!(listed(&test.ctx(&test.lead), FindingState::Open).await.expect("of the team").len(), 1);
        assert_eq!(listed(&test.ctx(&test.other_officer), FindingState::Open).await.expect("none").len(), 0);
        let evaluator = test.actor_of(Role::Evaluator).await;
        let refused = listed(&test.ctx(&evaluator), FindingState::Open).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{refused:?}");

        let id = open[0].id;
        let review = async |ctx: &Ctx, version| {
            kept::review(&test.app, ctx, registration, id, version, because("Geheim besproken")).await
        };
        assert!(matches!(review(&test.ctx(&test.other_officer), 1).await, Err(Refusal::NotFound)));
        assert!(matches!(review(&test.ctx(&test.colleague), 1).await, Err(Refusal::Forbidden(_))));
        assert!(matches!(review(&test.ctx(&test.officer), 7).await, Err(Refusal::VersionMoved)));
        let cover = Ctx { purpose: Some(Purpose::Cover), ..test.ctx(&test.colleague) };
        let done = review(&cover, 1).await.expect("a colleague who stands in");
        assert_eq!((done.state, done.reviewed_by, done.version), (FindingState::LookedAt, Some(test.colleague.account), 2));
        let twice = review(&test.ctx(&test.officer), 2).await;
        assert!(matches!(twice, Err(Refusal::Conflict { code: "looked_at_before", .. })), "{twice:?}");

        assert_eq!(to_look_at(&test, &test.officer).await.len(), 0, "it is looked at");
        assert_eq!((look(&test).await.made, kept_rows(&test.db).len()), (0, 1), "and it does not come back");
        let seen = view::findings(&test.app, &test.ctx(&test.officer), registration).await.expect("findings");
        let recorded = seen.items.iter().find_map(|one| one.recorded.as_ref()).expect("kept");
        assert_eq!(recorded.reason.as_deref(), Some("Geheim besproken"));
        assert!(!test.db.dump().contains("Geheim"), "what was written is encrypted");
    }

    async fn what_no_longer_holds_is_closed_with_why_and_found_anew_when_it_holds_again(db: TestDb) {
        let (test, registration) = travels(db).await;
        look(&test).await;
        let first = kept_rows(&test.db).remove(0);
        kept::review(&test.app, &test.ctx(&test.officer), registration, first.id, 1, because("gezien")).await.expect("seen");
        // The ban turns out to have ended before the journey.
        import_later(&test, "2026-01-11", |order| order["conditions"][0]["until"] = json!("2026-01-05"));
        assert_eq!(look(&test).await.made, 1);
        let row = kept_rows(&test.db).remove(0);
        assert_eq!((row.state, row.cease_reason), (FindingState::Ceased, Some(FindingEnd::NoLongerHolds)));
        assert_eq!((row.ceased_on, row.reviewed_by), (Some(day(FIRST_DAY)), Some(test.officer.account)), "who looked stays known");
        let late = kept::review(&test.app, &test.ctx(&test.officer), registration, first.id, 3, because("nog eens")).await;
        assert!(matches!(late, Err(Refusal::Conflict { code: "no_longer_holds", .. })), "{late:?}");
        assert_eq!(look(&test).await.looked_at, 1, "the order is still there");

        import_later(&test, "2026-01-12", |_| {});
        assert_eq!(look(&test).await.made, 1);
        let rows = kept_rows(&test.db);
        assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [FindingState::Ceased, FindingState::Open]);

        let sql = format!("UPDATE registrations SET subject_last_day = '2026-01-11' WHERE id = '{registration}'");
        test.db.execute(&sql);
        assert_eq!(look(&test).await.made, 1);
        let row = kept_rows(&test.db).remove(1);
        assert_eq!((row.state, row.cease_reason), (FindingState::Ceased, Some(FindingEnd::FileEnded)));
        assert_eq!(look(&test).await.looked_at, 0, "nothing is left to look at");
    }

    async fn an_open_finding_goes_along_with_the_file(db: TestDb) {
        let (test, registration) = travels(db).await;
        look(&test).await;
        let to: AccountId = test.colleague.account;
        test.db.execute(&format!("UPDATE registrations SET officer_id = '{to}' WHERE id = '{registration}'"));
        assert_eq!(look(&test).await.made, 1);
        let row = kept_rows(&test.db).remove(0);
        assert_eq!((row.owner_id, row.state, row.version), (to, FindingState::Open, 2));
        assert_eq!(to_look_at(&test, &test.colleague).await.len(), 1);
        assert_eq!(look(&test).await.made, 0);
    }

    async fn a_home_in_a_banned_area_is_kept_as_well_and_read_only_where_an_order_bans_one(db: TestDb) {
        let (test, registration) = travels(db).await;
        let found = test.app.store.read_blocking(|conn| registration_find(conn, registration));
        let row = found.map_err(|e: StoreError| e).expect("a row").expect("the file");
        let registrant = registrant_of(row.person_id);
        let utrecht = Address::Dutch {
            street: "Geheimlaan".to_owned(),
            house_number: 7,
            house_number_suffix: None,
            postcode: "3511 AA".to_owned(),
            city: "Utrecht".to_owned(),
        };
        let first = InitialReport { address: utrecht, ..initial() };
        notify(&test.app, &test.ctx(&registrant), registration, first, Channel::Api).await.expect("accepted");
        look(&test).await;
        let kinds: Vec<_> = kept_rows(&test.db).iter().map(|row| row.kind).collect();
        assert!(kinds.contains(&FindingKind::BannedAreaAddress) && kinds.contains(&FindingKind::TravelBanConflict), "{kinds:?}");
        assert!(!test.db.dump().contains("Geheim"), "no address stands in a finding");
    }
}
