//! Accounts, their sessions, refresh tokens and activation codes.

use diesel::prelude::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::rows::{AccountRow, ActivationCodeRow, RefreshTokenRow, SessionRow, TeamRow};
use super::schema::{accounts, activation_codes, refresh_tokens, sessions, teams};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, ActivationCodeId, PersonId, RefreshTokenId, SessionId, TeamId};
use crate::vocabulary::{AccountState, Role};

/// The account with this id.
pub fn account_find(conn: &mut Conn, id: AccountId) -> Result<Option<AccountRow>, StoreError> {
    Ok(accounts::table.find(id).select(AccountRow::as_select()).first(conn).optional()?)
}

/// The accounts with these ids.
pub fn account_find_many(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<AccountRow>, StoreError> {
    let mut rows = Vec::new();
    for chunk in ids.chunks(1_000) {
        let found: Vec<AccountRow> =
            accounts::table.filter(accounts::id.eq_any(chunk)).select(AccountRow::as_select()).load(conn)?;
        rows.extend(found);
    }
    Ok(rows)
}

/// The account that signs in under one of these digests of a user name.
pub fn account_find_by_username(conn: &mut Conn, lookups: &[String]) -> Result<Option<AccountRow>, StoreError> {
    Ok(accounts::table
        .filter(accounts::username_lookup.eq_any(lookups))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?)
}

/// The account of a registrant.
pub fn account_find_of_person(conn: &mut Conn, person: PersonId) -> Result<Option<AccountRow>, StoreError> {
    Ok(accounts::table
        .filter(accounts::person_id.eq(person))
        .select(AccountRow::as_select())
        .order(accounts::id)
        .first(conn)
        .optional()?)
}

/// Accounts after `after` in the order of their ids, at most `limit`.
pub fn account_page(conn: &mut Conn, after: Option<AccountId>, limit: i64) -> Result<Vec<AccountRow>, StoreError> {
    let mut query = accounts::table.select(AccountRow::as_select()).order(accounts::id).limit(limit).into_boxed();
    if let Some(after) = after {
        query = query.filter(accounts::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// Officers and leads of a team whose accounts are not gone, in the order of their ids.
pub fn account_list_of_team(conn: &mut Conn, team: TeamId) -> Result<Vec<AccountRow>, StoreError> {
    Ok(accounts::table
        .filter(accounts::team_id.eq(team))
        .filter(accounts::role.eq_any([Role::SupervisionOfficer, Role::ReviewLead]))
        .filter(accounts::state.ne(AccountState::Left))
        .select(AccountRow::as_select())
        .order(accounts::id)
        .load(conn)?)
}

/// How many accounts of a role are not gone.
pub fn account_count_of(conn: &mut Conn, role: Role) -> Result<i64, StoreError> {
    Ok(accounts::table
        .filter(accounts::role.eq(role))
        .filter(accounts::state.ne(AccountState::Left))
        .count()
        .get_result(conn)?)
}

/// Every team, by name.
pub fn team_list(conn: &mut Conn) -> Result<Vec<TeamRow>, StoreError> {
    Ok(teams::table.select(TeamRow::as_select()).order(teams::name).load(conn)?)
}

/// The team with this id.
pub fn team_find(conn: &mut Conn, id: TeamId) -> Result<Option<TeamRow>, StoreError> {
    Ok(teams::table.find(id).select(TeamRow::as_select()).first(conn).optional()?)
}

/// A session with its account.
pub fn session_find(conn: &mut Conn, id: SessionId) -> Result<Option<(SessionRow, AccountRow)>, StoreError> {
    Ok(sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq(id))
        .select((SessionRow::as_select(), AccountRow::as_select()))
        .first(conn)
        .optional()?)
}

/// The refresh token with this hash.
pub fn refresh_token_find(conn: &mut Conn, hash: &str) -> Result<Option<RefreshTokenRow>, StoreError> {
    Ok(refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(hash))
        .select(RefreshTokenRow::as_select())
        .first(conn)
        .optional()?)
}

/// The activation code with this hash, with its account.
pub fn activation_code_find(
    conn: &mut Conn,
    hash: &str,
) -> Result<Option<(ActivationCodeRow, AccountRow)>, StoreError> {
    Ok(activation_codes::table
        .inner_join(accounts::table)
        .filter(activation_codes::code_hash.eq(hash))
        .select((ActivationCodeRow::as_select(), AccountRow::as_select()))
        .first(conn)
        .optional()?)
}

/// A new state of an account, whole. Needs the version that was read.
#[derive(Debug, Clone)]
pub struct AccountReplaced {
    /// The row as it is to be; its version is the one that was read.
    pub row: AccountRow,
    /// When.
    pub at: UtcTime,
}

impl Change for AccountReplaced {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = &self.row;
        let current = accounts::table.find(row.id).filter(accounts::version.eq(row.version));
        let changed = diesel::update(current)
            .set((
                accounts::role.eq(row.role),
                accounts::state.eq(row.state),
                accounts::team_id.eq(row.team_id),
                accounts::password_hash.eq(&row.password_hash),
                accounts::totp_secret_enc.eq(&row.totp_secret_enc),
                accounts::totp_last_step.eq(row.totp_last_step),
                accounts::failed_sign_ins.eq(row.failed_sign_ins),
                accounts::locked_until.eq(row.locked_until),
                accounts::security_stamp.eq(&row.security_stamp),
                accounts::suspended_by.eq(row.suspended_by),
                accounts::version.eq(row.version + 1),
                accounts::updated_at.eq(self.at),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// A session ends now.
#[derive(Debug, Clone, Copy)]
pub struct SessionRevoked {
    /// The session.
    pub id: SessionId,
    /// When.
    pub at: UtcTime,
}

impl Change for SessionRevoked {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = sessions::table.find(self.id).filter(sessions::revoked_at.is_null());
        diesel::update(open).set(sessions::revoked_at.eq(self.at)).execute(conn)?;
        Ok(())
    }
}

/// Every session of an account ends now.
#[derive(Debug, Clone, Copy)]
pub struct SessionsRevoked {
    /// The account.
    pub account: AccountId,
    /// When.
    pub at: UtcTime,
}

impl Change for SessionsRevoked {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = sessions::table.filter(sessions::account_id.eq(self.account)).filter(sessions::revoked_at.is_null());
        diesel::update(open).set(sessions::revoked_at.eq(self.at)).execute(conn)?;
        Ok(())
    }
}

/// A refresh token was used: it is never accepted again.
#[derive(Debug, Clone, Copy)]
pub struct RefreshTokenUsed {
    /// The token.
    pub id: RefreshTokenId,
    /// Its session.
    pub session: SessionId,
    /// When.
    pub at: UtcTime,
}

impl Change for RefreshTokenUsed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let unused = refresh_tokens::table.find(self.id).filter(refresh_tokens::used_at.is_null());
        moved(diesel::update(unused).set(refresh_tokens::used_at.eq(self.at)).execute(conn)?)?;
        let session = sessions::table.find(self.session);
        diesel::update(session).set(sessions::last_used_at.eq(self.at)).execute(conn)?;
        Ok(())
    }
}

/// No activation code of an account counts any more but this one.
#[derive(Debug, Clone, Copy)]
pub struct ActivationCodesVoided {
    /// The account.
    pub account: AccountId,
    /// The one that counts, if one does.
    pub but: Option<ActivationCodeId>,
    /// When.
    pub at: UtcTime,
}

impl Change for ActivationCodesVoided {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = activation_codes::table
            .filter(activation_codes::account_id.eq(self.account))
            .filter(activation_codes::used_at.is_null())
            .select(activation_codes::id);
        let mut void: Vec<ActivationCodeId> = open.load(conn)?;
        void.retain(|code| Some(*code) != self.but);
        let void = activation_codes::table.filter(activation_codes::id.eq_any(void));
        diesel::update(void).set(activation_codes::used_at.eq(self.at)).execute(conn)?;
        Ok(())
    }
}

/// An activation code was used: neither it nor any other code of the account is accepted again.
#[derive(Debug, Clone, Copy)]
pub struct ActivationCodeUsed {
    /// The code.
    pub id: ActivationCodeId,
    /// Its account.
    pub account: AccountId,
    /// When.
    pub at: UtcTime,
}

impl Change for ActivationCodeUsed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let unused = activation_codes::table.find(self.id).filter(activation_codes::used_at.is_null());
        moved(diesel::update(unused).set(activation_codes::used_at.eq(self.at)).execute(conn)?)?;
        let others = activation_codes::table
            .filter(activation_codes::account_id.eq(self.account))
            .filter(activation_codes::used_at.is_null());
        diesel::update(others).set(activation_codes::used_at.eq(self.at)).execute(conn)?;
        Ok(())
    }
}
