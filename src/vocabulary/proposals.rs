//! Words for passport proposals, warning notices and notices of journeys.

use crate::text_enum;

text_enum! {
    /// What a measure is.
    pub enum ProposalKind {
        /// A request to enter somebody in the register of passport alerts.
        PassportProposal => "passport_proposal",
        /// A Green Notice or Green Diffusion.
        WarningNotice => "warning_notice",
    }
}

text_enum! {
    /// Which of its kind.
    pub enum ProposalVariant {
        /// Article 18 Paspoortwet.
        Article18 => "article_18",
        /// Article 24(a) Paspoortwet.
        Article24a => "article_24a",
        /// To every member of Interpol.
        GreenNotice => "green_notice",
        /// To chosen countries.
        GreenDiffusion => "green_diffusion",
    }
}

text_enum! {
    /// Where a measure stands.
    pub enum ProposalStanding {
        /// Being written.
        Draft => "draft",
        /// Asked for by the prosecutor, and not decided.
        Requested => "requested",
        /// Turned down.
        NotEntered => "not_entered",
        /// Entered in the register of passport alerts.
        Active => "active",
        /// Its ground has lapsed; the entry has to go.
        GroundLapsed => "ground_lapsed",
        /// The entry was removed.
        Removed => "removed",
        /// Before the Interpol bureau.
        Proposed => "proposed",
        /// Not issued.
        Refused => "refused",
        /// Issued.
        Issued => "issued",
        /// Withdrawn.
        Withdrawn => "withdrawn",
        /// Its term is over.
        Expired => "expired",
    }
}

text_enum! {
    /// What a notice of a journey says.
    pub enum TravelNoticeKind {
        /// A journey.
        New => "new",
        /// The journey is another than was told.
        Changed => "changed",
        /// The journey changed and is no longer one the desk hears of.
        NoLongerConcerned => "no_longer_concerned",
        /// The journey does not take place.
        Cancelled => "cancelled",
        /// The journey should not have been told: forget it.
        Wrong => "wrong",
    }
}
