//! The published contract: OpenAPI 3.1, made from the operations themselves.
//!
//! What every operation has in common (headers, errors, security) is stated once, as components.

use std::collections::BTreeMap;

use rocket::http::Status;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::info::{ContactBuilder, InfoBuilder, LicenseBuilder};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{AdditionalProperties, Components, Object, ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    KnownFormat, OpenApi, OpenApiBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Schema, SchemaFormat,
};
use utoipa::{PartialSchema, ToSchema};

use super::BASE;
use super::headers::API_VERSION;
use super::operation::{Operation, Typed};
use super::problem::{Details, PROBLEM_JSON};
use super::tags::TAGS;
use crate::vocabulary::Purpose;

/// Where the published document says the service is; a running server puts its own address here.
pub const PUBLISHED_URL: &str = "https://zedenregister.example";

const SCHEME: &str = "bearer";

/// The media type of documents on the way in and out: their content says what they are.
const BYTES: &str = "application/octet-stream";

const ABOUT: &str = "A closed register with a duty to report, as a pilot.\n\n\
    Every answer carries `API-Version` and `Request-Id`; every error is an `application/problem+json` document with a \
    stable `code`, and names everything that is wrong with the input at once. Another method than the declared ones is \
    answered 405 with `Allow`. Instants are UTC, days are days in the zone of the regime.\n\n\
    Outside `/v1` the server answers `GET /.well-known/jwks.json` (the keys by which receipts are verified), \
    `GET /health/live` and `GET /health/ready`.";

/// The errors an operation can give, by status: name of the component, and when it is given.
const PROBLEMS: [(u16, &str, &str); 13] = [
    (400, "BadRequest", "The input is not valid; `errors` names every fault."),
    (401, "Unauthorized", "No token was sent, or one that is not accepted."),
    (403, "Forbidden", "The account may not do this."),
    (404, "NotFound", "There is no such thing, or none that the account may see."),
    (406, "NotAcceptable", "`Accept` excludes what this operation answers."),
    (408, "RequestTimeout", "The body did not arrive in time."),
    (409, "Conflict", "The thing is not in a state in which this can be done; `code` says why."),
    (412, "PreconditionFailed", "It was changed since the version in `If-Match`."),
    (413, "ContentTooLarge", "The body is too large."),
    (415, "UnsupportedMediaType", "The body is not sent as the media type that is declared."),
    (428, "PreconditionRequired", "`If-Match` is missing."),
    (429, "TooManyRequests", "Wait as long as `Retry-After` says."),
    (503, "ServiceUnavailable", "Not now; try again after `Retry-After`."),
];

/// The document for `operations`, as served at `url`.
pub fn document(operations: &[Operation], url: &str) -> OpenApi {
    let mut paths = Paths::new();
    for operation in operations {
        paths.add_path_operation(operation.path, vec![method(operation)], described(operation));
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Zedenregister")
                .version(API_VERSION)
                .description(Some(ABOUT))
                .contact(Some(
                    ContactBuilder::new()
                        .name(Some("Zedenregister"))
                        .url(Some("https://zedenregister.example/contact"))
                        .email(Some("api@zedenregister.example"))
                        .build(),
                ))
                .license(Some(LicenseBuilder::new().name("EUPL-1.2").identifier(Some("EUPL-1.2")).build()))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url(format!("{url}{BASE}")).build()]))
        .tags(Some(TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build())))
        .components(Some(components(operations)))
        .paths(paths)
        .build()
}

fn method(operation: &Operation) -> HttpMethod {
    use rocket::http::Method;
    match operation.method {
        Method::Post => HttpMethod::Post,
        Method::Put => HttpMethod::Put,
        Method::Delete => HttpMethod::Delete,
        Method::Patch => HttpMethod::Patch,
        Method::Get | Method::Head | Method::Options | Method::Trace | Method::Connect => HttpMethod::Get,
    }
}

fn described(operation: &Operation) -> utoipa::openapi::path::Operation {
    let mut described = OperationBuilder::new()
        .operation_id(Some(operation.id))
        .tag(operation.tag)
        .summary(Some(operation.summary))
        .description(operation.description)
        .parameters(Some(operation.parameters.clone()));
    for (needed, name) in
        [(operation.needs_key, "IdempotencyKey"), (operation.needs_version, "IfMatch"), (operation.signed, "Purpose")]
    {
        if needed {
            described = described.parameter_ref(Ref::new(format!("#/components/parameters/{name}")));
        }
    }
    let scopes: [&str; 0] = [];
    described = match operation.signed {
        true => described.security(SecurityRequirement::new(SCHEME, scopes)),
        // No requirement: anybody may ask. An empty one says the same, but generated clients ask for a token then.
        false => described.securities(Some([])),
    };
    if operation.uploads {
        described = described.parameter_ref(Ref::new("#/components/parameters/DocumentName"));
        let content = ContentBuilder::new().schema(Some(bytes())).build();
        described = described.request_body(Some(
            RequestBodyBuilder::new()
                .description(Some("The document, at most 20 MiB."))
                .required(Some(Required::True))
                .content(BYTES, content)
                .build(),
        ));
    }
    if let Some(body) = &operation.body {
        let examples = operation
            .examples
            .iter()
            .map(|(name, value)| (*name, RefOr::T(ExampleBuilder::new().value(Some(value.clone())).build())));
        let content = ContentBuilder::new().schema(Some(body.reference())).examples_from_iter(examples).build();
        described = described.request_body(Some(
            RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", content).build(),
        ));
    }
    described = described.response(operation.status.code.to_string(), success(operation));
    for (status, name, _) in PROBLEMS.iter().filter(|(status, ..)| can_answer(operation, *status)) {
        described = described.response(status.to_string(), Ref::new(format!("#/components/responses/{name}")));
    }
    described.build()
}

fn success(operation: &Operation) -> Response {
    let header = |name: &str| Ref::new(format!("#/components/headers/{name}"));
    let mut response = ResponseBuilder::new()
        .description(operation.status.reason_lossy())
        .header_ref("API-Version", header("ApiVersion"))
        .header_ref("Request-Id", header("RequestId"));
    if operation.status == Status::Created {
        response = response.header_ref("Location", header("Location"));
    }
    if operation.parameters.iter().any(|parameter| parameter.name == "after") {
        response = response.header_ref("Link", header("Link"));
    }
    if operation.downloads {
        response = response
            .header_ref("Content-Disposition", header("ContentDisposition"))
            .content(BYTES, ContentBuilder::new().schema(Some(bytes())).build());
    }
    if let Some(answer) = &operation.answer {
        let content = ContentBuilder::new().schema(Some(answer.reference())).build();
        response = response.content("application/json", content);
    }
    response.build()
}

/// A document, as bytes.
fn bytes() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))).into()
}

/// Which errors belong to which operations.
fn can_answer(operation: &Operation, status: u16) -> bool {
    let asks = operation.body.is_some() || !operation.parameters.is_empty() || operation.signed;
    let names_something = operation.parameters.iter().any(|parameter| parameter.parameter_in == ParameterIn::Path);
    match status {
        400 => asks || operation.method != rocket::http::Method::Get,
        401 => operation.signed || operation.sign_in,
        403 => operation.signed,
        404 => names_something,
        408 | 413 | 415 => operation.body.is_some() || operation.uploads,
        409 => operation.method != rocket::http::Method::Get || names_something,
        412 | 428 => operation.needs_version,
        _ => true,
    }
}

fn components(operations: &[Operation]) -> Components {
    let mut components = Components::new();
    components.schemas = schemas(operations);
    for (status, name, about) in PROBLEMS {
        components.responses.insert(name.to_owned(), RefOr::T(problem(status, about)));
    }
    for (name, about, example) in [
        ("ApiVersion", "The full version of this API.", API_VERSION),
        ("RequestId", "The id under which this request is logged and audited.", "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11"),
        ("Location", "Where what was made can be read.", "/v1/notifications/0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11"),
        ("Link", "The next page, with `rel=\"next\"`; absent on the last.", "</v1/flags?after=MDE>; rel=\"next\""),
        (
            "ContentDisposition",
            "Always an attachment, with the name of the document.",
            "attachment; filename*=UTF-8''vonnis.pdf",
        ),
        ("RetryAfter", "Seconds to wait.", "1"),
        ("WwwAuthenticate", "The challenge of RFC 6750.", "Bearer realm=\"zedenregister\""),
    ] {
        let schema = ObjectBuilder::new().schema_type(Type::String).examples([example]).build();
        let header = HeaderBuilder::new().schema(Some(Schema::from(schema))).description(Some(about)).build();
        components.headers.insert(name.to_owned(), RefOr::T(header));
    }
    for (name, parameter) in parameters() {
        components.parameters.insert(name.to_owned(), RefOr::T(parameter));
    }
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("An access token from `POST /tokens`, in the header `Authorization`."))
        .build();
    components.security_schemes.insert(SCHEME.to_owned(), RefOr::T(SecurityScheme::Http(scheme)));
    components
}

/// Every schema an operation refers to. Two types under one name would publish one and check the other.
fn schemas(operations: &[Operation]) -> BTreeMap<String, RefOr<Schema>> {
    let mut found = vec![(Details::name().into_owned(), Details::schema())];
    Details::schemas(&mut found);
    found.push((Purpose::name().into_owned(), Purpose::schema()));
    for (name, schema) in super::tags::shared_schemas() {
        found.push((name, schema));
    }
    found.extend(operations.iter().flat_map(|operation| &operation.answer).flat_map(Typed::schemas));
    // What is sent comes last: a type that is also answered stays closed.
    let sent = operations.iter().flat_map(|operation| &operation.body).flat_map(Typed::schemas);
    found.extend(sent.map(|(name, schema)| (name, closed(schema))));
    found.into_iter().map(|(name, schema)| (name.clone(), titled(&name, schema))).collect()
}

/// The same schema, with a title for each variant of a tagged enum (`AddressDutch`): generated clients name their types
/// after it, and number them without.
fn titled(name: &str, schema: RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::OneOf(mut variants)) = schema else { return schema };
    for variant in &mut variants.items {
        if let RefOr::T(Schema::Object(variant)) = variant
            && let Some(tag) = tag_of(variant)
        {
            variant.title.get_or_insert_with(|| format!("{name}{}", pascal(&tag)));
        }
    }
    RefOr::T(Schema::OneOf(variants))
}

/// The one value that the member `type` of a variant can have.
fn tag_of(variant: &Object) -> Option<String> {
    let RefOr::T(Schema::Object(tag)) = variant.properties.get("type")? else { return None };
    match tag.enum_values.as_deref()? {
        [serde_json::Value::String(only)] => Some(only.clone()),
        _ => None,
    }
}

/// `noFixedAbode` and `no_fixed_abode` as `NoFixedAbode`.
fn pascal(tag: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    tag.split(['_', '-']).map(word).collect()
}

/// The same schema, with the variants of a tagged enum closed against unknown members as plain structs are: the derive
/// leaves them open although the type refuses them.
fn closed(schema: RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::OneOf(mut variants)) = schema else { return schema };
    for variant in &mut variants.items {
        if let RefOr::T(Schema::Object(variant)) = variant {
            variant.additional_properties.get_or_insert_with(|| Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
    RefOr::T(Schema::OneOf(variants))
}

fn problem(status: u16, about: &str) -> Response {
    let header = |name: &str| Ref::new(format!("#/components/headers/{name}"));
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Details::name()))).build();
    let response = ResponseBuilder::new()
        .description(about)
        .header_ref("API-Version", header("ApiVersion"))
        .header_ref("Request-Id", header("RequestId"))
        .content(PROBLEM_JSON, content);
    match status {
        401 => response.header_ref("WWW-Authenticate", header("WwwAuthenticate")),
        429 | 503 => response.header_ref("Retry-After", header("RetryAfter")),
        _ => response,
    }
    .build()
}

fn parameters() -> [(&'static str, Parameter); 4] {
    let header = |name: &str, required: Required, about: &str, schema: RefOr<Schema>| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(required)
            .description(Some(about))
            .schema(Some(schema))
            .build()
    };
    let text = |pattern: &str, example: &str| -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).examples([example]).into()
    };
    [
        (
            "IdempotencyKey",
            header(
                "Idempotency-Key",
                Required::True,
                "A key of your choice, new for each new request. Repeat a request with the same key to get the answer \
                 it got, without a second effect.",
                text(r#"^"?[A-Za-z0-9._:-]{1,128}"?$"#, "3f1c0f0a-3a2b-4a58-9f1e-5d9a4c8f6b21"),
            ),
        ),
        (
            "IfMatch",
            header(
                "If-Match",
                Required::True,
                "The `ETag` of what you read: the change is refused when somebody else was first.",
                text(r#"^"[0-9]+"$"#, "\"3\""),
            ),
        ),
        (
            "DocumentName",
            header(
                "Document-Name",
                Required::True,
                "What the document is called: 1 to 200 characters in UTF-8, percent-encoded. It stands in a header \
                 because no address may hold personal data.",
                text(r"^[A-Za-z0-9._~%-]{1,2400}$", "Vonnis%20Proefstad.pdf"),
            ),
        ),
        (
            "Purpose",
            header(
                "Purpose",
                Required::False,
                "Why you ask, where your role or your relation to the file requires a purpose. It is recorded.",
                // By reference: one type in a generated client, not one for each operation.
                Ref::from_schema_name(Purpose::name()).into(),
            ),
        ),
    ]
}
