//! Cox's proportional hazards: the partial likelihood with Efron's or Breslow's ties, over strata and with delayed
//! entry, fitted until nothing moves any more.
//!
//! Covariates that the others explain, as R takes them out from the left, and covariates whose coefficient runs off to
//! infinity because they separate the events, have no estimate. The rest of the model stands without the former and
//! in the limit of the latter.

mod design;
mod fit;
mod likelihood;

use serde::{Deserialize, Serialize};

use super::concordance::concordance;
use super::distribution::{interval_width, two_sided};
use super::number::defined;
use super::study::Study;
use design::Design;
use fit::{Coefficient, Fit};

/// How events at the same time share the people at risk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// Each further event sees the tied ones partly gone.
    #[default]
    Efron,
    /// All tied events see everyone.
    Breslow,
}

/// A covariate: its name and a value for each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariate {
    /// The name.
    pub term: String,
    /// One value for each row of the study, in the rows' order.
    pub values: Vec<f64>,
}

/// The fitted model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cox {
    /// Rows.
    pub n: u64,
    /// Events of whatever cause.
    pub events: u64,
    /// In the order of the covariates.
    pub coefficients: Vec<Term>,
    /// Logarithm of the partial likelihood without covariates and with the fitted ones.
    pub log_likelihood: [Option<f64>; 2],
    /// Harrell's concordance of the linear predictor; none without comparable pairs.
    pub concordance: Option<f64>,
}

/// One coefficient. Everything is undefined when the data do not determine it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Term {
    /// The covariate.
    pub term: String,
    /// Logarithm of the hazard ratio for one unit more.
    pub estimate: Option<f64>,
    /// Its standard error, from the information.
    pub standard_error: Option<f64>,
    /// The hazard ratio.
    pub hazard_ratio: Option<f64>,
    /// Lower limit of the hazard ratio.
    pub lower: Option<f64>,
    /// Upper limit of the hazard ratio.
    pub upper: Option<f64>,
    /// Wald's statistic.
    pub z: Option<f64>,
    /// Its two-sided probability when there is no effect.
    pub p_value: Option<f64>,
    /// Why there is no estimate; not part of the answer.
    #[serde(skip)]
    pub undetermined: Option<Undetermined>,
}

/// Why a coefficient has no estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undetermined {
    /// The covariates before it explain it among those at risk together.
    Dependent,
    /// The likelihood grows for ever along it: it separates events from survivors.
    Infinite,
}

/// Fits the model. Every covariate has as many values as the study has rows.
pub fn cox(study: &Study, covariates: &[Covariate], ties: Ties, confidence: f64) -> Cox {
    let events = study.rows.iter().filter(|row| row.is_event()).count() as u64;
    let design = Design::new(covariates, study.rows.len());
    let Fit { coefficients, log_likelihood, scores } = fit::fit(study, &design, ties);
    let width = interval_width(confidence);
    let coefficients =
        covariates.iter().zip(&coefficients).map(|(covariate, &it)| term(covariate, it, width)).collect();
    Cox {
        n: study.rows.len() as u64,
        events,
        coefficients,
        log_likelihood: log_likelihood.map(defined),
        concordance: concordance(&study.rows, &scores, study.strata).share(),
    }
}

fn term(covariate: &Covariate, coefficient: Coefficient, width: f64) -> Term {
    let mut term = Term {
        term: covariate.term.clone(),
        estimate: None,
        standard_error: None,
        hazard_ratio: None,
        lower: None,
        upper: None,
        z: None,
        p_value: None,
        undetermined: None,
    };
    match coefficient {
        Coefficient::Undetermined(why) => term.undetermined = Some(why),
        Coefficient::Estimate { value, standard_error } => {
            let z = value / standard_error;
            term.estimate = defined(value);
            term.standard_error = defined(standard_error);
            term.hazard_ratio = defined(value.exp());
            term.lower = defined((value - width * standard_error).exp());
            term.upper = defined((value + width * standard_error).exp());
            term.z = defined(z);
            term.p_value = defined(z).and_then(two_sided);
        }
    }
    term
}
