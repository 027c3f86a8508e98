//! Supervision under the Wet langdurig toezicht (Wlt), and its comparison with the register.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`rules`] | orders, their dates and breach reports, pure |
//! | [`import`] | reading what the probation service sends, pure |
//! | [`checks`] | where supervision and the register meet or collide: findings for a human, pure |

pub mod checks;
pub mod import;
pub mod rules;
