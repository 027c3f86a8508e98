//! Who the warning is about, and whether that is enough to recognise the person.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::step::Step;
use crate::grounds::codes;

codes! {
    /// Sex, as on the identity document.
    pub enum Sex {
        /// Female.
        Female => "female",
        /// Male.
        Male => "male",
        /// Not stated.
        Unspecified => "unspecified",
    }
}

codes! {
    /// What can be missing for the minimum identity.
    pub enum Member {
        /// Family name.
        FamilyName => "family_name",
        /// At least one forename.
        Forenames => "forenames",
        /// Sex.
        Sex => "sex",
        /// Date or year of birth.
        Birth => "birth",
        /// One of description, DNA, fingerprints, identity document.
        FurtherMark => "further_mark",
        /// A photograph of good quality.
        GoodPhotograph => "good_photograph",
        /// One of alias, name of a parent, distinctive description.
        FurtherData => "further_data",
    }
}

/// Who the warning is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticeIdentity)]
pub struct Identity {
    /// Family name.
    #[schema(max_length = 200)]
    pub family_name: Option<String>,
    /// Forenames.
    #[schema(max_length = 200)]
    pub forenames: Option<String>,
    /// Other names the person uses.
    #[schema(max_items = 50, max_length = 200)]
    pub aliases: Vec<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Year of birth, where the date is not known.
    pub birth_year: Option<i32>,
    /// Place and country of birth.
    #[schema(max_length = 200)]
    pub birth_place: Option<String>,
    /// Nationality.
    #[schema(max_length = 200)]
    pub nationality: Option<String>,
    /// Name of a parent.
    #[schema(max_length = 200)]
    pub parent_name: Option<String>,
    /// Photograph.
    pub photograph: Option<Photograph>,
    /// Physical description.
    #[schema(max_length = 4000)]
    pub description: Option<String>,
    /// Reference of a DNA profile.
    #[schema(max_length = 200)]
    pub dna: Option<String>,
    /// Reference of fingerprints.
    #[schema(max_length = 200)]
    pub fingerprints: Option<String>,
    /// Identity documents.
    #[schema(max_items = 100)]
    pub documents: Vec<TravelDocument>,
}

/// A photograph in the evidence store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticePhotograph)]
pub struct Photograph {
    /// Its reference.
    #[schema(max_length = 200)]
    pub reference: String,
    /// Whether somebody found it good enough to recognise the person.
    pub good_quality: bool,
}

/// An identity document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticeTravelDocument)]
pub struct TravelDocument {
    /// Its number.
    #[schema(max_length = 200)]
    pub number: String,
    /// The state that issued it, two letters.
    #[schema(min_length = 2, max_length = 2)]
    pub country: String,
}

fn said(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

impl Identity {
    /// What is missing for the way by particulars: names, sex and birth, with one further mark.
    fn missing_particulars(&self) -> Vec<Member> {
        let document = self.documents.iter().any(|document| !document.number.trim().is_empty());
        let marks = [&self.description, &self.dna, &self.fingerprints];
        let members = [
            (Member::FamilyName, said(self.family_name.as_ref())),
            (Member::Forenames, said(self.forenames.as_ref())),
            (Member::Sex, self.sex.is_some()),
            (Member::Birth, self.birth_date.is_some() || self.birth_year.is_some()),
            (Member::FurtherMark, document || marks.into_iter().any(|mark| said(mark.as_ref()))),
        ];
        members.into_iter().filter(|(_, there)| !there).map(|(member, _)| member).collect()
    }

    /// What is missing for the way by photograph: a good one, with further data.
    fn missing_photograph(&self) -> Vec<Member> {
        let photograph =
            self.photograph.as_ref().is_some_and(|photo| photo.good_quality && said(Some(&photo.reference)));
        let alias = self.aliases.iter().any(|alias| said(Some(alias)));
        let further = alias || said(self.parent_name.as_ref()) || said(self.description.as_ref());
        let members = [(Member::GoodPhotograph, photograph), (Member::FurtherData, further)];
        members.into_iter().filter(|(_, there)| !there).map(|(member, _)| member).collect()
    }

    /// Whether it is enough, and by which way or what is missing for each.
    pub(super) fn enough(&self) -> (bool, Vec<Step>) {
        let (particulars, photograph) = (self.missing_particulars(), self.missing_photograph());
        let mut steps = Vec::new();
        if particulars.is_empty() {
            steps.push(Step::KnownByParticulars);
        }
        if photograph.is_empty() {
            steps.push(Step::KnownByPhotograph);
        }
        if steps.is_empty() {
            steps.extend(particulars.into_iter().map(|missing| Step::MissingParticular { missing }));
            steps.extend(photograph.into_iter().map(|missing| Step::MissingWithPhotograph { missing }));
            return (false, steps);
        }
        (true, steps)
    }
}
