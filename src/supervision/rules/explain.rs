//! Turns the steps of an order into sentences, in Dutch and English, from versioned catalogues. Nothing is decided here.

use std::sync::LazyLock;

use super::dates::OrderDate;
use super::step::Step;
use crate::law::explain::{Catalogue, Language};

static NL: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("catalogues/nl.toml")));
static EN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("catalogues/en.toml")));

fn catalogue(language: Language) -> &'static Catalogue {
    match language {
        Language::Nl => &NL,
        Language::En => &EN,
    }
}

/// The version of the sentences, to be stored with what was shown.
#[must_use]
pub fn version(language: Language) -> &'static str {
    catalogue(language).version()
}

/// One sentence per step, in order.
#[must_use]
pub fn render(steps: &[Step], language: Language) -> Vec<String> {
    steps.iter().map(|step| catalogue(language).sentence(step)).collect()
}

/// The heading of a date: what it is, which day, and where it stands.
#[must_use]
pub fn headline(date: &OrderDate, language: Language) -> String {
    let catalogue = catalogue(language);
    let (kind, status) = (catalogue.kind(date.kind.as_str()), catalogue.status(date.status.as_str()));
    match date.on {
        Some(on) => format!("{kind}: {}, {status}", catalogue.date(on)),
        None => format!("{kind}: {status}"),
    }
}

/// What a finding of a cross-check is called.
#[must_use]
pub fn finding(kind: crate::vocabulary::FindingKind, language: Language) -> &'static str {
    catalogue(language).kind(kind.as_str())
}

#[cfg(test)]
mod tests;
