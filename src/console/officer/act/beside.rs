//! What is asked of what stands beside the register: a risk assessment, by instrument; a conviction from abroad; that
//! somebody verified one. Nothing is decided from any of it.
//!
//! What nobody established is left blank, never zero: the answer says what is missing, and there is no total without it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::ask::{options, texts_of};
use super::known::Known;
use crate::console::form::{Builder, Control};
use crate::instruments::convictions::{Member, Verification};
use crate::instruments::countries::Countries;
use crate::instruments::offences::{Completion, Participation};
use crate::instruments::risk::{InstrumentCode, Level, Sex};
use crate::measures::rules::{MeasureRules, governing};
use crate::register::Refusal;
use crate::vocabulary::Language;

/// Items 2 to 10 of Static-99R, with the highest score of each; item 1 follows from the age at release.
const STATIC_ITEMS: [(&str, i64); 9] = [
    ("neverLivedWithLover", 1),
    ("indexViolence", 1),
    ("priorViolence", 1),
    ("priorSexual", 3),
    ("priorSentencingDates", 1),
    ("nonContact", 1),
    ("unrelatedVictim", 1),
    ("strangerVictim", 1),
    ("maleVictim", 1),
];
/// Members that are yes or no.
const YES_NO: [&str; 6] =
    ["onlyOnlineImages", "identificationApplies", "dutchNational", "exempt", "minorVictim", "sexual"];
/// Members that are a share, in per cent.
const SHARES: [&str; 2] = ["withinOneYear", "withinTwoYears"];

/// What an instrument asks by the rules of a day.
pub struct Instrument {
    /// The instrument.
    pub code: InstrumentCode,
    /// Its versions that can be recorded.
    pub versions: Vec<String>,
    items: Vec<String>,
    most: i64,
}

impl Instrument {
    /// The instrument that is called `code`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none.
    pub fn of(rules: &MeasureRules, code: &str, today: NaiveDate) -> Result<Self, Refusal> {
        let code = InstrumentCode::ALL.iter().copied().find(|one| one.as_str() == code).ok_or(Refusal::NotFound)?;
        let rules = governing(&rules.risk, today, "/assessedOn")?;
        let (items, most) = rules.scored_items(code);
        Ok(Self { code, versions: rules.versions_of(code).to_vec(), items: items.to_vec(), most })
    }

    /// Whether it rests on the age at release.
    pub fn is_static(&self) -> bool {
        self.code == InstrumentCode::Static99r
    }
}

/// Every country but the Netherlands by its two letters, also those that are no more: a judgment is of its day.
pub fn countries(countries: &Countries, language: Language) -> Vec<(String, String)> {
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for row in countries.all().filter(|row| row.alpha2 != "NL") {
        let name = match language {
            Language::Nl => &row.nl,
            Language::En => &row.en,
        };
        names
            .entry(&row.alpha2)
            .and_modify(|named| *named = format!("{named}, {name}"))
            .or_insert_with(|| name.clone());
    }
    let mut named: Vec<(String, String)> = names.into_iter().map(|(code, name)| (code.to_owned(), name)).collect();
    named.sort_by_key(|(_, name)| name.to_lowercase());
    named
}

/// The form of a risk assessment.
pub(super) fn ask_risk(form: &mut Builder<'_>, known: &Known) {
    let Some(instrument) = &known.instrument else { return };
    let versions: Vec<(String, String)> =
        instrument.versions.iter().map(|version| (version.clone(), version.clone())).collect();
    form.select_as("version", "riskVersion", &versions);
    form.date("assessedOn");
    form.field("assessor", Control::Text(40)).optional();
    match instrument.code {
        InstrumentCode::Static99r => ask_static(form),
        InstrumentCode::Stable2007 => {
            form.radios("finding.identificationApplies", "yesNo", &["true", "false"]);
            ask_items(form, instrument);
        }
        InstrumentCode::Acute2007 => ask_items(form, instrument),
        InstrumentCode::OxRec => {
            form.radios_as("finding.level", "riskLevel", "riskLevel", &texts_of(Level::ALL, Level::as_str));
            for share in SHARES {
                form.field_as(&format!("finding.{share}"), share, Control::Text(6)).optional();
            }
        }
    }
}

fn ask_items(form: &mut Builder<'_>, instrument: &Instrument) {
    form.group("beside.items", |form| {
        for item in &instrument.items {
            score(form, &format!("finding.items.{item}"), &format!("risk.{item}"), instrument.most);
        }
    });
}

fn ask_static(form: &mut Builder<'_>) {
    let sexes = options(form.t, "noticeSex", Sex::ALL);
    form.select_as("finding.sex", "riskSex", &sexes).optional();
    form.field_as("finding.age.bornOn", "bornOn", Control::Date).optional();
    form.field_as("finding.age.releasedOn", "releasedOn", Control::Date).optional();
    yes_no(form, "finding.onlyOnlineImages");
    form.group("beside.items", |form| {
        for (item, most) in STATIC_ITEMS {
            score(form, &format!("finding.items.{item}"), &format!("risk.{item}"), most);
        }
        for count in ["priorSexualCharges", "priorSexualConvictions"] {
            form.field_as(&format!("finding.items.{count}"), &format!("risk.{count}"), Control::Number).optional();
        }
    });
}

/// One item: a score from 0, or not established.
fn score(form: &mut Builder<'_>, name: &str, key: &str, most: i64) {
    let scores: Vec<(String, String)> = (0..=most).map(|score| (score.to_string(), score.to_string())).collect();
    form.select_as(name, key, &scores).optional();
}

fn yes_no(form: &mut Builder<'_>, name: &str) {
    let answers: Vec<(String, String)> = ["true", "false"]
        .iter()
        .map(|answer| ((*answer).to_owned(), form.t.word("yesNo", answer).to_owned()))
        .collect();
    form.select(name, &answers).optional();
}

/// The form of a conviction from abroad.
pub(super) fn ask_conviction(form: &mut Builder<'_>, known: &Known) {
    let t = form.t;
    form.radios_as("channel", "convictionKnown", "convictionChannel", &known.channels);
    form.date("receivedOn");
    form.select_as("country", "convictionState", &known.options);
    form.date("judgmentOn");
    form.field_as("finalOn", "convictionFinalOn", Control::Date).optional();
    yes_no(form, "dutchNational");
    form.group("beside.offence", |form| {
        form.variants("offence.classified", "offenceSystem", &["dutch", "ecris"], |form, system| match system {
            "dutch" => {
                form.field_as("offence.classified.dutch.article", "offenceArticle", Control::Text(10));
            }
            _ => {
                form.field("offence.classified.ecris.ecrisCode", Control::Text(10));
                form.field_as("offence.classified.ecris.sentOn", "ecrisSentOn", Control::Date);
            }
        });
        form.date("offence.committedOn");
        form.date("offence.committedUntil").optional();
        form.select("offence.completion", &options(t, "offenceCompletion", Completion::ALL)).optional();
        form.select("offence.participation", &options(t, "offenceParticipation", Participation::ALL)).optional();
        for member in ["exempt", "minorVictim", "sexual"] {
            yes_no(form, &format!("offence.{member}"));
        }
    });
    form.checks("members", &options(t, "convictionMember", Member::ALL));
    form.text("provenance", 60);
    form.field("particulars", Control::Area).optional();
}

/// The form of a verification.
pub(super) fn ask_verification(form: &mut Builder<'_>) {
    let ways = texts_of(Verification::ALL, Verification::as_str);
    form.radios_as("how", "verifiedHow", "verifiedHow", &ways);
    form.field_as("reasons", "verifiedReasons", Control::Area);
}

/// What was typed of a risk assessment, as the use case takes it.
pub(super) fn risk(body: &mut Value, instrument: Option<&str>) {
    *body = typed(std::mem::take(body));
    let Some(body) = body.as_object_mut() else { return };
    let finding = body.entry("finding").or_insert_with(|| json!({}));
    finding["instrument"] = json!(instrument);
    // Without the day of release the age then is not established; the day of birth is filled in already.
    let released = finding["age"]["releasedOn"].is_string();
    if let Some(finding) = finding.as_object_mut() {
        if !released {
            finding.remove("age");
        }
        if instrument != Some(InstrumentCode::OxRec.as_str()) {
            let items = finding.entry("items").or_insert_with(|| json!({}));
            for score in items.as_object_mut().into_iter().flat_map(Map::values_mut) {
                *score = number(score);
            }
        }
    }
}

/// What was typed of a conviction from abroad, as the use case takes it.
pub(super) fn conviction(body: &mut Value) {
    *body = typed(std::mem::take(body));
    if let Some(classified) = body.pointer_mut("/offence/classified").and_then(Value::as_object_mut)
        && let Some(system) = classified.remove("type")
    {
        classified.insert("system".to_owned(), system);
    }
}

/// Texts that say yes or no, or a share, become that. What is neither stays as it was typed, for the schema to refuse.
fn typed(value: Value) -> Value {
    let member = |name: &str, value: Value| match value.as_str() {
        Some(text) if YES_NO.contains(&name) => text.parse::<bool>().map_or_else(|_| json!(text), |yes| json!(yes)),
        Some(text) if SHARES.contains(&name) => {
            text.replace(',', ".").parse::<f64>().map_or_else(|_| json!(text), |share| json!(share))
        }
        Some(_) => value,
        None => typed(value),
    };
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name.clone(), member(&name, value))).collect())
        }
        other => other,
    }
}

fn number(value: &Value) -> Value {
    value.as_str().and_then(|text| text.parse::<i64>().ok()).map_or_else(|| value.clone(), |number| json!(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_established_is_left_out_and_a_score_is_a_number() {
        let mut body = json!({ "finding": { "age": { "bornOn": "1970-01-01" }, "items": { "maleVictim": "1" } } });
        risk(&mut body, Some("static_99r"));
        assert_eq!(body, json!({ "finding": { "instrument": "static_99r", "items": { "maleVictim": 1 } } }));
        let mut blank = json!({});
        risk(&mut blank, Some("acute_2007"));
        assert_eq!(blank, json!({ "finding": { "instrument": "acute_2007", "items": {} } }));
    }

    #[test]
    fn what_is_no_number_is_left_for_the_schema_to_refuse() {
        let mut body = json!({ "finding": { "level": "low", "withinOneYear": "2,5", "withinTwoYears": "veel" } });
        risk(&mut body, Some("oxrec"));
        let finding = json!({ "instrument": "oxrec", "level": "low", "withinOneYear": 2.5, "withinTwoYears": "veel" });
        assert_eq!(body["finding"], finding);
    }

    #[test]
    fn the_table_of_an_offence_is_its_system() {
        let mut body = json!({ "offence": { "classified": { "type": "dutch", "article": "245" }, "exempt": "false" } });
        conviction(&mut body);
        assert_eq!(
            body,
            json!({ "offence": { "classified": { "system": "dutch", "article": "245" }, "exempt": false } })
        );
    }
}
