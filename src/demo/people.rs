//! People who do not exist.

use chrono::{Days, NaiveDate};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::{bsn, names};
use crate::register::address::Address;
use crate::register::enrol::{ContactDetails, NewPerson};
use crate::register::input::PersonName;
use crate::vocabulary::{Language, Regime};

/// The randomness of one person: the same for the same seed, whatever the number of people.
pub fn dice(seed: u64, index: usize) -> StdRng {
    StdRng::seed_from_u64(seed ^ (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// A person of `age` on `today`, with a number of the test range while there are any.
pub fn person(dice: &mut StdRng, index: usize, regime: Regime, age: u64, today: NaiveDate) -> NewPerson {
    let name = name(dice);
    let born = today.checked_sub_days(Days::new(age * 365 + age / 4 + dice.random_range(1..365))).unwrap_or(today);
    // The number in it keeps two people of one name apart, and says that it is no real mailbox.
    let email = format!("{}.{}@post.example", name.surname.to_lowercase(), index + 1);
    let dutch = regime == Regime::NlPilot;
    NewPerson {
        other_names: if dice.random_bool(0.1) { vec![self::name(dice)] } else { Vec::new() },
        name,
        birth_date: born,
        bsn: if dutch { bsn::test_number(index) } else { None },
        skn: dutch.then(|| (9_000_000 + index).to_string()),
        contact: ContactDetails {
            email: dice.random_bool(0.8).then_some(email),
            phone: None,
            language: if dutch && dice.random_bool(0.9) { Language::Nl } else { Language::En },
            preferred_channel: None,
            postal_address: None,
        },
    }
}

/// A name.
pub fn name(dice: &mut StdRng) -> PersonName {
    PersonName {
        given: pick(dice, &names::GIVEN).to_owned(),
        prefix: dice.random_bool(0.25).then(|| pick(dice, &names::PREFIXES).to_owned()),
        surname: pick(dice, &names::SURNAMES).to_owned(),
    }
}

/// A home under `regime`.
pub fn home(dice: &mut StdRng, regime: Regime) -> Address {
    match regime {
        Regime::NlPilot => Address::Dutch {
            street: pick(dice, &names::STREETS).to_owned(),
            house_number: dice.random_range(1..250),
            house_number_suffix: dice.random_bool(0.1).then(|| "a".to_owned()),
            postcode: postcode(dice),
            city: pick(dice, &names::TOWNS).to_owned(),
        },
        Regime::Ie => Address::Foreign {
            country: "IE".to_owned(),
            lines: vec![
                format!("{} Sample Street", dice.random_range(1..90)),
                pick(dice, &names::IRISH_TOWNS).to_owned(),
            ],
        },
    }
}

/// A place abroad.
pub fn abroad(dice: &mut StdRng) -> Address {
    let (country, street, town) = names::ABROAD.choose(dice).copied().unwrap_or(names::ABROAD[0]);
    let lines = vec![format!("{street} {}", dice.random_range(1..90)), town.to_owned()];
    Address::Foreign { country: country.to_owned(), lines }
}

/// Where somebody without a home can be found.
pub fn no_fixed_abode(dice: &mut StdRng) -> Address {
    let town = pick(dice, &names::TOWNS);
    Address::NoFixedAbode { usual_place: format!("Nachtopvang {town}, Verzonnenplein"), municipality: town.to_owned() }
}

/// A postcode of valid form; two letters that are never issued are left out.
fn postcode(dice: &mut StdRng) -> String {
    const LETTERS: [char; 18] =
        ['A', 'B', 'C', 'E', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'T', 'V', 'W', 'X', 'Z'];
    let mut letter = || LETTERS.choose(dice).copied().unwrap_or('A');
    let letters: String = [letter(), letter()].iter().collect();
    format!("{} {letters}", dice.random_range(1_000..10_000))
}

fn pick(dice: &mut StdRng, words: &[&'static str]) -> &'static str {
    words.choose(dice).copied().unwrap_or_default()
}
