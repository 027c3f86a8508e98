//! What mail servers send back is read once: a message that did not arrive is given up and followed by a letter, a receipt
//! is written down, and whatever else lies there is put aside.

use std::path::{Path, PathBuf};

use scheduler::RunReport;
use zedenregister::app::App;
use zedenregister::jobs::bounces;
use zedenregister::notify::Outcome;
use zedenregister::vocabulary::{DeliveryChannel, DeliveryOutcome, DutyKind, OutboxState, Regime};

use super::letters::{contact, dead, deliver, of, on_days_before, reported};
use super::relay::{Script, endings};
use super::{all_messages, audited, duty_of, now, on_a_thread, remind};
use crate::support::TestDb;
use crate::support::app::TestApp;

/// A system that writes letters into a folder and reads bounces from another.
async fn reading(db: TestDb) -> TestApp {
    let test = TestApp::with(db, |folder| {
        let at = |name: &str| folder.join(name).display().to_string();
        format!("[letters]\ntransport = \"files\"\nfolder = \"{}\"\n", at("letters"))
    })
    .await;
    let mut test = test;
    test.app = with_bounces(&test.app, test.folder().join("bounces"));
    std::fs::create_dir_all(test.folder().join("bounces/new")).expect("a folder");
    test
}

fn with_bounces(app: &App, folder: PathBuf) -> App {
    let mut config = (*app.config).clone();
    config.mail.bounces = Some(folder);
    App { config: config.into(), ..app.clone() }
}

async fn read(app: &App) -> RunReport {
    let app = app.clone();
    on_a_thread(move || bounces::run(&app, &now(&app))).await.expect("a report")
}

fn report(message_id: &str, action: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.org\r\nTo: berichten@example.org\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nj.voorbeeld@example.nl does not want it\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
         Final-Recipient: rfc822; j.voorbeeld@example.nl\r\nAction: {action}\r\nStatus: {status}\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nTo: j.voorbeeld@example.nl\r\n\r\n--b--\r\n"
    )
}

fn put(test: &TestApp, name: &str, text: &[u8]) {
    std::fs::write(test.folder().join("bounces/new").join(name), text).expect("a file");
}

fn lying_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// How many files were understood, put aside, and left.
fn put_away(test: &TestApp) -> (usize, usize, usize) {
    let at = test.folder().join("bounces");
    (lying_in(&at.join("done")), lying_in(&at.join("refused")), lying_in(&at.join("new")))
}

/// A reminder of the yearly report that a mail server took over two weeks ahead; its `Message-ID`.
async fn handed_over(test: &TestApp, script: Script) -> String {
    let (_, due) = reported(test, contact()).await;
    on_days_before(test, due, 14);
    assert_eq!(remind(&test.app).await.made, 1);
    deliver(&test.app, script).await;
    of(test, DeliveryChannel::Email).message_id
}

on_both_databases! {
    async fn a_message_that_did_not_arrive_is_given_up_and_a_letter_takes_its_place(db: TestDb) {
        let test = reading(db).await;
        let id = handed_over(&test, Script::default()).await;
        put(&test, "1.mx", report(&id, "failed", "5.1.1").as_bytes());
        let done = read(&test.app).await;
        assert_eq!((done.looked_at, done.made, done.failed), (1, 1, 0));
        let (mail, letter) = (of(&test, DeliveryChannel::Email), of(&test, DeliveryChannel::Letter));
        assert_eq!((mail.state, mail.last_code.as_deref()), (OutboxState::Dead, Some("dsn_5_1_1")));
        assert!(mail.handed_over_at.is_some() && mail.delivered_at.is_none(), "the mail server had it: that stays true");
        assert_eq!((letter.state, dead(&test)), (OutboxState::Pending, 0));
        assert_eq!(put_away(&test), (1, 0, 0));
        put(&test, "2.mx", report(&id, "failed", "5.1.1").as_bytes());
        let again = read(&test.app).await;
        assert_eq!((again.made, again.skipped, all_messages(&test.db).len()), (0, 1, 2), "told twice, done once");
        assert_eq!(audited(&test.db, "reminder.send"), 2);
        let kept = format!("{:?}", all_messages(&test.db));
        assert!(!kept.contains("voorbeeld"), "nothing of the report is kept but its code");
        deliver(&test.app, Script::default()).await;
        assert_eq!(of(&test, DeliveryChannel::Letter).state, OutboxState::HandedOver);
    }

    async fn a_receipt_is_a_delivery_and_delay_is_only_noted(db: TestDb) {
        let test = reading(db).await;
        let id = handed_over(&test, Script::default()).await;
        put(&test, "1.mx", report(&id, "delayed", "4.4.1").as_bytes());
        assert_eq!(read(&test.app).await.skipped, 1);
        let mail = of(&test, DeliveryChannel::Email);
        assert_eq!((mail.state, mail.last_code.as_deref()), (OutboxState::HandedOver, Some("dsn_4_4_1")));
        put(&test, "2.mx", report(&id, "delivered", "2.0.0").as_bytes());
        assert_eq!(read(&test.app).await.made, 1);
        let mail = of(&test, DeliveryChannel::Email);
        assert_eq!((mail.state, mail.delivered_at), (OutboxState::Delivered, Some(test.app.clock.now().system)));
        put(&test, "3.mx", report(&id, "failed", "5.0.0").as_bytes());
        assert_eq!(read(&test.app).await.skipped, 1, "what arrived has arrived");
        assert_eq!((all_messages(&test.db).len(), put_away(&test)), (1, (3, 0, 0)));
    }

    async fn a_receipt_proves_what_a_lost_answer_left_open(db: TestDb) {
        let test = reading(db).await;
        let lost = Script::answering([Outcome::Unknown { code: "answer_lost".to_owned() }]);
        let id = handed_over(&test, lost).await;
        assert_eq!(of(&test, DeliveryChannel::Email).state, OutboxState::Unknown);
        put(&test, "1.mx", report(&id, "delivered", "2.0.0").as_bytes());
        assert_eq!(read(&test.app).await.made, 1);
        let mail = of(&test, DeliveryChannel::Email);
        assert_eq!((mail.state, mail.attempts), (OutboxState::Delivered, 2));
        assert!(mail.handed_over_at.is_some());
        let proved = [(DeliveryOutcome::Unknown, "answer_lost".to_owned()), (DeliveryOutcome::HandedOver, "dsn_2_0_0".to_owned())];
        assert_eq!(endings(&test.db), proved);
    }

    // ASVS 5.0: 1.5.2, 5.2.1
    async fn whatever_else_lies_there_is_put_aside_and_counted(db: TestDb) {
        let test = reading(db).await;
        let id = handed_over(&test, Script::default()).await;
        let mail = of(&test, DeliveryChannel::Email);
        let other = mail.message_id.replace("example.org", "elsewhere.example");
        let unknown = format!("<{}@example.org>", zedenregister::ids::OutboxId::fresh());
        let huge = [report(&id, "failed", "5.1.1").as_bytes(), &vec![b'x'; 300 * 1024]].concat();
        put(&test, "1.mx", report(&other, "failed", "5.1.1").as_bytes());
        put(&test, "2.mx", report(&unknown, "failed", "5.1.1").as_bytes());
        put(&test, "3.mx", &huge);
        put(&test, "4.mx", b"\xff\xfe\x00");
        put(&test, "5.mx", b"Content-Type: message/rfc822\r\n\r\n".repeat(8_000).as_slice());
        put(&test, "6.mx", b"Subject: Afwezig\r\n\r\nTot maandag.\r\n");
        let done = read(&test.app).await;
        assert_eq!((done.looked_at, done.made, done.failed), (6, 0, 6));
        assert_eq!(put_away(&test), (0, 6, 0));
        assert_eq!(of(&test, DeliveryChannel::Email), mail, "nothing of it touched a message");
    }

    async fn without_a_folder_nothing_is_read_and_a_missing_one_is_empty(db: TestDb) {
        let test = TestApp::on(db).await;
        assert_eq!(read(&test.app).await, RunReport::default());
        let app = with_bounces(&test.app, test.folder().join("nowhere"));
        assert_eq!(read(&app).await, RunReport::default());
    }

    async fn a_report_that_was_made_in_the_meantime_needs_no_letter(db: TestDb) {
        use zedenregister::register::notify::notify;
        use zedenregister::vocabulary::Channel;
        let test = reading(db).await;
        let (registration, actor) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(2);
        remind(&test.app).await;
        deliver(&test.app, Script::default()).await;
        let id = of(&test, DeliveryChannel::Email).message_id;
        let given = crate::support::reports::initial();
        notify(&test.app, &test.ctx(&actor), registration, given, Channel::Api).await.expect("accepted");
        assert!(duty_of(&test.app, registration, DutyKind::Initial).met_by.is_some());
        put(&test, "1.mx", report(&id, "failed", "5.1.1").as_bytes());
        assert_eq!(read(&test.app).await.made, 1);
        assert_eq!(all_messages(&test.db).len(), 1);
    }
}
