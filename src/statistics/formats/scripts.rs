//! Programs that read the CSV of a dataset with its types, labels and missing values: for R, SPSS and Stata.

#[cfg(test)]
mod in_r;
mod r;
mod spss;
mod stata;

pub(super) use r::script as r;
pub(super) use spss::script as spss;
pub(super) use stata::script as stata;

use super::dataset::{Code, Language};

/// Labels of codes, each different from the others: two of the same would become one category.
fn labels(codes: &[Code], language: Language) -> Vec<String> {
    let same = |label: &str| codes.iter().filter(|code| code.label.get(language) == label).count();
    let label = |code: &Code| {
        let label = code.label.get(language);
        if same(label) > 1 { format!("{label} ({})", code.value) } else { label.to_owned() }
    };
    codes.iter().map(label).collect()
}

/// A text on one line.
fn on_one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::dataset::Text;
    use crate::formats::sample;

    #[test]
    fn the_scripts_are_as_expected() {
        insta::assert_snapshot!("events_r", r(&sample::microdata(), "events.csv"));
        insta::assert_snapshot!("events_sps", spss(&sample::microdata(), "events.csv", Language::Dutch));
        insta::assert_snapshot!("events_do", stata(&sample::microdata(), "events.csv", Language::English));
    }

    #[test]
    fn codes_of_one_label_stay_apart() {
        let code = |value: &'static str, en: &'static str| Code::new(value, Text::fixed("x", en));
        let codes = [code("a", "Other"), code("b", "Other"), code("c", "None")];
        assert_eq!(labels(&codes, Language::English), ["Other (a)", "Other (b)", "None"]);
    }
}
