//! The duties, one file per kind of rule. Each reads the case and adds the duties it finds.

mod absence;
mod change;
mod initial;
mod no_home;
mod periodic;
mod stay;

use chrono::NaiveDate;

use super::case::{Case, Draft};
use super::custody::Limit;
use super::duty::{Duty, Root};
use super::kind::DutyKind;
use super::name::Name;
use super::profile::{Profile, RuleIds};
use super::step::{Occurrence, Step, Steps};

/// Every duty of a case, by trigger and kind.
pub(super) fn all(case: &Case<'_>) -> Vec<Duty> {
    let mut duties = Vec::with_capacity(case.facts.events.len() + 4);
    initial::add(case, &mut duties);
    change::add(case, &mut duties);
    stay::add(case, &mut duties);
    absence::add(case, &mut duties);
    periodic::add(case, &mut duties);
    no_home::add(case, &mut duties);
    // The sort is stable: duties of one trigger and kind stay in the order of the facts.
    duties.sort_by_key(|d| (d.trigger, d.kind));
    duties
}

/// The id of the ordinary rule for a kind.
fn rule_id(profile: &Profile, kind: DutyKind) -> Name {
    named(profile, |ids| {
        let position = DutyKind::ALL.iter().position(|k| *k == kind);
        position.and_then(|i| ids.by_kind.get(i)).cloned()
    })
}

fn named(profile: &Profile, pick: impl Fn(&RuleIds) -> Option<Name>) -> Name {
    profile.rule_ids.as_ref().and_then(pick).unwrap_or_else(|| profile.id.clone())
}

/// The steps every duty begins with: what happened, and why this version governs.
fn opening(what: Occurrence, trigger: NaiveDate, profile: &Profile) -> Steps {
    let mut steps = Steps::new();
    steps.push(Step::Happened { what, on: trigger });
    governed(&mut steps, trigger, profile);
    steps
}

fn governed(steps: &mut Steps, trigger: NaiveDate, profile: &Profile) {
    steps.push(Step::Version { trigger, since: profile.valid_from_trigger });
    steps.push(Step::SubjectThen { on: trigger });
}

/// The parts in which duties of one version differ least.
struct Parts<'a> {
    kind: DutyKind,
    citation: &'a Name,
    root: Root,
    version: usize,
    profile: &'a Profile,
}

impl Parts<'_> {
    /// A duty that begins with its trigger, is the only one of its root and has nothing special.
    fn draft(self, trigger: NaiveDate, limit: Limit, steps: Steps) -> Draft {
        Draft {
            kind: self.kind,
            rule: rule_id(self.profile, self.kind),
            citation: self.citation.clone(),
            root: self.root,
            ordinal: 0,
            version: self.version,
            trigger,
            begins: trigger,
            limit,
            returned: None,
            met: None,
            steps,
        }
    }
}
