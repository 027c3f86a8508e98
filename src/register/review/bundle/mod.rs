//! What an authority gets with a referral: the case as it was when it was decided, sealed.
//!
//! The case is kept with the decision, in the same unit of work, and never changes; the signature over it is made then, as
//! that of a receipt is. What goes out is one ZIP: the case for a machine and for a reader, the signature, and the proof that
//! the decision stands in the audit under a signed checkpoint. Supervision under the Wlt is no part of it: an authority
//! reads that where it may.

mod letter;

use std::io::Cursor;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::case::{Case, subject_of_flag};
use super::story::FlagStepView;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::inclusion::{Inclusion, inclusion};
use crate::audit::leaf::{AuditEntry, Outcome};
use crate::audit::publish::PublishError;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::crypto::receipt::{ReceiptClaims, ReceiptStanding, canonical};
use crate::ids::{FlagId, NotificationId, RegistrationId};
use crate::register::file::{self, File};
use crate::register::input::PersonName;
use crate::register::view::{Evidence, FlagDetail, StoredNames, evidence};
use crate::register::{Refusal, unit};
use crate::statistics::formats::archive::{Archive, ArchiveError};
use crate::store::audit::audit_leaf_list_newest;
use crate::store::flags::flag_find;
use crate::store::referrals::{ReferralBundleRow, referral_bundle_latest};
use crate::store::registrations::registration_find;
use crate::store::review::{FlagStepRow, flag_step_list};
use crate::store::rows::AuditLeafRow;
use crate::store::{Conn, StoreError};
use crate::vault::Strongbox;
use crate::vocabulary::{DutyKind, FlagStepKind, NotificationState};

/// The form of the case; another one gets another number.
const FORM: &str = "zedenregister/referral/1";
/// Audit entries read at once.
const PAGE: i64 = 500;

/// A case as it was referred.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReferredCase {
    form: String,
    /// The address of the register.
    register: String,
    /// When it was referred.
    made_at: UtcTime,
    person: ReferredPerson,
    flag: FlagDetail,
    /// Every step up to the decision.
    steps: Vec<FlagStepView>,
    search: Search,
}

/// Whom it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReferredPerson {
    name: PersonName,
    other_names: Vec<PersonName>,
    birth_date: NaiveDate,
}

/// What the register was searched for, and whether it was there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Search {
    /// When.
    searched_at: UtcTime,
    /// The kind of notification.
    kind: DutyKind,
    /// From this day of receipt on.
    from: NaiveDate,
    /// The notifications of this kind that count; none is what a failure to notify rests on.
    found: Vec<NotificationId>,
}

impl Search {
    fn through(flag: &FlagDetail, at: UtcTime) -> Self {
        let (kind, from) = (flag.duty_kind, flag.duty.trigger);
        let counts = flag.notifications.iter().filter(|given| {
            given.kind == kind && given.state == NotificationState::Accepted && given.received_on >= from
        });
        Self { searched_at: at, kind, from, found: counts.map(|given| given.id).collect() }
    }
}

/// Keeps the case of a referral that was just decided, with the signature over it.
///
/// # Errors
/// [`Refusal::Keys`] when it cannot be signed or encrypted; whatever of it cannot be read.
pub(super) fn keep(case: &mut Case<'_>, conn: &mut Conn, reader: &Ctx) -> Result<(), Refusal> {
    let (app, strongbox, at) = (case.app(), case.strongbox()?, case.at());
    let file = File::load(conn, case.registration.id)?;
    let names: StoredNames = strongbox.open("persons", "names_enc", file.person.id.as_str(), &file.person.names_enc)?;
    let with = Evidence { app, reader, strongbox, supervision: false };
    let flag = evidence(conn, &file, case.flag.clone(), &with)?;
    let mut steps = flag_step_list(conn, case.flag.id)?;
    steps.extend(case.writes.flag_steps.iter().cloned());
    let referred = ReferredCase {
        form: FORM.to_owned(),
        register: app.config.server.public_url.clone(),
        made_at: at,
        person: ReferredPerson {
            name: names.name,
            other_names: names.other_names,
            birth_date: file::birth_date(&file.person, strongbox)?,
        },
        search: Search::through(&flag, at),
        flag,
        steps: steps.into_iter().map(|row| FlagStepView::of(row, strongbox)).collect::<Result<_, _>>()?,
    };
    let content = serde_json::to_value(&referred).map_err(|e| Refusal::Rules(format!("the case: {e}")))?;
    let (flag, step) = (case.flag.id, case.flag.last_step);
    case.writes.referral_bundles.push(ReferralBundleRow {
        flag_id: flag,
        step,
        made_at: at,
        seal: seal(app, flag, &referred, &content)?,
        content_enc: case.seal("referral_bundles", &place(flag, step), &content)?,
    });
    Ok(())
}

fn place(flag: FlagId, step: i64) -> String {
    format!("{flag}/{step}")
}

fn seal(app: &App, flag: FlagId, referred: &ReferredCase, content: &Value) -> Result<String, Refusal> {
    let claims = ReceiptClaims::over(
        &referred.register,
        flag.as_str(),
        referred.search.kind.as_str(),
        ReceiptStanding::Referral,
        referred.made_at.utc(),
        &canonical(content),
        &mut rand::rng(),
    );
    app.receipts.get().sign(&claims).map_err(|e| Refusal::Keys(e.to_string()))
}

/// The bundle of the last referral of a flag, as ZIP: `audit.json`, `case.json`, `case.pdf` and `seal.jws`.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; `not_referred`; `not_sealed_yet` until a checkpoint covers the decision.
pub async fn bundle(app: &App, ctx: &Ctx, id: FlagId) -> Result<Vec<u8>, Refusal> {
    let found = app.store.read(move |conn| flag_find(conn, id)).await.map_err(Refusal::Store)?;
    let Some(row) = found else {
        let deed = Deed::of(Action::FlagRead, ObjectRef::flag(id));
        return unit::read(app, ctx, deed, |_| Err(Refusal::NotFound)).await;
    };
    let registration = row.registration_id;
    let deed = Deed::on(Action::FlagRead, ObjectRef::flag(id), registration).with_fields(&["referral_bundle"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (shared, reader) = (app.clone(), ctx.clone());
    let ((kept, content, proof), zone) = unit::read(app, ctx, deed, move |conn| {
        let row = flag_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let file = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        let subject = subject_of_flag(&row, &file, &reader);
        access::decide(&reader.actor, Action::FlagRead, &subject, reader.purpose).allowed()?;
        Ok((opened(&shared, conn, (registration, id), &strongbox)?, file.regime.zone()))
    })
    .await?;
    let referred: ReferredCase =
        serde_json::from_value(content.clone()).map_err(|e| Refusal::Rules(format!("a stored case: {e}")))?;
    zipped(&[
        ("audit.json", pretty(&proof)?),
        ("case.json", pretty(&content)?),
        ("case.pdf", letter::pdf(&referred, zone)?),
        ("seal.jws", kept.seal.into_bytes()),
    ])
}

/// The stored case with what proves it.
fn opened(
    app: &App,
    conn: &mut Conn,
    (registration, flag): (RegistrationId, FlagId),
    strongbox: &Strongbox,
) -> Result<(ReferralBundleRow, Value, Inclusion), Refusal> {
    let kept = referral_bundle_latest(conn, flag)?.ok_or(Refusal::Conflict {
        code: "not_referred",
        detail: "Nothing of this flag was referred to an authority.",
    })?;
    let place = place(flag, kept.step);
    let content: Value = strongbox.open("referral_bundles", "content_enc", &place, &kept.content_enc)?;
    let steps = flag_step_list(conn, flag)?;
    let decision = decision_leaf(app, conn, registration, flag, decisions_until(&steps, kept.step))?;
    let proof = decision.map(|leaf| inclusion(conn, &leaf)).transpose().map_err(unproven)?.flatten();
    let proof = proof.ok_or(Refusal::Conflict {
        code: "not_sealed_yet",
        detail: "The audit is sealed every minute. Ask again in a minute.",
    })?;
    Ok((kept, content, proof))
}

fn unproven(error: PublishError) -> Refusal {
    match error {
        PublishError::Store(error) => Refusal::Store(error),
        other => Refusal::Store(StoreError::Corrupt(other.to_string())),
    }
}

/// How many decisions on proposals there were up to a step.
fn decisions_until(steps: &[FlagStepRow], step: i64) -> usize {
    let decided =
        |row: &&FlagStepRow| row.seq <= step && matches!(row.kind, FlagStepKind::Confirmed | FlagStepKind::Rejected);
    steps.iter().filter(decided).count()
}

/// The audit entry of that decision on a flag, counted from one.
fn decision_leaf(
    app: &App,
    conn: &mut Conn,
    registration: RegistrationId,
    flag: FlagId,
    number: usize,
) -> Result<Option<AuditLeafRow>, Refusal> {
    let subjects = app.audit.pseudonyms().registration_ever(registration)?;
    let subjects: Vec<String> = subjects.iter().map(|pseudonym| pseudonym.as_str().to_owned()).collect();
    let (mut decisions, mut before) = (Vec::new(), None);
    loop {
        let page = audit_leaf_list_newest(conn, Some(&subjects), before, PAGE)?;
        let Some(last) = page.last() else { break };
        before = Some(last.leaf_index);
        decisions.extend(page.into_iter().filter(|leaf| decides(leaf, flag)));
    }
    // The newest came first.
    Ok(decisions.len().checked_sub(number).map(|at| decisions.swap_remove(at)))
}

fn decides(leaf: &AuditLeafRow, flag: FlagId) -> bool {
    AuditEntry::from_canonical(&leaf.entry).is_ok_and(|entry| {
        entry.action.as_str() == Action::FlagDecide.as_str()
            && entry.outcome == Outcome::Allowed
            && entry.object.as_ref().and_then(|object| object.id()) == Some(flag.as_str())
    })
}

fn pretty(value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec_pretty(value).map_err(|e| Refusal::Rules(format!("the bundle: {e}")))
}

fn zipped(files: &[(&str, Vec<u8>)]) -> Result<Vec<u8>, Refusal> {
    let fault = |error: ArchiveError| Refusal::Rules(format!("the bundle: {error}"));
    let mut archive = Archive::new(Vec::new());
    for (name, bytes) in files {
        archive.add(name, bytes.len() as u64, Cursor::new(bytes)).map_err(fault)?;
    }
    archive.finish().map_err(fault)
}
