//! The words of a history, as closed sets, each with the code it has in tables and files.

use serde::{Deserialize, Serialize};

/// Declares a closed set of words with their codes.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $code:literal,)+ })+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_meta])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code it has in tables and files.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    )+ };
}

words! {
    /// The arms of the evaluation.
    Arm {
        /// The duty to notify, no supervision.
        RegisterOnly = "register_only",
        /// Supervision, no duty to notify.
        SupervisionOnly = "supervision_only",
        /// Both.
        Both = "both",
        /// Neither: matched to others by offence, risk and age.
        Control = "control",
    }

    /// Bands of the risk assessment.
    RiskBand {
        /// Low.
        Low = "low",
        /// Moderate.
        Moderate = "moderate",
        /// High.
        High = "high",
        /// Very high.
        VeryHigh = "very_high",
    }

    /// Why somebody left.
    ExitReason {
        /// The registration or the order ended by law.
        Ended = "ended",
        /// A court or officer removed the person before the end.
        Removed = "removed",
        /// Death.
        Death = "death",
        /// Emigration.
        Emigration = "emigration",
    }

    /// The kinds of duty and of notification.
    DutyKind {
        /// First notification.
        Initial = "initial",
        /// A name not last notified.
        Name = "name",
        /// A change of home address.
        Home = "home",
        /// A stay elsewhere.
        Stay = "stay",
        /// A journey abroad.
        Travel = "travel",
        /// Return from abroad.
        Return = "return",
        /// An absence that became long without intention.
        UnplannedAbsence = "unplanned_absence",
        /// Yearly confirmation.
        Periodic = "periodic",
        /// Where somebody without a home sleeps.
        NoHome = "no_home",
    }

    /// Measures beside the register.
    ProposalKind {
        /// A passport measure on section 18 of the Passport Act.
        Article18 = "article_18",
        /// A passport measure on section 24(a) of the Passport Act.
        Article24a = "article_24a",
        /// A Green Notice.
        GreenNotice = "green_notice",
        /// A Green Diffusion.
        GreenDiffusion = "green_diffusion",
    }

    /// What was decided on the proposal of a measure.
    ProposalOutcome {
        /// It was taken.
        Granted = "granted",
        /// It was not.
        Refused = "refused",
    }

    /// What became of a duty.
    DutyState {
        /// Not met so far.
        Pending = "pending",
        /// Met, in time or late: the dates tell.
        Met = "met",
        /// Fell away unmet.
        Lapsed = "lapsed",
        /// The facts that gave rise to it no longer hold.
        Withdrawn = "withdrawn",
        /// Its last day could not be computed.
        NotComputable = "not_computable",
    }

    /// What excuses a failure to notify.
    Excuse {
        /// In custody.
        Detained = "detained",
        /// In hospital or too ill.
        Illness = "illness",
        /// Reported to another register in time.
        ReportedElsewhere = "reported_elsewhere",
        /// Told something wrong, or nothing.
        Misinformed = "misinformed",
        /// The system failed or sent the person away.
        TechnicalFailure = "technical_failure",
        /// Nobody could have done it.
        ForceMajeure = "force_majeure",
        /// Something else.
        Other = "other",
    }

    /// What a flag came to.
    FlagOutcome {
        /// What was due had been notified after all.
        CompliedAfterAll = "complied_after_all",
        /// Not notified, for a reason that excuses it.
        AcceptableExcuse = "acceptable_excuse",
        /// The system failed.
        TechnicalFailure = "technical_failure",
        /// A warning.
        Warning = "warning",
        /// Put before the authorities.
        Referral = "referral",
        /// The same failure stands in another flag.
        Duplicate = "duplicate",
        /// It rested on wrong facts.
        WrongFacts = "wrong_facts",
    }

    /// What the authorities did with a referral.
    Authority {
        /// Nothing.
        NoAction = "no_action",
        /// A warning.
        Warning = "warning",
        /// Sent back.
        Returned = "returned",
        /// A penalty without a court.
        PenaltyOrder = "penalty_order",
        /// Before a court.
        Prosecution = "prosecution",
        /// Convicted.
        Convicted = "convicted",
        /// Acquitted.
        Acquitted = "acquitted",
        /// A measure was executed or extended.
        MeasureExecuted = "measure_executed",
    }

    /// What kind of fact a failure is about: what makes a flag and a breach the same.
    Fact {
        /// Where somebody lives or stays.
        Residence = "residence",
        /// Leaving the country and coming back.
        Travel = "travel",
        /// Reporting to whoever keeps watch.
        Contact = "contact",
        /// The name somebody goes by; supervision has no condition on it.
        Name = "name",
        /// Conduct; the register has no duty on it.
        Conduct = "conduct",
    }

    /// How grave a breach of supervision is.
    Severity {
        /// Dealt with by the supervisor.
        Light = "light",
        /// Put before the prosecution service.
        Serious = "serious",
    }

    /// What was decided on a breach of supervision.
    BreachDecision {
        /// Nothing is done.
        NoAction = "no_action",
        /// A warning or an interview.
        Warning = "warning",
        /// Longer or other conditions.
        Change = "change",
        /// Execution, provisional, in part or in whole, or substitute detention.
        Execution = "execution",
    }

    /// Who looks.
    System {
        /// The register.
        Register = "register",
        /// Supervision.
        Supervision = "supervision",
    }

    /// Outcomes measured alike in every arm, in the classes of the Dutch recidivism monitor.
    OutcomeKind {
        /// Any new case with a valid disposal.
        General = "general",
        /// One that carries four years or more, or for which remand is possible.
        Serious = "serious",
        /// One that carries eight years or more.
        VerySerious = "very_serious",
        /// One of the kind of the index offence.
        Special = "special",
    }
}

impl DutyKind {
    /// The kind of fact the duty is about.
    pub const fn fact(self) -> Fact {
        match self {
            Self::Initial | Self::Periodic => Fact::Contact,
            Self::Name => Fact::Name,
            Self::Home | Self::Stay | Self::NoHome => Fact::Residence,
            Self::Travel | Self::Return | Self::UnplannedAbsence => Fact::Travel,
        }
    }
}

impl Fact {
    /// The kind of fact that a condition of supervision is about, by its letter in art. 6:6:23b(2) Sv; nothing when there
    /// is no such condition. A refusal of supervision is [`Fact::Contact`], a report for safety [`Fact::Conduct`]. Of a
    /// condition on conduct (g) that imposes a notification, what is to be notified tells.
    pub const fn of_condition(letter: char) -> Option<Self> {
        match letter {
            'b' | 'd' | 'j' | 'm' | 'n' => Some(Self::Residence),
            'l' => Some(Self::Travel),
            'k' => Some(Self::Contact),
            'a' | 'c' | 'e' | 'f' | 'g' | 'h' | 'i' => Some(Self::Conduct),
            _ => None,
        }
    }
}

impl FlagOutcome {
    /// Whether there was a failure that nothing excuses.
    pub const fn confirms(self) -> bool {
        match self {
            Self::Warning | Self::Referral => true,
            Self::CompliedAfterAll
            | Self::AcceptableExcuse
            | Self::TechnicalFailure
            | Self::Duplicate
            | Self::WrongFacts => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_of_the_act_and_no_other_letter_is_about_something() {
        let known = ('a'..='z').filter(|letter| Fact::of_condition(*letter).is_some());
        assert_eq!(known.collect::<String>(), "abcdefghijklmn");
        assert_eq!(Fact::of_condition('k'), Some(DutyKind::Periodic.fact()));
        assert_eq!(Fact::of_condition('l'), Some(DutyKind::Travel.fact()));
        assert_eq!(Fact::of_condition('j'), Some(DutyKind::Home.fact()));
    }
}
