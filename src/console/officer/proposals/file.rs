//! The proposals about one person, and who was told of their journeys.

use askama::Template;
use rocket::get;

use super::list::desks;
use super::told::Told;
use crate::access::Action;
use crate::access::matrix::{Rule, rule};
use crate::console::answer::{Answer, Shown};
use crate::console::officer::bar::{Bar, Head, Tab};
use crate::console::officer::when;
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::RegistrationId;
use crate::proposals::passport::{self, PassportProposalList};
use crate::proposals::travel::{self, NoticeFilter};
use crate::proposals::warning::{self, WarningNoticeList};
use crate::register::Refusal;
use crate::texts::texts;
use crate::vocabulary::Role;

/// Notices shown.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "officer/proposals/file.html")]
struct FilePage {
    page: Page,
    bar: Bar,
    /// Each absent for whoever may not read it.
    passports: Option<PassportProposalList>,
    warnings: Option<WarningNoticeList>,
    told: Option<Vec<Told>>,
    drafts: bool,
    drafts_passports: bool,
    done: bool,
    back: String,
    /// No link to the file: one is there.
    opens: bool,
}

/// Whether the role ever does this; whether it may now is for the use case to say.
pub fn does(role: Role, action: Action) -> bool {
    rule(role, action) != Rule::No
}

/// Whether the role opens files, and not only what was put before it.
pub fn opens_files(role: Role) -> bool {
    !matches!(rule(role, Action::RegistrationRead), Rule::No | Rule::Sent)
}

#[get("/registrations/<id>/proposals?<done>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let Head { bar, .. } = Head::read(&staff, id, Tab::Proposals, t).await?;
    let filter = NoticeFilter { registration: Some(id), acknowledged: None, after: None, limit: SHOWN };
    let (passports, warnings, notices) = rocket::tokio::try_join!(
        when(bar.may(Action::PassportProposalRead), passport::list(app, &ctx, id)),
        when(bar.may(Action::WarningNoticeRead), warning::list(app, &ctx, id)),
        when(bar.may(Action::TravelNoticeRead), travel::notices(app, &ctx, filter)),
    )?;
    let desks = desks(&staff);
    let told = notices.map(|found| found.items.into_iter().rev().map(|notice| Told::of(t, notice, desks)).collect());
    let title = t.one("proposals.of", &bar.name);
    let drafts = bar.may(Action::WarningNoticeMake);
    let drafts_passports = bar.may(Action::PassportProposalMake);
    let back = "file".to_owned();
    let page = Page::titled(&staff, format!("/console/registrations/{id}/proposals"), title);
    Answer::page(&FilePage {
        page,
        bar,
        passports,
        warnings,
        told,
        drafts,
        drafts_passports,
        done: done.is_some(),
        back,
        opens: false,
    })
}
