//! What a request for convictions comes to: whether it can be answered, what must be supplied, and by which working day.

use chrono::NaiveDate;
use law::Calendar;
use serde::{Deserialize, Serialize};

use super::profile::ConvictionRules;
use super::step::Step;
use super::working_days::working_days_after;
use crate::grounds::codes;

codes! {
    /// The system a request came through.
    pub enum System {
        /// ECRIS.
        Ecris => "ecris",
        /// ECRIS-TCN.
        EcrisTcn => "ecris_tcn",
    }
}

codes! {
    /// What the convictions are asked for.
    pub enum RequestPurpose {
        /// Criminal proceedings.
        CriminalProceedings => "criminal_proceedings",
        /// Work with direct and regular contact with children.
        WorkWithChildren => "work_with_children",
        /// Another certificate or another purpose.
        OtherPurpose => "other_purpose",
        /// The person asks about himself or herself.
        OwnRecord => "own_record",
        /// An employer asks.
        Employer => "employer",
        /// It concerns a national of a third country.
        ThirdCountryNational => "third_country_national",
        /// This register.
        Register => "register",
    }
}

codes! {
    /// What a request comes to.
    pub enum AnswerOutcome {
        /// The system is not in operation.
        NotAvailable => "not_available",
        /// The law does not allow it.
        Refused => "refused",
        /// The identity must be completed first.
        ConsultFirst => "consult_first",
        /// It is to be answered.
        ToAnswer => "to_answer",
    }
}

codes! {
    /// Where a request stands.
    pub enum Standing {
        /// It runs.
        Open => "open",
        /// The last day has passed without an answer.
        Overdue => "overdue",
        /// Answered in time.
        Answered => "answered",
        /// Answered after the last day.
        AnsweredLate => "answered_late",
        /// No term runs.
        NoTerm => "no_term",
    }
}

codes! {
    /// Whether a conviction is supplied.
    pub enum Supply {
        /// It must be.
        Must => "must",
        /// It may be.
        May => "may",
    }
}

/// A request as it was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Asked {
    /// The system.
    pub system: System,
    /// What for.
    pub purpose: RequestPurpose,
    /// The day of receipt.
    pub received_on: NaiveDate,
    /// Whether the identity was complete.
    #[serde(default = "complete")]
    pub identity_complete: bool,
    /// The day on which the supplement came; absent: not yet, or none was needed.
    #[serde(default)]
    pub supplemented_on: Option<NaiveDate>,
    /// The day of the answer.
    #[serde(default)]
    pub answered_on: Option<NaiveDate>,
    /// The Dutch convictions there are: article and day of the offence.
    #[serde(default)]
    pub convictions: Vec<Listed>,
}

const fn complete() -> bool {
    true
}

/// A Dutch conviction that could be supplied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EcrisConviction)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listed {
    /// Its id.
    #[schema(max_length = 64)]
    pub id: String,
    /// The article.
    #[schema(max_length = 40)]
    pub article: String,
    /// The day of the offence.
    pub committed_on: NaiveDate,
}

/// Whether one conviction is supplied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EcrisSupply)]
#[serde(rename_all = "camelCase")]
pub struct SupplyRow {
    /// The id of the conviction.
    pub id: String,
    /// Whether it is supplied.
    pub supply: Supply,
}

/// What a request comes to on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// What it comes to.
    pub outcome: AnswerOutcome,
    /// The last day; absent when no term runs or the holidays are not known.
    pub due: Option<NaiveDate>,
    /// Where it stands.
    pub standing: Standing,
    /// What is supplied.
    pub supply: Vec<SupplyRow>,
    /// Version of the rules.
    pub rules: String,
    /// Version of the table of holidays.
    pub calendar: String,
    /// The explanation.
    pub steps: Vec<Step>,
}

/// What a request comes to, as it stands on a day.
#[must_use]
pub fn answer(asked: &Asked, rules: &ConvictionRules, calendar: &Calendar, on: NaiveDate) -> Answer {
    let mut answer = Answer {
        outcome: AnswerOutcome::ToAnswer,
        due: None,
        standing: Standing::NoTerm,
        supply: Vec::new(),
        rules: rules.id.clone(),
        calendar: calendar.id.as_str().to_owned(),
        steps: Vec::new(),
    };
    let sources = &rules.sources;
    match (asked.system, asked.purpose) {
        (System::EcrisTcn, purpose) => {
            answer.outcome = AnswerOutcome::NotAvailable;
            answer.steps.push(Step::TcnNotInOperation { provision: sources.tcn.clone() });
            if purpose == RequestPurpose::Register {
                answer.steps.push(Step::RegisterNotListed { provision: sources.tcn_purposes.clone() });
            }
            return answer;
        }
        (System::Ecris, RequestPurpose::Register) => {
            answer.outcome = AnswerOutcome::Refused;
            answer.steps.push(Step::RegisterNotListed { provision: sources.tcn_purposes.clone() });
            return answer;
        }
        (System::Ecris, purpose) => supply(&mut answer, asked, purpose, rules),
    }
    term(&mut answer, asked, rules, calendar, on);
    answer
}

fn supply(answer: &mut Answer, asked: &Asked, purpose: RequestPurpose, rules: &ConvictionRules) {
    for conviction in &asked.convictions {
        let listed = rules
            .must_supply
            .iter()
            .any(|list| list.validity.holds(conviction.committed_on) && list.articles.contains(&conviction.article));
        let must = match purpose {
            RequestPurpose::CriminalProceedings => true,
            RequestPurpose::WorkWithChildren => listed,
            RequestPurpose::OtherPurpose
            | RequestPurpose::OwnRecord
            | RequestPurpose::Employer
            | RequestPurpose::ThirdCountryNational
            | RequestPurpose::Register => false,
        };
        let (supply, provision) = match (must, purpose) {
            (true, RequestPurpose::WorkWithChildren) => (Supply::Must, &rules.sources.must_supply),
            (true, _) => (Supply::Must, &rules.sources.term),
            (false, _) => (Supply::May, &rules.sources.may_supply),
        };
        answer.supply.push(SupplyRow { id: conviction.id.clone(), supply });
        answer.steps.push(Step::Supplied { fact: conviction.id.clone(), supply, provision: provision.clone() });
    }
    answer.steps.push(Step::OnlyPurpose { purpose, provision: rules.sources.purpose.clone() });
}

fn term(answer: &mut Answer, asked: &Asked, rules: &ConvictionRules, calendar: &Calendar, on: NaiveDate) {
    let begins = match (asked.identity_complete, asked.supplemented_on) {
        (true, _) => asked.received_on,
        (false, Some(supplemented)) if supplemented <= on => {
            answer.steps.push(Step::Supplemented { supplemented });
            supplemented
        }
        (false, Some(_) | None) => {
            answer.outcome = AnswerOutcome::ConsultFirst;
            answer.steps.push(Step::IdentityIncomplete { provision: rules.sources.term.clone() });
            return;
        }
    };
    let terms = &rules.terms;
    let (days, provision) = match asked.purpose {
        RequestPurpose::CriminalProceedings | RequestPurpose::WorkWithChildren | RequestPurpose::OtherPurpose => {
            (terms.proceedings_working_days, &rules.sources.term)
        }
        RequestPurpose::OwnRecord
        | RequestPurpose::Employer
        | RequestPurpose::ThirdCountryNational
        | RequestPurpose::Register => (terms.others_working_days, &rules.sources.long_term),
    };
    answer.steps.push(Step::Term { days, begins, provision: provision.clone() });
    match working_days_after(begins, days, calendar) {
        Ok(due) => {
            answer.due = Some(due);
            answer.steps.push(Step::Due { due });
            answer.standing = match asked.answered_on {
                Some(answered) if answered <= on && answered > due => Standing::AnsweredLate,
                Some(answered) if answered <= on => Standing::Answered,
                Some(_) | None if on > due => Standing::Overdue,
                Some(_) | None => Standing::Open,
            };
        }
        Err(outside) => answer.steps.push(Step::OutsideCalendar { needed: outside.day }),
    }
}
