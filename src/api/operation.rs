//! One operation of the API, declared once: from it come the route, the checks and the published contract.
//!
//! ```ignore
//! Operation::post("/flags/{flagId}/comments", "commentOnFlag", "Comment on a flag").tag("flags").creates(comment)
//!
//! async fn comment(call: Call<OneFlag, Empty, Comment>) -> Done<CommentView> {
//!     let view = register::flag::comment(&call.app, &call.ctx, call.path.flag_id, call.body).await?;
//!     Ok(Answer::new(view).at(format!("/comments/{}", view.id)))
//! }
//! ```
//!
//! The types of the handler say what path, query and body must be; the way it is attached (`answers`, `creates`,
//! `changes`) says which status it answers and which headers it asks for.

use std::any::TypeId;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rocket::http::{Method, Status};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use super::call::{Answer, Asked, Attachment, Done, Empty, Sent};
use super::params::never_null;
use super::problem::Problem;
use crate::register::FieldError;
use crate::vocabulary::DutyKind;

/// A JSON type by its published name.
#[derive(Clone)]
pub(super) struct Typed {
    pub(super) name: String,
    collect: fn(&mut Vec<(String, RefOr<Schema>)>),
}

/// What goes wrong in a handler.
pub(super) enum Failed {
    /// The types refuse the input although the schemas did not.
    Faults(Vec<FieldError>),
    /// Anything the use case says.
    Problem(Problem),
}

/// An answer on its way out.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) body: Option<Vec<u8>>,
    pub(super) version: Option<i64>,
    pub(super) location: Option<String>,
    pub(super) next: Option<String>,
    pub(super) attachment: Option<Attachment>,
}

type Acting = Pin<Box<dyn Future<Output = Result<Rendered, Failed>> + Send>>;

/// One operation.
#[derive(Clone)]
pub struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: Option<&'static str>,
    pub(super) tag: &'static str,
    pub(super) signed: bool,
    pub(super) sign_in: bool,
    pub(super) any_origin: bool,
    pub(super) needs_key: bool,
    pub(super) needs_version: bool,
    pub(super) reports: Option<DutyKind>,
    pub(super) uploads: bool,
    pub(super) downloads: bool,
    pub(super) status: Status,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Typed>,
    pub(super) answer: Option<Typed>,
    pub(super) examples: Vec<(&'static str, Value)>,
    pub(super) act: Arc<dyn Fn(Sent) -> Acting + Send + Sync>,
}

impl Typed {
    fn of<T: ToSchema + 'static>() -> Option<Self> {
        (TypeId::of::<T>() != TypeId::of::<Empty>()).then(|| Self {
            name: T::name().into_owned(),
            collect: |schemas| {
                schemas.push((T::name().into_owned(), T::schema()));
                T::schemas(schemas);
            },
        })
    }

    /// A reference to the published schema.
    pub(super) fn reference(&self) -> Ref {
        Ref::from_schema_name(&self.name)
    }

    /// The schema and everything it refers to, by name.
    pub(super) fn schemas(&self) -> Vec<(String, RefOr<Schema>)> {
        let mut schemas = Vec::new();
        (self.collect)(&mut schemas);
        schemas
    }
}

/// An operation without its handler.
pub struct Declared(Operation);

impl Operation {
    /// Reads.
    pub fn get(path: &'static str, id: &'static str, summary: &'static str) -> Declared {
        Declared::new(Method::Get, path, id, summary)
    }

    /// Makes, or asks what does not fit in an address.
    pub fn post(path: &'static str, id: &'static str, summary: &'static str) -> Declared {
        Declared::new(Method::Post, path, id, summary)
    }

    /// Replaces.
    pub fn put(path: &'static str, id: &'static str, summary: &'static str) -> Declared {
        Declared::new(Method::Put, path, id, summary)
    }

    /// Takes away.
    pub fn delete(path: &'static str, id: &'static str, summary: &'static str) -> Declared {
        Declared::new(Method::Delete, path, id, summary)
    }

    /// An example of its body, published and executed by the tests.
    #[must_use]
    pub fn example(mut self, name: &'static str, body: Value) -> Self {
        self.examples.push((name, body));
        self
    }

    /// Notes what the types of the handler ask for.
    fn asks<A: Asked>(&mut self) {
        self.signed = A::SIGNED;
        self.uploads = A::UPLOADS;
        let path = A::Path::into_params(|| Some(ParameterIn::Path));
        let query = A::Query::into_params(|| Some(ParameterIn::Query));
        self.parameters = path.into_iter().chain(query).map(never_null).collect();
        self.body = Typed::of::<A::Body>();
    }

    /// Where the operation stands in Rocket's notation.
    pub(super) fn rocket_path(&self) -> String {
        self.path.replace('{', "<").replace('}', ">")
    }
}

impl Declared {
    fn new(method: Method, path: &'static str, id: &'static str, summary: &'static str) -> Self {
        let unanswered = |_: Sent| -> Acting { Box::pin(async { Err(Failed::Problem(Problem::not_found())) }) };
        Self(Operation {
            method,
            path,
            id,
            summary,
            description: None,
            tag: "service",
            signed: true,
            sign_in: false,
            any_origin: false,
            needs_key: false,
            needs_version: false,
            reports: None,
            uploads: false,
            downloads: false,
            status: Status::Ok,
            parameters: Vec::new(),
            body: None,
            answer: None,
            examples: Vec::new(),
            act: Arc::new(unanswered),
        })
    }

    /// The chapter of the documentation it stands in.
    #[must_use]
    pub fn tag(mut self, tag: &'static str) -> Self {
        self.0.tag = tag;
        self
    }

    /// More about it than the summary says.
    #[must_use]
    pub fn about(mut self, description: &'static str) -> Self {
        self.0.description = Some(description);
        self
    }

    /// Counts against the quota of sign-ins instead of the general one.
    #[must_use]
    pub fn signs_in(mut self) -> Self {
        self.0.sign_in = true;
        self
    }

    /// May be read by a page from any origin (CORS `*`).
    #[must_use]
    pub fn for_any_origin(mut self) -> Self {
        self.0.any_origin = true;
        self
    }

    /// Is a notification of this kind: a body that lacks required content is recorded beside the duty.
    #[must_use]
    pub fn reports(mut self, kind: DutyKind) -> Self {
        self.0.reports = Some(kind);
        self
    }

    /// Answers 200, or 204 when there is nothing to say. May be repeated freely.
    pub fn answers<A, T, H, F>(self, handler: H) -> Operation
    where
        A: Asked,
        T: Serialize + ToSchema + 'static,
        H: Fn(A) -> F + Send + Sync + 'static,
        F: Future<Output = Done<T>> + Send + 'static,
    {
        self.by(handler)
    }

    /// Makes something: answers 201 with its place, and requires an `Idempotency-Key`.
    pub fn creates<A, T, H, F>(mut self, handler: H) -> Operation
    where
        A: Asked,
        T: Serialize + ToSchema + 'static,
        H: Fn(A) -> F + Send + Sync + 'static,
        F: Future<Output = Done<T>> + Send + 'static,
    {
        self.0.needs_key = true;
        self.0.status = Status::Created;
        self.by(handler)
    }

    /// Changes something that was read before: requires `If-Match` with its `ETag`.
    pub fn changes<A, T, H, F>(mut self, handler: H) -> Operation
    where
        A: Asked,
        T: Serialize + ToSchema + 'static,
        H: Fn(A) -> F + Send + Sync + 'static,
        F: Future<Output = Done<T>> + Send + 'static,
    {
        self.0.needs_version = true;
        self.by(handler)
    }

    /// Gives out a document, as an attachment that no browser shows or runs.
    pub fn downloads<A, H, F>(self, handler: H) -> Operation
    where
        A: Asked,
        H: Fn(A) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Attachment, Problem>> + Send + 'static,
    {
        let mut operation = self.0;
        operation.asks::<A>();
        operation.downloads = true;
        let handler = Arc::new(handler);
        operation.act = Arc::new(move |sent| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let asked = A::typed(sent).map_err(Failed::Faults)?;
                let attachment = Some(handler(asked).await.map_err(Failed::Problem)?);
                Ok(Rendered { body: None, version: None, location: None, next: None, attachment })
            })
        });
        operation
    }

    fn by<A, T, H, F>(self, handler: H) -> Operation
    where
        A: Asked,
        T: Serialize + ToSchema + 'static,
        H: Fn(A) -> F + Send + Sync + 'static,
        F: Future<Output = Done<T>> + Send + 'static,
    {
        let mut operation = self.0;
        operation.asks::<A>();
        operation.answer = Typed::of::<T>();
        if operation.answer.is_none() {
            operation.status = Status::NoContent;
        }
        let handler = Arc::new(handler);
        operation.act = Arc::new(move |sent| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let asked = A::typed(sent).map_err(Failed::Faults)?;
                handler(asked).await.and_then(render).map_err(Failed::Problem)
            })
        });
        operation
    }
}

fn render<T: Serialize + 'static>(answer: Answer<T>) -> Result<Rendered, Problem> {
    let silent = TypeId::of::<T>() == TypeId::of::<Empty>();
    let body = (!silent).then(|| serde_json::to_vec(&answer.body)).transpose().map_err(|cause| {
        tracing::error!(%cause, "an answer could not be written as JSON");
        Problem::internal()
    })?;
    Ok(Rendered { body, version: answer.version, location: answer.location, next: answer.next, attachment: None })
}
