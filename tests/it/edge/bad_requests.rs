//! What bad input gets: a problem that names every fault, never a value, never a 422, never an internal text.

use rocket::http::{Accept, ContentType, Header, Status};
use serde_json::{Value, json};

use super::made_up::{Token, client, faults, few_sign_ins, problem, server, signed, visitation};

const KEY: &str = "5a2f1c1e-1111-4222-8333-444455556666";

async fn post_visitation(body: impl Into<Vec<u8>>) -> Value {
    let client = client().await;
    let response = client
        .post("/v1/visitations")
        .header(ContentType::JSON)
        .header(signed(&client))
        .header(Header::new("Idempotency-Key", KEY))
        .body(body.into())
        .dispatch()
        .await;
    problem(response).await
}

// ASVS 5.0: 1.5.2, 2.2.1, 15.3.3
// ADR 2.2: /core/error-handling/all-errors, /core/error-handling/invalid-input
#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let client = client().await;
    let body = json!({
        "on": "2026-02-30", "at": "2026-02-28 12:00", "who": "", "stops": [{ "country": "Belgium" }],
        "by": { "kind": "onFoot", "hours": -1 }, "flag": "7", "colour": "red",
    });
    let response = client
        .post("/v1/visitations?verbose=1")
        .header(ContentType::JSON)
        .header(signed(&client))
        .header(Header::new("Purpose", "curiosity"))
        .body(body.to_string())
        .dispatch()
        .await;
    assert_eq!(response.status(), Status::BadRequest);
    assert_eq!(
        faults(&problem(response).await),
        [
            ("/at", "not_a_date_time"),
            ("/by/hours", "too_small"),
            ("/colour", "unknown_member"),
            ("/flag", "not_an_id"),
            ("/on", "not_a_date"),
            ("/stops/0/country", "wrong_form"),
            ("/stops/0/nights", "required"),
            ("/who", "too_short"),
            ("Idempotency-Key", "required"),
            ("Purpose", "not_one_of"),
            ("verbose", "unknown_parameter"),
        ]
    );
}

// ADR 2.2: /core/date-time/format, /core/date-time/timezone
#[tokio::test]
async fn impossible_days_and_instants_are_refused() {
    for (member, value, code) in [
        ("on", "2026-02-29", "not_a_date"),
        ("on", "2026-13-01", "not_a_date"),
        ("on", "0000-00-00", "not_a_date"),
        ("on", "28-02-2026", "not_a_date"),
        ("on", "+12026-02-28", "not_a_date"),
        ("at", "2026-02-30T12:00:00Z", "not_a_date_time"),
        ("at", "2026-02-28T25:00:00Z", "not_a_date_time"),
        ("at", "2026-02-28T12:00:00", "not_a_date_time"),
    ] {
        let mut body = visitation();
        body[member] = json!(value);
        let problem = post_visitation(body.to_string()).await;
        assert_eq!(faults(&problem), [(format!("/{member}").as_str(), code)], "{value}");
        assert!(!problem.to_string().contains(value), "the problem repeats {value}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_are_told_so() {
    for (body, code) in [
        (b"".as_slice(), "not_json"),
        (b"{", "not_json"),
        (b"on=2026-02-28", "not_json"),
        (br#"{"on": NaN}"#, "not_json"),
        (b"{\"who\": \"\xff\xfe\"}", "not_utf8"),
    ] {
        assert_eq!(faults(&post_visitation(body).await), [("", code)], "{}", String::from_utf8_lossy(body));
    }
    assert_eq!(faults(&post_visitation("[".repeat(50_000)).await), [("", "too_deep")]);
    assert_eq!(faults(&post_visitation("[]").await), [("", "wrong_type")]);
    assert_eq!(faults(&post_visitation("null").await), [("", "wrong_type")]);
}

// ASVS 5.0: 1.3.3, 1.5.3, 15.3.7
#[tokio::test]
async fn what_two_parsers_could_read_differently_is_refused() {
    let twice = visitation().to_string().replacen('{', r#"{"who": "Piet", "#, 1);
    assert_eq!(faults(&post_visitation(twice).await), [("/who", "duplicate_member")]);
    for character in [r"\u0000", r"\u202e", r"\u001b"] {
        let body = visitation().to_string().replace("Jan", &format!("J{character}n"));
        assert_eq!(faults(&post_visitation(body).await), [("/who", "forbidden_character")], "{character}");
    }
}

// ASVS 5.0: 1.5.2
#[tokio::test]
async fn the_kind_that_was_meant_is_judged() {
    for (by, expected) in [
        (json!({ "kind": "train" }), ("/by/line", "required")),
        (json!({ "kind": "train", "line": "IC", "hours": 1 }), ("/by/hours", "unknown_member")),
        (json!({ "kind": "rocket" }), ("/by/kind", "not_one_of")),
        (json!({}), ("/by/kind", "required")),
        (json!("train"), ("/by", "wrong_type")),
    ] {
        let mut body = visitation();
        body["by"] = by.clone();
        assert_eq!(faults(&post_visitation(body.to_string()).await), [expected], "{by}");
    }
}

// ASVS 5.0: 3.5.2
#[tokio::test]
async fn a_large_body_gets_413_and_another_type_415() {
    let client = client().await;
    let post = || client.post("/v1/visitations").header(signed(&client)).header(Header::new("Idempotency-Key", KEY));
    let large = post().header(ContentType::JSON).body(vec![b' '; 10 << 20]).dispatch().await;
    assert_eq!(large.status(), Status::PayloadTooLarge);
    assert_eq!(problem(large).await["code"], "body_too_large");
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/jsonp"]
    {
        let response = post().header(Header::new("Content-Type", kind)).body(visitation().to_string()).dispatch().await;
        assert_eq!(response.status(), Status::UnsupportedMediaType, "{kind}");
        problem(response).await;
    }
    let none = post().body(visitation().to_string()).dispatch().await;
    assert_eq!(none.status(), Status::UnsupportedMediaType);
    let utf8 = Header::new("Content-Type", "application/json; charset=UTF-8");
    assert_eq!(post().header(utf8).body(visitation().to_string()).dispatch().await.status(), Status::Created);
}

#[tokio::test]
async fn a_client_that_reads_no_json_gets_406() {
    let client = client().await;
    let response = client.get("/v1/flags").header(signed(&client)).header(Accept::HTML).dispatch().await;
    assert_eq!(response.status(), Status::NotAcceptable);
    problem(response).await;
    let any = Header::new("Accept", "text/html, */*;q=0.1");
    assert_eq!(client.get("/v1/flags").header(signed(&client)).header(any).dispatch().await.status(), Status::Ok);
}

// ADR 2.2: /core/no-trailing-slash, /core/error-handling/problem-details
#[tokio::test]
async fn a_path_names_one_thing_or_nothing() {
    let client = client().await;
    for path in ["/v1/flags/", "/v1//flags", "/v1/nothing", "/v2/flags", "/", "/v1", "/v1/flags/_search/", "/v1/Flags"]
    {
        let response = client.get(path).header(signed(&client)).dispatch().await;
        assert_eq!(response.status(), Status::NotFound, "{path}");
        assert_eq!(problem(response).await["code"], "not_found", "{path}");
    }
    for id in ["7", "0190B7A2-6C1E-7D5A-9C43-2F6F0F0B1C11", "..%2f..%2fetc", "%00"] {
        let response = client.get(format!("/v1/flags/{id}")).header(signed(&client)).dispatch().await;
        assert_eq!(response.status(), Status::BadRequest, "{id}");
        assert_eq!(problem(response).await["errors"][0]["pointer"], "flagId", "{id}");
    }
}

// ASVS 5.0: 3.5.3, 4.1.4, 13.4.4
// ADR 2.2: /core/http-methods
#[tokio::test]
async fn another_method_gets_405_with_those_that_are_allowed() {
    let client = client().await;
    for (method, path, allow) in [
        (rocket::http::Method::Delete, "/v1/flags", "GET, HEAD, OPTIONS"),
        (rocket::http::Method::Get, "/v1/visitations", "OPTIONS, POST"),
        (rocket::http::Method::Get, "/v1/flags/_search", "OPTIONS, POST"),
        (rocket::http::Method::Patch, "/v1/flags/7", "DELETE, GET, HEAD, OPTIONS, PUT"),
        (rocket::http::Method::Trace, "/v1/flags", "GET, HEAD, OPTIONS"),
    ] {
        let response = client.req(method, path).header(signed(&client)).dispatch().await;
        assert_eq!(response.status(), Status::MethodNotAllowed, "{method} {path}");
        assert_eq!(response.headers().get_one("Allow"), Some(allow), "{method} {path}");
        problem(response).await;
    }
}

// ASVS 5.0: 1.4.2, 2.2.1, 15.3.5, 15.3.7
// ADR 2.2: /core/error-handling/invalid-input
#[tokio::test]
async fn query_parameters_are_held_to_their_schema() {
    let client = client().await;
    let response = client.get("/v1/flags?limit=0&purpose=x&limit=5&Limit=1").header(signed(&client)).dispatch().await;
    assert_eq!(response.status(), Status::BadRequest);
    assert_eq!(
        faults(&problem(response).await),
        [("Limit", "unknown_parameter"), ("limit", "duplicate_parameter"), ("purpose", "not_one_of")]
    );
    for (limit, code) in
        [("0", "too_small"), ("101", "too_large"), ("ten", "wrong_type"), ("", "wrong_type"), ("1.5", "wrong_type")]
    {
        let response = client.get(format!("/v1/flags?limit={limit}")).header(signed(&client)).dispatch().await;
        assert_eq!(faults(&problem(response).await), [("limit", code)], "{limit}");
    }
}

#[tokio::test]
async fn a_body_where_none_belongs_is_refused() {
    let client = client().await;
    let response =
        client.get("/v1/flags").header(signed(&client)).header(ContentType::JSON).body("{}").dispatch().await;
    assert_eq!(faults(&problem(response).await), [("", "unexpected_body")]);
}

// ASVS 5.0: 3.5.2, 7.2.1
#[tokio::test]
async fn without_an_accepted_token_nothing_is_told() {
    let client = client().await;
    let missing = client.get("/v1/flags?limit=nonsense").dispatch().await;
    assert_eq!(missing.status(), Status::Unauthorized);
    assert_eq!(missing.headers().get_one("WWW-Authenticate"), Some(r#"Bearer realm="zedenregister""#));
    assert_eq!(problem(missing).await["code"], "token_missing");
    for token in ["Bearer bad", "Bearer", "Basic Z29vZA==", "no-scheme", "Bearer two words"] {
        let response = client.get("/v1/flags").header(Header::new("Authorization", token)).dispatch().await;
        assert_eq!(response.status(), Status::Unauthorized, "{token}");
        assert!(response.headers().get_one("WWW-Authenticate").is_some_and(|says| says.contains("invalid_token")));
        assert_eq!(problem(response).await["code"], "token_not_accepted", "{token}");
    }
    let token = client.rocket().state::<Token>().expect("a token").0.clone();
    let cookie = client.get("/v1/flags").cookie(("token", token)).dispatch().await;
    assert_eq!(cookie.status(), Status::Unauthorized);
}

#[tokio::test]
async fn keys_of_the_client_have_a_form() {
    let client = client().await;
    for (key, accepted) in [
        ("k", true),
        ("\"8e03978e-40d5\"", true),
        ("", false),
        ("a b", false),
        ("ключ", false),
        (&*"x".repeat(129), false),
    ] {
        let response = client
            .post("/v1/visitations")
            .header(ContentType::JSON)
            .header(signed(&client))
            .header(Header::new("Idempotency-Key", key.to_owned()))
            .body(visitation().to_string())
            .dispatch()
            .await;
        assert_eq!(response.status() == Status::Created, accepted, "{key}");
        if !accepted {
            assert_eq!(faults(&problem(response).await), [("Idempotency-Key", "wrong_form")], "{key}");
        }
    }
}

// ASVS 5.0: 15.4.2
#[tokio::test]
async fn a_change_needs_the_version_it_changes() {
    let client = client().await;
    let put = |tag: Option<&'static str>| {
        let request = client
            .put("/v1/flags/0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11")
            .header(ContentType::JSON)
            .header(signed(&client))
            .body(r#"{"country": "BE", "nights": 1}"#);
        match tag {
            Some(tag) => request.header(Header::new("If-Match", tag)),
            None => request,
        }
    };
    let missing = put(None).dispatch().await;
    assert_eq!(missing.status(), Status::PreconditionRequired);
    problem(missing).await;
    for (tag, status) in [
        ("\"7\"", Status::Ok),
        ("\"6\"", Status::PreconditionFailed),
        ("W/\"7\"", Status::PreconditionFailed),
        ("7", Status::BadRequest),
        ("*", Status::BadRequest),
        ("\"7\", \"8\"", Status::BadRequest),
    ] {
        assert_eq!(put(Some(tag)).dispatch().await.status(), status, "{tag}");
    }
}

// ASVS 5.0: 16.5.1, 16.5.4
// ADR 2.2: /core/hide-implementation
#[tokio::test]
async fn internal_texts_stay_inside() {
    let client = client().await;
    let gone = client.get("/v1/faults/database").dispatch().await;
    assert_eq!(gone.status(), Status::ServiceUnavailable);
    let gone = problem(gone).await;
    assert_eq!(gone["code"], "database_unavailable");
    assert!(!gone.to_string().contains("db.internal"), "{gone}");
    let panicked = client.get("/v1/faults/panic").dispatch().await;
    assert_eq!(panicked.status(), Status::InternalServerError);
    assert!(!problem(panicked).await.to_string().contains("on purpose"));
}

// ASVS 5.0: 2.4.1, 6.3.1
#[tokio::test]
async fn sign_ins_are_limited_per_network() {
    let client = rocket::local::asynchronous::Client::untracked(server(few_sign_ins()).await).await.expect("a client");
    let sign_in = |from: &str| {
        client
            .post("/v1/tokens")
            .header(ContentType::JSON)
            .remote(from.parse().expect("an address"))
            .body(r#"{"country": "BE", "nights": 1}"#)
            .dispatch()
    };
    for left in [2, 1, 0] {
        let response = sign_in("192.0.2.1:4000").await;
        assert_eq!(response.status(), Status::Ok);
        let said = response.headers().get_one("RateLimit").unwrap_or_default().to_owned();
        assert!(said.contains(&format!("r={left};")), "{said}");
    }
    let refused = sign_in("192.0.2.1:4001").await;
    assert_eq!(refused.status(), Status::TooManyRequests);
    problem(refused).await;
    assert_eq!(sign_in("192.0.2.2:4000").await.status(), Status::Ok);
}
