//! Through which channels a notification may come, and what it must state to count as given.
//!
//! The engine takes a notification in the facts as valid; whoever accepts one asks here first.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::facts::CustodyKind;
use super::kind::DutyKind;
use super::profile::Profile;
use super::profile_length::PrisonNotice;
use super::{day, term};

/// How a notification reaches the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An authenticated report through the API.
    Api,
    /// The registrant's own page.
    Page,
    /// In person, recorded by a named officer.
    Desk,
    /// By post.
    Post,
    /// Taken orally at home or an agreed place, on a doctor's certificate.
    DisabilityRoute,
}

/// The channels of a version.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    /// Accepted for every kind.
    pub all: Vec<Channel>,
    /// Accepted for some kinds besides.
    #[serde(default)]
    pub besides: BTreeMap<DutyKind, Vec<Channel>>,
    /// On which day a notification by post counts.
    pub post_counts_on: PostCountsOn,
}

/// On which day a notification by post counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostCountsOn {
    /// The day of posting.
    Posting,
    /// The day of receipt.
    Receipt,
}

/// Something a notification states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// Date of birth.
    BirthDate,
    /// The name or names on the relevant date.
    NamesOnRelevantDate,
    /// The home address on the relevant date.
    HomeOnRelevantDate,
    /// The current name.
    CurrentName,
    /// Every other name used now or ever.
    OtherNames,
    /// The current home address.
    HomeAddress,
    /// The name now used.
    NewName,
    /// The address of the place of stay.
    PlaceOfStay,
    /// The address of each place abroad.
    EachPlaceAbroad,
    /// The address abroad.
    AddressAbroad,
    /// The intended date of return.
    IntendedReturn,
    /// The address returned to.
    AddressOfReturn,
    /// The exact place for the night.
    PlaceForTheNight,
}

/// What a notification must state.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Required under every kind that starts the year.
    pub all: Vec<Item>,
    /// Required under one kind besides.
    pub besides: BTreeMap<DutyKind, Vec<Item>>,
}

impl Profile {
    /// Whether a notification of `kind` may come through `channel`.
    #[must_use]
    pub fn accepts(&self, kind: DutyKind, channel: Channel) -> bool {
        self.channels.all.contains(&channel)
            || self.channels.besides.get(&kind).is_some_and(|more| more.contains(&channel))
    }

    /// The items a notification of `kind` lacks. When any is missing it counts as not given.
    #[must_use]
    pub fn missing_content(&self, kind: DutyKind, stated: &[Item]) -> Vec<Item> {
        let general: &[Item] = if kind == DutyKind::NoHome { &[] } else { &self.content.all };
        let special = self.content.besides.get(&kind).map_or(&[][..], Vec::as_slice);
        general.iter().chain(special).copied().filter(|item| !stated.contains(item)).collect()
    }

    /// The day on which a notification counts, by post or otherwise.
    #[must_use]
    pub fn counts_on(&self, received: NaiveDate, posted: Option<NaiveDate>) -> NaiveDate {
        match (self.channels.post_counts_on, posted) {
            (PostCountsOn::Posting, Some(posted)) => posted,
            (PostCountsOn::Posting, None) | (PostCountsOn::Receipt, _) => received,
        }
    }

    /// Whether parole or conditional release is to be recorded as custody, and as which kind.
    #[must_use]
    pub fn parole_as_custody(&self) -> Option<CustodyKind> {
        self.custody.parole_suspends.then_some(CustodyKind::TemporaryRelease)
    }

    /// The last day on which prints and photograph may be taken after a notification, s.10A.
    #[must_use]
    pub fn prints_through(&self, notified: NaiveDate) -> Option<NaiveDate> {
        self.prints.as_ref().map(|p| day::nth_day(notified, p.prints_window, false))
    }

    /// The last day on which the prison can give notice of a release, s.9.
    #[must_use]
    pub fn prison_notice_by(&self, release: NaiveDate) -> Option<NaiveDate> {
        let PrisonNotice { days, prison_notice_clear_days } = self.prison_notice.as_ref()?;
        let back = days + u32::from(*prison_notice_clear_days);
        Some(term::days_back(release, back, false))
    }
}
