//! The text of a reminder on paper, and the letter it makes: to whom, a day, a link and a reference. Neither the letter
//! nor what shows through the window of its envelope tells a stranger what the sender is.

use chrono::NaiveDate;

use super::reminder::{Rendered, Wording};
use super::settings::{SetupError, must_be_neutral};
use crate::letters::{self, Letter, LetterError, Part};
use crate::register::address::Address;
use crate::register::input::PersonName;
use crate::texts::texts;
use crate::vocabulary::Language;

/// What a reminder on paper speaks of.
#[derive(Debug, Clone, Copy)]
pub struct OnPaper<'a> {
    /// The language of the reader.
    pub language: Language,
    /// What the reader can read out on the telephone.
    pub reference: &'a str,
    /// The last day.
    pub due: NaiveDate,
    /// The day on which it was decided on, so that a repeated letter is the same.
    pub written: NaiveDate,
}

/// Where a letter comes back to: one line, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnAddress(Option<String>);

impl ReturnAddress {
    /// `text` is one line such as `Postbus 1234, 1000 AA Voorbeeldstad`; empty: none.
    ///
    /// # Errors
    /// When it tells what the sender is, or breaks the line.
    pub fn parse(text: &str) -> Result<Self, SetupError> {
        const WHAT: &str = "the return address";
        if text.chars().any(char::is_control) {
            return Err(SetupError::Line { what: WHAT });
        }
        must_be_neutral(WHAT, text)?;
        Ok(Self(Some(text.to_owned()).filter(|text| !text.is_empty())))
    }
}

impl Wording {
    /// The reminder on paper, without its addressee.
    pub fn on_paper(&self, of: OnPaper<'_>, back: &ReturnAddress) -> Letter {
        let t = texts(of.language);
        let say = |key: &str| Part::Paragraph(t.say(key).to_owned());
        let help = match of.language {
            Language::Nl => &self.help_nl,
            Language::En => &self.help_en,
        };
        let asked =
            format!("{} {}", t.one("paperReminder.noInternet", help), t.one("paperReminder.reference", of.reference));
        let mut parts = vec![
            Part::Paragraph(t.one("paperReminder.written", t.plain_day(&of.written))),
            say("paperReminder.greeting"),
            Part::Paragraph(t.one("paperReminder.what", t.day(&of.due))),
            Part::Paragraph(format!("{}\n{}", t.say("paperReminder.how"), self.link)),
            Part::Paragraph(asked),
            say("paperReminder.done"),
            say("paperReminder.noAnswer"),
        ];
        parts.extend(back.0.iter().map(|line| Part::Paragraph(t.one("paperReminder.return", line))));
        let language = of.language.to_string();
        Letter { title: t.say("paperReminder.title").to_owned(), language, addressee: Vec::new(), parts }
    }
}

/// A letter as plain text, for whoever wants to see what it says.
pub fn as_text(letter: &Letter) -> Rendered {
    let paragraphs: Vec<&str> = letter
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Paragraph(text) | Part::Heading(text) => Some(text.as_str()),
            Part::Definitions(_) | Part::Choices { .. } | Part::Table(_) | Part::PageBreak => None,
        })
        .collect();
    Rendered { subject: letter.title.clone(), text: paragraphs.join("\n\n") }
}

/// The letter as PDF.
///
/// # Errors
/// [`LetterError`] when the name or the address cannot be written as it is: written otherwise it is another one.
pub fn pdf(letter: Letter, addressee: Vec<String>) -> Result<Vec<u8>, LetterError> {
    letters::pdf(&Letter { addressee, ..letter })
}

/// The lines that stand in the window, the name first; `None` for a place that no post is brought to.
pub fn addressee(name: &PersonName, address: &Address) -> Option<Vec<String>> {
    let words = [Some(&name.given), name.prefix.as_ref(), Some(&name.surname)];
    let mut lines = vec![words.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")];
    match address {
        Address::Dutch { street, house_number, house_number_suffix, postcode, city } => {
            let suffix = house_number_suffix.as_ref().map(|suffix| format!(" {suffix}")).unwrap_or_default();
            lines.push(format!("{street} {house_number}{suffix}"));
            let (digits, letters) = postcode.split_at_checked(4)?;
            lines.push(format!("{digits} {}  {}", letters.trim(), city.to_uppercase()));
        }
        Address::Foreign { country, lines: written } => {
            lines.extend(written.iter().map(|line| line.trim().to_owned()));
            lines.push(celes::Country::from_alpha2(country).ok()?.long_name.to_uppercase());
        }
        // Described for whoever goes there, not for the post.
        Address::Location { .. } | Address::NoFixedAbode { .. } => return None,
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::super::neutral::telling_word;
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).expect("a day")
    }

    fn name() -> PersonName {
        PersonName { given: "Joris".to_owned(), prefix: Some("van".to_owned()), surname: "Proefpersoon".to_owned() }
    }

    fn letter(language: Language, help: &str) -> Letter {
        let wording = Wording::new("https://berichten.example.nl", help).expect("neutral");
        let back = ReturnAddress::parse("Postbus 1234, 9999 XZ Proefstad").expect("neutral");
        let of = OnPaper { language, reference: "4F6F-0F0B-1C11", due: day(27), written: day(13) };
        wording.on_paper(of, &back)
    }

    #[test]
    fn a_letter_says_by_when_and_where_and_nothing_of_the_sender() {
        for &language in Language::ALL {
            for help in ["", "088 000 00 00"] {
                let said = as_text(&letter(language, help));
                let whole = format!("{}\n{}", said.subject, said.text);
                assert_eq!(telling_word(&whole), None, "{whole}");
                let due = texts(language).day(&day(27));
                for part in [due.as_str(), "https://berichten.example.nl", "4F6F-0F0B-1C11", "Postbus 1234"] {
                    assert!(whole.contains(part), "{part} in {whole}");
                }
                assert!(!whole.contains('{'), "{whole}");
            }
        }
    }

    #[test]
    fn a_repeated_letter_has_the_same_bytes() {
        let bytes = || pdf(letter(Language::Nl, ""), vec!["J. Proef".to_owned(), "Proeflaan 1".to_owned()]);
        assert_eq!(bytes().expect("a letter"), bytes().expect("a letter"));
    }

    #[test]
    fn the_window_shows_a_name_and_an_address_the_post_can_bring_it_to() {
        let dutch = Address::Dutch {
            street: "Proeflaan".to_owned(),
            house_number: 12,
            house_number_suffix: Some("bis".to_owned()),
            postcode: "9999XZ".to_owned(),
            city: "Proefstad".to_owned(),
        };
        let lines = addressee(&name(), &dutch).expect("an address");
        assert_eq!(lines, ["Joris van Proefpersoon", "Proeflaan 12 bis", "9999 XZ  PROEFSTAD"]);
        let foreign = Address::Foreign { country: "ES".to_owned(), lines: vec!["Calle Ejemplo 1 ".to_owned()] };
        let lines = addressee(&name(), &foreign).expect("an address");
        assert_eq!(lines, ["Joris van Proefpersoon", "Calle Ejemplo 1", "SPAIN"]);
        let (place, municipality) = ("Nachtopvang, Proefplein".to_owned(), "Proefstad".to_owned());
        let nowhere = Address::NoFixedAbode { usual_place: place.clone(), municipality: municipality.clone() };
        assert_eq!(addressee(&name(), &nowhere), None);
        assert_eq!(addressee(&name(), &Address::Location { description: place, municipality }), None);
    }

    #[test]
    fn a_return_address_that_tells_is_refused() {
        assert!(ReturnAddress::parse("Zedenregister, Postbus 1").is_err());
        assert!(ReturnAddress::parse("Postbus 1\nProefstad").is_err());
        assert_eq!(ReturnAddress::parse(""), Ok(ReturnAddress::default()));
    }
}
