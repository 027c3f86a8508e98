//! One arm against another: hazards, rates, and what anybody must see beside them: how hard each arm was looked at and
//! how many events such a comparison needs.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cohort::{Cohort, End, Endpoint, Observed, Stretch};
use super::controls::controls;
use crate::aalen_johansen::{AalenJohansen, aalen_johansen};
use crate::cox::{Covariate, Term, Ties, cox};
use crate::history::Arm;
use crate::log_rank::log_rank;
use crate::number::real;
use crate::period::DAYS_OF_A_YEAR;
use crate::power::{Aim, Needed, beside};
use crate::rate::{Rate, Ratio, rate, ratio};
use crate::study::{Label, Row, Study};

/// Two arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Arms {
    /// The arm that is looked at.
    pub of: Arm,
    /// The arm it is compared with.
    pub against: Arm,
}

/// The comparisons of the evaluation. The first is its question: what does registration add to supervision?
pub const QUESTIONS: [Arms; 4] = [
    Arms { of: Arm::Both, against: Arm::SupervisionOnly },
    Arms { of: Arm::RegisterOnly, against: Arm::SupervisionOnly },
    Arms { of: Arm::RegisterOnly, against: Arm::Control },
    Arms { of: Arm::Both, against: Arm::Control },
];

/// A hazard ratio with what makes it readable: a p-value is there only where an interval is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    estimate: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    p_value: Option<f64>,
    log_rank_p_value: Option<f64>,
}

impl Effect {
    fn new(term: Option<&Term>, log_rank: Option<f64>) -> Self {
        match term.and_then(|it| Some((it.hazard_ratio?, it.lower?, it.upper?, it.p_value))) {
            Some((estimate, lower, upper, p_value)) => Self {
                estimate: Some(estimate),
                lower: Some(lower),
                upper: Some(upper),
                p_value,
                log_rank_p_value: log_rank,
            },
            None => Self::default(),
        }
    }

    /// The hazard ratio and its limits.
    pub fn with_limits(&self) -> Option<(f64, f64, f64)> {
        Some((self.estimate?, self.lower?, self.upper?))
    }

    /// Wald's and the log-rank test's p-value, to be shown with the limits and never without.
    pub const fn p_values(&self) -> (Option<f64>, Option<f64>) {
        (self.p_value, self.log_rank_p_value)
    }
}

/// What is known of one arm in a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// The arm.
    pub arm: Arm,
    /// People.
    pub people: u64,
    /// Events per person-year at risk, with exact limits.
    pub rate: Rate,
    /// How hard the whole arm was looked at.
    pub observed: Observed,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// The arms.
    pub arms: Arms,
    /// What is waited for.
    pub endpoint: Endpoint,
    /// Whether the people compared were matched; then strata are what they were matched by.
    pub matched: bool,
    /// People of the first arm who have no match; zero when nobody was matched.
    pub unmatched: u64,
    /// The arm that is looked at.
    pub of: Side,
    /// The arm it is compared with.
    pub against: Side,
    /// Hazard of the first arm over that of the second: Cox with Efron's ties over the strata.
    pub effect: Effect,
    /// Rate of the first arm over that of the second, exact, over no strata.
    pub rates: Ratio,
    /// Events needed for hazard ratios from 0.5 to 0.9, with arms as large as these, beside those seen.
    pub needed: Vec<Needed>,
}

/// Compares two arms by intention to treat; nothing when the endpoint cannot be seen in one of them. Against the control
/// arm, people are matched first.
pub fn contrast(cohort: &Cohort, arms: Arms, endpoint: Endpoint, confidence: f64) -> Option<Contrast> {
    if !(endpoint.is_seen_in(arms.of) && endpoint.is_seen_in(arms.against)) {
        return None;
    }
    let Chosen { strata, matched, unmatched } = Chosen::new(cohort, arms);
    let study = study(cohort, arms, &strata, endpoint);
    let covariate = Covariate {
        term: arms.of.code().to_owned(),
        values: study.rows.iter().map(|row| real(row.group as u64)).collect(),
    };
    let model = cox(&study, &[covariate], Ties::Efron, confidence);
    let side = |arm: Arm, group: usize| side(cohort, &study, (arm, group), &strata, confidence);
    let (of, against) = (side(arms.of, 1), side(arms.against, 0));
    let share = real(of.people) / real(of.people + against.people);
    let aim = Aim { share, ..Aim::default() };
    Some(Contrast {
        arms,
        endpoint,
        matched,
        unmatched,
        effect: Effect::new(model.coefficients.first(), log_rank(&study).p_value),
        rates: ratio((of.rate.events, of.rate.time), (against.rate.events, against.rate.time), confidence),
        needed: beside(of.rate.events + against.rate.events, aim),
        of,
        against,
    })
}

/// Who is compared, and within which stratum.
struct Chosen {
    /// For each member, their stratum; nothing when they are not compared.
    strata: Vec<Option<usize>>,
    matched: bool,
    unmatched: u64,
}

impl Chosen {
    fn new(cohort: &Cohort, arms: Arms) -> Self {
        if arms.against != Arm::Control {
            let chosen = |arm: Arm| arm == arms.of || arm == arms.against;
            let strata = cohort.members.iter().map(|it| chosen(it.arm).then_some(usize::from(it.stratum))).collect();
            return Self { strata, matched: false, unmatched: 0 };
        }
        let found = controls(cohort, arms.of);
        let mut cells = BTreeMap::new();
        let mut strata = vec![None; cohort.members.len()];
        for it in &found.matches {
            let next = cells.len();
            let stratum = Some(*cells.entry(it.cell).or_insert(next));
            (strata[it.person], strata[it.control]) = (stratum, stratum);
        }
        Self { strata, matched: true, unmatched: found.unmatched.len() as u64 }
    }
}

fn study(cohort: &Cohort, arms: Arms, strata: &[Option<usize>], endpoint: Endpoint) -> Study {
    let rows = cohort.stretches(endpoint).iter().filter_map(|it| {
        let member = it.member as usize;
        let group = usize::from(cohort.members[member].arm == arms.of);
        Some(row(it, u32::from(it.end == End::Event), group, strata[member]?))
    });
    let rows: Vec<Row> = rows.collect();
    let label = |arm: Arm| Some(Label::Text(arm.code().to_owned()));
    let given = [0, 1].map(|group| rows.iter().filter(|row| row.group == group).count() as u64);
    Study {
        strata: strata.iter().flatten().max().map_or(1, |last| last + 1),
        rows,
        groups: vec![label(arms.against), label(arms.of)],
        given: given.to_vec(),
    }
}

/// A stretch as the estimators read it. Who was at risk from the beginning entered before time zero.
fn row(stretch: &Stretch, event: u32, group: usize, stratum: usize) -> Row {
    let entry = if stretch.entry == 0 { f64::NEG_INFINITY } else { f64::from(stretch.entry) };
    Row { entry, time: f64::from(stretch.time), event, group, stratum, subject: stretch.member as usize }
}

fn side(cohort: &Cohort, study: &Study, (arm, group): (Arm, usize), chosen: &[Option<usize>], confidence: f64) -> Side {
    let rows = || study.rows.iter().filter(|row| row.group == group);
    let events = rows().filter(|row| row.is_event()).count() as u64;
    let days: f64 = rows().map(|row| row.time - row.entry.max(0.0)).sum();
    let people = cohort.members.iter().zip(chosen).filter(|(it, chosen)| it.arm == arm && chosen.is_some()).count();
    Side {
        arm,
        people: people as u64,
        rate: rate(Some(Label::Text(arm.code().to_owned())), events, days / DAYS_OF_A_YEAR, confidence),
        observed: cohort.observed(arm),
    }
}

/// One arm by itself.
pub fn side_of(cohort: &Cohort, arm: Arm, endpoint: Endpoint, confidence: f64) -> Side {
    let chosen: Vec<_> = cohort.members.iter().map(|it| (it.arm == arm).then_some(0)).collect();
    let study = study(cohort, Arms { of: arm, against: arm }, &chosen, endpoint);
    side(cohort, &study, (arm, 1), &chosen, confidence)
}

/// The stretches of an arm for a survival curve: free of the endpoint, everything else censored.
pub fn curve_rows(cohort: &Cohort, arm: Arm, endpoint: Endpoint) -> Vec<Row> {
    let of_arm = |it: &&Stretch| cohort.members[it.member as usize].arm == arm;
    let stretches = cohort.stretches(endpoint).iter().filter(of_arm);
    stretches.map(|it| row(it, u32::from(it.end == End::Event), 0, 0)).collect()
}

/// The chances of the endpoint and of what competes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incidences {
    /// The arms, in the order of the groups.
    pub arms: Vec<Arm>,
    /// The estimate.
    pub estimate: AalenJohansen,
    /// What it was made of.
    pub study: Study,
}

/// What competes with the endpoint, by the number of the cause; 1 is the endpoint.
pub const CAUSES: [(u32, &str); 4] = [(1, "awaited"), (2, "death"), (3, "custody"), (4, "removed")];

/// The chance of the endpoint before death, custody or removal, for each arm in which it can be seen: from the first
/// stretch at risk only, which ends in one of them or is censored.
pub fn incidences(cohort: &Cohort, endpoint: Endpoint) -> Incidences {
    let arms: Vec<Arm> = Arm::ALL.iter().copied().filter(|arm| endpoint.is_seen_in(*arm)).collect();
    let mut seen = vec![false; cohort.members.len()];
    let mut rows = Vec::new();
    for it in cohort.stretches(endpoint) {
        let member = it.member as usize;
        let group = arms.iter().position(|arm| *arm == cohort.members[member].arm);
        if let (Some(group), false) = (group, std::mem::replace(&mut seen[member], true)) {
            rows.push(row(it, cause(it.end), group, 0));
        }
    }
    let groups: Vec<_> = arms.iter().map(|arm| Some(Label::Text(arm.code().to_owned()))).collect();
    let given = (0..arms.len()).map(|group| rows.iter().filter(|row| row.group == group).count() as u64).collect();
    let study = Study { rows, groups, given, strata: 1 };
    Incidences { arms, estimate: aalen_johansen(&study), study }
}

const fn cause(end: End) -> u32 {
    match end {
        End::Observation | End::Emigration => 0,
        End::Event => 1,
        End::Death => 2,
        End::Custody => 3,
        End::Removed => 4,
    }
}

#[cfg(test)]
mod tests;
