//! The published description and what is mounted are the same, and nothing in it leads nowhere.

use std::collections::BTreeSet;

use rocket::http::{Header, Status};
use rocket::local::asynchronous::Client;
use serde_json::Value;
use zedenregister::api::{self, routes, spec};

use super::made_up::{settings, system};

/// What stands outside `/v1` and so outside the description: the API rules forbid a dot in a path, RFC 8615 and the
/// keys' readers demand one; and the health and the figures of a process have no version; the call-backs of a
/// service that sends for us have the shape that it gives them.
const OUTSIDE: [&str; 6] = [
    "get /.well-known/jwks.json",
    "get /.well-known/security.txt",
    "get /health/live",
    "get /health/ready",
    "get /metrics",
    "post /notify-callbacks",
];

fn document() -> Value {
    serde_json::to_value(spec::document(&routes::all(), spec::PUBLISHED_URL)).expect("JSON")
}

// ASVS 5.0: 2.1.1
#[test]
fn the_committed_contract_is_the_generated_one() {
    let committed = include_str!("../../../api-spec/openapi.json");
    let generated = serde_json::to_string_pretty(&spec::document(&routes::all(), spec::PUBLISHED_URL)).expect("JSON");
    assert!(
        committed.trim_end() == generated,
        "the contract changed: look at the difference after `cargo run -- openapi > api-spec/openapi.json`"
    );
}

// ASVS 5.0: 3.4.2
// ADR 2.2: /core/publish-openapi, /core/transport/cors
#[tokio::test]
async fn everybody_may_read_the_description_from_any_page() {
    let (app, _folder) = system(settings());
    let client = Client::untracked(api::build(&app).expect("a server")).await.expect("a client");
    let response = client.get("/v1/openapi.json").dispatch().await;
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(response.headers().get_one("Access-Control-Allow-Origin"), Some("*"));
    let elsewhere = Header::new("Origin", "https://elsewhere.example");
    let closed = client.get("/v1/flags").header(elsewhere).dispatch().await;
    assert_eq!(closed.headers().get_one("Access-Control-Allow-Origin"), None, "and nothing else");
    let served: Value = response.into_json().await.expect("JSON");
    assert_eq!(served["servers"][0]["url"], "https://register.example/v1");
    assert_eq!(served["paths"], document()["paths"]);
}

#[tokio::test]
async fn who_finds_a_weakness_is_told_where_to_report_it() {
    let (app, _folder) = system(settings());
    let client = Client::untracked(api::build(&app).expect("a server")).await.expect("a client");
    let response = client.get("/.well-known/security.txt").dispatch().await;
    assert_eq!(response.status(), Status::Ok);
    assert_eq!(response.headers().get_one("Content-Type"), Some("text/plain; charset=utf-8"));
    let text = response.into_string().await.expect("text");
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name} {text}"));
    assert_eq!(field("Contact: "), "mailto:veilig@register.example");
    assert_eq!(field("Canonical: "), "https://register.example/.well-known/security.txt");
    let expires: chrono::DateTime<chrono::Utc> = field("Expires: ").parse().expect("an instant");
    let days = (expires - app.clock.now().system.utc()).num_days();
    assert!((180..365).contains(&days), "{days}");

    let nobody = super::made_up::Server { security_contact: None, ..settings() };
    let (app, _folder) = system(nobody);
    let client = Client::untracked(api::build(&app).expect("a server")).await.expect("a client");
    assert_eq!(client.get("/.well-known/security.txt").dispatch().await.status(), Status::NotFound);
}

/// The pages for people are no part of the API.
fn is_page(path: &str) -> bool {
    path == "/" || ["/console", "/docs", "/mijn"].iter().any(|area| path.starts_with(area))
}

// ADR 2.2: /core/doc-openapi
#[test]
fn every_route_is_described_and_the_reverse() {
    let (app, _folder) = system(settings());
    let server = api::build(&app).expect("a server");
    let mut mounted: Vec<String> = server
        .routes()
        .filter(|route| !is_page(route.uri.path()))
        .map(|route| {
            let path = route.uri.path().replace('<', "{").replace('>', "}");
            format!("{} {}", route.method.as_str().to_lowercase(), path.trim_start_matches("/v1"))
        })
        .collect();
    let document = document();
    let paths = document["paths"].as_object().expect("paths");
    let mut described: Vec<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, _)| format!("{method} {path}"))
        })
        .chain(OUTSIDE.map(str::to_owned))
        .collect();
    mounted.sort();
    described.sort();
    assert_eq!(mounted, described);
}

/// Addresses stand in histories and in the logs of others: what somebody is known by goes into a body.
// ASVS 5.0: 14.2.1
// ADR 2.2: /core/transport/no-sensitive-uris
#[test]
fn no_address_holds_what_a_person_is_known_by() {
    let document = document();
    let operations = document["paths"].as_object().into_iter().flatten();
    let operations = operations.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    let parameters = operations.flat_map(|(_, operation)| operation["parameters"].as_array().into_iter().flatten());
    let written = parameters.filter(|parameter| ["path", "query"].iter().any(|place| parameter["in"] == *place));
    let names: BTreeSet<&str> = written.map(|parameter| parameter["name"].as_str().expect("a name")).collect();
    let words: Vec<&str> = names.into_iter().filter(|name| !name.ends_with("Id")).collect();
    let known = "acknowledged after category column from kinds limit name open quarter raisedFrom raisedUntil row section state \
                 status subject table until";
    assert_eq!(words.join(" "), known, "a new one: can a name, a number or an address of a person stand in it?");
}

// ADR 2.2: /core/doc-openapi
#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 500, "only {} references", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("a local reference");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

// ASVS 5.0: 1.5.2, 2.2.1, 15.3.3
#[test]
fn what_is_sent_is_closed_and_bounded() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let mut waiting: Vec<&Value> = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, item)| item.as_object().into_iter().flatten())
        .filter_map(|(_, operation)| operation.get("requestBody"))
        .collect();
    let mut seen = Vec::new();
    let mut open = Vec::new();
    while let Some(value) = waiting.pop() {
        let mut references = Vec::new();
        collect(value, &mut references);
        for name in references.iter().filter_map(|reference| reference.strip_prefix("#/components/schemas/")) {
            if !seen.contains(&name) {
                seen.push(name);
                unbounded(&schemas[name], name, &mut open);
                waiting.push(&schemas[name]);
            }
        }
    }
    assert!(seen.len() > 40, "only {} schemas are sent", seen.len());
    assert_eq!(open, Vec::<String>::new(), "these take unknown members, or texts and lists without end");
}

/// Objects that take unknown members, texts and lists without a bound.
fn unbounded(value: &Value, path: &str, found: &mut Vec<String>) {
    let Value::Object(members) = value else {
        for (at, item) in value.as_array().into_iter().flatten().enumerate() {
            unbounded(item, &format!("{path}/{at}"), found);
        }
        return;
    };
    let is = |name: &str| match members.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(many)) => many.iter().any(|one| one == name),
        _ => false,
    };
    let has = |names: &[&str]| names.iter().any(|name| members.contains_key(*name));
    let open = is("object") && has(&["properties"]) && members.get("additionalProperties") != Some(&Value::Bool(false));
    let endless =
        is("string") && !has(&["format", "pattern", "enum", "maxLength"]) || is("array") && !has(&["maxItems"]);
    if open || endless {
        found.push(path.to_owned());
    }
    for (name, member) in members {
        unbounded(member, &format!("{path}/{name}"), found);
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
    let operations = routes::all();
    let document = spec::document(&operations, "https://register.example");
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

/// The documentation loads nothing that another server would have to give, and nothing that stands inside the page.
// ASVS 5.0: 3.4.3, 5.3.2, 13.4.3, 13.4.5, 14.2.3
#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_is_served_from_here_under_a_strict_policy() {
    let (app, _folder) = system(settings());
    let server = Client::untracked(api::build(&app).expect("a server")).await.expect("a client");
    let page = server.get("/docs").dispatch().await;
    assert_eq!(page.status().code, 200);
    let policy = page.headers().get_one("Content-Security-Policy").expect("a policy").to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let html = page.into_string().await.expect("a page");
    let parts: Vec<&str> = html.split('"').filter(|part| part.starts_with("/docs/")).collect();
    assert_eq!(parts.len(), 4, "{html}");
    for part in parts {
        let answer = server.get(part).dispatch().await;
        assert_eq!(answer.status().code, 200, "{part}");
        assert!(answer.into_bytes().await.is_some_and(|bytes| bytes.len() > 100), "{part}");
    }
    assert!(!html.contains("<style") && !html.contains("style=") && !html.contains("://"), "{html}");
    for absent in ["/docs/", "/docs/index.html", "/docs/oauth2-redirect.html", "/docs/..%2fmain.rs"] {
        assert_eq!(server.get(absent).dispatch().await.status().code, 404, "{absent}");
    }
}
