//! What an outsider can work out: the smallest and the largest value that something withheld can have, given all
//! that is published, by linear and whole-number programming.
//!
//! The unknowns are the cells without parts; every other cell is a sum of them, and every published one lies within
//! the rounding of its number. Of two releases of a table, the outsider may use both.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome, Variable};

use super::super::number::real;
use super::Settings;
use super::primary::Need;
use super::table::{Kind, Table};

/// A table and which of its cells are published.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The table.
    pub table: &'a Table,
    /// Whether each cell is published.
    pub cells: &'a [bool],
}

/// All that an outsider can use.
#[derive(Debug, Clone, Copy)]
pub struct Knowledge<'a> {
    /// The table in question.
    pub now: Shown<'a>,
    /// An earlier release of the same table.
    pub before: Option<Shown<'a>>,
    /// Whether nobody who was in a cell then can have left it, as with people ever registered.
    pub only_grows: bool,
    /// The rules, which are public.
    pub settings: Settings,
}

/// Something an outsider would like to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A cell of the table in question.
    Cell(usize),
    /// What a cell gained since the earlier release.
    Gain(usize),
    /// What it lost.
    Loss(usize),
    /// A cell of the earlier release.
    Earlier(usize),
}

/// What an outsider can say of a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Smallest value it can have.
    pub least: f64,
    /// Largest; infinite when nothing limits it.
    pub most: f64,
}

impl Interval {
    /// Widens it to hold a value.
    pub fn include(&mut self, value: f64) {
        self.least = self.least.min(value);
        self.most = self.most.max(value);
    }

    /// Whether it leaves the outsider as much in doubt as is needed.
    pub fn meets(self, need: Need) -> bool {
        self.most >= need.reach - TOLERANCE && self.most - self.least >= need.width - TOLERANCE
    }
}

/// Terms of a sum over the unknowns: their positions, those of the earlier release after those of the later, and
/// factors.
type Terms = Vec<(usize, f64)>;

/// An end of the interval an outsider can derive.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// The value, and values of the unknowns that agree with all that is published and give it.
    At(f64, Vec<f64>),
    /// Nothing limits it.
    Open,
    /// The solver failed, which must count as an attack that succeeds.
    Unknown,
}

/// Which end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The smallest value.
    Least,
    /// The largest.
    Most,
}

/// One end of the interval an outsider can derive.
pub fn end(knowledge: Knowledge<'_>, target: Target, side: Side) -> End {
    let direction = match side {
        Side::Least => OptimizationDirection::Minimize,
        Side::Most => OptimizationDirection::Maximize,
    };
    let mut system = System::new(knowledge, direction, &terms(knowledge, target), Unknowns::AsTheyAre);
    knowledge.facts().for_each(|fact| system.hold(&fact));
    match system.problem.solve() {
        Ok(SolveOutcome::Solution(solution)) => {
            let values = system.unknowns.iter().map(|&unknown| solution.var_value(unknown)).collect();
            End::At(solution.objective(), values)
        }
        Err(microlp::Error::Unbounded) => End::Open,
        Ok(SolveOutcome::Interrupted(_)) | Err(_) => End::Unknown,
    }
}

/// The interval an outsider can derive; nothing when the solver fails, which must count as an attack that succeeds.
pub fn interval(knowledge: Knowledge<'_>, target: Target) -> Option<Interval> {
    let value = |side, open| match end(knowledge, target, side) {
        End::At(value, _) => Some(value),
        End::Open => Some(open),
        End::Unknown => None,
    };
    Some(Interval { least: value(Side::Least, f64::NEG_INFINITY)?, most: value(Side::Most, f64::INFINITY)? })
}

/// The value of a target when the unknowns have these.
pub fn value(knowledge: Knowledge<'_>, target: Target, unknowns: &[f64]) -> f64 {
    terms(knowledge, target).iter().map(|(position, factor)| factor * unknowns[*position]).sum()
}

/// Whether values of the unknowns agree with what a cell of the table in question would say.
pub fn agrees(knowledge: Knowledge<'_>, cell: usize, unknowns: &[f64]) -> bool {
    let (least, most) = possible(knowledge.now.table, cell, knowledge.settings);
    let value = value(knowledge, Target::Cell(cell), unknowns);
    value >= least - TOLERANCE && value <= most + TOLERANCE
}

/// The solver answers within a tolerance of 1e-7.
const TOLERANCE: f64 = 1e-6;

/// Which further cells of the table to withhold so that the target could have a value: those that would have to be
/// other than published, chosen so that little is lost. Nothing when no choice of cells allows it.
pub fn to_withhold(knowledge: Knowledge<'_>, target: Target, value: f64) -> Option<Vec<usize>> {
    // Only a suggestion, which is put to the attack again: whole numbers would make it slow and not better.
    let mut system = System::new(knowledge, OptimizationDirection::Minimize, &[], Unknowns::Fractions);
    let mut stretched = Vec::new();
    for fact in knowledge.facts() {
        match fact.cell.filter(|cell| !knowledge.now.table.is_fixed(*cell)) {
            Some(cell) => stretched.push((cell, system.stretch(&fact, knowledge.now.table.weight(cell)))),
            None => system.hold(&fact),
        }
    }
    let terms = system.expression(&terms(knowledge, target));
    system.problem.add_constraint(terms, ComparisonOp::Ge, value);
    let SolveOutcome::Solution(solution) = system.problem.solve().ok()? else { return None };
    let moved = |stretch: [Variable; 2]| stretch.iter().any(|&variable| solution.var_value(variable) > TOLERANCE);
    Some(stretched.into_iter().filter(|(_, stretch)| moved(*stretch)).map(|(cell, _)| cell).collect())
}

/// A published number as a fact about the unknowns.
struct Fact {
    terms: Terms,
    least: f64,
    most: f64,
    /// The cell of the table in question that says so; none for the earlier release.
    cell: Option<usize>,
}

impl Knowledge<'_> {
    fn facts(&self) -> impl Iterator<Item = Fact> {
        let now = self.facts_of(self.now, 0, true);
        let before = self.before.map(|before| self.facts_of(before, self.now.table.leaves().len(), false));
        now.chain(before.into_iter().flatten())
    }

    fn facts_of<'a>(&self, shown: Shown<'a>, from: usize, in_question: bool) -> impl Iterator<Item = Fact> + use<'a> {
        let settings = self.settings;
        shown.cells.iter().enumerate().filter(|(_, is_shown)| **is_shown).map(move |(cell, _)| {
            let terms = shown.table.parts(cell).iter().map(|leaf| (from + leaf, 1.0)).collect();
            let (least, most) = possible(shown.table, cell, settings);
            Fact { terms, least, most, cell: in_question.then_some(cell) }
        })
    }
}

/// What a published cell can be, from its rounded number.
fn possible(table: &Table, cell: usize, settings: Settings) -> (f64, f64) {
    let value = table.cells()[cell].value;
    let rounded = settings.round(value);
    let base = real(settings.base);
    let around = match table.kind() {
        Kind::Counts => ((base - 1.0) / 2.0).floor(),
        Kind::Sums => base / 2.0,
    };
    // Half of an even base is rounded away from zero.
    let below = if table.kind() == Kind::Counts && settings.base.is_multiple_of(2) { base / 2.0 } else { around };
    let least = match table.kind() {
        Kind::Counts if value > 0.0 => (rounded - below).max(real(settings.threshold)),
        Kind::Counts | Kind::Sums => (rounded - below).max(0.0),
    };
    // An empty cell is published only when it is safe to say that it is empty.
    if value == 0.0 { (0.0, 0.0) } else { (least, rounded + around) }
}

fn terms(knowledge: Knowledge<'_>, target: Target) -> Terms {
    let later = |cell, factor| knowledge.now.table.parts(cell).iter().map(|&leaf| (leaf, factor)).collect::<Terms>();
    let from = knowledge.now.table.leaves().len();
    let earlier = |cell, factor| {
        let parts = knowledge.before.map_or(&[][..], |before| before.table.parts(cell));
        parts.iter().map(|leaf| (from + leaf, factor)).collect::<Terms>()
    };
    match target {
        Target::Cell(cell) => later(cell, 1.0),
        Target::Gain(cell) => [later(cell, 1.0), earlier(cell, -1.0)].concat(),
        Target::Loss(cell) => [later(cell, -1.0), earlier(cell, 1.0)].concat(),
        Target::Earlier(cell) => earlier(cell, 1.0),
    }
}

/// Which values the unknowns may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknowns {
    /// People are whole.
    AsTheyAre,
    /// Parts of people are people too.
    Fractions,
}

/// The unknowns and what is known of them.
struct System {
    problem: Problem,
    unknowns: Vec<Variable>,
}

impl System {
    fn new(
        knowledge: Knowledge<'_>,
        direction: OptimizationDirection,
        objective: &[(usize, f64)],
        values: Unknowns,
    ) -> Self {
        let mut problem = Problem::new(direction);
        let tables = std::iter::once(knowledge.now.table).chain(knowledge.before.map(|before| before.table));
        let leaves =
            tables.flat_map(|table| table.leaves().iter().map(move |&leaf| (table.kind(), table.cells()[leaf])));
        let unknowns: Vec<Variable> = leaves
            .enumerate()
            .map(|(position, (kind, leaf))| {
                let cost: f64 = objective.iter().filter(|term| term.0 == position).map(|term| term.1).sum();
                match (kind, values) {
                    (Kind::Counts, Unknowns::AsTheyAre) => {
                        problem.add_integer_var(cost, (0, if leaf.impossible { 0 } else { i32::MAX }))
                    }
                    (Kind::Counts | Kind::Sums, _) => {
                        problem.add_var(cost, (0.0, if leaf.impossible { 0.0 } else { f64::INFINITY }))
                    }
                }
            })
            .collect();
        if knowledge.only_grows {
            let (now, before) = unknowns.split_at(knowledge.now.table.leaves().len());
            for (&now, &before) in now.iter().zip(before) {
                problem.add_constraint([(now, 1.0), (before, -1.0)], ComparisonOp::Ge, 0.0);
            }
        }
        Self { problem, unknowns }
    }

    fn expression(&self, terms: &[(usize, f64)]) -> Vec<(Variable, f64)> {
        terms.iter().map(|&(position, factor)| (self.unknowns[position], factor)).collect()
    }

    fn hold(&mut self, fact: &Fact) {
        let terms = self.expression(&fact.terms);
        self.problem.add_constraint(terms.clone(), ComparisonOp::Ge, fact.least);
        self.problem.add_constraint(terms, ComparisonOp::Le, fact.most);
    }

    /// Holds a fact that may be stretched at a cost, downwards and upwards.
    fn stretch(&mut self, fact: &Fact, cost: f64) -> [Variable; 2] {
        let stretch = [(); 2].map(|()| self.problem.add_var(cost, (0.0, f64::INFINITY)));
        let terms = self.expression(&fact.terms);
        let with = |variable, factor| terms.iter().copied().chain([(variable, factor)]).collect::<Vec<_>>();
        let (down, up) = (with(stretch[0], 1.0), with(stretch[1], -1.0));
        self.problem.add_constraint(down, ComparisonOp::Ge, fact.least);
        self.problem.add_constraint(up, ComparisonOp::Le, fact.most);
        stretch
    }
}
