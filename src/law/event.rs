//! Events of a facts document: what happened and what was notified.
//!
//! An event is read as a flat object and then checked member by member, so that an error can name
//! the event and the member, also for a member that does not belong to the event's type.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::facts::iso;
use super::kind::DutyKind;
use super::name::Name;

/// One event with the id of the recorded fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct Event {
    /// Id of the recorded fact; ignored by the rules.
    pub id: Option<Name>,
    /// What happened.
    pub what: What,
}

/// What happened.
#[expect(missing_docs, reason = "the members are those of the facts document, described with the event")]
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A name was used that was not notified last.
    NameUsed { on: NaiveDate },
    /// The home address changed.
    HomeChanged { on: NaiveDate },
    /// Days stayed at a place in the State that is not the notified home; `until` `None` = still there.
    Stay { place: Name, from: NaiveDate, until: Option<NaiveDate> },
    /// Time outside the State.
    Absence(Absence),
    /// Residence in the State began.
    BecameResident { on: NaiveDate },
    /// Written notice that no home address is accepted.
    NoHomeNotice { on: NaiveDate, interval_days: Option<u16> },
    /// A home address was accepted.
    HomeAccepted { on: NaiveDate },
    /// A sex offender order was notified to the person.
    OrderNotified { on: NaiveDate },
    /// The person notified something.
    Notification(Notification),
}

/// Time outside the State.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Day of leaving.
    pub from: NaiveDate,
    /// Day of return, `None` while away.
    pub until: Option<NaiveDate>,
    /// Whether an absence of the length that counts was intended on leaving.
    pub intended: bool,
    /// The return planned on leaving.
    pub planned_return: Option<NaiveDate>,
}

/// A notification given by the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The day it counts on.
    pub on: NaiveDate,
    /// The duty it answers.
    pub kind: DutyKind,
    /// The notified day of return (travel).
    pub planned_return: Option<NaiveDate>,
    /// The notified place (stay).
    pub place: Option<Name>,
    /// The id of the absence it concerns (travel). It then belongs to that absence and to no other; without it
    /// the dates decide.
    pub trip: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Type {
    NameUsed,
    HomeChanged,
    Stay,
    Absence,
    BecameResident,
    NoHomeNotice,
    HomeAccepted,
    OrderNotified,
    Notification,
}

impl Type {
    const fn code(self) -> &'static str {
        match self {
            Self::NameUsed => "name_used",
            Self::HomeChanged => "home_changed",
            Self::Stay => "stay",
            Self::Absence => "absence",
            Self::BecameResident => "became_resident",
            Self::NoHomeNotice => "no_home_notice",
            Self::HomeAccepted => "home_accepted",
            Self::OrderNotified => "order_notified",
            Self::Notification => "notification",
        }
    }
}

/// An event as it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Flat {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Name>,
    #[serde(rename = "type")]
    kind_of_event: Type,
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    on: Option<NaiveDate>,
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    until: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    intended: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval_days: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<DutyKind>,
    #[serde(default, with = "iso::optional", skip_serializing_if = "Option::is_none")]
    planned_return: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trip: Option<Name>,
}

impl Flat {
    const fn new(kind_of_event: Type) -> Self {
        Self {
            id: None,
            kind_of_event,
            on: None,
            from: None,
            until: None,
            intended: None,
            interval_days: None,
            kind: None,
            planned_return: None,
            place: None,
            trip: None,
        }
    }

    /// Refuses members that do not belong to this type of event.
    fn only(&self, allowed: &[&str]) -> Result<(), String> {
        let present = [
            ("on", self.on.is_some()),
            ("from", self.from.is_some()),
            ("until", self.until.is_some()),
            ("intended", self.intended.is_some()),
            ("intervalDays", self.interval_days.is_some()),
            ("kind", self.kind.is_some()),
            ("plannedReturn", self.planned_return.is_some()),
            ("place", self.place.is_some()),
            ("trip", self.trip.is_some()),
        ];
        for (member, there) in present {
            if there && !allowed.contains(&member) {
                return Err(format!("`{member}` does not belong to an event of type {}", self.kind_of_event.code()));
            }
        }
        Ok(())
    }

    fn need<T>(&self, member: &str, value: Option<T>) -> Result<T, String> {
        value.ok_or_else(|| format!("missing field `{member}` in an event of type {}", self.kind_of_event.code()))
    }

    fn day(&self) -> Result<NaiveDate, String> {
        self.need("on", self.on)
    }
}

impl TryFrom<Flat> for Event {
    type Error = String;

    fn try_from(flat: Flat) -> Result<Self, String> {
        let what = match flat.kind_of_event {
            Type::NameUsed => {
                flat.only(&["on"])?;
                What::NameUsed { on: flat.day()? }
            }
            Type::HomeChanged => {
                flat.only(&["on"])?;
                What::HomeChanged { on: flat.day()? }
            }
            Type::BecameResident => {
                flat.only(&["on"])?;
                What::BecameResident { on: flat.day()? }
            }
            Type::HomeAccepted => {
                flat.only(&["on"])?;
                What::HomeAccepted { on: flat.day()? }
            }
            Type::OrderNotified => {
                flat.only(&["on"])?;
                What::OrderNotified { on: flat.day()? }
            }
            Type::NoHomeNotice => {
                flat.only(&["on", "intervalDays"])?;
                if flat.interval_days == Some(0) {
                    return Err("`intervalDays` must be at least 1".to_owned());
                }
                What::NoHomeNotice { on: flat.day()?, interval_days: flat.interval_days }
            }
            Type::Stay => stay(&flat)?,
            Type::Absence => absence(&flat)?,
            Type::Notification => notification(&flat)?,
        };
        Ok(Self { id: flat.id, what })
    }
}

fn stay(flat: &Flat) -> Result<What, String> {
    flat.only(&["place", "from", "until"])?;
    Ok(What::Stay {
        place: flat.need("place", flat.place.clone())?,
        from: flat.need("from", flat.from)?,
        until: flat.until,
    })
}

fn absence(flat: &Flat) -> Result<What, String> {
    flat.only(&["from", "until", "intended", "plannedReturn"])?;
    Ok(What::Absence(Absence {
        from: flat.need("from", flat.from)?,
        until: flat.until,
        intended: flat.need("intended", flat.intended)?,
        planned_return: flat.planned_return,
    }))
}

fn notification(flat: &Flat) -> Result<What, String> {
    let kind = flat.need("kind", flat.kind)?;
    let mut allowed = vec!["on", "kind"];
    if kind == DutyKind::Travel {
        allowed.extend(["plannedReturn", "trip"]);
    }
    if kind == DutyKind::Stay {
        allowed.push("place");
    }
    flat.only(&allowed).map_err(|reason| format!("{reason} of kind {}", kind.code()))?;
    Ok(What::Notification(Notification {
        on: flat.day()?,
        kind,
        planned_return: flat.planned_return,
        place: flat.place.clone(),
        trip: flat.trip.clone(),
    }))
}

impl From<Event> for Flat {
    fn from(event: Event) -> Self {
        let mut flat = match event.what {
            What::NameUsed { on } => Self { on: Some(on), ..Self::new(Type::NameUsed) },
            What::HomeChanged { on } => Self { on: Some(on), ..Self::new(Type::HomeChanged) },
            What::BecameResident { on } => Self { on: Some(on), ..Self::new(Type::BecameResident) },
            What::HomeAccepted { on } => Self { on: Some(on), ..Self::new(Type::HomeAccepted) },
            What::OrderNotified { on } => Self { on: Some(on), ..Self::new(Type::OrderNotified) },
            What::NoHomeNotice { on, interval_days } => {
                Self { on: Some(on), interval_days, ..Self::new(Type::NoHomeNotice) }
            }
            What::Stay { place, from, until } => {
                Self { place: Some(place), from: Some(from), until, ..Self::new(Type::Stay) }
            }
            What::Absence(a) => Self {
                from: Some(a.from),
                until: a.until,
                intended: Some(a.intended),
                planned_return: a.planned_return,
                ..Self::new(Type::Absence)
            },
            What::Notification(n) => Self {
                on: Some(n.on),
                kind: Some(n.kind),
                planned_return: n.planned_return,
                place: n.place,
                trip: n.trip,
                ..Self::new(Type::Notification)
            },
        };
        flat.id = event.id;
        flat
    }
}
