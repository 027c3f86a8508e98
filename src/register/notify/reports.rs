//! Each kind of report: what is wrong with it, and what it asserts.

use chrono::{Days, NaiveDate};

use super::report::Report;
use super::{NotifiedDetail, home_changes, notified};
use crate::app::App;
use crate::crypto::blind;
use crate::ids::NotificationId;
use crate::law::{self, What};
use crate::register::address::Address;
use crate::register::enrol::born_too_long_ago;
use crate::register::fact::FactBody;
use crate::register::file::{File, NewFact};
use crate::register::input::{
    AddressReport, ConfirmationReport, Identity, InitialReport, NameReport, NightReport, OnBehalf, PersonName,
    StayReport,
};
use crate::register::refusal::{FieldError, Refusal};
use crate::store::Conn;
use crate::vocabulary::DutyKind;

/// The furthest ahead anything can be notified, and the furthest back a journey, in days.
const HORIZON: u64 = 366;

type Assertions = Result<Result<Vec<NewFact>, Vec<FieldError>>, Refusal>;

/// Gives every report its kind and the members all have in common.
macro_rules! report_of {
    ($kind:ident) => {
        const KIND: DutyKind = DutyKind::$kind;
        fn on_behalf(&self) -> Option<&OnBehalf> {
            self.on_behalf.as_ref()
        }
    };
}
pub(super) use report_of;

impl Report for InitialReport {
    report_of!(Initial);

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        [identity_faults(&self.identity, today), self.address.faults("/address")].concat()
    }

    fn home(&self) -> Option<&Address> {
        Some(&self.address)
    }

    fn names(&self) -> Vec<&PersonName> {
        std::iter::once(&self.name).chain(&self.other_names).collect()
    }

    fn assertions(
        &self,
        _: &App,
        _: &mut Conn,
        _: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        Ok(Ok(vec![notified(id, Self::KIND, on, NotifiedDetail::default())]))
    }
}

impl Report for ConfirmationReport {
    report_of!(Periodic);

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        [identity_faults(&self.identity, today), self.address.faults("/address")].concat()
    }

    fn home(&self) -> Option<&Address> {
        Some(&self.address)
    }

    fn names(&self) -> Vec<&PersonName> {
        std::iter::once(&self.name).chain(&self.other_names).collect()
    }

    fn assertions(
        &self,
        _: &App,
        _: &mut Conn,
        _: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        Ok(Ok(vec![notified(id, Self::KIND, on, NotifiedDetail::default())]))
    }
}

impl Report for NightReport {
    report_of!(NoHome);

    fn faults(&self, _: NaiveDate) -> Vec<FieldError> {
        self.address.faults("/address")
    }

    fn assertions(
        &self,
        _: &App,
        _: &mut Conn,
        _: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        Ok(Ok(vec![notified(id, Self::KIND, on, NotifiedDetail::default())]))
    }
}

impl Report for NameReport {
    report_of!(Name);

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        let mut faults = identity_faults(&self.identity, today);
        faults.extend(not_future("/usedOn", self.used_on, today));
        faults.extend(alive("/usedOn", self.used_on, &self.identity, today));
        faults
    }

    fn names(&self) -> Vec<&PersonName> {
        vec![&self.name]
    }

    fn assertions(
        &self,
        _: &App,
        _: &mut Conn,
        file: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        let known =
            file.document.law.events.iter().any(|e| matches!(e.what, What::NameUsed { on } if on == self.used_on));
        let used = (!known).then(|| happened(id, What::NameUsed { on: self.used_on }));
        Ok(Ok(used.into_iter().chain([notified(id, Self::KIND, on, NotifiedDetail::default())]).collect()))
    }
}

impl Report for AddressReport {
    report_of!(Home);

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        let mut faults = identity_faults(&self.identity, today);
        faults.extend(self.address.faults("/address"));
        faults.extend(not_future("/movedOn", self.moved_on, today));
        faults.extend(alive("/movedOn", self.moved_on, &self.identity, today));
        faults
    }

    fn home(&self) -> Option<&Address> {
        Some(&self.address)
    }

    fn assertions(
        &self,
        _: &App,
        _: &mut Conn,
        file: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        let known = home_changes(&file.document);
        if known.last().is_some_and(|last| *last > self.moved_on) {
            return Ok(Err(vec![FieldError::new(
                "/movedOn",
                "overlapping_homes",
                "A later change of home is in the file already. Ask your officer to correct it if that one is wrong.",
            )]));
        }
        // Somebody else may have recorded this very change before: then it is one event, and this notifies it.
        let change = (!known.contains(&self.moved_on)).then(|| happened(id, What::HomeChanged { on: self.moved_on }));
        Ok(Ok(change.into_iter().chain([notified(id, Self::KIND, on, NotifiedDetail::default())]).collect()))
    }
}

impl Report for StayReport {
    report_of!(Stay);

    fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        let mut faults = identity_faults(&self.identity, today);
        faults.extend(self.address.faults("/address"));
        faults.extend(within_horizon("/from", self.from, today));
        faults.extend(alive("/from", self.from, &self.identity, today));
        if let Some(until) = self.until {
            faults.extend(within_horizon("/until", until, today));
            faults.extend(
                (until < self.from)
                    .then(|| FieldError::new("/until", "before_from", "The last day lies before the first.")),
            );
        }
        if matches!(self.address, Address::Foreign { .. }) {
            faults.push(FieldError::new("/address", "use_travel_plan", "Report a stay abroad as a journey."));
        }
        faults
    }

    fn assertions(
        &self,
        app: &App,
        _: &mut Conn,
        file: &File,
        id: NotificationId,
        on: NaiveDate,
        _: NaiveDate,
    ) -> Assertions {
        let place = place_key(app, file, &self.address);
        let stay = What::Stay { place: place.clone(), from: self.from, until: self.until };
        let known = file.document.law.events.iter().any(|event| event.what == stay);
        let fact = (!known).then(|| happened(id, stay));
        let detail = NotifiedDetail { place: Some(place), ..NotifiedDetail::default() };
        Ok(Ok(fact.into_iter().chain([notified(id, Self::KIND, on, detail)]).collect()))
    }
}

/// A name for a place that shows nothing of it: the same place gives the same name within one registration, also when
/// the key by which the file names it already is no longer the active one.
pub(super) fn place_key(app: &App, file: &File, address: &Address) -> law::Name {
    let text = format!("{}\u{1f}{}", file.registration.id, address.canonical());
    let blind = app.vault.blind();
    let known = |name: &law::Name| file.document.law.events.iter().any(|event| names_place(&event.what, name));
    let names = blind.every_digest(blind::Kind::Place, &text).into_iter().map(law::Name::from);
    names.into_iter().find(known).unwrap_or_else(|| law::Name::from(blind.digest(blind::Kind::Place, &text)))
}

fn names_place(what: &What, name: &law::Name) -> bool {
    match what {
        What::Stay { place, .. } => place == name,
        What::Notification(given) => given.place.as_ref() == Some(name),
        What::NameUsed { .. }
        | What::HomeChanged { .. }
        | What::Absence(_)
        | What::BecameResident { .. }
        | What::NoHomeNotice { .. }
        | What::HomeAccepted { .. }
        | What::OrderNotified { .. } => false,
    }
}

/// A fact that a notification asserts.
pub(super) fn happened(notification: NotificationId, what: What) -> NewFact {
    NewFact::of_notification(notification, FactBody::Happened { event: law::Event { id: None, what } })
}

/// What is wrong with the identity on the relevant date.
pub(super) fn identity_faults(identity: &Identity, today: NaiveDate) -> Vec<FieldError> {
    let mut faults = identity.home_address.faults("/identity/homeAddress");
    faults.extend(not_future("/identity/birthDate", identity.birth_date, today));
    faults.extend(born_too_long_ago("/identity/birthDate", identity.birth_date));
    faults
}

/// The fault of a day that has not come yet.
pub(super) fn not_future(pointer: &str, day: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    (day > today).then(|| FieldError::new(pointer, "in_the_future", "This day has not come yet."))
}

/// The fault of a day on which the person was not born. A birth date that has not come yet is a fault of its own.
pub(super) fn alive(pointer: &str, day: NaiveDate, identity: &Identity, today: NaiveDate) -> Option<FieldError> {
    (day < identity.birth_date && identity.birth_date <= today)
        .then(|| FieldError::new(pointer, "before_birth", "This day lies before the date of birth."))
}

/// The fault of a day too long ago.
pub(super) fn not_long_ago(pointer: &str, day: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    let first = today.checked_sub_days(Days::new(HORIZON))?;
    (day < first)
        .then(|| FieldError::new(pointer, "too_long_ago", "More than a year ago: ask your officer to record it."))
}

/// The fault of a day too far ahead.
pub(super) fn within_horizon(pointer: &str, day: NaiveDate, today: NaiveDate) -> Option<FieldError> {
    let last = today.checked_add_days(Days::new(HORIZON))?;
    (day > last).then(|| FieldError::new(pointer, "too_far_ahead", "Nothing more than a year ahead can be notified."))
}
