//! Countries: their names in both languages, and their outlines for a map that is drawn without anybody else's help.
//!
//! Outlines are those of Natural Earth at 1:110 million (public domain), in units of an eighth of a degree from 180 W
//! and 84 N, made by `map/make.mjs`. At that scale the smallest countries have none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::vocabulary::Language;

/// Code and names, sorted by code.
const NAMES: &str = include_str!("map/names.tsv");
/// Code and outline.
const OUTLINES: &str = include_str!("map/countries.tsv");

static NL: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| named(1));
static EN: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| named(2));
static OUTLINE: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| OUTLINES.lines().filter_map(|line| line.split_once('\t')).collect());

fn named(column: usize) -> Vec<(&'static str, &'static str)> {
    let mut named: Vec<(&str, &str)> =
        NAMES.lines().filter_map(|line| Some((line.split('\t').next()?, line.split('\t').nth(column)?))).collect();
    named.sort_by_key(|(_, name)| name.to_lowercase());
    named
}

/// Every country by its name in `language`.
pub fn countries(language: Language) -> Vec<(&'static str, &'static str)> {
    match language {
        Language::Nl => NL.clone(),
        Language::En => EN.clone(),
    }
}

/// The name of a country.
pub fn country(language: Language, code: &str) -> String {
    let known = countries(language).into_iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.to_owned(), |(_, name)| name.to_owned())
}

/// A country on the map.
pub struct Shape {
    /// Its outline.
    pub outline: &'static str,
    /// How it is drawn.
    pub class: &'static str,
}

/// A map on which the countries of journeys stand out.
pub struct Map {
    /// The part of the world that is shown.
    pub view: String,
    /// Every country.
    pub shapes: Vec<Shape>,
    /// Countries that are too small to be drawn.
    pub missing: Vec<String>,
}

/// The map of these countries, seen from the Netherlands.
pub fn map(language: Language, visited: &BTreeSet<String>) -> Map {
    let shapes = OUTLINE
        .iter()
        .map(|(code, outline)| Shape {
            outline,
            class: match *code {
                "NL" => "land home",
                code if visited.contains(code) => "land visited",
                _ => "land",
            },
        })
        .collect();
    let missing = visited.iter().filter(|code| !OUTLINE.contains_key(code.as_str()));
    Map { view: view(visited), shapes, missing: missing.map(|code| country(language, code)).collect() }
}

/// Europe, widened to what else was visited.
fn view(visited: &BTreeSet<String>) -> String {
    // 12 W to 42 E, 72 N to 34 N.
    let (mut left, mut top, mut right, mut bottom) = (1_344, 96, 1_776, 400);
    for (x, y) in visited.iter().filter_map(|code| OUTLINE.get(code.as_str())).flat_map(|outline| corners(outline)) {
        (left, right) = (left.min(x - 16), right.max(x + 16));
        (top, bottom) = (top.min(y - 16), bottom.max(y + 16));
    }
    format!("{left} {top} {} {}", right - left, bottom - top)
}

/// Every corner of an outline: `M` begins anew, `l` goes on from the last one.
fn corners(outline: &str) -> Vec<(i32, i32)> {
    let mut at = (0, 0);
    let mut found = Vec::new();
    for step in outline.split_inclusive('z').flat_map(|ring| ring.trim_end_matches('z').split('l')) {
        let (absolute, numbers) = step.strip_prefix('M').map_or((false, step), |numbers| (true, numbers));
        let Some((x, y)) =
            numbers.split_once(' ').and_then(|(x, y)| Some((x.parse::<i32>().ok()?, y.parse::<i32>().ok()?)))
        else {
            continue;
        };
        at = if absolute { (x, y) } else { (at.0 + x, at.1 + y) };
        found.push(at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_and_every_outline_a_country() {
        assert_eq!(countries(Language::Nl).len(), 249);
        assert_eq!(country(Language::Nl, "ES"), "Spanje");
        assert_eq!(country(Language::En, "DE"), "Germany");
        let names: BTreeSet<&str> = countries(Language::En).iter().map(|(code, _)| *code).collect();
        let unnamed: Vec<_> = OUTLINE.keys().filter(|code| !names.contains(*code)).collect();
        assert_eq!(unnamed, [&"XK"]);
    }

    #[test]
    fn the_map_shows_europe_and_grows_with_the_journeys() {
        assert_eq!(view(&BTreeSet::new()), "1344 96 432 304");
        let far = map(Language::Nl, &BTreeSet::from(["TH".to_owned(), "SG".to_owned()]));
        assert_eq!(far.missing, ["Singapore"]);
        assert!(far.view.starts_with("1344 96 ") && far.view != "1344 96 432 304", "{}", far.view);
        assert_eq!(far.shapes.iter().filter(|shape| shape.class == "land visited").count(), 1);
    }
}
