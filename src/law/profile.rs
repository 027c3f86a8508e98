//! One version of a regime's rules as data. Adding a version is adding a file.
//!
//! This file owns the shape of a profile: every number and every reading the engine uses has a name
//! here. `profile_load` reads and validates a profile; the duties only ever read it.

use chrono::NaiveDate;
use serde::Deserialize;

use super::channel::{Channels, Content};
use super::facts::{CustodyKind, Regime};
use super::kind::{DutyKind, Pair};
use super::name::Name;
use super::profile_length::{Discharge, Foreign, LengthRules, Orders, Prints, PrisonNotice, Transition};

/// A dated version of the rules of one regime.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version id, the first part of every rule id.
    pub id: Name,
    /// The regime it belongs to.
    pub regime: Regime,
    /// What the version is, for people.
    pub title: String,
    /// First trigger date this version governs; it governs until the next version begins.
    #[serde(deserialize_with = "super::profile_load::day")]
    pub valid_from_trigger: NaiveDate,
    /// What picks the version.
    pub version_by: VersionBy,
    /// IANA zone in which legal days begin and end.
    pub zone: Name,
    /// The short limits after an event.
    pub period: Period,
    /// The initial notification.
    pub initial: Initial,
    /// Stays elsewhere in the State.
    pub stay: Stay,
    /// Planned absences and returns.
    pub absence: Absence,
    /// Absences that were not intended to last.
    pub unplanned_absence: UnplannedAbsence,
    /// The recurring notification; absent where the version knows none.
    pub periodic: Option<Periodic>,
    /// Nights without an accepted home address; absent where the version knows none.
    pub no_home: Option<NoHome>,
    /// What custody does to the clocks.
    pub custody: Custody,
    /// How long the registration lasts.
    pub length: LengthRules,
    /// Convictions abroad.
    pub foreign: Foreign,
    /// Convictions from before the first version; absent where they simply count.
    pub transition: Option<Transition>,
    /// Sex offender orders; absent where the regime knows none.
    pub orders: Option<Orders>,
    /// Application to end an indefinite period; absent where there is none.
    pub discharge: Option<Discharge>,
    /// Fingerprints and photograph; absent where the version knows none.
    pub prints: Option<Prints>,
    /// Notice by the prison before release; absent where the version knows none.
    pub prison_notice: Option<PrisonNotice>,
    /// Through which channels a notification may come.
    pub channels: Channels,
    /// What a notification must state to count as given.
    pub content: Content,
    /// The provisions each duty rests on.
    pub citations: Citations,
    #[serde(skip)]
    pub(super) rule_ids: Option<RuleIds>,
}

/// What picks the version of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionBy {
    /// The day that gives rise to the duty.
    TriggerDate,
}

/// The short limits, in days.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Days for the initial notification.
    pub initial: u32,
    /// Days for a name.
    pub name: u32,
    /// Days for a home address.
    pub home: u32,
    /// Days for a stay.
    pub stay: u32,
    /// Days for a return.
    #[serde(rename = "return")]
    pub back: u32,
    /// Whether the day of the event is day one.
    pub first_day_counts: bool,
    /// Whether a last day on a free day moves (`roll_forward`).
    pub extension: Extension,
    /// Who set the term; only a term of an Act or an order in council is extended.
    pub source: Source,
}

/// Extension of a term that ends on a free day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extension {
    /// Nothing is extended.
    None,
    /// Algemene termijnenwet, arts. 1 to 4.
    Atw,
}

/// Who set a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An Act or an order in council.
    #[default]
    Act,
    /// A court, a contract, a ministerial regulation.
    Other,
}

/// The initial notification.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Initial {
    /// Whether a further conviction of somebody already registered brings a fresh one.
    pub new_initial_per_conviction: bool,
}

/// What a day of stay or absence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Every calendar day touched.
    Day,
    /// Nights, named by the day on which they end.
    Night,
}

/// The qualifying period at another place.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    /// Days or nights that make a qualifying period.
    pub days: u32,
    /// Months of the rolling window.
    pub window_months: u32,
    /// What a day of stay is.
    pub stay_unit: Pair<Unit>,
    /// Whether a place once notified raises nothing new.
    pub known_place_covered: bool,
    /// Whether a notification before the qualifying period is complete covers the place.
    pub early_stay_covers: bool,
    /// Whether the qualifying period at a place is complete once and for all: a first one that raised nothing,
    /// because the person was not subject or another version applied, leaves nothing to later stays. Otherwise
    /// a period that comes about afresh, after a break of the window, raises its own duty.
    pub stay_completes_once: bool,
}

/// Planned absences and returns.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// Length from which an absence counts.
    pub days: u32,
    /// What a day abroad is.
    pub absence_unit: Pair<Unit>,
    /// Which returns are to be notified.
    pub notify_return: NotifyReturn,
    /// Whether a return without a notified date is on another day than notified.
    pub return_after_unnotified: bool,
    /// Whether of several notified return dates the last one counts (otherwise the first).
    pub latest_notified_return_date: bool,
}

/// Which returns are to be notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyReturn {
    /// Every return after an absence that counts.
    Always,
    /// A return on another day than notified.
    IfDateDiffers,
}

/// Absences that were not intended to last.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnplannedAbsence {
    /// Days in which to notify, counted as the short limits are.
    pub further: u32,
    /// The number of the day of departure (1: it is day one; 0: the next day is).
    pub departure_is_day: Pair<u32>,
    /// Whether a return in time makes the duty fall away.
    pub lapses_on_return: bool,
}

/// The recurring notification.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Periodic {
    /// Months after the anchor.
    pub months: u32,
    /// Days after those months.
    pub grace_days: u32,
    /// Whether the months include the day of the anchor.
    pub anchor_counts: Pair<bool>,
    /// What follows a notification under paragraph (c).
    pub recur_after_c: Recur,
    /// Whether a periodic notification may be early and restarts the months.
    pub early_periodic_restarts: bool,
    /// Whether notifications from before this version start the months.
    pub anchor_before_commencement: bool,
    /// What another notification does to a duty whose months are over.
    pub periodic_after_arisen: AfterArisen,
    /// Whether a date in custody re-opens on release.
    pub custody_moves_periodic: bool,
    /// Days after release in which it re-opens, counted as the short limits are.
    pub reopen_days: u32,
    /// The duty laid once on everybody subject when the version began.
    pub one_off: Option<OneOff>,
}

/// What follows a notification under paragraph (c).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recur {
    /// Nothing.
    No,
    /// A duty that is shown and reminded of and is never overdue.
    NeverOverdue,
    /// The same duty as before.
    Yes,
}

/// What another notification does to a yearly duty whose months are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterArisen {
    /// The duty stays until a periodic notification.
    StaysUntilPeriodic,
    /// The duty falls away.
    FallsAway,
}

/// The duty laid once on everybody subject when the version began.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneOff {
    /// Its trigger.
    #[serde(deserialize_with = "super::profile_load::day")]
    pub on: NaiveDate,
    /// Days in which to notify.
    pub days: u32,
    /// Whether the day itself is day one.
    pub one_off_counts: Pair<bool>,
}

/// Nights without an accepted home address.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoHome {
    /// Days between two notifications unless the notice says otherwise.
    pub interval_days: u16,
    /// Where the series begins after a notice that changes the interval.
    pub no_home_interval_restart: IntervalRestart,
}

/// Where a series of nights begins after a notice that changes the interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalRestart {
    /// On the day of the new notice.
    DayOfNewNotice,
    /// One interval after it.
    OneIntervalLater,
}

/// What custody does to the clocks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custody {
    /// The kinds of custody that do it.
    pub kinds: Vec<CustodyKind>,
    /// The duties whose limit it touches.
    pub duties: Vec<DutyKind>,
    /// How it touches them.
    pub effect: CustodyEffect,
    /// Whether the day of release counts.
    pub release_day_counts: Pair<bool>,
    /// Whether the day of entry counts; never when it is the trigger day itself.
    pub entry_day_counts: Pair<bool>,
    /// Whether parole and conditional release are custody.
    pub parole_suspends: bool,
}

/// How custody touches a running limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustodyEffect {
    /// Days in custody are left out of the count.
    Stops,
    /// The full limit starts again on the day of release, which is not counted.
    Restarts,
}

/// The provisions each duty rests on.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citations {
    pub initial: Name,
    pub initial_foreign: Name,
    pub initial_order: Name,
    pub name: Name,
    pub home: Name,
    pub stay: Name,
    pub travel: Name,
    #[serde(rename = "return")]
    pub back: Name,
    pub unplanned_absence: Name,
    pub periodic: Option<Name>,
    pub periodic_one_off: Option<Name>,
    pub no_home: Option<Name>,
    pub length: Name,
}

/// The ids of the rules of one version, made once at load.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RuleIds {
    pub(super) by_kind: [Name; 9],
    pub(super) initial_foreign: Name,
    pub(super) initial_order: Name,
    pub(super) one_off: Name,
}
