//! Settings: what can be set, where a value comes from, and what is refused at start.
//!
//! `config/default.toml` is the list of every key and its documentation; a key that does not stand there is unknown.
//! Three layers are merged, the last one wins: the defaults, a file, the environment. Every value is checked here,
//! once, so that nothing else has to; all faults are reported together, each with its key, where it was set and how
//! to mend it. Secrets are held in [`SecretString`] and no fault repeats a value.

mod check;
mod faults;
mod layers;
mod outgoing;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveDate;
use scheduler::Schedule;
use secrecy::SecretString;

pub use faults::{Fault, Faults};
pub use outgoing::{LetterRoute, LetterTransport, Letters, Mail, MailRoute, MailTls, MailTransport, Smtp};

use crate::access::oidc::IssuerSettings;
use crate::events::address::Network;
use crate::ids::RegistrationId;
use crate::store::DatabaseUrl;
use crate::text_enum;
use crate::vocabulary::DutyKind;
use crate::watch::rules::WatchLimits;

/// The default file: every key with its meaning.
pub const DEFAULT: &str = include_str!("config/default.toml");

text_enum! {
    /// What an installation is for.
    pub enum Mode {
        /// Synthetic people, an accelerated clock, printed passwords.
        Demonstration => "demonstration",
        /// Synthetic people, for trials.
        Test => "test",
        /// Real people.
        Production => "production",
    }
}

text_enum! {
    /// Whether `serve` runs the jobs as well.
    pub enum JobsInServer {
        /// With SQLite yes, with PostgreSQL no.
        Auto => "auto",
        /// Always.
        Yes => "yes",
        /// Never: `scheduler` runs beside it.
        No => "no",
    }
}

text_enum! {
    /// Yes or no.
    pub enum YesNo {
        /// It is so.
        Yes => "yes",
        /// It is not.
        No => "no",
    }
}

text_enum! {
    /// The shape of log lines.
    pub enum LogFormat {
        /// For people.
        Text => "text",
        /// One JSON object a line.
        Json => "json",
    }
}

/// Every setting, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// What this installation is for.
    pub mode: Mode,
    /// The web server.
    pub server: Server,
    /// The register's database.
    pub database: Database,
    /// Where keys are kept.
    pub keys: Keys,
    /// Where checkpoints of the audit go.
    pub audit: Audit,
    /// How people and machines sign in.
    pub sign_in: SignIn,
    /// How messages leave.
    pub mail: Mail,
    /// How letters leave.
    pub letters: Letters,
    /// By what a service that sends for others shows itself when it tells what became of a message; `None`: none may.
    pub callback_token: Option<SecretString>,
    /// How events reach other systems.
    pub webhooks: Webhooks,
    /// What releases of statistics say about this house.
    pub releases: Releases,
    /// When jobs run.
    pub jobs: Jobs,
    /// Choices of policy that the law leaves open.
    pub policy: Policy,
    /// Logging.
    pub log: Log,
    /// What production rests on; present in that mode only.
    pub production: Option<Production>,
}

/// What releases of statistics say about this house.
#[derive(Debug, Clone)]
pub struct Releases {
    /// To whom readers write: an e-mail address.
    pub contact: String,
}

/// The web server.
#[derive(Debug, Clone)]
pub struct Server {
    /// Address to listen on.
    pub address: IpAddr,
    /// Port to listen on.
    pub port: u16,
    /// How clients reach it; no slash at the end.
    pub public_url: String,
    /// Proxies whose word about the client's address is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Addresses that may read the figures.
    pub metrics_readers: Vec<IpAddr>,
    /// Where a weakness is reported, as a URI; `None`: not published.
    pub security_contact: Option<String>,
    /// How long running requests may take to finish at the end.
    pub shutdown_grace: Duration,
    /// Bounds on what one client may ask.
    pub limits: Limits,
}

/// Bounds on what one client may ask.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest body, in bytes.
    pub body_bytes: u64,
    /// Requests a minute from one address; `None`: unbounded.
    pub requests_per_minute: Option<u32>,
    /// Sign-ins a minute from one address; `None`: unbounded.
    pub sign_ins_per_minute: Option<u32>,
}

/// The register's database.
#[derive(Debug, Clone)]
pub struct Database {
    /// Which one.
    pub url: DatabaseUrl,
    /// Connections for reading.
    pub readers: u32,
    /// Longest wait for one.
    pub wait: Duration,
}

/// Where keys are kept.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Folder of the long-lived keys.
    pub folder: PathBuf,
    /// Database of the data keys of persons.
    pub key_store: DatabaseUrl,
}

/// Where checkpoints of the audit go.
#[derive(Debug, Clone)]
pub struct Audit {
    /// Folder for signed checkpoints.
    pub checkpoints: PathBuf,
}

/// How people and machines sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Whether user names and passwords of the register's own count.
    pub local_accounts: bool,
    /// Organisations that vouch for people.
    pub issuers: Vec<IssuerSettings>,
}

/// How events reach other systems.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// Networks that are no part of the internet and in which a receiver may stand all the same.
    pub networks: Vec<Network>,
    /// The longest time for one event.
    pub timeout: Duration,
}

/// When jobs run.
#[derive(Debug, Clone)]
pub struct Jobs {
    /// Whether `serve` runs them.
    pub in_server: JobsInServer,
    /// Re-assesses what changes by time alone.
    pub advance: Schedule,
    /// Finds what became overdue since the last time.
    pub sweep: Schedule,
    /// Finds whatever is overdue.
    pub reconcile: Schedule,
    /// Puts passed terms of the review before the lead.
    pub terms: Schedule,
    /// Plans reminders.
    pub reminders: Schedule,
    /// Hands over waiting messages.
    pub delivery: Schedule,
    /// Reads what mail servers sent back.
    pub bounces: Schedule,
    /// Gives events their place in the order.
    pub events: Schedule,
    /// Sends events.
    pub webhooks: Schedule,
    /// Computes every live file anew.
    pub self_audit: Schedule,
    /// Holds the register against itself.
    pub check: Schedule,
    /// Holding supervision orders against the register.
    pub findings: Schedule,
    /// Locks and destroys signals whose time is over.
    pub retention: Schedule,
    /// Publishes a checkpoint of the audit.
    pub checkpoint: Schedule,
    /// Forgets old records of runs.
    pub housekeeping: Schedule,
    /// Looks for unusual use.
    pub watch: Schedule,
    /// Makes approved releases.
    pub releases: Schedule,
}

/// Choices of policy that the law leaves open.
#[derive(Debug, Clone)]
pub struct Policy {
    /// A file with the terms of the review of flags, in place of the built-in ones.
    pub review: Option<PathBuf>,
    /// What is unusual in how the register is used.
    pub watch: Watch,
    /// Legal days from handing a letter over until it is read.
    pub letter_days: u32,
    reminders: Vec<(DutyKind, ReminderTiming)>,
}

/// What is unusual in how the register is used.
#[derive(Debug, Clone)]
pub struct Watch {
    /// From how many on.
    pub limits: WatchLimits,
    /// Files of people who do not exist, which nobody has a reason to look at.
    pub decoys: Vec<RegistrationId>,
}

/// When reminders of a kind of duty go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReminderTiming {
    /// Never.
    Never,
    /// On the strict date only.
    OnDay,
    /// So many days before the strict date, and on it.
    Before(u32),
}

impl Policy {
    /// When reminders of a kind of duty go out.
    pub fn reminders(&self, kind: DutyKind) -> ReminderTiming {
        self.reminders.iter().find(|(of, _)| *of == kind).map_or(ReminderTiming::OnDay, |(_, timing)| *timing)
    }
}

/// Logging.
#[derive(Debug, Clone)]
pub struct Log {
    /// Shape of the lines.
    pub format: LogFormat,
    /// What is logged, as an environment filter.
    pub level: String,
    /// The collector of OpenTelemetry that gets spans of requests and of runs of jobs; `None`: none does.
    pub collector: Option<String>,
}

/// The decisions production rests on.
#[derive(Debug, Clone)]
pub struct Production {
    /// Decision or Act, with its date.
    pub legal_basis: (String, NaiveDate),
    /// Decision on the data protection impact assessment, with its date.
    pub dpia: (String, NaiveDate),
    /// The controller.
    pub controller: String,
}

impl Config {
    /// Whether the server process runs the jobs as well.
    pub fn jobs_in_server(&self) -> bool {
        match self.jobs.in_server {
            JobsInServer::Yes => true,
            JobsInServer::No => false,
            JobsInServer::Auto => matches!(self.database.url, DatabaseUrl::Sqlite(_)),
        }
    }

    /// The folders this installation writes into, each with the key that names it.
    pub fn folders(&self) -> Vec<(&'static str, &Path)> {
        let mut folders =
            vec![("keys.folder", self.keys.folder.as_path()), ("audit.checkpoints", self.audit.checkpoints.as_path())];
        for (key, url) in [("database.url", &self.database.url), ("keys.key_store", &self.keys.key_store)] {
            if let DatabaseUrl::Sqlite(file) = url {
                folders.extend(file.parent().filter(|p| !p.as_os_str().is_empty()).map(|parent| (key, parent)));
            }
        }
        if let MailRoute::Files(folder) = &self.mail.route {
            folders.push(("mail.folder", folder));
        }
        if let LetterRoute::Files(folder) = &self.letters.route {
            folders.push(("letters.folder", folder));
        }
        folders
    }
}

/// Reads the defaults, the file if there is one, and the variables, and checks the outcome.
///
/// # Errors
/// Every fault found, not only the first.
pub fn load(file: Option<&Path>, variables: impl IntoIterator<Item = (String, String)>) -> Result<Config, Faults> {
    let mut layers = layers::Layers::new()?;
    if let Some(file) = file {
        layers.add_file(file);
    }
    layers.add_variables(variables);
    check::checked(layers)
}

/// Reads the defaults and `text` over them, without any environment.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str) -> Result<Config, Faults> {
    let mut layers = layers::Layers::new()?;
    layers.add_text(text, "the given text");
    check::checked(layers)
}

#[cfg(test)]
mod tests;
