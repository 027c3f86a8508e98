//! What clients send: the JSON of the API, as types. Shape is in the schema; what only the register can judge (dates
//! against each other, against the file and against today) is with each kind of report in [`super::notify`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Address;
use crate::clock::UtcTime;
use crate::vocabulary::Channel;

/// The names of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonName {
    /// Given names.
    #[schema(min_length = 1, max_length = 120, example = "Jan Willem")]
    pub given: String,
    /// Prefix of the surname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 20, example = "van der")]
    pub prefix: Option<String>,
    /// Surname.
    #[schema(min_length = 1, max_length = 120, example = "Voorbeeld")]
    pub surname: String,
}

/// What every notification under s.10(1)-(4) must also state, s.10(6): without it the notification is not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identity {
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// The name or names on the relevant date.
    #[schema(min_items = 1, max_items = 10)]
    pub names: Vec<PersonName>,
    /// The home address on the relevant date.
    pub home_address: Address,
}

/// How a report reached an officer who records it for the registrant. Only officers send this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnBehalf {
    /// The channel.
    pub channel: Channel,
    /// Where it was taken: station, office, address agreed.
    #[schema(min_length = 3, max_length = 200, example = "Bureau Voorbeeldstad, balie 2")]
    pub place: String,
    /// When it was received, if earlier than now. More than a day back, or across the last day of the duty, a second
    /// person decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<UtcTime>,
    /// For post: the day of posting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted_on: Option<NaiveDate>,
    /// What shows the earlier time: a desk log, a postmark. Required with `receivedAt` and with `postedOn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 1_000)]
    pub evidence: Option<String>,
}

/// First notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InitialReport {
    /// Identity on the relevant date.
    pub identity: Identity,
    /// The name used now.
    pub name: PersonName,
    /// Every other name used now or ever.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub other_names: Vec<PersonName>,
    /// The home address now.
    pub address: Address,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// A name not notified last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NameReport {
    /// Identity on the relevant date.
    pub identity: Identity,
    /// The name.
    pub name: PersonName,
    /// The first day it was used.
    pub used_on: NaiveDate,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// A change of home address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressReport {
    /// Identity on the relevant date.
    pub identity: Identity,
    /// The new home address.
    pub address: Address,
    /// The day of the change.
    pub moved_on: NaiveDate,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// A stay at a place that is not the notified home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StayReport {
    /// Identity on the relevant date.
    pub identity: Identity,
    /// The place.
    pub address: Address,
    /// First day.
    pub from: NaiveDate,
    /// Last day, when it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// One place abroad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TravelStop {
    /// Address abroad.
    pub address: Address,
    /// First day there.
    pub from: NaiveDate,
    /// Last day there.
    pub until: NaiveDate,
}

/// A journey abroad: to be notified before leaving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TravelReport {
    /// Identity on the relevant date.
    pub identity: Identity,
    /// Day of departure.
    pub departure_on: NaiveDate,
    /// Intended day of return.
    pub return_on: NaiveDate,
    /// Each place abroad, in order.
    #[schema(min_items = 1, max_items = 30)]
    pub stops: Vec<TravelStop>,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// That a journey does not take place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TravelCancellation {
    /// Why, in a few words.
    #[schema(min_length = 3, max_length = 300)]
    pub reason: String,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// Return from abroad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReturnReport {
    /// Identity on the relevant date.
    pub identity: Identity,
    /// Day of return.
    pub returned_on: NaiveDate,
    /// Day of leaving, for a journey that was never notified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_on: Option<NaiveDate>,
    /// The address returned to.
    pub address: Address,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// An absence that lasted longer than was intended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AbsenceReport {
    /// Identity on the relevant date.
    pub identity: Identity,
    /// Day of leaving.
    pub left_on: NaiveDate,
    /// Address abroad.
    pub address: Address,
    /// When return is expected, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_return_on: Option<NaiveDate>,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// Yearly confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmationReport {
    /// Identity on the relevant date.
    pub identity: Identity,
    /// The name used now.
    pub name: PersonName,
    /// Every other name used now or ever.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub other_names: Vec<PersonName>,
    /// The home address now.
    pub address: Address,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// Where somebody without an accepted home sleeps tonight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NightReport {
    /// The exact place.
    pub address: Address,
    /// For officers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}
