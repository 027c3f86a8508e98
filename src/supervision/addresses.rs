//! Taking in the national addresses with their municipality. An edition counts once all of it is there: until then, and when
//! the reading stops, the edition before goes on counting.

use std::io::Read;

use chrono::NaiveDate;

use super::checks::{AddressExtract, ExtractError};
use crate::app::App;
use crate::ids::AddressEditionId;
use crate::register::Refusal;
use crate::store::supervision::addresses::{
    EditionBegan, EditionFinished, EditionForgotten, EditionRow, PlaceRow, PlacesKept, edition_list,
};
use crate::store::{Change, LongWork, StoreError, WriteSet};

/// Places of one statement: well under the values a database takes at once.
const BATCH: usize = 5_000;

/// Why an extract is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The register cannot take it in.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<StoreError> for AddressError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Takes in an extract whose municipalities stand as of `valid_on`; answers how many postcodes it holds. `kept` is told how
/// many places were written.
///
/// # Errors
/// [`AddressError`]; then nothing counts that did not count before.
pub fn take_in(
    app: &App,
    extract: impl Read,
    valid_on: NaiveDate,
    kept: &mut dyn FnMut(usize),
) -> Result<usize, AddressError> {
    let extract = AddressExtract::read(extract)?;
    let mut work = app.store.long_work()?;
    let before = edition_list(work.conn())?;
    let now = app.clock.now().system;
    let edition = EditionRow { id: AddressEditionId::fresh(), valid_on, begun_at: now, finished_at: None };
    let id = edition.id;
    write(&mut work, vec![Box::new(EditionBegan(edition))])?;
    let mut batch = Vec::with_capacity(BATCH);
    for (postcode, number, municipality) in extract.places() {
        batch.push(PlaceRow {
            edition_id: id,
            postcode: postcode.to_owned(),
            number: i64::from(number.unwrap_or(0)),
            municipality: municipality.to_string(),
        });
        if batch.len() == BATCH {
            kept(batch.len());
            write(&mut work, vec![Box::new(PlacesKept(std::mem::take(&mut batch)))])?;
        }
    }
    kept(batch.len());
    let finished = EditionFinished { id, finished_at: app.clock.now().system };
    write(&mut work, vec![Box::new(PlacesKept(batch)), Box::new(finished)])?;
    for old in before {
        write(&mut work, vec![Box::new(EditionForgotten(old.id))])?;
    }
    Ok(extract.postcodes())
}

fn write(work: &mut LongWork, changes: Vec<Box<dyn Change>>) -> Result<(), StoreError> {
    work.keep(&WriteSet { changes, ..WriteSet::default() })
}
