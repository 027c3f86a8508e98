//! The permission matrix (R1 to R15) as data: one row per action, one rule per role.
//!
//! A new kind of object adds its row here before it gets a route; an action without a row does not compile. Hard rules
//! that hold whatever the matrix says stand in [`super::decide()`].

use super::action::Action;
use crate::vocabulary::{Purpose, Role};

/// Under which condition a role may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Never.
    No,
    /// Always, whatever the file; for acts on no file, also.
    Any,
    /// On the registration of the person themself.
    Own,
    /// On the files of the officer; on other files of the team only to stand in for a colleague.
    Case,
    /// On the files of the team; on others with a purpose.
    Team,
    /// Only with a purpose that fits the role.
    Why,
    /// Only with a purpose, and a search answers hit or no hit before anything is opened.
    Hit,
    /// Only what was put before this role: a flag sent to it, a proposal in its queue.
    Sent,
    /// Only during a visit: with the purpose of an audit.
    Site,
    /// Only on files that another team offers to the actor's team.
    Offered,
}

/// The purposes a role can have. A purpose outside its list does not count for it.
pub const fn purposes(role: Role) -> &'static [Purpose] {
    match role {
        Role::SupervisionOfficer | Role::ReviewLead => &[Purpose::Supervision, Purpose::Cover],
        Role::OmOfficer => &[Purpose::Prosecution],
        Role::Aice => &[Purpose::Prosecution, Purpose::Supervision],
        Role::Tbkk => &[Purpose::Investigation, Purpose::InternationalWarning],
        Role::Lirc => &[Purpose::InternationalWarning],
        Role::PrivacyOfficer => &[Purpose::DataSubjectRight, Purpose::Audit],
        Role::ApAuditor => &[Purpose::Audit],
        Role::Registrant
        | Role::Dji
        | Role::Justid
        | Role::Evaluator
        | Role::AdminTech
        | Role::Justis
        | Role::Mayor => &[],
    }
}

/// The rule of `role` for `action`.
pub const fn rule(role: Role, action: Action) -> Rule {
    row(action)[role as usize]
}

/// One row of the matrix, R1 to R15 from left to right.
#[rustfmt::skip]
#[allow(clippy::enum_glob_use, clippy::too_many_lines, reason = "a table, read as one")]
const fn row(action: Action) -> [Rule; 15] {
    use Action::*;
    use Rule::*;
    match action {
        // Registration.              R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        RegistrationRead          => [Own, Case, Team, Why, Any, Hit, Sent, No,  Any, No,  Why, Site, No,  No,  No],
        RegistrationSearch        => [No,  Case, Team, Why, Any, Hit, No,   No,  Any, No,  Why, Site, No,  No,  No],
        RegistrationEnrol         => [No,  No,   Any,  No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        RegistrationActivate      => [No,  No,   Team, No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        RegistrationAssign        => [No,  No,   Team, No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ContactUpdate             => [Own, Case, No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        // Convictions and other facts.
        ConvictionRead            => [Own, Case, Team, Why, Any, Why, Sent, No,  Any, No,  No,  Why,  No,  No,  No],
        FactRecordConviction      => [No,  No,   No,   No,  No,  No,  No,   No,  Any, No,  No,  No,   No,  No,  No],
        FactRecordCustody         => [No,  Case, No,   No,  Any, No,  No,   Any, No,  No,  No,  No,   No,  No,  No],
        FactRecordNotice          => [No,  Case, Team, No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FactCorrect               => [No,  Case, No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FactRead                  => [Own, Case, Team, Why, Any, Why, No,   No,  No,  No,  No,  Why,  No,  No,  No],
        // Reports.                   R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        NotificationCreate        => [Own, No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        NotificationCreateOnBehalf=> [No,  Case, No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        NotificationRead          => [Own, Case, Team, Why, No,  Why, Sent, No,  No,  No,  No,  Why,  No,  No,  No],
        NotificationReadResidence => [Own, Case, Team, Why, No,  Why, No,   No,  No,  No,  No,  Why,  No,  No,  No],
        NotificationDecideReceipt => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AttemptRecord             => [Own, Case, No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AttemptRead               => [Own, Case, Team, Why, No,  Why, Sent, No,  No,  No,  No,  Why,  No,  No,  No],
        // Duties, reminders, flags.
        DutyRead                  => [Own, Case, Team, Why, No,  Why, No,   No,  No,  No,  No,  Why,  No,  No,  No],
        ReminderRead              => [Own, Case, Team, Why, No,  No,  No,   No,  No,  No,  No,  Why,  No,  No,  No],
        FlagList                  => [No,  Case, Team, Why, Any, Sent,No,   No,  No,  No,  No,  Why,  No,  No,  No],
        FlagRead                  => [No,  Case, Team, Why, Any, Sent,No,   No,  No,  No,  No,  Why,  No,  No,  No],
        FlagRaise                 => [No,  Case, No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagDecide                => [No,  No,   Team, Why, No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagReview                => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagClose                 => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagReopen                => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagSnooze                => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagReassign              => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagAcknowledge           => [No,  No,   No,   Why, Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AuthorityDecisionRecord   => [No,  No,   No,   Why, Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        DisputeRaise              => [Own, Case, No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        DisputeDecide             => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        DisputeRead               => [Own, Case, Team, Why, No,  No,  No,   No,  No,  No,  Why, Why,  No,  No,  No],
        WorklistRead              => [No,  Case, Team, Why, Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        WorkloadRead              => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        CaseloadHandOver          => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SelfAuditRead             => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AbsenceRead               => [No,  Any,  Any,  No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AbsenceRecord             => [No,  Any,  Any,  No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AssessmentWhatIf          => [Any, Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  No,  No,  No],
        // Around the person.        R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        HomeVisitPlan             => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        HomeVisitLog              => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        HomeVisitRead             => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        HomeVisitList             => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AddressVerify             => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AddressVerificationRead   => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ContactLogAdd             => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ContactLogRead            => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        NoteAdd                   => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        NoteRead                  => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        NoteReadSensitive         => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        TimelineRead              => [Own, Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        DocumentAdd               => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        DocumentRead              => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        TransferOffer             => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        TransferWithdraw          => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        TransferAnswer            => [No,  No,   Offered, No, No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        TransferRead              => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        TransferList              => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        // Accidents of identity.    R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        MergePropose              => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        MergeDecide               => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SplitPropose              => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SplitDecide               => [No,  No,   Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        MergeRead                 => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ChainNumberReplace        => [No,  No,   Team, No,  No,  No,  No,   No,  Any, No,  No,  No,   No,  No,  No],
        ChainNumberRead           => [No,  Case, Team, No,  No,  No,  No,   No,  Any, No,  No,  No,   No,  No,  No],
        DeathRecord               => [No,  Case, Team, No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        DeathCorrect              => [No,  No,   Team, No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        RepresentativeManage      => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        RepresentativeRead        => [Own, Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        // The end of a file.        R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        RemovalPropose            => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, No,   No,  No,  No],
        RemovalDecide             => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, No,   No,  No,  No],
        DestructionPropose        => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, No,   No,  No,  No],
        DestructionDecide         => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, No,   No,  No,  No],
        RemovalRead               => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, No,   No,  No,  No],
        // Supervision.               R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        SupervisionRead           => [No,  Case, Team, Why, Any, No,  No,   Any, No,  No,  No,  Why,  No,  No,  No],
        SupervisionOrderRecord    => [No,  Case, No,   No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        BreachReportRecord        => [No,  Case, No,   No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        BreachDecisionRecord      => [No,  No,   No,   Why, Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SupervisionFindingRead    => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SupervisionFindingList    => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SupervisionFindingReview  => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        // Beside the register.       R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        ScreeningWhatIf           => [Any, Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  No,  No,  No],
        OffenceWhatIf             => [Any, Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  No,  No,  No],
        RiskAssessmentAdd         => [No,  Case, No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        RiskAssessmentRead        => [No,  Case, Team, Why, No,  Why, Sent, No,  No,  No,  No,  Why,  No,  No,  No],
        RiskAssessmentReadWhole   => [No,  Case, Team, Why, No,  No,  Sent, No,  No,  No,  No,  Why,  No,  No,  No],
        SignalReceive             => [No,  Any,  Any,  Any, Any, Any, Any,  Any, Any, No,  No,  No,   No,  No,  No],
        SignalRead                => [No,  No,   No,   Why, Any, Why, No,   No,  No,  No,  Why, Why,  No,  No,  No],
        SignalReadMatched         => [No,  Case, Team, Why, Any, Why, No,   No,  No,  No,  Why, Why,  No,  No,  No],
        SignalJudge               => [No,  No,   No,   No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SignalDemandReporter      => [No,  No,   No,   Why, No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SignalRetire              => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ForeignConvictionRecord   => [Own, Case, No,   No,  No,  Why, Why,  No,  Any, No,  No,  No,   No,  No,  No],
        ForeignConvictionRead     => [Own, Case, Team, Why, Any, Why, Sent, No,  Any, No,  No,  Why,  No,  No,  No],
        ForeignConvictionVerify   => [No,  Case, Team, Why, No,  Why, No,   No,  Any, No,  No,  No,   No,  No,  No],
        ForeignConvictionFollow   => [No,  No,   Team, No,  Any, No,  No,   No,  Any, No,  No,  No,   No,  No,  No],
        ForeignConvictionSupply   => [No,  No,   Team, Why, Any, Why, No,   No,  Any, No,  No,  No,   No,  No,  No],
        EcrisRequestRecord        => [No,  No,   No,   No,  No,  No,  No,   No,  Any, No,  No,  No,   No,  No,  No],
        EcrisRequestRead          => [No,  No,   No,   No,  No,  No,  No,   No,  Any, No,  Why, Why,  No,  No,  No],
        DataUseAsk                => [No,  Case, Team, Why, Any, Why, No,   No,  Any, No,  Why, Why,  No,  No,  No],
        HelpRequestAdd            => [Own, No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        HelpRequestRead           => [Own, No,   No,   No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        HelpRequestList           => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        HelpRequestPassOn         => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        // Measures.                  R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        PassportCheck             => [No,  No,   No,   Why, No,  No,  No,   No, No,  No, No,  No,   No,  No, No],
        PassportProposalMake      => [No,  No,   No,   Why, No,  No,  No,   No, No,  No, No,  No,   No,  No, No],
        PassportProposalRead      => [No,  No,   No,   Why, No,  No,  No,   No, No,  No, No,  Why,  No,  No, No],
        PassportProposalDecide    => [No,  No,   No,   Why, No,  No,  No,   No, No,  No, No,  No,   No,  No, No],
        WarningNoticeMake         => [No,  No,   No,   No,  No,  Why, No,   No, No,  No, No,  No,   No,  No, No],
        WarningNoticeRead         => [No,  No,   No,   Why, No,  Why, Sent, No, No,  No, No,  Why,  No,  No, No],
        WarningNoticeRecord       => [No,  No,   No,   No,  No,  Why, No,   No, No,  No, No,  No,   No,  No, No],
        WarningNoticeDecide       => [No,  No,   No,   Why, No,  No,  Sent, No, No,  No, No,  No,   No,  No, No],
        ProposalList               => [No,  No,   No,   Why, No,  Why, Any,  No, No,  No, No,  Why,  No,  No, No],
        TravelNoticeRead          => [No,  Case, Team, Why, No,  Why, Any,  No, No,  No, No,  Why,  No,  No, No],
        TravelNoticeAcknowledge   => [No,  No,   No,   No,  No,  Why, Sent, No, No,  No, No,  No,   No,  No, No],
        TravelLeadTimeRead        => [No,  No,   Any,  Why, No,  Why, Any,  No, No,  No, Why, Why,  No,  No, No],
        // Evaluation.                R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        StudyAssign               => [No,  No,   Team, No,  Any, No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        StudyAssignmentRead       => [No,  Case, Team, No,  Any, No,  No,   No,  No,  No,  No,  Why,  No,  No,  No],
        ReleaseRequest            => [No,  No,   No,   No,  No,  No,  No,   No,  No,  Any, No,  No,   No,  No,  No],
        ReleaseDecide             => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, No,   No,  No,  No],
        ReleaseRead               => [No,  No,   No,   No,  No,  No,  No,   No,  No,  Any, Any, Any,  No,  No,  No],
        ReleaseDownload           => [No,  No,   No,   No,  No,  No,  No,   No,  No,  Any, No,  No,   No,  No,  No],
        FigureOpen                => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        // Audit.                     R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        AuditReadOwn              => [Own, No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FileRead                  => [Own, No,   No,   No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        RightsRequestAdd          => [Own, Case, Team, No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        RightsRequestRead         => [Own, Case, Team, No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        RightsRequestList         => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        RightsRequestDecide       => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        RightsRequestCarryOut     => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  Why, No,   No,  No,  No],
        RightsRequestWithdraw     => [Own, No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        AuditRead                 => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, Any,  No,  No,  No],
        WatchRead                 => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, Any,  No,  No,  No],
        WatchReview               => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, No,   No,  No,  No],
        // Accounts and sessions.
        AccountRead               => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  Any, Any,  Any, No,  No],
        AccountManage             => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   Any, No,  No],
        ActivationCodeIssue       => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   Any, No,  No],
        RegistrantAccountManage   => [No,  Case, Team, No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SessionActivate           => [Any, Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  Any, No,  No],
        SessionSignIn             => [Any, Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  Any, No,  No],
        SessionRefresh            => [Any, Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  Any, No,  No],
        SessionSignOut            => [Any, Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  Any, No,  No],
        SessionChangePassword     => [Any, Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  Any, No,  No],
        SessionProve              => [No,  Any,  Any,  Any, Any, Any, Any,  Any, Any, Any, Any, Any,  Any, No,  No],
        SessionEndOther           => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   Any, No,  No],
        // Running the system.        R1   R2    R3    R4   R5   R6   R7    R8   R9   R10  R11  R12   R13  R14  R15
        OutageRecord              => [No,  No,   Any,  No,  No,  No,  No,   No,  No,  No,  No,  No,   Any, No,  No],
        OutageRead                => [No,  Any,  Any,  Any, No,  No,  No,   No,  No,  No,  Any, Any,  Any, No,  No],
        JobRead                   => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  Any,  Any, No,  No],
        JobRun                    => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   Any, No,  No],
        EventRead                 => [No,  No,   Any,  Any, Any, Any, No,   No,  Any, No,  No,  No,   No,  No,  No],
        WebhookRead               => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  Any,  Any, No,  No],
        WebhookManage             => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   Any, No,  No],
        DeadLetterRead            => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  Any,  Any, No,  No],
        DeadLetterResend          => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   Any, No,  No],
        // What only the program does.
        ReleaseMake               => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SupervisionImport         => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        SupervisionFindingRecord  => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ProposalWarn               => [No,  No,   No,   No,  No,  No,  No,   No, No,  No, No,  No,   No,  No, No],
        RegistrationReassess      => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        BackupMake                => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        RestoreFinish             => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ConsistencyCheck          => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ConsistencyRepair         => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ReminderPlan              => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ReminderSend              => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagCandidate             => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagEscalate              => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        FlagHandOver              => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        EventSend                 => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
        ReferralNotice            => [No,  No,   No,   No,  No,  No,  No,   No,  No,  No,  No,  No,   No,  No,  No],
    }
}
