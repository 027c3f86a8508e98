//! What a unit of work decided to write: rows and changes, executed by the writer and by nobody else.
//!
//! A use case reads, decides and returns a `WriteSet`. Sets of independent units are merged and executed together
//! (see [`super::group`]), so nothing here may depend on being executed alone.

use diesel::RunQueryDsl;

use super::absences::AbsenceRow;
use super::around::contacts::ContactRow;
use super::around::documents::{DocumentChunkRow, DocumentRow};
use super::around::notes::NoteRow;
use super::around::transfers::TransferRow;
use super::around::verifications::VerificationRow;
use super::around::visits::VisitRow;
use super::conn::Conn;
use super::disputes::{DisputeFlagRow, DisputeRow};
use super::error::StoreError;
use super::events::EventRow;
use super::identity::chain_numbers::FormerChainNumberRow;
use super::identity::checks::IdentityCheckRow;
use super::identity::merges::{MergeRow, MergedFactRow};
use super::identity::representatives::RepresentativeRow;
use super::measures::{MeasureRow, MeasureStepRow};
use super::proposals::{ProposalEventRow, ProposalRow, ProposalWarningRow};
use super::referrals::{AuthorityDecisionRow, ReferralBundleRow, ReferralRow};
use super::removals::RemovalRow;
use super::review::{FlagEscalationRow, FlagStepRow};
use super::rights_requests::RightsRequestRow;
use super::rows::{
    AccountRow, ActivationCodeRow, AttemptRow, ConsoleSessionRow, DeliveryAttemptRow, DutyRow, DutyVersionRow, FactRow,
    FlagRow, IdempotencyKeyRow, NotificationRow, OutageRow, OutboxRow, PersonLookupRow, PersonRow, RefreshTokenRow,
    RegistrationRow, ReminderRow, SessionRow, TeamRow,
};
use super::schema;
use super::self_audit::{SelfAuditFindingRow, SelfAuditRunRow};
use super::sign_in::{AccountIdentityRow, ClientAssertionRow, ClientKeyRow, SignInAttemptRow};
use super::travel_notices::{TravelNoticeRow, TripHappeningRow};
use super::webhooks::{DeliveryRow, SubscriptionRow, WebhookAttemptRow};
use crate::clock::UtcTime;
use crate::each_backend;

/// Rows per statement: well below the 32,766 bound values SQLite accepts, for the widest table.
const ROWS_PER_STATEMENT: usize = 500;

/// A change to a row that exists. It says so itself when the row is no longer what was read.
pub trait Change: Send {
    /// Executes the change; [`StoreError::Conflict`] when the row has moved on since it was read.
    fn apply(&self, conn: &mut Conn) -> Result<(), StoreError>;
}

/// An entry for the audit tree, complete but for its place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedLeaf {
    /// When it happened, by the system clock.
    pub recorded_at: UtcTime,
    /// The canonical entry.
    pub entry: String,
    /// `SHA-256(0x00 || entry)`.
    pub leaf_hash: [u8; 32],
    /// Keyed hash of the registration the entry is about.
    pub subject_hash: Option<String>,
}

macro_rules! write_set {
    ($($(#[$meta:meta])* $field:ident: $row:ty => $table:ident,)+ --- $($late:ident: $late_row:ty => $late_table:ident,)+) => {
        /// Everything one unit of work writes. Tables stand in the order in which they depend on one another.
        #[derive(Default)]
        #[allow(missing_docs, reason = "one field per table")]
        pub struct WriteSet {
            $($(#[$meta])* pub $field: Vec<$row>,)+
            /// Changes to existing rows, executed after the rows above.
            pub changes: Vec<Box<dyn Change>>,
            $(pub $late: Vec<$late_row>,)+
            /// Entries for the audit tree; numbered in the last statement before the commit.
            pub audit: Vec<PreparedLeaf>,
        }

        impl WriteSet {
            /// Adds everything of `other` behind what is here.
            pub fn merge(&mut self, mut other: Self) {
                $(self.$field.append(&mut other.$field);)+
                self.changes.append(&mut other.changes);
                $(self.$late.append(&mut other.$late);)+
                self.audit.append(&mut other.audit);
            }

            /// Whether there is nothing to execute but, perhaps, audit entries.
            pub fn is_only_audit(&self) -> bool {
                self.changes.is_empty() $(&& self.$field.is_empty())+ $(&& self.$late.is_empty())+
            }

            /// Executes rows and changes, without the audit entries.
            pub(super) fn execute(&self, conn: &mut Conn) -> Result<(), StoreError> {
                $(for rows in self.$field.chunks(ROWS_PER_STATEMENT) {
                    each_backend!(conn, |c| diesel::insert_into(schema::$table::table).values(rows).execute(c))?;
                })+
                for change in &self.changes {
                    change.apply(conn)?;
                }
                $(for rows in self.$late.chunks(ROWS_PER_STATEMENT) {
                    each_backend!(conn, |c| diesel::insert_into(schema::$late_table::table).values(rows).execute(c))?;
                })+
                Ok(())
            }
        }
    };
}

write_set! {
    teams: TeamRow => teams,
    accounts: AccountRow => accounts,
    activation_codes: ActivationCodeRow => activation_codes,
    sessions: SessionRow => sessions,
    refresh_tokens: RefreshTokenRow => refresh_tokens,
    console_sessions: ConsoleSessionRow => console_sessions,
    sign_in_attempts: SignInAttemptRow => sign_in_attempts,
    client_keys: ClientKeyRow => client_keys,
    client_assertions: ClientAssertionRow => client_assertions,
    persons: PersonRow => persons,
    person_lookups: PersonLookupRow => person_lookups,
    registrations: RegistrationRow => registrations,
    notifications: NotificationRow => notifications,
    facts: FactRow => facts,
    attempts: AttemptRow => attempts,
    outages: OutageRow => outages,
    duties: DutyRow => duties,
    duty_versions: DutyVersionRow => duty_versions,
    home_visits: VisitRow => home_visits,
    address_verifications: VerificationRow => address_verifications,
    contact_log: ContactRow => contact_log,
    case_notes: NoteRow => case_notes,
    transfers: TransferRow => transfers,
    documents: DocumentRow => documents,
    document_chunks: DocumentChunkRow => document_chunks,
    identity_checks: IdentityCheckRow => identity_checks,
    merges: MergeRow => merges,
    removals: RemovalRow => removals,
    rights_requests: RightsRequestRow => rights_requests,
    merged_facts: MergedFactRow => merged_facts,
    former_chain_numbers: FormerChainNumberRow => former_chain_numbers,
    representatives: RepresentativeRow => representatives,
    measure_records: MeasureRow => measure_records,
    measure_record_steps: MeasureStepRow => measure_record_steps,
    proposals: ProposalRow => proposals,
    proposal_events: ProposalEventRow => proposal_events,
    proposal_warnings: ProposalWarningRow => proposal_warnings,
    trip_happenings: TripHappeningRow => trip_happenings,
    travel_notices: TravelNoticeRow => travel_notices,
    ---
    account_identities: AccountIdentityRow => account_identities,
    officer_absences: AbsenceRow => officer_absences,
    flags: FlagRow => flags,
    flag_steps: FlagStepRow => flag_steps,
    flag_escalations: FlagEscalationRow => flag_escalations,
    disputes: DisputeRow => disputes,
    dispute_flags: DisputeFlagRow => dispute_flags,
    outbox: OutboxRow => outbox,
    events: EventRow => events,
    webhook_subscriptions: SubscriptionRow => webhook_subscriptions,
    webhook_deliveries: DeliveryRow => webhook_deliveries,
    referrals: ReferralRow => referrals,
    referral_bundles: ReferralBundleRow => referral_bundles,
    authority_decisions: AuthorityDecisionRow => authority_decisions,
    delivery_attempts: DeliveryAttemptRow => delivery_attempts,
    webhook_attempts: WebhookAttemptRow => webhook_attempts,
    reminders: ReminderRow => reminders,
    self_audit_runs: SelfAuditRunRow => self_audit_runs,
    self_audit_findings: SelfAuditFindingRow => self_audit_findings,
    idempotency_keys: IdempotencyKeyRow => idempotency_keys,
}

/// What a unit of work came to: what to write and what to answer once it is written.
pub struct Decided<T> {
    /// What to write.
    pub writes: WriteSet,
    /// What to answer after the commit.
    pub answer: T,
}

impl<T> Decided<T> {
    /// Writes and answer together.
    pub fn new(writes: WriteSet, answer: T) -> Self {
        Self { writes, answer }
    }
}
