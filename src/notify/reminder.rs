//! The text of a reminder: a day, a link and a reference. The same for every kind of duty, so that nothing can be
//! read from it.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::settings::{SetupError, must_be_neutral};
use crate::vocabulary::Language;

/// Subject and text of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Plain text with `\n` at the ends of lines.
    pub text: String,
}

/// What every reminder of an installation says beside the day and the reference.
#[derive(Debug, Clone)]
pub struct Wording {
    pub(super) link: String,
    pub(super) help_nl: String,
    pub(super) help_en: String,
}

impl Wording {
    /// `link` is where people sign in. `help_line` is a telephone number; empty: the reader's usual contact.
    ///
    /// # Errors
    /// When one of them tells what the sender is, or breaks the line.
    pub fn new(link: &str, help_line: &str) -> Result<Self, SetupError> {
        for (name, text) in [("the link", link), ("the help line", help_line)] {
            if text.chars().any(char::is_control) {
                return Err(SetupError::Line { what: name });
            }
            must_be_neutral(name, text)?;
        }
        let (help_nl, help_en) = if help_line.is_empty() {
            (
                "Neem dan contact op met uw vaste contactpersoon.".to_owned(),
                "Then get in touch with your usual contact.".to_owned(),
            )
        } else {
            (format!("Bel dan {help_line}."), format!("Then call {help_line}."))
        };
        Ok(Self { link: link.to_owned(), help_nl, help_en })
    }

    /// The reminder of a duty that is due on `due`, written on `today` (the legal day).
    ///
    /// # Errors
    /// Never for templates that compiled; the template engine cannot promise it.
    pub fn reminder(
        &self,
        language: Language,
        reference: &str,
        due: NaiveDate,
        today: NaiveDate,
    ) -> Result<Rendered, askama::Error> {
        let (link, today) = (self.link.as_str(), due == today);
        let (subject, text) = match language {
            Language::Nl => {
                let day = day_nl(due);
                let text = ReminderNl { day: &day, today, link, help: &self.help_nl, reference }.render()?;
                (format!("Herinnering voor {day} (kenmerk {reference})"), text)
            }
            Language::En => {
                let day = day_en(due);
                let text = ReminderEn { day: &day, today, link, help: &self.help_en, reference }.render()?;
                (format!("Reminder for {day} (reference {reference})"), text)
            }
        };
        Ok(Rendered { subject, text })
    }
}

#[derive(Template)]
#[template(path = "mail/reminder.nl.txt")]
struct ReminderNl<'a> {
    day: &'a str,
    today: bool,
    link: &'a str,
    help: &'a str,
    reference: &'a str,
}

#[derive(Template)]
#[template(path = "mail/reminder.en.txt")]
struct ReminderEn<'a> {
    day: &'a str,
    today: bool,
    link: &'a str,
    help: &'a str,
    reference: &'a str,
}

/// What a person can read out on the telephone to say which message they mean: `4F6F-0F0B-1C11`, the random end of the
/// id of the reminder or referral.
pub fn reference(id: &str) -> String {
    let tail = id.rsplit('-').next().unwrap_or_default().to_ascii_uppercase();
    let groups: Vec<&str> = (0..tail.len()).step_by(4).filter_map(|at| tail.get(at..at + 4)).collect();
    groups.join("-")
}

fn day_nl(day: NaiveDate) -> String {
    const DAYS: [&str; 7] = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];
    const MONTHS: [&str; 12] = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ];
    written(day, DAYS, MONTHS)
}

fn day_en(day: NaiveDate) -> String {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    written(day, DAYS, MONTHS)
}

fn written(day: NaiveDate, days: [&str; 7], months: [&str; 12]) -> String {
    let weekday = days.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    let month = months.get(day.month0() as usize).copied().unwrap_or_default();
    format!("{weekday} {} {month} {}", day.day(), day.year())
}

#[cfg(test)]
mod tests {
    use super::super::neutral::telling_word;
    use super::*;
    use crate::ids::ReminderId;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).expect("a day")
    }

    fn wording() -> Wording {
        Wording::new("https://berichten.example.nl/", "088 000 00 00").expect("neutral")
    }

    #[test]
    fn it_carries_the_day_the_link_and_the_reference_and_fits_both_languages() {
        let id: ReminderId = "0190b7a2-6c1e-7d5a-9c43-4f6f0f0b1c11".parse().expect("an id");
        assert_eq!(reference(id.as_str()), "4F6F-0F0B-1C11");
        for (language, written) in
            [(Language::Nl, "vrijdag 27 november 2026"), (Language::En, "Friday 27 November 2026")]
        {
            let rendered = wording().reminder(language, &reference(id.as_str()), day(27), day(26)).expect("a text");
            assert!(rendered.subject.contains(written) && rendered.subject.contains("4F6F-0F0B-1C11"));
            for part in [written, "4F6F-0F0B-1C11", "https://berichten.example.nl/", "088 000 00 00"] {
                assert!(rendered.text.contains(part), "{part} in {}", rendered.text);
            }
            assert!(!rendered.text.contains('{'), "a template that was filled in");
        }
    }

    #[test]
    fn on_the_day_itself_it_says_so() {
        let text = |today| wording().reminder(Language::Nl, "X", day(27), today).expect("a text").text;
        assert!(text(day(27)).contains("dat is vandaag"));
        assert!(!text(day(26)).contains("vandaag"));
    }

    #[test]
    fn no_text_tells_what_the_sender_is() {
        for help in ["", "088 000 00 00"] {
            let wording = Wording::new("https://berichten.example.nl/", help).expect("neutral");
            for &language in Language::ALL {
                for today in [day(26), day(27)] {
                    let rendered = wording.reminder(language, "4F6F-0F0B-1C11", day(27), today).expect("a text");
                    let whole = format!("{}\n{}", rendered.subject, rendered.text);
                    assert_eq!(telling_word(&whole), None, "{whole}");
                }
            }
        }
    }

    #[test]
    fn a_link_or_help_line_that_tells_is_refused() {
        assert!(Wording::new("https://zedenregister.nl/", "").is_err());
        assert!(Wording::new("https://example.nl/", "de reclassering").is_err());
        assert!(Wording::new("https://example.nl/\r\nx", "").is_err());
    }
}
