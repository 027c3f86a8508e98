//! JSON-stat 2.0, for tables: the cells as one list over the dimensions, in one language. Each key is a dimension, and
//! the measures are one more. The cells of a table are few; they are kept until it is written.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value as Json, json};

use super::csv_file::decimal;
use super::dataset::{Column, Dataset, Language, Type};
use super::row::Value;

/// The dimension of the measures. No column can have this name.
const MEASURES: &str = "_measure";

/// The cells so far.
#[derive(Debug)]
pub(super) struct Cube<'a> {
    dataset: &'a Dataset,
    /// For each position: the number and its status.
    cells: BTreeMap<usize, (Json, Json)>,
}

impl<'a> Cube<'a> {
    pub(super) const fn new(dataset: &'a Dataset) -> Self {
        Self { dataset, cells: BTreeMap::new() }
    }

    /// Keeps the cells of a row that has been looked at.
    pub(super) fn row(&mut self, row: &[Value]) {
        let measures = self.dataset.measures().count();
        let place = self.dataset.keys().fold(0, |place, (at, column)| {
            let code = column.codes().iter().position(|code| matches!(&row[at], Value::Code(it) if *it == code.value));
            place * column.codes().len() + code.unwrap_or_default()
        });
        for (number, (at, column)) in self.dataset.measures().enumerate() {
            let status = self.dataset.status_of(&column.name).map_or(Json::Null, |at| match &row[at] {
                Value::Code(code) => json!(code),
                Value::Absent
                | Value::Text(_)
                | Value::Integer(_)
                | Value::Decimal(_)
                | Value::Date(_)
                | Value::Boolean(_) => Json::Null,
            });
            self.cells.insert(place * measures + number, (number_of(&row[at], &column.holds), status));
        }
    }

    /// The document in one language.
    pub(super) fn document(&self, language: Language) -> Json {
        let about = self.dataset.about();
        let mut dimensions = Map::new();
        for (_, column) in self.dataset.keys() {
            dimensions.insert(column.name.clone().into_owned(), dimension(column, language));
        }
        dimensions.insert(MEASURES.to_owned(), measures(self.dataset, language));
        let ids: Vec<_> = dimensions.keys().cloned().collect();
        let sizes: Vec<usize> = self.sizes().collect();
        let values = self.list(sizes.iter().product(), |cell| &cell.0);
        let statuses = self.list(sizes.iter().product(), |cell| &cell.1);
        json!({
            "version": "2.0",
            "class": "dataset",
            "label": about.title.get(language),
            "note": [about.definition.get(language), about.population.get(language)],
            "extension": {
                "language": language.tag(),
                "id": about.id,
                "version": about.version,
                "reference": about.reference.to_string(),
            },
            "id": ids,
            "size": sizes,
            "role": { "metric": [MEASURES] },
            "dimension": dimensions,
            "value": values,
            "status": statuses,
        })
    }

    fn sizes(&self) -> impl Iterator<Item = usize> {
        let keys = self.dataset.keys().map(|(_, column)| column.codes().len());
        keys.chain(std::iter::once(self.dataset.measures().count()))
    }

    /// All cells in order when each of them is there, else those that are, by their place.
    fn list(&self, size: usize, part: impl Fn(&(Json, Json)) -> &Json) -> Json {
        if self.cells.len() == size {
            return self.cells.values().map(part).cloned().collect();
        }
        let there = self.cells.iter().filter(|(_, cell)| !part(cell).is_null());
        Json::Object(there.map(|(place, cell)| (place.to_string(), part(cell).clone())).collect())
    }
}

/// A number as JSON, with the decimals of its column.
fn number_of(value: &Value, holds: &Type) -> Json {
    match (value, holds) {
        (Value::Integer(number), _) => json!(number),
        (Value::Decimal(number), Type::Decimal { digits }) => {
            let rounded = decimal(*number, *digits).parse().ok().and_then(Number::from_f64);
            rounded.map_or(Json::Null, Json::Number)
        }
        (
            Value::Absent | Value::Text(_) | Value::Decimal(_) | Value::Date(_) | Value::Boolean(_) | Value::Code(_),
            _,
        ) => Json::Null,
    }
}

fn dimension(column: &Column, language: Language) -> Json {
    let codes = column.codes();
    let index: Vec<_> = codes.iter().map(|code| &code.value).collect();
    let labels = codes.iter().map(|code| (code.value.to_string(), json!(code.label.get(language))));
    let labels: Map<_, _> = labels.collect();
    json!({ "label": column.label.get(language), "category": { "index": index, "label": labels } })
}

fn measures(dataset: &Dataset, language: Language) -> Json {
    let unit = dataset.about().unit.get(language);
    let (mut index, mut labels, mut units) = (Vec::new(), Map::new(), Map::new());
    for (_, column) in dataset.measures() {
        let name = column.name.to_string();
        let decimals = if let Type::Decimal { digits } = column.holds { digits } else { 0 };
        labels.insert(name.clone(), json!(column.label.get(language)));
        units.insert(name.clone(), json!({ "label": unit, "decimals": decimals }));
        index.push(name);
    }
    let label = match language {
        Language::Dutch => "Meting",
        Language::English => "Measure",
    };
    json!({ "label": label, "category": { "index": index, "label": labels, "unit": units } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::sample;

    fn document(rows: &[Vec<Value>]) -> Json {
        let dataset = sample::table();
        let mut cube = Cube::new(&dataset);
        rows.iter().for_each(|row| cube.row(row));
        cube.document(Language::English)
    }

    #[test]
    fn every_cell_has_its_place() {
        let document = document(&sample::table_rows());
        assert_eq!(document["id"], json!(["outcome", "arm", "_measure"]));
        assert_eq!(document["size"], json!([3, 4, 1]));
        // No row has the arm `unknown`: places are named.
        assert_eq!(document["value"], json!({ "0": 120, "1": 60, "2": 60, "4": 105, "8": 15 }));
        let withheld =
            json!({ "0": "F", "1": "F", "2": "F", "4": "F", "5": "C", "6": "C", "8": "F", "9": "C", "10": "C" });
        assert_eq!(document["status"], withheld);
        let outcome = &document["dimension"]["outcome"]["category"];
        assert_eq!(outcome["index"], json!(["all", "on_time", "late"]));
        assert_eq!(outcome["label"]["late"], "Late");
        assert_eq!(document["dimension"]["_measure"]["category"]["unit"]["persons"]["label"], "persons");
    }

    #[test]
    fn a_full_table_is_a_list_as_long_as_its_sizes_say() {
        let mut rows = Vec::new();
        for outcome in ["all", "on_time", "late"] {
            for arm in ["all", "register", "both", "unknown"] {
                let status = if arm == "unknown" { "C" } else { "F" };
                let persons = if arm == "unknown" { Value::Absent } else { Value::Integer(10) };
                rows.push(vec![Value::code(outcome), Value::code(arm), persons, Value::code(status)]);
            }
        }
        let document = document(&rows);
        assert_eq!(document["value"].as_array().unwrap().len(), 12);
        assert_eq!(document["value"][3], Json::Null);
        assert_eq!(document["status"][3], "C");
    }
}
