//! Whose work it is: how much everybody has, and handing a whole caseload over.

use std::collections::HashMap;

use rocket::{State, get, post};

use crate::access::colleagues;
use crate::console::answer::{Answer, Shown};
use crate::console::ask::{Ask, Next, Sent};
use crate::console::checks::Checks;
use crate::console::form::Builder;
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::AccountId;
use crate::register::review::caseload::{self, HandOver, OfficerLoad};
use crate::register::{FieldError, Refusal};
use crate::texts::{Texts, texts};
use crate::vocabulary::HandOverReason;

/// An officer with what they have.
pub struct Officer {
    /// The name.
    pub name: String,
    /// What they have.
    pub load: OfficerLoad,
    /// Open flags.
    pub flags: i64,
}

impl Officer {
    /// The name with how much it is, to choose by.
    pub fn label(&self, t: &Texts) -> String {
        let load = t.two("caseload.load", self.load.registrations, self.flags);
        let late = match self.load.overdue {
            0 => String::new(),
            overdue => format!(", {}", t.one("caseload.overdue", overdue)),
        };
        let away = if self.load.present { String::new() } else { format!(", {}", t.say("caseload.absent")) };
        format!("{}: {load}{late}{away}", self.name)
    }
}

/// Everybody of the lead's team with what they have, the busiest first.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody but a lead.
pub async fn officers(staff: &Staff<'_>) -> Result<Vec<Officer>, Refusal> {
    let (app, ctx) = (staff.app(), staff.ctx());
    let load = caseload::workload(app, &ctx).await?;
    let ids: Vec<AccountId> = load.items.iter().map(|officer| officer.account_id).collect();
    let mut names: HashMap<AccountId, String> = colleagues::names(app, &ctx, ids).await?;
    let named = |load: OfficerLoad| {
        let flags = load.flags.iter().map(|of| of.count).sum();
        Some(Officer { name: names.remove(&load.account_id)?, flags, load })
    };
    Ok(load.items.into_iter().filter_map(named).collect())
}

/// The officers to choose from, each with what they have.
pub fn choices(t: &Texts, officers: &[Officer]) -> Vec<(String, String)> {
    officers.iter().map(|officer| (officer.load.account_id.to_string(), officer.label(t))).collect()
}

/// The reasons to choose from.
pub fn reasons() -> Vec<&'static str> {
    HandOverReason::ALL.iter().map(|reason| reason.as_str()).collect()
}

const PLACE: &str = "/console/team/hand-over";

async fn ask(staff: &Staff<'_>, values: &Posted, faults: &[FieldError]) -> Result<Ask, Refusal> {
    let t = texts(staff.language);
    let all = choices(t, &officers(staff).await?);
    let mut form = Builder::new(t, values, faults);
    form.select("fromId", &all).select("toId", &all);
    form.radios_as("reason", "handOverReason", "handOverReason", &reasons());
    let about = vec![t.say("caseload.handOverAbout").to_owned()];
    Ok(Ask::new(Page::of(staff, PLACE, "caseload.handOver"), form.finish(), about, PLACE.to_owned(), "/console/team"))
}

#[get("/team/hand-over?<from>")]
pub async fn start(staff: Staff<'_>, from: Option<&str>) -> Shown {
    let mut values = Posted::default();
    if let Some(from) = from {
        values.put("fromId", from);
    }
    ask(&staff, &values, &[]).await?.fill()
}

#[post("/team/hand-over", data = "<posted>")]
pub async fn hand_over(staff: Staff<'_>, checks: &State<Checks>, posted: Posted) -> Shown {
    let sent = Sent::of(posted);
    let faults = match sent.next(checks, "HandOver") {
        Next::Fill(faults) => faults,
        Next::Check => return ask(&staff, &sent.values, &[]).await?.check(&sent),
        Next::Act => {
            let asked: HandOver = sent.input()?;
            let ctx = staff.ctx_once(&sent.key, &format!("hand over\0{}", sent.body));
            match caseload::hand_over(staff.app(), &ctx, asked).await {
                Ok(done) => {
                    return Ok(Answer::go(format!("/console/team?files={}&flags={}", done.registrations, done.flags)));
                }
                Err(Refusal::Invalid(faults)) => faults,
                Err(other) => return Err(other.into()),
            }
        }
    };
    ask(&staff, &sent.values, &faults).await?.fill()
}
