//! The tables of the catalogue, each with its definition.
//!
//! | module | tables |
//! | --- | --- |
//! | [`people`] | registered by status, ever registered, begun and ended, missing |
//! | [`duties`] | notifications, duties that fell due, late ones by days, people by compliance |
//! | [`flags`] | flags by outcome and age, referrals and what came of them |
//! | [`sight`] | what the register and supervision saw: events, people, months, days, checks |

pub mod duties;
pub mod flags;
pub mod people;
pub mod sight;

use super::definition::{Across, Measure};

/// Every measure, in the order in which tables come.
pub const ALL: &[&Measure] = &[
    &people::REGISTERED,
    &people::EVER_REGISTERED,
    &people::MOVEMENTS,
    &people::MISSING,
    &duties::NOTIFICATIONS,
    &duties::DUE,
    &duties::LATE,
    &duties::COMPLIANCE,
    &flags::RAISED,
    &flags::DECIDED,
    &flags::OPEN,
    &flags::REFERRALS,
    &flags::ANSWERS,
    &sight::EVENTS,
    &sight::PEOPLE,
    &sight::MONTHS,
    &sight::COVERAGE,
    &sight::CHECKS,
    &sight::OBSERVED,
    &sight::FAILURES,
];

const EVERYWHERE: &[Across] = &[Across::Team, Across::Arm, Across::OffenceGroup];

/// The category of a number of days: the last band whose first day it reaches.
fn band(days: i64, bands: &[(i64, &'static str)]) -> &'static str {
    bands.iter().rev().find(|(from, _)| *from <= days).or(bands.first()).map_or("", |it| it.1)
}
