//! Disclosure control under attack. The attacker here is not the program's own: it knows the rules and the published
//! cells, writes down every cell as an unknown and every total as an equation, and solves.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use proptest::collection::vec;
use proptest::prelude::*;
use zedenregister::statistics::disclosure::primary::{need, need_of_people};
use zedenregister::statistics::disclosure::protect::{Order, Published, Refusal, Release, protect};
use zedenregister::statistics::disclosure::table::{Axis, Table};
use zedenregister::statistics::disclosure::{Settings, Status};

const ROWS: [&str; 4] = ["burglary", "fraud", "violence", "other"];
const COLUMNS: [&str; 3] = ["north", "middle", "south"];

fn table(people: &[u64]) -> Table {
    let place = |label: &str, labels: &[&str]| labels.iter().position(|it| *it == label).unwrap();
    let count = |row: &str, column: &str| Some(people[place(row, &ROWS) * COLUMNS.len() + place(column, &COLUMNS)]);
    Table::counts(Axis::flat("all", &ROWS), Axis::flat("all", &COLUMNS), count)
}

fn released(people: &[u64], earlier: &[Release]) -> Result<Release, Refusal> {
    protect(table(people), Order { settings: Settings::default(), only_grows: true, earlier })
}

/// The published tables, one unknown for each cell, with all their totals.
struct Attacker {
    problem: Problem,
    cells: Vec<Vec<Variable>>,
}

impl Attacker {
    /// What to look at: cells, as table and position, with their factors.
    fn new(tables: &[Vec<Published>], target: &[(usize, usize, f64)], direction: OptimizationDirection) -> Self {
        let mut problem = Problem::new(direction);
        let cells: Vec<Vec<Variable>> = tables
            .iter()
            .enumerate()
            .map(|(number, table)| {
                let factor = |cell| target.iter().filter(|it| (it.0, it.1) == (number, cell)).map(|it| it.2).sum();
                (0..table.len()).map(|cell| problem.add_integer_var(factor(cell), (0, i32::MAX))).collect()
            })
            .collect();
        let width = COLUMNS.len() + 1;
        for (table, cells) in tables.iter().zip(&cells) {
            let mut sum = |total: usize, parts: Vec<usize>| {
                let terms = parts.into_iter().map(|part| (cells[part], 1.0)).chain([(cells[total], -1.0)]);
                problem.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Eq, 0.0);
            };
            (0..=ROWS.len()).for_each(|row| sum(row * width, (1..width).map(|column| row * width + column).collect()));
            (0..width).for_each(|column| sum(column, (1..=ROWS.len()).map(|row| row * width + column).collect()));
            for (cell, published) in cells.iter().zip(table) {
                if let Some(rounded) = published.value {
                    problem.add_constraint([(*cell, 1.0)], ComparisonOp::Ge, (rounded - 2.0).max(10.0));
                    problem.add_constraint([(*cell, 1.0)], ComparisonOp::Le, rounded + 2.0);
                }
            }
        }
        for pair in cells.windows(2) {
            // The rows' parts alone would do: nobody ever leaves.
            for (before, after) in pair[0].iter().zip(&pair[1]) {
                problem.add_constraint([(*after, 1.0), (*before, -1.0)], ComparisonOp::Ge, 0.0);
            }
        }
        Self { problem, cells }
    }

    /// The smallest and largest value of the target.
    fn interval(tables: &[Vec<Published>], target: &[(usize, usize, f64)]) -> (f64, f64) {
        let end = |direction| {
            let attacker = Self::new(tables, target, direction);
            assert_eq!(attacker.cells.len(), tables.len());
            match attacker.problem.solve() {
                Ok(outcome) => outcome.into_solution().unwrap().objective(),
                Err(microlp::Error::Unbounded) => f64::INFINITY,
                Err(error) => panic!("{error}"),
            }
        };
        (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize))
    }
}

/// What the attacker finds about something that is fewer than ten.
fn fails(interval: (f64, f64)) -> bool {
    interval.1 >= 10.0 - 1e-6 && interval.1 - interval.0 >= 5.0 - 1e-6
}

fn status(release: &Release, status: Status) -> usize {
    release.statuses().iter().filter(|it| **it == status).count()
}

#[rustfmt::skip]
const THREE_SMALL: [u64; 12] = [
     3, 40, 25,
    30,  7, 45,
    22, 31,  4,
    50, 28, 36,
];

/// How many tables of whole numbers have the totals of this one and, where it is shown, its cells.
fn solutions(people: &[u64], hidden: &[usize]) -> usize {
    fn fill(table: &mut Vec<u64>, hidden: &[usize], rows: &[u64], columns: &[u64]) -> usize {
        let sum = |cells: &mut dyn Iterator<Item = usize>| cells.map(|cell| table[cell]).sum::<u64>();
        let Some((&cell, rest)) = hidden.split_first() else {
            let right = (0..4).all(|row| sum(&mut (0..3).map(|column| row * 3 + column)) == rows[row])
                && (0..3).all(|column| sum(&mut (0..4).map(|row| row * 3 + column)) == columns[column]);
            return usize::from(right);
        };
        let most = rows[cell / 3].min(columns[cell % 3]);
        let fits = |table: &[u64], row: usize| (0..3).map(|column| table[row * 3 + column]).sum::<u64>() <= rows[row];
        (0..=most)
            .map(|value| {
                table[cell] = value;
                let count = if fits(table, cell / 3) { fill(table, rest, rows, columns) } else { 0 };
                table[cell] = 0;
                count
            })
            .sum()
    }
    let rows: Vec<u64> = people.chunks(3).map(|row| row.iter().sum()).collect();
    let columns: Vec<u64> = (0..3).map(|column| people.iter().skip(column).step_by(3).sum()).collect();
    let mut table = people.to_vec();
    hidden.iter().for_each(|&cell| table[cell] = 0);
    fill(&mut table, hidden, &rows, &columns)
}

#[test]
fn of_three_small_cells_plain_suppression_hides_none() {
    // Each is alone in its row, so the row's total gives it away.
    assert_eq!(solutions(&THREE_SMALL, &[0, 4, 8]), 1);
    let order = Order { settings: Settings::default().exact(), only_grows: false, earlier: &[] };
    let release = protect(table(&THREE_SMALL), order).unwrap();
    assert_eq!((status(&release, Status::SmallCounts), status(&release, Status::Secondary)), (3, 3));
    let inner = |cell: &usize| !cell.is_multiple_of(4) && cell / 4 > 0;
    let hidden: Vec<usize> = (0..20)
        .filter(|&cell| release.statuses()[cell] != Status::Free)
        .inspect(|cell| assert!(inner(cell), "a total is withheld"))
        .map(|cell| (cell / 4 - 1) * 3 + cell % 4 - 1)
        .collect();
    assert!(solutions(&THREE_SMALL, &hidden) > 10, "{}", solutions(&THREE_SMALL, &hidden));
    assert!(release.intervals().iter().all(|it| it.1.meets(need_of_people(Settings::default()))));
}

#[test]
fn what_is_withheld_and_rounded_cannot_be_worked_out() {
    let release = released(&THREE_SMALL, &[]).unwrap();
    assert_eq!(status(&release, Status::SmallCounts), 3);
    let published = release.published();
    for (row, column) in [(1, 1), (2, 2), (3, 3)] {
        let cell = row * 4 + column;
        assert_eq!((published[cell].value, published[cell].status), (None, Status::Confidential));
        let interval = Attacker::interval(std::slice::from_ref(&published), &[(0, cell, 1.0)]);
        assert!(fails(interval), "cell {cell} is in {interval:?}");
        // The program's own attack finds the same.
        let own = release.intervals().iter().find(|it| it.0 == cell).unwrap().1;
        assert!((own.least - interval.0).abs() < 1e-6 && (own.most - interval.1).abs() < 1e-6, "{own:?} {interval:?}");
    }
    // What is published is rounded on its own, and most of the table still is.
    let shown: Vec<f64> = published.iter().filter_map(|cell| cell.value).collect();
    assert!(shown.iter().all(|value| value % 5.0 == 0.0) && shown.len() >= 10, "{shown:?}");
    assert!(published.iter().all(|cell| matches!(cell.status, Status::Free | Status::Confidential)));
}

#[test]
fn a_row_whose_people_all_share_one_answer_is_not_told() {
    #[rustfmt::skip]
    let people = [
        80,  0,  0,
        30, 27, 45,
        22, 31, 24,
        50, 28, 36,
    ];
    let release = released(&people, &[]).unwrap();
    let published = release.published();
    for cell in [6, 7] {
        assert!(fails(Attacker::interval(std::slice::from_ref(&published), &[(0, cell, 1.0)])));
    }
    // Were the full cell and its row both there, the zeros beside it would be too.
    assert!(published[4].value.is_none() || published[5].value.is_none());
}

#[test]
fn a_table_of_next_to_nobody_has_nothing_to_show() {
    let release = released(&[1, 0, 2, 0, 0, 1, 0, 0, 0, 0, 3, 0], &[]).unwrap();
    assert!(release.published().iter().all(|cell| cell.value.is_none()));
}

#[test]
fn the_same_request_gets_the_same_answer() {
    let people = [3, 40, 25, 30, 7, 45, 22, 31, 4, 50, 28, 36];
    assert_eq!(released(&people, &[]), released(&people, &[]));
    let first = released(&people, &[]).unwrap();
    // Also a quarter later, when nothing has changed.
    assert_eq!(released(&people, std::slice::from_ref(&first)).unwrap().published(), first.published());
}

#[test]
fn a_cell_that_moved_by_few_people_is_withheld_and_cannot_be_worked_out() {
    let first = released(&[55, 40, 25, 30, 70, 45, 22, 31, 41, 50, 28, 36], &[]).unwrap();
    assert_eq!(first.published().iter().filter(|cell| cell.value.is_none()).count(), 0);
    let second = released(&[58, 40, 25, 30, 70, 45, 22, 31, 41, 50, 28, 36], std::slice::from_ref(&first)).unwrap();
    assert_eq!(second.statuses()[5], Status::SmallChange);
    let both = [first.published(), second.published()];
    assert!(fails(Attacker::interval(&both, &[(1, 5, 1.0), (0, 5, -1.0)])));
}

#[test]
fn a_sum_that_one_person_makes_up_is_withheld_with_room_around_it() {
    let hours = |row: &str, column: &str| match (row, column) {
        ("violence", "south") => [&[4000.0][..], &[10.0; 12]].concat(),
        ("other", _) => vec![25.0; 4],
        (_, _) => vec![100.0; 15],
    };
    let sums = Table::sums(Axis::flat("all", &ROWS), Axis::flat("all", &COLUMNS), hours);
    let order = Order { settings: Settings::default(), only_grows: false, earlier: &[] };
    let release = protect(sums, order).unwrap();
    assert_eq!(release.statuses()[3 * 4 + 3], Status::DominatedByOne);
    assert_eq!(release.statuses()[4 * 4 + 1], Status::SmallCounts);
    assert!(release.intervals().iter().any(|it| it.0 == 15));
    for (cell, interval) in release.intervals() {
        let held = release.table().cells()[cell];
        assert!(interval.meets(need(held, release.table().kind(), Settings::default())), "{cell}: {interval:?}");
    }
}

#[test]
fn another_shape_cannot_be_compared() {
    let first = released(&[20; 12], &[]).unwrap();
    let other = Table::counts(Axis::flat("all", &["a"]), Axis::flat("all", &["b"]), |_, _| Some(20));
    let order = Order { settings: Settings::default(), only_grows: true, earlier: std::slice::from_ref(&first) };
    assert_eq!(protect(other, order), Err(Refusal::OtherShape));
}

/// Mostly counts around the threshold, some zeros, some large.
fn people() -> impl Strategy<Value = Vec<u64>> {
    vec(prop_oneof![1 => Just(0_u64), 4 => 1..15_u64, 5 => 10..120_u64], 12)
}

fn joined() -> impl Strategy<Value = Vec<u64>> {
    vec(prop_oneof![4 => Just(0_u64), 2 => 1..10_u64, 4 => 10..30_u64], 12)
}

proptest! {
    // Each case is dozens of whole-number programmes, twice: once to make the table safe, once to attack it.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_withheld_cell_can_be_worked_out(people in people()) {
        let release = released(&people, &[]).unwrap();
        let published = [release.published()];
        for (cell, status) in release.statuses().iter().enumerate().filter(|(_, status)| status.is_protected()) {
            let interval = Attacker::interval(&published, &[(0, cell, 1.0)]);
            prop_assert!(fails(interval), "{status:?} {cell} of {people:?} is in {interval:?}");
        }
        for (cell, held) in release.published().iter().zip(release.table().cells()) {
            prop_assert!(cell.value.is_none() || held.people >= 10);
        }
    }

    #[test]
    fn nor_can_what_changed_between_releases(people in people(), joined in joined(), later in joined()) {
        let after = |before: &[u64], joined: &[u64]| before.iter().zip(joined).map(|(a, b)| a + b).collect::<Vec<_>>();
        let states = [people.clone(), after(&people, &joined), after(&after(&people, &joined), &later)];
        let mut releases: Vec<Release> = Vec::new();
        for state in &states {
            match released(state, &releases) {
                Ok(release) => releases.push(release),
                // What cannot be made safe any more does not go out, which is an answer too.
                Err(Refusal::Unprotected { .. }) => {}
                Err(Refusal::OtherShape) => prop_assert!(false),
            }
        }
        let published: Vec<Vec<Published>> = releases.iter().map(Release::published).collect();
        for (number, pair) in releases.windows(2).enumerate() {
            let known = &published[number..number + 2];
            for (cell, status) in pair.iter().map(Release::statuses).enumerate().flat_map(|(which, statuses)| {
                statuses.iter().enumerate().map(move |(cell, status)| ((which, cell), status))
            }) {
                if *status == Status::SmallCounts {
                    let interval = Attacker::interval(known, &[(cell.0, cell.1, 1.0)]);
                    prop_assert!(fails(interval), "{status:?} {cell:?} of {states:?} is in {interval:?}");
                }
            }
            for cell in 0..published[number].len() {
                let gained = pair[1].table().cells()[cell].people - pair[0].table().cells()[cell].people;
                if (1..10).contains(&gained) {
                    prop_assert!(known[0][cell].value.is_none() || known[1][cell].value.is_none());
                    if known[0][cell].value.is_some() {
                        let interval = Attacker::interval(known, &[(1, cell, 1.0), (0, cell, -1.0)]);
                        prop_assert!(fails(interval), "gain of {gained} in {cell} of {states:?} is in {interval:?}");
                    }
                }
            }
        }
    }
}
