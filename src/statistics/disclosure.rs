//! Disclosure control: what of a table may leave the house, so that nobody can tell from it, or from it together with
//! what left before, how few people are in a group.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`table`] | counts or sums over two dimensions, each a tree of totals and parts |
//! | [`primary`] | which cells are unsafe by themselves: small, empty, dominated |
//! | [`attack`] | what an outsider can work out of a cell, by solving for it |
//! | [`protect`] | further cells are left out until no attack succeeds; then the table is rounded |
//! | [`record`] | releases as they are kept |
//! | [`history`] | differences between releases |
//! | [`curve`] | survival curves at preset times |
//! | [`derived`] | percentages and quantiles |
//!
//! The outsider is taken to know the rules, every published number, and that counts are whole and not negative.
//! Therefore the published status of every withheld cell is the same: a cell that is known to be withheld for its
//! smallness is known to be smaller than the threshold. The reason stays in the record of the release.

pub mod attack;
pub mod curve;
pub mod derived;
pub mod history;
pub mod primary;
pub mod protect;
pub mod record;
pub mod table;

use serde::{Deserialize, Serialize};

/// The limits of a release.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Fewest people a published number may rest on; never below [`Self::LOWEST_THRESHOLD`].
    threshold: u64,
    /// Published numbers are multiples of this.
    base: u64,
    /// How wide an outsider's interval for something withheld must be at least.
    room: u64,
    /// Whether a cell without anyone is unsafe: in a table of something sensitive, it tells of everyone in the row.
    empty_is_unsafe: bool,
    /// Largest share of a sum that its two largest contributors may have.
    dominance: f64,
    /// How close to the largest contribution the second largest contributor may come by subtraction, as a share.
    closeness: f64,
}

impl Settings {
    /// The threshold cannot be set below this.
    pub const LOWEST_THRESHOLD: u64 = 5;
    /// Fewest people a percentage may be taken of.
    pub const PERCENTAGE_OF: u64 = 30;

    /// The default limits with another threshold; nothing when it is below the lowest.
    pub fn with_threshold(threshold: u64) -> Option<Self> {
        (threshold >= Self::LOWEST_THRESHOLD).then_some(Self { threshold, ..Self::default() })
    }

    /// The same for a table in which an empty cell tells nothing about anyone.
    #[must_use]
    pub const fn empty_is_safe(self) -> Self {
        Self { empty_is_unsafe: false, ..self }
    }

    /// The same with numbers as they are: withheld cells alone must protect, so more of them are.
    #[must_use]
    pub const fn exact(self) -> Self {
        Self { base: 1, ..self }
    }

    /// Fewest people a published number may rest on.
    pub const fn threshold(self) -> u64 {
        self.threshold
    }

    /// Published numbers are multiples of this.
    pub const fn base(self) -> u64 {
        self.base
    }

    /// A number as it is published.
    pub fn round(self, value: f64) -> f64 {
        let base = super::number::real(self.base);
        (value / base).round() * base
    }
}

impl Default for Settings {
    /// Threshold 10, base 5, room 5, empty cells unsafe, (2, 0.90) dominance, 10 % closeness.
    fn default() -> Self {
        Self { threshold: 10, base: 5, room: 5, empty_is_unsafe: true, dominance: 0.9, closeness: 0.1 }
    }
}

/// Why a cell is published or not: SDMX's code list `CL_CONF_STATUS`. Of the withheld ones only [`Self::Confidential`]
/// leaves the house; the others are for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// Published.
    #[serde(rename = "F")]
    Free,
    /// Withheld, for whatever reason.
    #[serde(rename = "C")]
    Confidential,
    /// Withheld because few people are in it, or none.
    #[serde(rename = "A")]
    SmallCounts,
    /// Withheld because one contributor makes up the sum.
    #[serde(rename = "O")]
    DominatedByOne,
    /// Withheld because two contributors make up the sum.
    #[serde(rename = "T")]
    DominatedByTwo,
    /// Withheld because one contributor could work out another's part.
    #[serde(rename = "G")]
    CloseContributors,
    /// Withheld because it changed by few people since an earlier release.
    #[serde(rename = "N")]
    SmallChange,
    /// Withheld so that others cannot be worked out.
    #[serde(rename = "D")]
    Secondary,
}

impl Status {
    /// The status as it is published.
    #[must_use]
    pub const fn published(self) -> Self {
        match self {
            Self::Free => Self::Free,
            Self::Confidential
            | Self::SmallCounts
            | Self::DominatedByOne
            | Self::DominatedByTwo
            | Self::CloseContributors
            | Self::SmallChange
            | Self::Secondary => Self::Confidential,
        }
    }

    /// Whether the cell itself must be kept from being worked out, and not only helps to keep others so.
    pub const fn is_protected(self) -> bool {
        match self {
            Self::Free | Self::Secondary => false,
            Self::Confidential
            | Self::SmallCounts
            | Self::DominatedByOne
            | Self::DominatedByTwo
            | Self::CloseContributors
            | Self::SmallChange => true,
        }
    }
}
