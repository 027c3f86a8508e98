//! An event reaches whoever it is meant for, signed, once taken never again, and is tried until it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret;
use sha2::Sha256;
use zedenregister::events::signature::fresh_secret;
use zedenregister::events::subscriptions::{SubscriptionChange, WantedState, change, renew_secret};
use zedenregister::vocabulary::{EventKind, OutboxState, SubscriptionState};

use super::{administrator, deliveries, row, send, subscribe};
use crate::review::{Reviewed, referral};
use crate::support::receiver::{Received, Receiver, Reply};

/// Whether one of the signatures was made with `secret`, by the words of the specification.
fn signed(call: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
    mac.update(format!("{}.{}.", call.headers["webhook-id"], call.headers["webhook-timestamp"]).as_bytes());
    mac.update(&call.body);
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    call.headers["webhook-signature"].split(' ').any(|signature| signature == expected)
}

on_both_databases! {
    // ASVS 5.0: 4.1.5, 14.2.3
    async fn a_referral_reaches_its_authority_signed_and_says_nothing_of_the_person(db: TestDb) {
        let r = Reviewed::on(db).await;
        let (om, cjib) = (Receiver::start([]), Receiver::start([]));
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        let to_cjib = subscribe(&r.test, &r.execution, &cjib, &[EventKind::FlagReferred]).await;
        r.decided(referral()).await;
        assert_eq!(send(&r.test.app).await.made, 2);
        for (receiver, secret) in [(&om, &to_om), (&cjib, &to_cjib)] {
            let [call] = receiver.received().try_into().expect("one call");
            assert!(signed(&call, &secret.secret) && !signed(&call, fresh_secret().expose_secret()));
            assert_eq!(call.headers["content-type"], "application/cloudevents+json");
            let event = call.event();
            assert_eq!(event["specversion"], "1.0");
            assert_eq!(event["type"], "nl.zedenregister.flag.referred");
            assert_eq!(event["id"], call.headers["webhook-id"].as_str());
            assert_eq!(event["subject"], r.flag.as_str());
            assert_eq!(event["dataref"], format!("http://127.0.0.1:8000/v1/flags/{}", r.flag));
            let text = event.to_string();
            for part in ["Joris", "Proefpersoon", "Proeflaan", "1975", "laat", "whsec"] {
                assert!(!text.contains(part), "{part} in {text}");
            }
        }
        let told = zedenregister::register::review::story(&r.test.app, &r.ctx(&r.test.officer), r.flag).await;
        let told = told.expect("a story").referrals;
        assert!(told.iter().all(|referral| referral.message == OutboxState::HandedOver), "{told:?}");
        assert_eq!(send(&r.test.app).await.looked_at, 0);
        assert_eq!((om.received().len(), cjib.received().len()), (1, 1));
        assert!(!r.test.db.dump().contains("whsec_"), "secrets are kept encrypted");
    }

    async fn what_fails_is_tried_again_at_its_time_under_the_same_id(db: TestDb) {
        let r = Reviewed::on(db).await;
        let replies = [Reply::Status(500), Reply::HangUp, Reply::Redirect, Reply::Later(429, 600)];
        let om = Receiver::start([]);
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        r.decided(referral()).await;
        let states = [OutboxState::Retrying, OutboxState::Unknown, OutboxState::Retrying, OutboxState::Retrying];
        let codes = ["http_500", "answer_lost", "http_301", "http_429"];
        for ((reply, state), code) in replies.into_iter().zip(states).zip(codes) {
            om.always(Some(reply));
            send(&r.test.app).await;
            let [delivery] = deliveries(&r.test, &to_om).try_into().expect("one");
            assert_eq!((delivery.state, delivery.last_code.as_deref()), (state, Some(code)));
            // Not once before its time, but for the question whether it is there again.
            let before = om.events().len();
            send(&r.test.app).await;
            assert_eq!(om.events().len(), before);
            let wait = delivery.next_try_at.since(r.test.app.clock.now().system);
            assert!(code != "http_429" || wait >= chrono::Duration::seconds(600), "{wait}");
            r.test.app.clock.advance(wait);
        }
        om.always(None);
        send(&r.test.app).await;
        let [delivery] = deliveries(&r.test, &to_om).try_into().expect("one");
        assert_eq!((delivery.state, delivery.attempts), (OutboxState::HandedOver, 5));
        let mut ids: Vec<String> = om.events().iter().map(|call| call.headers["webhook-id"].clone()).collect();
        assert_eq!(ids.len(), 5);
        ids.dedup();
        assert_eq!(ids.len(), 1, "the receiver knows it for one event");
    }

    async fn trying_ends_after_three_days_and_not_before(db: TestDb) {
        let r = Reviewed::on(db).await;
        let om = Receiver::start([]);
        om.always(Some(Reply::Status(503)));
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        r.decided(referral()).await;
        let begun = r.test.app.clock.now().system;
        let mut delivery = None;
        for _ in 0..15 {
            send(&r.test.app).await;
            let found = deliveries(&r.test, &to_om).remove(0);
            if found.state == OutboxState::Dead {
                delivery = Some(found);
                break;
            }
            r.test.app.clock.advance(found.next_try_at.since(r.test.app.clock.now().system));
        }
        let delivery = delivery.expect("given up in the end");
        assert_eq!(delivery.attempts, 10);
        let span = delivery.updated_at.since(begun);
        assert!(span >= chrono::Duration::hours(72) && span < chrono::Duration::hours(100), "{span}");
    }

    async fn as_soon_as_the_receiver_is_there_again_everything_arrives(db: TestDb) {
        let r = Reviewed::on(db).await;
        let om = Receiver::start([]);
        om.always(Some(Reply::Status(500)));
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        r.decided(referral()).await;
        for hours in [1, 6, 12] {
            send(&r.test.app).await;
            r.test.app.clock.advance(chrono::Duration::hours(hours));
        }
        send(&r.test.app).await;
        let waiting = deliveries(&r.test, &to_om).remove(0);
        assert_eq!(waiting.state, OutboxState::Retrying);
        assert!(row(&r.test, &to_om).failing_since.is_some());
        assert!(waiting.next_try_at.since(r.test.app.clock.now().system) > chrono::Duration::hours(2));
        om.always(None);
        r.test.app.clock.advance(chrono::Duration::seconds(35));
        send(&r.test.app).await;
        let arrived = deliveries(&r.test, &to_om).remove(0);
        assert_eq!(arrived.state, OutboxState::HandedOver, "within a minute, not after hours");
        assert_eq!(row(&r.test, &to_om).failing_since, None);
    }

    async fn a_receiver_that_is_gone_is_left_alone_until_somebody_takes_it_up(db: TestDb) {
        let r = Reviewed::on(db).await;
        let om = Receiver::start([Reply::Status(410)]);
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        r.decided(referral()).await;
        send(&r.test.app).await;
        assert_eq!(deliveries(&r.test, &to_om)[0].state, OutboxState::Dead);
        let disabled = row(&r.test, &to_om);
        assert_eq!(disabled.state, SubscriptionState::Disabled);
        r.test.app.clock.advance(chrono::Duration::days(1));
        send(&r.test.app).await;
        assert_eq!(om.received().len(), 1);
        let (admin, active) = (administrator(&r.test).await, SubscriptionChange { state: WantedState::Active });
        let taken_up = change(&r.test.app, &r.test.ctx(&admin), to_om.id, disabled.version, active).await;
        assert_eq!(taken_up.expect("active").state, SubscriptionState::Active);
    }

    // ASVS 5.0: 13.3.4
    async fn while_the_secret_changes_over_both_are_good(db: TestDb) {
        let r = Reviewed::on(db).await;
        let om = Receiver::start([]);
        let first = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        let admin = administrator(&r.test).await;
        let second = renew_secret(&r.test.app, &r.test.ctx(&admin), first.id, 1).await.expect("another secret");
        assert_ne!(first.secret, second.secret);
        r.decided(referral()).await;
        send(&r.test.app).await;
        let [call] = om.received().try_into().expect("one call");
        assert!(signed(&call, &first.secret) && signed(&call, &second.secret));
        r.test.app.clock.advance(chrono::Duration::hours(25));
        let third = renew_secret(&r.test.app, &r.test.ctx(&admin), first.id, 2).await.expect("another secret");
        r.test.db.execute("UPDATE webhook_deliveries SET state = 'pending'");
        send(&r.test.app).await;
        let again = om.received().remove(1);
        assert!(signed(&again, &third.secret) && signed(&again, &second.secret) && !signed(&again, &first.secret));
    }

    async fn two_relays_at_once_send_each_event_once(db: TestDb) {
        let r = Reviewed::on(db).await;
        let om = Receiver::start([]);
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        r.decided(referral()).await;
        let (one, other) = (r.test.app.clone(), r.test.app.clone());
        tokio::join!(send(&one), send(&other));
        assert_eq!(om.events().len(), 1);
        assert_eq!(deliveries(&r.test, &to_om)[0].attempts, 1);
    }

    async fn an_account_that_is_suspended_is_told_nothing(db: TestDb) {
        let r = Reviewed::on(db).await;
        let om = Receiver::start([]);
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        r.test.db.execute(&format!("UPDATE accounts SET state = 'suspended' WHERE id = '{}'", r.prosecutor.account));
        r.decided(referral()).await;
        send(&r.test.app).await;
        assert_eq!((om.received().len(), deliveries(&r.test, &to_om).len()), (0, 0));
    }
}
