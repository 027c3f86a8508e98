//! What only a real connection shows: requests that are not HTTP, slow and cut-off bodies, the end of the server.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use zedenregister::api::{LaunchError, launch};

use super::made_up::{Token, server, settings};

struct Running {
    address: SocketAddr,
    token: String,
    stop: rocket::Shutdown,
    ended: JoinHandle<Result<(), LaunchError>>,
}

async fn start() -> Running {
    let server = server(settings()).await;
    let token = server.state::<Token>().expect("a token").0.clone();
    let (tell, told) = tokio::sync::oneshot::channel();
    let (hand, handed) = tokio::sync::oneshot::channel();
    let hand = std::sync::Mutex::new(Some(hand));
    let server = server.attach(rocket::fairing::AdHoc::on_liftoff("hands out the shutdown", move |rocket| {
        let shutdown = rocket.shutdown();
        let hand = hand.lock().expect("the lock").take();
        Box::pin(async move {
            if let Some(hand) = hand {
                drop(hand.send(shutdown));
            }
        })
    }));
    let ended = tokio::spawn(launch(server, move |address| tell.send(address).expect("somebody waits")));
    Running { token, address: told.await.expect("an address"), stop: handed.await.expect("a handle"), ended }
}

/// Sends bytes and reads until the server closes or has answered.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.expect("sent");
    let mut answer = vec![0; 65_536];
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut answer)).await.expect("in time");
    String::from_utf8_lossy(&answer[..read.expect("an answer")]).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

// ASVS 5.0: 3.4.4, 4.1.4
// ADR 2.2: /core/error-handling/problem-details, /core/version-header, /core/transport/security-headers
#[tokio::test(flavor = "multi_thread")]
async fn a_method_nobody_knows_is_a_problem_with_every_header() {
    let server = start().await;
    let answer = exchange(server.address, b"BREW /v1/flags HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert_eq!(status(&answer), "400", "{answer}");
    let answer = answer.to_lowercase();
    for header in ["application/problem+json", "\napi-version: ", "\nrequest-id: ", "\nx-content-type-options: nosniff"]
    {
        assert!(answer.contains(header), "{header}: {answer}");
    }
    assert!(!answer.contains("\nserver:"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_answered_while_it_is_still_sent() {
    let server = start().await;
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    let head = format!(
        "POST /v1/visitations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nIdempotency-Key: k\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        server.token,
        10 << 20
    );
    stream.write_all(head.as_bytes()).await.expect("the head");
    stream.write_all(&vec![b' '; 10 << 20]).await.expect("the whole body is taken");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert_eq!(status(&answer), "413", "{answer}");
    assert!(answer.contains("body_too_large"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_cut_off_does_nothing() {
    let server = start().await;
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    let head = format!(
        "POST /v1/visitations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nIdempotency-Key: k\r\n\
         Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{\"on\":",
        server.token
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream.shutdown().await.expect("half closed");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("closed");
    assert!(answer.is_empty() || status(&answer) == "400", "{answer}");
}

// ASVS 5.0: 4.2.1
#[tokio::test(flavor = "multi_thread")]
async fn chunked_and_ambiguous_lengths_are_read_one_way() {
    let server = start().await;
    let both = b"POST /v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\
                 Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1e\r\n{\"country\": \"BE\", \"nights\": 1}\r\n0\r\n\r\n";
    let answer = exchange(server.address, both).await;
    assert!(["200", "400"].contains(&status(&answer)), "{answer}");
    let twice = b"POST /v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd";
    assert_eq!(status(&exchange(server.address, twice).await), "400");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_serves_one_request_after_another() {
    let server = start().await;
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    for _ in 0..3 {
        let get = format!("GET /v1/flags HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", server.token);
        stream.write_all(get.as_bytes()).await.expect("sent");
        let mut answer = vec![0; 4_096];
        let read = stream.read(&mut answer).await.expect("an answer");
        assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_runs_is_finished_before_the_server_ends() {
    let server = start().await;
    let address = server.address;
    let running = tokio::spawn(async move {
        exchange(address, b"GET /v1/places HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.stop.notify();
    assert_eq!(status(&running.await.expect("answered")), "204");
    assert!(server.ended.await.expect("ended").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_said_so() {
    let first = start().await;
    let taken = server(super::made_up::Server { port: first.address.port(), ..settings() }).await;
    let refused = launch(taken, |_| ()).await;
    assert!(matches!(refused, Err(LaunchError::Listen(..))), "{refused:?}");
}
