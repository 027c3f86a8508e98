//! A period that begins with its order: conditional ending of tbs, conditional release, conditional sentence.

use chrono::NaiveDate;

use super::fault::{Fault, FaultCode};
use super::length::Length;
use super::order::PeriodEvent;
use super::running::{Ground, Running};
use crate::vocabulary::SupervisionEnd;

/// A period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Period {
    /// It runs.
    Running(Running),
    /// At its end.
    Ended {
        /// Its last day.
        on: NaiveDate,
        /// How it ended.
        how: SupervisionEnd,
        /// The term that ran.
        ran: Running,
    },
}

impl Period {
    /// The period as ordered.
    ///
    /// # Errors
    /// When its length is not allowed.
    pub fn ordered(
        begins_on: NaiveDate,
        length: Length,
        exceptional: bool,
        ground: &Ground<'_>,
    ) -> Result<Self, Fault> {
        if !ground.profile.length.allow(length, exceptional) {
            return Err(Fault::new(FaultCode::LengthNotAllowed, "course.length"));
        }
        Ok(Self::Running(Running::since(begins_on, length)))
    }

    /// The period on `day`: expired when its last day has passed.
    #[must_use]
    pub fn as_of(self, day: NaiveDate, ground: &Ground<'_>) -> Self {
        match self {
            Self::Running(running) => match running.over_before(day, ground) {
                Some(on) => Self::Ended { on, how: SupervisionEnd::Expired, ran: running },
                None => Self::Running(running),
            },
            Self::Ended { .. } => self,
        }
    }

    /// The period after an event.
    ///
    /// # Errors
    /// When the event cannot happen in this state or breaks a rule; the field is a member of the event.
    pub fn after(self, event: &PeriodEvent, ground: &Ground<'_>) -> Result<Self, Fault> {
        let Self::Running(running) = self.as_of(event.on(), ground) else {
            return Err(Fault::new(FaultCode::NotInThisState, "type"));
        };
        let at = |field: &'static str| move |code| Fault::new(code, field);
        match *event {
            PeriodEvent::ExtensionRequested { on } => {
                running.request_extension(on, ground).map(Self::Running).map_err(at("on"))
            }
            PeriodEvent::Extended { on, length } => {
                running.extend(on, length, ground).map(Self::Running).map_err(at("length"))
            }
            PeriodEvent::ExtensionRefused { on } => {
                let ran = running.clone();
                Ok(running
                    .keep_or_end(on, ground)
                    .map_or_else(|on| Self::Ended { on, how: SupervisionEnd::Expired, ran }, Self::Running))
            }
            PeriodEvent::Changed { .. } => Ok(Self::Running(running)),
            PeriodEvent::Ended { on, how } => Ok(Self::Ended { on, how: how.into(), ran: running }),
        }
    }
}
