//! The words of the evaluation.

use crate::text_enum;

text_enum! {
    /// The arm of a study to which a person is assigned.
    pub enum StudyArm {
        /// The duty to notify, no supervision.
        RegisterOnly => "register_only",
        /// Supervision, no duty to notify.
        SupervisionOnly => "supervision_only",
        /// Both.
        Both => "both",
        /// Neither.
        Control => "control",
    }
}

text_enum! {
    /// Band of a risk assessment.
    pub enum RiskBand {
        /// Low.
        Low => "low",
        /// Moderate.
        Moderate => "moderate",
        /// High.
        High => "high",
        /// Very high.
        VeryHigh => "very_high",
    }
}

text_enum! {
    /// Where a release of statistics stands.
    pub enum ReleaseState {
        /// Asked for.
        Requested => "requested",
        /// Approved by somebody else, to be made.
        Approved => "approved",
        /// Not approved.
        Rejected => "rejected",
        /// Made and kept.
        Made => "made",
    }
}

text_enum! {
    /// Why a release holds no rows about people although they were asked for.
    pub enum MicrodataRefusal {
        /// However coarse, nobody could hide among others.
        TooFew => "too_few",
    }
}
