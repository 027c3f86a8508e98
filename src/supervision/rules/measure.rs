//! The measure of art. 38z Sr as a state machine: imposed, execution requested, running, ended.
//!
//! Each variant holds what that state needs and nothing else, so a measure that was never ordered has no last day and one
//! that ended cannot be extended. [`Measure::after`] is what people do; [`Measure::as_of`] is what the law does by itself.

use chrono::NaiveDate;

use super::fault::{Fault, FaultCode};
use super::length::Length;
use super::order::{Condition, Imposes, MeasureEvent};
use super::running::{Ground, Running};
use crate::law::term::days_back;
use crate::vocabulary::{Preceding, SupervisionEnd};

/// A measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Stage one: imposed by a final judgment, execution not requested.
    Imposed(Imposed),
    /// Stage one: the court is asked to order execution.
    Requested {
        /// What was imposed.
        imposed: Imposed,
        /// The day of the request.
        on: NaiveDate,
    },
    /// Stage two: ordered, so that it runs.
    Running(Running),
    /// At its end.
    Ended {
        /// Its last day.
        on: NaiveDate,
        /// How it ended.
        how: SupervisionEnd,
        /// The term that ran; `None` when it ended in stage one.
        ran: Option<Running>,
        /// What was imposed, when it ended in stage one.
        imposed: Option<Imposed>,
    },
}

/// A measure before its execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imposed {
    /// The day on which the judgment became final.
    pub final_on: NaiveDate,
    /// What precedes execution.
    pub preceding: Preceding,
    /// Its last day, when known.
    pub ends_on: Option<NaiveDate>,
}

impl Imposed {
    /// The last day on which execution can safely be requested.
    #[must_use]
    pub fn request_by(&self, days: u32) -> Option<NaiveDate> {
        self.ends_on.map(|end| days_back(end, days, false))
    }

    const fn ended(self, on: NaiveDate, how: SupervisionEnd) -> Measure {
        Measure::Ended { on, how, ran: None, imposed: Some(self) }
    }
}

impl Measure {
    /// The measure as imposed.
    ///
    /// # Errors
    /// When the offence is older than the measure.
    pub fn imposed(preceding: Preceding, ends_on: Option<NaiveDate>, ground: &Ground<'_>) -> Result<Self, Fault> {
        let possible_from = ground.profile.execution.as_ref().map(|execution| execution.offences_from);
        if possible_from.is_none_or(|from| ground.judgment.offence_on < from) {
            return Err(Fault::new(FaultCode::MeasureNotPossible, "judgment.offenceOn"));
        }
        Ok(Self::Imposed(Imposed { final_on: ground.judgment.final_on, preceding, ends_on }))
    }

    /// The measure on `day`: lapsed when execution was not requested by the end of what precedes it, expired when its
    /// last day has passed.
    #[must_use]
    pub fn as_of(self, day: NaiveDate, ground: &Ground<'_>) -> Self {
        match self {
            Self::Imposed(imposed) => match imposed.ends_on {
                Some(end) if end <= day => imposed.ended(end, SupervisionEnd::Lapsed),
                Some(_) | None => Self::Imposed(imposed),
            },
            Self::Running(running) => expired(running, day, ground),
            Self::Requested { .. } | Self::Ended { .. } => self,
        }
    }

    /// The measure as an event of `day` finds it: on its very last day a request still comes in time.
    fn before(self, day: NaiveDate, ground: &Ground<'_>) -> Self {
        match self {
            Self::Imposed(Imposed { ends_on: Some(end), .. }) if end >= day => self,
            Self::Imposed(_) | Self::Requested { .. } | Self::Running(_) | Self::Ended { .. } => {
                self.as_of(day, ground)
            }
        }
    }

    /// The measure after an event.
    ///
    /// # Errors
    /// When the event cannot happen in this state or breaks a rule; the field is a member of the event.
    pub fn after(self, event: &MeasureEvent, conditions: &[Condition], ground: &Ground<'_>) -> Result<Self, Fault> {
        match self.before(event.on(), ground) {
            Self::Imposed(imposed) => after_imposed(imposed, event, conditions, ground),
            Self::Requested { imposed, on } => after_requested(imposed, on, event, ground),
            Self::Running(running) => after_running(running, event, ground),
            Self::Ended { .. } => Err(not_now()),
        }
    }
}

fn not_now() -> Fault {
    Fault::new(FaultCode::NotInThisState, "type")
}

fn expired(running: Running, day: NaiveDate, ground: &Ground<'_>) -> Measure {
    match running.over_before(day, ground) {
        Some(on) => over(running, on, SupervisionEnd::Expired),
        None => Measure::Running(running),
    }
}

const fn over(running: Running, on: NaiveDate, how: SupervisionEnd) -> Measure {
    Measure::Ended { on, how, ran: Some(running), imposed: None }
}

fn after_imposed(
    imposed: Imposed,
    event: &MeasureEvent,
    conditions: &[Condition],
    ground: &Ground<'_>,
) -> Result<Measure, Fault> {
    match *event {
        MeasureEvent::ExecutionRequested { on, advice_on, medical_statement, late_admissible, .. } => {
            let Some(rules) = &ground.profile.execution else { return Err(not_now()) };
            let late = imposed.request_by(rules.request_days_before).is_some_and(|by| on > by);
            if late && !late_admissible {
                return Err(Fault::new(FaultCode::RequestLate, "on"));
            }
            if advice_on.is_none_or(|advice| advice > on) {
                return Err(Fault::new(FaultCode::AdviceMissing, "adviceOn"));
            }
            let care = conditions.iter().any(|c| rules.medical_statement_for.contains(&c.code));
            if care && !medical_statement {
                return Err(Fault::new(FaultCode::MedicalStatementMissing, "medicalStatement"));
            }
            Ok(Measure::Requested { imposed, on })
        }
        // Art. 6:6:23e is about a measure that runs: what a later judgment does to one that waits is not for these rules.
        MeasureEvent::Convicted { .. } => Ok(Measure::Imposed(imposed)),
        MeasureEvent::ExecutionRefused { .. }
        | MeasureEvent::ExecutionOrdered { .. }
        | MeasureEvent::ExtensionRequested { .. }
        | MeasureEvent::Extended { .. }
        | MeasureEvent::ExtensionRefused { .. }
        | MeasureEvent::Changed { .. }
        | MeasureEvent::Lifted { .. } => Err(not_now()),
    }
}

fn after_requested(
    imposed: Imposed,
    requested: NaiveDate,
    event: &MeasureEvent,
    ground: &Ground<'_>,
) -> Result<Measure, Fault> {
    match *event {
        MeasureEvent::ExecutionRefused { on } => Ok(imposed.ended(on, SupervisionEnd::ExecutionRefused)),
        MeasureEvent::ExecutionOrdered { on, length } => {
            allowed(length, ground)?;
            Ok(Measure::Running(Running::since(on, length)))
        }
        MeasureEvent::Convicted { .. } => Ok(Measure::Requested { imposed, on: requested }),
        MeasureEvent::ExecutionRequested { .. }
        | MeasureEvent::ExtensionRequested { .. }
        | MeasureEvent::Extended { .. }
        | MeasureEvent::ExtensionRefused { .. }
        | MeasureEvent::Changed { .. }
        | MeasureEvent::Lifted { .. } => Err(not_now()),
    }
}

fn allowed(length: Length, ground: &Ground<'_>) -> Result<(), Fault> {
    if ground.profile.length.allow(length, false) {
        return Ok(());
    }
    Err(Fault::new(FaultCode::LengthNotAllowed, "length"))
}

fn after_running(running: Running, event: &MeasureEvent, ground: &Ground<'_>) -> Result<Measure, Fault> {
    let at = |field: &'static str| move |code| Fault::new(code, field);
    match *event {
        MeasureEvent::ExtensionRequested { on, .. } => {
            running.request_extension(on, ground).map(Measure::Running).map_err(at("on"))
        }
        MeasureEvent::Extended { on, length } => {
            running.extend(on, length, ground).map(Measure::Running).map_err(at("length"))
        }
        MeasureEvent::ExtensionRefused { on } => {
            let ran = running.clone();
            Ok(running
                .keep_or_end(on, ground)
                .map_or_else(|end| over(ran, end, SupervisionEnd::Expired), Measure::Running))
        }
        MeasureEvent::Changed { .. } => Ok(Measure::Running(running)),
        MeasureEvent::Lifted { on } => Ok(over(running, on, SupervisionEnd::Lifted)),
        MeasureEvent::Convicted { on, imposes } => Ok(match imposes {
            Imposes::Tbs | Imposes::PrisonWithMeasure => over(running, on, SupervisionEnd::Replaced),
            // The measure stands; the detention that follows stops its clock.
            Imposes::PrisonWithoutMeasure => Measure::Running(running),
        }),
        MeasureEvent::ExecutionRequested { .. }
        | MeasureEvent::ExecutionRefused { .. }
        | MeasureEvent::ExecutionOrdered { .. } => Err(not_now()),
    }
}
