//! What good input gets.

use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::Client;
use serde_json::{Value, json};

use super::made_up::{client, problem, server, settings, signed, visitation};

const FLAG: &str = "/v1/flags/0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11";

async fn make(client: &Client, key: &str, body: &Value) -> (Status, Value) {
    let response = client
        .post("/v1/visitations")
        .header(ContentType::JSON)
        .header(signed(client))
        .header(Header::new("Idempotency-Key", key.to_owned()))
        .body(body.to_string())
        .dispatch()
        .await;
    let status = response.status();
    (status, response.into_json().await.expect("JSON"))
}

// ASVS 5.0: 4.1.1
#[tokio::test]
async fn what_is_made_has_a_place() {
    let client = client().await;
    let response = client
        .post("/v1/visitations")
        .header(ContentType::JSON)
        .header(signed(&client))
        .header(Header::new("Idempotency-Key", "one"))
        .header(Header::new("Purpose", "supervision"))
        .header(Header::new("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
        .body(visitation().to_string())
        .dispatch()
        .await;
    assert_eq!(response.status(), Status::Created);
    assert_eq!(response.content_type(), Some(ContentType::JSON));
    assert_eq!(response.headers().get_one("Location"), Some("/v1/visitations/1"));
    let parent = response.headers().get_one("traceparent").unwrap_or_default().to_owned();
    assert!(parent.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && parent.ends_with("-01"), "{parent}");
    assert!(!parent.contains("00f067aa0ba902b7"), "our step has an id of its own");
    let seen: Value = response.into_json().await.expect("JSON");
    assert_eq!(seen["key"], "one");
    assert_eq!(seen["purpose"], "supervision");
    assert_eq!(seen["trace"], "4bf92f3577b34da6a3ce929d0e0e4736");
}

#[tokio::test]
async fn the_digest_tells_requests_under_one_key_apart() {
    let client = client().await;
    let (_, first) = make(&client, "k1", &visitation()).await;
    let (_, again) = make(&client, "\"k1\"", &visitation()).await;
    assert_eq!((&first["key"], &first["digest"]), (&again["key"], &again["digest"]));
    let mut other = visitation();
    other["who"] = json!("Piet");
    let (_, other) = make(&client, "k1", &other).await;
    assert_ne!(first["digest"], other["digest"]);
}

#[tokio::test]
async fn a_key_whose_request_runs_is_answered_at_once() {
    let client = client().await;
    let mut slow = visitation();
    slow["who"] = json!("slow");
    let (first, second) = tokio::join!(make(&client, "busy", &slow), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        make(&client, "busy", &slow).await
    });
    assert_eq!(first.0, Status::Created);
    assert_eq!((second.0, second.1["code"].as_str()), (Status::Conflict, Some("request_in_progress")));
    assert_eq!(make(&client, "busy", &slow).await.0, Status::Created);
}

#[tokio::test]
async fn what_is_read_carries_its_version() {
    let client = client().await;
    let read = client.get(FLAG).header(signed(&client)).dispatch().await;
    assert_eq!(read.headers().get_one("ETag"), Some("\"7\""));
    let dropped = client.delete(FLAG).header(signed(&client)).header(Header::new("If-Match", "\"7\"")).dispatch().await;
    assert_eq!(dropped.status(), Status::NoContent);
    assert!(dropped.headers().contains("API-Version"));
    assert_eq!(dropped.into_string().await, None);
}

#[tokio::test]
async fn pages_link_to_the_next_and_keep_the_question() {
    let client = client().await;
    let response = client.get("/v1/flags?after=YWE&purpose=audit&limit=2").header(signed(&client)).dispatch().await;
    if response.status() != Status::Ok {
        panic!("{:?}", response.into_string().await)
    }
    let link = response.headers().get_one("Link");
    assert_eq!(link, Some("</v1/flags?purpose=audit&limit=2&after=b2s>; rel=\"next\""));
    let last = client.get("/v1/flags").header(signed(&client)).dispatch().await;
    assert_eq!(last.headers().get_one("Link"), None);
}

// ADR 2.2: /core/http-safety
#[tokio::test]
async fn head_says_what_get_would_and_options_what_is_allowed() {
    let client = client().await;
    let head = client.head(FLAG).header(signed(&client)).dispatch().await;
    assert_eq!(head.status(), Status::Ok);
    assert_eq!(head.headers().get_one("ETag"), Some("\"7\""));
    assert_eq!(head.into_string().await.unwrap_or_default(), "");
    let options = client.options(FLAG).dispatch().await;
    assert_eq!(options.status(), Status::NoContent);
    assert_eq!(options.headers().get_one("Allow"), Some("DELETE, GET, HEAD, OPTIONS, PUT"));
    let nowhere = client.options("/v1/nowhere").dispatch().await;
    assert_eq!(nowhere.status(), Status::NotFound);
    problem(nowhere).await;
}

// ASVS 5.0: 4.1.3, 15.3.4
#[tokio::test]
async fn only_a_trusted_proxy_may_say_who_the_client_is() {
    let settings = super::made_up::Server {
        trusted_proxies: vec!["10.0.0.5".parse().expect("an address")],
        ..super::made_up::few_sign_ins()
    };
    let client = Client::untracked(server(settings).await).await.expect("a client");
    let sign_in = |peer: &str, forwarded: &'static str| {
        client
            .post("/v1/tokens")
            .header(ContentType::JSON)
            .remote(peer.parse().expect("an address"))
            .header(Header::new("X-Forwarded-For", forwarded))
            .header(Header::new("X-Real-IP", "203.0.113.9"))
            .body(r#"{"country": "BE", "nights": 1}"#)
            .dispatch()
    };
    // A client that forges the header still counts as one network.
    for forged in ["198.51.100.1", "198.51.100.2", "198.51.100.3"] {
        assert_eq!(sign_in("192.0.2.1:4000", forged).await.status(), Status::Ok);
    }
    assert_eq!(sign_in("192.0.2.1:4000", "198.51.100.4").await.status(), Status::TooManyRequests);
    // Behind the proxy each client counts alone, also when it forges the first hops.
    for client_address in ["8.8.8.8, 192.0.2.7", "9.9.9.9, 192.0.2.7", "192.0.2.7"] {
        assert_eq!(sign_in("10.0.0.5:4000", client_address).await.status(), Status::Ok);
    }
    assert_eq!(sign_in("10.0.0.5:4000", "1.1.1.1, 192.0.2.7").await.status(), Status::TooManyRequests);
    assert_eq!(sign_in("10.0.0.5:4000", "192.0.2.8").await.status(), Status::Ok);
}

// ASVS 5.0: 2.4.1, 13.2.6, 15.2.2
#[tokio::test]
async fn too_many_requests_at_once_are_sent_away_cheaply() {
    let client = Client::untracked(server(settings()).await).await.expect("a client");
    let answers = futures(&client, 600).await;
    let away = answers.iter().filter(|status| **status == Status::ServiceUnavailable).count();
    let served = answers.iter().filter(|status| **status == Status::NoContent).count();
    assert_eq!((served, away), (512, 88));
}

async fn futures(client: &Client, many: usize) -> Vec<Status> {
    let mut waiting = Vec::new();
    for _ in 0..many {
        waiting.push(Box::pin(async { client.get("/v1/places").dispatch().await.status() }));
    }
    // Polled together, as a server would.
    rocket::futures::future::join_all(waiting).await
}
