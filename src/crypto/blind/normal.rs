//! Normal forms: what makes two spellings of one thing equal. Pure functions; each applied twice gives what it gave
//! once, except the sound of a name.

use rphonetic::{Cologne, Encoder as _};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Prefixes of surnames (*tussenvoegsels*), which people write, leave out and misplace. `s`, `t`, `d` and `l` are what
/// is left of `'s`, `'t`, `d'` and `l'`.
const PREFIXES: [&str; 34] = [
    "aan", "al", "auf", "bij", "d", "da", "de", "del", "den", "der", "des", "di", "dos", "du", "el", "het", "in", "l",
    "la", "le", "les", "onder", "op", "over", "s", "t", "te", "ten", "ter", "tot", "uit", "van", "von", "zu",
];

/// A surname in one spelling: lower case, no accents, no prefixes, one space between parts, `y` for `ij`.
/// Somebody called nothing but "De" keeps that name.
#[must_use]
pub fn normalised_surname(surname: &str) -> String {
    let plain = plain(surname);
    let parts: Vec<&str> = plain.split_whitespace().collect();
    let own: Vec<&str> = parts.iter().copied().filter(|part| !PREFIXES.contains(part)).collect();
    if own.is_empty() { parts.join(" ") } else { own.join(" ") }
}

/// The normal forms under which a surname is found: the whole, and each half of a double name, as people often use one
/// half only (`Jansen-de Vries` is found under `jansen vries`, `jansen` and `vries`).
#[must_use]
pub fn surname_parts(surname: &str) -> Vec<String> {
    let mut forms = vec![normalised_surname(surname)];
    for half in surname.split(['-', '\u{2010}', '\u{2011}', '\u{2013}']) {
        let half = normalised_surname(half);
        if !half.is_empty() && !forms.contains(&half) {
            forms.push(half);
        }
    }
    forms
}

/// The sound of a surname, by the Cologne rules on each part.
///
/// They were made for German and hear Dutch better than the others of the kept crate do: `c` and `k`, `v`, `f` and `w`,
/// `s` and `z`, `g` and `ch`, `d` and `t` are one sound, and every vowel (so `ij`, `y` and `ei`) is none. Double
/// Metaphone hears English (the `j` of `Dijkstra`); Daitch-Mokotoff gives several codes per name, made for Slavic and
/// Yiddish.
#[must_use]
pub fn phonetic_surname(surname: &str) -> String {
    let normal = normalised_surname(surname);
    let sounds: Vec<String> = normal.split(' ').map(sound).filter(|sound| !sound.is_empty()).collect();
    sounds.join(" ")
}

/// Before `e` and `i` the Cologne rules take a first `c` for an `s`, as in `Cent`; in Dutch surnames it is a `k` just as
/// often (`Ceulemans`), but `Cees` is not `Sees` to anybody: leave the rule, and fold only `ck` and `cq`.
fn sound(part: &str) -> String {
    Cologne.encode(&part.replace("ck", "k").replace("cq", "k"))
}

/// Lower case, no accents, letters and digits with single separators, `y` for `ij`.
fn plain(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for symbol in text.nfkd().filter(|symbol| !is_combining_mark(*symbol)).flat_map(char::to_lowercase) {
        match symbol {
            // Letters that are letters of their own to Unicode, and variants of these to a Dutch clerk.
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'þ' => folded.push_str("th"),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            _ if symbol.is_alphanumeric() => folded.push(symbol),
            _ => folded.push(' '),
        }
    }
    // Lower case may bring back a combining mark (the Turkish I with a dot).
    folded.replace("ij", "y")
}

/// A BSN or SKN in one spelling: digits without separators and without zeros in front. Whether it is a valid number is
/// checked elsewhere; a text with anything else in it gives `None`.
#[must_use]
pub fn normalised_number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|symbol| !matches!(symbol, ' ' | '.' | '-')).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    (!significant.is_empty()).then(|| significant.to_owned())
}

/// Dutch postcode and house number in one spelling, as in `1234AB 12`; `None` when the postcode is not one. Additions
/// to the number are left out: whoever looks for a house means all of it.
#[must_use]
pub fn postcode_and_number(postcode: &str, number: u32) -> Option<String> {
    let postcode: String = postcode.split_whitespace().collect::<String>().to_ascii_uppercase();
    let (digits, letters) = postcode.split_at_checked(4)?;
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let lettered = letters.len() == 2 && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    (whole && lettered && number > 0).then(|| format!("{postcode} {number}"))
}

/// An e-mail address in one spelling. What stands before the `@` may by the standard depend on case; no provider does.
#[must_use]
pub fn normalised_email(email: &str) -> String {
    email.trim().nfc().collect::<String>().to_lowercase()
}

/// A telephone number in one spelling: digits with a plus in front; a number without a country is Dutch. A zero in
/// brackets after the country, as in `+31 (0)6`, is not dialled.
#[must_use]
pub fn normalised_phone(phone: &str) -> String {
    let phone = phone.replace("(0)", "");
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = |digits: &str| digits.strip_prefix('0').map(|rest| format!("+31{rest}"));
    if phone.trim_start().starts_with('+') {
        return format!("+{digits}");
    }
    match digits.strip_prefix("00") {
        Some(international) => format!("+{international}"),
        None => national(&digits).unwrap_or_else(|| format!("+{digits}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_surname_are_equal() {
        for spelling in
            ["van der Meij", "Meij", "MEY", "van der  Méij", "Meij, van der", "v\u{61}n der Me\u{133}", "Meÿ"]
        {
            assert_eq!(normalised_surname(spelling), "mey", "{spelling}");
        }
        for (one, other) in [
            ("van 't Hof", "Hof"),
            ("Van ’t Hof", "hof"),
            ("'s-Gravesande", "Gravesande"),
            ("d'Ancona", "ANCONA"),
            ("El Idrissi", "el-idrissi"),
            ("IJzerman", "Yzerman"),
            ("Groß", "Gross"),
            ("Sørensen", "Sorensen"),
            ("Łukasz", "Lukasz"),
            ("Zoë", "Zoe\u{308}"),
            ("Müller", "MULLER"),
        ] {
            assert_eq!(normalised_surname(one), normalised_surname(other), "{one} {other}");
        }
    }

    #[test]
    fn other_surnames_stay_apart() {
        assert_ne!(normalised_surname("Meijer"), normalised_surname("Meij"));
        assert_ne!(normalised_surname("Jansen"), normalised_surname("Janssen"));
        assert_ne!(normalised_surname("Vandaal"), normalised_surname("Daal"));
        assert_eq!(normalised_surname("De"), "de");
        assert_eq!(normalised_surname("van de"), "van de");
        assert_eq!(normalised_surname(" - "), "");
    }

    #[test]
    fn a_double_name_is_found_under_the_whole_and_under_each_half() {
        assert_eq!(surname_parts("Jansen-de Vries"), ["jansen vries", "jansen", "vries"]);
        assert_eq!(surname_parts("Jansen\u{2013}de Vries"), ["jansen vries", "jansen", "vries"]);
        assert_eq!(surname_parts("van der Meij"), ["mey"]);
        assert_eq!(surname_parts(""), [""]);
    }

    #[test]
    fn surnames_that_sound_alike_share_a_sound() {
        for (one, other) in [
            ("Jansen", "Janssen"),
            ("Meijer", "Meyer"),
            ("Meijer", "Maier"),
            ("Visser", "Fisser"),
            ("de Vries", "Fries"),
            ("Bakker", "Backer"),
            ("Kuijper", "Cuyper"),
            ("Dijkstra", "Dykstra"),
            ("Smit", "Smidt"),
            ("Hendriks", "Hendrix"),
            ("Ligthart", "Lichthart"),
            ("Zanders", "Sanders"),
            ("Philips", "Filips"),
            ("Thijssen", "Tijsen"),
            ("Jansen-de Vries", "Janssen Fries"),
        ] {
            assert_eq!(phonetic_surname(one), phonetic_surname(other), "{one} {other}");
        }
        for (one, other) in
            [("Jansen", "Bakker"), ("Mulder", "Smit"), ("Visser", "Vermeer"), ("de Boer", "de Beer-Smit")]
        {
            assert_ne!(phonetic_surname(one), phonetic_surname(other), "{one} {other}");
        }
    }

    #[test]
    fn one_telephone_number_has_one_spelling() {
        for spelling in ["+31612345678", "0031 6 12345678", "06-12345678", "+31 (6) 1234 5678", "+31 (0)6 12 34 56 78"]
        {
            assert_eq!(normalised_phone(spelling), "+31612345678", "{spelling}");
        }
        assert_eq!(normalised_phone("+353 1 234 5678"), "+35312345678");
    }

    #[test]
    fn numbers_and_postcodes_have_one_spelling_or_none() {
        for spelling in ["999990019", "9999.90.019", " 0999990019", "999-990-019"] {
            assert_eq!(normalised_number(spelling).as_deref(), Some("999990019"), "{spelling}");
        }
        for bad in ["", "000", "99999001X", "９９９９９００１９"] {
            assert_eq!(normalised_number(bad), None, "{bad}");
        }
        for spelling in ["1234AB", "1234 ab", " 1234  aB "] {
            assert_eq!(postcode_and_number(spelling, 12).as_deref(), Some("1234AB 12"), "{spelling}");
        }
        for bad in ["", "0234AB", "1234A", "1234ABC", "12345A", "D-10115", "123é4AB"] {
            assert_eq!(postcode_and_number(bad, 12), None, "{bad}");
        }
        assert_eq!(postcode_and_number("1234AB", 0), None);
    }

    #[test]
    fn case_and_spaces_of_an_address_do_not_count() {
        assert_eq!(normalised_email(" J.Bakker@Example.NL "), "j.bakker@example.nl");
        assert_ne!(normalised_email("j.bakker@example.nl"), normalised_email("jbakker@example.nl"));
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own_normal_form(text in "\\PC{0,40}") {
            let surname = normalised_surname(&text);
            prop_assert_eq!(normalised_surname(&surname), surname);
            let phone = normalised_phone(&text);
            prop_assert_eq!(normalised_phone(&phone), phone);
            let email = normalised_email(&text);
            prop_assert_eq!(normalised_email(&email), email);
            if let Some(number) = normalised_number(&text) {
                prop_assert_eq!(normalised_number(&number), Some(number));
            }
            // Whatever the text, the sound is digits.
            prop_assert!(phonetic_surname(&text).bytes().all(|byte| byte.is_ascii_digit() || byte == b' '));
        }
    }
}
