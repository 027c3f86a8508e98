//! How a measure is kept: a row with what is clear, and what happened to it, encrypted, in order.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::UtcTime;
use crate::ids::{AccountId, ProposalId, RegistrationId};
use crate::law;
use crate::register::Refusal;
use crate::register::around::frame::Opened;
use crate::store::proposals::{ProposalEventRow, ProposalMoved, ProposalRow, proposal_event_list, proposal_find};
use crate::store::{Conn, WriteSet};
use crate::vocabulary::{ProposalKind, ProposalStanding, ProposalVariant};

const TABLE: &str = "proposal_events";

/// What happened to a measure, in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HappenedView {
    /// What happened.
    #[schema(example = "requested")]
    pub kind: String,
    /// The day on which it happened.
    pub on: NaiveDate,
    /// Who recorded it.
    pub recorded_by: AccountId,
    /// When it was recorded.
    pub recorded_at: UtcTime,
}

/// A measure with everything that happened to it.
pub(super) struct Chain<E> {
    pub row: ProposalRow,
    pub events: Vec<E>,
    pub history: Vec<HappenedView>,
}

/// Where a measure now stands, as far as it is clear.
pub(super) struct Standing {
    pub variant: ProposalVariant,
    pub state: ProposalStanding,
    pub sent_on: Option<NaiveDate>,
    pub decided_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
}

impl<E: Serialize + DeserializeOwned> Chain<E> {
    /// A measure that begins with this.
    pub fn begin(
        opened: &Opened<'_>,
        kind: ProposalKind,
        variant: ProposalVariant,
        event: E,
        writes: &mut WriteSet,
    ) -> Result<Self, Refusal> {
        let row = ProposalRow {
            id: ProposalId::fresh(),
            registration_id: opened.registration.id,
            kind,
            variant,
            state: ProposalStanding::Draft,
            sent_on: None,
            decided_on: None,
            expires_on: None,
            next_on: None,
            made_by: opened.ctx.actor.account,
            made_at: opened.ctx.now.legal,
            version: 1,
        };
        writes.proposals.push(row.clone());
        let mut chain = Self { row, events: Vec::new(), history: Vec::new() };
        chain.add(opened, "drafted", opened.today, event, writes)?;
        Ok(chain)
    }

    /// Adds what happened.
    pub fn add(
        &mut self,
        opened: &Opened<'_>,
        kind: &str,
        on: NaiveDate,
        event: E,
        writes: &mut WriteSet,
    ) -> Result<(), Refusal> {
        let seq = i64::try_from(self.events.len() + 1).unwrap_or(i64::MAX);
        let named = format!("{}/{seq}", self.row.id);
        let row = ProposalEventRow {
            proposal_id: self.row.id,
            seq,
            kind: kind.to_owned(),
            happened_on: on,
            payload_enc: opened.seal(TABLE, "payload_enc", &named, &event)?,
            recorded_by: opened.ctx.actor.account,
            recorded_at: opened.ctx.now.legal,
        };
        self.history.push(happened(&row));
        writes.proposal_events.push(row);
        self.events.push(event);
        Ok(())
    }

    /// A measure that is on file.
    pub fn of(conn: &mut Conn, opened: &Opened<'_>, row: ProposalRow) -> Result<Self, Refusal> {
        let rows = proposal_event_list(conn, row.id)?;
        let open = |event: &ProposalEventRow| {
            let named = format!("{}/{}", event.proposal_id, event.seq);
            opened.strongbox().open(TABLE, "payload_enc", &named, &event.payload_enc)
        };
        let events = rows.iter().map(open).collect::<Result<_, _>>()?;
        Ok(Self { row, events, history: rows.iter().map(happened).collect() })
    }

    /// As [`Chain::of`], by its id.
    pub fn find(
        conn: &mut Conn,
        opened: &Opened<'_>,
        registration: RegistrationId,
        kind: ProposalKind,
        id: ProposalId,
    ) -> Result<Self, Refusal> {
        let row = proposal_find(conn, registration, kind, id)?.ok_or(Refusal::NotFound)?;
        Self::of(conn, opened, row)
    }

    /// Keeps where it now stands, and when something is next to be said of its end.
    pub fn stands(&mut self, standing: &Standing, warn_days: &[u32], today: NaiveDate, writes: &mut WriteSet) {
        let Standing { variant, state, sent_on, decided_on, expires_on } = *standing;
        let next_on = expires_on.and_then(|end| first_to_say(end, warn_days, today));
        let version = self.row.version;
        let moved =
            ProposalMoved { id: self.row.id, version, variant, state, sent_on, decided_on, expires_on, next_on };
        writes.changes.push(Box::new(moved));
        self.row.variant = variant;
        self.row.state = state;
        self.row.sent_on = sent_on;
        self.row.decided_on = decided_on;
        self.row.expires_on = expires_on;
        self.row.next_on = next_on;
        self.row.version = version + 1;
    }
}

/// The first day on which the end is to be spoken of: a day that has passed is made up for today.
fn first_to_say(end: NaiveDate, warn_days: &[u32], today: NaiveDate) -> Option<NaiveDate> {
    days_to_say(end, warn_days).into_iter().min().map(|first| first.max(today))
}

/// Every day on which the end is spoken of, that day itself among them.
pub(super) fn days_to_say(end: NaiveDate, warn_days: &[u32]) -> Vec<NaiveDate> {
    let before = warn_days.iter().map(|days| law::day::plus_days(end, -i64::from(*days)));
    before.chain([end]).collect()
}

fn happened(row: &ProposalEventRow) -> HappenedView {
    HappenedView {
        kind: row.kind.clone(),
        on: row.happened_on,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
    }
}

impl<E> Chain<E> {
    /// The first day on which something of a kind happened.
    pub fn first_day_of(&self, kind: &str) -> Option<NaiveDate> {
        self.history.iter().find(|happened| happened.kind == kind).map(|happened| happened.on)
    }
}
