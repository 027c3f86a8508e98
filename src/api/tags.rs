//! The chapters of the published documentation, and the small types that parameters refer to.

use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::ids::{
    AbsenceId, AccountId, AttemptId, ContactId, DeadLetterId, DisputeId, DocumentId, DutyId, FactId, FlagId, MeasureId,
    MergeId, NoteId, NotificationId, OutageId, PersonId, ProposalId, RegistrationId, ReleaseId, RemovalId,
    RepresentativeId, RightsRequestId, SupervisionFindingId, TeamId, TransferId, TravelNoticeId, VerificationId,
    VisitId, WatchFindingId, WebhookDeliveryId, WebhookSubscriptionId,
};
use crate::vocabulary::{
    DocumentCategory, DutyKind, DutyOutcome, FlagState, LegalStatus, Regime, Role, TimelineKind, WorkSection,
};

/// The API about itself.
pub const SERVICE: &str = "service";

/// Signing in.
pub const SIGN_IN: &str = "sign-in";
/// Accounts.
pub const ACCOUNTS: &str = "accounts";
/// Registrations.
pub const REGISTRATIONS: &str = "registrations";
/// Duties.
pub const DUTIES: &str = "duties";
/// Facts.
pub const FACTS: &str = "facts";
/// Notifications.
pub const NOTIFICATIONS: &str = "notifications";
/// Flags.
pub const FLAGS: &str = "flags";

/// The review of flags.
pub const REVIEW: &str = "review";

/// Around the person.
pub const AROUND: &str = "around-the-person";
/// Identity.
pub const IDENTITY: &str = "identity";
/// The end of a file.
pub const REMOVAL: &str = "removal";
/// What a person asks as their right.
pub const RIGHTS: &str = "rights";
/// Supervision under the Wet langdurig toezicht.
pub const SUPERVISION: &str = "supervision";
/// The evaluation of the pilot.
pub const EVALUATION: &str = "evaluation";

/// Measures beside the register.
pub const MEASURES: &str = "measures";

/// Passport measures, warning notices, notices of journeys.
pub const PROPOSALS: &str = "proposals";
/// How the register is used.
pub const WATCH: &str = "watch";
/// Events for other systems.
pub const EVENTS: &str = "events";

/// Every chapter with what it is about.
pub const TAGS: [(&str, &str); 19] = [
    (SERVICE, "The API about itself."),
    (SIGN_IN, "Signing in, going on, signing out, taking an account into use."),
    (ACCOUNTS, "Accounts of staff, machines and registrants."),
    (REGISTRATIONS, "Registrations: enrolled, activated, assigned, found and read."),
    (DUTIES, "What a person must notify, by when and why."),
    (FACTS, "What officials establish about a person, and corrections."),
    (NOTIFICATIONS, "What a registrant gives, and attempts that did not become a notification."),
    (AROUND, "Visits, verified addresses, contacts, notes, documents, transfers between teams, the timeline."),
    (IDENTITY, "Accidents of identity: merged registrations, chain numbers, death, representatives."),
    (
        RIGHTS,
        "The complete file, and what a person asks as their right: rectification, erasure, restriction, objection.",
    ),
    (REMOVAL, "The end of a file: removed (locked), and destroyed after the years in which it stays locked."),
    (SUPERVISION, "Supervision orders beside the register, and where the two meet or collide."),
    (
        PROPOSALS,
        "Passport proposals, warning notices, notices of journeys: drafts for who decides, and what became of them.",
    ),
    (EVALUATION, "Who is in which arm of a study, releases of statistics, and the files behind a figure."),
    (
        MEASURES,
        "Beside the register: screening and offences as a what-if, risk assessments, signals, convictions from abroad, help.",
    ),
    (FLAGS, "Possible non-compliance, before a human; and outages that speak for the person."),
    (WATCH, "What is unusual in how the register is used, before the privacy officer."),
    (EVENTS, "What other systems are told: the feed, subscriptions, and messages that were given up."),
    (REVIEW, "From a possible failure to an outcome, by two people, and the handshake with the authorities."),
];

/// Types that stand in parameters: unlike bodies, parameters do not bring their schemas along.
pub(super) fn shared_schemas() -> Vec<(String, RefOr<Schema>)> {
    macro_rules! named {
        ($($type:ty),+ $(,)?) => { vec![$((<$type>::name().into_owned(), <$type>::schema())),+] };
    }
    named![
        ProposalId,
        TravelNoticeId,
        AccountId,
        AttemptId,
        ContactId,
        DocumentId,
        DutyId,
        FactId,
        FlagId,
        MeasureId,
        MergeId,
        NoteId,
        NotificationId,
        OutageId,
        PersonId,
        RegistrationId,
        ReleaseId,
        RemovalId,
        RightsRequestId,
        SupervisionFindingId,
        WatchFindingId,
        RepresentativeId,
        TeamId,
        TransferId,
        VerificationId,
        VisitId,
        WebhookDeliveryId,
        WebhookSubscriptionId,
        DeadLetterId,
        DocumentCategory,
        DutyKind,
        DutyOutcome,
        FlagState,
        LegalStatus,
        Regime,
        Role,
        WorkSection,
        DisputeId,
        AbsenceId,
        TimelineKind,
    ]
}
