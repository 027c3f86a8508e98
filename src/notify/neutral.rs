//! What a message must not say: nobody who sees it over a shoulder may learn what the sender is.

/// Parts of words, in small letters, that tell what this system is or what somebody did.
const TELLING: [&str; 31] = [
    "regist",
    "zeden",
    "seks",
    "sex",
    "delict",
    "delinq",
    "dader",
    "offen",
    "misdrijf",
    "misdaad",
    "crim",
    "straf",
    "veroordeel",
    "convict",
    "sentence",
    "vonnis",
    "rechter",
    "court",
    "polit",
    "police",
    "recla",
    "probation",
    "justi",
    "toezicht",
    "supervis",
    "gevang",
    "prison",
    "detent",
    "meldplicht",
    "slachtoffer",
    "victim",
];

/// The first telling part of a word in `text`, if there is one.
pub fn telling_word(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    TELLING.into_iter().find(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telling_words_are_found_in_any_spelling() {
        for text in
            ["Registratie", "noreply@zedenregister.nl", "SEX offender", "de Reclassering", "Politie", "conviction"]
        {
            assert!(telling_word(text).is_some(), "{text}");
        }
    }

    #[test]
    fn ordinary_words_pass() {
        for text in ["U moet ons iets doorgeven.", "vrijdag 27 november 2026", "berichten@voorbeeld.nl"] {
            assert_eq!(telling_word(text), None, "{text}");
        }
    }
}
