//! The statistics of the evaluation, pure: estimators of survival analysis, agreement and rates, and what they answer
//! to a request.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`request`] | a request as JSON, checked whole |
//! | [`study`] | observations as every estimator reads them |
//! | [`kaplan_meier`], [`restricted_mean`] | time free of an event |
//! | [`log_rank`], [`cox`] | comparison of hazards |
//! | [`aalen_johansen`] | chance of one cause among several |
//! | [`rate`], [`mantel_haenszel`] | events per time at risk, in one stratum and over several |
//! | [`proportion`], [`agreement`] | shares, and two observers of the same thing |
//! | [`power`] | events that a comparison needs |
//! | [`concordance`] | how well a score orders events |
//! | [`catalogue`] | the fixed tables, filled by one pass over the histories |
//! | [`comparison`] | the register and supervision: events both saw, people of the arms |
//! | [`period`] | closed months and quarters |
//! | [`microdata`] | rows for the evaluator's secure environment, under pseudonyms |
//! | [`history`] | one person's history, as the measures of the evaluation read it |
//! | [`disclosure`] | what of all this may leave the house |
//! | [`formats`] | the files of a release |
//! | [`synthetic`] | invented cohorts with known effects |
//! | [`distribution`], [`number`] | tails, quantiles, sums |
//!
//! The estimates are those of R's `survival` and `stats` to eight digits and more; `tests/statistics` shows it. What
//! is undefined is `None`, never "not a number" and never a zero in its place. No I/O, no clock, no randomness.

pub mod aalen_johansen;
pub mod agreement;
pub mod catalogue;
pub mod comparison;
pub mod concordance;
pub mod cox;
pub mod disclosure;
pub mod distribution;
pub mod formats;
pub mod history;
pub mod kaplan_meier;
pub mod log_rank;
pub mod mantel_haenszel;
mod matrix;
pub mod microdata;
pub mod number;
pub mod period;
pub mod power;
pub mod proportion;
pub mod rate;
pub mod request;
pub mod restricted_mean;
mod risk;
pub mod study;
pub mod synthetic;

use serde::Serialize;

use request::{Analysis, Request};

/// The answer to a request; as JSON, the analysis' own members and nothing around them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To `kaplan-meier`.
    KaplanMeier(kaplan_meier::KaplanMeier),
    /// To `log-rank`.
    LogRank(log_rank::LogRank),
    /// To `cox`.
    Cox(cox::Cox),
    /// To `aalen-johansen`.
    AalenJohansen(aalen_johansen::AalenJohansen),
    /// To `rmst`.
    RestrictedMean(restricted_mean::RestrictedMean),
    /// To `rate`.
    Rates(rate::Rates),
}

/// Does what the request asks.
pub fn answer(request: &Request) -> Answer {
    let Request { study, interval, confidence, .. } = request;
    match request.analysis {
        Analysis::KaplanMeier => Answer::KaplanMeier(kaplan_meier::kaplan_meier(study, *interval, *confidence)),
        Analysis::LogRank => Answer::LogRank(log_rank::log_rank(study)),
        Analysis::Cox => Answer::Cox(cox::cox(study, &request.covariates, request.ties, *confidence)),
        Analysis::AalenJohansen => Answer::AalenJohansen(aalen_johansen::aalen_johansen(study)),
        Analysis::Rmst => {
            Answer::RestrictedMean(restricted_mean::restricted_mean(study, request.tau.unwrap_or_default()))
        }
        Analysis::Rate => Answer::Rates(rate::rates(study, request.reference, *confidence)),
    }
}
