//! An issuer that says what a test tells it to, over HTTP.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

#[derive(Default)]
struct Said {
    token: Mutex<String>,
    keys: Mutex<Value>,
    codes: Mutex<HashSet<String>>,
    forms: Mutex<Vec<String>>,
    anonymous: AtomicBool,
    key_requests: AtomicUsize,
    stopped: AtomicBool,
}

/// The issuer; stops when dropped.
pub struct Provider {
    address: SocketAddr,
    said: Arc<Said>,
}

impl Provider {
    /// Listens on a free port and signs with these keys.
    pub fn start(keys: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let said = Arc::new(Said { keys: Mutex::new(keys), ..Said::default() });
        let shared = Arc::clone(&said);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                drop(converse(&stream.expect("a connection"), &shared, address));
            }
        });
        Self { address, said }
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The ID token that the next code is worth.
    pub fn says(&self, token: String) {
        *self.said.token.lock().expect("a token") = token;
    }

    /// Signs with other keys from now on.
    pub fn changes_keys(&self, keys: Value) {
        *self.said.keys.lock().expect("keys") = keys;
    }

    /// Does not promise to name itself in its answers (RFC 9207).
    pub fn promises_nothing(&self) {
        self.said.anonymous.store(true, Ordering::SeqCst);
    }

    /// How often its keys were asked for.
    pub fn key_requests(&self) -> usize {
        self.said.key_requests.load(Ordering::SeqCst)
    }

    /// What was sent to the token endpoint.
    pub fn forms(&self) -> Vec<String> {
        self.said.forms.lock().expect("forms").clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.said.stopped.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

fn converse(stream: &TcpStream, said: &Said, address: SocketAddr) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let base = format!("http://{address}");
    let (status, answer) = match first.split(' ').nth(1).unwrap_or_default() {
        "/.well-known/openid-configuration" => (
            200,
            json!({ "issuer": base, "authorization_endpoint": format!("{base}/authorise"),
                "token_endpoint": format!("{base}/token"), "jwks_uri": format!("{base}/keys"),
                "authorization_response_iss_parameter_supported": !said.anonymous.load(Ordering::SeqCst) }),
        ),
        "/keys" => {
            said.key_requests.fetch_add(1, Ordering::SeqCst);
            (200, said.keys.lock().expect("keys").clone())
        }
        "/token" => {
            said.forms.lock().expect("forms").push(body.clone());
            let code = body.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap_or_default().to_owned();
            // A code counts once.
            if said.codes.lock().expect("codes").insert(code) {
                (200, json!({ "id_token": *said.token.lock().expect("a token"), "token_type": "Bearer" }))
            } else {
                (400, json!({ "error": "invalid_grant" }))
            }
        }
        _ => (404, json!({})),
    };
    let text = answer.to_string();
    let mut out = stream;
    write!(
        out,
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
}
