//! Words for what a person asks of the register as their right.

use crate::text_enum;

text_enum! {
    /// What is asked.
    pub enum RightsKind {
        /// What the register knows, beyond what the complete file gives at once.
        Access => "access",
        /// That something that is wrong is put right.
        Rectification => "rectification",
        /// That something that lacks is added.
        Completion => "completion",
        /// That something is erased.
        Erasure => "erasure",
        /// That something is not used for the time being.
        Restriction => "restriction",
        /// That the register does not use something, because of the person's situation.
        Objection => "objection",
    }
}

text_enum! {
    /// Where a request stands.
    pub enum RightsState {
        /// It waits for a decision.
        Asked => "asked",
        /// Granted; it must still be carried out.
        Granted => "granted",
        /// Granted in part; that part must still be carried out.
        PartlyGranted => "partly_granted",
        /// Refused, with reasons.
        Refused => "refused",
        /// What was granted was done.
        CarriedOut => "carried_out",
        /// A restriction that is over.
        Lifted => "lifted",
        /// The person took it back.
        Withdrawn => "withdrawn",
    }
}

text_enum! {
    /// What is decided on a request.
    pub enum RightsOutcome {
        /// Granted.
        Granted => "granted",
        /// Granted in part.
        PartlyGranted => "partly_granted",
        /// Refused.
        Refused => "refused",
    }
}

text_enum! {
    /// Why something is refused (Wpg art. 27(1); for the last two art. 28(1) and the law that orders the record).
    pub enum RightsGround {
        /// It would harm an inquiry, a prosecution or the execution of a sentence.
        Inquiry => "inquiry",
        /// Public security.
        PublicSecurity => "public_security",
        /// The rights and freedoms of others.
        RightsOfOthers => "rights_of_others",
        /// National security.
        NationalSecurity => "national_security",
        /// The request is manifestly unfounded or excessive.
        Unfounded => "unfounded",
        /// What is recorded is right.
        Correct => "correct",
        /// The law orders that it is kept.
        OrderedByLaw => "ordered_by_law",
    }
}
