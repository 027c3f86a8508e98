//! Words for what happens around a person: visits, verified addresses, contacts, transfers, documents; and for accidents
//! of identity.

use crate::text_enum;

text_enum! {
    /// What became of a home visit, as it is stored.
    pub enum VisitState {
        /// To be made.
        Planned => "planned",
        /// The person was met.
        Done => "done",
        /// Nobody was at home.
        NotAtHome => "not_at_home",
        /// It will not be made.
        Cancelled => "cancelled",
    }
}

text_enum! {
    /// What became of a home visit, seen on a day.
    pub enum VisitStatus {
        /// To be made.
        Planned => "planned",
        /// Its day has passed and nobody has said what came of it.
        OutcomeToLog => "outcome_to_log",
        /// The person was met.
        Done => "done",
        /// Nobody was at home.
        NotAtHome => "not_at_home",
        /// It will not be made.
        Cancelled => "cancelled",
    }
}

text_enum! {
    /// Who says that somebody lives at an address.
    pub enum VerificationSource {
        /// The person.
        SelfReported => "self_reported",
        /// A match with the population register.
        PopulationRegister => "population_register",
        /// An officer who was there.
        SeenByOfficer => "seen_by_officer",
        /// Another agency, such as the police.
        OtherAgency => "other_agency",
    }
}

text_enum! {
    /// What a verification found.
    pub enum VerificationResult {
        /// The person lives there.
        Confirmed => "confirmed",
        /// The person does not live there.
        Contradicted => "contradicted",
    }
}

text_enum! {
    /// Who began a contact.
    pub enum ContactDirection {
        /// An officer did.
        FromUs => "from_us",
        /// The other side did.
        ToUs => "to_us",
    }
}

text_enum! {
    /// With whom there was contact.
    pub enum ContactCounterpart {
        /// The person.
        Registrant => "registrant",
        /// Somebody who acts for the person.
        Representative => "representative",
        /// Family, partner, friends.
        Family => "family",
        /// Police.
        Police => "police",
        /// Another officer of the probation service.
        Probation => "probation",
        /// Prosecution service.
        Prosecution => "prosecution",
        /// Municipality.
        Municipality => "municipality",
        /// Care, treatment, shelter.
        Care => "care",
        /// Employer or school.
        Employer => "employer",
        /// Somebody else.
        Other => "other",
    }
}

text_enum! {
    /// By which way there was contact.
    pub enum ContactChannel {
        /// Telephone.
        Phone => "phone",
        /// Electronic mail.
        Email => "email",
        /// Letter.
        Letter => "letter",
        /// Face to face.
        InPerson => "in_person",
        /// Video call.
        Video => "video",
        /// Another way.
        Other => "other",
    }
}

text_enum! {
    /// What came of a contact.
    pub enum ContactOutcome {
        /// They spoke.
        Spoke => "spoke",
        /// Nobody answered.
        NoAnswer => "no_answer",
        /// A message was left.
        MessageLeft => "message_left",
        /// Something was sent.
        Sent => "sent",
        /// What was sent came back.
        Returned => "returned",
        /// The other side refused contact.
        Refused => "refused",
    }
}

text_enum! {
    /// Where the offer of a file to another team stands.
    pub enum TransferState {
        /// Waits for the other team.
        Offered => "offered",
        /// The other team has the file.
        Accepted => "accepted",
        /// The other team does not take it.
        Refused => "refused",
        /// The offering team took it back.
        Withdrawn => "withdrawn",
    }
}

text_enum! {
    /// What a document is, as its content shows.
    pub enum DocumentKind {
        /// PDF.
        Pdf => "pdf",
        /// PNG image.
        Png => "png",
        /// JPEG image.
        Jpeg => "jpeg",
        /// TIFF image.
        Tiff => "tiff",
        /// Office Open XML text.
        Docx => "docx",
        /// OpenDocument text.
        Odt => "odt",
    }
}

impl DocumentKind {
    /// The media type under which it is given out.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Tiff => "image/tiff",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => "application/vnd.oasis.opendocument.text",
        }
    }
}

text_enum! {
    /// What a document is about.
    pub enum DocumentCategory {
        /// A proof of identity.
        Identity => "identity",
        /// A judgment or order.
        Judgment => "judgment",
        /// A letter or message.
        Correspondence => "correspondence",
        /// Evidence, such as a ticket or a doctor's certificate.
        Evidence => "evidence",
        /// Something else.
        Other => "other",
    }
}

text_enum! {
    /// How somebody made sure who stood before them.
    pub enum IdentityCheckMethod {
        /// An identity document, looked at with the holder present.
        DocumentInPerson => "document_in_person",
        /// The holder is known to the officer and was present.
        KnownInPerson => "known_in_person",
        /// An identity document, shown in a video call.
        DocumentByVideo => "document_by_video",
        /// The holder was called back on the number on file and answered questions only they can.
        CalledBack => "called_back",
    }
}

text_enum! {
    /// Where the merging of two registrations of one person stands.
    pub enum MergeState {
        /// Waits for a second person.
        Proposed => "proposed",
        /// The second person said no.
        Rejected => "rejected",
        /// They are one.
        Merged => "merged",
        /// They are one, and somebody proposes to make them two again.
        SplitProposed => "split_proposed",
        /// They are two again.
        Split => "split",
    }
}

text_enum! {
    /// Why a file is removed from the register.
    pub enum RemovalGround {
        /// The period of registration is over.
        PeriodEnded => "period_ended",
        /// The conviction was quashed.
        Quashed => "quashed",
        /// The person died.
        Died => "died",
        /// A court ordered it.
        OrderedByCourt => "ordered_by_court",
    }
}

text_enum! {
    /// Where the removal of a file stands.
    pub enum RemovalState {
        /// Waits for a second person.
        Proposed => "proposed",
        /// The second person said no.
        Rejected => "rejected",
        /// The file is locked.
        Removed => "removed",
        /// The file is locked, and somebody proposes to destroy it.
        DestructionProposed => "destruction_proposed",
        /// It was decided; the keys are being destroyed.
        Destroying => "destroying",
        /// The keys are gone, and the file with them.
        Destroyed => "destroyed",
    }
}

text_enum! {
    /// What a file holds about a person that somebody must look through before it is given to them: it may speak of others,
    /// or of an inquiry that still runs (Wpg art. 27).
    pub enum HeldKind {
        /// Reports of home visits.
        HomeVisit => "home_visit",
        /// Verified addresses.
        AddressVerification => "address_verification",
        /// Contacts.
        Contact => "contact",
        /// Notes of officers.
        Note => "note",
        /// Documents.
        Document => "document",
        /// Offers of the file to another team.
        Transfer => "transfer",
        /// Merges with another registration.
        Merge => "merge",
        /// How the person was recognised.
        IdentityCheck => "identity_check",
        /// Possible failures to report, and their review.
        Flag => "flag",
        /// Screenings, risk assessments, signals, convictions from abroad.
        Measure => "measure",
        /// Proposals to other authorities.
        Proposal => "proposal",
        /// Notices of journeys to the police.
        TravelNotice => "travel_notice",
        /// Supervision orders.
        SupervisionOrder => "supervision_order",
        /// What the cross-checks of supervision and the register found.
        SupervisionFinding => "supervision_finding",
        /// Chain numbers the person had before.
        ChainNumber => "chain_number",
        /// Arms of studies.
        StudyAssignment => "study_assignment",
        /// How the file was removed.
        Removal => "removal",
    }
}

text_enum! {
    /// As what somebody acts for a registrant.
    pub enum RepresentativeKind {
        /// Lawyer.
        Lawyer => "lawyer",
        /// Guardian, curator, mentor.
        Guardian => "guardian",
        /// Interpreter.
        Interpreter => "interpreter",
    }
}

text_enum! {
    /// What somebody who acts for a registrant may do with an account of their own.
    pub enum RepresentativeScope {
        /// Nothing: they are known to the officers, and have no account.
        None => "none",
        /// Read what the registrant may read.
        Read => "read",
        /// Read, and report for the registrant.
        Report => "report",
    }
}

text_enum! {
    /// The kinds of things that happen in a file.
    pub enum TimelineKind {
        /// A notification was received.
        Notification => "notification",
        /// A fact was recorded.
        Fact => "fact",
        /// Somebody tried to notify and did not succeed.
        Attempt => "attempt",
        /// A reminder was made.
        Reminder => "reminder",
        /// A flag was raised.
        Flag => "flag",
        /// A home visit is planned, was made, or was cancelled.
        HomeVisit => "home_visit",
        /// The home was verified.
        AddressVerification => "address_verification",
        /// There was contact.
        Contact => "contact",
        /// A note was written.
        Note => "note",
        /// A document was added.
        Document => "document",
        /// The file was offered to another team.
        Transfer => "transfer",
        /// Another registration of the person was found.
        Merge => "merge",
        /// Somebody came to act for the person.
        Representative => "representative",
        /// A supervision order came to be known.
        SupervisionOrder => "supervision_order",
        /// A breach of a condition of supervision was seen.
        Breach => "breach",
        /// A risk assessment was recorded.
        RiskAssessment => "risk_assessment",
        /// A conviction from abroad was recorded.
        ForeignConviction => "foreign_conviction",
    }
}
