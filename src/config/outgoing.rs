//! How messages and letters leave.

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::SecretString;

use crate::notify::ServiceSettings;
use crate::text_enum;
use crate::vocabulary::Role;

text_enum! {
    /// How messages leave the house.
    pub enum MailTransport {
        /// Each message becomes a file.
        Files => "files",
        /// A mail server.
        Smtp => "smtp",
        /// A service that sends for others.
        Notify => "notify",
    }
}

text_enum! {
    /// How letters leave the house.
    pub enum LetterTransport {
        /// Not at all.
        None => "none",
        /// Each letter becomes a file.
        Files => "files",
        /// A service that sends for others.
        Notify => "notify",
    }
}

text_enum! {
    /// How the connection to the mail server is protected.
    pub enum MailTls {
        /// Plain, then upgraded; refused when the server does not offer it.
        Starttls => "starttls",
        /// TLS from the first byte.
        Tls => "tls",
        /// Not at all.
        None => "none",
    }
}

/// How messages leave.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Sender of every message.
    pub from: Mailbox,
    /// Where messages send people to sign in.
    pub link: String,
    /// Telephone number for questions, or empty.
    pub help_line: String,
    /// The mailboxes of authorities that are told by e-mail that something waits for them.
    pub authorities: Vec<(Role, Mailbox)>,
    /// Where the mail server puts what comes back to the sender, as a Maildir; `None`: nobody reads it.
    pub bounces: Option<PathBuf>,
    /// The way out.
    pub route: MailRoute,
}

impl Mail {
    /// The mailbox of an authority, where the settings name one.
    pub fn mailbox_of(&self, authority: Role) -> Option<&Mailbox> {
        self.authorities.iter().find(|(of, _)| *of == authority).map(|(_, mailbox)| mailbox)
    }
}

/// The way out for messages.
#[derive(Debug, Clone)]
pub enum MailRoute {
    /// Each message becomes an `.eml` file here.
    Files(PathBuf),
    /// A mail server.
    Smtp(Smtp),
    /// A service that sends for others.
    Notify(ServiceSettings),
}

/// How letters leave.
#[derive(Debug, Clone)]
pub struct Letters {
    /// Where a letter that cannot be delivered comes back to: one line, or empty.
    pub return_address: String,
    /// The way out.
    pub route: LetterRoute,
}

/// The way out for letters.
#[derive(Debug, Clone)]
pub enum LetterRoute {
    /// There is none: letters wait, and are never called sent.
    None,
    /// Each letter becomes a PDF here.
    Files(PathBuf),
    /// A service that sends for others.
    Notify(ServiceSettings),
}

impl Letters {
    /// Whether a letter can leave at all.
    pub const fn leave(&self) -> bool {
        match self.route {
            LetterRoute::None => false,
            LetterRoute::Files(_) | LetterRoute::Notify(_) => true,
        }
    }
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// User name and password, when it asks for them.
    pub credentials: Option<(String, SecretString)>,
    /// Whether the server is asked for a receipt of each message.
    pub receipts: bool,
    /// Longest time for one message.
    pub timeout: Duration,
}
