//! The words of the field as closed sets: what may stand in a column, in JSON and in a decision.

mod review;

pub use review::{AuthorityOutcome, DisputeState, Excuse, FlagOutcome, FlagStepKind, HandOverReason, WorkSection};
mod around;
mod evaluation;
mod events;
mod measures;
mod proposals;
mod rights;
mod supervision;
mod watch;

pub use around::{
    ContactChannel, ContactCounterpart, ContactDirection, ContactOutcome, DocumentCategory, DocumentKind, HeldKind,
    IdentityCheckMethod, MergeState, RemovalGround, RemovalState, RepresentativeKind, RepresentativeScope,
    TimelineKind, TransferState, VerificationResult, VerificationSource, VisitState, VisitStatus,
};

pub use evaluation::{MicrodataRefusal, ReleaseState, RiskBand, StudyArm};
pub use events::{EventKind, SubscriptionState};
pub use measures::{HelpProvider, HelpState, MeasureKind};
pub use proposals::{ProposalKind, ProposalStanding, ProposalVariant, TravelNoticeKind};
pub use rights::{RightsGround, RightsKind, RightsOutcome, RightsState};
pub use supervision::{
    BreachAdvice, BreachDecision, BreachSeverity, BreachSubject, ConditionCode, ExecutionGround, FindingEnd,
    FindingKind, FindingState, ImportOutcome, ImportState, ObservedBy, OffenceGroup, OrderDateKind, Preceding,
    ReportTarget, RequestStatus, StatutoryDuty, SupervisionEnd, SupervisionTitle, SuspensionReason,
};

pub use watch::{WatchKind, WatchOutcome, WatchState};

use crate::{law, text_enum};

text_enum! {
    /// The roles R1 to R15 of the permission matrix.
    pub enum Role {
        /// R1: a person subject to the requirements.
        Registrant => "registrant",
        /// R2: probation officer with a caseload.
        SupervisionOfficer => "supervision_officer",
        /// R3: second pair of eyes, lead of a team.
        ReviewLead => "review_lead",
        /// R4: prosecution service.
        OmOfficer => "om_officer",
        /// R5: execution authority.
        Aice => "aice",
        /// R6: specialist police unit for transnational child sexual abuse.
        Tbkk => "tbkk",
        /// R7: international police desk with the Interpol bureau.
        Lirc => "lirc",
        /// R8: prison service.
        Dji => "dji",
        /// R9: judicial records service.
        Justid => "justid",
        /// R10: evaluator; never reaches a row.
        Evaluator => "evaluator",
        /// R11: privacy officer.
        PrivacyOfficer => "privacy_officer",
        /// R12: auditor of the data protection authority.
        ApAuditor => "ap_auditor",
        /// R13: technical administrator; never reads content.
        AdminTech => "admin_tech",
        /// R14: screening authority; sees nothing.
        Justis => "justis",
        /// R15: mayor; sees nothing.
        Mayor => "mayor",
    }
}

impl Role {
    /// Whether accounts of this role must prove a second factor when they sign in.
    pub const fn needs_second_factor(self) -> bool {
        !matches!(self, Self::Registrant)
    }
}

text_enum! {
    /// Whether a person or a machine signs in.
    pub enum AccountKind {
        /// A human being.
        Person => "person",
        /// A system acting for one role.
        Machine => "machine",
    }
}

text_enum! {
    /// Where an account is in its life.
    pub enum AccountState {
        /// Made, but its holder has not proved who they are yet.
        Unconfirmed => "unconfirmed",
        /// In use.
        Active => "active",
        /// Stopped for the time being.
        Suspended => "suspended",
        /// Its holder is gone; kept for the audit.
        Left => "left",
    }
}

text_enum! {
    /// What suspended an account, where it was no administrator.
    pub enum SuspendedBy {
        /// The death of its holder.
        Death => "death",
    }
}

text_enum! {
    /// What people did to the file of a registration; `ended` is derived from dates.
    pub enum Stage {
        /// Enrolled, not in force.
        Draft => "draft",
        /// In force until its last day.
        Active => "active",
        /// Locked: nobody but the privacy officer.
        Removed => "removed",
        /// Its keys are gone.
        Destroyed => "destroyed",
    }
}

text_enum! {
    /// The legal status of a registration on a day.
    pub enum LegalStatus {
        /// Enrolled, not in force.
        Draft => "draft",
        /// In force.
        Active => "active",
        /// Its last day has passed.
        Ended => "ended",
        /// Locked after its end.
        Removed => "removed",
        /// Its keys are gone.
        Destroyed => "destroyed",
    }
}

text_enum! {
    /// Where a person is on a day, as far as the law cares.
    pub enum PhysicalStatus {
        /// Free and in the country.
        AtLiberty => "at_liberty",
        /// In custody.
        InCustody => "in_custody",
        /// Outside the country.
        Abroad => "abroad",
        /// Dead.
        Deceased => "deceased",
        /// Nobody knows.
        Unknown => "unknown",
    }
}

text_enum! {
    /// What is known of a person's home.
    pub enum LocationStatus {
        /// An officer or the population register confirmed it.
        Verified => "verified",
        /// Reported by the registrant.
        Reported => "reported",
        /// No home address.
        NoFixedAbode => "no_fixed_abode",
        /// Not where reported, and not found.
        WhereaboutsUnknown => "whereabouts_unknown",
    }
}

text_enum! {
    /// On what a registration rests. There is no general Dutch legal basis today; each file names its own.
    pub enum LegalBasis {
        /// Condition k or g of a measure under article 38z Sr.
        Measure38z => "measure_38z",
        /// Special condition of a suspended sentence, article 14c(2) Sr.
        SuspendedSentence14c => "suspended_sentence_14c",
        /// Special condition of a conditional release.
        ConditionalRelease => "conditional_release",
        /// An Act that allows the experiment.
        ExperimentAct => "experiment_act",
        /// No real person: demonstration, test, shadow operation.
        Synthetic => "synthetic",
        /// Part 2 of the Sex Offenders Act 2001 (Ireland).
        IrishAct => "irish_act",
    }
}

text_enum! {
    /// The arm of the evaluation a registration belongs to.
    pub enum Arm {
        /// Duty to report, no long-term supervision.
        RegisterOnly => "register_only",
        /// Long-term supervision, no duty to report.
        WltOnly => "wlt_only",
        /// Both.
        Both => "both",
        /// Not in the evaluation.
        None => "none",
    }
}

text_enum! {
    /// How a notification reached the register.
    pub enum Channel {
        /// The REST API, by the registrant.
        Api => "api",
        /// The registrant's own page.
        Page => "page",
        /// In person, recorded by a named officer.
        Desk => "desk",
        /// By post; the day of posting counts, the day of receipt is kept.
        Post => "post",
        /// Orally at home or an agreed place, on a doctor's certificate (s.10(7D)).
        DisabilityRoute => "disability_route",
    }
}

text_enum! {
    /// Whether a notification counts.
    pub enum NotificationState {
        /// It counts.
        Accepted => "accepted",
        /// Its earlier time of receipt waits for a second person.
        AwaitingSecondPerson => "awaiting_second_person",
        /// The second person said no.
        Rejected => "rejected",
    }
}

text_enum! {
    /// Who says that something is so.
    pub enum FactSource {
        /// The registrant.
        Registrant => "registrant",
        /// A supervision officer or lead.
        Officer => "officer",
        /// A court, by its certificate or judgment.
        Court => "court",
        /// The prison service.
        PrisonService => "prison_service",
        /// The judicial records service.
        RecordsService => "records_service",
        /// The execution authority.
        ExecutionAuthority => "execution_authority",
        /// This system.
        System => "system",
    }
}

text_enum! {
    /// Why an attempt did not become a notification.
    pub enum AttemptKind {
        /// The profile does not accept this channel for this duty.
        ChannelNotAccepted => "channel_not_accepted",
        /// Required content was missing or wrong: counts as not given.
        IncompleteContent => "incomplete_content",
        /// The desk sent the person away.
        DeskRefused => "desk_refused",
        /// The system did not answer.
        SystemUnavailable => "system_unavailable",
        /// A document was missing or not accepted.
        DocumentProblem => "document_problem",
        /// Something else, told in the note.
        Other => "other",
    }
}

text_enum! {
    /// What became of a duty, apart from the day on which one asks.
    pub enum DutyOutcome {
        /// Not met so far.
        Pending => "pending",
        /// Met in time.
        Met => "met",
        /// Met after the lenient last day.
        MetLate => "met_late",
        /// Fell away unmet.
        Lapsed => "lapsed",
        /// The facts that gave rise to it no longer hold.
        Withdrawn => "withdrawn",
        /// Its date lies outside the holiday table.
        NotComputable => "not_computable",
    }
}

text_enum! {
    /// A duty on a day.
    pub enum DutyStatus {
        /// Notified in time.
        Met => "met",
        /// Notified after the lenient last day.
        MetLate => "met_late",
        /// Fell away unmet.
        Lapsed => "lapsed",
        /// Held by custody.
        Suspended => "suspended",
        /// Its time has not begun.
        Upcoming => "upcoming",
        /// Its date lies outside the holiday table.
        NotComputable => "not_computable",
        /// Past the lenient last day and not met.
        Overdue => "overdue",
        /// To be met now.
        Open => "open",
    }
}

text_enum! {
    /// The life of a flag.
    pub enum FlagState {
        /// The machine's late candidate; nobody has judged it.
        Raised => "raised",
        /// An officer is looking.
        InReview => "in_review",
        /// Something is to come from somebody.
        AwaitingEvidence => "awaiting_evidence",
        /// An officer proposes an outcome.
        Proposed => "proposed",
        /// A second person decided.
        Decided => "decided",
        /// The authorities were told.
        Notified => "notified",
        /// They acknowledged.
        Acknowledged => "acknowledged",
        /// Done.
        Closed => "closed",
    }
}

text_enum! {
    /// By which way a message leaves the house.
    pub enum DeliveryChannel {
        /// Electronic mail.
        Email => "email",
        /// A printed letter.
        Letter => "letter",
        /// A signed call to another system.
        Webhook => "webhook",
    }
}

text_enum! {
    /// How a person would rather be reminded.
    pub enum ReminderChannel {
        /// By electronic mail.
        Email => "email",
        /// By letter.
        Letter => "letter",
    }
}

text_enum! {
    /// The proof chain of a message: each state is a fact somebody can show.
    pub enum OutboxState {
        /// Written with the change, not yet picked up.
        Pending => "pending",
        /// Claimed by a relay until its lease ends.
        InFlight => "in_flight",
        /// The next system accepted it; no receipt yet.
        HandedOver => "handed_over",
        /// A receipt exists.
        Delivered => "delivered",
        /// Failed for now; tried again at `next_try_at`.
        Retrying => "retrying",
        /// The answer was lost: it may or may not have arrived.
        Unknown => "unknown",
        /// Given up; stays visible and alarms.
        Dead => "dead",
        /// Its purpose passed before it was sent.
        Superseded => "superseded",
    }
}

text_enum! {
    /// What an outbox row is.
    pub enum OutboxKind {
        /// A reminder to a registrant.
        Reminder => "reminder",
        /// An event for other systems.
        Event => "event",
    }
}

text_enum! {
    /// How one attempt at delivery ended.
    pub enum DeliveryOutcome {
        /// Accepted by the next system.
        HandedOver => "handed_over",
        /// Failed, may be tried again.
        Failed => "failed",
        /// Refused for good.
        Rejected => "rejected",
        /// No answer.
        Unknown => "unknown",
    }
}

text_enum! {
    /// When a reminder goes out.
    pub enum ReminderWindow {
        /// Some days before the strict date.
        Before => "before",
        /// On the strict date itself.
        OnDay => "on_day",
    }
}

text_enum! {
    /// The languages of people's screens, letters and messages.
    pub enum Language {
        /// Dutch.
        Nl => "nl",
        /// English.
        En => "en",
    }
}

text_enum! {
    /// By what a person can be found without reading any file.
    pub enum LookupKind {
        /// Citizen service number.
        Bsn => "bsn",
        /// Criminal-justice chain number.
        Skn => "skn",
        /// Normalised surname.
        Surname => "surname",
        /// Sound of the surname.
        SurnamePhonetic => "surname_phonetic",
        /// Surname and birth date together.
        SurnameBirthDate => "surname_birth_date",
        /// Birth date.
        BirthDate => "birth_date",
        /// Postcode and house number.
        PostcodeNumber => "postcode_number",
        /// Telephone number.
        Phone => "phone",
        /// E-mail address.
        Email => "email",
    }
}

text_enum! {
    /// The sets of rules a registration can be under.
    pub enum Regime {
        /// Part 2 of the Sex Offenders Act 2001 (Ireland).
        Ie => "ie",
        /// The rules of the Dutch pilot.
        NlPilot => "nl-pilot",
    }
}

impl Regime {
    /// The zone in which this regime's days begin and end.
    pub const fn zone(self) -> chrono_tz::Tz {
        match self {
            Self::Ie => chrono_tz::Europe::Dublin,
            Self::NlPilot => chrono_tz::Europe::Amsterdam,
        }
    }
}

text_enum! {
    /// Why somebody looks outside their own caseload; stored with every access.
    pub enum Purpose {
        /// Supervision of compliance.
        Supervision => "supervision",
        /// Prosecution or execution of a sentence.
        Prosecution => "prosecution",
        /// Investigation or prevention of a serious offence.
        Investigation => "investigation",
        /// A warning to or from another country.
        InternationalWarning => "international_warning",
        /// A request or complaint of the person concerned.
        DataSubjectRight => "data_subject_right",
        /// Audit on behalf of the supervisory authority.
        Audit => "audit",
        /// Standing in for a colleague.
        Cover => "cover",
    }
}

text_enum! {
    /// The kinds of duty and of notification.
    pub enum DutyKind {
        /// First notification.
        Initial => "initial",
        /// A name not last notified.
        Name => "name",
        /// A change of home address.
        Home => "home",
        /// A stay elsewhere.
        Stay => "stay",
        /// A journey abroad.
        Travel => "travel",
        /// Return from abroad.
        Return => "return",
        /// An absence that became long without intention.
        UnplannedAbsence => "unplanned_absence",
        /// Yearly confirmation.
        Periodic => "periodic",
        /// Where somebody without a home sleeps tonight.
        NoHome => "no_home",
    }
}

/// Words that the law has too. The law imports nothing of ours, so each is converted here, value by value: a value
/// added on one side alone does not compile.
macro_rules! twin_of_law {
    ($name:ident: $($variant:ident),+) => {
        impl From<law::$name> for $name {
            fn from(word: law::$name) -> Self {
                match word { $(law::$name::$variant => Self::$variant,)+ }
            }
        }
        impl From<$name> for law::$name {
            fn from(word: $name) -> Self {
                match word { $($name::$variant => Self::$variant,)+ }
            }
        }
    };
}

twin_of_law!(DutyKind: Initial, Name, Home, Stay, Travel, Return, UnplannedAbsence, Periodic, NoHome);
twin_of_law!(DutyStatus: Met, MetLate, Lapsed, Suspended, Upcoming, NotComputable, Overdue, Open);
twin_of_law!(Regime: Ie, NlPilot);
twin_of_law!(Channel: Api, Page, Desk, Post, DisabilityRoute);
