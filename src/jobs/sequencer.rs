//! Gives events their place in the order, after the commit of what they tell of, and every subscriber its share.
//!
//! A place is one more than the last that was committed, and the database takes each once: of two sequencers at the same
//! moment one fails as a whole and finds nothing left to do. So there are no gaps, and nothing ever appears behind a
//! reader.

use std::collections::{BTreeSet, HashMap};

use scheduler::{JobError, RunContext, RunReport};

use super::batches;
use crate::app::App;
use crate::clock::UtcTime;
use crate::events::envelope::subject_of;
use crate::ids::{OutboxId, RegistrationId, TeamId, WebhookDeliveryId, WebhookSubscriptionId};
use crate::store::events::{
    EventRow, EventsSequenced, event_addressees, event_head, event_list_unsequenced, event_recipients,
};
use crate::store::registrations::registration_find_many;
use crate::store::rows::{AccountRow, OutboxRow};
use crate::store::webhooks::{DeliveryRow, SubscriptionRow, subscription_list_alive};
use crate::store::{Conn, Decided, StoreError, WriteSet, patiently};
use crate::vocabulary::{EventKind, OutboxState, Role};

/// The name under which it runs.
pub const NAME: &str = "events";

/// Events placed in one unit of work.
const BATCH: i64 = 200;

/// Runs once: until every event has its place.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(app: &App, context: &RunContext) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    sequence(app, context, &mut report).map_err(|error| batches::stopped(&error, report))?;
    batches::end(context, report)
}

fn sequence(app: &App, context: &RunContext, report: &mut RunReport) -> Result<(), StoreError> {
    let mut work = app.store.long_work()?;
    while !context.cancelled() {
        let now = app.clock.now().system;
        let placed = patiently(|| work.batch(|conn| place(conn, now)));
        match placed {
            // Another sequencer was first, and does the same.
            Err(StoreError::Conflict(_)) => return Ok(()),
            Err(error) => return Err(error),
            Ok(placed) => {
                report.looked_at += placed;
                report.made += placed;
                if placed < BATCH as u64 {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// Places the next events.
fn place(conn: &mut Conn, now: UtcTime) -> Result<Decided<u64>, StoreError> {
    let waiting = event_list_unsequenced(conn, BATCH)?;
    let mut writes = WriteSet::default();
    if waiting.is_empty() {
        return Ok(Decided::new(writes, 0));
    }
    let ids: Vec<OutboxId> = waiting.iter().map(|row| row.id).collect();
    let addressees = event_addressees(conn, &ids)?;
    let subscribers = Subscribers::load(conn, &waiting)?;
    let mut position = event_head(conn)?;
    for row in &waiting {
        let Ok(kind) = row.event.parse::<EventKind>() else {
            return Err(StoreError::Corrupt(format!("an event of no known kind: {}", row.event)));
        };
        position += 1;
        let addressed = addressees.get(&row.id);
        let event = EventRow {
            position,
            outbox_id: row.id,
            kind,
            registration_id: row.registration_id,
            subject_id: addressed
                .map_or_else(|| subject_of(kind, &row.reference_id, row.registration_id), |(flag, _)| flag.to_string()),
            addressee: addressed.map(|(_, role)| *role),
            recall: kind.recalls(),
            occurred_at: row.created_at,
            sequenced_at: now,
        };
        let mut recipients = subscribers.of(&event);
        if event.recall {
            // Those of this same batch are not in the database yet.
            let here = writes.events.iter().filter(|earlier: &&EventRow| earlier.subject_id == event.subject_id);
            let here: Vec<OutboxId> = here.map(|earlier| earlier.outbox_id).collect();
            let told = writes.webhook_deliveries.iter().filter(|row: &&DeliveryRow| here.contains(&row.outbox_id));
            recipients.extend(told.map(|row| row.subscription_id));
            recipients.extend(subscribers.alive(event_recipients(conn, &event.subject_id, position)?));
        }
        writes.webhook_deliveries.extend(recipients.into_iter().map(|to| delivery(&event, to, now)));
        writes.events.push(event);
    }
    let placed = ids.len() as u64;
    writes.changes.push(Box::new(EventsSequenced { ids, at: now }));
    Ok(Decided::new(writes, placed))
}

fn delivery(event: &EventRow, to: WebhookSubscriptionId, now: UtcTime) -> DeliveryRow {
    DeliveryRow {
        id: WebhookDeliveryId::fresh(),
        outbox_id: event.outbox_id,
        subscription_id: to,
        state: OutboxState::Pending,
        attempts: 0,
        attempts_before: 0,
        brought_forward: 0,
        next_try_at: now,
        leased_by: None,
        leased_until: None,
        first_tried_at: None,
        handed_over_at: None,
        last_code: None,
        created_at: now,
        updated_at: now,
    }
}

/// Whoever may be told, and the teams of the files that are spoken of.
struct Subscribers {
    all: Vec<(SubscriptionRow, AccountRow)>,
    teams: HashMap<RegistrationId, TeamId>,
}

impl Subscribers {
    fn load(conn: &mut Conn, waiting: &[OutboxRow]) -> Result<Self, StoreError> {
        let files: Vec<RegistrationId> = waiting.iter().filter_map(|row| row.registration_id).collect();
        let teams = registration_find_many(conn, &files)?.into_iter().map(|row| (row.id, row.team_id)).collect();
        Ok(Self { all: subscription_list_alive(conn)?, teams })
    }

    /// The subscriptions that ask for the event and may know of it.
    fn of(&self, event: &EventRow) -> BTreeSet<WebhookSubscriptionId> {
        let asks = |row: &SubscriptionRow| row.kinds.split(' ').any(|kind| kind == event.kind.as_str());
        let told = self.all.iter().filter(|(row, account)| asks(row) && self.may_know(account, event));
        told.map(|(row, _)| row.id).collect()
    }

    fn may_know(&self, account: &AccountRow, event: &EventRow) -> bool {
        let in_team = || {
            let team = event.registration_id.and_then(|id| self.teams.get(&id));
            account.team_id.is_some() && account.team_id.as_ref() == team
        };
        event.kind.audience().contains(&account.role)
            && event.addressee.is_none_or(|addressee| addressee == account.role)
            && (account.role != Role::ReviewLead || in_team())
    }

    /// Those of `ids` that have not ended.
    fn alive(&self, ids: Vec<WebhookSubscriptionId>) -> Vec<WebhookSubscriptionId> {
        ids.into_iter().filter(|id| self.all.iter().any(|(row, _)| row.id == *id)).collect()
    }
}
