//! Everything that can be done in the register, as one closed list: the access decision asks about these, and the
//! audit names them.

use crate::text_enum;

text_enum! {
    /// An act on an object, written `object.verb`.
    pub enum Action {
        /// Open one registration: identity, basis, statuses, period.
        RegistrationRead => "registration.read",
        /// Find registrations.
        RegistrationSearch => "registration.search",
        /// Enrol somebody.
        RegistrationEnrol => "registration.enrol",
        /// Bring an enrolled registration into force.
        RegistrationActivate => "registration.activate",
        /// Give a registration to another officer or team.
        RegistrationAssign => "registration.assign",
        /// Change where and how the person can be reached.
        ContactUpdate => "contact.update",
        /// Read convictions and sentences.
        ConvictionRead => "conviction.read",
        /// Record a conviction, a sentence or its variation.
        FactRecordConviction => "fact.record.conviction",
        /// Record a period of custody.
        FactRecordCustody => "fact.record.custody",
        /// Record that the person was told of the requirements, or of a change in them.
        FactRecordNotice => "fact.record.notice",
        /// Correct a fact that a report or an officer brought in.
        FactCorrect => "fact.correct",
        /// Read the facts of a file.
        FactRead => "fact.read",
        /// Report for oneself.
        NotificationCreate => "notification.create",
        /// Record the report of somebody else, in their presence or from their letter.
        NotificationCreateOnBehalf => "notification.create_on_behalf",
        /// Read reports of stays, journeys, returns, confirmations and nights without a home.
        NotificationRead => "notification.read",
        /// Read reports of names and home addresses.
        NotificationReadResidence => "notification.read_residence",
        /// Confirm, as a second person, that a report was received earlier than it was recorded.
        NotificationDecideReceipt => "notification.decide_receipt",
        /// Record an attempt that did not become a report.
        AttemptRecord => "attempt.record",
        /// Read such attempts.
        AttemptRead => "attempt.read",
        /// Read duties with their dates and explanations.
        DutyRead => "duty.read",
        /// Read reminders and what became of them.
        ReminderRead => "reminder.read",
        /// List flags.
        FlagList => "flag.list",
        /// Open one flag with its evidence.
        FlagRead => "flag.read",
        /// Take the machine's late candidate further, as a possible failure to report.
        FlagRaise => "flag.raise",
        /// Decide what a flag comes to.
        FlagDecide => "flag.decide",
        /// Take a flag up, wait for evidence, go on.
        FlagReview => "flag.review",
        /// Close a flag whose outcome is carried out.
        FlagClose => "flag.close",
        /// Take a closed flag up again.
        FlagReopen => "flag.reopen",
        /// Put a flag away until a day.
        FlagSnooze => "flag.snooze",
        /// Give a flag to another officer.
        FlagReassign => "flag.reassign",
        /// Acknowledge a referral, for the authority that received it.
        FlagAcknowledge => "flag.acknowledge",
        /// Tell what an authority decided on a referral.
        AuthorityDecisionRecord => "authority_decision.record",
        /// Dispute a fact, or appeal against the decision on a dispute.
        DisputeRaise => "dispute.raise",
        /// Decide on a dispute about a fact.
        DisputeDecide => "dispute.decide",
        /// Read disputes.
        DisputeRead => "dispute.read",
        /// See what is to be done today.
        WorklistRead => "worklist.read",
        /// See how much every officer of a team has.
        WorkloadRead => "workload.read",
        /// Give all files and flags of an officer to another.
        CaseloadHandOver => "caseload.hand_over",
        /// Read what the self-audit found in the files of a team.
        SelfAuditRead => "self_audit.read",
        /// Read when officers are absent.
        AbsenceRead => "absence.read",
        /// Record when an officer is absent and who stands in.
        AbsenceRecord => "absence.record",
        /// Try the rules on facts the caller brings; stores nothing.
        AssessmentWhatIf => "assessment.what_if",
        /// See who looked at one's own file.
        AuditReadOwn => "audit.read_own",
        /// Read the complete file about a person, and who looked at it.
        FileRead => "file.read",
        /// Read the audit.
        AuditRead => "audit.read",
        /// Read accounts and their roles.
        AccountRead => "account.read",
        /// Make accounts, and change their role, team or state.
        AccountManage => "account.manage",
        /// Issue a one-time code to the holder of a staff or machine account.
        ActivationCodeIssue => "activation_code.issue",
        /// Open the account of a registrant and issue its one-time code.
        RegistrantAccountManage => "registrant_account.manage",
        /// Take an account into use with a one-time code.
        SessionActivate => "session.activate",
        /// Sign in.
        SessionSignIn => "session.sign_in",
        /// Renew a session with its refresh token.
        SessionRefresh => "session.refresh",
        /// Sign out.
        SessionSignOut => "session.sign_out",
        /// Change one's own password.
        SessionChangePassword => "session.change_password",
        /// Prove anew to be there, within a session.
        SessionProve => "session.prove",
        /// End somebody else's sessions.
        SessionEndOther => "session.end_other",
        /// Record a time in which the system could not be reached.
        OutageRecord => "outage.record",
        /// Read such times.
        OutageRead => "outage.read",
        /// Read events that the role may know of.
        EventRead => "event.read",
        /// Read to which systems events are sent, and what became of them.
        WebhookRead => "webhook.read",
        /// Subscribe a system to events, pause it, renew its secret, end it.
        WebhookManage => "webhook.manage",
        /// Read which messages were given up.
        DeadLetterRead => "dead_letter.read",
        /// Have a message that was given up sent again.
        DeadLetterResend => "dead_letter.resend",
        /// Hand an event over to another system. Done by the program, never by a role.
        EventSend => "event.send",
        /// Read what the scheduler did and plans.
        JobRead => "job.read",
        /// Run a job now.
        JobRun => "job.run",
        /// Plan a home visit.
        HomeVisitPlan => "home_visit.plan",
        /// Say what came of a home visit, or that it will not be made.
        HomeVisitLog => "home_visit.log",
        /// Read the home visits of a file.
        HomeVisitRead => "home_visit.read",
        /// List the home visits to be made or logged over many files.
        HomeVisitList => "home_visit.list",
        /// Record that an address was verified.
        AddressVerify => "address.verify",
        /// Read how an address was verified.
        AddressVerificationRead => "address.read_verifications",
        /// Record a contact with or about the person.
        ContactLogAdd => "contact_log.add",
        /// Read such contacts.
        ContactLogRead => "contact_log.read",
        /// Write a note.
        NoteAdd => "note.add",
        /// Read notes.
        NoteRead => "note.read",
        /// Read a note that is marked as sensitive.
        NoteReadSensitive => "note.read_sensitive",
        /// Read everything that happened in a file, in order.
        TimelineRead => "timeline.read",
        /// Offer a file to another team.
        TransferOffer => "transfer.offer",
        /// Take such an offer back.
        TransferWithdraw => "transfer.withdraw",
        /// Accept or refuse a file that another team offers.
        TransferAnswer => "transfer.answer",
        /// Read the transfers of a file.
        TransferRead => "transfer.read",
        /// List the offers that wait, over many files.
        TransferList => "transfer.list",
        /// Add a document.
        DocumentAdd => "document.add",
        /// List and download documents.
        DocumentRead => "document.read",
        /// Propose to make two registrations of one person one.
        MergePropose => "merge.propose",
        /// Decide on that as a second person.
        MergeDecide => "merge.decide",
        /// Propose to make two of them again.
        SplitPropose => "merge.propose_split",
        /// Decide on that as a second person.
        SplitDecide => "merge.decide_split",
        /// Read what was merged.
        MergeRead => "merge.read",
        /// Propose to remove a file that has ended.
        RemovalPropose => "removal.propose",
        /// Decide on that as a second person.
        RemovalDecide => "removal.decide",
        /// Propose to destroy a file that was removed.
        DestructionPropose => "removal.propose_destruction",
        /// Decide on that as a second person.
        DestructionDecide => "removal.decide_destruction",
        /// Read how a file was removed and destroyed.
        RemovalRead => "removal.read",
        /// Replace the chain number of a person.
        ChainNumberReplace => "chain_number.replace",
        /// Read the chain numbers a person had.
        ChainNumberRead => "chain_number.read",
        /// Record that the person died.
        DeathRecord => "death.record",
        /// Correct a death that was recorded by mistake.
        DeathCorrect => "death.correct",
        /// Record who acts for the person, and end it.
        RepresentativeManage => "representative.manage",
        /// Read who acts for the person.
        RepresentativeRead => "representative.read",
        /// Read supervision orders with their conditions and breach reports.
        SupervisionRead => "supervision.read",
        /// Record a supervision order as the probation service states it.
        SupervisionOrderRecord => "supervision.record_order",
        /// Report a breach of a supervision order.
        BreachReportRecord => "supervision.report_breach",
        /// Record what was decided on a breach report.
        BreachDecisionRecord => "supervision.record_decision",
        /// Read where supervision and the register meet or collide.
        SupervisionFindingRead => "supervision.read_findings",
        /// List what was found, over many files.
        SupervisionFindingList => "supervision.list_findings",
        /// Say that one looked at a finding, and what came of it.
        SupervisionFindingReview => "supervision.review_finding",
        /// Keep what a cross-check found, or close what no longer holds. Done by the program, never by a role.
        SupervisionFindingRecord => "supervision.record_finding",
        /// Try how convictions weigh in a screening; stores nothing.
        ScreeningWhatIf => "screening.what_if",
        /// Try whether an offence leads to registration; stores nothing.
        OffenceWhatIf => "offence.what_if",
        /// Record a risk assessment.
        RiskAssessmentAdd => "risk_assessment.add",
        /// Read risk assessments; how much of them, the next line says.
        RiskAssessmentRead => "risk_assessment.read",
        /// Read the items and the total, and not the band only.
        RiskAssessmentReadWhole => "risk_assessment.read_whole",
        /// Take a signal in.
        SignalReceive => "signal.receive",
        /// Read signals, matched or not.
        SignalRead => "signal.read",
        /// Read the signals that were matched to a file.
        SignalReadMatched => "signal.read_matched",
        /// Take a signal up, match it, undo the match, close it, open it again, forget who reported.
        SignalJudge => "signal.judge",
        /// Demand to know who reported, under a provision.
        SignalDemandReporter => "signal.demand_reporter",
        /// Lock or destroy a signal whose time is over. Done by the program, never by a role.
        SignalRetire => "signal.retire",
        /// Record a conviction from abroad.
        ForeignConvictionRecord => "foreign_conviction.record",
        /// Read convictions from abroad.
        ForeignConvictionRead => "foreign_conviction.read",
        /// Verify, as a second person, a conviction that was only told.
        ForeignConvictionVerify => "foreign_conviction.verify",
        /// Correct or delete a conviction from abroad, and tell who received it.
        ForeignConvictionFollow => "foreign_conviction.follow",
        /// Supply a conviction from abroad to somebody.
        ForeignConvictionSupply => "foreign_conviction.supply",
        /// Record a request for convictions, its supplement and its answer.
        EcrisRequestRecord => "ecris_request.record",
        /// Read requests for convictions.
        EcrisRequestRead => "ecris_request.read",
        /// Ask whether data of a file may be used for something.
        DataUseAsk => "data_use.ask",
        /// Ask for help for oneself, and take that back.
        HelpRequestAdd => "help_request.add",
        /// Read requests for help.
        HelpRequestRead => "help_request.read",
        /// List the requests for help that wait, over many files.
        HelpRequestList => "help_request.list",
        /// Pass a request for help on to who helps.
        HelpRequestPassOn => "help_request.pass_on",
        /// Ask something of the register as a right, or record that for somebody.
        RightsRequestAdd => "rights_request.add",
        /// Read what a person asked as their right.
        RightsRequestRead => "rights_request.read",
        /// List what must be decided or carried out, over many files.
        RightsRequestList => "rights_request.list",
        /// Decide on it, make its term longer, lift a restriction.
        RightsRequestDecide => "rights_request.decide",
        /// Record that what was granted was done.
        RightsRequestCarryOut => "rights_request.carry_out",
        /// Take back what one asked.
        RightsRequestWithdraw => "rights_request.withdraw",
        /// Read what is unusual in how the register is used.
        WatchRead => "watch.read",
        /// Say what came of looking at it.
        WatchReview => "watch.review",
        /// Assign a person to an arm of a study.
        StudyAssign => "study.assign",
        /// Read to which arms a person was assigned.
        StudyAssignmentRead => "study.read_assignment",
        /// Ask for a release of statistics.
        ReleaseRequest => "release.request",
        /// Approve or reject a release that somebody else asked for.
        ReleaseDecide => "release.decide",
        /// Read which releases were asked for and what became of them.
        ReleaseRead => "release.read",
        /// Download a release that was issued.
        ReleaseDownload => "release.download",
        /// Open the list of files behind a figure.
        FigureOpen => "figure.open",
        /// Make an approved release. Done by the program, never by a role.
        ReleaseMake => "release.make",
        /// Take in orders that the probation service sent. Done by the program, never by a role.
        SupervisionImport => "supervision.import",
        /// Make a backup. Done by the program, never by a role.
        BackupMake => "backup.make",
        /// Tell a restored register who was erased since. Done by the program, never by a role.
        RestoreFinish => "restore.finish",
        /// Hold the register against itself. Done by the program, never by a role.
        ConsistencyCheck => "consistency.check",
        /// Mend what such a check found and is safe to mend. Done by the program, never by a role.
        ConsistencyRepair => "consistency.repair",
        /// Check the formal criteria of a passport measure; stores nothing.
        PassportCheck => "passport.check",
        /// Draft a passport proposal.
        PassportProposalMake => "passport_proposal.make",
        /// Read passport proposals and their letters.
        PassportProposalRead => "passport_proposal.read",
        /// Take a passport proposal further: request, entry, renewal, end.
        PassportProposalDecide => "passport_proposal.decide",
        /// Draft a warning notice.
        WarningNoticeMake => "warning_notice.make",
        /// Read warning notices.
        WarningNoticeRead => "warning_notice.read",
        /// Amend, propose, correct or withdraw a warning notice.
        WarningNoticeRecord => "warning_notice.record",
        /// Return, refuse, issue or extend a warning notice that was proposed.
        WarningNoticeDecide => "warning_notice.decide",
        /// List the measures that wait for something, over many files.
        ProposalList => "proposal.list",
        /// Read the notices of journeys to desks, over many files.
        TravelNoticeRead => "travel_notice.read",
        /// Acknowledge a notice of a journey, for the desk it went to.
        TravelNoticeAcknowledge => "travel_notice.acknowledge",
        /// Read how much warning notified journeys gave.
        TravelLeadTimeRead => "travel_lead_time.read",
        /// Say that a measure is about to end. Done by the program, never by a role.
        ProposalWarn => "proposal.warn",
        /// Assess a file anew because time passed. Done by the program, never by a role.
        RegistrationReassess => "registration.reassess",
        /// Decide that a reminder goes out. Done by the program, never by a role.
        ReminderPlan => "reminder.plan",
        /// Hand a reminder over. Done by the program, never by a role.
        ReminderSend => "reminder.send",
        /// Note that a duty is past its last day, as a late candidate. Done by the program, never by a role.
        FlagCandidate => "flag.candidate",
        /// Put a flag whose term passed before the lead. Done by the program, never by a role.
        FlagEscalate => "flag.escalate",
        /// Note that the authorities' systems took a referral over. Done by the program, never by a role.
        FlagHandOver => "flag.hand_over",
        /// Tell an authority by e-mail that a referral waits for it. Done by the program, never by a role.
        ReferralNotice => "referral.notice",
    }
}

/// What an act does to its object. Each action is of one kind, so a right to read is never a right to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Looks.
    Read,
    /// Adds or changes.
    Write,
    /// Judges what another person put forward; never by whoever put it forward, and never by a machine.
    Decide,
}

impl Action {
    /// What the act does.
    pub const fn effect(self) -> Effect {
        match self {
            Self::RegistrationRead
            | Self::RegistrationSearch
            | Self::ConvictionRead
            | Self::FactRead
            | Self::NotificationRead
            | Self::NotificationReadResidence
            | Self::AttemptRead
            | Self::DutyRead
            | Self::ReminderRead
            | Self::FlagList
            | Self::FlagRead
            | Self::DisputeRead
            | Self::WorklistRead
            | Self::WorkloadRead
            | Self::SelfAuditRead
            | Self::AbsenceRead
            | Self::AssessmentWhatIf
            | Self::AuditReadOwn
            | Self::FileRead
            | Self::AuditRead
            | Self::AccountRead
            | Self::OutageRead
            | Self::HomeVisitRead
            | Self::HomeVisitList
            | Self::AddressVerificationRead
            | Self::ContactLogRead
            | Self::NoteRead
            | Self::NoteReadSensitive
            | Self::TimelineRead
            | Self::TransferRead
            | Self::TransferList
            | Self::DocumentRead
            | Self::MergeRead
            | Self::RemovalRead
            | Self::ChainNumberRead
            | Self::RepresentativeRead
            | Self::SupervisionRead
            | Self::SupervisionFindingRead
            | Self::SupervisionFindingList
            | Self::StudyAssignmentRead
            | Self::ReleaseRead
            | Self::ReleaseDownload
            | Self::FigureOpen
            | Self::ScreeningWhatIf
            | Self::OffenceWhatIf
            | Self::RiskAssessmentRead
            | Self::RiskAssessmentReadWhole
            | Self::SignalRead
            | Self::SignalReadMatched
            | Self::ForeignConvictionRead
            | Self::EcrisRequestRead
            | Self::DataUseAsk
            | Self::HelpRequestRead
            | Self::HelpRequestList
            | Self::RightsRequestRead
            | Self::RightsRequestList
            | Self::WatchRead
            | Self::EventRead
            | Self::WebhookRead
            | Self::DeadLetterRead
            | Self::ConsistencyCheck
            | Self::JobRead
            | Self::PassportCheck
            | Self::PassportProposalRead
            | Self::WarningNoticeRead
            | Self::ProposalList
            | Self::TravelNoticeRead
            | Self::TravelLeadTimeRead => Effect::Read,
            Self::RegistrationEnrol
            | Self::RegistrationActivate
            | Self::RegistrationAssign
            | Self::ContactUpdate
            | Self::FactRecordConviction
            | Self::FactRecordCustody
            | Self::FactRecordNotice
            | Self::FactCorrect
            | Self::NotificationCreate
            | Self::NotificationCreateOnBehalf
            | Self::AttemptRecord
            | Self::FlagRaise
            | Self::FlagReview
            | Self::FlagClose
            | Self::FlagReopen
            | Self::FlagSnooze
            | Self::FlagReassign
            | Self::FlagAcknowledge
            | Self::AuthorityDecisionRecord
            | Self::DisputeRaise
            | Self::CaseloadHandOver
            | Self::AbsenceRecord
            | Self::AccountManage
            | Self::ActivationCodeIssue
            | Self::RegistrantAccountManage
            | Self::SessionActivate
            | Self::SessionSignIn
            | Self::SessionRefresh
            | Self::SessionSignOut
            | Self::SessionChangePassword
            | Self::SessionProve
            | Self::SessionEndOther
            | Self::OutageRecord
            | Self::WebhookManage
            | Self::DeadLetterResend
            | Self::EventSend
            | Self::JobRun
            | Self::PassportProposalMake
            | Self::WarningNoticeMake
            | Self::WarningNoticeRecord
            | Self::TravelNoticeAcknowledge
            | Self::ProposalWarn
            | Self::RegistrationReassess
            | Self::BackupMake
            | Self::RestoreFinish
            | Self::ConsistencyRepair
            | Self::ReminderPlan
            | Self::ReminderSend
            | Self::FlagCandidate
            | Self::FlagEscalate
            | Self::FlagHandOver
            | Self::ReferralNotice
            | Self::HomeVisitPlan
            | Self::HomeVisitLog
            | Self::AddressVerify
            | Self::ContactLogAdd
            | Self::NoteAdd
            | Self::TransferOffer
            | Self::TransferWithdraw
            | Self::DocumentAdd
            | Self::MergePropose
            | Self::SplitPropose
            | Self::RemovalPropose
            | Self::DestructionPropose
            | Self::ChainNumberReplace
            | Self::DeathRecord
            | Self::DeathCorrect
            | Self::SupervisionImport
            | Self::SupervisionOrderRecord
            | Self::BreachReportRecord
            | Self::BreachDecisionRecord
            | Self::SupervisionFindingReview
            | Self::SupervisionFindingRecord
            | Self::StudyAssign
            | Self::ReleaseRequest
            | Self::ReleaseMake
            | Self::RiskAssessmentAdd
            | Self::SignalReceive
            | Self::SignalRetire
            | Self::ForeignConvictionRecord
            | Self::ForeignConvictionFollow
            | Self::ForeignConvictionSupply
            | Self::EcrisRequestRecord
            | Self::HelpRequestAdd
            | Self::HelpRequestPassOn
            | Self::RightsRequestAdd
            | Self::RightsRequestDecide
            | Self::RightsRequestCarryOut
            | Self::RightsRequestWithdraw
            | Self::WatchReview
            | Self::RepresentativeManage => Effect::Write,
            Self::NotificationDecideReceipt
            | Self::FlagDecide
            | Self::DisputeDecide
            | Self::TransferAnswer
            | Self::MergeDecide
            | Self::RemovalDecide
            | Self::DestructionDecide
            | Self::ReleaseDecide
            | Self::SignalJudge
            | Self::SignalDemandReporter
            | Self::ForeignConvictionVerify
            | Self::SplitDecide
            | Self::PassportProposalDecide
            | Self::WarningNoticeDecide => Effect::Decide,
        }
    }

    /// Whether the act shows or changes what is known of a registrant.
    pub const fn touches_content(self) -> bool {
        match self {
            Self::RegistrationRead
            | Self::RegistrationSearch
            | Self::RegistrationEnrol
            | Self::RegistrationActivate
            | Self::RegistrationAssign
            | Self::ContactUpdate
            | Self::ConvictionRead
            | Self::FactRecordConviction
            | Self::FactRecordCustody
            | Self::FactRecordNotice
            | Self::FactCorrect
            | Self::FactRead
            | Self::NotificationCreate
            | Self::NotificationCreateOnBehalf
            | Self::NotificationRead
            | Self::NotificationReadResidence
            | Self::NotificationDecideReceipt
            | Self::AttemptRecord
            | Self::AttemptRead
            | Self::DutyRead
            | Self::ReminderRead
            | Self::FlagList
            | Self::FlagRead
            | Self::FlagRaise
            | Self::FlagDecide
            | Self::FlagReview
            | Self::FlagClose
            | Self::FlagReopen
            | Self::FlagSnooze
            | Self::FlagReassign
            | Self::FlagAcknowledge
            | Self::AuthorityDecisionRecord
            | Self::DisputeRaise
            | Self::DisputeDecide
            | Self::DisputeRead
            | Self::WorklistRead
            | Self::SelfAuditRead
            | Self::CaseloadHandOver
            | Self::AuditReadOwn
            | Self::FileRead
            | Self::RegistrantAccountManage
            | Self::RegistrationReassess
            | Self::ReminderPlan
            | Self::ReminderSend
            | Self::FlagCandidate
            | Self::FlagEscalate
            | Self::FlagHandOver
            | Self::ReferralNotice
            | Self::HomeVisitPlan
            | Self::HomeVisitLog
            | Self::HomeVisitRead
            | Self::HomeVisitList
            | Self::AddressVerify
            | Self::AddressVerificationRead
            | Self::ContactLogAdd
            | Self::ContactLogRead
            | Self::NoteAdd
            | Self::NoteRead
            | Self::NoteReadSensitive
            | Self::TimelineRead
            | Self::TransferOffer
            | Self::TransferWithdraw
            | Self::TransferAnswer
            | Self::TransferRead
            | Self::TransferList
            | Self::DocumentAdd
            | Self::DocumentRead
            | Self::MergePropose
            | Self::MergeDecide
            | Self::SplitPropose
            | Self::SplitDecide
            | Self::PassportCheck
            | Self::PassportProposalMake
            | Self::PassportProposalRead
            | Self::PassportProposalDecide
            | Self::WarningNoticeMake
            | Self::WarningNoticeRead
            | Self::WarningNoticeRecord
            | Self::WarningNoticeDecide
            | Self::ProposalList
            | Self::TravelNoticeRead
            | Self::TravelNoticeAcknowledge
            | Self::ProposalWarn
            | Self::MergeRead
            | Self::RemovalPropose
            | Self::RemovalDecide
            | Self::DestructionPropose
            | Self::DestructionDecide
            | Self::RemovalRead
            | Self::ChainNumberReplace
            | Self::ChainNumberRead
            | Self::DeathRecord
            | Self::DeathCorrect
            | Self::RepresentativeManage
            | Self::RepresentativeRead
            | Self::SupervisionRead
            | Self::SupervisionFindingRead
            | Self::SupervisionFindingList
            | Self::SupervisionFindingReview
            | Self::SupervisionFindingRecord
            | Self::SupervisionOrderRecord
            | Self::BreachReportRecord
            | Self::BreachDecisionRecord
            | Self::StudyAssign
            | Self::StudyAssignmentRead
            | Self::FigureOpen
            | Self::ConsistencyCheck
            | Self::ConsistencyRepair
            | Self::BackupMake
            | Self::RestoreFinish
            | Self::RiskAssessmentAdd
            | Self::RiskAssessmentRead
            | Self::RiskAssessmentReadWhole
            | Self::SignalReceive
            | Self::SignalRead
            | Self::SignalReadMatched
            | Self::SignalJudge
            | Self::SignalDemandReporter
            | Self::SignalRetire
            | Self::ForeignConvictionRecord
            | Self::ForeignConvictionRead
            | Self::ForeignConvictionVerify
            | Self::ForeignConvictionFollow
            | Self::ForeignConvictionSupply
            | Self::EcrisRequestRecord
            | Self::EcrisRequestRead
            | Self::DataUseAsk
            | Self::HelpRequestAdd
            | Self::HelpRequestRead
            | Self::HelpRequestList
            | Self::HelpRequestPassOn
            | Self::RightsRequestAdd
            | Self::RightsRequestRead
            | Self::RightsRequestList
            | Self::RightsRequestDecide
            | Self::RightsRequestCarryOut
            | Self::RightsRequestWithdraw
            | Self::SupervisionImport => true,
            Self::AssessmentWhatIf
            | Self::WorkloadRead
            | Self::AbsenceRead
            | Self::AbsenceRecord
            | Self::AuditRead
            | Self::AccountRead
            | Self::AccountManage
            | Self::ActivationCodeIssue
            | Self::SessionActivate
            | Self::SessionSignIn
            | Self::SessionRefresh
            | Self::SessionSignOut
            | Self::SessionChangePassword
            | Self::SessionProve
            | Self::SessionEndOther
            | Self::OutageRecord
            | Self::OutageRead
            | Self::ReleaseRequest
            | Self::ReleaseDecide
            | Self::ReleaseRead
            | Self::ReleaseDownload
            | Self::ReleaseMake
            | Self::EventRead
            | Self::WebhookRead
            | Self::WebhookManage
            | Self::DeadLetterRead
            | Self::DeadLetterResend
            | Self::EventSend
            | Self::JobRead
            | Self::ScreeningWhatIf
            | Self::OffenceWhatIf
            | Self::TravelLeadTimeRead
            | Self::JobRun
            | Self::WatchRead
            | Self::WatchReview => false,
        }
    }

    /// Whether the act asks for rows of many files instead of one file; the rows are then bounded by
    /// [`reach`](super::reach) in the query itself.
    pub const fn spans_files(self) -> bool {
        matches!(
            self,
            Self::RegistrationSearch
                | Self::FlagList
                | Self::WorklistRead
                | Self::WorkloadRead
                | Self::SelfAuditRead
                | Self::CaseloadHandOver
                | Self::HomeVisitList
                | Self::TransferList
                | Self::SignalRead
                | Self::SignalDemandReporter
                | Self::EcrisRequestRead
                | Self::HelpRequestList
                | Self::RightsRequestList
                | Self::FigureOpen
                | Self::SupervisionFindingList
                | Self::ProposalList
                | Self::TravelNoticeRead
                | Self::TravelLeadTimeRead
        )
    }

    /// The action by which reports of one kind are read: names and homes stand in a row of the matrix of their own.
    pub const fn read_notifications_of(kind: crate::vocabulary::DutyKind) -> Self {
        use crate::vocabulary::DutyKind;
        match kind {
            DutyKind::Initial | DutyKind::Name | DutyKind::Home => Self::NotificationReadResidence,
            DutyKind::Stay
            | DutyKind::Travel
            | DutyKind::Return
            | DutyKind::UnplannedAbsence
            | DutyKind::Periodic
            | DutyKind::NoHome => Self::NotificationRead,
        }
    }
}
