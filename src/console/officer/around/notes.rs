//! Notes on a file. Of a sensitive one, whoever may not open it sees that there is one, by whom and when.

use askama::Template;
use chrono_tz::Tz;
use rocket::get;

use super::{Colleagues, PAGE, just_done, offered};
use crate::access::Action;
use crate::console::answer::{Answer, Shown};
use crate::console::officer::act::Act;
use crate::console::officer::bar::{Bar, Head, Tab};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::{NoteId, RegistrationId};
use crate::register::Refusal;
use crate::register::around::notes::{self, NotePage, NoteView};
use crate::texts::texts;

#[derive(Template)]
#[template(path = "officer/around/notes.html")]
struct NotesPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    acts: Vec<Act>,
    /// Whether whoever looks may write.
    writes: bool,
    notes: NotePage,
    names: Colleagues,
    done: Option<Act>,
}

impl NotesPage {
    /// The note it corrects, when it stands on this page.
    fn corrected(&self, note: &NoteView) -> Option<&NoteView> {
        self.notes.items.iter().find(|other| Some(other.id) == note.corrects)
    }
}

#[get("/registrations/<id>/notes?<done>&<after>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>, after: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let after: Option<NoteId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let Head { bar, .. } = Head::read(&staff, id, Tab::Notes, t).await?;
    let notes = notes::list(staff.app(), &staff.ctx(), id, after, PAGE).await?;
    let names = Colleagues::read(&staff, notes.items.iter().map(|one| one.written_by)).await?;
    Answer::page(&NotesPage {
        page: Page::titled(&staff, format!("/console/registrations/{id}/notes"), t.one("around.notesTitle", &bar.name)),
        zone: bar.registration.regime.zone(),
        acts: offered(&bar, &[Act::AddNote]),
        writes: bar.may(Action::NoteAdd),
        bar,
        notes,
        names,
        done: just_done(done),
    })
}
