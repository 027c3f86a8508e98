//! Who can own a flag on a day: by caseload, absence and cover, team, and region.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::absences::absence_list_from;
use super::accounts::team_list;
use super::conn::Conn;
use super::error::StoreError;
use super::schema::accounts;
use crate::ids::{AccountId, TeamId};
use crate::vocabulary::{AccountState, Role};

/// Everybody who can own a flag on one day.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    /// Officers and leads whose accounts are in use and who are not absent, in the order of their ids.
    present: Vec<AccountId>,
    /// Who stands in for an absent officer.
    covers: HashMap<AccountId, AccountId>,
    /// The leads of a team, present ones first, then by how long they have served.
    leads: BTreeMap<TeamId, AccountId>,
    /// For each team the others of its region that have a lead.
    of_region: HashMap<TeamId, AccountId>,
    any_lead: Option<AccountId>,
}

impl Owners {
    /// The officer who supervises; while that officer is absent, whoever stands in; when neither is there, the lead of
    /// the team; then a lead of the region; then any lead. `None` when there is no lead at all.
    pub fn of(&self, officer: AccountId, team: TeamId) -> Option<AccountId> {
        if self.is_present(officer) {
            return Some(officer);
        }
        let cover = self.covers.get(&officer).copied().filter(|cover| self.is_present(*cover));
        cover.or_else(|| self.lead(team))
    }

    /// The lead of a team; of its region when it has none; any when that has none either.
    pub fn lead(&self, team: TeamId) -> Option<AccountId> {
        self.leads.get(&team).or(self.of_region.get(&team)).copied().or(self.any_lead)
    }

    fn is_present(&self, account: AccountId) -> bool {
        self.present.binary_search(&account).is_ok()
    }
}

/// Everybody who can own a flag on `day`. Absent leads are asked only when no other can be.
pub fn flag_owners(conn: &mut Conn, day: NaiveDate) -> Result<Owners, StoreError> {
    let staff: Vec<(AccountId, Role, Option<TeamId>)> = accounts::table
        .filter(accounts::state.eq(AccountState::Active))
        .filter(accounts::role.eq_any([Role::SupervisionOfficer, Role::ReviewLead]))
        .select((accounts::id, accounts::role, accounts::team_id))
        .order(accounts::id)
        .load(conn)?;
    let away: HashMap<AccountId, Option<AccountId>> = absence_list_from(conn, day)?
        .into_iter()
        .filter(|absence| absence.from_on <= day)
        .map(|absence| (absence.account_id, absence.cover_id))
        .collect();
    let mut owners = Owners {
        covers: away.iter().filter_map(|(absent, cover)| Some((*absent, (*cover)?))).collect(),
        ..Owners::default()
    };
    let (there, absent): (Vec<_>, Vec<_>) = staff.into_iter().partition(|(id, ..)| !away.contains_key(id));
    owners.present = there.iter().map(|(id, ..)| *id).collect();
    for (id, role, team) in there.into_iter().chain(absent) {
        if role == Role::ReviewLead {
            owners.any_lead.get_or_insert(id);
            if let Some(team) = team {
                owners.leads.entry(team).or_insert(id);
            }
        }
    }
    let teams = team_list(conn)?;
    for team in &teams {
        let neighbours = teams.iter().filter(|other| other.region == team.region && other.id != team.id);
        if let Some(lead) = neighbours.filter_map(|other| owners.leads.get(&other.id)).min() {
            owners.of_region.insert(team.id, *lead);
        }
    }
    Ok(owners)
}
