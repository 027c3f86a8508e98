//! Plots, drawn by the server: curves with the numbers at risk below them, bars, and intervals of ratios. The numbers
//! stand in the table beside each. Lines differ by their dashes, not by colour alone.

use super::shown::said;
use crate::evaluation::releases::figures::FigureSet;
use crate::texts::Texts;

/// A plot.
pub struct Plot {
    /// The part of the plane that is drawn.
    pub view: String,
    /// Lines.
    pub lines: Vec<Line>,
    /// Texts.
    pub labels: Vec<Label>,
    /// Bars.
    pub bars: Vec<Rectangle>,
}

/// A line.
pub struct Line {
    /// Its points.
    pub points: String,
    /// Its dashes; empty for a line without.
    pub dashes: &'static str,
}

/// A text.
#[allow(missing_docs, reason = "where it stands, where it begins, and what it says")]
pub struct Label {
    pub x: f64,
    pub y: f64,
    pub anchor: &'static str,
    pub text: String,
}

/// A bar.
#[allow(missing_docs, reason = "where it is")]
pub struct Rectangle {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

const DASHES: [&str; 4] = ["", "8 4", "2 4", "12 4 2 4"];
const LEFT: f64 = 300.0;
const WIDE: f64 = 400.0;
const HIGH: f64 = 240.0;
const TOP: f64 = 16.0;
const STEP: f64 = 24.0;
/// Plots with more bars than this say less than their table.
const MOST_BARS: usize = 16;

/// Whether it is a survival curve.
pub fn is_curve(set: &FigureSet) -> bool {
    set.id.starts_with("survival-")
}

/// The plot of a set; nothing for a set that is read better as a table.
pub fn of(set: &FigureSet, t: &Texts) -> Option<Plot> {
    if is_curve(set) {
        curves(set, t)
    } else if set.id.starts_with("effects-") {
        forest(set, t)
    } else if set.id.starts_with("rates-and-intensity-") {
        bars(set, "estimate", t)
    } else {
        bars(set, "number", t)
    }
}

fn column(set: &FigureSet, name: &str) -> Option<usize> {
    set.columns.iter().position(|column| column.name == name)
}

fn number(row: &[String], at: usize) -> Option<f64> {
    row.get(at)?.parse().ok()
}

/// Kaplan-Meier curves, a step at each preset time, with the people at risk of each arm below the axis.
fn curves(set: &FigureSet, t: &Texts) -> Option<Plot> {
    let (arm, time, at_risk, survival) =
        (0, column(set, "time_days")?, column(set, "at_risk")?, column(set, "survival")?);
    let last = set.rows.iter().filter_map(|row| number(row, time)).fold(0.0, f64::max);
    if last <= 0.0 {
        return None;
    }
    let x = |days: f64| LEFT + days / last * WIDE;
    let y = |share: f64| TOP + (1.0 - share) * HIGH;
    let mut arms: Vec<&str> = set.rows.iter().filter_map(|row| row.get(arm).map(String::as_str)).collect();
    arms.dedup();
    let bottom = TOP + HIGH;
    let axis = format!("{LEFT},{TOP} {LEFT},{bottom} {},{bottom}", LEFT + WIDE);
    let mut plot = Plot {
        view: format!("0 0 {} {}", LEFT + WIDE + 40.0, bottom + 40.0 + STEP * real(arms.len())),
        lines: vec![Line { points: axis, dashes: "" }],
        labels: vec![label(LEFT - 8.0, TOP + 5.0, "end", "1"), label(LEFT - 8.0, bottom, "end", "0")],
        bars: Vec::new(),
    };
    for (at, name) in arms.iter().enumerate() {
        let rows = set.rows.iter().filter(|row| row.get(arm).is_some_and(|it| it == name));
        let below = bottom + 40.0 + STEP * real(at);
        let dashes = DASHES.get(at % DASHES.len()).copied().unwrap_or_default();
        plot.labels.push(label(LEFT - 40.0, below, "end", &said(set, arm, name, t)));
        let sample = format!("{},{} {},{}", LEFT - 36.0, below - 5.0, LEFT - 12.0, below - 5.0);
        plot.lines.push(Line { points: sample, dashes });
        let (mut points, mut level) = (Vec::new(), 1.0);
        for row in rows {
            let Some(days) = number(row, time) else { continue };
            if at == 0 {
                plot.labels.push(label(x(days), bottom + 16.0, "middle", &row[time]));
            }
            if let Some(people) = row.get(at_risk) {
                plot.labels.push(label(x(days), below, "middle", people));
            }
            points.push(format!("{:.1},{:.1}", x(days), y(level)));
            // A share that is withheld goes on as it was: no step is shown before enough events came together.
            level = number(row, survival).unwrap_or(level);
            points.push(format!("{:.1},{:.1}", x(days), y(level)));
        }
        plot.lines.push(Line { points: points.join(" "), dashes });
    }
    Some(plot)
}

/// Ratios with their intervals, on a scale of factors; the line at one is no difference.
fn forest(set: &FigureSet, t: &Texts) -> Option<Plot> {
    let (estimate, lower, upper) = (column(set, "estimate")?, column(set, "lower")?, column(set, "upper")?);
    let ratio = |row: &&Vec<String>| {
        row.first().is_some_and(|measure| measure.ends_with("ratio"))
            && [estimate, lower, upper].into_iter().all(|at| number(row, at).is_some_and(|it| it > 0.0))
    };
    let rows: Vec<&Vec<String>> = set.rows.iter().filter(ratio).take(MOST_BARS).collect();
    if rows.is_empty() {
        return None;
    }
    // From a tenth to ten times.
    let x = |factor: f64| LEFT + WIDE * (factor.clamp(0.1, 10.0).log10() + 1.0) / 2.0;
    let bottom = TOP + STEP * real(rows.len());
    let one = format!("{},{TOP} {},{bottom}", x(1.0), x(1.0));
    let mut plot = started(rows.len());
    plot.lines.push(Line { points: one, dashes: "2 4" });
    for (factor, text) in [(0.1, "0.1"), (1.0, "1"), (10.0, "10")] {
        plot.labels.push(label(x(factor), bottom + 16.0, "middle", text));
    }
    for (at, row) in rows.iter().enumerate() {
        let middle = TOP + STEP * real(at) + STEP / 2.0;
        plot.labels.push(label(LEFT - 8.0, middle + 5.0, "end", &row_name(set, row, t)));
        if let (Some(low), Some(high)) = (number(row, lower), number(row, upper)) {
            plot.lines.push(Line { points: format!("{:.1},{middle} {:.1},{middle}", x(low), x(high)), dashes: "" });
        }
        if let Some(value) = number(row, estimate) {
            plot.bars.push(Rectangle { x: x(value) - 4.0, y: middle - 4.0, width: 8.0, height: 8.0 });
        }
    }
    Some(plot)
}

/// Bars of what is published; what is withheld has none.
fn bars(set: &FigureSet, measure: &str, t: &Texts) -> Option<Plot> {
    let value = column(set, measure)?;
    let rows: Vec<(&Vec<String>, f64)> = set.rows.iter().filter_map(|row| Some((row, number(row, value)?))).collect();
    if rows.is_empty() || rows.len() > MOST_BARS {
        return None;
    }
    let most = rows.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let mut plot = started(rows.len());
    for (at, (row, value)) in rows.iter().enumerate() {
        let top = TOP + STEP * real(at);
        let width = value / most * (WIDE - 60.0);
        plot.labels.push(label(LEFT - 8.0, top + 15.0, "end", &row_name(set, row, t)));
        plot.bars.push(Rectangle { x: LEFT, y: top + 2.0, width, height: STEP - 6.0 });
        plot.labels.push(label(LEFT + width + 8.0, top + 15.0, "start", &value.to_string()));
    }
    Some(plot)
}

fn started(rows: usize) -> Plot {
    let bottom = TOP + STEP * real(rows);
    Plot {
        view: format!("0 0 {} {}", LEFT + WIDE + 40.0, bottom + 28.0),
        lines: vec![Line { points: format!("{LEFT},{TOP} {LEFT},{bottom}"), dashes: "" }],
        labels: Vec::new(),
        bars: Vec::new(),
    }
}

/// What a row is about: its codes, but for what does not apply.
fn row_name(set: &FigureSet, row: &[String], t: &Texts) -> String {
    let keys = set.columns.iter().enumerate().filter(|(_, column)| column.role == "key");
    let codes = keys.filter_map(|(at, _)| row.get(at).map(|code| (at, code)));
    let told = codes.filter(|(_, code)| *code != "not_applicable" && *code != "total");
    let names: Vec<String> = told.map(|(at, code)| said(set, at, code, t)).collect();
    if names.is_empty() { t.say("evaluation.total").to_owned() } else { names.join(", ") }
}

fn label(x: f64, y: f64, anchor: &'static str, text: &str) -> Label {
    Label { x, y, anchor, text: text.to_owned() }
}

fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::releases::figures::{FigureColumn, InBoth};
    use crate::texts::texts;
    use crate::vocabulary::Language;

    fn both(text: &str) -> InBoth {
        InBoth { nl: text.to_owned(), en: text.to_owned() }
    }

    fn effects(rows: &[[&str; 5]]) -> FigureSet {
        let column = |name: &str| FigureColumn {
            name: name.to_owned(),
            label: both(name),
            role: if ["measure", "compared"].contains(&name) { "key" } else { "measure" }.to_owned(),
            codes: Vec::new(),
        };
        FigureSet {
            id: "effects-2026-q3".to_owned(),
            title: both("effects"),
            definition: both("effects"),
            population: both("everybody"),
            columns: ["measure", "compared", "estimate", "lower", "upper"].map(column).to_vec(),
            rows: rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect(),
        }
    }

    /// The first and the last place along the axis of a line.
    fn ends(line: &Line) -> (f64, f64) {
        let places: Vec<f64> =
            line.points.split(' ').map(|point| point.split(',').next().unwrap().parse().unwrap()).collect();
        (places[0], places[places.len() - 1])
    }

    #[test]
    fn ratios_are_drawn_with_their_intervals_about_the_line_of_no_difference() {
        let set = effects(&[
            ["hazard_ratio", "matched", "0.5", "0.25", "1.0"],
            ["rate_ratio", "matched", "2", "1", "40"],
            ["rate_ratio", "small", "", "", ""],
            ["events_seen", "matched", "31", "1", "40"],
        ]);
        let plot = of(&set, texts(Language::En)).expect("two rows can be drawn");
        let one = LEFT + WIDE / 2.0;
        let (axis, line_of_one, [first, second]) = match &plot.lines[..] {
            [axis, one, first, second] => (axis, one, [first, second]),
            other => panic!("{} lines", other.len()),
        };
        assert!((ends(axis).0 - LEFT).abs() < 0.1 && !line_of_one.dashes.is_empty());
        assert!((ends(line_of_one).0 - one).abs() < 0.1 && (ends(line_of_one).1 - one).abs() < 0.1);
        assert!(ends(first).0 < one && (ends(first).1 - one).abs() < 0.1, "a quarter to one: {}", first.points);
        assert!((ends(second).0 - one).abs() < 0.1, "from one: {}", second.points);
        assert!(
            (ends(second).1 - (LEFT + WIDE)).abs() < 0.1,
            "what lies beyond ten ends at the edge: {}",
            second.points
        );
        let middles: Vec<f64> = plot.bars.iter().map(|bar| bar.x + bar.width / 2.0).collect();
        assert_eq!(middles.len(), 2);
        // Half and double lie equally far from one.
        assert!((one - middles[0] - (middles[1] - one)).abs() < 0.1 && middles[0] < one, "{middles:?}");
        let said: Vec<&str> = plot.labels.iter().map(|label| label.text.as_str()).collect();
        assert!(["0.1", "1", "10"].iter().all(|factor| said.contains(factor)), "{said:?}");
        assert!(!said.iter().any(|text| text.contains("small") || text.contains("events_seen")), "{said:?}");
    }

    #[test]
    fn where_every_ratio_is_withheld_there_is_no_plot() {
        assert!(of(&effects(&[["hazard_ratio", "matched", "", "", ""]]), texts(Language::Nl)).is_none());
    }
}
