//! What a letter is, apart from how it looks.

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its title: of the document, and its first heading.
    pub title: String,
    /// The language of all its texts, such as `nl`.
    pub language: String,
    /// To whom it goes, a line each, where the window of an envelope shows it; empty for what is not posted.
    pub addressee: Vec<String>,
    /// Its parts, in reading order.
    pub parts: Vec<Part>,
}

/// A part of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A heading of a section.
    Heading(String),
    /// A paragraph; a line break in it stays one.
    Paragraph(String),
    /// Terms with what belongs to them.
    Definitions(Vec<Definition>),
    /// A list of choices, every one shown.
    Choices {
        /// What is chosen from.
        label: String,
        /// The choices.
        choices: Vec<Choice>,
    },
    /// A table.
    Table(Table),
    /// What follows begins on a new page.
    PageBreak,
}

/// A term with what belongs to it; empty where the signer fills it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The term.
    pub term: String,
    /// What belongs to it.
    pub text: String,
}

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its text.
    pub text: String,
    /// Whether it is ticked.
    pub chosen: bool,
}

/// A table with a row of headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it shows, for who cannot see it.
    pub summary: String,
    /// The headings of its columns.
    pub header: Vec<String>,
    /// Its rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}
