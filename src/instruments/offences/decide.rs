//! Whether an offence leads to registration, and why. It decides nothing about a person: registration needs a conviction, a
//! legal basis and somebody who activates it.

use chrono::NaiveDate;
use serde::Serialize;

use super::catalogue::{Catalogue, OffenceType, Registrable, Treatment, Victim, article};
use super::ecris::{EcrisTable, spaced, squeezed};
use super::offence::{Classified, Completion, FaultCode, Offence, Participation};
use super::step::Step;
use crate::grounds::{Fault, Versions, codes};

codes! {
    /// What an offence comes to.
    pub enum Outcome {
        /// It leads to registration.
        Registrable => "registrable",
        /// It does not.
        NotRegistrable => "not_registrable",
        /// The rules leave it open: a person decides.
        Undetermined => "undetermined",
    }
}

/// What an offence comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registrability {
    /// What it comes to.
    pub outcome: Outcome,
    /// The row of the catalogue.
    pub offence_type: Option<String>,
    /// The code it has in ECRIS.
    pub ecris_code: Option<String>,
    /// Whether a victim was a minor, from the article or as told.
    pub minor_victim: Option<bool>,
    /// Version of the catalogue.
    pub catalogue: String,
    /// Version of the table of codes, when one was used.
    pub ecris_table: Option<String>,
    /// The explanation.
    pub steps: Vec<Step>,
}

/// What an offence comes to under a version of the catalogue, on the day somebody asks.
///
/// # Errors
/// Every fault of what was told, at once.
pub fn decide(
    offence: &Offence,
    catalogue: &Catalogue,
    tables: &Versions<EcrisTable>,
    on: NaiveDate,
) -> Result<Registrability, Vec<Fault<FaultCode>>> {
    let faults = faults(offence, tables, on);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut found = Registrability {
        outcome: Outcome::Undetermined,
        offence_type: None,
        ecris_code: None,
        minor_victim: offence.minor_victim,
        catalogue: catalogue.id.clone(),
        ecris_table: None,
        steps: Vec::new(),
    };
    match &offence.classified {
        Classified::Dutch { article } => dutch(&mut found, article, offence, catalogue),
        Classified::Ecris { ecris_code, sent_on } => {
            if let (Some(code), Ok(table)) = (squeezed(ecris_code), tables.at(*sent_on)) {
                foreign(&mut found, &code, offence, table, catalogue);
            }
        }
    }
    if found.outcome != Outcome::NotRegistrable {
        choices(&mut found, offence, catalogue);
    }
    found.steps.push(Step::Outcome { outcome: found.outcome });
    Ok(found)
}

fn faults(offence: &Offence, tables: &Versions<EcrisTable>, on: NaiveDate) -> Vec<Fault<FaultCode>> {
    let mut faults = Vec::new();
    if offence.committed_on > on {
        faults.push(Fault::new("committedOn", FaultCode::InTheFuture));
    }
    if offence.committed_until.is_some_and(|until| until < offence.committed_on) {
        faults.push(Fault::new("committedUntil", FaultCode::EndsBeforeItBegins));
    } else if offence.committed_until.is_some_and(|until| until > on) {
        faults.push(Fault::new("committedUntil", FaultCode::InTheFuture));
    }
    match &offence.classified {
        Classified::Dutch { article: told } => {
            if article(told).is_none() {
                faults.push(Fault::new("classified.article", FaultCode::NoArticle));
            }
        }
        Classified::Ecris { ecris_code, sent_on } => {
            if squeezed(ecris_code).is_none() {
                faults.push(Fault::new("classified.ecrisCode", FaultCode::NoCode));
            }
            if *sent_on > on {
                faults.push(Fault::new("classified.sentOn", FaultCode::InTheFuture));
            } else if tables.at(*sent_on).is_err() {
                faults.push(Fault::new("classified.sentOn", FaultCode::BeforeFirstTable));
            }
        }
    }
    faults
}

/// By an article: the row of the day of the offence.
fn dutch(found: &mut Registrability, told: &str, offence: &Offence, catalogue: &Catalogue) {
    let Some(article) = article(told) else { return };
    let first = offence.committed_on;
    let last = offence.committed_until.unwrap_or(first);
    let (at_first, at_last) = (catalogue.find(&article, first), catalogue.find(&article, last));
    let named = catalogue.offences.iter().any(|row| row.article == article);
    match (at_first, at_last) {
        (Some(row), Some(other)) if row.id == other.id => applies(found, row, offence, catalogue),
        (None, None) if !named => {
            found.steps.push(Step::NotListed { article, provision: catalogue.source.clone() });
            found.outcome = Outcome::NotRegistrable;
        }
        (None, None) => {
            found.steps.push(Step::OtherDays { article, committed: first, provision: catalogue.renumbering.clone() });
        }
        (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) => {
            found.steps.push(Step::OverRenumbering { article, first, last, provision: catalogue.renumbering.clone() });
        }
    }
}

fn applies(found: &mut Registrability, row: &OffenceType, offence: &Offence, catalogue: &Catalogue) {
    found.offence_type = Some(row.id.clone());
    found.ecris_code = squeezed(&row.ecris).map(|code| spaced(&code));
    minor(found, row.victim);
    found.steps.push(Step::Article { article: row.article.clone(), committed: offence.committed_on });
    found.steps.push(Step::Protects { victim: row.victim });
    let renumbered = catalogue.offences.iter().any(|other| other.article == row.article && other.id != row.id);
    if renumbered {
        found.steps.push(Step::Renumbered { article: row.article.clone(), provision: catalogue.renumbering.clone() });
    }
    weigh(found, row.registrable, offence, &catalogue.source);
}

/// By an ECRIS code: the table of the day on which it was sent.
fn foreign(found: &mut Registrability, code: &str, offence: &Offence, table: &EcrisTable, catalogue: &Catalogue) {
    let shown = spaced(code);
    found.ecris_table = Some(table.id.clone());
    found.ecris_code = Some(shown.clone());
    let Some(row) = table.find(code) else {
        let open = table.is_open(code);
        found.outcome = if open { Outcome::Undetermined } else { Outcome::NotRegistrable };
        found.steps.push(Step::CodeNotListed { ecris_code: shown, open, provision: table.source.clone() });
        return;
    };
    minor(found, row.victim);
    found.steps.push(Step::Code { ecris_code: shown, provision: table.source.clone() });
    found.steps.push(Step::Protects { victim: row.victim });
    for same in catalogue.on(offence.committed_on) {
        if squeezed(&same.ecris).as_deref() == Some(code) {
            found.steps.push(Step::ComparesTo { article: same.article.clone(), committed: offence.committed_on });
        }
    }
    weigh(found, row.registrable, offence, &catalogue.source);
}

/// An article that protects minors only tells that the victim was one.
fn minor(found: &mut Registrability, victim: Victim) {
    match victim {
        Victim::Anybody => {}
        Victim::Under12 | Victim::From12To16 | Victim::From16To18 | Victim::Minor => found.minor_victim = Some(true),
    }
}

fn weigh(found: &mut Registrability, registrable: Registrable, offence: &Offence, source: &str) {
    let on_condition = |holds: Option<bool>| match holds {
        Some(true) => Outcome::Registrable,
        Some(false) => Outcome::NotRegistrable,
        None => Outcome::Undetermined,
    };
    found.outcome = match registrable {
        Registrable::Yes => Outcome::Registrable,
        Registrable::No => Outcome::NotRegistrable,
        Registrable::WhenSexual => on_condition(offence.sexual),
        Registrable::WhenMinor => on_condition(found.minor_victim),
        Registrable::Person => Outcome::Undetermined,
    };
    let provision = source.to_owned();
    found.steps.push(match registrable {
        Registrable::Yes => Step::Listed { provision },
        Registrable::No => Step::LeftOut { provision },
        Registrable::WhenSexual => Step::WhenSexual { sexual: offence.sexual },
        Registrable::WhenMinor => Step::WhenMinor { minor: found.minor_victim },
        Registrable::Person => Step::ReadProvision { provision },
    });
}

/// Attempts, helpers and exemption, as the pilot chose. The strictest reason to leave out wins.
fn choices(found: &mut Registrability, offence: &Offence, catalogue: &Catalogue) {
    let pilot = &catalogue.pilot;
    if offence.completion == Completion::Attempted {
        found.steps.push(Step::Attempt { treatment: pilot.attempts });
        treat(&mut found.outcome, pilot.attempts);
    }
    if offence.participation == Participation::Helper {
        found.steps.push(Step::Helper { treatment: pilot.helpers });
        treat(&mut found.outcome, pilot.helpers);
    }
    if offence.exempt {
        found.steps.push(Step::Exempt { treatment: pilot.exempt });
        treat(&mut found.outcome, pilot.exempt);
    }
}

fn treat(outcome: &mut Outcome, treatment: Treatment) {
    match (treatment, *outcome) {
        (Treatment::Count, _) | (Treatment::Person, Outcome::NotRegistrable) => {}
        (Treatment::LeaveOut, _) => *outcome = Outcome::NotRegistrable,
        (Treatment::Person, Outcome::Registrable | Outcome::Undetermined) => *outcome = Outcome::Undetermined,
    }
}
