//! What was given up stays, alarms, and is sent again by somebody who may.

use zedenregister::events::dead_letters::{list, resend};
use zedenregister::vocabulary::{DeliveryChannel, EventKind, OutboxState, Role};

use super::{administrator, deliveries, send, subscribe};
use crate::review::{Reviewed, authority, code, referral};
use crate::support::receiver::{Receiver, Reply};

on_both_databases! {
    async fn an_event_that_was_given_up_is_seen_and_sent_again(db: TestDb) {
        let r = Reviewed::on(db).await;
        let om = Receiver::start([]);
        om.always(Some(Reply::Status(500)));
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        r.decided(referral()).await;
        for _ in 0..12 {
            send(&r.test.app).await;
            r.test.app.clock.advance(chrono::Duration::hours(30));
        }
        let ctx = r.test.ctx(&administrator(&r.test).await);
        let found = list(&r.test.app, &ctx, None, 10).await.expect("a page");
        let [letter] = found.items.try_into().expect("one");
        assert_eq!((letter.channel, letter.state), (DeliveryChannel::Webhook, OutboxState::Dead));
        assert_eq!((letter.subscription_id, letter.last_code.as_deref()), (Some(to_om.id), Some("http_500")));

        let officer = r.test.ctx(&r.test.officer);
        assert_eq!(code(resend(&r.test.app, &officer, letter.id).await), "forbidden");
        let auditor = r.test.ctx(&authority(&r.test, Role::ApAuditor, "ap").await);
        assert_eq!(list(&r.test.app, &auditor, None, 10).await.expect("a page").items.len(), 1);
        assert_eq!(code(resend(&r.test.app, &auditor, letter.id).await), "forbidden");

        om.always(None);
        let again = resend(&r.test.app, &ctx, letter.id).await.expect("sent again");
        assert_eq!(again.state, OutboxState::Pending);
        assert_eq!(code(resend(&r.test.app, &ctx, letter.id).await), "not_given_up");
        send(&r.test.app).await;
        assert_eq!(deliveries(&r.test, &to_om)[0].state, OutboxState::HandedOver);
        assert_eq!(list(&r.test.app, &ctx, None, 10).await.expect("a page").items.len(), 0);
    }

    async fn a_message_to_a_person_is_sent_again_as_well(db: TestDb) {
        let r = Reviewed::on(db).await;
        r.decided(referral()).await;
        r.test.db.execute("UPDATE outbox SET state = 'dead', last_code = 'smtp_550' WHERE channel = 'email'");
        let ctx = r.test.ctx(&administrator(&r.test).await);
        let first = list(&r.test.app, &ctx, None, 1).await.expect("a page");
        let rest = list(&r.test.app, &ctx, first.next, 10).await.expect("a page");
        assert_eq!((first.items.len(), rest.items.len(), rest.next), (1, 1, None));
        let text = serde_json::to_string(&first).expect("JSON");
        assert!(!text.contains("@") && !text.contains(r.registration.as_str()), "{text}");
        resend(&r.test.app, &ctx, rest.items[0].id).await.expect("sent again");
        assert_eq!(list(&r.test.app, &ctx, None, 10).await.expect("a page").items.len(), 1);
        assert_eq!(code(resend(&r.test.app, &ctx, r.flag.as_str().parse().expect("an id")).await), "not_found");
    }
}
