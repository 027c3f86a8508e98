//! A table made safe: cells are withheld until no attack on a protected one succeeds; the rest is rounded.
//!
//! The answer depends on the table, the settings and the earlier releases alone, so the same request gets the same
//! answer.

use super::super::number::real;
use super::attack::{End, Interval, Knowledge, Shown, Side, Target, agrees, end, interval, to_withhold, value};
use super::primary::{Need, need, need_of_people, statuses};
use super::table::{Kind, Table};
use super::{Settings, Status};

/// A table as it left the house, for the record: the outside sees [`Release::published`] only.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    table: Table,
    settings: Settings,
    statuses: Vec<Status>,
}

/// Why a table cannot leave the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Even with everything withheld that could help, something can be worked out.
    #[error("cell {cell} can be worked out whatever else is withheld")]
    Unprotected {
        /// The position of the cell.
        cell: usize,
    },
    /// An earlier release has other rows, columns or contents: it cannot be compared cell by cell.
    #[error("an earlier release of the table has another shape")]
    OtherShape,
}

/// A cell as it is published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    /// Free or confidential, nothing else.
    pub status: Status,
    /// The rounded number; none when it is withheld.
    pub value: Option<f64>,
}

impl Release {
    /// The cells as the outside sees them, row by row.
    pub fn published(&self) -> Vec<Published> {
        let cells = self.table.cells().iter().zip(&self.statuses);
        cells
            .map(|(cell, status)| Published {
                status: status.published(),
                value: (*status == Status::Free).then(|| self.settings.round(cell.value)),
            })
            .collect()
    }

    pub(super) const fn from_record(table: Table, settings: Settings, statuses: Vec<Status>) -> Self {
        Self { table, settings, statuses }
    }

    /// The limits that were kept.
    pub const fn settings(&self) -> Settings {
        self.settings
    }

    /// Why each cell is published or not; for the record, never outside.
    pub fn statuses(&self) -> &[Status] {
        &self.statuses
    }

    /// The table behind it; for the record, never outside.
    pub const fn table(&self) -> &Table {
        &self.table
    }

    /// What an outsider can say of each protected cell, from this release alone; solved for anew, for the record.
    /// A cell is missing when the solver fails on it.
    pub fn intervals(&self) -> Vec<(usize, Interval)> {
        let shown = shown(&self.statuses);
        let now = Shown { table: &self.table, cells: &shown };
        let knowledge = Knowledge { now, before: None, only_grows: false, settings: self.settings };
        let cells = protected(&self.statuses).into_iter();
        cells.filter_map(|cell| Some((cell, interval(knowledge, Target::Cell(cell))?))).collect()
    }
}

/// What a table is and what is done with it.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The limits.
    pub settings: Settings,
    /// Whether nobody ever leaves a cell, as with people ever registered; the outsider then knows that too.
    pub only_grows: bool,
    /// Every earlier release of the same table.
    pub earlier: &'a [Release],
}

/// Makes a table safe, alone and together with each earlier release of it.
///
/// # Errors
/// [`Refusal`] when no choice of withheld cells makes it safe.
pub fn protect(table: Table, order: Order<'_>) -> Result<Release, Refusal> {
    if order.earlier.iter().any(|earlier| !earlier.table.has_shape_of(&table)) {
        return Err(Refusal::OtherShape);
    }
    let totals = totals_withheld(&table, order)?;
    let mut work = Work::new(&table, order, &totals);
    work.withhold_until_safe()?;
    work.show_what_need_not_be_withheld();
    let statuses = work.statuses;
    Ok(Release { table, settings: order.settings, statuses })
}

/// Of a table whose column of totals stands in other tables too, the cells of that column that are withheld: those that
/// are when the column stands alone, so that it says the same in each table. Each table then keeps them from being
/// worked out, as it does what is unsafe by itself.
fn totals_withheld(table: &Table, order: Order<'_>) -> Result<Vec<usize>, Refusal> {
    let Some(column) = table.shared_column() else { return Ok(Vec::new()) };
    let alone = |release: &Release| {
        let width = release.table.columns().len();
        let statuses = release.statuses.iter().step_by(width).copied().collect();
        release.table.shared_column().map(|table| Release { table, settings: release.settings, statuses })
    };
    let earlier: Option<Vec<Release>> = order.earlier.iter().map(alone).collect();
    let earlier = earlier.ok_or(Refusal::OtherShape)?;
    let width = table.columns().len();
    let alone = protect(column, Order { earlier: &earlier, ..order }).map_err(|refusal| match refusal {
        Refusal::Unprotected { cell } => Refusal::Unprotected { cell: cell * width },
        Refusal::OtherShape => Refusal::OtherShape,
    })?;
    let withheld = alone.statuses.iter().enumerate().filter(|(_, status)| **status != Status::Free);
    Ok(withheld.map(|(row, _)| row * width).collect())
}

/// Something that must not be worked out.
#[derive(Debug, Clone, Copy)]
struct Secret {
    target: Target,
    cell: usize,
    /// What it is.
    value: f64,
    need: Need,
    /// The position of the earlier release that the outsider has too.
    earlier: Option<usize>,
}

/// A table, with an earlier one where it is of two, that agrees with all that is published: proof that what it holds
/// cannot be ruled out, without solving again.
#[derive(Debug, Clone)]
struct Witness {
    earlier: Option<usize>,
    unknowns: Vec<f64>,
}

struct Work<'a> {
    table: &'a Table,
    order: Order<'a>,
    statuses: Vec<Status>,
    secrets: Vec<Secret>,
    witnesses: Vec<Witness>,
    /// Which cells of each earlier release were published.
    shown_before: Vec<Vec<bool>>,
}

impl<'a> Work<'a> {
    fn new(table: &'a Table, order: Order<'a>, totals: &[usize]) -> Self {
        let mut statuses = statuses(table, order.settings);
        for &cell in totals {
            if statuses[cell] == Status::Free {
                statuses[cell] = Status::Confidential;
            }
        }
        let shown_before = order.earlier.iter().map(|earlier| shown(&earlier.statuses)).collect();
        let mut work = Self { table, order, statuses, secrets: Vec::new(), witnesses: Vec::new(), shown_before };
        // Who has an earlier release that tells of this one knows more than who has this one alone.
        if !order.only_grows || order.earlier.is_empty() {
            for cell in protected(&work.statuses) {
                work.keep(Target::Cell(cell), cell, table, None);
            }
        }
        for (number, earlier) in order.earlier.iter().enumerate() {
            work.keep_changes(number, earlier);
            if order.only_grows {
                for cell in protected(&work.statuses) {
                    work.keep(Target::Cell(cell), cell, table, Some(number));
                }
                for cell in protected(&earlier.statuses) {
                    work.keep(Target::Earlier(cell), cell, &earlier.table, Some(number));
                }
            }
        }
        work
    }

    fn keep(&mut self, target: Target, cell: usize, of: &Table, earlier: Option<usize>) {
        let held = of.cells()[cell];
        let need = need(held, of.kind(), self.order.settings);
        self.secrets.push(Secret { target, cell, value: held.value, need, earlier });
    }

    /// Withholds every cell that changed by few people since it was published, and keeps the change a secret.
    fn keep_changes(&mut self, number: usize, earlier: &Release) {
        if self.table.kind() != Kind::Counts {
            return;
        }
        for (cell, (now, before)) in self.table.cells().iter().zip(earlier.table.cells()).enumerate() {
            let change = now.people.abs_diff(before.people);
            if change == 0 || change >= self.order.settings.threshold() || earlier.statuses[cell] != Status::Free {
                continue;
            }
            if self.statuses[cell] == Status::Free {
                self.statuses[cell] = Status::SmallChange;
            }
            let target = if now.people > before.people { Target::Gain(cell) } else { Target::Loss(cell) };
            let need = need_of_people(self.order.settings);
            self.secrets.push(Secret { target, cell, value: real(change), need, earlier: Some(number) });
        }
    }

    fn withhold_until_safe(&mut self) -> Result<(), Refusal> {
        loop {
            let mut safe = true;
            for secret in self.secrets.clone() {
                while !self.is_kept(&secret) {
                    safe = false;
                    self.withhold_for(&secret)?;
                }
            }
            // What was withheld for one secret helps the others, never harms them; one more pass confirms it.
            if safe {
                return Ok(());
            }
        }
    }

    /// Whether the outsider is left in doubt. Witnesses answer first; the solver finds further ones.
    fn is_kept(&mut self, secret: &Secret) -> bool {
        let mut known = self.witnessed(secret);
        for side in [Side::Most, Side::Least] {
            if known.meets(secret.need) {
                return true;
            }
            match end(self.knowledge(&shown(&self.statuses), secret.earlier), secret.target, side) {
                End::At(value, unknowns) => {
                    known.include(value);
                    self.witnesses.push(Witness { earlier: secret.earlier, unknowns });
                }
                End::Open => known.include(if side == Side::Most { f64::INFINITY } else { f64::NEG_INFINITY }),
                End::Unknown => return false,
            }
        }
        known.meets(secret.need)
    }

    fn witnessed(&self, secret: &Secret) -> Interval {
        let mut known = Interval { least: secret.value, most: secret.value };
        let shown = shown(&self.statuses);
        let knowledge = self.knowledge(&shown, secret.earlier);
        for witness in self.witnesses.iter().filter(|witness| witness.earlier == secret.earlier) {
            known.include(value(knowledge, secret.target, &witness.unknowns));
        }
        known
    }

    fn knowledge<'b>(&'b self, shown: &'b [bool], earlier: Option<usize>) -> Knowledge<'b> {
        let before = earlier.and_then(|number| {
            let cells = self.shown_before.get(number)?;
            Some(Shown { table: &self.order.earlier.get(number)?.table, cells })
        });
        Knowledge {
            now: Shown { table: self.table, cells: shown },
            before,
            only_grows: self.order.only_grows && before.is_some(),
            settings: self.order.settings,
        }
    }

    fn withhold_for(&mut self, secret: &Secret) -> Result<(), Refusal> {
        let shown = shown(&self.statuses);
        let possible = secret.need.reach.max(secret.value + secret.need.width);
        let further = to_withhold(self.knowledge(&shown, secret.earlier), secret.target, possible);
        let mut further = further.unwrap_or_default();
        if further.is_empty() {
            further.extend(self.cheapest_over(secret.cell, &shown));
        }
        if further.is_empty() {
            return Err(Refusal::Unprotected { cell: secret.cell });
        }
        further.into_iter().for_each(|cell| self.statuses[cell] = Status::Secondary);
        Ok(())
    }

    /// The published cell that tells most directly of a withheld one, with the least loss.
    fn cheapest_over(&self, cell: usize, shown: &[bool]) -> Option<usize> {
        let parts = self.table.parts(cell);
        let tells = |other: usize| self.table.parts(other).iter().any(|part| parts.contains(part));
        let told =
            |&other: &usize| shown[other] && !self.table.cells()[other].impossible && !self.table.is_fixed(other);
        let weight = |cell: usize| self.table.weight(cell);
        let by_weight = |a: &usize, b: &usize| weight(*a).total_cmp(&weight(*b)).then(a.cmp(b));
        let all = || (0..shown.len()).filter(told);
        all().filter(|&other| tells(other)).min_by(by_weight).or_else(|| all().min_by(by_weight))
    }

    /// Publishes again, the most valuable first, what was withheld for others and turned out not to be needed.
    fn show_what_need_not_be_withheld(&mut self) {
        let mut secondary: Vec<usize> =
            (0..self.statuses.len()).filter(|&cell| self.statuses[cell] == Status::Secondary).collect();
        secondary.sort_by(|&a, &b| self.table.weight(b).total_cmp(&self.table.weight(a)).then(a.cmp(&b)));
        for cell in secondary {
            let before = self.witnesses.clone();
            self.statuses[cell] = Status::Free;
            self.dismiss_witnesses_against(cell);
            if !self.secrets.clone().iter().all(|secret| self.is_kept(secret)) {
                self.statuses[cell] = Status::Secondary;
                self.witnesses = before;
            }
        }
    }

    fn dismiss_witnesses_against(&mut self, cell: usize) {
        let shown = shown(&self.statuses);
        let witnesses = std::mem::take(&mut self.witnesses);
        let agreeing = witnesses
            .into_iter()
            .filter(|witness| agrees(self.knowledge(&shown, witness.earlier), cell, &witness.unknowns))
            .collect();
        self.witnesses = agreeing;
    }
}

fn shown(statuses: &[Status]) -> Vec<bool> {
    statuses.iter().map(|status| *status == Status::Free).collect()
}

fn protected(statuses: &[Status]) -> Vec<usize> {
    (0..statuses.len()).filter(|&cell| statuses[cell].is_protected()).collect()
}
