//! The complete file: everything at once, to read, to print and to keep.

use askama::Template;
use chrono_tz::Tz;
use rocket::get;

use super::receipts::kind_of;
use super::{access, mine};
use crate::console::answer::{Answer, Shown};
use crate::console::form::{Builder, Section, from_json};
use crate::console::page::Page;
use crate::console::visit::Registrant;
use crate::register::Refusal;
use crate::register::view::{AccessEntry, NotificationDetail};
use crate::rights::complete_file::{self, CompleteFile, GivenNotification};
use crate::vocabulary::Regime;

#[derive(Template)]
#[template(path = "mijn/file.html")]
struct FilePage {
    page: Page,
    zone: Tz,
    file: CompleteFile,
    /// What was reported, in the words of the form.
    given: Vec<Given>,
}

impl FilePage {
    fn about(&self, entry: &AccessEntry) -> &str {
        access::about(&self.page, entry)
    }
}

/// A notification with the answers that were given.
struct Given {
    detail: NotificationDetail,
    sections: Vec<Section>,
}

#[get("/file")]
pub async fn page(registrant: Registrant<'_>) -> Shown {
    let id = mine(&registrant).await?;
    let file = complete_file::read(registrant.app(), &registrant.ctx(), id).await?;
    let page = Page::of(&registrant, "/mijn/file", "fileOwn.title");
    let answers = |detail: NotificationDetail| {
        let values = from_json(&detail.content);
        let mut form = Builder::new(page.t, &values, &[]);
        kind_of(&detail).ask(&mut form, false);
        let sections = form.finish().answers();
        Given { detail, sections }
    };
    let of = |given: &GivenNotification| NotificationDetail {
        summary: given.summary.clone(),
        content: given.content.clone(),
    };
    let given = file.notifications.iter().map(of).map(answers).collect();
    Answer::page(&FilePage { page, zone: Regime::NlPilot.zone(), file, given })
}

#[get("/file/download")]
pub async fn download(registrant: Registrant<'_>) -> Shown {
    let id = mine(&registrant).await?;
    let file = complete_file::read(registrant.app(), &registrant.ctx(), id).await?;
    let text = serde_json::to_string_pretty(&file).map_err(|error| Refusal::Keys(error.to_string()))?;
    Ok(Answer::File { name: "dossier.json".to_owned(), text })
}
