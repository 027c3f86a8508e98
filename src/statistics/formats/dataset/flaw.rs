//! What is wrong with a description.

use std::collections::HashSet;

use super::{About, Code, Column, Kind, Language, Reference, Role, Text, Type};
use crate::formats::row::begins_like_a_formula;

/// The longest label that Stata keeps.
const LONGEST_LABEL: usize = 80;
/// The longest name that Stata takes.
const LONGEST_NAME: usize = 32;
/// More decimals than this a double does not hold.
const MOST_DIGITS: u8 = 15;

/// Words that R, SPSS or Stata keep for themselves.
const RESERVED: [&str; 43] = [
    "all",
    "and",
    "array",
    "aggregate",
    "break",
    "by",
    "byte",
    "const",
    "delegate",
    "double",
    "else",
    "eq",
    "float",
    "for",
    "function",
    "ge",
    "gt",
    "if",
    "in",
    "int",
    "le",
    "local",
    "long",
    "lt",
    "ne",
    "next",
    "not",
    "or",
    "pragma",
    "quad",
    "rectangle",
    "repeat",
    "short",
    "signed",
    "str",
    "strl",
    "switch",
    "to",
    "typename",
    "using",
    "virtual",
    "while",
    "with",
];

/// Why a description cannot be written in every format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The id is not as it must be.
    #[error("`{0}` is no id: lower-case letters, digits and hyphens, a letter first, 64 at most, not reserved")]
    Id(String),
    /// The version is not as it must be.
    #[error("`{0}` is no version: digits and full stops")]
    Version(String),
    /// The period ends before it begins.
    #[error("the period ends before it begins")]
    Period,
    /// A text is missing in one language.
    #[error("the {what} has no text in `{language}`")]
    NoText {
        /// Of what.
        what: String,
        /// The language's tag.
        language: &'static str,
    },
    /// A name does not work everywhere.
    #[error(
        "`{0}` is no name of a column: lower-case letters, digits and underscores, a letter first, 32 at most, not reserved"
    )]
    Name(String),
    /// Two columns have one name.
    #[error("two columns are named `{0}`")]
    SameName(String),
    /// A label is too long.
    #[error("the label of column `{0}` has more than 80 characters")]
    LongLabel(String),
    /// There is no key.
    #[error("no column is a key")]
    NoKey,
    /// A key holds numbers with decimals.
    #[error("column `{0}` holds decimals and can be no key")]
    DecimalKey(String),
    /// The number of decimals is out of range.
    #[error("column `{0}` has no decimals, or more than 15")]
    Digits(String),
    /// A column of codes has none.
    #[error("column `{0}` has no codes")]
    NoCodes(String),
    /// A code cannot be written as it is.
    #[error(
        "column `{column}` has a code that is empty, has spaces around it or control characters, or begins like a formula: `{code}`"
    )]
    Code {
        /// The column.
        column: String,
        /// The code.
        code: String,
    },
    /// A code is there twice.
    #[error("column `{column}` has the code `{code}` twice")]
    SameCode {
        /// The column.
        column: String,
        /// The code.
        code: String,
    },
    /// A status column is about no measure, or holds no codes.
    #[error("column `{0}` must hold codes and name a measure")]
    Status(String),
    /// A table's key is not a column of codes.
    #[error("column `{0}` is a key of a table and holds no codes")]
    FreeKey(String),
    /// A table has no number.
    #[error("a table has a measure at least, and measures are numbers")]
    NoMeasure,
}

/// The first flaw there is.
pub(super) fn first(about: &About, columns: &[Column]) -> Option<Flaw> {
    of_about(about).or_else(|| columns.iter().find_map(of_column)).or_else(|| together(about.kind, columns))
}

fn of_about(about: &About) -> Option<Flaw> {
    if !is_word(&about.id, 64, '-') || RESERVED.contains(&about.id.as_str()) {
        return Some(Flaw::Id(about.id.clone()));
    }
    let numbers = about.version.split('.').all(|part| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit()));
    if !numbers {
        return Some(Flaw::Version(about.version.clone()));
    }
    if matches!(about.reference, Reference::During { first, last } if last < first) {
        return Some(Flaw::Period);
    }
    let texts = [
        ("title", &about.title),
        ("definition", &about.definition),
        ("unit", &about.unit),
        ("population", &about.population),
    ];
    texts.into_iter().find_map(|(what, text)| unsaid(text, || what.to_owned()))
}

fn unsaid(text: &Text, what: impl Fn() -> String) -> Option<Flaw> {
    let missing = Language::ALL.into_iter().find(|language| text.get(*language).trim().is_empty())?;
    Some(Flaw::NoText { what: what(), language: missing.tag() })
}

/// Whether it begins with a letter and goes on with letters, digits and `joint`.
fn is_word(word: &str, most: usize, joint: char) -> bool {
    let goes_on = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == joint;
    word.len() <= most && word.starts_with(|it: char| it.is_ascii_lowercase()) && word.chars().all(goes_on)
}

fn of_column(column: &Column) -> Option<Flaw> {
    let name = || column.name.clone().into_owned();
    if !is_word(&column.name, LONGEST_NAME, '_') || RESERVED.contains(&column.name.as_ref()) {
        return Some(Flaw::Name(name()));
    }
    if Language::ALL.into_iter().any(|language| column.label.get(language).chars().count() > LONGEST_LABEL) {
        return Some(Flaw::LongLabel(name()));
    }
    let flaw = match &column.holds {
        Type::Decimal { digits } if !(1..=MOST_DIGITS).contains(digits) => Some(Flaw::Digits(name())),
        Type::Decimal { .. } if column.role == Role::Key => Some(Flaw::DecimalKey(name())),
        Type::Codes(codes) if codes.is_empty() => Some(Flaw::NoCodes(name())),
        Type::Codes(codes) => of_codes(column, codes),
        Type::Text | Type::Integer | Type::Decimal { .. } | Type::Date | Type::Boolean => None,
    };
    flaw.or_else(|| unsaid(&column.label, || format!("label of column `{}`", column.name)))
}

fn of_codes(column: &Column, codes: &[Code]) -> Option<Flaw> {
    let mut seen = HashSet::new();
    codes.iter().find_map(|code| {
        let (column, value) = (column.name.clone().into_owned(), code.value.clone().into_owned());
        let unwritable = value.is_empty()
            || value.trim() != value
            || value.chars().any(char::is_control)
            || begins_like_a_formula(&value);
        if unwritable {
            Some(Flaw::Code { column, code: value })
        } else if !seen.insert(&code.value) {
            Some(Flaw::SameCode { column, code: value })
        } else {
            unsaid(&code.label, || format!("code `{value}` of column `{column}`"))
        }
    })
}

/// What is wrong with columns beside each other.
fn together(kind: Kind, columns: &[Column]) -> Option<Flaw> {
    let mut seen = HashSet::new();
    if let Some(twice) = columns.iter().find(|column| !seen.insert(&column.name)) {
        return Some(Flaw::SameName(twice.name.clone().into_owned()));
    }
    let is_number = |holds: &Type| matches!(holds, Type::Integer | Type::Decimal { .. });
    let measures = || columns.iter().filter(|column| column.role == Role::Measure);
    let astray = columns.iter().find(|column| match &column.role {
        Role::Status { of } => column.codes().is_empty() || !measures().any(|measure| measure.name == *of),
        Role::Key | Role::Measure | Role::Attribute => false,
    });
    if let Some(astray) = astray {
        return Some(Flaw::Status(astray.name.clone().into_owned()));
    }
    let keys = || columns.iter().filter(|column| column.role == Role::Key);
    if keys().next().is_none() {
        return Some(Flaw::NoKey);
    }
    match kind {
        Kind::Microdata => None,
        Kind::Table => match keys().find(|key| key.codes().is_empty()) {
            Some(free) => Some(Flaw::FreeKey(free.name.clone().into_owned())),
            None if measures().next().is_none() || !measures().all(|it| is_number(&it.holds)) => Some(Flaw::NoMeasure),
            None => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dataset;
    use super::*;
    use crate::formats::sample;

    /// The flaw of the sample after a change.
    fn flaw(change: impl FnOnce(&mut About, &mut Vec<Column>)) -> Option<Flaw> {
        let sample = sample::table();
        let (mut about, mut columns) = (sample.about().clone(), sample.columns().to_vec());
        change(&mut about, &mut columns);
        Dataset::new(about, columns).err()
    }

    fn code(value: &'static str) -> Code {
        Code::new(value, Text::fixed("iets", "something"))
    }

    #[test]
    fn the_sample_has_no_flaw() {
        assert_eq!(flaw(|_, _| {}), None);
        let micro = sample::microdata();
        assert!(Dataset::new(micro.about().clone(), micro.columns().to_vec()).is_ok());
    }

    #[test]
    fn what_it_is_about_is_said_in_both_languages() {
        for id in ["On Time", "", "2026", "next"] {
            assert_eq!(flaw(|it, _| it.id = id.into()), Some(Flaw::Id(id.into())));
        }
        assert_eq!(flaw(|it, _| it.version = "2.".into()), Some(Flaw::Version("2.".into())));
        let day = |day| chrono::NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
        let backwards = Reference::During { first: day(2), last: day(1) };
        assert_eq!(flaw(|it, _| it.reference = backwards), Some(Flaw::Period));
        let untold = Some(Flaw::NoText { what: "title".into(), language: "en" });
        assert_eq!(flaw(|it, _| it.title.en = " ".into()), untold);
        let untold = Some(Flaw::NoText { what: "label of column `persons`".into(), language: "nl" });
        assert_eq!(flaw(|_, it| it[2].label.nl = "".into()), untold);
    }

    #[test]
    fn names_work_in_every_program() {
        for name in ["Persons", "2nd", "per-son", "", "if", "with", "a_name_that_is_longer_than_stata_s"] {
            assert_eq!(flaw(|_, it| it[0].name = name.into()), Some(Flaw::Name(name.into())));
        }
        assert_eq!(flaw(|_, it| it[0].name = "arm".into()), Some(Flaw::SameName("arm".into())));
        let long = Text::new("x".repeat(81), "x");
        assert_eq!(flaw(|_, it| it[0].label = long), Some(Flaw::LongLabel("outcome".into())));
    }

    #[test]
    fn codes_can_be_written_and_told_apart() {
        for value in ["", " a", "=1", "-", "'a", "a\nb"] {
            let expected = Flaw::Code { column: "outcome".into(), code: value.into() };
            assert_eq!(flaw(|_, it| it[0].holds = Type::Codes(vec![code(value)])), Some(expected));
        }
        let twice = Flaw::SameCode { column: "outcome".into(), code: "a".into() };
        assert_eq!(flaw(|_, it| it[0].holds = Type::Codes(vec![code("a"), code("a")])), Some(twice));
        assert_eq!(flaw(|_, it| it[0].holds = Type::Codes(Vec::new())), Some(Flaw::NoCodes("outcome".into())));
    }

    #[test]
    fn a_table_has_coded_keys_and_numbers() {
        assert_eq!(flaw(|_, it| it[0].holds = Type::Text), Some(Flaw::FreeKey("outcome".into())));
        let decimals = Type::Decimal { digits: 2 };
        assert_eq!(flaw(|_, it| it[0].holds = decimals), Some(Flaw::DecimalKey("outcome".into())));
        assert_eq!(flaw(|_, it| it[2].holds = Type::Decimal { digits: 16 }), Some(Flaw::Digits("persons".into())));
        assert_eq!(flaw(|_, it| it[2].holds = Type::Date), Some(Flaw::NoMeasure));
        assert_eq!(flaw(|_, it| it.truncate(2)), Some(Flaw::NoMeasure));
        assert_eq!(flaw(|_, it| drop(it.drain(..2))), Some(Flaw::NoKey));
        let astray = Role::Status { of: "nothing".into() };
        assert_eq!(flaw(|_, it| it[3].role = astray), Some(Flaw::Status("persons_status".into())));
    }
}
