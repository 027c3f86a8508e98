//! From the fields of a form to the JSON of the API, and back.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Map, Value, json};

use crate::clock::UtcTime;
use crate::console::posted::Posted;
use crate::vocabulary::Regime;

/// Fields that begin with this are about the form itself.
const OWN: char = '_';

/// The kinds of address, of outcome, of answer and of table of offences, as in the JSON of the API: the fields of each stand below its name.
const KINDS: [&str; 17] = [
    "dutch",
    "location",
    "noFixedAbode",
    "foreign",
    "compliedAfterAll",
    "acceptableExcuse",
    "technicalFailure",
    "warning",
    "referral",
    "duplicate",
    "wrongFacts",
    "done",
    "notAtHome",
    "cancelled",
    "accept",
    "refuse",
    "ecris",
];

/// The lists there are in forms.
const LISTS: [&str; 3] = ["stops", "otherNames", "identity.names"];

/// The JSON of what was typed. What has no valid form stays as it was typed, for the schema to refuse.
pub fn to_json(values: &Posted) -> Value {
    let mut root = Value::Object(Map::new());
    for (name, value) in values.filled().filter(|(name, _)| !name.starts_with(OWN)) {
        if let Some(path) = counted(name, values) {
            put(&mut root, &path, member(&path, value));
        }
    }
    arrays(root)
}

/// The path of a field without the kind of address; nothing when it belongs to a kind that was not chosen.
fn counted<'a>(name: &'a str, values: &Posted) -> Option<Vec<&'a str>> {
    let mut path = Vec::new();
    let last = name.rsplit('.').next().unwrap_or(name);
    for segment in name.split('.') {
        // A kind has fields below it: what stands last is a field, whatever it is called.
        if KINDS.contains(&segment) && segment != last {
            if values.text(&format!("{}.type", path.join("."))) != segment {
                return None;
            }
        } else {
            path.push(segment);
        }
    }
    Some(path)
}

/// What was typed, in the type its member has.
fn member(path: &[&str], value: &str) -> Value {
    match path.last().copied().unwrap_or_default() {
        "houseNumber" => value.parse::<u32>().map_or_else(|_| json!(value), |number| json!(number)),
        "lines" => json!(value.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>()),
        "confirm" | "uphold" | "accept" | "sensitive" | "microdata" => {
            value.parse::<bool>().map_or_else(|_| json!(value), |yes| json!(yes))
        }
        "postcode" => json!(value.to_uppercase()),
        name if name.ends_with("At") => json!(instant(value).map_or_else(|| value.to_owned(), |at| at.to_string())),
        "from" | "until" | "on" => json!(day(value)),
        name if ["On", "Date", "Until"].iter().any(|end| name.ends_with(end)) => json!(day(value)),
        _ => json!(value),
    }
}

/// A day as JSON has it, also when somebody typed it the Dutch way because their browser knows no field for days.
fn day(typed: &str) -> String {
    let dutch = ["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"];
    let day = dutch.iter().find_map(|form| NaiveDate::parse_from_str(typed, form).ok());
    day.map_or_else(|| typed.to_owned(), |day| day.to_string())
}

/// A moment by the clock on the wall of the office.
fn instant(typed: &str) -> Option<UtcTime> {
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(typed, form).ok())?;
    let zoned = local.and_local_timezone(Regime::NlPilot.zone()).earliest()?;
    Some(UtcTime::from(zoned.to_utc()))
}

fn put(at: &mut Value, path: &[&str], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        *at = value;
        return;
    };
    if let Value::Object(members) = at {
        put(members.entry((*first).to_owned()).or_insert_with(|| Value::Object(Map::new())), rest, value);
    }
}

/// Objects whose members are numbered become lists.
fn arrays(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let numbered = !members.is_empty() && members.keys().all(|key| key.parse::<usize>().is_ok());
    if numbered {
        let mut items: Vec<(usize, Value)> =
            members.into_iter().filter_map(|(key, item)| Some((key.parse().ok()?, arrays(item)))).collect();
        items.sort_by_key(|(at, _)| *at);
        return Value::Array(items.into_iter().map(|(_, item)| item).collect());
    }
    Value::Object(members.into_iter().map(|(key, member)| (key, arrays(member))).collect())
}

/// What would have to be typed to give this JSON.
pub fn from_json(value: &Value) -> Posted {
    let mut posted = Posted::default();
    spread("", value, &mut posted);
    posted
}

fn spread(at: &str, value: &Value, posted: &mut Posted) {
    let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match value {
        Value::Null => {}
        Value::Object(members) => {
            let kind = members.get("type").and_then(Value::as_str).filter(|kind| KINDS.contains(kind));
            for (name, member) in members {
                match kind {
                    Some(kind) if name != "type" => spread(&below(&format!("{kind}.{name}")), member, posted),
                    _ => spread(&below(name), member, posted),
                }
            }
        }
        Value::Array(items) if at.ends_with(".lines") => {
            let lines: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            posted.put(at, lines.join("\n"));
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                spread(&below(&number.to_string()), item, posted);
            }
        }
        Value::String(text) => posted.put(at, text),
        Value::Bool(_) | Value::Number(_) => posted.put(at, value.to_string()),
    }
}

/// The name of the field that a JSON Pointer is about. A whole address is about the choice of its kind.
pub fn field_of(pointer: &str, values: &Posted) -> String {
    let mut name = String::new();
    for segment in pointer.split('/').filter(|segment| !segment.is_empty()) {
        let kind = values.text(&format!("{name}.type"));
        if KINDS.contains(&kind) && segment != "type" {
            name = format!("{name}.{kind}");
        }
        // Lines of an address are typed into one field.
        if name.ends_with(".lines") {
            break;
        }
        name = if name.is_empty() { segment.to_owned() } else { format!("{name}.{segment}") };
    }
    name
}

/// How many items of a list are shown: those with something in them, and one more for each time that was asked.
pub fn length(values: &Posted, list: &str) -> usize {
    let highest = indices(values, list).into_iter().max().map_or(0, |highest| highest + 1);
    let asked = values.text(&format!("_count.{list}")).parse::<usize>().unwrap_or(0);
    highest.max(asked).min(50)
}

/// The numbers of the items with something in them; a kind of address alone is nothing.
fn indices(values: &Posted, list: &str) -> Vec<usize> {
    let mut found: Vec<usize> = values
        .filled()
        .filter(|(name, _)| !name.ends_with(".type"))
        .filter_map(|(name, _)| name.strip_prefix(list)?.strip_prefix('.')?.split('.').next()?.parse().ok())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The same without gaps in its lists: an item left blank is no item.
pub fn renumbered(values: &Posted) -> Posted {
    let mut out = Posted::default();
    for (name, value) in values.filled() {
        let list = LISTS.iter().find_map(|list| {
            let rest = name.strip_prefix(list)?.strip_prefix('.')?;
            let (number, member) = rest.split_once('.')?;
            Some((*list, number.parse::<usize>().ok()?, member))
        });
        match list {
            Some((list, number, member)) => {
                if let Some(at) = indices(values, list).iter().position(|known| *known == number) {
                    out.put(format!("{list}.{at}.{member}"), value);
                }
            }
            None => out.put(name, value),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay() -> Posted {
        Posted::of(&[
            ("address.type", "dutch"),
            ("address.dutch.street", "Voorbeeldstraat"),
            ("address.dutch.houseNumber", "12"),
            ("address.dutch.postcode", "1234ab"),
            ("address.foreign.country", "ES"),
            ("from", "05-01-2026"),
            ("until", ""),
            ("_key", "k"),
        ])
    }

    #[test]
    fn a_form_becomes_the_json_of_the_api_with_the_chosen_kind_of_address_only() {
        let expected = json!({
            "address": { "type": "dutch", "street": "Voorbeeldstraat", "houseNumber": 12, "postcode": "1234AB" },
            "from": "2026-01-05",
        });
        assert_eq!(to_json(&stay()), expected);
        assert_eq!(to_json(&from_json(&expected)), expected);
    }

    #[test]
    fn lists_have_no_gaps_and_lines_are_one_field() {
        let typed = Posted::of(&[
            ("stops.0.address.type", "foreign"),
            ("stops.2.address.type", "foreign"),
            ("stops.2.address.foreign.country", "ES"),
            ("stops.2.address.foreign.lines", "Calle 1\n\n 28001 Madrid "),
        ]);
        let value = to_json(&renumbered(&typed));
        let stop = json!({ "address": { "type": "foreign", "country": "ES", "lines": ["Calle 1", "28001 Madrid"] } });
        assert_eq!(value, json!({ "stops": [stop] }));
        assert_eq!(from_json(&value).get("stops.0.address.foreign.lines"), Some("Calle 1\n28001 Madrid"));
    }

    #[test]
    fn a_pointer_finds_its_field() {
        let values = stay();
        assert_eq!(field_of("/address/postcode", &values), "address.dutch.postcode");
        assert_eq!(field_of("/from", &values), "from");
        assert_eq!(field_of("/address", &values), "address");
        let abroad = Posted::of(&[("stops.0.address.type", "foreign")]);
        assert_eq!(field_of("/stops/0/address/lines/2", &abroad), "stops.0.address.foreign.lines");
    }

    #[test]
    fn what_has_no_valid_form_is_left_for_the_schema_to_refuse() {
        let typed = Posted::of(&[("movedOn", "31-02-2026"), ("onBehalf.receivedAt", "soon")]);
        assert_eq!(to_json(&typed), json!({ "movedOn": "31-02-2026", "onBehalf": { "receivedAt": "soon" } }));
        let winter = Posted::of(&[("onBehalf.receivedAt", "2026-01-05T09:30")]);
        assert_eq!(to_json(&winter), json!({ "onBehalf": { "receivedAt": "2026-01-05T08:30:00Z" } }));
    }
}
