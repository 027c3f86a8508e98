//! Compares an answer with what a golden case expects: member by member, and only what is listed.

use chrono::DateTime;
use serde_json::{Map, Value};

/// Every difference, one line each: the member, what was expected and what the program says.
pub(super) fn mismatches(expect: &Map<String, Value>, found: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for (member, wanted) in expect {
        match member.as_str() {
            "duties" => duties(wanted, found, &mut wrong),
            "noDuties" => no_duties(wanted, found, &mut wrong),
            "complete" => complete(wanted, expect.get("duties"), found, &mut wrong),
            "subject" => subject(wanted, found, &mut wrong),
            "dischargeFrom" | "error" | "lastDay" => {
                let got = found.get(member).unwrap_or(&Value::Null);
                if !same(wanted, got) {
                    wrong.push(difference(member, wanted, &shown(member, found)));
                }
            }
            unknown => wrong.push(format!("expect.{unknown} is not known")),
        }
    }
    wrong
}

fn difference(member: &str, wanted: &Value, got: &Value) -> String {
    format!("{member}: expected {wanted}, got {got}")
}

/// What the program says about a member; a refusal stands for every member.
fn shown(member: &str, found: &Value) -> Value {
    found.get(member).filter(|v| !v.is_null()).or_else(|| found.get("error")).cloned().unwrap_or_default()
}

/// Two date-times are equal when they are the same instant.
fn same(a: &Value, b: &Value) -> bool {
    let instant = |v: &Value| v.as_str().and_then(|t| DateTime::parse_from_rfc3339(t).ok());
    match (instant(a), instant(b)) {
        (Some(a), Some(b)) => a == b,
        (None, _) | (_, None) => a == b,
    }
}

fn subject(wanted: &Value, found: &Value, wrong: &mut Vec<String>) {
    let got = found.get("subject");
    let Some(members) = wanted.as_object() else {
        wrong.push("expect.subject is not an object".to_owned());
        return;
    };
    for (member, value) in members {
        if got.and_then(|g| g.get(member)) != Some(value) {
            let got = got.and_then(|g| g.get(member)).cloned().unwrap_or_else(|| shown("subject", found));
            wrong.push(difference(&format!("subject.{member}"), value, &got));
        }
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn kind(duty: &Value) -> Option<&str> {
    duty.get("kind").and_then(Value::as_str)
}

/// The listed members in which a duty differs.
fn differing<'v>(wanted: &'v Value, got: &Value) -> Vec<&'v str> {
    let members = wanted.as_object().into_iter().flatten();
    members.filter(|(member, value)| got.get(member) != Some(*value)).map(|(member, _)| member.as_str()).collect()
}

fn duties(wanted: &Value, found: &Value, wrong: &mut Vec<String>) {
    let all = list(found.get("duties"));
    for duty in list(Some(wanted)) {
        if all.iter().any(|got| differing(duty, got).is_empty()) {
            continue;
        }
        let of_kind = all.iter().filter(|got| kind(got) == kind(duty));
        let closest = of_kind.min_by_key(|got| differing(duty, got).len());
        let got = closest.cloned().or_else(|| found.get("error").cloned()).unwrap_or_else(|| "no such duty".into());
        wrong.push(difference("duties", duty, &got));
    }
}

fn no_duties(wanted: &Value, found: &Value, wrong: &mut Vec<String>) {
    for none in list(Some(wanted)) {
        for got in list(found.get("duties")).iter().filter(|got| kind(got) == none.as_str()) {
            wrong.push(format!("noDuties: expected no {none}, got {got}"));
        }
    }
}

/// Every duty of the kind is listed, and as many as are listed.
fn complete(wanted: &Value, listed: Option<&Value>, found: &Value, wrong: &mut Vec<String>) {
    for complete in list(Some(wanted)) {
        let of_kind = |d: &&Value| kind(d) == complete.as_str();
        let listed: Vec<_> = list(listed).iter().filter(of_kind).collect();
        let got: Vec<_> = list(found.get("duties")).iter().filter(of_kind).collect();
        for duty in &got {
            if !listed.iter().any(|l| differing(l, duty).is_empty()) {
                wrong.push(format!("complete: expected no other {complete}, got {duty}"));
            }
        }
        if got.len() != listed.len() {
            wrong.push(format!("complete: expected {} of {complete}, got {}", listed.len(), got.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wrong(expect: &Value, found: &Value) -> Vec<String> {
        mismatches(expect.as_object().unwrap(), found)
    }

    #[test]
    fn only_listed_members_are_compared() {
        let found = json!({"subject": {"from": "2024-01-01", "lastDay": null}, "duties": [
            {"kind": "home", "trigger": "2024-03-01", "due": "2024-03-03", "overdueAfter": null, "status": "open"}
        ], "dischargeFrom": null});
        assert!(wrong(&json!({"subject": {"lastDay": null}, "duties": [{"kind": "home"}]}), &found).is_empty());
        assert_eq!(wrong(&json!({"subject": {"never": true}}), &found).len(), 1);
        assert_eq!(wrong(&json!({"noDuties": ["home"]}), &found).len(), 1);
        assert_eq!(wrong(&json!({"duties": [], "complete": ["home"]}), &found).len(), 2);
        let late = json!({"duties": [{"kind": "home", "due": "2024-03-04"}]});
        assert!(wrong(&late, &found).iter().all(|l| l.contains("expected") && l.contains("2024-03-03")));
    }

    #[test]
    fn instants_are_compared_and_not_their_spelling() {
        let found = json!({"lastDay": "2026-03-30T19:00:00+02:00"});
        assert!(wrong(&json!({"lastDay": "2026-03-30T17:00:00Z"}), &found).is_empty());
        assert_eq!(wrong(&json!({"lastDay": "2026-03-30T18:00:00+02:00"}), &found).len(), 1);
    }

    #[test]
    fn a_refusal_is_a_mismatch_for_every_member() {
        let found = json!({"error": "dates_out_of_order"});
        assert_eq!(wrong(&json!({"duties": [{"kind": "home"}], "subject": {"from": "2024-01-01"}}), &found).len(), 2);
    }
}
