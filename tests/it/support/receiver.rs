//! A system that is told of events: it answers as a test tells it to and keeps what it was sent.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// How one call is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// With this status.
    Status(u16),
    /// With this status and `Retry-After`, in seconds.
    Later(u16, u32),
    /// With a redirect to the receiver itself.
    Redirect,
    /// It is read, and the connection closed without an answer.
    HangUp,
    /// It is read, and nothing comes back.
    Silence,
}

/// What came in.
#[derive(Debug, Clone)]
pub struct Received {
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub fn kind(&self) -> String {
        self.event()["type"].as_str().expect("a type").to_owned()
    }
}

#[derive(Default)]
struct Seen {
    script: Mutex<VecDeque<Reply>>,
    always: Mutex<Option<Reply>>,
    received: Mutex<Vec<Received>>,
    stopped: AtomicBool,
}

/// The receiver; stops when dropped.
pub struct Receiver {
    address: SocketAddr,
    seen: Arc<Seen>,
}

impl Receiver {
    /// Listens on a free port; answers the first calls by `script` and takes every later one.
    pub fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let seen = Arc::new(Seen { script: Mutex::new(script.into_iter().collect()), ..Seen::default() });
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || drop(converse(&stream.expect("a connection"), &shared, address)));
            }
        });
        Self { address, seen }
    }

    pub fn url(&self) -> String {
        format!("http://{}/gebeurtenissen", self.address)
    }

    /// From now on every call is answered so; `None`: by the script.
    pub fn always(&self, reply: Option<Reply>) {
        *self.seen.always.lock().expect("a reply") = reply;
    }

    /// Every call, in order.
    pub fn received(&self) -> Vec<Received> {
        self.seen.received.lock().expect("calls").clone()
    }

    /// The calls that tell of something.
    pub fn events(&self) -> Vec<Received> {
        self.received().into_iter().filter(|call| call.kind() != "nl.zedenregister.ping").collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.seen.stopped.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

fn converse(stream: &TcpStream, seen: &Seen, address: SocketAddr) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if body.is_empty() {
        return Ok(());
    }
    seen.received.lock().expect("calls").push(Received { headers, body });
    let scripted = || seen.script.lock().expect("a script").pop_front().unwrap_or(Reply::Status(204));
    let reply = (*seen.always.lock().expect("a reply")).unwrap_or_else(scripted);
    let mut out = stream;
    match reply {
        Reply::Status(code) => write!(out, "HTTP/1.1 {code} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        Reply::Later(code, after) => {
            write!(out, "HTTP/1.1 {code} x\r\nretry-after: {after}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        }
        Reply::Redirect => write!(
            out,
            "HTTP/1.1 301 x\r\nlocation: http://{address}/elders\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        ),
        Reply::HangUp => Ok(()),
        Reply::Silence => {
            std::thread::sleep(std::time::Duration::from_secs(4));
            Ok(())
        }
    }
}
