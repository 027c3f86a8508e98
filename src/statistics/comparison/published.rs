//! The comparison as it may leave the house: rows of estimates, each with its interval, how many people and events it
//! rests on, how hard was looked and how many events it would need.
//!
//! A row is withheld unless at least as many people as the threshold are on each side of what it tells: who have it and
//! who have not. Shares, kappa and rates are computed anew from rounded numbers, so that they tell no more than those.
//! What cannot be (hazard ratios, intervals) is rounded to two decimals.

use serde::Serialize;

use super::agreement::Agreement;
use super::clustered::{Months, Ratio};
use super::cohort::Observed;
use super::contrast::{CAUSES, Contrast, Incidences, Side};
use crate::aalen_johansen::Incidence;
use crate::agreement::{Paired, kappa, mcnemar};
use crate::disclosure::derived::percentage;
use crate::disclosure::{Settings, Status};
use crate::distribution::interval_width;
use crate::history::{Arm, System};
use crate::number::real;
use crate::period::DAYS_OF_A_MONTH;
use crate::power::{Aim, Needed, beside};
use crate::proportion::Estimate;
use crate::rate::{rate, ratio};
use crate::study::Row as Stretch;

/// An estimate as it may leave the house.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// What is estimated.
    pub measure: &'static str,
    /// Of whom and of what: dimension and category.
    pub scope: Vec<(&'static str, String)>,
    /// Free or confidential.
    pub status: Status,
    /// People it rests on, rounded.
    pub people: Option<f64>,
    /// Events it rests on, rounded; none where nothing is counted.
    pub events: Option<f64>,
    #[serde(flatten)]
    estimate: Shown,
    /// Checks per person-month in the arm that is looked at, by the register and by supervision together.
    pub checks: Option<f64>,
    /// The same in the arm it is compared with.
    pub checks_against: Option<f64>,
    /// Events needed for hazard ratios from 0.5 to 0.9.
    pub needed: Vec<Needed>,
}

/// An estimate, its limits and its p-value. There is no p-value without limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The estimate.
    pub estimate: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    p_value: Option<f64>,
}

impl Shown {
    fn new(estimate: Estimate, p_value: Option<f64>) -> Self {
        let Estimate { estimate, lower, upper } = estimate;
        let has_interval = estimate.is_some() && lower.is_some() && upper.is_some();
        Self { estimate, lower, upper, p_value: p_value.filter(|_| has_interval) }
    }

    /// To be shown with the limits.
    pub const fn p_value(&self) -> Option<f64> {
        self.p_value
    }
}

impl Row {
    /// The estimate with its limits.
    pub const fn shown(&self) -> Shown {
        self.estimate
    }

    fn withheld(measure: &'static str, scope: Vec<(&'static str, String)>) -> Self {
        Self {
            measure,
            scope,
            status: Status::Confidential,
            people: None,
            events: None,
            estimate: Shown::default(),
            checks: None,
            checks_against: None,
            needed: Vec::new(),
        }
    }

    fn free(self, estimate: Shown, people: Option<f64>, events: Option<f64>) -> Self {
        match estimate.estimate {
            Some(_) => Self { status: Status::Free, people, events, estimate, ..self },
            None => self,
        }
    }
}

/// What the register and supervision saw of the same things.
pub fn agreement_rows(agreement: &Agreement, settings: Settings, confidence: f64) -> Vec<Row> {
    let under = |value: &str| vec![("counted", value.to_owned())];
    let days = |value: &str| vec![("days", value.to_owned())];
    let share = |measure, scope, ratio: &Ratio| share(Row::withheld(measure, scope), ratio, settings, confidence);
    // From all events and those under both an outsider has the others: of few people they would tell.
    let others = agreement.added_otherwise.people();
    let under_both = if (1..settings.threshold()).contains(&others) {
        Row::withheld("detection_added", under("under_both"))
    } else {
        share("detection_added", under("under_both"), &agreement.added_under_both)
    };
    let mut rows = vec![
        share("detection_added", under("all"), &agreement.added),
        under_both,
        share("coverage_added", days("all"), &agreement.coverage),
        share("coverage_added", days("at_liberty"), &agreement.coverage_at_liberty),
        months(&agreement.months, settings, confidence),
        people(agreement.people, settings, confidence),
    ];
    for (at, name) in [(0.25, "first_quartile"), (0.5, "median"), (0.75, "third_quartile")] {
        let row = Row::withheld("lead_time_days", vec![("quantile", name.to_owned())]);
        let quantile = agreement.lead.quantile(at, settings);
        let counted = |count: u64| quantile.map(|_| settings.round(real(count)));
        let (people, events) = (counted(agreement.lead.people()), counted(agreement.lead.count()));
        rows.push(row.free(Shown { estimate: quantile, ..Shown::default() }, people, events));
    }
    rows
}

fn share(row: Row, ratio: &Ratio, settings: Settings, confidence: f64) -> Row {
    if ratio.people_with().iter().any(|people| *people < settings.threshold()) {
        return row;
    }
    let (some, all) = ratio.sums();
    let (some, all) = (settings.round(some), settings.round(all));
    let whole = ratio.estimate(confidence);
    let estimate = Estimate {
        estimate: percentage(Some(some), Some(all)).map(|percent| percent / 100.0),
        lower: whole.lower.map(|it| (100.0 * it).floor() / 100.0),
        upper: whole.upper.map(|it| (100.0 * it).ceil() / 100.0),
    };
    row.free(Shown::new(estimate, None), Some(settings.round(real(ratio.people()))), Some(all))
}

fn months(months: &Months, settings: Settings, confidence: f64) -> Row {
    let row = Row::withheld("kappa_of_months", Vec::new());
    if months.people_with().iter().any(|people| *people < settings.threshold()) {
        return row;
    }
    let paired = rounded(months.paired(), settings);
    let whole = months.kappa(confidence);
    let estimate = Estimate {
        estimate: kappa(paired, confidence).estimate.map(hundredths),
        lower: whole.lower.map(hundredths),
        upper: whole.upper.map(hundredths),
    };
    row.free(Shown::new(estimate, None), Some(settings.round(real(months.people()))), Some(real(paired.all())))
}

/// Whether one system sees a failure in more people than the other: the people whom the register alone saw over those
/// whom supervision alone saw, and McNemar's test.
fn people(people: Paired, settings: Settings, confidence: f64) -> Row {
    let row = Row::withheld("register_only_to_supervision_only", Vec::new());
    if people.first_only.min(people.second_only) < settings.threshold() {
        return row;
    }
    let shown = rounded(people, settings);
    let odds = ratio((shown.first_only, 1.0), (shown.second_only, 1.0), confidence);
    let estimate = Estimate {
        estimate: odds.estimate.map(hundredths),
        lower: odds.lower.map(hundredths),
        upper: odds.upper.map(hundredths),
    };
    let p_value = mcnemar(shown).exact_p_value.map(thousandths);
    let differing = shown.first_only + shown.second_only;
    row.free(Shown::new(estimate, p_value), Some(settings.round(real(people.all()))), Some(real(differing)))
}

fn rounded(paired: Paired, settings: Settings) -> Paired {
    let base = settings.base();
    let round = |count: u64| (count + base / 2) / base * base;
    Paired {
        both: round(paired.both),
        first_only: round(paired.first_only),
        second_only: round(paired.second_only),
        neither: round(paired.neither),
    }
}

/// A comparison of two arms: the rate of each, the hazard ratio, the ratio of the rates.
pub fn contrast_rows(contrast: &Contrast, settings: Settings, confidence: f64) -> Vec<Row> {
    let Contrast { arms, endpoint, matched, of, against, .. } = contrast;
    let scope = || {
        vec![
            ("endpoint", endpoint.code().to_owned()),
            ("of", arms.of.code().to_owned()),
            ("against", arms.against.code().to_owned()),
            ("compared", if *matched { "matched" } else { "all" }.to_owned()),
        ]
    };
    let (ratio_of_hazards, ratio_of_rates) =
        (Row::withheld("hazard_ratio", scope()), Row::withheld("rate_ratio", scope()));
    if !(is_enough(of, settings) && is_enough(against, settings)) {
        return vec![ratio_of_hazards, ratio_of_rates];
    }
    let effect = contrast.effect.with_limits();
    let hazards = Estimate {
        estimate: effect.map(|it| hundredths(it.0)),
        lower: effect.map(|it| hundredths(it.1)),
        upper: effect.map(|it| hundredths(it.2)),
    };
    let events = [of, against].map(|side| settings.round(real(side.rate.events)));
    let years = [of, against].map(|side| settings.round(side.rate.time));
    let people = [of, against].map(|side| settings.round(real(side.people)));
    let rates = ratio((whole(events[0]), years[0]), (whole(events[1]), years[1]), confidence);
    let rates = Estimate {
        estimate: rates.estimate.map(hundredths),
        lower: rates.lower.map(hundredths),
        upper: rates.upper.map(hundredths),
    };
    let (both, seen) = (Some(people[0] + people[1]), Some(events[0] + events[1]));
    let aim = Aim { share: people[0] / (people[0] + people[1]), ..Aim::default() };
    let beside = |row: Row| Row {
        checks: checks(of.observed, settings),
        checks_against: checks(against.observed, settings),
        needed: beside(whole(events[0] + events[1]), aim),
        ..row
    };
    let p_value = contrast.effect.p_values().0.map(thousandths);
    vec![
        beside(ratio_of_hazards.free(Shown::new(hazards, p_value), both, seen)),
        beside(ratio_of_rates.free(Shown::new(rates, None), both, seen)),
    ]
}

fn is_enough(side: &Side, settings: Settings) -> bool {
    let events = side.rate.events;
    events >= settings.threshold() && side.people.saturating_sub(events) >= settings.threshold()
}

/// The rate of an arm, with how hard it was looked at beside it.
pub fn rate_row(side: &Side, endpoint: &str, settings: Settings, confidence: f64) -> Row {
    let row = Row::withheld(
        "events_per_person_year",
        vec![("endpoint", endpoint.to_owned()), ("arm", side.arm.code().to_owned())],
    );
    if !is_enough(side, settings) {
        return row;
    }
    let events = settings.round(real(side.rate.events));
    let shown = rate(None, whole(events), settings.round(side.rate.time), confidence);
    let estimate = Estimate {
        estimate: shown.rate.map(thousandths),
        lower: shown.lower.map(thousandths),
        upper: shown.upper.map(thousandths),
    };
    let row = row.free(Shown::new(estimate, None), Some(settings.round(real(side.people))), Some(events));
    Row { checks: checks(side.observed, settings), ..row }
}

/// Checks per person-month, of each system.
pub fn intensity_row(arm: Arm, observed: Observed, by: System, settings: Settings, confidence: f64) -> Row {
    let scope = vec![("system", by.code().to_owned()), ("arm", arm.code().to_owned())];
    let row = Row::withheld("checks_per_person_month", scope);
    let Observed { people, days, by_register, by_supervision } = observed;
    let count = match by {
        System::Register => by_register,
        System::Supervision => by_supervision,
    };
    if people < settings.threshold() || count < settings.threshold() {
        return row;
    }
    let (count, months) = (settings.round(real(count)), settings.round(real(days) / DAYS_OF_A_MONTH));
    let shown = rate(None, whole(count), months, confidence);
    let estimate = Estimate {
        estimate: shown.rate.map(thousandths),
        lower: shown.lower.map(thousandths),
        upper: shown.upper.map(thousandths),
    };
    row.free(Shown::new(estimate, None), Some(settings.round(real(people))), Some(count))
}

fn checks(observed: Observed, settings: Settings) -> Option<f64> {
    let months = settings.round(real(observed.days) / DAYS_OF_A_MONTH);
    let count = settings.round(real(observed.by_register + observed.by_supervision));
    (observed.people >= settings.threshold() && months > 0.0).then(|| hundredths(count / months))
}

/// Years after the index date at which the chance of an endpoint is published, in days.
const HORIZONS: [(f64, &str); 5] = [(365.0, "1"), (730.0, "2"), (1095.0, "3"), (1461.0, "4"), (1826.0, "5")];

/// The chance of the endpoint, and of what competes with it, some years after the index date.
///
/// A year is published while enough people are at risk and when enough events have come together since the last one.
pub fn incidence_rows(incidences: &Incidences, endpoint: &str, settings: Settings, confidence: f64) -> Vec<Row> {
    let groups = incidences.study.by_group();
    let mut rows = Vec::new();
    for ((arm, group), stretches) in incidences.arms.iter().zip(&incidences.estimate.groups).zip(&groups) {
        for incidence in &group.causes {
            let cause = CAUSES.iter().find(|(number, _)| *number == incidence.cause).map_or("other", |it| it.1);
            let scope = |years: &str| {
                vec![
                    ("endpoint", endpoint.to_owned()),
                    ("arm", arm.code().to_owned()),
                    ("cause", cause.to_owned()),
                    ("years", years.to_owned()),
                ]
            };
            rows.extend(of_cause(incidence, stretches, settings, confidence, scope));
        }
    }
    rows
}

fn of_cause(
    incidence: &Incidence,
    stretches: &[Stretch],
    settings: Settings,
    confidence: f64,
    scope: impl Fn(&str) -> Vec<(&'static str, String)>,
) -> Vec<Row> {
    let mut published = 0;
    let mut rows = Vec::new();
    for (horizon, years) in HORIZONS {
        let row = Row::withheld("cumulative_incidence", scope(years));
        let at_risk = stretches.iter().filter(|it| it.at_risk(horizon)).count() as u64;
        let events = stretches.iter().filter(|it| it.event == incidence.cause && it.time <= horizon).count() as u64;
        let step = incidence.rows.iter().take_while(|step| step.time <= horizon).last();
        let (Some(step), true) = (step, at_risk >= settings.threshold() && events >= published + settings.threshold())
        else {
            rows.push(row);
            continue;
        };
        published = events;
        let reach = interval_width(confidence) * step.standard_error;
        let estimate = Estimate {
            estimate: Some(hundredths(step.incidence)),
            lower: Some(hundredths((step.incidence - reach).max(0.0))),
            upper: Some(hundredths((step.incidence + reach).min(1.0))),
        };
        let people = settings.round(real(stretches.len() as u64));
        rows.push(row.free(Shown::new(estimate, None), Some(people), Some(settings.round(real(events)))));
    }
    rows
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// A rounded number as a count.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a multiple of the base, not negative")]
fn whole(count: f64) -> u64 {
    count as u64
}

#[cfg(test)]
mod tests;
