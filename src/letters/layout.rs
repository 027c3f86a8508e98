//! Where each line stands, and to which part of the structure it belongs.

use crate::LetterError;
use crate::font::{Fonts, Weight};
use crate::letter::{Letter, Part, Table};

/// Width of a page of A4, in points.
pub const PAGE_WIDTH: f32 = 595.0;
/// Height of a page of A4, in points.
pub const PAGE_HEIGHT: f32 = 842.0;
/// What stays white on each side.
pub const MARGIN: f32 = 64.0;
const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;
const BOTTOM: f32 = PAGE_HEIGHT - MARGIN;
const TEXT: f32 = 10.5;
const SUBHEADING: f32 = 12.5;
const TITLE: f32 = 17.0;
const LEADING: f32 = 1.45;
const AFTER: f32 = 8.0;
/// Where the lines of an address begin and end, so that they stand in the window of an envelope and nothing else does.
const ADDRESS_LEFT: f32 = 72.0;
const ADDRESS_TOP: f32 = 114.0;
const ADDRESS_WIDTH: f32 = 260.0;
const ADDRESS_SIZE: f32 = 9.0;
const ADDRESS_LEADING: f32 = 10.6;
const BELOW_ADDRESS: f32 = 215.0;
/// How many lines of an address there is room for.
const ADDRESS_LINES: usize = 7;
/// How much of the width the terms of definitions take.
const TERMS: f32 = 0.36;
/// Where the text of a choice begins, behind its box.
const BEHIND_BOX: f32 = 20.0;
const GUTTER: f32 = 8.0;

/// A line of text on its page.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub page: usize,
    pub x: f32,
    pub y: f32,
    pub size: f32,
    pub weight: Weight,
    pub text: String,
}

/// What a piece of the letter is, with its lines.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    Heading {
        level: u16,
        text: String,
        lines: Vec<Line>,
    },
    Paragraph(Vec<Line>),
    /// Labels with their bodies.
    List(Vec<(Vec<Line>, Vec<Line>)>),
    /// The first row holds the headings.
    Table {
        summary: String,
        rows: Vec<Vec<Vec<Line>>>,
    },
}

/// The pieces of a letter and the number of its pages.
pub struct Laid {
    pub pieces: Vec<Piece>,
    pub pages: usize,
}

/// Lays a letter out.
pub fn lay(letter: &Letter, fonts: &Fonts) -> Result<Laid, LetterError> {
    let mut desk = Desk { fonts, page: 0, y: MARGIN };
    let mut pieces = Vec::new();
    if !letter.addressee.is_empty() {
        pieces.push(desk.addressee(&letter.addressee)?);
    }
    pieces.push(desk.heading(1, &letter.title, TITLE)?);
    for part in &letter.parts {
        match part {
            Part::Heading(text) => pieces.push(desk.heading(2, text, SUBHEADING)?),
            Part::Paragraph(text) => pieces.push(Piece::Paragraph(desk.text(text, Weight::Regular)?)),
            Part::Definitions(items) => {
                let rows = items.iter().map(|item| desk.pair(&item.term, &item.text));
                pieces.push(Piece::List(rows.collect::<Result<_, _>>()?));
            }
            Part::Choices { label, choices } => {
                pieces.push(Piece::Paragraph(desk.text(label, Weight::Bold)?));
                let rows = choices.iter().map(|choice| desk.choice(&choice.text, choice.chosen));
                pieces.push(Piece::List(rows.collect::<Result<_, _>>()?));
            }
            Part::Table(table) => pieces.push(desk.table(table)?),
            Part::PageBreak => desk.turn(),
        }
        desk.y += AFTER;
    }
    Ok(Laid { pieces, pages: desk.page + 1 })
}

struct Desk<'f> {
    fonts: &'f Fonts,
    page: usize,
    y: f32,
}

/// A cell: its text, its weight, where it begins and how wide it is.
struct Cell<'t>(&'t str, Weight, f32, f32);

impl Desk<'_> {
    fn turn(&mut self) {
        self.page += 1;
        self.y = MARGIN;
    }

    /// The lines of an address, none of them broken: a part of a line is another address.
    #[expect(clippy::cast_precision_loss, reason = "an address has a handful of lines")]
    fn addressee(&mut self, texts: &[String]) -> Result<Piece, LetterError> {
        if texts.len() > ADDRESS_LINES {
            return Err(LetterError::Address);
        }
        let mut lines = Vec::with_capacity(texts.len());
        for (at, text) in texts.iter().enumerate() {
            if self.fonts.width(text, Weight::Regular, ADDRESS_SIZE)? > ADDRESS_WIDTH {
                return Err(LetterError::Address);
            }
            lines.push(Line {
                page: self.page,
                x: ADDRESS_LEFT,
                y: ADDRESS_TOP + at as f32 * ADDRESS_LEADING,
                size: ADDRESS_SIZE,
                weight: Weight::Regular,
                text: text.clone(),
            });
        }
        self.y = BELOW_ADDRESS;
        Ok(Piece::Paragraph(lines))
    }

    /// A heading does not stand alone at the foot of a page.
    fn heading(&mut self, level: u16, text: &str, size: f32) -> Result<Piece, LetterError> {
        if self.y > MARGIN {
            self.y += AFTER;
        }
        if self.y + 4.0 * size * LEADING > BOTTOM {
            self.turn();
        }
        let lines = self.row(&[Cell(text, Weight::Bold, 0.0, WIDTH)], size)?.into_iter().flatten().collect();
        self.y += AFTER / 2.0;
        Ok(Piece::Heading { level, text: text.to_owned(), lines })
    }

    fn text(&mut self, text: &str, weight: Weight) -> Result<Vec<Line>, LetterError> {
        Ok(self.row(&[Cell(text, weight, 0.0, WIDTH)], TEXT)?.into_iter().flatten().collect())
    }

    fn pair(&mut self, term: &str, text: &str) -> Result<(Vec<Line>, Vec<Line>), LetterError> {
        let terms = WIDTH * TERMS;
        // What the signer fills in is a line to write on, which is read as well.
        let text = if text.trim().is_empty() { "…………………………………………" } else { text };
        self.two(Cell(term, Weight::Bold, 0.0, terms - GUTTER), Cell(text, Weight::Regular, terms, WIDTH - terms))
    }

    fn choice(&mut self, text: &str, chosen: bool) -> Result<(Vec<Line>, Vec<Line>), LetterError> {
        let sign = if chosen { "☒" } else { "☐" };
        self.two(
            Cell(sign, Weight::Regular, 0.0, BEHIND_BOX),
            Cell(text, Weight::Regular, BEHIND_BOX, WIDTH - BEHIND_BOX),
        )
    }

    fn two(&mut self, first: Cell<'_>, second: Cell<'_>) -> Result<(Vec<Line>, Vec<Line>), LetterError> {
        let mut cells = self.row(&[first, second], TEXT)?.into_iter();
        Ok((cells.next().unwrap_or_default(), cells.next().unwrap_or_default()))
    }

    #[expect(clippy::cast_precision_loss, reason = "a table of a letter has a handful of columns")]
    fn table(&mut self, table: &Table) -> Result<Piece, LetterError> {
        let column = WIDTH / table.header.len().max(1) as f32;
        let mut rows = Vec::new();
        let heads = std::iter::once((&table.header, Weight::Bold));
        for (texts, weight) in heads.chain(table.rows.iter().map(|row| (row, Weight::Regular))) {
            if texts.len() != table.header.len() {
                return Err(LetterError::Table);
            }
            let cells: Vec<Cell<'_>> = texts
                .iter()
                .enumerate()
                .map(|(at, text)| Cell(text, weight, column * at as f32, column - GUTTER))
                .collect();
            rows.push(self.row(&cells, TEXT)?);
        }
        Ok(Piece::Table { summary: table.summary.clone(), rows })
    }

    /// Cells side by side. A row that does not fit goes to the next page; one longer than a page is broken.
    fn row(&mut self, cells: &[Cell<'_>], size: f32) -> Result<Vec<Vec<Line>>, LetterError> {
        let height = size * LEADING;
        let texts = cells
            .iter()
            .map(|Cell(text, weight, _, width)| self.fonts.lines(text, *weight, size, *width))
            .collect::<Result<Vec<_>, _>>()?;
        let longest = texts.iter().map(Vec::len).max().unwrap_or_default();
        let mut laid: Vec<Vec<Line>> = cells.iter().map(|_| Vec::new()).collect();
        if self.y > MARGIN && longest < 20 && !texts.is_empty() && self.y + needed(longest, height) > BOTTOM {
            self.turn();
        }
        for at in 0..longest {
            if self.y + height > BOTTOM {
                self.turn();
            }
            for ((Cell(_, weight, x, _), lines), cell) in cells.iter().zip(&texts).zip(&mut laid) {
                let Some(text) = lines.get(at) else { continue };
                cell.push(Line {
                    page: self.page,
                    x: MARGIN + x,
                    y: self.y + size,
                    size,
                    weight: *weight,
                    text: text.clone(),
                });
            }
            self.y += height;
        }
        Ok(laid)
    }
}

#[expect(clippy::cast_precision_loss, reason = "fewer lines than fit on a page")]
fn needed(lines: usize, height: f32) -> f32 {
    lines as f32 * height
}
