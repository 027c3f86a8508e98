//! One id type per kind of thing, so that a flag's id never goes where a duty's belongs.
//!
//! Ids are UUIDv7 in text: given by the program, ordered by time, the same in both databases. They are names, not
//! secrets; nothing is protected by being hard to guess.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Something that does not look like an id of this system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a UUID such as 0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11")]
pub struct NotAnId;

/// The 36 characters of a UUID, held in place so that ids are `Copy`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdText([u8; 36]);

impl IdText {
    fn fresh() -> Self {
        Self::of(Uuid::now_v7())
    }

    fn of(uuid: Uuid) -> Self {
        let mut text = [0; 36];
        uuid.hyphenated().encode_lower(&mut text);
        Self(text)
    }

    fn as_str(&self) -> &str {
        // Only hyphens and hexadecimal digits are ever written into it.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for IdText {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        // Only the 36-character lower-case form: one id has one spelling, in URLs and in the audit.
        let uuid = Uuid::try_parse(text).map_err(|_| NotAnId)?;
        let id = Self::of(uuid);
        if id.as_str() == text { Ok(id) } else { Err(NotAnId) }
    }
}

macro_rules! id_types {
    ($($(#[$meta:meta])* $name:ident,)+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(IdText);

        impl $name {
            /// A new id, later in order than every earlier one of this process.
            pub fn fresh() -> Self { Self(IdText::fresh()) }
            /// The id as text.
            pub fn as_str(&self) -> &str { self.0.as_str() }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> { text.parse().map(Self) }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where DB: diesel::backend::Backend, str: diesel::serialize::ToSql<diesel::sql_types::Text, DB> {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where DB: diesel::backend::Backend, String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB> {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                Ok(text.parse()?)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Uuid)))
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {}
    )+ };
}

id_types! {
    /// A person, apart from any registration.
    PersonId,
    /// A registration: one legal status of one person.
    RegistrationId,
    /// A fact: one assertion about the world.
    FactId,
    /// A notification: what a registrant gave.
    NotificationId,
    /// An attempt that did not become a notification.
    AttemptId,
    /// A duty to notify.
    DutyId,
    /// A flag: possible non-compliance.
    FlagId,
    /// A reminder of a duty.
    ReminderId,
    /// A row of the outbox.
    OutboxId,
    /// An account: a person or a machine that signs in.
    AccountId,
    /// A session of an account.
    SessionId,
    /// A refresh token.
    RefreshTokenId,
    /// A one-time activation code.
    ActivationCodeId,
    /// A team of officers.
    TeamId,
    /// An outage of the system.
    OutageId,
    /// A referral of a flag to one authority.
    ReferralId,
    /// What an authority decided on a referral.
    AuthorityDecisionId,
    /// A dispute about a fact.
    DisputeId,
    /// A time in which an officer is absent.
    AbsenceId,
    /// A hand-over of a caseload.
    HandOverId,
    /// A home visit.
    VisitId,
    /// Something recorded beside the register: a risk assessment, a signal, a conviction from abroad, a request.
    MeasureId,
    /// A verification of an address.
    VerificationId,
    /// An entry of the contact log.
    ContactId,
    /// A note.
    NoteId,
    /// An offer of a file to another team.
    TransferId,
    /// A document.
    DocumentId,
    /// A check of identity.
    IdentityCheckId,
    /// Two registrations that are, or were, one.
    MergeId,
    /// The removal and destruction of a file.
    RemovalId,
    /// What a person asks of the register as their right.
    RightsRequestId,
    /// Something that a cross-check of supervision and the register found.
    SupervisionFindingId,
    /// Something unusual in how the register is used.
    WatchFindingId,
    /// A chain number a person no longer has.
    FormerChainNumberId,
    /// Somebody who acts for a registrant.
    RepresentativeId,
    /// A supervision order.
    SupervisionOrderId,
    /// A breach report.
    BreachReportId,
    /// A run that takes in supervision orders.
    SupervisionImportId,
    /// An edition of the national addresses.
    AddressEditionId,
    /// A release of statistics.
    ReleaseId,
    /// A file of a release.
    ReleaseFileId,
    /// A run of the self-audit.
    SelfAuditRunId,
    /// A subscription to events.
    WebhookSubscriptionId,
    /// An event on its way to one subscriber.
    WebhookDeliveryId,
    /// A message or an event that was given up.
    DeadLetterId,
    /// A passport proposal or a warning notice.
    ProposalId,
    /// A notice of a journey to one desk.
    TravelNoticeId,
    /// An outside identity of an account.
    AccountIdentityId,
    /// A key by which a machine signs in.
    ClientKeyId,
    /// One request, as named in logs and in the audit.
    RequestId,
}
