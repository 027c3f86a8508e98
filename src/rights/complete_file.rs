//! The complete file about a person, at once (Wpg art. 25, GDPR art. 15).
//!
//! Given at once is what the person may read anyway, in full and with every version. What officials wrote or received may
//! speak of others, or of an inquiry that still runs: it is counted, and somebody looks it through before it is given
//! (Wpg art. 27). To the person the count is one number, so that it does not tell of which kind there is something.
//! `tests/it/rights.rs` fails when a table about persons is neither in the file nor counted nor left out with a reason.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::requests::{self, RightsRequestView};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{FactId, RegistrationId};
use crate::measures::help::{self, HelpRequestView};
use crate::register::file::{self, File};
use crate::register::identity::representative::RepresentativeView;
use crate::register::permit::permit;
use crate::register::review::dispute::{self, DisputeView};
use crate::register::view::{
    self, AccessEntry, AttemptView, DutyStory, FactView, NotificationSummary, RegistrationView, ReminderOfDuty,
};
use crate::register::{Refusal, unit};
use crate::store::Conn;
use crate::store::audit::audit_leaf_list_newest;
use crate::store::facts::fact_list;
use crate::store::identity::representatives::representative_list;
use crate::store::notifications::{attempt_page, notification_page};
use crate::store::rights::held_count;
use crate::vault::Strongbox;
use crate::vocabulary::{HeldKind, Role};

/// Everything there is of one kind: a file is given whole.
const ALL: i64 = i64::MAX;

/// Everything the register gives a person about themself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompleteFile {
    /// When it was put together.
    pub made_at: UtcTime,
    /// The person and the registration.
    pub registration: RegistrationView,
    /// Every fact, also what was corrected since.
    pub facts: Vec<FactView>,
    /// Every notification with its receipt, the newest first.
    pub notifications: Vec<GivenNotification>,
    /// Every attempt that did not become a notification, with its receipt, the newest first.
    pub attempts: Vec<GivenAttempt>,
    /// Every duty with every version of its explanation, the first due first.
    pub duties: Vec<DutyStory>,
    /// Every reminder and how far it came.
    pub reminders: Vec<ReminderOfDuty>,
    /// Every dispute with its decision.
    pub disputes: Vec<DisputeView>,
    /// Everybody who acts or acted for the person.
    pub representatives: Vec<RepresentativeView>,
    /// Every request for help.
    pub help_requests: Vec<HelpRequestView>,
    /// Everything the person asked as their right, with its decision, the last first.
    pub rights_requests: Vec<RightsRequestView>,
    /// Who looked or changed something, the newest first.
    pub access: Vec<AccessEntry>,
    /// What somebody looks through before it is given.
    pub held_back: HeldBack,
}

/// A notification as the person gave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GivenNotification {
    /// The notification.
    #[serde(flatten)]
    pub summary: NotificationSummary,
    /// What was stated, as it was sent.
    #[schema(value_type = Object)]
    pub content: Value,
    /// What was shown with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub evidence: Option<Value>,
    /// The signed receipt.
    pub receipt: String,
}

/// An attempt with its receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GivenAttempt {
    /// The attempt.
    #[serde(flatten)]
    pub attempt: AttemptView,
    /// The signed receipt.
    pub receipt: String,
}

/// What somebody looks through before it is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeldBack {
    /// How many things; the person asks the privacy officer for them.
    pub total: i64,
    /// How many of each kind; for the privacy officer alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_kind: Option<Vec<HeldCount>>,
}

/// How many things of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeldCount {
    /// Of which kind.
    pub kind: HeldKind,
    /// How many.
    pub count: i64,
}

/// Puts together the complete file about a person, for the person or for the privacy officer who answers them.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn read(app: &App, ctx: &Ctx, id: RegistrationId) -> Result<CompleteFile, Refusal> {
    let deed = Deed::on(Action::FileRead, ObjectRef::registration(id), id).with_fields(&["file"]);
    let strongbox = file::strongbox(app, ctx, id, &deed).await?;
    let (unit_app, reader) = (app.clone(), ctx.clone());
    unit::read(app, ctx, deed, move |conn| put_together(&unit_app, &reader, id, &strongbox, conn)).await
}

fn put_together(
    app: &App,
    reader: &Ctx,
    id: RegistrationId,
    strongbox: &Strongbox,
    conn: &mut Conn,
) -> Result<CompleteFile, Refusal> {
    let file = File::load(conn, id)?;
    permit(reader, Action::FileRead, &file.registration)?;
    let today = reader.today(file.zone());
    let (registration, duties) = view::with_duties(conn, &file, &app.rules, today, strongbox)?;
    let represents = representative_list(conn, id)?;
    Ok(CompleteFile {
        made_at: reader.now.system,
        registration,
        facts: facts(conn, id, strongbox)?,
        notifications: notifications(conn, id, strongbox)?,
        attempts: attempts(conn, id, strongbox)?,
        duties,
        reminders: view::reminders_of(conn, &file)?,
        disputes: dispute::views(conn, &file.registration, reader, strongbox)?,
        representatives: represents
            .iter()
            .map(|row| RepresentativeView::open(row, today, strongbox))
            .collect::<Result<_, _>>()?,
        help_requests: help::all_of_file(conn, id, strongbox)?,
        rights_requests: requests::all_of_file(conn, id, strongbox)?,
        access: access(app, conn, &file)?,
        held_back: held_back(conn, reader, &file)?,
    })
}

fn facts(conn: &mut Conn, id: RegistrationId, strongbox: &Strongbox) -> Result<Vec<FactView>, Refusal> {
    let rows = fact_list(conn, id)?;
    let governing: Vec<FactId> = file::governing(&rows).iter().map(|row| row.id).collect();
    rows.iter().map(|row| view::fact_view(row, governing.contains(&row.id), strongbox)).collect()
}

fn notifications(
    conn: &mut Conn,
    id: RegistrationId,
    strongbox: &Strongbox,
) -> Result<Vec<GivenNotification>, Refusal> {
    let rows = notification_page(conn, id, None, ALL)?;
    rows.into_iter()
        .map(|row| {
            let open = |column: &str, sealed: &str| strongbox.open("notifications", column, row.id.as_str(), sealed);
            Ok(GivenNotification {
                summary: NotificationSummary::of(&row),
                content: open("content_enc", &row.content_enc)?,
                evidence: row.evidence_enc.as_deref().map(|sealed| open("evidence_enc", sealed)).transpose()?,
                receipt: row.receipt.clone(),
            })
        })
        .collect()
}

fn attempts(conn: &mut Conn, id: RegistrationId, strongbox: &Strongbox) -> Result<Vec<GivenAttempt>, Refusal> {
    let rows = attempt_page(conn, id, None, ALL)?;
    rows.into_iter()
        .map(|row| Ok(GivenAttempt { attempt: AttemptView::open(&row, strongbox)?, receipt: row.receipt }))
        .collect()
}

fn access(app: &App, conn: &mut Conn, file: &File) -> Result<Vec<AccessEntry>, Refusal> {
    let pseudonyms = app.audit.pseudonyms();
    let subjects = pseudonyms.registration_ever(file.registration.id)?;
    let subjects: Vec<String> = subjects.iter().map(|pseudonym| pseudonym.as_str().to_owned()).collect();
    let own = pseudonyms.person_ever(file.person.id)?;
    let rows = audit_leaf_list_newest(conn, Some(&subjects), None, ALL)?;
    rows.iter().map(|row| AccessEntry::of(row, &own)).collect()
}

fn held_back(conn: &mut Conn, reader: &Ctx, file: &File) -> Result<HeldBack, Refusal> {
    let mut counts = Vec::new();
    for &kind in HeldKind::ALL {
        counts.push(HeldCount { kind, count: held_count(conn, kind, file.registration.id, file.person.id)? });
    }
    let total = counts.iter().map(|held| held.count).sum();
    let by_kind = (reader.actor.role == Role::PrivacyOfficer).then_some(counts);
    Ok(HeldBack { total, by_kind })
}
