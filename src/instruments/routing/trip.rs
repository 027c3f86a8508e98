//! A trip abroad and what happened to it, in the order in which it became known.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::countries::{CodeFault, Countries};
use crate::grounds::{Fault, codes};

/// A trip as it was notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trip {
    /// Day of departure.
    pub departs: NaiveDate,
    /// Planned day of return; absent: none is planned.
    #[serde(default)]
    pub returns: Option<NaiveDate>,
    /// Where to: codes of ISO 3166, in the order of the journey.
    pub destinations: Vec<String>,
}

/// What happened to a trip.
#[expect(missing_docs, reason = "the members are described with the event")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum TripEvent {
    /// The trip was notified on this day.
    Notified { on: NaiveDate, trip: Trip },
    /// The trip is another than was notified.
    Changed { on: NaiveDate, trip: Trip },
    /// The person does not go.
    Cancelled { on: NaiveDate },
    /// The trip should not have been in the register: another person's, or no trip at all.
    Wrong { on: NaiveDate },
    /// A recipient says that it read a notice.
    Acknowledged { on: NaiveDate, notice: u32, recipient: String },
}

impl TripEvent {
    /// The day on which it became known.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::Notified { on, .. }
            | Self::Changed { on, .. }
            | Self::Cancelled { on }
            | Self::Wrong { on }
            | Self::Acknowledged { on, .. } => *on,
        }
    }
}

codes! {
    /// Where a trip stands.
    pub enum TripState {
        /// It is planned, under way or over.
        Notified => "notified",
        /// It does not take place.
        Cancelled => "cancelled",
        /// It should not have been in the register.
        Wrong => "wrong",
    }
}

codes! {
    /// What is wrong with a trip or with what is said to have happened to it.
    pub enum TripFault {
        /// Nothing is named.
        Required => "required",
        /// The planned return lies before the departure.
        ReturnBeforeDeparture => "return_before_departure",
        /// No country has or had this code.
        NoSuchCountry => "no_such_country",
        /// The code was withdrawn, or was not yet given out.
        CodeNotInUse => "code_not_in_use",
        /// The Netherlands are no destination of a trip abroad.
        NotAbroad => "not_abroad",
        /// It became known before what stands in front of it.
        OutOfOrder => "out_of_order",
        /// The first thing that can happen to a trip is that it is notified.
        NotNotified => "not_notified",
        /// The trip has been notified already: this is a change.
        AlreadyNotified => "already_notified",
        /// The trip was cancelled or wrong; another trip is a new one.
        TripIsOver => "trip_is_over",
        /// The change leaves the trip as it was.
        NothingChanged => "nothing_changed",
        /// There is no notice of this number on that day.
        NoSuchNotice => "no_such_notice",
        /// The notice went to somebody else.
        NotTheRecipient => "not_the_recipient",
        /// The notice has been acknowledged already.
        AlreadyAcknowledged => "already_acknowledged",
        /// The day lies before the first version of the routing.
        BeforeRouting => "before_routing",
    }
}

impl Trip {
    /// Everything that is wrong with it on the day it becomes known. `field` is the path of the trip.
    #[must_use]
    pub fn faults(&self, on: NaiveDate, countries: &Countries, field: &str) -> Vec<Fault<TripFault>> {
        let mut faults = Vec::new();
        if self.returns.is_some_and(|returns| returns < self.departs) {
            faults.push(Fault::new(format!("{field}.returns"), TripFault::ReturnBeforeDeparture));
        }
        if self.destinations.is_empty() {
            faults.push(Fault::new(format!("{field}.destinations"), TripFault::Required));
        }
        for (i, code) in self.destinations.iter().enumerate() {
            let fault = match countries.resolve(code, on) {
                Ok(country) if country.alpha2 == "NL" => Some(TripFault::NotAbroad),
                Ok(_) => None,
                Err(CodeFault::NoSuchCountry) => Some(TripFault::NoSuchCountry),
                Err(CodeFault::Withdrawn { .. } | CodeFault::NotYet { .. }) => Some(TripFault::CodeNotInUse),
            };
            faults.extend(fault.map(|fault| Fault::new(format!("{field}.destinations[{i}]"), fault)));
        }
        faults
    }

    /// The two letters of its destinations, each once, in the order of the journey.
    #[must_use]
    pub fn countries(&self, on: NaiveDate, countries: &Countries) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for country in self.destinations.iter().filter_map(|code| countries.resolve(code, on).ok()) {
            if !codes.contains(&country.alpha2) {
                codes.push(country.alpha2.clone());
            }
        }
        codes
    }
}
