//! How a message leaves the house: e-mail behind one trait, letters behind another, and the neutral texts they carry.
//!
//! Owns the wording and the hand-over. It renders and sends; whether, when and to whom is decided by `jobs`. A text
//! carries a reference, a day and a link, and nothing that tells a stranger what the sender is ([`neutral`]).

pub mod address;
pub mod bounce;
pub mod files;
pub mod letter;
pub mod mail;
pub mod neutral;
pub mod notice;
pub mod post;
pub mod reminder;
pub mod service;
pub mod settings;
pub mod smtp;

use std::time::Duration;

pub use address::Address;
pub use mail::{MailFace, Message};
pub use post::{Post, Sheet};
pub use service::ServiceSettings;
pub use settings::{
    Credentials, LetterSettings, LetterTransport, MailSettings, SetupError, SmtpSettings, Tls, Transport,
};

/// What became of one attempt to hand a message over. The codes are ours: an answer of another system may repeat an
/// address, so its words are never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The next system answered that it has it.
    HandedOver {
        /// Such as `smtp_250`.
        code: String,
    },
    /// It was not taken over.
    Failed {
        /// Such as `smtp_550` or `connect_failed`.
        code: String,
        /// Whether the same message may be taken over later.
        retryable: bool,
    },
    /// It was sent, and the answer was lost: it may or may not have arrived.
    Unknown {
        /// Such as `answer_lost`.
        code: String,
    },
}

/// A way out of the house for one kind of message.
pub trait Channel: Send + Sync {
    /// Hands one message over. May take as long as its time-outs allow; never called inside a transaction.
    fn send(&self, message: &Message) -> Outcome;

    /// The longest that one hand-over can take: a lease on a message must outlast it.
    fn longest(&self) -> Duration;

    /// No further message follows for now: lets go of connections.
    fn rest(&self) {}
}
