//! `zedenregister synthetic`: an invented cohort with a known effect, as a request for `survival`.

use std::io::{self, BufWriter, Write};

use serde_json::json;

use super::{Exit, Failure, Terminal};
use crate::statistics::study::Row;
use crate::statistics::synthetic::{Plan, cohort};

/// An invented cohort with a known effect, detection and observation intensity, as a request for `survival`.
///
/// Two arms of equal size; group 1 has the hazard of group 0 times the effect. The same flags give the same cohort.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister synthetic --effect 0.6 --seed 7 | zedenregister survival -\n  \
    zedenregister synthetic --outcome seen --detection 0.5,0.8 --checks 1,2 | zedenregister survival -")]
pub struct Args {
    /// Which analysis the request asks for
    #[arg(long, default_value = "cox", value_parser = ["cox", "log-rank", "kaplan-meier", "rate"])]
    analysis: String,
    /// People in each arm
    #[arg(long, default_value_t = 300)]
    people: u32,
    /// Events per person and day in group 0
    #[arg(long, default_value_t = 0.001)]
    hazard: f64,
    /// Hazard ratio of group 1
    #[arg(long, default_value_t = 0.7)]
    effect: f64,
    /// Chance that a check notices; one value, or one for each arm
    #[arg(long, value_delimiter = ',', default_value = "0.8")]
    detection: Vec<f64>,
    /// Checks per person and month; one value, or one for each arm
    #[arg(long, value_delimiter = ',', default_value = "2")]
    checks: Vec<f64>,
    /// Days of follow-up at most
    #[arg(long, default_value_t = 730.0)]
    days: f64,
    /// The event as it happened, or as the checks saw it
    #[arg(long, default_value = "happened", value_parser = ["happened", "seen"])]
    outcome: String,
    /// The seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Writes the request.
///
/// # Errors
/// When a flag is out of range or the output is gone.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let people = cohort(&plan(args)?, args.seed);
    let row = |(subject, person): (usize, &statistics::synthetic::Person)| match args.outcome.as_str() {
        "seen" => person.seen(subject),
        _ => person.truth(subject),
    };
    let rows: Vec<Row> = people.iter().enumerate().map(row).collect();
    let request = json!({
        "analysis": args.analysis,
        "time": rows.iter().map(|row| row.time).collect::<Vec<_>>(),
        "event": rows.iter().map(|row| row.event).collect::<Vec<_>>(),
        "group": rows.iter().map(|row| row.group).collect::<Vec<_>>(),
    });
    let mut out = BufWriter::new(&mut *terminal.out);
    serde_json::to_writer(&mut out, &request).map_err(io::Error::from)?;
    writeln!(out)?;
    out.flush()?;
    Ok(Exit::Done)
}

fn plan(args: &Args) -> Result<Plan, Failure> {
    let within = |flag: &str, values: &[f64], most: f64| match values {
        [] | [_, _, _, ..] => Err(refused(flag, "takes one value, or one for each arm")),
        values if values.iter().any(|value| !(*value > 0.0 && *value <= most)) => {
            Err(refused(flag, &format!("must be above 0 and at most {most}")))
        }
        [value] => Ok([*value; 2]),
        [first, second] => Ok([*first, *second]),
    };
    let one = |flag: &str, value: f64, most: f64| within(flag, &[value], most).map(|values| values[0]);
    if args.people == 0 || args.people > 1_000_000 {
        return Err(refused("--people", "must be at least 1 and at most 1000000"));
    }
    Ok(Plan {
        people: args.people,
        hazard: one("--hazard", args.hazard, 10.0)?,
        effect: one("--effect", args.effect, 100.0)?,
        detection: within("--detection", &args.detection, 1.0)?,
        checks: within("--checks", &args.checks, 1000.0)?,
        days: one("--days", args.days, 100_000.0)?,
    })
}

fn refused(flag: &str, why: &str) -> Failure {
    Failure::input(format!("{flag} {why}."), "`zedenregister synthetic --help` shows what it means.")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::statistics::request::Request;
    use crate::statistics::{Answer, answer};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn ran(flags: &[&str]) -> Result<String, Failure> {
        let args = Line::parse_from(std::iter::once("synthetic").chain(flags.iter().copied())).args;
        let mut out = Vec::new();
        run(&args, &mut Terminal { out: &mut out, config_file: None })?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn hazard_ratio(flags: &[&str]) -> [f64; 3] {
        let Answer::Cox(cox) = answer(&Request::from_json(&ran(flags).unwrap()).unwrap()) else { panic!("no model") };
        let term = &cox.coefficients[0];
        [term.lower, term.hazard_ratio, term.upper].map(Option::unwrap)
    }

    #[test]
    fn survival_finds_the_effect_that_was_asked_for() {
        let [lower, _, upper] = hazard_ratio(&["--effect", "0.5", "--people", "2000", "--seed", "2"]);
        assert!(lower < 0.5 && 0.5 < upper, "{lower} {upper}");
        assert_eq!(ran(&["--seed", "9"]).unwrap(), ran(&["--seed", "9"]).unwrap());
        assert_ne!(ran(&["--seed", "9"]).unwrap(), ran(&["--seed", "10"]).unwrap());
    }

    #[test]
    fn an_arm_that_is_looked_at_harder_seems_worse() {
        let [lower, ..] = hazard_ratio(&[
            "--outcome",
            "seen",
            "--effect",
            "1",
            "--people",
            "2000",
            "--hazard",
            "0.005",
            "--detection",
            "0.2,0.9",
            "--checks",
            "0.2,4",
        ]);
        assert!(lower > 1.2, "{lower}");
    }

    #[test]
    fn a_flag_out_of_range_is_named() {
        for flags in
            [["--detection", "1.5"], ["--checks", "1,2,3"], ["--effect", "0"], ["--people", "0"], ["--days", "nan"]]
        {
            let refused = ran(&flags).unwrap_err();
            assert_eq!((refused.code(), refused.to_string().starts_with(flags[0])), (2, true), "{refused}");
        }
    }
}
