//! Addresses as registrants report them, and what makes one acceptable.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Type};

use super::refusal::FieldError;
use crate::crypto::blind;

/// Where somebody lives, stays or sleeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum Address {
    /// An address in the Netherlands.
    #[serde(rename_all = "camelCase")]
    Dutch {
        /// Street.
        #[schema(min_length = 1, max_length = 80, example = "Voorbeeldstraat")]
        street: String,
        /// House number.
        #[schema(minimum = 1, maximum = 99_999, example = 12)]
        house_number: u32,
        /// Letter or addition behind the number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 6, example = "bis")]
        house_number_suffix: Option<String>,
        /// Postcode: four digits, not starting with 0, and two letters.
        #[schema(pattern = "^[1-9][0-9]{3} ?[A-Z]{2}$", example = "1234 AB")]
        postcode: String,
        /// Place.
        #[schema(min_length = 1, max_length = 80, example = "Voorbeeldstad")]
        city: String,
    },
    /// A place in the Netherlands without a house number, such as a mooring.
    Location {
        /// How to find it.
        #[schema(min_length = 5, max_length = 300, example = "Ligplaats 4, Voorbeeldkade")]
        description: String,
        /// Municipality.
        #[schema(min_length = 1, max_length = 80, example = "Voorbeeldstad")]
        municipality: String,
    },
    /// An address in another country.
    Foreign {
        /// Country, ISO 3166-1 alpha-2.
        #[schema(pattern = "^[A-Z]{2}$", format = "country", example = "ES")]
        country: String,
        /// The lines of the address, as written there.
        #[schema(schema_with = lines_of_an_address)]
        lines: Vec<String>,
    },
    /// No fixed abode: where the person can usually be found.
    #[serde(rename_all = "camelCase")]
    NoFixedAbode {
        /// Where the person usually stays.
        #[schema(min_length = 5, max_length = 300, example = "Daklozenopvang Voorbeeldstad, Voorbeeldplein")]
        usual_place: String,
        /// Municipality.
        #[schema(min_length = 1, max_length = 80, example = "Voorbeeldstad")]
        municipality: String,
    },
}

impl Address {
    /// Everything that is wrong with it, at `pointer`, beyond what the schema already says.
    pub fn faults(&self, pointer: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        match self {
            Self::Dutch { postcode, .. } => {
                // These three were never issued, for what they once stood for.
                if ["SA", "SD", "SS"].iter().any(|letters| postcode.ends_with(letters)) {
                    faults.push(FieldError::new(
                        format!("{pointer}/postcode"),
                        "no_such_postcode",
                        "This postcode is not issued in the Netherlands.",
                    ));
                }
            }
            Self::Foreign { country, lines } => {
                faults.extend(country_fault(country, &format!("{pointer}/country")));
                if country == "NL" {
                    faults.push(FieldError::new(
                        format!("{pointer}/country"),
                        "use_dutch_address",
                        "Report an address in the Netherlands with type `dutch` or `location`.",
                    ));
                }
                for (at, line) in lines.iter().enumerate() {
                    let length = line.trim().chars().count();
                    if length == 0 || length > 100 {
                        faults.push(FieldError::new(
                            format!("{pointer}/lines/{at}"),
                            "line_length",
                            "A line holds 1 to 100 characters.",
                        ));
                    }
                }
            }
            Self::Location { .. } | Self::NoFixedAbode { .. } => {}
        }
        faults
    }

    /// Whether it says that there is no home.
    pub fn is_no_fixed_abode(&self) -> bool {
        matches!(self, Self::NoFixedAbode { .. })
    }

    /// Postcode and number in one spelling, where there are any: what an address is found by.
    pub fn postcode_and_number(&self) -> Option<String> {
        match self {
            Self::Dutch { postcode, house_number, .. } => blind::postcode_and_number(postcode, *house_number),
            Self::Location { .. } | Self::Foreign { .. } | Self::NoFixedAbode { .. } => None,
        }
    }

    /// One spelling per place: two reports of the same place give the same text.
    pub fn canonical(&self) -> String {
        let parts: Vec<String> = match self {
            Self::Dutch { postcode, house_number, house_number_suffix, .. } => vec![
                "dutch".to_owned(),
                postcode.replace(' ', ""),
                house_number.to_string(),
                house_number_suffix.clone().unwrap_or_default(),
            ],
            Self::Location { description, municipality } => {
                vec!["location".to_owned(), description.clone(), municipality.clone()]
            }
            Self::Foreign { country, lines } => [vec!["foreign".to_owned(), country.clone()], lines.clone()].concat(),
            Self::NoFixedAbode { usual_place, municipality } => {
                vec!["no_fixed_abode".to_owned(), usual_place.clone(), municipality.clone()]
            }
        };
        parts.iter().map(|part| folded(part)).collect::<Vec<_>>().join("\u{1f}")
    }
}

/// The fault of a country code that is none, if it is none.
pub fn country_fault(code: &str, pointer: &str) -> Option<FieldError> {
    celes::Country::from_alpha2(code).is_err().then(|| {
        FieldError::new(pointer, "no_such_country", "Not a country: use a code of ISO 3166-1 alpha-2, such as ES.")
    })
}

/// Lower case without surplus white space, so that spelling does not make two places of one.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// One to five lines of one to a hundred characters; the derive bounds the list but not what is in it.
fn lines_of_an_address() -> Array {
    let line = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(100));
    ArrayBuilder::new()
        .items(line)
        .min_items(Some(1))
        .max_items(Some(5))
        .description(Some("The lines of the address, as written there."))
        .examples([serde_json::json!(["Calle Ejemplo 1", "28001 Madrid"])])
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dutch(postcode: &str, suffix: Option<&str>) -> Address {
        Address::Dutch {
            street: "Voorbeeldstraat".to_owned(),
            house_number: 12,
            house_number_suffix: suffix.map(str::to_owned),
            postcode: postcode.to_owned(),
            city: "Voorbeeldstad".to_owned(),
        }
    }

    #[test]
    fn spelling_does_not_make_two_places_of_one() {
        assert_eq!(dutch("1234 AB", None).canonical(), dutch("1234AB", None).canonical());
        assert_ne!(dutch("1234 AB", None).canonical(), dutch("1234 AB", Some("A")).canonical());
    }

    #[test]
    fn a_country_that_does_not_exist_is_named_with_its_field() {
        let address =
            Address::Foreign { country: "XX".to_owned(), lines: vec!["Straße 1".to_owned(), " ".to_owned()] };
        let pointers: Vec<_> = address.faults("/address").into_iter().map(|f| f.pointer).collect();
        assert_eq!(pointers, ["/address/country", "/address/lines/1"]);
    }

    #[test]
    fn postcodes_that_were_never_issued_are_refused() {
        assert_eq!(dutch("1234 SS", None).faults("/address").len(), 1);
        assert!(dutch("1234 AB", None).faults("/address").is_empty());
    }
}
