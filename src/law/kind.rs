//! The kinds of duty the Act knows, and the two readings every date is computed on.

use serde::{Deserialize, Serialize};

/// A notification requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyKind {
    /// First notification after the relevant date, s.10(1), s.13(2).
    Initial,
    /// A name not notified last, s.10(2)(a).
    Name,
    /// A change of home address, s.10(2)(b).
    Home,
    /// A qualifying period at another place in the State, s.10(2)(c).
    Stay,
    /// An absence intended to last the length that counts, s.10(3).
    Travel,
    /// Return from abroad, s.10(2)(d).
    Return,
    /// An absence that was not intended to last, s.10(4).
    UnplannedAbsence,
    /// The yearly notification, s.10(6A).
    Periodic,
    /// Where the person sleeps while no home address is accepted, s.10(7A).
    NoHome,
}

impl DutyKind {
    /// Every kind, in the order of the Act as the documents list it.
    pub const ALL: [Self; 9] = [
        Self::Initial,
        Self::Name,
        Self::Home,
        Self::Stay,
        Self::Travel,
        Self::Return,
        Self::UnplannedAbsence,
        Self::Periodic,
        Self::NoHome,
    ];

    /// The code used in documents.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Name => "name",
            Self::Home => "home",
            Self::Stay => "stay",
            Self::Travel => "travel",
            Self::Return => "return",
            Self::UnplannedAbsence => "unplanned_absence",
            Self::Periodic => "periodic",
            Self::NoHome => "no_home",
        }
    }

    /// Whether a notification of this kind starts the twelve months of the yearly duty.
    #[must_use]
    pub const fn starts_the_year(self) -> bool {
        !matches!(self, Self::NoHome)
    }
}

/// A reading of the text. Doubts favour the person: `Strict` gives the date to remind of,
/// `Lenient` the date before which nobody is called overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Least favourable to the person.
    Strict,
    /// Most favourable tenable one.
    Lenient,
    /// Both readings agree.
    Both,
}

impl Reading {
    /// Every reading.
    pub const ALL: [Self; 3] = [Self::Strict, Self::Lenient, Self::Both];
}

/// A value on either reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair<T> {
    /// On the strict reading.
    pub strict: T,
    /// On the lenient reading.
    pub lenient: T,
}

impl<T: Copy> Pair<T> {
    /// The value on one reading; where both agree the strict one stands for both.
    #[must_use]
    pub const fn on(&self, reading: Reading) -> T {
        match reading {
            Reading::Strict | Reading::Both => self.strict,
            Reading::Lenient => self.lenient,
        }
    }
}
