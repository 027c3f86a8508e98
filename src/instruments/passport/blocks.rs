//! What stands in the way of asking for a measure. A draft can always be written.

use serde::Serialize;

use super::check::{Article, Check, CriterionCode, Outcome};
use crate::grounds::codes;

codes! {
    /// Why a proposal cannot go out.
    pub enum BlockCode {
        /// The article is not open on that day.
        NotOpen => "not_open",
        /// A criterion has not been established.
        NotEstablished => "not_established",
        /// The presumption has no reasons.
        NoReasons => "no_reasons",
    }
}

/// One thing in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// Why.
    pub code: BlockCode,
    /// The criterion it is about, where it is about one.
    pub criterion: Option<CriterionCode>,
}

/// Everything in the way of a proposal on the day of the check.
#[must_use]
pub fn blocks(check: &Check, article: Article) -> Vec<Block> {
    let (open, criteria) = match article {
        Article::Article18 => (check.article18.open, &check.article18.criteria),
        Article::Article24a => (check.article24a.open, &check.article24a.criteria),
    };
    let mut blocks = Vec::new();
    if !open {
        blocks.push(Block { code: BlockCode::NotOpen, criterion: None });
    }
    for criterion in criteria.iter().filter(|criterion| criterion.outcome == Outcome::Unknown) {
        let code = match criterion.code {
            CriterionCode::Evasion | CriterionCode::Repetition => BlockCode::NoReasons,
            CriterionCode::ClaimToDocument | CriterionCode::TreatyCrime => BlockCode::NotEstablished,
            // One ground is enough, so one that is not established stands in the way of nothing beyond `not_open`.
            CriterionCode::Suspicion
            | CriterionCode::Sentence
            | CriterionCode::Breach
            | CriterionCode::BreachOfMeasure38z
            | CriterionCode::RecentConviction => continue,
        };
        blocks.push(Block { code, criterion: Some(criterion.code) });
    }
    blocks
}
