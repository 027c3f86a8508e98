//! The attack of an outsider who has all tables of a measure: their columns of totals are the same people.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome, Variable};

use super::*;
use crate::disclosure::protect::{Order, protect};
use crate::disclosure::table::Kind;
use crate::history::sample::{crowd, day};
use crate::number::real;
use crate::period::Quarter;

/// All published numbers of the tables as facts about their cells without parts, and one cell to be worked out.
fn bound(releases: &[Release], secret: (usize, usize), direction: OptimizationDirection) -> Option<f64> {
    let mut problem = Problem::new(direction);
    let aim =
        |release: usize, leaf: usize| secret.0 == release && releases[release].table().parts(secret.1).contains(&leaf);
    let unknowns: Vec<Vec<Variable>> = releases
        .iter()
        .enumerate()
        .map(|(number, release)| {
            let leaves = 0..release.table().leaves().len();
            leaves.map(|leaf| problem.add_var(f64::from(aim(number, leaf)), (0.0, 1e6))).collect()
        })
        .collect();
    let sum = |release: usize, cell: usize, factor: f64| {
        let parts = releases[release].table().parts(cell).iter();
        parts.map(|leaf| (unknowns[release][*leaf], factor)).collect::<Vec<_>>()
    };
    for (number, release) in releases.iter().enumerate() {
        for (cell, published) in release.published().into_iter().enumerate() {
            if let Some(value) = published.value {
                // Multiples of five of whole people: two to each side.
                problem.add_constraint(sum(number, cell, 1.0), ComparisonOp::Ge, (value - 2.0).max(0.0));
                problem.add_constraint(sum(number, cell, 1.0), ComparisonOp::Le, value + 2.0);
            }
        }
        let rows = release.table().rows().len();
        for row in (0..rows).filter(|_| number > 0) {
            let (here, first) = (release.table().position(row, 0), releases[0].table().position(row, 0));
            let same = [sum(number, here, 1.0), sum(0, first, -1.0)].concat();
            problem.add_constraint(same, ComparisonOp::Eq, 0.0);
        }
    }
    match problem.solve().ok()? {
        SolveOutcome::Solution(solution) => Some(solution.objective()),
        SolveOutcome::Interrupted(_) => None,
    }
}

fn plan() -> Plan {
    let quarter = Quarter::of(day(0));
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let (teams, offence_groups) = (names(&["north", "south", "elsewhere"]), names(&["images", "contact"]));
    Plan::new(plan::Choice { first: quarter, last: quarter, over: day(90), teams, offence_groups }).unwrap()
}

#[test]
fn no_small_number_comes_out_of_all_tables_of_a_measure_together() {
    let mut attacked = 0;
    for seed in 1..5 {
        let found = answers(crowd(160 + 60 * u128::from(seed), seed), plan());
        for measure in measures::ALL.iter().filter(|it| it.quantity.kind() == Kind::Counts) {
            let tables = found.tables.iter().filter(|it| it.measure == *measure);
            let releases: Vec<Release> = tables
                .map(|it| {
                    let order = Order { settings: it.settings(Settings::default()), only_grows: false, earlier: &[] };
                    protect(it.table.clone(), order).unwrap()
                })
                .collect();
            for (number, release) in releases.iter().enumerate() {
                let cells = release.statuses().iter().enumerate();
                for (cell, _) in cells.filter(|(_, status)| status.is_protected()) {
                    let most = bound(&releases, (number, cell), OptimizationDirection::Maximize).unwrap();
                    let people = release.table().cells()[cell].people;
                    assert!(most >= 10.0 - 1e-6, "{} {number} {cell}: {people} of at most {most}", measure.id);
                    let least = bound(&releases, (number, cell), OptimizationDirection::Minimize).unwrap();
                    assert!(
                        least <= real(people) + 1e-6 && most - least >= 5.0 - 1e-6,
                        "{}: {least} to {most}",
                        measure.id
                    );
                    attacked += 1;
                }
            }
        }
    }
    assert!(attacked > 100, "{attacked}");
}
