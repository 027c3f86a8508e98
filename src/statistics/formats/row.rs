//! One row, held against its description, and rows in order: sorted by their key, no key twice. So the same rows come
//! out in the same order whoever reads them from wherever, and nothing has to be kept to see to it but the last key.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::dataset::{Column, Dataset, Role, Type};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: not known, not applicable, or withheld.
    Absent,
    /// Of a column of text.
    Text(Cow<'static, str>),
    /// Of a column of whole numbers.
    Integer(i64),
    /// Of a column of numbers with decimals; rounded as it is written.
    Decimal(f64),
    /// Of a column of days.
    Date(NaiveDate),
    /// Of a column of yes and no.
    Boolean(bool),
    /// Of a column of codes.
    Code(Cow<'static, str>),
}

impl Value {
    /// The value of a column of text.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Text(text.into())
    }

    /// The value of a column of codes.
    pub fn code(code: impl Into<Cow<'static, str>>) -> Self {
        Self::Code(code.into())
    }

    /// The value, or that there is none.
    pub fn or_absent<T>(value: Option<T>, of: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Absent, of)
    }
}

/// As many values as the dataset has columns, in their order.
pub type Row = Vec<Value>;

/// What is wrong with a row. It names places, never what stands there: that may be about a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has more or fewer values than there are columns.
    #[error("row {row} of `{dataset}` has {values} values for {columns} columns")]
    Width {
        /// The dataset's id.
        dataset: String,
        /// Which row; the first is 1.
        row: u64,
        /// How many values it has.
        values: usize,
        /// How many columns there are.
        columns: usize,
    },
    /// A value is not of its column's type.
    #[error("row {row} of `{dataset}` has in `{column}` {problem}")]
    Value {
        /// The dataset's id.
        dataset: String,
        /// Which row; the first is 1.
        row: u64,
        /// The column's name.
        column: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// Its key is that of the row before, or comes before it.
    #[error("row {row} of `{dataset}` has the key of the row before, or one that comes before it")]
    Order {
        /// The dataset's id.
        dataset: String,
        /// Which row; the first is 1.
        row: u64,
    },
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is of another type.
    #[error("a value of another type")]
    OtherType,
    /// It is none of the column's codes.
    #[error("a code that the description does not have")]
    UnknownCode,
    /// A key has none.
    #[error("nothing, and is part of the key")]
    NoKey,
    /// It is infinite or no number.
    #[error("a number that is infinite or none")]
    NotFinite,
    /// It is empty, which would read as absent, or holds a NUL character, which R does not read.
    #[error("a text that is empty or has a NUL character")]
    Unreadable,
}

/// A part of a key, in its order: codes as listed, text by its bytes, no before yes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Text(Cow<'static, str>),
    Integer(i64),
    Date(NaiveDate),
    Boolean(bool),
    Code(usize),
}

/// Holds rows against their description, one after the other.
#[derive(Debug)]
pub struct Inspector<'a> {
    dataset: &'a Dataset,
    rows: u64,
    last: Option<Vec<Part>>,
}

impl<'a> Inspector<'a> {
    /// For the rows of a dataset, from the first on.
    pub const fn new(dataset: &'a Dataset) -> Self {
        Self { dataset, rows: 0, last: None }
    }

    /// How many rows have gone by.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Looks at the next row.
    ///
    /// # Errors
    /// The first [`Fault`] of the row.
    pub fn next(&mut self, row: &[Value]) -> Result<(), Fault> {
        self.rows += 1;
        let (dataset, columns) = (|| self.dataset.about().id.clone(), self.dataset.columns());
        if row.len() != columns.len() {
            return Err(Fault::Width { dataset: dataset(), row: self.rows, values: row.len(), columns: columns.len() });
        }
        let mut key = Vec::new();
        for (value, column) in row.iter().zip(columns) {
            let part = part(value, column).map_err(|problem| Fault::Value {
                dataset: dataset(),
                row: self.rows,
                column: column.name.clone().into_owned(),
                problem,
            })?;
            key.extend(part.filter(|_| column.role == Role::Key));
        }
        if self.last.as_ref().is_some_and(|last| *last >= key) {
            return Err(Fault::Order { dataset: dataset(), row: self.rows });
        }
        self.last = Some(key);
        Ok(())
    }
}

/// Brings rows into the order of their keys; for rows that are all at hand, such as those of a table.
pub fn sort(dataset: &Dataset, rows: &mut [Row]) {
    let key = |row: &Row| -> Vec<Option<Part>> {
        dataset.keys().map(|(at, column)| row.get(at).and_then(|value| part(value, column).ok().flatten())).collect()
    };
    rows.sort_by_cached_key(key);
}

/// The value as part of a key, if it may stand in the column.
fn part(value: &Value, column: &Column) -> Result<Option<Part>, Problem> {
    let part = match (value, &column.holds) {
        (Value::Absent, _) if column.role == Role::Key => return Err(Problem::NoKey),
        (Value::Absent, _) => return Ok(None),
        (Value::Text(text), Type::Text) if text.is_empty() || text.contains('\0') => return Err(Problem::Unreadable),
        (Value::Text(_), Type::Text) if column.role != Role::Key => return Ok(None),
        (Value::Text(text), Type::Text) => Part::Text(text.clone()),
        (Value::Integer(number), Type::Integer) => Part::Integer(*number),
        (Value::Decimal(number), Type::Decimal { .. }) if !number.is_finite() => return Err(Problem::NotFinite),
        // A key never has decimals.
        (Value::Decimal(_), Type::Decimal { .. }) => return Ok(None),
        (Value::Date(day), Type::Date) => Part::Date(*day),
        (Value::Boolean(yes), Type::Boolean) => Part::Boolean(*yes),
        (Value::Code(code), Type::Codes(codes)) => {
            Part::Code(codes.iter().position(|it| it.value == *code).ok_or(Problem::UnknownCode)?)
        }
        (
            Value::Text(_)
            | Value::Integer(_)
            | Value::Decimal(_)
            | Value::Date(_)
            | Value::Boolean(_)
            | Value::Code(_),
            Type::Text | Type::Integer | Type::Decimal { .. } | Type::Date | Type::Boolean | Type::Codes(_),
        ) => return Err(Problem::OtherType),
    };
    Ok(Some(part))
}

/// Whether a spreadsheet could take a text for a formula, or the mark put before one for part of it.
pub(super) fn begins_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::sample;

    fn problem(column: &str, value: Value) -> Result<(), Fault> {
        let dataset = sample::microdata();
        let mut row = sample::microdata_rows(1).remove(0);
        let at = dataset.columns().iter().position(|it| it.name == column).unwrap();
        row[at] = value;
        Inspector::new(&dataset).next(&row)
    }

    fn fault(column: &str, problem: Problem) -> Result<(), Fault> {
        Err(Fault::Value { dataset: "events".into(), row: 1, column: column.into(), problem })
    }

    #[test]
    fn a_value_is_of_its_columns_type() {
        assert_eq!(problem("arm", Value::code("nobody")), fault("arm", Problem::UnknownCode));
        assert_eq!(problem("arm", Value::text("both")), fault("arm", Problem::OtherType));
        assert_eq!(problem("pseudonym", Value::Absent), fault("pseudonym", Problem::NoKey));
        assert_eq!(problem("score", Value::Decimal(f64::NAN)), fault("score", Problem::NotFinite));
        assert_eq!(problem("remark", Value::text("")), fault("remark", Problem::Unreadable));
        assert_eq!(problem("remark", Value::text("a\0")), fault("remark", Problem::Unreadable));
        assert_eq!(problem("remark", Value::Absent), Ok(()));
    }

    #[test]
    fn rows_come_in_the_order_of_their_keys_and_no_key_twice() {
        let dataset = sample::table();
        let rows = sample::table_rows();
        let inspect = |order: &[usize]| {
            let mut inspector = Inspector::new(&dataset);
            order.iter().try_for_each(|&at| inspector.next(&rows[at]))
        };
        assert_eq!(inspect(&[0, 1, 2]), Ok(()));
        let disorder = Err(Fault::Order { dataset: "on-time".into(), row: 2 });
        assert_eq!(inspect(&[1, 0]), disorder);
        assert_eq!(inspect(&[1, 1]), disorder);
        let mut shuffled: Vec<Row> = rows.iter().rev().cloned().collect();
        sort(&dataset, &mut shuffled);
        assert_eq!(shuffled, rows);
        let narrow = Fault::Width { dataset: "on-time".into(), row: 1, values: 3, columns: 4 };
        assert_eq!(Inspector::new(&dataset).next(&rows[0][..3]), Err(narrow));
    }
}
