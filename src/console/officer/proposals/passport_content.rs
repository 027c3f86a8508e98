//! What a passport proposal says, as a form: from what stands in the register to fields, and back to the JSON of the API.
//! What nobody established is left blank.

use serde_json::{Value, json};

use crate::console::form::{Builder, Control, Form, from_json, length, to_json};
use crate::console::posted::Posted;
use crate::instruments::passport::{Article, BreachedOrder, Ground};
use crate::register::FieldError;
use crate::texts::Texts;

/// Members that are yes or no.
const YES_NO: [&str; 5] = ["claimToDocument", "pretrialDetention", "treatyCrime", "verified", "disputed"];
/// Members that are a number.
const NUMBERS: [&str; 3] = ["months", "days", "fineCategory"];
/// Particulars of the letter that are those of the file unless somebody gave others; the form does not ask for them.
const OF_THE_FILE: [&str; 3] = ["surname", "forenames", "birthDate"];

/// The fields that stand for this draft.
pub fn fields(draft: &Value) -> Posted {
    from_json(draft)
}

/// The draft that was typed. What the form does not ask for stays as it was `before`.
pub fn content(values: &Posted, before: Option<&Value>) -> Value {
    let mut draft = typed(to_json(values));
    if !draft["situation"].is_object() {
        draft["situation"] = json!({});
    }
    for name in OF_THE_FILE {
        let kept = before.map(|before| &before["letter"][name]).filter(|kept| !kept.is_null());
        if let Some(kept) = kept {
            draft["letter"][name] = kept.clone();
        }
    }
    draft
}

/// Texts that say yes or no, or a number, become that. What is neither stays as it was typed, for the schema to refuse.
fn typed(value: Value) -> Value {
    let member = |name: &str, value: Value| match value.as_str() {
        Some(text) if YES_NO.contains(&name) => text.parse::<bool>().map_or_else(|_| json!(text), |yes| json!(yes)),
        Some(text) if NUMBERS.contains(&name) => text.parse::<u32>().map_or_else(|_| json!(text), |n| json!(n)),
        Some(_) => value,
        None => typed(value),
    };
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name.clone(), member(&name, value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(typed).collect()),
        other => other,
    }
}

/// The form.
pub fn form(t: &Texts, values: &Posted, faults: &[FieldError]) -> Form {
    let mut form = Builder::new(t, values, faults);
    let articles: Vec<&str> = Article::ALL.iter().map(|one| one.as_str()).collect();
    form.radios_as("article", "passportArticle", "proposalVariant", &articles);
    form.checks("grounds", &options(t, "passportGround", Ground::ALL.iter().map(|one| one.as_str()).collect()));
    yes_no(&mut form, "situation.claimToDocument", "claimToDocument");
    form.field_as("situation.evasionReasons", "evasionReasons", Control::Area).optional();
    form.field_as("situation.repetitionReasons", "repetitionReasons", Control::Area).optional();
    rows(&mut form, "situation.suspicions", "passportGroup.suspicion", suspicion);
    rows(&mut form, "situation.sentences", "passportGroup.sentence", sentence);
    rows(&mut form, "situation.breaches", "passportGroup.breach", |form, at| breach(form, t, at));
    rows(&mut form, "situation.convictions", "passportGroup.conviction", conviction);
    form.group("passportGroup.letter", |form| letter(form, t));
    rows(&mut form, "letter.convictions", "passportGroup.letterConviction", |form, at| {
        form.field_as(&format!("{at}.court"), "letterCourt", Control::Text(40)).optional();
        day(form, at, "finalOn", "passportFinalOn");
        day(form, at, "offenceOn", "passportOffenceOn");
    });
    form.finish()
}

/// A group for each row there is, and one more.
fn rows(form: &mut Builder<'_>, name: &str, legend: &str, each: impl Fn(&mut Builder<'_>, &str)) {
    for at in 0..=length(form.values, name) {
        form.group(legend, |form| each(form, &format!("{name}.{at}")));
    }
}

fn yes_no(form: &mut Builder<'_>, name: &str, key: &str) {
    form.radios_as(name, key, "yesNo", &["true", "false"]).optional();
}

fn day(form: &mut Builder<'_>, at: &str, member: &str, key: &str) {
    form.field_as(&format!("{at}.{member}"), key, Control::Date).optional();
}

fn number(form: &mut Builder<'_>, at: &str, member: &str, key: &str) {
    form.field_as(&format!("{at}.{member}"), key, Control::Number).optional();
}

fn reference(form: &mut Builder<'_>, at: &str) {
    form.field_as(&format!("{at}.id"), "factReference", Control::Text(40)).optional();
}

fn suspicion(form: &mut Builder<'_>, at: &str) {
    reference(form, at);
    day(form, at, "from", "sinceOn");
    day(form, at, "until", "untilOn");
    yes_no(form, &format!("{at}.pretrialDetention"), "pretrialDetention");
    yes_no(form, &format!("{at}.disputed"), "disputed");
}

fn sentence(form: &mut Builder<'_>, at: &str) {
    reference(form, at);
    day(form, at, "finalOn", "passportFinalOn");
    number(form, at, "months", "sentenceMonths");
    number(form, at, "days", "sentenceDays");
    number(form, at, "fineCategory", "fineCategory");
    yes_no(form, &format!("{at}.disputed"), "disputed");
}

fn breach(form: &mut Builder<'_>, t: &Texts, at: &str) {
    let orders = options(t, "breachedOrder", BreachedOrder::ALL.iter().map(|one| one.as_str()).collect());
    reference(form, at);
    form.select_as(&format!("{at}.order"), "breachedOrder", &orders).optional();
    day(form, at, "from", "sinceOn");
    day(form, at, "until", "untilOn");
    yes_no(form, &format!("{at}.disputed"), "disputed");
}

fn conviction(form: &mut Builder<'_>, at: &str) {
    reference(form, at);
    form.field_as(&format!("{at}.country"), "convictionCountry", Control::Text(4)).optional();
    day(form, at, "offenceOn", "passportOffenceOn");
    day(form, at, "finalOn", "passportFinalOn");
    yes_no(form, &format!("{at}.treatyCrime"), "treatyCrime");
    yes_no(form, &format!("{at}.verified"), "convictionVerified");
    yes_no(form, &format!("{at}.disputed"), "disputed");
}

fn letter(form: &mut Builder<'_>, t: &Texts) {
    form.field_as("letter.birthPlace", "noticeBirthPlace", Control::Text(40)).optional();
    form.field_as("letter.nationality", "noticeNationality", Control::Text(40)).optional();
    form.field_as("letter.parketnummer", "parketnummer", Control::Text(20)).optional();
    form.field_as("letter.officer", "letterOfficer", Control::Text(40)).optional();
    form.field_as("letter.office", "letterOffice", Control::Text(40)).optional();
    let kinds = options(t, "letterResidence", vec!["last_address", "moving_abroad", "abroad", "unknown"]);
    form.select_as("letter.residence.kind", "letterResidence", &kinds).optional();
    form.field_as("letter.residence.address", "letterAddress", Control::Text(60)).optional();
}

fn options(t: &Texts, words: &str, codes: Vec<&'static str>) -> Vec<(String, String)> {
    codes.into_iter().map(|code| (code.to_owned(), t.word(words, code).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_changed_comes_back_as_it_was() {
        let draft = json!({
            "article": "article_18", "grounds": ["b"],
            "situation": {
                "claimToDocument": true, "evasionReasons": "Redenen.",
                "sentences": [{ "id": "S1", "finalOn": "2025-05-20", "months": 12, "disputed": false }],
            },
            "letter": { "surname": "Proef", "officer": "mr. A. Bakker", "residence": { "kind": "unknown" } },
        });
        assert_eq!(content(&fields(&draft), Some(&draft)), draft);
    }

    #[test]
    fn what_is_no_number_is_left_for_the_schema_to_refuse() {
        let mut values = Posted::default();
        values.put("situation.sentences.0.months", "twaalf");
        assert_eq!(content(&values, None)["situation"]["sentences"][0]["months"], "twaalf");
    }
}
