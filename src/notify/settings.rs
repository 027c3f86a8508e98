//! How an installation sends messages, and what is refused before the first one leaves.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::Channel;
use super::files::Files;
use super::letter::ReturnAddress;
use super::mail::MailFace;
use super::neutral::telling_word;
use super::post::{LetterFiles, Post};
use super::reminder::Wording;
use super::service::{Service, ServiceSettings};
use super::smtp::Smtp;
use crate::clock::Clock;
use crate::config::{self, LetterRoute, MailRoute, MailTls};

/// How messages leave.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The sender: `address` or `Name <address>`.
    pub from: String,
    /// Where people sign in.
    pub link: String,
    /// A telephone number for questions, or empty.
    pub help_line: String,
    /// The way out.
    pub transport: Transport,
}

/// The ways out.
#[derive(Debug, Clone)]
pub enum Transport {
    /// Each message becomes an `.eml` file in this folder.
    Files(PathBuf),
    /// Each message is handed to a mail server.
    Smtp(SmtpSettings),
    /// Each message is handed to a service that sends for others.
    Notify(ServiceSettings),
}

/// How letters leave.
#[derive(Debug, Clone)]
pub struct LetterSettings {
    /// Where a letter that cannot be delivered comes back to: one line, or empty.
    pub return_address: String,
    /// The way out; `None`: there is none.
    pub transport: Option<LetterTransport>,
}

/// The ways out for letters.
#[derive(Debug, Clone)]
pub enum LetterTransport {
    /// Each letter becomes a PDF in this folder.
    Files(PathBuf),
    /// Each letter is handed to a service that prints and posts it.
    Notify(ServiceSettings),
}

impl LetterSettings {
    /// What every letter shows besides its text.
    ///
    /// # Errors
    /// When it tells what the sender is, or breaks the line.
    pub fn back(&self) -> Result<ReturnAddress, SetupError> {
        ReturnAddress::parse(&self.return_address)
    }

    /// Opens the way out, where there is one.
    ///
    /// # Errors
    /// Says what is wrong with the settings.
    pub fn open(&self, clock: &Clock) -> Result<Option<Box<dyn Post>>, SetupError> {
        Ok(match &self.transport {
            None => None,
            Some(LetterTransport::Files(folder)) => Some(Box::new(LetterFiles::open(folder.clone())?)),
            Some(LetterTransport::Notify(service)) => Some(Box::new(Service::new(service.clone(), clock.clone()))),
        })
    }
}

impl From<&config::Letters> for LetterSettings {
    fn from(letters: &config::Letters) -> Self {
        Self {
            return_address: letters.return_address.clone(),
            transport: match &letters.route {
                LetterRoute::None => None,
                LetterRoute::Files(folder) => Some(LetterTransport::Files(folder.clone())),
                LetterRoute::Notify(service) => Some(LetterTransport::Notify(service.clone())),
            },
        }
    }
}

/// How to reach a mail server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// What to sign in with, when the server asks.
    pub credentials: Option<Credentials>,
    /// Whether to ask for a receipt of each message: of a server that offers DSN alone.
    pub receipts: bool,
    /// The longest wait for a connection and for each answer.
    pub timeout: Duration,
}

/// Encryption towards the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Plain at first, then encrypted or not at all.
    StartTls,
    /// From the first byte.
    Wrapped,
    /// None: only for a server on this same machine.
    None,
}

/// A user of the mail server.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// Why messages cannot be sent this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The sender cannot be read.
    #[error("the sender must be an address or `Name <address>`")]
    Sender,
    /// A part of every message tells what the sender is.
    #[error("{what} contains `{word}`: a message must not tell a stranger what the sender is")]
    Telling {
        /// Which part.
        what: &'static str,
        /// What gives it away.
        word: &'static str,
    },
    /// A part of every message breaks its line.
    #[error("{what} must be one line")]
    Line {
        /// Which part.
        what: &'static str,
    },
    /// Unencrypted mail over a network.
    #[error("mail may go unencrypted only to a server on this machine; use starttls or tls")]
    PlainOverNetwork,
    /// A password over a connection anybody on the way can read.
    #[error("a password is never sent unencrypted; use starttls or tls")]
    PlainPassword,
    /// The encryption could not be set up.
    #[error("encryption towards the mail server could not be set up: {0}")]
    Tls(String),
    /// The folder for messages cannot be used.
    #[error("the folder for messages cannot be used: {0}")]
    Folder(String),
}

impl MailSettings {
    /// What every reminder says beside the day and the reference.
    ///
    /// # Errors
    /// When the link or the help line cannot stand in a message.
    pub fn wording(&self) -> Result<Wording, SetupError> {
        Wording::new(&self.link, &self.help_line)
    }

    /// Opens the way out.
    ///
    /// # Errors
    /// Says what is wrong with the settings.
    pub fn open(&self, clock: &Clock) -> Result<Box<dyn Channel>, SetupError> {
        let face = MailFace::parse(&self.from)?;
        Ok(match &self.transport {
            Transport::Files(folder) => Box::new(Files::open(folder.clone(), face)?),
            Transport::Smtp(smtp) => Box::new(Smtp::new(smtp, face)?),
            Transport::Notify(service) => Box::new(Service::new(service.clone(), clock.clone())),
        })
    }
}

impl From<&config::Mail> for MailSettings {
    fn from(mail: &config::Mail) -> Self {
        Self {
            from: mail.from.to_string(),
            link: mail.link.clone(),
            help_line: mail.help_line.clone(),
            transport: match &mail.route {
                MailRoute::Files(folder) => Transport::Files(folder.clone()),
                MailRoute::Smtp(smtp) => Transport::Smtp(smtp.into()),
                MailRoute::Notify(service) => Transport::Notify(service.clone()),
            },
        }
    }
}

impl From<&config::Smtp> for SmtpSettings {
    fn from(smtp: &config::Smtp) -> Self {
        Self {
            host: smtp.host.clone(),
            port: smtp.port,
            tls: match smtp.tls {
                MailTls::Starttls => Tls::StartTls,
                MailTls::Tls => Tls::Wrapped,
                MailTls::None => Tls::None,
            },
            credentials: smtp
                .credentials
                .as_ref()
                .map(|(user, password)| Credentials { user: user.clone(), password: password.clone() }),
            receipts: smtp.receipts,
            timeout: smtp.timeout,
        }
    }
}

impl SmtpSettings {
    pub(super) fn check(&self) -> Result<(), SetupError> {
        match self.tls {
            Tls::StartTls | Tls::Wrapped => Ok(()),
            Tls::None if !is_here(&self.host) => Err(SetupError::PlainOverNetwork),
            Tls::None if self.credentials.is_some() => Err(SetupError::PlainPassword),
            Tls::None => Ok(()),
        }
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

pub(super) fn must_be_neutral(what: &'static str, text: &str) -> Result<(), SetupError> {
    match telling_word(text) {
        Some(word) => Err(SetupError::Telling { what, word }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(host: &str, tls: Tls, credentials: Option<Credentials>) -> SmtpSettings {
        SmtpSettings {
            host: host.to_owned(),
            port: 25,
            tls,
            credentials,
            receipts: false,
            timeout: Duration::from_secs(1),
        }
    }

    // ASVS 5.0: 12.3.1
    #[test]
    fn unencrypted_mail_stays_on_this_machine() {
        for host in ["127.0.0.1", "::1", "localhost"] {
            assert_eq!(smtp(host, Tls::None, None).check(), Ok(()));
        }
        for host in ["mail.example.nl", "10.0.0.1", "localhost.example.nl"] {
            assert_eq!(smtp(host, Tls::None, None).check(), Err(SetupError::PlainOverNetwork));
            assert_eq!(smtp(host, Tls::StartTls, None).check(), Ok(()));
        }
        let user = Credentials { user: "u".to_owned(), password: SecretString::from("p".to_owned()) };
        assert_eq!(smtp("localhost", Tls::None, Some(user)).check(), Err(SetupError::PlainPassword));
    }
}
