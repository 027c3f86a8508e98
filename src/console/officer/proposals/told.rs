//! What the rules found, as it is shown: their words come from the catalogues of the instruments.

use chrono::NaiveDate;
use serde_json::Value;

use crate::instruments::grounds::{self, Words};
use crate::proposals::travel::{DeskName, TravelNoticeView};
use crate::texts::Texts;
use crate::vocabulary::Language;

/// One criterion or finding.
pub struct Found {
    /// What it is about.
    pub label: String,
    /// What it comes to.
    pub outcome: String,
    /// The colour of that: never the only thing that tells it.
    pub tone: &'static str,
    /// The provision.
    pub source: String,
    /// Why.
    pub lines: Vec<String>,
}

/// The language of the catalogues.
pub const fn language(t: &Texts) -> grounds::Language {
    match t.language {
        Language::Nl => grounds::Language::Nl,
        Language::En => grounds::Language::En,
    }
}

/// A member that is a text.
pub fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_default()
}

/// A member that is a day.
pub fn day(value: &Value, member: &str) -> Option<NaiveDate> {
    text(value, member).parse().ok()
}

/// The reasons that stand beside a list of steps.
pub fn lines(t: &Texts, explained: &Value) -> Vec<String> {
    let said = explained["explanation"][t.language.as_str()].as_array();
    said.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Every criterion or finding of a list.
pub fn found(t: &Texts, list: &Value, words: &Words) -> Vec<Found> {
    let words = words.of(language(t));
    let shown = |one: &Value| {
        let outcome = text(one, "outcome");
        Found {
            label: words.kind(text(one, "code")).to_owned(),
            outcome: words.status(outcome).to_owned(),
            tone: match outcome {
                "pass" | "met" => "success",
                "warn" | "for_a_person" => "warning",
                "block" | "not_met" => "danger",
                _ => "neutral",
            },
            source: text(one, "source").to_owned(),
            lines: lines(t, one),
        }
    };
    list.as_array().into_iter().flatten().map(shown).collect()
}

/// A notice of a journey in a row.
pub struct Told {
    /// The notice.
    pub notice: TravelNoticeView,
    /// Why it is there, in a sentence.
    pub why: String,
    /// Why it went to this desk.
    pub lines: Vec<String>,
    /// Whether whoever looks is the one to acknowledge it.
    pub asks: bool,
}

impl Told {
    /// The row of a notice; `acknowledges` says whose desks the reader speaks for.
    pub fn of(t: &Texts, notice: TravelNoticeView, acknowledges: Option<Desks>) -> Self {
        let DeskName { nl, en } = &notice.desk_name;
        let desk = if t.language == Language::Nl { nl } else { en };
        let countries: Vec<String> =
            notice.countries.iter().map(|code| crate::console::geography::country(t.language, code)).collect();
        let said = t.two(&format!("travelNoticeWhy.{}", notice.kind), desk, countries.join(", "));
        let asks = notice.acknowledged_at.is_none() && acknowledges.is_some_and(|desks| desks.include(&notice));
        Self { why: said, lines: lines(t, &notice.why), asks, notice }
    }
}

/// For which desks somebody acknowledges.
#[derive(Debug, Clone, Copy)]
pub enum Desks {
    /// The Interpol bureau.
    Bureau,
    /// Every other desk: the police unit, which passes on to liaison officers.
    Others,
}

impl Desks {
    const fn include(self, notice: &TravelNoticeView) -> bool {
        match self {
            Self::Bureau => notice.bureau,
            Self::Others => !notice.bureau,
        }
    }
}
