//! The file: lines drawn and tagged, the structure over them, outline, title and language.

use std::collections::HashMap;
use std::num::NonZeroU16;

use krilla::configure::validate::Accessibility;
use krilla::configure::{Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagTree,
};
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings};

use crate::font::{Fonts, Weight};
use crate::layout::{Laid, Line, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Piece, lay};
use crate::letter::Letter;

const FOOTER: f32 = 8.0;

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// The embedded font cannot be read.
    #[error("the embedded font cannot be read")]
    Font,
    /// The font has no sign for a character. The character is not part of the message: it may be of a name.
    #[error("the font has no sign for a character of the letter")]
    NoGlyph(char),
    /// The address does not fit the window of an envelope.
    #[error("the address does not fit the window of an envelope")]
    Address,
    /// A row of a table is not as long as its header.
    #[error("a row of a table is not as long as its header")]
    Table,
    /// The file does not conform to PDF/UA-1, or could not be written.
    #[error("the file could not be written as PDF/UA-1")]
    Written,
}

/// Writes a letter as PDF/UA-1.
///
/// # Errors
/// [`LetterError::NoGlyph`], [`LetterError::Address`] and [`LetterError::Table`] for content that cannot be written.
pub fn pdf(letter: &Letter) -> Result<Vec<u8>, LetterError> {
    let fonts = Fonts::embedded()?;
    let laid = lay(letter, &fonts)?;
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
    let mut document = Document::new_with(settings(configuration.finish().map_err(|_| LetterError::Written)?));
    let marks = draw(&mut document, &laid, &fonts)?;
    document.set_metadata(Metadata::new().title(letter.title.clone()).language(letter.language.clone()));
    document.set_outline(outline(&laid.pieces));
    document.set_tag_tree(structure(&laid.pieces, &letter.language, &marks));
    document.finish().map_err(|_| LetterError::Written)
}

fn settings(configuration: Configuration) -> SerializeSettings {
    SerializeSettings { configuration, ..SerializeSettings::default() }
}

/// The mark of each line, by its page and place.
type Marks = HashMap<(usize, u32, u32), Identifier>;

const fn place(line: &Line) -> (usize, u32, u32) {
    (line.page, line.x.to_bits(), line.y.to_bits())
}

/// Draws every page; the number at its foot is not read.
fn draw(document: &mut Document, laid: &Laid, fonts: &Fonts) -> Result<Marks, LetterError> {
    let mut marks = Marks::new();
    let lines: Vec<&Line> = laid.pieces.iter().flat_map(lines).collect();
    for number in 0..laid.pages {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(LetterError::Written)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for line in lines.iter().filter(|line| line.page == number) {
            let mark = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            let (at, font) = (Point::from_xy(line.x, line.y), fonts.of(line.weight));
            surface.draw_text(at, font, line.size, &line.text, false, TextDirection::Auto);
            surface.end_tagged();
            marks.insert(place(line), mark);
        }
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber)));
        let at = Point::from_xy(PAGE_WIDTH - MARGIN, PAGE_HEIGHT - MARGIN / 2.0);
        let text = format!("{} / {}", number + 1, laid.pages);
        surface.draw_text(at, fonts.of(Weight::Regular), FOOTER, &text, false, TextDirection::Auto);
        surface.end_tagged();
        surface.finish();
        page.finish();
    }
    Ok(marks)
}

fn lines(piece: &Piece) -> Vec<&Line> {
    match piece {
        Piece::Heading { lines, .. } | Piece::Paragraph(lines) => lines.iter().collect(),
        Piece::List(items) => items.iter().flat_map(|(label, body)| label.iter().chain(body)).collect(),
        Piece::Table { rows, .. } => rows.iter().flatten().flatten().collect(),
    }
}

fn outline(pieces: &[Piece]) -> Outline {
    let mut outline = Outline::new();
    for piece in pieces {
        let Piece::Heading { text, lines, .. } = piece else { continue };
        let Some(first) = lines.first() else { continue };
        let at = XyzDestination::new(first.page, Point::from_xy(first.x, first.y - first.size));
        outline.push_child(OutlineNode::new(text.clone(), at));
    }
    outline
}

fn structure(pieces: &[Piece], language: &str, marks: &Marks) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    for piece in pieces {
        tree.push(match piece {
            Piece::Heading { level, text, lines } => {
                let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                TagGroup::with_children(Tag::Hn(level, Some(text.clone())), marked(lines, marks))
            }
            Piece::Paragraph(lines) => TagGroup::with_children(Tag::P, marked(lines, marks)),
            Piece::List(items) => list(items, marks),
            Piece::Table { summary, rows } => table(summary, rows, marks),
        });
    }
    tree
}

fn list(items: &[(Vec<Line>, Vec<Line>)], marks: &Marks) -> TagGroup {
    let mut list = TagGroup::new(Tag::L(ListNumbering::None));
    for (label, body) in items {
        let mut item = TagGroup::new(Tag::LI);
        item.push(TagGroup::with_children(Tag::Lbl, marked(label, marks)));
        item.push(TagGroup::with_children(Tag::LBody, marked(body, marks)));
        list.push(item);
    }
    list
}

fn table(summary: &str, rows: &[Vec<Vec<Line>>], marks: &Marks) -> TagGroup {
    let mut table = TagGroup::new(Tag::Table.with_summary(Some(summary.to_owned())));
    let (mut head, mut body) = (TagGroup::new(Tag::THead), TagGroup::new(Tag::TBody));
    for (at, cells) in rows.iter().enumerate() {
        let mut row = TagGroup::new(Tag::TR);
        for cell in cells {
            row.push(match at {
                0 => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), marked(cell, marks)),
                _ => TagGroup::with_children(Tag::TD, marked(cell, marks)),
            });
        }
        if at == 0 { head.push(row) } else { body.push(row) }
    }
    table.push(head);
    table.push(body);
    table
}

fn marked(lines: &[Line], marks: &Marks) -> Vec<Node> {
    lines.iter().filter_map(|line| marks.get(&place(line)).copied()).map(Node::from).collect()
}
