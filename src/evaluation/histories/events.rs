//! Duties, notifications, flags, breaches and checks of a person, and the assignment.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::rows::{KnownFlag, KnownOrder, KnownProposal, OfPerson};
use super::{Reading, number};
use crate::ids::DutyId;
use crate::register::Refusal;
use crate::statistics::history::{
    Arm, Assignment, Authority, Breach, BreachDecision, Check, Duty, DutyKind, DutyState, EventId, Excuse, Fact, Facts,
    Flag, FlagOutcome, Notification, Proposal, ProposalDecision, ProposalKind, ProposalOutcome, RiskBand, Severity,
    System,
};
use crate::store::evaluation::assignments::AssignmentRow;
use crate::store::evaluation::histories::DutyKnown;
use crate::store::supervision::orders::BreachKept;
use crate::vocabulary::{
    self, BreachSeverity, BreachSubject, DutyOutcome, FlagStepKind, ProposalVariant, Regime, StudyArm,
};

/// Puts what happened by the day into the facts.
pub(super) fn put_into(facts: &mut Facts, rows: &OfPerson, reading: &Reading) -> Result<(), Refusal> {
    for file in &rows.files {
        let mut kinds: HashMap<DutyId, DutyKind> = HashMap::new();
        let mut excuses: HashMap<DutyId, Excuse> = HashMap::new();
        for (duty, _) in &file.duties {
            kinds.insert(duty.id, duty_kind(duty.kind));
        }
        for known in &file.flags {
            let Some(kind) = kinds.get(&known.flag.duty_id) else { continue };
            if let Some((flag, excuse)) = flag(known, *kind, reading.valid_on)? {
                facts.flags.push(flag);
                excuses.extend(excuse.map(|excuse| (known.flag.duty_id, excuse)));
            }
        }
        for (known, attempted_on) in &file.duties {
            if let Some(duty) = duty(known, reading.valid_on)? {
                let excuse = excuses.get(&known.id).copied();
                facts.duties.push(Duty { excuse, attempted_on: *attempted_on, ..duty });
            }
        }
        for known in file.notifications.iter().filter(|it| it.received_on <= reading.valid_on) {
            facts.notifications.push(Notification {
                id: EventId(number(known.id.as_str())?),
                kind: duty_kind(known.kind),
                received_on: known.received_on,
            });
        }
        for known in &file.proposals {
            facts.proposals.extend(proposal(known)?);
        }
        facts.checks.extend(file.checks.iter().map(|on| Check { on: *on, system: System::Register }));
    }
    for order in &rows.orders {
        breaches(facts, order, reading.valid_on)?;
    }
    Ok(())
}

/// Puts the assignment into the facts, when it was made by the day.
pub(super) fn assign(facts: &mut Facts, row: &AssignmentRow, reading: &Reading) {
    facts.risk = row.risk_band.map(|band| match band {
        vocabulary::RiskBand::Low => RiskBand::Low,
        vocabulary::RiskBand::Moderate => RiskBand::Moderate,
        vocabulary::RiskBand::High => RiskBand::High,
        vocabulary::RiskBand::VeryHigh => RiskBand::VeryHigh,
    });
    let arm = match row.arm {
        StudyArm::RegisterOnly => Arm::RegisterOnly,
        StudyArm::SupervisionOnly => Arm::SupervisionOnly,
        StudyArm::Both => Arm::Both,
        StudyArm::Control => Arm::Control,
    };
    facts.assignment = (row.assigned_on <= reading.valid_on).then(|| Assignment {
        arm,
        assigned_on: row.assigned_on,
        index_on: row.index_on,
        stratum: row.stratum.clone(),
        cluster: row.cluster.clone(),
    });
}

/// A duty as it stood on the day; nothing when nothing had given rise to it, or when on the favourable reading of the
/// rules there is none.
fn duty(known: &DutyKnown, valid_on: NaiveDate) -> Result<Option<Duty>, Refusal> {
    if known.trigger_on > valid_on {
        return Ok(None);
    }
    let computable = known.due_on.is_some() && known.overdue_after.is_some();
    let (due_on, overdue_after) = if computable { (known.due_on, known.overdue_after) } else { (None, None) };
    let met_on = known.met_on.filter(|day| *day <= valid_on);
    let state = match known.outcome {
        DutyOutcome::Withdrawn => DutyState::Withdrawn,
        DutyOutcome::Lapsed => DutyState::Lapsed,
        DutyOutcome::Met | DutyOutcome::MetLate if computable && met_on.is_some() => DutyState::Met,
        DutyOutcome::Pending | DutyOutcome::Met | DutyOutcome::MetLate if computable => DutyState::Pending,
        DutyOutcome::Pending if known.due_on.is_none() => DutyState::NotComputable,
        DutyOutcome::NotComputable => DutyState::NotComputable,
        DutyOutcome::Pending | DutyOutcome::Met | DutyOutcome::MetLate => return Ok(None),
    };
    let (due_on, overdue_after) = match state {
        DutyState::NotComputable => (None, None),
        DutyState::Met | DutyState::Pending | DutyState::Lapsed | DutyState::Withdrawn => (due_on, overdue_after),
    };
    let met_on = met_on.filter(|_| matches!(state, DutyState::Met | DutyState::Withdrawn));
    let id = EventId(number(known.id.as_str())?);
    let kind = duty_kind(known.kind);
    Ok(Some(Duty { id, kind, due_on, overdue_after, met_on, state, excuse: None, attempted_on: None }))
}

/// A measure beside the register as it stood on the day; nothing while it had not been put before who decides on it.
fn proposal(known: &KnownProposal) -> Result<Option<Proposal>, Refusal> {
    let first = |kinds: &[&str]| known.events.iter().find(|(kind, _)| kinds.contains(&kind.as_str()));
    let Some((_, made_on)) = first(&["requested", "proposed"]) else { return Ok(None) };
    let decision = first(&["entered", "issued", "not_entered", "refused"]).map(|(kind, on)| ProposalDecision {
        on: *on,
        outcome: match kind.as_str() {
            "entered" | "issued" => ProposalOutcome::Granted,
            _ => ProposalOutcome::Refused,
        },
    });
    let kind = match known.proposal.variant {
        ProposalVariant::Article18 => ProposalKind::Article18,
        ProposalVariant::Article24a => ProposalKind::Article24a,
        ProposalVariant::GreenNotice => ProposalKind::GreenNotice,
        ProposalVariant::GreenDiffusion => ProposalKind::GreenDiffusion,
    };
    Ok(Some(Proposal { id: EventId(number(known.proposal.id.as_str())?), kind, made_on: *made_on, decision }))
}

/// A flag as it stood on the day, with what it excuses.
fn flag(known: &KnownFlag, duty: DutyKind, valid_on: NaiveDate) -> Result<Option<(Flag, Option<Excuse>)>, Refusal> {
    let raised = known.flag;
    if raised.raised_on > valid_on {
        return Ok(None);
    }
    let mut flag = Flag {
        id: EventId(number(raised.id.as_str())?),
        duty,
        failed_on: raised.first_failure_day.min(raised.raised_on),
        raised_on: raised.raised_on,
        opened_on: None,
        decided_on: None,
        outcome: None,
        referred_on: None,
        authority: None,
        answered_on: None,
    };
    let (mut proposed, mut excuse) = (None, None);
    for step in known.steps.iter().filter(|step| step.taken_on <= valid_on) {
        match step.kind {
            FlagStepKind::TakenUp => flag.opened_on = flag.opened_on.or(Some(step.taken_on)),
            FlagStepKind::Proposed => proposed = step.outcome.map(|outcome| (outcome, step.excuse)),
            FlagStepKind::Confirmed => {
                let (outcome, reason) = step.outcome.map(|it| (it, step.excuse)).or(proposed).unzip();
                flag.outcome = outcome.map(flag_outcome);
                flag.decided_on = flag.outcome.map(|_| step.taken_on);
                excuse = excuse_of(flag.outcome, reason.flatten().or(proposed.and_then(|(_, it)| it)));
                if flag.outcome == Some(FlagOutcome::Referral) {
                    flag.referred_on = flag.referred_on.or(Some(step.taken_on));
                }
            }
            FlagStepKind::Reopened => (flag.outcome, flag.decided_on, excuse) = (None, None, None),
            FlagStepKind::EvidenceAwaited
            | FlagStepKind::EvidenceReceived
            | FlagStepKind::Rejected
            | FlagStepKind::HandedOver
            | FlagStepKind::Acknowledged
            | FlagStepKind::Answered
            | FlagStepKind::Closed
            | FlagStepKind::Snoozed
            | FlagStepKind::Reassigned
            | FlagStepKind::Disputed
            | FlagStepKind::DisputeDecided => {}
        }
    }
    if let Some(referred_on) = flag.referred_on {
        let answer = known.decisions.iter().rfind(|it| it.decided_on <= valid_on);
        flag.authority = answer.map(|it| authority(it.outcome));
        flag.answered_on = answer.map(|it| it.decided_on.max(referred_on));
    }
    Ok(Some((flag, excuse)))
}

fn excuse_of(outcome: Option<FlagOutcome>, given: Option<vocabulary::Excuse>) -> Option<Excuse> {
    match outcome? {
        FlagOutcome::AcceptableExcuse => Some(match given {
            Some(vocabulary::Excuse::Detained) => Excuse::Detained,
            Some(vocabulary::Excuse::Illness) => Excuse::Illness,
            Some(vocabulary::Excuse::ReportedElsewhere) => Excuse::ReportedElsewhere,
            Some(vocabulary::Excuse::Misinformed) => Excuse::Misinformed,
            Some(vocabulary::Excuse::ForceMajeure) => Excuse::ForceMajeure,
            Some(vocabulary::Excuse::Other) | None => Excuse::Other,
        }),
        FlagOutcome::TechnicalFailure => Some(Excuse::TechnicalFailure),
        FlagOutcome::CompliedAfterAll
        | FlagOutcome::Warning
        | FlagOutcome::Referral
        | FlagOutcome::Duplicate
        | FlagOutcome::WrongFacts => None,
    }
}

fn breaches(facts: &mut Facts, order: &KnownOrder, valid_on: NaiveDate) -> Result<(), Refusal> {
    let zone = Regime::NlPilot.zone();
    for kept in order.breaches.iter().filter(|it| it.observed_on <= valid_on) {
        let reported = kept.reported_prosecution_at.into_iter().chain(kept.reported_minister_at).min();
        let decided_on = kept.decided_on.filter(|day| *day <= valid_on);
        facts.breaches.push(Breach {
            id: EventId(number(kept.id.as_str())?),
            fact: fact_of(kept),
            observed_on: kept.observed_on,
            reported_on: reported.map(|at| at.day_in(zone).max(kept.observed_on)).filter(|day| *day <= valid_on),
            severity: match kept.severity {
                BreachSeverity::Light => Severity::Light,
                BreachSeverity::Serious => Severity::Serious,
            },
            decision: kept.decision.filter(|_| decided_on.is_some()).map(breach_decision),
            decided_on,
        });
    }
    Ok(())
}

fn fact_of(kept: &BreachKept) -> Fact {
    match kept.subject {
        BreachSubject::SupervisionRefused => Fact::Contact,
        BreachSubject::Safety => Fact::Conduct,
        BreachSubject::Condition => {
            let letter = kept.condition_code.and_then(|code| code.as_str().chars().next());
            letter.and_then(Fact::of_condition).unwrap_or(Fact::Conduct)
        }
    }
}

const fn breach_decision(decision: vocabulary::BreachDecision) -> BreachDecision {
    use vocabulary::BreachDecision as Kept;
    match decision {
        Kept::NoAction => BreachDecision::NoAction,
        Kept::WrittenWarning | Kept::Interview => BreachDecision::Warning,
        Kept::Change => BreachDecision::Change,
        Kept::ProvisionalExecution | Kept::PartialExecution | Kept::FullExecution | Kept::SubstituteDetention => {
            BreachDecision::Execution
        }
    }
}

const fn duty_kind(kind: vocabulary::DutyKind) -> DutyKind {
    use vocabulary::DutyKind as Kept;
    match kind {
        Kept::Initial => DutyKind::Initial,
        Kept::Name => DutyKind::Name,
        Kept::Home => DutyKind::Home,
        Kept::Stay => DutyKind::Stay,
        Kept::Travel => DutyKind::Travel,
        Kept::Return => DutyKind::Return,
        Kept::UnplannedAbsence => DutyKind::UnplannedAbsence,
        Kept::Periodic => DutyKind::Periodic,
        Kept::NoHome => DutyKind::NoHome,
    }
}

const fn flag_outcome(outcome: vocabulary::FlagOutcome) -> FlagOutcome {
    use vocabulary::FlagOutcome as Kept;
    match outcome {
        Kept::CompliedAfterAll => FlagOutcome::CompliedAfterAll,
        Kept::AcceptableExcuse => FlagOutcome::AcceptableExcuse,
        Kept::TechnicalFailure => FlagOutcome::TechnicalFailure,
        Kept::Warning => FlagOutcome::Warning,
        Kept::Referral => FlagOutcome::Referral,
        Kept::Duplicate => FlagOutcome::Duplicate,
        Kept::WrongFacts => FlagOutcome::WrongFacts,
    }
}

const fn authority(outcome: vocabulary::AuthorityOutcome) -> Authority {
    use vocabulary::AuthorityOutcome as Kept;
    match outcome {
        Kept::NoAction => Authority::NoAction,
        Kept::Warning => Authority::Warning,
        Kept::Returned => Authority::Returned,
        Kept::PenaltyOrder => Authority::PenaltyOrder,
        Kept::Prosecution => Authority::Prosecution,
        Kept::Convicted => Authority::Convicted,
        Kept::Acquitted => Authority::Acquitted,
        Kept::MeasureExecuted => Authority::MeasureExecuted,
    }
}
