//! Turns steps into sentences, in Dutch and English, from versioned catalogues.
//!
//! A template names the members of its step in braces. `{n|day|days}` adds the word that fits the number.
//! Where one code needs several sentences, `by` names the member that picks one. Nothing is decided here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::duty::Duty;
use super::step::Step;

/// A language of the catalogues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Dutch.
    #[default]
    Nl,
    /// English.
    En,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Nl, Self::En];
}

/// The sentences of one language: those of the duties here, and those of other rules that explain themselves in steps.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    version: String,
    weekdays: [String; 7],
    months: [String; 12],
    kinds: BTreeMap<String, String>,
    statuses: BTreeMap<String, String>,
    /// What provisions are called, by the citation of a profile.
    #[serde(default)]
    citations: BTreeMap<String, String>,
    /// Words for members that are codes or yes/no, by member.
    words: BTreeMap<String, BTreeMap<String, String>>,
    steps: BTreeMap<String, Template>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Template {
    One(String),
    /// A sentence per value of the member named under `by`.
    Several(BTreeMap<String, String>),
}

static NL: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("catalogues/nl.toml")));
static EN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("catalogues/en.toml")));

fn catalogue(language: Language) -> &'static Catalogue {
    match language {
        Language::Nl => &NL,
        Language::En => &EN,
    }
}

/// The version of the sentences, to be stored with what was shown.
#[must_use]
pub fn version(language: Language) -> &'static str {
    &catalogue(language).version
}

/// One sentence per step, in order.
#[must_use]
pub fn render(steps: &[Step], language: Language) -> Vec<String> {
    let catalogue = catalogue(language);
    steps.iter().map(|step| catalogue.sentence(step)).collect()
}

/// The heading of a duty: what it is, by when and where it stands.
#[must_use]
pub fn headline(duty: &Duty, language: Language) -> String {
    let catalogue = catalogue(language);
    let kind = catalogue.kind(duty.kind.code());
    let status = catalogue.status(duty.status.code());
    match duty.due {
        Some(due) => format!("{kind}: {}, {status}", catalogue.date(due)),
        None => format!("{kind}: {status}"),
    }
}

/// A citation of a profile as people read it. The name of a foreign Act is the same in every language.
#[must_use]
pub fn citation(cited: &str, language: Language) -> &str {
    catalogue(language).citations.get(cited).map_or(cited, String::as_str)
}

fn word<'t>(words: &'t BTreeMap<String, String>, code: &'t str) -> &'t str {
    words.get(code).map_or(code, String::as_str)
}

impl Catalogue {
    /// An unusable catalogue renders codes; the tests of whoever owns it see to it that it is usable.
    pub fn parse(text: &str) -> Self {
        toml::from_str(text).unwrap_or_default()
    }

    /// The version of the sentences.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The words for a kind of thing.
    pub fn kind<'t>(&'t self, code: &'t str) -> &'t str {
        word(&self.kinds, code)
    }

    /// The words for where something stands.
    pub fn status<'t>(&'t self, code: &'t str) -> &'t str {
        word(&self.statuses, code)
    }

    /// The sentence of a step: an object with its `code` and its members.
    pub fn sentence(&self, step: &impl Serialize) -> String {
        let members = serde_json::to_value(step).unwrap_or_default();
        let code = members.get("code").and_then(Value::as_str).unwrap_or_default();
        let template = match self.steps.get(code) {
            Some(Template::One(text)) => Some(text),
            Some(Template::Several(texts)) => {
                let by = texts.get("by").map_or("", String::as_str);
                // Without a sentence of its own every value shares the one under `some`.
                texts.get(&key(members.get(by))).or_else(|| texts.get("some"))
            }
            None => None,
        };
        template.map_or_else(|| code.to_owned(), |text| self.fill(text, &members))
    }

    /// Replaces the members in braces.
    fn fill(&self, template: &str, members: &Value) -> String {
        let mut text = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((slot, tail)) = after.split_once('}') else { break };
            let mut parts = slot.split('|');
            let name = parts.next().unwrap_or_default();
            let value = members.get(name);
            text.push_str(&self.shown(name, value));
            if let (Some(one), Some(many)) = (parts.next(), parts.next()) {
                text.push(' ');
                text.push_str(if value.and_then(Value::as_i64) == Some(1) { one } else { many });
            }
            rest = tail;
        }
        text.push_str(rest);
        text
    }

    /// A member as people read it: a date, a word for a code, or a number.
    fn shown(&self, name: &str, value: Option<&Value>) -> String {
        let key = key(value);
        if let Some(word) = self.words.get(name).and_then(|words| words.get(&key)) {
            return word.clone();
        }
        key.parse::<NaiveDate>().map_or(key, |day| self.date(day))
    }

    /// A day as people read it.
    pub fn date(&self, day: NaiveDate) -> String {
        let position = |n: u32| usize::try_from(n).unwrap_or_default();
        let weekday = self.weekdays.get(position(day.weekday().num_days_from_monday()));
        let month = self.months.get(position(day.month0()));
        let named = |name: Option<&String>| name.cloned().unwrap_or_default();
        format!("{} {} {} {}", named(weekday), day.day(), named(month), day.year())
    }
}

/// A value as the key of a catalogue: a member without a value is `none`.
fn key(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
