//! The differencing check over everything that ever left the house: numbers of different tables and days that
//! differ by few people, and the same question answered in two ways.
//!
//! Differences within one table are the business of [`super::protect`], which solves for them.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::Settings;

/// A published number, with what it is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// The table it stands in.
    pub table: String,
    /// What is counted, with the version of its definition.
    pub measure: String,
    /// The reference date.
    pub at: String,
    /// Of whom: dimension and category; whom the empty scope counts is everyone.
    pub scope: BTreeMap<String, String>,
    /// How many people it is in truth; for the record.
    pub people: u64,
    /// The number as published; nothing when it is withheld.
    pub published: Option<f64>,
}

/// Why a figure may not go out. Positions are those of the new figures and of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The same question had another answer.
    Contradiction {
        /// The new figure.
        figure: usize,
        /// The earlier one.
        earlier: usize,
    },
    /// It differs by few people from an earlier figure: of the same people on another day, or of more or fewer of
    /// them on the same day.
    SmallDifference {
        /// The new figure.
        figure: usize,
        /// The earlier one.
        earlier: usize,
        /// How many people.
        people: u64,
    },
    /// It differs by few people from a figure of another table that would go out with it.
    SmallDifferenceWithin {
        /// The one figure.
        figure: usize,
        /// The other.
        other: usize,
        /// How many people.
        people: u64,
    },
}

type Scope<'a> = Vec<(&'a str, &'a str)>;

/// What must keep the new figures from going out, given the history.
pub fn findings(new: &[Figure], history: &[Figure], settings: Settings) -> Vec<Finding> {
    let (by_scope, by_scope_before) = (index(new), index(history));
    let mut findings = Vec::new();
    for (figure, it) in new.iter().enumerate() {
        for &earlier in at(&by_scope_before, it, &scope(it)) {
            same_people(figure, it, earlier, &history[earlier], settings, &mut findings);
        }
        for wider in proper_parts(&scope(it)) {
            for &earlier in at(&by_scope_before, it, &wider) {
                if let Some(people) = nested(it, &history[earlier], settings) {
                    findings.push(Finding::SmallDifference { figure, earlier, people });
                }
            }
            for &other in at(&by_scope, it, &wider) {
                let elsewhere = new[other].table != it.table;
                if let Some(people) = nested(it, &new[other], settings).filter(|_| elsewhere) {
                    findings.push(Finding::SmallDifferenceWithin { figure, other, people });
                }
            }
        }
    }
    for (earlier, it) in history.iter().enumerate() {
        for wider in proper_parts(&scope(it)) {
            for &figure in at(&by_scope, it, &wider) {
                if let Some(people) = nested(it, &new[figure], settings) {
                    findings.push(Finding::SmallDifference { figure, earlier, people });
                }
            }
        }
    }
    findings
}

fn same_people(
    figure: usize,
    new: &Figure,
    earlier: usize,
    before: &Figure,
    settings: Settings,
    findings: &mut Vec<Finding>,
) {
    if new.at == before.at {
        // To withhold later what was once published tells nothing.
        if new.published.is_some() && new.published != before.published {
            findings.push(Finding::Contradiction { figure, earlier });
        }
    } else if let Some(people) = small_difference(new, before, settings) {
        findings.push(Finding::SmallDifference { figure, earlier, people });
    }
}

fn nested(inner: &Figure, outer: &Figure, settings: Settings) -> Option<u64> {
    (inner.at == outer.at).then(|| small_difference(inner, outer, settings)).flatten()
}

fn small_difference(a: &Figure, b: &Figure, settings: Settings) -> Option<u64> {
    let people = a.people.abs_diff(b.people);
    let published = a.published.is_some() && b.published.is_some();
    (published && people > 0 && people < settings.threshold()).then_some(people)
}

fn scope(figure: &Figure) -> Scope<'_> {
    figure.scope.iter().map(|(dimension, category)| (dimension.as_str(), category.as_str())).collect()
}

fn index(figures: &[Figure]) -> HashMap<(&str, Scope<'_>), Vec<usize>> {
    let mut index: HashMap<_, Vec<usize>> = HashMap::new();
    for (position, figure) in figures.iter().enumerate() {
        index.entry((figure.measure.as_str(), scope(figure))).or_default().push(position);
    }
    index
}

fn at<'i, 'a>(
    index: &'i HashMap<(&'a str, Scope<'a>), Vec<usize>>,
    figure: &'a Figure,
    scope: &Scope<'a>,
) -> &'i [usize] {
    index.get(&(figure.measure.as_str(), scope.clone())).map_or(&[], Vec::as_slice)
}

/// The scopes of more people: those that leave out one dimension or more.
fn proper_parts<'a>(scope: &Scope<'a>) -> Vec<Scope<'a>> {
    let all = 1_u32.checked_shl(u32::try_from(scope.len()).unwrap_or(u32::MAX)).unwrap_or(0);
    (0..all.saturating_sub(1))
        .map(|kept| scope.iter().enumerate().filter(|(i, _)| kept & (1 << i) != 0).map(|(_, it)| *it).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(table: &str, at: &str, scope: &[(&str, &str)], people: u64) -> Figure {
        let scope = scope.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let published = (people >= 10).then(|| Settings::default().round(people as f64));
        Figure {
            table: table.to_owned(),
            measure: "registered/1".to_owned(),
            at: at.to_owned(),
            scope,
            people,
            published,
        }
    }

    fn found(new: &[Figure], history: &[Figure]) -> Vec<Finding> {
        findings(new, history, Settings::default())
    }

    #[test]
    fn the_same_question_has_the_same_answer() {
        let before = figure("status", "2026-03-31", &[("team", "north")], 58);
        assert_eq!(found(std::slice::from_ref(&before), std::slice::from_ref(&before)), []);
        let corrected = figure("status", "2026-03-31", &[("team", "north")], 52);
        assert_eq!(
            found(&[corrected], std::slice::from_ref(&before)),
            [Finding::Contradiction { figure: 0, earlier: 0 }]
        );
        let withheld = Figure { published: None, ..before.clone() };
        assert_eq!(found(std::slice::from_ref(&withheld), std::slice::from_ref(&before)), []);
        assert_eq!(found(&[before], &[withheld]), [Finding::Contradiction { figure: 0, earlier: 0 }]);
    }

    #[test]
    fn a_figure_that_moved_by_few_people_does_not_go_out() {
        let before = figure("status", "2026-03-31", &[("team", "north")], 55);
        let at = |people| figure("status", "2026-06-30", &[("team", "north")], people);
        let small = |people| [Finding::SmallDifference { figure: 0, earlier: 0, people }];
        assert_eq!(found(&[at(58)], std::slice::from_ref(&before)), small(3));
        assert_eq!(found(&[at(46)], std::slice::from_ref(&before)), small(9));
        assert_eq!(found(&[at(55)], std::slice::from_ref(&before)), []);
        assert_eq!(found(&[at(65)], std::slice::from_ref(&before)), []);
    }

    #[test]
    fn a_group_and_the_wider_one_that_differ_by_few_are_found_in_either_order() {
        let all = figure("total", "2026-03-31", &[], 100);
        let men = figure("sex", "2026-03-31", &[("sex", "m")], 94);
        let small = [Finding::SmallDifference { figure: 0, earlier: 0, people: 6 }];
        assert_eq!(found(std::slice::from_ref(&men), std::slice::from_ref(&all)), small);
        assert_eq!(found(std::slice::from_ref(&all), std::slice::from_ref(&men)), small);
        let within = [Finding::SmallDifferenceWithin { figure: 1, other: 0, people: 6 }];
        assert_eq!(found(&[all.clone(), men.clone()], &[]), within);
        // In one table it is solved for, and on another day the people are others.
        assert_eq!(found(&[Figure { table: "sex".to_owned(), ..all.clone() }, men.clone()], &[]), []);
        assert_eq!(found(&[Figure { at: "2026-06-30".to_owned(), ..men }], &[all]), []);
    }
}
