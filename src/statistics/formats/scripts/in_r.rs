//! R itself reads what was written. `tests/run` installs it; where it is missing the test fails.

use std::process::Command;

use crate::formats::csv_file::decimal;
use crate::formats::dataset::Dataset;
use crate::formats::row::{Row, Value};
use crate::formats::sample;

/// How many rows of microdata are read.
const ROWS: usize = 200;

const CHECK: &str = r#"
source("events.R")
source("on-time.R")
stopifnot(
  identical(levels(events$arm), c("Alle armen", "Alleen register", "Register en toezicht")),
  identical(levels(read_events(language = "en")$arm)[3], "Register and supervision"),
  identical(levels(read_events(codes = TRUE)$arm), c("all", "register", "both")),
  inherits(events$until, "Date"), is.logical(events$excused), is.numeric(events$score),
  identical(attr(events$remark, "label"), "Opmerking"),
  identical(as.character(unique(on_time$persons_status[is.na(on_time$persons)])), "Weggelaten om personen te beschermen")
)
all <- on_time[on_time$arm == "Alle armen", ]
cat(round(100 * all$persons[all$outcome == "Op tijd"] / all$persons[all$outcome == "Totaal"]), "% on time\n")
shown <- function(value) if (is.na(value)) "absent" else paste(charToRaw(enc2utf8(value)), collapse = "")
for (row in seq_len(nrow(events))) with(events[row, ], cat(
  pseudonym, number, if (is.na(arm)) "absent" else as.integer(arm), if (is.na(score)) "absent" else sprintf("%.2f", score),
  if (is.na(until)) "absent" else format(until), if (is.na(excused)) "absent" else excused, shown(remark), "\n"))
"#;

/// A row as the check prints it.
fn printed(row: &Row) -> String {
    let value = |value: &Value| match value {
        Value::Absent => "absent".to_owned(),
        Value::Text(text) if text.starts_with("p0") => text.clone().into_owned(),
        Value::Text(text) => hex::encode(text.as_bytes()),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => decimal(*number, 2),
        Value::Date(day) => day.to_string(),
        Value::Boolean(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Code(code) => match code.as_ref() {
            "register" => "2".to_owned(),
            "both" => "3".to_owned(),
            _ => "absent".to_owned(),
        },
    };
    let values: Vec<String> = row.iter().map(value).collect();
    format!("{} \n", values.join(" "))
}

/// What R prints in a folder with the files, in a locale that knows ASCII alone or in one that knows all.
fn told_by_r(datasets: &[(Dataset, Vec<Row>)], locale: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (dataset, rows) in datasets {
        for (name, content) in sample::written(dataset, rows).0.files() {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
    }
    std::fs::write(folder.path().join("check"), CHECK).unwrap();
    let mut r = Command::new("Rscript");
    let ran = r.args(["--vanilla", "check"]).current_dir(folder.path()).env("LC_ALL", locale).output();
    let ran = ran.expect("R is needed: Debian's r-base-core");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn r_reads_every_value_and_makes_the_figure_anew() {
    let rows = sample::microdata_rows(ROWS);
    let expected = format!("88 % on time\n{}", rows.iter().map(printed).collect::<String>());
    let datasets = [(sample::microdata(), rows), (sample::table(), sample::table_rows())];
    for locale in ["C", "C.UTF-8"] {
        assert_eq!(told_by_r(&datasets, locale), expected, "in {locale}");
    }
}
