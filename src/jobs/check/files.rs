//! What only the rules can tell: which duties, flags and reminders a file should have, and whether its facts document
//! is what its facts amount to.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::Duration;
use scheduler::RunContext;

use super::{CheckError, Findings, stop_if_told};
use crate::app::App;
use crate::clock::Now;
use crate::ids::{DutyId, RegistrationId};
use crate::jobs::advance::by_file;
use crate::jobs::batches::of_one_file;
use crate::jobs::files::{self, LiveFile, Verdicts};
use crate::jobs::reminders;
use crate::law::DutyStatus;
use crate::register::Refusal;
use crate::register::fact::FactsDocument;
use crate::register::file::document_of;
use crate::register::reassess::{DutyKey, key_of};
use crate::store::consistency::{Defect, DefectKind};
use crate::store::disputes::dispute_list_in_the_way;
use crate::store::facts::fact_list_of_many;
use crate::store::registrations::registration_walk_active;
use crate::store::rows::{DutyRow, FactRow};
use crate::store::sweep::{Position, duty_list_overdue, duty_list_unreminded, registration_list_to_advance};
use crate::store::{Conn, LongWork, StoreError};
use crate::vocabulary::{DisputeState, Regime};

/// Files loaded at once: what bounds the memory of a check.
const CHUNK: i64 = 500;

/// How long after its day something is missing. The jobs run every few minutes, and days begin at midnight.
fn settled(now: Now) -> Now {
    Now { legal: now.legal.plus(Duration::hours(-3)), ..now }
}

/// Looks at every live file.
pub(super) fn examine(
    app: &App,
    work: &mut LongWork,
    now: Now,
    context: &RunContext,
    found: &mut Findings,
    step: &mut dyn FnMut(u64),
) -> Result<(), CheckError> {
    let mut after: Option<RegistrationId> = None;
    loop {
        stop_if_told(context)?;
        let page = registration_walk_active(work.conn(), after, CHUNK)?;
        let Some(last) = page.last().map(|row| row.id) else { break };
        after = Some(last);
        let facts = facts_of(work.conn(), &page.iter().map(|row| row.id).collect::<Vec<_>>())?;
        for file in files::fill(work.conn(), page, false)? {
            let of_file = facts.get(&file.registration.id).map_or(&[][..], Vec::as_slice);
            found.defects.extend(of_file_itself(app, &file, of_file, now));
            found.files += 1;
            step(1);
        }
    }
    for &regime in Regime::ALL {
        overdue_assessments(work.conn(), regime, now, found)?;
        missing_flags(app, work.conn(), regime, now, context, found)?;
        missing_reminders(app, work.conn(), regime, now, context, found)?;
    }
    Ok(())
}

fn facts_of(conn: &mut Conn, ids: &[RegistrationId]) -> Result<HashMap<RegistrationId, Vec<FactRow>>, StoreError> {
    let mut facts: HashMap<RegistrationId, Vec<FactRow>> = HashMap::with_capacity(ids.len());
    for row in fact_list_of_many(conn, ids)? {
        facts.entry(row.registration_id).or_default().push(row);
    }
    Ok(facts)
}

/// The document against the facts, and the stored duties against the rules.
fn of_file_itself(app: &App, file: &LiveFile, facts: &[FactRow], now: Now) -> Vec<Defect> {
    let id = file.registration.id.to_string();
    let computed = of_one_file(file.registration.id, || {
        let mut found = Vec::new();
        let stored = FactsDocument::parse(&file.registration.facts_doc)?;
        let mut amounts_to = document_of(&file.registration, facts)?;
        amounts_to.minor = stored.minor;
        if stored != amounts_to {
            found.push(Defect::in_file(DefectKind::DocumentDiffers, &id, &id));
        }
        found.extend(missing_duties(app, file, now)?.into_iter().map(|(kind, root, ordinal)| {
            Defect::in_file(DefectKind::DutyMissing, format!("{kind}/{root}/{ordinal}"), &id)
        }));
        Ok(found)
    });
    computed.unwrap_or_else(|| vec![Defect::in_file(DefectKind::FileUnreadable, &id, &id)])
}

/// Duties that the rules knew on the day of the last assessment and that are not stored. What comes by time since then
/// is the business of the next assessment.
pub(super) fn missing_duties(app: &App, file: &LiveFile, now: Now) -> Result<Vec<DutyKey>, Refusal> {
    let stored: HashSet<DutyKey> =
        file.duties.iter().map(|duty| (duty.kind, duty.root_id.clone(), duty.ordinal)).collect();
    let awaited = file.registration.next_assess_on.is_some_and(|day| day <= file.today(now));
    if awaited {
        return Ok(Vec::new());
    }
    let plan = file.plan(app, now)?;
    let keys = plan.assessment.duties.iter().map(key_of).collect::<Result<Vec<DutyKey>, Refusal>>()?;
    Ok(keys.into_iter().filter(|key| !stored.contains(key)).collect())
}

fn overdue_assessments(conn: &mut Conn, regime: Regime, now: Now, found: &mut Findings) -> Result<(), StoreError> {
    let yesterday = settled(now).today(regime.zone());
    let mut after = None;
    loop {
        let page = registration_list_to_advance(conn, regime, yesterday, after, CHUNK)?;
        let Some(last) = page.last().and_then(|row| Some(Position { on: row.next_assess_on?, id: row.id })) else {
            return Ok(());
        };
        after = Some(last);
        found.defects.extend(page.iter().map(|row| {
            let id = row.id.to_string();
            Defect::in_file(DefectKind::AssessmentOverdue, &id, &id)
        }));
    }
}

fn missing_flags(
    app: &App,
    conn: &mut Conn,
    regime: Regime,
    now: Now,
    context: &RunContext,
    found: &mut Findings,
) -> Result<(), CheckError> {
    let before = settled(now);
    let mut after: Option<Position<DutyId>> = None;
    loop {
        stop_if_told(context)?;
        let page = duty_list_overdue(conn, regime, before.today(regime.zone()), after, CHUNK)?;
        let Some(last) = page.last().and_then(|duty| Some(Position { on: duty.overdue_after?, id: duty.id })) else {
            return Ok(());
        };
        after = Some(last);
        // Who is enrolled late has duties that were late from the start: the sweep has not come by yet.
        let old: Vec<DutyRow> = page.into_iter().filter(|duty| duty.updated_at <= before.legal).collect();
        let candidates = by_file(&old, |duty| duty.registration_id);
        let ids: Vec<RegistrationId> = candidates.keys().copied().collect();
        let disputes = dispute_list_in_the_way(conn, &ids)?;
        for file in files::load(conn, &ids, false)? {
            let id = file.registration.id;
            let upheld = |duty: &DutyRow| {
                let about = disputes.get(&(id, duty.root_id.clone())).map_or(&[][..], Vec::as_slice);
                about.iter().any(|dispute| dispute.state == DisputeState::Upheld)
            };
            let late = verdicts(app, &file, &candidates, now, |verdicts, duty| {
                let overdue = verdicts.of_duty(duty).is_some_and(|verdict| verdict.status == DutyStatus::Overdue);
                overdue && !upheld(duty)
            });
            let missing = late.into_iter().map(|duty| Defect::in_file(DefectKind::FlagMissing, duty, id.as_str()));
            found.defects.extend(missing);
        }
    }
}

fn missing_reminders(
    app: &App,
    conn: &mut Conn,
    regime: Regime,
    now: Now,
    context: &RunContext,
    found: &mut Findings,
) -> Result<(), CheckError> {
    let before = settled(now);
    let today = now.today(regime.zone());
    let policy = &app.config.policy;
    let asked =
        reminders::windows(regime, before.today(regime.zone()), &|kind| policy.reminders(kind), policy.letter_days);
    for mut wanted in asked {
        // Only what is still open today, and was open already when the jobs last ran for certain.
        let arrives = today + Duration::days(i64::from(reminders::lead(wanted.channel, policy.letter_days)));
        wanted.from = wanted.from.max(if wanted.from == wanted.until { arrives } else { arrives + Duration::days(1) });
        wanted.today = today;
        if wanted.from > wanted.until {
            continue;
        }
        let mut after: Option<Position<DutyId>> = None;
        loop {
            stop_if_told(context)?;
            let page = duty_list_unreminded(conn, &wanted, after, CHUNK)?;
            let Some(last) = page.last().and_then(|duty| Some(Position { on: duty.due_on?, id: duty.id })) else {
                break;
            };
            after = Some(last);
            let old: Vec<DutyRow> = page.into_iter().filter(|duty| duty.updated_at <= before.legal).collect();
            let candidates = by_file(&old, |duty| duty.registration_id);
            let ids: Vec<RegistrationId> = candidates.keys().copied().collect();
            for file in files::load(conn, &ids, false)? {
                let id = file.registration.id;
                let owed = of_one_file(id, || FactsDocument::parse(&file.registration.facts_doc)).map_or_else(
                    Vec::new,
                    |document| {
                        verdicts(app, &file, &candidates, now, |verdicts, duty| {
                            verdicts.of_duty(duty).is_some_and(|said| reminders::is_owed(&document, duty, said))
                        })
                    },
                );
                let missing =
                    owed.into_iter().map(|duty| Defect::in_file(DefectKind::ReminderMissing, duty, id.as_str()));
                found.defects.extend(missing);
            }
        }
    }
    Ok(())
}

/// The ids of those candidates of a file of which the rules say today what `asked` asks.
fn verdicts(
    app: &App,
    file: &LiveFile,
    candidates: &BTreeMap<RegistrationId, Vec<&DutyRow>>,
    now: Now,
    asked: impl Fn(&Verdicts, &DutyRow) -> bool,
) -> Vec<String> {
    let of_file = candidates.get(&file.registration.id).map_or(&[][..], Vec::as_slice);
    // A file that cannot be computed is told of by itself.
    let found = of_one_file(file.registration.id, || {
        let verdicts = Verdicts::of(file.plan(app, now)?)?;
        Ok(of_file.iter().filter(|duty| asked(&verdicts, duty)).map(|duty| duty.id.to_string()).collect())
    });
    found.unwrap_or_default()
}
