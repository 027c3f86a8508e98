//! The fixed catalogue: every table that can leave the house, with its definition, filled by one pass over the histories.
//! There are no free queries.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`definition`] | what a table, a set of curves, a set of estimates is, in words |
//! | [`measures`] | the tables |
//! | [`series`] | the curves and the estimates |
//! | [`plan`] | which quarters, over which teams and offence groups |
//! | [`tally`] | a table as it fills |
//! | [`datasets`], [`labels`] | all of it as datasets, for the formats of a release |
//! | [`behind`] | the people and events behind a number, for an officer with the right |
//!
//! Memory does not grow with the number of histories, apart from what [`super::comparison::cohort`] keeps of people in
//! the arms. The tables hold true numbers: they go through [`super::disclosure::protect`] before anybody outside sees
//! them. Curves and estimates are made safe here, as what they are made of does not leave this module.

pub mod behind;
pub mod datasets;
pub mod definition;
pub mod labels;
pub mod measures;
pub mod plan;
pub mod series;
pub mod tally;

use super::comparison::agreement::Agreement;
use super::comparison::cohort::Cohort;
use super::disclosure::Settings;
use super::disclosure::history::Figure;
use super::disclosure::protect::Release;
use super::disclosure::table::Table;
use super::history::{History, Span};
use definition::{Across, Dimension, Measure, Quantity};
use plan::Plan;
use series::{Curves, Estimates, STANDARD};
use tally::Tally;

/// The catalogue as it fills.
#[derive(Debug, Clone)]
pub struct Catalogue {
    plan: Plan,
    /// For each quarter each measure, over each of its dimensions.
    tallies: Vec<Tally>,
    /// For each quarter.
    agreements: Vec<Agreement>,
    cohort: Cohort,
}

/// A table of the catalogue, filled with true numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// Its id: that of the measure and of what it is over.
    pub id: String,
    /// What it measures.
    pub measure: &'static Measure,
    /// The quarter, such as `2026-Q3`.
    pub quarter: String,
    /// The days of the quarter. What is so on a day is so on the last of them.
    pub period: Span,
    /// The rows.
    pub rows: Dimension,
    /// The columns.
    pub columns: Dimension,
    /// The numbers.
    pub table: Table,
}

/// All that the catalogue has to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The tables, to be made safe.
    pub tables: Vec<Filled>,
    /// Survival curves, safe.
    pub curves: Vec<Curves>,
    /// Estimates, safe.
    pub estimates: Vec<Estimates>,
}

/// Fills the catalogue with one pass over the histories.
pub fn answers(histories: impl IntoIterator<Item = History>, plan: Plan) -> Answers {
    let mut catalogue = Catalogue::new(plan);
    histories.into_iter().for_each(|history| catalogue.add(&history));
    catalogue.finish()
}

impl Catalogue {
    /// Of nobody yet.
    pub fn new(plan: Plan) -> Self {
        let mut tallies = Vec::new();
        let mut agreements = Vec::new();
        for (_, period) in plan.quarters() {
            for measure in measures::ALL {
                for across in measure.across {
                    tallies.push(Tally::new(measure.rows(), plan.columns(*across)));
                }
            }
            agreements.push(Agreement::new(*period, STANDARD));
        }
        let cohort = Cohort::new(plan.until(), STANDARD);
        Self { plan, tallies, agreements, cohort }
    }

    /// Adds a person.
    pub fn add(&mut self, history: &History) {
        let mut tallies = self.tallies.iter_mut();
        for (_, period) in self.plan.quarters() {
            for measure in measures::ALL {
                let items = (measure.items)(history, *period);
                for across in measure.across {
                    let Some(tally) = tallies.next() else { return };
                    tally.add(&items, self.plan.column(*across, history));
                }
            }
        }
        self.agreements.iter_mut().for_each(|it| it.add(history));
        self.cohort.add(history);
    }

    /// Adds other people, counted by the same plan.
    pub fn merge(&mut self, other: &Self) {
        self.tallies.iter_mut().zip(&other.tallies).for_each(|(tally, other)| tally.merge(other));
        self.agreements.iter_mut().zip(&other.agreements).for_each(|(it, other)| it.merge(other));
        self.cohort.merge(&other.cohort);
    }

    /// What was counted.
    pub fn finish(self) -> Answers {
        let mut estimates: Vec<Estimates> = Vec::new();
        for ((quarter, period), agreement) in self.plan.quarters().iter().zip(&self.agreements) {
            estimates.push(series::agreement(agreement, *quarter, *period, &self.plan));
        }
        estimates.extend(series::arms(&self.cohort, &self.plan));
        let curves = series::curves(&self.cohort, &self.plan);
        let mut tables = Vec::new();
        let mut tallies = self.tallies.into_iter();
        for (quarter, period) in self.plan.quarters() {
            for measure in measures::ALL {
                for across in measure.across {
                    let Some(tally) = tallies.next() else { break };
                    tables.push(Filled {
                        id: measure.table_id(*across),
                        measure,
                        quarter: quarter.to_string(),
                        period: *period,
                        rows: measure.rows(),
                        columns: self.plan.columns(*across),
                        table: tally.finish(measure.quantity.kind()),
                    });
                }
            }
        }
        Answers { tables, curves, estimates }
    }
}

impl Filled {
    /// The limits of a release as this table needs them.
    pub const fn settings(&self, settings: Settings) -> Settings {
        if self.measure.sensitive { settings } else { settings.empty_is_safe() }
    }

    /// The figures of a release of this table, to be held against every other: see [`super::disclosure::history`].
    /// Nothing when the release is of another table.
    pub fn figures(&self, release: &Release) -> Option<Vec<Figure>> {
        if !release.table().has_shape_of(&self.table) {
            return None;
        }
        let at = match self.measure.quantity {
            Quantity::PeopleOnLastDay => {
                self.period.until().map_or_else(|| self.quarter.clone(), |last| last.to_string())
            }
            Quantity::PeopleInPeriod | Quantity::Sums(_) => self.quarter.clone(),
        };
        let published = release.published();
        let width = self.columns.categories.len();
        let cells = release.table().cells().iter().zip(published).enumerate();
        let figures = cells.map(|(position, (cell, published))| Figure {
            table: self.id.clone(),
            measure: format!("{}/{}", self.measure.id, self.measure.version),
            at: at.clone(),
            scope: [(&self.rows, position / width), (&self.columns, position % width)]
                .into_iter()
                .filter(|(_, category)| *category > 0)
                .map(|(dimension, category)| (dimension.code.clone(), dimension.categories[category].code.clone()))
                .collect(),
            people: cell.people,
            published: published.value,
        });
        Some(figures.collect())
    }
}

/// The ids of all tables, in the order in which they are filled.
pub fn table_ids() -> impl Iterator<Item = (String, &'static Measure, Across)> {
    measures::ALL.iter().flat_map(|it| it.across.iter().map(|across| (it.table_id(*across), *it, *across)))
}

#[cfg(test)]
mod linked;
#[cfg(test)]
mod tests;
