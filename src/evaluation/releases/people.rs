//! The rows about people and events of a release: whether there are any, under which pseudonyms, and the second pass over
//! the histories that writes them.

use serde_json::{Value as Json, json};
use zeroize::Zeroizing;

use super::earlier::KeptRelease;
use super::make::{MakeError, TABLE, band};
use crate::app::App;
use crate::crypto::keyed_hash;
use crate::evaluation::histories::{Histories, Reading};
use crate::ids::ReleaseId;
use crate::register::Refusal;
use crate::statistics::formats::files::Folder;
use crate::statistics::history::{History, PersonId};
use crate::statistics::microdata::stream::{self, People, Written};
use crate::statistics::microdata::{Census, Keyed, Refused, Scheme};
use crate::store::evaluation::releases::ReleaseRow;
use crate::vault::Strongbox;
use crate::vocabulary::{MicrodataRefusal, ReleaseState};

const COLUMN: &str = "pseudonyms_enc";

/// The key of the pseudonyms of one release: made for it, kept with it, and of no use for another.
pub(super) struct PseudonymKey(Zeroizing<[u8; 32]>);

impl PseudonymKey {
    fn fresh() -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rand::Rng::fill_bytes(&mut rand::rng(), &mut *key);
        Self(key)
    }

    /// As it is kept.
    pub(super) fn sealed(&self, strongbox: &Strongbox, release: ReleaseId) -> Result<String, Refusal> {
        strongbox.seal(TABLE, COLUMN, release.as_str(), &*self.0)
    }

    fn open(app: &App, release: ReleaseId, sealed: &str) -> Result<Self, Refusal> {
        app.vault.open(TABLE, COLUMN, release.as_str(), sealed).map(|key| Self(Zeroizing::new(key)))
    }
}

impl Keyed for PseudonymKey {
    fn hash(&self, message: &[u8]) -> [u8; 16] {
        let whole = keyed_hash(&self.0, &[b"pseudonym of a release", message]);
        let mut cut = [0; 16];
        cut.copy_from_slice(&whole[..16]);
        cut
    }
}

/// What becomes of the rows about people.
pub(super) enum Rows {
    /// Nobody asked for them.
    NotAsked,
    /// They were asked for and stay in.
    Refused(MicrodataRefusal),
    /// They go out.
    Given(Scheme, PseudonymKey),
}

impl Rows {
    /// Decides by the first pass over the histories, or as it was decided when the release was issued: of somebody who was
    /// destroyed since only the rows are gone, and nobody else's are made coarser.
    ///
    /// # Errors
    /// [`MakeError::Refused`] when what was kept cannot be read.
    pub(super) fn of(app: &App, row: &ReleaseRow, census: Option<Census>) -> Result<Self, MakeError> {
        let Some(census) = census else { return Ok(Self::NotAsked) };
        if row.state == ReleaseState::Made {
            return Self::as_issued(app, row);
        }
        match census.decide() {
            Ok(scheme) => Ok(Self::Given(scheme, PseudonymKey::fresh())),
            Err(Refused::TooFew) => Ok(Self::Refused(MicrodataRefusal::TooFew)),
            Err(Refused::Key) => Err(MakeError::Pseudonyms),
        }
    }

    fn as_issued(app: &App, row: &ReleaseRow) -> Result<Self, MakeError> {
        if let Some(why) = row.microdata_refused {
            return Ok(Self::Refused(why));
        }
        let scheme = KeptRelease::open(app, row)?.scheme;
        match (scheme, &row.pseudonyms_enc) {
            (Some(scheme), Some(sealed)) => Ok(Self::Given(scheme, PseudonymKey::open(app, row.id, sealed)?)),
            _ => Err(MakeError::Kept("the rows about people".to_owned())),
        }
    }

    /// What the manifest says of them.
    pub(super) fn stated(&self) -> Json {
        match self {
            Self::NotAsked => Json::Null,
            Self::Refused(why) => json!({ "withheld": why }),
            Self::Given(scheme, _) => {
                let (done, terms) = (scheme.done(), scheme.terms());
                json!({ "k": terms.k(), "l": terms.l(), "coarse": done.coarse, "leftOut": band(done.left_out) })
            }
        }
    }

    /// Why they stay in.
    pub(super) const fn refused(&self) -> Option<MicrodataRefusal> {
        match self {
            Self::Refused(why) => Some(*why),
            Self::NotAsked | Self::Given(..) => None,
        }
    }

    /// Writes the rows that go out.
    ///
    /// # Errors
    /// [`MakeError`].
    pub(super) fn write<D: Folder + Clone>(
        &self,
        app: &App,
        reading: Reading,
        folder: &D,
    ) -> Result<Vec<Written>, MakeError> {
        let Self::Given(scheme, key) = self else { return Ok(Vec::new()) };
        let mut people = Everybody(Histories::open(app, reading)?);
        stream::write(scheme, &mut people, key, folder).map(Vec::from).map_err(|stopped| match stopped {
            stream::Stopped::People(refusal) => refusal.into(),
            stream::Stopped::File(failure) => failure.into(),
            stream::Stopped::Flaw(flaw) => MakeError::Kept(flaw.to_string()),
            stream::Stopped::Key => MakeError::Pseudonyms,
        })
    }
}

/// Everybody of the register, for the second pass.
struct Everybody<'a>(Histories<'a>);

impl People for Everybody<'_> {
    type Error = Refusal;

    fn ids(&mut self, each: &mut dyn FnMut(PersonId)) -> Result<(), Refusal> {
        self.0.each_id(each)
    }

    fn histories(&mut self, of: &[PersonId]) -> Result<Vec<History>, Refusal> {
        self.0.of(of)
    }
}
