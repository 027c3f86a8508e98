//! Rows, one struct per table, in the types of the field. What leaves `store` is made from these.

use chrono::NaiveDate;
use diesel::prelude::{Insertable, Queryable, Selectable};

use super::schema;
use crate::clock::UtcTime;
use crate::ids::{
    AccountId, ActivationCodeId, AttemptId, DutyId, FactId, FlagId, NotificationId, OutageId, OutboxId, PersonId,
    RefreshTokenId, RegistrationId, ReminderId, SessionId, TeamId,
};
use crate::vocabulary::{
    AccountKind, AccountState, Arm, AttemptKind, Channel, DeliveryChannel, DeliveryOutcome, DutyKind, DutyOutcome,
    FactSource, FlagOutcome, FlagState, Language, LegalBasis, LocationStatus, LookupKind, NotificationState,
    OutboxKind, OutboxState, Purpose, Regime, ReminderWindow, Role, Stage, SuspendedBy,
};

/// A named value of the installation.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::settings)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct SettingRow {
    pub name: String,
    pub value: String,
    pub updated_at: UtcTime,
}

/// A team of officers.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::teams)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct TeamRow {
    pub id: TeamId,
    pub name: String,
    pub region: String,
}

/// Who signs in.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::accounts)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct AccountRow {
    pub id: AccountId,
    pub kind: AccountKind,
    pub role: Role,
    pub state: AccountState,
    pub username_lookup: String,
    pub username_enc: String,
    pub display_name_enc: String,
    pub organisation: String,
    pub team_id: Option<TeamId>,
    pub person_id: Option<PersonId>,
    pub password_hash: Option<String>,
    pub totp_secret_enc: Option<String>,
    pub totp_last_step: i64,
    pub failed_sign_ins: i64,
    pub locked_until: Option<UtcTime>,
    pub security_stamp: String,
    pub suspended_by: Option<SuspendedBy>,
    pub version: i64,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// A one-time code by which a registrant takes an account.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::activation_codes)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ActivationCodeRow {
    pub id: ActivationCodeId,
    pub account_id: AccountId,
    pub code_hash: String,
    pub issued_by: AccountId,
    pub issued_at: UtcTime,
    pub expires_at: UtcTime,
    pub used_at: Option<UtcTime>,
}

/// A sign-in that lasts.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::sessions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct SessionRow {
    pub id: SessionId,
    pub account_id: AccountId,
    pub created_at: UtcTime,
    pub last_used_at: UtcTime,
    pub expires_at: UtcTime,
    pub revoked_at: Option<UtcTime>,
    pub issuer: Option<String>,
    pub proved_at: Option<UtcTime>,
}

/// One link in the chain of refresh tokens of a session.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::refresh_tokens)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct RefreshTokenRow {
    pub id: RefreshTokenId,
    pub session_id: SessionId,
    pub token_hash: String,
    pub issued_at: UtcTime,
    pub used_at: Option<UtcTime>,
}

/// What the console remembers of a session.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::console_sessions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ConsoleSessionRow {
    pub token_hash: String,
    pub session_id: SessionId,
    pub security_stamp: String,
    pub purpose: Option<Purpose>,
    pub registration_id: Option<RegistrationId>,
    pub worklist: Option<String>,
}

/// What was answered to a request that may be repeated.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::idempotency_keys)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct IdempotencyKeyRow {
    pub account_id: AccountId,
    pub key_hash: String,
    pub request_digest: String,
    pub answer: String,
    pub created_at: UtcTime,
}

/// A person, encrypted.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::persons)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct PersonRow {
    pub id: PersonId,
    pub data_key_id: String,
    pub names_enc: String,
    pub birth_date_enc: String,
    pub birth_year: i64,
    pub bsn_enc: Option<String>,
    pub skn_enc: Option<String>,
    pub contact_enc: String,
    pub channel: DeliveryChannel,
    pub language: Language,
    pub version: i64,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// One way of finding a person.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::person_lookups)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct PersonLookupRow {
    pub kind: LookupKind,
    pub digest: String,
    pub person_id: PersonId,
}

/// A registration with its facts document and its derived period.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::registrations)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct RegistrationRow {
    pub id: RegistrationId,
    pub person_id: PersonId,
    pub regime: Regime,
    pub stage: Stage,
    pub legal_basis: Option<LegalBasis>,
    pub legal_basis_enc: Option<String>,
    pub activated_on: Option<NaiveDate>,
    pub activated_by: Option<AccountId>,
    pub pilot_from: Option<NaiveDate>,
    pub subject_never: bool,
    pub subject_from: Option<NaiveDate>,
    pub subject_last_day: Option<NaiveDate>,
    pub provisional: bool,
    pub location_status: LocationStatus,
    pub team_id: TeamId,
    pub officer_id: AccountId,
    pub offence_class: String,
    pub arm: Arm,
    pub facts_doc: String,
    pub facts_version: i64,
    pub needs_birth_date: bool,
    pub assessed_on: NaiveDate,
    pub next_assess_on: Option<NaiveDate>,
    pub profile_set: String,
    pub version: i64,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// What a registrant gave; immutable.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::notifications)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct NotificationRow {
    pub id: NotificationId,
    pub registration_id: RegistrationId,
    pub kind: DutyKind,
    pub received_at: UtcTime,
    pub received_on: NaiveDate,
    pub recorded_at: UtcTime,
    pub posted_on: Option<NaiveDate>,
    pub channel: Channel,
    pub recorded_by: AccountId,
    pub on_behalf: bool,
    pub state: NotificationState,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<UtcTime>,
    pub content_enc: String,
    pub content_digest: String,
    pub evidence_enc: Option<String>,
    pub receipt: String,
}

/// One assertion; append-only.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::facts)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct FactRow {
    pub id: FactId,
    pub registration_id: RegistrationId,
    pub seq: i64,
    pub kind: String,
    pub valid_on: Option<NaiveDate>,
    pub root_id: FactId,
    pub corrects_id: Option<FactId>,
    pub notification_id: Option<NotificationId>,
    pub source: FactSource,
    pub asserted_by: AccountId,
    pub verified: bool,
    pub recorded_at: UtcTime,
    pub payload: String,
    pub content_enc: Option<String>,
}

/// An attempt that did not become a notification.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::attempts)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct AttemptRow {
    pub id: AttemptId,
    pub registration_id: RegistrationId,
    pub kind: AttemptKind,
    pub duty_kind: DutyKind,
    pub duty_id: Option<DutyId>,
    pub occurred_at: UtcTime,
    pub occurred_on: NaiveDate,
    pub recorded_at: UtcTime,
    pub recorded_by: AccountId,
    pub channel: Channel,
    pub fields: String,
    pub note_enc: Option<String>,
    pub receipt: String,
}

/// A time in which the system could not be reached.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::outages)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct OutageRow {
    pub id: OutageId,
    pub started_at: UtcTime,
    pub ended_at: Option<UtcTime>,
    pub cause: String,
    pub recorded_by: AccountId,
    pub recorded_at: UtcTime,
}

/// A duty as it stands.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::duties)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct DutyRow {
    pub id: DutyId,
    pub registration_id: RegistrationId,
    pub kind: DutyKind,
    pub root_id: String,
    pub ordinal: i64,
    pub version: i64,
    pub trigger_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
    pub overdue_after: Option<NaiveDate>,
    pub outcome: DutyOutcome,
    pub met_by: Option<NotificationId>,
    pub met_on: Option<NaiveDate>,
    pub steps_digest: String,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// A duty as it stood, with its explanation.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::duty_versions)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct DutyVersionRow {
    pub duty_id: DutyId,
    pub version: i64,
    pub recorded_at: UtcTime,
    pub as_of: NaiveDate,
    pub trigger_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
    pub overdue_after: Option<NaiveDate>,
    pub outcome: DutyOutcome,
    pub met_by: Option<NotificationId>,
    pub met_on: Option<NaiveDate>,
    pub rule: String,
    pub citation: String,
    pub profile_version: String,
    pub calendar_version: Option<String>,
    pub profile_set: String,
    pub facts_version: i64,
    pub steps: String,
}

/// Possible non-compliance, before a human.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::flags)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct FlagRow {
    pub id: FlagId,
    pub duty_id: DutyId,
    pub duty_version: i64,
    pub registration_id: RegistrationId,
    pub state: FlagState,
    pub owner_id: AccountId,
    pub team_id: TeamId,
    pub first_failure_day: NaiveDate,
    pub raised_on: NaiveDate,
    pub raised_at: UtcTime,
    pub version: i64,
    pub updated_at: UtcTime,
    pub outcome: Option<FlagOutcome>,
    pub basis_id: Option<String>,
    pub proposed_by: Option<AccountId>,
    pub decided_by: Option<AccountId>,
    pub answered: bool,
    pub open_disputes: i64,
    pub fact_disputed: bool,
    pub last_step: i64,
    pub term_step: i64,
    pub due_on: Option<NaiveDate>,
    pub snoozed_until: Option<NaiveDate>,
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::outbox)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct OutboxRow {
    pub id: OutboxId,
    pub kind: OutboxKind,
    pub registration_id: Option<RegistrationId>,
    pub reference_id: String,
    pub event: String,
    pub channel: DeliveryChannel,
    pub state: OutboxState,
    pub attempts: i64,
    pub next_try_at: UtcTime,
    pub leased_by: Option<String>,
    pub leased_until: Option<UtcTime>,
    pub purpose_ends_on: Option<NaiveDate>,
    pub message_id: String,
    pub handed_over_at: Option<UtcTime>,
    pub delivered_at: Option<UtcTime>,
    pub last_code: Option<String>,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// One attempt at handing a message over.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::delivery_attempts)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct DeliveryAttemptRow {
    pub outbox_id: OutboxId,
    pub attempt: i64,
    pub started_at: UtcTime,
    pub ended_at: UtcTime,
    pub outcome: DeliveryOutcome,
    pub code: String,
}

/// A reminder of one duty, date, window and channel.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::reminders)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct ReminderRow {
    pub id: ReminderId,
    pub duty_id: DutyId,
    pub duty_version: i64,
    pub due_on: NaiveDate,
    pub reminder_window: ReminderWindow,
    pub channel: DeliveryChannel,
    pub planned_on: NaiveDate,
    pub outbox_id: OutboxId,
    pub created_at: UtcTime,
}

/// A leaf of the audit tree.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::audit_leaves)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct AuditLeafRow {
    pub leaf_index: i64,
    pub recorded_at: UtcTime,
    pub entry: String,
    pub leaf_hash: Vec<u8>,
    pub subject_hash: Option<String>,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::audit_checkpoints)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
#[allow(missing_docs, reason = "columns are explained in the migrations and in docs/data-classes.md")]
pub struct AuditCheckpointRow {
    pub tree_size: i64,
    pub previous_size: i64,
    pub root_hash: Vec<u8>,
    pub frontier: Vec<u8>,
    pub note: String,
    pub created_at: UtcTime,
    pub published_at: Option<UtcTime>,
}
