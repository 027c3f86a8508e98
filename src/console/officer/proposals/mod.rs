//! Passport proposals, warning notices and notices of journeys: what waits for the unit that acts, what stands in a file,
//! and one of each with the steps that can be taken. Each page shows what its use case answers and decides nothing.

pub mod content;
pub mod file;
pub mod list;
pub mod passport;
mod passport_content;
pub mod steps;
mod told;
pub mod warning;
