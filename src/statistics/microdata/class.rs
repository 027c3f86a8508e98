//! What a person could be known by, and how it is made coarser.

use std::fmt;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::history::{Arm, History};

/// What a person could be known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Class {
    /// The arm, which is never made coarser: without it there is nothing to compare.
    pub arm: Arm,
    /// Age at the index date.
    pub age: Age,
    /// Group of the index offence; nothing when unknown or not told.
    pub offence_group: Option<String>,
    /// The stratum of the assignment; nothing when not told.
    pub stratum: Option<String>,
    /// The team; nothing when there is none or it is not told.
    pub team: Option<String>,
    /// The unit that was assigned as a whole; nothing when there is none or it is not told.
    pub cluster: Option<String>,
}

/// An age as a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Age {
    /// Not known or not told.
    Untold,
    /// From a year on.
    Band {
        /// First year of age.
        from: u16,
        /// How many years.
        years: u16,
    },
}

impl fmt::Display for Age {
    /// First and last year, such as `40-44`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untold => f.write_str("untold"),
            Self::Band { from, years } => write!(f, "{from}-{}", from + years - 1),
        }
    }
}

impl Class {
    /// At the finest: ages in bands of five years. Nothing for somebody in no arm.
    pub fn of(history: &History) -> Option<Self> {
        let assignment = history.assignment.as_ref()?;
        let age = history.birth_year.map(|birth| assignment.index_on.year() - birth);
        Some(Self {
            arm: assignment.arm,
            age: age.and_then(|age| u16::try_from(age).ok()).map_or(Age::Untold, |age| band(age, 5)),
            offence_group: history.offence_group.clone(),
            stratum: Some(assignment.stratum.clone()),
            team: history.team.clone(),
            cluster: assignment.cluster.clone(),
        })
    }

    /// As coarse as that.
    #[must_use]
    pub fn at(&self, coarse: Coarse) -> Self {
        let told = |text: &Option<String>, told: bool| text.clone().filter(|_| told);
        Self {
            arm: self.arm,
            age: match (self.age, coarse.ages) {
                (Age::Untold, _) | (_, None) => Age::Untold,
                (Age::Band { from, .. }, Some(years)) => band(from, years),
            },
            offence_group: told(&self.offence_group, coarse.offence_group),
            stratum: told(&self.stratum, coarse.stratum),
            team: told(&self.team, coarse.team),
            cluster: told(&self.cluster, coarse.cluster),
        }
    }
}

fn band(age: u16, years: u16) -> Age {
    Age::Band { from: age / years * years, years }
}

/// How coarse the whole file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Coarse {
    /// Years in a band of ages; nothing when ages are not told.
    pub ages: Option<u16>,
    /// Whether the offence group is told.
    pub offence_group: bool,
    /// Whether the stratum is.
    pub stratum: bool,
    /// Whether the team is.
    pub team: bool,
    /// Whether the unit that was assigned as a whole is.
    pub cluster: bool,
}

impl Coarse {
    /// Every coarseness with what it costs the evaluation, the cheapest first. The analysis needs the stratum and the
    /// cluster most, then the offence, then ages, then the team.
    pub fn all() -> Vec<Self> {
        let ages = [Some(5), Some(10), Some(20), None];
        let mut all = Vec::new();
        for (age_cost, ages) in (0_u32..).zip(ages) {
            for told in 0..16_u32 {
                let [offence_group, stratum, team, cluster] = [1, 2, 4, 8].map(|bit| told & bit == 0);
                let costs = [(offence_group, 4), (stratum, 6), (team, 2), (cluster, 6)];
                let cost = age_cost + costs.iter().filter(|(told, _)| !told).map(|it| it.1).sum::<u32>();
                all.push((cost, Self { ages, offence_group, stratum, team, cluster }));
            }
        }
        all.sort_by_key(|(cost, _)| *cost);
        all.into_iter().map(|it| it.1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finest_comes_first_and_the_coarsest_last() {
        let all = Coarse::all();
        assert_eq!(all.len(), 64);
        let finest = Coarse { ages: Some(5), offence_group: true, stratum: true, team: true, cluster: true };
        let coarsest = Coarse { ages: None, offence_group: false, stratum: false, team: false, cluster: false };
        assert_eq!((all[0], all[63]), (finest, coarsest));
    }

    #[test]
    fn ages_are_put_into_wider_bands() {
        let text = |age| band(age, 5).to_string();
        assert_eq!([text(40), text(44), text(45)], ["40-44", "40-44", "45-49"]);
        let class =
            Class { arm: Arm::Both, age: band(44, 5), offence_group: None, stratum: None, team: None, cluster: None };
        let wider = |ages| {
            let coarse = Coarse { ages, offence_group: true, stratum: true, team: true, cluster: true };
            class.at(coarse).age.to_string()
        };
        assert_eq!(
            [wider(Some(5)), wider(Some(10)), wider(Some(20)), wider(None)],
            ["40-44", "40-49", "40-59", "untold"]
        );
    }
}
