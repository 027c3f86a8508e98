//! The worklist of signals for the desk, and one signal with what can be done with it now.

use askama::Template;
use chrono_tz::Tz;
use rocket::{get, post};

use crate::access::{Action, decide_without_subject};
use crate::console::answer::{Answer, Shown};
use crate::console::page::Page;
use crate::console::posted::Posted;
use crate::console::visit::Staff;
use crate::ids::MeasureId;
use crate::instruments::signals::CloseReason;
use crate::measures::signals::{
    self, CloseSignal, DemandReporter, MatchSignal, SignalReasons, SignalStep, SignalView, take_step,
};
use crate::register::Refusal;
use crate::vocabulary::Regime;

/// Entries on a page.
const PAGE: i64 = 50;
/// The shortest reasons that are accepted.
const SHORTEST: usize = 3;

#[derive(Template)]
#[template(path = "officer/signals.html")]
struct SignalsPage {
    page: Page,
    items: Vec<SignalView>,
    next: Option<MeasureId>,
}

#[get("/signals?<after>")]
pub async fn list(staff: Staff<'_>, after: Option<&str>) -> Shown {
    let after: Option<MeasureId> = after.map(str::parse).transpose().map_err(|_| Refusal::NotFound)?;
    // What waits comes first on the page that is opened first; what is closed is found from the file.
    let open = ["received", "in_triage", "matched"].map(str::to_owned).to_vec();
    let found = signals::list(staff.app(), &staff.ctx(), open, after, PAGE).await?;
    let page = Page::of(&staff, "/console/signals", "signals.title");
    Answer::page(&SignalsPage { page, items: found.items, next: found.next })
}

#[derive(Template)]
#[template(path = "officer/signal.html")]
struct SignalPage {
    page: Page,
    zone: Tz,
    signal: SignalView,
    judges: bool,
    demands: bool,
    done: bool,
}

impl SignalPage {
    fn is(&self, state: &str) -> bool {
        self.signal.state == state
    }
}

#[get("/signals/<id>?<done>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>) -> Shown {
    let id: MeasureId = id.parse().map_err(|_| Refusal::NotFound)?;
    let ctx = staff.ctx();
    let signal = signals::read(staff.app(), &ctx, id).await?;
    let may = |action| decide_without_subject(&ctx.actor, action, ctx.purpose).allowed().is_ok();
    Answer::page(&SignalPage {
        page: Page::of(&staff, format!("/console/signals/{id}"), "signals.one"),
        zone: Regime::NlPilot.zone(),
        signal,
        judges: may(Action::SignalJudge),
        demands: may(Action::SignalDemandReporter),
        done: done.is_some(),
    })
}

#[post("/signals/<id>", data = "<posted>")]
pub async fn step(staff: Staff<'_>, id: &str, posted: Posted) -> Shown {
    let id: MeasureId = id.parse().map_err(|_| Refusal::NotFound)?;
    let version = posted.text("version").parse().map_err(|_| Refusal::VersionMoved)?;
    let step = asked(&posted)?;
    take_step(staff.app(), &staff.ctx(), id, version, step).await?;
    Ok(Answer::go(format!("/console/signals/{id}?done=1")))
}

/// What the button says, with what was typed beside it.
fn asked(posted: &Posted) -> Result<SignalStep, Refusal> {
    let reasons = || {
        let typed = posted.text("reasons").trim();
        match typed.chars().count() >= SHORTEST {
            true => Ok(typed.to_owned()),
            false => Err(Refusal::field("/reasons", "required", "Say why.")),
        }
    };
    Ok(match posted.text("step") {
        "take_up" => SignalStep::TakeUp,
        "match" => SignalStep::Match(MatchSignal {
            registration_id: posted.text("registrationId").trim().parse().map_err(|_| {
                Refusal::field("/registrationId", "no_such_registration", "There is no such registration in force.")
            })?,
            reasons: reasons()?,
        }),
        "unmatch" => SignalStep::Unmatch(SignalReasons { reasons: reasons()? }),
        "close" => {
            let told = posted.text("reason");
            let reason = CloseReason::ALL.iter().copied().find(|reason| reason.as_str() == told);
            let reason = reason.ok_or_else(|| Refusal::field("/reason", "required", "Choose a reason."))?;
            SignalStep::Close(CloseSignal { reason, reasons: reasons()? })
        }
        "reopen" => SignalStep::Reopen(SignalReasons { reasons: reasons()? }),
        "forget" => SignalStep::ForgetReporter,
        "demand" => SignalStep::DemandReporter(DemandReporter { provision: reasons()? }),
        _ => return Err(Refusal::NotFound),
    })
}
