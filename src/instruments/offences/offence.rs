//! What is told of an offence. What nobody established is absent.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::grounds::codes;

codes! {
    /// How far the offence went, by the ECRIS parameter.
    pub enum Completion {
        /// Completed.
        Completed => "C",
        /// Attempt or preparation.
        Attempted => "A",
    }
}

codes! {
    /// The part in the offence, by the ECRIS parameter.
    pub enum Participation {
        /// Perpetrator.
        Perpetrator => "M",
        /// Helper, instigator, organiser or conspirator.
        Helper => "H",
    }
}

codes! {
    /// What is wrong with a member.
    pub enum FaultCode {
        /// The last day lies before the first.
        EndsBeforeItBegins => "ends_before_it_begins",
        /// It lies after the day asked about.
        InTheFuture => "in_the_future",
        /// It is no article: digits, with letters after them.
        NoArticle => "no_article",
        /// It is no ECRIS code: six digits.
        NoCode => "no_code",
        /// The day lies before the first table of codes.
        BeforeFirstTable => "before_first_table",
    }
}

/// An offence as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Offence)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offence {
    /// How it is classified.
    pub classified: Classified,
    /// The day of the offence, or the first of its days.
    pub committed_on: NaiveDate,
    /// The last of its days; absent: it has one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_until: Option<NaiveDate>,
    /// How far it went.
    #[serde(default = "completed")]
    pub completion: Completion,
    /// The part in it.
    #[serde(default = "perpetrator")]
    pub participation: Participation,
    /// Whether the person was exempt from responsibility, wholly or in part (ECRIS parameter S).
    #[serde(default)]
    pub exempt: bool,
    /// Whether a victim was a minor; absent: not established.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minor_victim: Option<bool>,
    /// Whether it was of a sexual kind, where the article does not say so; absent: not established.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sexual: Option<bool>,
}

/// The classification of an offence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = OffenceClassified)]
#[serde(tag = "system", rename_all = "snake_case", deny_unknown_fields)]
pub enum Classified {
    /// By an article of the Dutch Criminal Code.
    Dutch {
        /// The article: `245`, `248e`.
        #[schema(max_length = 40)]
        article: String,
    },
    /// By an ECRIS code.
    #[serde(rename_all = "camelCase")]
    Ecris {
        /// Six digits: `1009 00`.
        #[schema(max_length = 40)]
        ecris_code: String,
        /// The day on which the convicting state sent it: its table of codes is the one that was then in use.
        sent_on: NaiveDate,
    },
}

const fn completed() -> Completion {
    Completion::Completed
}

const fn perpetrator() -> Participation {
    Participation::Perpetrator
}
