//! Decides which reminders go out: some days before the strict date, and on the day itself.
//!
//! Who is reached by letter is reminded as many days earlier as a letter takes, so that it comes on the day on which an
//! e-mail would have come.
//!
//! A reminder is a row, unique on (duty, date, window, channel), written with the message that carries it. A date that
//! moves starts new windows. A window that has passed is not made up for: after a week of downtime nobody is flooded
//! with reminders of what can no longer be done in time.

use chrono::{Days, NaiveDate};
use scheduler::{JobError, RunContext, RunReport};

use super::advance::{by_file, catch_up};
use super::batches::{self, Counts, Wish, of_one_file};
use super::files::{self, LiveFile, Verdicts};
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::config::ReminderTiming;
use crate::ids::{OutboxId, RegistrationId, ReminderId};
use crate::law::{self, DutyStatus};
use crate::notify::MailFace;
use crate::register::fact::FactsDocument;
use crate::register::{Refusal, status};
use crate::store::rows::{DutyRow, OutboxRow, ReminderRow};
use crate::store::sweep::{Position, RemindersWanted, duty_list_unreminded};
use crate::store::{LongWork, StoreError, WriteSet};
use crate::vocabulary::{DeliveryChannel, DutyKind, OutboxKind, OutboxState, PhysicalStatus, Regime, ReminderWindow};

/// The name under which it runs and signs.
pub const NAME: &str = "reminders";

/// What the message of a reminder is in the outbox.
pub const REMINDER: &str = "reminder";

/// Duties looked at in one transaction.
const BATCH: i64 = 500;

/// Runs once.
///
/// # Errors
/// [`JobError`] when the store does not answer or the run was asked to stop.
pub fn run(
    app: &App,
    face: &MailFace,
    timing: impl Fn(DutyKind) -> ReminderTiming,
    context: &RunContext,
) -> Result<RunReport, JobError> {
    let mut report = RunReport::default();
    remind(app, face, &timing, context, &mut report).map_err(|error| batches::stopped(&error, report))?;
    batches::end(context, report)
}

fn remind(
    app: &App,
    face: &MailFace,
    timing: &dyn Fn(DutyKind) -> ReminderTiming,
    context: &RunContext,
    report: &mut RunReport,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut work = app.store.long_work()?;
    for &regime in Regime::ALL {
        for wanted in windows(regime, now.today(regime.zone()), timing, app.config.policy.letter_days) {
            let mut after = None;
            while !context.cancelled() {
                let page = duty_list_unreminded(work.conn(), &wanted, after, BATCH)?;
                let Some(last) = page.last().and_then(|duty| Some(Position { on: duty.due_on?, id: duty.id })) else {
                    break;
                };
                after = Some(last);
                batches::isolating(
                    &page,
                    report,
                    |duty| duty.id.to_string(),
                    |duties| remind_some(app, face, &mut work, duties, &wanted, now),
                )?;
            }
        }
    }
    Ok(())
}

/// How many days before its reader a message of a channel must leave.
pub(super) fn lead(channel: DeliveryChannel, letter_days: u32) -> u32 {
    match channel {
        DeliveryChannel::Letter => letter_days,
        DeliveryChannel::Email | DeliveryChannel::Webhook => 0,
    }
}

/// What is asked of the database, for each way to people: one question for the day itself, and one for each length of
/// notice. `letter_days` is how long a letter takes.
pub(super) fn windows(
    regime: Regime,
    today: NaiveDate,
    timing: &dyn Fn(DutyKind) -> ReminderTiming,
    letter_days: u32,
) -> Vec<RemindersWanted> {
    let of_channel = |channel| {
        let arrives = today.checked_add_days(Days::new(u64::from(lead(channel, letter_days))));
        arrives.map_or_else(Vec::new, |arrives| windows_of(regime, channel, (today, arrives), timing))
    };
    [DeliveryChannel::Email, DeliveryChannel::Letter].into_iter().flat_map(of_channel).collect()
}

/// The questions for one way: a message that leaves on the first of `days` is read on the second.
fn windows_of(
    regime: Regime,
    channel: DeliveryChannel,
    days: (NaiveDate, NaiveDate),
    timing: &dyn Fn(DutyKind) -> ReminderTiming,
) -> Vec<RemindersWanted> {
    let (today, arrives) = days;
    let of = |window, from, until, kinds| RemindersWanted { regime, kinds, window, channel, from, until, today };
    let kinds_with = |wanted: &dyn Fn(ReminderTiming) -> bool| -> Vec<DutyKind> {
        DutyKind::ALL.iter().copied().filter(|kind| wanted(timing(*kind))).collect()
    };
    let mut notices: Vec<u32> = DutyKind::ALL
        .iter()
        .filter_map(|kind| match timing(*kind) {
            ReminderTiming::Before(days) => Some(days),
            ReminderTiming::Never | ReminderTiming::OnDay => None,
        })
        .filter(|days| *days > 0)
        .collect();
    notices.sort_unstable();
    notices.dedup();
    let mut wanted =
        vec![of(ReminderWindow::OnDay, arrives, arrives, kinds_with(&|timing| timing != ReminderTiming::Never))];
    for days in notices {
        let next = arrives.checked_add_days(Days::new(1));
        let last = arrives.checked_add_days(Days::new(u64::from(days)));
        if let (Some(next), Some(last)) = (next, last) {
            let kinds = kinds_with(&|timing| timing == ReminderTiming::Before(days));
            wanted.push(of(ReminderWindow::Before, next, last, kinds));
        }
    }
    wanted
}

fn remind_some(
    app: &App,
    face: &MailFace,
    work: &mut LongWork,
    duties: &[DutyRow],
    wanted: &RemindersWanted,
    now: Now,
) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    let mut wishes = Vec::new();
    let candidates = by_file(duties, |duty| duty.registration_id);
    let ids: Vec<RegistrationId> = candidates.keys().copied().collect();
    for file in files::load(work.conn(), &ids, true)? {
        let id = file.registration.id;
        let of_this_file = candidates.get(&id).map_or(&[][..], Vec::as_slice);
        match of_one_file(id, || wish(app, face, &file, of_this_file, wanted, now)) {
            Some(wish) => {
                counts.skipped += (of_this_file.len() as u64).saturating_sub(wish.made);
                wishes.push(wish);
            }
            None => counts.failed += of_this_file.len() as u64,
        }
    }
    wishes.retain(|wish| !(wish.writes.is_only_audit() && wish.writes.audit.is_empty()));
    counts.add(batches::write(work, wishes)?);
    Ok(counts)
}

fn wish(
    app: &App,
    face: &MailFace,
    file: &LiveFile,
    duties: &[&DutyRow],
    wanted: &RemindersWanted,
    now: Now,
) -> Result<Wish, Refusal> {
    let person = file.person.as_ref().ok_or(Refusal::NotFound)?;
    let duties = if person.channel == wanted.channel { duties } else { &[] };
    let document = FactsDocument::parse(&file.registration.facts_doc)?;
    let verdicts = Verdicts::of(file.plan(app, now)?)?;
    let mut planned = WriteSet::default();
    for duty in duties {
        let owed = verdicts.of_duty(duty).filter(|verdict| is_owed(&document, duty, verdict));
        let Some(due_on) = owed.and_then(|verdict| verdict.due) else { continue };
        let reminder = ReminderId::fresh();
        let until = purpose_ends_on(wanted.window, wanted.channel, due_on, app.config.policy.letter_days);
        let outbox = message(face, reminder, file.registration.id, wanted.channel, until, now);
        let deed = Deed::on(Action::ReminderPlan, ObjectRef::duty(duty.id), file.registration.id);
        planned.audit.push(app.audit.leaf_of_system(NAME, now.system, &deed)?);
        planned.reminders.push(ReminderRow {
            id: reminder,
            duty_id: duty.id,
            duty_version: verdicts.version_of(duty),
            due_on,
            reminder_window: wanted.window,
            channel: wanted.channel,
            planned_on: file.today(now),
            outbox_id: outbox.id,
            created_at: now.legal,
        });
        planned.outbox.push(outbox);
    }
    let made = planned.reminders.len() as u64;
    let mut writes = catch_up(app, NAME, verdicts, now)?;
    writes.merge(planned);
    Ok(Wish { registration: file.registration.id, version: file.registration.version, writes, made })
}

/// Whether the rules say today that somebody is to be reminded of a stored duty.
pub(super) fn is_owed(document: &FactsDocument, stored: &DutyRow, verdict: &law::Duty) -> bool {
    // Some dates do not move for custody, and nobody notifies from a cell.
    still_to_do(stored, verdict).is_some_and(|due| status::physical(document, due) != PhysicalStatus::InCustody)
}

/// The strict date to remind of, when the rules say today that the duty is still to be done by the stored date. A date
/// that has moved is written by this run and reminded of by the next.
fn still_to_do(stored: &DutyRow, verdict: &law::Duty) -> Option<NaiveDate> {
    match verdict.status {
        DutyStatus::Open | DutyStatus::Upcoming => verdict.due.filter(|due| stored.due_on == Some(*due)),
        DutyStatus::Met
        | DutyStatus::MetLate
        | DutyStatus::Lapsed
        | DutyStatus::Suspended
        | DutyStatus::NotComputable
        | DutyStatus::Overdue => None,
    }
}

/// The last day on which a message may leave and still serve its reader.
fn purpose_ends_on(
    window: ReminderWindow,
    channel: DeliveryChannel,
    due_on: NaiveDate,
    letter_days: u32,
) -> Option<NaiveDate> {
    let read_by = match window {
        // On the day itself the other reminder takes its place.
        ReminderWindow::Before => due_on.pred_opt(),
        ReminderWindow::OnDay => Some(due_on),
    };
    read_by?.checked_sub_days(Days::new(u64::from(lead(channel, letter_days))))
}

/// The message of a reminder, ready to leave.
pub(super) fn message(
    face: &MailFace,
    reminder: ReminderId,
    registration: RegistrationId,
    channel: DeliveryChannel,
    purpose_ends_on: Option<NaiveDate>,
    now: Now,
) -> OutboxRow {
    let id = OutboxId::fresh();
    OutboxRow {
        id,
        kind: OutboxKind::Reminder,
        registration_id: Some(registration),
        reference_id: reminder.to_string(),
        event: REMINDER.to_owned(),
        channel,
        state: OutboxState::Pending,
        attempts: 0,
        next_try_at: now.system,
        leased_by: None,
        leased_until: None,
        purpose_ends_on,
        message_id: face.message_id(id),
        handed_over_at: None,
        delivered_at: None,
        last_code: None,
        created_at: now.system,
        updated_at: now.system,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).expect("a day")
    }

    fn timing(kind: DutyKind) -> ReminderTiming {
        match kind {
            DutyKind::Travel => ReminderTiming::Never,
            DutyKind::NoHome => ReminderTiming::OnDay,
            DutyKind::Periodic => ReminderTiming::Before(14),
            DutyKind::Initial
            | DutyKind::Name
            | DutyKind::Home
            | DutyKind::Stay
            | DutyKind::Return
            | DutyKind::UnplannedAbsence => ReminderTiming::Before(1),
        }
    }

    #[test]
    fn each_length_of_notice_is_one_question_and_the_day_itself_another() {
        let asked = windows(Regime::NlPilot, day(10), &timing, 3);
        let shape: Vec<_> = asked.iter().map(|w| (w.channel, w.window, w.from, w.until, w.kinds.len())).collect();
        let (mail, letter) = (DeliveryChannel::Email, DeliveryChannel::Letter);
        assert_eq!(
            shape,
            [
                (mail, ReminderWindow::OnDay, day(10), day(10), 8),
                (mail, ReminderWindow::Before, day(11), day(11), 6),
                (mail, ReminderWindow::Before, day(11), day(24), 1),
                (letter, ReminderWindow::OnDay, day(13), day(13), 8),
                (letter, ReminderWindow::Before, day(14), day(14), 6),
                (letter, ReminderWindow::Before, day(14), day(27), 1),
            ]
        );
        assert!(asked.iter().all(|w| !w.kinds.contains(&DutyKind::Travel)), "never means never");
    }

    #[test]
    fn a_message_leaves_in_time_to_be_read() {
        let until = |window, channel| purpose_ends_on(window, channel, day(20), 3);
        assert_eq!(until(ReminderWindow::Before, DeliveryChannel::Email), Some(day(19)));
        assert_eq!(until(ReminderWindow::OnDay, DeliveryChannel::Email), Some(day(20)));
        assert_eq!(until(ReminderWindow::Before, DeliveryChannel::Letter), Some(day(16)));
        assert_eq!(until(ReminderWindow::OnDay, DeliveryChannel::Letter), Some(day(17)));
    }
}
