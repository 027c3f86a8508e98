//! Forms as data: built once from what was typed and what is wrong with it, shown by one template, read back as the
//! JSON of the API.
//!
//! The name of a field is the path of its member with dots, such as `stops.0.from`. The fields of an address stand
//! below the kind of address, as in `address.dutch.street`, and `address.type` says which of them count.

mod build;
mod fields;
mod tree;

pub use build::Builder;
pub use fields::{Control, Part, Wrong};
pub use tree::{from_json, length, renumbered, to_json};

/// A form with what is wrong with it, the first field first.
pub struct Form {
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// What is wrong.
    pub wrong: Vec<Wrong>,
}

/// One line of the answers to be checked.
pub struct Line {
    /// What was asked.
    pub label: String,
    /// What was answered.
    pub answer: String,
}

/// Answers under one heading.
pub struct Section {
    /// The heading, when they have one.
    pub heading: Option<String>,
    /// The answers.
    pub lines: Vec<Line>,
}

impl Form {
    /// The answers as people check them: what was left blank, or belongs to a choice that was not made, is left out.
    pub fn answers(&self) -> Vec<Section> {
        let mut sections = vec![Section { heading: None, lines: Vec::new() }];
        let mut skipped = 0_usize;
        for part in &self.parts {
            match part {
                Part::Open(group) if skipped > 0 || !group.chosen => skipped += 1,
                Part::Open(group) => {
                    if group.is_heading {
                        sections.push(Section { heading: Some(group.legend.clone()), lines: Vec::new() });
                    }
                }
                Part::Close { .. } if skipped > 0 => skipped -= 1,
                Part::Close { .. } | Part::More { .. } => {}
                Part::Field(field) => {
                    let answer = field.answer();
                    if skipped == 0
                        && !answer.is_empty()
                        && let Some(section) = sections.last_mut()
                    {
                        section.lines.push(Line { label: field.label.clone(), answer });
                    }
                }
            }
        }
        sections.retain(|section| !section.lines.is_empty());
        sections
    }
}
