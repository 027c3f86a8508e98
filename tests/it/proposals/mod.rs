//! Passport measures, warning notices, notices of journeys.

mod passport;
mod travel;
mod warning;

use zedenregister::access::Ctx;
use zedenregister::register::Refusal;
use zedenregister::vocabulary::{Purpose, Role};

use crate::support::app::TestApp;

/// A request by somebody new of a role, with the purpose that fits it.
async fn by(test: &TestApp, role: Role) -> Ctx {
    let purpose = match role {
        Role::OmOfficer => Some(Purpose::Prosecution),
        Role::Tbkk | Role::Lirc => Some(Purpose::InternationalWarning),
        _ => None,
    };
    Ctx { purpose, ..test.ctx(&test.actor_of(role).await) }
}

/// The same person, now.
fn now(test: &TestApp, ctx: &Ctx) -> Ctx {
    Ctx { now: test.app.clock.now(), ..ctx.clone() }
}

/// Codes of what a refusal lists, in order.
fn blocked<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> Vec<(String, String)> {
    let Err(Refusal::Blocked(faults)) = refused else { panic!("{refused:?}") };
    faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

/// The code of a conflict.
fn conflict<T: std::fmt::Debug>(refused: &Result<T, Refusal>) -> &'static str {
    let Err(Refusal::Conflict { code, .. }) = refused else { panic!("{refused:?}") };
    code
}
