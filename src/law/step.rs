//! The steps by which a date was reached: codes with parameters, no text.
//!
//! A lawyer can follow and redo each date from its steps; `explain` turns them into Dutch and English.
//! Ids and dates only: a stored explanation holds no personal text.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::calendar::Free;
use super::kind::{DutyKind, Reading};
use super::profile::Unit;

/// What happened on the day that gave rise to a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the events")]
pub enum Occurrence {
    Convicted,
    RulesBegan,
    PilotBegan,
    ConvictedAbroadWhileResident,
    ReturnedAfterConvictionAbroad,
    BecameResident,
    VisitBecameResidence,
    OrderNotified,
    NameUsed,
    HomeChanged,
    Left,
    Returned,
    StillAway,
    ToldNoHomeAccepted,
}

/// How a sentence or a group of sentences was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the rows of the table")]
pub enum Band {
    Life,
    AboveIndefinite,
    Long,
    Medium,
    WhollySuspended,
    Other,
}

/// Which paragraph a recurring duty rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// (b): after a notification of another kind.
    B,
    /// (c): after a notification that met (a) or (b).
    C,
    /// After one that met (c): by policy.
    Recurring,
}

/// A question the text leaves to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the profile parameters")]
pub enum Question {
    RevivedAfterEnd,
    HospitalOrderBand,
    SuspendedIsDeprivation,
}

/// One step of an explanation.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    // How the duty arose.
    /// Something happened.
    Happened { what: Occurrence, on: NaiveDate },
    /// The trigger lies in the time of the version that began on `since`.
    Version { trigger: NaiveDate, since: NaiveDate },
    /// The person is subject on the trigger day.
    SubjectThen { on: NaiveDate },
    /// Time at the place, both ends included; `to` `None` = still there.
    Stayed { from: NaiveDate, to: Option<NaiveDate> },
    /// The qualifying period is complete.
    Qualified { reading: Reading, unit: Unit, n: u32, months: u32, first: NaiveDate, complete: NaiveDate },
    /// The qualifying period is never complete.
    NotQualified { reading: Reading, unit: Unit, n: u32, months: u32 },
    /// The absence, or the planned one, counted in days or nights.
    AbsenceLength { reading: Reading, unit: Unit, length: u32, n: u32, planned: bool },
    /// No planned return is known, so the trip counts.
    NoPlannedReturn,
    /// The return was notified for this day.
    ReturnNotifiedFor { on: NaiveDate },
    /// No return date was notified.
    NoReturnNotified,
    /// Every return is to be notified under this version.
    EveryReturn,
    /// The day of departure is day `number`, so day `n` abroad is `on`.
    DayAbroad { reading: Reading, number: u32, n: u32, on: NaiveDate },
    /// The duty is to be done before leaving.
    BeforeLeaving { on: NaiveDate },
    /// Laid once on everybody subject both before and on this day.
    OneOff { on: NaiveDate },
    /// A notification started the months.
    Anchored { kind: DutyKind, link: Link, on: NaiveDate },
    /// The months and their end.
    Months { reading: Reading, months: u32, first_day_counts: bool, begin: NaiveDate, end: NaiveDate },
    /// Another notification came when only the strict months were over.
    OnlyStrictMonthsOver { on: NaiveDate },
    /// The text names no date after a notification under (c); never overdue.
    LiteralGap,
    /// Day `ordinal` (from 0) of a series with this interval.
    SeriesDay { notice: NaiveDate, interval: u32, ordinal: u32, on: NaiveDate },

    // How its last day was counted.
    /// A count of days begins.
    CountDays { reading: Reading, days: u32, first_day_counts: bool, begin: NaiveDate },
    /// Days left out for custody, both ends included; `to` `None` = no end known.
    LeftOut { reading: Reading, from: NaiveDate, to: Option<NaiveDate> },
    /// Custody restarts the full limit on release.
    StartsAgain { from: NaiveDate, release: NaiveDate },
    /// The date falls in custody and re-opens on release.
    ReopensOnRelease { date: NaiveDate, from: NaiveDate, release: Option<NaiveDate> },
    /// A day that is no working day.
    FreeDay { on: NaiveDate, why: Free },
    /// Art. 2: these days hold two working days.
    WorkingDays { from: NaiveDate, to: NaiveDate },
    /// The last day on a reading.
    LastDay { reading: Reading, on: NaiveDate },
    /// No last day: the end of custody is not known.
    NoLastDay { reading: Reading },
    /// The date needs a day the holiday table does not know.
    OutsideTable { needed: NaiveDate },
    /// The favourable reading knows no duty.
    LenientKnowsNone,

    // What became of it.
    /// It was notified on this day.
    Notified { on: NaiveDate, late: bool },
    /// It fell away: return in time from an unplanned absence.
    LapsedByReturn { on: NaiveDate },
    /// It fell away: the conviction was quashed.
    LapsedByQuash { on: NaiveDate },
    /// It fell away: the person died.
    LapsedByDeath { on: NaiveDate },

    // The registration period.
    /// A conviction and whether it was abroad.
    Conviction { on: NaiveDate, abroad: bool },
    /// An order and the least years it lasts.
    Order { on: NaiveDate, years: u32 },
    /// Subject since this day by record, without convictions.
    SubjectSince { on: NaiveDate },
    /// The offence does not count.
    DoesNotCount { convicted: NaiveDate },
    /// From before the first version, and the sentence was neither awaited nor being served then.
    OverBeforeStart { convicted: NaiveDate, start: NaiveDate },
    /// From before the first version, and the sentence was awaited or being served then.
    ServingAtStart { start: NaiveDate },
    /// Convicted abroad and never resident.
    NeverResident { convicted: NaiveDate },
    /// No sentence is known yet.
    SentenceUnknown { convicted: NaiveDate },
    /// A minor whose court period is not recorded.
    CourtPeriodUnknown { convicted: NaiveDate },
    /// The sentence was varied on appeal.
    Varied { on: NaiveDate },
    /// A suspended part was put into execution.
    Revived { on: NaiveDate },
    /// A group of sentences counts as so many months and days (the unsuspended parts, less overlaps).
    SentenceGroup { sentences: u32, months: i32, days: i32, ends: NaiveDate, band: Band },
    /// The longest band governs: so many years from `from`, or indefinite.
    Years { from: NaiveDate, years: u32, last: NaiveDate },
    /// Indefinite.
    Indefinite { from: NaiveDate },
    /// Under age at sentencing under the older text: the years are reduced.
    MinorReduced { under_age: u32, sentenced: NaiveDate, years: u32, reduced: u32 },
    /// The court named the period.
    CourtPeriod { years: u32 },
    /// A person has to decide, or decided, what the text leaves open.
    PersonDecides { question: Question },
    /// Quashed.
    Quashed { on: NaiveDate },
    /// The registration begins with the pilot.
    PilotStart { on: NaiveDate },
    /// Over before it could begin.
    EndedBeforeStart { last: NaiveDate, start: NaiveDate },
    /// The outer dates of the registration.
    Period { from: NaiveDate, last: Option<NaiveDate>, provisional: bool },
    /// Never subject.
    NeverSubject,
    /// Released for good on this day; years before an application for discharge.
    Discharge { released: NaiveDate, years: u32, from: NaiveDate },
}

/// A list of steps being written, or a place to drop them.
#[derive(Debug, Default)]
pub(super) struct Steps {
    list: Vec<Step>,
    off: bool,
}

impl Steps {
    /// For callers that need the date only.
    pub(super) const fn none() -> Self {
        Self { list: Vec::new(), off: true }
    }

    /// Room for an ordinary explanation.
    pub(super) fn new() -> Self {
        Self { list: Vec::with_capacity(8), off: false }
    }

    pub(super) fn push(&mut self, step: Step) {
        if !self.off {
            self.list.push(step);
        }
    }

    pub(super) fn into_list(self) -> Vec<Step> {
        self.list
    }
}
