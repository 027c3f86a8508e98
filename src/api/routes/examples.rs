//! Parts of the published examples that several operations share. Everybody in them is made up.
//!
//! Addresses are places without a house number: the official rules for government APIs take any member whose name holds
//! `post` for an operation, and find fault with an example of a postcode.

use serde_json::{Value, json};

/// An officer, where a body names one.
pub const OFFICER: &str = "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11";
/// A team, where a body names one.
pub const TEAM: &str = "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c22";

/// A name.
pub fn name() -> Value {
    json!({ "given": "Jan Willem", "prefix": "van der", "surname": "Voorbeeld" })
}

/// A home in the Netherlands.
pub fn home() -> Value {
    json!({ "type": "location", "description": "Woonwagenplaats 12, Voorbeeldweg", "municipality": "Voorbeeldstad" })
}

/// Another one.
pub fn new_home() -> Value {
    json!({ "type": "location", "description": "Hoeve Proefzicht, Proeflaan", "municipality": "Proefstad" })
}

/// A place without a house number.
pub fn mooring() -> Value {
    json!({ "type": "location", "description": "Ligplaats 4, Voorbeeldkade", "municipality": "Voorbeeldstad" })
}

/// An address in another country.
pub fn abroad() -> Value {
    json!({ "type": "foreign", "country": "ES", "lines": ["Calle de Ejemplo 3", "03001 Alicante"] })
}

/// What every notification states besides.
pub fn identity() -> Value {
    json!({ "birthDate": "1975-03-14", "names": [name()], "homeAddress": home() })
}

/// How an officer came by a report.
pub fn at_the_desk() -> Value {
    json!({ "channel": "desk", "place": "Bureau Voorbeeldstad, balie 2" })
}

/// A report with what every notification states besides.
pub fn report(members: Value) -> Value {
    with(members, "identity", identity())
}

/// The same report, recorded by an officer.
pub fn recorded(members: Value) -> Value {
    with(report(members), "onBehalf", at_the_desk())
}

/// A conviction.
pub fn conviction() -> Value {
    json!({
        "convictedOn": "2026-01-12", "parketnummer": "05/123456-22", "description": "Rechtbank Voorbeeldstad",
        "sentences": [{ "kind": "imprisonment", "months": 18, "suspended": { "months": 6 } }],
    })
}

/// A journey.
pub fn journey(departure_on: &str, return_on: &str) -> Value {
    report(json!({
        "departureOn": departure_on, "returnOn": return_on,
        "stops": [{ "address": abroad(), "from": departure_on, "until": return_on }],
    }))
}

fn with(mut members: Value, name: &str, value: Value) -> Value {
    if let Some(object) = members.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
    members
}
