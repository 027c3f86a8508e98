use std::collections::BTreeSet;

use proptest::prelude::*;

use super::behind::{Behind, NoSuch, Place};
use super::definition::Dimension;
use super::plan::Choice;
use super::*;
use crate::disclosure::Status;
use crate::disclosure::protect::{Order, protect};
use crate::formats::dataset::Dataset;
use crate::formats::row::{Inspector, Row};
use crate::history::sample::{crowd, day, days, flag, member, sound};
use crate::history::{
    Arm, Authority, Duty, DutyKind, DutyState, EventId, Excuse, Fact, Facts, Flag, FlagOutcome, Notification, PersonId,
    Proposal, ProposalDecision, ProposalKind, ProposalOutcome, System,
};
use crate::period::Quarter;

fn plan() -> Plan {
    let first = Quarter::of(day(0));
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Plan::new(Choice {
        first,
        last: first.next(),
        over: day(190),
        teams: names(&["north", "south"]),
        offence_groups: names(&["images", "contact"]),
    })
    .unwrap()
}

fn find<'a>(answers: &'a Answers, id: &str, quarter: &str) -> &'a Filled {
    answers.tables.iter().find(|it| it.id == id && it.quarter == quarter).unwrap()
}

/// People and value of a cell, by its codes.
fn cell(filled: &Filled, row: &str, column: &str) -> (u64, f64) {
    let position = filled.table.position(filled.rows.position(row).unwrap(), filled.columns.position(column).unwrap());
    let cell = filled.table.cells()[position];
    (cell.people, cell.value)
}

fn value(answers: &Answers, id: &str, row: &str) -> f64 {
    cell(find(answers, id, "2026-Q1"), row, "total").1
}

fn duty(id: u128, due: i64, met: Option<i64>) -> Duty {
    Duty {
        id: EventId(id),
        kind: DutyKind::Home,
        due_on: Some(day(due)),
        overdue_after: Some(day(due + 1)),
        met_on: met.map(day),
        state: if met.is_some() { DutyState::Met } else { DutyState::Pending },
        excuse: None,
        attempted_on: None,
    }
}

fn with_duties(duties: Vec<Duty>) -> Answers {
    answers([sound(Facts { registered: days(0, 400), duties, ..member(1, Arm::RegisterOnly, 0) })], plan())
}

#[test]
fn a_duty_is_judged_on_the_last_day_of_its_quarter() {
    // 31 March is day 89; the last accepted day is the day after the due one.
    let found = with_duties(vec![
        duty(1, 10, Some(10)),
        duty(2, 10, Some(11)),
        duty(3, 10, Some(15)),
        duty(4, 10, None),
        Duty { attempted_on: Some(day(10)), ..duty(5, 10, None) },
        Duty { excuse: Some(Excuse::Illness), ..duty(6, 10, None) },
        Duty { state: DutyState::Withdrawn, ..duty(7, 10, None) },
        // Last accepted day 31 March, met on 1 April: not before the end of the quarter.
        duty(8, 88, Some(90)),
        // Last accepted day 1 April.
        duty(9, 89, None),
    ]);
    let values = |rows: &[&str]| rows.iter().map(|row| value(&found, "duties-due-per-team", row)).collect::<Vec<_>>();
    assert_eq!(values(&["strictly", "leniently", "in_time"]), [1.0, 1.0, 2.0]);
    assert_eq!(values(&["late", "late_1_to_3", "late_4_to_7"]), [1.0, 0.0, 1.0], "11 to 15");
    assert_eq!(values(&["nothing", "attempted", "not_met", "excused", "total"]), [2.0, 1.0, 3.0, 1.0, 7.0]);
    let next = find(&found, "duties-due-per-team", "2026-Q2");
    assert_eq!((cell(next, "nothing", "total"), cell(next, "total", "total")), ((1, 1.0), (1, 1.0)));
    assert_eq!(value(&found, "people-by-compliance-per-team", "some_not_met"), 1.0);
    let by_kind = find(&found, "duties-due-per-kind", "2026-Q1");
    assert_eq!((cell(by_kind, "late", "home"), cell(by_kind, "late", "address_and_name")), ((1, 1.0), (1, 1.0)));
}

#[test]
fn status_and_disappearance_are_those_of_the_last_day() {
    let people = [
        ("missing", Facts { missing: days(60, 400), custody: days(0, 400), ..Facts::of(PersonId(1)) }),
        ("in_custody", Facts { custody: days(89, 89), abroad: days(0, 400), ..Facts::of(PersonId(2)) }),
        ("abroad", Facts { abroad: days(0, 89), homeless: days(0, 400), ..Facts::of(PersonId(3)) }),
        ("no_home", Facts { homeless: days(0, 400), abroad: days(0, 88), ..Facts::of(PersonId(4)) }),
        ("at_home", Facts { custody: days(90, 100), ..Facts::of(PersonId(5)) }),
    ];
    for (row, facts) in people {
        let found = answers([sound(Facts { registered: days(0, 89), ..facts })], plan());
        assert_eq!(value(&found, "registered-by-status-per-team", row), 1.0, "{row}");
        assert_eq!(value(&found, "registered-by-status-per-team", "total"), 1.0, "{row}");
        let next = find(&found, "registered-by-status-per-team", "2026-Q2");
        assert_eq!(cell(next, "total", "total").0, 0, "the last day of the registration is over");
        // Missing from day 60 to 89: 30 days.
        let missing = find(&found, "registered-by-status-per-arm", "2026-Q1");
        assert_eq!(cell(missing, "missing_30_to_89", "unknown").0, u64::from(row == "missing"));
        assert_eq!(value(&found, "registrations-begun-and-ended-per-team", "begun"), 1.0);
        assert_eq!(value(&found, "registrations-begun-and-ended-per-team", "by_law"), 1.0);
    }
}

#[test]
fn flags_by_outcome_and_age() {
    let person = Facts {
        registered: days(0, 400),
        flags: vec![
            // Raised on day 11, decided on the same day.
            flag(1, 10, FlagOutcome::Warning),
            // Raised on 31 March and decided on 1 April: open at the end of the quarter, decided in the next.
            Flag {
                raised_on: day(89),
                opened_on: None,
                decided_on: Some(day(90)),
                ..flag(2, 88, FlagOutcome::Duplicate)
            },
            Flag {
                decided_on: Some(day(50)),
                referred_on: Some(day(51)),
                authority: Some(Authority::PenaltyOrder),
                answered_on: Some(day(95)),
                ..flag(3, 10, FlagOutcome::Referral)
            },
        ],
        ..member(1, Arm::RegisterOnly, 0)
    };
    let found = answers([sound(person)], plan());
    assert_eq!(["residence", "total"].map(|row| value(&found, "flags-raised-per-team", row)), [3.0, 3.0]);
    let decided = find(&found, "flags-decided-per-days-to-decision", "2026-Q1");
    // 11 to 11, 11 to 50.
    assert_eq!((cell(decided, "warning", "0_to_1").1, cell(decided, "referral", "31_to_90").1), (1.0, 1.0));
    assert_eq!(cell(decided, "total", "total").1, 2.0);
    let next = find(&found, "flags-decided-per-days-to-decision", "2026-Q2");
    assert_eq!((cell(next, "duplicate", "0_to_1").1, cell(next, "total", "total").1), (1.0, 1.0));
    assert_eq!(value(&found, "flags-open-per-team", "0_to_1"), 1.0);
    assert_eq!(value(&found, "flags-decided-per-team", "confirmed"), 2.0);
    assert_eq!(value(&found, "referral-answers-per-team", "total"), 0.0);
    assert_eq!(cell(find(&found, "referral-answers-per-team", "2026-Q2"), "proceedings", "total").1, 1.0);
}

#[test]
fn notifications_of_the_last_day_count_and_those_of_the_next_do_not() {
    let at = |id, kind, on| Notification { id: EventId(id), kind, received_on: day(on) };
    let notifications = vec![
        at(1, DutyKind::Home, 0),
        at(2, DutyKind::Name, 89),
        at(3, DutyKind::Travel, 89),
        at(4, DutyKind::Return, 90),
    ];
    let person = Facts { registered: days(0, 400), notifications, ..member(1, Arm::RegisterOnly, 0) };
    let found = answers([sound(person)], plan());
    let rows = ["address_and_name", "travel_abroad", "presence", "total"];
    assert_eq!(rows.map(|row| value(&found, "notifications-by-kind-per-arm", row)), [2.0, 1.0, 0.0, 3.0]);
}

#[test]
fn proposals_by_measure_and_by_time_to_the_decision() {
    let proposal = |id, kind, made, decided: Option<(i64, ProposalOutcome)>| Proposal {
        id: EventId(id),
        kind,
        made_on: day(made),
        decision: decided.map(|(on, outcome)| ProposalDecision { on: day(on), outcome }),
    };
    let proposals = vec![
        proposal(1, ProposalKind::Article18, 0, Some((7, ProposalOutcome::Granted))),
        proposal(2, ProposalKind::Article24a, 10, Some((18, ProposalOutcome::Refused))),
        proposal(3, ProposalKind::GreenNotice, 20, None),
        // 31 March is day 89.
        proposal(4, ProposalKind::GreenDiffusion, 89, Some((90, ProposalOutcome::Granted))),
    ];
    let person = Facts { registered: days(0, 400), proposals, ..member(1, Arm::RegisterOnly, 0) };
    let found = answers([sound(person)], plan());
    let made = ["total", "passport_measure", "article_24a", "warning", "green_diffusion"];
    assert_eq!(made.map(|row| value(&found, "proposals-made-per-team", row)), [4.0, 2.0, 1.0, 2.0, 1.0]);
    let decided = find(&found, "proposals-decided-per-days-to-decision", "2026-Q1");
    assert_eq!(cell(decided, "passport_measure_granted", "0_to_7").1, 1.0);
    assert_eq!(cell(decided, "refused", "8_to_30").1, 1.0);
    assert_eq!(cell(decided, "total", "total").1, 2.0);
    let next = find(&found, "proposals-decided-per-days-to-decision", "2026-Q2");
    assert_eq!(cell(next, "warning_granted", "0_to_7").1, 1.0);
    assert_eq!(cell(find(&found, "proposals-made-per-team", "2026-Q2"), "total", "total").1, 0.0);
}

/// Everything that an item can say has its row, so nothing is dropped unseen.
#[test]
fn every_word_has_its_row() {
    let rows = |id: &str| table_ids().find(|(table, ..)| table == id).unwrap().1.rows();
    let has = |dimension: &Dimension, codes: &mut dyn Iterator<Item = &str>| {
        codes.for_each(|code| assert!(dimension.position(code).is_some(), "{} has no {code}", dimension.code));
    };
    has(&rows("notifications-by-kind-per-team"), &mut DutyKind::ALL.iter().map(|it| it.code()));
    has(&rows("flags-raised-per-team"), &mut Fact::ALL.iter().map(|it| it.code()));
    has(
        &plan().columns(table_ids().find(|it| it.0 == "events-by-sight-per-fact").unwrap().2),
        &mut Fact::ALL.iter().map(|it| it.code()),
    );
    has(&rows("flags-decided-per-team"), &mut FlagOutcome::ALL.iter().map(|it| it.code()));
    has(&rows("referral-answers-per-team"), &mut Authority::ALL.iter().map(|it| it.code()));
    has(&rows("proposals-made-per-team"), &mut ProposalKind::ALL.iter().map(|it| it.code()));
    has(&rows("checks-per-team"), &mut System::ALL.iter().map(|it| it.code()));
    has(&plan().columns(Across::Arm), &mut Arm::ALL.iter().map(|it| it.code()));
    let no_totals = |history: &History, measure: &Measure, period| {
        let rows = measure.rows();
        for item in (measure.items)(history, period) {
            let row = rows.position(item.row).unwrap();
            assert!(rows.categories.iter().all(|it| it.of != Some(row)), "{} {} has parts", measure.id, item.row);
        }
    };
    for history in crowd(300, 4) {
        for (_, period) in plan().quarters() {
            measures::ALL.iter().for_each(|measure| no_totals(&history, measure, *period));
        }
    }
}

#[test]
fn definitions_are_whole_and_in_both_languages() {
    let ids: Vec<_> = table_ids().map(|it| it.0).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let abouts = series::ALL.iter().map(|it| (it.id, [it.title, it.definition, it.population]));
    let tables = measures::ALL.iter().map(|it| (it.id, [it.title, it.definition, it.population]));
    for (id, texts) in abouts.chain(tables) {
        for text in texts {
            assert!(text.nl.len() > 3 && text.en.len() > 3 && text.nl != text.en, "{id}");
        }
    }
    for measure in measures::ALL {
        let rows = measure.rows();
        let codes: BTreeSet<_> = rows.categories.iter().map(|it| &it.code).collect();
        assert_eq!(codes.len(), rows.categories.len(), "{}", measure.id);
    }
}

#[test]
fn a_measure_of_people_counts_everyone_once() {
    for history in crowd(300, 5) {
        for measure in measures::ALL.iter().filter(|it| it.quantity.unit() == definition::Unit::People) {
            if matches!(measure.quantity, Quantity::Sums(_)) {
                continue;
            }
            for (_, period) in plan().quarters() {
                let items = (measure.items)(&history, *period);
                assert!(items.iter().map(|it| it.amount).sum::<u64>() <= 1, "{}", measure.id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// The list behind a number is the number: as many people, as much in all.
    #[test]
    fn what_is_behind_a_number_makes_it_up(seed in 0..1000_u64) {
        let people = crowd(40, seed);
        let found = answers(people.iter().cloned(), plan());
        for filled in &found.tables {
            for row in &filled.rows.categories {
                for column in &filled.columns.categories {
                    let place =
                        Place { table: &filled.id, quarter: &filled.quarter, row: &row.code, column: &column.code };
                    let behind = Behind::new(plan(), place).unwrap();
                    let list: Vec<_> = people.iter().flat_map(|it| behind.of(it)).collect();
                    let persons: BTreeSet<_> = list.iter().map(|it| it.person).collect();
                    let amount: u64 = list.iter().map(|it| it.amount).sum();
                    prop_assert_eq!(cell(filled, &row.code, &column.code), (persons.len() as u64, amount as f64));
                }
            }
        }
    }

    #[test]
    fn two_parts_of_a_pass_are_the_whole(seed in 0..1000_u64, cut in 0..60_usize) {
        let people = crowd(60, seed);
        let pass = |people: &[History]| {
            let mut catalogue = Catalogue::new(plan());
            people.iter().for_each(|it| catalogue.add(it));
            catalogue
        };
        let mut parts = pass(&people[..cut]);
        parts.merge(&pass(&people[cut..]));
        prop_assert_eq!(parts.finish(), pass(&people).finish());
    }
}

#[test]
fn there_is_nothing_behind_a_number_that_is_not_there() {
    let place = Place { table: "flags-open-per-team", quarter: "2026-Q1", row: "total", column: "north" };
    let look = |place| Behind::new(plan(), place).map(|_| ());
    assert_eq!(look(place), Ok(()));
    assert_eq!(look(Place { table: "flags-open", ..place }), Err(NoSuch("table")));
    assert_eq!(look(Place { quarter: "2026-Q3", ..place }), Err(NoSuch("quarter")));
    assert_eq!(look(Place { row: "found", ..place }), Err(NoSuch("row")));
    assert_eq!(look(Place { column: "west", ..place }), Err(NoSuch("column")));
}

#[test]
fn tables_go_through_disclosure_control_and_out_as_figures() {
    let found = answers(crowd(400, 7), plan());
    let filled = find(&found, "registered-by-status-per-arm", "2026-Q1");
    let order = Order { settings: filled.settings(plan().settings), only_grows: false, earlier: &[] };
    let release = protect(filled.table.clone(), order).unwrap();
    let figures = filled.figures(&release).unwrap();
    let of_everyone = &figures[0];
    assert_eq!((of_everyone.at.as_str(), of_everyone.scope.len()), ("2026-03-31", 0));
    assert_eq!(of_everyone.measure, "registered-by-status/1");
    assert!(of_everyone.published.is_some_and(|it| it > 100.0));
    let by_team = find(&found, "registered-by-status-per-team", "2026-Q1");
    assert_eq!(by_team.figures(&release), None, "a release of another table");
    // Nobody of the arms without registration is registered: an empty cell of something sensitive stays inside.
    let (row, column) = (filled.rows.position("total").unwrap(), filled.columns.position("control").unwrap());
    assert_eq!(release.published()[filled.table.position(row, column)].status, Status::Confidential);
    let scope: Vec<_> = figures.last().unwrap().scope.iter().collect();
    assert_eq!(scope.len(), 2, "{scope:?}");
}

#[test]
fn the_whole_catalogue_says_something() {
    let found = answers(crowd(3000, 9), plan());
    assert_eq!(found.tables.len(), 2 * table_ids().count());
    for filled in &found.tables {
        assert!(filled.table.cells()[0].people > 0, "{} is empty", filled.id);
        let more = filled.table.cells()[0];
        assert!(more.value >= more.largest + more.second, "{}", filled.id);
    }
    let rows =
        |id: &str| found.estimates.iter().filter(|it| it.about.id == id).flat_map(|it| &it.rows).collect::<Vec<_>>();
    for id in ["register-and-supervision", "effects", "rates-and-intensity", "cumulative-incidence"] {
        let free = rows(id).iter().filter(|row| row.status == Status::Free).count();
        assert!(free > 0, "{id}: {:?}", rows(id));
    }
    assert!(rows("effects").iter().any(|row| row.scope.contains(&("compared", "matched".to_owned()))));
    assert!(found.curves.iter().flat_map(|it| &it.arms).all(|(_, curve)| !curve.is_empty()));
}

/// Ids are names of files, codes of dimensions are names of columns.
#[test]
fn ids_and_codes_can_be_names_everywhere() {
    let word = |word: &str, more: &str| {
        let chars = || word.chars();
        chars().next().is_some_and(|it| it.is_ascii_lowercase())
            && chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || more.contains(it))
    };
    for (id, measure, across) in table_ids() {
        assert!(word(&id, "-") && id.len() <= 64, "{id}");
        for dimension in [measure.rows(), plan().columns(across)] {
            assert!(word(&dimension.code, "_") && dimension.code.len() <= 32, "{}", dimension.code);
        }
    }
    assert!(series::ALL.iter().all(|it| word(it.id, "-")));
}

/// Everything the catalogue says can be written in every format, and each row is one of its dataset, in order.
#[test]
fn the_catalogue_is_a_set_of_datasets() {
    let found = answers(crowd(2000, 9), plan());
    let mut ids = BTreeSet::new();
    let mut check = |(dataset, rows): (Dataset, Vec<Row>)| {
        assert!(ids.insert(dataset.about().id.clone()), "{} is there twice", dataset.about().id);
        let mut inspector = Inspector::new(&dataset);
        rows.iter().for_each(|row| inspector.next(row).unwrap());
        inspector.rows()
    };
    for filled in found.tables.iter().filter(|it| it.quarter == "2026-Q1") {
        let order = Order { settings: filled.settings(plan().settings), only_grows: false, earlier: &[] };
        let release = protect(filled.table.clone(), order).unwrap();
        assert_eq!(check(datasets::table(filled, &release).unwrap()), filled.table.cells().len() as u64);
    }
    for curves in &found.curves {
        assert!(check(datasets::curves(curves, &plan()).unwrap().unwrap()) > 0);
    }
    for estimates in &found.estimates {
        assert_eq!(check(datasets::estimates(estimates).unwrap()), estimates.rows.len() as u64);
    }
    let nobody = answers([], plan());
    assert!(nobody.curves.iter().all(|it| datasets::curves(it, &plan()) == Ok(None)));
}
