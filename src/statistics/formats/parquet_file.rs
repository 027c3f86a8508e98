//! Parquet: the same rows with their types. Texts stand as they are, since no spreadsheet reads them here; decimals are
//! the doubles nearest to what the CSV says. Rows are kept until a group is full and no longer.

use std::io::{self, Write};
use std::sync::Arc;

use chrono::NaiveDate;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type as Node, TypePtr};

use super::csv_file::decimal;
use super::dataset::{Column, Dataset, Role, Type};
use super::row::Value;

/// How many rows are kept before they are written.
const GROUP: usize = 32_768;
/// Who wrote the file; changes with the way files are written, not with every version of the program.
const CREATED_BY: &str = "zedenregister version 1.0.0";

/// Writes rows.
pub(super) struct ParquetRows<W: Write + Send> {
    out: SerializedFileWriter<W>,
    columns: Vec<Kept>,
    rows: usize,
}

/// The values of a column until the group is written.
struct Kept {
    values: Values,
    /// For each row, 1 where there is a value; not needed where there always is one.
    levels: Option<Vec<i16>>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Integers(Vec<i64>),
    Decimals(Vec<f64>, u8),
    Days(Vec<i32>),
    Booleans(Vec<bool>),
}

impl<W: Write + Send> ParquetRows<W> {
    /// Begins a file.
    pub(super) fn new(dataset: &Dataset, out: W) -> io::Result<Self> {
        let about = dataset.about();
        let known = [("dataset", &about.id), ("datasetVersion", &about.version)];
        let known = known.map(|(key, value)| KeyValue::new(format!("zedenregister.{key}"), value.clone()));
        let properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_owned())
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            .set_key_value_metadata(Some(known.to_vec()))
            .build();
        let out = SerializedFileWriter::new(out, schema(dataset)?, Arc::new(properties))?;
        Ok(Self { out, columns: dataset.columns().iter().map(Kept::new).collect(), rows: 0 })
    }

    /// Writes a row that has been looked at.
    pub(super) fn row(&mut self, row: &[Value]) -> io::Result<()> {
        row.iter().zip(&mut self.columns).for_each(|(value, column)| column.keep(value));
        self.rows += 1;
        if self.rows == GROUP { Ok(self.write_group()?) } else { Ok(()) }
    }

    /// The file, with everything in it.
    pub(super) fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.write_group()?;
        }
        Ok(self.out.into_inner()?)
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.out.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut out) = group.next_column()? else { break };
            column.write(&mut out)?;
            out.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl Kept {
    fn new(column: &Column) -> Self {
        let values = match &column.holds {
            Type::Text | Type::Codes(_) => Values::Texts(Vec::new()),
            Type::Integer => Values::Integers(Vec::new()),
            Type::Decimal { digits } => Values::Decimals(Vec::new(), *digits),
            Type::Date => Values::Days(Vec::new()),
            Type::Boolean => Values::Booleans(Vec::new()),
        };
        Self { values, levels: (column.role != Role::Key).then(Vec::new) }
    }

    /// Keeps a value. One of another type would have been refused before; it would count as absent.
    fn keep(&mut self, value: &Value) {
        let is_there = match (&mut self.values, value) {
            (Values::Texts(kept), Value::Text(text) | Value::Code(text)) => push(kept, ByteArray::from(text.as_ref())),
            (Values::Integers(kept), Value::Integer(number)) => push(kept, *number),
            (Values::Decimals(kept, digits), Value::Decimal(number)) => {
                push(kept, decimal(*number, *digits).parse().unwrap_or(*number))
            }
            (Values::Days(kept), Value::Date(day)) => push(kept, since_epoch(*day)),
            (Values::Booleans(kept), Value::Boolean(yes)) => push(kept, *yes),
            (
                Values::Texts(_) | Values::Integers(_) | Values::Decimals(..) | Values::Days(_) | Values::Booleans(_),
                Value::Absent
                | Value::Text(_)
                | Value::Integer(_)
                | Value::Decimal(_)
                | Value::Date(_)
                | Value::Boolean(_)
                | Value::Code(_),
            ) => false,
        };
        if let Some(levels) = &mut self.levels {
            levels.push(i16::from(is_there));
        }
    }

    fn write(&mut self, out: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = self.levels.as_mut();
        match &mut self.values {
            Values::Texts(values) => batch::<ByteArrayType>(out, values, levels),
            Values::Integers(values) => batch::<Int64Type>(out, values, levels),
            Values::Decimals(values, _) => batch::<DoubleType>(out, values, levels),
            Values::Days(values) => batch::<Int32Type>(out, values, levels),
            Values::Booleans(values) => batch::<BoolType>(out, values, levels),
        }
    }
}

fn push<T>(kept: &mut Vec<T>, value: T) -> bool {
    kept.push(value);
    true
}

/// Writes what was kept of a column and forgets it.
fn batch<T: DataType>(
    out: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    levels: Option<&mut Vec<i16>>,
) -> Result<(), ParquetError> {
    out.typed::<T>().write_batch(values, levels.as_deref().map(Vec::as_slice), None)?;
    values.clear();
    if let Some(levels) = levels {
        levels.clear();
    }
    Ok(())
}

/// Days since 1 January 1970.
fn since_epoch(day: NaiveDate) -> i32 {
    let days = day.signed_duration_since(NaiveDate::default()).num_days();
    i32::try_from(days).unwrap_or(i32::MAX)
}

fn schema(dataset: &Dataset) -> Result<TypePtr, ParquetError> {
    let node = |column: &Column| {
        let (physical, logical) = match &column.holds {
            Type::Text | Type::Codes(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Type::Integer => (Physical::INT64, None),
            Type::Decimal { .. } => (Physical::DOUBLE, None),
            Type::Date => (Physical::INT32, Some(LogicalType::Date)),
            Type::Boolean => (Physical::BOOLEAN, None),
        };
        let repetition = if column.role == Role::Key { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let node = Node::primitive_type_builder(&column.name, physical);
        node.with_logical_type(logical).with_repetition(repetition).build().map(Arc::new)
    };
    let nodes = dataset.columns().iter().map(node).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Node::group_type_builder("rows").with_fields(nodes).build()?))
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;
    use crate::formats::sample;

    fn written(rows: usize) -> Vec<u8> {
        let dataset = sample::microdata();
        let mut out = ParquetRows::new(&dataset, Vec::new()).unwrap();
        (0..rows).for_each(|number| out.row(&sample::microdata_row(number)).unwrap());
        out.finish().unwrap()
    }

    /// The field that a value is read back as.
    fn field(value: &Value) -> Field {
        match value {
            Value::Absent => Field::Null,
            Value::Text(text) | Value::Code(text) => Field::Str(text.clone().into_owned()),
            Value::Integer(number) => Field::Long(*number),
            Value::Decimal(number) => Field::Double(decimal(*number, 2).parse().unwrap()),
            Value::Date(day) => Field::Date(since_epoch(*day)),
            Value::Boolean(yes) => Field::Bool(*yes),
        }
    }

    #[test]
    fn every_row_is_read_back_over_several_groups() {
        let rows = GROUP + 100;
        let reader = SerializedFileReader::new(reopened(&written(rows))).unwrap();
        assert_eq!(reader.metadata().num_row_groups(), 2);
        let mut read = 0;
        for (number, row) in reader.get_row_iter(None).unwrap().enumerate() {
            let fields: Vec<Field> = row.unwrap().into_columns().into_iter().map(|(_, field)| field).collect();
            let expected: Vec<Field> = sample::microdata_row(number).iter().map(field).collect();
            assert_eq!(fields, expected, "row {number}");
            read += 1;
        }
        assert_eq!(read, rows);
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        assert_eq!(written(1000), written(1000));
        let reader = SerializedFileReader::new(reopened(&written(0))).unwrap();
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
        assert_eq!(reader.metadata().file_metadata().created_by(), Some(CREATED_BY));
    }

    /// A file with these bytes, as the reader wants it.
    fn reopened(bytes: &[u8]) -> std::fs::File {
        use std::io::Seek;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }
}
