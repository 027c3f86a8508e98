//! The national addresses with their municipality, one edition at a time.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};

use crate::clock::UtcTime;
use crate::each_backend;
use crate::ids::AddressEditionId;
use crate::store::schema::{address_editions, address_places};
use crate::store::{Change, Conn, StoreError};

/// An edition; it counts once it is finished.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = address_editions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct EditionRow {
    pub id: AddressEditionId,
    pub valid_on: NaiveDate,
    pub begun_at: UtcTime,
    pub finished_at: Option<UtcTime>,
}

/// A postcode, or one number of it, with its municipality.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = address_places)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct PlaceRow {
    pub edition_id: AddressEditionId,
    pub postcode: String,
    pub number: i64,
    pub municipality: String,
}

/// The CBS code of the municipality of an address, by the edition that counts; `None` without an edition, or when it does
/// not know the address.
pub fn place_find(conn: &mut Conn, postcode: &str, number: i64) -> Result<Option<String>, StoreError> {
    Ok(place_list(conn, &[postcode.to_owned()])?.of(postcode, number).map(str::to_owned))
}

/// Where addresses lie, by the edition that counts.
#[derive(Debug, Clone, Default)]
pub struct Places(HashMap<(String, i64), String>);

impl Places {
    /// The CBS code of the municipality of an address; `None` when the edition does not know it.
    pub fn of(&self, postcode: &str, number: i64) -> Option<&str> {
        let found = |number| self.0.get(&(postcode.to_owned(), number)).map(String::as_str);
        found(number).or_else(|| found(0))
    }
}

/// Where the addresses with these postcodes lie.
pub fn place_list(conn: &mut Conn, postcodes: &[String]) -> Result<Places, StoreError> {
    let Some(edition) = edition_that_counts(conn)?.filter(|_| !postcodes.is_empty()) else {
        return Ok(Places::default());
    };
    let rows: Vec<PlaceRow> = address_places::table
        .filter(address_places::edition_id.eq(edition))
        .filter(address_places::postcode.eq_any(postcodes))
        .select(PlaceRow::as_select())
        .load(conn)?;
    Ok(Places(rows.into_iter().map(|row| ((row.postcode, row.number), row.municipality)).collect()))
}

fn edition_that_counts(conn: &mut Conn) -> Result<Option<AddressEditionId>, StoreError> {
    Ok(address_editions::table
        .filter(address_editions::finished_at.is_not_null())
        .select(address_editions::id)
        .order((address_editions::finished_at.desc(), address_editions::id.desc()))
        .first::<AddressEditionId>(conn)
        .optional()?)
}

/// Every edition, finished or not.
pub fn edition_list(conn: &mut Conn) -> Result<Vec<EditionRow>, StoreError> {
    Ok(address_editions::table.select(EditionRow::as_select()).order(address_editions::id).load(conn)?)
}

/// An edition is begun.
#[derive(Debug, Clone)]
pub struct EditionBegan(pub EditionRow);

impl Change for EditionBegan {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(address_editions::table).values(&self.0).execute(c))?;
        Ok(())
    }
}

/// Places of an edition that is not finished.
#[derive(Debug, Clone)]
pub struct PlacesKept(pub Vec<PlaceRow>);

impl Change for PlacesKept {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        each_backend!(conn, |c| diesel::insert_into(address_places::table).values(&self.0).execute(c))?;
        Ok(())
    }
}

/// An edition is whole: from now on it counts.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct EditionFinished {
    pub id: AddressEditionId,
    pub finished_at: UtcTime,
}

impl Change for EditionFinished {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::update(address_editions::table.find(self.id))
            .set(address_editions::finished_at.eq(Some(self.finished_at)))
            .execute(conn)?;
        Ok(())
    }
}

/// An edition that no longer counts, or never came to its end, is forgotten.
#[derive(Debug, Clone)]
pub struct EditionForgotten(pub AddressEditionId);

impl Change for EditionForgotten {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::delete(address_places::table.filter(address_places::edition_id.eq(self.0))).execute(conn)?;
        diesel::delete(address_editions::table.find(self.0)).execute(conn)?;
        Ok(())
    }
}
