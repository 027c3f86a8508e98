//! CSV: UTF-8 without a mark in front, comma, CRLF, quotes where RFC 4180 wants them, a header of names.
//!
//! A text that a spreadsheet could take for a formula gets an apostrophe in front, and so does a text that begins with
//! one: whoever takes one apostrophe away from the front of a text has what it was. Numbers, days and codes are never
//! touched; no code begins so ([`super::dataset::Flaw::Code`]). An absent value is an empty cell.

use std::borrow::Cow;
use std::io::{self, Write};

use super::dataset::{Dataset, Type};
use super::row::{Value, begins_like_a_formula};

/// Writes rows.
#[derive(Debug)]
pub(super) struct CsvRows<W: Write> {
    out: csv::Writer<W>,
    columns: Vec<Type>,
}

impl<W: Write> CsvRows<W> {
    /// Begins with the header.
    pub(super) fn new(dataset: &Dataset, out: W) -> io::Result<Self> {
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        out.write_record(dataset.columns().iter().map(|column| column.name.as_bytes()))?;
        let types = dataset.columns().iter().map(|column| match &column.holds {
            // The codes themselves are not needed here.
            Type::Codes(_) => Type::Codes(Vec::new()),
            other => other.clone(),
        });
        let columns = types.collect();
        Ok(Self { out, columns })
    }

    /// Writes a row that has been looked at.
    pub(super) fn row(&mut self, row: &[Value]) -> io::Result<()> {
        for (value, holds) in row.iter().zip(&self.columns) {
            self.out.write_field(cell(value, holds).as_bytes())?;
        }
        Ok(self.out.write_record(None::<&[u8]>)?)
    }

    /// The file, with everything in it.
    pub(super) fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// A value as it stands in the file, without quotes.
fn cell<'a>(value: &'a Value, holds: &Type) -> Cow<'a, str> {
    match value {
        Value::Absent => Cow::Borrowed(""),
        Value::Text(text) => harmless(text),
        Value::Integer(number) => number.to_string().into(),
        Value::Decimal(number) => match holds {
            Type::Decimal { digits } => decimal(*number, *digits).into(),
            Type::Text | Type::Integer | Type::Date | Type::Boolean | Type::Codes(_) => number.to_string().into(),
        },
        Value::Date(day) => day.to_string().into(),
        Value::Boolean(yes) => Cow::Borrowed(if *yes { "true" } else { "false" }),
        Value::Code(code) => Cow::Borrowed(code),
    }
}

/// A number with as many decimals; zero has no sign.
pub(super) fn decimal(number: f64, digits: u8) -> String {
    let text = format!("{number:.*}", usize::from(digits));
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|it| matches!(it, b'0' | b'.')) => rest.to_owned(),
        Some(_) | None => text,
    }
}

/// A text that no spreadsheet takes for a formula.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if begins_like_a_formula(text) { format!("'{text}").into() } else { text.into() }
}

/// The text that was made harmless.
pub fn original(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::dataset::{Column, Text};
    use crate::formats::sample;

    fn written(dataset: &Dataset, rows: &[Vec<Value>]) -> String {
        let mut out = CsvRows::new(dataset, Vec::new()).unwrap();
        rows.iter().for_each(|row| out.row(row).unwrap());
        String::from_utf8(out.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_table_is_written_as_expected() {
        let expected = "outcome,arm,persons,persons_status\r\nall,all,120,F\r\nall,register,60,F\r\nall,both,60,F\r\n\
            on_time,all,105,F\r\non_time,register,,C\r\non_time,both,,C\r\nlate,all,15,F\r\nlate,register,,C\r\n\
            late,both,,C\r\n";
        assert_eq!(written(&sample::table(), &sample::table_rows()), expected);
    }

    // ASVS 5.0: 1.1.2, 1.2.10
    #[test]
    fn what_is_hard_to_write_is_written_as_expected() {
        let rows = sample::microdata_rows(8);
        let expected = "pseudonym,number,arm,score,until,excused,remark\r\n\
            p0000000,1,register,-1.00,2026-01-01,true,'=1+1\r\n\
            p0000000,2,both,-0.88,2026-01-02,false,\"say \"\"no\"\", twice\"\r\n\
            p0000000,3,unknown,-0.75,2026-01-03,true,\"two\nlines\"\r\n\
            p0000001,1,register,,2026-01-04,false,''quoted\r\n\
            p0000001,2,both,-0.50,,true,naïve ☂ ＝\r\n\
            p0000001,3,unknown,-0.38,2026-01-06,,'@SUM(A1)\r\n\
            p0000002,1,register,-0.25,2026-01-07,true,\r\n\
            p0000002,2,both,,2026-01-08,false,tab\tin it\r\n";
        assert_eq!(written(&sample::microdata(), &rows), expected);
    }

    #[test]
    fn numbers_have_their_decimals_and_zero_no_sign() {
        assert_eq!(decimal(-0.001, 2), "0.00");
        assert_eq!(decimal(-0.5, 1), "-0.5");
        assert_eq!(decimal(1e15, 1), "1000000000000000.0");
        assert_eq!(decimal(0.1 + 0.2, 15), "0.300000000000000");
    }

    proptest! {
        // ASVS 5.0: 1.2.10
        #[test]
        fn every_text_comes_back_and_none_begins_like_a_formula(
            texts in proptest::collection::vec("[=+\\-@\t\r\n'\",;a-c \u{0}-\u{ff}＝☂]{1,12}|\\PC{1,20}", 1..20),
        ) {
            let texts: Vec<String> = texts.into_iter().filter(|text| !text.contains('\0')).collect();
            let mut columns = sample::microdata().columns()[..1].to_vec();
            columns.push(Column::attribute("remark", Text::fixed("iets", "something"), Type::Text));
            let dataset = Dataset::new(sample::microdata().about().clone(), columns).unwrap();
            let row = |text: &String| vec![Value::text("p"), Value::text(text.clone())];
            let file = written(&dataset, &texts.iter().map(row).collect::<Vec<_>>());
            let mut reader = csv::Reader::from_reader(file.as_bytes());
            let back: Vec<_> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(back.len(), texts.len());
            for (record, text) in back.iter().zip(&texts) {
                prop_assert!(!record[1].starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
                prop_assert_eq!(original(&record[1]), text);
            }
        }
    }
}
