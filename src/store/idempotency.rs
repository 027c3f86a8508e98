//! Answers kept for requests that may be repeated.

use diesel::prelude::{OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::rows::IdempotencyKeyRow;
use super::schema::idempotency_keys;
use crate::ids::AccountId;

/// What this account was answered under this key.
pub fn idempotency_find(
    conn: &mut Conn,
    account: AccountId,
    key_hash: &str,
) -> Result<Option<IdempotencyKeyRow>, StoreError> {
    Ok(idempotency_keys::table
        .find((account, key_hash))
        .select(IdempotencyKeyRow::as_select())
        .first(conn)
        .optional()?)
}
