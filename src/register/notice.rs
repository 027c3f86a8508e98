//! What officials establish about a person besides convictions and custody: residence, orders, homes. Death
//! is recorded in [`super::identity::death`], because it is about the person and not about one registration.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fact::FactBody;
use super::file::{File, NewFact};
use super::record::{self, FactAnswer};
use super::refusal::{FieldError, Refusal};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::ids::RegistrationId;
use crate::law::{self, What};
use crate::vocabulary::Regime;

/// Something an official establishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum NoticeInput {
    /// The person was told in writing that no home address is accepted, s.10(7A).
    #[serde(rename_all = "camelCase")]
    NoHomeNotice {
        /// Day of the notice.
        on: NaiveDate,
        /// Another interval than the usual one, in days.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(minimum = 1, maximum = 31)]
        interval_days: Option<u16>,
    },
    /// A home address is accepted again.
    HomeAccepted {
        /// Day of acceptance.
        on: NaiveDate,
    },
    /// The home was seen by an officer, or confirmed by the population register.
    HomeSeen {
        /// Day.
        on: NaiveDate,
    },
    /// Residence in the State began, for somebody convicted abroad.
    BecameResident {
        /// Day.
        on: NaiveDate,
    },
    /// A sex offender order was notified to the person, s.16. Not under `nl-pilot`.
    OrderNotified {
        /// Day.
        on: NaiveDate,
    },
    /// A name is in use that was not notified.
    NameUsed {
        /// First day.
        on: NaiveDate,
    },
    /// The home changed and the person did not say so (yet).
    HomeChanged {
        /// Day of the change.
        on: NaiveDate,
    },
    /// The person left the country and did not say so (yet).
    Left {
        /// Day of leaving.
        on: NaiveDate,
        /// Day of return, when known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
        /// Whether an absence of the length that counts was intended on leaving.
        intended: bool,
    },
    /// The person is not where reported and cannot be found.
    WhereaboutsUnknown {
        /// Since when.
        on: NaiveDate,
    },
}

impl NoticeInput {
    fn on(&self) -> NaiveDate {
        match self {
            Self::NoHomeNotice { on, .. }
            | Self::HomeAccepted { on }
            | Self::HomeSeen { on }
            | Self::BecameResident { on }
            | Self::OrderNotified { on }
            | Self::NameUsed { on }
            | Self::HomeChanged { on }
            | Self::Left { on, .. }
            | Self::WhereaboutsUnknown { on } => *on,
        }
    }

    fn body(&self) -> FactBody {
        let happened = |what| FactBody::Happened { event: law::Event { id: None, what } };
        match self {
            Self::NoHomeNotice { on, interval_days } => {
                happened(What::NoHomeNotice { on: *on, interval_days: *interval_days })
            }
            Self::HomeAccepted { on } => happened(What::HomeAccepted { on: *on }),
            Self::BecameResident { on } => happened(What::BecameResident { on: *on }),
            Self::OrderNotified { on } => happened(What::OrderNotified { on: *on }),
            Self::NameUsed { on } => happened(What::NameUsed { on: *on }),
            Self::HomeChanged { on } => happened(What::HomeChanged { on: *on }),
            Self::Left { on, until, intended } => happened(What::Absence(law::Absence {
                from: *on,
                until: *until,
                intended: *intended,
                planned_return: None,
            })),
            Self::HomeSeen { on } => FactBody::HomeSeen { on: *on },
            Self::WhereaboutsUnknown { on } => FactBody::WhereaboutsUnknown { on: *on },
        }
    }

    fn faults(&self, file: &File, today: NaiveDate) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.on() > today {
            faults.push(FieldError::new("/on", "in_the_future", "This day has not come yet."));
        }
        if i64::from(self.on().year()) < file.person.birth_year {
            faults.push(FieldError::new("/on", "before_birth", "This day lies before the birth of the person."));
        }
        match self {
            Self::Left { on, until: Some(until), .. } if until < on => {
                faults.push(FieldError::new("/until", "before_on", "The return lies before the day of leaving."));
            }
            Self::OrderNotified { .. } if file.registration.regime == Regime::NlPilot => {
                faults.push(FieldError::new("/type", "regime_without_orders", "The Dutch pilot knows no such orders."));
            }
            Self::HomeAccepted { on } => {
                let noticed = file.document.law.events.iter().any(|event| match event.what {
                    What::NoHomeNotice { on: notice, .. } => notice <= *on,
                    _ => false,
                });
                if !noticed {
                    faults.push(FieldError::new(
                        "/type",
                        "nothing_to_accept",
                        "There is no notice that a home was not accepted.",
                    ));
                }
            }
            _ => {}
        }
        faults
    }
}

/// Records what an official established.
///
/// # Errors
/// Every invalid field; or what is in the way.
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    notice: NoticeInput,
) -> Result<FactAnswer, Refusal> {
    record::facts(app, ctx, registration, Action::FactRecordNotice, move |file, today| {
        Refusal::unless_empty(notice.faults(file, today))?;
        Ok(NewFact::new(notice.body()).verified())
    })
    .await
}
