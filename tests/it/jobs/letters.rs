//! Who is reached by letter is reminded so early that it arrives; where an e-mail does not arrive a letter takes its place,
//! once, and only while it can still be read in time.

use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use rand::SeedableRng;
use rand::rngs::StdRng;
use scheduler::RunReport;
use zedenregister::app::App;
use zedenregister::ids::RegistrationId;
use zedenregister::jobs::relay::Relay;
use zedenregister::jobs::sweep::Pass;
use zedenregister::notify::letter::ReturnAddress;
use zedenregister::notify::neutral::telling_word;
use zedenregister::notify::reminder::Wording;
use zedenregister::notify::{LetterSettings, Outcome};
use zedenregister::register::address::Address;
use zedenregister::register::enrol::ContactDetails;
use zedenregister::register::notify::notify;
use zedenregister::register::{Refusal, contact, view};
use zedenregister::store::outbox::outbox_count_dead;
use zedenregister::store::rows::OutboxRow;
use zedenregister::vocabulary::{
    Channel, DeliveryChannel, DutyKind, Language, OutboxState, Regime, ReminderChannel, ReminderWindow,
};

use super::relay::Script;
use super::{all_flags, all_messages, all_reminders, audited, duty_of, now, on_a_thread, remind, sweep};
use crate::support::TestDb;
use crate::support::app::{TestApp, address, person};
use crate::support::reports::initial;

/// A system that writes letters into a folder.
async fn posting(db: TestDb, more: &str) -> TestApp {
    let more = more.to_owned();
    TestApp::with(db, move |folder| {
        format!("[letters]\ntransport = \"files\"\nfolder = \"{}\"\n{more}", folder.join("letters").display())
    })
    .await
}

pub(super) async fn deliver(app: &App, script: Script) -> RunReport {
    let wording = Wording::new("https://berichten.example.org", "").expect("neutral");
    let post = LetterSettings::from(&app.config.letters).open(&app.clock).expect("a folder");
    let relay = Relay::new(app.clone(), Box::new(script), wording).posting(post, ReturnAddress::default());
    let app = app.clone();
    on_a_thread(move || relay.run(&now(&app), &mut StdRng::seed_from_u64(1))).await.expect("a report")
}

fn refusing() -> Script {
    Script::answering([Outcome::Failed { code: "smtp_550".to_owned(), retryable: false }])
}

pub(super) fn dead(test: &TestApp) -> i64 {
    test.app.store.read_blocking(outbox_count_dead).expect("a count")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let found = std::fs::read_dir(folder.join("letters")).expect("a folder");
    found.map(|file| file.expect("a file").path()).collect()
}

/// The words of a letter, each apart by one space.
fn words(file: &Path) -> String {
    let document = lopdf::Document::load(file).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    assert!(catalog.get(b"StructTreeRoot").is_ok(), "a tagged one");
    let text = document.extract_text(&[1]).expect("text");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Somebody who reported once and is reached in this way, with the day on which they must report again.
pub(super) async fn reported(test: &TestApp, contact: ContactDetails) -> (RegistrationId, NaiveDate) {
    let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
    let mut known = person(None);
    known.contact = contact;
    enrolment.person = Some(known);
    let (registration, actor) = test.registrant(enrolment).await;
    notify(&test.app, &test.ctx(&actor), registration, initial(), Channel::Api).await.expect("accepted");
    let due = duty_of(&test.app, registration, DutyKind::Periodic).due_on.expect("a date");
    (registration, due)
}

pub(super) fn contact() -> ContactDetails {
    person(None).contact
}

pub(super) fn by_letter() -> ContactDetails {
    ContactDetails { preferred_channel: Some(ReminderChannel::Letter), ..contact() }
}

pub(super) fn on_days_before(test: &TestApp, due: NaiveDate, days: u64) {
    test.app.clock.set_legal_day(due - Days::new(days), Regime::NlPilot.zone());
}

pub(super) fn of(test: &TestApp, channel: DeliveryChannel) -> OutboxRow {
    let found: Vec<OutboxRow> =
        all_messages(&test.db).into_iter().filter(|message| message.channel == channel).collect();
    let [message] = found.try_into().expect("one message of this channel");
    message
}

on_both_databases! {
    // ASVS 5.0: 14.2.3
    async fn who_prefers_letters_gets_one_early_enough_and_it_tells_a_stranger_nothing(db: TestDb) {
        let test = posting(db, "").await;
        let (_, due) = reported(&test, by_letter()).await;
        on_days_before(&test, due, 18);
        assert_eq!(remind(&test.app).await.made, 0);
        on_days_before(&test, due, 17);
        assert_eq!(remind(&test.app).await.made, 1, "two weeks ahead, and three days on its way");
        assert_eq!(remind(&test.app).await.made, 0);
        let script = Script::default();
        assert_eq!(deliver(&test.app, script.clone()).await.made, 1);
        assert_eq!(script.sent().len(), 0, "no e-mail goes out beside it");
        let message = of(&test, DeliveryChannel::Letter);
        assert_eq!((message.state, message.last_code.as_deref()), (OutboxState::HandedOver, Some("file_written")));
        assert_eq!((message.delivered_at, message.purpose_ends_on), (None, Some(due - Days::new(4))));
        let [file] = files(test.folder()).try_into().expect("one letter, and nothing beside it");
        assert_eq!(file.file_name().and_then(|name| name.to_str()), Some(format!("{}.pdf", message.id).as_str()));
        let said = words(&file);
        assert_eq!(telling_word(&said), None, "{said}");
        for part in ["Joris van Proefpersoon", "Proeflaan 1", "9999 XZ PROEFSTAD", "Herinnering", "https://berichten.example.org"] {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert_eq!(audited(&test.db, "reminder.send"), 1);
        on_days_before(&test, due, 3);
        assert_eq!(remind(&test.app).await.made, 1, "the one for the last day leaves three days before");
    }

    async fn an_email_that_is_refused_for_good_is_followed_by_a_letter_once(db: TestDb) {
        let test = posting(db, "").await;
        let (registration, due) = reported(&test, contact()).await;
        on_days_before(&test, due, 14);
        assert_eq!(remind(&test.app).await.made, 1);
        let report = deliver(&test.app, refusing()).await;
        assert_eq!((report.failed, report.made), (1, 1), "given up, and the letter in its place written at once");
        let (mail, letter) = (of(&test, DeliveryChannel::Email), of(&test, DeliveryChannel::Letter));
        assert_eq!((mail.state, letter.state), (OutboxState::Dead, OutboxState::HandedOver));
        let kept = all_reminders(&test.db);
        assert_eq!(kept.len(), 2);
        assert!(kept.iter().all(|one| (one.due_on, one.reminder_window) == (due, ReminderWindow::Before)));
        assert_eq!(dead(&test), 0, "what a letter took the place of does not alarm");
        assert_eq!(audited(&test.db, "reminder.plan"), 2);
        test.db.execute(&format!("UPDATE outbox SET state = 'pending' WHERE id = '{}'", mail.id));
        test.app.clock.advance(chrono::Duration::seconds(10));
        assert_eq!(deliver(&test.app, refusing()).await.failed, 1);
        assert_eq!((all_messages(&test.db).len(), files(test.folder()).len()), (2, 1), "sent again by hand: no second letter");
        assert_eq!(remind(&test.app).await.made, 0);
        // The flag cites both, each as far as it came.
        test.app.clock.set_legal_day(due + Days::new(20), Regime::NlPilot.zone());
        sweep(&test.app, Pass::Full).await;
        let flags = all_flags(&test.db);
        let flag = flags.iter().find(|flag| flag.registration_id == registration).expect("a flag");
        let cited = view::flag(&test.app, &test.ctx(&test.officer), flag.id).await.expect("a flag").reminders;
        let cited: Vec<_> = cited.iter().map(|one| (one.channel, one.state, one.delivered_at)).collect();
        assert!(cited.contains(&(DeliveryChannel::Letter, OutboxState::HandedOver, None)), "{cited:?}");
        assert!(cited.contains(&(DeliveryChannel::Email, OutboxState::Dead, None)), "{cited:?}");
    }

    async fn a_letter_that_would_come_too_late_is_not_sent(db: TestDb) {
        let test = posting(db, "").await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        test.days_pass(2);
        assert_eq!(remind(&test.app).await.made, 1);
        deliver(&test.app, refusing()).await;
        assert_eq!(of(&test, DeliveryChannel::Email).state, OutboxState::Dead);
        assert_eq!((all_messages(&test.db).len(), dead(&test)), (1, 1), "due tomorrow: the officer is told instead");
    }

    async fn without_a_way_out_for_letters_none_takes_the_place_of_an_email(db: TestDb) {
        let test = TestApp::on(db).await;
        let (_, due) = reported(&test, contact()).await;
        on_days_before(&test, due, 14);
        remind(&test.app).await;
        deliver(&test.app, refusing()).await;
        assert_eq!((all_messages(&test.db).len(), dead(&test)), (1, 1));
    }

    async fn a_letter_to_nowhere_is_given_up_and_stays_visible(db: TestDb) {
        let test = posting(db, "[policy.reminders]\nletter_days = 1\n").await;
        let mut enrolment = test.enrolment(Regime::NlPilot, "2026-01-12");
        let mut known = person(None);
        known.contact.email = None;
        enrolment.person = Some(known.clone());
        let (registration, actor) = test.registrant(enrolment).await;
        test.days_pass(1);
        assert_eq!(remind(&test.app).await.made, 1, "due in two days");
        deliver(&test.app, Script::default()).await;
        let letter = of(&test, DeliveryChannel::Letter);
        assert_eq!((letter.state, letter.last_code.as_deref()), (OutboxState::Dead, Some("no_address")));
        assert_eq!((letter.attempts, dead(&test)), (0, 1), "nothing was tried, and somebody is told");
        // A postal address, such as that of a letter box at the municipality, is where letters go from then on.
        let details = ContactDetails { postal_address: Some(address(77)), ..known.contact };
        contact::change(&test.app, &test.ctx(&actor), registration, details).await.expect("changed");
        test.days_pass(1);
        assert_eq!(remind(&test.app).await.made, 1);
        deliver(&test.app, Script::default()).await;
        let [file] = files(test.folder()).try_into().expect("one letter");
        assert!(words(&file).contains("Proeflaan 77"));
    }

    async fn a_preference_must_be_one_that_can_be_kept(db: TestDb) {
        let test = posting(db, "").await;
        let (registration, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let officer = test.ctx(&test.officer);
        let nowhere = Address::NoFixedAbode {
            usual_place: "Nachtopvang, Proefplein".to_owned(),
            municipality: "Proefstad".to_owned(),
        };
        let wrong = ContactDetails {
            email: None,
            phone: None,
            language: Language::Nl,
            preferred_channel: Some(ReminderChannel::Email),
            postal_address: Some(nowhere),
        };
        let refused = contact::change(&test.app, &officer, registration, wrong).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        let faults: Vec<_> = faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect();
        assert_eq!(faults, [("/preferredChannel", "needs_email"), ("/postalAddress", "not_a_postal_address")]);
        contact::change(&test.app, &officer, registration, by_letter()).await.expect("changed");
        let seen = view::registration(&test.app, &officer, registration).await.expect("a registration");
        assert_eq!(seen.contact.preferred_channel, Some(ReminderChannel::Letter));
    }
}
