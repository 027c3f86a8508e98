//! A referral as the authority reads it before which it was put: who, what was not reported and why it had to be, the
//! evidence, what was decided here; and what the authority can do with it.

use std::collections::HashMap;

use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::flag::{Sent, forms};
use super::person::flag_tone;
use super::step::{Around, Step};
use super::walk::{self, Walk};
use crate::access::colleagues;
use crate::console::form::{Control, Form, Part, Wrong};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::{AccountId, FlagId, ReferralId};
use crate::notify::reminder::reference;
use crate::register::Refusal;
use crate::register::review::{self, FlagStory};
use crate::register::view::{self, FlagDetail, RegistrationView};
use crate::texts::texts;
use crate::vocabulary::{DeliveryChannel, FlagState};

/// The page.
#[derive(Template)]
#[template(path = "officer/referral.html")]
pub struct ReferralPage {
    page: Page,
    walk: Walk,
    zone: Tz,
    today: NaiveDate,
    registration: RegistrationView,
    /// The name of the person.
    pub name: String,
    flag: FlagDetail,
    story: FlagStory,
    names: HashMap<AccountId, String>,
    why: Vec<String>,
    /// What can be done.
    pub forms: Vec<(Step, Form)>,
    wrong: Vec<Wrong>,
    /// What was just done.
    pub done: Option<Step>,
}

impl ReferralPage {
    /// Reads everything on the page.
    ///
    /// # Errors
    /// Whatever keeps the reader from it.
    pub async fn read(staff: &Staff<'_>, id: FlagId, sent: Option<Sent<'_>>) -> Result<Self, Refusal> {
        let t = texts(staff.language);
        let (app, ctx) = (staff.app(), staff.ctx());
        let flag = view::flag(app, &ctx, id).await?;
        let (registration, story) = rocket::tokio::try_join!(
            view::registration(app, &ctx, flag.summary.registration_id),
            review::story(app, &ctx, id),
        )?;
        let people = story.steps.iter().filter_map(|step| step.actor_id).collect();
        let names = colleagues::names(app, &ctx, people).await?;
        let around = Around { flag: &flag, given: &[], others: &[], facts: &[], officers: &[], t };
        let (forms, wrong) = forms(&story.possible, sent, &around);
        let zone = registration.regime.zone();
        let name = registration.name.full();
        let address = walk::of_flag(id);
        Ok(Self {
            walk: Walk::of(staff, &address),
            page: Page::titled(staff, address, t.one("referral.title", &name)),
            zone,
            today: ctx.today(zone),
            why: flag.duty.explanation.in_language(staff.language).to_vec(),
            registration,
            name,
            flag,
            story,
            names,
            forms,
            wrong,
            done: None,
        })
    }

    fn tone(&self, state: &FlagState) -> &'static str {
        flag_tone(*state)
    }

    fn who(&self, id: &Option<AccountId>) -> &str {
        match id {
            Some(id) => self.names.get(id).map_or_else(|| self.page.t.say("word.unknown"), String::as_str),
            None => self.page.t.say("flag.program"),
        }
    }

    fn reference(&self, referral: &ReferralId) -> String {
        reference(referral.as_str())
    }
}
