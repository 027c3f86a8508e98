//! Findings a person would act on, and the silence that must mean "nothing found".

use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::law::explain::Language;
use crate::law::{DutyKind, RuleBook};
use crate::supervision::rules::{CbsCode, SupervisionRules, assess, explain};

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn code(text: &str) -> CbsCode {
    text.parse().unwrap()
}

fn list() -> Municipalities {
    Municipalities::built_in().unwrap()
}

/// A measure that runs from 1 October 2026 through 30 September 2029.
fn running(conditions: &serde_json::Value) -> Order {
    serde_json::from_value(json!({
        "judgment": { "finalOn": "2022-03-15", "offenceOn": "2021-05-01", "offenceGroup": "listed_sexual" },
        "course": {
            "kind": "measure", "preceding": "prison", "precedingEndsOn": "2026-09-01",
            "events": [
                { "type": "execution_requested", "on": "2026-07-20", "ground": "new_offence", "adviceOn": "2026-07-01" },
                { "type": "execution_ordered", "on": "2026-10-01", "length": { "unit": "years", "n": 3 } },
            ],
        },
        "conditions": conditions,
    }))
    .unwrap()
}

fn with<T>(order: &Order, as_of: &str, look: impl FnOnce(&[Supervised<'_>]) -> T) -> T {
    let (rules, book) = (SupervisionRules::embedded().unwrap(), RuleBook::embedded().unwrap());
    let assessment = assess(order, &rules, book.calendar(), d(as_of)).unwrap();
    look(&[Supervised { id: "order-1", order, assessment: &assessment }])
}

fn trip(from: &str, until: Option<&str>) -> Trip {
    Trip { id: "trip-1".to_owned(), from: d(from), until: until.map(d) }
}

fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().flat_map(|f| explain::render(&f.steps, Language::En)).collect()
}

/// GVM-13: the notification is stored by whoever calls; what is found here is only for a reviewer.
#[test]
fn a_trip_while_the_ban_runs_is_found_and_explained() {
    let order = running(&json!([{ "code": "l", "from": "2026-10-01", "until": "2027-09-30" }]));
    let trips = [trip("2027-09-25", Some("2027-10-05"))];
    let findings = with(&order, "2026-11-01", |orders| travel_bans(orders, &trips));
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.kind, FindingKind::TravelBanConflict);
    assert_eq!((finding.from, finding.until), (d("2027-09-25"), Some(d("2027-09-30"))));
    assert_eq!((finding.order.as_str(), finding.about.as_deref()), ("order-1", Some("trip-1")));
    assert_eq!(
        told(&findings),
        [
            "From Thursday 1 October 2026 through Thursday 30 September 2027 a condition holds: a restriction of the right to leave the Netherlands (l).",
            "A trip from Saturday 25 September 2027 through Tuesday 5 October 2027 was notified.",
            "Both hold from Saturday 25 September 2027 through Thursday 30 September 2027.",
        ]
    );
}

#[test]
fn a_trip_without_a_ban_on_its_days_is_no_finding() {
    let order = running(
        &json!([{ "code": "l", "from": "2026-10-01", "until": "2027-09-30" }, { "code": "h", "from": "2026-10-01", "until": null }]),
    );
    let found = |from, until| with(&order, "2026-11-01", |orders| travel_bans(orders, &[trip(from, until)]).len());
    assert_eq!(found("2027-09-30", Some("2027-10-05")), 1, "one day is enough");
    assert_eq!(found("2027-10-01", Some("2027-10-05")), 0, "the ban is over");
    assert_eq!(found("2026-09-20", Some("2026-09-30")), 0, "the measure has not begun");
    assert_eq!(found("2026-09-20", Some("2026-10-01")), 1, "back on the first day of the ban");
    assert_eq!(found("2026-09-20", None), 1, "no return is known");
}

#[test]
fn a_ban_ends_with_its_order() {
    let order = running(&json!([{ "code": "l", "from": "2026-10-01", "until": null }]));
    let found = |from| with(&order, "2026-11-01", |orders| travel_bans(orders, &[trip(from, None)]).len());
    assert_eq!(found("2029-09-30"), 1);
    assert_eq!(found("2029-10-01"), 0);
    // A measure that was never ordered bans nothing.
    let mut imposed = order.clone();
    let crate::supervision::rules::Course::Measure { events, .. } = &mut imposed.course else { panic!() };
    events.clear();
    assert_eq!(with(&imposed, "2026-08-01", |orders| travel_bans(orders, &[trip("2026-10-02", None)]).len()), 0);
}

fn address(code_of: &str, from: &str, until: Option<&str>) -> AddressFact {
    AddressFact { id: "address-1".to_owned(), municipality: code(code_of), from: d(from), until: until.map(d) }
}

#[test]
fn an_address_in_the_municipality_of_a_banned_area_is_found_for_somebody_to_look() {
    for kind in ["h", "m", "n"] {
        let order = running(
            &json!([{ "code": kind, "from": "2026-10-01", "until": null, "municipalities": ["0344", "0363"] }]),
        );
        let addresses = [address("0363", "2026-12-01", None)];
        let findings = with(&order, "2027-01-01", |orders| banned_areas(orders, &addresses, &list()));
        assert_eq!(findings.len(), 1, "{kind}");
        assert_eq!(findings[0].from, d("2026-12-01"));
        let lines = told(&findings);
        assert!(lines.iter().any(|line| line.contains("CBS code 0363")), "{lines:?}");
        assert!(lines.iter().any(|line| line.starts_with("The area can be smaller")), "{lines:?}");
    }
}

#[test]
fn another_municipality_or_another_time_is_no_finding() {
    let order = running(&json!([
        { "code": "h", "from": "2026-10-01", "until": "2026-12-31", "municipalities": ["0363"] },
        { "code": "j", "from": "2026-10-01", "until": null },
    ]));
    let found = |a| with(&order, "2027-01-01", |orders| banned_areas(orders, &[a], &list()).len());
    assert_eq!(found(address("0344", "2026-10-01", None)), 0);
    assert_eq!(found(address("0363", "2027-01-01", None)), 0);
    assert_eq!(found(address("0363", "2020-01-01", Some("2026-09-30"))), 0);
    assert_eq!(found(address("0363", "2020-01-01", Some("2026-10-01"))), 1);
}

/// The ban names Weesp, which went up into Amsterdam in 2022.
#[test]
fn codes_are_followed_through_reorganisations() {
    let order = running(&json!([{ "code": "h", "from": "2026-10-01", "until": null, "municipalities": ["0457"] }]));
    let addresses = [address("0363", "2026-12-01", None)];
    let findings = with(&order, "2027-01-01", |orders| banned_areas(orders, &addresses, &list()));
    assert!(
        told(&findings)
            .contains(&"The condition names the municipality with code 0457. It has gone up into 0363.".to_owned())
    );
}

#[test]
fn a_report_that_both_ask_for_is_found_once_per_condition_and_duty() {
    let order = running(&json!([
        { "code": "k", "from": "2026-10-01", "until": null },
        { "code": "g", "from": "2026-10-01", "until": null, "notifyRegister": true },
        { "code": "g", "from": "2026-10-01", "until": null },
        { "code": "c", "from": "2026-10-01", "until": null },
    ]));
    let duty = |trigger: &str, due: &str| DutyFact {
        id: "duty-1".to_owned(),
        kind: DutyKind::Periodic,
        trigger: d(trigger),
        due: Some(d(due)),
    };
    let found = |duty| with(&order, "2027-01-01", |orders| double_report_duties(orders, &[duty]));
    let findings = found(duty("2026-11-01", "2027-11-08"));
    assert_eq!(findings.iter().map(|f| f.condition.unwrap().as_str()).collect::<Vec<_>>(), ["k", "g"]);
    let lines = told(&findings);
    assert!(
        lines.iter().any(|l| l.starts_with("The register also asks for the yearly notification, by ")),
        "{lines:?}"
    );
    assert!(lines.iter().any(|l| l.starts_with("Notifying the register is a condition.")), "{lines:?}");
    assert!(lines.iter().any(|l| l.starts_with("Notifying the register is no condition")), "{lines:?}");
    assert!(found(duty("2026-01-01", "2026-09-30")).is_empty(), "met before supervision began");
}

#[test]
fn an_order_about_to_lapse_is_found_until_somebody_requests() {
    let mut order = running(&json!([]));
    let crate::supervision::rules::Course::Measure { events, .. } = &mut order.course else { panic!() };
    let requested = events.clone();
    events.clear();
    let found = |order: &Order, as_of: &str| with(order, as_of, |orders| about_to_lapse(orders, d(as_of), 42));
    assert!(found(&order, "2026-06-20").is_empty(), "43 days before the last safe day");
    let findings = found(&order, "2026-06-21");
    assert_eq!((findings[0].from, findings[0].until), (d("2026-08-02"), Some(d("2026-09-01"))));
    assert!(
        told(&findings).contains(&"72 days left until Tuesday 1 September 2026.".to_owned()),
        "{:?}",
        told(&findings)
    );
    assert_eq!(found(&order, "2026-08-20").len(), 1, "the safe day has passed, the order has not lapsed");
    let lapsed = found(&order, "2026-09-10");
    assert!(told(&lapsed).contains(&"Ended on Tuesday 1 September 2026: the measure lapsed by law.".to_owned()));
    assert!(found(&order, "2026-10-14").is_empty(), "long ago");
    let crate::supervision::rules::Course::Measure { events, .. } = &mut order.course else { panic!() };
    *events = requested;
    assert!(found(&order, "2026-08-20").is_empty(), "execution was requested");
}

/// The numbers of municipalities that CBS published.
#[test]
fn the_list_holds_every_municipality_of_its_days() {
    let list = list();
    for (day, number) in [
        ("2018-01-01", 380),
        ("2018-12-31", 380),
        ("2019-01-01", 355),
        ("2020-12-31", 355),
        ("2021-01-01", 352),
        ("2022-01-01", 345),
        ("2022-03-24", 344),
        ("2023-01-01", 342),
        ("2026-12-31", 342),
    ] {
        assert_eq!(list.of_day(d(day)).count(), number, "{day}");
    }
    assert!(list.in_use(code("0457"), d("2022-03-23")) && !list.in_use(code("0457"), d("2022-03-24")));
    assert!(!list.in_use(code("1992"), d("2022-12-31")) && list.in_use(code("1992"), d("2023-01-01")));
    assert!(!list.in_use(code("9999"), d("2026-01-01")));
    assert_eq!(list.get(code("0518")).unwrap().name, "'s-Gravenhage");
    assert_eq!(list.on(code("0788"), d("2026-01-01")).len(), 4, "Haaren was divided over four");
}

#[test]
fn a_faulty_list_is_refused_with_its_line() {
    let read = |rows: &str| {
        let text = format!("# about\ncode,name,valid_from,valid_to,successors\n{rows}");
        Municipalities::read(text.as_bytes()).unwrap_err().to_string()
    };
    assert_eq!(read("0363,Amsterdam,2018-01-01,,\n36,X,2018-01-01,,\n"), "line 4: code: `36` is no CBS code");
    assert_eq!(read("0363,A,2018-01-01,,\n0363,A,2018-01-01,,\n"), "line 4: code: is there twice");
    assert_eq!(read("0363,A,2018-01-01,2017-01-01,0344\n"), "line 3: valid_to: lies before valid_from");
    assert_eq!(
        read("0363,A,2018-01-01,2019-01-01,\n"),
        "line 3: successors: are named exactly for a municipality that ended"
    );
    assert_eq!(read("0363,A,2018-01-01,2019-01-01,0344\n"), "line 0: successors: names a code that is not in the list");
    assert_eq!(read("0363,A,gisteren,,\n"), "line 3: (line): is no row of the list");
    assert_eq!(read(""), "line 0: (list): is empty");
}

const EXTRACT: &str = "PC6;Huisnummer;Buurt2026;Wijk2026;Gemeente2026
1011AB;1;BU03630000;WK036300;GM0363
1011AB;3;BU03630000;WK036300;GM0363
1234XY;1;1;1;344
1234XY;2;1;1;0363
";

#[test]
fn the_address_extract_places_an_address_and_a_name_only_where_it_is_clear() {
    let (list, extract) = (list(), AddressExtract::read(EXTRACT.as_bytes()).unwrap());
    assert_eq!(extract.postcodes(), 2);
    let places: Vec<_> =
        extract.places().map(|(postcode, number, code)| format!("{postcode} {number:?} {code}")).collect();
    assert_eq!(places, ["1011AB None 0363", "1234XY Some(1) 0344", "1234XY Some(2) 0363"]);
    assert_eq!(plain_postcode("1011 ab").as_deref(), Some("1011AB"));
    let day = d("2026-11-01");
    let postal = |postcode, number, town| {
        locate(AddressParts::Postal { postcode, number, town }, |p, n| extract.municipality(p, n), &list, day)
    };
    assert_eq!(postal("1011 ab", 99, "Weesp"), Located::Extract(code("0363")), "the whole postcode lies there");
    assert_eq!(postal("1234XY", 1, "Ergens"), Located::Extract(code("0344")));
    assert_eq!(postal("1234XY", 2, "Ergens"), Located::Extract(code("0363")));
    assert_eq!(postal("1234XY", 7, "Ergens"), Located::Unknown, "the postcode lies in two municipalities");
    assert_eq!(postal("9999ZZ", 7, "UTRECHT"), Located::Name(code("0344")), "not in the extract, but a municipality");
    assert_eq!(postal("9999ZZ", 7, "Bergen"), Located::Unknown, "there are two of them");
    assert_eq!(postal("9999ZZ", 7, "Weesp"), Located::Unknown, "no longer a municipality");
    assert_eq!(locate(AddressParts::Abroad, |_, _| None, &list, day), Located::Abroad);
    assert_eq!(Located::Abroad.code(), None);
    assert_eq!(locate(AddressParts::Municipality("Zwolle"), |_, _| None, &list, day).code(), Some(code("0193")));
}

#[test]
fn an_extract_that_cannot_be_read_is_refused_with_its_line() {
    let refused = |text: &str| AddressExtract::read(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(refused("PC6,Huisnummer,Wijk\n"), "line 1: Gemeente: is no column of this file");
    assert_eq!(refused("PC6,Huisnummer,Gemeente\n1011AB,1,GM0363\n1011A,1,GM0363\n"), "line 3: PC6: is not a postcode");
    assert_eq!(refused("PC6,Huisnummer,Gemeente\n1011AB,een,GM0363\n"), "line 2: Huisnummer: is not a house number");
    assert_eq!(refused("PC6,Huisnummer,Gemeente\n1011AB,1,\n"), "line 2: Gemeente: is not a CBS code");
    assert!(refused("PC6,Huisnummer,Gemeente\n1011AB,1\n").starts_with("line 2: (line): does not have the columns"));
}

proptest! {
    /// A finding is found on shared days only, and on all of them.
    #[test]
    fn a_trip_is_found_exactly_when_it_shares_a_day_with_the_ban(
        ban in 0_i64..2_000, ban_days in 0_i64..900, start in 0_i64..2_000, days in 0_i64..60,
    ) {
        let on = |n: i64| d("2026-06-01") + chrono::TimeDelta::days(n);
        let order = running(&json!([{ "code": "l", "from": on(ban), "until": on(ban + ban_days) }]));
        let trips = [Trip { id: "t".to_owned(), from: on(start), until: Some(on(start + days)) }];
        let supervised = |day: NaiveDate| d("2026-10-01") <= day && day <= d("2029-09-30");
        let expected: Vec<NaiveDate> = (start..=start + days)
            .filter(|n| (ban..=ban + ban_days).contains(n))
            .map(on)
            .filter(|day| supervised(*day))
            .collect();
        let findings = with(&order, "2026-11-01", |orders| travel_bans(orders, &trips));
        let found = findings.first().map(|f| (f.from, f.until.unwrap()));
        prop_assert_eq!(found, expected.first().copied().zip(expected.last().copied()));
    }
}
