//! Why something stands in a worklist, in one sentence.
//!
//! A reason is a code with its parameters; the sentence is made from it and from nothing else, so that a console and
//! an API client say the same. No name stands in it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::register::view::Both;
use crate::store::around::visits::VisitRow;
use crate::store::disputes::DisputeRow;
use crate::store::worklist::{Whose, WorkRow};
use crate::text_enum;
use crate::vocabulary::{DisputeState, DutyKind, FindingKind, FlagOutcome, FlagState};

text_enum! {
    /// Why something stands in a worklist.
    pub enum WorkReason {
        /// Nobody has taken it up.
        TakeUp => "take_up",
        /// To be looked into, and an outcome proposed.
        Investigate => "investigate",
        /// Evidence is waited for.
        EvidenceAwaited => "evidence_awaited",
        /// Evidence did not come in time.
        EvidenceOverdue => "evidence_overdue",
        /// A proposal waits for the reader's decision.
        Decide => "decide",
        /// A proposal waits for a second person.
        DecisionAwaited => "decision_awaited",
        /// A referral is on its way.
        HandOverAwaited => "hand_over_awaited",
        /// The reader's authority has to acknowledge.
        Acknowledge => "acknowledge",
        /// Authorities have to acknowledge.
        AcknowledgementAwaited => "acknowledgement_awaited",
        /// Authorities did not acknowledge in time.
        AcknowledgementOverdue => "acknowledgement_overdue",
        /// The reader's authority has to tell what it decided.
        Answer => "answer",
        /// An authority has to tell what it decided.
        AnswerAwaited => "answer_awaited",
        /// No authority told in time what it decided.
        AnswerOverdue => "answer_overdue",
        /// An authority decided: to be closed.
        CloseAnswered => "close_answered",
        /// The outcome is decided: to be carried out and closed.
        CloseDecided => "close_decided",
        /// A fact is under dispute.
        UnderDispute => "under_dispute",
        /// Its term passed with its officer.
        Escalated => "escalated",
        /// A dispute waits for the reader's decision.
        DecideDispute => "decide_dispute",
        /// An appeal waits for the reader's decision.
        DecideAppeal => "decide_appeal",
        /// A home visit was to be made, and nobody has said what came of it.
        LogVisit => "log_visit",
        /// A notified trip meets a travel ban.
        LookAtTravelBan => "look_at_travel_ban",
        /// The home lies in the municipality of a banned area.
        LookAtBannedArea => "look_at_banned_area",
        /// Supervision and the register both ask for a report.
        LookAtDoubleDuty => "look_at_double_duty",
        /// An order is about to lapse, or lapsed.
        LookAtLapse => "look_at_lapse",
        /// A report with an earlier time of receipt waits for the reader's decision.
        DecideReceipt => "decide_receipt",
    }
}

/// A reason with what its sentence needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Why {
    /// The reason.
    pub reason: WorkReason,
    /// The kind of duty that was not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duty_kind: Option<DutyKind>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The outcome it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<FlagOutcome>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

impl Why {
    /// Why a flag stands in the worklist of `whose` on `today`.
    pub fn of(row: &WorkRow, whose: &Whose, today: NaiveDate) -> Self {
        Self {
            reason: reason(row, whose, today),
            duty_kind: Some(row.duty_kind),
            since: Some(row.first_failure_day),
            outcome: row.outcome,
            due_on: row.due_on,
        }
    }

    /// Why a dispute stands in the worklist of a lead.
    pub fn of_dispute(row: &DisputeRow) -> Self {
        let reason = match row.state {
            DisputeState::Appealed => WorkReason::DecideAppeal,
            DisputeState::Open | DisputeState::Upheld | DisputeState::Rejected | DisputeState::RejectedOnAppeal => {
                WorkReason::DecideDispute
            }
        };
        Self { reason, duty_kind: None, since: Some(row.raised_on), outcome: None, due_on: row.due_on }
    }

    /// Why a home visit stands in the worklist of an officer.
    pub fn of_visit(row: &VisitRow) -> Self {
        let since = Some(row.planned_on);
        Self { reason: WorkReason::LogVisit, duty_kind: None, since, outcome: None, due_on: None }
    }

    /// Why what a cross-check found stands in the worklist of its owner.
    pub const fn of_finding(kind: FindingKind, from: NaiveDate) -> Self {
        let reason = match kind {
            FindingKind::TravelBanConflict => WorkReason::LookAtTravelBan,
            FindingKind::BannedAreaAddress => WorkReason::LookAtBannedArea,
            FindingKind::DoubleReportDuty => WorkReason::LookAtDoubleDuty,
            FindingKind::AboutToLapse => WorkReason::LookAtLapse,
        };
        Self { reason, duty_kind: None, since: Some(from), outcome: None, due_on: None }
    }

    /// Why a report stands in the worklist of a lead.
    pub const fn of_receipt(kind: DutyKind, received_on: NaiveDate, due_on: Option<NaiveDate>) -> Self {
        Self {
            reason: WorkReason::DecideReceipt,
            duty_kind: Some(kind),
            since: Some(received_on),
            outcome: None,
            due_on,
        }
    }

    /// The sentence, in both languages.
    pub fn sentence(&self) -> Both {
        Both::line(&self.dutch(), &self.english())
    }

    fn dutch(&self) -> String {
        let duty = self.duty_kind.map_or("melding", dutch_duty);
        let since = dated(self.since, "onbekende dag");
        let due = dated(self.due_on, "onbekende dag");
        let outcome = self.outcome.map_or("uitkomst", dutch_outcome);
        match self.reason {
            WorkReason::TakeUp => format!("Geen {duty} sinds {since}; op te pakken uiterlijk {due}."),
            WorkReason::Investigate => format!("Geen {duty} sinds {since}; voorstel te doen uiterlijk {due}."),
            WorkReason::EvidenceAwaited => format!("Wacht op bewijs tot en met {due}."),
            WorkReason::EvidenceOverdue => format!("Het gevraagde bewijs kwam niet uiterlijk {due}."),
            WorkReason::Decide => format!("Voorstel ({outcome}) wacht op uw besluit, uiterlijk {due}."),
            WorkReason::DecisionAwaited => {
                format!("Voorstel ({outcome}) wacht op een tweede persoon, uiterlijk {due}.")
            }
            WorkReason::HandOverAwaited => {
                format!("Doorgezet; nog niet overgenomen door de instanties, uiterlijk {due}.")
            }
            WorkReason::Acknowledge => format!("Doorgezet naar uw instantie; ontvangst te bevestigen uiterlijk {due}."),
            WorkReason::AcknowledgementAwaited => {
                format!("Wacht op ontvangstbevestiging van de instanties tot en met {due}.")
            }
            WorkReason::AcknowledgementOverdue => {
                format!("De instanties bevestigden de ontvangst niet uiterlijk {due}.")
            }
            WorkReason::Answer => format!("Uw besluit op de doorzetting is vast te leggen uiterlijk {due}."),
            WorkReason::AnswerAwaited => format!("Wacht op het besluit van de instanties tot en met {due}."),
            WorkReason::AnswerOverdue => format!("De instanties meldden geen besluit uiterlijk {due}."),
            WorkReason::CloseAnswered => format!("De instantie heeft besloten; af te sluiten uiterlijk {due}."),
            WorkReason::CloseDecided => {
                format!("Besloten ({outcome}); uit te voeren en af te sluiten uiterlijk {due}.")
            }
            WorkReason::UnderDispute => format!("Een feit is betwist; wacht op een besluit tot en met {due}."),
            WorkReason::Escalated => format!("De termijn liep af op {due} bij de behandelaar."),
            WorkReason::DecideDispute => format!("Een feit is betwist; uw besluit uiterlijk {due}."),
            WorkReason::DecideAppeal => {
                format!("Bezwaar tegen een besluit over een betwist feit; uw besluit uiterlijk {due}.")
            }
            WorkReason::LookAtTravelBan => {
                format!("Er is een reis gemeld terwijl een reisverbod loopt, vanaf {since}. Kijk of u iets moet doen.")
            }
            WorkReason::LookAtBannedArea => {
                format!("Het woonadres ligt in de gemeente van een verboden gebied, vanaf {since}. Kijk waar precies.")
            }
            WorkReason::LookAtDoubleDuty => {
                format!(
                    "Toezicht en register vragen allebei een melding, vanaf {since}. Kijk of een melding genoeg is."
                )
            }
            WorkReason::LookAtLapse => {
                format!("Uitvoering van de maatregel moest uiterlijk op {since} zijn gevraagd. Kijk wat bekend is.")
            }
            WorkReason::LogVisit => format!("Vastleggen wat er kwam van het huisbezoek van {since}."),
            WorkReason::DecideReceipt => {
                format!("Een {duty}, volgens de toezichthouder al ontvangen op {since}; uw besluit uiterlijk {due}.")
            }
        }
    }

    fn english(&self) -> String {
        let duty = self.duty_kind.map_or("notification", english_duty);
        let since = dated(self.since, "an unknown day");
        let due = dated(self.due_on, "an unknown day");
        let outcome = self.outcome.map_or("outcome", english_outcome);
        match self.reason {
            WorkReason::TakeUp => format!("No {duty} since {since}; to be taken up by {due}."),
            WorkReason::Investigate => format!("No {duty} since {since}; an outcome is to be proposed by {due}."),
            WorkReason::EvidenceAwaited => format!("Waits for evidence until {due}."),
            WorkReason::EvidenceOverdue => format!("The evidence asked for did not come by {due}."),
            WorkReason::Decide => format!("A proposal ({outcome}) waits for your decision by {due}."),
            WorkReason::DecisionAwaited => format!("A proposal ({outcome}) waits for a second person by {due}."),
            WorkReason::HandOverAwaited => format!("Referred; not taken over by the authorities yet, by {due}."),
            WorkReason::Acknowledge => format!("Referred to your authority; to be acknowledged by {due}."),
            WorkReason::AcknowledgementAwaited => format!("Waits for the authorities to acknowledge until {due}."),
            WorkReason::AcknowledgementOverdue => format!("The authorities did not acknowledge by {due}."),
            WorkReason::Answer => format!("Your decision on the referral is to be recorded by {due}."),
            WorkReason::AnswerAwaited => format!("Waits for the decision of the authorities until {due}."),
            WorkReason::AnswerOverdue => format!("The authorities told of no decision by {due}."),
            WorkReason::CloseAnswered => format!("The authority decided; to be closed by {due}."),
            WorkReason::CloseDecided => format!("Decided ({outcome}); to be carried out and closed by {due}."),
            WorkReason::UnderDispute => format!("A fact is under dispute; waits for a decision until {due}."),
            WorkReason::Escalated => format!("Its term passed on {due} with its officer."),
            WorkReason::DecideDispute => format!("A fact is disputed; your decision by {due}."),
            WorkReason::DecideAppeal => {
                format!("An appeal against a decision on a disputed fact; your decision by {due}.")
            }
            WorkReason::LookAtTravelBan => {
                format!(
                    "A trip was notified while a travel ban runs, from {since}. See whether something is to be done."
                )
            }
            WorkReason::LookAtBannedArea => {
                format!("The home lies in the municipality of a banned area, from {since}. See where exactly.")
            }
            WorkReason::LookAtDoubleDuty => {
                format!("Supervision and the register both ask for a report, from {since}. See whether one is enough.")
            }
            WorkReason::LookAtLapse => {
                format!(
                    "Execution of the order had to be requested by {since} at the latest to be safe. See what is known."
                )
            }
            WorkReason::LogVisit => format!("To be recorded what came of the home visit of {since}."),
            WorkReason::DecideReceipt => {
                format!("A {duty} that the officer says was received on {since}; your decision by {due}.")
            }
        }
    }
}

fn reason(row: &WorkRow, whose: &Whose, today: NaiveDate) -> WorkReason {
    let late = row.due_on.is_some_and(|due| due < today);
    let mine = match whose {
        Whose::Authority(_) if row.to_acknowledge => return WorkReason::Acknowledge,
        Whose::Authority(_) => return WorkReason::Answer,
        Whose::Lead(me, _) => row.owner_id == *me,
        Whose::Officer(..) => true,
    };
    if row.open_disputes > 0 {
        return WorkReason::UnderDispute;
    }
    match row.state {
        FlagState::Proposed if matches!(whose, Whose::Lead(..)) => WorkReason::Decide,
        FlagState::Proposed => WorkReason::DecisionAwaited,
        _ if !mine => WorkReason::Escalated,
        FlagState::Raised => WorkReason::TakeUp,
        FlagState::InReview => WorkReason::Investigate,
        FlagState::AwaitingEvidence if late => WorkReason::EvidenceOverdue,
        FlagState::AwaitingEvidence => WorkReason::EvidenceAwaited,
        FlagState::Decided if row.outcome != Some(FlagOutcome::Referral) => WorkReason::CloseDecided,
        FlagState::Decided if late => WorkReason::AcknowledgementOverdue,
        FlagState::Decided => WorkReason::HandOverAwaited,
        FlagState::Notified if late => WorkReason::AcknowledgementOverdue,
        FlagState::Notified => WorkReason::AcknowledgementAwaited,
        FlagState::Acknowledged if row.answered => WorkReason::CloseAnswered,
        FlagState::Acknowledged if late => WorkReason::AnswerOverdue,
        FlagState::Acknowledged => WorkReason::AnswerAwaited,
        FlagState::Closed => WorkReason::CloseDecided,
    }
}

fn dated(day: Option<NaiveDate>, unknown: &str) -> String {
    day.map_or_else(|| unknown.to_owned(), |day| day.format("%d-%m-%Y").to_string())
}

const fn dutch_duty(kind: DutyKind) -> &'static str {
    match kind {
        DutyKind::Initial => "eerste melding",
        DutyKind::Name => "melding van een naam",
        DutyKind::Home => "melding van het woonadres",
        DutyKind::Stay => "melding van een verblijf",
        DutyKind::Travel => "melding van een reis",
        DutyKind::Return => "melding van terugkeer",
        DutyKind::UnplannedAbsence => "melding van afwezigheid",
        DutyKind::Periodic => "jaarlijkse bevestiging",
        DutyKind::NoHome => "melding van een slaapplaats",
    }
}

const fn english_duty(kind: DutyKind) -> &'static str {
    match kind {
        DutyKind::Initial => "first notification",
        DutyKind::Name => "notification of a name",
        DutyKind::Home => "notification of the home address",
        DutyKind::Stay => "notification of a stay",
        DutyKind::Travel => "notification of a journey",
        DutyKind::Return => "notification of the return",
        DutyKind::UnplannedAbsence => "notification of an absence",
        DutyKind::Periodic => "yearly confirmation",
        DutyKind::NoHome => "notification of a place to sleep",
    }
}

const fn dutch_outcome(outcome: FlagOutcome) -> &'static str {
    match outcome {
        FlagOutcome::CompliedAfterAll => "toch voldaan",
        FlagOutcome::AcceptableExcuse => "aanvaardbare reden",
        FlagOutcome::TechnicalFailure => "technische storing",
        FlagOutcome::Warning => "waarschuwing",
        FlagOutcome::Referral => "doorzetten naar OM en AICE",
        FlagOutcome::Duplicate => "dubbel",
        FlagOutcome::WrongFacts => "onjuiste feiten",
    }
}

const fn english_outcome(outcome: FlagOutcome) -> &'static str {
    match outcome {
        FlagOutcome::CompliedAfterAll => "complied after all",
        FlagOutcome::AcceptableExcuse => "acceptable excuse",
        FlagOutcome::TechnicalFailure => "technical failure",
        FlagOutcome::Warning => "warning",
        FlagOutcome::Referral => "referral to the authorities",
        FlagOutcome::Duplicate => "duplicate",
        FlagOutcome::WrongFacts => "wrong facts",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_a_sentence_in_both_languages() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 16);
        let mut said = Vec::new();
        for reason in WorkReason::ALL {
            let outcome = Some(FlagOutcome::Warning);
            let why = Why { reason: *reason, duty_kind: Some(DutyKind::Home), since: day, outcome, due_on: day };
            let Both { nl, en } = why.sentence();
            for sentence in nl.into_iter().chain(en) {
                assert!(sentence.ends_with('.') && sentence.contains("16-01-2026"), "{reason}: {sentence}");
                said.push(sentence);
            }
        }
        let all = said.len();
        said.sort();
        said.dedup();
        assert_eq!(said.len(), all, "each reason has sentences of its own");
    }
}
