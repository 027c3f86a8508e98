//! The words of the review of flags.

use crate::text_enum;

text_enum! {
    /// What a flag comes to.
    pub enum FlagOutcome {
        /// What was due had been notified after all.
        CompliedAfterAll => "complied_after_all",
        /// Not notified, for a reason that excuses it.
        AcceptableExcuse => "acceptable_excuse",
        /// The system failed, or an attempt in time was refused.
        TechnicalFailure => "technical_failure",
        /// A warning to the person.
        Warning => "warning",
        /// Put before the prosecution service and the execution authority.
        Referral => "referral",
        /// The same failure stands in another flag.
        Duplicate => "duplicate",
        /// The facts it rested on are wrong or disputed.
        WrongFacts => "wrong_facts",
    }
}

impl FlagOutcome {
    /// Whether authorities outside are told, who must acknowledge and answer.
    pub const fn has_addressee(self) -> bool {
        match self {
            Self::Referral => true,
            Self::CompliedAfterAll
            | Self::AcceptableExcuse
            | Self::TechnicalFailure
            | Self::Warning
            | Self::Duplicate
            | Self::WrongFacts => false,
        }
    }
}

text_enum! {
    /// What excuses a failure to notify.
    pub enum Excuse {
        /// Held in custody, which the register did not know.
        Detained => "detained",
        /// In hospital or too ill.
        Illness => "illness",
        /// The population register shows that it was reported there in time.
        ReportedElsewhere => "reported_elsewhere",
        /// The person was told something wrong, or nothing.
        Misinformed => "misinformed",
        /// Nobody could have done it.
        ForceMajeure => "force_majeure",
        /// Something else, told in the evidence.
        Other => "other",
    }
}

text_enum! {
    /// One step in the life of a flag.
    pub enum FlagStepKind {
        /// An officer took it up.
        TakenUp => "taken_up",
        /// Something was asked of somebody.
        EvidenceAwaited => "evidence_awaited",
        /// It came, or is no longer waited for.
        EvidenceReceived => "evidence_received",
        /// An outcome was proposed.
        Proposed => "proposed",
        /// A second person confirmed the outcome.
        Confirmed => "confirmed",
        /// A second person rejected the proposal.
        Rejected => "rejected",
        /// The authorities were told.
        HandedOver => "handed_over",
        /// Every authority acknowledged.
        Acknowledged => "acknowledged",
        /// An authority told what it decided.
        Answered => "answered",
        /// Done.
        Closed => "closed",
        /// Taken up again after it was closed.
        Reopened => "reopened",
        /// Put away until a day, or brought back before it.
        Snoozed => "snoozed",
        /// Given to somebody else.
        Reassigned => "reassigned",
        /// A fact it rests on was disputed.
        Disputed => "disputed",
        /// A dispute was decided.
        DisputeDecided => "dispute_decided",
    }
}

text_enum! {
    /// Where a dispute about a fact stands.
    pub enum DisputeState {
        /// Waits for an official.
        Open => "open",
        /// The fact is marked as disputed: it carries no flag.
        Upheld => "upheld",
        /// Rejected with reasons; can be appealed.
        Rejected => "rejected",
        /// The person appealed: another official decides.
        Appealed => "appealed",
        /// Rejected on appeal.
        RejectedOnAppeal => "rejected_on_appeal",
    }
}

text_enum! {
    /// What an authority did with a referral.
    pub enum AuthorityOutcome {
        /// Nothing.
        NoAction => "no_action",
        /// A warning.
        Warning => "warning",
        /// Sent back: more must be found out.
        Returned => "returned",
        /// A penalty by order of the prosecution service.
        PenaltyOrder => "penalty_order",
        /// The case goes to court.
        Prosecution => "prosecution",
        /// The court convicted.
        Convicted => "convicted",
        /// The court acquitted.
        Acquitted => "acquitted",
        /// A measure is put into execution or extended.
        MeasureExecuted => "measure_executed",
    }
}

text_enum! {
    /// Why work goes to somebody else.
    pub enum HandOverReason {
        /// Holiday or other planned absence.
        Leave => "leave",
        /// Illness.
        Illness => "illness",
        /// The officer left the service or the team.
        Departure => "departure",
        /// The officer has too much.
        Workload => "workload",
        /// The officer knows the person, or may not judge for another reason.
        ConflictOfInterest => "conflict_of_interest",
        /// The person moved to another region.
        Moved => "moved",
    }
}

text_enum! {
    /// The lists of an officer's first page.
    pub enum WorkSection {
        /// Its last day has passed.
        Overdue => "overdue",
        /// To be done today.
        Today => "today",
        /// To be done on a later day.
        ThisWeek => "this_week",
        /// Somebody else must do something.
        Waiting => "waiting",
        /// An outcome is known and must be recorded.
        ToLog => "to_log",
    }
}
