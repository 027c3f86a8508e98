//! `client`: the register from the outside, for organisations of registrants and for scripts. Speaks the published API
//! and nothing else: it opens no database and reads no settings of a server.

mod calls;
mod session;
mod told;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::{Subcommand, ValueEnum};
use rpassword::prompt_password;
use secrecy::SecretString;
use serde_json::Value;

use self::calls::Register;
use self::session::Session;
use super::receipt::{prove, receipt_text};
use super::{Exit, Failure, Terminal};
use crate::clock::Clock;
use crate::crypto::jwks::Jwks;
use crate::crypto::sha256;

/// The largest report that is sent.
const LARGEST: u64 = 1 << 20;

/// Use a register from the outside: sign in, see what must be reported, report it, keep the receipts
///
/// Needs the address of the register and an account of it; nothing else of an installation.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    zedenregister client --url https://register.example sign-in --username mijn.naam\n  \
    zedenregister client duties\n  \
    zedenregister client report address move.json --receipt move.receipt\n  \
    zedenregister client verify move.receipt --content move.json\n  \
    zedenregister client sign-out")]
pub struct Args {
    /// The address of the register; remembered from the last sign-in
    #[arg(long, global = true, value_name = "URL", env = "ZEDEN_CLIENT_URL")]
    url: Option<String>,
    /// The file that keeps the session, readable by you alone; in your state folder when not named
    #[arg(long, global = true, value_name = "FILE", env = "ZEDEN_CLIENT_SESSION")]
    session: Option<PathBuf>,
    /// Certificates (PEM) of the authority that the register's own is from, when it is no public one
    #[arg(long, global = true, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Sign in, and keep the session
    SignIn {
        /// The name of the account
        #[arg(long)]
        username: String,
        /// A file with the password, or - for standard input; asked for when not named
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// The present code of the second factor, for accounts that have one
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
    },
    /// Sign out, here and at the register
    SignOut,
    /// List what must be reported, by when
    Duties {
        #[command(flatten)]
        about: About,
        /// Print what the register answers, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Report something, and keep the receipt
    ///
    /// Sending the same report again is safe: it is recognised and answered as before.
    Report {
        /// What is reported
        kind: Kind,
        /// The report as JSON, as the API takes it; - for standard input
        content: PathBuf,
        #[command(flatten)]
        about: About,
        /// Where to keep the receipt; it is printed when not named
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
        /// The key under which the register knows this report again; made from its content when not named
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        /// Print what the register answers, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Verify a receipt with the keys that the register publishes
    ///
    /// Exit code 0: it is genuine; 1: it proves nothing, and why.
    Verify {
        /// The receipt itself, a file that holds it, or - for standard input
        receipt: String,
        /// What was handed in: also prove that the receipt was given for this
        #[arg(long, value_name = "FILE")]
        content: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
struct About {
    /// The registration; your own when not named
    #[arg(long, default_value = "me", value_name = "ID")]
    registration: String,
}

/// What can be reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The first notification
    Initial,
    /// Another name
    Name,
    /// A move
    Address,
    /// A stay elsewhere
    Stay,
    /// Days without a fixed home
    Absence,
    /// Being back from a journey
    Return,
    /// The yearly confirmation
    Confirmation,
    /// Where the night is spent without a fixed home
    Night,
    /// A journey
    Travel,
}

impl Kind {
    /// Where it is sent to.
    const fn path(self) -> &'static str {
        match self {
            Self::Initial => "initial-notifications",
            Self::Name => "names",
            Self::Address => "addresses",
            Self::Stay => "stays",
            Self::Absence => "absences",
            Self::Return => "returns",
            Self::Confirmation => "confirmations",
            Self::Night => "night-locations",
            Self::Travel => "travel-plans",
        }
    }
}

/// Does one thing and says what came of it.
///
/// # Errors
/// [`Failure`] says what is in the way and what to do.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let file = args.session.clone().map_or_else(session::usual_place, Ok)?;
    match &args.task {
        Task::SignIn { username, password_file, code } => {
            let url = args.url.as_deref().ok_or_else(|| {
                Failure::input("The address of the register is missing.", "Name it: --url https://register.example")
            })?;
            let register = Register::at(url, args.ca.as_deref())?;
            let password = password(password_file.as_deref())?;
            let session = register.sign_in(username, &password, code.as_deref(), now())?;
            session.keep(&file)?;
            writeln!(terminal.out, "Signed in at {url}.")?;
            Ok(Exit::Done)
        }
        Task::SignOut => {
            let session = Session::read(&file)?;
            let told = register(args, &session)?.sign_out(&session);
            // What is here goes, whether the register could be told or not.
            session::forget(&file)?;
            told?;
            writeln!(terminal.out, "Signed out.")?;
            Ok(Exit::Done)
        }
        Task::Duties { about, json } => {
            let (register, session) = signed_in(args, &file)?;
            let duties = register.get(&session, &format!("/registrations/{}/duties", segment(about)?))?;
            let text = if *json { told::json(&duties) } else { told::duties(&duties) };
            write!(terminal.out, "{text}")?;
            Ok(Exit::Done)
        }
        Task::Report { kind, content, about, receipt, key, json } => {
            let (register, session) = signed_in(args, &file)?;
            let report = report(content)?;
            let path = format!("/registrations/{}/{}", segment(about)?, kind.path());
            let key = key.clone().unwrap_or_else(|| key_of(&path, &report));
            let answer = register.report(&session, &path, &key, &report)?;
            let kept = receipt.as_deref().map(|to| keep_receipt(to, answer.receipt())).transpose()?;
            let text = if *json { told::json(answer.body()) } else { told::report(&answer, kept) };
            write!(terminal.out, "{text}")?;
            Ok(if answer.accepted() { Exit::Done } else { Exit::Found })
        }
        Task::Verify { receipt, content } => {
            let url = args.url.clone().map_or_else(|| Ok(Session::read(&file)?.url), Ok::<_, Failure>)?;
            let keys: Jwks = Register::at(&url, args.ca.as_deref())?.keys()?;
            let content = content.as_deref().map(bytes).transpose()?;
            prove(&receipt_text(receipt)?, &keys, content.as_deref(), terminal)
        }
    }
}

fn now() -> DateTime<Utc> {
    Clock::system().now().system.utc()
}

fn register(args: &Args, session: &Session) -> Result<Register, Failure> {
    Register::at(args.url.as_deref().unwrap_or(&session.url), args.ca.as_deref())
}

/// The register and a session that is good for a call; a new pair of tokens is kept before it is used.
fn signed_in(args: &Args, file: &Path) -> Result<(Register, Session), Failure> {
    let session = Session::read(file)?;
    let register = register(args, &session)?;
    if !session.is_over(now()) {
        return Ok((register, session));
    }
    let next = register.renew(&session, now())?;
    next.keep(file)?;
    Ok((register, next))
}

/// A registration as part of an address.
fn segment(about: &About) -> Result<&str, Failure> {
    let id = about.registration.as_str();
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(id);
    }
    Err(Failure::input("This is no id of a registration.", "Name its id, or leave --registration out for your own."))
}

fn password(file: Option<&Path>) -> Result<SecretString, Failure> {
    let text = match file {
        Some(file) => String::from_utf8(bytes(file)?)
            .map_err(|_| Failure::input("The password is no text.", "Write it in the file as UTF-8."))?,
        None => prompt_password("Password: ").map_err(|error| {
            Failure::input(format!("The password cannot be asked for: {error}."), "Name a file: --password-file FILE")
        })?,
    };
    Ok(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// A report: a JSON object. What stands in it the register judges, and names every fault.
fn report(file: &Path) -> Result<Value, Failure> {
    match serde_json::from_slice(&bytes(file)?) {
        Ok(report @ Value::Object(_)) => Ok(report),
        Ok(_) => Err(Failure::input(
            format!("{} is no JSON object.", file.display()),
            "See the examples at /docs of the register.",
        )),
        Err(error) => {
            let at = format!("line {}, column {}", error.line(), error.column());
            Err(Failure::input(format!("{} is no JSON: {at}.", file.display()), "Mend it there."))
        }
    }
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut found = Vec::new();
    let read = if file == Path::new("-") {
        io::stdin().take(LARGEST + 1).read_to_end(&mut found)
    } else {
        File::open(file).and_then(|open| open.take(LARGEST + 1).read_to_end(&mut found))
    };
    read.map_err(|error| Failure::input(format!("{} cannot be read: {error}.", file.display()), "Check the name."))?;
    if found.len() as u64 > LARGEST {
        return Err(Failure::input(format!("{} is larger than a report can be.", file.display()), "Check the name."));
    }
    Ok(found)
}

/// The same report to the same place has the same key.
fn key_of(path: &str, report: &Value) -> String {
    let digest = sha256(format!("{path}\n{report}").as_bytes());
    format!("client-{}", hex::encode(&digest[..16]))
}

/// Keeps a receipt in a file that is not there yet: a proof is never written over.
fn keep_receipt<'a>(to: &'a Path, receipt: Option<&str>) -> Result<&'a Path, Failure> {
    use std::io::Write as _;
    let receipt = receipt.unwrap_or_default();
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(to)
        .and_then(|mut file| writeln!(file, "{receipt}"))
        .map(|()| to)
        .map_err(|error| {
            Failure::unavailable(
                format!("The report was answered, but the receipt cannot be kept in {}: {error}.", to.display()),
                "Send the same report again with another --receipt: it is recognised, and the receipt comes again.",
            )
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_same_report_has_the_same_key_and_another_place_or_content_another() {
        let report = json!({ "movedOn": "2026-02-03" });
        let key = key_of("/registrations/me/addresses", &report);
        assert_eq!(key, key_of("/registrations/me/addresses", &report));
        assert_ne!(key, key_of("/registrations/me/stays", &report));
        assert_ne!(key, key_of("/registrations/me/addresses", &json!({ "movedOn": "2026-02-04" })));
        assert!(key.len() <= 64 && key.is_ascii());
    }

    #[test]
    fn what_is_no_id_never_becomes_part_of_an_address() {
        for id in ["", "../flags", "me?x=1", "a b", "a/b"] {
            let refused = segment(&About { registration: id.to_owned() }).map(str::to_owned);
            assert_eq!(refused.map_err(|failure| failure.code()), Err(2), "{id}");
        }
        assert_eq!(segment(&About { registration: "me".to_owned() }).ok(), Some("me"));
    }

    #[test]
    fn what_is_no_report_is_told_with_its_place_and_sent_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let written = |text: &str| {
            let path = folder.path().join("report.json");
            fs::write(&path, text).unwrap();
            report(&path)
        };
        assert!(written("{\"movedOn\": \"2026-02-03\"}").is_ok());
        assert_eq!(written("[1]").unwrap_err().code(), 2);
        let failure = written("{\n  \"movedOn\" 3}").unwrap_err();
        assert!(failure.to_string().contains("line 2, column"), "{failure}");
        assert_eq!(report(Path::new("/no/such")).unwrap_err().code(), 2);
    }

    #[test]
    fn a_receipt_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("move.receipt");
        keep_receipt(&place, Some("a.b.c")).unwrap();
        assert_eq!(keep_receipt(&place, Some("d.e.f")).unwrap_err().code(), 4);
        assert_eq!(fs::read_to_string(&place).unwrap(), "a.b.c\n");
    }
}
