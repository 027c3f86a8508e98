//! Tests of the engine as a whole: worked rows, properties of random files, replayed explanations, versions.

mod facts;
mod periods;
mod properties;
mod purity;
mod replay;
mod rows;
mod versions;

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{Assessment, Duty, DutyKind, Facts, Refusal, RuleBook, assess};

/// A date.
pub(super) fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

static RULES: LazyLock<RuleBook> = LazyLock::new(|| RuleBook::embedded().unwrap());

/// The embedded rules, read once.
pub(super) fn rules() -> &'static RuleBook {
    &RULES
}

/// Assesses a document that names its own day.
pub(super) fn tried(facts: &Facts, rules: &RuleBook) -> Result<Assessment, Refusal> {
    assess(facts, rules.regime(facts.regime), rules.calendar(), facts.as_of.unwrap())
}

/// Assesses a document written as JSON.
pub(super) fn assessed(json: &str) -> Assessment {
    tried(&Facts::from_json(json).unwrap(), rules()).unwrap()
}

/// A file of somebody subject since 2015 under the Irish rules.
pub(super) fn ie(as_of: &str, rest: &str) -> Assessment {
    assessed(&format!(r#"{{"regime":"ie","asOf":"{as_of}","subjectSince":"2015-06-01",{rest}}}"#))
}

/// A file of somebody subject since 2023 under the pilot rules.
pub(super) fn nl(as_of: &str, rest: &str) -> Assessment {
    assessed(&format!(r#"{{"regime":"nl-pilot","asOf":"{as_of}","subjectSince":"2023-02-01",{rest}}}"#))
}

/// The duties of a kind as `trigger due overdueAfter status`.
pub(super) fn listed(assessment: &Assessment, kind: DutyKind) -> Vec<String> {
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let shown =
        |duty: &Duty| format!("{} {} {} {}", duty.trigger, day(duty.due), day(duty.overdue_after), duty.status.code());
    assessment.duties.iter().filter(|duty| duty.kind == kind).map(shown).collect()
}
