//! Flags: reading needs a reach, evidence is gathered in batches. Who can own one stands in [`super::owners`].

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
};

use super::conn::Conn;
use super::error::StoreError;
use super::outbox::{delivery_attempt_list, outbox_find_many};
use super::reminders::reminder_list_of_duties;
use super::rows::{DeliveryAttemptRow, DutyVersionRow, FlagRow, OutboxRow, ReminderRow};
use super::schema::{duty_versions, flags, registrations};
use crate::access::Reach;
use crate::ids::{AccountId, DutyId, FlagId, RegistrationId, TeamId};
use crate::vocabulary::FlagState;

/// Which flags.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "named after the columns")]
pub struct FlagQuery {
    /// Any of these; every state when empty.
    pub states: Vec<FlagState>,
    pub owner: Option<AccountId>,
    pub team: Option<TeamId>,
    pub registration: Option<RegistrationId>,
    /// Raised on or after this legal day.
    pub raised_from: Option<NaiveDate>,
    /// Raised on or before this legal day.
    pub raised_until: Option<NaiveDate>,
    /// Leaves out the flags of registrations whose last day lies before this day, or that were removed.
    pub in_force_on: Option<NaiveDate>,
    /// Behind this one.
    pub after: Option<FlagId>,
    pub limit: i64,
}

/// The flags a query finds within `reach`, in the order of their ids, which is that of their raising.
pub fn flag_list(conn: &mut Conn, reach: &Reach, wanted: &FlagQuery) -> Result<Vec<FlagRow>, StoreError> {
    let mut query = flags::table
        .inner_join(registrations::table)
        .select(FlagRow::as_select())
        .order(flags::id)
        .limit(wanted.limit)
        .into_boxed();
    match reach {
        Reach::Everything => {}
        // A flag follows its file: whoever supervises now sees it, and so does its owner.
        Reach::Team(team) => query = query.filter(registrations::team_id.eq(*team).or(flags::team_id.eq(*team))),
        Reach::Officer(officer) => {
            query = query.filter(registrations::officer_id.eq(*officer).or(flags::owner_id.eq(*officer)));
        }
        Reach::Person(person) => query = query.filter(registrations::person_id.eq(*person)),
        Reach::Nothing(_) => return Ok(Vec::new()),
    }
    if !wanted.states.is_empty() {
        query = query.filter(flags::state.eq_any(wanted.states.clone()));
    }
    if let Some(owner) = wanted.owner {
        query = query.filter(flags::owner_id.eq(owner));
    }
    if let Some(team) = wanted.team {
        query = query.filter(flags::team_id.eq(team));
    }
    if let Some(registration) = wanted.registration {
        query = query.filter(flags::registration_id.eq(registration));
    }
    if let Some(from) = wanted.raised_from {
        query = query.filter(flags::raised_on.ge(from));
    }
    if let Some(until) = wanted.raised_until {
        query = query.filter(flags::raised_on.le(until));
    }
    if let Some(day) = wanted.in_force_on {
        query = query
            .filter(registrations::stage.eq(crate::vocabulary::Stage::Active))
            .filter(registrations::subject_last_day.is_null().or(registrations::subject_last_day.ge(day)));
    }
    if let Some(after) = wanted.after {
        query = query.filter(flags::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The flag with this id. Whether the reader may see it is for the access decision on its registration.
pub fn flag_find(conn: &mut Conn, id: FlagId) -> Result<Option<FlagRow>, StoreError> {
    Ok(flags::table.find(id).select(FlagRow::as_select()).first(conn).optional()?)
}

/// The flags on these duties.
pub fn flag_find_of_duties(conn: &mut Conn, duties: &[DutyId]) -> Result<HashMap<DutyId, FlagRow>, StoreError> {
    let mut found = HashMap::new();
    for chunk in duties.chunks(1_000) {
        let rows: Vec<FlagRow> =
            flags::table.filter(flags::duty_id.eq_any(chunk)).select(FlagRow::as_select()).load(conn)?;
        found.extend(rows.into_iter().map(|row| (row.duty_id, row)));
    }
    Ok(found)
}

/// What stands beside a flag: the duty as it was when the flag was raised, and what was sent.
#[derive(Debug, Clone)]
pub struct FlagEvidence {
    /// The flag.
    pub flag: FlagRow,
    /// The version of the duty it was raised on.
    pub duty: DutyVersionRow,
    /// Reminders of the duty, each with the message that carries it and every attempt to hand it over.
    pub reminders: Vec<ReminderProof>,
}

/// The proof chain of one reminder.
#[derive(Debug, Clone)]
pub struct ReminderProof {
    /// The decision to remind.
    pub reminder: ReminderRow,
    /// The message and where it stands.
    pub message: OutboxRow,
    /// Every attempt to hand it over, in order.
    pub deliveries: Vec<DeliveryAttemptRow>,
}

/// The evidence of these flags, in their order: a handful of statements, however many flags.
pub fn flag_evidence(conn: &mut Conn, of: Vec<FlagRow>) -> Result<Vec<FlagEvidence>, StoreError> {
    let duties: Vec<DutyId> = of.iter().map(|flag| flag.duty_id).collect();
    let mut versions = versions_of(conn, &of)?;
    let mut proofs = reminder_proofs(conn, &duties)?;
    of.into_iter()
        .map(|flag| {
            let duty = versions
                .remove(&flag.duty_id)
                .ok_or_else(|| StoreError::Corrupt("a flag on a version of a duty that is not kept".to_owned()))?;
            let reminders = proofs.remove(&flag.duty_id).unwrap_or_default();
            Ok(FlagEvidence { flag, duty, reminders })
        })
        .collect()
}

/// The reminders of these duties with what became of each.
pub fn reminder_proofs(conn: &mut Conn, duties: &[DutyId]) -> Result<HashMap<DutyId, Vec<ReminderProof>>, StoreError> {
    let reminders = reminder_list_of_duties(conn, duties)?;
    let carriers: Vec<_> = reminders.iter().map(|reminder| reminder.outbox_id).collect();
    let mut messages: HashMap<_, OutboxRow> =
        outbox_find_many(conn, &carriers)?.into_iter().map(|row| (row.id, row)).collect();
    let mut deliveries: HashMap<_, Vec<DeliveryAttemptRow>> = HashMap::new();
    for row in delivery_attempt_list(conn, &carriers)? {
        deliveries.entry(row.outbox_id).or_default().push(row);
    }
    let mut proofs: HashMap<DutyId, Vec<ReminderProof>> = HashMap::new();
    for reminder in reminders {
        let message = messages
            .remove(&reminder.outbox_id)
            .ok_or_else(|| StoreError::Corrupt("a reminder without a message".to_owned()))?;
        let deliveries = deliveries.remove(&reminder.outbox_id).unwrap_or_default();
        proofs.entry(reminder.duty_id).or_default().push(ReminderProof { reminder, message, deliveries });
    }
    Ok(proofs)
}

fn versions_of(conn: &mut Conn, of: &[FlagRow]) -> Result<HashMap<DutyId, DutyVersionRow>, StoreError> {
    let wanted: HashMap<DutyId, i64> = of.iter().map(|flag| (flag.duty_id, flag.duty_version)).collect();
    let mut found = HashMap::new();
    for chunk in of.chunks(1_000) {
        let ids: Vec<DutyId> = chunk.iter().map(|flag| flag.duty_id).collect();
        let numbers: Vec<i64> = chunk.iter().map(|flag| flag.duty_version).collect();
        let rows: Vec<DutyVersionRow> = duty_versions::table
            .filter(duty_versions::duty_id.eq_any(ids).and(duty_versions::version.eq_any(numbers)))
            .select(DutyVersionRow::as_select())
            .load(conn)?;
        let asked = rows.into_iter().filter(|row| wanted.get(&row.duty_id) == Some(&row.version));
        found.extend(asked.map(|row| (row.duty_id, row)));
    }
    Ok(found)
}
