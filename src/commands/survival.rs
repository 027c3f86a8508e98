//! `zedenregister survival`: estimates of survival analysis for data in a file, as JSON.

use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::{Exit, Failure, Terminal};
use crate::statistics::cox::{Cox, Undetermined};
use crate::statistics::request::{FIELDS, Request};
use crate::statistics::{Answer, answer};

/// Survival analysis of data in a file: Kaplan-Meier, log-rank, Cox, Aalen-Johansen, restricted mean, rates.
///
/// Answers with JSON on standard output. The estimates are those of R's `survival`; what is undefined is null.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister survival lung.json\n  zedenregister survival - < lung.json\n\n\
    `--help` describes the document and the conventions.", after_long_help = long_help())]
pub struct Args {
    /// The request, a JSON document; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

const CONVENTIONS: &str = "\
Conventions, those of R's survival where it has any:
  A row is at risk after its `entry`, up to and including its `time`. Times no further apart
  than 1.5e-8, absolutely or against the mean time, are one time. Every distinct time at which
  a row of the group ends has its row in the answer. An event is one of whatever cause; only
  aalen-johansen tells causes apart. Without `group` there is one group, called null. n counts
  the rows as they came. A field that an analysis does not use is checked all the same.
  kaplan-meier    the standard error is Greenwood's, of the survival itself. A curve that is
                  one has no log-log limits, one that is zero no limits and no error. The
                  median is the first time at or below one half; of a curve that lies on one
                  half, the middle of that stretch; of one that ends there, its beginning
  log-rank        compares within strata, also with delayed entry; groups of which no event
                  was to be expected do not count
  cox             lower and upper are those of the hazard ratio. A covariate that those before
                  it explain, and one whose coefficient is infinite, is null throughout, and
                  the standard error output says why. Fitted until nothing moves, further
                  than R by default
  aalen-johansen  the standard error is that of the infinitesimal jackknife, by `id` where it
                  is given, else by row
  rmst            a curve that ends before `tau` goes on level
  rate            exact limits; with two groups their ratio to the reference, exact given the
                  number of events";

fn long_help() -> String {
    format!(
        "Examples:\n  zedenregister survival lung.json\n  zedenregister survival - < lung.json\n\n{FIELDS}\n\n{CONVENTIONS}"
    )
}

/// Reads the request and writes the answer.
///
/// # Errors
/// When the file cannot be read, the request is refused (with every fault and its field) or the output is gone.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let text = text(&args.file).map_err(|error| {
        Failure::input(format!("{} cannot be read: {error}.", args.file.display()), "Check the name and the rights.")
    })?;
    let request = Request::from_json(&text).map_err(|faults| {
        Failure::input(
            format!("The request is refused:\n  {}", faults.lines().join("\n  ")),
            "Mend these fields; `zedenregister survival --help` describes them.",
        )
    })?;
    let answer = answer(&request);
    if let Answer::Cox(cox) = &answer {
        note_undetermined(cox)?;
    }
    // A curve has a line for each number; the terminal would be written to line by line.
    let mut out = BufWriter::new(&mut *terminal.out);
    serde_json::to_writer_pretty(&mut out, &answer).map_err(io::Error::from)?;
    writeln!(out)?;
    out.flush()?;
    Ok(Exit::Done)
}

fn text(path: &Path) -> io::Result<String> {
    if path != Path::new("-") {
        return std::fs::read_to_string(path);
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn note_undetermined(cox: &Cox) -> io::Result<()> {
    for term in &cox.coefficients {
        let why = match term.undetermined {
            None => continue,
            Some(Undetermined::Dependent) => "the covariates before it explain it",
            Some(Undetermined::Infinite) => "its coefficient is infinite, as it separates the events",
        };
        writeln!(io::stderr(), "covariates.{}: no estimate: {why}", term.term)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ran(request: &str) -> Result<Value, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("request.json");
        std::fs::write(&file, request).unwrap();
        let mut out = Vec::new();
        let mut terminal = Terminal { out: &mut out, config_file: None };
        run(&Args { file }, &mut terminal)?;
        Ok(serde_json::from_slice(&out).unwrap())
    }

    #[test]
    fn the_answer_is_json_with_the_members_of_the_contract() {
        let answer = ran(r#"{"analysis": "rate", "time": [2, 3, 5], "event": [1, 0, 0]}"#).unwrap();
        assert_eq!(answer["groups"][0]["group"], Value::Null);
        assert_eq!(answer["groups"][0]["rate"], json!(0.1));
        assert_eq!(answer["ratio"], Value::Null);
        assert_eq!(answer["groups"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn a_refusal_names_every_field_and_is_an_input_error() {
        let request = r#"{"analysis": "rmst", "time": [2, -3, "5"], "event": [1, 0], "colour": 7}"#;
        let refused = ran(request).unwrap_err();
        assert_eq!(refused.code(), 2);
        let lines = refused.to_string();
        for field in ["colour: ", "tau: ", "time[1]: ", "time[2]: ", "event: "] {
            assert!(lines.lines().any(|line| line.trim_start().starts_with(field)), "{field} is not in\n{lines}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let mut out = Vec::new();
        let mut terminal = Terminal { out: &mut out, config_file: None };
        let missing = run(&Args { file: PathBuf::from("/nowhere/x.json") }, &mut terminal).unwrap_err();
        assert!(missing.to_string().starts_with("/nowhere/x.json cannot be read"), "{missing}");
    }
}
