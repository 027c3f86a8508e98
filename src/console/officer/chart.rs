//! Bars, drawn by the server; the numbers stand in a table beside them.

/// One bar.
pub struct Bar {
    /// What it is about.
    pub label: String,
    /// How many.
    pub value: u64,
    /// Whether it stands out.
    pub late: bool,
}

/// Bars below one another.
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What the numbers are.
    pub unit: String,
    /// The bars.
    pub bars: Vec<Bar>,
}

const LABELS: u64 = 190;
const LONGEST: u64 = 400;
const STEP: usize = 28;

impl Chart {
    /// The part of the plane that is drawn.
    pub fn view(&self) -> String {
        format!("0 0 {} {}", LABELS + LONGEST + 60, self.bars.len() * STEP + 8)
    }

    /// Where the middle of a bar is.
    pub fn middle(&self, at: &usize) -> usize {
        at * STEP + 18
    }

    /// Where the top of a bar is.
    pub fn top(&self, at: &usize) -> usize {
        at * STEP + 8
    }

    /// How long a bar is.
    pub fn length(&self, bar: &Bar) -> u64 {
        let most = self.bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
        bar.value * LONGEST / most
    }

    /// Where the number of a bar stands.
    pub fn end(&self, bar: &Bar) -> u64 {
        LABELS + self.length(bar) + 8
    }
}
