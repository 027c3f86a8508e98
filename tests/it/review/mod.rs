//! The review of flags, as officers, leads and authorities meet it.

mod bundle;
mod caseload;
mod deciding;
mod disputes;
mod life;
mod possible;
mod referrals;
mod refusals;
pub mod terms;
mod today;

use zedenregister::access::{Actor, Ctx};
use zedenregister::ids::{AccountId, FlagId, RegistrationId};
use zedenregister::jobs::sweep::{self, Pass};
use zedenregister::register::Refusal;
use zedenregister::register::review::{self, Proposal, ProposedOutcome, Reason, Verdict};
use zedenregister::register::view::FlagSummary;
use zedenregister::store::StoreError;
use zedenregister::store::flags::flag_find;
use zedenregister::store::rows::FlagRow;
use zedenregister::vocabulary::{AccountKind, AccountState, Purpose, Regime, Role};

use crate::support::TestDb;
use crate::support::app::TestApp;

/// A system with a flag that the machine raised on Friday 16 January 2026, and everybody who has a part in it.
pub struct Reviewed {
    pub test: TestApp,
    pub registration: RegistrationId,
    pub registrant: Actor,
    pub flag: FlagId,
    pub prosecutor: Actor,
    pub execution: Actor,
}

pub fn because(reason: &str) -> Reason {
    Reason { reason: reason.to_owned() }
}

pub fn proposal(outcome: ProposedOutcome) -> Proposal {
    Proposal { outcome, reason: "Twee dagen te laat".to_owned() }
}

pub fn warning() -> Proposal {
    proposal(ProposedOutcome::Warning {})
}

pub fn referral() -> Proposal {
    proposal(ProposedOutcome::Referral {})
}

pub fn verdict(confirm: bool) -> Verdict {
    Verdict { confirm, reason: "Volledig bekeken".to_owned() }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> &'static str {
    refused.expect_err("a refusal").code()
}

/// Runs the sweep over everything.
pub async fn sweep(test: &TestApp) -> u64 {
    let app = test.app.clone();
    let run = move || {
        let now = app.clock.now().legal.utc();
        sweep::run(&app, &scheduler::RunContext::new(now, now, 1), Pass::Full).expect("a report").made
    };
    tokio::task::spawn_blocking(run).await.expect("no panic")
}

/// An account of this role outside the teams, kept in the database.
pub async fn authority(test: &TestApp, role: Role, organisation: &str) -> Actor {
    let actor = Actor {
        account: AccountId::fresh(),
        kind: AccountKind::Person,
        role,
        state: AccountState::Active,
        team: None,
        person: None,
        represents: None,
        organisation: organisation.to_owned(),
    };
    test.keep_account(&actor).await;
    actor
}

impl Reviewed {
    pub async fn on(db: TestDb) -> Self {
        let test = TestApp::on(db).await;
        let (registration, registrant) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.keep_account(&registrant).await;
        test.days_pass(4);
        assert_eq!(sweep(&test).await, 1);
        let flag = flags_of(&test, registration)[0].id;
        let prosecutor = authority(&test, Role::OmOfficer, "om").await;
        let execution = authority(&test, Role::Aice, "cjib").await;
        Self { test, registration, registrant, flag, prosecutor, execution }
    }

    /// The context of a request; an authority states its purpose.
    pub fn ctx(&self, actor: &Actor) -> Ctx {
        let purpose = matches!(actor.role, Role::OmOfficer | Role::Aice).then_some(Purpose::Prosecution);
        Ctx { purpose, ..self.test.ctx(actor) }
    }

    pub fn row(&self) -> FlagRow {
        let flag = self.flag;
        let found = self.test.app.store.read_blocking(move |conn| flag_find(conn, flag));
        found.map_err(|e: StoreError| e).expect("an answer").expect("the flag")
    }

    pub fn version(&self) -> i64 {
        self.row().version
    }

    pub async fn take_up(&self) -> FlagSummary {
        let ctx = self.ctx(&self.test.officer);
        review::take_up(&self.test.app, &ctx, self.flag, self.version()).await.expect("taken up")
    }

    pub async fn propose(&self, proposal: Proposal) -> Result<FlagSummary, Refusal> {
        let ctx = self.ctx(&self.test.officer);
        review::propose(&self.test.app, &ctx, self.flag, self.version(), proposal).await
    }

    pub async fn decide(&self, by: &Actor, confirm: bool) -> Result<FlagSummary, Refusal> {
        review::decide(&self.test.app, &self.ctx(by), self.flag, self.version(), verdict(confirm)).await
    }

    /// Takes it up, proposes, and lets the lead confirm.
    pub async fn decided(&self, outcome: Proposal) -> FlagSummary {
        self.take_up().await;
        self.propose(outcome).await.expect("proposed");
        self.decide(&self.test.lead, true).await.expect("confirmed")
    }

    pub async fn acknowledge(&self, by: &Actor) -> Result<FlagSummary, Refusal> {
        review::acknowledge(&self.test.app, &self.ctx(by), self.flag, self.version()).await
    }

    pub async fn close(&self) -> Result<FlagSummary, Refusal> {
        let ctx = self.ctx(&self.test.officer);
        review::close(&self.test.app, &ctx, self.flag, self.version(), because("Verteld in een gesprek")).await
    }
}

/// The flags of a registration.
pub fn flags_of(test: &TestApp, registration: RegistrationId) -> Vec<FlagRow> {
    use zedenregister::access::Reach;
    use zedenregister::store::flags::{FlagQuery, flag_list};
    let query = FlagQuery { registration: Some(registration), limit: 100, ..FlagQuery::default() };
    let found = test.app.store.read_blocking(|conn| flag_list(conn, &Reach::Everything, &query));
    found.map_err(|e: StoreError| e).expect("flags")
}
