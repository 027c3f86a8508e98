//! From the members of a document to a sound request. Goes on after a fault, so that all are reported together.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as NoSuchWord;

use super::cells::{Cell, Column};
use super::document::{Covariates, Document};
use super::{Analysis, Faults, Request};
use crate::cox::Covariate;
use crate::study::{Label, Row, Study, equate, join};

/// Checks everything; nothing when a fault keeps the request from being put together.
pub fn request(document: Document, faults: &mut Faults) -> Option<Request> {
    let analysis = analysis(document.analysis.as_ref(), faults);
    let ties = word("ties", document.ties.as_ref(), &["efron", "breslow"], faults).unwrap_or_default();
    let interval =
        word("interval", document.interval.as_ref(), &["log-log", "log", "plain"], faults).unwrap_or_default();
    let confidence = number("confidence", document.confidence.as_ref(), faults).unwrap_or(0.95);
    if !(confidence > 0.0 && confidence < 1.0) {
        faults.add("confidence", format!("must lie between 0 and 1, not {confidence}"));
    }
    let tau = number("tau", document.tau.as_ref(), faults);
    match (tau, &document.tau, analysis) {
        (Some(tau), _, _) if tau <= 0.0 => faults.add("tau", format!("must be above 0, not {tau}")),
        (None, None, Some(Analysis::Rmst)) => faults.add("tau", "is missing; rmst needs its horizon"),
        _ => {}
    }

    let mut columns = Columns { rows: None, faults };
    let time = columns.numbers("time", document.time, true);
    let event = columns.events(document.event);
    let entry = columns.numbers("entry", document.entry, false);
    let group = columns.labels("group", document.group);
    let strata = columns.labels("strata", document.strata);
    let id = columns.labels("id", document.id);
    let mut covariates = columns.covariates(document.covariates);
    let reference = reference(document.reference.as_ref(), group.as_ref(), faults);

    let (analysis, mut time, event) = (analysis?, time?, event?);
    let mut entry = entry.filter(|entry| entry.len() == time.len());
    check_order(&time, entry.as_deref(), faults);
    equate(time.iter_mut().chain(entry.iter_mut().flatten()));
    let columns = [&group, &strata, &id].map(|labels| labels.as_ref().map(|labels| labels.of_row.as_slice()));
    if faults.all.is_empty() {
        check_distinct(&time, entry.as_deref(), faults);
    }
    if !faults.all.is_empty() {
        return None;
    }
    let mut study = study(&time, entry.as_deref(), &event, columns, group.as_ref());
    study.strata = strata.map_or(1, |strata| strata.names.len());
    if id.is_some() {
        check_overlaps(&study.rows, faults);
    }
    match analysis {
        Analysis::Cox if covariates.is_empty() => covariates = contrasts(&study, reference),
        Analysis::Cox => {}
        Analysis::KaplanMeier | Analysis::LogRank | Analysis::AalenJohansen | Analysis::Rmst | Analysis::Rate => {
            join(&mut study.rows);
        }
    }
    needs(analysis, &study, &covariates, faults);
    Some(Request { analysis, study, covariates, ties, interval, tau, reference, confidence })
}

fn analysis(cell: Option<&Cell>, faults: &mut Faults) -> Option<Analysis> {
    const WORDS: [&str; 6] = ["kaplan-meier", "log-rank", "cox", "aalen-johansen", "rmst", "rate"];
    if cell.is_none() {
        faults.add("analysis", format!("is missing; one of {}", WORDS.join(", ")));
    }
    word("analysis", cell, &WORDS, faults)
}

/// One of the words; nothing when it is absent or, with a fault, another.
fn word<'de, T: Deserialize<'de>>(field: &str, cell: Option<&Cell>, words: &[&str], faults: &mut Faults) -> Option<T> {
    let cell = cell?;
    let known = match cell {
        Cell::Text(text) => {
            T::deserialize(text.clone().into_deserializer()).map_err(|_: NoSuchWord| format!("\"{text}\""))
        }
        Cell::Number(_) | Cell::Other(_) => Err(cell.kind().to_owned()),
    };
    known.map_err(|found| faults.add(field, format!("must be one of {}, not {found}", words.join(", ")))).ok()
}

fn number(field: &str, cell: Option<&Cell>, faults: &mut Faults) -> Option<f64> {
    match cell? {
        Cell::Number(number) if number.is_finite() => Some(*number),
        other => {
            faults.add(field, format!("must be a finite number, not {}", other.kind()));
            None
        }
    }
}

/// The labels of a column: the distinct ones in their order, and the position of each row's.
struct Labels {
    names: Vec<Label>,
    of_row: Vec<usize>,
}

/// Reads columns and holds them to one length.
struct Columns<'a> {
    /// How many rows `time` has; the first column read.
    rows: Option<usize>,
    faults: &'a mut Faults,
}

impl Columns<'_> {
    fn cells(&mut self, field: &str, column: Option<Column>, required: bool) -> Option<Vec<Cell>> {
        let cells = match column {
            None if required => {
                self.faults.add(field, "is missing");
                return None;
            }
            None => return None,
            Some(Column::NoList(cell)) => {
                self.faults.add(field, format!("must be a list, not {}", cell.kind()));
                return None;
            }
            Some(Column::Cells(cells)) => cells,
        };
        match self.rows {
            None if field == "time" && cells.is_empty() => self.faults.add(field, "has no elements"),
            None if field == "time" => self.rows = Some(cells.len()),
            Some(rows) if rows != cells.len() => {
                self.faults.add(field, format!("has {} elements, `time` has {rows}", cells.len()));
            }
            None | Some(_) => {}
        }
        Some(cells)
    }

    fn numbers(&mut self, field: &str, column: Option<Column>, required: bool) -> Option<Vec<f64>> {
        let cells = self.cells(field, column, required)?;
        let wrong = cells.iter().enumerate().filter_map(|(position, cell)| match cell {
            Cell::Number(number) if number.is_finite() => None,
            other => Some((position, format!("must be a finite number, not {}", other.kind()))),
        });
        self.faults.add_elements(field, wrong);
        Some(cells.iter().map(|cell| if let Cell::Number(number) = cell { *number } else { f64::NAN }).collect())
    }

    fn events(&mut self, column: Option<Column>) -> Option<Vec<u32>> {
        const WHOLE: &str = "must be 0 or the whole number of a cause";
        let cells = self.cells("event", column, true)?;
        let wrong = cells.iter().enumerate().filter_map(|(position, cell)| match cell {
            Cell::Number(number) if whole(*number).is_some() => None,
            Cell::Number(number) => Some((position, format!("{WHOLE}, not {number}"))),
            other => Some((position, format!("{WHOLE}, not {}", other.kind()))),
        });
        self.faults.add_elements("event", wrong);
        Some(
            cells
                .iter()
                .map(|cell| if let Cell::Number(number) = cell { whole(*number) } else { None }.unwrap_or(0))
                .collect(),
        )
    }

    fn labels(&mut self, field: &str, column: Option<Column>) -> Option<Labels> {
        let cells = self.cells(field, column, false)?;
        let wrong = cells.iter().enumerate().filter_map(|(position, cell)| match cell {
            Cell::Other(kind) => Some((position, format!("must be a number or text, not {kind}"))),
            Cell::Number(_) | Cell::Text(_) => None,
        });
        self.faults.add_elements(field, wrong);
        let mut positions: BTreeMap<Label, usize> = cells.iter().filter_map(label).map(|label| (label, 0)).collect();
        positions.values_mut().enumerate().for_each(|(position, value)| *value = position);
        let of_row = cells.iter().map(|cell| label(cell).and_then(|label| positions.get(&label).copied()).unwrap_or(0));
        Some(Labels { of_row: of_row.collect(), names: positions.into_keys().collect() })
    }

    fn covariates(&mut self, covariates: Option<Covariates>) -> Vec<Covariate> {
        let columns = match covariates {
            None => return Vec::new(),
            Some(Covariates::NoObject(cell)) => {
                self.faults.add("covariates", format!("must be an object of lists, not {}", cell.kind()));
                return Vec::new();
            }
            Some(Covariates::Columns(columns)) => columns,
        };
        let columns = columns.into_iter().filter_map(|(term, column)| {
            let values = self.numbers(&format!("covariates.{term}"), Some(column), true)?;
            Some(Covariate { term, values })
        });
        columns.collect()
    }
}

fn label(cell: &Cell) -> Option<Label> {
    match cell {
        Cell::Number(number) => Some(Label::Number(*number)),
        Cell::Text(text) => Some(Label::Text(text.clone())),
        Cell::Other(_) => None,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
fn whole(number: f64) -> Option<u32> {
    (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number)).then_some(number as u32)
}

fn reference(cell: Option<&Cell>, groups: Option<&Labels>, faults: &mut Faults) -> usize {
    let Some(cell) = cell else { return 0 };
    let Some(wanted) = label(cell) else {
        faults.add("reference", format!("must be a group, not {}", cell.kind()));
        return 0;
    };
    let position = groups.and_then(|groups| groups.names.binary_search(&wanted).ok());
    position.unwrap_or_else(|| {
        let wanted = if let Label::Text(text) = &wanted { format!("\"{text}\"") } else { wanted.to_string() };
        faults.add("reference", format!("{wanted} is no group of `group`"));
        0
    })
}

fn check_order(time: &[f64], entry: Option<&[f64]>, faults: &mut Faults) {
    match entry {
        None => {
            let negative = time.iter().enumerate().filter(|(_, time)| **time < 0.0);
            faults.add_elements(
                "time",
                negative.map(|(row, time)| (row, format!("must not be negative without `entry`, but is {time}"))),
            );
        }
        Some(entry) => {
            let wrong = entry.iter().zip(time).enumerate().filter(|(_, (entry, time))| entry >= time);
            faults.add_elements(
                "entry",
                wrong.map(|(row, (entry, time))| {
                    (row, format!("must be before `time`, but {entry} is not before {time}"))
                }),
            );
        }
    }
}

/// After close times were made equal, an interval may have nothing left.
fn check_distinct(time: &[f64], entry: Option<&[f64]>, faults: &mut Faults) {
    let wrong = entry.into_iter().flatten().zip(time).enumerate().filter(|(_, (entry, time))| entry >= time);
    faults
        .add_elements("entry", wrong.map(|(row, _)| (row, "differs from `time` by no more than rounding".to_owned())));
}

fn study(
    time: &[f64],
    entry: Option<&[f64]>,
    event: &[u32],
    columns: [Option<&[usize]>; 3],
    groups: Option<&Labels>,
) -> Study {
    let [group, strata, id] = columns;
    let position = |column: Option<&[usize]>, row: usize| column.map_or(0, |column| column[row]);
    let rows: Vec<Row> = (0..time.len())
        .map(|row| Row {
            entry: entry.map_or(f64::NEG_INFINITY, |entry| entry[row]),
            time: time[row],
            event: event[row],
            group: position(group, row),
            stratum: position(strata, row),
            subject: id.map_or(row, |id| id[row]),
        })
        .collect();
    let groups = groups.map_or_else(|| vec![None], |groups| groups.names.iter().cloned().map(Some).collect());
    let mut given = vec![0; groups.len()];
    rows.iter().for_each(|row| given[row.group] += 1);
    Study { rows, groups, given, strata: 1 }
}

fn check_overlaps(rows: &[Row], faults: &mut Faults) {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| rows[a].subject.cmp(&rows[b].subject).then(rows[a].time.total_cmp(&rows[b].time)));
    let mut wrong: Vec<(usize, String)> = order
        .windows(2)
        .filter(|pair| rows[pair[0]].subject == rows[pair[1]].subject && rows[pair[1]].entry < rows[pair[0]].time)
        .map(|pair| (pair[1], format!("overlaps with row {} of the same person", pair[0])))
        .collect();
    wrong.sort();
    faults.add_elements("id", wrong.into_iter());
}

/// A covariate for each group but the reference: whether the row is of that group. Named as R names them.
fn contrasts(study: &Study, reference: usize) -> Vec<Covariate> {
    let named = study.groups.iter().enumerate().filter(|(position, _)| *position != reference);
    named
        .filter_map(|(position, name)| {
            let values = study.rows.iter().map(|row| if row.group == position { 1.0 } else { 0.0 }).collect();
            Some(Covariate { term: format!("group{}", name.as_ref()?), values })
        })
        .collect()
}

fn needs(analysis: Analysis, study: &Study, covariates: &[Covariate], faults: &mut Faults) {
    match analysis {
        Analysis::LogRank if study.groups.len() < 2 => {
            faults.add("group", "must name at least two groups for log-rank");
        }
        Analysis::Cox if covariates.is_empty() => {
            faults.add("covariates", "is missing; cox needs covariates or at least two groups");
        }
        Analysis::KaplanMeier
        | Analysis::LogRank
        | Analysis::Cox
        | Analysis::AalenJohansen
        | Analysis::Rmst
        | Analysis::Rate => {}
    }
}
