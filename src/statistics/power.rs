//! How many events a comparison of two arms needs (Schoenfeld), to stand beside every comparison.

use serde::Serialize;

use super::distribution::{interval_width, normal_quantile};
use super::number::defined;

/// What a comparison is asked to be able to see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aim {
    /// Chance of a false alarm, both sides together; between 0 and 1.
    pub significance: f64,
    /// Chance to see the effect; between 0 and 1.
    pub power: f64,
    /// Share of the people in the first arm; between 0 and 1.
    pub share: f64,
}

impl Default for Aim {
    /// Five percent on both sides, eighty percent power, two equal arms.
    fn default() -> Self {
        Self { significance: 0.05, power: 0.8, share: 0.5 }
    }
}

/// Events needed for one hazard ratio, beside those seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Needed {
    /// The hazard ratio to be seen.
    pub hazard_ratio: f64,
    /// Events of both arms together, rounded up.
    pub events: u64,
    /// Whether as many were seen.
    pub reached: bool,
}

/// Events of both arms together needed to see a hazard ratio; nothing when that is 1 or an argument is out of range.
pub fn events_needed(hazard_ratio: f64, aim: Aim) -> Option<u64> {
    events(hazard_ratio, aim).and_then(rounded_up)
}

/// People of both arms together needed for those events, when each is followed for as long as it takes that the share
/// `base` of the arm compared with has the event; nothing when that share is not between 0 and 1.
pub fn people_needed(hazard_ratio: f64, base: f64, aim: Aim) -> Option<u64> {
    if !is_share(base) {
        return None;
    }
    let other = 1.0 - (1.0 - base).powf(hazard_ratio);
    let chance = aim.share * other + (1.0 - aim.share) * base;
    events(hazard_ratio, aim).and_then(|events| rounded_up(events / chance))
}

fn events(hazard_ratio: f64, aim: Aim) -> Option<f64> {
    if !(hazard_ratio > 0.0 && is_share(aim.significance) && is_share(aim.power) && is_share(aim.share)) {
        return None;
    }
    let width = interval_width(1.0 - aim.significance) + normal_quantile(aim.power);
    defined((width / hazard_ratio.ln()).powi(2) / (aim.share * (1.0 - aim.share)))
}

fn is_share(value: f64) -> bool {
    value > 0.0 && value < 1.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a count")]
fn rounded_up(count: f64) -> Option<u64> {
    (0.0..9e15).contains(&count).then(|| count.ceil() as u64)
}

/// The hazard ratios that are reported beside every comparison.
const REPORTED: [f64; 5] = [0.5, 0.6, 0.7, 0.8, 0.9];

/// Events needed for hazard ratios from 0.5 to 0.9, beside those seen.
pub fn beside(seen: u64, aim: Aim) -> Vec<Needed> {
    let needed = REPORTED.iter().filter_map(|&hazard_ratio| Some((hazard_ratio, events_needed(hazard_ratio, aim)?)));
    needed.map(|(hazard_ratio, events)| Needed { hazard_ratio, events, reached: seen >= events }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_needed_are_those_of_schoenfeld() {
        let needed = REPORTED.map(|hazard_ratio| events_needed(hazard_ratio, Aim::default()).unwrap());
        assert_eq!(needed, [66, 121, 247, 631, 2829]);
        // A ratio and its inverse need the same; unequal arms need more.
        assert_eq!(events_needed(2.0, Aim::default()), Some(66));
        assert_eq!(events_needed(0.5, Aim { share: 0.25, ..Aim::default() }), Some(88));
        assert_eq!(events_needed(1.0, Aim::default()), None);
        assert_eq!(events_needed(0.5, Aim { power: 1.0, ..Aim::default() }), None);
    }

    #[test]
    fn a_pilot_of_hundreds_cannot_answer_what_is_rare() {
        // Hazard ratios 0.5, 0.7 and 0.8 when 9 %, 41 % and 60 % have the event; rounded up, as a part of a person is one.
        let people = [0.5, 0.7, 0.8]
            .map(|ratio| [0.09, 0.41, 0.6].map(|base| people_needed(ratio, base, Aim::default()).unwrap()));
        assert_eq!(people, [[961, 204, 136], [3208, 687, 460], [7753, 1672, 1127]]);
        assert_eq!(people_needed(0.5, 0.0, Aim::default()), None);
        let beside = beside(130, Aim::default());
        assert_eq!(beside.iter().map(|it| it.reached).collect::<Vec<_>>(), [true, true, false, false, false]);
    }
}
