//! `initial`: the first notification after the relevant date, s.10(1), s.13(2), s.16(7).

use super::super::case::{Case, Draft};
use super::super::day;
use super::super::duty::Duty;
use super::super::kind::DutyKind;
use super::super::period::{Ground, InitialTrigger, Registration};
use super::{named, opening, rule_id};

/// Convictions with one trigger day raise one duty; every order has its own.
pub(super) fn add(case: &Case<'_>, duties: &mut Vec<Duty>) {
    for (i, registration) in case.registrations.iter().enumerate() {
        let earlier = case.registrations.iter().take(i).flat_map(|r| &r.initial);
        for trigger in &registration.initial {
            let mut same_day = earlier.clone().filter(|t| t.on == trigger.on);
            let already = same_day.any(|t| (t.ground == Ground::Order) == (trigger.ground == Ground::Order));
            if !already {
                duties.extend(duty(case, i, registration, trigger));
            }
        }
    }
}

fn duty(case: &Case<'_>, i: usize, registration: &Registration, trigger: &InitialTrigger) -> Option<Duty> {
    let (version, profile) = case.version_for(trigger.on)?;
    if !profile.initial.new_initial_per_conviction && registered_already(case, i, registration) {
        return None;
    }
    let mut steps = opening(trigger.what, trigger.on, profile);
    let clock = case.clock(version, profile, DutyKind::Initial);
    let limit = clock.both(trigger.on, trigger.lenient, profile.period.initial, &mut steps);
    let (rule, citation) = match trigger.ground {
        Ground::Home => (rule_id(profile, DutyKind::Initial), &profile.citations.initial),
        Ground::Foreign => (named(profile, |r| Some(r.initial_foreign.clone())), &profile.citations.initial_foreign),
        Ground::Order => (named(profile, |r| Some(r.initial_order.clone())), &profile.citations.initial_order),
    };
    Some(case.finish(Draft {
        kind: DutyKind::Initial,
        rule,
        citation: citation.clone(),
        root: trigger.root.clone(),
        ordinal: trigger.ordinal,
        version,
        trigger: trigger.on,
        begins: trigger.on,
        limit,
        returned: None,
        met: case.first_note(DutyKind::Initial, trigger.on),
        steps,
    }))
}

/// Whether another registration ran on the day before this one began.
fn registered_already(case: &Case<'_>, i: usize, registration: &Registration) -> bool {
    let before = day::plus_days(registration.from, -1);
    let others = case.registrations.iter().enumerate().filter(|(j, _)| *j != i);
    others.map(|(_, r)| r).any(|r| r.from <= before && r.last.is_none_or(|last| before <= last))
}
