//! Beside the register: risk assessments, convictions from abroad and the signals that were matched to a file. Each shows what
//! its use case answers; nothing here is a fact of the file.

use askama::Template;
use rocket::get;

use super::act::Act;
use super::around::{just_done, offered};
use super::bar::{Bar, Head, Tab};
use super::when;
use crate::access::Action;
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::RegistrationId;
use crate::instruments::convictions::RecordState;
use crate::instruments::risk::InstrumentCode;
use crate::measures::convictions::{self, ForeignConvictionPage};
use crate::measures::risk::{self, RiskAssessmentPage};
use crate::measures::signals::{self, SignalPage};
use crate::register::Refusal;
use crate::texts::texts;

/// Entries of each kind.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "officer/beside.html")]
struct BesidePage {
    page: Page,
    bar: Bar,
    /// Each absent for whoever may not read it.
    risk: Option<RiskAssessmentPage>,
    convictions: Option<ForeignConvictionPage>,
    signals: Option<SignalPage>,
    acts: Vec<Act>,
    done: Option<Act>,
}

impl BesidePage {
    /// Whether whoever looks may do this.
    fn offers(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }
}

#[get("/registrations/<id>/beside?<done>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let Head { bar, .. } = Head::read(&staff, id, Tab::Beside, t).await?;
    let (risk, convictions, signals) = rocket::tokio::try_join!(
        when(bar.may(Action::RiskAssessmentRead), risk::list(app, &ctx, id, None, SHOWN)),
        when(bar.may(Action::ForeignConvictionRead), convictions::list(app, &ctx, id, None, SHOWN)),
        when(bar.may(Action::SignalReadMatched), signals::of_file(app, &ctx, id, None, SHOWN)),
    )?;
    let title = t.one("beside.title", &bar.name);
    let page = Page::titled(&staff, format!("/console/registrations/{id}/beside"), title);
    let acts = offered(&bar, &[Act::AssessRisk, Act::AddConviction, Act::VerifyConviction]);
    Answer::page(&BesidePage { page, bar, risk, convictions, signals, acts, done: just_done(done) })
}
