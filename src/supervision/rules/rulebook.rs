//! The rules in force: every version of every title, from texts. Immutable; its hash names the exact set and is stored
//! with every result.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::profile::Profile;
use crate::law::{LoadError, Name};
use crate::vocabulary::SupervisionTitle;

const PROFILES: [(&str, &str); 5] = [
    ("conditional-ending-tbs-2008.toml", include_str!("profiles/conditional-ending-tbs-2008.toml")),
    ("conditional-ending-tbs-2017.toml", include_str!("profiles/conditional-ending-tbs-2017.toml")),
    ("conditional-release-2018.toml", include_str!("profiles/conditional-release-2018.toml")),
    ("conditional-sentence-2012.toml", include_str!("profiles/conditional-sentence-2012.toml")),
    ("measure-38z-2018.toml", include_str!("profiles/measure-38z-2018.toml")),
];

/// Every version of every title.
#[derive(Clone, Debug)]
pub struct SupervisionRules {
    /// In order of title and first day.
    profiles: Vec<Profile>,
    hash: Name,
}

impl SupervisionRules {
    /// The rules built into the program.
    ///
    /// # Errors
    /// Never in a released program: a test loads them.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::with(&[])
    }

    /// The rules built into the program with further texts, each with its file name. A text with the file name of a
    /// built-in one takes its place.
    ///
    /// # Errors
    /// When a text cannot be used, or two versions of a title begin on one day or share an id.
    pub fn with(extra: &[(&str, &str)]) -> Result<Self, LoadError> {
        let mut texts: Vec<(&str, &str)> =
            PROFILES.iter().filter(|(file, _)| extra.iter().all(|(f, _)| f != file)).copied().collect();
        texts.extend_from_slice(extra);
        texts.sort_by_key(|(file, _)| *file);
        let mut parsed = Vec::with_capacity(texts.len());
        for (file, text) in &texts {
            parsed.push((*file, Profile::parse(file, text)?));
        }
        parsed.sort_by_key(|(_, p)| (p.title, p.valid_from));
        for pair in parsed.windows(2) {
            if let [(_, a), (file, b)] = pair
                && (a.title, a.valid_from) == (b.title, b.valid_from)
            {
                return Err(LoadError::new(file, "valid_from", &format!("is also the first day of `{}`", a.id)));
            }
        }
        for (i, (file, p)) in parsed.iter().enumerate() {
            if parsed.iter().take(i).any(|(_, q)| q.id == p.id) {
                return Err(LoadError::new(file, "id", &format!("`{}` is used twice", p.id)));
            }
        }
        let hash = Name::from(hash(&texts));
        Ok(Self { profiles: parsed.into_iter().map(|(_, p)| p).collect(), hash })
    }

    /// The version of a title that governs `day`; `None` before the first one and for titles without rules of their own.
    #[must_use]
    pub fn at(&self, title: SupervisionTitle, day: NaiveDate) -> Option<&Profile> {
        self.profiles.iter().rfind(|p| p.title == title && p.valid_from <= day)
    }

    /// Every version, in order of title and first day.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// SHA-256 over all texts, hexadecimal.
    #[must_use]
    pub const fn hash(&self) -> &Name {
        &self.hash
    }
}

fn hash(texts: &[(&str, &str)]) -> String {
    let mut digest = Sha256::new();
    for part in texts.iter().flat_map(|(file, text)| [*file, *text]) {
        // Lengths in front keep two different sets from running together into the same bytes.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_picks_the_version() {
        let rules = SupervisionRules::embedded().unwrap();
        let id = |title, day| rules.at(title, d(day)).map(|p| p.id.as_str().to_owned());
        let tbs = SupervisionTitle::ConditionalEndingTbs;
        assert_eq!(id(tbs, "2016-12-31").as_deref(), Some("wlt-tbs-2008"));
        assert_eq!(id(tbs, "2017-01-01").as_deref(), Some("wlt-tbs-2017"));
        assert_eq!(id(SupervisionTitle::Measure38z, "2017-12-31"), None);
        assert_eq!(id(SupervisionTitle::Measure38v, "2026-01-01"), None);
    }

    #[test]
    fn a_further_version_is_a_further_file_and_changes_the_hash() {
        let built_in = SupervisionRules::embedded().unwrap();
        let text = include_str!("profiles/measure-38z-2018.toml");
        let later = text.replace("wlt-38z-2018", "wlt-38z-2030").replace("valid_from = 2018", "valid_from = 2030");
        let rules = SupervisionRules::with(&[("measure-38z-2030.toml", &later)]).unwrap();
        let title = SupervisionTitle::Measure38z;
        assert_eq!(rules.at(title, d("2030-01-01")).unwrap().id.as_str(), "wlt-38z-2030");
        assert_eq!(rules.at(title, d("2029-12-31")).unwrap().id.as_str(), "wlt-38z-2018");
        assert_ne!(rules.hash(), built_in.hash());
        let same_day = text.replace("wlt-38z-2018", "other");
        let error = SupervisionRules::with(&[("x.toml", &same_day)]).unwrap_err().to_string();
        assert_eq!(error, "x.toml: valid_from: is also the first day of `wlt-38z-2018`");
        let same_id = text.replace("valid_from = 2018", "valid_from = 2031");
        assert!(SupervisionRules::with(&[("x.toml", &same_id)]).unwrap_err().to_string().starts_with("x.toml: id: "));
    }
}
