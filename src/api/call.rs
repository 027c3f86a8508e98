//! What a handler gets and what it gives back: plain values, no HTTP.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::mpsc;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::edge::Edge;
use super::problem::Problem;
use super::trace::Trace;
use crate::access::{Caller, Ctx};
use crate::app::App;
use crate::evaluation::releases::issued::Outgoing;
use crate::register::documents::{Download, Part};
use crate::register::{FieldError, Refusal};

/// Stands where an operation has no parameters, takes no body or answers none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty {}

impl IntoParams for Empty {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

impl PartialSchema for Empty {
    fn schema() -> RefOr<Schema> {
        utoipa::openapi::ObjectBuilder::new().into()
    }
}

impl ToSchema for Empty {}

/// A request of somebody who signed in.
pub struct Call<P = Empty, Q = Empty, B = Empty> {
    /// The system.
    pub app: App,
    /// Who asks, why, when; with the idempotency key where the operation takes one.
    pub ctx: Ctx,
    /// What the path names.
    pub path: P,
    /// What the query asks.
    pub query: Q,
    /// What was sent.
    pub body: B,
    /// The version the client knows; present where the operation requires `If-Match`.
    pub if_match: Option<i64>,
}

/// A request of anybody.
pub struct Visit<P = Empty, Q = Empty, B = Empty> {
    /// The system.
    pub edge: Edge,
    /// Which request, and when.
    pub caller: Caller,
    /// What the path names.
    pub path: P,
    /// What the query asks.
    pub query: Q,
    /// What was sent.
    pub body: B,
}

/// A request that was checked against the schemas, before its parts have types.
pub struct Sent {
    pub(super) edge: Edge,
    pub(super) trace: Trace,
    pub(super) ctx: Option<Ctx>,
    pub(super) path: Value,
    pub(super) query: Value,
    pub(super) body: Value,
    pub(super) if_match: Option<i64>,
    pub(super) upload: Option<Upload>,
}

/// A request of somebody who signed in and sends a document.
pub struct Incoming<P = Empty, Q = Empty> {
    /// The system.
    pub app: App,
    /// Who asks, why, when; with the idempotency key.
    pub ctx: Ctx,
    /// What the path names.
    pub path: P,
    /// What the query asks.
    pub query: Q,
    /// The document, as it comes in.
    pub upload: Upload,
}

/// A document as it comes in.
pub struct Upload {
    /// What it is called, from `Document-Name`.
    pub name: String,
    /// Its content, part by part.
    pub parts: mpsc::Receiver<Part>,
}

/// A document on its way out: its name, its size, its content part by part.
pub struct Attachment {
    pub(super) name: String,
    /// Nothing when it is made as it goes.
    pub(super) size: Option<i64>,
    pub(super) content: Content,
}

/// Where the bytes of an attachment come from.
pub(super) enum Content {
    /// Piece by piece out of the database.
    Pieces(Box<Download>),
    /// A part of a release, as it comes.
    Release(Box<Outgoing>),
    /// In hand.
    Whole(Option<Vec<u8>>),
}

impl Content {
    /// The next bytes; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        match self {
            Self::Pieces(download) => download.next().await,
            Self::Release(release) => release.next().await,
            Self::Whole(bytes) => Ok(bytes.take()),
        }
    }
}

impl Attachment {
    /// Bytes that are in hand.
    pub fn whole(name: String, bytes: Vec<u8>) -> Self {
        Self { name, size: i64::try_from(bytes.len()).ok(), content: Content::Whole(Some(bytes)) }
    }
}

impl From<Download> for Attachment {
    fn from(content: Download) -> Self {
        Self {
            name: content.file_name(),
            size: Some(content.document.size),
            content: Content::Pieces(Box::new(content)),
        }
    }
}

impl From<Outgoing> for Attachment {
    fn from(content: Outgoing) -> Self {
        Self { name: content.name.clone(), size: content.size, content: Content::Release(Box::new(content)) }
    }
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment").field("size", &self.size).finish_non_exhaustive()
    }
}

/// What a handler takes: a [`Call`] or a [`Visit`].
pub trait Asked: Sized + Send + 'static {
    /// What the path names.
    type Path: IntoParams + DeserializeOwned + 'static;
    /// What the query asks.
    type Query: IntoParams + DeserializeOwned + 'static;
    /// What is sent.
    type Body: ToSchema + DeserializeOwned + 'static;
    /// Whether the asker must have signed in.
    const SIGNED: bool;
    /// Whether a document is sent instead of JSON.
    const UPLOADS: bool = false;

    /// Gives the parts their types.
    ///
    /// # Errors
    /// What the types refuse although the schemas did not.
    fn typed(sent: Sent) -> Result<Self, Vec<FieldError>>;
}

impl<P, Q, B> Asked for Call<P, Q, B>
where
    P: IntoParams + DeserializeOwned + Send + 'static,
    Q: IntoParams + DeserializeOwned + Send + 'static,
    B: ToSchema + DeserializeOwned + Send + 'static,
{
    type Path = P;
    type Query = Q;
    type Body = B;
    const SIGNED: bool = true;

    fn typed(sent: Sent) -> Result<Self, Vec<FieldError>> {
        let (path, query, body) = (typed(&sent.path, ""), typed(&sent.query, ""), typed(&sent.body, "/"));
        // A signed operation is never reached without a context: the pipeline makes one or refuses.
        let Some(ctx) = sent.ctx else { return Err(Vec::new()) };
        match (path, query, body) {
            (Ok(path), Ok(query), Ok(body)) => {
                Ok(Self { app: sent.edge.app().clone(), ctx, path, query, body, if_match: sent.if_match })
            }
            (path, query, body) => Err([path.err(), query.err(), body.err()].into_iter().flatten().collect()),
        }
    }
}

impl<P, Q> Asked for Incoming<P, Q>
where
    P: IntoParams + DeserializeOwned + Send + 'static,
    Q: IntoParams + DeserializeOwned + Send + 'static,
{
    type Path = P;
    type Query = Q;
    type Body = Empty;
    const SIGNED: bool = true;
    const UPLOADS: bool = true;

    fn typed(sent: Sent) -> Result<Self, Vec<FieldError>> {
        let (path, query) = (typed(&sent.path, ""), typed(&sent.query, ""));
        let (Some(ctx), Some(upload)) = (sent.ctx, sent.upload) else { return Err(Vec::new()) };
        match (path, query) {
            (Ok(path), Ok(query)) => Ok(Self { app: sent.edge.app().clone(), ctx, path, query, upload }),
            (path, query) => Err([path.err(), query.err()].into_iter().flatten().collect()),
        }
    }
}

impl<P, Q, B> Asked for Visit<P, Q, B>
where
    P: IntoParams + DeserializeOwned + Send + 'static,
    Q: IntoParams + DeserializeOwned + Send + 'static,
    B: ToSchema + DeserializeOwned + Send + 'static,
{
    type Path = P;
    type Query = Q;
    type Body = B;
    const SIGNED: bool = false;

    fn typed(sent: Sent) -> Result<Self, Vec<FieldError>> {
        match (typed(&sent.path, ""), typed(&sent.query, ""), typed(&sent.body, "/")) {
            (Ok(path), Ok(query), Ok(body)) => {
                let Trace { request, trace, now, .. } = sent.trace;
                Ok(Self { edge: sent.edge, caller: Caller { request, trace, now }, path, query, body })
            }
            (path, query, body) => Err([path.err(), query.err(), body.err()].into_iter().flatten().collect()),
        }
    }
}

/// Gives `value` its type; `root` begins the pointer of a fault.
fn typed<T: DeserializeOwned>(value: &Value, root: &str) -> Result<T, FieldError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().iter().map(|segment| segment.to_string()).collect::<Vec<_>>().join("/");
        FieldError::new(format!("{root}{path}"), "not_valid", "This does not have the required form.")
    })
}

/// What a handler answers: a value, and what HTTP can say about it.
#[derive(Debug)]
pub struct Answer<T> {
    pub(super) body: T,
    pub(super) version: Option<i64>,
    pub(super) location: Option<String>,
    pub(super) next: Option<String>,
}

/// The outcome of a handler.
pub type Done<T> = Result<Answer<T>, Problem>;

impl<T> Answer<T> {
    /// An answer.
    pub fn new(body: T) -> Self {
        Self { body, version: None, location: None, next: None }
    }

    /// The version of what is answered, as `ETag`.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// Where what was made can be read: a path below `/v1`.
    #[must_use]
    pub fn at(mut self, path: String) -> Self {
        self.location = Some(path);
        self
    }

    /// The cursor of the next page, when there is one.
    #[must_use]
    pub fn next(mut self, cursor: Option<String>) -> Self {
        self.next = cursor;
        self
    }
}
