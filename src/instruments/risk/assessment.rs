//! What is told of an assessment. What nobody established is absent, never zero.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::grounds::codes;

codes! {
    /// Sex, as far as the norms of an instrument ask for it.
    pub enum Sex {
        /// Male.
        Male => "male",
        /// Female.
        Female => "female",
    }
}

codes! {
    /// The level an instrument that is scored elsewhere gave.
    pub enum Level {
        /// Low.
        Low => "low",
        /// Medium.
        Medium => "medium",
        /// High.
        High => "high",
    }
}

/// One assessment with the instrument it was made with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assessment {
    /// Id of the version of the instrument that was used.
    pub version: String,
    /// Who assessed: the id of an account or of an organisation.
    pub assessor: String,
    /// The day of the assessment.
    pub assessed_on: NaiveDate,
    /// A total somebody typed. It is refused: totals are computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Value>,
    /// What was found.
    pub finding: Finding,
}

/// What an instrument asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskFinding)]
#[serde(tag = "instrument", rename_all = "snake_case", deny_unknown_fields)]
pub enum Finding {
    /// Static-99R.
    #[serde(rename = "static_99r", rename_all = "camelCase")]
    Static99r {
        /// Sex; absent: not established.
        #[serde(default)]
        sex: Option<Sex>,
        /// Age at release; absent: not established.
        #[serde(default)]
        age: Option<Age>,
        /// Whether the index offence is only possession of images online; absent: not established.
        #[serde(default)]
        only_online_images: Option<bool>,
        /// Items 2 to 10; item 1 follows from the age.
        items: StaticItems,
    },
    /// Stable-2007.
    #[serde(rename = "stable_2007", rename_all = "camelCase")]
    Stable2007 {
        /// Whether the item on identification with children applies.
        #[serde(default = "applies")]
        identification_applies: bool,
        /// The score of each item by its code.
        #[schema(value_type = ItemScores)]
        items: BTreeMap<String, i64>,
    },
    /// Acute-2007.
    #[serde(rename = "acute_2007", rename_all = "camelCase")]
    Acute2007 {
        /// The score of each item by its code.
        #[schema(value_type = ItemScores)]
        items: BTreeMap<String, i64>,
    },
    /// OxRec, which is computed elsewhere: its outcome is recorded.
    #[serde(rename = "oxrec", rename_all = "camelCase")]
    OxRec {
        /// The level it gave.
        level: Level,
        /// Chance of any new conviction within a year, in per cent.
        #[serde(default)]
        within_one_year: Option<f64>,
        /// Chance of any new conviction within two years, in per cent.
        #[serde(default)]
        within_two_years: Option<f64>,
    },
}

/// The score of each item by its code, as the contract describes it: by a name, so that generated clients have one type.
struct ItemScores;

impl PartialSchema for ItemScores {
    fn schema() -> RefOr<Schema> {
        let code = ObjectBuilder::new().schema_type(Type::String).max_length(Some(60)).build();
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("The score of each item by its code."))
            .property_names(Some(code))
            .additional_properties(Some(ObjectBuilder::new().schema_type(Type::Integer)))
            .into()
    }
}

impl ToSchema for ItemScores {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("RiskItemScores")
    }
}

const fn applies() -> bool {
    true
}

/// Age at release, from dates or in years.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskAge)]
#[serde(untagged, deny_unknown_fields)]
pub enum Age {
    /// From the two days.
    #[serde(rename_all = "camelCase")]
    Days {
        /// Day of birth.
        born_on: NaiveDate,
        /// Day of release, actual or expected.
        released_on: NaiveDate,
    },
    /// In years with decimals, as older reports have it.
    Years {
        /// Years, 0 to 120.
        years: f64,
    },
}

/// Items 2 to 10 of Static-99R, each its score.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskStaticItems)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StaticItems {
    /// 2: never lived with a lover for two years.
    pub never_lived_with_lover: Option<i64>,
    /// 3: non-sexual violence with the index offence.
    pub index_violence: Option<i64>,
    /// 4: non-sexual violence before it.
    pub prior_violence: Option<i64>,
    /// 5: prior sexual offences, 0 to 3; it may follow from the charges and convictions.
    pub prior_sexual: Option<i64>,
    /// Charges of prior sexual offences.
    pub prior_sexual_charges: Option<i64>,
    /// Convictions of prior sexual offences.
    pub prior_sexual_convictions: Option<i64>,
    /// 6: four or more prior sentencing dates, without the index.
    pub prior_sentencing_dates: Option<i64>,
    /// 7: a conviction of a sexual offence without contact.
    pub non_contact: Option<i64>,
    /// 8: a victim who is no relative.
    pub unrelated_victim: Option<i64>,
    /// 9: a victim who was a stranger.
    pub stranger_victim: Option<i64>,
    /// 10: a male victim.
    pub male_victim: Option<i64>,
}
