//! Help: a registrant asks to be put in touch with somebody who helps. It is private to the registrant and the helper (the
//! privacy officer, who stands outside supervision and passes it on); it is no notification, no fact and no contact, it counts
//! for no duty, and it is not in the timeline of the file.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{MeasureId, RegistrationId};
use crate::register::around::frame::{self, as_asked};
use crate::register::view::cut;
use crate::register::{Refusal, unit};
use crate::store::measures::{MeasureMoved, MeasureRow, MeasuresWanted, measure_find, measure_page};
use crate::store::{Conn, Decided, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{HelpProvider, HelpState, MeasureKind};

const TABLE: &str = "measure_records";

/// A request for help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewHelpRequest {
    /// By whom one would like to be helped.
    pub provider: HelpProvider,
    /// How the helper can be in touch.
    #[schema(min_length = 3, max_length = 200, example = "06 12345678, na 18 uur")]
    pub reachable_at: String,
    /// What it is about, as far as one wants to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2_000)]
    pub message: Option<String>,
}

/// A request for help, for the registrant and the helper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HelpRequestView {
    /// The request.
    pub id: MeasureId,
    /// Whose.
    pub registration_id: RegistrationId,
    /// By whom one would like to be helped.
    pub provider: HelpProvider,
    /// Where it stands.
    pub state: HelpState,
    /// How the helper can be in touch; left out of lists over many files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reachable_at: Option<String>,
    /// What it is about; left out of lists over many files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it was asked.
    pub asked_at: UtcTime,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// One page of requests for help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HelpRequestPage {
    /// The requests, the last first.
    pub items: Vec<HelpRequestView>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<MeasureId>,
}

impl HelpRequestView {
    fn line(row: &MeasureRow) -> Result<Self, Refusal> {
        let odd = |e: crate::text_enum::UnknownText| Refusal::Rules(e.to_string());
        Ok(Self {
            id: row.id,
            registration_id: row.registration_id.ok_or(Refusal::NotFound)?,
            provider: row.label.parse().map_err(odd)?,
            state: row.state.parse().map_err(odd)?,
            reachable_at: None,
            message: None,
            asked_at: row.recorded_at,
            version: row.version,
        })
    }

    fn open(row: &MeasureRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let sealed = row.content_enc.as_deref().ok_or(Refusal::NotFound)?;
        let asked: NewHelpRequest = strongbox.open(TABLE, "content_enc", row.id.as_str(), sealed)?;
        Ok(Self { reachable_at: Some(asked.reachable_at), message: asked.message, ..Self::line(row)? })
    }
}

/// Asks for help.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewHelpRequest,
) -> Result<HelpRequestView, Refusal> {
    let id = MeasureId::fresh();
    let deed = Deed::on(Action::HelpRequestAdd, ObjectRef::measure(id), registration);
    let told = |made: &HelpRequestView, deed: Deed| Deed { object: ObjectRef::measure(made.id), ..deed };
    frame::write(app, ctx, registration, deed, told, move |_, opened| {
        let row = MeasureRow {
            id,
            kind: MeasureKind::HelpRequest,
            registration_id: Some(registration),
            label: new.provider.as_str().to_owned(),
            state: HelpState::Asked.as_str().to_owned(),
            happened_on: opened.today,
            due: None,
            remove_on: None,
            destroy_on: None,
            content_enc: Some(opened.seal(TABLE, "content_enc", id.as_str(), &new)?),
            reporter_enc: None,
            version: 1,
            recorded_by: opened.ctx.actor.account,
            recorded_at: opened.ctx.now.legal,
        };
        let answer = HelpRequestView::open(&row, opened.strongbox())?;
        Ok(Decided::new(WriteSet { measure_records: vec![row], ..WriteSet::default() }, answer))
    })
    .await
}

/// Reads the requests of a file.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn of_file(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    after: Option<MeasureId>,
    limit: i64,
) -> Result<HelpRequestPage, Refusal> {
    let object = ObjectRef::registration(registration);
    let deed = Deed::on(Action::HelpRequestRead, object, registration).with_fields(&["message"]);
    frame::read(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let wanted = MeasuresWanted {
            kind: MeasureKind::HelpRequest,
            registration: Some(registration),
            states: Vec::new(),
            after,
            limit: limit + 1,
        };
        let mut rows = measure_page(conn, &wanted)?;
        let next = cut(&mut rows, limit, |row| row.id);
        let items = rows.iter().map(|row| HelpRequestView::open(row, opened.strongbox())).collect::<Result<_, _>>()?;
        Ok(HelpRequestPage { items, next })
    })
    .await
}

/// Every request of a file, the last first, for the complete file.
///
/// # Errors
/// [`Refusal::Keys`] when one cannot be decrypted.
pub(crate) fn all_of_file(
    conn: &mut Conn,
    registration: RegistrationId,
    strongbox: &Strongbox,
) -> Result<Vec<HelpRequestView>, Refusal> {
    let wanted = MeasuresWanted {
        kind: MeasureKind::HelpRequest,
        registration: Some(registration),
        states: Vec::new(),
        after: None,
        limit: i64::MAX,
    };
    measure_page(conn, &wanted)?.iter().map(|row| HelpRequestView::open(row, strongbox)).collect()
}

/// Lists the requests that wait for the helper, without what they say.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn waiting(app: &App, ctx: &Ctx, after: Option<MeasureId>, limit: i64) -> Result<HelpRequestPage, Refusal> {
    let reader = ctx.clone();
    unit::read(app, ctx, Deed::of(Action::HelpRequestList, ObjectRef::none()), move |conn| {
        decide_without_subject(&reader.actor, Action::HelpRequestList, reader.purpose).allowed()?;
        let wanted = MeasuresWanted {
            kind: MeasureKind::HelpRequest,
            registration: None,
            states: vec![HelpState::Asked.as_str().to_owned()],
            after,
            limit: limit + 1,
        };
        let mut rows = measure_page(conn, &wanted)?;
        let next = cut(&mut rows, limit, |row| row.id);
        Ok(HelpRequestPage { items: rows.iter().map(HelpRequestView::line).collect::<Result<_, _>>()?, next })
    })
    .await
}

/// Says that a request was passed on to who helps, or takes it back. `version` is the one the caller has read.
///
/// # Errors
/// [`Refusal::Conflict`] `help_request_closed`; [`Refusal::VersionMoved`].
pub async fn end(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    id: MeasureId,
    version: i64,
    end: HelpEnd,
) -> Result<HelpRequestView, Refusal> {
    let deed = Deed::on(end.action(), ObjectRef::measure(id), registration);
    frame::write(app, ctx, registration, deed, as_asked, move |conn, opened| {
        let mut row = find(conn, registration, id)?;
        if row.state != HelpState::Asked.as_str() {
            return Err(Refusal::Conflict {
                code: "help_request_closed",
                detail: "This request was passed on or taken back already.",
            });
        }
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        end.state().as_str().clone_into(&mut row.state);
        let mut writes = WriteSet::default();
        writes.changes.push(Box::new(MeasureMoved { row: row.clone() }));
        row.version += 1;
        Ok(Decided::new(writes, HelpRequestView::open(&row, opened.strongbox())?))
    })
    .await
}

fn find(conn: &mut Conn, registration: RegistrationId, id: MeasureId) -> Result<MeasureRow, Refusal> {
    measure_find(conn, MeasureKind::HelpRequest, id)?
        .filter(|row| row.registration_id == Some(registration))
        .ok_or(Refusal::NotFound)
}

/// How a request for help ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpEnd {
    /// The helper passed it on.
    PassedOn,
    /// The registrant took it back.
    Withdrawn,
}

impl HelpEnd {
    const fn action(self) -> Action {
        match self {
            Self::PassedOn => Action::HelpRequestPassOn,
            Self::Withdrawn => Action::HelpRequestAdd,
        }
    }

    const fn state(self) -> HelpState {
        match self {
            Self::PassedOn => HelpState::PassedOn,
            Self::Withdrawn => HelpState::Withdrawn,
        }
    }
}
