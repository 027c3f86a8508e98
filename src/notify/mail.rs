//! One e-mail: its parts, and the bytes that go on the wire. The same message has the same bytes every time.

use std::time::SystemTime;

use lettre::message::{Mailbox, header::ContentType};

use super::address::Address;
use super::reminder::Rendered;
use super::settings::SetupError;
use crate::clock::UtcTime;
use crate::ids::OutboxId;

/// A message ready to be handed over.
#[derive(Debug, Clone)]
pub struct Message {
    /// The row of the outbox it stands for; names the file of a channel that writes files.
    pub id: OutboxId,
    /// Whether an earlier attempt may have arrived.
    pub repeated: bool,
    /// The `Message-ID`, brackets included; a repeated message has the same one.
    pub message_id: String,
    /// The `Date`: when the message was decided on, so that a repeated one is the same.
    pub date: UtcTime,
    /// To whom.
    pub to: Address,
    /// Subject and text.
    pub content: Rendered,
}

/// What the outside of every message shows.
#[derive(Debug, Clone)]
pub struct MailFace {
    from: Address,
    sender_name: Option<String>,
}

/// A message that could not be put into bytes; a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("the message could not be composed")]
pub struct NotComposed;

impl MailFace {
    /// Reads the sender from `address` or `Name <address>`.
    ///
    /// # Errors
    /// When it is neither, or tells what the sender is.
    pub fn parse(from: &str) -> Result<Self, SetupError> {
        let mailbox: Mailbox = from.parse().map_err(|_| SetupError::Sender)?;
        let sender_name = mailbox.name.filter(|name| !name.is_empty());
        if sender_name.as_ref().is_some_and(|name| name.chars().any(char::is_control)) {
            return Err(SetupError::Sender);
        }
        super::settings::must_be_neutral("the sender", from)?;
        let from = mailbox.email.to_string().parse().map_err(|_| SetupError::Sender)?;
        Ok(Self { from, sender_name })
    }

    /// The address of the sender.
    pub fn from(&self) -> &Address {
        &self.from
    }

    /// The `Message-ID` of the message that a row of the outbox stands for.
    pub fn message_id(&self, outbox: OutboxId) -> String {
        format!("<{outbox}@{}>", self.from.domain())
    }

    /// The message as it goes on the wire: plain text in UTF-8, encoded in ASCII, lines ended by CRLF.
    ///
    /// # Errors
    /// [`NotComposed`], never for a message made by [`super::reminder`].
    pub fn bytes(&self, message: &Message) -> Result<Vec<u8>, NotComposed> {
        let content = &message.content;
        if content.subject.chars().chain(message.message_id.chars()).any(char::is_control) {
            return Err(NotComposed);
        }
        let email = lettre::Message::builder()
            .from(Mailbox::new(self.sender_name.clone(), self.from.inner().clone()))
            .to(Mailbox::new(None, message.to.inner().clone()))
            .date(SystemTime::from(message.date.utc()))
            .message_id(Some(message.message_id.clone()))
            .subject(content.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(content.text.clone())
            .map_err(|_| NotComposed)?;
        Ok(email.formatted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        let id = "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11".parse().expect("an id");
        Message {
            id,
            repeated: false,
            message_id: face().message_id(id),
            date: UtcTime::start_of_day(
                chrono::NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day"),
                chrono_tz::Europe::Amsterdam,
            ),
            to: "someone@example.nl".parse().expect("an address"),
            content: Rendered { subject: "Één onderwerp".to_owned(), text: "Dag – één regel\n".to_owned() },
        }
    }

    fn face() -> MailFace {
        MailFace::parse("Berichten <berichten@example.org>").expect("a sender")
    }

    #[test]
    fn a_message_has_the_same_bytes_every_time() {
        assert_eq!(face().bytes(&message()).expect("bytes"), face().bytes(&message()).expect("bytes"));
    }

    #[test]
    fn the_wire_carries_ascii_and_the_stable_id() {
        let bytes = face().bytes(&message()).expect("bytes");
        assert!(bytes.is_ascii());
        let text = String::from_utf8(bytes).expect("ascii");
        for line in [
            "Message-ID: <0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11@example.org>",
            "To: someone@example.nl",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} in {text}");
        }
        assert!(text.lines().any(|l| l.starts_with("Date: Mon, 23 Nov 2026 23:00:00")), "{text}");
    }

    // ASVS 5.0: 1.3.11
    #[test]
    fn a_subject_that_would_add_a_header_is_refused() {
        for subject in ["x\r\nBcc: a@example.nl", "x\nBcc: a@example.nl", "x\ry", "x\u{85}y", "x\0"] {
            let mut message = message();
            message.content.subject = subject.to_owned();
            assert!(face().bytes(&message).is_err(), "{subject:?}");
        }
    }

    #[test]
    fn a_sender_that_tells_what_it_is_is_refused() {
        for from in ["noreply@zedenregister.nl", "Registratie <a@example.nl>", "Reclassering <a@example.nl>"] {
            assert!(matches!(MailFace::parse(from), Err(SetupError::Telling { .. })), "{from}");
        }
        for from in ["", "niemand", "a@b\r\nBcc: c@d.nl", "x\r\ny <a@example.nl>"] {
            assert!(matches!(MailFace::parse(from), Err(SetupError::Sender)), "{from:?}");
        }
    }
}
