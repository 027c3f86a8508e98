//! What cannot have been.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Breach, Duty, DutyState, EventId, Facts, Flag, Proposal};

/// Why facts are no history. The text names no day and no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// Two events have the same id.
    #[error("two events have one id")]
    Twice(EventId),
    /// Born after the index date.
    #[error("born after the index date")]
    BornLater,
    /// A duty is overdue before its last day, or has one of the two days only.
    #[error("a duty's last days contradict each other")]
    DutyDays(EventId),
    /// A duty's state says something else than its days.
    #[error("a duty's state contradicts its days")]
    DutyState(EventId),
    /// A flag was raised before the failure, taken up before it was raised, decided before that, or referred before it
    /// was raised.
    #[error("a flag's steps are out of order")]
    FlagOrder(EventId),
    /// A flag has an outcome or an answer without its day, or the other way round.
    #[error("a flag's outcome or answer has no day, or a day no outcome or answer")]
    FlagOutcome(EventId),
    /// A breach was reported or decided before it was seen.
    #[error("a breach's steps are out of order")]
    BreachOrder(EventId),
    /// A breach has a decision without its day, or the other way round.
    #[error("a breach's decision has no day, or a day no decision")]
    BreachDecision(EventId),
    /// A proposal was decided before it was made.
    #[error("a proposal's steps are out of order")]
    ProposalOrder(EventId),
}

/// Finds what cannot have been.
pub(super) fn check(facts: &Facts) -> Result<(), Impossible> {
    let born_later = |year: i32| {
        let index = facts.assignment.as_ref().map(|it| it.index_on);
        index.is_some_and(|index| NaiveDate::from_ymd_opt(year, 1, 1).is_none_or(|birth| birth > index))
    };
    if facts.birth_year.is_some_and(born_later) {
        return Err(Impossible::BornLater);
    }
    check_ids(facts)?;
    facts.duties.iter().try_for_each(check_duty)?;
    facts.flags.iter().try_for_each(check_flag)?;
    facts.breaches.iter().try_for_each(check_breach)?;
    facts.proposals.iter().try_for_each(check_proposal)
}

fn check_ids(facts: &Facts) -> Result<(), Impossible> {
    let ids = facts.duties.iter().map(|it| it.id);
    let ids = ids.chain(facts.notifications.iter().map(|it| it.id)).chain(facts.flags.iter().map(|it| it.id));
    let ids = ids.chain(facts.breaches.iter().map(|it| it.id)).chain(facts.outcomes.iter().map(|it| it.id));
    let ids = ids.chain(facts.proposals.iter().map(|it| it.id));
    let mut seen = BTreeSet::new();
    ids.into_iter().find(|id| !seen.insert(*id)).map_or(Ok(()), |id| Err(Impossible::Twice(id)))
}

fn check_duty(duty: &Duty) -> Result<(), Impossible> {
    let computable = match (duty.due_on, duty.overdue_after) {
        (Some(due), Some(overdue)) if due <= overdue => true,
        (None, None) => false,
        (Some(_) | None, Some(_)) | (Some(_), None) => return Err(Impossible::DutyDays(duty.id)),
    };
    let sound = match duty.state {
        DutyState::Met => computable && duty.met_on.is_some(),
        DutyState::Pending => computable && duty.met_on.is_none(),
        DutyState::Lapsed => duty.met_on.is_none(),
        // What was met may turn out never to have been due.
        DutyState::Withdrawn => true,
        DutyState::NotComputable => !computable,
    };
    if sound { Ok(()) } else { Err(Impossible::DutyState(duty.id)) }
}

fn check_flag(flag: &Flag) -> Result<(), Impossible> {
    if flag.decided_on.is_some() != flag.outcome.is_some() || flag.answered_on.is_some() != flag.authority.is_some() {
        return Err(Impossible::FlagOutcome(flag.id));
    }
    let steps = [Some(flag.failed_on), Some(flag.raised_on), flag.opened_on, flag.decided_on];
    // A flag that was referred can be taken up again and decided otherwise: the referral stays.
    let referred = [Some(flag.raised_on), flag.referred_on, flag.answered_on];
    if in_order(&steps) && in_order(&referred) { Ok(()) } else { Err(Impossible::FlagOrder(flag.id)) }
}

fn check_breach(breach: &Breach) -> Result<(), Impossible> {
    if breach.decided_on.is_some() != breach.decision.is_some() {
        return Err(Impossible::BreachDecision(breach.id));
    }
    // A decision may come without a report to the authorities: the supervisor's own.
    let after = |day: Option<NaiveDate>| day.is_none_or(|day| day >= breach.observed_on);
    if after(breach.reported_on) && after(breach.decided_on) { Ok(()) } else { Err(Impossible::BreachOrder(breach.id)) }
}

fn check_proposal(proposal: &Proposal) -> Result<(), Impossible> {
    let forward = proposal.decision.is_none_or(|decision| decision.on >= proposal.made_on);
    if forward { Ok(()) } else { Err(Impossible::ProposalOrder(proposal.id)) }
}

/// Whether the days that are known do not go back.
fn in_order(days: &[Option<NaiveDate>]) -> bool {
    days.iter().flatten().is_sorted()
}

#[cfg(test)]
mod tests {
    use super::super::{
        Arm, Assignment, BreachDecision, DutyKind, Fact, FlagOutcome, History, Notification, PersonId,
        ProposalDecision, ProposalKind, ProposalOutcome, Severity,
    };
    use super::*;

    const ID: EventId = EventId(7);

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    fn duty() -> Duty {
        Duty {
            id: ID,
            kind: DutyKind::Home,
            due_on: Some(day(3)),
            overdue_after: Some(day(4)),
            met_on: None,
            state: DutyState::Pending,
            excuse: None,
            attempted_on: None,
        }
    }

    fn flag() -> Flag {
        Flag {
            id: ID,
            duty: DutyKind::Home,
            failed_on: day(5),
            raised_on: day(6),
            opened_on: Some(day(6)),
            decided_on: Some(day(9)),
            outcome: Some(FlagOutcome::Referral),
            referred_on: Some(day(9)),
            authority: None,
            answered_on: None,
        }
    }

    fn breach() -> Breach {
        Breach {
            id: ID,
            fact: Fact::Residence,
            observed_on: day(5),
            reported_on: Some(day(6)),
            severity: Severity::Light,
            decision: Some(BreachDecision::Warning),
            decided_on: Some(day(8)),
        }
    }

    fn with(change: impl FnOnce(&mut Facts)) -> Result<(), Impossible> {
        let mut facts = Facts::of(PersonId(1));
        change(&mut facts);
        History::new(facts).map(|_| ())
    }

    #[test]
    fn a_duty_s_days_and_state_agree() {
        let put = |duty: Duty| with(|facts| facts.duties.push(duty));
        assert_eq!(put(duty()), Ok(()));
        assert_eq!(put(Duty { overdue_after: Some(day(2)), ..duty() }), Err(Impossible::DutyDays(ID)));
        assert_eq!(put(Duty { overdue_after: None, ..duty() }), Err(Impossible::DutyDays(ID)));
        assert_eq!(put(Duty { met_on: Some(day(2)), ..duty() }), Err(Impossible::DutyState(ID)));
        assert_eq!(put(Duty { state: DutyState::Met, ..duty() }), Err(Impossible::DutyState(ID)));
        assert_eq!(put(Duty { state: DutyState::NotComputable, ..duty() }), Err(Impossible::DutyState(ID)));
        let unknown = Duty { due_on: None, overdue_after: None, state: DutyState::NotComputable, ..duty() };
        assert_eq!(put(unknown), Ok(()));
        assert_eq!(put(Duty { state: DutyState::Pending, ..unknown }), Err(Impossible::DutyState(ID)));
    }

    #[test]
    fn a_flag_goes_forward() {
        let put = |flag: Flag| with(|facts| facts.flags.push(flag));
        assert_eq!(put(flag()), Ok(()));
        assert_eq!(put(Flag { raised_on: day(4), ..flag() }), Err(Impossible::FlagOrder(ID)));
        assert_eq!(put(Flag { opened_on: Some(day(10)), ..flag() }), Err(Impossible::FlagOrder(ID)));
        assert_eq!(put(Flag { opened_on: None, ..flag() }), Ok(()));
        assert_eq!(put(Flag { decided_on: None, ..flag() }), Err(Impossible::FlagOutcome(ID)));
        assert_eq!(put(Flag { outcome: None, ..flag() }), Err(Impossible::FlagOutcome(ID)));
        assert_eq!(put(Flag { answered_on: Some(day(9)), ..flag() }), Err(Impossible::FlagOutcome(ID)));
        assert_eq!(put(Flag { outcome: Some(FlagOutcome::WrongFacts), ..flag() }), Ok(()), "decided otherwise later");
        assert_eq!(put(Flag { referred_on: Some(day(5)), ..flag() }), Err(Impossible::FlagOrder(ID)));
    }

    #[test]
    fn a_breach_is_seen_before_it_is_reported_or_decided() {
        let put = |breach: Breach| with(|facts| facts.breaches.push(breach));
        assert_eq!(put(breach()), Ok(()));
        assert_eq!(put(Breach { reported_on: Some(day(4)), ..breach() }), Err(Impossible::BreachOrder(ID)));
        assert_eq!(put(Breach { decided_on: Some(day(4)), ..breach() }), Err(Impossible::BreachOrder(ID)));
        assert_eq!(put(Breach { decision: None, ..breach() }), Err(Impossible::BreachDecision(ID)));
    }

    #[test]
    fn a_proposal_is_made_before_it_is_decided() {
        let put = |made: u32, decided: Option<u32>| {
            let decision = decided.map(|on| ProposalDecision { on: day(on), outcome: ProposalOutcome::Refused });
            let kind = ProposalKind::GreenNotice;
            with(|facts| facts.proposals.push(Proposal { id: ID, kind, made_on: day(made), decision }))
        };
        assert_eq!(put(5, None), Ok(()));
        assert_eq!(put(5, Some(5)), Ok(()));
        assert_eq!(put(5, Some(4)), Err(Impossible::ProposalOrder(ID)));
    }

    #[test]
    fn nobody_is_born_later_and_no_id_is_there_twice() {
        let assignment = Assignment {
            arm: Arm::Both,
            assigned_on: day(1),
            index_on: day(2),
            stratum: "north".to_owned(),
            cluster: None,
        };
        assert_eq!(assignment.entered_on(), day(2));
        let born = |year| {
            with(|facts| {
                facts.assignment = Some(assignment.clone());
                facts.birth_year = Some(year);
            })
        };
        assert_eq!((born(2026), born(2027)), (Ok(()), Err(Impossible::BornLater)));
        let twice = with(|facts| {
            facts.duties.push(duty());
            facts.notifications.push(Notification { id: ID, kind: DutyKind::Home, received_on: day(1) });
        });
        assert_eq!(twice, Err(Impossible::Twice(ID)));
    }

    #[test]
    fn events_are_put_in_order_of_time() {
        let mut facts = Facts::of(PersonId(1));
        let at = |id, on| Notification { id: EventId(id), kind: DutyKind::Home, received_on: day(on) };
        facts.notifications = vec![at(3, 9), at(2, 4), at(1, 9)];
        let history = History::new(facts).unwrap();
        let order: Vec<u128> = history.notifications.iter().map(|it| it.id.0).collect();
        assert_eq!(order, [2, 1, 3]);
    }
}
