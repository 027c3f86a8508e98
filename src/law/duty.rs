//! What an assessment says: the registration period and every duty with its dates, status and reasons.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::day;
use super::kind::DutyKind;
use super::name::Name;
use super::step::Step;

/// The outcome for one person on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// Whether and how long the person is subject.
    pub subject: Subject,
    /// Every duty, by trigger and kind.
    pub duties: Vec<Duty>,
    /// First day on which an application to end an indefinite period is possible.
    pub discharge_from: Option<NaiveDate>,
    /// What it was computed with.
    pub versions: Versions,
}

/// Whether and how long somebody is subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// The outer dates; `None` when never subject.
    pub period: Option<Period>,
    /// Why.
    pub steps: Vec<Step>,
}

/// The outer dates of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day, `None` when indefinite or not known yet.
    pub last_day: Option<NaiveDate>,
    /// A sentence is not known yet, so the length is provisional.
    pub provisional: bool,
}

/// What an assessment was computed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    /// Hash of the rule book.
    pub rule_book: Name,
    /// The versions of the regime, the earliest first.
    pub profiles: Vec<Name>,
    /// The holiday table, when the regime extends terms.
    pub calendar: Option<Name>,
}

/// One notification requirement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Duty {
    /// Its kind.
    pub kind: DutyKind,
    /// Stable id of the rule, e.g. `ie-2023.home`.
    pub rule: Name,
    /// The provision it rests on.
    pub citation: Name,
    /// The day that gave rise to it.
    pub trigger: NaiveDate,
    /// Strict last day: reminders and screens. `None` while custody without a known end holds the
    /// clock, or when it cannot be computed.
    pub due: Option<NaiveDate>,
    /// Lenient last day: only after it may the duty be called overdue. `None` where there is no such day.
    pub overdue_after: Option<NaiveDate>,
    /// The day after `overdue_after`.
    pub first_failure_day: Option<NaiveDate>,
    /// As of the day of the assessment.
    pub status: DutyStatus,
    /// The notification that met it.
    pub met_by: Option<FactRef>,
    /// The day of that notification.
    pub met_on: Option<NaiveDate>,
    /// The fact that gave rise to it; does not change when later facts are added.
    pub root: Root,
    /// Position among the duties of one kind and root, from 0.
    pub ordinal: u32,
    /// The version of the rules.
    pub profile: Name,
    /// The holiday table, when the date was computed with it.
    pub calendar: Option<Name>,
    /// How the dates were reached.
    pub steps: Vec<Step>,
}

/// A fact by its place in the facts document and its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FactRef {
    /// Index in `events` or `convictions`.
    pub index: u32,
    /// Id of the recorded fact, when it has one.
    pub id: Option<Name>,
}

/// The fact that gave rise to a duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Root {
    /// An event: the change, the absence, the first stay at the place, the notice, the order, the
    /// beginning of residence, the notification that started the twelve months.
    Event(FactRef),
    /// A conviction, the first listed of its trigger day.
    Conviction(FactRef),
    /// The profile's duty laid once on everybody.
    OneOff,
}

/// What became of a duty; the first that applies, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyStatus {
    /// Notified, and not after `overdue_after`.
    Met,
    /// Notified after `overdue_after`.
    MetLate,
    /// Fell away unmet.
    Lapsed,
    /// The person is in custody, and that custody holds the clock or moves the date.
    Suspended,
    /// The time for it has not begun.
    Upcoming,
    /// Its date lies outside the holiday table.
    NotComputable,
    /// Not met and past `overdue_after`.
    Overdue,
    /// Anything else.
    Open,
}

impl DutyStatus {
    /// The code used in documents.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::MetLate => "met_late",
            Self::Lapsed => "lapsed",
            Self::Suspended => "suspended",
            Self::Upcoming => "upcoming",
            Self::NotComputable => "not_computable",
            Self::Overdue => "overdue",
            Self::Open => "open",
        }
    }
}

/// The first day of failure after a lenient last day.
pub(super) fn first_failure(overdue_after: Option<NaiveDate>) -> Option<NaiveDate> {
    overdue_after.map(|last| day::plus_days(last, 1))
}
