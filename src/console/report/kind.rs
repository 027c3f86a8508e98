//! Each kind of report: what is asked, and which report of the register it is.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::access::Ctx;
use crate::app::App;
use crate::console::form::Builder;
use crate::ids::{FactId, RegistrationId};
use crate::register::input::{
    AbsenceReport, AddressReport, ConfirmationReport, InitialReport, NameReport, NightReport, ReturnReport, StayReport,
    TravelCancellation, TravelReport,
};
use crate::register::notify::{
    Claims, NotificationAnswer, Report, TripAmendment, TripCancellation, TripReturn, UnnotifiedReturn, notify,
};
use crate::register::view::StatedIdentity;
use crate::register::{FieldError, Refusal};
use crate::text_enum;
use crate::vocabulary::{Channel, DutyKind};

text_enum! {
    /// A kind of report, by its name in addresses.
    pub enum Kind {
        /// First notification.
        Initial => "initial",
        /// A name.
        Name => "name",
        /// Another home.
        Home => "home",
        /// A stay elsewhere.
        Stay => "stay",
        /// A journey abroad.
        Travel => "travel",
        /// Another plan for a journey.
        Amend => "amend",
        /// A journey that does not take place.
        Cancel => "cancel",
        /// The return from a journey in the file.
        TripReturn => "trip-return",
        /// The return from a journey that is not in the file.
        Return => "return",
        /// An absence that lasts longer than intended.
        Absence => "absence",
        /// Yearly confirmation.
        Confirmation => "confirmation",
        /// Where somebody sleeps tonight.
        Night => "night",
    }
}

/// Homes can be of three kinds; a home abroad is a fourth.
const HOME: [&str; 4] = ["dutch", "location", "noFixedAbode", "foreign"];
const IN_THE_COUNTRY: [&str; 3] = ["dutch", "location", "noFixedAbode"];
const ABROAD: [&str; 1] = ["foreign"];
/// The channels by which officers take in reports.
const OFFICERS_CHANNELS: [&str; 3] = ["desk", "post", "disability_route"];

impl Kind {
    /// The kinds one can begin with; the others are about a journey in the file.
    pub const START: [Self; 9] = [
        Self::Home,
        Self::Travel,
        Self::Stay,
        Self::Confirmation,
        Self::Name,
        Self::Night,
        Self::Return,
        Self::Absence,
        Self::Initial,
    ];

    /// The kind that answers a duty.
    pub const fn answering(duty: DutyKind) -> Self {
        match duty {
            DutyKind::Initial => Self::Initial,
            DutyKind::Name => Self::Name,
            DutyKind::Home => Self::Home,
            DutyKind::Stay => Self::Stay,
            DutyKind::Travel => Self::Travel,
            DutyKind::Return => Self::Return,
            DutyKind::UnplannedAbsence => Self::Absence,
            DutyKind::Periodic => Self::Confirmation,
            DutyKind::NoHome => Self::Night,
        }
    }

    /// The duty it answers.
    pub const fn duty(self) -> DutyKind {
        match self {
            Self::Initial => DutyKind::Initial,
            Self::Name => DutyKind::Name,
            Self::Home => DutyKind::Home,
            Self::Stay => DutyKind::Stay,
            Self::Travel | Self::Amend | Self::Cancel => DutyKind::Travel,
            Self::TripReturn | Self::Return => DutyKind::Return,
            Self::Absence => DutyKind::UnplannedAbsence,
            Self::Confirmation => DutyKind::Periodic,
            Self::Night => DutyKind::NoHome,
        }
    }

    /// Whether it is about a journey in the file.
    pub const fn about_trip(self) -> bool {
        matches!(self, Self::Amend | Self::Cancel | Self::TripReturn)
    }

    /// The name of its schema.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::Initial => "InitialReport",
            Self::Name => "NameReport",
            Self::Home => "AddressReport",
            Self::Stay => "StayReport",
            Self::Travel | Self::Amend => "TravelReport",
            Self::Cancel => "TravelCancellation",
            Self::TripReturn | Self::Return => "ReturnReport",
            Self::Absence => "AbsenceReport",
            Self::Confirmation => "ConfirmationReport",
            Self::Night => "NightReport",
        }
    }

    /// What is known already, so that nobody types it again.
    pub fn known(self, identity: &StatedIdentity, today: NaiveDate) -> Value {
        let mut known = match self {
            Self::Cancel | Self::Night => json!({}),
            _ => json!({ "identity": identity_json(identity) }),
        };
        let mut put = |name: &str, value: Value| {
            if let Value::Object(members) = &mut known {
                members.insert(name.to_owned(), value);
            }
        };
        match self {
            Self::Initial | Self::Confirmation => {
                put("name", json!(identity.name));
                put("otherNames", json!(identity.other_names));
                put("address", json!(identity.home));
            }
            Self::TripReturn | Self::Return => {
                put("address", json!(identity.home));
                put("returnedOn", json!(today));
            }
            Self::Home
            | Self::Name
            | Self::Stay
            | Self::Travel
            | Self::Amend
            | Self::Cancel
            | Self::Absence
            | Self::Night => {}
        }
        known
    }

    /// What is asked.
    pub fn ask(self, form: &mut Builder<'_>, for_somebody: bool) {
        match self {
            Self::Initial | Self::Confirmation => {
                form.group("group.name", |form| {
                    form.person_name("name");
                });
                form.list("otherNames", "list.otherName", 0, |form, at| {
                    form.person_name(at);
                });
                form.group("group.home", |form| {
                    form.address("address", &HOME);
                });
            }
            Self::Name => {
                form.group("group.newName", |form| {
                    form.person_name("name").date("usedOn");
                });
            }
            Self::Home => {
                form.group("group.newHome", |form| {
                    form.address("address", &HOME).date("movedOn");
                });
            }
            Self::Stay => {
                form.group("group.stay", |form| {
                    form.address("address", &IN_THE_COUNTRY).date("from").date("until").optional();
                });
            }
            Self::Travel | Self::Amend => {
                form.group("group.journey", |form| {
                    form.date("departureOn").date("returnOn");
                });
                form.list("stops", "list.stop", 1, |form, at| {
                    form.address(&format!("{at}.address"), &ABROAD);
                    form.date(&format!("{at}.from")).date(&format!("{at}.until"));
                });
            }
            Self::Cancel => {
                form.text("reason", 60);
            }
            Self::TripReturn => {
                form.group("group.back", |form| {
                    form.date("returnedOn").address("address", &HOME);
                });
            }
            Self::Return => {
                form.group("group.back", |form| {
                    form.date("returnedOn").date("leftOn").optional().address("address", &HOME);
                });
            }
            Self::Absence => {
                form.group("group.away", |form| {
                    form.date("leftOn").address("address", &ABROAD).date("expectedReturnOn").optional();
                });
            }
            Self::Night => {
                form.group("group.night", |form| {
                    form.address("address", &IN_THE_COUNTRY);
                });
            }
        }
        if !matches!(self, Self::Cancel | Self::Night) {
            form.group("group.identity", |form| {
                form.date("identity.birthDate").autocomplete("bday");
                form.person_name("identity.names.0");
                form.address("identity.homeAddress", &HOME);
            });
        }
        if for_somebody {
            form.group("group.onBehalf", |form| {
                form.radios("onBehalf.channel", "channel", &OFFICERS_CHANNELS).text("onBehalf.place", 60);
                form.field("onBehalf.receivedAt", crate::console::form::Control::Moment).optional();
                form.date("onBehalf.postedOn").optional();
                form.field("onBehalf.evidence", crate::console::form::Control::Area).optional();
            });
        }
    }

    /// What is wrong with a report that satisfies its schema, as the report itself and its reception judge it.
    pub fn faults(self, ctx: &Ctx, body: &Value, zone: Tz, via: Channel) -> Vec<FieldError> {
        match self {
            Self::Initial => judged::<InitialReport>(ctx, body, zone, via),
            Self::Name => judged::<NameReport>(ctx, body, zone, via),
            Self::Home => judged::<AddressReport>(ctx, body, zone, via),
            Self::Stay => judged::<StayReport>(ctx, body, zone, via),
            Self::Travel | Self::Amend => judged::<TravelReport>(ctx, body, zone, via),
            Self::TripReturn | Self::Return => judged::<UnnotifiedReturn>(ctx, body, zone, via),
            Self::Absence => judged::<AbsenceReport>(ctx, body, zone, via),
            Self::Confirmation => judged::<ConfirmationReport>(ctx, body, zone, via),
            Self::Night => judged::<NightReport>(ctx, body, zone, via),
            Self::Cancel => Vec::new(),
        }
    }

    /// Gives the report to the register.
    ///
    /// # Errors
    /// Whatever the register refuses; [`Refusal::NotFound`] for a report about a journey without one.
    pub async fn give(
        self,
        app: &App,
        ctx: &Ctx,
        registration: RegistrationId,
        trip: Option<FactId>,
        body: &Value,
        via: Channel,
    ) -> Result<NotificationAnswer, Refusal> {
        let about = || trip.ok_or(Refusal::NotFound);
        match self {
            Self::Initial => notify(app, ctx, registration, typed::<InitialReport>(body)?, via).await,
            Self::Name => notify(app, ctx, registration, typed::<NameReport>(body)?, via).await,
            Self::Home => notify(app, ctx, registration, typed::<AddressReport>(body)?, via).await,
            Self::Stay => notify(app, ctx, registration, typed::<StayReport>(body)?, via).await,
            Self::Travel => notify(app, ctx, registration, typed::<TravelReport>(body)?, via).await,
            Self::Amend => {
                let report = TripAmendment { trip: about()?, plan: typed(body)? };
                notify(app, ctx, registration, report, via).await
            }
            Self::Cancel => {
                let report = TripCancellation { trip: about()?, cancellation: typed::<TravelCancellation>(body)? };
                notify(app, ctx, registration, report, via).await
            }
            Self::TripReturn => {
                let report = TripReturn { trip: about()?, report: typed::<ReturnReport>(body)? };
                notify(app, ctx, registration, report, via).await
            }
            Self::Return => notify(app, ctx, registration, typed::<UnnotifiedReturn>(body)?, via).await,
            Self::Absence => notify(app, ctx, registration, typed::<AbsenceReport>(body)?, via).await,
            Self::Confirmation => notify(app, ctx, registration, typed::<ConfirmationReport>(body)?, via).await,
            Self::Night => notify(app, ctx, registration, typed::<NightReport>(body)?, via).await,
        }
    }
}

fn identity_json(identity: &StatedIdentity) -> Value {
    json!({ "birthDate": identity.birth_date, "names": [identity.name], "homeAddress": identity.home })
}

fn typed<T: DeserializeOwned>(body: &Value) -> Result<T, Refusal> {
    serde_json::from_value(body.clone()).map_err(|_| Refusal::field("", "not_valid", "This is not such a report."))
}

fn judged<R: Report>(ctx: &Ctx, body: &Value, zone: Tz, via: Channel) -> Vec<FieldError> {
    let Ok(report) = typed::<R>(body) else { return vec![FieldError::new("", "not_valid", "Not such a report.")] };
    let claims = Claims::of(report.on_behalf(), ctx, via);
    [claims.faults(report.on_behalf(), ctx, zone), report.faults(ctx.today(zone))].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duty_has_a_report_that_answers_it() {
        for duty in DutyKind::ALL {
            assert_eq!(Kind::answering(*duty).duty(), *duty);
        }
    }
}
