//! Disputing a fact, and appealing against a rejection: the same for a registrant and for an officer who does it for
//! somebody. Also a dispute as people read it, with what became of it.

mod told;

pub use told::{Told, told};

use super::answer::{Answer, Fault, Shown};
use super::ask::{Ask, Next, Sent};
use super::checks::Checks;
use super::facts;
use super::form::{Builder, Control, Form};
use super::page::Page;
use super::posted::Posted;
use super::visit::Member;
use crate::ids::{DisputeId, RegistrationId};
use crate::register::review::dispute::{self, DisputeView};
use crate::register::review::{DisputeAct, Reason};
use crate::register::view;
use crate::register::{FieldError, Refusal};
use crate::texts::texts;
use crate::vocabulary::Role;

/// Where it is done.
pub struct Place<'r> {
    /// Who does it.
    pub member: Member<'r>,
    /// In which registration.
    pub registration: RegistrationId,
    /// What addresses begin with: `/mijn` or the file's.
    pub base: String,
    /// Whose registration it is, when it is somebody else's.
    pub lead: Option<String>,
    /// Where one comes from.
    pub back: String,
}

impl Place<'_> {
    /// The key of a text, in the words for whom it is.
    fn key(&self, of: &str) -> String {
        let area = if self.member.actor().role == Role::Registrant { "disputeOwn" } else { "disputeFor" };
        format!("{area}.{of}")
    }

    fn ask(&self, of: &str, action: String, form: Form, version: i64) -> Ask {
        let t = texts(self.member.language);
        let page = Page::titled(&self.member, action.clone(), t.say(&self.key(of)).to_owned());
        let about = vec![t.say(&self.key(&format!("{of}About"))).to_owned()];
        Ask { lead: self.lead.clone(), version, ..Ask::new(page, form, about, action, self.back.clone()) }
    }

    async fn raising(&self, values: &Posted, faults: &[FieldError]) -> Result<Ask, Refusal> {
        let t = texts(self.member.language);
        let known = view::facts(self.member.app(), &self.member.ctx(), self.registration).await?;
        let mut form = Builder::new(t, values, faults);
        form.select("factId", &facts::choices(t, &known));
        form.field_as("reason", "disputeReason", Control::Area);
        Ok(self.ask("raise", format!("{}/dispute", self.base), form.finish(), 0))
    }

    fn appealing(&self, one: &DisputeView, values: &Posted, faults: &[FieldError]) -> Ask {
        let mut form = Builder::new(texts(self.member.language), values, faults);
        form.field_as("reason", "appealReason", Control::Area);
        self.ask("appeal", format!("{}/disputes/{}/appeal", self.base, one.id), form.finish(), one.version)
    }

    fn then(&self, made: &DisputeView, done: &str) -> Answer {
        Answer::go(format!("{}/disputes/{}?done={done}", self.base, made.id))
    }

    /// A dispute of the registration.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is none with this id.
    pub async fn find(&self, id: &str) -> Result<DisputeView, Refusal> {
        let id: DisputeId = id.parse().map_err(|_| Refusal::NotFound)?;
        let all = dispute::list(self.member.app(), &self.member.ctx(), self.registration).await?;
        all.items.into_iter().find(|one| one.id == id).ok_or(Refusal::NotFound)
    }
}

/// The empty form, with the fact chosen that one came from.
///
/// # Errors
/// 404 for whoever cannot dispute anything here.
pub async fn start(place: &Place<'_>, fact: Option<&str>) -> Shown {
    let known = dispute::list(place.member.app(), &place.member.ctx(), place.registration).await?;
    if !known.possible.contains(&DisputeAct::Raise) {
        return Err(Refusal::NotFound.into());
    }
    let mut values = Posted::default();
    if let Some(wanted) = fact {
        let filed = view::facts(place.member.app(), &place.member.ctx(), place.registration).await?;
        values.put("factId", facts::chosen(&filed, wanted).unwrap_or_default());
    }
    place.raising(&values, &[]).await?.fill()
}

/// Disputes a fact: filled in, checked, sent. Sent twice, it is one dispute.
pub async fn raise(place: &Place<'_>, checks: &Checks, posted: Posted) -> Shown {
    let sent = Sent::of(posted);
    match sent.next(checks, "DisputeInput") {
        Next::Fill(faults) => place.raising(&sent.values, &faults).await?.fill(),
        Next::Check => place.raising(&sent.values, &[]).await?.check(&sent),
        Next::Act => {
            let ctx = place.member.ctx_once(&sent.key, &format!("dispute\0{}\0{}", place.registration, sent.body));
            match dispute::raise(place.member.app(), &ctx, place.registration, sent.input()?).await {
                Ok(made) => Ok(place.then(&made, "raise")),
                Err(Refusal::Invalid(faults)) => place.raising(&sent.values, &faults).await?.fill(),
                Err(other) => Err(other.into()),
            }
        }
    }
}

/// The empty form of an appeal; 404 when there is nothing to appeal against.
pub async fn start_appeal(place: &Place<'_>, id: &str) -> Shown {
    let one = may(place, id, DisputeAct::Appeal).await?;
    place.appealing(&one, &Posted::default(), &[]).fill()
}

/// Appeals: filled in, checked, sent.
pub async fn appeal(place: &Place<'_>, checks: &Checks, id: &str, posted: Posted) -> Shown {
    let sent = Sent::of(posted);
    let one = place.find(id).await?;
    // The version that was read first: what somebody else did meanwhile must not be overlooked.
    let asked = |faults: &[FieldError]| Ask { version: sent.version, ..place.appealing(&one, &sent.values, faults) };
    match sent.next(checks, "Reason") {
        Next::Fill(faults) => asked(&faults).fill(),
        Next::Check => asked(&[]).check(&sent),
        Next::Act => {
            let ctx = place.member.ctx_once(&sent.key, &format!("appeal\0{}\0{}", one.id, sent.body));
            let reason: Reason = sent.input()?;
            let (app, registration) = (place.member.app(), place.registration);
            match dispute::appeal(app, &ctx, registration, one.id, sent.version, reason).await {
                Ok(made) => Ok(place.then(&made, "appeal")),
                Err(Refusal::Invalid(faults)) => asked(&faults).fill(),
                Err(other) => Err(other.into()),
            }
        }
    }
}

/// The dispute, when this can be done with it now.
///
/// # Errors
/// 404 otherwise.
pub async fn may(place: &Place<'_>, id: &str, act: DisputeAct) -> Result<DisputeView, Fault> {
    let one = place.find(id).await?;
    if one.possible.contains(&act) { Ok(one) } else { Err(Refusal::NotFound.into()) }
}
