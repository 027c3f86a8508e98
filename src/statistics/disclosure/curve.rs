//! A survival curve that may leave the house: at preset times only, with as many people at risk as the threshold, and
//! with as many new events since the last published step.

use serde::Serialize;

use super::super::kaplan_meier::survival;
use super::super::number::{defined, real};
use super::super::risk::moments;
use super::super::study::Row;
use super::Settings;

/// Days between two preset times.
pub const PRESET: f64 = 90.0;

/// The curve at a preset time. Between steps the survival and the events are withheld: that nobody, or few, had the
/// event since then would tell of those few.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// The time.
    pub time: f64,
    /// People at risk, rounded.
    pub at_risk: f64,
    /// Events so far, rounded.
    pub events: Option<f64>,
    /// Survival, to two decimals.
    pub survival: Option<f64>,
}

/// The curve of a group, every `preset` units of time, until fewer are at risk than the threshold. Where people enter
/// late it begins when enough are there, and only if nobody had the event before.
pub fn controlled(rows: &[Row], preset: f64, settings: Settings) -> Vec<Point> {
    if preset.is_nan() || preset <= 0.0 {
        return Vec::new();
    }
    let curve = survival(&moments(rows));
    let Some(last) = curve.last().map(|point| point.moment.time) else { return Vec::new() };
    let mut published = Vec::new();
    let (mut passed, mut events, mut events_published, mut chance) = (0, 0, 0, 1.0);
    let grid = (0..).map(|step: u32| f64::from(step) * preset);
    for time in grid.take_while(|time| *time <= last) {
        for point in curve[passed..].iter().take_while(|point| point.moment.time <= time) {
            events += point.moment.events;
            chance = point.survival;
            passed += 1;
        }
        let at_risk = rows.iter().filter(|row| row.at_risk(time)).count() as u64;
        if at_risk < settings.threshold() {
            if published.is_empty() && events == 0 {
                continue;
            }
            break;
        }
        let is_step = published.is_empty() && events == 0 || events - events_published >= settings.threshold();
        if is_step {
            events_published = events;
        }
        published.push(Point {
            time,
            at_risk: settings.round(real(at_risk)),
            events: is_step.then(|| settings.round(real(events))),
            survival: if is_step { defined((chance * 100.0).round() / 100.0) } else { None },
        });
    }
    published
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(entry: f64, time: f64, event: u32) -> Row {
        Row { entry, time, event, group: 0, stratum: 0, subject: 0 }
    }

    fn point(time: f64, at_risk: f64, step: Option<(f64, f64)>) -> Point {
        Point { time, at_risk, events: step.map(|it| it.0), survival: step.map(|it| it.1) }
    }

    #[test]
    fn a_step_is_published_when_enough_events_have_come_together() {
        // 100 people: 12 events before day 90, 4 before 180, 7 before 270; 72 leave on day 300, 5 stay.
        let at = |count, time, event| vec![person(f64::NEG_INFINITY, time, event); count];
        let rows = [at(12, 30.0, 1), at(4, 100.0, 1), at(7, 200.0, 1), at(72, 300.0, 0), at(5, 400.0, 0)].concat();
        let curve = controlled(&rows, PRESET, Settings::default());
        assert_eq!(
            curve,
            [
                point(0.0, 100.0, Some((0.0, 1.0))),
                point(90.0, 90.0, Some((10.0, 0.88))),
                point(180.0, 85.0, None),
                point(270.0, 75.0, Some((25.0, 0.77))),
            ]
        );
    }

    #[test]
    fn few_people_have_no_curve_and_late_ones_one_from_when_they_are_enough() {
        let few = vec![person(f64::NEG_INFINITY, 300.0, 1); 9];
        assert_eq!(controlled(&few, PRESET, Settings::default()), []);
        let late = vec![person(100.0, 300.0, 0); 20];
        let expected = [point(180.0, 20.0, Some((0.0, 1.0))), point(270.0, 20.0, None)];
        assert_eq!(controlled(&late, PRESET, Settings::default()), expected);
        let mut early_event = late;
        early_event.push(person(0.0, 50.0, 1));
        assert_eq!(controlled(&early_event, PRESET, Settings::default()), []);
    }
}
