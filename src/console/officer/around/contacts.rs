//! The contact log of a file.

use askama::Template;
use chrono_tz::Tz;
use rocket::get;

use super::{Colleagues, PAGE, just_done, offered};
use crate::console::answer::{Answer, Shown};
use crate::console::officer::act::Act;
use crate::console::officer::bar::{Bar, Head, Tab};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::{ContactId, RegistrationId};
use crate::register::Refusal;
use crate::register::around::contacts::{self, ContactPage};
use crate::texts::texts;

#[derive(Template)]
#[template(path = "officer/around/contacts.html")]
struct ContactsPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    acts: Vec<Act>,
    log: ContactPage,
    names: Colleagues,
    done: Option<Act>,
}

#[get("/registrations/<id>/contacts?<done>&<after>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>, after: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let after: Option<ContactId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let Head { bar, .. } = Head::read(&staff, id, Tab::Contacts, t).await?;
    let log = contacts::list(staff.app(), &staff.ctx(), id, after, PAGE).await?;
    let names = Colleagues::read(&staff, log.items.iter().map(|one| one.recorded_by)).await?;
    Answer::page(&ContactsPage {
        page: Page::titled(
            &staff,
            format!("/console/registrations/{id}/contacts"),
            t.one("around.contactsTitle", &bar.name),
        ),
        zone: bar.registration.regime.zone(),
        acts: offered(&bar, &[Act::AddContact]),
        bar,
        log,
        names,
        done: just_done(done),
    })
}
