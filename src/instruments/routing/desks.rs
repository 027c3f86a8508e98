//! The desks that hear of trips, as dated data.

use chrono::NaiveDate;
use law::LoadError;
use serde::Deserialize;

use crate::countries::Countries;
use crate::grounds::{Dated, Language, Validity, Versions, check_id, codes, read, refuse};

codes! {
    /// What a desk is.
    pub enum DeskKind {
        /// The police unit for transnational child sexual abuse (TBKK).
        PoliceUnit => "police_unit",
        /// The flexible liaison officer for that subject (FILO TSK).
        FlexibleLiaisonOfficer => "flexible_liaison_officer",
        /// A liaison officer accredited to one or more countries.
        LiaisonOfficer => "liaison_officer",
        /// The Interpol bureau in the international information centre (LIRC).
        InterpolBureau => "interpol_bureau",
    }
}

codes! {
    /// Which trips a desk hears of.
    pub enum Receives {
        /// Every trip abroad.
        EveryTrip => "every_trip",
        /// Trips to the countries of the desk.
        ListedCountries => "listed_countries",
        /// Trips to a country for which no liaison officer is listed.
        CountriesWithoutOfficer => "countries_without_officer",
    }
}

/// A desk.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// Its code, unique in the version.
    pub code: String,
    /// What it is.
    pub kind: DeskKind,
    /// Its name in Dutch.
    pub nl: String,
    /// Its name in English.
    pub en: String,
    /// What it hears of.
    pub receives: Receives,
    /// Its countries, two letters each; only where it receives those of a list.
    #[serde(default)]
    pub countries: Vec<String>,
    /// The days on which it is there.
    #[serde(default)]
    pub validity: Validity,
}

impl Desk {
    /// Its name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

/// A version of the routing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routes {
    /// Version id.
    pub id: String,
    /// What the version is, for people.
    pub description: String,
    /// First day it governs.
    #[serde(deserialize_with = "law::toml_day")]
    pub valid_from: NaiveDate,
    /// The desk that hears what an earlier recipient would, once that one is closed.
    pub closed_desks_go_to: String,
    /// Countries for which the police unit is asked to consider a warning.
    pub consider_warning_for: Vec<String>,
    /// The desks.
    #[serde(rename = "desk")]
    pub desks: Vec<Desk>,
}

impl Dated for Routes {
    fn id(&self) -> &str {
        &self.id
    }
    fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }
}

/// The routing that comes with the program, and further versions, each with its file name. A text with the file name of one
/// that comes with the program takes its place.
///
/// # Errors
/// When a version cannot be used.
pub fn routes(further: &[(&str, &str)], countries: &Countries) -> Result<Versions<Routes>, LoadError> {
    let built_in = [("nl-liaison-2023.toml", include_str!("profiles/nl-liaison-2023.toml"))];
    Versions::load(&built_in, further, |file, text| Routes::parse(file, text, countries))
}

impl Routes {
    /// Reads a version. `file` is named in errors.
    ///
    /// # Errors
    /// When the text is no routing or a value cannot be used.
    pub fn parse(file: &str, text: &str, countries: &Countries) -> Result<Self, LoadError> {
        let routes: Self = read(file, text)?;
        check_id(file, &routes.id)?;
        let known = |key: &str, codes: &[String]| {
            let wrong = codes.iter().find(|code| !countries.all().any(|row| row.alpha2 == **code));
            wrong.map_or(Ok(()), |code| refuse(file, key, &format!("`{code}` is no country")))
        };
        known("consider_warning_for", &routes.consider_warning_for)?;
        for (i, desk) in routes.desks.iter().enumerate() {
            let at = |member: &str| format!("desk[{i}].{member}");
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if desk.code.is_empty() || !desk.code.chars().all(good) {
                return refuse(file, &at("code"), "must consist of a-z, 0-9 and -");
            }
            if routes.desks.iter().take(i).any(|other| other.code == desk.code) {
                return refuse(file, &at("code"), "is there twice");
            }
            if desk.nl.trim().is_empty() || desk.en.trim().is_empty() {
                return refuse(file, &at("nl"), "a desk has a name in both languages");
            }
            if (desk.receives == Receives::ListedCountries) == desk.countries.is_empty() {
                return refuse(
                    file,
                    &at("countries"),
                    "belongs to a desk that receives listed_countries, and to no other",
                );
            }
            known(&at("countries"), &desk.countries)?;
            if !desk.validity.is_ordered() {
                return refuse(file, &at("validity"), "its last day must not lie before its first");
            }
        }
        let Some(unit) = routes.desks.iter().find(|desk| desk.code == routes.closed_desks_go_to) else {
            return refuse(file, "closed_desks_go_to", "is no desk of the version");
        };
        if unit.validity != Validity::default() {
            return refuse(file, "closed_desks_go_to", "must be a desk that stays");
        }
        if !routes.desks.iter().any(|desk| desk.kind == DeskKind::PoliceUnit) {
            return refuse(file, "desk", "there is no police_unit");
        }
        Ok(routes)
    }

    /// The desk with a code.
    #[must_use]
    pub fn desk(&self, code: &str) -> Option<&Desk> {
        self.desks.iter().find(|desk| desk.code == code)
    }

    /// Whether a liaison officer is listed for a country on a day.
    #[must_use]
    pub fn has_officer(&self, country: &str, on: NaiveDate) -> bool {
        let officer = |desk: &Desk| desk.kind == DeskKind::LiaisonOfficer && desk.validity.holds(on);
        self.desks.iter().any(|desk| officer(desk) && desk.countries.iter().any(|own| own == country))
    }
}
