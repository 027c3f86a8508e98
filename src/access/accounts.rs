//! Accounts: made by the administrator (staff) or by the officer (registrants), never given a password by anybody but
//! their holder. A change of role, team or state ends every session at once.

use chrono::Duration;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sign_in::normalised;
use super::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::crypto::blind::Kind;
use crate::crypto::code::{CodeKind, generate_code, generate_token, hash_code};
use crate::ids::{AccountId, ActivationCodeId, PersonId, RegistrationId, TeamId};
use crate::register::file::File;
use crate::register::permit::permit;
use crate::register::{FieldError, Refusal, unit};
use crate::store::accounts::{
    AccountReplaced, SessionsRevoked, account_count_of, account_find, account_find_by_username, account_find_of_person,
    account_page, team_find,
};
use crate::store::rows::{AccountRow, ActivationCodeRow};
use crate::store::sign_in::account_identity_exists;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{AccountKind, AccountState, Role};

/// The organisation of accounts of those who act for a registrant.
pub(super) const REPRESENTATIVE: &str = "representative";

/// Days for which an activation code counts.
const CODE_DAYS: i64 = 14;

/// An account of staff or of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAccount {
    /// Name to sign in with.
    #[schema(min_length = 3, max_length = 200, example = "officer.noord")]
    pub username: String,
    /// Name as colleagues see it.
    #[schema(min_length = 1, max_length = 200, example = "Officer Noord")]
    pub display_name: String,
    /// Role. Registrants get their account from their officer.
    pub role: Role,
    /// Person or machine.
    pub kind: AccountKind,
    /// Organisation.
    #[schema(min_length = 2, max_length = 64, example = "reclassering")]
    pub organisation: String,
    /// Team, for supervision officers and review leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<TeamId>,
}

/// A new account with what its holder needs to take it into use. Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountMade {
    /// The account.
    pub id: AccountId,
    /// Where it is in its life.
    pub state: AccountState,
    /// For a person: the one-time code to hand over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation_code: Option<String>,
    /// For a machine: its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// An account in a list: no name, because names are read one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountSummary {
    /// The account.
    pub id: AccountId,
    /// Person or machine.
    pub kind: AccountKind,
    /// Role.
    pub role: Role,
    /// Where it is in its life.
    pub state: AccountState,
    /// Organisation.
    pub organisation: String,
    /// Team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<TeamId>,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// One page of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountPage {
    /// The accounts.
    pub items: Vec<AccountSummary>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<AccountId>,
}

/// What changes in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountChange {
    /// Another state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<AccountState>,
    /// Another role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Another team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<TeamId>,
}

impl AccountSummary {
    fn of(row: &AccountRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            role: row.role,
            state: row.state,
            organisation: row.organisation.clone(),
            team_id: row.team_id,
            version: row.version,
        }
    }
}

/// Makes an account of staff or of a machine.
///
/// # Errors
/// Every invalid field; [`Refusal::Conflict`] `username_taken`.
pub async fn create(app: &App, ctx: &Ctx, new: NewAccount) -> Result<AccountMade, Refusal> {
    let id = AccountId::fresh();
    let deed = Deed::of(Action::AccountManage, ObjectRef::account(id));
    if let Err(refusal) =
        decide_without_subject(&ctx.actor, Action::AccountManage, ctx.purpose).allowed().and_then(|_| shape(&new))
    {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let made = Made::prepare(app, id, &new, None, ctx.actor.account, ctx.now.system).await?;
    unit::write(app, ctx, Scope::Alone, deed, Some(made.strongbox.clone()), move |conn| {
        known_team(conn, new.team_id)?;
        made.decide(conn)
    })
    .await
}

fn known_team(conn: &mut Conn, team: Option<TeamId>) -> Result<(), Refusal> {
    let Some(team) = team else { return Ok(()) };
    team_find(conn, team)?.map(drop).ok_or_else(|| Refusal::field("/teamId", "no_such_team", "There is no such team."))
}

const fn has_team(role: Role) -> bool {
    matches!(role, Role::SupervisionOfficer | Role::ReviewLead)
}

fn shape(new: &NewAccount) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    if new.role == Role::Registrant {
        faults.push(FieldError::new("/role", "registrants_elsewhere", "An officer makes the account of a registrant."));
    }
    if has_team(new.role) != new.team_id.is_some() {
        faults.push(FieldError::new(
            "/teamId",
            "team",
            "Supervision officers and review leads have a team, and nobody else.",
        ));
    }
    Refusal::unless_empty(faults)
}

/// The first administrator, made from the command line when there is none.
///
/// # Errors
/// [`Refusal::Conflict`] `administrator_exists`.
pub async fn create_first_administrator(app: &App, username: &str, display_name: &str) -> Result<AccountMade, Refusal> {
    let id = AccountId::fresh();
    let now = app.clock.now().system;
    let new = NewAccount {
        username: username.to_owned(),
        display_name: display_name.to_owned(),
        role: Role::AdminTech,
        kind: AccountKind::Person,
        organisation: "beheer".to_owned(),
        team_id: None,
    };
    let made = Made::prepare(app, id, &new, None, id, now).await?;
    let deed = Deed::of(Action::AccountManage, ObjectRef::account(id));
    let leaf = app.audit.leaf_of_system("command-line", now, &deed)?;
    app.store
        .write(Scope::Alone, move |conn| {
            if account_count_of(conn, Role::AdminTech)? > 0 {
                return Err(Refusal::Conflict {
                    code: "administrator_exists",
                    detail: "There is an administrator already, who can make further accounts.",
                });
            }
            let mut decided = made.decide(conn)?;
            decided.writes.audit.push(leaf.clone());
            Ok(decided)
        })
        .await
}

/// The account of a registrant, made by the officer or lead who handed the person the code after checking identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRegistrantAccount {
    /// Name to sign in with; says nothing about why.
    #[schema(min_length = 3, max_length = 200, example = "j.voorbeeld")]
    pub username: String,
}

/// Makes the account of the person a registration belongs to.
///
/// # Errors
/// [`Refusal::Conflict`] `account_exists` or `username_taken`.
pub async fn create_for_registrant(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewRegistrantAccount,
) -> Result<AccountMade, Refusal> {
    let id = AccountId::fresh();
    let deed = Deed::on(Action::RegistrantAccountManage, ObjectRef::account(id), registration);
    let found = app.store.read(move |conn| File::load(conn, registration)).await;
    let person = match found {
        Ok(file) => file.person.id,
        Err(refusal) => return unit::read(app, ctx, deed, move |_| Err(refusal)).await,
    };
    let account = NewAccount {
        username: new.username.clone(),
        display_name: new.username,
        role: Role::Registrant,
        kind: AccountKind::Person,
        organisation: "registrant".to_owned(),
        team_id: None,
    };
    let made = Made::prepare(app, id, &account, Some(person), ctx.actor.account, ctx.now.system).await?;
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Alone, deed, Some(made.strongbox.clone()), move |conn| {
        let file = File::load(conn, registration)?;
        permit(&writer, Action::RegistrantAccountManage, &file.registration)?;
        if account_find_of_person(conn, person)?.is_some() {
            return Err(Refusal::Conflict {
                code: "account_exists",
                detail: "This person has an account. Issue a new activation code instead.",
            });
        }
        made.decide(conn)
    })
    .await
}

/// Changes role, team or state. Every session of the account ends.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::VersionMoved`]; every invalid field.
pub async fn change(
    app: &App,
    ctx: &Ctx,
    id: AccountId,
    version: i64,
    change: AccountChange,
) -> Result<AccountSummary, Refusal> {
    let deed = Deed::of(Action::AccountManage, ObjectRef::account(id)).with_fields(&["state", "role", "team"]);
    let writer = ctx.clone();
    unit::write(app, ctx, Scope::Account(id), deed, None, move |conn| {
        decide_without_subject(&writer.actor, Action::AccountManage, writer.purpose).allowed()?;
        let mut row = account_find(conn, id)?.ok_or(Refusal::NotFound)?;
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        if change.role.is_some_and(|role| (role == Role::Registrant) != (row.role == Role::Registrant)) {
            return Err(Refusal::field(
                "/role",
                "registrant_stays",
                "A registrant's account is no staff account, nor the reverse.",
            ));
        }
        let in_use = row.password_hash.is_some() || account_identity_exists(conn, id)?;
        row.state = next_state(&row, change.state, writer.actor.account, in_use)?;
        // What an administrator decides on the state stands, whatever suspended the account before.
        if change.state.is_some() {
            row.suspended_by = None;
        }
        row.role = change.role.unwrap_or(row.role);
        row.team_id = change.team_id.or(row.team_id).filter(|_| has_team(row.role));
        if has_team(row.role) && row.team_id.is_none() {
            return Err(Refusal::field("/teamId", "required", "Supervision officers and review leads have a team."));
        }
        known_team(conn, row.team_id)?;
        row.security_stamp = fresh_stamp();
        let mut writes = WriteSet::default();
        let at = writer.now.system;
        let answer = AccountSummary { version: version + 1, ..AccountSummary::of(&row) };
        writes.changes.push(Box::new(AccountReplaced { row, at }));
        writes.changes.push(Box::new(SessionsRevoked { account: id, at }));
        Ok(Decided::new(writes, answer))
    })
    .await
}

/// The state an account goes to. Nobody changes their own account, so the acting administrator always remains one.
fn next_state(
    row: &AccountRow,
    wanted: Option<AccountState>,
    by: AccountId,
    in_use: bool,
) -> Result<AccountState, Refusal> {
    let conflict = |code, detail| Err(Refusal::Conflict { code, detail });
    match (row.state, wanted.unwrap_or(row.state)) {
        (_, _) if row.id == by => {
            conflict("own_account", "Nobody changes their own account; ask another administrator.")
        }
        (AccountState::Left, _) => conflict("has_left", "The holder has left for good; make a new account."),
        (AccountState::Unconfirmed, AccountState::Active) => {
            conflict("not_in_use_yet", "Only its holder takes an account into use, with the activation code.")
        }
        (AccountState::Suspended, AccountState::Active) if !in_use => Ok(AccountState::Unconfirmed),
        (_, AccountState::Unconfirmed) if row.state != AccountState::Unconfirmed => {
            conflict("was_in_use", "An account that was in use is suspended or has left, and not unconfirmed.")
        }
        (_, wanted) => Ok(wanted),
    }
}

/// Reads a page of accounts.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(app: &App, ctx: &Ctx, after: Option<AccountId>, limit: i64) -> Result<AccountPage, Refusal> {
    let deed = Deed::of(Action::AccountRead, ObjectRef::none());
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        decide_without_subject(&reader.actor, Action::AccountRead, reader.purpose).allowed()?;
        let mut rows = account_page(conn, after, limit + 1)?;
        let more = rows.len() > usize::try_from(limit).unwrap_or(0);
        rows.truncate(usize::try_from(limit).unwrap_or(0));
        let next = if more { rows.last().map(|row| row.id) } else { None };
        Ok(AccountPage { items: rows.iter().map(AccountSummary::of).collect(), next })
    })
    .await
}

/// A stamp nobody has seen: every token that carries another one stops counting.
pub(crate) fn fresh_stamp() -> String {
    generate_token(&mut rand::rng()).expose_secret()[..22].to_owned()
}

pub(super) fn new_code(
    account: AccountId,
    issued_by: AccountId,
    now: UtcTime,
) -> Result<(ActivationCodeRow, String), Refusal> {
    let code = generate_code(&mut rand::rng());
    let hash = hash_code(CodeKind::Activation, code.expose_secret())
        .ok_or_else(|| Refusal::Keys("a code that is not one".to_owned()))?;
    let row = ActivationCodeRow {
        id: ActivationCodeId::fresh(),
        account_id: account,
        code_hash: hash.as_str().to_owned(),
        issued_by,
        issued_at: now,
        expires_at: now.plus(Duration::days(CODE_DAYS)),
        used_at: None,
    };
    Ok((row, code.expose_secret().to_owned()))
}

/// An account ready to be written.
pub(crate) struct Made {
    row: AccountRow,
    /// Every digest under which somebody may sign in by the same name already.
    usernames: Vec<String>,
    /// Encrypts the answer that is kept, which holds the code or secret.
    pub(crate) strongbox: Strongbox,
    code: Option<ActivationCodeRow>,
    answer: AccountMade,
}

impl Made {
    /// Encrypts names and hashes the secret of a machine, outside the unit of work.
    async fn prepare(
        app: &App,
        id: AccountId,
        new: &NewAccount,
        person: Option<PersonId>,
        by: AccountId,
        now: UtcTime,
    ) -> Result<Self, Refusal> {
        let (vault, passwords, new) = (app.vault.clone(), app.passwords.clone(), new.clone());
        tokio::task::spawn_blocking(move || {
            let strongbox = vault.create_for(id.as_str())?;
            let (code, secret, hash) = match new.kind {
                AccountKind::Person => (Some(new_code(id, by, now)?), None, None),
                AccountKind::Machine => {
                    let secret = generate_token(&mut rand::rng());
                    let hash = passwords.hash(&secret, &mut rand::rng()).map_err(|e| Refusal::Keys(e.to_string()))?;
                    (None, Some(secret.expose_secret().to_owned()), Some(hash))
                }
            };
            let (code_row, activation_code) = code.unzip();
            let state = if secret.is_some() { AccountState::Active } else { AccountState::Unconfirmed };
            let row = AccountRow {
                id,
                kind: new.kind,
                role: new.role,
                state,
                username_lookup: vault.blind().digest(Kind::Username, &normalised(&new.username)),
                username_enc: strongbox.seal("accounts", "username_enc", id.as_str(), &new.username)?,
                display_name_enc: strongbox.seal("accounts", "display_name_enc", id.as_str(), &new.display_name)?,
                organisation: new.organisation,
                team_id: new.team_id,
                person_id: person,
                password_hash: hash,
                totp_secret_enc: None,
                totp_last_step: 0,
                failed_sign_ins: 0,
                locked_until: None,
                security_stamp: fresh_stamp(),
                suspended_by: None,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            let usernames = vault.blind().every_digest(Kind::Username, &normalised(&new.username));
            Ok(Self {
                row,
                usernames,
                strongbox,
                code: code_row,
                answer: AccountMade { id, state, activation_code, secret },
            })
        })
        .await
        .map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
    }

    /// The account of somebody who acts for a registrant: it is of a person of its own, who is not in the register.
    pub(crate) async fn for_representative(
        app: &App,
        ctx: &Ctx,
        id: AccountId,
        username: &str,
    ) -> Result<Self, Refusal> {
        let new = NewAccount {
            username: username.to_owned(),
            display_name: username.to_owned(),
            role: Role::Registrant,
            kind: AccountKind::Person,
            organisation: REPRESENTATIVE.to_owned(),
            team_id: None,
        };
        Self::prepare(app, id, &new, Some(PersonId::fresh()), ctx.actor.account, ctx.now.system).await
    }

    /// What to write, when nobody signs in under this name yet.
    pub(crate) fn decide(&self, conn: &mut Conn) -> Result<Decided<AccountMade>, Refusal> {
        if account_find_by_username(conn, &self.usernames)?.is_some() {
            return Err(Refusal::Conflict {
                code: "username_taken",
                detail: "Somebody signs in under this name already.",
            });
        }
        let writes = WriteSet {
            accounts: vec![self.row.clone()],
            activation_codes: self.code.clone().into_iter().collect(),
            ..WriteSet::default()
        };
        Ok(Decided::new(writes, self.answer.clone()))
    }
}
