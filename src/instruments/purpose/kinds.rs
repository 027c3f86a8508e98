//! The closed lists: where data come from, what they could be used for, what must be there first, and why.

use crate::grounds::codes;

codes! {
    /// Where data come from.
    pub enum Source {
        /// What a registrant notified.
        Notification => "notification",
        /// The Dutch criminal record.
        CriminalRecord => "criminal_record",
        /// A notice through ECRIS of a Dutch national convicted elsewhere, as it stands in the criminal record.
        EcrisNotice => "ecris_notice",
        /// An answer through ECRIS for screening of somebody who is to work with children, or for another certificate.
        EcrisScreening => "ecris_screening",
        /// An answer through ECRIS for criminal proceedings.
        EcrisProceedings => "ecris_proceedings",
        /// ECRIS-TCN.
        EcrisTcn => "ecris_tcn",
        /// A conviction outside the Union that the registrant told.
        SelfDeclared => "self_declared",
        /// A conviction outside the Union that a liaison officer told.
        LiaisonOfficer => "liaison_officer",
        /// The file of the screening authority.
        ScreeningFile => "screening_file",
        /// A recorded risk assessment.
        RiskAssessment => "risk_assessment",
        /// What a signal says.
        Signal => "signal",
        /// Who sent a signal.
        SignalReporter => "signal_reporter",
        /// Supervision and breach reports.
        Supervision => "supervision",
        /// A request for help or a referral.
        HelpReferral => "help_referral",
    }
}

codes! {
    /// What data could be used for.
    pub enum Use {
        /// To decide who is registered, and for how long.
        Registration => "registration",
        /// To see whether duties are met.
        Compliance => "compliance",
        /// To support a flag.
        Flag => "flag",
        /// Supervision by the probation service.
        Supervision => "supervision",
        /// To look at a signal.
        SignalTriage => "signal_triage",
        /// A risk assessment.
        RiskAssessment => "risk_assessment",
        /// A passport measure.
        PassportMeasure => "passport_measure",
        /// A Green Notice or Diffusion.
        WarningNotice => "warning_notice",
        /// To pass on to a third state or to Interpol.
        PassOnAbroad => "pass_on_abroad",
        /// Screening for a certificate of conduct.
        Screening => "screening",
        /// Criminal proceedings.
        CriminalProceedings => "criminal_proceedings",
        /// Statistics and research without personal data.
        Statistics => "statistics",
        /// To make public.
        Publication => "publication",
    }
}

codes! {
    /// What must be there before a pair is open.
    pub enum Need {
        /// The convicting state agreed.
        ConsentOfConvictingState => "consent_of_convicting_state",
        /// The data were verified.
        Verified => "verified",
        /// A provision allows it, named with the request.
        LegalBasis => "legal_basis",
        /// The prosecutor demanded it.
        ProsecutorDemand => "prosecutor_demand",
        /// Nobody can be known from it.
        Aggregated => "aggregated",
        /// A person decides, with reasons.
        HumanReview => "human_review",
    }
}

codes! {
    /// Why a pair is open or closed.
    pub enum Reason {
        /// The data were collected for this.
        CollectedFor => "collected_for",
        /// The data were supplied for this and nothing else.
        SuppliedForThis => "supplied_for_this",
        /// The data were supplied for another purpose.
        OnlyPurposeAsked => "only_purpose_asked",
        /// The data were supplied for screening, which is not for the register.
        ScreeningNotForRegister => "screening_not_for_register",
        /// The law names the purposes, and this is none of them.
        PurposeNotListed => "purpose_not_listed",
        /// The source is not in operation.
        NotInOperation => "not_in_operation",
        /// The screening authority has no access to the register.
        NoAccessForScreening => "no_access_for_screening",
        /// It agrees with the purpose for which the data were collected.
        Compatible => "compatible",
        /// Data of another state go on only as that state allows.
        OwnedByConvictingState => "owned_by_convicting_state",
        /// What nobody verified carries nothing.
        UnverifiedCarriesNothing => "unverified_carries_nothing",
        /// A score decides nothing.
        ScoreDecidesNothing => "score_decides_nothing",
        /// A signal is no fact.
        SignalIsNoFact => "signal_is_no_fact",
        /// Who reported is protected.
        ReporterProtected => "reporter_protected",
        /// Help is private and never counts.
        HelpIsPrivate => "help_is_private",
        /// Statistics hold no personal data.
        NoPersonalDataInStatistics => "no_personal_data_in_statistics",
        /// The register is closed.
        RegisterIsClosed => "register_is_closed",
        /// It is not needed for this.
        NotNeeded => "not_needed",
    }
}
