//! Around the person: what officers do and see besides reports and duties.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`visits`] | home visits: planned, made, not at home; outcomes to log |
//! | [`verification`] | whether the person lives where they reported to live, says who, since when |
//! | [`contacts`] | with whom there was contact, how, and what came of it |
//! | [`notes`] | notes, some of them sensitive |
//! | [`transfer`] | a file goes to another team that accepts it |
//! | [`timeline`] | everything that happened in a file, in one order |
//!
//! Free text is encrypted under the key of the person. Nothing here is deleted.

pub mod contacts;
pub(crate) mod frame;
pub mod notes;
pub mod timeline;
pub mod transfer;
pub mod verification;
pub mod visits;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why something is done, in a few sentences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reason {
    /// The reason.
    #[schema(min_length = 3, max_length = 2_000, example = "Verhuisd naar de regio van het andere team.")]
    pub reason: String,
}
