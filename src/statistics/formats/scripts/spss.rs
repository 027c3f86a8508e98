//! For SPSS. Codes become numbers, from 1 on in the order of the codebook, with labels; codes that say that nothing is
//! known become -1, -2 and so on, which are declared missing. SPSS reads no text that goes over several lines.

use std::fmt::Write;

use super::super::dataset::{Code, Column, Dataset, Language, Role, Type};
use super::{labels, on_one_line};

/// No column can be named so: it holds the text that a number is made of.
const AS_TEXT: &str = "@t";
/// The longest text that is kept, in bytes.
const LONGEST: usize = 2000;

/// The script in one language.
pub(in super::super) fn script(dataset: &Dataset, file: &str, language: Language) -> String {
    let mut out = format!(
        "* Reads {file} with its types, labels and missing values.\n* The file must lie in the working directory.\n\
         SET DECIMAL=DOT.\n\
         GET DATA /TYPE=TXT /FILE={} /ENCODING='UTF8' /ARRANGEMENT=DELIMITED\n  \
         /DELCASE=LINE /DELIMITERS=\",\" /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES=\n",
        quoted(file)
    );
    let mut add = |text: std::fmt::Arguments<'_>| {
        // Writing into a string does not fail.
        let _ = writeln!(out, "{text}");
    };
    for column in dataset.columns() {
        add(format_args!("  {}", variable(column)));
    }
    add(format_args!("  ."));
    for column in dataset.columns() {
        add(format_args!(
            "{}VARIABLE LABELS {} {}.",
            converted(column, language),
            column.name,
            quoted(column.label.get(language))
        ));
        let level = match (&column.role, &column.holds) {
            (_, Type::Integer | Type::Decimal { .. } | Type::Date) if column.role != Role::Key => "SCALE",
            (_, Type::Text | Type::Integer | Type::Decimal { .. } | Type::Date | Type::Boolean | Type::Codes(_)) => {
                "NOMINAL"
            }
        };
        add(format_args!("VARIABLE LEVEL {} ({level}).", column.name));
    }
    let names: Vec<_> = dataset.columns().iter().map(|column| column.name.as_ref()).collect();
    add(format_args!("ADD FILES FILE=* /KEEP={}.", names.join(" ")));
    add(format_args!("DATASET NAME {}.", dataset.about().id.replace('-', "_")));
    add(format_args!("EXECUTE."));
    out
}

/// How the column is read.
fn variable(column: &Column) -> String {
    let name = &column.name;
    match &column.holds {
        Type::Text => format!("{name} A{LONGEST}"),
        Type::Integer => format!("{name} F20.0"),
        Type::Decimal { digits } => format!("{name} F20.{digits}"),
        Type::Date => format!("{name} SDATE10"),
        Type::Boolean => format!("{name}{AS_TEXT} A5"),
        Type::Codes(codes) => {
            let longest = codes.iter().map(|code| code.value.len()).max().unwrap_or(1);
            format!("{name}{AS_TEXT} A{longest}")
        }
    }
}

/// What is done once it is read.
fn converted(column: &Column, language: Language) -> String {
    let name = &column.name;
    match &column.holds {
        Type::Text => {
            format!("IF (CHAR.SUBSTR({name}, 1, 1) = \"'\") {name} = CHAR.SUBSTR({name}, 2).\n")
        }
        Type::Integer | Type::Decimal { .. } | Type::Date => String::new(),
        Type::Boolean => {
            let [no, yes] = match language {
                Language::Dutch => ["Nee", "Ja"],
                Language::English => ["No", "Yes"],
            };
            let numbers = [("false", "0", no.to_owned()), ("true", "1", yes.to_owned())];
            recoded(name, &numbers.map(|(text, number, label)| (text.to_owned(), number.to_owned(), label)))
        }
        Type::Codes(codes) => {
            let numbers = numbers(codes).into_iter().zip(labels(codes, language)).zip(codes);
            let numbers = numbers.map(|((number, label), code)| (code.value.to_string(), number.to_string(), label));
            let missing = if codes.iter().any(|code| code.missing) {
                format!("MISSING VALUES {name} (LOWEST THRU -1).\n")
            } else {
                String::new()
            };
            recoded(name, &numbers.collect::<Vec<_>>()) + &missing
        }
    }
}

/// The number of each code.
fn numbers(codes: &[Code]) -> Vec<i64> {
    let (mut known, mut missing) = (0, 0);
    let number = |code: &Code| {
        if code.missing {
            missing -= 1;
            missing
        } else {
            known += 1;
            known
        }
    };
    codes.iter().map(number).collect()
}

fn recoded(name: &str, numbers: &[(String, String, String)]) -> String {
    let mut out = format!("RECODE {name}{AS_TEXT}");
    for (text, number, _) in numbers {
        let _ = write!(out, "\n  ({}={number})", quoted(text));
    }
    let _ = write!(out, "\n  INTO {name}.\nFORMATS {name} (F8.0).\nVALUE LABELS {name}");
    for (_, number, label) in numbers {
        let _ = write!(out, "\n  {number} {}", quoted(label));
    }
    out + ".\n"
}

/// A text as SPSS reads it, on one line and no longer than a label may be.
fn quoted(text: &str) -> String {
    let text: String = on_one_line(text).chars().take(120).collect();
    format!("'{}'", text.replace('\'', "''"))
}
