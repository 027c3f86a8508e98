//! The evaluation over the live register: what the statistics are made of, and what leaves the house.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`assignments`] | who is in which arm of a study |
//! | [`behind`] | which files make up a figure, for whoever supervises them |
//! | [`histories`] | people's histories out of the rows of the register, streamed |
//! | [`releases`] | asked for, approved by somebody else, made, verified |
//! | [`simulation`] | what another version of the rules would change |

pub mod assignments;
pub mod behind;
pub mod histories;
pub mod releases;
pub mod simulation;
