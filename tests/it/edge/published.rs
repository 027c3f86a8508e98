//! The published description and what is mounted are the same.

use rocket::http::Status;
use serde_json::Value;

use super::made_up::{client, operations, server, settings};

#[tokio::test]
async fn everybody_may_read_the_description() {
    let client = client().await;
    let response = client.get("/v1/openapi.json").dispatch().await;
    // The made-up API has no such operation: the real one is held to it elsewhere.
    assert_eq!(response.status(), Status::NotFound);
}

#[tokio::test]
async fn every_route_is_described_and_the_reverse() {
    let document = zedenregister::api::spec::document(&operations(), "https://register.example");
    let document = serde_json::to_value(document).expect("JSON");
    let rocket = server(settings()).await;
    let mut mounted: Vec<String> = rocket
        .routes()
        .map(|route| {
            let path = route.uri.path().replace('<', "{").replace('>', "}");
            format!("{} {}", route.method.as_str().to_lowercase(), path.trim_start_matches("/v1"))
        })
        .collect();
    let mut described: Vec<String> = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, _)| format!("{method} {path}"))
        })
        .collect();
    mounted.sort();
    described.sort();
    assert_eq!(mounted, described);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = zedenregister::api::spec::document(&operations(), "https://register.example");
    let document = serde_json::to_value(document).expect("JSON");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 50, "only {} references", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("a local reference");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A derive that overlooks a serde attribute publishes another name than the one that is read: no valid request exists.
#[test]
fn every_member_is_published_in_camel_case() {
    let operations = zedenregister::api::routes::all();
    let document = zedenregister::api::spec::document(&operations, "https://register.example");
    let document = serde_json::to_value(document).expect("JSON");
    let mut members = Vec::new();
    collect_members(&document["components"]["schemas"], &mut members);
    assert!(members.len() > 100, "only {} members", members.len());
    let wrong: Vec<_> = members.into_iter().filter(|name| !name.chars().all(|c| c.is_ascii_alphanumeric())).collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

fn collect_members<'a>(value: &'a Value, members: &mut Vec<&'a str>) {
    match value {
        Value::Object(object) => {
            let declared = object.get("properties").and_then(Value::as_object);
            members.extend(declared.into_iter().flatten().map(|(name, _)| name.as_str()));
            object.values().for_each(|inner| collect_members(inner, members));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_members(item, members)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
