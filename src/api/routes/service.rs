//! The API about itself.

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::api::tags::SERVICE;
use crate::api::{Answer, Done, Operation, Visit};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/openapi.json", "readApiDescription", "Read this description")
            .tag(SERVICE)
            .for_any_origin()
            .answers(read_api_description),
    ]
}

/// An OpenAPI document.
#[derive(Serialize)]
#[serde(transparent)]
struct ApiDescription(Value);

impl PartialSchema for ApiDescription {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Object).description(Some("An OpenAPI 3.1 document.")).into()
    }
}

impl ToSchema for ApiDescription {}

async fn read_api_description(visit: Visit) -> Done<ApiDescription> {
    Ok(Answer::new(ApiDescription(visit.edge.description().clone())))
}
