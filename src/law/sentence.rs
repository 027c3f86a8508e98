//! How long one conviction makes somebody subject: the table of s.8(3) with its adjustments.
//!
//! Sentences form groups: a consecutive or overlapping one joins the one before it, a concurrent one
//! starts a group of its own. Each group counts as its unsuspended parts less overlaps; the best band governs.

use chrono::NaiveDate;

use super::day;
use super::facts::{Conviction, Length, Runs, Sentence, SentenceKind};
use super::profile_length::{Concurrent, Decided, LengthRules, Minor, MinorBefore, MinorStart, PartSuspended};
use super::rulebook::RegimeRules;
use super::step::{Band, Question, Step, Steps};

/// The length of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duration {
    /// No sentence is known yet, or not the period the court named.
    Provisional,
    /// Without end.
    Indefinite,
    /// So many years, beginning with the relevant date or another day.
    Years { from: NaiveDate, years: u32 },
}

/// The length that follows from one conviction. `from` is the day from which it counts.
pub(super) fn duration(
    conviction: &Conviction,
    birth: Option<NaiveDate>,
    rules: &RegimeRules,
    from: NaiveDate,
    as_of: NaiveDate,
    steps: &mut Steps,
) -> Duration {
    let convicted = conviction.convicted_on;
    let Some(sentenced) = conviction.sentencing_day().filter(|on| *on <= as_of) else {
        steps.push(Step::SentenceUnknown { convicted });
        return Duration::Provisional;
    };
    if let Some(varied) = conviction.varied.iter().map(|v| v.on).max() {
        steps.push(Step::Varied { on: varied });
    }
    let length = &rules.at_or_first(convicted).length;
    let band = best_band(conviction.current_sentences(), length, from, steps);
    let years = years_of(band, length);
    match minor_rule(rules, sentenced) {
        Minor::ReducedAtSentencing { under_age, long_years, medium_years, other_years }
            if birth.is_some_and(|b| day::is_under(b, sentenced, *under_age)) =>
        {
            let Some(full) = years else { return indefinite(from, steps) };
            let reduced = match band {
                Band::Life | Band::AboveIndefinite | Band::Long => *long_years,
                Band::Medium => *medium_years,
                Band::WhollySuspended | Band::Other => *other_years,
            };
            steps.push(Step::MinorReduced { under_age: *under_age, sentenced, years: full, reduced });
            years_from(from, reduced, steps)
        }
        Minor::ReducedAtSentencing { .. } => match conviction.court_period_years {
            Some(named) => court_period(from, u32::from(named), steps),
            None => by_band(years, from, steps),
        },
        Minor::CourtPeriod { under_age, minor_period_start, .. } => match conviction.court_period_years {
            Some(named) => {
                let from = match minor_period_start {
                    MinorStart::RelevantDate => from,
                    MinorStart::Sentence => from.max(sentenced),
                };
                court_period(from, u32::from(named), steps)
            }
            None if was_minor(conviction, birth, *under_age) => {
                steps.push(Step::CourtPeriodUnknown { convicted });
                Duration::Provisional
            }
            None => by_band(years, from, steps),
        },
    }
}

/// The rule for young people in force at sentencing, unless a later version takes over its cases.
fn minor_rule(rules: &RegimeRules, sentenced: NaiveDate) -> &Minor {
    let at = rules.index_at(sentenced).unwrap_or(0);
    let takes_over = rules
        .versions()
        .iter()
        .skip(at + 1)
        .map(|p| &p.length.minor)
        .find(|minor| matches!(minor, Minor::CourtPeriod { minor_before_2023: MinorBefore::ThisRule, .. }));
    takes_over.unwrap_or_else(|| &rules.at_or_first(sentenced).length.minor)
}

/// Under age at the offence. Without a recorded day of the offence somebody under age at the
/// conviction was certainly under age at the offence.
fn was_minor(conviction: &Conviction, birth: Option<NaiveDate>, under_age: u32) -> bool {
    let offence = conviction.offence_on.unwrap_or(conviction.convicted_on);
    birth.is_some_and(|b| day::is_under(b, offence, under_age))
}

fn court_period(from: NaiveDate, years: u32, steps: &mut Steps) -> Duration {
    steps.push(Step::CourtPeriod { years });
    years_from(from, years, steps)
}

fn by_band(years: Option<u32>, from: NaiveDate, steps: &mut Steps) -> Duration {
    match years {
        Some(years) => years_from(from, years, steps),
        None => indefinite(from, steps),
    }
}

fn years_from(from: NaiveDate, years: u32, steps: &mut Steps) -> Duration {
    steps.push(Step::Years { from, years, last: day::years_beginning(from, years) });
    Duration::Years { from, years }
}

fn indefinite(from: NaiveDate, steps: &mut Steps) -> Duration {
    steps.push(Step::Indefinite { from });
    Duration::Indefinite
}

/// Years of a band, `None` when indefinite.
const fn years_of(band: Band, length: &LengthRules) -> Option<u32> {
    match band {
        Band::Life | Band::AboveIndefinite => None,
        Band::Long => Some(length.long_years),
        Band::Medium => Some(length.medium_years),
        Band::WhollySuspended => Some(length.suspended_years),
        Band::Other => Some(length.other_years),
    }
}

/// A running group of sentences.
#[derive(Clone, Copy, Default)]
struct Group {
    sentences: u32,
    imprisonment: bool,
    life: bool,
    /// The parts that are served, less overlaps.
    served: (i32, i32),
    /// The whole terms, less overlaps.
    whole: (i32, i32),
}

impl Group {
    fn add(&mut self, served: (i32, i32), whole: (i32, i32)) {
        self.served = (self.served.0 + served.0, self.served.1 + served.1);
        self.whole = (self.whole.0 + whole.0, self.whole.1 + whole.1);
    }
}

fn best_band(sentences: &[Sentence], rules: &LengthRules, from: NaiveDate, steps: &mut Steps) -> Band {
    let mut best: Option<Band> = None;
    let mut group = Group::default();
    let mut close = |group: Group, steps: &mut Steps| {
        if group.sentences > 0 {
            let band = band_of(group, rules, from, steps);
            // Bands are ordered from the longest; a person gets the longest of the groups.
            best = Some(best.map_or(band, |b| b.min(band)));
        }
    };
    for sentence in sentences {
        let joins = match sentence.runs {
            Runs::Consecutive | Runs::Overlapping => true,
            Runs::Concurrent => rules.concurrent_sentences == Concurrent::Added,
        };
        if !joins {
            close(std::mem::take(&mut group), steps);
        }
        join(&mut group, sentence, rules, from, steps);
    }
    close(group, steps);
    best.unwrap_or(Band::Other)
}

/// Adds a sentence to its group.
fn join(group: &mut Group, sentence: &Sentence, rules: &LengthRules, from: NaiveDate, steps: &mut Steps) {
    let first = group.sentences == 0;
    group.sentences += 1;
    match sentence.kind {
        SentenceKind::Life => group.life = true,
        SentenceKind::Imprisonment => {
            group.imprisonment = true;
            let whole = (i32::from(sentence.months), i32::from(sentence.days));
            group.add(served(sentence, whole, rules, from, steps), whole);
        }
        SentenceKind::Community | SentenceKind::Fine => {}
    }
    if let (Runs::Overlapping, false, Some(overlap)) = (sentence.runs, first, sentence.overlap) {
        let less = (-i32::from(overlap.months), -i32::from(overlap.days));
        group.add(less, less);
    }
}

/// The part of a term of imprisonment that counts: all of it, less what is suspended and not revived.
fn served(
    sentence: &Sentence,
    whole: (i32, i32),
    rules: &LengthRules,
    from: NaiveDate,
    steps: &mut Steps,
) -> (i32, i32) {
    if whole == (0, 0) {
        let Decided::SetByPerson = rules.hospital_order_band;
        steps.push(Step::PersonDecides { question: Question::HospitalOrderBand });
    }
    let Some(Length { months, days }) = sentence.suspended else { return whole };
    let rest = (whole.0 - i32::from(months), whole.1 - i32::from(days));
    let wholly = is_nothing(rest, from);
    if let Some(on) = sentence.revived_on {
        steps.push(Step::Revived { on });
        if wholly && on > day::years_beginning(from, rules.suspended_years) {
            let Decided::SetByPerson = rules.revived_after_end;
            steps.push(Step::PersonDecides { question: Question::RevivedAfterEnd });
        }
        return whole;
    }
    if wholly {
        let Decided::SetByPerson = rules.suspended_is_deprivation;
        steps.push(Step::PersonDecides { question: Question::SuspendedIsDeprivation });
        return (0, 0);
    }
    rest
}

/// The last day of so many months and days laid on the calendar, beginning with `from`.
fn laid(months: i32, days: i32, from: NaiveDate) -> NaiveDate {
    let through_months = match u32::try_from(months) {
        Ok(months) => day::months_beginning(from, months),
        Err(_) => from
            .checked_sub_months(chrono::Months::new(months.unsigned_abs()))
            .map_or(NaiveDate::MIN, |d| day::plus_days(d, -1)),
    };
    day::plus_days(through_months, i64::from(days))
}

fn is_nothing((months, days): (i32, i32), from: NaiveDate) -> bool {
    laid(months, days, from) < from
}

/// The band of a group. A term is longer than N months when, laid on the calendar from the relevant
/// date, it ends after N months laid on it.
fn band_of(group: Group, rules: &LengthRules, from: NaiveDate, steps: &mut Steps) -> Band {
    let Group { sentences, imprisonment, life, served, whole } = group;
    let nothing_served = is_nothing(served, from);
    let (months, days) = match rules.consecutive_part_suspended {
        PartSuspended::AddWholeTerms if sentences > 1 && !nothing_served => whole,
        PartSuspended::AddWholeTerms | PartSuspended::AddUnsuspendedParts => served,
    };
    let ends = laid(months, days, from);
    let band = if life {
        Band::Life
    } else if !imprisonment {
        Band::Other
    } else if nothing_served {
        Band::WhollySuspended
    } else if ends > day::months_beginning(from, rules.indefinite_above_months) {
        Band::AboveIndefinite
    } else if ends > day::months_beginning(from, rules.long_above_months) {
        Band::Long
    } else {
        Band::Medium
    };
    steps.push(Step::SentenceGroup { sentences, months, days, ends, band });
    band
}
