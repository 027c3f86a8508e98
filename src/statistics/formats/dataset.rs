//! What a file of rows holds: the description that every format is written from. A description that exists is sound:
//! its names work in R, SPSS, Stata and SQL, and no code begins like a formula.

mod flaw;

use std::borrow::Cow;

use chrono::NaiveDate;

pub use flaw::Flaw;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// In Dutch.
    pub nl: Cow<'static, str>,
    /// In English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A text of the program itself.
    pub const fn fixed(nl: &'static str, en: &'static str) -> Self {
        Self { nl: Cow::Borrowed(nl), en: Cow::Borrowed(en) }
    }

    /// A text that was put together.
    pub fn new(nl: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { nl: nl.into(), en: en.into() }
    }

    /// In one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Dutch => &self.nl,
            Language::English => &self.en,
        }
    }
}

/// The languages of every text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Dutch.
    Dutch,
    /// English.
    English,
}

impl Language {
    /// Both, in the order in which they are written.
    pub const ALL: [Self; 2] = [Self::Dutch, Self::English];

    /// The language's tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Dutch => "nl",
            Self::English => "en",
        }
    }
}

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers about groups, after disclosure control.
    Table,
    /// Rows about people or events under a pseudonym, for a closed environment only.
    Microdata,
}

/// What time the numbers are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// A state at the end of this day.
    On(NaiveDate),
    /// What happened from the first to the last day; both belong to it.
    During {
        /// The first day.
        first: NaiveDate,
        /// The last day.
        last: NaiveDate,
    },
}

impl Reference {
    /// The first day.
    pub const fn first(self) -> NaiveDate {
        match self {
            Self::On(day) | Self::During { first: day, .. } => day,
        }
    }

    /// The last day.
    pub const fn last(self) -> NaiveDate {
        match self {
            Self::On(day) | Self::During { last: day, .. } => day,
        }
    }
}

impl std::fmt::Display for Reference {
    /// ISO 8601: a day, or an interval of two days.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::On(day) => write!(f, "{day}"),
            Self::During { first, last } => write!(f, "{first}/{last}"),
        }
    }
}

/// What a dataset is about, apart from its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Names the dataset and its files: lower-case letters, digits and hyphens, a letter first, 64 at most; no word that
    /// R, SPSS or Stata reserves.
    pub id: String,
    /// The version of the definition, such as `1` or `2.1`: changes with every change of meaning.
    pub version: String,
    /// Its name to people.
    pub title: Text,
    /// What is counted, and how.
    pub definition: Text,
    /// What one of it is: persons, notifications.
    pub unit: Text,
    /// Whom it is about.
    pub population: Text,
    /// What time it is about.
    pub reference: Reference,
    /// What the rows are.
    pub kind: Kind,
}

/// One value that a column of codes may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// As it stands in the file.
    pub value: Cow<'static, str>,
    /// What it means.
    pub label: Text,
    /// Whether it says that nothing is known: a missing value to R, SPSS and Stata.
    pub missing: bool,
}

impl Code {
    /// A code that says something.
    pub fn new(value: impl Into<Cow<'static, str>>, label: Text) -> Self {
        Self { value: value.into(), label, missing: false }
    }

    /// A code for why nothing is known.
    pub fn missing(value: impl Into<Cow<'static, str>>, label: Text) -> Self {
        Self { value: value.into(), label, missing: true }
    }
}

/// What a column holds. A value that is absent is an empty cell, whatever the type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Text without a NUL character; never empty, which would read as absent.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with as many decimals, 1 to 15, always written out.
    Decimal {
        /// How many decimals.
        digits: u8,
    },
    /// Days.
    Date,
    /// `true` or `false`.
    Boolean,
    /// One of these, in the order in which they are to be shown and sorted.
    Codes(Vec<Code>),
}

/// What a column is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Together with the other keys, says which row it is; never absent. Rows come in the order of their keys.
    Key,
    /// What was counted or measured.
    Measure,
    /// Further things known of the row.
    Attribute,
    /// Says of a measure whether it is published or withheld: one of the codes of [`super::protected::statuses`].
    Status {
        /// The name of the measure.
        of: Cow<'static, str>,
    },
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Lower-case letters, digits and underscores, a letter first, 32 at most; no word that R, SPSS or Stata reserves.
    pub name: Cow<'static, str>,
    /// What it is, in 80 characters at most.
    pub label: Text,
    /// What it holds.
    pub holds: Type,
    /// What it is for.
    pub role: Role,
}

impl Column {
    /// A column that is part of the key.
    pub fn key(name: impl Into<Cow<'static, str>>, label: Text, holds: Type) -> Self {
        Self { name: name.into(), label, holds, role: Role::Key }
    }

    /// A column of what was measured.
    pub fn measure(name: impl Into<Cow<'static, str>>, label: Text, holds: Type) -> Self {
        Self { name: name.into(), label, holds, role: Role::Measure }
    }

    /// A column of something else that is known.
    pub fn attribute(name: impl Into<Cow<'static, str>>, label: Text, holds: Type) -> Self {
        Self { name: name.into(), label, holds, role: Role::Attribute }
    }

    /// The codes, of a column of codes.
    pub fn codes(&self) -> &[Code] {
        match &self.holds {
            Type::Codes(codes) => codes,
            Type::Text | Type::Integer | Type::Decimal { .. } | Type::Date | Type::Boolean => &[],
        }
    }
}

/// A description of a file of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    about: About,
    columns: Vec<Column>,
}

impl Dataset {
    /// A description, held against what every format needs.
    ///
    /// # Errors
    /// The first [`Flaw`].
    pub fn new(about: About, columns: Vec<Column>) -> Result<Self, Flaw> {
        flaw::first(&about, &columns).map_or(Ok(Self { about, columns }), Err)
    }

    /// What it is about.
    pub const fn about(&self) -> &About {
        &self.about
    }

    /// The columns, in the order of the file.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The columns of the key with their positions.
    pub fn keys(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Key)
    }

    /// The columns of what was measured with their positions.
    pub fn measures(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Measure)
    }

    /// The position of the column that says of a measure whether it is published.
    pub fn status_of(&self, measure: &str) -> Option<usize> {
        self.columns.iter().position(|column| matches!(&column.role, Role::Status { of } if of == measure))
    }
}
