//! The tables of the catalogue, each with its definition.
//!
//! | module | tables |
//! | --- | --- |
//! | [`people`] | registered by status, with the missing; begun and ended |
//! | [`duties`] | notifications, duties that fell due, people by compliance |
//! | [`flags`] | flags raised, decided, open; what came of referrals |
//! | [`proposals`] | measures beside the register: proposed, decided |
//! | [`sight`] | what the register and supervision saw: events, people, months; days and checks |
//!
//! No number may be had from the numbers of two measures: disclosure control protects the tables of one measure against
//! each other (they share their column of totals), not those of two. So the missing are rows of the registered and no
//! table of their own, and failures are not counted once more by the system that saw them.

pub mod duties;
pub mod flags;
pub mod people;
pub mod proposals;
pub mod sight;

use super::definition::{Across, Measure};

/// Every measure, in the order in which tables come.
pub const ALL: &[&Measure] = &[
    &people::REGISTERED,
    &people::MOVEMENTS,
    &duties::NOTIFICATIONS,
    &duties::DUE,
    &duties::COMPLIANCE,
    &flags::RAISED,
    &flags::DECIDED,
    &flags::OPEN,
    &flags::ANSWERS,
    &proposals::MADE,
    &proposals::DECIDED,
    &sight::EVENTS,
    &sight::PEOPLE,
    &sight::MONTHS,
    &sight::CHECKS,
    &sight::OBSERVED,
];

const EVERYWHERE: &[Across] = &[Across::Team, Across::Arm, Across::OffenceGroup];

/// The category of a number of days: the last band whose first day it reaches.
fn band(days: i64, bands: &[(i64, &'static str)]) -> &'static str {
    bands.iter().rev().find(|(from, _)| *from <= days).or(bands.first()).map_or("", |it| it.1)
}
