//! Persons and the blind index by which they are found.

use diesel::prelude::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper};

use super::conn::Conn;
use super::error::StoreError;
use super::registrations::moved;
use super::rows::{PersonLookupRow, PersonRow};
use super::schema::{person_lookups, persons};
use super::write_set::Change;
use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::PersonId;
use crate::vocabulary::{DeliveryChannel, Language, LookupKind};

diesel::alias!(
    // The index again, for the second and every further digest.
    const other_lookups: Alias<OtherLookups> = person_lookups as other_lookups;
);

/// The person with this id.
pub fn person_find(conn: &mut Conn, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
    Ok(persons::table.find(id).select(PersonRow::as_select()).first(conn).optional()?)
}

/// The persons with these ids, in the order of their ids.
pub fn person_find_many(conn: &mut Conn, ids: &[PersonId]) -> Result<Vec<PersonRow>, StoreError> {
    Ok(persons::table.filter(persons::id.eq_any(ids)).select(PersonRow::as_select()).order(persons::id).load(conn)?)
}

/// What to look for in the blind index: the digests under which it may stand, one per key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What it is.
    pub kind: LookupKind,
    /// Any of these.
    pub digests: Vec<String>,
}

/// Persons for whom every one of these terms is in the index, in the order of their ids, at most `limit`.
pub fn person_ids_by_terms(conn: &mut Conn, terms: &[Term], limit: i64) -> Result<Vec<PersonId>, StoreError> {
    let Some((first, further)) = terms.split_first() else { return Ok(Vec::new()) };
    let mut query = person_lookups::table
        .filter(person_lookups::kind.eq(first.kind))
        .filter(person_lookups::digest.eq_any(&first.digests))
        .select(person_lookups::person_id)
        .distinct()
        .order(person_lookups::person_id)
        .limit(limit)
        .into_boxed();
    let other = other_lookups;
    for term in further {
        let same = other
            .filter(other.field(person_lookups::kind).eq(term.kind))
            .filter(other.field(person_lookups::digest).eq_any(&term.digests))
            .select(other.field(person_lookups::person_id));
        query = query.filter(person_lookups::person_id.eq_any(same));
    }
    Ok(query.load(conn)?)
}

/// New contact details of a person. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct PersonContactChanged {
    pub id: PersonId,
    pub version: i64,
    pub contact_enc: String,
    pub channel: DeliveryChannel,
    pub language: Language,
    pub lookups: Vec<PersonLookupRow>,
    pub updated_at: UtcTime,
}

impl Change for PersonContactChanged {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = persons::table.find(self.id).filter(persons::version.eq(self.version));
        let changed = diesel::update(current)
            .set((
                persons::contact_enc.eq(&self.contact_enc),
                persons::channel.eq(self.channel),
                persons::language.eq(self.language),
                persons::version.eq(self.version + 1),
                persons::updated_at.eq(self.updated_at),
            ))
            .execute(conn)?;
        moved(changed)?;
        let contact = [LookupKind::Email, LookupKind::Phone];
        let old = person_lookups::table
            .filter(person_lookups::person_id.eq(self.id))
            .filter(person_lookups::kind.eq_any(contact));
        diesel::delete(old).execute(conn)?;
        each_backend!(conn, |c| diesel::insert_into(person_lookups::table).values(&self.lookups).execute(c))?;
        Ok(())
    }
}

/// Every way in which a person is found.
pub fn person_lookup_list(conn: &mut Conn, person: PersonId) -> Result<Vec<PersonLookupRow>, StoreError> {
    Ok(person_lookups::table
        .filter(person_lookups::person_id.eq(person))
        .select(PersonLookupRow::as_select())
        .order((person_lookups::kind, person_lookups::digest))
        .load(conn)?)
}

/// Another chain number of a person; the old one goes on finding them. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct PersonChainNumberReplaced {
    pub id: PersonId,
    pub version: i64,
    pub skn_enc: String,
    pub updated_at: UtcTime,
}

impl Change for PersonChainNumberReplaced {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let current = persons::table.find(self.id).filter(persons::version.eq(self.version));
        let changed = diesel::update(current)
            .set((
                persons::skn_enc.eq(&self.skn_enc),
                persons::version.eq(self.version + 1),
                persons::updated_at.eq(self.updated_at),
            ))
            .execute(conn)?;
        moved(changed)
    }
}

/// Ways of finding a person that no longer count.
#[derive(Debug, Clone)]
pub struct LookupsRemoved(pub Vec<PersonLookupRow>);

impl Change for LookupsRemoved {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        for row in &self.0 {
            diesel::delete(person_lookups::table.find((row.kind, &row.digest, row.person_id))).execute(conn)?;
        }
        Ok(())
    }
}

/// More ways of finding a person; those that exist are left alone.
#[derive(Debug, Clone)]
pub struct LookupsAdded(pub Vec<PersonLookupRow>);

impl Change for LookupsAdded {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| {
            for row in &self.0 {
                diesel::insert_into(person_lookups::table).values(row).on_conflict_do_nothing().execute(c)?;
            }
        });
        Ok(())
    }
}
