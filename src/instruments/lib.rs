//! The measures beside the register, pure: each says what the rules come to and why, and decides nothing.
//!
//! Nothing here reads a clock, a file or a database. Background that only a lawyer can confirm stands in the TOML of the
//! profile, marked as such.
//!
//! | question | module |
//! | --- | --- |
//! | dated rules, faults, the words of a step | `grounds` |
//! | codes and names of countries, on a day | `countries` |
//! | which desks hear of a trip | `routing` |
//! | certificate of conduct, what-if | `screening` |
//! | Green Notice and Green Diffusion | `notice` |
//! | passports: criteria, proposal, letter | `passport` |
//! | offences by the day of the offence, ECRIS codes, what leads to registration | `offences` |
//! | convictions from abroad: intake, answers, passing on, after-care | `convictions` |
//! | what data may be used for | `purpose` |
//! | risk assessments as they are recorded | `risk` |
//! | signals, and who sent them | `signals` |

pub mod convictions;
pub mod countries;
pub mod grounds;
pub mod notice;
pub mod offences;
pub mod passport;
pub mod purpose;
pub mod risk;
pub mod routing;
pub mod screening;
pub mod signals;
