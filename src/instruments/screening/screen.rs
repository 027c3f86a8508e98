//! How an application weighs: which cases count, whether a sexual offence is an obstacle, and which test follows.

use chrono::NaiveDate;
use serde::Serialize;

use super::application::{Antecedent, Application, ApplicationFault, OffenceGroup};
use super::look_back::looked_at;
use super::profile::{Function, ScreeningRules};
use super::step::Step;
use super::visible::sight;
use crate::countries::Countries;
use crate::grounds::{Fault, codes, last_day_of_years};

codes! {
    /// Why a case is weighed, or is not.
    pub enum ItemReason {
        /// Weighed: the Dutch criminal record.
        CriminalRecord => "criminal_record",
        /// Weighed: the sentence was transferred here, so the record has it.
        SentenceTransferred => "sentence_transferred",
        /// Weighed: supplied through ECRIS about a Dutch national.
        EcrisDutch => "ecris_dutch",
        /// Weighed: supplied by the state of nationality for work with children.
        EcrisUnion => "ecris_union",
        /// Weighed: the arrangement of the Benelux.
        Benelux => "benelux",
        /// Not weighed: an acquittal does not count.
        Acquittal => "acquittal",
        /// Not weighed: not final.
        NotFinal => "not_final",
        /// Not weighed: told by the person or a liaison officer, and in no record the authority sees.
        OnlyTold => "only_told",
        /// Not weighed: convicted and served outside the Union.
        OutsideTheUnion => "outside_the_union",
        /// Not weighed: the system for nationals of third countries is not in operation.
        ThirdCountryNational => "third_country_national",
        /// Not weighed: other states supply it only for work with children.
        NotWithChildren => "not_with_children",
        /// Not weighed: outside the years that are looked at.
        OutsideLookBack => "outside_look_back",
    }
}

codes! {
    /// The objective test.
    pub enum Obstacle {
        /// A sexual offence weighs, and the work is with people who depend on the applicant or are vulnerable.
        Assumed => "assumed",
        /// Something weighs, and whether it is an obstacle is for the authority.
        ForTheAuthority => "for_the_authority",
        /// Nothing weighs.
        None => "none",
    }
}

codes! {
    /// The subjective test that follows.
    pub enum Test {
        /// Refusal, unless evidently disproportionate.
        Strict => "strict",
        /// The interests are weighed; the conviction stays visible.
        Ordinary => "ordinary",
        /// Nothing is weighed.
        None => "none",
    }
}

codes! {
    /// Why the strict test applies.
    pub enum StrictRule {
        /// Two or more severe ones, whenever.
        TwoEver => "two_ever",
        /// A severe one in the last twenty years.
        OneInTwentyYears => "one_in_twenty_years",
        /// A lighter one in the last ten years.
        LighterInTenYears => "lighter_in_ten_years",
    }
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Its id in the question.
    pub id: String,
    /// Whether it is weighed.
    pub weighed: bool,
    /// Why, or why not.
    pub reason: ItemReason,
    /// The provision.
    pub source: String,
    /// Step by step.
    pub steps: Vec<Step>,
}

/// What the application comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Screening {
    /// The day.
    pub on: NaiveDate,
    /// The version of the rules.
    pub rules: String,
    /// Every case, in the order of the question.
    pub items: Vec<Item>,
    /// The objective test.
    pub obstacle: Obstacle,
    /// The provision of the objective test.
    pub obstacle_source: String,
    /// The subjective test.
    pub test: Test,
    /// The provision of the subjective test.
    pub test_source: String,
    /// Why the strict test applies, every reason there is.
    pub strict_because: Vec<StrictRule>,
    /// Weeks in which is decided; more when the answer is negative.
    pub decision_weeks: u32,
    /// Weeks in which is decided when the answer is negative.
    pub decision_weeks_when_negative: u32,
    /// The provision of those terms.
    pub decision_source: String,
    /// How the tests were reached.
    pub steps: Vec<Step>,
}

/// Screens an application under the rules of its day.
///
/// # Errors
/// Everything that is wrong with the application.
pub fn screen(
    application: &Application,
    rules: &ScreeningRules,
    countries: &Countries,
) -> Result<Screening, Vec<Fault<ApplicationFault>>> {
    let faults = application.faults(rules, countries);
    let (Some(function), true) = (rules.functions.get(&application.function), faults.is_empty()) else {
        return Err(faults);
    };
    let items: Vec<Item> =
        application.antecedents.iter().map(|case| item(case, application, function, rules, countries)).collect();
    let pairs = application.antecedents.iter().zip(&items);
    let weighed: Vec<&Antecedent> = pairs.filter(|(_, item)| item.weighed).map(|(case, _)| case).collect();
    let sexual: Vec<&Antecedent> = weighed.iter().copied().filter(|c| c.offence == OffenceGroup::Sexual).collect();
    let obstacle = match (weighed.is_empty(), sexual.is_empty(), function.obstacle) {
        (true, _, _) => Obstacle::None,
        (false, false, true) => Obstacle::Assumed,
        (false, true, _) | (false, false, false) => Obstacle::ForTheAuthority,
    };
    let mut steps = vec![match obstacle {
        Obstacle::Assumed => Step::ObstacleAssumed,
        Obstacle::ForTheAuthority => Step::ObstacleForTheAuthority,
        Obstacle::None => Step::NothingWeighs,
    }];
    let (mut strict_because, mut test) = (Vec::new(), Test::None);
    match obstacle {
        Obstacle::Assumed => {
            strict_because = strict(&sexual, application.on, rules, &mut steps);
            test = if strict_because.is_empty() { Test::Ordinary } else { Test::Strict };
        }
        Obstacle::ForTheAuthority => test = Test::Ordinary,
        Obstacle::None => {}
    }
    if test == Test::Ordinary {
        steps.push(Step::OrdinaryTest);
    }
    Ok(Screening {
        on: application.on,
        rules: rules.id.clone(),
        items,
        obstacle,
        obstacle_source: rules.sources.objective.clone(),
        test,
        test_source: rules.sources.strict.clone(),
        strict_because,
        decision_weeks: rules.decision.weeks,
        decision_weeks_when_negative: rules.decision.weeks_when_negative,
        decision_source: rules.sources.decision.clone(),
        steps,
    })
}

fn item(
    case: &Antecedent,
    application: &Application,
    function: &Function,
    rules: &ScreeningRules,
    countries: &Countries,
) -> Item {
    let sight = sight(case, application, rules, countries, function.children);
    let id = case.id.clone();
    let mut steps = vec![sight.step];
    let (Some(final_on), true) = (case.final_on, sight.seen) else {
        return Item { id, weighed: false, reason: sight.reason, source: sight.source, steps };
    };
    let (inside, step) = looked_at(case, final_on, application, function, rules);
    steps.push(step);
    if !inside {
        let source = rules.sources.look_back.clone();
        return Item { id, weighed: false, reason: ItemReason::OutsideLookBack, source, steps };
    }
    Item { id, weighed: true, reason: sight.reason, source: sight.source, steps }
}

/// The rules of the strict test that sexual offences meet on a day.
fn strict(sexual: &[&Antecedent], on: NaiveDate, rules: &ScreeningRules, steps: &mut Vec<Step>) -> Vec<StrictRule> {
    let mut met = Vec::new();
    let severe: Vec<&Antecedent> = sexual.iter().copied().filter(|case| case.disposal.is_severe()).collect();
    let count = u32::try_from(severe.len()).unwrap_or(u32::MAX);
    if count >= rules.strict.severe_ever {
        met.push(StrictRule::TwoEver);
        steps.push(Step::SevereEver { count });
    }
    let within = |case: &Antecedent, years: u32| {
        let from = case.final_on?;
        let last_day = last_day_of_years(from, years);
        (on <= last_day).then(|| Step::InTheYears { fact: case.id.clone(), years, from, last_day })
    };
    let recent: Vec<Step> = severe.iter().filter_map(|case| within(case, rules.strict.severe_years)).collect();
    if !recent.is_empty() {
        met.push(StrictRule::OneInTwentyYears);
        steps.extend(recent);
    }
    let lighter = sexual.iter().filter(|case| !case.disposal.is_severe());
    let lighter: Vec<Step> = lighter.filter_map(|case| within(case, rules.strict.lighter_years)).collect();
    if !lighter.is_empty() {
        met.push(StrictRule::LighterInTenYears);
        steps.extend(lighter);
    }
    if !met.is_empty() {
        steps.push(Step::StrictTest);
    }
    met
}
