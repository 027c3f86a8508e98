//! The notices that follow from what happened to a trip, replayed: the same history gives the same notices.

use chrono::NaiveDate;
use serde::Serialize;

use super::desks::{Desk, DeskKind, Receives, Routes};
use super::step::Step;
use super::trip::{Trip, TripEvent, TripFault, TripState};
use crate::countries::Countries;
use crate::grounds::{Fault, Versions, codes, whole_days};

codes! {
    /// What a notice says.
    pub enum NoticeKind {
        /// A trip.
        New => "new",
        /// The trip is another than the recipient was told.
        Changed => "changed",
        /// The trip changed, and is no longer one the recipient hears of.
        NoLongerConcerned => "no_longer_concerned",
        /// The trip does not take place.
        Cancelled => "cancelled",
        /// The trip should not have been told: forget it.
        Wrong => "wrong",
    }
}

codes! {
    /// What a notice asks the police unit to think about. Nothing follows by itself.
    pub enum Suggestion {
        /// Whether a Green Notice or Diffusion is to be proposed.
        ConsiderWarning => "consider_warning",
    }
}

/// A notice to one desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Its number in the history of the trip, from 1.
    pub number: u32,
    /// The code of the desk.
    pub recipient: String,
    /// What it says.
    pub kind: NoticeKind,
    /// The day it is due to go out: the day on which what it tells became known.
    pub on: NaiveDate,
    /// The destinations the recipient is told, two letters each.
    pub countries: Vec<String>,
    /// What the police unit is asked to think about.
    pub suggestion: Option<Suggestion>,
    /// The day on which the recipient acknowledged it.
    pub acknowledged_on: Option<NaiveDate>,
    /// Why it went out.
    pub steps: Vec<Step>,
}

/// A trip with everything that was told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Routed {
    /// Where the trip stands.
    pub state: TripState,
    /// The trip as it was last told.
    pub trip: Trip,
    /// The day on which it was first notified.
    pub notified_on: NaiveDate,
    /// The day on which its last change became known.
    pub changed_on: Option<NaiveDate>,
    /// Every notice, in order.
    pub notices: Vec<Notice>,
}

type Refused = Vec<Fault<TripFault>>;

/// The notices of a history, as far as it was known on `as_of`.
///
/// # Errors
/// When the history does not begin with a notification, or something in it cannot have happened.
pub fn route(
    events: &[TripEvent],
    versions: &Versions<Routes>,
    countries: &Countries,
    as_of: NaiveDate,
) -> Result<Routed, Refused> {
    let mut known = events.iter().enumerate().take_while(|(_, event)| event.on() <= as_of);
    let Some((_, TripEvent::Notified { on, trip })) = known.next() else {
        return refuse("events[0]", TripFault::NotNotified);
    };
    let routes = routing(versions, *on, "events[0]")?;
    usable(trip, *on, countries, "events[0].trip")?;
    let mut routed =
        Routed { state: TripState::Notified, trip: trip.clone(), notified_on: *on, changed_on: None, notices: vec![] };
    for (desk, steps) in recipients(routes, &trip.countries(*on, countries), *on) {
        routed.tell(desk, NoticeKind::New, *on, routes, countries, steps);
    }
    let mut last = *on;
    for (i, event) in known {
        let field = format!("events[{i}]");
        if event.on() < last {
            return refuse(&format!("{field}.on"), TripFault::OutOfOrder);
        }
        last = event.on();
        routed.apply(event, versions, countries, &field)?;
    }
    Ok(routed)
}

fn refuse<T>(field: &str, code: TripFault) -> Result<T, Refused> {
    Err(vec![Fault::new(field, code)])
}

fn routing<'v>(versions: &'v Versions<Routes>, on: NaiveDate, field: &str) -> Result<&'v Routes, Refused> {
    versions.at(on).or_else(|_| refuse(&format!("{field}.on"), TripFault::BeforeRouting))
}

fn usable(trip: &Trip, on: NaiveDate, countries: &Countries, field: &str) -> Result<(), Refused> {
    let faults = trip.faults(on, countries, field);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The desks that hear of a trip to these countries, with the reasons.
fn recipients<'r>(routes: &'r Routes, abroad: &[String], on: NaiveDate) -> Vec<(&'r Desk, Vec<Step>)> {
    let reasons = |desk: &Desk| -> Vec<Step> {
        let name = || desk.code.clone();
        match desk.receives {
            Receives::EveryTrip => vec![Step::ReceivesEvery { desk: name() }],
            Receives::ListedCountries => {
                let own = abroad.iter().filter(|country| desk.countries.contains(country));
                own.map(|country| Step::OfficerFor { desk: name(), country: country.clone() }).collect()
            }
            Receives::CountriesWithoutOfficer => {
                let without = abroad.iter().filter(|country| !routes.has_officer(country, on));
                without.map(|country| Step::NoOfficerFor { desk: name(), country: country.clone() }).collect()
            }
        }
    };
    let open = routes.desks.iter().filter(|desk| desk.validity.holds(on));
    open.map(|desk| (desk, reasons(desk))).filter(|(_, steps)| !steps.is_empty()).collect()
}

impl Routed {
    fn apply(
        &mut self,
        event: &TripEvent,
        versions: &Versions<Routes>,
        countries: &Countries,
        field: &str,
    ) -> Result<(), Refused> {
        match event {
            TripEvent::Acknowledged { on, notice, recipient } => self.acknowledge(*on, *notice, recipient, field),
            TripEvent::Notified { .. } => refuse(field, TripFault::AlreadyNotified),
            TripEvent::Changed { .. } | TripEvent::Cancelled { .. } | TripEvent::Wrong { .. }
                if self.state != TripState::Notified =>
            {
                refuse(field, TripFault::TripIsOver)
            }
            TripEvent::Changed { trip, .. } if *trip == self.trip => {
                refuse(&format!("{field}.trip"), TripFault::NothingChanged)
            }
            TripEvent::Changed { on, trip } => {
                usable(trip, *on, countries, &format!("{field}.trip"))?;
                self.change(*on, trip, routing(versions, *on, field)?, countries);
                Ok(())
            }
            TripEvent::Cancelled { on } => {
                self.state = TripState::Cancelled;
                self.tell_everyone(NoticeKind::Cancelled, *on, routing(versions, *on, field)?, countries);
                Ok(())
            }
            TripEvent::Wrong { on } => {
                self.state = TripState::Wrong;
                self.tell_everyone(NoticeKind::Wrong, *on, routing(versions, *on, field)?, countries);
                Ok(())
            }
        }
    }

    fn acknowledge(&mut self, on: NaiveDate, number: u32, recipient: &str, field: &str) -> Result<(), Refused> {
        let Some(notice) = self.notices.iter_mut().find(|notice| notice.number == number) else {
            return refuse(&format!("{field}.notice"), TripFault::NoSuchNotice);
        };
        if notice.recipient != recipient {
            return refuse(&format!("{field}.recipient"), TripFault::NotTheRecipient);
        }
        if notice.acknowledged_on.is_some() {
            return refuse(&format!("{field}.notice"), TripFault::AlreadyAcknowledged);
        }
        notice.acknowledged_on = Some(on);
        Ok(())
    }

    /// Everybody who was told hears of the change, and whoever the trip concerns for the first time hears of the trip.
    fn change(&mut self, on: NaiveDate, trip: &Trip, routes: &Routes, countries: &Countries) {
        let told = self.told(on, routes);
        let now = recipients(routes, &trip.countries(on, countries), on);
        self.trip = trip.clone();
        self.changed_on = Some(on);
        for (desk, mut steps) in told.clone() {
            let concerned = now.iter().find(|(other, _)| other.code == desk.code);
            let kind = match concerned {
                Some((_, reasons)) => {
                    steps.extend(reasons.iter().cloned());
                    NoticeKind::Changed
                }
                None => {
                    steps.push(Step::NoLongerConcerned { desk: desk.code.clone() });
                    NoticeKind::NoLongerConcerned
                }
            };
            self.tell(desk, kind, on, routes, countries, steps);
        }
        for (desk, steps) in now {
            if !told.iter().any(|(other, _)| other.code == desk.code) {
                self.tell(desk, NoticeKind::New, on, routes, countries, steps);
            }
        }
    }

    fn tell_everyone(&mut self, kind: NoticeKind, on: NaiveDate, routes: &Routes, countries: &Countries) {
        for (desk, steps) in self.told(on, routes) {
            self.tell(desk, kind, on, routes, countries, steps);
        }
    }

    /// Every desk that has had a notice of the trip, in the order of the first one; for a closed desk the one in its place.
    fn told<'r>(&self, on: NaiveDate, routes: &'r Routes) -> Vec<(&'r Desk, Vec<Step>)> {
        let mut told: Vec<(&Desk, Vec<Step>)> = Vec::new();
        for (i, notice) in self.notices.iter().enumerate() {
            if self.notices.iter().take(i).any(|earlier| earlier.recipient == notice.recipient) {
                continue;
            }
            let open = routes.desk(&notice.recipient).filter(|desk| desk.validity.holds(on));
            let Some(desk) = open.or_else(|| routes.desk(&routes.closed_desks_go_to)) else { continue };
            let mut steps = vec![Step::WasTold { desk: notice.recipient.clone(), on: notice.on }];
            if open.is_none() {
                steps.push(Step::StandsInFor { desk: desk.code.clone(), closed: notice.recipient.clone() });
            }
            match told.iter_mut().find(|(other, _)| other.code == desk.code) {
                Some((_, so_far)) => so_far.extend(steps),
                None => told.push((desk, steps)),
            }
        }
        told
    }

    fn tell(
        &mut self,
        desk: &Desk,
        kind: NoticeKind,
        on: NaiveDate,
        routes: &Routes,
        countries: &Countries,
        mut steps: Vec<Step>,
    ) {
        let abroad = self.trip.countries(on, countries);
        let tells_a_trip = matches!(kind, NoticeKind::New | NoticeKind::Changed);
        let mut suggestion = None;
        if desk.kind == DeskKind::PoliceUnit && tells_a_trip {
            for country in abroad.iter().filter(|country| routes.consider_warning_for.contains(country)) {
                suggestion = Some(Suggestion::ConsiderWarning);
                steps.push(Step::ConsiderWarning { country: country.clone() });
            }
        }
        if tells_a_trip {
            let days = whole_days(on, self.trip.departs);
            steps.push(Step::DaysToDeparture { days, departs: self.trip.departs });
        }
        // An officer is told where the journey touches his countries; who hears of every trip is told all of it.
        let countries = match desk.receives {
            Receives::EveryTrip | Receives::CountriesWithoutOfficer => abroad,
            Receives::ListedCountries => {
                abroad.into_iter().filter(|country| desk.countries.contains(country)).collect()
            }
        };
        let number = u32::try_from(self.notices.len() + 1).unwrap_or(u32::MAX);
        self.notices.push(Notice {
            number,
            recipient: desk.code.clone(),
            kind,
            on,
            countries,
            suggestion,
            acknowledged_on: None,
            steps,
        });
    }
}
