//! `zedenregister assess`: what the rules say about a facts document, as JSON or as readable text.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::golden::subject_in_words;
use super::{Exit, Failure, Terminal};
use crate::law::explain::{self, Language};
use crate::law::{Assessment, Facts, assess};
use crate::rulebook;

/// What the rules say about a facts document: the registration period and every duty with its dates and reasons.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister assess facts.json --as-of 2026-03-01\n  \
    zedenregister assess - --explain --lang en < facts.json")]
pub struct Args {
    /// A facts document, or a golden case with `given`; `-` reads standard input
    #[arg(value_name = "FACTS")]
    facts: PathBuf,
    /// Day of the assessment, instead of the document's `asOf`
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<NaiveDate>,
    /// Readable text with the reasons, instead of JSON
    #[arg(long)]
    explain: bool,
    /// Language of the text
    #[arg(long, value_name = "LANGUAGE", default_value = "nl", value_parser = ["nl", "en"])]
    lang: String,
    /// Folder with further rules (profiles/*.toml, calendars/*.toml)
    #[arg(long, value_name = "FOLDER")]
    rules: Option<PathBuf>,
}

/// Writes the assessment.
///
/// # Errors
/// When the document cannot be read or assessed, or the output cannot be written.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let rules = rulebook::load(args.rules.as_deref())?;
    let facts = document(&args.facts)?;
    let Some(as_of) = args.as_of.or(facts.as_of) else {
        return Err(Failure::input("The document names no day of assessment (asOf).", "Give one with --as-of."));
    };
    let assessment = assess(&facts, rules.regime(facts.regime), rules.calendar(), as_of)
        .map_err(|refusal| Failure::input(format!("The facts are refused: {refusal}."), "Mend that member."))?;
    if args.explain {
        let language = if args.lang == "en" { Language::En } else { Language::Nl };
        write_text(terminal.out, &assessment, as_of, language)?;
        return Ok(Exit::Done);
    }
    serde_json::to_writer_pretty(&mut *terminal.out, &as_json(&assessment, as_of)).map_err(io::Error::from)?;
    writeln!(terminal.out)?;
    Ok(Exit::Done)
}

/// Reads a facts document, bare or inside a golden case.
fn document(path: &Path) -> Result<Facts, Failure> {
    let text = text(path).map_err(|error| {
        Failure::input(format!("{} cannot be read: {error}.", path.display()), "Check the name and the rights.")
    })?;
    let facts = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(mut case)) if case.contains_key("given") => {
            Facts::from_value(case.remove("given").unwrap_or_default())
        }
        Ok(_) | Err(_) => Facts::from_json(&text),
    };
    facts.map_err(|error| Failure::input(format!("This is no facts document: {error}."), "Mend that member."))
}

fn text(path: &Path) -> io::Result<String> {
    if path != Path::new("-") {
        return std::fs::read_to_string(path);
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn as_json(assessment: &Assessment, as_of: NaiveDate) -> Value {
    let mut subject = subject_in_words(assessment);
    subject.insert("steps".to_owned(), json!(assessment.subject.steps));
    json!({
        "asOf": as_of,
        "subject": subject,
        "duties": assessment.duties,
        "dischargeFrom": assessment.discharge_from,
        "versions": assessment.versions,
    })
}

/// The assessment as people read it: the period, then each duty, each with its reasons.
fn write_text(out: &mut dyn Write, assessment: &Assessment, as_of: NaiveDate, language: Language) -> io::Result<()> {
    let (day, with) = match language {
        Language::Nl => ("Stand op", "Berekend met"),
        Language::En => ("As of", "Computed with"),
    };
    writeln!(out, "{day} {as_of}")?;
    write_steps(out, &assessment.subject.steps, language)?;
    for duty in &assessment.duties {
        writeln!(out, "\n{}", explain::headline(duty, language))?;
        writeln!(out, "  {} ({})", explain::citation(&duty.citation, language), duty.rule)?;
        write_steps(out, &duty.steps, language)?;
    }
    let versions = &assessment.versions;
    let used: Vec<&str> = versions.profiles.iter().chain(&versions.calendar).map(|name| name.as_str()).collect();
    writeln!(out, "\n{with} {} ({}), {}", used.join(", "), versions.rule_book, explain::version(language))
}

fn write_steps(out: &mut dyn Write, steps: &[law::Step], language: Language) -> io::Result<()> {
    for line in explain::render(steps, language) {
        writeln!(out, "  - {line}")?;
    }
    Ok(())
}
