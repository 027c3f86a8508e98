//! Letters as tagged PDF (PDF/UA-1): plain content in, bytes out.
//!
//! A letter is read by people and by screen readers alike, so every part of it is tagged, in reading order, with its
//! language and title. The library that writes the file holds it against PDF/UA-1 and refuses what does not conform. The
//! same letter gives the same bytes: nothing of the day or the machine goes into it.
//!
//! | question | file |
//! | --- | --- |
//! | what a letter is | `letter` |
//! | where each line stands | `layout`, `font` |
//! | the file, its tags and its outline | `write` |

mod font;
mod layout;
mod letter;
#[cfg(test)]
mod tests;
mod write;

pub use letter::{Choice, Definition, Letter, Part, Table};
pub use write::{LetterError, pdf};
