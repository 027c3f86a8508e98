//! The measures beside the register at work: what is asked of them, what is recorded, what happens to it.
//!
//! The rules stand in [`crate::instruments`] and decide nothing about people; a use case here loads what happened, asks the
//! rules what one more thing comes to, and stores it or says why not. Nothing here reads or changes a duty, a fact or a flag.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`screening`], [`offences`] | what-if: a certificate of conduct, whether an offence leads to registration |
//! | [`risk`] | risk assessments as they were made, with a computed total |
//! | [`signals`] | reports from outside, apart from facts, their reporter protected; [`retention`] ends them |
//! | [`convictions`], [`requests`] | convictions from abroad, and requests for convictions |
//! | [`uses`] | whether data may be used for something |
//! | [`help`] | a request for help, private to the registrant and the helper |
//! | [`record`] | what they share: a record, its steps, its key |
//! | [`rules`] | every table of rules, read once |

pub mod convictions;
pub mod help;
pub mod offences;
mod record;
pub mod requests;
pub mod retention;
pub mod risk;
pub mod rules;
pub mod screening;
pub mod signals;
pub mod uses;

use serde::Serialize;

use crate::instruments::grounds::{Fault, Language, Words};
use crate::register::FieldError;
use crate::register::view::Both;

/// The steps of an explanation as sentences, in both languages.
fn told<S: Serialize>(words: &Words, steps: &[S]) -> Both {
    Both { nl: words.render(steps, Language::Nl), en: words.render(steps, Language::En) }
}

/// The faults that rules found, where the API has those members.
fn faults<C: Copy>(faults: Vec<Fault<C>>, code: fn(C) -> &'static str) -> Vec<FieldError> {
    faults
        .into_iter()
        .map(|fault| FieldError::new(pointer(&fault.field), code(fault.code), detail(code(fault.code))))
        .collect()
}

/// `antecedents[2].finalOn` as a JSON Pointer.
fn pointer(field: &str) -> String {
    format!("/{}", field.replace("].", "/").replace(']', "").replace(['[', '.'], "/"))
}

/// What a fault of the rules says, in English.
fn detail(code: &str) -> &'static str {
    match code {
        "required" => "This is required.",
        "no_such_function" => "The rules of that day know no such function.",
        "no_such_country" | "no_country" => "No country has this code on that day.",
        "after_assessment" => "This day lies after the day of the assessment.",
        "duplicate" => "Another entry has this id.",
        "nothing_to_transfer" => "Only a sentence from another country is transferred.",
        "ends_before_it_begins" => "The last day lies before the first.",
        "in_the_future" => "This day lies in the future, or after the day of receipt.",
        "no_article" => "An article is written in digits, with letters after them: 248e.",
        "no_code" => "An ECRIS code has six digits: 1009 00.",
        "before_first_table" => "This day lies before the first table of codes.",
        "empty" => "This may not be empty.",
        "unknown_version" => "The register knows no such version of the instrument.",
        "typed_total" => "A total is computed from the items and never typed. Leave it out.",
        "out_of_range" => "This lies outside what the item allows.",
        "before_birth" => "Release lies before birth.",
        "does_not_fit_counts" => "The score is not what the charges and convictions give.",
        "unknown_item" => "The instrument has no such item.",
        "does_not_apply" => "This item was said not to apply.",
        "shrinking_chance" => "The chance within two years is smaller than the chance within one.",
        "final_before_judgment" => "It became final before the judgment.",
        "not_foreign" => "This is a conviction of a Dutch court; it comes from the judicial records service.",
        "not_in_ecris" => "This country does not answer through ECRIS.",
        _ => "This value is not allowed here.",
    }
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn a_path_of_the_rules_becomes_a_pointer() {
        assert_eq!(pointer("antecedents[2].finalOn"), "/antecedents/2/finalOn");
        assert_eq!(pointer("nationalities[0]"), "/nationalities/0");
        assert_eq!(pointer("finding.items.hostility"), "/finding/items/hostility");
        assert_eq!(pointer("on"), "/on");
    }
}
