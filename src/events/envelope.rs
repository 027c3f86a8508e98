//! The envelope of an event: CloudEvents 1.0 in the profile of the Dutch government, as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::UtcTime;
use crate::ids::{RegistrationId, RequestId};
use crate::store::events::EventRow;
use crate::vocabulary::EventKind;

/// The media type of an event.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";

/// What every type begins with.
pub const TYPE_PREFIX: &str = "nl.zedenregister.";

/// The type of the question whether a receiver is there again. It tells of nothing.
pub const PING: &str = "nl.zedenregister.ping";

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CloudEvent {
    /// The version of CloudEvents.
    #[schema(example = "1.0")]
    pub specversion: String,
    /// The event. The same when it is sent again, and in the feed: receivers recognise it by this.
    pub id: String,
    /// The system that tells.
    #[schema(example = "https://register.example")]
    pub source: String,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "nl.zedenregister.flag.referred")]
    pub kind: String,
    /// What it speaks of: a flag, a journey, a registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it was recorded.
    pub time: UtcTime,
    /// How `data` is written.
    #[schema(example = "application/json")]
    pub datacontenttype: String,
    /// Where to read of it, with an account and a purpose of one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataref: Option<String>,
    /// Its place in the order of events, as a number in text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<String>,
    /// How `sequence` counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Integer")]
    pub sequencetype: Option<String>,
    /// Ids alone.
    pub data: EventData,
}

/// What an event carries: ids, and never anything of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventData {
    /// The registration it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_id: Option<RegistrationId>,
    /// Whether what was told of this subject before no longer holds.
    pub recall: bool,
}

/// What an event speaks of, from the message that carries it.
pub fn subject_of(kind: EventKind, reference: &str, registration: Option<RegistrationId>) -> String {
    let named = reference.split('/').next().unwrap_or(reference).to_owned();
    match kind {
        // A death and its correction are about the person, whichever fact says so.
        EventKind::RegistrantDied | EventKind::RegistrantDeathCorrected => {
            registration.map_or(named, |registration| registration.to_string())
        }
        EventKind::FlagRaised
        | EventKind::FlagTermPassed
        | EventKind::FlagReferred
        | EventKind::TravelNotified
        | EventKind::TravelChanged
        | EventKind::TravelWithdrawn
        | EventKind::RegistrationMerged
        | EventKind::RegistrationSplit => named,
    }
}

impl CloudEvent {
    /// The event of a row; `public_url` is where this system is.
    pub fn of(row: &EventRow, public_url: &str) -> Self {
        Self {
            specversion: "1.0".to_owned(),
            id: row.outbox_id.to_string(),
            source: public_url.to_owned(),
            kind: format!("{TYPE_PREFIX}{}", row.kind),
            subject: Some(row.subject_id.clone()),
            time: row.occurred_at,
            datacontenttype: "application/json".to_owned(),
            dataref: place_of(row).map(|place| format!("{public_url}{place}")),
            sequence: Some(row.position.to_string()),
            sequencetype: Some("Integer".to_owned()),
            data: EventData { registration_id: row.registration_id, recall: row.recall },
        }
    }

    /// The question whether a receiver is there again.
    pub fn ping(public_url: &str, at: UtcTime) -> Self {
        Self {
            specversion: "1.0".to_owned(),
            id: RequestId::fresh().to_string(),
            source: public_url.to_owned(),
            kind: PING.to_owned(),
            subject: None,
            time: at,
            datacontenttype: "application/json".to_owned(),
            dataref: None,
            sequence: None,
            sequencetype: None,
            data: EventData { registration_id: None, recall: false },
        }
    }
}

/// Where the object is read.
fn place_of(row: &EventRow) -> Option<String> {
    let registration = row.registration_id;
    match row.kind {
        EventKind::FlagRaised | EventKind::FlagTermPassed | EventKind::FlagReferred => {
            Some(format!("/v1/flags/{}", row.subject_id))
        }
        EventKind::TravelNotified | EventKind::TravelChanged | EventKind::TravelWithdrawn => {
            registration.map(|id| format!("/v1/registrations/{id}/notifications"))
        }
        EventKind::RegistrationMerged
        | EventKind::RegistrationSplit
        | EventKind::RegistrantDied
        | EventKind::RegistrantDeathCorrected => registration.map(|id| format!("/v1/registrations/{id}")),
    }
}
