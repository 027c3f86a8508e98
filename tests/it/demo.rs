//! The invented histories, played through the use cases.

use chrono::NaiveDate;
use zedenregister::access::Ctx;
use zedenregister::demo::life::{Character, Life};
use zedenregister::demo::play::{self, Crew};
use zedenregister::demo::supervision;
use zedenregister::proposals::travel::{NoticeFilter, notices};
use zedenregister::proposals::warning;
use zedenregister::proposals::worklist::open_proposals;
use zedenregister::register::view;
use zedenregister::supervision::import::Record;
use zedenregister::supervision::intake::Mode;
use zedenregister::vocabulary::{AttemptKind, DutyKind, DutyStatus, ProposalKind, ProposalStanding, Purpose, Role};

use crate::review::{flags_of, sweep};
use crate::supervision::import;
use crate::support::app::{FIRST_DAY, TestApp, day};

/// The first lives, with one crew for all of them.
fn lives(test: &TestApp, count: usize, today: NaiveDate) -> Vec<(Life, Crew)> {
    let of = |role| zedenregister::access::Actor { role, team: None, ..test.officer.clone() };
    let crew = Crew {
        officer: test.officer.clone(),
        lead: test.lead.clone(),
        prison: of(Role::Dji),
        police: of(Role::Tbkk),
        prosecutor: of(Role::OmOfficer),
        records: of(Role::Justid),
    };
    (0..count).map(|index| (Life::new(1, index, today), crew.clone())).collect()
}

on_both_databases! {
    async fn the_register_accepts_every_step_of_every_life(db: TestDb) {
        let test = TestApp::on(db).await;
        let today = day(FIRST_DAY);
        let mut finished = 0;
        let played = play::all(&test.app, lives(&test, 60, today), today, || finished += 1).await.expect("played");
        assert_eq!((played.len(), finished), (60, 60));
        for (index, life) in played.iter().enumerate() {
            assert_eq!(life.refused, [], "life {index}");
        }
        // Who complies is in time: nothing is flagged but what the history says went wrong.
        let officer = test.ctx(&test.officer);
        for (index, life) in played.iter().enumerate().filter(|(i, _)| Character::of(*i) == Character::Careful) {
            let duties = view::duties(&test.app, &officer, life.registration).await.expect("duties").items;
            let late = duties.iter().filter(|d| matches!(d.status, DutyStatus::Overdue | DutyStatus::MetLate));
            let late: Vec<_> = late.map(|d| (d.kind, d.trigger, d.due, d.met_on)).collect();
            assert_eq!(late, [], "life {index}");
        }
    }

    async fn there_are_proposals_of_each_kind_and_notices_that_wait(db: TestDb) {
        let test = TestApp::on(db).await;
        let today = day(FIRST_DAY);
        play::all(&test.app, lives(&test, 40, today), today, || {}).await.expect("played");
        let of = |role, purpose| {
            let actor = zedenregister::access::Actor { role, team: None, ..test.officer.clone() };
            Ctx { purpose: Some(purpose), ..test.ctx(&actor) }
        };
        let prosecutor = of(Role::OmOfficer, Purpose::Prosecution);
        let open = open_proposals(&test.app, &prosecutor, None, 100).await.expect("proposals").items;
        let has = |kind, state| open.iter().any(|one| one.kind == kind && one.state == state);
        assert!(has(ProposalKind::WarningNotice, ProposalStanding::Draft), "{open:?}");
        assert!(has(ProposalKind::WarningNotice, ProposalStanding::Proposed), "{open:?}");
        assert!(has(ProposalKind::PassportProposal, ProposalStanding::Requested), "{open:?}");
        let police = of(Role::Tbkk, Purpose::InternationalWarning);
        for one in open.iter().filter(|one| one.kind == ProposalKind::WarningNotice) {
            let notice = warning::read(&test.app, &police, one.registration_id, one.id).await.expect("a notice");
            assert_eq!(notice.blocks.is_empty(), one.state == ProposalStanding::Proposed, "{notice:?}");
        }
        let filter = NoticeFilter { registration: None, acknowledged: Some(false), after: None, limit: 10 };
        assert!(!notices(&test.app, &police, filter).await.expect("notices").items.is_empty());
    }

    async fn supervision_of_every_life_is_taken_in(db: TestDb) {
        let test = TestApp::on(db).await;
        let today = day(FIRST_DAY);
        let lives = lives(&test, 60, today);
        let orders: Vec<Record> =
            lives.iter().enumerate().filter_map(|(i, (life, _))| supervision::order(1, i, life, today)).collect();
        play::all(&test.app, lives, today, || {}).await.expect("played");
        let text = serde_json::to_string(&orders).expect("a file");
        let (summary, faults) = import(&test, &text, Mode::TakeIn);
        assert_eq!(faults, []);
        assert_eq!((summary.counts.new, summary.counts.rejected), (orders.len() as u64, 0));
        assert!(orders.len() > 5, "{}", orders.len());
        // Some of what happened was seen by probation, and the person who was turned away is supervised.
        assert!(orders.iter().any(|order| !order.breaches.is_empty()));
        assert_eq!(orders[0].skn, "9000001");
    }

    async fn the_two_people_shown_are_as_the_demonstration_says(db: TestDb) {
        let test = TestApp::on(db).await;
        let today = day(FIRST_DAY);
        let played = play::all(&test.app, lives(&test, 2, today), today, || {}).await.expect("played");
        let officer = test.ctx(&test.officer);
        let duties = view::duties(&test.app, &officer, played[0].registration).await.expect("duties").items;
        let yearly = duties.iter().find(|duty| duty.kind == DutyKind::Periodic && duty.status == DutyStatus::Open);
        let due = yearly.and_then(|duty| duty.due).expect("a confirmation is open");
        assert!((2..=7).contains(&(due - today).num_days()), "due on {due}");
        let attempts = view::attempts(&test.app, &officer, played[1].registration, None, 50).await.expect("attempts").items;
        assert_eq!(attempts.iter().map(|a| a.kind).collect::<Vec<_>>(), [AttemptKind::DeskRefused]);
        // Nobody knew of the move when the desk turned them away; it stands beside the duty and the flag all the same.
        assert_eq!(sweep(&test).await, 1);
        let flag = &flags_of(&test, played[1].registration)[0];
        let flag = view::flag(&test.app, &officer, flag.id).await.expect("a flag");
        assert_eq!(flag.attempts.iter().map(|a| a.id).collect::<Vec<_>>(), [attempts[0].id]);
        let duty = view::duty(&test.app, &officer, played[1].registration, flag.summary.duty_id).await.expect("a duty");
        assert_eq!(duty.evidence.attempts.len(), 1);
    }
}
