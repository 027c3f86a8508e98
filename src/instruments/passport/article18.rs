//! Article 18: a suspicion, a sentence or a breach of conditions on a day.

use chrono::NaiveDate;

use super::check::{Article18, Criterion, CriterionCode, Ground, Outcome, best, claim, criterion, presumption};
use super::profile::PassportRules;
use super::situation::{Breach, BreachedOrder, Sentence, Situation, Suspicion};
use super::step::Step;

/// The criteria on a day.
pub(super) fn check(situation: &Situation, rules: &PassportRules, on: NaiveDate) -> Article18 {
    let suspicion =
        over(CriterionCode::Suspicion, &rules.sources.suspicion, &situation.suspicions, |fact| suspected(fact, on));
    let sentence =
        over(CriterionCode::Sentence, &rules.sources.sentence, &situation.sentences, |fact| sentenced(fact, rules, on));
    let (of_measure, others): (Vec<&Breach>, Vec<&Breach>) =
        situation.breaches.iter().partition(|breach| breach.order == BreachedOrder::Measure38z);
    let breach = over(CriterionCode::Breach, &rules.sources.breach, others, |fact| {
        let ground = rules.article18.breached_orders.contains(&fact.order);
        broken(fact, if ground { None } else { Some(Step::OrderIsNoGround { fact: fact.id.clone() }) }, on)
    });
    let measure = over(CriterionCode::BreachOfMeasure38z, &rules.sources.measure_38z, of_measure, |fact| {
        let switch = rules.article18.measure_38z;
        let off = match switch.effective_from {
            _ if switch.is_on(on) => None,
            Some(from) => Some(Step::RuleBegins { from }),
            None => Some(Step::RuleNotInForce),
        };
        broken(fact, off, on)
    });
    let grounds = [(Ground::A, vec![&suspicion]), (Ground::B, vec![&sentence]), (Ground::C, vec![&breach, &measure])];
    let met = |criteria: &[&Criterion]| criteria.iter().any(|criterion| criterion.outcome == Outcome::Met);
    let grounds: Vec<Ground> =
        grounds.iter().filter(|(_, criteria)| met(criteria)).map(|(ground, _)| *ground).collect();
    let claim = claim(situation, rules);
    let reasons = situation.evasion_reasons.as_deref();
    Article18 {
        open: !grounds.is_empty() && claim.outcome != Outcome::NotMet,
        grounds,
        criteria: vec![
            claim,
            suspicion,
            sentence,
            breach,
            measure,
            presumption(CriterionCode::Evasion, reasons, &rules.sources.evasion),
        ],
    }
}

/// A criterion that any one of several facts can meet.
fn over<'f, F: 'f>(
    code: CriterionCode,
    source: &str,
    facts: impl IntoIterator<Item = &'f F>,
    outcome_of: impl Fn(&'f F) -> (Outcome, Step),
) -> Criterion {
    let (outcomes, mut steps): (Vec<Outcome>, Vec<Step>) = facts.into_iter().map(outcome_of).unzip();
    if steps.is_empty() {
        steps.push(Step::NoSuchFact);
    }
    criterion(code, best(outcomes), source, steps)
}

fn suspected(fact: &Suspicion, on: NaiveDate) -> (Outcome, Step) {
    let id = fact.id.clone();
    if fact.disputed {
        return (Outcome::NotMet, Step::Disputed { fact: id });
    }
    if on < fact.from || fact.until.is_some_and(|until| until < on) {
        return (Outcome::NotMet, Step::NotOnThatDay { fact: id, from: fact.from, until: fact.until });
    }
    match fact.pretrial_detention {
        Some(true) => (Outcome::Met, Step::Suspected { fact: id, from: fact.from }),
        Some(false) => (Outcome::NotMet, Step::NoPretrialDetention { fact: id }),
        None => (Outcome::Unknown, Step::PretrialDetentionNotEstablished { fact: id }),
    }
}

fn sentenced(fact: &Sentence, rules: &PassportRules, on: NaiveDate) -> (Outcome, Step) {
    let id = fact.id.clone();
    if fact.disputed {
        return (Outcome::NotMet, Step::Disputed { fact: id });
    }
    let Some(final_on) = fact.final_on.filter(|final_on| *final_on <= on) else {
        return (Outcome::NotMet, Step::NotFinal { fact: id });
    };
    let rules18 = &rules.article18;
    let days = fact.months.saturating_mul(rules18.days_per_month).saturating_add(fact.days);
    let needed = rules18.least_months.saturating_mul(rules18.days_per_month);
    if days >= needed {
        return (Outcome::Met, Step::LongEnough { fact: id, final_on, days, needed });
    }
    let above = rules18.fine_category_above;
    match fact.fine_category {
        Some(category) if category > above => {
            (Outcome::Met, Step::FineHighEnough { fact: id, final_on, category, above })
        }
        Some(_) | None => (Outcome::NotMet, Step::TooLight { fact: id, days, needed, above }),
    }
}

/// `off`: why a breach of this order is no ground.
fn broken(fact: &Breach, off: Option<Step>, on: NaiveDate) -> (Outcome, Step) {
    let id = fact.id.clone();
    if fact.disputed {
        return (Outcome::NotMet, Step::Disputed { fact: id });
    }
    if on < fact.from || fact.until.is_some_and(|until| until < on) {
        return (Outcome::NotMet, Step::NotOnThatDay { fact: id, from: fact.from, until: fact.until });
    }
    match off {
        Some(step) => (Outcome::NotMet, step),
        None => (Outcome::Met, Step::ConditionsBroken { fact: id, order: fact.order, from: fact.from }),
    }
}
