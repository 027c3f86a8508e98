//! Facts in plain words: what, and on which day.

use crate::ids::FactId;
use crate::register::view::{FactList, FactView};
use crate::texts::Texts;

/// A fact in one line.
pub fn line(t: &Texts, fact: &FactView) -> String {
    let what = t.word("factKind", &fact.kind);
    match &fact.valid_on {
        Some(day) => format!("{what}, {}", t.plain_day(day)),
        None => what.to_owned(),
    }
}

/// The line of the fact that governs in the chain of `root`; a word for nothing when there is none.
pub fn line_of(t: &Texts, facts: &FactList, root: FactId) -> String {
    let chain = || facts.items.iter().filter(|fact| fact.root_id == root);
    let shown = chain().find(|fact| fact.governs).or_else(|| chain().next());
    shown.map_or_else(|| t.say("word.unknown").to_owned(), |fact| line(t, fact))
}

/// The value of the fact a duty rests on: its root is the first of a chain of facts, or the notification that counts.
pub fn chosen(facts: &FactList, root: &str) -> Option<String> {
    let rests = |fact: &&FactView| {
        let reported = fact.kind == "notified" && fact.notification_id.is_some_and(|id| id.as_str() == root);
        fact.governs && (fact.root_id.as_str() == root || reported)
    };
    facts.items.iter().find(rests).map(|fact| fact.root_id.to_string())
}

/// The facts that govern, to choose from: each with its number in the file and who says so.
pub fn choices(t: &Texts, facts: &FactList) -> Vec<(String, String)> {
    let governing = facts.items.iter().filter(|fact| fact.governs);
    governing
        .map(|fact| {
            let source = t.word("factSource", fact.source);
            (fact.root_id.to_string(), format!("{} ({source}, {})", line(t, fact), t.one("facts.number", fact.seq)))
        })
        .collect()
}
