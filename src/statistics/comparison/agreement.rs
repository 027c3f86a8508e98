//! The register and supervision over all people: what each of them saw of the same events, people and months.

use super::clustered::{Months, Ratio};
use super::sight::{By, Standard, covered, events, monthly, verdict};
use super::spread::Spread;
use crate::agreement::Paired;
use crate::history::{History, Span};

/// Filled with one history after another; a few hundred numbers, whatever their number.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    period: Span,
    standard: Standard,
    /// Detection added: events that the register alone saw, over all events that either saw.
    pub added: Ratio,
    /// The same of events that happened while the person was under both systems.
    pub added_under_both: Ratio,
    /// The same of the other events: what the two above differ by.
    pub added_otherwise: Ratio,
    /// People under both systems: in whom which system saw a failure. The register is the first.
    pub people: Paired,
    /// Their months, likewise.
    pub months: Months,
    /// Coverage added: days registered and not supervised, over days registered.
    pub coverage: Ratio,
    /// The same without days in custody.
    pub coverage_at_liberty: Ratio,
    /// Days from the flag to the report of the breach, of events that both saw.
    pub lead: Spread,
}

impl Agreement {
    /// Of nobody yet.
    pub fn new(period: Span, standard: Standard) -> Self {
        Self {
            period,
            standard,
            added: Ratio::default(),
            added_under_both: Ratio::default(),
            added_otherwise: Ratio::default(),
            people: Paired::default(),
            months: Months::default(),
            coverage: Ratio::default(),
            coverage_at_liberty: Ratio::default(),
            lead: Spread::default(),
        }
    }

    /// Adds a person.
    pub fn add(&mut self, history: &History) {
        let all = events(history, self.standard);
        let here: Vec<_> = all.iter().filter(|it| self.period.has(it.day)).collect();
        let count = |of: &dyn Fn(By, bool) -> bool| here.iter().filter(|it| of(it.by, it.could_both)).count() as u64;
        self.added.add(count(&|by, _| by == By::Register), count(&|_, _| true));
        self.added_under_both.add(count(&|by, both| both && by == By::Register), count(&|_, both| both));
        self.added_otherwise.add(count(&|by, both| !both && by == By::Register), count(&|_, both| !both));
        let leads: Vec<i64> = here.iter().filter_map(|it| it.lead).collect();
        self.lead.add(&leads);
        if let Some(verdict) = verdict(history, &all, self.period) {
            tell(&mut self.people, verdict.register, verdict.supervision);
        }
        let mut months = Paired::default();
        for (_, verdict) in monthly(history, self.standard, self.period) {
            tell(&mut months, verdict.register, verdict.supervision);
        }
        self.months.add(months);
        let days = covered(history, self.period);
        self.coverage.add(days.added, days.registered);
        self.coverage_at_liberty.add(days.added_at_liberty, days.registered_at_liberty);
    }

    /// Adds what was seen of other people, in the same period and by the same standard.
    pub fn merge(&mut self, other: &Self) {
        self.added.merge(&other.added);
        self.added_under_both.merge(&other.added_under_both);
        self.added_otherwise.merge(&other.added_otherwise);
        self.people.both += other.people.both;
        self.people.first_only += other.people.first_only;
        self.people.second_only += other.people.second_only;
        self.people.neither += other.people.neither;
        self.months.merge(&other.months);
        self.coverage.merge(&other.coverage);
        self.coverage_at_liberty.merge(&other.coverage_at_liberty);
        self.lead.merge(&other.lead);
    }
}

fn tell(paired: &mut Paired, register: bool, supervision: bool) {
    *match (register, supervision) {
        (true, true) => &mut paired.both,
        (true, false) => &mut paired.first_only,
        (false, true) => &mut paired.second_only,
        (false, false) => &mut paired.neither,
    } += 1;
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::super::sight::Event;
    use super::*;
    use crate::history::{Breach, Days, DutyKind, EventId, Fact, Facts, Flag, FlagOutcome, PersonId, Severity};

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn quarter() -> Span {
        Span::new(day(1, 1), Some(day(3, 31))).unwrap()
    }

    fn flag(id: u128, duty: DutyKind, failed_on: NaiveDate, outcome: Option<FlagOutcome>) -> Flag {
        let raised_on = failed_on + chrono::Duration::days(1);
        Flag {
            id: EventId(id),
            duty,
            failed_on,
            raised_on,
            opened_on: None,
            decided_on: outcome.map(|_| raised_on),
            outcome,
            referred_on: None,
            authority: None,
            answered_on: None,
        }
    }

    fn breach(id: u128, fact: Fact, observed_on: NaiveDate) -> Breach {
        let reported_on = Some(observed_on + chrono::Duration::days(3));
        Breach {
            id: EventId(id),
            fact,
            observed_on,
            reported_on,
            severity: Severity::Light,
            decision: None,
            decided_on: None,
        }
    }

    /// Registered from January to March, supervised until 15 February, in custody from 20 February to 1 March.
    fn person(flags: Vec<Flag>, breaches: Vec<Breach>) -> History {
        let days = |from, until| Days::new(Span::new(from, Some(until)));
        History::new(Facts {
            registered: days(day(1, 1), day(3, 31)),
            supervised: days(day(1, 1), day(2, 15)),
            custody: days(day(2, 20), day(3, 1)),
            flags,
            breaches,
            ..Facts::of(PersonId(1))
        })
        .unwrap()
    }

    const WARNED: Option<FlagOutcome> = Some(FlagOutcome::Warning);

    fn example() -> History {
        person(
            vec![
                // 12 days before the breach of the same kind, and raised on 5 January.
                flag(1, DutyKind::Home, day(1, 4), WARNED),
                // As near, of another kind.
                flag(2, DutyKind::Travel, day(1, 16), WARNED),
                // Excused: no failure.
                flag(3, DutyKind::Home, day(1, 15), Some(FlagOutcome::AcceptableExcuse)),
                // Nobody has decided; no longer supervised.
                flag(4, DutyKind::Periodic, day(3, 31), None),
            ],
            vec![breach(5, Fact::Residence, day(1, 16)), breach(6, Fact::Conduct, day(2, 1))],
        )
    }

    #[test]
    fn events_are_matched_by_kind_and_day_and_keep_what_they_are_made_of() {
        let told = |it: &Event| (it.fact, it.by, it.day, it.flag, it.breach, it.lead, it.could_both);
        let events: Vec<_> = events(&example(), Standard::Standing).iter().map(told).collect();
        assert_eq!(
            events,
            [
                // Raised 5 January, reported 19 January: the register was 14 days earlier.
                (Fact::Residence, By::Both, day(1, 4), Some(EventId(1)), Some(EventId(5)), Some(14), true),
                (Fact::Travel, By::Register, day(1, 16), Some(EventId(2)), None, None, true),
                (Fact::Conduct, By::Supervision, day(2, 1), None, Some(EventId(6)), None, true),
                (Fact::Contact, By::Register, day(3, 31), Some(EventId(4)), None, None, false),
            ]
        );
    }

    #[test]
    fn one_person_s_quarter_by_hand() {
        let mut agreement = Agreement::new(quarter(), Standard::Standing);
        agreement.add(&example());
        // Two of four events were seen by the register alone; one of three while under both.
        assert_eq!(agreement.added.sums(), (2.0, 4.0));
        assert_eq!(agreement.added_under_both.sums(), (1.0, 3.0));
        assert_eq!(agreement.added_otherwise.sums(), (1.0, 1.0));
        assert_eq!(agreement.people, Paired { both: 1, ..Paired::default() });
        // January: flags on 4 and 16, breach on 16. February, under both until the 15th: a breach only. March: not under both.
        assert_eq!(agreement.months.paired(), Paired { both: 1, second_only: 1, ..Paired::default() });
        // 90 days registered, 44 of them (16 February to 31 March) not supervised; custody takes 10 of either.
        assert_eq!(agreement.coverage.sums(), (44.0, 90.0));
        assert_eq!(agreement.coverage_at_liberty.sums(), (34.0, 80.0));
        assert_eq!((agreement.lead.count(), agreement.lead.people()), (1, 1));
    }

    #[test]
    fn what_nobody_decided_counts_only_where_that_is_asked() {
        let mut agreement = Agreement::new(quarter(), Standard::Confirmed);
        agreement.add(&example());
        assert_eq!(agreement.added.sums(), (1.0, 3.0));
    }

    #[test]
    fn the_last_day_of_a_month_belongs_to_it() {
        let on = |failed_on| {
            let mut agreement = Agreement::new(quarter(), Standard::Confirmed);
            agreement.add(&person(vec![flag(1, DutyKind::Home, failed_on, WARNED)], Vec::new()));
            (agreement.months.paired().first_only, agreement.added.sums().0)
        };
        assert_eq!(on(day(1, 31)), (1, 1.0));
        assert_eq!(on(day(3, 31)), (0, 1.0), "no longer under both in March, but within the quarter");
        assert_eq!(on(day(4, 1)), (0, 0.0));
    }

    #[test]
    fn who_is_never_under_both_and_at_liberty_is_not_compared() {
        let mut facts = Facts::of(PersonId(1));
        facts.registered = Days::new(Span::new(day(1, 1), None));
        facts.supervised = Days::new(Span::new(day(1, 1), Some(day(1, 31))));
        facts.custody = facts.supervised.clone();
        let mut agreement = Agreement::new(quarter(), Standard::Confirmed);
        agreement.add(&History::new(facts).unwrap());
        assert_eq!((agreement.people.all(), agreement.months.people()), (0, 0));
        assert_eq!(agreement.coverage.sums(), (59.0, 90.0));
    }

    fn days_of(kind: DutyKind) -> impl Strategy<Value = (Vec<i64>, Vec<i64>)> {
        let days = || prop::collection::vec(0..89_i64, 0..5);
        (days(), days()).prop_map(move |both| {
            assert_eq!(kind.fact(), Fact::Residence);
            both
        })
    }

    proptest! {
        /// However they match, each flag and each breach is in exactly one event, and parts add up to the whole.
        #[test]
        fn every_flag_and_breach_is_in_one_event(people in prop::collection::vec(days_of(DutyKind::Stay), 1..5)) {
            let at = |number: i64| day(1, 1) + chrono::Duration::days(number);
            let mut whole = Agreement::new(quarter(), Standard::Confirmed);
            let mut parts = whole.clone();
            for (flags, breaches) in &people {
                let flags = flags.iter().zip(0..).map(|(it, id)| flag(id, DutyKind::Stay, at(*it), WARNED)).collect();
                let breaches = breaches.iter().zip(50..).map(|(it, id)| breach(id, Fact::Residence, at(*it))).collect();
                let history = person(flags, breaches);
                let all = events(&history, Standard::Confirmed);
                let mut ids: Vec<_> = all.iter().flat_map(|it| [it.flag, it.breach]).flatten().collect();
                ids.sort_unstable();
                let mut expected: Vec<_> = history.flags.iter().map(|it| it.id).collect();
                expected.extend(history.breaches.iter().map(|it| it.id));
                expected.sort_unstable();
                prop_assert_eq!(ids, expected);
                whole.add(&history);
                let mut part = Agreement::new(quarter(), Standard::Confirmed);
                part.add(&history);
                parts.merge(&part);
            }
            prop_assert_eq!(parts, whole);
        }
    }
}
