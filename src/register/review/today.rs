//! What must I do today: the first page of an officer, a lead, or an authority.
//!
//! Two set-based questions, however much there is: the heads of the sections with their counts, and the names of the
//! people in them. A lead gets disputes and reports that wait for a decision besides; whoever supervises gets the home
//! visits of which nobody said yet what came, and what a cross-check with supervision found.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::policy::TermOf;
use super::why::Why;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{
    AccountId, DisputeId, FlagId, NotificationId, PersonId, RegistrationId, SupervisionFindingId, VisitId,
};
use crate::register::input::PersonName;
use crate::register::view::{Both, StoredNames};
use crate::register::{Refusal, unit};
use crate::store::Conn;
use crate::store::absences::absence_list_covered;
use crate::store::around::visits::{VisitRow, visit_list_to_log};
use crate::store::disputes::{DisputeRow, dispute_list_waiting};
use crate::store::notifications::notification_list_waiting;
use crate::store::persons::person_find_many;
use crate::store::rows::{NotificationRow, PersonRow};
use crate::store::supervision::findings::{FindingRow, finding_list_to_look_at};
use crate::store::worklist::{Whose, WorkQuery, WorkRow, work_list};
use crate::vault::Vault;
use crate::vocabulary::{FlagState, Purpose, Regime, Role, WorkSection};

/// Rows of each section on the first page.
pub const HEAD: i64 = 25;

/// The first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Today {
    /// The legal day it is about.
    pub on: NaiveDate,
    /// The section to open: the first that is not empty.
    pub open: WorkSection,
    /// Every section, in order.
    pub sections: Vec<Section>,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// Which.
    pub section: WorkSection,
    /// How much stands in it.
    pub total: i64,
    /// What stands first.
    pub items: Vec<WorkItem>,
    /// Where the rest of it starts; absent when there is no rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkItem {
    /// The flag; absent for anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag_id: Option<FlagId>,
    /// The home visit, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit_id: Option<VisitId>,
    /// The dispute, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute_id: Option<DisputeId>,
    /// The report whose time of receipt is to be decided on, when it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification_id: Option<NotificationId>,
    /// What a cross-check with supervision found, when it is that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding_id: Option<SupervisionFindingId>,
    /// The registration.
    pub registration_id: RegistrationId,
    /// Whose it is.
    pub name: PersonName,
    /// Where the flag is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<FlagState>,
    /// Who looks after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<AccountId>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Its version; 1 for a report, which has one only.
    pub version: i64,
    /// Why it stands here, as a code with parameters.
    pub why: Why,
    /// The same in one sentence.
    pub sentence: Both,
}

/// What was found, before it has a name.
enum Found {
    Flag(WorkRow),
    Dispute(Box<DisputeRow>, PersonId),
    Visit(Box<VisitRow>, PersonId),
    Finding(Box<FindingRow>, PersonId),
    /// With the last day of the term for deciding on it.
    Receipt(Box<NotificationRow>, PersonId, Option<NaiveDate>),
}

impl Found {
    const fn person(&self) -> PersonId {
        match self {
            Self::Flag(row) => row.person_id,
            Self::Dispute(_, person)
            | Self::Receipt(_, person, _)
            | Self::Visit(_, person)
            | Self::Finding(_, person) => *person,
        }
    }

    /// How many flags the section has; nothing for anything else.
    const fn total(&self) -> Option<i64> {
        match self {
            Self::Flag(row) => Some(row.total),
            Self::Dispute(..) | Self::Receipt(..) | Self::Visit(..) | Self::Finding(..) => None,
        }
    }

    fn section(&self, today: NaiveDate) -> WorkSection {
        match self {
            Self::Flag(row) => row.section,
            Self::Dispute(row, _) => by_day(row.due_on, today).unwrap_or(WorkSection::ThisWeek),
            // Somebody's duty counts as late until it is decided: never put off to later in the week.
            Self::Receipt(_, _, due) => match by_day(*due, today) {
                Some(WorkSection::Overdue) => WorkSection::Overdue,
                Some(_) | None => WorkSection::Today,
            },
            Self::Visit(..) => WorkSection::ToLog,
            // It has no term: it is there to be looked at.
            Self::Finding(..) => WorkSection::Today,
        }
    }

    fn named(self, name: PersonName, whose: &Whose, today: NaiveDate) -> WorkItem {
        let (registration_id, due_on, version, why) = match &self {
            Self::Flag(row) => (row.registration_id, row.due_on, row.version, Why::of(row, whose, today)),
            Self::Dispute(row, _) => (row.registration_id, row.due_on, row.version, Why::of_dispute(row)),
            Self::Receipt(row, _, due) => {
                (row.registration_id, *due, 1, Why::of_receipt(row.kind, row.received_on, *due))
            }
            Self::Visit(row, _) => (row.registration_id, Some(row.planned_on), row.version, Why::of_visit(row)),
            Self::Finding(row, _) => (row.registration_id, None, row.version, Why::of_finding(row.kind, row.from_on)),
        };
        let item = WorkItem {
            flag_id: None,
            visit_id: None,
            dispute_id: None,
            notification_id: None,
            finding_id: None,
            registration_id,
            name,
            state: None,
            owner_id: None,
            due_on,
            version,
            why,
            sentence: why.sentence(),
        };
        match self {
            Self::Flag(row) => {
                WorkItem { flag_id: Some(row.id), state: Some(row.state), owner_id: Some(row.owner_id), ..item }
            }
            Self::Dispute(row, _) => WorkItem { dispute_id: Some(row.id), ..item },
            Self::Receipt(row, ..) => WorkItem { notification_id: Some(row.id), ..item },
            Self::Visit(row, _) => WorkItem { visit_id: Some(row.id), owner_id: Some(row.officer_id), ..item },
            Self::Finding(row, _) => WorkItem { finding_id: Some(row.id), owner_id: Some(row.owner_id), ..item },
        }
    }
}

/// The first page of whoever asks.
///
/// # Errors
/// [`Refusal::Forbidden`] for roles without a worklist.
pub async fn today(app: &App, ctx: &Ctx) -> Result<Today, Refusal> {
    let on = ctx.today(Regime::NlPilot.zone());
    let mut heads: HashMap<WorkSection, Section> =
        sections(app, ctx, None, None, HEAD).await?.into_iter().map(|section| (section.section, section)).collect();
    let sections: Vec<Section> = WorkSection::ALL
        .iter()
        .map(|section| {
            heads.remove(section).unwrap_or(Section { section: *section, total: 0, items: Vec::new(), next: None })
        })
        .collect();
    let open = sections.iter().find(|section| section.total > 0).map_or(WorkSection::Today, |found| found.section);
    Ok(Today { on, open, sections })
}

/// More of one section: behind `after`, which is `next` of what came before.
///
/// # Errors
/// [`Refusal::Invalid`] when `after` is no such place; [`Refusal::Forbidden`].
pub async fn section(
    app: &App,
    ctx: &Ctx,
    section: WorkSection,
    after: Option<&str>,
    limit: i64,
) -> Result<Section, Refusal> {
    let after = after.map(place).transpose()?;
    let found = sections(app, ctx, Some(section), after, limit).await?;
    let empty = Section { section, total: 0, items: Vec::new(), next: None };
    Ok(found.into_iter().next().unwrap_or(empty))
}

fn place(text: &str) -> Result<(NaiveDate, FlagId), Refusal> {
    let parts = text.split_once('_').and_then(|(on, id)| Some((on.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| Refusal::field("after", "wrong_form", "Use `next` of the page before."))
}

async fn sections(
    app: &App,
    ctx: &Ctx,
    section: Option<WorkSection>,
    after: Option<(NaiveDate, FlagId)>,
    limit: i64,
) -> Result<Vec<Section>, Refusal> {
    let deed = Deed::of(Action::WorklistRead, ObjectRef::none()).with_fields(&["names", "flags"]);
    let allowed = access::reach(&ctx.actor, Action::WorklistRead, ctx.purpose).allowed();
    let whose = allowed.and_then(|()| whose(ctx));
    let whose = match whose {
        Ok(whose) => whose,
        Err(refusal) => return unit::read(app, ctx, deed, move |_| Err(refusal)).await,
    };
    let (today, covers) = (ctx.today(Regime::NlPilot.zone()), ctx.purpose == Some(Purpose::Cover));
    let (policy, rules) = (app.review.clone(), app.rules.clone());
    let (found, persons, whose) = app
        .store
        .read(move |conn| {
            let whose = with_covered(conn, whose, covers, today)?;
            let query = WorkQuery { whose, today, section, after, limit: limit + 1 };
            let mut found: Vec<Found> = work_list(conn, &query)?.into_iter().map(Found::Flag).collect();
            if let (Whose::Lead(me, team), None) = (&query.whose, section) {
                let waiting = dispute_list_waiting(conn, *team, *me, limit)?;
                found.extend(waiting.into_iter().map(|(row, person)| Found::Dispute(Box::new(row), person)));
                let waiting = notification_list_waiting(conn, *team, *me, limit)?;
                found.extend(waiting.into_iter().map(|(row, person)| {
                    let recorded = row.recorded_at.day_in(Regime::NlPilot.zone());
                    let due = policy.last_day(TermOf::Receipt, recorded, rules.calendar());
                    Found::Receipt(Box::new(row), person, due)
                }));
            }
            if section.is_none() {
                let to_log = visit_list_to_log(conn, &supervising(&query.whose), today)?;
                found.extend(to_log.into_iter().map(|(row, person)| Found::Visit(Box::new(row), person)));
                let findings = finding_list_to_look_at(conn, &supervising(&query.whose), today, limit)?;
                found.extend(findings.into_iter().map(|(row, person)| Found::Finding(Box::new(row), person)));
            }
            let mut ids: Vec<PersonId> = found.iter().map(Found::person).collect();
            ids.sort_unstable();
            ids.dedup();
            Ok::<_, Refusal>((found, person_find_many(conn, &ids)?, query.whose))
        })
        .await?;
    let vault = app.vault.clone();
    let names = tokio::task::spawn_blocking(move || names_of(&persons, &vault))
        .await
        .map_err(|_| Refusal::Keys("decryption was cut off".to_owned()))??;
    unit::read(app, ctx, deed, move |_| {
        let mut sections: Vec<Section> = Vec::new();
        for row in found {
            let (section, total) = (row.section(today), row.total());
            let name = names.get(&row.person()).cloned().ok_or(Refusal::NotFound)?;
            put(&mut sections, section, total, row.named(name, &whose, today));
        }
        sections.iter_mut().for_each(|section| cut(section, limit));
        Ok(sections)
    })
    .await
}

/// Where something stands by the last day of its term; `None` without one.
fn by_day(due: Option<NaiveDate>, today: NaiveDate) -> Option<WorkSection> {
    due.map(|due| match due.cmp(&today) {
        Ordering::Less => WorkSection::Overdue,
        Ordering::Equal => WorkSection::Today,
        Ordering::Greater => WorkSection::ThisWeek,
    })
}

/// Whose work an actor does.
fn whose(ctx: &Ctx) -> Result<Whose, Refusal> {
    let actor = &ctx.actor;
    match (actor.role, actor.team) {
        (Role::SupervisionOfficer, _) => Ok(Whose::Officer(actor.account, Vec::new())),
        (Role::ReviewLead, Some(team)) => Ok(Whose::Lead(actor.account, team)),
        (Role::OmOfficer | Role::Aice, _) => Ok(Whose::Authority(actor.role)),
        _ => Err(Refusal::Forbidden("there is no worklist for your role")),
    }
}

/// Who supervises the files whose visits stand in a worklist: its reader, and those the reader stands in for.
fn supervising(whose: &Whose) -> Vec<AccountId> {
    match whose {
        Whose::Officer(me, covered) => std::iter::once(me).chain(covered).copied().collect(),
        Whose::Lead(me, _) => vec![*me],
        Whose::Authority(_) => Vec::new(),
    }
}

/// Adds the flags of those an officer stands in for, when standing in is the purpose.
fn with_covered(conn: &mut Conn, whose: Whose, covers: bool, today: NaiveDate) -> Result<Whose, Refusal> {
    Ok(match whose {
        Whose::Officer(me, _) if covers => Whose::Officer(me, absence_list_covered(conn, me, today)?),
        other => other,
    })
}

/// The names of these people.
fn names_of(persons: &[PersonRow], vault: &Vault) -> Result<HashMap<PersonId, PersonName>, Refusal> {
    let name = |person: &PersonRow| {
        let strongbox = vault.take_out(&person.data_key_id)?;
        let stored: StoredNames = strongbox.open("persons", "names_enc", person.id.as_str(), &person.names_enc)?;
        Ok((person.id, stored.name))
    };
    persons.iter().map(name).collect()
}

/// Puts an item into its section. Flags come first and say how many there are in all; everything else counts for itself.
fn put(sections: &mut Vec<Section>, section: WorkSection, flags: Option<i64>, item: WorkItem) {
    let at = sections.iter().position(|known| known.section == section).unwrap_or_else(|| {
        sections.push(Section { section, total: 0, items: Vec::new(), next: None });
        sections.len() - 1
    });
    if let Some(known) = sections.get_mut(at) {
        known.total = flags.map_or(known.total + 1, |all| known.total.max(all));
        known.items.push(item);
    }
}

/// Cuts the flag that shows that there are more, and says where they start.
fn cut(section: &mut Section, limit: i64) {
    let limit = usize::try_from(limit).unwrap_or(0);
    let flags: Vec<usize> = (0..section.items.len()).filter(|at| section.items[*at].flag_id.is_some()).collect();
    let (Some(extra), Some(last)) = (flags.get(limit), limit.checked_sub(1).and_then(|at| flags.get(at))) else {
        return;
    };
    let place = section.items.get(*last).and_then(|item| Some((item.due_on?, item.flag_id?)));
    section.next = place.map(|(on, id)| format!("{on}_{id}"));
    section.items.remove(*extra);
}
