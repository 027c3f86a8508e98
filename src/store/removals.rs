//! How files end: removed, destroyed, and what is deleted then.

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::schema::{
    account_identities, accounts, merges, person_lookups, persons, registrations, removals, representatives,
};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::ids::{AccountId, PersonId, RegistrationId, RemovalId};
use crate::vocabulary::{AccountState, MergeState, RemovalGround, RemovalState, Stage};

/// The removal of a file.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = removals)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct RemovalRow {
    pub id: RemovalId,
    pub registration_id: RegistrationId,
    pub state: RemovalState,
    pub ground: RemovalGround,
    pub decide_by: NaiveDate,
    pub proposed_by: AccountId,
    pub proposed_at: UtcTime,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<UtcTime>,
    pub destroy_from: Option<NaiveDate>,
    pub destruction_proposed_by: Option<AccountId>,
    pub destruction_proposed_at: Option<UtcTime>,
    pub destruction_decided_by: Option<AccountId>,
    pub destruction_decided_at: Option<UtcTime>,
    pub destroyed_at: Option<UtcTime>,
    pub version: i64,
}

/// A removal of this registration.
pub fn removal_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: RemovalId,
) -> Result<Option<RemovalRow>, StoreError> {
    Ok(removals::table
        .filter(removals::id.eq(id).and(removals::registration_id.eq(registration)))
        .select(RemovalRow::as_select())
        .first(conn)
        .optional()?)
}

/// Every removal of this registration, the last first.
pub fn removal_list(conn: &mut Conn, registration: RegistrationId) -> Result<Vec<RemovalRow>, StoreError> {
    Ok(removals::table
        .filter(removals::registration_id.eq(registration))
        .select(RemovalRow::as_select())
        .order(removals::id.desc())
        .load(conn)?)
}

/// A removal as it is from now on. Its version is the one that was read.
#[derive(Debug, Clone)]
pub struct RemovalReplaced(pub RemovalRow);

impl Change for RemovalReplaced {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let row = &self.0;
        let current = removals::table.find(row.id).filter(removals::version.eq(row.version));
        let changed = diesel::update(current)
            .set((
                removals::state.eq(row.state),
                removals::decided_by.eq(row.decided_by),
                removals::decided_at.eq(row.decided_at),
                removals::destroy_from.eq(row.destroy_from),
                removals::destruction_proposed_by.eq(row.destruction_proposed_by),
                removals::destruction_proposed_at.eq(row.destruction_proposed_at),
                removals::destruction_decided_by.eq(row.destruction_decided_by),
                removals::destruction_decided_at.eq(row.destruction_decided_at),
                removals::destroyed_at.eq(row.destroyed_at),
                removals::version.eq(row.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// What goes when a file is destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belongings {
    /// The file, and the files that were taken up in it.
    pub registrations: Vec<RegistrationId>,
    /// Whose they are.
    pub persons: Vec<PersonId>,
    /// The accounts of these persons and of whoever acted for them.
    pub accounts: Vec<AccountId>,
    /// The names of the data keys of these persons.
    pub person_keys: Vec<String>,
    /// A ciphertext of each account, which names its data key.
    pub account_ciphertexts: Vec<String>,
    /// Other files of these persons that are not destroyed.
    pub others: Vec<RegistrationId>,
}

/// Everything that belongs to a file and goes with it.
pub fn belongings(conn: &mut Conn, registration: RegistrationId) -> Result<Belongings, StoreError> {
    let mut files = vec![registration];
    let taken_up: Vec<RegistrationId> = merges::table
        .filter(merges::surviving_id.eq(registration))
        .filter(merges::state.eq_any([MergeState::Merged, MergeState::SplitProposed]))
        .select(merges::absorbed_id)
        .load(conn)?;
    files.extend(taken_up);
    let people: Vec<PersonId> = registrations::table
        .filter(registrations::id.eq_any(&files))
        .select(registrations::person_id)
        .distinct()
        .order(registrations::person_id)
        .load(conn)?;
    let others = registrations::table
        .filter(registrations::person_id.eq_any(&people))
        .filter(registrations::id.ne_all(&files))
        .filter(registrations::stage.ne(Stage::Destroyed))
        .select(registrations::id)
        .load(conn)?;
    let acting: Vec<Option<AccountId>> = representatives::table
        .filter(representatives::registration_id.eq_any(&files))
        .filter(representatives::account_id.is_not_null())
        .select(representatives::account_id)
        .load(conn)?;
    let acting: Vec<AccountId> = acting.into_iter().flatten().collect();
    let held: Vec<(AccountId, String)> = accounts::table
        .filter(accounts::person_id.eq_any(&people).or(accounts::id.eq_any(&acting)))
        .select((accounts::id, accounts::username_enc))
        .load(conn)?;
    let (holders, account_ciphertexts) = held.into_iter().unzip();
    let person_keys = persons::table.filter(persons::id.eq_any(&people)).select(persons::data_key_id).load(conn)?;
    Ok(Belongings {
        registrations: files,
        persons: people,
        accounts: holders,
        person_keys,
        account_ciphertexts,
        others,
    })
}

/// Deletes what finds the persons, and closes their accounts for ever. What is encrypted stays; its key goes.
#[derive(Debug, Clone)]
pub struct PersonsErased {
    /// What goes.
    pub what: Belongings,
    /// When.
    pub at: UtcTime,
    /// The stamp of the closed accounts, which no token carries.
    pub security_stamp: String,
}

impl Change for PersonsErased {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let found_by = person_lookups::table.filter(person_lookups::person_id.eq_any(&self.what.persons));
        diesel::delete(found_by).execute(conn)?;
        let known_elsewhere =
            account_identities::table.filter(account_identities::account_id.eq_any(&self.what.accounts));
        diesel::delete(known_elsewhere).execute(conn)?;
        let made_of = merges::table.filter(merges::surviving_id.eq_any(&self.what.registrations));
        diesel::update(made_of).set(merges::lookups_added.eq("[]")).execute(conn)?;
        for account in &self.what.accounts {
            diesel::update(accounts::table.find(account))
                .set((
                    accounts::state.eq(AccountState::Left),
                    accounts::username_lookup.eq(format!("erased:{account}")),
                    accounts::password_hash.eq(None::<String>),
                    accounts::totp_secret_enc.eq(None::<String>),
                    accounts::security_stamp.eq(&self.security_stamp),
                    accounts::version.eq(accounts::version + 1_i64),
                    accounts::updated_at.eq(self.at),
                ))
                .execute(conn)?;
        }
        let files = registrations::table.filter(registrations::id.eq_any(&self.what.registrations));
        diesel::update(files)
            .set((registrations::stage.eq(Stage::Destroyed), registrations::updated_at.eq(self.at)))
            .execute(conn)?;
        Ok(())
    }
}

/// Removals whose keys are still to be destroyed, at most `limit`.
pub fn removal_list_unfinished(conn: &mut Conn, limit: i64) -> Result<Vec<RemovalRow>, StoreError> {
    Ok(removals::table
        .filter(removals::state.eq(RemovalState::Destroying))
        .select(RemovalRow::as_select())
        .order(removals::id)
        .limit(limit)
        .load(conn)?)
}
