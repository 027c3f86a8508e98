//! Words for supervision under the Wet langdurig toezicht: titles, conditions, clocks and breach reports.

use crate::text_enum;

text_enum! {
    /// On what a supervision order rests.
    pub enum SupervisionTitle {
        /// The measure that influences behaviour and limits liberty (38z Sr; Dutch: GVM). Never the prison service's
        /// list of the same abbreviation.
        Measure38z => "measure_38z",
        /// Nursing under tbs that ended conditionally.
        ConditionalEndingTbs => "conditional_ending_tbs",
        /// Conditional release from prison.
        ConditionalRelease => "conditional_release",
        /// A suspended sentence with conditions.
        ConditionalSentence => "conditional_sentence",
        /// Tbs with conditions.
        TbsWithConditions => "tbs_with_conditions",
        /// The measure of 38v Sr.
        Measure38v => "measure_38v",
        /// Suspended detention on remand.
        SuspendedRemand => "suspended_remand",
        /// A conditional pardon.
        ConditionalPardon => "conditional_pardon",
    }
}

text_enum! {
    /// The closed list of special conditions, art. 6:6:23b(2) Sv.
    pub enum ConditionCode {
        /// No drugs or alcohol, with testing.
        A => "a",
        /// Admission to a care institution.
        B => "b",
        /// Treatment.
        C => "c",
        /// Assisted living or shelter.
        D => "d",
        /// Behavioural intervention.
        E => "e",
        /// No volunteering of a given kind.
        F => "f",
        /// Other conditions concerning behaviour.
        G => "g",
        /// Location ban.
        H => "h",
        /// Contact ban.
        I => "i",
        /// Location order.
        J => "j",
        /// To report at set times to a given body.
        K => "k",
        /// Restriction of the right to leave the Netherlands.
        L => "l",
        /// Not to settle in an area.
        M => "m",
        /// To move out of an area.
        N => "n",
    }
}

text_enum! {
    /// Duties that the Act adds to every special condition, art. 6:6:23b(3) Sv.
    pub enum StatutoryDuty {
        /// To cooperate with identification.
        Identification => "identification",
        /// To cooperate with supervision by probation, home visits included.
        ProbationSupervision => "probation_supervision",
    }
}

text_enum! {
    /// What the offence is to art. 38z(1) Sr.
    pub enum OffenceGroup {
        /// (a): tbs was imposed.
        Tbs => "tbs",
        /// (b): an offence against the body that carries four years or more.
        AgainstBody => "against_body",
        /// (c): a listed sexual offence.
        ListedSexual => "listed_sexual",
        /// None of these.
        Other => "other",
    }
}

text_enum! {
    /// What precedes the execution of the measure.
    pub enum Preceding {
        /// Tbs.
        Tbs => "tbs",
        /// The probation period of a conditional release.
        ConditionalRelease => "conditional_release",
        /// The prison sentence.
        Prison => "prison",
    }
}

text_enum! {
    /// Ground for execution of the measure and for each extension.
    pub enum ExecutionGround {
        /// (a): serious account must be taken of a new offence for which the measure can be imposed.
        NewOffence => "new_offence",
        /// (b): to prevent seriously harassing conduct towards victims or witnesses.
        Harassment => "harassment",
    }
}

text_enum! {
    /// Why the clock of an order stands still.
    pub enum SuspensionReason {
        /// Lawfully detained.
        Detained => "detained",
        /// Unlawfully absent from detention.
        AbsentFromDetention => "absent_from_detention",
    }
}

text_enum! {
    /// How a measure or a probation period ended.
    pub enum SupervisionEnd {
        /// Execution was not requested in time: lapsed by law.
        Lapsed => "lapsed",
        /// The court refused execution.
        ExecutionRefused => "execution_refused",
        /// Its last day passed.
        Expired => "expired",
        /// The court ended it.
        Lifted => "lifted",
        /// A later final judgment took its place.
        Replaced => "replaced",
        /// Revoked: prison, nursing or the suspended part is executed.
        Revoked => "revoked",
    }
}

text_enum! {
    /// A date of an order.
    pub enum OrderDateKind {
        /// Last day to request execution.
        ExecutionRequest => "execution_request",
        /// The day on which an order lapses when nothing is requested.
        Lapse => "lapse",
        /// First day.
        Begin => "begin",
        /// Last day.
        End => "end",
        /// Last day to request extension.
        ExtensionRequest => "extension_request",
        /// The person is to be told of the end as soon as possible from this day.
        EndNotice => "end_notice",
    }
}

text_enum! {
    /// Where a date that somebody must act on stands.
    pub enum RequestStatus {
        /// There is time.
        Open => "open",
        /// The day on which to warn has come.
        Warned => "warned",
        /// The last safe day has passed; only a ground that arose later helps.
        Passed => "passed",
        /// It was done.
        Done => "done",
        /// Nothing is left to do.
        Moot => "moot",
    }
}

text_enum! {
    /// Who saw a breach.
    pub enum ObservedBy {
        /// The probation service.
        Probation => "probation",
        /// The police.
        Police => "police",
        /// The desk for electronic monitoring.
        MonitoringDesk => "monitoring_desk",
    }
}

text_enum! {
    /// What a breach report is about, art. 6:3:14(4) Sv.
    pub enum BreachSubject {
        /// A condition was not complied with.
        Condition => "condition",
        /// Supervision was refused.
        SupervisionRefused => "supervision_refused",
        /// Safety requires the report.
        Safety => "safety",
    }
}

text_enum! {
    /// How grave a breach is.
    pub enum BreachSeverity {
        /// Probation addresses, warns, reprimands.
        Light => "light",
        /// Probation advises the prosecution service.
        Serious => "serious",
    }
}

text_enum! {
    /// To whom a breach is reported.
    pub enum ReportTarget {
        /// The prosecution service.
        Prosecution => "prosecution",
        /// The Minister, through the execution authority.
        Minister => "minister",
    }
}

text_enum! {
    /// What probation advises.
    pub enum BreachAdvice {
        /// Nothing.
        None => "none",
        /// A warning.
        Warning => "warning",
        /// Other conditions.
        Change => "change",
        /// Execution.
        Execution => "execution",
    }
}

text_enum! {
    /// What was decided on a breach report.
    pub enum BreachDecision {
        /// Nothing is done.
        NoAction => "no_action",
        /// A written warning.
        WrittenWarning => "written_warning",
        /// An interview.
        Interview => "interview",
        /// Longer or other conditions.
        Change => "change",
        /// Provisional execution.
        ProvisionalExecution => "provisional_execution",
        /// Execution in part.
        PartialExecution => "partial_execution",
        /// Execution in whole.
        FullExecution => "full_execution",
        /// Substitute detention, 38w Sr.
        SubstituteDetention => "substitute_detention",
    }
}

text_enum! {
    /// What a cross-check found. A finding is for a human; nothing follows from it by itself.
    pub enum FindingKind {
        /// A notified trip while a travel ban runs (`CONFLICT_REISVERBOD`).
        TravelBanConflict => "travel_ban_conflict",
        /// An address in the municipality of an area the person may not be or live in.
        BannedAreaAddress => "banned_area_address",
        /// Both regimes impose a duty to report.
        DoubleReportDuty => "double_report_duty",
        /// An order is about to lapse, or lapsed, because execution was not requested.
        AboutToLapse => "about_to_lapse",
    }
}

text_enum! {
    /// Where a finding stands.
    pub enum FindingState {
        /// Nobody has looked at it.
        Open => "open",
        /// An officer looked at it and said what came of it; it still holds.
        LookedAt => "looked_at",
        /// It no longer holds.
        Ceased => "ceased",
    }
}

text_enum! {
    /// Why a finding no longer holds.
    pub enum FindingEnd {
        /// What it was about changed: the trip, the home, the duty, the request, or the order.
        NoLongerHolds => "no_longer_holds",
        /// The order ended.
        OrderEnded => "order_ended",
        /// The registration ended.
        FileEnded => "file_ended",
    }
}

text_enum! {
    /// Where a run that takes in a file stands.
    pub enum ImportState {
        /// It reads, or stopped before the end.
        Running => "running",
        /// The whole file is dealt with.
        Finished => "finished",
    }
}

text_enum! {
    /// What became of one record of a file.
    pub enum ImportOutcome {
        /// An order that was not there.
        New => "new",
        /// An order that said something else before.
        Changed => "changed",
        /// An order that was there as it is.
        Unchanged => "unchanged",
        /// Not taken in.
        Rejected => "rejected",
    }
}
