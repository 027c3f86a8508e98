//! What a proposal says.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use crate::grounds::codes;

codes! {
    /// Where the warning goes.
    pub enum Kind {
        /// Every member of Interpol.
        GreenNotice => "green_notice",
        /// Chosen countries.
        GreenDiffusion => "green_diffusion",
    }
}

codes! {
    /// The two grounds of the letter.
    pub enum Ground {
        /// *Feitcriterium*: clear signs that the person plans or commits a serious sexual offence.
        Act => "act",
        /// *Persoonscriterium*: a general assessment based on earlier offences.
        Person => "person",
    }
}

codes! {
    /// Where a conviction is known from.
    pub enum ConvictionSource {
        /// The Dutch criminal record.
        CriminalRecord => "criminal_record",
        /// ECRIS: supplied by another member state.
        Ecris => "ecris",
        /// The authorities of another state.
        ForeignAuthority => "foreign_authority",
        /// A liaison officer.
        LiaisonOfficer => "liaison_officer",
        /// The person.
        SelfDeclared => "self_declared",
    }
}

/// A proposal as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticeContent)]
pub struct Content {
    /// Notice or diffusion.
    pub kind: Kind,
    /// The ground.
    #[serde(default)]
    pub ground: Option<Ground>,
    /// Why the ground is there.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub ground_reasons: String,
    /// The assessment it rests on.
    #[serde(default)]
    pub risk_assessment: Option<RiskAssessment>,
    /// The consultation of the prosecution service.
    #[serde(default)]
    pub consultation: Option<Consultation>,
    /// Earlier convictions that are passed on.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub convictions: Vec<Conviction>,
    /// How the person went about it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub modus_operandi: Option<String>,
    /// Who it is about.
    #[serde(default)]
    pub identity: Identity,
    /// What officers abroad are to look out for.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub caution: Option<String>,
    /// Handling codes.
    #[serde(default)]
    #[schema(max_items = 20, max_length = 40)]
    pub handling_codes: Vec<String>,
    /// Countries of a diffusion, two letters each.
    #[serde(default)]
    #[schema(max_items = 250, max_length = 2)]
    pub destinations: Vec<String>,
    /// An immediate serious threat, on which data from ECRIS pass without consent.
    #[serde(default)]
    pub immediate_threat: Option<ImmediateThreat>,
}

/// A risk assessment in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticeRiskAssessment)]
pub struct RiskAssessment {
    /// Its id.
    #[schema(max_length = 64)]
    pub id: String,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// Whether it is disputed.
    #[serde(default)]
    pub disputed: bool,
}

/// The consultation of the prosecution service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticeConsultation)]
pub struct Consultation {
    /// Who was consulted.
    #[schema(max_length = 200)]
    pub with: String,
    /// When.
    pub on: NaiveDate,
}

/// A conviction that is passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticeConviction)]
pub struct Conviction {
    /// Its id in the register.
    #[schema(max_length = 64)]
    pub id: String,
    /// The convicting state, two letters.
    #[schema(min_length = 2, max_length = 2)]
    pub country: String,
    /// Where it is known from.
    pub source: ConvictionSource,
    /// Whether it was verified with the authorities of that state.
    pub verified: bool,
    /// Whether it is disputed.
    #[serde(default)]
    pub disputed: bool,
    /// What the convicting state said about passing it on; absent: it was not asked or has not answered.
    #[serde(default)]
    pub consent: Option<Consent>,
}

/// What the convicting state said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticeConsent)]
pub struct Consent {
    /// Whether it agreed.
    pub given: bool,
    /// When it answered.
    pub on: NaiveDate,
}

/// An immediate serious threat. Only an officer of justice can find it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NoticeImmediateThreat)]
pub struct ImmediateThreat {
    /// The officer of justice who found it.
    #[schema(max_length = 200)]
    pub officer: String,
    /// When.
    pub on: NaiveDate,
    /// Why.
    #[schema(max_length = 4000)]
    pub reasons: String,
}
