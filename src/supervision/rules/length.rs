//! The length of a term as a judgment states it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::law::day;

/// Units of a judgment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the units")]
pub enum LengthUnit {
    Days,
    Months,
    Years,
}

/// A number of units; zero is refused by every rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Length {
    /// The unit.
    pub unit: LengthUnit,
    /// How many.
    pub n: u16,
}

/// Days that every month has.
const SHORTEST_MONTH: u32 = 28;
/// Days that no month exceeds.
const LONGEST_MONTH: u32 = 31;

impl Length {
    /// So many years.
    #[must_use]
    pub const fn years(n: u16) -> Self {
        Self { unit: LengthUnit::Years, n }
    }

    /// The last day of a term of this length that begins with `first`.
    #[must_use]
    pub fn last_day(self, first: NaiveDate) -> NaiveDate {
        let n = u32::from(self.n);
        match self.unit {
            LengthUnit::Days => day::nth_day(first, n, true),
            LengthUnit::Months => day::months_beginning(first, n),
            LengthUnit::Years => day::years_beginning(first, n),
        }
    }

    /// The months it certainly fills.
    #[must_use]
    pub fn whole_months(self) -> u32 {
        let n = u32::from(self.n);
        match self.unit {
            LengthUnit::Days => n / LONGEST_MONTH,
            LengthUnit::Months => n,
            LengthUnit::Years => n * 12,
        }
    }

    /// The months it certainly does not exceed.
    #[must_use]
    pub fn least_months(self) -> u32 {
        let n = u32::from(self.n);
        match self.unit {
            LengthUnit::Days => n.div_ceil(SHORTEST_MONTH),
            LengthUnit::Months => n,
            LengthUnit::Years => n * 12,
        }
    }

    /// Whether two lengths are the same span of the calendar: twelve months are a year.
    #[must_use]
    pub fn same_as(self, other: Self) -> bool {
        match (self.unit, other.unit) {
            (LengthUnit::Days, LengthUnit::Days) => self.n == other.n,
            (LengthUnit::Days, LengthUnit::Months | LengthUnit::Years)
            | (LengthUnit::Months | LengthUnit::Years, LengthUnit::Days) => false,
            (LengthUnit::Months | LengthUnit::Years, LengthUnit::Months | LengthUnit::Years) => {
                self.whole_months() == other.whole_months()
            }
        }
    }
}
