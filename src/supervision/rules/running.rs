//! A running term and what can happen to it: what the measure in its second stage and every other period have in common.

use chrono::NaiveDate;

use super::clock::{self, Clock, Stop};
use super::fault::FaultCode;
use super::length::Length;
use super::order::{Judgment, Suspension};
use super::profile::Profile;
use crate::law::term::days_back;

/// A running term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its clock.
    pub clock: Clock,
    /// The day of a request to extend that nobody has decided on.
    pub pending: Option<NaiveDate>,
}

/// What decides about one order besides what happened to it.
#[derive(Debug)]
pub struct Ground<'a> {
    pub(super) profile: &'a Profile,
    pub(super) judgment: Judgment,
    pub(super) stops: Vec<Stop>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(profile: &'a Profile, judgment: Judgment, suspensions: &[Suspension]) -> Self {
        Self { profile, judgment, stops: clock::stops(suspensions, &profile.clock) }
    }
}

impl Running {
    pub(super) const fn since(begins_on: NaiveDate, length: Length) -> Self {
        Self { clock: Clock { begins_on, length, extensions: Vec::new() }, pending: None }
    }

    /// The last day; `None` while the clock stands still without a known end.
    #[must_use]
    pub fn last_day(&self, ground: &Ground<'_>) -> Option<NaiveDate> {
        self.clock.last_day(&ground.stops, &ground.profile.clock).0
    }

    /// The last day on which extension can safely be requested; `None` without a last day.
    #[must_use]
    pub fn request_by(&self, ground: &Ground<'_>) -> Option<NaiveDate> {
        let last = self.last_day(ground)?;
        // Without a number in the law the request must come while the order runs.
        Some(ground.profile.extension.request_days_before.map_or(last, |days| days_back(last, days, false)))
    }

    /// The last day, when it lies before `day` and nothing keeps the order in force.
    pub(super) fn over_before(&self, day: NaiveDate, ground: &Ground<'_>) -> Option<NaiveDate> {
        let waits = self.pending.is_some() && ground.profile.extension.in_force_while_pending;
        self.last_day(ground).filter(|last| *last < day && !waits)
    }

    pub(super) fn request_extension(self, on: NaiveDate, ground: &Ground<'_>) -> Result<Self, FaultCode> {
        if self.request_by(ground).is_some_and(|by| on > by) {
            return Err(FaultCode::RequestLate);
        }
        Ok(Self { pending: Some(on), ..self })
    }

    pub(super) fn extend(self, on: NaiveDate, length: Length, ground: &Ground<'_>) -> Result<Self, FaultCode> {
        let rules = &ground.profile.extension;
        if !rules.allows(length) {
            return Err(FaultCode::LengthNotAllowed);
        }
        let so_far = u16::try_from(self.clock.extensions.len()).unwrap_or(u16::MAX);
        if !rules.possible_after(so_far, ground.judgment.offence_group) {
            return Err(FaultCode::ExtensionNotAllowed);
        }
        let mut extended = Self { pending: None, ..self };
        extended.clock.extensions.push((on, length));
        if rules.total_most_months.is_some_and(|most| extended.clock.months() > most) {
            return Err(FaultCode::ExtensionNotAllowed);
        }
        Ok(extended)
    }

    /// What a refusal to extend leaves: the term until its last day, or nothing after that day.
    pub(super) fn keep_or_end(self, on: NaiveDate, ground: &Ground<'_>) -> Result<Self, NaiveDate> {
        match self.last_day(ground) {
            Some(last) if last < on => Err(on),
            Some(_) | None => Ok(Self { pending: None, ..self }),
        }
    }
}
