//! What is shown of the rules' findings: as they are, with the reasons in words beside the codes.

use serde::Serialize;
use serde_json::{Value, json};

use crate::instruments::grounds::{Language, Words};
use crate::register::Refusal;

/// The value with, beside each list of `steps`, its `explanation` in both languages.
pub(super) fn explained(value: &impl Serialize, words: &Words) -> Result<Value, Refusal> {
    let mut value = serde_json::to_value(value).map_err(|e| Refusal::Rules(e.to_string()))?;
    explain(&mut value, words);
    Ok(value)
}

fn explain(value: &mut Value, words: &Words) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| explain(item, words)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| explain(member, words));
            if let Some(Value::Array(steps)) = members.get("steps") {
                let in_words = |language| words.render(steps, language);
                let explanation = json!({ "nl": in_words(Language::Nl), "en": in_words(Language::En) });
                members.insert("explanation".to_owned(), explanation);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The reasons as one text, for a refusal.
pub(super) fn reasons<S: Serialize>(steps: &[S], words: &Words) -> String {
    words.render(steps, Language::En).join(" ")
}
