//! Who somebody is, and the accidents of it: a lost password, representatives, the chain number, death, and two
//! registrations of one person.

use askama::Template;
use chrono_tz::Tz;
use rocket::get;

use super::{Colleagues, just_done, offered};
use crate::access::{Action, Subject};
use crate::console::answer::{Answer, Shown};
use crate::console::officer::act::Act;
use crate::console::officer::bar::{Bar, Head, Tab};
use crate::console::page::Page;
use crate::console::visit::Staff;
use crate::ids::{AccountId, RegistrationId};
use crate::register::Refusal;
use crate::register::identity::chain_number::{self, ChainNumbers};
use crate::register::identity::merge::{self, MergeView};
use crate::register::identity::representative::{self, RepresentativeView};
use crate::texts::texts;
use crate::vocabulary::{MergeState, PhysicalStatus};

#[derive(Template)]
#[template(path = "officer/around/identity.html")]
struct IdentityPage {
    page: Page,
    bar: Bar,
    zone: Tz,
    acts: Vec<Act>,
    /// Absent for whoever may not read them.
    representatives: Option<Vec<RepresentativeView>>,
    numbers: Option<ChainNumbers>,
    merges: Option<Vec<MergeView>>,
    names: Colleagues,
    done: Option<Act>,
}

impl IdentityPage {
    /// Whether whoever looks may do this.
    fn offers(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }

    fn is_dead(&self) -> bool {
        self.bar.registration.physical_status == PhysicalStatus::Deceased
    }

    /// What whoever looks may do with a merge as it stands.
    fn next_of(&self, merge: &MergeView) -> Option<Act> {
        let (act, asked_by) = match merge.state {
            MergeState::Proposed => (Act::DecideMerge, Some(merge.proposed_by)),
            MergeState::Merged => (Act::ProposeSplit, None),
            MergeState::SplitProposed => (Act::DecideSplit, merge.split_proposed_by),
            MergeState::Rejected | MergeState::Split => return None,
        };
        let subject = Subject { asked_by, ..self.bar.registration.subject() };
        self.bar.may_about(act.action(), &subject).then_some(act)
    }
}

#[get("/registrations/<id>/identity?<done>")]
pub async fn page(staff: Staff<'_>, id: &str, done: Option<&str>) -> Shown {
    let id: RegistrationId = id.parse().map_err(|_| Refusal::NotFound)?;
    let t = texts(staff.language);
    let (app, ctx) = (staff.app(), staff.ctx());
    let Head { bar, .. } = Head::read(&staff, id, Tab::Identity, t).await?;
    let representatives = match bar.may(Action::RepresentativeRead) {
        true => Some(representative::list(app, &ctx, id).await?.items),
        false => None,
    };
    let numbers = match bar.may(Action::ChainNumberRead) {
        true => Some(chain_number::read(app, &ctx, id).await?),
        false => None,
    };
    let merges = match bar.may(Action::MergeRead) {
        true => Some(merge::history(app, &ctx, id).await?.items),
        false => None,
    };
    let mut people: Vec<AccountId> = representatives.iter().flatten().map(|one| one.recorded_by).collect();
    people.extend(numbers.iter().flat_map(|numbers| &numbers.former).map(|one| one.replaced_by));
    people.extend(merges.iter().flatten().flat_map(|one| [Some(one.proposed_by), one.decided_by]).flatten());
    let names = Colleagues::read(&staff, people).await?;
    let acts = [
        Act::RenewCode,
        Act::AddRepresentative,
        Act::EndRepresentative,
        Act::ReplaceChainNumber,
        Act::RecordDeath,
        Act::CorrectDeath,
        Act::ProposeMerge,
    ];
    Answer::page(&IdentityPage {
        page: Page::titled(
            &staff,
            format!("/console/registrations/{id}/identity"),
            t.one("identityPage.title", &bar.name),
        ),
        zone: bar.registration.regime.zone(),
        acts: offered(&bar, &acts),
        bar,
        representatives,
        numbers,
        merges,
        names,
        done: just_done(done),
    })
}
