//! `zedenregister golden`: runs worked legal cases and compares the program's answers member by member.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::golden_compare::mismatches;
use super::{Exit, Failure, Terminal};
use crate::law::term::{self, LastDay, Term, TermError};
use crate::law::{Assessment, Facts, RuleBook, assess, named};
use crate::rulebook;

/// Runs worked legal cases and compares the program's answers with them.
///
/// One line per mismatch with expected and got; closes with `N passed, N failed`. An unreadable file or a malformed
/// case counts as failed. Exit code 1 on any failure.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister golden tests/golden/*.json\n  \
    zedenregister golden --answers histories.json > answers.json")]
pub struct Args {
    /// Files with cases: JSON arrays
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the program's own answers as one JSON object {id: answer} instead, also for cases without `expect`
    #[arg(long)]
    answers: bool,
    /// Folder with further rules (profiles/*.toml, calendars/*.toml)
    #[arg(long, value_name = "FOLDER")]
    rules: Option<PathBuf>,
}

/// One case as far as the program needs it.
#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    check: Check,
    given: Value,
    expect: Option<Map<String, Value>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Check {
    Assess,
    Term,
}

/// Runs every case of every file.
///
/// # Errors
/// When the rules cannot be loaded or the output cannot be written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let rules = rulebook::load(args.rules.as_deref())?;
    let mut tally = Tally { out: terminal.out, answers: args.answers.then(Map::new), passed: 0, failed: 0 };
    for path in &args.files {
        let shown = path.display().to_string();
        match read(path) {
            Err(reason) => tally.fail(&shown, &[reason])?,
            Ok(cases) => {
                for (position, case) in cases.into_iter().enumerate() {
                    let id = case.get("id").and_then(Value::as_str);
                    let label = id.map_or_else(|| format!("{shown}[{position}]"), str::to_owned);
                    tally.take(&label, solve(case, &rules))?;
                }
            }
        }
    }
    tally.close()
}

/// A case with the program's answer, or why it is no case.
fn solve(case: Value, rules: &RuleBook) -> Result<(Case, Value), String> {
    let case: Case = named(case).map_err(|e| e.to_string())?;
    let answer = answer(&case, rules)?;
    Ok((case, answer))
}

/// Counts and prints.
struct Tally<'a> {
    out: &'a mut dyn Write,
    /// The answers by id, when they are asked for instead of a comparison.
    answers: Option<Map<String, Value>>,
    passed: u32,
    failed: u32,
}

impl Tally<'_> {
    fn take(&mut self, label: &str, solved: Result<(Case, Value), String>) -> io::Result<()> {
        let (case, answer) = match solved {
            Ok(solved) => solved,
            Err(reason) => return self.fail(label, &[reason]),
        };
        if let Some(answers) = &mut self.answers {
            if answers.insert(case.id, answer).is_some() {
                return self.fail(label, &["the id is used twice".to_owned()]);
            }
            return Ok(());
        }
        let wrong = match &case.expect {
            Some(expect) => mismatches(expect, &answer),
            None => vec!["the case has no `expect`".to_owned()],
        };
        if wrong.is_empty() {
            self.passed += 1;
            return Ok(());
        }
        self.fail(label, &wrong)
    }

    /// With answers the output is one JSON object, so failures go to standard error.
    fn fail(&mut self, label: &str, wrong: &[String]) -> io::Result<()> {
        self.failed += 1;
        for line in wrong {
            match self.answers {
                Some(_) => writeln!(io::stderr(), "{label}: {line}")?,
                None => writeln!(self.out, "{label}: {line}")?,
            }
        }
        Ok(())
    }

    fn close(self) -> Result<Exit, Failure> {
        match &self.answers {
            Some(answers) => {
                serde_json::to_writer_pretty(&mut *self.out, answers).map_err(io::Error::from)?;
                writeln!(self.out)?;
            }
            None => writeln!(self.out, "{} passed, {} failed", self.passed, self.failed)?,
        }
        Ok(if self.failed == 0 { Exit::Done } else { Exit::Found })
    }
}

fn read(path: &Path) -> Result<Vec<Value>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot be read: {e}"))?;
    serde_json::from_str(&text).map_err(|e| format!("is not a JSON array of cases: {e}"))
}

/// The program's own answer to a case, in the words of the golden cases.
fn answer(case: &Case, rules: &RuleBook) -> Result<Value, String> {
    match case.check {
        Check::Assess => assessed(&case.given, rules),
        Check::Term => term_answer(&case.given, rules),
    }
}

fn assessed(given: &Value, rules: &RuleBook) -> Result<Value, String> {
    let facts = Facts::from_value(given.clone()).map_err(|e| format!("given.{e}"))?;
    let as_of = facts.as_of.ok_or("given.asOf: is missing")?;
    Ok(match assess(&facts, rules.regime(facts.regime), rules.calendar(), as_of) {
        Ok(assessment) => in_words(&assessment),
        Err(refusal) => json!({ "error": refusal.code.as_str() }),
    })
}

/// The registration period in the words of the golden cases.
pub(super) fn subject_in_words(assessment: &Assessment) -> Map<String, Value> {
    let mut subject = Map::new();
    match assessment.subject.period {
        None => drop(subject.insert("never".to_owned(), json!(true))),
        Some(period) => {
            subject.insert("from".to_owned(), json!(period.from));
            subject.insert("lastDay".to_owned(), json!(period.last_day));
            if period.provisional {
                subject.insert("provisional".to_owned(), json!(true));
            }
        }
    }
    subject
}

fn in_words(assessment: &Assessment) -> Value {
    let duties: Vec<Value> = assessment
        .duties
        .iter()
        .map(|d| {
            json!({
                "kind": d.kind, "trigger": d.trigger, "due": d.due,
                "overdueAfter": d.overdue_after, "status": d.status,
            })
        })
        .collect();
    json!({
        "subject": subject_in_words(assessment), "duties": duties, "dischargeFrom": assessment.discharge_from,
    })
}

fn term_answer(given: &Value, rules: &RuleBook) -> Result<Value, String> {
    let term: Term = named(given.clone()).map_err(|e| format!("given.{e}"))?;
    match term::last_day(&term, rules.calendar()) {
        Ok(LastDay::Day(day)) => Ok(json!({ "lastDay": day })),
        Ok(LastDay::Instant(instant)) => Ok(json!({ "lastDay": instant.to_rfc3339() })),
        Err(TermError::CalendarOutOfRange(_)) => Ok(json!({ "error": "calendar_out_of_range" })),
        Err(error @ (TermError::EventDoesNotFit | TermError::LengthOutOfRange)) => Err(format!("given: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(files: &[&str], answers: bool) -> (Exit, String) {
        let mut out = Vec::new();
        let mut terminal = Terminal { out: &mut out, config_file: None };
        let args = Args { files: files.iter().map(PathBuf::from).collect(), answers, rules: None };
        let exit = run(&args, &mut terminal).unwrap();
        (exit, String::from_utf8(out).unwrap())
    }

    fn golden(name: &str) -> String {
        format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
    }

    fn written(cases: &Value) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.json");
        std::fs::write(&path, cases.to_string()).unwrap();
        let path = path.display().to_string();
        (folder, path)
    }

    #[test]
    fn every_golden_case_passes() {
        let files = ["ie.json", "nl.json", "terms.json", "settled.json"].map(golden);
        let (exit, text) = ran(&files.each_ref().map(String::as_str), false);
        assert_eq!((exit, text.as_str()), (Exit::Done, "287 passed, 0 failed\n"));
    }

    #[test]
    fn a_mismatch_an_unreadable_file_and_a_malformed_case_are_failures_with_a_line_each() {
        let (_folder, path) = written(&json!([
            {"id": "wrong", "check": "assess", "given": {"regime": "ie", "asOf": "2024-03-02"},
             "expect": {"subject": {"never": false}}},
            {"id": "malformed", "check": "assess", "given": {"regime": "ie", "asOf": "2024-02-30"}, "expect": {}},
            {"id": "right", "check": "term", "given": {"event": "2024-03-03", "length": {"unit": "days", "n": 1},
             "firstDayCounts": false, "extension": "none", "countedBack": true, "source": "act"},
             "expect": {"lastDay": "2024-03-02"}},
        ]));
        let (exit, text) = ran(&[&path, "/nowhere/cases.json"], false);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(exit, Exit::Found);
        assert_eq!(lines[0], "wrong: subject.never: expected false, got true");
        assert!(lines[1].starts_with("malformed: given.asOf: "), "{text}");
        assert!(lines[2].starts_with("/nowhere/cases.json: cannot be read: "), "{text}");
        assert_eq!(lines[3], "1 passed, 3 failed");
    }

    #[test]
    fn answers_are_one_object_by_id_also_without_expect() {
        let (_folder, path) = written(&json!([
            {"id": "a", "check": "assess", "given": {"regime": "ie", "asOf": "2024-03-02"}},
            {"id": "b", "check": "term", "given": {"event": "2028-12-29", "length": {"unit": "days", "n": 3},
             "extension": "atw"}},
        ]));
        let (exit, text) = ran(&[&path], true);
        let answers: Value = serde_json::from_str(&text).unwrap();
        let expected = json!({
            "a": {"subject": {"never": true}, "duties": [], "dischargeFrom": null},
            "b": {"error": "calendar_out_of_range"},
        });
        assert_eq!((exit, answers), (Exit::Done, expected));
    }
}
