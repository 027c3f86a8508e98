//! Accounts: who signs in.

use diesel::prelude::{OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::AccountRow;
use super::schema::accounts;
use crate::ids::AccountId;

/// The account with this id.
pub fn account_find(conn: &mut Conn, id: AccountId) -> Result<Option<AccountRow>, StoreError> {
    Ok(accounts::table.find(id).select(AccountRow::as_select()).first(conn).optional()?)
}
