//! A mail server that answers as a test tells it to and keeps what it was given.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What becomes of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Taken: 250 after the text.
    Accept,
    /// The recipient is refused with this code.
    RefuseRecipient(u16),
    /// The text is refused with this code once it was sent.
    RefuseText(u16),
    /// The text is kept and the connection closed without an answer.
    TakeAndHangUp,
    /// No answer at all from the first command of the message on.
    Silence,
}

#[derive(Default)]
struct Seen {
    script: Mutex<VecDeque<Answer>>,
    texts: Mutex<Vec<String>>,
    recipients: Mutex<Vec<String>>,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

/// The server; stops when dropped.
pub struct SmtpSink {
    address: SocketAddr,
    seen: Arc<Seen>,
    thread: Option<JoinHandle<()>>,
}

impl SmtpSink {
    /// Listens on a free port; answers the first messages by `script` and accepts every later one.
    pub fn start(script: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let seen = Arc::new(Seen { script: Mutex::new(script.into_iter().collect()), ..Seen::default() });
        let shared = Arc::clone(&seen);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                // A client that goes away ends its conversation with an error; the server goes on.
                std::thread::spawn(move || drop(converse(&stream.expect("a connection"), &shared)));
            }
        });
        Self { address, seen, thread: Some(thread) }
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The text of every message that reached it, taken or not.
    pub fn texts(&self) -> Vec<String> {
        self.seen.texts.lock().expect("texts").clone()
    }

    /// Every recipient that was named to it.
    pub fn recipients(&self) -> Vec<String> {
        self.seen.recipients.lock().expect("recipients").clone()
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.seen.stopped.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn converse(stream: &TcpStream, seen: &Seen) -> std::io::Result<()> {
    seen.connections.fetch_add(1, Ordering::SeqCst);
    let mut out = stream;
    let mut lines = BufReader::new(stream).lines();
    writeln_crlf(&mut out, "220 sink")?;
    let mut answer = Answer::Accept;
    while let Some(line) = lines.next() {
        let line = line?;
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match word.as_str() {
            "EHLO" | "HELO" => writeln_crlf(&mut out, "250 sink")?,
            "MAIL" => {
                answer = seen.script.lock().expect("a script").pop_front().unwrap_or(Answer::Accept);
                if answer == Answer::Silence {
                    // Until the client has had enough.
                    lines.by_ref().take_while(Result::is_ok).for_each(drop);
                    return Ok(());
                }
                writeln_crlf(&mut out, "250 ok")?;
            }
            "RCPT" => {
                seen.recipients.lock().expect("recipients").push(line.clone());
                match answer {
                    // Servers like to repeat the address in their answer.
                    Answer::RefuseRecipient(code) => writeln_crlf(&mut out, &format!("{code} {line} refused"))?,
                    Answer::Accept | Answer::RefuseText(_) | Answer::TakeAndHangUp | Answer::Silence => {
                        writeln_crlf(&mut out, "250 ok")?;
                    }
                }
            }
            "DATA" => {
                writeln_crlf(&mut out, "354 go on")?;
                let text: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                seen.texts.lock().expect("texts").push(text.join("\n"));
                match answer {
                    Answer::RefuseText(code) => writeln_crlf(&mut out, &format!("{code} refused"))?,
                    Answer::TakeAndHangUp => return stream.shutdown(std::net::Shutdown::Both),
                    Answer::Accept | Answer::RefuseRecipient(_) | Answer::Silence => {
                        writeln_crlf(&mut out, "250 taken")?;
                    }
                }
            }
            "QUIT" => {
                writeln_crlf(&mut out, "221 bye")?;
                return Ok(());
            }
            "NOOP" | "RSET" => writeln_crlf(&mut out, "250 ok")?,
            _ => writeln_crlf(&mut out, "502 unknown")?,
        }
    }
    Ok(())
}

fn writeln_crlf(out: &mut &TcpStream, line: &str) -> std::io::Result<()> {
    out.write_all(format!("{line}\r\n").as_bytes())
}
