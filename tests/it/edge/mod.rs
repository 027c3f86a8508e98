//! The edge by itself: what every operation has in common, tried with operations made for the purpose.

mod answers;
mod bad_requests;
mod health;
mod made_up;
mod metrics;
mod published;
mod upkeep;
mod wire;
