//! What a simulation counts, and how one file counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

use crate::config::ReminderTiming;
use crate::ids::AccountId;
use crate::law::compare::{Class, Compared, compare};
use crate::law::{self, Assessment, Duty, DutyStatus, Name};
use crate::text_enum;
use crate::vocabulary::DutyKind;

/// Months ahead that are counted; what lies behind them is too far to plan for.
const MONTHS: i32 = 24;

text_enum! {
    /// How a duty differs, by the harm it does to stay with the rules of today when the others are right.
    pub enum Harm {
        /// The rules of today give more time than the others.
        TooLong => "too_long",
        /// They give less.
        TooShort => "too_short",
        /// Overdue today, and not under the others: a flag that should not be there.
        SpuriousFlag => "spurious_flag",
        /// Overdue under the others, and not today: a flag that is missing.
        MissedFlag => "missed_flag",
    }
}

text_enum! {
    /// What becomes of a duty under the other rules.
    pub enum Change {
        /// There is one that was not there.
        Gained => "gained",
        /// It is gone.
        Lost => "lost",
        /// Its dates move.
        Moved => "moved",
        /// Its dates stay; whether it is overdue does not.
        Judged => "judged",
    }
}

/// A duty of a file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyChange {
    /// Its kind.
    pub kind: DutyKind,
    /// What becomes of it.
    pub change: Change,
    /// Its harms; none for a duty that comes or goes without being overdue.
    pub harms: Vec<Harm>,
    /// Its strict last day today.
    pub due_now: Option<NaiveDate>,
    /// Its strict last day under the other rules.
    pub due_then: Option<NaiveDate>,
    /// Whether it was still to be met today.
    pub open: bool,
}

/// A count under the rules of today and under the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Today.
    pub now: u64,
    /// Under the others.
    pub then: u64,
}

/// What a month brings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Month {
    /// Reminders that go out.
    pub reminders: Pair,
    /// Flags that are raised if nobody reports.
    pub flags: Pair,
}

/// What an officer has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Load {
    /// Files.
    pub files: u64,
    /// Duties that are to be met.
    pub open: Pair,
    /// Duties past their last day.
    pub overdue: Pair,
}

/// What the other rules change.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Hash of the rules of today.
    pub rules_now: String,
    /// Hash of the others.
    pub rules_then: String,
    /// Files that were looked at.
    pub files: u64,
    /// Files that one of the rules refuses.
    pub not_computed: u64,
    /// Files in which anything differs.
    pub files_that_differ: u64,
    /// People's files that gain a duty.
    pub files_that_gain: u64,
    /// Files that lose one.
    pub files_that_lose: u64,
    /// Duties gained, by kind.
    pub gained: BTreeMap<DutyKind, u64>,
    /// Duties lost, by kind.
    pub lost: BTreeMap<DutyKind, u64>,
    /// Open deadlines that move, by kind.
    pub open_deadlines_moved: BTreeMap<DutyKind, u64>,
    /// Differences by harm.
    pub harms: BTreeMap<Harm, u64>,
    /// Files with such a difference, by harm.
    pub files_by_harm: BTreeMap<Harm, u64>,
    /// By month, as `2026-11`.
    pub months: BTreeMap<String, Month>,
    /// By officer.
    pub officers: BTreeMap<AccountId, Load>,
}

impl Report {
    pub(super) fn new(now: &Name, then: &Name) -> Self {
        Self {
            rules_now: now.to_string(),
            rules_then: then.to_string(),
            files: 0,
            not_computed: 0,
            files_that_differ: 0,
            files_that_gain: 0,
            files_that_lose: 0,
            gained: BTreeMap::new(),
            lost: BTreeMap::new(),
            open_deadlines_moved: BTreeMap::new(),
            harms: BTreeMap::new(),
            files_by_harm: BTreeMap::new(),
            months: BTreeMap::new(),
            officers: BTreeMap::new(),
        }
    }

    pub(super) fn not_computed(&mut self) {
        self.files += 1;
        self.not_computed += 1;
    }

    /// Counts one file, and says which of its duties differ.
    pub(super) fn add(
        &mut self,
        officer: AccountId,
        now: &Assessment,
        then: &Assessment,
        today: NaiveDate,
        reminders: &dyn Fn(DutyKind) -> ReminderTiming,
    ) -> Vec<DutyChange> {
        self.files += 1;
        let load = self.officers.entry(officer).or_default();
        load.files += 1;
        for (assessment, side) in [(now, Side::Now), (then, Side::Then)] {
            for duty in &assessment.duties {
                match duty.status {
                    DutyStatus::Overdue => *side.of(&mut load.overdue) += 1,
                    DutyStatus::Open | DutyStatus::Upcoming | DutyStatus::Suspended => *side.of(&mut load.open) += 1,
                    DutyStatus::Met | DutyStatus::MetLate | DutyStatus::Lapsed | DutyStatus::NotComputable => {}
                }
                count_months(&mut self.months, duty, side, today, reminders(duty.kind.into()));
            }
        }
        let changes = changes(now, then);
        self.count(&changes);
        changes
    }

    fn count(&mut self, changes: &[DutyChange]) {
        if changes.is_empty() {
            return;
        }
        self.files_that_differ += 1;
        let has = |wanted| changes.iter().any(|change| change.change == wanted);
        self.files_that_gain += u64::from(has(Change::Gained));
        self.files_that_lose += u64::from(has(Change::Lost));
        let mut harms = BTreeSet::new();
        for change in changes {
            let by_kind = match change.change {
                Change::Gained => Some(&mut self.gained),
                Change::Lost => Some(&mut self.lost),
                Change::Moved if change.open && change.due_now != change.due_then => {
                    Some(&mut self.open_deadlines_moved)
                }
                Change::Moved | Change::Judged => None,
            };
            if let Some(by_kind) = by_kind {
                *by_kind.entry(change.kind).or_default() += 1;
            }
            for harm in &change.harms {
                *self.harms.entry(*harm).or_default() += 1;
                harms.insert(*harm);
            }
        }
        for harm in harms {
            *self.files_by_harm.entry(harm).or_default() += 1;
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Now,
    Then,
}

impl Side {
    const fn of(self, pair: &mut Pair) -> &mut u64 {
        match self {
            Self::Now => &mut pair.now,
            Self::Then => &mut pair.then,
        }
    }
}

/// Puts the reminders and the flag of a duty that is to be met into their months.
fn count_months(
    months: &mut BTreeMap<String, Month>,
    duty: &Duty,
    side: Side,
    today: NaiveDate,
    timing: ReminderTiming,
) {
    if !matches!(duty.status, DutyStatus::Open | DutyStatus::Upcoming) {
        return;
    }
    let ahead = |day: &NaiveDate| *day >= today && month_number(*day) < month_number(today) + MONTHS;
    let on_day = duty.due.filter(ahead);
    let (on_day, before) = match timing {
        ReminderTiming::Never => (None, None),
        ReminderTiming::OnDay => (on_day, None),
        ReminderTiming::Before(days) => {
            (on_day, duty.due.and_then(|due| due.checked_sub_days(Days::new(u64::from(days)))).filter(ahead))
        }
    };
    for day in on_day.into_iter().chain(before) {
        *side.of(&mut months.entry(month(day)).or_default().reminders) += 1;
    }
    if let Some(day) = duty.first_failure_day.filter(ahead) {
        *side.of(&mut months.entry(month(day)).or_default().flags) += 1;
    }
}

fn month_number(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0().cast_signed()
}

fn month(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// The duties that differ, by kind, root and position.
fn changes(now: &Assessment, then: &Assessment) -> Vec<DutyChange> {
    let named = |assessment: &Assessment| -> Vec<(Compared, DutyStatus)> {
        assessment.duties.iter().map(|duty| (Compared::from(duty), duty.status)).collect()
    };
    let (ours, theirs) = (named(now), named(then));
    // Most files are the same under both rules.
    if ours == theirs {
        return Vec::new();
    }
    let key = |duty: &Compared| (duty.kind, duty.root.clone(), duty.ordinal);
    let ours_by: BTreeMap<_, _> = ours.iter().map(|(duty, status)| (key(duty), (duty, *status))).collect();
    let theirs_by: BTreeMap<_, _> = theirs.iter().map(|(duty, status)| (key(duty), (duty, *status))).collect();
    let plain =
        |duties: &[(Compared, DutyStatus)]| -> Vec<Compared> { duties.iter().map(|(duty, _)| duty.clone()).collect() };
    let classes: BTreeMap<_, _> = compare(&plain(&ours), &plain(&theirs))
        .into_iter()
        .map(|found| ((found.kind, found.root, found.ordinal), found.class))
        .collect();
    let keys: BTreeSet<&(law::DutyKind, String, u32)> = ours_by.keys().chain(theirs_by.keys()).collect();
    let found = keys.into_iter().filter_map(|key| {
        change(key.0.into(), ours_by.get(key).copied(), theirs_by.get(key).copied(), classes.get(key).copied())
    });
    found.collect()
}

type Known<'a> = Option<(&'a Compared, DutyStatus)>;

fn change(kind: DutyKind, now: Known<'_>, then: Known<'_>, class: Option<Class>) -> Option<DutyChange> {
    let overdue = |known: Known<'_>| known.is_some_and(|(_, status)| status == DutyStatus::Overdue);
    let mut harms = Vec::new();
    let change = match class {
        Some(Class::Missed) => Change::Gained,
        Some(Class::Spurious) => Change::Lost,
        Some(Class::TooLong) => {
            harms.push(Harm::TooLong);
            Change::Moved
        }
        Some(Class::TooShort) => {
            harms.push(Harm::TooShort);
            Change::Moved
        }
        None => Change::Judged,
    };
    match (overdue(now), overdue(then)) {
        (true, false) => harms.push(Harm::SpuriousFlag),
        (false, true) => harms.push(Harm::MissedFlag),
        (true, true) | (false, false) if change == Change::Judged => return None,
        (true, true) | (false, false) => {}
    }
    let open = now.is_some_and(|(_, status)| matches!(status, DutyStatus::Open | DutyStatus::Upcoming));
    let due = |known: Known<'_>| known.and_then(|(duty, _)| duty.due);
    Some(DutyChange { kind, change, harms, due_now: due(now), due_then: due(then), open })
}
