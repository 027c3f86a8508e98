//! Beside the register, one file per subject.

mod convictions;
mod help;
mod risk;
mod signals;
mod what_if;

use crate::api::Operation;

pub(super) fn operations() -> Vec<Operation> {
    [what_if::operations(), risk::operations(), signals::operations(), convictions::operations(), help::operations()]
        .into_iter()
        .flatten()
        .collect()
}
