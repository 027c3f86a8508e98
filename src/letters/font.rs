//! The embedded font, and how wide a text is in it.

use krilla::text::Font;
use ttf_parser::Face;

use crate::LetterError;

const REGULAR: &[u8] = include_bytes!("fonts/DejaVuSans.ttf");
const BOLD: &[u8] = include_bytes!("fonts/DejaVuSans-Bold.ttf");

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// The two weights of the font.
pub struct Fonts {
    regular: (Font, Face<'static>),
    bold: (Font, Face<'static>),
}

impl Fonts {
    pub fn embedded() -> Result<Self, LetterError> {
        let load = |bytes: &'static [u8]| {
            let font = Font::new(bytes.into(), 0).ok_or(LetterError::Font)?;
            let face = Face::parse(bytes, 0).map_err(|_| LetterError::Font)?;
            Ok((font, face))
        };
        Ok(Self { regular: load(REGULAR)?, bold: load(BOLD)? })
    }

    pub fn of(&self, weight: Weight) -> Font {
        match weight {
            Weight::Regular => self.regular.0.clone(),
            Weight::Bold => self.bold.0.clone(),
        }
    }

    /// The width of a text, in points.
    ///
    /// # Errors
    /// When the font has no sign for one of its characters: a name is written as it is, or not at all.
    pub fn width(&self, text: &str, weight: Weight, size: f32) -> Result<f32, LetterError> {
        let face = match weight {
            Weight::Regular => &self.regular.1,
            Weight::Bold => &self.bold.1,
        };
        let scale = size / f32::from(face.units_per_em());
        text.chars().try_fold(0.0, |width, c| {
            let glyph = face.glyph_index(c).ok_or(LetterError::NoGlyph(c))?;
            Ok(width + f32::from(face.glyph_hor_advance(glyph).unwrap_or_default()) * scale)
        })
    }

    /// The text in lines no wider than `most`. A word that is wider is broken.
    pub fn lines(&self, text: &str, weight: Weight, size: f32, most: f32) -> Result<Vec<String>, LetterError> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if self.width(&longer, weight, size)? <= most {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for c in word.chars() {
                    line.push(c);
                    if self.width(&line, weight, size)? > most && line.chars().count() > 1 {
                        line.pop();
                        lines.push(std::mem::replace(&mut line, c.to_string()));
                    }
                }
            }
            if !line.is_empty() {
                lines.push(line);
            }
        }
        Ok(lines)
    }
}
