//! From a request to an answer: the same steps, in the same order, for every operation.
//!
//! Cheap refusals come first and cost nothing. Everything that is wrong with path, query, headers and body is told
//! together, as 400. A handler runs only on input that satisfies the published schemas.

use std::io::Cursor;
use std::sync::Arc;

use rocket::data::Data;
use rocket::http::{ContentType, Method, RawStr, Status};
use rocket::outcome::Outcome;
use rocket::request::Request;
use rocket::response::Response;
use rocket::route::{self, Handler, Route};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tracing::Instrument;
use utoipa::openapi::path::ParameterIn;

use super::call::{Attachment, Sent, Upload};
use super::edge::Edge;
use super::limits::Left;
use super::operation::{Failed, Operation, Rendered};
use super::params::Parameters;
use super::problem::Problem;
use super::routes::RegistrationRef;
use super::schema::{Schema, is_judged_again};
use super::trace::Trace;
use super::{body, catchers, conditions, json, signed};
use crate::access::Ctx;
use crate::register::notify::refuse_incomplete;
use crate::register::{FieldError, documents};
use crate::vocabulary::Channel;

/// Bytes of a document that wait for a client to take them.
const ON_THE_WAY: usize = 64 << 10;

/// An operation with its checks compiled.
#[derive(Clone)]
struct Serving(Arc<Parts>);

struct Parts {
    operation: Operation,
    path: Parameters,
    query: Parameters,
    body: Option<Schema>,
}

/// The Rocket route of an operation, relative to where it is mounted.
///
/// # Errors
/// What is wrong with one of its schemas; a fault of this program that stops it at start.
pub(super) fn route(operation: Operation, components: &Value) -> Result<Route, String> {
    let compile = |place| Parameters::compile(&operation.parameters, place, components);
    let body = operation.body.as_ref().map(|body| {
        let reference = json!({ "$ref": format!("#/components/schemas/{}", body.name) });
        Schema::compile(&reference, components)
    });
    let parts = Parts {
        path: compile(&ParameterIn::Path)?,
        query: compile(&ParameterIn::Query)?,
        body: body.transpose()?,
        operation,
    };
    let (method, path, id) = (parts.operation.method, parts.operation.rocket_path(), parts.operation.id);
    let mut route = Route::new(method, &path, Serving(Arc::new(parts)));
    route.name = Some(id.into());
    Ok(route)
}

#[rocket::async_trait]
impl Handler for Serving {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> route::Outcome<'r> {
        let path = request.uri().path();
        let action =
            self.0.segments(request).any(|(declared, sent)| declared.starts_with('{') && sent.starts_with('_'));
        if action || !catchers::well_formed(path.as_str()) {
            return Outcome::Forward((data, Status::NotFound));
        }
        let trace = Trace::of(request);
        let span =
            tracing::info_span!("operation", request = %trace.request, trace = %trace.trace, id = self.0.operation.id);
        match self.0.serve(request, data, trace).instrument(span).await {
            Ok(response) => Outcome::Success(response),
            Err(problem) => route::Outcome::from(request, problem),
        }
    }
}

impl Parts {
    /// The segments of the declared path, each with what was sent in its place.
    fn segments<'r>(&'r self, request: &'r Request<'_>) -> impl Iterator<Item = (&'r str, &'r str)> {
        let declared: Vec<&str> = self.operation.path.split('/').skip(1).collect();
        let sent: Vec<&str> = request.uri().path().segments().collect();
        let base = sent.len().saturating_sub(declared.len());
        declared.into_iter().zip(sent.into_iter().skip(base))
    }

    async fn serve<'r>(
        &self,
        request: &'r Request<'_>,
        data: Data<'r>,
        trace: &Trace,
    ) -> Result<Response<'r>, Problem> {
        let operation = &self.operation;
        let edge = Edge::of(request);
        let _place = edge.place()?;
        if operation.method != Method::Get && edge.health().clock_is_off() {
            return Err(Problem::unavailable(
                "clock_is_off",
                "The server's clock is wrong: nothing is written now.",
                30,
            ));
        }
        let answers = if operation.downloads { "application/octet-stream" } else { "application/json" };
        body::check_accept(request, answers)?;
        let (who, left) = if operation.signed {
            let who = signed::who(edge, request, trace).await?;
            let left = edge.take_for_account(who.actor.account)?;
            (Some(who), left)
        } else {
            (None, edge.take_for_network(trace, operation.sign_in)?)
        };

        let mut faults = Vec::new();
        let path = self.path.read(self.path_parameters(request)).or_note(&mut faults);
        let query = self.query.read(query(request)).or_note(&mut faults);
        let purpose = conditions::purpose(request).map_err(|fault| vec![fault]).or_note(&mut faults);
        let key = operation
            .needs_key
            .then(|| conditions::idempotency_key(request).map_err(|fault| vec![fault]).or_note(&mut faults))
            .flatten();
        let if_match = operation.needs_version.then(|| conditions::if_match(request)).transpose()?;
        let if_match = if_match.and_then(|sent| sent.map_err(|fault| vec![fault]).or_note(&mut faults));
        let before = faults.len();
        let (body, document) = match operation.uploads {
            true => {
                body::check_bytes(request)?;
                let name = body::document_name(request).map_err(|fault| vec![fault]).or_note(&mut faults);
                (None, name.map(|name| (name, data)))
            }
            false => (self.read_body(request, data, edge, &mut faults).await?, None),
        };
        let incomplete = faults.len() > before;

        let idempotency = key.map(|key| conditions::idempotency(request, key, body.as_ref().unwrap_or(&Value::Null)));
        let ctx = who.map(|who| Ctx {
            actor: who.actor,
            session: Some(who.session),
            purpose: purpose.flatten(),
            request: trace.request,
            trace: trace.trace.clone(),
            now: trace.now,
            idempotency,
        });
        let held = match ctx.as_ref().and_then(|ctx| Some((ctx.actor.account, ctx.idempotency.as_ref()?))) {
            Some((account, idempotency)) => {
                Some(edge.running().hold(account, &idempotency.key).ok_or_else(still_running)?)
            }
            None => None,
        };
        let (Some(path), Some(query), true) = (path.clone(), query, faults.is_empty()) else {
            return Err(self.refuse(edge, ctx.as_ref(), path.as_ref().filter(|_| incomplete), faults).await);
        };
        let asked = (ctx.clone(), path.clone());
        let (upload, passing_on) = document
            .map(|(name, data)| {
                let (sender, parts) = mpsc::channel(1);
                (Upload { name, parts }, body::pass_on(data, documents::LARGEST, sender))
            })
            .unzip();
        let sent = Sent {
            edge: edge.clone(),
            trace: trace.clone(),
            ctx,
            path,
            query,
            body: body.unwrap_or_else(|| json!({})),
            if_match,
            upload,
        };
        let outcome = match passing_on {
            Some(passing_on) => {
                let (outcome, passed) = tokio::join!((operation.act)(sent), passing_on);
                passed?;
                outcome
            }
            None => (operation.act)(sent).await,
        };
        drop(held);
        match outcome {
            Ok(rendered) => Ok(self.respond(request, rendered, left)),
            Err(Failed::Problem(problem)) => Err(problem),
            Err(Failed::Faults(faults)) => Err(self.refuse(edge, asked.0.as_ref(), Some(&asked.1), faults).await),
        }
    }

    /// The body as JSON; `None` when the operation takes none, or when it has faults.
    async fn read_body(
        &self,
        request: &Request<'_>,
        data: Data<'_>,
        edge: &Edge,
        faults: &mut Vec<FieldError>,
    ) -> Result<Option<Value>, Problem> {
        let Some(schema) = &self.body else {
            faults.extend(body::none(data).await.err());
            return Ok(None);
        };
        let bytes = body::read(request, data, edge.settings().limits.body_bytes).await?;
        match json::read(&bytes) {
            Ok(value) => {
                let further = schema.faults(&value);
                if faults.is_empty() && further.iter().all(is_judged_again) {
                    return Ok(Some(value));
                }
                faults.extend(further);
                Ok(None)
            }
            Err(further) => {
                faults.extend(further);
                Ok(None)
            }
        }
    }

    /// Says what is wrong. Where the operation is a notification, missing content also means that nothing was given:
    /// that is recorded beside the duty, and the answer holds the receipt of the attempt.
    async fn refuse(&self, edge: &Edge, ctx: Option<&Ctx>, path: Option<&Value>, faults: Vec<FieldError>) -> Problem {
        let named = path.and_then(|path| path.get("registrationId")).cloned();
        let registration = named.and_then(|named| serde_json::from_value::<RegistrationRef>(named).ok());
        let (Some(kind), Some(ctx), Some(registration)) = (self.operation.reports, ctx, registration) else {
            return Problem::invalid(faults);
        };
        let registration = match registration.find(edge.app(), ctx).await {
            Ok(registration) => registration,
            Err(problem) => return problem,
        };
        match refuse_incomplete(edge.app(), ctx, registration, kind, Channel::Api, faults).await {
            Ok(refusal) | Err(refusal) => refusal.into(),
        }
    }

    fn path_parameters<'r>(&'r self, request: &'r Request<'_>) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.segments(request)
            .filter_map(|(declared, sent)| Some((declared.strip_prefix('{')?.strip_suffix('}')?, sent)))
    }

    fn respond<'r>(&self, request: &Request<'_>, rendered: Rendered, left: Option<Left>) -> Response<'r> {
        let mut response = Response::build();
        response.status(self.operation.status);
        if let Some(left) = left {
            for (name, value) in left.headers(left.reset()) {
                response.raw_header(name, value);
            }
        }
        if self.operation.any_origin {
            response.raw_header("Access-Control-Allow-Origin", "*");
            response.raw_header("Cross-Origin-Resource-Policy", "cross-origin");
        }
        if let Some(version) = rendered.version {
            response.raw_header("ETag", conditions::etag(version));
        }
        if let Some(location) = rendered.location {
            response.raw_header("Location", format!("{}{location}", super::BASE));
        }
        if let Some(cursor) = rendered.next {
            response.raw_header("Link", format!("<{}>; rel=\"next\"", next_page(request, &cursor)));
        }
        if let Some(attachment) = rendered.attachment {
            attachment.write_to(&mut response);
        }
        if let Some(body) = rendered.body {
            response.header(ContentType::JSON).sized_body(body.len(), Cursor::new(body));
        }
        response.finalize()
    }
}

impl Attachment {
    /// Gives out a document: always as bytes to keep, never as something to show or run. Where its length is known it is
    /// promised before, so that a client notices when it could not be read to its end; a ZIP has no end then.
    pub fn write_to(self, response: &mut rocket::response::Builder<'_>) {
        let Self { name, size, mut content } = self;
        let encoded = RawStr::new(&name).percent_encode();
        response
            .header(ContentType::Binary)
            .raw_header("Content-Disposition", format!("attachment; filename*=UTF-8''{encoded}"));
        if let Some(size) = size {
            response.raw_header("Content-Length", size.to_string());
        }
        let (mut writer, reader) = tokio::io::duplex(ON_THE_WAY);
        tokio::spawn(async move {
            loop {
                match content.next().await {
                    Ok(Some(bytes)) if writer.write_all(&bytes).await.is_ok() => {}
                    // The client has gone, or has everything.
                    Ok(_) => return,
                    Err(cause) => {
                        tracing::error!(%cause, "a document could not be read to its end");
                        return;
                    }
                }
            }
        });
        response.streamed_body(reader);
    }
}

/// The same request with the cursor of the next page.
fn next_page(request: &Request<'_>, cursor: &str) -> String {
    let path = request.uri().path();
    let query = request.uri().query();
    let others = query.iter().flat_map(|query| query.raw().as_str().split('&'));
    let mut pairs: Vec<&str> = others.filter(|pair| !pair.is_empty() && !pair.starts_with("after=")).collect();
    let after = format!("after={cursor}");
    pairs.push(&after);
    format!("{path}?{}", pairs.join("&"))
}

fn query<'r>(request: &'r Request<'_>) -> impl Iterator<Item = (&'r str, &'r str)> {
    request.uri().query().into_iter().flat_map(|query| query.segments())
}

fn still_running() -> Problem {
    Problem::new(
        Status::Conflict,
        "request_in_progress",
        "A request with this Idempotency-Key is being worked on: wait for its answer or repeat it later.",
    )
    .with("Retry-After", "1".to_owned())
}

/// Keeps the faults and goes on, so that all are told at once.
trait OrNote<T> {
    fn or_note(self, faults: &mut Vec<FieldError>) -> Option<T>;
}

impl<T> OrNote<T> for Result<T, Vec<FieldError>> {
    fn or_note(self, faults: &mut Vec<FieldError>) -> Option<T> {
        match self {
            Ok(value) => Some(value),
            Err(further) => {
                faults.extend(further);
                None
            }
        }
    }
}
