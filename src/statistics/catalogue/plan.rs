//! Which closed quarters are counted, and over which teams and offence groups.

use chrono::NaiveDate;

use super::definition::{Across, Dimension, Fixtures, TOTAL, UNKNOWN, part, text};
use crate::disclosure::Settings;
use crate::history::{History, Span};
use crate::period::Quarter;

/// What is counted. Two releases with the same teams and offence groups have tables of the same shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    quarters: Vec<(Quarter, Span)>,
    until: NaiveDate,
    teams: Vec<String>,
    offence_groups: Vec<String>,
    /// The limits of disclosure control.
    pub settings: Settings,
    /// Confidence of intervals; between 0 and 1.
    pub confidence: f64,
}

/// Why there is no such plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The last quarter comes before the first.
    #[error("the last quarter comes before the first")]
    Order,
    /// More than [`Plan::MOST_QUARTERS`].
    #[error("more than {} quarters", Plan::MOST_QUARTERS)]
    TooMany,
    /// A quarter has days that are not over.
    #[error("a quarter is not over yet: only closed periods are counted, and their last day counts")]
    NotClosed,
    /// A team or an offence group is named twice, or as the total or the unknown are.
    #[error("a team or an offence group is named twice, or as a total")]
    Name,
}

/// The quarters, teams and offence groups of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// First quarter.
    pub first: Quarter,
    /// Last quarter.
    pub last: Quarter,
    /// The last day that is over at the instant the release is valid for.
    pub over: NaiveDate,
    /// The teams, by name.
    pub teams: Vec<String>,
    /// The offence groups, by name.
    pub offence_groups: Vec<String>,
}

const ARMS: Fixtures = Fixtures {
    code: "arm",
    name: text("arm van de evaluatie", "arm of the evaluation"),
    parts: &[
        part("register_only", "alleen meldplicht", "duty to notify only"),
        part("supervision_only", "alleen toezicht", "supervision only"),
        part("both", "meldplicht en toezicht", "duty to notify and supervision"),
        part("control", "controlegroep", "control group"),
        UNKNOWN,
    ],
};

impl Plan {
    /// Ten years.
    pub const MOST_QUARTERS: usize = 40;

    /// Plans to count the quarters, by default limits and with 95 % intervals.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn new(choice: Choice) -> Result<Self, Refused> {
        let Choice { first, last, over, mut teams, mut offence_groups } = choice;
        if last < first {
            return Err(Refused::Order);
        }
        let all = std::iter::successors(Some(first), |it| Some(it.next())).take_while(|it| *it <= last);
        let quarters: Option<Vec<_>> =
            all.take(Self::MOST_QUARTERS + 1).map(|it| Some((it, it.closed_by(over)?))).collect();
        let quarters = quarters.ok_or(Refused::NotClosed)?;
        if quarters.len() > Self::MOST_QUARTERS {
            return Err(Refused::TooMany);
        }
        for names in [&mut teams, &mut offence_groups] {
            names.sort();
            let reserved = |name: &String| name == TOTAL || name == UNKNOWN.code;
            if names.windows(2).any(|pair| pair[0] == pair[1]) || names.iter().any(reserved) {
                return Err(Refused::Name);
            }
        }
        let until = quarters.last().and_then(|(_, days)| days.until()).ok_or(Refused::NotClosed)?;
        Ok(Self { quarters, until, teams, offence_groups, settings: Settings::default(), confidence: 0.95 })
    }

    /// The quarters with their days.
    pub fn quarters(&self) -> &[(Quarter, Span)] {
        &self.quarters
    }

    /// The last day of the last quarter.
    pub const fn until(&self) -> NaiveDate {
        self.until
    }

    /// The columns of a table.
    pub fn columns(&self, across: Across) -> Dimension {
        match across {
            Across::Team => Dimension::named(across.code(), text("team", "team"), &self.teams),
            Across::OffenceGroup => {
                Dimension::named(across.code(), text("soort delict", "kind of offence"), &self.offence_groups)
            }
            Across::Arm => Dimension::of(&ARMS),
            Across::Own(fixtures) => Dimension::of(fixtures),
        }
    }

    /// The position of a person's column; nothing when the measure itself tells.
    pub(super) fn column(&self, across: Across, history: &History) -> Option<usize> {
        let among = |names: &[String], name: Option<&String>| {
            let found = name.and_then(|name| names.binary_search(name).ok());
            Some(1 + found.unwrap_or(names.len()))
        };
        match across {
            Across::Team => among(&self.teams, history.team.as_ref()),
            Across::OffenceGroup => among(&self.offence_groups, history.offence_group.as_ref()),
            Across::Arm => {
                let arm = history.assignment.as_ref().map_or(UNKNOWN.code, |it| it.arm.code());
                ARMS.parts.iter().position(|part| part.code == arm).map(|position| position + 1)
            }
            Across::Own(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::sample::day;

    fn choice() -> Choice {
        let first = Quarter::of(day(0));
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Choice {
            first,
            last: first.next(),
            over: day(180),
            teams: names(&["south", "north"]),
            offence_groups: names(&["images"]),
        }
    }

    #[test]
    fn only_closed_quarters_are_counted_and_their_last_day_counts() {
        // 30 June is day 180.
        let plan = Plan::new(choice()).unwrap();
        assert_eq!(plan.quarters().iter().map(|it| it.0.to_string()).collect::<Vec<_>>(), ["2026-Q1", "2026-Q2"]);
        assert_eq!(plan.until(), day(180));
        assert_eq!(Plan::new(Choice { over: day(179), ..choice() }), Err(Refused::NotClosed));
        let first = choice().last.next();
        assert_eq!(Plan::new(Choice { first, ..choice() }), Err(Refused::Order));
        let first = Quarter::of(NaiveDate::from_ymd_opt(1990, 1, 1).unwrap());
        assert_eq!(Plan::new(Choice { first, ..choice() }), Err(Refused::TooMany));
    }

    #[test]
    fn names_are_in_order_and_unlike_each_other() {
        let columns = Plan::new(choice()).unwrap().columns(Across::Team);
        let codes: Vec<_> = columns.categories.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(codes, ["total", "north", "south", "unknown"]);
        let teams = |names: [&str; 2]| {
            let teams = names.map(str::to_owned).to_vec();
            Plan::new(Choice { teams, ..choice() }).err()
        };
        assert_eq!(teams(["north", "north"]), Some(Refused::Name));
        assert_eq!(teams(["north", "total"]), Some(Refused::Name));
    }
}
