//! For Stata 14 or later. Codes become numbers, from 1 on in the order of the codebook, with labels; codes that say that
//! nothing is known become `.a`, `.b` and so on.

use std::fmt::Write;

use super::super::dataset::{Code, Column, Dataset, Language, Type};
use super::{labels, on_one_line};

/// The script in one language.
pub(in super::super) fn script(dataset: &Dataset, file: &str, language: Language) -> String {
    let mut out = format!(
        "* Reads {file} with its types, labels and missing values.\n* The file must lie in the working directory.\n\
         version 14\nimport delimited using {}, clear varnames(1) stringcols(_all) ///\n    \
         encoding(\"UTF-8\") bindquotes(strict) case(preserve)\n",
        quoted(file)
    );
    let mut add = |text: std::fmt::Arguments<'_>| {
        // Writing into a string does not fail.
        let _ = writeln!(out, "{text}");
    };
    for column in dataset.columns() {
        add(format_args!("{}", converted(column, language).trim_end()));
        add(format_args!("label variable {} {}", column.name, quoted(column.label.get(language))));
    }
    let names: Vec<_> = dataset.columns().iter().map(|column| column.name.as_ref()).collect();
    add(format_args!("order {}", names.join(" ")));
    let title: String = dataset.about().title.get(language).chars().take(80).collect();
    add(format_args!("label data {}", quoted(&title)));
    out
}

/// What makes the column's type of its text.
fn converted(column: &Column, language: Language) -> String {
    let name = &column.name;
    match &column.holds {
        Type::Text => {
            format!("replace {name} = usubstr({name}, 2, .) if usubstr({name}, 1, 1) == \"'\"")
        }
        Type::Integer => format!("destring {name}, replace\nformat {name} %20.0f"),
        Type::Decimal { digits } => format!("destring {name}, replace\nformat {name} %20.{digits}f"),
        Type::Date => {
            format!(
                "tempvar made\ngenerate double `made' = daily({name}, \"YMD\")\nformat `made' %td\n{}",
                put_in_place(name)
            )
        }
        Type::Boolean => {
            let [no, yes] = match language {
                Language::Dutch => ["Nee", "Ja"],
                Language::English => ["No", "Yes"],
            };
            let numbers = [("false", "0", no), ("true", "1", yes)];
            recoded(name, &numbers.map(|(text, number, label)| [text.to_owned(), number.to_owned(), label.to_owned()]))
        }
        Type::Codes(codes) => {
            let numbers = numbers(codes).into_iter().zip(labels(codes, language)).zip(codes);
            let numbers = numbers.map(|((number, label), code)| [code.value.to_string(), number, label]);
            recoded(name, &numbers.collect::<Vec<_>>())
        }
    }
}

/// The number of each code, or its letter. There are 26 letters; whatever comes after shares the last.
fn numbers(codes: &[Code]) -> Vec<String> {
    let (mut known, mut letters) = (0, 'a'..='y');
    let number = |code: &Code| {
        if code.missing {
            format!(".{}", letters.next().unwrap_or('z'))
        } else {
            known += 1;
            known.to_string()
        }
    };
    codes.iter().map(number).collect()
}

fn recoded(name: &str, numbers: &[[String; 3]]) -> String {
    let mut out = "tempvar made\ngenerate long `made' = .\n".to_owned();
    for [text, number, _] in numbers {
        let _ = writeln!(out, "replace `made' = {number} if {name} == {}", quoted(text));
    }
    out.push_str(&put_in_place(name));
    for [_, number, label] in numbers {
        let _ = writeln!(out, "label define {name} {number} {}, modify", quoted(label));
    }
    out + &format!("label values {name} {name}\n")
}

/// The variable that was made takes the place of the text.
fn put_in_place(name: &str) -> String {
    format!("drop {name}\nrename `made' {name}\n")
}

/// A text as Stata reads it, on one line: nothing in it is a macro or ends it.
fn quoted(text: &str) -> String {
    let text = on_one_line(text).replace('`', "'").replace('$', "\\$");
    if text.contains('"') { format!("`\"{text}\"'") } else { format!("\"{text}\"") }
}
