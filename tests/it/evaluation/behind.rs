//! Behind a figure: the list makes it up, holds only what the reader may open, and is closed to evaluators.

use std::collections::BTreeSet;

use serde_json::Value;
use zedenregister::access::{Actor, Ctx};
use zedenregister::evaluation::behind::{self, Asked, ContributionPage, FigureAmount, FigureTable};
use zedenregister::evaluation::releases::{ReleaseVerdict, decide, request};
use zedenregister::ids::{AccountId, RegistrationId};
use zedenregister::register::Refusal;
use zedenregister::register::enrol::{Activation, activate, enrol};
use zedenregister::register::notify::notify;
use zedenregister::store::audit::audit_leaf_list;
use zedenregister::vocabulary::{Channel, Purpose, Regime, Role};

use super::releases::{first_quarter, made, staff};
use crate::support::TestDb;
use crate::support::app::{FIRST_DAY, TestApp, day, registrant_of};
use crate::support::reports::initial;

const REGISTERED: &str = "registered-by-status-per-team";
const NOTIFIED: &str = "notifications-by-kind-per-arm";
const QUARTER: &str = "2026-Q1";

fn total(table: &str) -> Asked {
    let whole = || "total".to_owned();
    Asked {
        table: table.to_owned(),
        quarter: QUARTER.to_owned(),
        row: whole(),
        column: whole(),
        after: None,
        limit: 100,
    }
}

/// Two teams with twelve and two registrants who all reported once, and the release of the quarter.
struct Counted {
    test: TestApp,
    north: Vec<RegistrationId>,
    south: Vec<RegistrationId>,
    lead_of_south: Actor,
}

async fn counted(db: TestDb) -> Counted {
    let test = TestApp::on(db).await;
    let lead_of_south = Actor { account: AccountId::fresh(), team: Some(test.other_team), ..test.lead.clone() };
    test.keep_account(&lead_of_south).await;
    let (mut north, mut south) = (Vec::new(), Vec::new());
    for at in 0..14 {
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        if at >= 12 {
            (enrolment.officer_id, enrolment.team_id) = (test.other_officer.account, Some(test.other_team));
        }
        let lead = test.ctx(if at < 12 { &test.lead } else { &lead_of_south });
        let draft = enrol(&test.app, &lead, enrolment).await.expect("enrolled");
        let active = activate(&test.app, &lead, draft.id, draft.version, Activation::default()).await.expect("active");
        let (registration, registrant) = (active.id, registrant_of(active.person_id));
        let ctx = test.ctx_keyed(&registrant, &format!("first-{at}"), "d");
        notify(&test.app, &ctx, registration, initial(), Channel::Api).await.expect("accepted");
        if at < 12 { north.push(registration) } else { south.push(registration) }
    }
    test.days_pass(90);
    let (evaluator, officer) = (staff(&test, Role::Evaluator).await, staff(&test, Role::PrivacyOfficer).await);
    let asked = request(&test.app, &test.ctx(&evaluator), first_quarter()).await.expect("asked for");
    decide(&test.app, &test.ctx(&officer), asked.id, ReleaseVerdict { approve: true }).await.expect("approved");
    made(&test, asked.id).await.expect("made");
    Counted { test, north, south, lead_of_south }
}

impl Counted {
    async fn open(&self, ctx: &Ctx, asked: Asked) -> Result<ContributionPage, Refusal> {
        behind::contributions(&self.test.app, ctx, asked).await
    }

    async fn table(&self, id: &str) -> FigureTable {
        let ctx = self.test.ctx(&self.test.lead);
        behind::table(&self.test.app, &ctx, id.to_owned(), QUARTER.to_owned()).await.expect("a table")
    }
}

/// What the audit says of opening figures.
fn leaves(test: &TestApp) -> Vec<Value> {
    let leaves = audit_leaf_list(&mut test.db.conn(), 0, 10_000).expect("the audit");
    let leaves = leaves.iter().map(|leaf| serde_json::from_str::<Value>(&leaf.entry).expect("JSON"));
    leaves.filter(|leaf| leaf["action"] == "figure.open").collect()
}

fn files(page: &ContributionPage) -> BTreeSet<RegistrationId> {
    page.items.iter().map(|item| item.registration_id).collect()
}

fn sum(page: &ContributionPage) -> u64 {
    page.items.iter().map(|item| item.amount).sum()
}

const fn amount(people: u64, amount: u64) -> Option<FigureAmount> {
    Some(FigureAmount { people, amount })
}

on_both_databases! {
    async fn the_list_behind_each_figure_makes_it_up(db: TestDb) {
        let counted = counted(db).await;
        let test = &counted.test;
        let everywhere = Ctx { purpose: Some(Purpose::Supervision), ..test.ctx(&test.lead) };
        let mut opened = 0;
        // Each figure takes a reading of everybody; `statistics` holds every table to its lists.
        for id in [REGISTERED, NOTIFIED] {
            let table = counted.table(id).await;
            for (at, row) in table.rows.categories.iter().enumerate() {
                for (column, published) in table.of_row(at) {
                    let asked = Asked { row: row.code.clone(), column: column.code.clone(), ..total(id) };
                    let page = counted.open(&everywhere, asked).await.expect("opened");
                    assert_eq!(page.published, published, "{id} {} {}", row.code, column.code);
                    let all = page.in_all.expect("who may open everything is told everything");
                    assert_eq!(page.to_open, page.in_all, "{id} {} {}", row.code, column.code);
                    assert_eq!((files(&page).len() as u64, sum(&page)), (all.people, all.amount));
                    opened += all.people;
                }
            }
        }
        assert!(opened > 14, "{opened}");
        let page = counted.open(&everywhere, total(REGISTERED)).await.expect("opened");
        assert_eq!((page.published, page.in_all), (Some(15), amount(14, 14)), "rounded outside, exact inside");
        let both: BTreeSet<_> = counted.north.iter().chain(&counted.south).copied().collect();
        assert_eq!(files(&page), both);
        let last_day = day("2026-03-31");
        assert!(page.items.iter().all(|item| item.on == Some(last_day)), "{:?}", page.items);
        let page = counted.open(&everywhere, total(NOTIFIED)).await.expect("opened");
        let first_day = day(FIRST_DAY);
        assert!(page.items.iter().all(|item| item.on == Some(first_day)), "{:?}", page.items);
    }

    // ASVS 5.0: 8.2.2, 8.4.1
    async fn each_opens_only_what_they_supervise_and_is_told_no_small_number_of_others(db: TestDb) {
        let counted = counted(db).await;
        let test = &counted.test;
        let of = async |actor: &Actor, asked| counted.open(&test.ctx(actor), asked).await.expect("opened");
        let north = of(&test.lead, total(REGISTERED)).await;
        assert_eq!(files(&north), counted.north.iter().copied().collect());
        assert_eq!((north.in_all, north.to_open), (None, amount(12, 12)), "14 less 12 would be the two of the other team");
        let south = of(&counted.lead_of_south, total(REGISTERED)).await;
        assert_eq!(files(&south), counted.south.iter().copied().collect());
        assert_eq!(of(&test.officer, total(REGISTERED)).await.to_open, amount(12, 12), "the caseload");
        assert_eq!(of(&test.colleague, total(REGISTERED)).await.to_open, amount(0, 0), "none of one's own");

        // Two people of the other team: withheld, and so is what their lead does not see of it.
        let other = Asked { column: "Zuid".to_owned(), ..total(REGISTERED) };
        let page = of(&test.lead, other.clone()).await;
        assert_eq!((page.published, page.in_all, page.to_open, page.items.len()), (None, None, amount(0, 0), 0));
        let page = of(&counted.lead_of_south, other.clone()).await;
        assert_eq!((page.in_all, page.to_open, sum(&page)), (None, amount(2, 2), 2));

        // With a purpose the files of others too, after a fresh proof; a purpose of another role is none.
        let unproved = Ctx { session: None, purpose: Some(Purpose::Supervision), ..test.ctx(&test.lead) };
        let refused = counted.open(&unproved, total(REGISTERED)).await;
        assert!(matches!(refused, Err(Refusal::ProofNeeded)), "{refused:?}");
        let cover = Ctx { purpose: Some(Purpose::Cover), ..test.ctx(&test.colleague) };
        assert_eq!(counted.open(&cover, total(REGISTERED)).await.expect("stands in").to_open, amount(12, 12));
    }

    // ASVS 5.0: 8.2.1, 16.3.2
    async fn evaluators_and_whoever_has_no_right_are_refused_and_every_look_is_in_the_audit(db: TestDb) {
        let counted = counted(db).await;
        let test = &counted.test;
        for role in [Role::Evaluator, Role::ApAuditor, Role::OmOfficer, Role::AdminTech, Role::Justid] {
            let actor = staff(test, role).await;
            for purpose in [None, Some(Purpose::Audit)] {
                let ctx = Ctx { purpose, ..test.ctx(&actor) };
                let refused = counted.open(&ctx, total(REGISTERED)).await;
                assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{role}: {refused:?}");
                let tables = behind::tables(&test.app, &ctx, None).await;
                assert!(matches!(tables, Err(Refusal::Forbidden(_))), "{role}: {tables:?}");
            }
        }
        let privacy = staff(test, Role::PrivacyOfficer).await;
        let refused = counted.open(&test.ctx(&privacy), total(REGISTERED)).await;
        assert!(matches!(refused, Err(Refusal::Forbidden(_))), "without a purpose: {refused:?}");
        let audit = Ctx { purpose: Some(Purpose::Audit), ..test.ctx(&privacy) };
        assert_eq!(counted.open(&audit, total(REGISTERED)).await.expect("opened").to_open, amount(14, 14));
        let leaves = leaves(test);
        assert!(leaves.iter().any(|leaf| leaf["purpose"] == "audit" && leaf["outcome"] != "refused"), "{leaves:?}");
        assert_eq!(leaves.iter().filter(|leaf| leaf["outcome"] == "refused").count(), 21);
    }

    async fn a_list_comes_in_pages_and_what_is_no_figure_is_told(db: TestDb) {
        let counted = counted(db).await;
        let test = &counted.test;
        let ctx = test.ctx(&test.lead);
        let (mut asked, mut seen) = (Asked { limit: 5, ..total(REGISTERED) }, Vec::new());
        for expected in [5, 5, 2] {
            let page = counted.open(&ctx, asked.clone()).await.expect("a page");
            assert_eq!((page.items.len(), page.to_open), (expected, amount(12, 12)));
            seen.extend(files(&page));
            asked.after = page.next;
        }
        assert_eq!(asked.after, None, "the last page has no next");
        assert_eq!(seen.iter().copied().collect::<BTreeSet<_>>(), counted.north.iter().copied().collect());
        assert_eq!(seen.len(), 12, "nobody twice");
        for (wrong, pointer) in [
            (Asked { table: "people".to_owned(), ..total(REGISTERED) }, "/table"),
            (Asked { quarter: "2026-Q2".to_owned(), ..total(REGISTERED) }, "/table"),
            (Asked { row: "name".to_owned(), ..total(REGISTERED) }, "/row"),
            (Asked { column: "West".to_owned(), ..total(REGISTERED) }, "/row"),
        ] {
            let Err(Refusal::Invalid(faults)) = counted.open(&ctx, wrong.clone()).await else { panic!("{wrong:?}") };
            assert_eq!(faults.iter().map(|it| it.pointer.as_str()).collect::<Vec<_>>(), [pointer]);
        }
    }

    async fn before_the_first_release_there_is_no_figure(db: TestDb) {
        let test = TestApp::on(db).await;
        let ctx = test.ctx(&test.lead);
        assert_eq!(behind::tables(&test.app, &ctx, None).await.expect("read"), None);
        let refused = behind::contributions(&test.app, &ctx, total(REGISTERED)).await;
        assert!(matches!(refused, Err(Refusal::Conflict { code: "not_issued", .. })), "{refused:?}");
    }
}
