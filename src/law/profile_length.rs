//! The part of a profile that says who is subject and for how long.

use serde::Deserialize;

use super::facts::CustodyKind;

/// How long the registration lasts.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LengthRules {
    /// A term of more than so many months makes the period indefinite.
    pub indefinite_above_months: u32,
    /// A term of more than so many months makes it `long_years`.
    pub long_above_months: u32,
    /// Years for a term between the two.
    pub long_years: u32,
    /// Years for a shorter term.
    pub medium_years: u32,
    /// Years when nothing of the imprisonment is unsuspended.
    pub suspended_years: u32,
    /// Years for anything else.
    pub other_years: u32,
    /// How wholly concurrent terms count.
    pub concurrent_sentences: Concurrent,
    /// How part-suspended consecutive terms count.
    pub consecutive_part_suspended: PartSuspended,
    /// Whether the day of quashing is the last day, on which open duties lapse.
    pub quash_day_is_last: bool,
    /// A suspended term put into execution after the period had ended.
    pub revived_after_end: Decided,
    /// A hospital order without a term.
    pub hospital_order_band: Decided,
    /// Whether a wholly suspended sentence is a deprivation of liberty.
    pub suspended_is_deprivation: Decided,
    /// Young people.
    pub minor: Minor,
}

/// How wholly concurrent terms count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concurrent {
    /// Each by itself; the longest governs.
    EachByItself,
    /// Added to the one before, as consecutive ones are.
    Added,
}

/// How part-suspended consecutive terms count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartSuspended {
    /// The parts that are not suspended are added.
    AddUnsuspendedParts,
    /// The whole terms are added.
    AddWholeTerms,
}

/// A question the text leaves to a person, whose answer is recorded as a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// The recorded fact stands, and the explanation says that a person decided it.
    SetByPerson,
}

/// Young people.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, tag = "rule", rename_all = "snake_case")]
pub enum Minor {
    /// Shorter periods for somebody under age at sentencing; indefinite stays indefinite.
    ReducedAtSentencing {
        /// The age below which somebody is a minor.
        under_age: u32,
        /// Instead of `long_years`.
        long_years: u32,
        /// Instead of `medium_years`.
        medium_years: u32,
        /// Instead of the other periods.
        other_years: u32,
    },
    /// The court names the period for somebody under age at the offence.
    CourtPeriod {
        /// The age below which somebody is a minor.
        under_age: u32,
        /// The longest period the court can name, in years.
        max_years: u32,
        /// From when it runs.
        minor_period_start: MinorStart,
        /// Whether a minor sentenced under an earlier version keeps the reduced period.
        minor_before_2023: MinorBefore,
    },
}

/// From when a period named by the court runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinorStart {
    /// The conviction.
    RelevantDate,
    /// The day of sentencing.
    Sentence,
}

/// Minors sentenced under an earlier version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinorBefore {
    /// They keep the reduced period.
    Keeps,
    /// The rule of this version applies to them too.
    ThisRule,
}

/// Convictions abroad.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    /// From when the length counts.
    pub foreign_relevant_date: ForeignStart,
    /// Whether somebody resident when the version began owes a fresh initial notification then.
    pub fresh_initial_at_start: bool,
}

/// From when the length of a foreign conviction counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignStart {
    /// The conviction.
    Conviction,
    /// The beginning of residence.
    Residence,
}

/// Convictions from before the first version.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// Kinds of custody in which a sentence was being served on the first day.
    pub serving_kinds: Vec<CustodyKind>,
}

/// Sex offender orders.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    /// The least number of years an order lasts.
    pub years: u32,
}

/// Application to end an indefinite period.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discharge {
    /// Years from release before it is possible.
    pub years: u32,
    /// Kinds of custody that are still the sentence.
    pub kinds: Vec<CustodyKind>,
}

/// Fingerprints, palm prints and photograph.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prints {
    /// Days after the notification through which they may be taken.
    pub prints_window: u32,
}

/// Notice by the prison before release.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrisonNotice {
    /// Days before release.
    pub days: u32,
    /// Whether they must be clear days.
    pub prison_notice_clear_days: bool,
}
