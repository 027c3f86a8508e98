//! All files of a dataset in one pass over its rows, and those that describe a whole release.
//!
//! | file | what it is |
//! | --- | --- |
//! | `ID.csv`, `ID.csv-metadata.json` | the rows, and CSV on the Web about them |
//! | `ID.parquet` | the same rows |
//! | `ID.nl.jsonstat.json`, `ID.en.jsonstat.json` | the cells of a table; not for microdata |
//! | `ID.codebook.json`, `ID.codebook.nl.md`, `ID.codebook.en.md` | what everything means |
//! | `ID.R`, `ID.nl.sps`, `ID.en.sps`, `ID.nl.do`, `ID.en.do` | programs for R, SPSS and Stata |
//! | `datapackage.json`, `catalogue.jsonld` | Data Package and DCAT-AP-NL, of all datasets |
//! | `manifest.json` | [`Manifest`](super::manifest::Manifest), which the caller signs |

use serde_json::Value as Json;

use super::csv_file::CsvRows;
use super::dataset::{Dataset, Kind, Language, Text};
use super::files::{FileSummary, Folder, Label, Part, Sealed, WriteFailure, write_whole};
use super::json_stat::Cube;
use super::manifest::DatasetEntry;
use super::parquet_file::ParquetRows;
use super::row::{Inspector, Row, Value};
use super::{codebook, csvw, data_package, dcat, scripts};

/// The media type of the rows as CSV.
pub const CSV: &str = "text/csv";
const PARQUET: &str = "application/vnd.apache.parquet";
const JSON: &str = "application/json";
const JSON_LD: &str = "application/ld+json";
const MARKDOWN: &str = "text/markdown";
const PLAIN: &str = "text/plain";

/// Who answers for a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its URI, such as one of the register of government organisations.
    pub uri: String,
    /// Its name.
    pub name: String,
}

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name of a desk; never of a person.
    pub name: String,
    /// Its address for mail.
    pub email: String,
}

/// Who may have the tables of a release. Microdata are never public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Public,
    /// Who meets conditions.
    Restricted,
    /// Nobody outside.
    NonPublic,
}

/// What is said of a release as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its id: lower-case letters, digits and hyphens.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// What it is.
    pub description: Text,
    /// Who publishes it.
    pub publisher: Organisation,
    /// Whom to ask.
    pub contact: Contact,
    /// The page from which it is to be had, a URL.
    pub page: String,
    /// The licence, a URI.
    pub licence: String,
    /// Who may have its tables.
    pub access: Access,
}

impl Release {
    /// What it is called on the web.
    pub(super) fn uri(&self) -> String {
        format!("{}/{}", self.page.trim_end_matches('/'), self.id)
    }
}

/// A dataset of a release, with its files.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a> {
    /// The dataset.
    pub dataset: &'a Dataset,
    /// Its files, as [`DatasetFiles::finish`] gave them.
    pub files: &'a [FileSummary],
}

impl Contents<'_> {
    /// What the manifest says of it.
    pub fn entry(&self) -> DatasetEntry {
        let about = self.dataset.about();
        let codebook = format!("{}.codebook.json", about.id);
        let codebook = self.files.iter().find(|file| file.name == codebook).map(|file| file.sha256.clone());
        DatasetEntry {
            id: about.id.clone(),
            version: about.version.clone(),
            rows: self.files.iter().find_map(|file| file.rows).unwrap_or_default(),
            codebook: codebook.unwrap_or_default(),
        }
    }
}

/// The files of one dataset, while rows come.
pub struct DatasetFiles<'a, D: Folder> {
    dataset: &'a Dataset,
    folder: &'a mut D,
    inspector: Inspector<'a>,
    csv: CsvRows<Sealed<D::File>>,
    parquet: ParquetRows<Sealed<D::File>>,
    cube: Option<Cube<'a>>,
}

impl<'a, D: Folder> DatasetFiles<'a, D> {
    /// Begins the files.
    ///
    /// # Errors
    /// [`WriteFailure::File`].
    pub fn begin(dataset: &'a Dataset, folder: &'a mut D) -> Result<Self, WriteFailure> {
        let mut open = |ending: &str| {
            let name = named(dataset, ending);
            folder.create(&name).map(Sealed::new).map_err(WriteFailure::of(&name)).map(|file| (file, name))
        };
        let ((csv, csv_name), (parquet, parquet_name)) = (open("csv")?, open("parquet")?);
        let csv = CsvRows::new(dataset, csv).map_err(WriteFailure::of(&csv_name))?;
        let parquet = ParquetRows::new(dataset, parquet).map_err(WriteFailure::of(&parquet_name))?;
        let cube = match dataset.about().kind {
            Kind::Table => Some(Cube::new(dataset)),
            Kind::Microdata => None,
        };
        Ok(Self { dataset, folder, inspector: Inspector::new(dataset), csv, parquet, cube })
    }

    /// Writes the next row. Rows come in the order of their keys.
    ///
    /// # Errors
    /// [`WriteFailure`]; nothing more can be written then.
    pub fn row(&mut self, row: &[Value]) -> Result<(), WriteFailure> {
        self.inspector.next(row)?;
        self.csv.row(row).map_err(WriteFailure::of(&named(self.dataset, "csv")))?;
        self.parquet.row(row).map_err(WriteFailure::of(&named(self.dataset, "parquet")))?;
        if let Some(cube) = &mut self.cube {
            cube.row(row);
        }
        Ok(())
    }

    /// Closes the files and writes those that describe them. The CSV is the first.
    ///
    /// # Errors
    /// [`WriteFailure::File`].
    pub fn finish(self) -> Result<Vec<FileSummary>, WriteFailure> {
        let Self { dataset, folder, inspector, csv, parquet, cube } = self;
        let label = |ending, media_type| Label { part: Part::Data, ..of_dataset(dataset, ending, media_type) };
        let rows = Some(inspector.rows());
        let (csv_label, parquet_label) = (label("csv", CSV), label("parquet", PARQUET));
        let csv = csv.finish().map_err(WriteFailure::of(&csv_label.name))?.finish(csv_label, rows)?;
        let parquet = parquet.finish().map_err(WriteFailure::of(&parquet_label.name))?.finish(parquet_label, rows)?;
        let csv_name = csv.name.clone();
        let mut files = vec![csv, parquet];
        for language in Language::ALL {
            if let Some(cube) = &cube {
                let ending = format!("{}.jsonstat.json", language.tag());
                let label = Label { part: Part::Data, ..of_dataset(dataset, &ending, JSON) };
                files.push(write_whole(folder, label, &pretty(&cube.document(language)))?);
            }
        }
        for (label, content) in descriptions(dataset, &csv_name) {
            files.push(write_whole(folder, label, &content)?);
        }
        Ok(files)
    }
}

/// Writes all files of a dataset whose rows are at hand or can be had without failing.
///
/// # Errors
/// [`WriteFailure`].
pub fn write_release_files<D: Folder>(
    dataset: &Dataset,
    rows: impl IntoIterator<Item = Row>,
    folder: &mut D,
) -> Result<Vec<FileSummary>, WriteFailure> {
    let mut files = DatasetFiles::begin(dataset, folder)?;
    rows.into_iter().try_for_each(|row| files.row(&row))?;
    files.finish()
}

/// Writes the files that are about all datasets; the manifest is the caller's to make, from these and those before.
///
/// # Errors
/// [`WriteFailure::File`].
pub fn write_descriptions<D: Folder>(
    release: &Release,
    contents: &[Contents<'_>],
    folder: &mut D,
) -> Result<Vec<FileSummary>, WriteFailure> {
    let label =
        |name: &str, media_type| Label { name: name.into(), part: Part::Description, media_type, dataset: None };
    let package = pretty(&data_package::document(release, contents));
    let catalogue = pretty(&dcat::document(release, contents));
    Ok(vec![
        write_whole(folder, label("datapackage.json", JSON), &package)?,
        write_whole(folder, label("catalogue.jsonld", JSON_LD), &catalogue)?,
    ])
}

/// The files beside the rows, with what they say.
fn descriptions<'a>(dataset: &'a Dataset, csv: &str) -> Vec<(Label<'a>, String)> {
    let told = |ending: &str, media_type, content: String| (of_dataset(dataset, ending, media_type), content);
    let script =
        |ending: &str, content: String| (Label { part: Part::Script, ..of_dataset(dataset, ending, PLAIN) }, content);
    let mut files = vec![
        told("csv-metadata.json", "application/csvm+json", pretty(&csvw::document(dataset, csv))),
        told("codebook.json", JSON, pretty(&codebook::document(dataset))),
        script("R", scripts::r(dataset, csv)),
    ];
    for language in Language::ALL {
        let tag = language.tag();
        files.push(told(&format!("codebook.{tag}.md"), MARKDOWN, codebook::page(dataset, language)));
        files.push(script(&format!("{tag}.sps"), scripts::spss(dataset, csv, language)));
        files.push(script(&format!("{tag}.do"), scripts::stata(dataset, csv, language)));
    }
    files
}

fn named(dataset: &Dataset, ending: &str) -> String {
    format!("{}.{ending}", dataset.about().id)
}

fn of_dataset<'a>(dataset: &'a Dataset, ending: &str, media_type: &'static str) -> Label<'a> {
    Label { name: named(dataset, ending), part: Part::Description, media_type, dataset: Some(&dataset.about().id) }
}

/// A document to be read by people too: members in the order in which they were put.
fn pretty(document: &Json) -> String {
    format!("{document:#}\n")
}

#[cfg(test)]
mod tests;
