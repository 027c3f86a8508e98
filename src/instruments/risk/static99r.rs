//! Static-99R: ten items, and when it does not apply.

use super::assessment::{Age, Finding, Sex, StaticItems};
use super::profile::{BandOf, RiskRules, band};
use super::record::{AgeClassRow, FaultCode, ItemScore};
use super::step::Step;
use crate::grounds::{Fault, codes};

/// Lowest total.
pub(super) const LEAST: i64 = -3;
/// Highest total.
pub(super) const MOST: i64 = 12;

codes! {
    /// Why the instrument does not apply.
    pub enum NotApplicable {
        /// It is for men.
        Woman => "woman",
        /// It is for people of 18 or older at release.
        MinorAtRelease => "minor_at_release",
        /// The index offence is only possession of images online.
        OnlyOnlineImages => "only_online_images",
    }
}

codes! {
    /// An age class of item 1.
    pub enum AgeClass {
        /// 18 to 34.
        From18 => "18_34",
        /// 35 to 39.
        From35 => "35_39",
        /// 40 to 59.
        From40 => "40_59",
        /// 60 and over.
        From60 => "60_over",
    }
}

impl AgeClass {
    /// The score of item 1.
    #[must_use]
    pub const fn score(self) -> i64 {
        match self {
            Self::From18 => 1,
            Self::From35 => 0,
            Self::From40 => -1,
            Self::From60 => -3,
        }
    }
}

/// What the items come to.
#[derive(Default)]
pub(super) struct Scored {
    pub(super) not_applicable: Vec<NotApplicable>,
    pub(super) items: Vec<ItemScore>,
    pub(super) total: Option<i64>,
    pub(super) missing: Vec<String>,
    pub(super) bands: Vec<BandOf>,
    pub(super) age_sensitivity: Vec<AgeClassRow>,
    pub(super) steps: Vec<Step>,
}

/// Faults of what was told.
pub(super) fn faults(age: Option<Age>, items: &StaticItems) -> Vec<Fault<FaultCode>> {
    let mut faults = Vec::new();
    match age {
        Some(Age::Days { born_on, released_on }) if released_on < born_on => {
            faults.push(Fault::new("finding.age.releasedOn", FaultCode::BeforeBirth));
        }
        Some(Age::Years { years }) if !(0.0..=120.0).contains(&years) => {
            faults.push(Fault::new("finding.age.years", FaultCode::OutOfRange));
        }
        Some(_) | None => {}
    }
    for (name, score, most) in told(items) {
        if score.is_some_and(|score| !(0..=most).contains(&score)) {
            faults.push(Fault::new(format!("finding.items.{name}"), FaultCode::OutOfRange));
        }
    }
    let counts = [
        ("priorSexualCharges", items.prior_sexual_charges),
        ("priorSexualConvictions", items.prior_sexual_convictions),
    ];
    for (name, count) in counts {
        if count.is_some_and(|count| !(0..=1_000).contains(&count)) {
            faults.push(Fault::new(format!("finding.items.{name}"), FaultCode::OutOfRange));
        }
    }
    if let (Some(score), Some(counted)) = (items.prior_sexual, counted(items))
        && score != counted
    {
        faults.push(Fault::new("finding.items.priorSexual", FaultCode::DoesNotFitCounts));
    }
    faults
}

/// Items 2 to 10 as told: name, score, highest score.
const fn told(items: &StaticItems) -> [(&'static str, Option<i64>, i64); 9] {
    [
        ("neverLivedWithLover", items.never_lived_with_lover, 1),
        ("indexViolence", items.index_violence, 1),
        ("priorViolence", items.prior_violence, 1),
        ("priorSexual", items.prior_sexual, 3),
        ("priorSentencingDates", items.prior_sentencing_dates, 1),
        ("nonContact", items.non_contact, 1),
        ("unrelatedVictim", items.unrelated_victim, 1),
        ("strangerVictim", items.stranger_victim, 1),
        ("maleVictim", items.male_victim, 1),
    ]
}

/// Item 5 from charges and convictions: the higher of what either gives. Both are needed.
fn counted(items: &StaticItems) -> Option<i64> {
    let charges = match items.prior_sexual_charges? {
        ..=0 => 0,
        1..=2 => 1,
        3..=5 => 2,
        6.. => 3,
    };
    let convictions = match items.prior_sexual_convictions? {
        ..=0 => 0,
        1 => 1,
        2..=3 => 2,
        4.. => 3,
    };
    Some(charges.max(convictions))
}

/// The age class; `None` under 18.
fn class(age: Age) -> Option<AgeClass> {
    let reached = |wanted: u32| match age {
        Age::Days { born_on, released_on } => !law::day::is_under(born_on, released_on, wanted),
        Age::Years { years } => years >= f64::from(wanted),
    };
    [(60, AgeClass::From60), (40, AgeClass::From40), (35, AgeClass::From35), (18, AgeClass::From18)]
        .into_iter()
        .find(|(years, _)| reached(*years))
        .map(|(_, class)| class)
}

/// Scores an assessment without faults.
pub(super) fn score(finding: &Finding, rules: &RiskRules) -> Scored {
    let Finding::Static99r { sex, age, only_online_images, items } = finding else {
        return Scored::default();
    };
    let mut scored = Scored { not_applicable: exclusions(*sex, *age, *only_online_images), ..Scored::default() };
    let own_class = age.and_then(class);
    scored.items.push(ItemScore::new("ageAtRelease", own_class.map(AgeClass::score)));
    for (name, score, _) in told(items) {
        let score = if name == "priorSexual" { score.or_else(|| counted(items)) } else { score };
        scored.items.push(ItemScore::new(name, score));
    }
    if !scored.not_applicable.is_empty() {
        scored.steps = scored.not_applicable.iter().map(|why| Step::NotApplicable { why: *why }).collect();
        return scored;
    }
    let unknown = [("sex", sex.is_none()), ("onlyOnlineImages", only_online_images.is_none())];
    let unscored = scored.items.iter().filter(|item| item.score.is_none()).map(|item| item.item.clone());
    scored.missing =
        unscored.chain(unknown.iter().filter(|(_, missing)| *missing).map(|(name, _)| (*name).to_owned())).collect();
    if let (Some(own), true) = (own_class, scored.missing.is_empty()) {
        let rest: i64 = scored.items.iter().skip(1).filter_map(|item| item.score).sum();
        total(&mut scored, rest, own, rules);
    } else {
        scored.steps = scored.missing.iter().map(|item| Step::Missing { item: item.clone() }).collect();
        scored.steps.push(Step::NoTotal);
    }
    scored
}

fn exclusions(sex: Option<Sex>, age: Option<Age>, only_online_images: Option<bool>) -> Vec<NotApplicable> {
    let excluded = [
        (sex == Some(Sex::Female), NotApplicable::Woman),
        (age.is_some_and(|age| class(age).is_none()), NotApplicable::MinorAtRelease),
        (only_online_images == Some(true), NotApplicable::OnlyOnlineImages),
    ];
    excluded.into_iter().filter(|(excluded, _)| *excluded).map(|(_, why)| why).collect()
}

fn total(scored: &mut Scored, rest: i64, own: AgeClass, rules: &RiskRules) {
    let total = rest + own.score();
    scored.total = Some(total);
    scored.bands = bands(total, rules);
    scored.steps.push(Step::AgeClass { class: own, score: own.score() });
    scored.steps.push(Step::Total { rest, score: own.score(), total });
    scored.steps.extend(scored.bands.iter().map(|of| Step::Band { system: of.system.clone(), band: of.band.clone() }));
    for class in AgeClass::ALL {
        let moved = rest + class.score();
        scored.age_sensitivity.push(AgeClassRow {
            class: *class,
            own: *class == own,
            score: class.score(),
            total: moved,
            difference: moved - total,
            bands: bands(moved, rules),
        });
        if *class != own {
            scored.steps.push(Step::InOtherClass { class: *class, total: moved, difference: moved - total });
        }
    }
    scored.steps.push(Step::AgeWeakness { provision: rules.age_weakness.clone() });
}

fn bands(total: i64, rules: &RiskRules) -> Vec<BandOf> {
    let systems =
        [("old_2012", &rules.static_99r.old_2012), ("standardised_2016", &rules.static_99r.standardised_2016)];
    systems
        .into_iter()
        .filter_map(|(system, rows)| Some(BandOf { system: system.to_owned(), band: band(rows, total)?.to_owned() }))
        .collect()
}
