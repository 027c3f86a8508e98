//! What the last self-audit found, for the lead of a team: every difference in a file within reach.

use chrono::NaiveDate;

use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::unit;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::RegistrationId;
use crate::store::registrations::registration_find_many;
use crate::store::self_audit::{FindingClass, self_audit_finding_list, self_audit_last};
use crate::vocabulary::DutyKind;

/// Findings looked at.
const MOST: i64 = 500;

/// One difference between what is stored and what the rules say now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelfAuditFinding {
    /// The registration.
    pub registration: RegistrationId,
    /// What it does to the person.
    pub class: FindingClass,
    /// The kind of duty, when it is about one.
    pub duty_kind: Option<DutyKind>,
}

/// The last run that was finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfAuditView {
    /// The day it looked at.
    pub as_of: NaiveDate,
    /// Files it looked at, in the whole register.
    pub files: i64,
    /// Differences within reach.
    pub differences: usize,
    /// Each of them.
    pub findings: Vec<SelfAuditFinding>,
}

/// Reads what the last run found.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody but a lead.
pub async fn last_self_audit(app: &App, ctx: &Ctx) -> Result<Option<SelfAuditView>, Refusal> {
    let deed = Deed::of(Action::SelfAuditRead, ObjectRef::none());
    let reach = access::reach(&ctx.actor, Action::SelfAuditRead, ctx.purpose);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        reach.allowed()?;
        let Some(run) = self_audit_last(conn)? else { return Ok(None) };
        let found = self_audit_finding_list(conn, run.id, -1, MOST)?;
        let mut ids: Vec<RegistrationId> = found.iter().map(|row| row.registration_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut within = registration_find_many(conn, &ids)?;
        within.retain(|row| permit(&reader, Action::RegistrationRead, row).is_ok());
        let findings: Vec<SelfAuditFinding> = found
            .into_iter()
            .filter(|row| within.iter().any(|known| known.id == row.registration_id))
            .map(|row| SelfAuditFinding {
                registration: row.registration_id,
                class: row.class,
                duty_kind: row.duty_kind,
            })
            .collect();
        Ok(Some(SelfAuditView { as_of: run.as_of, files: run.files, differences: findings.len(), findings }))
    })
    .await
}
