//! What somebody at the machine itself may do with accounts and teams, without signing in: they hold the keys and the database
//! anyway. Each act stands in the audit as one of the command line. Nobody here sets or reads a password.

use super::Action;
use super::accounts::new_code;
use super::sign_in::normalised;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::crypto::blind::Kind;
use crate::ids::TeamId;
use crate::register::{FieldError, Refusal};
use crate::store::accounts::{account_find_by_username, account_page, team_list};
use crate::store::rows::{AccountRow, TeamRow};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::{AccountKind, AccountState, Role};

/// The part of the program that stands in the audit.
const PART: &str = "command-line";
/// Characters in the name of a team or region.
const LONGEST_NAME: usize = 80;
/// Accounts read at once.
const PAGE: i64 = 200;

/// An account as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name it signs in with.
    pub username: String,
    /// Its role.
    pub role: Role,
    /// Person or machine.
    pub kind: AccountKind,
    /// Where it is in its life.
    pub state: AccountState,
    /// Its organisation.
    pub organisation: String,
}

/// Every account but those of registrants, whose names are content.
///
/// # Errors
/// [`Refusal::Keys`] when a name cannot be decrypted; [`Refusal::Store`].
pub async fn list(app: &App) -> Result<Vec<Listed>, Refusal> {
    let rows = app.store.read(|conn: &mut Conn| staff(conn)).await?;
    let leaf = app.audit.leaf_of_system(
        PART,
        app.clock.now().system,
        &Deed::of(Action::AccountRead, ObjectRef::none()).with_fields(&["username"]),
    )?;
    app.store
        .write(Scope::Append, move |_| {
            let writes = WriteSet { audit: vec![leaf.clone()], ..WriteSet::default() };
            Ok::<_, Refusal>(Decided::new(writes, ()))
        })
        .await?;
    let vault = app.vault.clone();
    tokio::task::spawn_blocking(move || {
        rows.into_iter()
            .map(|row| {
                let username = vault.open("accounts", "username_enc", row.id.as_str(), &row.username_enc)?;
                Ok(Listed {
                    username,
                    role: row.role,
                    kind: row.kind,
                    state: row.state,
                    organisation: row.organisation,
                })
            })
            .collect()
    })
    .await
    .map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
}

fn staff(conn: &mut Conn) -> Result<Vec<AccountRow>, Refusal> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = account_page(conn, after, PAGE)?;
        let Some(last) = page.last().map(|row| row.id) else { return Ok(found) };
        after = Some(last);
        found.extend(page.into_iter().filter(|row| row.role != Role::Registrant));
    }
}

/// Makes a team, to which officers, leads and files then belong. Caseload rules go by its region.
///
/// # Errors
/// [`Refusal::Conflict`] when there is a team of that name; [`Refusal::Invalid`] for an empty or overlong name.
pub async fn create_team(app: &App, name: &str, region: &str) -> Result<TeamId, Refusal> {
    let (name, region) = (name.trim().to_owned(), region.trim().to_owned());
    let faults = [("/name", &name), ("/region", &region)]
        .into_iter()
        .filter(|(_, text)| text.is_empty() || text.chars().count() > LONGEST_NAME);
    Refusal::unless_empty(
        faults.map(|(at, _)| FieldError::new(at, "length", "One to eighty characters are wanted.")).collect(),
    )?;
    let (audit, now) = (app.audit.clone(), app.clock.now().system);
    let made = move |conn: &mut Conn| {
        if team_list(conn)?.iter().any(|team| team.name == name) {
            return Err(Refusal::Conflict { code: "team_exists", detail: "There is a team of that name already." });
        }
        let team = TeamRow { id: TeamId::fresh(), name: name.clone(), region: region.clone() };
        let id = team.id;
        let deed = Deed::of(Action::AccountManage, ObjectRef::none()).with_fields(&["team"]);
        let audit = vec![audit.leaf_of_system(PART, now, &deed)?];
        Ok(Decided::new(WriteSet { teams: vec![team], audit, ..WriteSet::default() }, id))
    };
    app.store.write(Scope::Alone, made).await
}

/// Every team, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn teams(app: &App) -> Result<Vec<TeamRow>, Refusal> {
    Ok(app.store.read(team_list).await?)
}

/// A new one-time code for the holder of a staff account who lost the password or the second factor. Both stop
/// counting, and every session ends, when the code is used. Gives the code and when it expires.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown name; [`Refusal::Conflict`] for an account that takes no code here.
pub async fn issue_code(app: &App, username: &str) -> Result<(String, UtcTime), Refusal> {
    let (app, lookups) = (app.clone(), app.vault.blind().every_digest(Kind::Username, &normalised(username)));
    let store = app.store.clone();
    store
        .write(Scope::Alone, move |conn| {
            let account = account_find_by_username(conn, &lookups)?.ok_or(Refusal::NotFound)?;
            takes_code(&account)?;
            let now = app.clock.now().system;
            let (row, code) = new_code(account.id, account.id, now)?;
            let expires = row.expires_at;
            let deed = Deed::of(Action::ActivationCodeIssue, ObjectRef::account(account.id));
            let audit = vec![app.audit.leaf_of_system(PART, now, &deed)?];
            let writes = WriteSet { activation_codes: vec![row], audit, ..WriteSet::default() };
            Ok(Decided::new(writes, (code, expires)))
        })
        .await
}

fn takes_code(account: &AccountRow) -> Result<(), Refusal> {
    let detail = match (account.role, account.kind, account.state) {
        (Role::Registrant, _, _) => "The officer of a registrant issues the code, after checking identity.",
        (_, AccountKind::Machine, _) => "A machine has a secret and no code; make a new machine account.",
        (_, _, AccountState::Suspended) => "The account is suspended; an administrator lifts that first.",
        (_, _, AccountState::Left) => "The holder of the account has left; make a new account.",
        (_, AccountKind::Person, AccountState::Unconfirmed | AccountState::Active) => return Ok(()),
    };
    Err(Refusal::Conflict { code: "no_code_here", detail })
}
