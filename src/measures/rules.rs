//! Every table of rules the measures need, read once at start.

use chrono::NaiveDate;

use crate::instruments::convictions::{self, ConvictionRules};
use crate::instruments::countries::Countries;
use crate::instruments::grounds::{Dated, Versions};
use crate::instruments::offences::{self, Catalogue, EcrisTable};
use crate::instruments::purpose::{self, Purposes};
use crate::instruments::risk::{self, RiskRules};
use crate::instruments::screening::{self, ScreeningRules};
use crate::instruments::signals::{self, SignalRules};
use crate::law::LoadError;
use crate::register::Refusal;

/// The tables.
#[derive(Debug)]
#[allow(missing_docs, reason = "named after the modules of the rules")]
pub struct MeasureRules {
    pub countries: Countries,
    pub screening: Versions<ScreeningRules>,
    pub catalogue: Versions<Catalogue>,
    pub ecris: Versions<EcrisTable>,
    pub risk: Versions<RiskRules>,
    pub signals: Versions<SignalRules>,
    pub convictions: Versions<ConvictionRules>,
    pub purposes: Versions<Purposes>,
}

impl MeasureRules {
    /// Those that come with the program.
    ///
    /// # Errors
    /// When one cannot be used.
    pub fn embedded() -> Result<Self, LoadError> {
        let countries = Countries::embedded()?;
        Ok(Self {
            screening: screening::rules(&[], &countries)?,
            countries,
            catalogue: offences::catalogue()?,
            ecris: offences::tables()?,
            risk: risk::rules()?,
            signals: signals::rules()?,
            convictions: convictions::rules()?,
            purposes: purpose::purposes()?,
        })
    }
}

/// The version that governs a day, which stands at `pointer` of what was sent.
///
/// # Errors
/// A fault of that member when the day lies before the first version.
pub fn governing<'v, T: Dated>(versions: &'v Versions<T>, on: NaiveDate, pointer: &str) -> Result<&'v T, Refusal> {
    versions.at(on).map_err(|_| {
        Refusal::field(pointer, "before_first_rules", "This day lies before the first version of the rules.")
    })
}
