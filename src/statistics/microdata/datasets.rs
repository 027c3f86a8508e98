//! The rows of the microdata as datasets, for every format of a release.

use super::class::Age;
use super::rows::{EventRow, PersonRow, What};
use super::{Pseudonym, Terms};
use crate::formats::dataset::{About, Code, Column, Dataset, Flaw, Kind, Reference, Text, Type};
use crate::formats::row::{Row, Value};
use crate::history::{Arm, ExitReason, RiskBand};

const PEOPLE: &str = "people";
const EVENTS: &str = "events";

/// Whether a file of a release is one of these, by its name.
pub fn has(file: &str) -> bool {
    file.split_once('.').is_some_and(|(id, _)| id == PEOPLE || id == EVENTS)
}

/// The file of people.
///
/// # Errors
/// [`Flaw`] when the description is not sound.
pub fn people(terms: Terms) -> Result<Dataset, Flaw> {
    let about = About {
        id: PEOPLE.to_owned(),
        version: "1".to_owned(),
        title: Text::fixed("Personen", "People"),
        definition: Text::fixed(
            "Een rij per persoon die aan een arm is toegewezen, onder een pseudoniem van deze levering. Dagen tellen vanaf \
             de indexdatum, die dag 0 is.",
            "A row for each person assigned to an arm, under a pseudonym of this release. Days count from the index date, \
             which is day 0.",
        ),
        ..about(terms)
    };
    let optional = |name: &'static str, nl, en| Column::attribute(name, Text::fixed(nl, en), Type::Text);
    let columns = vec![
        pseudonym(),
        Column::attribute("arm", Text::fixed("Arm zoals toegewezen", "Arm as assigned"), codes(Arm::ALL, Arm::code)),
        optional("age", "Leeftijd op de indexdatum", "Age at the index date"),
        optional("offence_group", "Soort delict", "Group of the index offence"),
        optional("stratum", "Stratum van de toewijzing", "Stratum of the assignment"),
        optional("team", "Team", "Team"),
        optional(
            "cluster",
            "Pseudoniem van de eenheid die als geheel is toegewezen",
            "Pseudonym of the unit assigned as a whole",
        ),
        Column::attribute(
            "risk",
            Text::fixed("Risicoklasse op de indexdatum", "Risk band at the index date"),
            codes(RiskBand::ALL, RiskBand::code),
        ),
        Column::measure("entry_day", Text::fixed("Eerste dag gevolgd", "First day followed"), Type::Integer),
        Column::measure("last_day", Text::fixed("Laatste dag gevolgd", "Last day followed"), Type::Integer),
        Column::attribute(
            "exit",
            Text::fixed(
                "Waarom het volgen eindigde; leeg: einde waarneming",
                "Why following ended; empty: end of observation",
            ),
            codes(ExitReason::ALL, ExitReason::code),
        ),
    ];
    Dataset::new(about, columns)
}

/// The file of events.
///
/// # Errors
/// [`Flaw`] when the description is not sound.
pub fn events(terms: Terms) -> Result<Dataset, Flaw> {
    let about = About {
        id: EVENTS.to_owned(),
        version: "1".to_owned(),
        title: Text::fixed("Gebeurtenissen", "Events"),
        definition: Text::fixed(
            "Een rij per gebeurtenis of tijdvak van een persoon in het bestand people, in volgorde van dagen. Wat na de \
             laatste dag van de waarneming kwam staat er niet in.",
            "A row for each event or spell of a person in the file people, in order of days. What came after the last day \
             of observation is not told.",
        ),
        unit: Text::fixed("gebeurtenissen", "events"),
        ..about(terms)
    };
    let day = |name: &'static str, nl, en| Column::measure(name, Text::fixed(nl, en), Type::Integer);
    let text = |name: &'static str, nl, en| Column::attribute(name, Text::fixed(nl, en), Type::Text);
    let columns = vec![
        pseudonym(),
        Column::key("number", Text::fixed("Volgnummer binnen de persoon", "Number within the person"), Type::Integer),
        Column::attribute("what", Text::fixed("Wat het is", "What it is"), codes(&What::ALL, What::code)),
        text("kind", "Soort: van verplichting, feit, systeem of zaak", "Kind: of duty, fact, system or case"),
        day("from_day", "Eerste dag", "First day"),
        day("until_day", "Laatste dag, of dag van het antwoord", "Last day, or day of the answer"),
        text("outcome", "Wat ervan kwam", "What came of it"),
    ];
    Dataset::new(about, columns)
}

/// A person as a row of [`people`].
pub fn person_row(row: &PersonRow) -> Row {
    let text = |text: &Option<String>| Value::or_absent(text.clone(), Value::text);
    let age = match row.age {
        Age::Untold => Value::Absent,
        Age::Band { .. } => Value::text(row.age.to_string()),
    };
    vec![
        Value::text(row.pseudonym.to_string()),
        Value::code(row.arm.code()),
        age,
        text(&row.offence_group),
        text(&row.stratum),
        text(&row.team),
        text(&row.cluster.map(|it: Pseudonym| it.to_string())),
        Value::or_absent(row.risk, |it| Value::code(it.code())),
        Value::Integer(row.entry_day),
        Value::Integer(row.last_day),
        Value::or_absent(row.exit, |it| Value::code(it.code())),
    ]
}

/// An event as a row of [`events`].
pub fn event_row(row: &EventRow) -> Row {
    vec![
        Value::text(row.pseudonym.to_string()),
        Value::Integer(i64::from(row.number)),
        Value::code(row.what.code()),
        Value::or_absent(row.kind, Value::text),
        Value::Integer(row.from_day),
        Value::or_absent(row.until_day, Value::Integer),
        Value::or_absent(row.outcome, Value::text),
    ]
}

/// What both files have in common; the rest is put over it.
fn about(terms: Terms) -> About {
    About {
        id: String::new(),
        version: String::new(),
        title: Text::fixed("", ""),
        definition: Text::fixed("", ""),
        unit: Text::fixed("personen", "people"),
        population: Text::fixed(
            "Personen die aan een arm zijn toegewezen, zonder wie zelfs grof beschreven opviel.",
            "People assigned to an arm, without those who stood out even when described coarsely.",
        ),
        reference: Reference::On(terms.until),
        kind: Kind::Microdata,
    }
}

fn pseudonym() -> Column {
    Column::key("pseudonym", Text::fixed("Pseudoniem van deze levering", "Pseudonym of this release"), Type::Text)
}

/// Codes that read like what they mean, in both languages alike.
fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Type {
    Type::Codes(all.iter().map(|it| Code::new(code(*it), meaning(code(*it)))).collect())
}

/// What the codes of people and events mean.
fn meaning(code: &'static str) -> Text {
    let (nl, en) = match code {
        "register_only" => ("alleen meldplicht", "duty to notify only"),
        "supervision_only" => ("alleen toezicht", "supervision only"),
        "both" => ("meldplicht en toezicht", "duty to notify and supervision"),
        "control" => ("controlegroep", "control group"),
        "low" => ("laag", "low"),
        "moderate" => ("gemiddeld", "moderate"),
        "high" => ("hoog", "high"),
        "very_high" => ("zeer hoog", "very high"),
        "ended" => ("termijn voorbij of beëindigd", "term over, or ended"),
        "removed" => ("voortijdig verwijderd", "removed before the end"),
        "death" => ("overleden", "died"),
        "emigration" => ("geëmigreerd", "emigrated"),
        "registered" => ("dagen met meldplicht", "days under the duty to notify"),
        "supervised" => ("dagen met toezicht", "days under supervision"),
        "custody" => ("dagen in detentie", "days in custody"),
        "missing" => ("dagen vermist", "days missing"),
        "duty" => ("verplichting", "duty"),
        "notification" => ("melding", "notification"),
        "flag" => ("signaal van het register", "flag of the register"),
        "breach" => ("overtreding bij toezicht", "breach of supervision"),
        "check" => ("controle", "check"),
        "new_case" => ("nieuwe zaak", "new case"),
        other => (other, other),
    };
    Text::fixed(nl, en)
}

#[cfg(test)]
mod tests {
    use super::super::release;
    use super::*;
    use crate::formats::row::Inspector;
    use crate::history::sample::{crowd, day};

    #[test]
    fn every_row_is_one_of_its_dataset_in_order() {
        let terms = Terms::new(day(180));
        let key = |message: &[u8]| {
            let hash =
                message.iter().fold(7_u128, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(0x1_0000_01b3_0001));
            hash.to_be_bytes()
        };
        let (_, of_people, of_events) = release(&crowd(300, 3), terms, &key).unwrap();
        let (people, events) = (people(terms).unwrap(), events(terms).unwrap());
        let mut inspector = Inspector::new(&people);
        of_people.iter().for_each(|row| inspector.next(&person_row(row)).unwrap());
        assert!(inspector.rows() > 100);
        let mut inspector = Inspector::new(&events);
        of_events.iter().for_each(|row| inspector.next(&event_row(row)).unwrap());
        assert!(inspector.rows() > 1000);
        for code in people.columns().iter().chain(events.columns()).flat_map(Column::codes) {
            assert!(code.label.nl != code.value, "{} has no meaning", code.value);
        }
    }
}
