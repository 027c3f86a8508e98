//! Absences and who stands in: an officer's own, and for a lead those of the team.

use std::collections::HashMap;

use askama::Template;
use rocket::{State, get, post};

use crate::access::colleagues;
use crate::console::answer::{Answer, Shown};
use crate::console::ask::{Ask, Next, Sent};
use crate::console::checks::Checks;
use crate::console::form::{Builder, Control};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::{AbsenceId, AccountId};
use crate::register::review::absence::{self, AbsenceInput, AbsenceView};
use crate::register::{FieldError, Refusal};
use crate::texts::texts;

#[derive(Template)]
#[template(path = "officer/absences.html")]
struct AbsencesPage {
    page: Page,
    absences: Vec<AbsenceView>,
    /// Whose absence whoever looks may record and take back.
    mine: Vec<AccountId>,
    names: HashMap<AccountId, String>,
    done: Option<String>,
}

impl AbsencesPage {
    fn who(&self, id: &AccountId) -> &str {
        self.names.get(id).map_or_else(|| self.page.t.say("word.unknown"), String::as_str)
    }

    fn may(&self, absence: &AbsenceView) -> bool {
        self.mine.contains(&absence.account_id)
    }
}

#[get("/absences?<done>")]
pub async fn list(staff: Staff<'_>, done: Option<&str>) -> Shown {
    let (app, ctx) = (staff.app(), staff.ctx());
    let (found, mine) = rocket::tokio::try_join!(absence::list(app, &ctx), absence::recordable(app, &ctx))?;
    let people = found.items.iter().flat_map(|one| std::iter::once(one.account_id).chain(one.cover_id)).collect();
    let names = colleagues::names(app, &ctx, people).await?;
    let page = Page::of(&staff, "/console/absences", "absence.title");
    let done = done.and_then(|done| page.t.find(&format!("absenceDone.{done}"))).map(str::to_owned);
    Answer::page(&AbsencesPage { page, absences: found.items, mine, names, done })
}

const PLACE: &str = "/console/absences/new";

async fn ask(staff: &Staff<'_>, values: &Posted, faults: &[FieldError]) -> Result<Ask, Refusal> {
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let mine = absence::recordable(app, &ctx).await?;
    let team = match staff.actor().team {
        Some(team) => colleagues::of_team(app, &ctx, team).await?,
        None => Vec::new(),
    };
    let choice = |(id, name): &(AccountId, String)| (id.to_string(), name.clone());
    let mut form = Builder::new(t, values, faults);
    match mine.as_slice() {
        [only] => form.hidden("accountId", only.to_string()),
        several => {
            let of: Vec<_> = team.iter().filter(|(id, _)| several.contains(id)).map(choice).collect();
            form.select("accountId", &of);
        }
    }
    form.field_as("from", "absenceFrom", Control::Date);
    form.field_as("until", "absenceUntil", Control::Date);
    form.select("coverId", &team.iter().map(choice).collect::<Vec<_>>()).optional();
    let about = vec![t.say("absence.about").to_owned()];
    Ok(Ask::new(Page::of(staff, PLACE, "absence.new"), form.finish(), about, PLACE.to_owned(), "/console/absences"))
}

#[get("/absences/new")]
pub async fn start(staff: Staff<'_>) -> Shown {
    ask(&staff, &Posted::default(), &[]).await?.fill()
}

#[post("/absences/new", data = "<posted>")]
pub async fn record(staff: Staff<'_>, checks: &State<Checks>, posted: Posted) -> Shown {
    let sent = Sent::of(posted);
    let faults = match sent.next(checks, "AbsenceInput") {
        Next::Fill(faults) => faults,
        Next::Check => return ask(&staff, &sent.values, &[]).await?.check(&sent),
        Next::Act => {
            let input: AbsenceInput = sent.input()?;
            let ctx = staff.ctx_once(&sent.key, &format!("absence\0{}", sent.body));
            match absence::record(staff.app(), &ctx, input).await {
                Ok(_) => return Ok(Answer::go("/console/absences?done=record")),
                Err(Refusal::Invalid(faults)) => faults,
                Err(other) => return Err(other.into()),
            }
        }
    };
    ask(&staff, &sent.values, &faults).await?.fill()
}

#[post("/absences/withdraw", data = "<posted>")]
pub async fn withdraw(staff: Staff<'_>, posted: Posted) -> Shown {
    let id: AbsenceId = posted.text("absence").parse().map_err(|_| Refusal::NotFound)?;
    absence::withdraw(staff.app(), &staff.ctx(), id).await?;
    Ok(Answer::go("/console/absences?done=withdraw"))
}
