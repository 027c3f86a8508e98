//! What goes into the blind index for a person, and what is looked up in it.
//!
//! A person is indexed under the active key; a term is looked up under every key that was active before as well, so
//! that nobody is lost when the key is rotated.

use chrono::NaiveDate;

use super::enrol::NewPerson;
use super::input::PersonName;
use crate::app::App;
use crate::crypto::blind::{self, Kind};
use crate::ids::PersonId;
use crate::store::persons::Term;
use crate::store::rows::PersonLookupRow;
use crate::vocabulary::LookupKind;

/// One way of finding a person, before it is hashed.
struct Way {
    kind: LookupKind,
    domain: Kind,
    text: String,
}

impl Way {
    fn entry(&self, app: &App, person_id: PersonId) -> PersonLookupRow {
        let digest = app.vault.blind().digest(self.domain, &self.text);
        PersonLookupRow { kind: self.kind, digest, person_id }
    }

    fn term(&self, app: &App) -> Term {
        Term { kind: self.kind, digests: app.vault.blind().every_digest(self.domain, &self.text) }
    }
}

/// Every way in which a new person is found: numbers, each name, birth date, contact.
pub fn of_person(app: &App, id: PersonId, person: &NewPerson) -> Vec<PersonLookupRow> {
    let mut found: Vec<Way> = numbers(person).collect();
    let names = std::iter::once(&person.name).chain(&person.other_names);
    found.extend(names.flat_map(|name| of_surname(&name.surname, person.birth_date)));
    found.push(birth_date(person.birth_date));
    found.extend(contact(person.contact.email.as_deref(), person.contact.phone.as_deref()));
    entries(app, id, found)
}

/// A name that a known person uses.
pub fn of_name(app: &App, id: PersonId, name: &PersonName, born: NaiveDate) -> Vec<PersonLookupRow> {
    entries(app, id, of_surname(&name.surname, born))
}

/// E-mail address and telephone number.
pub fn of_contact(app: &App, id: PersonId, email: Option<&str>, phone: Option<&str>) -> Vec<PersonLookupRow> {
    entries(app, id, contact(email, phone))
}

/// A chain number that a known person has from now on.
pub fn of_skn(app: &App, id: PersonId, number: &str) -> PersonLookupRow {
    skn(number).entry(app, id)
}

/// The ways of finding one person, as ways of finding another.
pub fn as_another(id: PersonId, ways: Vec<(LookupKind, String)>) -> Vec<PersonLookupRow> {
    ways.into_iter().map(|(kind, digest)| PersonLookupRow { kind, digest, person_id: id }).collect()
}

/// A home, where it has a postcode.
pub fn of_home(app: &App, id: PersonId, postcode_and_number: String) -> PersonLookupRow {
    home_at(postcode_and_number).entry(app, id)
}

/// The numbers alone: what makes two persons one.
pub fn by_numbers(app: &App, person: &NewPerson) -> Vec<Term> {
    numbers(person).map(|way| way.term(app)).collect()
}

/// A citizen service number.
pub fn by_bsn(app: &App, number: &str) -> Term {
    bsn(number).term(app)
}

/// A chain number.
pub fn by_skn(app: &App, number: &str) -> Term {
    skn(number).term(app)
}

/// A surname, or one half of a double one, with the birth date where it is known.
pub fn by_surname(app: &App, surname: &str, born: Option<NaiveDate>) -> Term {
    let form = blind::normalised_surname(surname);
    match born {
        Some(day) => surname_and_birth(&form, day).term(app),
        None => way(LookupKind::Surname, Kind::Surname, form).term(app),
    }
}

/// A surname that sounds like this one.
pub fn by_sound(app: &App, surname: &str) -> Term {
    way(LookupKind::SurnamePhonetic, Kind::SurnamePhonetic, blind::phonetic_surname(surname)).term(app)
}

/// A birth date.
pub fn by_birth_date(app: &App, day: NaiveDate) -> Term {
    birth_date(day).term(app)
}

/// A home, by its postcode and house number; `None` when the postcode is not one.
pub fn by_home(app: &App, postcode: &str, number: u32) -> Option<Term> {
    blind::postcode_and_number(postcode, number).map(|home| home_at(home).term(app))
}

/// An e-mail address.
pub fn by_email(app: &App, address: &str) -> Term {
    email(address).term(app)
}

/// A telephone number.
pub fn by_phone(app: &App, number: &str) -> Term {
    phone(number).term(app)
}

fn way(kind: LookupKind, domain: Kind, text: String) -> Way {
    Way { kind, domain, text }
}

/// A surname by its spelling, by its sound and with the birth date; each half of a double name counts as well.
fn of_surname(surname: &str, born: NaiveDate) -> impl Iterator<Item = Way> {
    blind::surname_parts(surname).into_iter().flat_map(move |form| {
        let sound = blind::phonetic_surname(&form);
        [
            surname_and_birth(&form, born),
            way(LookupKind::Surname, Kind::Surname, form),
            way(LookupKind::SurnamePhonetic, Kind::SurnamePhonetic, sound),
        ]
    })
}

fn surname_and_birth(form: &str, day: NaiveDate) -> Way {
    way(LookupKind::SurnameBirthDate, Kind::SurnameBirthDate, format!("{form}\u{1f}{day}"))
}

fn birth_date(day: NaiveDate) -> Way {
    way(LookupKind::BirthDate, Kind::BirthDate, day.to_string())
}

fn bsn(number: &str) -> Way {
    way(LookupKind::Bsn, Kind::Bsn, blind::normalised_number(number).unwrap_or_else(|| number.to_owned()))
}

fn skn(number: &str) -> Way {
    way(LookupKind::Skn, Kind::Skn, blind::normalised_number(number).unwrap_or_else(|| number.to_owned()))
}

fn numbers(person: &NewPerson) -> impl Iterator<Item = Way> {
    person.bsn.as_deref().map(bsn).into_iter().chain(person.skn.as_deref().map(skn))
}

fn home_at(postcode_and_number: String) -> Way {
    way(LookupKind::PostcodeNumber, Kind::PostcodeNumber, postcode_and_number)
}

fn email(address: &str) -> Way {
    way(LookupKind::Email, Kind::Email, blind::normalised_email(address))
}

fn phone(number: &str) -> Way {
    way(LookupKind::Phone, Kind::Phone, blind::normalised_phone(number))
}

fn contact(address: Option<&str>, number: Option<&str>) -> impl Iterator<Item = Way> {
    address.map(email).into_iter().chain(number.map(phone))
}

/// Entries for a person, each way once.
fn entries(app: &App, id: PersonId, ways: impl IntoIterator<Item = Way>) -> Vec<PersonLookupRow> {
    let mut entries: Vec<_> = ways.into_iter().map(|way| way.entry(app, id)).collect();
    entries.sort_by(|a, b| (a.kind, &a.digest).cmp(&(b.kind, &b.digest)));
    entries.dedup();
    entries
}
