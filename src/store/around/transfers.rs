//! Offers of files to other teams.

use diesel::prelude::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};

use crate::access::Reach;
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId, TeamId, TransferId};
use crate::store::registrations::moved;
use crate::store::schema::{registrations, transfers};
use crate::store::{Change, Conn, StoreError};
use crate::vocabulary::TransferState;

/// An offer of a file to another team, and what became of it.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = transfers)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct TransferRow {
    pub id: TransferId,
    pub registration_id: RegistrationId,
    pub from_team_id: TeamId,
    pub from_officer_id: AccountId,
    pub to_team_id: TeamId,
    pub to_officer_id: Option<AccountId>,
    pub state: TransferState,
    pub reason_enc: String,
    pub answer_enc: Option<String>,
    pub offered_by: AccountId,
    pub offered_at: UtcTime,
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<UtcTime>,
    pub version: i64,
}

/// A transfer of this registration.
pub fn transfer_find(
    conn: &mut Conn,
    registration: RegistrationId,
    id: TransferId,
) -> Result<Option<TransferRow>, StoreError> {
    Ok(transfers::table
        .filter(transfers::id.eq(id).and(transfers::registration_id.eq(registration)))
        .select(TransferRow::as_select())
        .first(conn)
        .optional()?)
}

/// The offer of this registration that waits for an answer.
pub fn transfer_find_open(conn: &mut Conn, registration: RegistrationId) -> Result<Option<TransferRow>, StoreError> {
    Ok(transfers::table
        .filter(transfers::registration_id.eq(registration).and(transfers::state.eq(TransferState::Offered)))
        .select(TransferRow::as_select())
        .first(conn)
        .optional()?)
}

/// Every transfer of a registration, the last first.
pub fn transfer_list(conn: &mut Conn, registration: RegistrationId) -> Result<Vec<TransferRow>, StoreError> {
    Ok(transfers::table
        .filter(transfers::registration_id.eq(registration))
        .select(TransferRow::as_select())
        .order(transfers::id.desc())
        .load(conn)?)
}

/// Offers that wait and that `reach` is about, the longest waiting first: made by a team or to it, or made of the files
/// of an officer.
pub fn transfer_list_open(
    conn: &mut Conn,
    reach: &Reach,
    after: Option<TransferId>,
    limit: i64,
) -> Result<Vec<TransferRow>, StoreError> {
    let mut query = transfers::table
        .inner_join(registrations::table)
        .filter(transfers::state.eq(TransferState::Offered))
        .select(TransferRow::as_select())
        .order(transfers::id)
        .limit(limit)
        .into_boxed();
    match reach {
        Reach::Everything => {}
        Reach::Team(team) => {
            query = query.filter(transfers::to_team_id.eq(*team).or(transfers::from_team_id.eq(*team)));
        }
        Reach::Officer(officer) => query = query.filter(registrations::officer_id.eq(*officer)),
        Reach::Person(_) | Reach::Nothing(_) => return Ok(Vec::new()),
    }
    if let Some(after) = after {
        query = query.filter(transfers::id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// An offer that no longer waits. Needs the version that was read.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "columns are explained in the migrations")]
pub struct TransferClosed {
    pub id: TransferId,
    pub version: i64,
    pub state: TransferState,
    pub to_officer_id: Option<AccountId>,
    pub answer_enc: Option<String>,
    pub closed_by: AccountId,
    pub closed_at: UtcTime,
}

impl Change for TransferClosed {
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let open = transfers::table
            .find(self.id)
            .filter(transfers::version.eq(self.version).and(transfers::state.eq(TransferState::Offered)));
        let changed = diesel::update(open)
            .set((
                transfers::state.eq(self.state),
                transfers::to_officer_id.eq(self.to_officer_id),
                transfers::answer_enc.eq(&self.answer_enc),
                transfers::closed_by.eq(self.closed_by),
                transfers::closed_at.eq(self.closed_at),
                transfers::version.eq(self.version + 1),
            ))
            .execute(conn)?;
        moved(changed)
    }
}
