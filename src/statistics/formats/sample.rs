//! Datasets that the tests of the formats share: one table, one file of rows with everything that is hard to write.

use chrono::NaiveDate;

use super::dataset::{About, Code, Column, Dataset, Kind, Reference, Text, Type};
use super::files::{FileSummary, Memory};
use super::protected::{Measure, status_column};
use super::release::{Access, Contact, Organisation, Release, write_release_files};
use super::row::{Row, Value};

pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn arms() -> Vec<Code> {
    vec![
        Code::new("all", Text::fixed("Alle armen", "All arms")),
        Code::new("register", Text::fixed("Alleen register", "Register only")),
        Code::new("both", Text::fixed("Register en toezicht", "Register and supervision")),
        Code::missing("unknown", Text::fixed("Onbekend", "Unknown")),
    ]
}

/// Notifications, on time or not, by arm.
pub(super) fn table() -> Dataset {
    let about = About {
        id: "on-time".into(),
        version: "1".into(),
        title: Text::fixed("Meldingen op tijd", "Notifications on time"),
        definition: Text::fixed(
            "Een melding is op tijd tot en met de laatste dag.",
            "On time up to the last day; \"met\".",
        ),
        unit: Text::fixed("personen", "persons"),
        population: Text::fixed("Iedereen met een plicht", "Everyone with a duty"),
        reference: Reference::During { first: day(2026, 7, 1), last: day(2026, 9, 30) },
        kind: Kind::Table,
    };
    let outcomes = vec![
        Code::new("all", Text::fixed("Totaal", "Total")),
        Code::new("on_time", Text::fixed("Op tijd", "On time")),
        Code::new("late", Text::fixed("Te laat", "Late")),
    ];
    let persons = Measure { name: "persons".into(), label: Text::fixed("Personen", "Persons") };
    let columns = vec![
        Column::key("outcome", Text::fixed("Uitkomst", "Outcome"), Type::Codes(outcomes)),
        Column::key("arm", Text::fixed("Arm", "Arm"), Type::Codes(arms())),
        Column::measure(persons.name.clone(), persons.label.clone(), Type::Integer),
        status_column(&persons),
    ];
    Dataset::new(about, columns).unwrap()
}

/// Rows of [`table`]: two cells are withheld.
pub(super) fn table_rows() -> Vec<Row> {
    let row = |outcome, arm, persons: Option<i64>| {
        let status = if persons.is_some() { "F" } else { "C" };
        let persons = Value::or_absent(persons, Value::Integer);
        vec![Value::code(outcome), Value::code(arm), persons, Value::code(status)]
    };
    vec![
        row("all", "all", Some(120)),
        row("all", "register", Some(60)),
        row("all", "both", Some(60)),
        row("on_time", "all", Some(105)),
        row("on_time", "register", None),
        row("on_time", "both", None),
        row("late", "all", Some(15)),
        row("late", "register", None),
        row("late", "both", None),
    ]
}

/// Events of people, with a column of each type.
pub(super) fn microdata() -> Dataset {
    let about = About {
        id: "events".into(),
        version: "2.1".into(),
        title: Text::fixed("Gebeurtenissen", "Events"),
        definition: Text::fixed("Een rij per gebeurtenis.", "A row for each event."),
        unit: Text::fixed("gebeurtenissen", "events"),
        population: Text::fixed("Iedereen in een arm", "Everyone in an arm"),
        reference: Reference::On(day(2026, 9, 30)),
        kind: Kind::Microdata,
    };
    let columns = vec![
        Column::key("pseudonym", Text::fixed("Pseudoniem", "Pseudonym"), Type::Text),
        Column::key("number", Text::fixed("Volgnummer", "Number"), Type::Integer),
        Column::attribute("arm", Text::fixed("Arm", "Arm"), Type::Codes(arms())),
        Column::measure("score", Text::fixed("Score", "Score"), Type::Decimal { digits: 2 }),
        Column::attribute("until", Text::fixed("Tot en met", "Last day"), Type::Date),
        Column::attribute("excused", Text::fixed("Verschoond", "Excused"), Type::Boolean),
        Column::attribute("remark", Text::fixed("Opmerking", "Remark"), Type::Text),
    ];
    Dataset::new(about, columns).unwrap()
}

/// Texts that are hard to write.
pub(super) const HARD: [&str; 8] =
    ["=1+1", "say \"no\", twice", "two\nlines", "'quoted", "naïve ☂ ＝", "@SUM(A1)", "-5", "tab\tin it"];

/// As many rows of [`microdata`]; every fourth value of some columns is absent.
pub(super) fn microdata_rows(count: usize) -> Vec<Row> {
    (0..count).map(microdata_row).collect()
}

/// One of them.
pub(super) fn microdata_row(number: usize) -> Row {
    let number_of = i64::try_from(number).unwrap();
    let unless = |every: usize, value: Value| if number % every == every - 1 { Value::Absent } else { value };
    vec![
        Value::text(format!("p{:07}", number / 3)),
        Value::Integer(number_of % 3 + 1),
        Value::code(["register", "both", "unknown"][number % 3]),
        unless(4, Value::Decimal(-1.005 + number as f64 / 8.0)),
        unless(5, Value::Date(day(2026, 1, 1) + chrono::Days::new(number as u64 % 300))),
        unless(6, Value::Boolean(number.is_multiple_of(2))),
        unless(7, Value::text(HARD[number % HARD.len()])),
    ]
}

/// What is said of the release of the tests.
pub(super) fn release() -> Release {
    Release {
        id: "2026-q3".into(),
        title: Text::fixed("Derde kwartaal 2026", "Third quarter of 2026"),
        description: Text::fixed("Cijfers van het register.", "Figures of the register."),
        publisher: Organisation { uri: "https://example.org/id/ministry".into(), name: "Ministerie".into() },
        contact: Contact { name: "Loket".into(), email: "loket@example.org".into() },
        page: "https://example.org/releases/".into(),
        licence: "http://creativecommons.org/publicdomain/zero/1.0/deed.nl".into(),
        access: Access::Public,
    }
}

/// The files of a dataset in memory.
pub(super) fn written(dataset: &Dataset, rows: &[Row]) -> (Memory, Vec<FileSummary>) {
    let mut folder = Memory::default();
    let files = write_release_files(dataset, rows.to_vec(), &mut folder).unwrap();
    (folder, files)
}
