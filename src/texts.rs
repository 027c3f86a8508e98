//! The words that people read on pages and in letters, in Dutch and English, as data: `texts/*.toml`, one file for each
//! part and language.
//!
//! A key such as `home.title` names a text in its section. `{0}`, `{1}` stand for values. A text for a number may have
//! a form for one and a form for more, apart by ` | `. The tests see to it that both languages have the same keys and
//! that no page uses a key that is missing.

mod dates;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;

use crate::vocabulary::Language;

/// The texts of one language.
pub struct Texts {
    /// The language.
    pub language: Language,
    words: BTreeMap<String, String>,
}

static NL: LazyLock<Texts> = LazyLock::new(|| {
    Texts::parse(
        Language::Nl,
        &[
            include_str!("texts/common.nl.toml"),
            include_str!("texts/words.nl.toml"),
            include_str!("texts/form.nl.toml"),
            include_str!("texts/mijn.nl.toml"),
            include_str!("texts/officer.nl.toml"),
            include_str!("texts/around.nl.toml"),
            include_str!("texts/supervision.nl.toml"),
            include_str!("texts/desk.nl.toml"),
            include_str!("texts/evaluation.nl.toml"),
            include_str!("texts/beside.nl.toml"),
            include_str!("texts/proposals.nl.toml"),
            include_str!("texts/rights.nl.toml"),
            include_str!("texts/bundle.nl.toml"),
            include_str!("texts/paper_reminder.nl.toml"),
            include_str!("texts/watch.nl.toml"),
            include_str!("texts/tour.nl.toml"),
        ],
    )
});
static EN: LazyLock<Texts> = LazyLock::new(|| {
    Texts::parse(
        Language::En,
        &[
            include_str!("texts/common.en.toml"),
            include_str!("texts/words.en.toml"),
            include_str!("texts/form.en.toml"),
            include_str!("texts/mijn.en.toml"),
            include_str!("texts/officer.en.toml"),
            include_str!("texts/around.en.toml"),
            include_str!("texts/supervision.en.toml"),
            include_str!("texts/desk.en.toml"),
            include_str!("texts/evaluation.en.toml"),
            include_str!("texts/beside.en.toml"),
            include_str!("texts/proposals.en.toml"),
            include_str!("texts/rights.en.toml"),
            include_str!("texts/bundle.en.toml"),
            include_str!("texts/paper_reminder.en.toml"),
            include_str!("texts/watch.en.toml"),
            include_str!("texts/tour.en.toml"),
        ],
    )
});

/// The texts in `language`.
pub fn texts(language: Language) -> &'static Texts {
    match language {
        Language::Nl => &NL,
        Language::En => &EN,
    }
}

impl Texts {
    /// A part that cannot be read gives no words; the tests see to it that all can.
    fn parse(language: Language, parts: &[&str]) -> Self {
        let mut words = BTreeMap::new();
        for part in parts {
            flatten("", &toml::from_str(part).unwrap_or_default(), &mut words);
        }
        Self { language, words }
    }

    /// The text of `key`.
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The text of `key`, or that of `other` when there is none.
    pub fn or_else<'a>(&'a self, key: &str, other: &'a str) -> &'a str {
        self.words.get(key).map_or_else(|| self.say(other), String::as_str)
    }

    /// The text of `key`, when there is one.
    pub fn find(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// The word for one value of a closed set, such as `role.registrant`.
    pub fn word(&self, set: &str, value: impl Display) -> &str {
        self.words.get(&format!("{set}.{value}")).map_or(self.say("word.unknown"), String::as_str)
    }

    /// The text of `key` with one value in it.
    pub fn one(&self, key: &str, value: impl Display) -> String {
        self.say(key).replace("{0}", &value.to_string())
    }

    /// The text of `key` with two values in it.
    pub fn two(&self, key: &str, first: impl Display, second: impl Display) -> String {
        self.one(key, first).replace("{1}", &second.to_string())
    }

    /// The text of `key` in the form that fits a number, with the number in it.
    pub fn count(&self, key: &str, number: impl Display) -> String {
        let number = number.to_string();
        let text = self.say(key);
        let (one, many) = text.split_once(" | ").unwrap_or((text, text));
        if number == "1" { one } else { many }.replace("{0}", &number)
    }

    /// Every key.
    #[cfg(test)]
    fn keys(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }
}

fn flatten(prefix: &str, table: &toml::Table, words: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, words),
            toml::Value::String(text) => {
                words.insert(key, text.clone());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
