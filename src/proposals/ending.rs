//! Says once, on each day for which the rules ask it, that a measure is about to end; and that it has ended.
//!
//! Works on what is clear. A day on which nothing ran is made up for: only the warning nearest to the end is raised.

use chrono::NaiveDate;

use super::ProposalRules;
use super::record::days_to_say;
use crate::access::Action;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::Now;
use crate::register::Refusal;
use crate::store::proposals::{
    ProposalMoved, ProposalRow, ProposalWarningRow, proposal_list_due, proposal_warning_list,
};
use crate::store::{Conn, StoreError, WriteSet};
use crate::vocabulary::{ProposalKind, ProposalStanding, Regime};

/// The measures of which something is to be said by now, at most `limit`.
///
/// # Errors
/// The store.
pub fn due(conn: &mut Conn, regime: Regime, today: NaiveDate, limit: i64) -> Result<Vec<ProposalRow>, StoreError> {
    proposal_list_due(conn, regime, today, limit)
}

/// What is to be said of one of them today. `part` is who says it.
///
/// # Errors
/// The store; a rule set that does not reach.
pub fn say(
    app: &App,
    conn: &mut Conn,
    row: &ProposalRow,
    today: NaiveDate,
    now: Now,
    part: &'static str,
) -> Result<WriteSet, Refusal> {
    let mut writes = WriteSet::default();
    let Some(end) = row.expires_on else { return Ok(writes) };
    let days = days_to_say(end, &warn_days(&app.proposals, row.kind, today)?);
    let over = end <= today;
    if !over && let Some(reached) = days.iter().filter(|day| **day <= today).max() {
        let days_before = (end - *reached).num_days();
        let known = proposal_warning_list(conn, &[row.id])?;
        if !known.iter().any(|warning| warning.expires_on == end && warning.days_before == days_before) {
            let warning =
                ProposalWarningRow { proposal_id: row.id, expires_on: end, days_before, raised_at: now.legal };
            writes.proposal_warnings.push(warning);
        }
    }
    writes.changes.push(Box::new(ProposalMoved {
        id: row.id,
        version: row.version,
        variant: row.variant,
        state: if over { ProposalStanding::Expired } else { row.state },
        sent_on: row.sent_on,
        decided_on: row.decided_on,
        expires_on: row.expires_on,
        next_on: days.into_iter().filter(|day| *day > today).min(),
    }));
    let deed = Deed::on(Action::ProposalWarn, ObjectRef::proposal(row.id), row.registration_id);
    writes.audit.push(app.audit.leaf_of_system(part, now.system, &deed)?);
    Ok(writes)
}

fn warn_days(proposals: &ProposalRules, kind: ProposalKind, today: NaiveDate) -> Result<Vec<u32>, Refusal> {
    let days = match kind {
        ProposalKind::PassportProposal => proposals.passports.at(today).map(|rules| rules.warn_days().to_vec()),
        ProposalKind::WarningNotice => proposals.notices.at(today).map(|rules| rules.warn_days().to_vec()),
    };
    days.map_err(|before| Refusal::Rules(before.to_string()))
}
