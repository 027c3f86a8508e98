//! Stable-2007 and Acute-2007: items by their codes, and the sum of the scores.

use std::collections::BTreeMap;

use super::profile::{BandOf, Dynamic, band};
use super::record::{FaultCode, ItemScore};
use super::static99r::Scored;
use super::step::Step;
use crate::grounds::Fault;

/// Faults of what was told. `skipped` is the item that does not apply.
pub(super) fn faults(items: &BTreeMap<String, i64>, rules: &Dynamic, skipped: Option<&str>) -> Vec<Fault<FaultCode>> {
    let mut faults = Vec::new();
    for (item, score) in items {
        let field = format!("finding.items.{item}");
        if !rules.items.contains(item) {
            // A name that is no item may be anything a person typed, so it is not repeated.
            faults.push(Fault::new("finding.items", FaultCode::UnknownItem));
        } else if skipped == Some(item) {
            faults.push(Fault::new(field, FaultCode::DoesNotApply));
        } else if !(0..=rules.most_per_item).contains(score) {
            faults.push(Fault::new(field, FaultCode::OutOfRange));
        }
    }
    faults
}

/// Scores an assessment without faults.
pub(super) fn score(items: &BTreeMap<String, i64>, rules: &Dynamic, skipped: Option<&str>, system: &str) -> Scored {
    let mut scored = Scored::default();
    for item in rules.items.iter().filter(|item| skipped != Some(item.as_str())) {
        scored.items.push(ItemScore::new(item, items.get(item).copied()));
    }
    if let Some(item) = skipped {
        scored.steps.push(Step::LeftOut { item: item.to_owned() });
    }
    let unscored = scored.items.iter().filter(|item| item.score.is_none());
    scored.missing = unscored.map(|item| item.item.clone()).collect();
    if !scored.missing.is_empty() {
        scored.steps.extend(scored.missing.iter().map(|item| Step::Missing { item: item.clone() }));
        scored.steps.push(Step::NoTotal);
        return scored;
    }
    let total: i64 = scored.items.iter().filter_map(|item| item.score).sum();
    let count = i64::try_from(scored.items.len()).unwrap_or(i64::MAX);
    scored.total = Some(total);
    scored.steps.push(Step::Sum { total, most: count.saturating_mul(rules.most_per_item) });
    match band(&rules.bands, total) {
        Some(band) => {
            let of = BandOf { system: system.to_owned(), band: band.to_owned() };
            scored.steps.push(Step::Band { system: of.system.clone(), band: of.band.clone() });
            scored.bands.push(of);
        }
        None => scored.steps.push(Step::NoBands),
    }
    scored
}
