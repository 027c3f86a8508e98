//! What paths and queries name, in the forms that several operations share.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::access::Ctx;
use crate::api::Problem;
use crate::app::App;
use crate::ids::{
    AttemptId, ContactId, DisputeId, DocumentId, DutyId, FactId, FlagId, MeasureId, MergeId, NoteId, NotificationId,
    ProposalId, RegistrationId, RemovalId, RepresentativeId, RightsRequestId, TransferId, VerificationId, VisitId,
    WatchFindingId,
};
use crate::register::view;

/// A registration by its id, or `me`: the one active registration of the registrant who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationRef {
    /// `me`.
    Me,
    /// By its id.
    Of(RegistrationId),
}

impl<'de> Deserialize<'de> for RegistrationRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "me" { Ok(Self::Me) } else { text.parse().map(Self::Of).map_err(D::Error::custom) }
    }
}

impl PartialSchema for RegistrationRef {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^(me|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"))
            .description(Some(
                "The id of a registration, or `me` for the active registration of the registrant who asks.",
            ))
            .examples(["me"])
            .into()
    }
}

impl ToSchema for RegistrationRef {}

impl RegistrationRef {
    /// The registration itself.
    ///
    /// # Errors
    /// 404 when `me` has none, 409 with the list when there are several.
    pub async fn find(self, app: &App, ctx: &Ctx) -> Result<RegistrationId, Problem> {
        match self {
            Self::Me => Ok(view::me(app, ctx).await?),
            Self::Of(id) => Ok(id),
        }
    }
}

macro_rules! paths {
    ($($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty = $about:literal),* })+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
        #[serde(rename_all = "camelCase")]
        #[into_params(rename_all = "camelCase")]
        pub struct $name {
            /// The registration, or `me`.
            #[param(inline)]
            pub registration_id: RegistrationRef,
            $(#[doc = $about] #[param(inline)] pub $field: $type,)*
        }
    )+ };
}

paths! {
    /// One registration.
    OneRegistration {}
    /// One fact of a registration.
    OneFact { fact_id: FactId = "The first fact of its chain of corrections." }
    /// One notification of a registration.
    OneNotification { notification_id: NotificationId = "The notification." }
    /// One attempt of a registration.
    OneAttempt { attempt_id: AttemptId = "The attempt." }
    /// One duty of a registration.
    OneDuty { duty_id: DutyId = "The duty." }
    /// One dispute of a registration.
    OneDispute { dispute_id: DisputeId = "The dispute." }
    /// One journey of a registration.
    OneTrip { travel_plan_id: FactId = "The journey." }
    /// One passport proposal of a registration.
    OneProposal { proposal_id: ProposalId = "The passport proposal." }
    /// One warning notice of a registration.
    OneWarning { notice_id: ProposalId = "The warning notice." }
    /// One home visit of a registration.
    OneVisit { visit_id: VisitId = "The home visit." }
    /// One note of a registration.
    OneNote { note_id: NoteId = "The note." }
    /// One transfer of a registration.
    OneTransfer { transfer_id: TransferId = "The transfer." }
    /// One document of a registration.
    OneDocument { document_id: DocumentId = "The document." }
    /// One merge of a registration.
    OneMerge { merge_id: MergeId = "The merge." }
    /// One removal of a registration.
    OneRemoval { removal_id: RemovalId = "The removal." }
    /// One representative of a registration.
    OneRepresentative { representative_id: RepresentativeId = "The representative." }
    /// One conviction from abroad of a registration.
    OneForeignConviction { foreign_conviction_id: MeasureId = "The conviction from abroad." }
    /// One request of the person as their right.
    OneRightsRequest { rights_request_id: RightsRequestId = "The request." }
    /// One request for help of a registration.
    OneHelpRequest { help_request_id: MeasureId = "The request for help." }
}

macro_rules! pages {
    ($($(#[$meta:meta])* $name:ident($id:ty),)+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
        #[serde(rename_all = "camelCase")]
        #[into_params(rename_all = "camelCase")]
        pub struct $name {
            /// `next` of the page before.
            #[serde(default)]
            #[param(inline)]
            pub after: Option<$id>,
            /// Entries on a page; 50 when absent.
            #[serde(default)]
            #[param(minimum = 1, maximum = 100)]
            pub limit: Option<i64>,
        }
    )+ };
}

pages! {
    /// A page of home visits.
    VisitsAfter(VisitId),
    /// A page of verifications.
    VerificationsAfter(VerificationId),
    /// A page of the contact log.
    ContactsAfter(ContactId),
    /// A page of notes.
    NotesAfter(NoteId),
    /// A page of offers.
    TransfersAfter(TransferId),
    /// A page of documents.
    DocumentsAfter(DocumentId),
    /// A page of what is recorded beside the register.
    MeasuresAfter(MeasureId),
    /// A page of what persons asked as their right.
    RightsRequestsAfter(RightsRequestId),
}

/// One flag.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
pub struct OneFlag {
    /// The flag.
    #[param(inline)]
    pub flag_id: FlagId,
}

/// One finding of unusual use.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
pub struct OneWatchFinding {
    /// The finding.
    #[param(inline)]
    pub watch_finding_id: WatchFindingId,
}

/// One signal.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
pub struct OneSignal {
    /// The signal.
    #[param(inline)]
    pub signal_id: MeasureId,
}

/// One request for convictions.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
pub struct OneEcrisRequest {
    /// The request.
    #[param(inline)]
    pub ecris_request_id: MeasureId,
}

/// How many entries a page has when nobody says.
const USUAL: i64 = 50;

/// The entries on a page, given what was asked for.
pub fn entries(limit: Option<i64>) -> i64 {
    limit.unwrap_or(USUAL).clamp(1, view::PAGE)
}
