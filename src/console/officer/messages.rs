//! What the messages of this installation say, as they leave the house: the same templates and settings, with a day and a
//! reference made up for it. Nothing of anybody is in it, so everybody who works here may look.

use askama::Template;
use chrono::Days;
use rocket::get;

use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::notify::letter::{OnPaper, as_text};
use crate::notify::reminder::{Rendered, reference};
use crate::notify::{LetterSettings, MailSettings};
use crate::register::Refusal;
use crate::vocabulary::{Language, Regime};

/// The end of an id that no message has.
const MADE_UP: &str = "000000000000";
/// Days before its due date on which the early reminder is shown.
const AHEAD: u64 = 3;

/// One message: the key of its name, its language where it has one, and what it says.
struct Preview {
    name: &'static str,
    language: Option<Language>,
    content: Rendered,
}

impl Preview {
    /// For a screen reader; a message in both languages is read in that of the page.
    fn spoken(&self) -> String {
        self.language.map(|language| language.to_string()).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "officer/messages.html")]
struct MessagesPage {
    page: Page,
    from: String,
    letters_leave: bool,
    previews: Vec<Preview>,
}

#[get("/messages")]
pub async fn page(staff: Staff<'_>) -> Shown {
    let app = staff.app();
    let settings = MailSettings::from(&app.config.mail);
    let today = app.clock.now().today(Regime::NlPilot.zone());
    let letters = LetterSettings::from(&app.config.letters);
    let previews = previews(&settings, &letters, today).map_err(|why| Refusal::Rules(format!("a message: {why}")))?;
    let page = Page::of(&staff, "/console/messages", "messages.title");
    Answer::page(&MessagesPage { page, from: settings.from, letters_leave: app.config.letters.leave(), previews })
}

fn previews(
    settings: &MailSettings,
    letters: &LetterSettings,
    today: chrono::NaiveDate,
) -> Result<Vec<Preview>, Box<dyn std::error::Error + Send + Sync>> {
    let wording = settings.wording()?;
    let mark = reference(MADE_UP);
    let due = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    let mut previews = Vec::new();
    for &language in Language::ALL {
        for (name, on) in [("messages.before", due), ("messages.onTheDay", today)] {
            let content = wording.reminder(language, &mark, on, today)?;
            previews.push(Preview { name, language: Some(language), content });
        }
        let letter = wording.on_paper(OnPaper { language, reference: &mark, due, written: today }, &letters.back()?);
        previews.push(Preview { name: "messages.letter", language: Some(language), content: as_text(&letter) });
    }
    previews.push(Preview { name: "messages.notice", language: None, content: wording.notice(&mark)? });
    Ok(previews)
}
