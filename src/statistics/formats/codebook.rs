//! The codebook of a dataset: what it holds and what each column and code means, for people as Markdown in both
//! languages and for programs as JSON.

use std::fmt::Write;

use serde_json::{Map, Value as Json, json};

use super::dataset::{Column, Dataset, Kind, Language, Role, Text, Type};

/// For programs.
pub(super) fn document(dataset: &Dataset) -> Json {
    let about = dataset.about();
    json!({
        "id": about.id,
        "version": about.version,
        "kind": match about.kind { Kind::Table => "table", Kind::Microdata => "microdata" },
        "title": both(&about.title),
        "definition": both(&about.definition),
        "unit": both(&about.unit),
        "population": both(&about.population),
        "reference": { "first": about.reference.first().to_string(), "last": about.reference.last().to_string() },
        "columns": dataset.columns().iter().map(column).collect::<Vec<_>>(),
    })
}

fn both(text: &Text) -> Json {
    json!({ "nl": text.nl, "en": text.en })
}

fn column(column: &Column) -> Json {
    let mut described = Map::new();
    let (of_type, digits) = match &column.holds {
        Type::Text => ("text", None),
        Type::Integer => ("integer", None),
        Type::Decimal { digits } => ("decimal", Some(*digits)),
        Type::Date => ("date", None),
        Type::Boolean => ("boolean", None),
        Type::Codes(_) => ("code", None),
    };
    let (role, of) = match &column.role {
        Role::Key => ("key", None),
        Role::Measure => ("measure", None),
        Role::Attribute => ("attribute", None),
        Role::Status { of } => ("status", Some(of)),
    };
    described.insert("name".into(), json!(column.name));
    described.insert("label".into(), both(&column.label));
    described.insert("type".into(), json!(of_type));
    described.extend(digits.map(|digits| ("digits".into(), json!(digits))));
    described.insert("role".into(), json!(role));
    described.extend(of.map(|of| ("of".into(), json!(of))));
    if let Type::Codes(codes) = &column.holds {
        let code = |code: &super::dataset::Code| json!({ "value": code.value, "label": both(&code.label), "missing": code.missing });
        described.insert("codes".into(), codes.iter().map(code).collect());
    }
    Json::Object(described)
}

/// The words of the codebook itself.
struct Words {
    unit: &'static str,
    population: &'static str,
    reference: &'static str,
    version: &'static str,
    columns: &'static str,
    head: [&'static str; 4],
    code: [&'static str; 2],
    missing: &'static str,
    key: &'static str,
    reading: &'static str,
    conventions: [&'static str; 4],
}

const DUTCH: Words = Words {
    unit: "Eenheid",
    population: "Populatie",
    reference: "Periode",
    version: "Versie van de definitie",
    columns: "Kolommen",
    head: ["Kolom", "Betekenis", "Soort", "Rol"],
    code: ["Code", "Betekenis"],
    missing: "telt als ontbrekend",
    key: "De rijen staan op volgorde van de sleutel. Elke sleutel komt één keer voor.",
    reading: "Hoe u het bestand leest",
    conventions: [
        "Het bestand is CSV in UTF-8, met komma's, en met een punt in decimale getallen.",
        "Een lege cel betekent dat er geen waarde is.",
        "Begint een tekst met een apostrof? Haal er dan één weg. Die staat er zodat een rekenblad de tekst niet als \
         formule leest. Getallen, datums en codes zijn nooit veranderd.",
        "De scripts voor R, SPSS en Stata doen dit voor u.",
    ],
};

const ENGLISH: Words = Words {
    unit: "Unit",
    population: "Population",
    reference: "Period",
    version: "Version of the definition",
    columns: "Columns",
    head: ["Column", "Meaning", "Type", "Role"],
    code: ["Code", "Meaning"],
    missing: "counts as missing",
    key: "Rows are in the order of their key. Each key is there once.",
    reading: "How to read the file",
    conventions: [
        "The file is CSV in UTF-8, with commas, and with a point in decimal numbers.",
        "An empty cell means that there is no value.",
        "Does a text begin with an apostrophe? Take one away. It is there so that no spreadsheet takes the text for a \
         formula. Numbers, dates and codes are never changed.",
        "The scripts for R, SPSS and Stata do this for you.",
    ],
};

/// For people, in one language.
pub(super) fn page(dataset: &Dataset, language: Language) -> String {
    let words = match language {
        Language::Dutch => &DUTCH,
        Language::English => &ENGLISH,
    };
    let about = dataset.about();
    let mut page = format!("# {}\n\n{}\n\n", plain(about.title.get(language)), plain(about.definition.get(language)));
    let facts = [
        (words.unit, about.unit.get(language)),
        (words.population, about.population.get(language)),
        (words.reference, &about.reference.to_string()),
        (words.version, &about.version),
    ];
    for (name, fact) in facts {
        line(&mut page, format_args!("- {name}: {}", plain(fact)));
    }
    line(&mut page, format_args!("\n## {}\n\n{}\n\n| {} |", words.columns, words.key, words.head.join(" | ")));
    line(&mut page, format_args!("| --- | --- | --- | --- |"));
    for column in dataset.columns() {
        let label = plain(column.label.get(language));
        line(
            &mut page,
            format_args!("| `{}` | {label} | {} | {} |", column.name, kind(column, language), role(column, language)),
        );
    }
    for column in dataset.columns().iter().filter(|column| !column.codes().is_empty()) {
        codes(&mut page, column, words, language);
    }
    line(&mut page, format_args!("\n## {}\n", words.reading));
    for convention in words.conventions {
        line(&mut page, format_args!("- {convention}"));
    }
    page
}

fn codes(page: &mut String, column: &Column, words: &Words, language: Language) {
    let [code_head, meaning] = words.code;
    line(page, format_args!("\n### `{}`\n\n| {code_head} | {meaning} |\n| --- | --- |", column.name));
    for code in column.codes() {
        let remark = if code.missing { format!(" ({})", words.missing) } else { String::new() };
        line(page, format_args!("| `{}` | {}{remark} |", plain(&code.value), plain(code.label.get(language))));
    }
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a string does not fail.
    let _ = writeln!(page, "{text}");
}

/// A text on one line that Markdown leaves as it is.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for it in text.chars() {
        match it {
            '\n' | '\r' => plain.push(' '),
            '|' | '\\' | '<' | '*' => plain.extend(['\\', it]),
            _ => plain.push(it),
        }
    }
    plain
}

fn kind(column: &Column, language: Language) -> String {
    let text = match &column.holds {
        Type::Text => Text::fixed("tekst", "text"),
        Type::Integer => Text::fixed("geheel getal", "whole number"),
        Type::Decimal { digits } => {
            Text::new(format!("getal, {digits} decimalen"), format!("number, {digits} decimals"))
        }
        Type::Date => Text::fixed("datum (jjjj-mm-dd)", "date (yyyy-mm-dd)"),
        Type::Boolean => Text::fixed("true (ja) of false (nee)", "true or false"),
        Type::Codes(_) => Text::fixed("code", "code"),
    };
    text.get(language).to_owned()
}

fn role(column: &Column, language: Language) -> String {
    let text = match &column.role {
        Role::Key => Text::fixed("sleutel", "key"),
        Role::Measure => Text::fixed("meting", "measure"),
        Role::Attribute => Text::fixed("kenmerk", "attribute"),
        Role::Status { of } => Text::new(format!("status van `{of}`"), format!("status of `{of}`")),
    };
    text.get(language).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::sample;

    #[test]
    fn people_read_it_in_their_language() {
        insta::assert_snapshot!("codebook_nl", page(&sample::table(), Language::Dutch));
        insta::assert_snapshot!("codebook_en", page(&sample::microdata(), Language::English));
    }

    #[test]
    fn programs_read_types_roles_and_codes() {
        let document = document(&sample::microdata());
        assert_eq!(document["kind"], "microdata");
        assert_eq!(document["reference"], json!({ "first": "2026-09-30", "last": "2026-09-30" }));
        let columns = document["columns"].as_array().unwrap();
        assert_eq!(columns[3]["digits"], 2);
        assert_eq!(columns[2]["codes"][3]["missing"], true);
        assert_eq!(super::document(&sample::table())["columns"][3]["of"], "persons");
    }

    #[test]
    fn nothing_breaks_out_of_its_cell() {
        assert_eq!(plain("a|b\n<c> *d*"), "a\\|b \\<c> \\*d\\*");
    }
}
