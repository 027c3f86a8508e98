use sha2::{Digest, Sha256};

use super::super::files::Memory;
use super::*;
use crate::formats::row::Fault;
use crate::formats::sample;

/// A whole release with a table and microdata; its files by name, and what is known of them.
fn release() -> (std::collections::BTreeMap<String, Vec<u8>>, Vec<FileSummary>) {
    let mut folder = Memory::default();
    let (table, micro) = (sample::table(), sample::microdata());
    let of_table = write_release_files(&table, sample::table_rows(), &mut folder).unwrap();
    let of_micro = write_release_files(&micro, sample::microdata_rows(500), &mut folder).unwrap();
    let contents = [Contents { dataset: &table, files: &of_table }, Contents { dataset: &micro, files: &of_micro }];
    let described = write_descriptions(&sample::release(), &contents, &mut folder).unwrap();
    (folder.files(), [of_table, of_micro, described].concat())
}

#[test]
fn the_same_rows_give_the_same_bytes_today_and_tomorrow() {
    let (files, summaries) = release();
    assert_eq!((&files, &summaries), (&release().0, &release().1));
    // As they were when this was written: a change here changes what earlier releases are remade as.
    let known: String = summaries.iter().map(|file| format!("{} {}\n", file.sha256, file.name)).collect();
    insta::assert_snapshot!("checksums", known);
}

#[test]
fn a_summary_tells_what_is_in_the_folder() {
    let (files, summaries) = release();
    assert_eq!(files.len(), summaries.len());
    for summary in &summaries {
        let content = &files[&summary.name];
        assert_eq!(summary.bytes, content.len() as u64, "{}", summary.name);
        assert_eq!(summary.sha256, hex::encode(Sha256::digest(content)), "{}", summary.name);
        let rows = match (summary.part, summary.media_type.as_ref(), summary.dataset.as_deref()) {
            (Part::Data, CSV | PARQUET, Some("on-time")) => Some(9),
            (Part::Data, CSV | PARQUET, Some("events")) => Some(500),
            _ => None,
        };
        assert_eq!(summary.rows, rows, "{}", summary.name);
    }
    let json = summaries.iter().filter(|file| file.media_type.ends_with("json"));
    assert!(json.into_iter().all(|file| serde_json::from_slice::<Json>(&files[&file.name]).is_ok()));
    assert!(!files.contains_key("events.nl.jsonstat.json"), "microdata are no cube");
}

#[test]
fn the_manifest_learns_of_a_dataset_what_it_needs() {
    let (table, mut folder) = (sample::table(), Memory::default());
    let files = write_release_files(&table, sample::table_rows(), &mut folder).unwrap();
    let entry = Contents { dataset: &table, files: &files }.entry();
    assert_eq!((entry.id.as_str(), entry.version.as_str(), entry.rows), ("on-time", "1", 9));
    assert_eq!(entry.codebook, hex::encode(Sha256::digest(&folder.files()["on-time.codebook.json"])));
}

#[test]
fn a_row_that_does_not_fit_is_refused_without_saying_what_stands_there() {
    let (micro, mut folder) = (sample::microdata(), Memory::default());
    let mut rows = sample::microdata_rows(2);
    rows[1][2] = Value::code("somebody in particular");
    let failure = write_release_files(&micro, rows, &mut folder).unwrap_err();
    assert!(matches!(&failure, WriteFailure::Fault(Fault::Value { row: 2, column, .. }) if column == "arm"));
    assert!(!failure.to_string().contains("particular"));
}

#[test]
fn a_name_is_used_once() {
    let (table, mut folder) = (sample::table(), Memory::default());
    write_release_files(&table, sample::table_rows(), &mut folder).unwrap();
    let again = write_release_files(&table, sample::table_rows(), &mut folder);
    assert!(matches!(again, Err(WriteFailure::File { name, .. }) if name == "on-time.csv"));
}
