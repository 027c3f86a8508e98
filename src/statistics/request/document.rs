//! The document's members, in whatever order they come; unknown ones and ones that come twice are faults.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::Faults;
use super::cells::{Cell, Column};

/// The members as they stand.
#[derive(Debug, Default)]
pub struct Document {
    pub analysis: Option<Cell>,
    pub time: Option<Column>,
    pub entry: Option<Column>,
    pub event: Option<Column>,
    pub group: Option<Column>,
    pub strata: Option<Column>,
    pub id: Option<Column>,
    pub covariates: Option<Covariates>,
    pub ties: Option<Cell>,
    pub interval: Option<Cell>,
    pub tau: Option<Cell>,
    pub reference: Option<Cell>,
    pub confidence: Option<Cell>,
}

/// The covariates in their order, or what stands there instead.
#[derive(Debug)]
pub enum Covariates {
    Columns(Vec<(String, Column)>),
    NoObject(Cell),
}

/// Reads the members; nothing when the text is no JSON object.
pub fn read(text: &str, faults: &mut Faults) -> Option<Document> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize::<_, Members>(&mut deserializer);
    let read = read.map_err(|error| {
        let at = error.path().to_string();
        // "." is the document itself, "?" a place that cannot be told.
        (if at == "." || at == "?" { String::new() } else { at }, error.into_inner())
    });
    match read.and_then(|members| deserializer.end().map(|()| members).map_err(|error| (String::new(), error))) {
        Ok(Members { document, unknown, twice }) => {
            unknown.into_iter().for_each(|field| faults.add(field, "is no field of this contract"));
            twice.into_iter().for_each(|field| faults.add(field, "stands there twice"));
            Some(document)
        }
        Err((at, error)) => {
            faults.add(at, format!("not readable as JSON: {error}"));
            None
        }
    }
}

struct Members {
    document: Document,
    unknown: Vec<String>,
    twice: Vec<String>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object with `analysis`, `time` and `event`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members, A::Error> {
        let mut it = Members { document: Document::default(), unknown: Vec::new(), twice: Vec::new() };
        while let Some(name) = object.next_key::<String>()? {
            let document = &mut it.document;
            let again = match name.as_str() {
                "analysis" => put(&mut document.analysis, &mut object)?,
                "time" => put(&mut document.time, &mut object)?,
                "entry" => put(&mut document.entry, &mut object)?,
                "event" => put(&mut document.event, &mut object)?,
                "group" => put(&mut document.group, &mut object)?,
                "strata" => put(&mut document.strata, &mut object)?,
                "id" => put(&mut document.id, &mut object)?,
                "ties" => put(&mut document.ties, &mut object)?,
                "interval" => put(&mut document.interval, &mut object)?,
                "tau" => put(&mut document.tau, &mut object)?,
                "reference" => put(&mut document.reference, &mut object)?,
                "confidence" => put(&mut document.confidence, &mut object)?,
                "covariates" => {
                    let columns = object.next_value_seed(CovariatesSeed { twice: &mut it.twice })?;
                    columns.is_some_and(|columns| document.covariates.replace(columns).is_some())
                }
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    it.unknown.push(name.clone());
                    false
                }
            };
            if again {
                it.twice.push(name);
            }
        }
        Ok(it)
    }
}

/// Reads a member; whether it was there before. Null is how some programs write that there is none.
fn put<'de, A: MapAccess<'de>, T: Deserialize<'de>>(place: &mut Option<T>, object: &mut A) -> Result<bool, A::Error> {
    Ok(object.next_value::<Option<T>>()?.is_some_and(|value| place.replace(value).is_some()))
}

struct CovariatesSeed<'a> {
    twice: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for CovariatesSeed<'_> {
    type Value = Option<Covariates>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CovariatesSeed<'_> {
    type Value = Option<Covariates>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of lists")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut columns: Vec<(String, Column)> = Vec::new();
        while let Some((name, column)) = object.next_entry::<String, Column>()? {
            if columns.iter().any(|(earlier, _)| *earlier == name) {
                self.twice.push(format!("covariates.{name}"));
            }
            columns.push((name, column));
        }
        Ok(Some(Covariates::Columns(columns)))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Some(Covariates::NoObject(Cell::Other("true or false"))))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Some(Covariates::NoObject(Cell::Other("a number"))))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Some(Covariates::NoObject(Cell::Other("a number"))))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Some(Covariates::NoObject(Cell::Other("a number"))))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Some(Covariates::NoObject(Cell::Other("text"))))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some(Covariates::NoObject(Cell::Other("a list"))))
    }
}
