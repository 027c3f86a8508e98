//! What a client says of the register's answers, in lines that a person reads.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::calls::Answer;

/// JSON to read and to pipe.
pub(super) fn json(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Duties, a line each: until when, how it stands, what, and after which day it would be late on every reading.
pub(super) fn duties(list: &Value) -> String {
    let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    if items.is_empty() {
        return "Nothing must be reported.\n".to_owned();
    }
    let mut told = format!("{:<12}{:<14}{:<14}{}\n", "until", "how it is", "what", "late after");
    for duty in items {
        let part = |name: &str| duty[name].as_str().unwrap_or("-");
        let (due, status, kind, late) = (part("due"), part("status"), part("kind"), part("overdueAfter"));
        // Writing into a text cannot fail.
        let _ = writeln!(told, "{due:<12}{status:<14}{kind:<14}{late}");
    }
    told
}

/// What became of a report, with its receipt or the place where it is kept.
pub(super) fn report(answer: &Answer, kept: Option<&Path>) -> String {
    let body = answer.body();
    let part = |name: &str| body[name].as_str().unwrap_or("-");
    let mut told = if answer.accepted() {
        let met = body["dutiesMet"].as_array().map_or(0, Vec::len);
        let waits = part("state") == "awaiting_second_person";
        let first = if waits { "Recorded; its earlier time of receipt waits for a second person." } else { "Given." };
        format!("{first}\n  number:      {}\n  received at: {}\n  duties met:  {met}\n", part("id"), part("receivedAt"))
    } else {
        let mut told = format!("NOT given: {}\n", part("detail"));
        for fault in body["errors"].as_array().into_iter().flatten() {
            let part = |name: &str| fault[name].as_str().unwrap_or_default();
            let _ = writeln!(told, "  {}: {}", part("pointer"), part("detail"));
        }
        let _ = writeln!(told, "It was kept as attempt {}.", part("attempt"));
        told
    };
    let _ = match kept {
        Some(place) => writeln!(told, "The receipt is in {}.", place.display()),
        None => writeln!(told, "The receipt:\n{}", answer.receipt().unwrap_or_default()),
    };
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn duties_stand_in_columns_and_none_is_said_so() {
        let list = json!({ "items": [{ "due": "2026-02-03", "status": "due", "kind": "home", "overdueAfter": "2026-02-06" },
            { "status": "held", "kind": "periodic" }] });
        let told = duties(&list);
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines[1], "2026-02-03  due           home          2026-02-06");
        assert_eq!(lines[2], "-           held          periodic      -");
        assert_eq!(duties(&json!({ "items": [] })), "Nothing must be reported.\n");
    }
}
