//! How much a file holds that somebody must look through before it is given to the person.

use diesel::prelude::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};

use super::conn::Conn;
use super::error::StoreError;
use super::schema::{
    address_verifications, case_notes, contact_log, documents, evaluation_assignments, flags, former_chain_numbers,
    home_visits, identity_checks, measure_records, merges, proposals, removals, supervision_findings,
    supervision_orders, transfers, travel_notices,
};
use crate::ids::{PersonId, RegistrationId};
use crate::vocabulary::{HeldKind, MeasureKind};

/// Counts the rows of one table that are about this registration, or this person.
macro_rules! count {
    ($conn:expr, $table:ident, $column:ident, $of:expr) => {
        $table::table.filter($table::$column.eq($of)).count().get_result($conn)?
    };
}

/// How many things of one kind the file holds. Requests for help are not measures here: the person reads them.
pub fn held_count(
    conn: &mut Conn,
    kind: HeldKind,
    registration: RegistrationId,
    person: PersonId,
) -> Result<i64, StoreError> {
    Ok(match kind {
        HeldKind::HomeVisit => count!(conn, home_visits, registration_id, registration),
        HeldKind::AddressVerification => count!(conn, address_verifications, registration_id, registration),
        HeldKind::Contact => count!(conn, contact_log, registration_id, registration),
        HeldKind::Note => count!(conn, case_notes, registration_id, registration),
        HeldKind::Document => count!(conn, documents, registration_id, registration),
        HeldKind::Transfer => count!(conn, transfers, registration_id, registration),
        HeldKind::Merge => {
            let named = merges::surviving_id.eq(registration).or(merges::absorbed_id.eq(registration));
            merges::table.filter(named).count().get_result(conn)?
        }
        HeldKind::IdentityCheck => count!(conn, identity_checks, registration_id, registration),
        HeldKind::Flag => count!(conn, flags, registration_id, registration),
        HeldKind::Measure => measure_records::table
            .filter(measure_records::registration_id.eq(registration))
            .filter(measure_records::kind.ne(MeasureKind::HelpRequest))
            .count()
            .get_result(conn)?,
        HeldKind::Proposal => count!(conn, proposals, registration_id, registration),
        HeldKind::TravelNotice => count!(conn, travel_notices, registration_id, registration),
        HeldKind::SupervisionOrder => count!(conn, supervision_orders, person_id, person),
        HeldKind::SupervisionFinding => count!(conn, supervision_findings, registration_id, registration),
        HeldKind::ChainNumber => count!(conn, former_chain_numbers, person_id, person),
        HeldKind::StudyAssignment => count!(conn, evaluation_assignments, person_id, person),
        HeldKind::Removal => count!(conn, removals, registration_id, registration),
    })
}
