//! Supervision under the Wet langdurig toezicht (Wlt), and its comparison with the register.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`rules`] | orders, their dates and breach reports, pure |
//! | [`checks`] | where supervision and the register meet or collide: findings for a human, pure |
//! | [`import`] | reading what the probation service sends, pure |
//! | [`intake`] | taking in such a file |
//! | [`cross`] | the cross-checks of one file |
//! | [`kept`] | what they found, as it is kept until somebody looks |
//! | [`addresses`] | taking in the national addresses with their municipality |
//! | [`view`] | answers readers |
//!
//! `rules`, `checks` and `import` name neither database nor web server nor clock; a test holds that.

pub mod addresses;
pub mod checks;
pub mod cross;
pub mod import;
pub mod intake;
pub mod kept;
pub mod rules;
pub mod view;

use std::sync::OnceLock;

use checks::Municipalities;
use rules::{Organisations, SupervisionRules};

use crate::register::Refusal;

/// The data built into the program: rules, organisations, municipalities.
pub struct BuiltIn {
    /// Every version of the rules.
    pub rules: SupervisionRules,
    /// Every municipality.
    pub municipalities: Municipalities,
    /// Every organisation that supervises.
    pub organisations: Organisations,
}

/// The data built into the program, read once.
///
/// # Errors
/// [`Refusal::Rules`], never in a released program: a test reads them.
pub fn built_in() -> Result<&'static BuiltIn, Refusal> {
    static READ: OnceLock<Result<BuiltIn, String>> = OnceLock::new();
    let read = READ.get_or_init(|| {
        let rules = SupervisionRules::embedded().map_err(|e| e.to_string())?;
        let municipalities = Municipalities::built_in().map_err(|e| e.to_string())?;
        let organisations = Organisations::built_in().map_err(|e| e.to_string())?;
        Ok(BuiltIn { rules, municipalities, organisations })
    });
    read.as_ref().map_err(|why| Refusal::Rules(why.clone()))
}
