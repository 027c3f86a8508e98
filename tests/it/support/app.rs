//! A whole system on a test database, with a clock that only a test moves.

use std::sync::Arc;

use chrono::NaiveDate;
use tempfile::TempDir;
use zedenregister::access::{Actor, Ctx, Idempotency, InSession};
use zedenregister::app::App;
use zedenregister::audit::publish;
use zedenregister::clock::{Clock, UtcTime};
use zedenregister::config;
use zedenregister::crypto::keyring::KeyRing;
use zedenregister::ids::{AccountId, PersonId, RegistrationId, RequestId, SessionId, TeamId};
use zedenregister::register::address::Address;
use zedenregister::register::conviction::{ConvictionInput, SentenceInput, SentenceKind};
use zedenregister::register::enrol::{
    Activation, ContactDetails, Enrolment, LegalBasisInput, NewPerson, RegistrationAnswer, activate, enrol,
};
use zedenregister::register::input::{Identity, PersonName};
use zedenregister::store::rows::{AccountRow, TeamRow};
use zedenregister::store::{Decided, Scope, StoreError, WriteSet};
use zedenregister::vocabulary::{AccountKind, AccountState, Arm, Language, LegalBasis, Regime, Role};

use super::TestDb;

/// The day on which every test begins: a Monday without a holiday near.
pub const FIRST_DAY: &str = "2026-01-12";

/// A system, its staff, and the folder it lives in.
pub struct TestApp {
    pub app: App,
    pub db: TestDb,
    pub team: TeamId,
    pub other_team: TeamId,
    pub officer: Actor,
    pub colleague: Actor,
    pub lead: Actor,
    pub other_officer: Actor,
    pub records: Actor,
    folder: TempDir,
}

/// The day written as `YYYY-MM-DD`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

impl TestApp {
    /// A system on `db` with two teams.
    pub async fn on(db: TestDb) -> Self {
        Self::with(db, |_| String::new()).await
    }

    /// Signs the state of the audit, as the scheduler does every minute.
    pub async fn seal_the_audit(&self) {
        let app = self.app.clone();
        let sign = move || {
            let (now, folder) = (app.clock.now().system, &app.config.audit.checkpoints);
            publish::checkpoint(&app.store, &app.keys.get(), folder, now).expect("a checkpoint");
        };
        tokio::task::spawn_blocking(sign).await.expect("no panic");
    }

    /// The same with further settings, which may name files in its folder.
    pub async fn with(db: TestDb, more: impl FnOnce(&std::path::Path) -> String) -> Self {
        let folder = TempDir::new().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let settings = format!(
            "[database]\nurl = \"{}\"\n[keys]\nfolder = \"{}\"\nkey_store = \"sqlite://{}\"\n\
             [audit]\ncheckpoints = \"{}\"\n[mail]\nfolder = \"{}\"\n\
             prosecution_mailbox = \"post@om.example\"\nexecution_mailbox = \"post@aice.example\"\n\
             [webhooks]\nnetworks = [\"127.0.0.0/8\"]\ntimeout_s = 2\n{}",
            db.url_text(),
            at("keys"),
            at("key-store.db"),
            at("checkpoints"),
            at("mail"),
            more(folder.path())
        );
        let config = config::parse(&settings).expect("settings");
        let start = UtcTime::start_of_day(day(FIRST_DAY), Regime::NlPilot.zone()).plus(chrono::Duration::hours(12));
        KeyRing::init(&config.keys.folder, start.utc(), &mut rand::rng()).expect("keys");
        let app = App::open(config, Clock::manual(start)).expect("a system");
        let (team, other_team) = (TeamId::fresh(), TeamId::fresh());
        let staff = |role, team| Actor {
            account: AccountId::fresh(),
            kind: AccountKind::Person,
            role,
            state: AccountState::Active,
            team: Some(team),
            person: None,
            organisation: "reclassering".to_owned(),
            represents: None,
        };
        let this = Self {
            officer: staff(Role::SupervisionOfficer, team),
            colleague: staff(Role::SupervisionOfficer, team),
            lead: staff(Role::ReviewLead, team),
            other_officer: staff(Role::SupervisionOfficer, other_team),
            records: Actor { team: None, organisation: "justid".to_owned(), ..staff(Role::Justid, team) },
            app,
            db,
            team,
            other_team,
            folder,
        };
        this.keep_staff().await;
        this
    }

    /// The folder of files beside the database.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    async fn keep_staff(&self) {
        let now = self.app.clock.now().system;
        let staff = [&self.officer, &self.colleague, &self.lead, &self.other_officer, &self.records];
        let accounts: Vec<AccountRow> = staff.iter().map(|actor| account_row(&self.app, actor, now)).collect();
        let teams = vec![
            TeamRow { id: self.team, name: "Noord".to_owned(), region: "Noord".to_owned() },
            TeamRow { id: self.other_team, name: "Zuid".to_owned(), region: "Zuid".to_owned() },
        ];
        let (accounts, teams) = (Arc::new(accounts), Arc::new(teams));
        self.app
            .store
            .write(Scope::Alone, move |_| {
                let writes = WriteSet { teams: teams.to_vec(), accounts: accounts.to_vec(), ..WriteSet::default() };
                Ok::<_, StoreError>(Decided::new(writes, ()))
            })
            .await
            .expect("staff");
    }

    /// Keeps an account for `actor`: whoever acts on a flag stands in its rows.
    pub async fn keep_account(&self, actor: &Actor) {
        let row = account_row(&self.app, actor, self.app.clock.now().system);
        let unit = move |_: &mut _| {
            let writes = WriteSet { accounts: vec![row.clone()], ..WriteSet::default() };
            Ok::<_, StoreError>(Decided::new(writes, ()))
        };
        self.app.store.write(Scope::Alone, unit).await.expect("an account");
    }

    /// Somebody new of a role without a team, with an account.
    pub async fn actor_of(&self, role: Role) -> Actor {
        let actor = Actor { account: AccountId::fresh(), role, team: None, ..self.officer.clone() };
        self.keep_account(&actor).await;
        actor
    }

    /// The context of a request by `actor`, now.
    pub fn ctx(&self, actor: &Actor) -> Ctx {
        Ctx {
            session: Some(InSession { id: SessionId::fresh(), proved_at: Some(self.app.clock.now().system) }),
            actor: actor.clone(),
            purpose: None,
            request: RequestId::fresh(),
            trace: "0af7651916cd43dd8448eb211c80319c".to_owned(),
            now: self.app.clock.now(),
            idempotency: None,
        }
    }

    /// The same with an idempotency key.
    pub fn ctx_keyed(&self, actor: &Actor, key: &str, digest: &str) -> Ctx {
        let idempotency = Some(Idempotency { key: key.to_owned(), request_digest: digest.to_owned() });
        Ctx { idempotency, ..self.ctx(actor) }
    }

    /// Lets `days` legal days pass.
    pub fn days_pass(&self, days: i64) {
        self.app.clock.advance(chrono::Duration::days(days));
    }

    /// An enrolment under `regime` with one conviction of eighteen months.
    pub fn enrolment(&self, regime: Regime, convicted_on: &str) -> Enrolment {
        Enrolment {
            person: Some(person(None)),
            person_id: None,
            regime,
            pilot_from: None,
            legal_basis: Some(LegalBasisInput { kind: LegalBasis::Synthetic, reference: "proefdossier".to_owned() }),
            convictions: vec![conviction(convicted_on)],
            custody: Vec::new(),
            officer_id: self.officer.account,
            team_id: None,
            offence_class: "contact_minor".to_owned(),
            arm: Arm::RegisterOnly,
        }
    }

    /// Enrols and activates somebody; answers the registration and the registrant as an actor.
    pub async fn registrant(&self, enrolment: Enrolment) -> (RegistrationId, Actor) {
        let answer = enrol(&self.app, &self.ctx(&self.lead), enrolment).await.expect("enrolled");
        let active = self.activate(&answer).await;
        (active.id, registrant_of(active.person_id))
    }

    /// Activates a draft.
    pub async fn activate(&self, draft: &RegistrationAnswer) -> RegistrationAnswer {
        let ctx = self.ctx(&self.lead);
        activate(&self.app, &ctx, draft.id, draft.version, Activation::default()).await.expect("activated")
    }
}

/// The registrant `person`, signed in.
pub fn registrant_of(person: PersonId) -> Actor {
    Actor {
        account: AccountId::fresh(),
        kind: AccountKind::Person,
        role: Role::Registrant,
        state: AccountState::Active,
        team: None,
        person: Some(person),
        organisation: "registrant".to_owned(),
        represents: None,
    }
}

/// A fictitious person.
pub fn person(bsn: Option<&str>) -> NewPerson {
    NewPerson {
        name: name(),
        other_names: Vec::new(),
        birth_date: day("1975-03-14"),
        bsn: bsn.map(str::to_owned),
        skn: None,
        contact: ContactDetails {
            email: Some("j.voorbeeld@example.nl".to_owned()),
            phone: None,
            language: Language::Nl,
            preferred_channel: None,
            postal_address: None,
        },
    }
}

/// A fictitious name.
pub fn name() -> PersonName {
    PersonName { given: "Joris".to_owned(), prefix: Some("van".to_owned()), surname: "Proefpersoon".to_owned() }
}

/// Eighteen months, imposed on the day of conviction.
pub fn conviction(convicted_on: &str) -> ConvictionInput {
    ConvictionInput {
        convicted_on: day(convicted_on),
        offence_on: None,
        sentenced_on: None,
        place: None,
        registrable: None,
        sentences: vec![SentenceInput {
            kind: SentenceKind::Imprisonment,
            months: 18,
            days: 0,
            suspended: None,
            runs: None,
            overlap: None,
        }],
        court_period_years: None,
        parketnummer: Some("05/123456-22".to_owned()),
        description: Some("Rechtbank Proefstad".to_owned()),
    }
}

/// A Dutch address that does not exist.
pub fn address(number: u32) -> Address {
    Address::Dutch {
        street: "Proeflaan".to_owned(),
        house_number: number,
        house_number_suffix: None,
        postcode: "9999 XZ".to_owned(),
        city: "Proefstad".to_owned(),
    }
}

/// What every notification states besides.
pub fn identity() -> Identity {
    Identity { birth_date: day("1975-03-14"), names: vec![name()], home_address: address(1) }
}

fn account_row(app: &App, actor: &Actor, now: UtcTime) -> AccountRow {
    let id = actor.account.as_str();
    let name = app.vault.create_for(id).and_then(|key| key.seal("accounts", "display_name_enc", id, "Proef"));
    AccountRow {
        id: actor.account,
        kind: AccountKind::Person,
        role: actor.role,
        state: AccountState::Active,
        username_lookup: actor.account.to_string(),
        username_enc: "-".to_owned(),
        display_name_enc: name.expect("a key"),
        organisation: actor.organisation.clone(),
        team_id: actor.team,
        person_id: actor.person,
        password_hash: None,
        totp_secret_enc: None,
        totp_last_step: 0,
        failed_sign_ins: 0,
        locked_until: None,
        security_stamp: "-".to_owned(),
        suspended_by: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
