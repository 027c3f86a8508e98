//! An authority learns of a referral by a message that tells nothing, and the referral says truthfully what became of it.

use std::iter;

use zedenregister::notify::Outcome;
use zedenregister::notify::neutral::telling_word;
use zedenregister::notify::reminder::reference;
use zedenregister::register::review::{self, FlagStory};
use zedenregister::vocabulary::{FlagState, OutboxState};

use super::audited;
use super::relay::{Script, deliver, smtp};
use crate::review::terms::pass;
use crate::review::{Reviewed, referral};
use crate::support::smtp::SmtpSink;

async fn story(r: &Reviewed) -> FlagStory {
    review::story(&r.test.app, &r.ctx(&r.test.officer), r.flag).await.expect("a story")
}

async fn notices(r: &Reviewed) -> Vec<Option<OutboxState>> {
    story(r).await.referrals.iter().map(|referral| referral.notice.map(|notice| notice.state)).collect()
}

on_both_databases! {
    async fn each_authority_is_told_that_something_waits_and_nothing_more(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        assert_eq!(notices(&r).await, [Some(OutboxState::Pending); 2]);
        pass(&r.test.app).await;
        assert_eq!(r.row().state, FlagState::Decided, "nothing has left yet");
        let sink = SmtpSink::start([]);
        assert_eq!(deliver(&r.test.app, smtp(&sink)).await.made, 2);
        assert_eq!(deliver(&r.test.app, smtp(&sink)).await.looked_at, 0, "once");
        let mut to = sink.recipients();
        to.sort();
        assert_eq!(to, ["RCPT TO:<post@aice.example>", "RCPT TO:<post@om.example>"]);
        let told = story(&r).await.referrals;
        for text in sink.texts() {
            assert_eq!(telling_word(&text), None, "{text}");
            for part in ["Joris", "Proefpersoon", r.registration.as_str(), r.flag.as_str()] {
                assert!(!text.contains(part), "{part} in {text}");
            }
            let known = told.iter().any(|referral| text.contains(&reference(referral.id.as_str())));
            assert!(known && text.contains("https://berichten.example.org"), "{text}");
        }
        assert_eq!(notices(&r).await, [Some(OutboxState::HandedOver); 2]);
        assert!(told.iter().all(|referral| referral.message == OutboxState::Pending), "no system took the event over");
        assert_eq!(audited(&r.test.db, "referral.notice"), 2);
        pass(&r.test.app).await;
        assert_eq!(r.row().state, FlagState::Notified, "both were taken over by the next system");
        r.acknowledge(&r.prosecutor).await.expect("acknowledged");
        assert_eq!(notices(&r).await, [Some(OutboxState::HandedOver); 2], "of its arrival there is no proof");
    }

    async fn a_message_that_was_refused_tells_nobody_anything(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        let refused = || Outcome::Failed { code: "smtp_550".to_owned(), retryable: false };
        let taken = Outcome::HandedOver { code: "smtp_250".to_owned() };
        deliver(&r.test.app, Script::answering(iter::once(refused()).chain([taken]))).await;
        let mut ended = notices(&r).await;
        ended.sort_by_key(|state| state.map(OutboxState::as_str));
        assert_eq!(ended, [Some(OutboxState::Dead), Some(OutboxState::HandedOver)]);
        pass(&r.test.app).await;
        assert_eq!(r.row().state, FlagState::Decided, "one authority does not know");
        r.test.days_pass(6);
        pass(&r.test.app).await;
        let told = story(&r).await;
        assert_eq!(told.escalations.len(), 1, "the term passes and the lead is told");
    }

    async fn who_acknowledged_already_gets_no_message(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        r.acknowledge(&r.prosecutor).await.expect("acknowledged");
        let script = Script::answering([]);
        deliver(&r.test.app, script.clone()).await;
        let to: Vec<String> = script.sent().iter().map(|message| message.to.domain().to_owned()).collect();
        assert_eq!(to, ["aice.example"]);
        let mut ended = notices(&r).await;
        ended.sort_by_key(|state| state.map(OutboxState::as_str));
        assert_eq!(ended, [Some(OutboxState::HandedOver), Some(OutboxState::Superseded)]);
        pass(&r.test.app).await;
        assert_eq!(r.row().state, FlagState::Notified);
    }

    async fn without_a_mailbox_there_is_the_event_alone(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        r.test.db.execute("DELETE FROM outbox WHERE channel = 'email'");
        assert_eq!(notices(&r).await, [None; 2]);
        assert_eq!(deliver(&r.test.app, Script::answering([])).await.looked_at, 0);
        pass(&r.test.app).await;
        assert_eq!(r.row().state, FlagState::Decided);
    }
}
