//! The catalogue of offences, keyed on the date of the offence, and the table of ECRIS codes: does an offence lead to
//! registration under the rules of the pilot, and why.
//!
//! On 1 July 2024 the sexual offences were renumbered (Stb. 2024, 59): the same number names another offence before and after
//! that day. The date of the judgment plays no part. Where the rules leave it open the outcome says so, and a person decides.
//!
//! | question | file |
//! | --- | --- |
//! | the articles with their days | `catalogue`, `profiles/nl-offences-2023.toml` |
//! | the ECRIS codes, by version | `ecris`, `profiles/ecris-*.toml` |
//! | what is told of an offence | `offence` |
//! | what it comes to | `decide` |
//! | the words of a step | `step`, `words/` |

mod catalogue;
mod decide;
mod ecris;
mod offence;
mod step;
#[cfg(test)]
mod tests;

pub use catalogue::{Catalogue, OffenceType, Registrable, Treatment, Victim, catalogue};
pub use decide::{Outcome, Registrability, decide};
pub use ecris::{EcrisCode, EcrisTable, tables};
pub use offence::{Classified, Completion, FaultCode, Offence, Participation};
pub use step::{Step, words};
