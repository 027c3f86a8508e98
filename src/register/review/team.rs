//! How a lead's team stands as a whole: the ages of its open flags, and the terms that end first.

use chrono::{Days, NaiveDate};

use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::register::view::FlagSummary;
use crate::register::{Refusal, unit};
use crate::store::review::flag_escalated_at;
use crate::store::team::{flag_count_by_age, flag_list_due};
use crate::vocabulary::Regime;

/// Ages of flags in days: up to and including. What is older stands in a part of its own.
pub const AGES: [u64; 4] = [2, 7, 14, 30];
/// Days within which a term is at risk.
const SOON: u64 = 2;
/// Flags at risk that are looked at.
const RISKS: i64 = 15;

/// How a team stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamState {
    /// The legal day it is about.
    pub on: NaiveDate,
    /// How many open flags are of each age, as [`AGES`] cuts them, and last how many are older.
    pub ages: [i64; AGES.len() + 1],
    /// Flags whose term has passed or ends soon, the first to end first.
    pub at_risk: Vec<FlagSummary>,
}

/// Reads how the lead's team stands.
///
/// # Errors
/// [`Refusal::Forbidden`] for everybody but a lead.
pub async fn state(app: &App, ctx: &Ctx) -> Result<TeamState, Refusal> {
    let deed = Deed::of(Action::WorkloadRead, ObjectRef::none()).with_fields(&["ages", "terms"]);
    let reach = access::reach(&ctx.actor, Action::WorkloadRead, ctx.purpose);
    let (reader, on) = (ctx.clone(), ctx.today(Regime::NlPilot.zone()));
    unit::read(app, ctx, deed, move |conn| {
        reach.allowed()?;
        let team = reader.actor.team.ok_or(Refusal::Forbidden("your account belongs to no team"))?;
        let since: Vec<NaiveDate> = AGES.iter().filter_map(|days| on.checked_sub_days(Days::new(*days))).collect();
        let mut ages = [0; AGES.len() + 1];
        for row in flag_count_by_age(conn, team, &since)? {
            if let Some(age) = usize::try_from(row.part).ok().and_then(|part| ages.get_mut(part)) {
                *age = row.flags;
            }
        }
        let until = on.checked_add_days(Days::new(SOON)).unwrap_or(on);
        let rows = flag_list_due(conn, team, on, until, RISKS)?;
        let escalated = flag_escalated_at(conn, &rows)?;
        let at_risk = rows.iter().map(|row| FlagSummary::of(row, escalated.get(&row.id).copied(), on)).collect();
        Ok(TeamState { on, ages, at_risk })
    })
    .await
}
