//! Why a notice went to a desk: codes with parameters, and their words.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::desks::Routes;
use crate::countries::Countries;
use crate::grounds::{Language, Versions, Words};

/// One step.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    /// The desk hears of every trip abroad.
    ReceivesEvery { desk: String },
    /// The desk is there for this country.
    OfficerFor { desk: String, country: String },
    /// No liaison officer is listed for this country, so the desk hears of it.
    NoOfficerFor { desk: String, country: String },
    /// The desk heard of the trip on this day, so it hears what became of it.
    WasTold { desk: String, on: NaiveDate },
    /// The trip as it is now is no longer one this desk hears of.
    NoLongerConcerned { desk: String },
    /// The desk was told and is closed; this one hears it in its place.
    StandsInFor { desk: String, closed: String },
    /// The routing asks the police unit to consider a warning for this country. A person decides.
    ConsiderWarning { country: String },
    /// Days between the notice and the departure; none or fewer: the person may have left.
    DaysToDeparture { days: i64, departs: NaiveDate },
}

/// The words of the steps, with the names of the desks of these versions.
#[must_use]
pub fn words(versions: &Versions<Routes>, countries: &Countries) -> Words {
    let with_names =
        |text: &str, language| format!("{text}\n{}\n{}", countries.word_table(language), desks(versions, language));
    Words::parse(
        &with_names(include_str!("words/nl.toml"), Language::Nl),
        &with_names(include_str!("words/en.toml"), Language::En),
    )
}

/// The names of the desks, under both members that name one. The newest version has the last word.
fn desks(versions: &Versions<Routes>, language: Language) -> String {
    let desks = versions.all().flat_map(|version| &version.desks);
    let names: BTreeMap<&str, &str> = desks.map(|desk| (desk.code.as_str(), desk.name(language))).collect();
    let lines: String =
        names.into_iter().map(|(code, name)| format!("{code} = {}\n", toml::Value::from(name))).collect();
    format!("[words.desk]\n{lines}[words.closed]\n{lines}")
}
