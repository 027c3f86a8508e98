//! What a warning notice says, as a form: from what stands in the register to fields, and back to the JSON of the API.

use serde_json::{Map, Value, json};

use crate::console::form::{Builder, Control, Form, from_json, length, to_json};
use crate::console::posted::Posted;
use crate::instruments::notice::{ConvictionSource, Ground, Kind, Sex};
use crate::register::FieldError;
use crate::texts::Texts;

/// Members that are one text or one day.
const PLAIN: [&str; 15] = [
    "kind",
    "ground",
    "groundReasons",
    "modusOperandi",
    "caution",
    "identity.familyName",
    "identity.forenames",
    "identity.sex",
    "identity.birthDate",
    "identity.birthPlace",
    "identity.nationality",
    "identity.parentName",
    "identity.description",
    "identity.dna",
    "identity.fingerprints",
];

/// Parts that are there as a whole or not at all, with the members that are typed.
const PARTS: [(&str, &[&str]); 4] = [
    ("riskAssessment", &["id", "assessedOn"]),
    ("consultation", &["with", "on"]),
    ("immediateThreat", &["officer", "on", "reasons"]),
    ("identity.photograph", &["reference"]),
];

/// Members that are yes or no.
const YES_NO: [&str; 4] = ["verified", "disputed", "given", "goodQuality"];

/// The fields that stand for this content.
pub fn fields(content: &Value) -> Posted {
    let mut values = from_json(content);
    let joined = |member: &Value, by: &str| {
        let all: Vec<&str> = member.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        all.join(by)
    };
    values.put("destinations", joined(&content["destinations"], ", "));
    values.put("identity.aliases", joined(&content["identity"]["aliases"], "\n"));
    values
}

/// The content that was typed. What the form does not show stays as it was `before`.
pub fn content(values: &Posted, before: Option<&Value>) -> Value {
    let typed = to_json(values);
    let mut whole = before.cloned().unwrap_or_else(|| json!({}));
    for name in PLAIN {
        put(&mut whole, name, typed.pointer(&pointer(name)).cloned());
    }
    for (part, members) in PARTS {
        let said = members.iter().any(|member| values.get(&format!("{part}.{member}")).is_some());
        let value = typed.pointer(&pointer(part)).filter(|_| said).cloned().map(yes_no);
        put(&mut whole, part, value);
    }
    for list in ["convictions", "identity.documents"] {
        let rows = typed.pointer(&pointer(list)).and_then(Value::as_array).cloned().unwrap_or_default();
        put(&mut whole, list, Some(rows.into_iter().map(yes_no).collect()));
    }
    let codes = values.text("destinations").split([',', ' ', '\n']).filter(|code| !code.is_empty());
    put(&mut whole, "destinations", Some(codes.map(str::to_uppercase).collect()));
    let aliases = values.text("identity.aliases").lines().map(str::trim).filter(|alias| !alias.is_empty());
    put(&mut whole, "identity.aliases", Some(aliases.collect()));
    whole
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// Texts that say yes or no become that, also further down.
fn yes_no(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let told = |(name, member): (String, Value)| {
        let member = match member.as_str().filter(|_| YES_NO.contains(&name.as_str())) {
            Some(text) => json!(text == "true"),
            None => yes_no(member),
        };
        (name, member)
    };
    Value::Object(members.into_iter().map(told).collect())
}

/// Puts a member where its name says, or takes it away.
fn put(at: &mut Value, name: &str, value: Option<Value>) {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    if !at.is_object() {
        if value.is_none() {
            return;
        }
        *at = Value::Object(Map::new());
    }
    let Some(members) = at.as_object_mut() else { return };
    match (rest, value) {
        (Some(rest), value @ Some(_)) => put(members.entry(first).or_insert_with(|| json!({})), rest, value),
        (Some(rest), None) => {
            if let Some(inner) = members.get_mut(first) {
                put(inner, rest, None);
            }
        }
        (None, Some(value)) => {
            members.insert(first.to_owned(), value);
        }
        (None, None) => {
            members.remove(first);
        }
    }
}

/// The form.
pub fn form(t: &Texts, values: &Posted, faults: &[FieldError]) -> Form {
    let mut form = Builder::new(t, values, faults);
    let kinds: Vec<&str> = Kind::ALL.iter().map(|one| one.as_str()).collect();
    form.radios_as("kind", "noticeKind", "proposalVariant", &kinds);
    form.field_as("destinations", "noticeDestinations", Control::Text(40)).optional();
    let grounds: Vec<&str> = Ground::ALL.iter().map(|one| one.as_str()).collect();
    form.radios_as("ground", "noticeGround", "noticeGround", &grounds).optional();
    form.field_as("groundReasons", "noticeReasons", Control::Area).optional();
    form.group("noticeGroup.risk", |form| {
        form.field_as("riskAssessment.id", "riskReference", Control::Text(40)).optional();
        form.field_as("riskAssessment.assessedOn", "assessedOn", Control::Date).optional();
        form.radios_as("riskAssessment.disputed", "disputed", "yesNo", &["false", "true"]).optional();
    });
    form.group("noticeGroup.consultation", |form| {
        form.field_as("consultation.with", "consulted", Control::Text(40)).optional();
        form.field_as("consultation.on", "consultedOn", Control::Date).optional();
    });
    for at in 0..=length(values, "convictions") {
        let legend = if at == 0 { "noticeGroup.conviction" } else { "noticeGroup.nextConviction" };
        form.group(legend, |form| conviction(form, t, &format!("convictions.{at}")));
    }
    form.field_as("modusOperandi", "modusOperandi", Control::Area).optional();
    form.group("noticeGroup.identity", |form| identity(form, t));
    form.field_as("caution", "noticeCaution", Control::Area).optional();
    form.group("noticeGroup.threat", |form| {
        form.field_as("immediateThreat.officer", "threatOfficer", Control::Text(40)).optional();
        form.field_as("immediateThreat.on", "threatOn", Control::Date).optional();
        form.field_as("immediateThreat.reasons", "threatReasons", Control::Area).optional();
    });
    form.finish()
}

fn options(t: &Texts, words: &str, codes: &[&'static str]) -> Vec<(String, String)> {
    codes.iter().map(|code| ((*code).to_owned(), t.word(words, code).to_owned())).collect()
}

fn conviction(form: &mut Builder<'_>, t: &Texts, name: &str) {
    let sources: Vec<&'static str> = ConvictionSource::ALL.iter().map(|one| one.as_str()).collect();
    let at = |member: &str| format!("{name}.{member}");
    form.field_as(&at("id"), "convictionReference", Control::Text(40)).optional();
    form.field_as(&at("country"), "convictionCountry", Control::Text(4)).optional();
    form.select_as(&at("source"), "convictionSource", &options(t, "convictionSource", &sources)).optional();
    form.radios_as(&at("verified"), "convictionVerified", "yesNo", &["true", "false"]).optional();
    form.radios_as(&at("disputed"), "disputed", "yesNo", &["false", "true"]).optional();
    form.radios_as(&at("consent.given"), "consentGiven", "yesNo", &["true", "false"]).optional();
    form.field_as(&at("consent.on"), "consentOn", Control::Date).optional();
}

fn identity(form: &mut Builder<'_>, t: &Texts) {
    let sexes: Vec<&'static str> = Sex::ALL.iter().map(|one| one.as_str()).collect();
    form.field_as("identity.familyName", "noticeFamilyName", Control::Text(40)).optional();
    form.field_as("identity.forenames", "noticeForenames", Control::Text(40)).optional();
    form.field_as("identity.aliases", "noticeAliases", Control::Area).optional();
    form.select_as("identity.sex", "noticeSex", &options(t, "noticeSex", &sexes)).optional();
    form.field_as("identity.birthDate", "birthDate", Control::Date).optional();
    form.field_as("identity.birthPlace", "noticeBirthPlace", Control::Text(40)).optional();
    form.field_as("identity.nationality", "noticeNationality", Control::Text(40)).optional();
    form.field_as("identity.parentName", "noticeParent", Control::Text(40)).optional();
    form.field_as("identity.description", "noticeDescription", Control::Area).optional();
    form.field_as("identity.dna", "noticeDna", Control::Text(40)).optional();
    form.field_as("identity.fingerprints", "noticeFingerprints", Control::Text(40)).optional();
    form.field_as("identity.photograph.reference", "noticePhotograph", Control::Text(40)).optional();
    form.radios_as("identity.photograph.goodQuality", "noticeGoodQuality", "yesNo", &["true", "false"]).optional();
    for at in 0..=length(form.values, "identity.documents") {
        form.field_as(&format!("identity.documents.{at}.number"), "documentNumber", Control::Text(20)).optional();
        form.field_as(&format!("identity.documents.{at}.country"), "documentCountry", Control::Text(4)).optional();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before() -> Value {
        json!({
            "kind": "green_diffusion", "ground": "person", "groundReasons": "Redenen.",
            "riskAssessment": { "id": "R1", "assessedOn": "2025-11-03", "disputed": false },
            "consultation": null, "handlingCodes": ["A"],
            "convictions": [{ "id": "C1", "country": "DE", "source": "ecris", "verified": true, "disputed": false,
                "consent": { "given": true, "on": "2026-01-02" } }],
            "identity": { "familyName": "Voorbeeld", "birthYear": 1975, "aliases": ["Een", "Twee"],
                "documents": [{ "number": "SPECI2014", "country": "NL" }] },
            "destinations": ["PH", "TH"],
        })
    }

    #[test]
    fn what_was_not_changed_comes_back_as_it_was() {
        let mut same = before();
        same.as_object_mut().expect("an object").remove("consultation");
        assert_eq!(content(&fields(&before()), Some(&before())), same);
    }

    #[test]
    fn a_part_left_blank_goes_and_what_the_form_does_not_show_stays() {
        let mut values = fields(&before());
        values.put("riskAssessment.id", "");
        values.put("riskAssessment.assessedOn", "");
        values.put("destinations", "ph");
        let after = content(&values, Some(&before()));
        assert_eq!(after.get("riskAssessment"), None);
        assert_eq!((&after["handlingCodes"], &after["identity"]["birthYear"]), (&json!(["A"]), &json!(1975)));
        assert_eq!(after["destinations"], json!(["PH"]));
    }
}
