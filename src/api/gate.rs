//! Lets tokens in by what their account is now.

use super::edge::Gate;
use super::problem::Problem;
use super::refused;
use crate::access::{Actor, tokens};
use crate::app::App;
use crate::clock::Now;
use crate::register::Refusal;

/// The gate over the accounts of a running system.
pub struct AccountGate(App);

impl AccountGate {
    /// The gate of `app`.
    pub fn new(app: App) -> Self {
        Self(app)
    }
}

#[rocket::async_trait]
impl Gate for AccountGate {
    async fn admit(&self, token: &str, now: Now) -> Result<Actor, Problem> {
        match tokens::authenticate(&self.0, token, now.system).await {
            Ok(who) => Ok(who.actor),
            Err(Refusal::Unauthenticated(_)) => Err(refused()),
            Err(other) => Err(other.into()),
        }
    }
}
