//! The people of the arms, by intention to treat: each in the arm they were assigned to, from the index date, whatever
//! became of them later.
//!
//! Study time is the number of days since the index date, that day included: what happens on the index date happens at
//! time 1. A person is at risk from when they were assigned, if that was later (left truncation), not while in custody
//! (gaps in risk), and until they leave or observation ends; that day counts. An event on a day on which the person is
//! not at risk is not seen.
//!
//! Of each person this keeps 32 bytes and for each endpoint 16 for each stretch at risk: 80 bytes for someone who was
//! never in custody, 80 MB for a million people in the arms. Of people outside the arms it keeps nothing.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::sight::{Standard, events};
use crate::history::{Arm, Days, ExitReason, History, OutcomeKind, PersonId, RiskBand, Span, System};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// The first failure that either system saw. Who is looked at harder is seen to fail sooner: never without the
    /// checks per month beside it, and never of people whom neither system watches.
    Failure,
    /// A new case of the kind of the index offence; measured alike in every arm.
    Special,
    /// Any new case; measured alike in every arm.
    General,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 3] = [Self::Failure, Self::Special, Self::General];

    /// The code it has in tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Failure => "first_failure",
            Self::Special => "special_reoffending",
            Self::General => "any_reoffending",
        }
    }

    /// Whether it can be seen in people of this arm.
    pub const fn is_seen_in(self, arm: Arm) -> bool {
        match (self, arm) {
            (Self::Failure, Arm::Control) => false,
            (Self::Failure, Arm::RegisterOnly | Arm::SupervisionOnly | Arm::Both)
            | (Self::Special | Self::General, _) => true,
        }
    }

    fn first(self, history: &History, standard: Standard, at_risk: &Days) -> Option<NaiveDate> {
        let outcomes = |wanted: &dyn Fn(OutcomeKind) -> bool| {
            let outcomes = history.outcomes.iter().filter(|it| wanted(it.kind));
            outcomes.map(|it| it.on).find(|day| at_risk.has(*day))
        };
        match self {
            Self::Failure => events(history, standard).iter().map(|it| it.day).find(|day| at_risk.has(*day)),
            Self::Special => outcomes(&|kind| kind == OutcomeKind::Special),
            Self::General => outcomes(&|_| true),
        }
    }
}

/// What ended a stretch at risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The end of observation, or the end of the duty or order by law: censored.
    Observation,
    /// The endpoint.
    Event,
    /// Death: censored, or a competing event.
    Death,
    /// Custody: censored until release, or a competing event.
    Custody,
    /// Emigration: censored.
    Emigration,
    /// Taken out before the end: censored, or a competing event.
    Removed,
}

/// A stretch at risk: after `entry`, up to and including `time`, in days of study time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Position of the person among the members.
    pub member: u32,
    /// Days over before it.
    pub entry: u32,
    /// Its last day.
    pub time: u32,
    /// What ended it.
    pub end: End,
}

/// A person in an arm, with what they are matched by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub person: [u8; 16],
    /// Index date, as a day number.
    pub index: i32,
    /// Position of the stratum in [`Cohort::strata`].
    pub stratum: u16,
    /// Position of the offence group in [`Cohort::offences`]; nothing when unknown.
    pub offence: Option<u16>,
    /// The arm.
    pub arm: Arm,
    /// Risk band at the index date.
    pub risk: Option<RiskBand>,
    /// Five-year band of the age at the index date.
    pub age: Option<u8>,
}

impl Member {
    /// The person.
    pub const fn id(&self) -> PersonId {
        PersonId(u128::from_be_bytes(self.person))
    }
}

/// How hard an arm was looked at: checks while at risk, over days at risk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Observed {
    /// People.
    pub people: u64,
    /// Days at liberty under observation.
    pub days: u64,
    /// Checks by the register on those days.
    pub by_register: u64,
    /// Checks by supervision on those days.
    pub by_supervision: u64,
}

/// The people of the arms.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    until: NaiveDate,
    standard: Standard,
    /// The people, in the order in which they came.
    pub members: Vec<Member>,
    /// The stretches at risk for each endpoint, in the order of [`Endpoint::ALL`].
    stretches: [Vec<Stretch>; 3],
    /// How hard each arm was looked at.
    observed: BTreeMap<Arm, Observed>,
    /// Names of the strata.
    pub strata: Vec<String>,
    /// Names of the offence groups.
    pub offences: Vec<String>,
}

impl Cohort {
    /// Nobody yet; observation ends after `until`.
    pub const fn new(until: NaiveDate, standard: Standard) -> Self {
        Self {
            until,
            standard,
            members: Vec::new(),
            stretches: [Vec::new(), Vec::new(), Vec::new()],
            observed: BTreeMap::new(),
            strata: Vec::new(),
            offences: Vec::new(),
        }
    }

    /// The stretches at risk for an endpoint.
    pub fn stretches(&self, endpoint: Endpoint) -> &[Stretch] {
        &self.stretches[endpoint as usize]
    }

    /// How hard an arm was looked at.
    pub fn observed(&self, arm: Arm) -> Observed {
        self.observed.get(&arm).copied().unwrap_or_default()
    }

    /// Adds a person, if they were assigned to an arm and the index date is over.
    pub fn add(&mut self, history: &History) {
        let Some(assignment) = &history.assignment else { return };
        let last = history.exit.map_or(self.until, |exit| exit.on.min(self.until));
        let Some(period) = Span::new(assignment.entered_on(), Some(last)) else { return };
        let Ok(member) = u32::try_from(self.members.len()) else { return };
        let (stratum, offence) = (
            position(&mut self.strata, &assignment.stratum),
            history.offence_group.as_ref().and_then(|group| position(&mut self.offences, group)),
        );
        let Some(stratum) = stratum else { return };
        let age = history.birth_year.map(|birth| assignment.index_on.year() - birth);
        self.members.push(Member {
            person: history.person.0.to_be_bytes(),
            index: assignment.index_on.num_days_from_ce(),
            stratum,
            offence,
            arm: assignment.arm,
            risk: history.risk,
            age: age.and_then(|age| u8::try_from(age / 5).ok()),
        });
        let at_risk = Days::new([period]).without(&history.custody);
        self.observe(history, assignment.arm, &at_risk);
        let left = history.exit.filter(|exit| exit.on <= self.until).map(|exit| exit.reason);
        for endpoint in Endpoint::ALL {
            let event = endpoint.first(history, self.standard, &at_risk);
            let stretches = stretches(&at_risk, assignment.index_on, event, (last, left));
            self.stretches[endpoint as usize].extend(stretches.map(|it| Stretch { member, ..it }));
        }
    }

    fn observe(&mut self, history: &History, arm: Arm, at_risk: &Days) {
        let checks =
            |system| history.checks.iter().filter(|it| it.system == system && at_risk.has(it.on)).count() as u64;
        let (by_register, by_supervision) = (checks(System::Register), checks(System::Supervision));
        let observed = self.observed.entry(arm).or_default();
        observed.people += 1;
        observed.days += at_risk.count();
        observed.by_register += by_register;
        observed.by_supervision += by_supervision;
    }

    /// Adds other people, who must not be in it yet.
    pub fn merge(&mut self, other: &Self) {
        let Ok(first) = u32::try_from(self.members.len()) else { return };
        let strata: Vec<_> = other.strata.iter().map(|name| position(&mut self.strata, name)).collect();
        let offences: Vec<_> = other.offences.iter().map(|name| position(&mut self.offences, name)).collect();
        let at = |positions: &[Option<u16>], position: u16| positions.get(usize::from(position)).copied().flatten();
        self.members.extend(other.members.iter().map(|member| Member {
            stratum: at(&strata, member.stratum).unwrap_or(u16::MAX),
            offence: member.offence.and_then(|offence| at(&offences, offence)),
            ..*member
        }));
        for (stretches, others) in self.stretches.iter_mut().zip(&other.stretches) {
            stretches.extend(others.iter().map(|it| Stretch { member: first + it.member, ..*it }));
        }
        for (arm, more) in &other.observed {
            let observed = self.observed.entry(*arm).or_default();
            observed.people += more.people;
            observed.days += more.days;
            observed.by_register += more.by_register;
            observed.by_supervision += more.by_supervision;
        }
    }
}

/// The position of a name, which is added when it is new; nothing when there are too many.
fn position(names: &mut Vec<String>, name: &str) -> Option<u16> {
    let found = names.iter().position(|it| it == name);
    let position = found.unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    u16::try_from(position).ok()
}

/// The stretches at risk up to the event, in study time.
fn stretches(
    at_risk: &Days,
    index: NaiveDate,
    event: Option<NaiveDate>,
    (last, left): (NaiveDate, Option<ExitReason>),
) -> impl Iterator<Item = Stretch> {
    let days = move |day: NaiveDate| u32::try_from((day - index).num_days()).unwrap_or(0);
    let until_event = move |span: &Span| event.is_none_or(|event| span.from() <= event);
    at_risk.spans().iter().copied().filter(until_event).map(move |span| {
        let until = span.until().unwrap_or(last);
        let (until, end) = match event {
            Some(event) if span.has(event) => (event, End::Event),
            Some(_) | None if until < last => (until, End::Custody),
            Some(_) | None => (until, left.map_or(End::Observation, End::of)),
        };
        Stretch { member: 0, entry: days(span.from()), time: days(until) + 1, end }
    })
}

impl End {
    const fn of(reason: ExitReason) -> Self {
        match reason {
            ExitReason::Ended => Self::Observation,
            ExitReason::Removed => Self::Removed,
            ExitReason::Death => Self::Death,
            ExitReason::Emigration => Self::Emigration,
        }
    }
}

#[cfg(test)]
mod tests;
