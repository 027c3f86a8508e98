//! `datapackage.json`: all datasets of a release as Data Package 2.0 describes them, with sizes and checksums.

use serde_json::{Map, Value as Json, json};

use super::dataset::{Code, Column, Dataset, Role, Type};
use super::files::{FileSummary, Part};
use super::release::{Contents, Release};

/// The description of the CSV files of a release.
pub(super) fn document(release: &Release, contents: &[Contents<'_>]) -> Json {
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": release.id,
        "title": release.title.en,
        "title_nl": release.title.nl,
        "description": release.description.en,
        "description_nl": release.description.nl,
        "licenses": [{ "path": release.licence }],
        "contributors": [{ "title": release.publisher.name, "path": release.publisher.uri, "roles": ["publisher"] }],
        "resources": contents.iter().filter_map(resource).collect::<Vec<_>>(),
    })
}

fn is_csv(file: &&FileSummary) -> bool {
    file.part == Part::Data && file.media_type == super::release::CSV
}

fn resource(contents: &Contents<'_>) -> Option<Json> {
    let file = contents.files.iter().find(is_csv)?;
    let about = contents.dataset.about();
    Some(json!({
        "name": about.id,
        "type": "table",
        "path": file.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": format!("sha256:{}", file.sha256),
        "title": about.title.en,
        "title_nl": about.title.nl,
        "description": about.definition.en,
        "description_nl": about.definition.nl,
        "dialect": { "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true },
        "schema": schema(contents.dataset),
    }))
}

fn schema(dataset: &Dataset) -> Json {
    let key: Vec<_> = dataset.keys().map(|(_, column)| &column.name).collect();
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": dataset.columns().iter().map(field).collect::<Vec<_>>(),
        "missingValues": [""],
        "primaryKey": key,
    })
}

fn field(column: &Column) -> Json {
    let mut field = Map::new();
    let of_type = match &column.holds {
        Type::Text | Type::Codes(_) => "string",
        Type::Integer => "integer",
        Type::Decimal { .. } => "number",
        Type::Date => "date",
        Type::Boolean => "boolean",
    };
    field.insert("name".into(), json!(column.name));
    field.insert("type".into(), json!(of_type));
    field.insert("title".into(), json!(column.label.en));
    field.insert("title_nl".into(), json!(column.label.nl));
    if column.role == Role::Key {
        field.insert("constraints".into(), json!({ "required": true }));
    }
    match &column.holds {
        Type::Codes(codes) => {
            let (missing, known): (Vec<_>, Vec<_>) = codes.iter().partition(|code| code.missing);
            field.insert("categories".into(), known.into_iter().map(labelled).collect());
            if !missing.is_empty() {
                let empty = json!({ "value": "", "label": "absent" });
                let missing = std::iter::once(empty).chain(missing.into_iter().map(labelled));
                field.insert("missingValues".into(), missing.collect());
            }
        }
        Type::Text => {
            let remark = "In the file, a leading apostrophe is not part of the text: take one away.";
            field.insert("description".into(), json!(remark));
        }
        Type::Boolean => {
            field.insert("trueValues".into(), json!(["true"]));
            field.insert("falseValues".into(), json!(["false"]));
        }
        Type::Integer | Type::Decimal { .. } | Type::Date => {}
    }
    Json::Object(field)
}

fn labelled(code: &Code) -> Json {
    json!({ "value": code.value, "label": code.label.en, "label_nl": code.label.nl })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::sample;

    #[test]
    fn a_resource_names_its_file_with_size_and_checksum() {
        let (dataset, release) = (sample::microdata(), sample::release());
        let files = sample::written(&dataset, &sample::microdata_rows(10)).1;
        let document = document(&release, &[Contents { dataset: &dataset, files: &files }]);
        let resource = &document["resources"][0];
        assert_eq!(resource["path"], "events.csv");
        assert_eq!(resource["bytes"], files[0].bytes);
        assert_eq!(resource["hash"], format!("sha256:{}", files[0].sha256));
        assert_eq!(resource["schema"]["primaryKey"], json!(["pseudonym", "number"]));
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let types: Vec<_> = fields.iter().map(|field| field["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["string", "integer", "string", "number", "date", "boolean", "string"]);
        let known: Vec<_> = fields[2]["categories"].as_array().unwrap().iter().map(|it| it["value"].clone()).collect();
        assert_eq!(known, ["all", "register", "both"]);
        assert_eq!(fields[2]["missingValues"][1]["value"], "unknown");
    }
}
