//! The rows of a number of people, each person's together, as they were known at an instant.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use chrono::NaiveDate;

use super::Reading;
use crate::ids::{DutyId, FlagId, PersonId, ProposalId, RegistrationId, SupervisionOrderId, TeamId};
use crate::register::Refusal;
use crate::store::Conn;
use crate::store::evaluation::assignments::{AssignmentRow, assignment_list_known};
use crate::store::evaluation::histories::{
    DutyKnown, FlagKnown, NotificationKnown, absorbed_list_known, attempt_list_known, authority_decision_list_known,
    contact_list_known, duty_list_known, fact_list_known, flag_list_known, flag_step_list_known,
    notification_list_known, order_list_of_people, order_version_list_known, proposal_event_list_known,
    proposal_list_known, registration_list_known, transfer_list_later, verification_list_known, visit_list_known,
};
use crate::store::proposals::ProposalRow;
use crate::store::referrals::AuthorityDecisionRow;
use crate::store::review::FlagStepRow;
use crate::store::rows::{FactRow, PersonRow, RegistrationRow};
use crate::store::supervision::orders::{BreachKept, breach_list};

/// A registration with what happened in it.
pub(super) struct KnownFile {
    pub(super) registration: RegistrationRow,
    /// The team that had it.
    pub(super) team: TeamId,
    pub(super) facts: Vec<FactRow>,
    /// The last version of each duty, with the first attempt at it.
    pub(super) duties: Vec<(DutyKnown, Option<NaiveDate>)>,
    pub(super) notifications: Vec<NotificationKnown>,
    pub(super) flags: Vec<KnownFlag>,
    /// The days on which somebody looked.
    pub(super) checks: Vec<NaiveDate>,
    pub(super) proposals: Vec<KnownProposal>,
}

/// A measure beside the register with what happened to it: the kind of each event, and its day.
pub(super) struct KnownProposal {
    pub(super) proposal: ProposalRow,
    pub(super) events: Vec<(String, NaiveDate)>,
}

/// A flag with its steps and what authorities decided.
pub(super) struct KnownFlag {
    pub(super) flag: FlagKnown,
    pub(super) steps: Vec<FlagStepRow>,
    pub(super) decisions: Vec<AuthorityDecisionRow>,
}

/// A supervision order.
pub(super) struct KnownOrder {
    /// What the rules read.
    pub(super) facts_doc: String,
    pub(super) breaches: Vec<BreachKept>,
}

/// Everything of a person.
#[derive(Default)]
pub(super) struct OfPerson {
    pub(super) files: Vec<KnownFile>,
    pub(super) orders: Vec<KnownOrder>,
    pub(super) assignment: Option<AssignmentRow>,
}

/// Everything of a number of people.
pub(super) struct Rows(HashMap<PersonId, OfPerson>);

impl Rows {
    /// Loads what belongs to these people.
    pub(super) fn load(conn: &mut Conn, people: &[PersonRow], reading: &Reading) -> Result<Self, Refusal> {
        let ids: Vec<PersonId> = people.iter().map(|row| row.id).collect();
        let mut found: HashMap<PersonId, OfPerson> = HashMap::with_capacity(ids.len());
        for file in files(conn, &ids, reading)? {
            found.entry(file.registration.person_id).or_default().files.push(file);
        }
        for (person, order) in orders(conn, &ids, reading)? {
            found.entry(person).or_default().orders.push(order);
        }
        for row in assignment_list_known(conn, &ids, &reading.study, reading.known_at)? {
            let person = row.person_id;
            found.entry(person).or_default().assignment = Some(row);
        }
        Ok(Self(found))
    }

    /// What belongs to a person; nothing when nothing of them was known.
    pub(super) fn take(&mut self, person: PersonId) -> Option<OfPerson> {
        self.0.remove(&person)
    }
}

fn files(conn: &mut Conn, people: &[PersonId], reading: &Reading) -> Result<Vec<KnownFile>, Refusal> {
    let known_at = reading.known_at;
    let registrations = registration_list_known(conn, people, known_at)?;
    let all: Vec<RegistrationId> = registrations.iter().map(|row| row.id).collect();
    let absorbed: HashSet<RegistrationId> = absorbed_list_known(conn, &all, known_at)?.into_iter().collect();
    let ids: Vec<RegistrationId> = all.into_iter().filter(|id| !absorbed.contains(id)).collect();
    let mut facts = grouped(fact_list_known(conn, &ids, known_at)?, |row| row.registration_id);
    let mut duties = duties(conn, &ids, reading)?;
    let mut notifications = grouped(notification_list_known(conn, &ids, known_at)?, |row| row.registration_id);
    let mut flags = flags(conn, &ids, reading)?;
    let mut checks = checks(conn, &ids, reading)?;
    let mut proposals = proposals(conn, &ids, reading)?;
    let mut teams: HashMap<RegistrationId, TeamId> = HashMap::new();
    for (registration, team) in transfer_list_later(conn, &ids, known_at)? {
        teams.entry(registration).or_insert(team);
    }
    let kept = registrations.into_iter().filter(|row| !absorbed.contains(&row.id));
    Ok(kept
        .map(|registration| KnownFile {
            team: teams.get(&registration.id).copied().unwrap_or(registration.team_id),
            facts: facts.remove(&registration.id).unwrap_or_default(),
            duties: duties.remove(&registration.id).unwrap_or_default(),
            notifications: notifications.remove(&registration.id).unwrap_or_default(),
            flags: flags.remove(&registration.id).unwrap_or_default(),
            checks: checks.remove(&registration.id).unwrap_or_default(),
            proposals: proposals.remove(&registration.id).unwrap_or_default(),
            registration,
        })
        .collect())
}

type Of<T> = HashMap<RegistrationId, Vec<T>>;

fn duties(
    conn: &mut Conn,
    ids: &[RegistrationId],
    reading: &Reading,
) -> Result<Of<(DutyKnown, Option<NaiveDate>)>, Refusal> {
    let mut attempted: HashMap<DutyId, NaiveDate> = HashMap::new();
    for (duty, on) in attempt_list_known(conn, ids, reading.known_at)? {
        if let Some(duty) = duty.filter(|_| on <= reading.valid_on) {
            attempted.entry(duty).or_insert(on);
        }
    }
    let mut last: Vec<DutyKnown> = Vec::new();
    for version in duty_list_known(conn, ids, reading.known_at)? {
        match last.last_mut().filter(|before| before.id == version.id) {
            Some(before) => *before = version,
            None => last.push(version),
        }
    }
    let with_attempt = last.into_iter().map(|duty| (duty, attempted.get(&duty.id).copied()));
    Ok(grouped(with_attempt, |(duty, _)| duty.registration_id))
}

fn flags(conn: &mut Conn, ids: &[RegistrationId], reading: &Reading) -> Result<Of<KnownFlag>, Refusal> {
    let flags = flag_list_known(conn, ids, reading.known_at)?;
    let of: Vec<FlagId> = flags.iter().map(|flag| flag.id).collect();
    let mut steps = grouped(flag_step_list_known(conn, &of, reading.known_at)?, |row| row.flag_id);
    let mut decisions = grouped(authority_decision_list_known(conn, &of, reading.known_at)?, |row| row.flag_id);
    let known = flags.into_iter().map(|flag| KnownFlag {
        steps: steps.remove(&flag.id).unwrap_or_default(),
        decisions: decisions.remove(&flag.id).unwrap_or_default(),
        flag,
    });
    Ok(grouped(known, |known| known.flag.registration_id))
}

fn checks(conn: &mut Conn, ids: &[RegistrationId], reading: &Reading) -> Result<Of<NaiveDate>, Refusal> {
    let known_at = reading.known_at;
    let zone = crate::vocabulary::Regime::NlPilot.zone();
    let visits = visit_list_known(conn, ids, known_at)?.into_iter().map(|(id, at)| (id, at.day_in(zone)));
    let contacts = contact_list_known(conn, ids, known_at)?.into_iter().map(|(id, at)| (id, at.day_in(zone)));
    let verified = verification_list_known(conn, ids, known_at)?;
    let mut found: Of<NaiveDate> = HashMap::new();
    for (registration, on) in visits.chain(contacts).chain(verified).filter(|(_, on)| *on <= reading.valid_on) {
        found.entry(registration).or_default().push(on);
    }
    Ok(found)
}

fn proposals(conn: &mut Conn, ids: &[RegistrationId], reading: &Reading) -> Result<Of<KnownProposal>, Refusal> {
    let proposals = proposal_list_known(conn, ids, reading.known_at)?;
    let of: Vec<ProposalId> = proposals.iter().map(|row| row.id).collect();
    let happened = proposal_event_list_known(conn, &of, reading.known_at)?;
    let mut events = grouped(happened.into_iter().filter(|(.., on)| *on <= reading.valid_on), |(id, ..)| *id);
    let known = proposals.into_iter().map(|proposal| KnownProposal {
        events: events.remove(&proposal.id).unwrap_or_default().into_iter().map(|(_, kind, on)| (kind, on)).collect(),
        proposal,
    });
    Ok(grouped(known, |known| known.proposal.registration_id))
}

fn orders(conn: &mut Conn, people: &[PersonId], reading: &Reading) -> Result<Vec<(PersonId, KnownOrder)>, Refusal> {
    let orders = order_list_of_people(conn, people, reading.known_at)?;
    let ids: Vec<SupervisionOrderId> = orders.iter().map(|row| row.id).collect();
    let mut versions = grouped(order_version_list_known(conn, &ids, reading.known_at)?, |row| row.order_id);
    let mut breaches = grouped(breach_list(conn, &ids)?, |row| row.order_id);
    let mut known = Vec::with_capacity(orders.len());
    for order in orders {
        let order_now = KnownOrder {
            facts_doc: order.facts_doc,
            breaches: breaches.remove(&order.id).unwrap_or_default().iter().map(BreachKept::from).collect(),
        };
        let order_then = match versions.remove(&order.id).and_then(|mut versions| versions.pop()) {
            Some(version) => KnownOrder {
                facts_doc: version.facts_doc,
                breaches: serde_json::from_str(&version.breaches_doc)
                    .map_err(|error| Refusal::Rules(format!("kept breach reports: {error}")))?,
            },
            // Taken in before versions were kept, and not changed since.
            None if order.updated_at <= reading.known_at => order_now,
            None => continue,
        };
        known.push((order.person_id, order_then));
    }
    Ok(known)
}

/// Rows by what they belong to, in the order in which they came.
fn grouped<K: Hash + Eq, T>(rows: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}
