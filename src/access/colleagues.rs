//! The names of people who work with the register, as their colleagues see them on a screen.

use std::collections::HashMap;

use super::Ctx;
use crate::app::App;
use crate::ids::AccountId;
use crate::register::Refusal;
use crate::store::accounts::account_find_many;
use crate::store::rows::AccountRow;
use crate::vocabulary::Role;

/// The names of these accounts, for somebody who works here. Accounts of registrants have none to show.
///
/// # Errors
/// [`Refusal::Forbidden`] for a registrant; [`Refusal::Keys`] when a name cannot be decrypted.
pub async fn names(app: &App, ctx: &Ctx, mut ids: Vec<AccountId>) -> Result<HashMap<AccountId, String>, Refusal> {
    if ctx.actor.role == Role::Registrant {
        return Err(Refusal::Forbidden("the names of people who work here are for their colleagues"));
    }
    ids.sort_unstable();
    ids.dedup();
    let rows = app.store.read(move |conn| account_find_many(conn, &ids)).await?;
    let mut names = HashMap::new();
    for row in rows.into_iter().filter(|row| row.role != Role::Registrant) {
        names.insert(row.id, name_of(app, row).await?);
    }
    Ok(names)
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
