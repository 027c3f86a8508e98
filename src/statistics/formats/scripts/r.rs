//! For R, base only. Plain ASCII: what is not is escaped, so that no locale changes it.

use std::fmt::Write;

use super::super::dataset::{Column, Dataset, Language, Type};
use super::labels;

/// The script; it defines `read_ID` and reads the file when it lies in the working directory.
pub(in super::super) fn script(dataset: &Dataset, file: &str) -> String {
    let name = dataset.about().id.replace('-', "_");
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing into a string does not fail.
        let _ = writeln!(out, "{text}");
    };
    line(format_args!("# Reads {file} with its types, labels and missing values."));
    line(format_args!(
        "# language: of the labels, \"nl\" or \"en\". codes: TRUE leaves the codes instead of their labels."
    ));
    line(format_args!("# Codes that say that nothing is known become NA, as do empty cells."));
    line(format_args!(
        "read_{name} <- function(file = {}, language = c(\"nl\", \"en\"), codes = FALSE) {{",
        quoted(file)
    ));
    line(format_args!("  language <- match.arg(language)"));
    line(format_args!(
        "  data <- utils::read.csv(file, colClasses = \"character\", na.strings = \"\", quote = \"\\\"\","
    ));
    line(format_args!("    encoding = \"UTF-8\", check.names = FALSE, strip.white = FALSE)"));
    let names = dataset.columns().iter().map(|column| quoted(&column.name)).collect::<Vec<_>>();
    line(format_args!("  stopifnot(identical(names(data), c({})))", names.join(", ")));
    line(format_args!("  coded <- function(values, codes_of, nl, en) {{"));
    line(format_args!("    labels <- if (codes) codes_of else if (language == \"nl\") nl else en"));
    line(format_args!("    factor(values, levels = codes_of, labels = labels)"));
    line(format_args!("  }}"));
    for column in dataset.columns() {
        line(format_args!("  data${0} <- {1}", column.name, conversion(column)));
    }
    for column in dataset.columns() {
        let [nl, en] = Language::ALL.map(|language| quoted(column.label.get(language)));
        line(format_args!("  attr(data${}, \"label\") <- if (language == \"nl\") {nl} else {en}", column.name));
    }
    line(format_args!("  data"));
    line(format_args!("}}"));
    line(format_args!("if (file.exists({0})) {name} <- read_{name}({0})", quoted(file)));
    out
}

/// What makes the column's type of its text.
fn conversion(column: &Column) -> String {
    let name = &column.name;
    match &column.holds {
        Type::Text => format!("sub(\"^'\", \"\", data${name})"),
        // Doubles hold every whole number up to 2^53, R's integers only those up to 2^31.
        Type::Integer | Type::Decimal { .. } => format!("as.numeric(data${name})"),
        Type::Date => format!("as.Date(data${name}, format = \"%Y-%m-%d\")"),
        Type::Boolean => format!("data${name} == \"true\""),
        Type::Codes(codes) => {
            let known: Vec<_> = codes.iter().filter(|code| !code.missing).cloned().collect();
            let values: Vec<String> = known.iter().map(|code| code.value.clone().into_owned()).collect();
            let [nl, en] = Language::ALL.map(|language| list(&labels(&known, language)));
            format!("coded(data${name}, {},\n    {nl},\n    {en})", list(&values))
        }
    }
}

fn list(texts: &[String]) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
    // Without anything in it, `c()` is NULL and no text.
    if quoted.is_empty() { "character()".to_owned() } else { format!("c({})", quoted.join(", ")) }
}

/// A text as R reads it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for it in text.chars() {
        match it {
            '"' | '\\' => out.extend(['\\', it]),
            ' '..='~' => out.push(it),
            _ => {
                let _ = write!(out, "\\U{{{:06x}}}", u32::from(it));
            }
        }
    }
    out.push('"');
    out
}
