//! What waits in the outbox is handed over once, and what became of it is written down as it was.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::prelude::{QueryDsl, RunQueryDsl, SelectableHelper};
use rand::SeedableRng;
use rand::rngs::StdRng;
use scheduler::RunReport;
use zedenregister::app::App;
use zedenregister::jobs::relay::Relay;
use zedenregister::notify::neutral::telling_word;
use zedenregister::notify::reminder::Wording;
use zedenregister::notify::smtp::Smtp;
use zedenregister::notify::{Channel, Message, Outcome, SmtpSettings, Tls};
use zedenregister::register::notify::notify;
use zedenregister::store::rows::{DeliveryAttemptRow, OutboxRow};
use zedenregister::store::schema::delivery_attempts;
use zedenregister::vocabulary::{Channel as ReportChannel, DeliveryOutcome, OutboxState, Regime};

use super::{all_messages, audited, face, now, on_a_thread, remind};
use crate::support::TestDb;
use crate::support::app::{TestApp, person};
use crate::support::reports::initial;
use crate::support::smtp::{Answer, SmtpSink};

/// A channel that answers as told and keeps what it was given.
#[derive(Clone, Default)]
pub(super) struct Script(Arc<Mutex<(VecDeque<Outcome>, Vec<Message>)>>);

impl Script {
    pub(super) fn answering(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        Self(Arc::new(Mutex::new((outcomes.into_iter().collect(), Vec::new()))))
    }

    pub(super) fn sent(&self) -> Vec<Message> {
        self.0.lock().expect("a script").1.clone()
    }
}

impl Channel for Script {
    fn send(&self, message: &Message) -> Outcome {
        let mut script = self.0.lock().expect("a script");
        script.1.push(message.clone());
        script.0.pop_front().unwrap_or_else(taken)
    }

    fn longest(&self) -> Duration {
        Duration::from_secs(60)
    }
}

fn taken() -> Outcome {
    Outcome::HandedOver { code: "smtp_250".to_owned() }
}

fn relay(app: &App, channel: impl Channel + 'static) -> Relay {
    Relay::new(app.clone(), Box::new(channel), Wording::new("https://berichten.example.org", "").expect("neutral"))
}

pub(super) async fn deliver(app: &App, channel: impl Channel + 'static) -> RunReport {
    let (app, relay) = (app.clone(), relay(app, channel));
    on_a_thread(move || relay.run(&now(&app), &mut StdRng::seed_from_u64(1))).await.expect("a report")
}

pub(super) fn smtp(sink: &SmtpSink) -> Smtp {
    let settings = SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: sink.port(),
        tls: Tls::None,
        credentials: None,
        receipts: false,
        timeout: Duration::from_secs(2),
    };
    Smtp::new(&settings, face()).expect("a channel")
}

fn attempts(db: &TestDb) -> Vec<DeliveryAttemptRow> {
    delivery_attempts::table
        .select(DeliveryAttemptRow::as_select())
        .order((delivery_attempts::outbox_id, delivery_attempts::attempt))
        .load(&mut db.conn())
        .expect("attempts")
}

pub(super) fn endings(db: &TestDb) -> Vec<(DeliveryOutcome, String)> {
    attempts(db).into_iter().map(|attempt| (attempt.outcome, attempt.code)).collect()
}

fn the_message(db: &TestDb) -> OutboxRow {
    let [message] = all_messages(db).try_into().expect("one message");
    message
}

/// A system with `people` registrants, a reminder of each waiting.
async fn with_reminders(db: TestDb, people: usize) -> TestApp {
    let test = TestApp::on(db).await;
    for _ in 0..people {
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
    }
    test.days_pass(2);
    assert_eq!(remind(&test.app).await.made, people as u64);
    test
}

on_both_databases! {
    // ASVS 5.0: 14.2.3
    async fn a_reminder_reaches_the_mail_server_once_and_says_nothing_of_the_sender(db: TestDb) {
        let test = with_reminders(db, 1).await;
        let sink = SmtpSink::start([]);
        assert_eq!(deliver(&test.app, smtp(&sink)).await.made, 1);
        assert_eq!(deliver(&test.app, smtp(&sink)).await.looked_at, 0);
        let [text] = sink.texts().try_into().expect("one message");
        assert_eq!(telling_word(&text), None, "{text}");
        for part in ["To: j.voorbeeld@example.nl", "donderdag 15 januari 2026", "https://berichten.example.org"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        for part in ["Joris", "Proefpersoon", "Proeflaan", "initial"] {
            assert!(!text.contains(part), "{part} in {text}");
        }
        let message = the_message(&test.db);
        assert_eq!((message.state, message.attempts), (OutboxState::HandedOver, 1));
        assert_eq!(message.handed_over_at, Some(test.app.clock.now().system));
        assert_eq!(message.leased_by, None);
        assert_eq!(endings(&test.db), [(DeliveryOutcome::HandedOver, "smtp_250".to_owned())]);
        assert_eq!(audited(&test.db, "reminder.send"), 1);
    }

    async fn a_refusal_for_now_is_tried_again_later_and_not_before(db: TestDb) {
        let test = with_reminders(db, 1).await;
        let sink = SmtpSink::start([Answer::RefuseRecipient(451)]);
        assert_eq!(deliver(&test.app, smtp(&sink)).await.failed, 1);
        let message = the_message(&test.db);
        assert_eq!((message.state, message.last_code.as_deref()), (OutboxState::Retrying, Some("smtp_451")));
        assert!(message.next_try_at > test.app.clock.now().system);
        assert_eq!(deliver(&test.app, smtp(&sink)).await.looked_at, 0, "not before its time");
        test.app.clock.advance(chrono::Duration::seconds(10));
        assert_eq!(deliver(&test.app, smtp(&sink)).await.made, 1);
        let ended = [(DeliveryOutcome::Failed, "smtp_451".to_owned()), (DeliveryOutcome::HandedOver, "smtp_250".to_owned())];
        assert_eq!(endings(&test.db), ended);
        assert_eq!(the_message(&test.db).state, OutboxState::HandedOver);
    }

    async fn a_final_refusal_is_given_up_and_stays_visible(db: TestDb) {
        let test = with_reminders(db, 1).await;
        let sink = SmtpSink::start([Answer::RefuseRecipient(550)]);
        assert_eq!(deliver(&test.app, smtp(&sink)).await.failed, 1);
        let message = the_message(&test.db);
        assert_eq!((message.state, message.last_code.as_deref()), (OutboxState::Dead, Some("smtp_550")));
        assert_eq!(message.handed_over_at, None, "never called handed over");
        assert_eq!(endings(&test.db), [(DeliveryOutcome::Rejected, "smtp_550".to_owned())]);
        test.app.clock.advance(chrono::Duration::hours(12));
        assert_eq!(deliver(&test.app, smtp(&sink)).await.looked_at, 0);
        let kept: String = format!("{:?}{:?}", the_message(&test.db), attempts(&test.db));
        assert!(!kept.contains("example.nl"), "the server's words, with the address in them, are not kept");
    }

    async fn a_lost_answer_is_unknown_and_is_repeated_as_the_same_message(db: TestDb) {
        let test = with_reminders(db, 1).await;
        let sink = SmtpSink::start([Answer::TakeAndHangUp]);
        deliver(&test.app, smtp(&sink)).await;
        assert_eq!(the_message(&test.db).state, OutboxState::Unknown);
        test.app.clock.advance(chrono::Duration::seconds(10));
        assert_eq!(deliver(&test.app, smtp(&sink)).await.made, 1);
        let [first, second] = sink.texts().try_into().expect("two deliveries");
        assert_eq!(first, second, "whoever got both sees one message twice");
        assert!(first.contains("Message-ID: <"));
        let ended = [(DeliveryOutcome::Unknown, "answer_lost".to_owned()), (DeliveryOutcome::HandedOver, "smtp_250".to_owned())];
        assert_eq!(endings(&test.db), ended);
    }

    async fn trying_ends_after_three_days(db: TestDb) {
        let test = with_reminders(db, 1).await;
        test.db.execute("UPDATE outbox SET purpose_ends_on = NULL");
        let script = Script::answering(std::iter::repeat_n(
            Outcome::Failed { code: "connect_failed".to_owned(), retryable: true },
            20,
        ));
        for _ in 0..12 {
            deliver(&test.app, script.clone()).await;
            test.app.clock.advance(chrono::Duration::hours(30));
        }
        assert_eq!(script.sent().len(), 10);
        assert_eq!(the_message(&test.db).state, OutboxState::Dead);
    }

    async fn a_process_that_dies_while_sending_leaves_the_truth_behind(db: TestDb) {
        struct Dies(Script);
        impl Channel for Dies {
            fn send(&self, message: &Message) -> Outcome {
                self.0.send(message);
                panic!("kill -9");
            }
            fn longest(&self) -> Duration {
                self.0.longest()
            }
        }
        let test = with_reminders(db, 1).await;
        let script = Script::default();
        let (app, dying) = (test.app.clone(), relay(&test.app, Dies(script.clone())));
        let died = tokio::task::spawn_blocking(move || dying.run(&now(&app), &mut StdRng::seed_from_u64(1))).await;
        assert!(died.is_err());
        assert_eq!(the_message(&test.db).state, OutboxState::InFlight);
        assert_eq!(deliver(&test.app, script.clone()).await.looked_at, 0, "somebody may still be at it");
        test.app.clock.advance(chrono::Duration::minutes(10));
        deliver(&test.app, script.clone()).await;
        assert_eq!(the_message(&test.db).state, OutboxState::Unknown);
        test.app.clock.advance(chrono::Duration::minutes(1));
        assert_eq!(deliver(&test.app, script.clone()).await.made, 1);
        let [first, second] = script.sent().try_into().expect("sent, and sent again");
        assert_eq!(first.message_id, second.message_id);
        let ended = [(DeliveryOutcome::Unknown, "lease_lapsed".to_owned()), (DeliveryOutcome::HandedOver, "smtp_250".to_owned())];
        assert_eq!(endings(&test.db), ended);
    }

    async fn a_relay_that_slept_through_its_lease_overwrites_nothing(db: TestDb) {
        struct Sleeps(App);
        impl Channel for Sleeps {
            fn send(&self, _: &Message) -> Outcome {
                // While this one sends, its lease lapses and another relay clears up.
                self.0.clock.advance(chrono::Duration::hours(1));
                relay(&self.0, Script::default()).run(&now(&self.0), &mut StdRng::seed_from_u64(2)).expect("a report");
                taken()
            }
            fn longest(&self) -> Duration {
                Duration::from_secs(60)
            }
        }
        let test = with_reminders(db, 1).await;
        deliver(&test.app, Sleeps(test.app.clone())).await;
        assert_eq!(the_message(&test.db).state, OutboxState::Unknown);
        assert_eq!(endings(&test.db), [(DeliveryOutcome::Unknown, "lease_lapsed".to_owned())]);
    }

    async fn two_relays_at_once_send_each_message_once(db: TestDb) {
        let test = with_reminders(db, 30).await;
        let script = Script::default();
        let relays: Vec<(App, Relay)> = (0..3)
            .map(|_| App { store: test.db.store(), ..test.app.clone() })
            .map(|app| (app.clone(), relay(&app, script.clone())))
            .collect();
        on_a_thread(move || {
            std::thread::scope(|scope| {
                for (app, relay) in &relays {
                    scope.spawn(|| relay.run(&now(app), &mut StdRng::seed_from_u64(3)).expect("a report"));
                }
            });
        })
        .await;
        let mut sent: Vec<String> = script.sent().into_iter().map(|message| message.message_id).collect();
        sent.sort();
        sent.dedup();
        assert_eq!((sent.len(), script.sent().len()), (30, 30));
        assert!(all_messages(&test.db).iter().all(|message| message.state == OutboxState::HandedOver));
        assert_eq!(attempts(&test.db).len(), 30);
    }

    async fn what_was_done_in_the_meantime_is_not_reminded_of(db: TestDb) {
        let test = TestApp::on(db).await;
        let (registration, person) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(2);
        remind(&test.app).await;
        notify(&test.app, &test.ctx(&person), registration, initial(), ReportChannel::Api).await.expect("accepted");
        let script = Script::default();
        assert_eq!(deliver(&test.app, script.clone()).await.skipped, 1);
        assert_eq!(script.sent().len(), 0);
        let message = the_message(&test.db);
        assert_eq!((message.state, message.last_code.as_deref()), (OutboxState::Superseded, Some("duty_ended")));
        assert_eq!((message.attempts, attempts(&test.db).len()), (0, 0), "nothing was tried, and nothing says it was");
    }

    async fn a_message_whose_day_has_passed_is_superseded(db: TestDb) {
        let test = with_reminders(db, 1).await;
        test.days_pass(1);
        let script = Script::default();
        deliver(&test.app, script.clone()).await;
        assert_eq!(script.sent().len(), 0);
        let message = the_message(&test.db);
        assert_eq!((message.state, message.last_code.as_deref()), (OutboxState::Superseded, Some("purpose_passed")));
    }

    async fn a_letter_waits_and_is_never_called_sent(db: TestDb) {
        let test = TestApp::on(db).await;
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        let mut by_post = person(None);
        by_post.contact.email = None;
        enrolment.person = Some(by_post);
        test.registrant(enrolment).await;
        // A letter takes three days, and the duty is due in three.
        remind(&test.app).await;
        let script = Script::default();
        deliver(&test.app, script.clone()).await;
        assert_eq!(the_message(&test.db).state, OutboxState::Pending);
        test.days_pass(1);
        deliver(&test.app, script.clone()).await;
        let message = the_message(&test.db);
        assert_eq!((message.state, message.last_code.as_deref()), (OutboxState::Superseded, Some("no_way_out")));
        assert_eq!(script.sent().len(), 0);
    }
}

#[test]
fn without_a_server_each_message_is_a_file_that_appears_whole() {
    use zedenregister::clock::UtcTime;
    use zedenregister::ids::OutboxId;
    use zedenregister::notify::files::Files;
    use zedenregister::vocabulary::Language;

    let folder = tempfile::tempdir().expect("a folder");
    let channel = Files::open(folder.path().join("mail"), face()).expect("a channel");
    let id = OutboxId::fresh();
    let due = crate::support::app::day("2026-01-15");
    let wording = Wording::new("https://berichten.example.org", "").expect("neutral");
    let message = Message {
        id,
        repeated: false,
        message_id: face().message_id(id),
        date: UtcTime::start_of_day(due, chrono_tz::Europe::Amsterdam),
        to: "j.voorbeeld@example.nl".parse().expect("an address"),
        content: wording.reminder(Language::En, "4F6F-0F0B-1C11", due, due).expect("a text"),
    };
    for _ in 0..2 {
        assert_eq!(channel.send(&message), Outcome::HandedOver { code: "file_written".to_owned() });
    }
    let files: Vec<String> = std::fs::read_dir(folder.path().join("mail"))
        .expect("files")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, [format!("{id}.eml")], "once, and nothing beside it");
    std::fs::remove_dir_all(folder.path()).expect("gone");
    assert_eq!(channel.send(&message), Outcome::Failed { code: "file_not_written".to_owned(), retryable: true });
}
