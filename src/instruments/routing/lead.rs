//! How much warning a notified trip gave: the lead time of one trip, and the report over many.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::notices::{NoticeKind, Routed};
use super::trip::TripState;
use crate::grounds::{codes, whole_days};

codes! {
    /// Days between the notification and the departure, in classes.
    pub enum LeadClass {
        /// After the departure.
        AfterDeparture => "after_departure",
        /// On the day of departure.
        SameDay => "same_day",
        /// One or two days before.
        OneToTwoDays => "one_to_two_days",
        /// Three to six days before.
        ThreeToSixDays => "three_to_six_days",
        /// Seven to thirteen days before.
        OneWeek => "one_week",
        /// Fourteen days before, or more.
        TwoWeeksOrMore => "two_weeks_or_more",
    }
}

impl LeadClass {
    /// The class of a number of days; negative: after the departure.
    #[must_use]
    pub const fn of(days: i64) -> Self {
        match days {
            i64::MIN..=-1 => Self::AfterDeparture,
            0 => Self::SameDay,
            1..=2 => Self::OneToTwoDays,
            3..=6 => Self::ThreeToSixDays,
            7..=13 => Self::OneWeek,
            14.. => Self::TwoWeeksOrMore,
        }
    }
}

/// The lead time of one trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lead {
    /// Days from the first notification to the departure as last told; negative: notified afterwards.
    pub days: i64,
    /// Its class.
    pub class: LeadClass,
    /// Days from the last change to the departure; absent when nothing changed.
    pub days_after_last_change: Option<i64>,
    /// Per recipient.
    pub recipients: Vec<DeskLead>,
}

/// What one recipient had of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeskLead {
    /// The desk.
    pub recipient: String,
    /// The day of its first notice.
    pub told_on: NaiveDate,
    /// The first day on which it acknowledged a notice of the trip.
    pub acknowledged_on: Option<NaiveDate>,
    /// Days from that acknowledgement to the departure; negative: too late.
    pub days_after_acknowledgement: Option<i64>,
}

/// The lead time of a trip; none when it does not take place or never was one.
#[must_use]
pub fn lead(routed: &Routed) -> Option<Lead> {
    if routed.state != TripState::Notified {
        return None;
    }
    let departs = routed.trip.departs;
    let days = whole_days(routed.notified_on, departs);
    let mut recipients: Vec<DeskLead> = Vec::new();
    for notice in &routed.notices {
        if !recipients.iter().any(|row| row.recipient == notice.recipient) {
            recipients.push(desk_lead(routed, &notice.recipient, notice.on));
        }
    }
    Some(Lead {
        days,
        class: LeadClass::of(days),
        days_after_last_change: routed.changed_on.map(|on| whole_days(on, departs)),
        recipients,
    })
}

/// A notice that the trip is none of the recipient's business warns nobody, so its acknowledgement does not count.
fn desk_lead(routed: &Routed, recipient: &str, told_on: NaiveDate) -> DeskLead {
    let warnings =
        routed.notices.iter().filter(|n| n.recipient == recipient && n.kind != NoticeKind::NoLongerConcerned);
    let acknowledged_on = warnings.filter_map(|notice| notice.acknowledged_on).min();
    let days_after_acknowledgement = acknowledged_on.map(|on| whole_days(on, routed.trip.departs));
    DeskLead { recipient: recipient.to_owned(), told_on, acknowledged_on, days_after_acknowledgement }
}

/// The report over the trips first notified in a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeadReport {
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub until: NaiveDate,
    /// Trips that take place, took place or are under way: those the figures are about.
    pub trips: usize,
    /// Trips left out because they were cancelled.
    pub cancelled: usize,
    /// Trips left out because they were notified by mistake.
    pub wrong: usize,
    /// Trips per class, every class in order.
    pub classes: Vec<ClassCount>,
    /// Median of the days between notification and departure; none without trips.
    pub median_days: Option<f64>,
    /// Per recipient, by code.
    pub recipients: Vec<RecipientReport>,
}

/// How many trips are in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassCount {
    /// The class.
    pub class: LeadClass,
    /// The number of trips.
    pub trips: usize,
}

/// What one recipient had of all trips.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecipientReport {
    /// The desk.
    pub recipient: String,
    /// Trips it was told of.
    pub trips: usize,
    /// Of those, acknowledged.
    pub acknowledged: usize,
    /// Of those, acknowledged on or before the day of departure.
    pub acknowledged_in_time: usize,
    /// Median of the days from the first notice to the acknowledgement.
    pub median_days_to_acknowledge: Option<f64>,
}

/// The report over trips first notified from `from` through `until`.
#[must_use]
pub fn report<'r>(trips: impl IntoIterator<Item = &'r Routed>, from: NaiveDate, until: NaiveDate) -> LeadReport {
    let inside: Vec<&Routed> = trips.into_iter().filter(|trip| (from..=until).contains(&trip.notified_on)).collect();
    let leads: Vec<Lead> = inside.iter().filter_map(|trip| lead(trip)).collect();
    let in_state = |state| inside.iter().filter(|trip| trip.state == state).count();
    let in_class = |class| leads.iter().filter(|lead| lead.class == class).count();
    let mut by_desk: BTreeMap<&str, Vec<&DeskLead>> = BTreeMap::new();
    for row in leads.iter().flat_map(|lead| &lead.recipients) {
        by_desk.entry(&row.recipient).or_default().push(row);
    }
    LeadReport {
        from,
        until,
        trips: leads.len(),
        cancelled: in_state(TripState::Cancelled),
        wrong: in_state(TripState::Wrong),
        classes: LeadClass::ALL.iter().map(|class| ClassCount { class: *class, trips: in_class(*class) }).collect(),
        median_days: median(leads.iter().map(|lead| lead.days).collect()),
        recipients: by_desk.into_iter().map(|(recipient, rows)| recipient_report(recipient, &rows)).collect(),
    }
}

fn recipient_report(recipient: &str, rows: &[&DeskLead]) -> RecipientReport {
    let waits = rows.iter().filter_map(|row| row.acknowledged_on.map(|on| whole_days(row.told_on, on)));
    let in_time = |row: &&&DeskLead| row.days_after_acknowledgement.is_some_and(|days| days >= 0);
    RecipientReport {
        recipient: recipient.to_owned(),
        trips: rows.len(),
        acknowledged: rows.iter().filter(|row| row.acknowledged_on.is_some()).count(),
        acknowledged_in_time: rows.iter().filter(in_time).count(),
        median_days_to_acknowledge: median(waits.collect()),
    }
}

/// The middle number, or the mean of the two in the middle.
#[expect(clippy::cast_precision_loss, reason = "days between two dates are far below 2^52")]
fn median(mut numbers: Vec<i64>) -> Option<f64> {
    numbers.sort_unstable();
    let upper = *numbers.get(numbers.len() / 2)? as f64;
    if numbers.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *numbers.get(numbers.len() / 2 - 1)? as f64;
    Some(f64::midpoint(lower, upper))
}
