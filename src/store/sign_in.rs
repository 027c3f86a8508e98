//! Outside identities of accounts, sign-ins on their way, and the keys and used assertions of machines.

use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::rows::{AccountRow, ConsoleSessionRow, SessionRow};
use super::schema::{
    account_identities, accounts, client_assertions, client_keys, console_sessions, sessions, sign_in_attempts,
};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::{AccountId, AccountIdentityId, ClientKeyId, SessionId};

/// An outside identity and the account it belongs to.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_identities)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct AccountIdentityRow {
    pub id: AccountIdentityId,
    pub account_id: AccountId,
    pub issuer: String,
    pub subject_lookup: String,
    pub bound_at: UtcTime,
}

/// A sign-in on its way.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_in_attempts)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct SignInAttemptRow {
    pub state_hash: String,
    pub browser_hash: String,
    pub issuer: String,
    pub session_id: Option<SessionId>,
    pub started_at: UtcTime,
    pub expires_at: UtcTime,
    pub answered_at: Option<UtcTime>,
    pub subject_lookup: Option<String>,
    pub roles: Option<String>,
    pub proved_at: Option<UtcTime>,
    pub bound_at: Option<UtcTime>,
}

/// A key by which a machine signs in.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = client_keys)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ClientKeyRow {
    pub id: ClientKeyId,
    pub account_id: AccountId,
    pub kid: String,
    pub jwk: String,
    pub created_by: AccountId,
    pub created_at: UtcTime,
    pub expires_at: UtcTime,
    pub revoked_at: Option<UtcTime>,
}

/// An assertion that was used.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = client_assertions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ClientAssertionRow {
    pub account_id: AccountId,
    pub jti_hash: String,
    pub expires_at: UtcTime,
}

/// The account an outside identity belongs to, under one of these digests of it.
pub fn account_find_by_identity(
    conn: &mut Conn,
    issuer: &str,
    lookups: &[String],
) -> Result<Option<AccountRow>, StoreError> {
    Ok(account_identities::table
        .inner_join(accounts::table)
        .filter(account_identities::issuer.eq(issuer).and(account_identities::subject_lookup.eq_any(lookups)))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?)
}

/// Whether an account has an outside identity.
pub fn account_identity_exists(conn: &mut Conn, account: AccountId) -> Result<bool, StoreError> {
    let count: i64 =
        account_identities::table.filter(account_identities::account_id.eq(account)).count().get_result(conn)?;
    Ok(count > 0)
}

/// The sign-in that is on its way under this hash of a state.
pub fn sign_in_attempt_find(conn: &mut Conn, state_hash: &str) -> Result<Option<SignInAttemptRow>, StoreError> {
    Ok(sign_in_attempts::table.find(state_hash).select(SignInAttemptRow::as_select()).first(conn).optional()?)
}

/// The keys of a machine, oldest first.
pub fn client_key_list(conn: &mut Conn, account: AccountId) -> Result<Vec<ClientKeyRow>, StoreError> {
    Ok(client_keys::table
        .filter(client_keys::account_id.eq(account))
        .order(client_keys::id)
        .select(ClientKeyRow::as_select())
        .load(conn)?)
}

/// Whether an assertion was used before.
pub fn client_assertion_exists(conn: &mut Conn, account: AccountId, jti_hash: &str) -> Result<bool, StoreError> {
    let known: i64 = client_assertions::table.find((account, jti_hash)).count().get_result(conn)?;
    Ok(known > 0)
}

/// What became of a sign-in on its way. Each step happens once.
#[derive(Debug, Clone)]
pub enum SignInAttemptMoved {
    /// The browser came back.
    Answered(UtcTime),
    /// The issuer vouched for somebody without an account.
    Vouched {
        /// Digest of issuer and subject.
        subject: String,
        /// The roles that were asserted, with a space between.
        roles: String,
        /// When they proved to be there, if the issuer says.
        proved_at: Option<UtcTime>,
    },
    /// An account was bound.
    Bound(UtcTime),
}

/// A step of a sign-in on its way.
#[derive(Debug, Clone)]
pub struct SignInAttemptStep {
    /// Which.
    pub state_hash: String,
    /// What happened.
    pub to: SignInAttemptMoved,
}

impl Change for SignInAttemptStep {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = sign_in_attempts::table.find(&self.state_hash);
        let changed = match &self.to {
            SignInAttemptMoved::Answered(at) => diesel::update(row.filter(sign_in_attempts::answered_at.is_null()))
                .set(sign_in_attempts::answered_at.eq(*at))
                .execute(conn)?,
            SignInAttemptMoved::Vouched { subject, roles, proved_at } => {
                diesel::update(row.filter(sign_in_attempts::subject_lookup.is_null()))
                    .set((
                        sign_in_attempts::subject_lookup.eq(subject),
                        sign_in_attempts::roles.eq(roles),
                        sign_in_attempts::proved_at.eq(*proved_at),
                    ))
                    .execute(conn)?
            }
            SignInAttemptMoved::Bound(at) => diesel::update(row.filter(sign_in_attempts::bound_at.is_null()))
                .set(sign_in_attempts::bound_at.eq(*at))
                .execute(conn)?,
        };
        moved(changed)
    }
}

/// Forgets sign-ins and assertions that expired before a moment: nothing can come of them.
#[derive(Debug, Clone, Copy)]
pub struct ExpiredSignInsForgotten(pub UtcTime);

impl Change for ExpiredSignInsForgotten {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::delete(sign_in_attempts::table.filter(sign_in_attempts::expires_at.lt(self.0))).execute(conn)?;
        diesel::delete(client_assertions::table.filter(client_assertions::expires_at.lt(self.0))).execute(conn)?;
        Ok(())
    }
}

/// Takes away what an identity about to be bound would collide with: the account's earlier one with the issuer, and
/// the identity itself where its account is of somebody who left.
#[derive(Debug, Clone)]
pub struct IdentityMadeFree {
    /// The account.
    pub account: AccountId,
    /// The issuer.
    pub issuer: String,
    /// The digests of the identity.
    pub lookups: Vec<String>,
}

impl Change for IdentityMadeFree {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let of_issuer = account_identities::issuer.eq(&self.issuer);
        let same = account_identities::account_id
            .eq(self.account)
            .or(account_identities::subject_lookup.eq_any(&self.lookups));
        diesel::delete(account_identities::table.filter(of_issuer.and(same))).execute(conn)?;
        Ok(())
    }
}

/// No outside identity opens an account any more.
#[derive(Debug, Clone, Copy)]
pub struct IdentitiesForgotten(pub AccountId);

impl Change for IdentitiesForgotten {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::delete(account_identities::table.filter(account_identities::account_id.eq(self.0))).execute(conn)?;
        Ok(())
    }
}

/// A key of a machine counts no longer.
#[derive(Debug, Clone, Copy)]
pub struct ClientKeyRevoked {
    /// The key.
    pub id: ClientKeyId,
    /// When.
    pub at: UtcTime,
}

impl Change for ClientKeyRevoked {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = client_keys::table.find(self.id).filter(client_keys::revoked_at.is_null());
        moved(diesel::update(open).set(client_keys::revoked_at.eq(self.at)).execute(conn)?)
    }
}

/// The holder of a session proved to be there.
#[derive(Debug, Clone, Copy)]
pub struct SessionProved {
    /// The session.
    pub id: SessionId,
    /// When.
    pub at: UtcTime,
}

impl Change for SessionProved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = sessions::table.find(self.id).filter(sessions::revoked_at.is_null());
        moved(diesel::update(open).set(sessions::proved_at.eq(self.at)).execute(conn)?)
    }
}

/// A session of the console that is opened after every earlier one of its account was ended, in the same unit of work.
#[derive(Debug, Clone)]
pub struct SessionOpened {
    /// The session.
    pub session: SessionRow,
    /// What the console remembers of it.
    pub remembered: ConsoleSessionRow,
}

impl Change for SessionOpened {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(sessions::table).values(&self.session).execute(c))?;
        each_backend!(conn, |c| diesel::insert_into(console_sessions::table).values(&self.remembered).execute(c))?;
        Ok(())
    }
}
