//! What the register adds to supervision: which events each of them saw, and how people fared in the arms of the
//! evaluation.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`matching`] | which flag and which breach are one event |
//! | [`sight`] | what each system saw of one person: events, months, days |
//! | [`agreement`] | the same over all people: detection added, coverage, kappa, McNemar, lead time |
//! | [`clustered`] | intervals that allow for several events or months of one person |
//! | [`spread`] | days, counted by their number |
//! | [`cohort`] | people of the arms, each from the index date, with what ended their time at risk |
//! | [`controls`] | matched controls |
//! | [`contrast`] | one arm against another: hazards, rates, how hard was looked, events needed |
//! | [`published`] | what of it may leave the house |
//!
//! Everything is filled by one pass over the histories, and two parts of a pass can be put together. Only
//! [`cohort`] keeps something for each person, and only of those who were assigned to an arm.

pub mod agreement;
pub mod clustered;
pub mod cohort;
pub mod contrast;
pub mod controls;
pub mod matching;
pub mod published;
pub mod sight;
pub mod spread;
