//! Handing messages to a mail server, step by step, so that it is known how far a failed hand-over came.
//!
//! Until the text has been sent, whatever goes wrong means that nothing was handed over. Once it is on the way, only
//! the server's answer can tell; without one the outcome is unknown and the message may be repeated under the same
//! `Message-ID`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailParameter, RcptParameter};
use secrecy::ExposeSecret;

use super::mail::{MailFace, Message};
use super::settings::{SetupError, SmtpSettings, Tls};
use super::{Channel, Outcome};

/// A mail server, with at most one connection that is kept between messages.
pub struct Smtp {
    host: String,
    port: u16,
    tls: Option<(Tls, TlsParameters)>,
    credentials: Option<Credentials>,
    receipts: bool,
    timeout: Duration,
    hello: ClientId,
    face: MailFace,
    kept: Mutex<Option<SmtpConnection>>,
}

impl Smtp {
    /// A channel to this server. Does not connect yet.
    ///
    /// # Errors
    /// When the settings would send mail or a password unencrypted, or encryption cannot be set up.
    pub fn new(settings: &SmtpSettings, face: MailFace) -> Result<Self, SetupError> {
        settings.check()?;
        let tls = match settings.tls {
            Tls::None => None,
            Tls::StartTls | Tls::Wrapped => {
                let parameters =
                    TlsParameters::new(settings.host.clone()).map_err(|e| SetupError::Tls(e.to_string()))?;
                Some((settings.tls, parameters))
            }
        };
        let credentials = settings
            .credentials
            .as_ref()
            .map(|c| Credentials::new(c.user.clone(), c.password.expose_secret().to_owned()));
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            tls,
            credentials,
            receipts: settings.receipts,
            timeout: settings.timeout,
            // The name of this machine might tell what it is; the domain of the sender is known anyway.
            hello: ClientId::Domain(face.from().domain().to_owned()),
            face,
            kept: Mutex::new(None),
        })
    }

    fn connect(&self) -> Result<SmtpConnection, Outcome> {
        let wrapped = match &self.tls {
            Some((Tls::Wrapped, parameters)) => Some(parameters),
            Some((Tls::StartTls | Tls::None, _)) | None => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection = SmtpConnection::connect(server, Some(self.timeout), &self.hello, wrapped, None)
            .map_err(|error| not_ready(&error, "connect_failed"))?;
        if let Some((Tls::StartTls, parameters)) = &self.tls {
            connection.starttls(parameters, &self.hello).map_err(|error| not_ready(&error, "starttls_failed"))?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).map_err(|error| not_ready(&error, "sign_in_failed"))?;
        }
        Ok(connection)
    }

    /// The connection of the last message, if the server still answers on it.
    fn connection(&self, kept: &mut Option<SmtpConnection>) -> Result<SmtpConnection, Outcome> {
        if let Some(mut connection) = kept.take()
            && connection.test_connected()
        {
            return Ok(connection);
        }
        self.connect()
    }
}

impl Channel for Smtp {
    fn longest(&self) -> Duration {
        // Connecting, the greetings before and after encryption, signing in, and the four steps of the message.
        self.timeout * 12
    }

    fn send(&self, message: &Message) -> Outcome {
        let Ok(bytes) = self.face.bytes(message) else {
            return Outcome::Failed { code: "not_composed".to_owned(), retryable: false };
        };
        // One message at a time; the lock is this connection.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = match self.connection(&mut kept) {
            Ok(connection) => connection,
            Err(outcome) => return outcome,
        };
        let outcome = hand_over(&mut connection, self, message, &bytes);
        match outcome {
            Outcome::HandedOver { .. } => *kept = Some(connection),
            Outcome::Failed { .. } | Outcome::Unknown { .. } => connection.abort(),
        }
        outcome
    }

    fn rest(&self) {
        if let Some(mut connection) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Nothing depends on how the server takes leave.
            drop(connection.quit());
        }
    }
}

fn hand_over(connection: &mut SmtpConnection, by: &Smtp, message: &Message, bytes: &[u8]) -> Outcome {
    let (of_message, of_recipient) =
        if by.receipts { (vec![head_alone()], vec![receipt()]) } else { Default::default() };
    let sender = Mail::new(Some(by.face.from().inner().clone()), of_message);
    if let Err(error) = connection.command(sender) {
        // Refusing the sender says something of our set-up, not of this message.
        return not_ready(&error, "connection_lost");
    }
    if let Err(error) = connection.command(Rcpt::new(message.to.inner().clone(), of_recipient)) {
        return not_taken(&error);
    }
    if let Err(error) = connection.command(Data) {
        return not_taken(&error);
    }
    match connection.message(bytes) {
        Ok(answer) => Outcome::HandedOver { code: format!("smtp_{}", answer.code()) },
        Err(error) if error.status().is_some() => not_taken(&error),
        Err(error) => {
            tracing::warn!(outbox = %message.id, timeout = timed_out(&error), "no answer after the text was sent");
            Outcome::Unknown { code: if timed_out(&error) { "answer_timed_out" } else { "answer_lost" }.to_owned() }
        }
    }
}

/// A report is to bring back the head of the message, which names it, and nothing else (RFC 3461).
fn head_alone() -> MailParameter {
    MailParameter::Other { keyword: "RET".to_owned(), value: Some("HDRS".to_owned()) }
}

/// A report is asked for whether the message arrives or not.
fn receipt() -> RcptParameter {
    RcptParameter::Other { keyword: "NOTIFY".to_owned(), value: Some("SUCCESS,FAILURE".to_owned()) }
}

/// The conversation did not get as far as this message: it may always be tried again.
fn not_ready(error: &SmtpError, otherwise: &str) -> Outcome {
    Outcome::Failed { code: code_of(error, otherwise), retryable: true }
}

/// The server spoke of this message: a final refusal is final.
fn not_taken(error: &SmtpError) -> Outcome {
    Outcome::Failed { code: code_of(error, "connection_lost"), retryable: !error.is_permanent() }
}

fn code_of(error: &SmtpError, otherwise: &str) -> String {
    match error.status() {
        Some(code) => format!("smtp_{code}"),
        None if timed_out(error) => "timed_out".to_owned(),
        None if error.is_tls() => "tls_failed".to_owned(),
        None => otherwise.to_owned(),
    }
}

/// Whether the server was too slow. A socket that gives up waiting says so in one of two ways, depending on the system.
fn timed_out(error: &SmtpError) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(current) = cause {
        if let Some(io) = current.downcast_ref::<std::io::Error>() {
            return matches!(io.kind(), std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock);
        }
        cause = current.source();
    }
    false
}
