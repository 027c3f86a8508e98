//! The names of people who work with the register, as their colleagues see them on a screen.

use std::collections::HashMap;

use super::Ctx;
use crate::app::App;
use crate::ids::{AccountId, TeamId};
use crate::register::Refusal;
use crate::store::accounts::{account_find_many, account_list_of_team, team_list};
use crate::store::rows::AccountRow;
use crate::vocabulary::{AccountState, Role};

/// The names of these accounts, for somebody who works here. Accounts of registrants have none to show.
///
/// # Errors
/// [`Refusal::Forbidden`] for a registrant; [`Refusal::Keys`] when a name cannot be decrypted.
pub async fn names(app: &App, ctx: &Ctx, ids: Vec<AccountId>) -> Result<HashMap<AccountId, String>, Refusal> {
    if ctx.actor.role == Role::Registrant {
        return Err(Refusal::Forbidden("the names of people who work here are for their colleagues"));
    }
    names_of(app, ids).await
}

/// The names of these accounts, for whoever has a right to know who they are.
pub(crate) async fn names_of(app: &App, mut ids: Vec<AccountId>) -> Result<HashMap<AccountId, String>, Refusal> {
    ids.sort_unstable();
    ids.dedup();
    let rows = app.store.read(move |conn| account_find_many(conn, &ids)).await?;
    let mut names = HashMap::new();
    for row in rows.into_iter().filter(|row| row.role != Role::Registrant) {
        names.insert(row.id, name_of(app, row).await?);
    }
    Ok(names)
}

/// The officers and leads of a team who are in use, by name: among whom work is given out.
///
/// # Errors
/// As [`names`].
pub async fn of_team(app: &App, ctx: &Ctx, team: TeamId) -> Result<Vec<(AccountId, String)>, Refusal> {
    let rows = app.store.read(move |conn| account_list_of_team(conn, team)).await?;
    let ids = rows.into_iter().filter(|row| row.state == AccountState::Active).map(|row| row.id).collect();
    let mut found: Vec<_> = names(app, ctx, ids).await?.into_iter().collect();
    found.sort_by(|(a, one), (b, other)| (one, a).cmp(&(other, b)));
    Ok(found)
}

/// The teams by name, for somebody who works here.
///
/// # Errors
/// [`Refusal::Forbidden`] for a registrant.
pub async fn teams(app: &App, ctx: &Ctx) -> Result<Vec<(TeamId, String)>, Refusal> {
    if ctx.actor.role == Role::Registrant {
        return Err(Refusal::Forbidden("the teams are for the people who work here"));
    }
    let rows = app.store.read(team_list).await?;
    Ok(rows.into_iter().map(|team| (team.id, team.name)).collect())
}

/// The names of the leads of a team who are in use, in order.
///
/// # Errors
/// As [`names`].
pub async fn leads_of(app: &App, ctx: &Ctx, team: TeamId) -> Result<Vec<String>, Refusal> {
    let mut rows = app.store.read(move |conn| account_list_of_team(conn, team)).await?;
    rows.retain(|row| row.state == AccountState::Active && row.role == Role::ReviewLead);
    let mut found: Vec<String> =
        names(app, ctx, rows.iter().map(|row| row.id).collect()).await?.into_values().collect();
    found.sort();
    Ok(found)
}

/// The name of one account. May wait for the key store.
pub(super) async fn name_of(app: &App, account: AccountRow) -> Result<String, Refusal> {
    let vault = app.vault.clone();
    tokio::task::spawn_blocking(move || {
        vault.open("accounts", "display_name_enc", account.id.as_str(), &account.display_name_enc)
    })
    .await
    .map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
}
