//! The register's use cases: enrol, notify, correct, assess, flag. Each opens its own unit of work.
//!
//! A use case takes the [`crate::app::App`], a [`crate::access::Ctx`] and plain input, asks
//! `access::decide`, and answers with plain output or a [`Refusal`]. It knows neither HTTP nor SQL.

pub mod refusal;

pub use refusal::{FieldError, Refusal};
