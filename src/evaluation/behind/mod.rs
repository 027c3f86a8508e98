//! Behind the figures of the release that was issued last: which files make them up, for whoever supervises those files
//! and never for an evaluator.
//!
//! The list comes from the rule that counted, from the same day and instant as the release, so it is the figure. It holds
//! only files that the reader may open; how much the figure counts in all is told to whoever may open every file.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`issued`] | the release with its true numbers |
//! | [`mod@tables`] | its tables as they were published, to choose a figure from |

mod issued;
mod tables;

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::histories::{Reader, Traced};
use crate::access::{self, Action, Ctx, Reach, step_up};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{PersonId, RegistrationId, ReleaseId};
use crate::register::{Refusal, unit};
use crate::statistics::catalogue::behind::{Behind, NoSuch, Place};
use crate::statistics::number::whole;
use crate::store::Conn;
use crate::store::evaluation::behind::{Within, file_count_within, file_walk_within};
use crate::vocabulary::{Regime, Role};
use issued::LastIssued;
pub use tables::{FigureTable, FigureTables, TableName, table, tables};

/// Files read at a time.
const PAGE: i64 = 200;
/// Files that one request looks at. Who can open more gets the list in parts.
const MOST: u64 = 2_000;

/// A figure that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Id of the table.
    pub table: String,
    /// The quarter.
    pub quarter: String,
    /// Code of the row.
    pub row: String,
    /// Code of the column.
    pub column: String,
    /// Only people behind this one.
    pub after: Option<PersonId>,
    /// People on a page.
    pub limit: i64,
}

/// How many people, and how much of what is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureAmount {
    /// People.
    pub people: u64,
    /// What is counted: people, reports, duties, flags, days.
    pub amount: u64,
}

/// What makes up a figure, as far as the reader may open it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContributionPage {
    /// The release the figure stands in.
    pub release_id: ReleaseId,
    /// The figure as it was published; absent when it was withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<u64>,
    /// How much the figure counts in all. Absent when the reader cannot open every file: less what can be opened, it would
    /// tell a small number of another team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_all: Option<FigureAmount>,
    /// How much of it lies in files that the reader may open. Absent when those are more than one request looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_open: Option<FigureAmount>,
    /// In the order of the people's ids.
    pub items: Vec<ContributionView>,
    /// `after` of the next page, when there is more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<PersonId>,
}

/// What one file contributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContributionView {
    /// The file. What is no event of a file stands at the person's last one.
    pub registration_id: RegistrationId,
    /// The day that puts it into the quarter; absent when the quarter as a whole does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// How much.
    pub amount: u64,
}

/// Opens the list behind a figure.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::ProofNeeded`] outside the reader's own files; [`Refusal::Invalid`] for a figure that
/// the release does not have; [`Refusal::Conflict`] `not_issued`.
pub async fn contributions(app: &App, ctx: &Ctx, asked: Asked) -> Result<ContributionPage, Refusal> {
    let deed = Deed::of(Action::FigureOpen, ObjectRef::none()).with_fields(&["contributions"]);
    let told = |page: &ContributionPage, deed: Deed| Deed { object: ObjectRef::release(page.release_id), ..deed };
    let (shared, reader) = (app.clone(), ctx.clone());
    unit::read_told(app, ctx, deed, told, move |conn| {
        let within = within(&reader)?;
        let issued = LastIssued::load(conn, &shared.vault)?.ok_or(NOT_ISSUED)?;
        let table = issued.table(&asked.table, &asked.quarter).ok_or_else(|| no_such(NoSuch("table")))?;
        let (cell, published) =
            table.figure(&asked.row, &asked.column).ok_or_else(|| no_such(NoSuch("row or column")))?;
        let place = Place { table: &asked.table, quarter: &asked.quarter, row: &asked.row, column: &asked.column };
        let behind = Behind::new(issued.plan.clone(), place).map_err(no_such)?;
        let histories = Reader::open(&shared, conn, issued.reading.clone())?;
        let found = gather(conn, &within, histories, &behind, &asked)?;
        let published = published.value.map(whole);
        let told = within.reach == Reach::Everything;
        Ok(ContributionPage {
            release_id: issued.id,
            published,
            in_all: told.then(|| FigureAmount { people: cell.people, amount: whole(cell.value) }),
            to_open: found.to_open,
            items: found.items,
            next: found.next,
        })
    })
    .await
}

const NOT_ISSUED: Refusal = Refusal::Conflict { code: "not_issued", detail: "No release has been issued yet." };

/// The files of which the list may speak. Outside the reader's own it takes a fresh proof, as a list of the register does.
fn within(reader: &Ctx) -> Result<Within, Refusal> {
    let reach = access::reach(&reader.actor, Action::FigureOpen, reader.purpose);
    reach.allowed()?;
    let own = matches!(reader.actor.role, Role::SupervisionOfficer | Role::ReviewLead) && reader.purpose.is_none();
    if !own {
        step_up::require(reader)?;
    }
    let today = reader.today(Regime::NlPilot.zone());
    Ok(Within { reach, in_force_on: (!access::sees_ended(reader.actor.role)).then_some(today) })
}

fn no_such(NoSuch(what): NoSuch) -> Refusal {
    let pointer = match what {
        "table" => "/table",
        "quarter" => "/quarter",
        _ => "/row",
    };
    Refusal::field(pointer, "not_in_release", "Name a table, quarter, row and column of the release issued last.")
}

/// What was found.
#[derive(Default)]
struct Found {
    to_open: Option<FigureAmount>,
    items: Vec<ContributionView>,
    next: Option<PersonId>,
    /// The people whose contributions are listed.
    listed: Vec<PersonId>,
}

/// Looks through the files in reach. Where they are few, all of them are counted, whichever page is asked for.
fn gather(
    conn: &mut Conn,
    within: &Within,
    mut histories: Reader<'_>,
    behind: &Behind,
    asked: &Asked,
) -> Result<Found, Refusal> {
    let counts_all = file_count_within(conn, within)? <= MOST;
    let mut found = Found { to_open: counts_all.then(FigureAmount::default), ..Found::default() };
    let (mut after, mut looked_at) = (asked.after.filter(|_| !counts_all), 0);
    loop {
        let files = file_walk_within(conn, within, after, PAGE)?;
        let Some((last, _)) = files.last() else { return Ok(found) };
        after = Some(*last);
        looked_at += files.len() as u64;
        let open: HashSet<RegistrationId> = files.iter().map(|(_, registration)| *registration).collect();
        let mut people: Vec<PersonId> = files.iter().map(|(person, _)| *person).collect();
        people.dedup();
        for traced in histories.of(conn, &people)? {
            found.add(&traced, behind, &open, asked);
            if !counts_all && found.next.is_some() {
                return Ok(found);
            }
        }
        if !counts_all && looked_at >= MOST {
            found.next = after;
            return Ok(found);
        }
    }
}

impl Found {
    fn add(&mut self, traced: &Traced, behind: &Behind, open: &HashSet<RegistrationId>, asked: &Asked) {
        let contributions = behind.of(&traced.history).into_iter();
        let opened: Vec<ContributionView> = contributions
            .filter_map(|it| {
                let registration_id = traced.file_of(it.event, open)?;
                Some(ContributionView { registration_id, on: it.on, amount: it.amount })
            })
            .collect();
        if opened.is_empty() {
            return;
        }
        if let Some(to_open) = &mut self.to_open {
            to_open.people += 1;
            to_open.amount += opened.iter().map(|it| it.amount).sum::<u64>();
        }
        if asked.after.is_some_and(|after| traced.person <= after) {
            return;
        }
        if i64::try_from(self.listed.len()).is_ok_and(|listed| listed < asked.limit) {
            self.listed.push(traced.person);
            self.items.extend(opened);
        } else if self.next.is_none() {
            self.next = self.listed.last().copied();
        }
    }
}
