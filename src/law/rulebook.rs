//! The rules in force: every version of every regime and the holiday table, from texts.
//!
//! Reading files is for `crate::rulebook`. A `RuleBook` is immutable; its hash names the exact set of
//! texts and is stored with every result.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::calendar::Calendar;
use super::facts::Regime;
use super::load_error::LoadError;
use super::name::Name;
use super::profile::{Profile, VersionBy};

const PROFILES: [(&str, &str); 3] = [
    ("ie-2001.toml", include_str!("profiles/ie-2001.toml")),
    ("ie-2023.toml", include_str!("profiles/ie-2023.toml")),
    ("nl-pilot-2026.toml", include_str!("profiles/nl-pilot-2026.toml")),
];
const CALENDARS: [(&str, &str); 1] = [("nl-2023-2028.toml", include_str!("calendars/nl-2023-2028.toml"))];

/// The versions of one regime, the earliest first.
#[derive(Clone, Debug)]
pub struct RegimeRules {
    /// The regime.
    pub regime: Regime,
    versions: Vec<Profile>,
    hash: Name,
}

impl RegimeRules {
    /// The versions, the earliest first; there is at least one.
    #[must_use]
    pub fn versions(&self) -> &[Profile] {
        &self.versions
    }

    /// Hash of the rule book these rules come from.
    #[must_use]
    pub const fn hash(&self) -> &Name {
        &self.hash
    }

    /// The first version.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "a regime without a version is refused at load")]
    pub fn first(&self) -> &Profile {
        &self.versions[0]
    }

    /// The position of the version that governs a trigger on `day`; `None` before the first version.
    #[must_use]
    pub fn index_at(&self, day: NaiveDate) -> Option<usize> {
        self.versions.iter().rposition(|p| match p.version_by {
            VersionBy::TriggerDate => p.valid_from_trigger <= day,
        })
    }

    /// The version that governs a trigger on `day`; `None` before the first version.
    #[must_use]
    pub fn at(&self, day: NaiveDate) -> Option<&Profile> {
        self.index_at(day).and_then(|i| self.versions.get(i))
    }

    /// The version that governs `day`, the first one for an earlier day.
    #[must_use]
    pub fn at_or_first(&self, day: NaiveDate) -> &Profile {
        self.at(day).unwrap_or_else(|| self.first())
    }
}

/// Every version of every regime, and the holiday table.
#[derive(Clone, Debug)]
pub struct RuleBook {
    ie: RegimeRules,
    nl_pilot: RegimeRules,
    calendar: Calendar,
    hash: Name,
}

impl RuleBook {
    /// The rules built into the program.
    ///
    /// # Errors
    /// Never in a released program: a test loads them.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::with(&[], &[])
    }

    /// The rules built into the program with further texts, each with its file name. A text with the
    /// file name of a built-in one takes its place.
    ///
    /// # Errors
    /// When a text cannot be used, two versions of a regime begin on one day, or there is more than
    /// one calendar.
    pub fn with(profiles: &[(&str, &str)], calendars: &[(&str, &str)]) -> Result<Self, LoadError> {
        let profiles = merged(&PROFILES, profiles);
        let calendars = merged(&CALENDARS, calendars);
        let hash = Name::from(hash(&profiles, &calendars));
        let mut parsed = Vec::with_capacity(profiles.len());
        for (file, text) in &profiles {
            parsed.push((*file, Profile::parse(file, text)?));
        }
        let &[(file, text)] = calendars.as_slice() else {
            let extra = calendars.iter().map(|(f, _)| *f).collect::<Vec<_>>().join(", ");
            return Err(LoadError::new(&extra, "id", "there can be one calendar only"));
        };
        Ok(Self {
            ie: regime(Regime::Ie, &parsed, &hash)?,
            nl_pilot: regime(Regime::NlPilot, &parsed, &hash)?,
            calendar: Calendar::parse(file, text)?,
            hash,
        })
    }

    /// The rules of one regime.
    #[must_use]
    pub const fn regime(&self, regime: Regime) -> &RegimeRules {
        match regime {
            Regime::Ie => &self.ie,
            Regime::NlPilot => &self.nl_pilot,
        }
    }

    /// The holiday table.
    #[must_use]
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// SHA-256 over all texts, hexadecimal.
    #[must_use]
    pub const fn hash(&self) -> &Name {
        &self.hash
    }
}

fn merged<'a>(built_in: &[(&'a str, &'a str)], extra: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<_> = built_in.iter().filter(|(file, _)| extra.iter().all(|(f, _)| f != file)).copied().collect();
    all.extend_from_slice(extra);
    all.sort_by_key(|(file, _)| *file);
    all
}

fn hash(profiles: &[(&str, &str)], calendars: &[(&str, &str)]) -> String {
    let mut digest = Sha256::new();
    for (group, texts) in [("profiles", profiles), ("calendars", calendars)] {
        for (file, text) in texts {
            // Lengths in front keep two different sets from running together into the same bytes.
            for part in [group, file, text] {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part.as_bytes());
            }
        }
    }
    hex::encode(digest.finalize())
}

fn regime(regime: Regime, parsed: &[(&str, Profile)], hash: &Name) -> Result<RegimeRules, LoadError> {
    let mut own: Vec<_> = parsed.iter().filter(|(_, p)| p.regime == regime).collect();
    own.sort_by_key(|(_, p)| p.valid_from_trigger);
    if own.is_empty() {
        return Err(LoadError::new("profiles", "regime", &format!("no version for `{}`", regime.code())));
    }
    for pair in own.windows(2) {
        if let [(_, a), (file, b)] = pair
            && a.valid_from_trigger == b.valid_from_trigger
        {
            return Err(LoadError::new(file, "valid_from_trigger", &format!("is also the first day of `{}`", a.id)));
        }
    }
    for (i, (file, p)) in own.iter().enumerate() {
        if own.iter().take(i).any(|(_, q)| q.id == p.id) {
            return Err(LoadError::new(file, "id", &format!("`{}` is used twice", p.id)));
        }
    }
    let versions = own.into_iter().map(|(_, p)| p.clone()).collect();
    Ok(RegimeRules { regime, versions, hash: hash.clone() })
}
