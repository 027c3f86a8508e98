//! Conversations with a real mail server, and how each ends.

use std::time::{Duration, Instant};

use zedenregister::clock::UtcTime;
use zedenregister::ids::OutboxId;
use zedenregister::notify::reminder::{Rendered, Wording};
use zedenregister::notify::smtp::Smtp;
use zedenregister::notify::{Channel, MailFace, Message, Outcome, SmtpSettings, Tls};
use zedenregister::vocabulary::Language;

use super::face;
use crate::support::app::day;
use crate::support::smtp::{Answer, SmtpSink};

fn channel(port: u16, tls: Tls) -> Smtp {
    let settings = SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        tls,
        credentials: None,
        receipts: false,
        timeout: Duration::from_millis(500),
    };
    Smtp::new(&settings, face()).expect("a channel")
}

fn message(face: &MailFace) -> Message {
    let id = OutboxId::fresh();
    let wording = Wording::new("https://berichten.example.org", "").expect("neutral");
    Message {
        id,
        repeated: false,
        message_id: face.message_id(id),
        date: UtcTime::start_of_day(day("2026-01-14"), chrono_tz::Europe::Amsterdam),
        to: "j.voorbeeld@example.nl".parse().expect("an address"),
        content: wording
            .reminder(Language::Nl, "4F6F-0F0B-1C11", day("2026-01-15"), day("2026-01-14"))
            .expect("a text"),
    }
}

fn failed(code: &str, retryable: bool) -> Outcome {
    Outcome::Failed { code: code.to_owned(), retryable }
}

#[test]
fn a_message_that_is_taken_was_handed_over() {
    let sink = SmtpSink::start([]);
    let (channel, message) = (channel(sink.port(), Tls::None), message(&face()));
    assert_eq!(channel.send(&message), Outcome::HandedOver { code: "smtp_250".to_owned() });
    let [text] = sink.texts().try_into().expect("one message");
    assert!(text.contains(&format!("Message-ID: {}", message.message_id)), "{text}");
    assert_eq!(sink.recipients(), ["RCPT TO:<j.voorbeeld@example.nl>"]);
}

#[test]
fn messages_of_one_run_share_a_connection() {
    let sink = SmtpSink::start([]);
    let channel = channel(sink.port(), Tls::None);
    for _ in 0..3 {
        channel.send(&message(&face()));
    }
    assert_eq!((sink.texts().len(), sink.connections()), (3, 1));
    channel.rest();
    channel.send(&message(&face()));
    assert_eq!((sink.texts().len(), sink.connections()), (4, 2));
}

#[test]
fn a_refusal_for_now_may_be_tried_again_and_a_final_one_may_not() {
    let sink = SmtpSink::start([
        Answer::RefuseRecipient(451),
        Answer::RefuseRecipient(550),
        Answer::RefuseText(452),
        Answer::RefuseText(554),
        Answer::Accept,
    ]);
    let channel = channel(sink.port(), Tls::None);
    let outcomes: Vec<Outcome> = (0..5).map(|_| channel.send(&message(&face()))).collect();
    assert_eq!(
        outcomes,
        [
            failed("smtp_451", true),
            failed("smtp_550", false),
            failed("smtp_452", true),
            failed("smtp_554", false),
            Outcome::HandedOver { code: "smtp_250".to_owned() },
        ]
    );
}

#[test]
fn without_an_answer_after_the_text_nobody_knows() {
    let sink = SmtpSink::start([Answer::TakeAndHangUp]);
    let channel = channel(sink.port(), Tls::None);
    assert_eq!(channel.send(&message(&face())), Outcome::Unknown { code: "answer_lost".to_owned() });
    assert_eq!(sink.texts().len(), 1, "it had arrived");
}

// ASVS 5.0: 13.2.6, 16.5.2
#[test]
fn a_server_that_is_silent_or_not_there_costs_a_bounded_time() {
    let sink = SmtpSink::start([Answer::Silence]);
    let begun = Instant::now();
    assert_eq!(channel(sink.port(), Tls::None).send(&message(&face())), failed("timed_out", true));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let port = sink.port();
    drop(sink);
    assert_eq!(channel(port, Tls::None).send(&message(&face())), failed("connect_failed", true));
}

// ASVS 5.0: 12.3.1
#[test]
fn a_server_without_encryption_is_told_nothing() {
    let sink = SmtpSink::start([]);
    assert_eq!(channel(sink.port(), Tls::StartTls).send(&message(&face())), failed("starttls_failed", true));
    assert_eq!((sink.recipients().len(), sink.texts().len()), (0, 0));
}

// ASVS 5.0: 1.3.11
#[test]
fn a_text_that_would_end_itself_or_add_a_header_does_neither() {
    let sink = SmtpSink::start([]);
    let channel = channel(sink.port(), Tls::None);
    let mut tricky = message(&face());
    tricky.content = Rendered {
        subject: "Onderwerp".to_owned(),
        text: "een\r\n.\r\nMAIL FROM:<x@example.org>\n..twee\n".to_owned(),
    };
    assert_eq!(channel.send(&tricky), Outcome::HandedOver { code: "smtp_250".to_owned() });
    let [text] = sink.texts().try_into().expect("still one message");
    assert!(text.contains("MAIL FROM:<x@example.org>"), "inside the text: {text}");
    tricky.content.subject = "Onderwerp\r\nBcc: x@example.org".to_owned();
    assert_eq!(channel.send(&tricky), failed("not_composed", false));
    assert_eq!(sink.texts().len(), 1);
}
