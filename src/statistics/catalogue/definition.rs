//! What a table says, in words and in kinds: the definition that goes out with it.
//!
//! A definition never changes. What is counted otherwise is another version, with another number.

use chrono::NaiveDate;
use serde::Serialize;

use crate::disclosure::table::{Axis, Kind};
use crate::history::{EventId, History, Span};

/// The same in Dutch and in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Text {
    /// In Dutch.
    pub nl: &'static str,
    /// In English.
    pub en: &'static str,
}

/// Writes a [`Text`].
pub(super) const fn text(nl: &'static str, en: &'static str) -> Text {
    Text { nl, en }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// People.
    People,
    /// Notifications.
    Notifications,
    /// Duties.
    Duties,
    /// Flags.
    Flags,
    /// Proposals for measures beside the register.
    Proposals,
    /// Failures, as a flag, a breach or both.
    Events,
    /// Days of people.
    PersonDays,
    /// Months of people.
    PersonMonths,
    /// Looks at people.
    Checks,
    /// Events per year of a person.
    PerPersonYear,
    /// A share, a ratio, a chance or a coefficient: it has no unit.
    None,
}

impl Unit {
    /// Its name.
    pub const fn text(self) -> Text {
        match self {
            Self::People => text("personen", "people"),
            Self::Notifications => text("meldingen", "notifications"),
            Self::Duties => text("verplichtingen", "duties"),
            Self::Flags => text("signalen", "flags"),
            Self::Proposals => text("voorstellen", "proposals"),
            Self::Events => text("gebeurtenissen", "events"),
            Self::PersonDays => text("persoonsdagen", "person-days"),
            Self::PersonMonths => text("persoonsmaanden", "person-months"),
            Self::Checks => text("controles", "checks"),
            Self::PerPersonYear => text("per persoonsjaar", "per person-year"),
            Self::None => text("geen", "none"),
        }
    }
}

/// How a number is made and to what time it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// People, as they stand on the last day of the quarter.
    PeopleOnLastDay,
    /// People, by what happened in the quarter.
    PeopleInPeriod,
    /// A sum over people of what happened in the quarter.
    Sums(Unit),
}

impl Quantity {
    /// What disclosure control takes it for.
    pub const fn kind(self) -> Kind {
        match self {
            Self::PeopleOnLastDay | Self::PeopleInPeriod => Kind::Counts,
            Self::Sums(_) => Kind::Sums,
        }
    }

    /// What is counted.
    pub const fn unit(self) -> Unit {
        match self {
            Self::PeopleOnLastDay | Self::PeopleInPeriod => Unit::People,
            Self::Sums(unit) => unit,
        }
    }

    /// To what time the numbers belong.
    pub const fn reference(self) -> Text {
        match self {
            Self::PeopleOnLastDay => text("de laatste dag van het kwartaal", "the last day of the quarter"),
            Self::PeopleInPeriod | Self::Sums(_) => {
                text("het kwartaal, met de laatste dag", "the quarter, its last day included")
            }
        }
    }
}

/// A fixed category: its code, its name, and the code of what it is a part of; without one it is a part of the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixed {
    pub(super) code: &'static str,
    pub(super) of: Option<&'static str>,
    pub(super) name: Text,
}

/// Writes a [`Fixed`] that is a part of the total.
pub(super) const fn part(code: &'static str, nl: &'static str, en: &'static str) -> Fixed {
    Fixed { code, of: None, name: text(nl, en) }
}

/// Writes a [`Fixed`] that is a part of an earlier one.
pub(super) const fn within(of: &'static str, code: &'static str, nl: &'static str, en: &'static str) -> Fixed {
    Fixed { code, of: Some(of), name: text(nl, en) }
}

/// A dimension with fixed categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixtures {
    pub(super) code: &'static str,
    pub(super) name: Text,
    pub(super) parts: &'static [Fixed],
}

/// What the columns of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// The teams.
    Team,
    /// The arms of the evaluation.
    Arm,
    /// The groups of the index offence.
    OffenceGroup,
    /// Fixed categories, into which the measure itself puts each item.
    Own(&'static Fixtures),
}

impl Across {
    /// The code it has in tables and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Arm => "arm",
            Self::OffenceGroup => "offence_group",
            Self::Own(fixtures) => fixtures.code,
        }
    }
}

/// Something that a person contributes to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Code of the row; one that has no parts.
    pub row: &'static str,
    /// Code of the column of the measure's own dimension; elsewhere ignored.
    pub column: &'static str,
    /// How much.
    pub amount: u64,
    /// The event behind it, when there is one.
    pub event: Option<EventId>,
    /// The day that puts it into the quarter; nothing when the quarter as a whole does.
    pub on: Option<NaiveDate>,
}

impl Item {
    pub(super) const fn person(row: &'static str) -> Self {
        Self { row, column: "", amount: 1, event: None, on: None }
    }

    pub(super) const fn event(row: &'static str, event: EventId, on: NaiveDate) -> Self {
        Self { row, column: "", amount: 1, event: Some(event), on: Some(on) }
    }

    pub(super) const fn on(self, day: NaiveDate) -> Self {
        Self { on: Some(day), ..self }
    }
}

/// A measure of the catalogue.
#[derive(Debug)]
pub struct Measure {
    /// Its id.
    pub id: &'static str,
    /// The version of its definition.
    pub version: u32,
    /// Its name.
    pub title: Text,
    /// What is counted and how.
    pub definition: Text,
    /// Of whom.
    pub population: Text,
    /// How a number is made.
    pub quantity: Quantity,
    /// Whether an empty cell tells something of everyone in its row or column.
    pub sensitive: bool,
    /// The rows.
    pub(super) rows: &'static Fixtures,
    /// The tables: one for each.
    pub across: &'static [Across],
    /// What a person contributes; of a measure of people, at most one item.
    pub(super) items: fn(&History, Span) -> Vec<Item>,
}

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        (self.id, self.version) == (other.id, other.version)
    }
}

impl Measure {
    /// The id of its table over a dimension.
    pub fn table_id(&self, across: Across) -> String {
        format!("{}-per-{}", self.id, across.code().replace('_', "-"))
    }

    /// Its rows.
    pub fn rows(&self) -> Dimension {
        Dimension::of(self.rows)
    }
}

/// A category as a table shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Its code.
    pub code: String,
    /// Its name in Dutch.
    pub nl: String,
    /// Its name in English.
    pub en: String,
    /// The position of what it is a part of; the total has none.
    pub of: Option<usize>,
}

/// The rows or the columns of a table: the total first, each part after what it is a part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dimension {
    /// Its code.
    pub code: String,
    /// Its name in Dutch.
    pub nl: String,
    /// Its name in English.
    pub en: String,
    /// The total and its parts.
    pub categories: Vec<Category>,
}

/// The code of the total.
pub const TOTAL: &str = "total";

impl Dimension {
    /// One with fixed parts.
    pub fn of(fixtures: &Fixtures) -> Self {
        let mut dimension = Self::total(fixtures.code, fixtures.name);
        for fixed in fixtures.parts {
            let of = fixed.of.and_then(|of| dimension.position(of)).unwrap_or_default();
            dimension.push(fixed.code, fixed.name.nl, fixed.name.en, of);
        }
        dimension
    }

    /// One with parts that have the same name in both languages, and one for those without.
    pub fn named(code: &str, name: Text, parts: &[String]) -> Self {
        let mut dimension = Self::total(code, name);
        parts.iter().for_each(|part| dimension.push(part, part, part, 0));
        dimension.push(UNKNOWN.code, UNKNOWN.name.nl, UNKNOWN.name.en, 0);
        dimension
    }

    fn total(code: &str, name: Text) -> Self {
        let total = Category { code: TOTAL.to_owned(), nl: "totaal".to_owned(), en: "total".to_owned(), of: None };
        Self { code: code.to_owned(), nl: name.nl.to_owned(), en: name.en.to_owned(), categories: vec![total] }
    }

    fn push(&mut self, code: &str, nl: &str, en: &str, of: usize) {
        self.categories.push(Category { code: code.to_owned(), nl: nl.to_owned(), en: en.to_owned(), of: Some(of) });
    }

    /// The position of a category.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.categories.iter().position(|it| it.code == code)
    }

    /// The dimension as disclosure control knows it, labelled by its codes.
    pub fn axis(&self) -> Axis {
        let mut axis = Axis::flat(TOTAL, &[]);
        for category in &self.categories[1..] {
            axis.add(category.of.unwrap_or_default(), &category.code);
        }
        axis
    }
}

/// Who has no team, no offence group, no arm, or one that the plan does not know.
pub(super) const UNKNOWN: Fixed = part("unknown", "onbekend of anders", "unknown or other");
