//! Addresses as people read them.

use super::geography::country;
use crate::register::address::Address;
use crate::texts::Texts;

impl Texts {
    /// Such as "Voorbeeldstraat 12 bis, 1234 AB Voorbeeldstad", in one line.
    pub fn place(&self, address: &Address) -> String {
        match address {
            Address::Dutch { street, house_number, house_number_suffix, postcode, city } => {
                let suffix = house_number_suffix.as_deref().map(|suffix| format!(" {suffix}")).unwrap_or_default();
                format!("{street} {house_number}{suffix}, {postcode} {city}")
            }
            Address::Location { description, municipality } => format!("{description}, {municipality}"),
            Address::NoFixedAbode { usual_place, municipality } => {
                format!("{}: {usual_place}, {municipality}", self.say("addressType.noFixedAbode"))
            }
            Address::Foreign { country: code, lines } => {
                format!("{}, {}", lines.join(", "), country(self.language, code))
            }
        }
    }
}
