//! `name` and `home`: a name not notified last and a change of home address, s.10(2)(a) and (b).

use chrono::NaiveDate;

use super::super::case::{Case, event_ref};
use super::super::duty::{Duty, Root};
use super::super::event::What;
use super::super::kind::DutyKind;
use super::super::step::Occurrence;
use super::{Parts, opening};

/// Each use of a name and each change of address is a duty of its own.
pub(super) fn add(case: &Case<'_>, duties: &mut Vec<Duty>) {
    for (index, event) in case.facts.events.iter().enumerate() {
        let (kind, on) = match event.what {
            What::NameUsed { on } => (DutyKind::Name, on),
            What::HomeChanged { on } => (DutyKind::Home, on),
            _ => continue,
        };
        duties.extend(duty(case, kind, on, index));
    }
}

fn duty(case: &Case<'_>, kind: DutyKind, on: NaiveDate, index: usize) -> Option<Duty> {
    let (version, profile) = case.version_for(on)?;
    let (what, days, citation) = if kind == DutyKind::Name {
        (Occurrence::NameUsed, profile.period.name, &profile.citations.name)
    } else {
        (Occurrence::HomeChanged, profile.period.home, &profile.citations.home)
    };
    let mut steps = opening(what, on, profile);
    let limit = case.clock(version, profile, kind).both(on, Some(on), days, &mut steps);
    let root = Root::Event(event_ref(case.facts, index));
    let mut draft = Parts { kind, citation, root, version, profile }.draft(on, limit, steps);
    draft.met = case.first_note(kind, on);
    Some(case.finish(draft))
}
