//! A column as it stands in the document: whatever each element is, so that its check can name it.

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One element of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Number(f64),
    Text(String),
    /// Something else, in words.
    Other(&'static str),
}

impl Cell {
    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Other(kind) => kind,
        }
    }
}

/// A list of cells, or what stands there instead.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    Cells(Vec<Cell>),
    NoList(Cell),
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number or text")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Cell, E> {
        Ok(Cell::Other("true or false"))
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell::Other("null"))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are floating-point numbers")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Cell, E> {
        Ok(Cell::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are floating-point numbers")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Cell, E> {
        Ok(Cell::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Cell, E> {
        Ok(Cell::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Cell, E> {
        Ok(Cell::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cell::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Cell, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Other("an object"))
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnVisitor)
    }
}

struct ColumnVisitor;

impl<'de> Visitor<'de> for ColumnVisitor {
    type Value = Column;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Column, E> {
        CellVisitor.visit_bool(value).map(Column::NoList)
    }

    fn visit_unit<E: Error>(self) -> Result<Column, E> {
        CellVisitor.visit_unit().map(Column::NoList)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Column, E> {
        CellVisitor.visit_i64(value).map(Column::NoList)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Column, E> {
        CellVisitor.visit_u64(value).map(Column::NoList)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Column, E> {
        CellVisitor.visit_f64(value).map(Column::NoList)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Column, E> {
        CellVisitor.visit_str(value).map(Column::NoList)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Column, A::Error> {
        CellVisitor.visit_map(object).map(Column::NoList)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Column, A::Error> {
        let mut cells = Vec::new();
        while let Some(cell) = list.next_element()? {
            cells.push(cell);
        }
        Ok(Column::Cells(cells))
    }
}
