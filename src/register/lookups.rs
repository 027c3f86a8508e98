//! What goes into the blind index for a person, and what is looked up in it.

use super::enrol::NewPerson;
use super::input::PersonName;
use crate::app::App;
use crate::crypto::blind::{self, Kind};
use crate::ids::PersonId;
use crate::store::rows::PersonLookupRow;
use crate::vocabulary::LookupKind;

/// Every way in which a new person is found: numbers, each name, birth date, contact.
pub fn of_person(app: &App, id: PersonId, person: &NewPerson) -> Vec<PersonLookupRow> {
    let mut found = of_numbers(app, person);
    for name in std::iter::once(&person.name).chain(&person.other_names) {
        found.extend(of_name(app, name));
        found.push(surname_and_birth(app, &name.surname, person.birth_date));
    }
    found.push(birth_date(app, person.birth_date));
    found.extend(of_contact(app, person.contact.email.as_deref(), person.contact.phone.as_deref()));
    rows(id, found)
}

/// The numbers alone: what makes two persons one.
pub fn of_numbers(app: &App, person: &NewPerson) -> Vec<(LookupKind, String)> {
    let bsn = person.bsn.iter().map(|bsn| (LookupKind::Bsn, digest(app, Kind::Bsn, bsn)));
    let skn = person.skn.iter().map(|skn| (LookupKind::Skn, digest(app, Kind::Skn, skn)));
    bsn.chain(skn).collect()
}

/// A name, by its spelling and by its sound.
pub fn of_name(app: &App, name: &PersonName) -> Vec<(LookupKind, String)> {
    vec![surname(app, &name.surname), surname_sound(app, &name.surname)]
}

/// A surname in one spelling.
pub fn surname(app: &App, surname: &str) -> (LookupKind, String) {
    (LookupKind::Surname, digest(app, Kind::Surname, &blind::normalised_surname(surname)))
}

/// A surname by its sound.
pub fn surname_sound(app: &App, surname: &str) -> (LookupKind, String) {
    (LookupKind::SurnamePhonetic, digest(app, Kind::SurnamePhonetic, &blind::phonetic_surname(surname)))
}

/// A surname with the birth date.
pub fn surname_and_birth(app: &App, surname: &str, birth_date: chrono::NaiveDate) -> (LookupKind, String) {
    let text = format!("{}\u{1f}{birth_date}", blind::normalised_surname(surname));
    (LookupKind::SurnameBirthDate, digest(app, Kind::SurnameBirthDate, &text))
}

/// A birth date.
pub fn birth_date(app: &App, birth_date: chrono::NaiveDate) -> (LookupKind, String) {
    (LookupKind::BirthDate, digest(app, Kind::BirthDate, &birth_date.to_string()))
}

/// E-mail address and telephone number.
pub fn of_contact(app: &App, email: Option<&str>, phone: Option<&str>) -> Vec<(LookupKind, String)> {
    let email = email.map(|text| (LookupKind::Email, digest(app, Kind::Email, &blind::normalised_email(text))));
    let phone = phone.map(|text| (LookupKind::Phone, digest(app, Kind::Phone, &blind::normalised_phone(text))));
    email.into_iter().chain(phone).collect()
}

/// Rows for a person, each way once.
pub fn rows(person_id: PersonId, mut found: Vec<(LookupKind, String)>) -> Vec<PersonLookupRow> {
    found.sort();
    found.dedup();
    found.into_iter().map(|(kind, digest)| PersonLookupRow { kind, digest, person_id }).collect()
}

fn digest(app: &App, kind: Kind, text: &str) -> String {
    app.vault.blind().digest(kind, text)
}
