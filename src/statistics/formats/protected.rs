//! What disclosure control let through, as datasets: a row for each cell of a table, or for each preset time of a
//! curve. A withheld number is an empty cell; beside each number stands its published status.

use std::borrow::Cow;

use super::dataset::{About, Code, Column, Dataset, Flaw, Role, Text, Type};
use super::row::{Row, Value};
use crate::disclosure::Status;
use crate::disclosure::curve::Point;
use crate::disclosure::protect::{Published, Release};
use crate::disclosure::table::Axis;

/// A dimension of a table or the groups of curves: the column and what each label of its axis means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// The column's name.
    pub name: Cow<'static, str>,
    /// What it is.
    pub label: Text,
    /// Every label of the axis as a code, in any order.
    pub codes: Vec<Code>,
}

/// What the cells count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The column's name; its status stands in a column of this name and `_status`.
    pub name: Cow<'static, str>,
    /// What it is.
    pub label: Text,
}

/// Why what was protected makes no dataset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// A label of an axis has no code.
    #[error("dimension `{dimension}` has no code for `{label}`")]
    NoCode {
        /// The dimension's name.
        dimension: String,
        /// The label.
        label: String,
    },
    /// The description is not sound.
    #[error(transparent)]
    Flaw(#[from] Flaw),
}

/// The statuses that leave the house, SDMX's codes.
pub fn statuses() -> Vec<Code> {
    vec![
        Code::new("F", Text::fixed("Gepubliceerd", "Published")),
        Code::new("C", Text::fixed("Weggelaten om personen te beschermen", "Withheld to protect people")),
    ]
}

/// The column that says of a measure whether it is published.
pub fn status_column(measure: &Measure) -> Column {
    Column {
        name: format!("{}_status", measure.name).into(),
        label: Text::fixed("Gepubliceerd of weggelaten", "Published or withheld"),
        holds: Type::Codes(statuses()),
        role: Role::Status { of: measure.name.clone() },
    }
}

/// A protected table, as it is published: the key is row and column, in the order of the axes.
///
/// # Errors
/// [`Mismatch`] when a label has no code or the description is not sound.
pub fn table(
    about: About,
    [rows, columns]: [Dimension; 2],
    measure: &Measure,
    release: &Release,
) -> Result<(Dataset, Vec<Row>), Mismatch> {
    let axes = [release.table().rows(), release.table().columns()];
    let described = vec![
        key(rows, axes[0])?,
        key(columns, axes[1])?,
        Column::measure(measure.name.clone(), measure.label.clone(), Type::Integer),
        status_column(measure),
    ];
    let dataset = Dataset::new(about, described)?;
    let places = axes[0].labels().iter().flat_map(|row| axes[1].labels().iter().map(move |column| (row, column)));
    let cells = places.zip(release.published()).map(|((row, column), cell)| {
        let [value, status] = number(cell);
        vec![Value::code(row.clone()), Value::code(column.clone()), value, status]
    });
    let cells = cells.collect();
    Ok((dataset, cells))
}

/// Survival curves of groups at their preset times. The keys are the group and the time, in days.
///
/// # Errors
/// [`Mismatch`] when a group has no code or the description is not sound.
pub fn curves(
    about: About,
    groups: Dimension,
    curves: &[(Cow<'static, str>, Vec<Point>)],
) -> Result<(Dataset, Vec<Row>), Mismatch> {
    if let Some((label, _)) = curves.iter().find(|(group, _)| groups.codes.iter().all(|code| code.value != *group)) {
        return Err(Mismatch::NoCode { dimension: groups.name.into_owned(), label: label.clone().into_owned() });
    }
    let of_point = |group: &Cow<'static, str>, point: &Point| {
        let status = if point.survival.is_some() { Status::Free } else { Status::Confidential };
        vec![
            Value::Code(group.clone()),
            Value::code(whole(point.time).to_string()),
            Value::Integer(whole(point.at_risk)),
            Value::or_absent(point.events, |events| Value::Integer(whole(events))),
            Value::or_absent(point.survival, Value::Decimal),
            Value::code(letter(status)),
        ]
    };
    let points = curves.iter().flat_map(|(group, points)| points.iter().map(move |point| of_point(group, point)));
    let mut points: Vec<Row> = points.collect();
    let dataset = Dataset::new(about, curve_columns(groups, curves))?;
    super::row::sort(&dataset, &mut points);
    Ok((dataset, points))
}

fn curve_columns(groups: Dimension, curves: &[(Cow<'static, str>, Vec<Point>)]) -> Vec<Column> {
    let mut times: Vec<i64> = curves.iter().flat_map(|(_, points)| points).map(|point| whole(point.time)).collect();
    // Where no group has a curve there are no rows, and still a column.
    times.push(0);
    times.sort_unstable();
    times.dedup();
    let days = |time: i64| Text::new(format!("{time} dagen"), format!("{time} days"));
    let times = times.into_iter().map(|time| Code::new(time.to_string(), days(time))).collect();
    let survival =
        Measure { name: "survival".into(), label: Text::fixed("Deel zonder gebeurtenis", "Share without event") };
    vec![
        Column::key(groups.name, groups.label, Type::Codes(groups.codes)),
        Column::key("time_days", Text::fixed("Dagen sinds het begin", "Days since the start"), Type::Codes(times)),
        Column::measure("at_risk", Text::fixed("Personen onder risico", "People at risk"), Type::Integer),
        Column::measure("events", Text::fixed("Gebeurtenissen tot dan toe", "Events so far"), Type::Integer),
        Column::measure(survival.name.clone(), survival.label.clone(), Type::Decimal { digits: 2 }),
        status_column(&survival),
    ]
}

/// The column of a dimension, its codes in the order of the axis.
fn key(dimension: Dimension, axis: &Axis) -> Result<Column, Mismatch> {
    let code_of = |label: &String| {
        let code = dimension.codes.iter().find(|code| code.value == *label).cloned();
        code.ok_or_else(|| Mismatch::NoCode { dimension: dimension.name.clone().into_owned(), label: label.clone() })
    };
    let codes = axis.labels().iter().map(code_of).collect::<Result<_, _>>()?;
    Ok(Column::key(dimension.name, dimension.label, Type::Codes(codes)))
}

/// A published number, with its status.
fn number(cell: Published) -> [Value; 2] {
    let value = Value::or_absent(cell.value, |value| Value::Integer(whole(value)));
    [value, Value::code(letter(cell.status))]
}

/// A published number is a multiple of a whole base, and whole itself.
#[expect(clippy::cast_possible_truncation, reason = "whole, and far below 2^53")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

const fn letter(status: Status) -> &'static str {
    match status.published() {
        Status::Free => "F",
        Status::Confidential
        | Status::SmallCounts
        | Status::DominatedByOne
        | Status::DominatedByTwo
        | Status::CloseContributors
        | Status::SmallChange
        | Status::Secondary => "C",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::Settings;
    use crate::disclosure::protect::{Order, protect};
    use crate::disclosure::table::Table;
    use crate::formats::row::Inspector;
    use crate::formats::sample;

    fn dimension(name: &'static str, codes: &[&'static str]) -> Dimension {
        let codes = codes.iter().map(|code| Code::new(*code, Text::fixed("iets", "something"))).collect();
        Dimension { name: name.into(), label: Text::fixed("Iets", "Something"), codes }
    }

    fn released() -> Release {
        let rows = Axis::flat("all", &["a", "b", "c"]);
        let table = Table::counts(rows, Axis::flat("all", &["x", "y"]), |row, column| {
            Some(if (row, column) == ("a", "x") { 3 } else { 52 })
        });
        protect(table, Order { settings: Settings::default(), only_grows: false, earlier: &[] }).unwrap()
    }

    fn persons() -> Measure {
        Measure { name: "persons".into(), label: Text::fixed("Personen", "Persons") }
    }

    #[test]
    fn a_withheld_cell_is_empty_and_its_reason_stays_inside() {
        let dimensions = [dimension("row", &["c", "b", "a", "all"]), dimension("column", &["all", "x", "y"])];
        let (dataset, rows) = table(sample::table().about().clone(), dimensions, &persons(), &released()).unwrap();
        assert_eq!(rows.len(), 12);
        assert_eq!(rows[0][2..], [Value::Integer(265), Value::code("F")], "5 x 52 + 3, rounded");
        assert_eq!(rows[4][..], [Value::code("a"), Value::code("x"), Value::Absent, Value::code("C")]);
        assert!(rows.iter().all(|row| (row[2] == Value::Absent) == (row[3] == Value::code("C"))));
        let mut inspector = Inspector::new(&dataset);
        assert!(rows.iter().all(|row| inspector.next(row).is_ok()));
    }

    #[test]
    fn every_label_has_a_code() {
        let dimensions = [dimension("row", &["all", "a", "b"]), dimension("column", &["all", "x", "y"])];
        let refused = table(sample::table().about().clone(), dimensions, &persons(), &released()).unwrap_err();
        assert_eq!(refused, Mismatch::NoCode { dimension: "row".into(), label: "c".into() });
    }

    #[test]
    fn a_curve_is_a_row_for_each_preset_time() {
        let point =
            |time, step: Option<f64>| Point { time, at_risk: 100.0, events: step.map(|_| 15.0), survival: step };
        let given = [
            ("both".into(), vec![point(0.0, Some(1.0)), point(90.0, None)]),
            ("a".into(), vec![point(0.0, Some(1.0))]),
        ];
        let (dataset, rows) =
            curves(sample::table().about().clone(), dimension("arm", &["a", "both"]), &given).unwrap();
        let codes = |row: &Row| (row[0].clone(), row[1].clone(), row[5].clone());
        assert_eq!(codes(&rows[0]), (Value::code("a"), Value::code("0"), Value::code("F")));
        assert_eq!(codes(&rows[2]), (Value::code("both"), Value::code("90"), Value::code("C")));
        assert_eq!(rows[2][3..5], [Value::Absent, Value::Absent]);
        let mut inspector = Inspector::new(&dataset);
        assert!(rows.iter().all(|row| inspector.next(row).is_ok()));
        let nobody = [("a".into(), Vec::new())];
        let (_, none) = curves(sample::table().about().clone(), dimension("arm", &["a"]), &nobody).unwrap();
        assert!(none.is_empty());
        let refused = curves(sample::table().about().clone(), dimension("arm", &["a"]), &given).unwrap_err();
        assert_eq!(refused, Mismatch::NoCode { dimension: "arm".into(), label: "both".into() });
    }
}
