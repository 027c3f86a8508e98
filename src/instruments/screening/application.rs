//! Who applies for what, and with which convictions.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::profile::ScreeningRules;
use crate::countries::Countries;
use crate::grounds::{Fault, codes};

codes! {
    /// What an offence is, as far as the rules tell offences apart.
    pub enum OffenceGroup {
        /// A sexual offence.
        Sexual => "sexual",
        /// Serious violence.
        SeriousViolence => "serious_violence",
        /// Anything else.
        Other => "other",
    }
}

codes! {
    /// How a case ended.
    pub enum Disposal {
        /// Prison, also suspended.
        Prison => "prison",
        /// Entrustment order.
        Tbs => "tbs",
        /// Juvenile detention.
        JuvenileDetention => "juvenile_detention",
        /// Order for juveniles in an institution.
        Pij => "pij",
        /// Community service.
        CommunityService => "community_service",
        /// A ban from a profession.
        ProfessionalBan => "professional_ban",
        /// A fine.
        Fine => "fine",
        /// A penalty or measure not named here, also a penalty order.
        OtherPenalty => "other_penalty",
        /// Guilty, without a penalty.
        GuiltyWithoutPenalty => "guilty_without_penalty",
        /// A transaction.
        Transaction => "transaction",
        /// A dismissal under conditions.
        ConditionalDismissal => "conditional_dismissal",
        /// An acquittal.
        Acquittal => "acquittal",
    }
}

codes! {
    /// Where a conviction is known from.
    pub enum Source {
        /// A criminal record, here or in the convicting state.
        CriminalRecord => "criminal_record",
        /// The person.
        SelfDeclared => "self_declared",
        /// A liaison officer.
        LiaisonOfficer => "liaison_officer",
    }
}

/// An application, as it might be made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[schema(as = ScreeningApplication)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Application {
    /// The day of the assessment.
    pub on: NaiveDate,
    /// The code of what is applied for.
    #[schema(max_length = 64)]
    pub function: String,
    /// Nationalities, two letters each.
    #[schema(max_items = 20, max_length = 2)]
    pub nationalities: Vec<String>,
    /// Country of residence, two letters; absent: the Netherlands.
    #[serde(default)]
    #[schema(max_length = 2)]
    pub residence: Option<String>,
    /// Day of birth; absent: unknown, and nobody is taken to be young.
    #[serde(default)]
    pub birth_date: Option<NaiveDate>,
    /// What the person was convicted of, or what ended otherwise.
    #[schema(max_items = 500)]
    pub antecedents: Vec<Antecedent>,
}

/// A case that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ScreeningAntecedent)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Antecedent {
    /// Its id in the question.
    #[schema(max_length = 64)]
    pub id: String,
    /// What it was.
    pub offence: OffenceGroup,
    /// How it ended.
    pub disposal: Disposal,
    /// Whether the penalty was suspended. It weighs the same.
    #[serde(default)]
    pub suspended: bool,
    /// The day on which it became final; for a transaction or a dismissal the day it was decided. Absent: it is not final.
    #[serde(default)]
    pub final_on: Option<NaiveDate>,
    /// The country of the court or the prosecutor, two letters.
    #[schema(max_length = 2)]
    pub country: String,
    /// Whether the sentence was transferred to the Netherlands and served here.
    #[serde(default)]
    pub transferred: bool,
    /// Where it is known from.
    #[serde(default = "record")]
    pub source: Source,
    /// Days detained for it, which prolong the years that are looked at.
    #[serde(default)]
    pub days_detained: u32,
}

const fn record() -> Source {
    Source::CriminalRecord
}

codes! {
    /// What is wrong with an application.
    pub enum ApplicationFault {
        /// Nothing is named.
        Required => "required",
        /// No such function in this version.
        NoSuchFunction => "no_such_function",
        /// No country has this code on that day.
        NoSuchCountry => "no_such_country",
        /// It lies after the day of the assessment.
        AfterAssessment => "after_assessment",
        /// Another case has this id.
        Duplicate => "duplicate",
        /// Only a sentence from another country is transferred.
        NothingToTransfer => "nothing_to_transfer",
    }
}

impl Application {
    /// Everything that is wrong with it.
    #[must_use]
    pub fn faults(&self, rules: &ScreeningRules, countries: &Countries) -> Vec<Fault<ApplicationFault>> {
        let mut faults = Vec::new();
        // A court may have had a code that is withdrawn since: any code the table ever had is good for a conviction.
        let today = |code: &str| countries.current(self.on).any(|row| row.alpha2 == code);
        if !rules.functions.contains_key(&self.function) {
            faults.push(Fault::new("function", ApplicationFault::NoSuchFunction));
        }
        if self.nationalities.is_empty() {
            faults.push(Fault::new("nationalities", ApplicationFault::Required));
        }
        for i in (0..).zip(&self.nationalities).filter(|(_, code)| !today(code)).map(|(i, _): (usize, _)| i) {
            faults.push(Fault::new(format!("nationalities[{i}]"), ApplicationFault::NoSuchCountry));
        }
        if self.residence.as_ref().is_some_and(|code| !today(code)) {
            faults.push(Fault::new("residence", ApplicationFault::NoSuchCountry));
        }
        if self.birth_date.is_some_and(|day| day > self.on) {
            faults.push(Fault::new("birthDate", ApplicationFault::AfterAssessment));
        }
        for (i, case) in self.antecedents.iter().enumerate() {
            let at = |member: &str| format!("antecedents[{i}].{member}");
            if self.antecedents.iter().take(i).any(|other| other.id == case.id) {
                faults.push(Fault::new(at("id"), ApplicationFault::Duplicate));
            }
            if !countries.all().any(|row| row.alpha2 == case.country) {
                faults.push(Fault::new(at("country"), ApplicationFault::NoSuchCountry));
            }
            if case.transferred && case.country == "NL" {
                faults.push(Fault::new(at("transferred"), ApplicationFault::NothingToTransfer));
            }
        }
        faults
    }

    /// Whether the person is Dutch.
    pub(super) fn is_dutch(&self) -> bool {
        self.nationalities.iter().any(|code| code == "NL")
    }
}

impl Disposal {
    /// Whether it is one of those that weigh heaviest.
    #[must_use]
    pub const fn is_severe(self) -> bool {
        match self {
            Self::Prison
            | Self::Tbs
            | Self::JuvenileDetention
            | Self::Pij
            | Self::CommunityService
            | Self::ProfessionalBan => true,
            Self::Fine
            | Self::OtherPenalty
            | Self::GuiltyWithoutPenalty
            | Self::Transaction
            | Self::ConditionalDismissal
            | Self::Acquittal => false,
        }
    }
}
