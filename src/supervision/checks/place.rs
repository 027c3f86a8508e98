//! In which municipality an address lies: by the national address extract where there is one, otherwise by the name of the
//! town where it is also the name of one municipality.

use std::collections::BTreeMap;
use std::io::Read;

use chrono::NaiveDate;

use super::municipalities::Municipalities;
use crate::supervision::rules::CbsCode;

/// What of an address says where it lies.
#[derive(Clone, Copy, Debug)]
pub enum AddressParts<'a> {
    /// A postal address.
    Postal {
        /// Postcode, with or without a space.
        postcode: &'a str,
        /// House number.
        number: u32,
        /// Town.
        town: &'a str,
    },
    /// A place without a number: its municipality by name.
    Municipality(&'a str),
    /// Outside the Netherlands.
    Abroad,
}

/// Where an address lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Located {
    /// In this municipality, by the extract.
    Extract(CbsCode),
    /// In this municipality, as its name says.
    Name(CbsCode),
    /// Outside the Netherlands.
    Abroad,
    /// Nobody can say: it has to be looked up by hand.
    Unknown,
}

impl Located {
    /// The CBS code, where it is known.
    #[must_use]
    pub const fn code(self) -> Option<CbsCode> {
        match self {
            Self::Extract(code) | Self::Name(code) => Some(code),
            Self::Abroad | Self::Unknown => None,
        }
    }
}

/// Where an address lies on `day`. `extract` answers for a postcode and a house number, where there is an extract.
#[must_use]
pub fn locate(
    address: AddressParts<'_>,
    extract: impl FnOnce(&str, u32) -> Option<CbsCode>,
    list: &Municipalities,
    day: NaiveDate,
) -> Located {
    let by_name = |name| list.named(name, day).map_or(Located::Unknown, |m| Located::Name(m.code));
    match address {
        AddressParts::Postal { postcode, number, town } => {
            extract(postcode, number).map_or_else(|| by_name(town), Located::Extract)
        }
        AddressParts::Municipality(name) => by_name(name),
        AddressParts::Abroad => Located::Abroad,
    }
}

/// The national addresses with their municipality, in the form CBS publishes yearly (`pc6hnr`): one line per postcode and
/// house number.
#[derive(Debug, Default)]
pub struct AddressExtract {
    by_postcode: BTreeMap<Postcode, Numbers>,
}

type Postcode = [u8; 6];

/// Nearly every postcode lies in one municipality; only for the others the numbers are kept.
#[derive(Debug, PartialEq, Eq)]
enum Numbers {
    One { code: CbsCode, numbers: Vec<u32> },
    Several(BTreeMap<u32, CbsCode>),
}

/// A line of an extract that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {field}: {reason}")]
pub struct ExtractError {
    /// Line, from 1.
    pub line: u64,
    /// Column.
    pub field: &'static str,
    /// Why.
    pub reason: &'static str,
}

impl AddressExtract {
    /// Reads an extract: separated by `;` or `,`, with columns whose names begin with `PC6`, `Huisnummer` and `Gemeente`;
    /// other columns are left alone. Streams the lines and keeps some six bytes of each: under 100 MB for the country.
    ///
    /// # Errors
    /// The first line that cannot be read. An extract is taken whole or not at all.
    pub fn read(text: impl Read) -> Result<Self, ExtractError> {
        let mut text = std::io::BufReader::new(text);
        let separator = separator(&mut text)?;
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(false).from_reader(text);
        let columns = Columns::of(reader.headers().map_err(|e| unreadable(&e))?)?;
        let mut extract = Self::default();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|e| unreadable(&e))? {
            let line = record.position().map_or(0, csv::Position::line);
            let at = |field, reason| ExtractError { line, field, reason };
            let postcode =
                postcode(columns.get(&record, columns.postcode)).ok_or_else(|| at("PC6", "is not a postcode"))?;
            let number = columns.get(&record, columns.number).parse();
            let number = number.map_err(|_| at("Huisnummer", "is not a house number"))?;
            let code = cbs_code(columns.get(&record, columns.municipality))
                .ok_or_else(|| at("Gemeente", "is not a CBS code"))?;
            extract.add(postcode, number, code);
        }
        Ok(extract)
    }

    fn add(&mut self, postcode: Postcode, number: u32, code: CbsCode) {
        let entry = self.by_postcode.entry(postcode).or_insert_with(|| Numbers::One { code, numbers: Vec::new() });
        match entry {
            Numbers::One { code: known, numbers } if *known == code => numbers.push(number),
            Numbers::One { code: known, numbers } => {
                let mut several: BTreeMap<u32, CbsCode> = numbers.iter().map(|n| (*n, *known)).collect();
                several.insert(number, code);
                *entry = Numbers::Several(several);
            }
            Numbers::Several(several) => {
                several.insert(number, code);
            }
        }
    }

    /// The municipality of a postcode and house number. A number that the extract does not list counts with its postcode
    /// where all of that lies in one municipality.
    #[must_use]
    pub fn municipality(&self, text: &str, number: u32) -> Option<CbsCode> {
        match self.by_postcode.get(&postcode(text)?)? {
            Numbers::One { code, .. } => Some(*code),
            Numbers::Several(several) => several.get(&number).copied(),
        }
    }

    /// What it holds: postcode, house number (`None` for a whole postcode that lies in one municipality), municipality.
    pub fn places(&self) -> impl Iterator<Item = (&str, Option<u32>, CbsCode)> {
        self.by_postcode.iter().flat_map(|(postcode, numbers)| {
            // Six letters and digits, as they were read.
            let postcode = std::str::from_utf8(postcode).unwrap_or_default();
            let (whole, single) = match numbers {
                Numbers::One { code, .. } => (Some((None, *code)), None),
                Numbers::Several(several) => (None, Some(several)),
            };
            let single = single.into_iter().flatten().map(|(number, code)| (Some(*number), *code));
            whole.into_iter().chain(single).map(move |(number, code)| (postcode, number, code))
        })
    }

    /// How many postcodes it holds.
    #[must_use]
    pub fn postcodes(&self) -> usize {
        self.by_postcode.len()
    }
}

struct Columns {
    postcode: usize,
    number: usize,
    municipality: usize,
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self, ExtractError> {
        let find = |name: &'static str| {
            let named = |column: &str| column.trim().to_lowercase().starts_with(&name.to_lowercase());
            let missing = ExtractError { line: 1, field: name, reason: "is no column of this file" };
            header.iter().position(named).ok_or(missing)
        };
        Ok(Self { postcode: find("PC6")?, number: find("Huisnummer")?, municipality: find("Gemeente")? })
    }

    fn get<'r>(&self, record: &'r csv::StringRecord, column: usize) -> &'r str {
        record.get(column).unwrap_or_default().trim()
    }
}

/// The separator, as the first line uses it.
fn separator(text: &mut impl std::io::BufRead) -> Result<u8, ExtractError> {
    let start = text.fill_buf().map_err(|_| ExtractError { line: 1, field: "(file)", reason: "cannot be read" })?;
    let first = start.split(|b| *b == b'\n').next().unwrap_or_default();
    Ok(if first.contains(&b';') { b';' } else { b',' })
}

fn unreadable(error: &csv::Error) -> ExtractError {
    let line = error.position().map_or(0, csv::Position::line);
    ExtractError { line, field: "(line)", reason: "does not have the columns of the first line, or is not UTF-8" }
}

/// `GM0363`, `0363`, or `363` as a spreadsheet leaves it.
fn cbs_code(text: &str) -> Option<CbsCode> {
    let digits = text.trim_start_matches("GM");
    format!("{digits:0>4}").parse().ok().filter(|_| !digits.is_empty())
}

/// A postcode as an extract has it: six characters, in capitals; `None` for what is none.
#[must_use]
pub fn plain_postcode(text: &str) -> Option<String> {
    String::from_utf8(postcode(text)?.to_vec()).ok()
}

/// `1234AB` or `1234 AB`, in capitals or not.
fn postcode(text: &str) -> Option<Postcode> {
    let mut plain = text.bytes().filter(|b| *b != b' ').map(|b| b.to_ascii_uppercase());
    let mut found = [0; 6];
    for (i, slot) in found.iter_mut().enumerate() {
        let byte = plain.next()?;
        let fits = if i < 4 { byte.is_ascii_digit() } else { byte.is_ascii_uppercase() };
        *slot = fits.then_some(byte)?;
    }
    (plain.next().is_none() && found.first() != Some(&b'0')).then_some(found)
}
