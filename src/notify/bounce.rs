//! What mail servers send back: a report on delivery (RFC 3464), read for three things alone: which message it is about,
//! what became of it, and the status code. Addresses and words of other systems are not kept.
//!
//! Whoever gets a message can write to the sender's address: what is read here may be anything. Its size is bounded by the
//! caller, nothing here calls itself, and what is not understood is [`Unreadable`].

use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};

use crate::ids::OutboxId;

/// The largest file that is read, in bytes. A report holds one of our messages, which are short.
pub const LARGEST: u64 = 256 * 1024;

/// Fields of a report that are looked at.
const MOST_FIELDS: usize = 200;

/// What a report says of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The `Message-ID` it is about, brackets included.
    pub message_id: String,
    /// What became of it.
    pub fate: Fate,
    /// Such as `dsn_5_1_1`, or `dsn_failed` where no status is said.
    pub code: String,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It does not arrive.
    Failed,
    /// It is in the mailbox.
    Delivered,
    /// It is on its way still, or went on to where nobody reports.
    Underway,
}

/// The text is no report on the delivery of a message of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a report on the delivery of a message")]
pub struct Unreadable;

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// [`Unreadable`] for whatever is none, or does not say which message it is about.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let parser = MessageParser::default();
        let mail = parser.parse(bytes).ok_or(Unreadable)?;
        let root = mail.parts.first().ok_or(Unreadable)?;
        let is_report = of_type(root, "multipart", "report")
            && root
                .content_type()
                .and_then(|kind| kind.attribute("report-type"))
                .is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"));
        if !is_report {
            return Err(Unreadable);
        }
        let status = mail.parts.iter().find(|part| of_type(part, "message", "delivery-status")).ok_or(Unreadable)?;
        let (fate, code) = fate_of(&String::from_utf8_lossy(status.contents())).ok_or(Unreadable)?;
        let message_id = mail.parts.iter().find_map(|part| returned_id(&parser, part)).ok_or(Unreadable)?;
        Ok(Self { message_id, fate, code })
    }

    /// The row of the outbox that the message stood for, when the id is one of ours.
    pub fn outbox(&self) -> Option<OutboxId> {
        self.message_id.strip_prefix('<')?.split_once('@')?.0.parse().ok()
    }
}

fn of_type(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|found| {
        found.ctype().eq_ignore_ascii_case(kind)
            && found.subtype().is_some_and(|found| found.eq_ignore_ascii_case(subtype))
    })
}

/// The `Message-ID` of a message that comes back whole, or as its head alone.
fn returned_id(parser: &MessageParser, part: &MessagePart<'_>) -> Option<String> {
    let id = match &part.body {
        PartType::Message(returned) => returned.message_id().map(str::to_owned),
        PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_)
            if of_type(part, "text", "rfc822-headers") || of_type(part, "message", "rfc822-headers") =>
        {
            // A head that ends without an empty line is a head as well.
            let head = [part.contents(), b"\r\n\r\n"].concat();
            parser.parse_headers(head.as_slice())?.message_id().map(str::to_owned)
        }
        PartType::Text(_)
        | PartType::Html(_)
        | PartType::Binary(_)
        | PartType::InlineBinary(_)
        | PartType::Multipart(_) => None,
    }?;
    let plain = id.len() <= 255 && id.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| format!("<{}>", id.trim_matches(['<', '>'])))
}

/// What the fields of a report say. Ours go to one recipient: of several, what is final counts most.
fn fate_of(text: &str) -> Option<(Fate, String)> {
    let mut told: Option<(Fate, String)> = None;
    let mut group: (Option<Fate>, Option<String>) = (None, None);
    let lines = text.lines().take(MOST_FIELDS).chain([""]);
    for line in lines {
        if line.trim().is_empty() {
            if let (Some(fate), status) = std::mem::take(&mut group)
                && told.as_ref().is_none_or(|(known, _)| weight(fate) > weight(*known))
            {
                told = Some((fate, code_of(fate, status.as_deref())));
            }
            continue;
        }
        // A line that goes on from the one before says nothing that is looked at.
        let Some((field, value)) = line.split_once(':').filter(|_| !line.starts_with([' ', '\t'])) else { continue };
        match field.trim().to_ascii_lowercase().as_str() {
            "action" => group.0 = action(value),
            "status" => group.1 = status(value),
            _ => {}
        }
    }
    told
}

const fn weight(fate: Fate) -> u8 {
    match fate {
        Fate::Underway => 0,
        Fate::Delivered => 1,
        Fate::Failed => 2,
    }
}

fn first_word(value: &str) -> &str {
    value.split(|c: char| c.is_whitespace() || c == '(' || c == ';').find(|word| !word.is_empty()).unwrap_or_default()
}

fn action(value: &str) -> Option<Fate> {
    match first_word(value).to_ascii_lowercase().as_str() {
        "failed" => Some(Fate::Failed),
        "delivered" => Some(Fate::Delivered),
        "delayed" | "relayed" | "expanded" => Some(Fate::Underway),
        _ => None,
    }
}

/// A status of RFC 3463, such as `5.1.1`, as `5_1_1`.
fn status(value: &str) -> Option<String> {
    let parts: Vec<&str> = first_word(value).split('.').collect();
    let [class, subject, detail] = parts.as_slice() else { return None };
    let number = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = matches!(*class, "2" | "4" | "5") && number(subject) && number(detail);
    sound.then(|| parts.join("_"))
}

fn code_of(fate: Fate, status: Option<&str>) -> String {
    let word = match fate {
        Fate::Failed => "failed",
        Fate::Delivered => "delivered",
        Fate::Underway => "underway",
    };
    format!("dsn_{}", status.unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11@example.org";

    fn report(action: &str, status: &str, returned: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example.org\r\nTo: berichten@example.org\r\nSubject: Undelivered Mail\r\n\
             MIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"B/x\"\r\n\r\n\
             --B/x\r\nContent-Type: text/plain\r\n\r\nI am sorry. <j.voorbeeld@example.nl>: no such user\r\n\r\n\
             --B/x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
             Final-Recipient: rfc822; j.voorbeeld@example.nl\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 no\r\n such user\r\n\r\n\
             --B/x\r\n{returned}\r\n--B/x--\r\n"
        )
    }

    fn whole() -> String {
        format!("Content-Type: message/rfc822\r\n\r\nMessage-ID: <{ID}>\r\nTo: j.voorbeeld@example.nl\r\n\r\nDag\r\n")
    }

    fn head() -> String {
        format!("Content-Type: text/rfc822-headers\r\n\r\nTo: j.voorbeeld@example.nl\r\nMessage-ID: <{ID}>\r\n")
    }

    fn read(action: &str, status: &str) -> (Fate, String) {
        let report = Report::parse(report(action, status, &whole()).as_bytes()).expect("a report");
        assert_eq!(report.message_id, format!("<{ID}>"));
        (report.fate, report.code)
    }

    #[test]
    fn what_became_of_a_message_is_read_and_nothing_else() {
        assert_eq!(read("failed", "5.1.1"), (Fate::Failed, "dsn_5_1_1".to_owned()));
        assert_eq!(read("Failed (expired)", "4.4.7 (timed out)"), (Fate::Failed, "dsn_4_4_7".to_owned()));
        assert_eq!(read("delivered", "2.0.0"), (Fate::Delivered, "dsn_2_0_0".to_owned()));
        for action in ["delayed", "relayed", "expanded"] {
            assert_eq!(read(action, "4.0.0").0, Fate::Underway);
        }
        assert_eq!(read("failed", "j.voorbeeld@example.nl"), (Fate::Failed, "dsn_failed".to_owned()));
    }

    #[test]
    fn a_returned_head_names_the_message_as_well() {
        let read = Report::parse(report("failed", "5.1.1", &head()).as_bytes()).expect("a report");
        assert_eq!(read.outbox().map(|id| id.to_string()).as_deref(), Some("0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11"));
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let sound = report("failed", "5.1.1", &whole());
        let deep = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(5_000);
        for text in [
            String::new(),
            "Subject: Afwezig\r\n\r\nIk ben er niet.\r\n".to_owned(),
            sound.replace("delivery-status; boundary", "disposition-notification; boundary"),
            sound.replace("multipart/report", "multipart/mixed"),
            sound.replace("message/delivery-status", "text/plain"),
            sound.replace("Action: failed", "Action: eaten"),
            sound.replace("Message-ID", "X-Other"),
            sound.replace(ID, &"x".repeat(5_000)),
            sound.replace("message/rfc822", "text/plain"),
            "Content-Type: message/rfc822\r\n\r\n".repeat(5_000),
            deep,
        ] {
            assert_eq!(
                Report::parse(text.as_bytes()),
                Err(Unreadable),
                "{}",
                text.chars().take(200).collect::<String>()
            );
        }
    }

    #[test]
    fn an_id_that_is_not_ours_names_no_row() {
        for id in ["x@example.org", "0190b7a2", ""] {
            let report = Report { message_id: format!("<{id}>"), fate: Fate::Failed, code: String::new() };
            assert_eq!(report.outbox(), None, "{id}");
        }
    }

    proptest! {
        // ASVS 5.0: 1.5.2
        #[test]
        fn whatever_comes_back_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), at in 0_usize..900) {
            drop(Report::parse(&bytes));
            let mut sound = report("failed", "5.1.1", &whole()).into_bytes();
            let at = at.min(sound.len());
            sound.splice(at..at, bytes);
            if let Ok(read) = Report::parse(&sound) {
                prop_assert!(read.code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
                prop_assert!(!read.message_id.chars().any(char::is_control));
            }
        }
    }
}
