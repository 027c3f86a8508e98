//! Journeys abroad: notified before leaving, amended, cancelled, ended by a return; and absences that were not
//! intended to last.
//!
//! A notified journey is an absence from departure to planned return until another assertion governs. Each later
//! report corrects that one fact, so the journey keeps its identity and its duties keep theirs.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::report::Report;
use super::reports::{alive, happened, identity_faults, not_future, not_long_ago, report_of, within_horizon};
use super::{NotifiedDetail, notified};
use crate::app::App;
use crate::ids::{FactId, NotificationId};
use crate::law::{self, Absence, What};
use crate::register::address::Address;
use crate::register::fact::FactBody;
use crate::register::file::{self, File, NewFact};
use crate::register::input::{AbsenceReport, OnBehalf, ReturnReport, TravelCancellation, TravelReport};
use crate::register::refusal::{FieldError, Refusal};
use crate::store::Conn;
use crate::store::rows::FactRow;
use crate::vocabulary::DutyKind;

type Assertions = Result<Result<Vec<NewFact>, Vec<FieldError>>, Refusal>;

impl Report for TravelReport {
    report_of!(Travel);

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        let mut faults = identity_faults(&self.identity, today);
        faults.extend(within_horizon("/departureOn", self.departure_on, today));
        faults.extend(within_horizon("/returnOn", self.return_on, today));
        if self.return_on < self.departure_on {
            faults.push(FieldError::new("/returnOn", "before_departure", "The return lies before the departure."));
        }
        for (at, stop) in self.stops.iter().enumerate() {
            let pointer = format!("/stops/{at}");
            faults.extend(stop.address.faults(&format!("{pointer}/address")));
            if !matches!(stop.address, Address::Foreign { .. }) {
                faults.push(FieldError::new(
                    format!("{pointer}/address"),
                    "not_abroad",
                    "Each stop is a place abroad.",
                ));
            }
            if stop.until < stop.from {
                faults.push(FieldError::new(
                    format!("{pointer}/until"),
                    "before_from",
                    "The last day lies before the first.",
                ));
            }
            if stop.from < self.departure_on || stop.until > self.return_on {
                faults.push(FieldError::new(
                    pointer,
                    "outside_the_journey",
                    "A stop lies between the departure and the return.",
                ));
            }
        }
        faults
    }

    fn assertions(
        &self,
        _: &App,
        _: &mut Conn,
        file: &File,
        id: NotificationId,
        on: NaiveDate,
        today: NaiveDate,
    ) -> Assertions {
        let past = not_long_ago("/departureOn", self.departure_on, today);
        let faults: Vec<_> = past.into_iter().chain(overlap(file, None, self.departure_on, self.return_on)).collect();
        if !faults.is_empty() {
            return Ok(Err(faults));
        }
        let trip = happened(id, planned(self.departure_on, self.return_on)).towards(countries(self));
        let detail = NotifiedDetail {
            planned_return: Some(self.return_on),
            trip: Some(trip.root()),
            ..NotifiedDetail::default()
        };
        Ok(Ok(vec![trip, notified(id, Self::KIND, on, detail)]))
    }
}

/// A journey as it is now planned.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TripAmendment {
    /// The journey.
    pub trip: FactId,
    /// The new plan, whole.
    #[serde(flatten)]
    pub plan: TravelReport,
}

impl Report for TripAmendment {
    const KIND: DutyKind = DutyKind::Travel;

    fn on_behalf(&self) -> Option<&OnBehalf> {
        self.plan.on_behalf.as_ref()
    }

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        self.plan.faults(today)
    }

    fn assertions(
        &self,
        _: &App,
        conn: &mut Conn,
        file: &File,
        id: NotificationId,
        on: NaiveDate,
        today: NaiveDate,
    ) -> Assertions {
        let (fact, absence) = governing_trip(conn, file, self.trip)?;
        let mut faults: Vec<FieldError> =
            overlap(file, Some(self.trip), self.plan.departure_on, self.plan.return_on).into_iter().collect();
        let left = absence.from < today;
        if left && self.plan.departure_on != absence.from {
            faults.push(FieldError::new(
                "/departureOn",
                "already_left",
                "The departure has passed and cannot be moved.",
            ));
        }
        if !faults.is_empty() {
            return Ok(Err(faults));
        }
        // While away only the expectation moves: the return that was planned on leaving stays what was notified.
        let planned_return = if left { absence.planned_return } else { Some(self.plan.return_on) };
        let amended = What::Absence(Absence {
            from: self.plan.departure_on,
            until: Some(self.plan.return_on),
            intended: true,
            planned_return,
        });
        let mut facts = vec![happened(id, amended).correcting(&fact).towards(countries(&self.plan))];
        if !left {
            let detail = NotifiedDetail {
                planned_return: Some(self.plan.return_on),
                trip: Some(self.trip),
                ..NotifiedDetail::default()
            };
            facts.push(notified(id, Self::KIND, on, detail));
        }
        Ok(Ok(facts))
    }
}

/// A journey that does not take place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TripCancellation {
    /// The journey.
    pub trip: FactId,
    /// Why.
    #[serde(flatten)]
    pub cancellation: TravelCancellation,
}

impl Report for TripCancellation {
    const KIND: DutyKind = DutyKind::Travel;

    fn on_behalf(&self) -> Option<&OnBehalf> {
        self.cancellation.on_behalf.as_ref()
    }

    fn faults(&self, _: NaiveDate) -> Vec<FieldError> {
        Vec::new()
    }

    fn assertions(
        &self,
        _: &App,
        conn: &mut Conn,
        file: &File,
        id: NotificationId,
        _: NaiveDate,
        today: NaiveDate,
    ) -> Assertions {
        let (fact, absence) = governing_trip(conn, file, self.trip)?;
        if absence.from < today {
            return Err(Refusal::Conflict {
                code: "already_left",
                detail: "The day of departure has passed. Report the return instead, or ask your officer to correct the file.",
            });
        }
        Ok(Ok(vec![NewFact::of_notification(id, FactBody::Withdrawn).correcting(&fact)]))
    }
}

/// The return from a journey that is in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TripReturn {
    /// The journey.
    pub trip: FactId,
    /// The return.
    #[serde(flatten)]
    pub report: ReturnReport,
}

impl Report for TripReturn {
    const KIND: DutyKind = DutyKind::Return;

    fn on_behalf(&self) -> Option<&OnBehalf> {
        self.report.on_behalf.as_ref()
    }

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        return_faults(&self.report, today)
    }

    fn assertions(
        &self,
        _: &App,
        conn: &mut Conn,
        file: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        let (fact, absence) = governing_trip(conn, file, self.trip)?;
        if self.report.returned_on < absence.from {
            return Ok(Err(vec![FieldError::new(
                "/returnedOn",
                "before_departure",
                "The return lies before the departure.",
            )]));
        }
        Ok(Ok(returned(id, on, self.report.returned_on, &fact, absence)))
    }
}

/// The return from a journey that was not notified, or whose id the reporter does not know.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnnotifiedReturn(pub ReturnReport);

impl Report for UnnotifiedReturn {
    const KIND: DutyKind = DutyKind::Return;

    fn on_behalf(&self) -> Option<&OnBehalf> {
        self.0.on_behalf.as_ref()
    }

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        return_faults(&self.0, today)
    }

    fn assertions(
        &self,
        _: &App,
        conn: &mut Conn,
        file: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        let returned_on = self.0.returned_on;
        // The journey it ends: the last one in the file that had begun by then and is not over before it began.
        let known = trips(file).filter(|(_, absence)| {
            absence.from <= returned_on && self.0.left_on.is_none_or(|left| left == absence.from)
        });
        if let Some((root, _)) = known.max_by_key(|(_, absence)| absence.from) {
            let (fact, absence) = governing_trip(conn, file, root)?;
            return Ok(Ok(returned(id, on, returned_on, &fact, absence)));
        }
        let Some(left_on) = self.0.left_on else {
            return Ok(Err(vec![FieldError::new(
                "/leftOn",
                "required",
                "No journey is in the file: state the day of leaving.",
            )]));
        };
        if let Some(fault) = overlap(file, None, left_on, returned_on) {
            return Ok(Err(vec![fault]));
        }
        let absence = Absence { from: left_on, until: Some(returned_on), intended: false, planned_return: None };
        let detail = NotifiedDetail::default();
        Ok(Ok(vec![happened(id, What::Absence(absence)), notified(id, DutyKind::Return, on, detail)]))
    }
}

impl Report for AbsenceReport {
    report_of!(UnplannedAbsence);

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        let mut faults = identity_faults(&self.identity, today);
        faults.extend(self.address.faults("/address"));
        faults.extend(not_future("/leftOn", self.left_on, today));
        faults.extend(alive("/leftOn", self.left_on, &self.identity, today));
        if !matches!(self.address, Address::Foreign { .. }) {
            faults.push(FieldError::new("/address", "not_abroad", "State the address abroad."));
        }
        if let Some(back) = self.expected_return_on {
            faults.extend(within_horizon("/expectedReturnOn", back, today));
            faults.extend((back < self.left_on).then(|| {
                FieldError::new("/expectedReturnOn", "before_departure", "The return lies before the departure.")
            }));
        }
        faults
    }

    fn assertions(
        &self,
        _: &App,
        conn: &mut Conn,
        file: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        let notification = notified(id, Self::KIND, on, NotifiedDetail::default());
        let known = trips(file).find(|(_, absence)| absence.from == self.left_on);
        if let Some((root, _)) = known {
            let (fact, absence) = governing_trip(conn, file, root)?;
            let longer = What::Absence(Absence { until: self.expected_return_on, ..absence });
            return Ok(Ok(vec![happened(id, longer).correcting(&fact), notification]));
        }
        let until = self.expected_return_on.unwrap_or(NaiveDate::MAX);
        if let Some(fault) = overlap(file, None, self.left_on, until) {
            return Ok(Err(vec![FieldError { pointer: "/leftOn".to_owned(), ..fault }]));
        }
        let absence =
            Absence { from: self.left_on, until: self.expected_return_on, intended: false, planned_return: None };
        Ok(Ok(vec![happened(id, What::Absence(absence)).towards(country(&self.address)), notification]))
    }
}

/// The countries a journey is to touch, in order.
fn countries(report: &TravelReport) -> Vec<String> {
    report.stops.iter().flat_map(|stop| country(&stop.address)).collect()
}

fn country(address: &Address) -> Vec<String> {
    match address {
        Address::Foreign { country, .. } => vec![country.clone()],
        _ => Vec::new(),
    }
}

fn planned(departure_on: NaiveDate, return_on: NaiveDate) -> What {
    What::Absence(Absence {
        from: departure_on,
        until: Some(return_on),
        intended: true,
        planned_return: Some(return_on),
    })
}

fn returned(
    id: NotificationId,
    on: NaiveDate,
    returned_on: NaiveDate,
    fact: &FactRow,
    absence: Absence,
) -> Vec<NewFact> {
    let over = What::Absence(Absence { until: Some(returned_on), ..absence });
    vec![happened(id, over).correcting(fact), notified(id, DutyKind::Return, on, NotifiedDetail::default())]
}

fn return_faults(report: &ReturnReport, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = identity_faults(&report.identity, today);
    faults.extend(report.address.faults("/address"));
    faults.extend(not_future("/returnedOn", report.returned_on, today));
    if report.left_on.is_some_and(|left| left > report.returned_on) {
        faults.push(FieldError::new("/returnedOn", "before_departure", "The return lies before the departure."));
    }
    faults.extend(report.left_on.and_then(|left| alive("/leftOn", left, &report.identity, today)));
    faults.extend(alive("/returnedOn", report.returned_on, &report.identity, today));
    faults
}

/// The journeys in the file, with their ids.
fn trips(file: &File) -> impl Iterator<Item = (FactId, Absence)> {
    file.document.law.events.iter().filter_map(|event| match (&event.what, event.id.as_deref()) {
        (What::Absence(absence), Some(id)) => id.parse().ok().map(|id| (id, *absence)),
        _ => None,
    })
}

/// The governing fact of a journey.
fn governing_trip(conn: &mut Conn, file: &File, trip: FactId) -> Result<(FactRow, Absence), Refusal> {
    let fact = file::governing_fact(conn, file.registration.id, trip)?;
    match file::body_of(&fact)? {
        FactBody::Happened { event: law::Event { what: What::Absence(absence), .. } } => Ok((fact, absence)),
        _ => Err(Refusal::NotFound),
    }
}

/// The fault of a journey that shares days with another one, beyond a day of return that is a day of departure.
fn overlap(file: &File, except: Option<FactId>, from: NaiveDate, until: NaiveDate) -> Option<FieldError> {
    let clashes = trips(file)
        .any(|(id, other)| Some(id) != except && from < other.until.unwrap_or(NaiveDate::MAX) && other.from < until);
    clashes.then(|| {
        FieldError::new(
            "/departureOn",
            "overlapping_journeys",
            "Another journey in the file shares these days: amend or cancel that one first.",
        )
    })
}
