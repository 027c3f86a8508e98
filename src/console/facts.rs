//! Facts in plain words: what, and on which day.

use super::texts::Texts;
use crate::ids::FactId;
use crate::register::view::{FactList, FactView};

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
