//! A set of figures as a page shows it: a table in the words of the reader, and a plot where there is one.

use super::plot::{self, Plot};
use crate::evaluation::releases::figures::{FigureSet, Figures, InBoth};
use crate::texts::Texts;
use crate::vocabulary::Language;

/// A set of figures.
pub struct ShownSet {
    /// Its id.
    pub id: String,
    /// Its name and what it is split by: the same measure is shown per team, arm and offence group.
    pub title: String,
    /// What is counted and how.
    pub definition: String,
    /// Of whom.
    pub population: String,
    /// The heads of the columns.
    pub heads: Vec<Cell>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// How many figures are withheld.
    pub withheld: usize,
    /// The plot.
    pub plot: Option<Plot>,
}

/// A cell.
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// Whether it is a number, or stands for one.
    pub number: bool,
}

/// The sets of the last quarter, and those that are of no quarter.
pub fn sets(figures: &Figures, t: &Texts) -> Vec<ShownSet> {
    let quarter = figures.quarter.to_lowercase();
    let shown = figures.sets.iter().filter(|set| set.id.ends_with(&quarter) || plot::is_curve(set));
    shown.map(|set| ShownSet::of(set, t)).collect()
}

impl ShownSet {
    fn of(set: &FigureSet, t: &Texts) -> Self {
        let columns: Vec<usize> =
            (0..set.columns.len()).filter(|at| set.columns.get(*at).is_some_and(|it| it.role != "status")).collect();
        let mut withheld = 0;
        let mut rows = Vec::new();
        for row in &set.rows {
            let mut cells = Vec::new();
            for at in &columns {
                let (Some(column), Some(text)) = (set.columns.get(*at), row.get(*at)) else { continue };
                let number = column.role != "key";
                let text = if text.is_empty() && column.role == "measure" {
                    withheld += 1;
                    t.say("evaluation.withheld").to_owned()
                } else {
                    said(set, *at, text, t)
                };
                cells.push(Cell { text, number });
            }
            rows.push(cells);
        }
        let head = |at: &usize| {
            let column = set.columns.get(*at)?;
            Some(Cell { text: in_words(&column.label, t).to_owned(), number: column.role != "key" })
        };
        Self {
            id: set.id.clone(),
            title: title(set, t),
            definition: in_words(&set.definition, t).to_owned(),
            population: in_words(&set.population, t).to_owned(),
            heads: columns.iter().filter_map(head).collect(),
            rows,
            withheld,
            plot: plot::of(set, t),
        }
    }
}

fn title(set: &FigureSet, t: &Texts) -> String {
    let keys = set.columns.iter().filter(|column| column.role == "key");
    let keys: Vec<&str> = keys.map(|column| in_words(&column.label, t)).collect();
    let name = in_words(&set.title, t);
    if keys.is_empty() { name.to_owned() } else { format!("{name}: {}", keys.join(", ").to_lowercase()) }
}

/// A text in the language of the reader.
pub fn in_words<'a>(text: &'a InBoth, t: &Texts) -> &'a str {
    match t.language {
        Language::Nl => &text.nl,
        Language::En => &text.en,
    }
}

/// What stands in a column, in words where it is a code.
pub fn said(set: &FigureSet, at: usize, text: &str, t: &Texts) -> String {
    let codes = set.columns.get(at).map(|column| column.codes.as_slice()).unwrap_or_default();
    codes.iter().find(|code| code.value == text).map_or(text, |code| in_words(&code.label, t)).to_owned()
}
