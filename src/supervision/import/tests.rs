//! Files as the probation service might send them, whole and broken.

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::plan::{Change, Counts, Known, Planner};
use super::*;
use crate::law::RuleBook;
use crate::supervision::checks::Municipalities;
use crate::supervision::rules::{Organisations, SupervisionRules};
use crate::vocabulary;

struct House {
    rules: SupervisionRules,
    book: RuleBook,
    list: Municipalities,
    organisations: Organisations,
}

fn house() -> &'static House {
    static HOUSE: std::sync::LazyLock<House> = std::sync::LazyLock::new(|| House {
        rules: SupervisionRules::embedded().unwrap(),
        book: RuleBook::embedded().unwrap(),
        list: Municipalities::built_in().unwrap(),
        organisations: Organisations::built_in().unwrap(),
    });
    &HOUSE
}

impl House {
    fn checked(&self, text: &str, format: Format) -> Vec<Checked> {
        let checker = Checker::new(&self.rules, self.book.calendar(), &self.list, &self.organisations).unwrap();
        Records::open(text.as_bytes(), format).unwrap().map(|raw| checker.check(raw.unwrap())).collect()
    }

    fn faults(&self, text: &str, format: Format) -> Vec<String> {
        let of = |checked: Checked| match checked {
            Checked::Good { .. } => Vec::new(),
            Checked::Bad { faults, .. } => faults,
        };
        let all = self.checked(text, format).into_iter().flat_map(of);
        all.map(|f| format!("{} {}: {} ({})", f.line, f.field, f.reason, f.code)).collect()
    }
}

fn record(order_id: &str) -> Value {
    json!({
        "source": "RN", "orderId": order_id, "asOf": "2026-11-20T08:00:00+01:00", "skn": "1234567",
        "caseNumber": "05/123456-22", "court": "Rechtbank Gelderland", "organisation": "RN",
        "judgment": { "finalOn": "2022-03-15", "offenceOn": "2021-05-01", "offenceGroup": "listed_sexual" },
        "course": {
            "kind": "measure", "preceding": "prison", "precedingEndsOn": "2026-09-01",
            "events": [
                { "type": "execution_requested", "on": "2026-07-20", "ground": "new_offence", "adviceOn": "2026-07-01" },
                { "type": "execution_ordered", "on": "2026-10-01", "length": { "unit": "years", "n": 3 } },
            ],
        },
        "conditions": [
            { "conditionId": "1", "code": "h", "from": "2026-10-01", "municipalities": ["0363"], "text": "Niet in de binnenstad." },
            { "conditionId": "2", "code": "k", "from": "2026-10-01", "notifyRegister": true },
        ],
        "suspensions": [{ "reason": "detained", "from": "2026-11-01", "until": "2026-11-05" }],
        "breaches": [{
            "breachId": "M1", "observedOn": "2026-10-20", "observedBy": "probation", "subject": "condition", "condition": "h",
            "severity": "serious", "reportedProsecutionAt": "2026-10-21T09:00:00+02:00",
            "reportedMinisterAt": "2026-10-21T09:05:00+02:00", "advice": "warning",
            "decision": { "on": "2026-11-01", "what": "substitute_detention", "detention": { "unit": "days", "n": 4 } },
        }],
    })
}

fn changed(at: &str, value: Value) -> Value {
    let mut record = record("T-1");
    *record.pointer_mut(at).unwrap_or_else(|| panic!("{at}")) = value;
    record
}

const TABLE: &str = "\
record,source,orderId,asOf,skn,caseNumber,court,organisation,finalOn,offenceOn,offenceGroup,kind,preceding,precedingEndsOn,type,on,ground,adviceOn,lengthUnit,lengthN,conditionId,code,from,until,municipalities,notifyRegister,text,reason,breachId,observedOn,observedBy,subject,severity,reportedProsecutionAt,reportedMinisterAt,advice,decision
order,RN,T-1,2026-11-20T08:00:00+01:00,1234567,05/123456-22,Rechtbank Gelderland,RN,2022-03-15,2021-05-01,listed_sexual,measure,prison,2026-09-01,,,,,,,,,,,,,,,,,,,,,,,
event,RN,T-1,,,,,,,,,,,,execution_requested,2026-07-20,new_offence,2026-07-01,,,,,,,,,,,,,,,,,,,
event,RN,T-1,,,,,,,,,,,,execution_ordered,2026-10-01,,,years,3,,,,,,,,,,,,,,,,,
condition,RN,T-1,,,,,,,,,,,,,,,,,,1,h,2026-10-01,,0363,,Niet in de binnenstad.,,,,,,,,,,
condition,RN,T-1,,,,,,,,,,,,,,,,,,2,k,2026-10-01,,,true,,,,,,,,,,,
suspension,RN,T-1,,,,,,,,,,,,,,,,,,,,2026-11-01,2026-11-05,,,,detained,,,,,,,,,
breach,RN,T-1,,,,,,,,,,,,,2026-11-01,,,days,4,,h,,,,,,,M1,2026-10-20,probation,condition,serious,2026-10-21T09:00:00+02:00,2026-10-21T09:05:00+02:00,warning,substitute_detention
";

#[test]
fn the_same_order_reads_the_same_from_every_form() {
    let house = house();
    let one = record("T-1");
    let forms = [
        (one.to_string(), Format::Json),
        (format!("[\n {one}\n]"), Format::Json),
        (serde_json::to_string_pretty(&one).unwrap(), Format::Json),
        (format!("\u{feff}{one}\n"), Format::Json),
        (TABLE.to_owned(), Format::Csv),
    ];
    let mut digests = Vec::new();
    for (text, format) in &forms {
        match house.checked(text, *format).as_slice() {
            [Checked::Good { digest, record, identity, .. }] => {
                assert_eq!(format!("{identity:?}"), "RN/T-1");
                assert_eq!(record.conditions.len() + record.suspensions.len() + record.breaches.len(), 4);
                digests.push(*digest);
            }
            other => panic!("{other:?}"),
        }
    }
    digests.dedup();
    assert_eq!(digests.len(), 1);
}

#[test]
fn every_fault_of_a_record_is_told_with_its_line_and_member_and_no_value() {
    let house = house();
    let mut bad = record("T-2");
    bad["skn"] = json!("12AB");
    bad["judgment"]["finalOn"] = json!("2022-02-30");
    bad["course"]["preceding"] = json!("gevangenis");
    bad["conditions"][0]["colour"] = json!("Geheimstraat");
    bad["conditions"][1].as_object_mut().unwrap().remove("from");
    bad["breaches"][0]["decision"]["detention"]["n"] = json!(0);
    let text = format!("{}\n\n{bad}\n{}\n", record("T-1"), record("T-3"));
    let mut told = house.faults(&text, Format::Json);
    told.sort();
    assert_eq!(
        told,
        [
            "3 breaches[0].decision.detention.n: must be 1 or more (too_small)",
            "3 conditions[0].colour: there is no such member here (unknown_member)",
            "3 conditions[1].from: is missing (required)",
            "3 course.preceding: must be one of tbs, conditional_release, prison (not_one_of)",
            "3 judgment.finalOn: must be a day that exists, as YYYY-MM-DD (wrong_form)",
            "3 skn: must have the form ^[0-9]{1,12}$ (wrong_form)",
        ]
    );
    assert!(!told.join(" ").contains("Geheim"));
}

#[test]
fn what_the_rules_refuse_is_refused_at_its_member() {
    let house = house();
    let one = |record: Value| {
        let told = house.faults(&record.to_string(), Format::Json);
        assert_eq!(told.len(), 1, "{told:?}");
        told.into_iter().next().unwrap()
    };
    let starts = |record: Value, expected: &str| {
        let told = one(record);
        assert!(told.starts_with(expected), "{told}");
    };
    starts(
        changed("/course/events/1/length/n", json!(6)),
        "1 course.events[1].length: is a length the law does not allow",
    );
    starts(changed("/course/events/0/on", json!("2026-08-03")), "1 course.events[0].on: is after the last day");
    starts(changed("/judgment/offenceOn", json!("2017-12-31")), "1 judgment.offenceOn: the measure is not possible");
    starts(
        changed("/conditions/0/municipalities/0", json!("0457")),
        "1 conditions[0].municipalities[0]: is not the CBS",
    );
    starts(changed("/conditions/1/conditionId", json!("1")), "1 conditions[1].conditionId: is there twice");
    starts(changed("/breaches/0/decision/detention/n", json!(2)), "1 breaches[0].decision.detention: is less than");
    starts(
        changed("/organisation", json!("DJI")),
        "1 organisation: is not the code of an organisation that supervises",
    );
    starts(changed("/breaches/0/condition", Value::Null), "1 breaches[0].condition: names a condition exactly when");
    starts(changed("/suspensions/0/until", json!("2026-10-31")), "1 suspensions[0].until: must not be before");
    let several = house.faults(
        &{
            let mut record = changed("/suspensions/0/until", json!("2026-10-31"));
            record["conditions"][0]["until"] = json!("2026-09-30");
            record["conditions"][1]["municipalities"] = json!(["9999"]);
            record
        }
        .to_string(),
        Format::Json,
    );
    assert_eq!(several.len(), 4, "all at once: {several:?}");
}

#[test]
fn the_prison_services_gvm_is_refused_by_name() {
    let house = house();
    let told = house.faults(&changed("/course/kind", json!("GVM")).to_string(), Format::Json);
    assert!(
        told.iter().any(|line| line.contains("(ambiguous_title)") && line.starts_with("1 course.kind: ")),
        "{told:?}"
    );
}

#[test]
fn a_broken_record_takes_no_other_with_it() {
    let house = house();
    let (one, two) = (record("T-1"), record("T-2"));
    let text = format!("[{one},\n{{\"source\": RN}},\n{two}]");
    assert_eq!(house.faults(&text, Format::Json), ["2 : is not JSON (not_json)"]);
    assert_eq!(house.checked(&text, Format::Json).len(), 3);
    let lines = format!("{one}\n{{\"source\": \"RN}}\n{two}\n");
    assert_eq!(house.faults(&lines, Format::Json), ["2 : a text is not closed (not_json)"]);
    assert_eq!(house.checked(&lines, Format::Json).len(), 3);
    let long = format!("{{\"source\": \"{}\"}}\n{one}", "x".repeat(MAX_RECORD));
    assert_eq!(house.faults(&long, Format::Json), ["1 : is longer than a record can be (not_json)"]);
}

#[test]
fn a_file_that_ends_early_or_goes_on_is_told() {
    let house = house();
    let one = record("T-1").to_string();
    let last = |text: &str| house.faults(text, Format::Json).pop().unwrap_or_default();
    assert_eq!(last(&format!("[{one}")), "1 : the file ends before its array does (not_json)");
    assert_eq!(last(&format!("[{one},\n")), "2 : the file ends before its array does (not_json)");
    assert_eq!(last(&format!("[{one}\n{one}]")), "2 : expected a comma or the end of the array (not_json)");
    assert_eq!(last(&format!("[{one}]\n{one}")), "2 : expected nothing after the array (not_json)");
    assert_eq!(last(&one[..one.len() - 1]), "1 : the file ends before its record does (not_json)");
    assert_eq!(last("\"RN\""), "1 : expected a record, which begins with { (not_json)");
    assert!(house.checked("", Format::Json).is_empty() && house.checked("[ ]\n", Format::Json).is_empty());
}

#[test]
fn a_table_tells_faults_by_row_and_column() {
    let house = house();
    let with = |from: &str, to: &str| {
        assert!(TABLE.contains(from), "{from}");
        let mut told = house.faults(&TABLE.replacen(from, to, 1), Format::Csv);
        told.sort();
        told
    };
    assert_eq!(
        with("2026-10-01,,,years,3", "2026-10-01,,,years,drie"),
        ["4 lengthN: is missing (required)", "4 lengthN: must be a whole number (wrong_form)",]
    );
    assert_eq!(
        with("2026-10-01,,,years,3", "2026-10-01,,,years,6"),
        ["4 lengthUnit: is a length the law does not allow (length_not_allowed)"]
    );
    assert_eq!(
        with("1,h,2026-10-01,,0363", "1,h,2026-10-01,,0457"),
        ["5 municipalities: is not the CBS code of a municipality on this day (no_such_municipality)"]
    );
    assert_eq!(with(",,true,", ",,ja,"), ["6 notifyRegister: must be true or false (wrong_form)"]);
    assert_eq!(
        with("suspension,RN,T-1,,", "suspension,RN,T-1,2026-01-01,"),
        ["7 asOf: does not belong to a row of kind suspension (out_of_place)"]
    );
    assert_eq!(
        with("suspension,RN,T-1", "pause,RN,T-1"),
        ["7 record: must be one of order, event, condition, suspension, breach (not_one_of)"]
    );
    assert_eq!(
        with("suspension,RN,T-1", "suspension,RN,T-9"),
        ["7 orderId: does not follow the row of its order, or another row of it (out_of_place)"]
    );
    assert_eq!(
        with("M1,2026-10-20", "M1,20-10-2026"),
        ["8 observedOn: must be a day that exists, as YYYY-MM-DD (wrong_form)"]
    );
    assert_eq!(
        with("order,RN,T-1,2026-11-20T08:00:00+01:00", "order,RN,T-1,gisteren"),
        ["2 asOf: must be an instant with its offset, such as 2026-03-29T12:00:00Z (wrong_form)"]
    );
    assert_eq!(
        with(",detained,,,,,,,,,\n", ",detained\n"),
        ["7 : does not have as many cells as the first line (wrong_width)"]
    );
}

#[test]
fn a_file_that_is_no_such_table_is_refused_at_its_column() {
    let refused = |text: &str| match Records::open(text.as_bytes(), Format::Csv) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("taken in: {text}"),
    };
    assert_eq!(refused("record,source\n"), "line 1: orderId: this column is required");
    assert_eq!(refused("record,source,orderId,naam\n"), "line 1: naam: there is no such column");
    assert_eq!(refused("record,source,orderId,source\n"), "line 1: source: this column is there twice");
    let mut records = Records::open(&b"record,source,orderId\norder,\xff,1\n"[..], Format::Csv).unwrap();
    assert_eq!(
        records.next().unwrap().unwrap_err().to_string(),
        "the file cannot be read on after line 2: it is not UTF-8"
    );
    assert!(records.next().is_none());
}

#[test]
fn the_plan_says_what_would_change_and_the_same_file_twice_changes_nothing() {
    let house = house();
    let mut other = record("T-2");
    other["level"] = json!("2");
    let text = format!("{}\n{other}\n{}\n{{}}\n", record("T-1"), record("T-1"));
    let mut kept = std::collections::HashMap::new();
    let run = |text: &str, kept: &std::collections::HashMap<Identity, Known>| {
        let mut planner = Planner::default();
        let plans: Vec<_> = house
            .checked(text, Format::Json)
            .into_iter()
            .map(|c| planner.plan(c, |id| kept.get(id).copied()))
            .collect();
        (plans, planner.counts)
    };
    let (plans, counts) = run(&text, &kept);
    assert_eq!(counts, Counts { new: 2, changed: 0, unchanged: 0, rejected: 2 });
    assert!(
        matches!(&plans[2].change, Change::Rejected(faults) if faults[0].code == "not_unique" && faults[0].line == 3)
    );
    for plan in plans {
        if let (Change::New(record), Some(identity), Some(digest)) = (plan.change, plan.identity, plan.digest) {
            kept.insert(identity, Known { digest, as_of: record.as_of });
        }
    }
    let two = format!("{}\n{other}\n", record("T-1"));
    assert_eq!(run(&two, &kept).1, Counts { unchanged: 2, ..Counts::default() });
    // Sent again later without another word: unchanged. Another word: changed. Another word, but older: refused.
    let mut later = record("T-1");
    later["asOf"] = json!("2026-11-21T08:00:00+01:00");
    assert_eq!(run(&later.to_string(), &kept).1, Counts { unchanged: 1, ..Counts::default() });
    later["level"] = json!("3");
    assert_eq!(run(&later.to_string(), &kept).1, Counts { changed: 1, ..Counts::default() });
    later["asOf"] = json!("2026-11-19T08:00:00+01:00");
    let (plans, counts) = run(&later.to_string(), &kept);
    assert_eq!((counts.rejected, counts.records()), (1, 1));
    assert!(matches!(&plans[0].change, Change::Rejected(faults) if faults[0].code == "outdated"));
}

/// Where the schema lists words, they are the words of the code.
#[test]
fn the_published_words_are_those_of_the_vocabulary() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let words = |pointer: &str| -> Vec<String> {
        let found = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
        found.as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    macro_rules! same {
        ($pointer:literal, $name:ident) => {
            let known: Vec<&str> = vocabulary::$name::ALL.iter().map(|word| word.as_str()).collect();
            assert_eq!(words($pointer), known, $pointer);
        };
    }
    same!("/properties/judgment/properties/offenceGroup/enum", OffenceGroup);
    same!("/$defs/condition/properties/code/enum", ConditionCode);
    same!("/$defs/breach/properties/condition/enum", ConditionCode);
    same!("/$defs/suspension/properties/reason/enum", SuspensionReason);
    same!("/$defs/breach/properties/observedBy/enum", ObservedBy);
    same!("/$defs/breach/properties/subject/enum", BreachSubject);
    same!("/$defs/breach/properties/severity/enum", BreachSeverity);
    same!("/$defs/breach/properties/advice/enum", BreachAdvice);
    same!("/$defs/breach/properties/decision/properties/what/enum", BreachDecision);
    same!("/$defs/course/allOf/0/then/properties/preceding/enum", Preceding);
}

/// Every member of the published form has a column, so that a table can say what JSON can.
#[test]
fn every_member_has_a_column() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let members =
        |pointer: &str| schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let has = |word: &str, pointer: String| {
        let found = columns::kind(word)
            .unwrap()
            .columns
            .iter()
            .any(|(_, member, _)| *member == pointer || member.starts_with(&format!("{pointer}/")));
        assert!(found, "no column for {word} {pointer}");
    };
    for member in members("/properties")
        .into_iter()
        .filter(|m| !["source", "orderId", "course", "conditions", "suspensions", "breaches"].contains(&m.as_str()))
    {
        has("order", format!("/{member}"));
    }
    for i in 0..3 {
        for member in members(&format!("/$defs/course/allOf/{i}/then/properties")).into_iter().filter(|m| m != "events")
        {
            has("order", format!("/course/{member}"));
        }
    }
    for (event, number) in [("measureEvent", 9), ("periodEvent", 5)] {
        for i in 0..number {
            for member in members(&format!("/$defs/{event}/allOf/{i}/then/properties")) {
                has("event", format!("/{member}"));
            }
        }
    }
    for word in ["condition", "suspension", "breach"] {
        for member in members(&format!("/$defs/{word}/properties")) {
            has(word, format!("/{member}"));
        }
    }
}

/// Hands out a few bytes at a time, as a network does.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(into.len()).min(self.0.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_fail_or_loop(bytes in prop::collection::vec(any::<u8>(), 0..400), csv in any::<bool>()) {
        let format = if csv { Format::Csv } else { Format::Json };
        if let Ok(records) = Records::open(bytes.as_slice(), format) {
            prop_assert!(records.count() <= bytes.len() + 1);
        }
    }

    #[test]
    fn no_json_makes_the_reader_fail(text in "[\\[\\]{}:,\"\\\\ a\n0-9]{0,80}") {
        let records: Vec<_> = Records::open(text.as_bytes(), Format::Json).unwrap().collect();
        prop_assert!(records.len() <= text.len() + 1);
        prop_assert!(records.into_iter().all(|r| r.is_ok()));
    }

    #[test]
    fn how_the_bytes_arrive_does_not_matter(step in 1_usize..50, number in 1_usize..6) {
        let text: String = (0..number).map(|i| format!("{}\n", record(&format!("T-{i}")))).collect();
        let all: Vec<Raw> = Records::open(text.as_bytes(), Format::Json).unwrap().map(Result::unwrap).collect();
        let slow: Vec<Raw> = Records::open(Slow(text.as_bytes(), step), Format::Json).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(&all, &slow);
        prop_assert_eq!(all.iter().map(|raw| raw.line).collect::<Vec<_>>(), (1..=number as u64).collect::<Vec<_>>());
    }

    #[test]
    fn the_digest_follows_the_content(days in 0_i64..300, level in 0_u8..5) {
        let house = house();
        let mut other = record("T-1");
        other["asOf"] = json!(DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").unwrap() + chrono::TimeDelta::days(days));
        if level > 0 {
            other["level"] = json!(level.to_string());
        }
        let digest = |record: &Value| match house.checked(&record.to_string(), Format::Json).pop() {
            Some(Checked::Good { digest, .. }) => digest,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(digest(&other) == digest(&record("T-1")), level == 0);
    }
}
