//! CSV on the Web: the description of a CSV that lies beside it, as `NAME.csv-metadata.json`.

use serde_json::{Map, Value as Json, json};

use super::dataset::{Code, Column, Dataset, Role, Text, Type};

/// The description of the CSV of a dataset.
pub(super) fn document(dataset: &Dataset, file: &str) -> Json {
    let about = dataset.about();
    let key: Vec<_> = dataset.keys().map(|(_, column)| &column.name).collect();
    json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": "en" }],
        "url": file,
        "dc:identifier": about.id,
        "dc:title": both(&about.title),
        "dc:description": both(&about.definition),
        "dc:temporal": about.reference.to_string(),
        "schema:version": about.version,
        "dialect": {
            "encoding": "utf-8",
            "delimiter": ",",
            "quoteChar": "\"",
            "doubleQuote": true,
            "lineTerminators": ["\r\n"],
            "header": true,
            "headerRowCount": 1,
            "skipInitialSpace": false,
            "trim": "false",
        },
        "tableSchema": {
            "columns": dataset.columns().iter().map(column).collect::<Vec<_>>(),
            "primaryKey": key,
        },
    })
}

fn both(text: &Text) -> Json {
    json!([{ "@value": text.nl, "@language": "nl" }, { "@value": text.en, "@language": "en" }])
}

fn column(column: &Column) -> Json {
    let mut described = Map::new();
    described.insert("name".into(), json!(column.name));
    described.insert("titles".into(), json!(column.name));
    described.insert("dc:description".into(), both(&column.label));
    described.insert("datatype".into(), datatype(&column.holds));
    described.insert("required".into(), json!(column.role == Role::Key));
    if let Type::Text = column.holds {
        described.insert("dc:format".into(), json!("A leading apostrophe is not part of the text: take one away."));
    }
    Json::Object(described)
}

fn datatype(holds: &Type) -> Json {
    match holds {
        Type::Text => json!({ "base": "string" }),
        Type::Integer => json!({ "base": "integer" }),
        Type::Decimal { digits } => {
            json!({ "base": "decimal", "format": format!("0.{}", "0".repeat(usize::from(*digits))) })
        }
        Type::Date => json!({ "base": "date", "format": "yyyy-MM-dd" }),
        Type::Boolean => json!({ "base": "boolean", "format": "true|false" }),
        Type::Codes(codes) => json!({ "base": "string", "format": alternatives(codes) }),
    }
}

/// A regular expression that matches the codes and nothing else.
fn alternatives(codes: &[Code]) -> String {
    let escaped = |code: &Code| {
        let escape = |it: char| if it.is_ascii_punctuation() && it != '_' { format!("\\{it}") } else { it.to_string() };
        code.value.chars().map(escape).collect::<String>()
    };
    format!("^({})$", codes.iter().map(escaped).collect::<Vec<_>>().join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::sample;

    #[test]
    fn every_column_is_described_in_the_order_of_the_file() {
        let document = document(&sample::microdata(), "events.csv");
        assert_eq!(document["@context"], json!(["http://www.w3.org/ns/csvw", { "@language": "en" }]));
        assert_eq!(document["url"], "events.csv");
        assert_eq!(document["tableSchema"]["primaryKey"], json!(["pseudonym", "number"]));
        let columns = document["tableSchema"]["columns"].as_array().unwrap();
        let of = |name: &str, member: &str| columns.iter().find(|it| it["name"] == name).unwrap()[member].clone();
        let names: Vec<_> = columns.iter().map(|it| it["titles"].as_str().unwrap()).collect();
        assert_eq!(names, ["pseudonym", "number", "arm", "score", "until", "excused", "remark"]);
        assert_eq!(of("number", "required"), true);
        assert_eq!(of("score", "datatype"), json!({ "base": "decimal", "format": "0.00" }));
        assert_eq!(of("until", "datatype"), json!({ "base": "date", "format": "yyyy-MM-dd" }));
        assert_eq!(of("arm", "datatype")["format"], "^(all|register|both|unknown)$");
        assert_eq!(of("remark", "dc:description")[0], json!({ "@value": "Opmerking", "@language": "nl" }));
    }

    #[test]
    fn a_code_is_matched_as_it_is() {
        let codes = [Code::new("<18", Text::fixed("a", "b")), Code::new("65+", Text::fixed("a", "b"))];
        assert_eq!(alternatives(&codes), "^(\\<18|65\\+)$");
    }
}
