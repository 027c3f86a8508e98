//! Words for what is recorded beside the register.

use crate::text_enum;

text_enum! {
    /// What is recorded beside the register.
    pub enum MeasureKind {
        /// A risk assessment.
        RiskAssessment => "risk_assessment",
        /// A signal.
        Signal => "signal",
        /// A conviction from abroad.
        ForeignConviction => "foreign_conviction",
        /// A request for convictions.
        EcrisRequest => "ecris_request",
        /// A request for help.
        HelpRequest => "help_request",
    }
}

text_enum! {
    /// Who helps.
    pub enum HelpProvider {
        /// Stop it Now: anonymous help line for thoughts, feelings and behaviour towards minors.
        StopItNow => "stop_it_now",
        /// Outpatient forensic treatment.
        ForensicCare => "forensic_care",
        /// The general practitioner.
        GeneralPractitioner => "general_practitioner",
    }
}

text_enum! {
    /// Where a request for help stands.
    pub enum HelpState {
        /// Asked.
        Asked => "asked",
        /// The helper passed it on.
        PassedOn => "passed_on",
        /// The registrant took it back.
        Withdrawn => "withdrawn",
    }
}
