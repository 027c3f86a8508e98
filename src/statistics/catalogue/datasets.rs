//! The catalogue as datasets, for every format of a release: what was protected and what was made safe, never true
//! numbers.

use std::borrow::Cow;

use super::Filled;
use super::definition::{self, Dimension, Quantity, Unit};
use super::labels::label;
use super::plan::Plan;
use super::series::{self, Curves, Estimates};
use crate::comparison::published::Row as Estimate;
use crate::disclosure::Status;
use crate::disclosure::protect::Release;
use crate::formats::dataset::{About, Code, Column, Dataset, Kind, Reference, Text, Type};
use crate::formats::protected::{self, Measure, Mismatch, status_column};
use crate::formats::row::{Row, Value, sort};

/// A table of the catalogue as it was protected.
///
/// # Errors
/// [`Mismatch`] when the release is of another table, or when a team or an offence group has a name that some program
/// would take for a formula.
pub fn table(filled: &Filled, release: &Release) -> Result<(Dataset, Vec<Row>), Mismatch> {
    let measure = filled.measure;
    let last = filled.period.until().unwrap_or(filled.period.from());
    let about = About {
        id: format!("{}-{}", filled.id, filled.quarter.to_lowercase()),
        version: measure.version.to_string(),
        title: text(measure.title),
        definition: text(measure.definition),
        unit: text(measure.quantity.unit().text()),
        population: text(measure.population),
        reference: match measure.quantity {
            Quantity::PeopleOnLastDay => Reference::On(last),
            Quantity::PeopleInPeriod | Quantity::Sums(_) => Reference::During { first: filled.period.from(), last },
        },
        kind: Kind::Table,
    };
    let number = Measure { name: "number".into(), label: text(measure.quantity.unit().text()) };
    protected::table(about, [dimension(&filled.rows), dimension(&filled.columns)], &number, release)
}

/// Survival curves; nothing when no arm has enough people for one.
///
/// # Errors
/// [`Mismatch`] when the description is not sound.
pub fn curves(curves: &Curves, plan: &Plan) -> Result<Option<(Dataset, Vec<Row>)>, Mismatch> {
    if curves.arms.iter().all(|(_, points)| points.is_empty()) {
        return Ok(None);
    }
    let endpoint = curves.endpoint.code();
    let name = label(endpoint).unwrap_or(curves.about.title);
    let about = About {
        id: format!("{}-{}", curves.about.id, endpoint.replace('_', "-")),
        title: Text::new(
            format!("{}: {}", curves.about.title.nl, name.nl),
            format!("{}: {}", curves.about.title.en, name.en),
        ),
        ..about(curves.about, Reference::On(curves.until))
    };
    let arms: Vec<(Cow<'static, str>, _)> =
        curves.arms.iter().map(|(arm, points)| (Cow::Borrowed(arm.code()), points.clone())).collect();
    let groups = dimension(&plan.columns(definition::Across::Arm));
    protected::curves(about, groups, &arms).map(Some)
}

/// Estimates. A dimension that an estimate does not have holds [`NOT_APPLICABLE`].
///
/// # Errors
/// [`Mismatch`] when the description is not sound.
pub fn estimates(estimates: &Estimates) -> Result<(Dataset, Vec<Row>), Mismatch> {
    let last = estimates.until;
    let reference = estimates.from.map_or(Reference::On(last), |first| Reference::During { first, last });
    let about = About {
        id: format!("{}-{}", estimates.about.id, estimates.quarter.to_lowercase()),
        ..about(estimates.about, reference)
    };
    let mut dimensions: Vec<&'static str> = vec!["measure"];
    for (dimension, _) in estimates.rows.iter().flat_map(|row| &row.scope) {
        if !dimensions.contains(dimension) {
            dimensions.push(dimension);
        }
    }
    let mut columns = Vec::new();
    for dimension in &dimensions {
        columns.push(key(dimension, &estimates.rows)?);
    }
    columns.extend(numbers());
    let dataset = Dataset::new(about, columns)?;
    let mut rows: Vec<Row> = estimates.rows.iter().map(|row| of_estimate(row, &dimensions)).collect();
    sort(&dataset, &mut rows);
    Ok((dataset, rows))
}

/// The code of a dimension that an estimate does not have.
pub const NOT_APPLICABLE: &str = "not_applicable";

fn category(row: &Estimate, dimension: &str) -> Cow<'static, str> {
    if dimension == "measure" {
        return Cow::Borrowed(row.measure);
    }
    let found = row.scope.iter().find(|(name, _)| *name == dimension);
    found.map_or(Cow::Borrowed(NOT_APPLICABLE), |(_, category)| Cow::Owned(category.clone()))
}

/// The column of a dimension, with the codes that occur, in the order in which they first do.
fn key(name: &'static str, rows: &[Estimate]) -> Result<Column, Mismatch> {
    let mut codes: Vec<Code> = Vec::new();
    for row in rows {
        let value = category(row, name);
        if codes.iter().all(|code| code.value != value) {
            let no_code = || Mismatch::NoCode { dimension: name.to_owned(), label: value.clone().into_owned() };
            let meaning = text(label(&value).ok_or_else(no_code)?);
            codes.push(Code::new(value, meaning));
        }
    }
    let no_label = || Mismatch::NoCode { dimension: name.to_owned(), label: name.to_owned() };
    Ok(Column::key(name, text(label(name).ok_or_else(no_label)?), Type::Codes(codes)))
}

/// Hazard ratios for which the needed events are told, in hundredths.
const NEEDED: [(u32, &str); 5] =
    [(50, "needed_50"), (60, "needed_60"), (70, "needed_70"), (80, "needed_80"), (90, "needed_90")];

fn numbers() -> Vec<Column> {
    let decimal = || Type::Decimal { digits: 3 };
    let estimate = Measure { name: "estimate".into(), label: Text::fixed("Schatting", "Estimate") };
    let mut columns = vec![
        Column::measure(estimate.name.clone(), estimate.label.clone(), decimal()),
        status_column(&estimate),
        Column::attribute(
            "lower",
            Text::fixed("Ondergrens van het interval", "Lower limit of the interval"),
            decimal(),
        ),
        Column::attribute(
            "upper",
            Text::fixed("Bovengrens van het interval", "Upper limit of the interval"),
            decimal(),
        ),
        Column::attribute(
            "p_value",
            Text::fixed("P-waarde, bij het interval", "P-value, beside the interval"),
            decimal(),
        ),
        Column::attribute("people", Text::fixed("Personen, afgerond", "People, rounded"), Type::Integer),
        Column::attribute("events", Text::fixed("Gebeurtenissen, afgerond", "Events, rounded"), Type::Integer),
        Column::attribute("checks", Text::fixed("Controles per persoonsmaand", "Checks per person-month"), decimal()),
        Column::attribute(
            "checks_against",
            Text::fixed("Controles per persoonsmaand, andere arm", "Checks per person-month, other arm"),
            decimal(),
        ),
    ];
    columns.extend(NEEDED.map(|(ratio, name)| {
        let nl = format!("Gebeurtenissen nodig voor hazardratio 0,{}", ratio / 10);
        Column::attribute(
            name,
            Text::new(nl, format!("Events needed for hazard ratio 0.{}", ratio / 10)),
            Type::Integer,
        )
    }));
    columns
}

fn of_estimate(row: &Estimate, dimensions: &[&'static str]) -> Row {
    let shown = row.shown();
    let decimal = |value: Option<f64>| Value::or_absent(value, Value::Decimal);
    let count = |value: Option<f64>| Value::or_absent(value, |value| Value::Integer(whole(value)));
    let status = if row.status == Status::Free { "F" } else { "C" };
    let mut values: Row = dimensions.iter().map(|dimension| Value::Code(category(row, dimension))).collect();
    values.extend([decimal(shown.estimate), Value::code(status)]);
    values.extend([shown.lower, shown.upper, shown.p_value()].map(decimal));
    values.extend([row.people, row.events].map(count));
    values.extend([row.checks, row.checks_against].map(decimal));
    values.extend(NEEDED.map(|(ratio, _)| {
        let needed = row.needed.iter().find(|it| whole(100.0 * it.hazard_ratio) == i64::from(ratio));
        Value::or_absent(needed.and_then(|it| i64::try_from(it.events).ok()), Value::Integer)
    }));
    values
}

#[expect(clippy::cast_possible_truncation, reason = "rounded counts, far below 2^53")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

fn about(about: &series::About, reference: Reference) -> About {
    About {
        id: about.id.to_owned(),
        version: about.version.to_string(),
        title: text(about.title),
        definition: text(about.definition),
        unit: text(if about.unit == Unit::None {
            definition::text("schatting", "estimate")
        } else {
            about.unit.text()
        }),
        population: text(about.population),
        reference,
        kind: Kind::Table,
    }
}

const fn text(text: definition::Text) -> Text {
    Text::fixed(text.nl, text.en)
}

fn dimension(dimension: &Dimension) -> protected::Dimension {
    let codes =
        dimension.categories.iter().map(|it| Code::new(it.code.clone(), Text::new(it.nl.clone(), it.en.clone())));
    protected::Dimension {
        name: dimension.code.clone().into(),
        label: Text::new(dimension.nl.clone(), dimension.en.clone()),
        codes: codes.collect(),
    }
}
