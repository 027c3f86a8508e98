//! What is wrong with what was told: the member and a code of a closed list.

use serde::Serialize;

/// One fault of an input. All faults are given at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{field}: {code}")]
pub struct Fault<C> {
    /// The member at fault, as a path: `convictions[2].finalOn`.
    pub field: String,
    /// What is wrong with it.
    pub code: C,
}

impl<C> Fault<C> {
    /// A fault of one member.
    pub fn new(field: impl Into<String>, code: C) -> Self {
        Self { field: field.into(), code }
    }
}
