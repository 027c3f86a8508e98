//! Supervision under the Wet langdurig toezicht (Wlt), and its comparison with the register.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`rules`] | orders, their dates and breach reports, pure |
//! | [`checks`] | where supervision and the register meet or collide: findings for a human, pure |

pub mod checks;
pub mod rules;
