//! What a request must not be: every fault is named with its field and element, all at once.

use zedenregister::statistics::request::Request;

/// The fields that are named when this request is refused.
fn refused(request: &str) -> Vec<String> {
    let faults = Request::from_json(request).expect_err(request);
    faults.all().iter().map(|fault| fault.field.clone()).collect()
}

/// A sound request with a member put in or put in place of another.
fn with(member: &str) -> String {
    let mut request: serde_json::Value = serde_json::from_str(
        r#"{"analysis": "kaplan-meier", "time": [1, 2, 3], "event": [1, 0, 2], "group": ["a", "b", "a"]}"#,
    )
    .unwrap();
    let member: serde_json::Value = serde_json::from_str(&format!("{{{member}}}")).unwrap();
    for (name, value) in member.as_object().unwrap() {
        request[name] = value.clone();
    }
    request.to_string()
}

#[test]
fn a_sound_request_is_taken() {
    for member in [
        r#""entry": [0, 1.5, -2]"#,
        r#""group": [2, "x", 2.5]"#,
        r#""confidence": 0.5, "reference": "b", "ties": "breslow", "interval": "plain", "tau": 2"#,
        r#""time": [0, 0, 0], "event": [0, 0, 0]"#,
        r#""entry": null, "group": null, "strata": null, "covariates": null, "tau": null, "reference": null"#,
    ] {
        assert_eq!(Request::from_json(&with(member)).err(), None, "{member}");
    }
}

#[test]
fn each_fault_is_named_with_its_field_and_element() {
    let cases: &[(&str, &[&str])] = &[
        (r#""analysis": "regression""#, &["analysis"]),
        (r#""analysis": null"#, &["analysis"]),
        (r#""time": [1, null, 3]"#, &["time[1]"]),
        (r#""time": [1, "2", 3]"#, &["time[1]"]),
        (r#""time": [1, 2, -3]"#, &["time[2]"]),
        (r#""time": 5"#, &["time"]),
        (r#""time": [], "event": [], "group": []"#, &["time"]),
        (r#""event": [1, 0]"#, &["event"]),
        (r#""event": [1, 0.5, -1]"#, &["event[1]", "event[2]"]),
        (r#""event": [1, true, 0]"#, &["event[1]"]),
        (r#""entry": [0, 2, 4]"#, &["entry[1]", "entry[2]"]),
        (r#""entry": [0, 1.99999999999, 2]"#, &["entry[1]"]),
        (r#""entry": [0, 1]"#, &["entry"]),
        (r#""group": ["a", null, "b"]"#, &["group[1]"]),
        (r#""strata": ["a", ["b"], {}]"#, &["strata[1]", "strata[2]"]),
        (r#""id": [1, 1, 2]"#, &["id[1]"]),
        (r#""covariates": [1, 2, 3]"#, &["covariates"]),
        (r#""covariates": {"age": [1, 2], "sex": ["m", 1, 2]}"#, &["covariates.age", "covariates.sex[0]"]),
        (r#""ties": "exact""#, &["ties"]),
        (r#""interval": 7"#, &["interval"]),
        (r#""tau": 0"#, &["tau"]),
        (r#""tau": "long""#, &["tau"]),
        (r#""reference": "c""#, &["reference"]),
        (r#""reference": 1"#, &["reference"]),
        (r#""confidence": 1"#, &["confidence"]),
        (r#""confidence": 95"#, &["confidence"]),
        (r#""weights": [1, 1, 1]"#, &["weights"]),
        (r#""analysis": "rmst""#, &["tau"]),
        (r#""analysis": "log-rank", "group": [1, 1, 1]"#, &["group"]),
        (r#""analysis": "cox", "group": [1, 1, 1]"#, &["covariates"]),
    ];
    for (member, fields) in cases {
        assert_eq!(refused(&with(member)), *fields, "{member}");
    }
}

#[test]
fn what_is_missing_or_stands_there_twice_is_named() {
    assert_eq!(refused("{}"), ["analysis", "time", "event"]);
    assert_eq!(refused(r#"{"analysis": "rate", "time": [1], "event": [1], "time": [2]}"#), ["time"]);
    let twice = r#"{"analysis": "cox", "time": [1], "event": [1], "covariates": {"x": [1], "x": [2]}}"#;
    assert_eq!(refused(twice), ["covariates.x"]);
}

#[test]
fn all_faults_come_together_and_a_thousand_of_a_kind_are_counted() {
    let request = r#"{"analysis": "cox", "time": [1, -2], "event": [1, 7.5], "tau": -1, "covariates": {"x": [1]}}"#;
    assert_eq!(refused(request), ["tau", "event[1]", "covariates.x", "time[1]"]);
    let times = vec!["null"; 1000].join(",");
    let request = format!(r#"{{"analysis": "rate", "time": [{times}], "event": [1]}}"#);
    let faults = Request::from_json(&request).unwrap_err();
    assert_eq!((faults.all()[9].field.as_str(), faults.all()[10].field.as_str()), ("time[9]", "event"));
    assert_eq!(faults.lines().last().map(String::as_str), Some("time: 990 more like these"));
}

#[test]
fn what_is_no_json_is_named_by_its_place() {
    assert_eq!(refused(r#"{"analysis": "rate", "time": [1, 1e999], "event": [1, 0]}"#), ["time[1]"]);
    assert_eq!(refused(r#"{"analysis": "rate", "time": [1, NaN]}"#), ["time[1]"]);
    for text in ["", "[]", "7", r#"{"analysis": "rate""#, r#"{"analysis": "rate"} {}"#] {
        assert_eq!(refused(text), [""], "{text}");
    }
}
