//! Subscriptions: what is refused, and what pausing and ending do.

use zedenregister::events::subscriptions::{
    NewSubscription, SubscriptionChange, WantedState, change, create, deliveries as list_deliveries, end, list,
};
use zedenregister::register::Refusal;
use zedenregister::vocabulary::{EventKind, OutboxState};

use super::{administrator, deliveries, send, subscribe};
use crate::review::{Reviewed, code, referral};
use crate::support::receiver::Receiver;

/// The faults of a refusal, as `pointer code`.
fn faults<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> Vec<String> {
    match refused.expect_err("a refusal") {
        Refusal::Invalid(faults) => faults.iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect(),
        other => panic!("{other:?}"),
    }
}

on_both_databases! {
    // ASVS 5.0: 1.3.6
    async fn what_cannot_be_sent_to_is_refused_at_once(db: TestDb) {
        let r = Reviewed::on(db).await;
        let admin = administrator(&r.test).await;
        let attempt = async |url: &str, kinds: &[EventKind]| {
            let new = NewSubscription { account_id: r.prosecutor.account, url: url.to_owned(), kinds: kinds.to_vec() };
            create(&r.test.app, &r.test.ctx(&admin), new).await
        };
        let referred = [EventKind::FlagReferred];
        for (url, fault) in [
            ("https://10.0.0.1/x", "/url address_not_allowed"),
            ("https://[::1]/x", "/url address_not_allowed"),
            ("https://169.254.169.254/latest", "/url address_not_allowed"),
            ("ftp://ontvanger.example.nl/", "/url not_https"),
            ("https://wie:geheim@ontvanger.example.nl/", "/url not_a_url"),
            ("geen adres", "/url not_a_url"),
        ] {
            assert_eq!(faults(attempt(url, &referred).await), [fault], "{url}");
        }
        let beyond = attempt("https://ontvanger.example.nl/", &[EventKind::FlagReferred, EventKind::FlagRaised]).await;
        assert_eq!(faults(beyond), ["/kinds/1 not_for_this_role"]);
        let ctx = r.test.ctx(&r.prosecutor);
        let own = NewSubscription {
            account_id: r.prosecutor.account,
            url: "https://ontvanger.example.nl/".to_owned(),
            kinds: referred.to_vec(),
        };
        assert_eq!(code(create(&r.test.app, &ctx, own).await), "forbidden");
    }

    async fn what_happens_in_a_pause_waits_and_what_waits_at_the_end_is_not_sent(db: TestDb) {
        let r = Reviewed::on(db).await;
        let (om, cjib) = (Receiver::start([]), Receiver::start([]));
        let to_om = subscribe(&r.test, &r.prosecutor, &om, &[EventKind::FlagReferred]).await;
        let to_cjib = subscribe(&r.test, &r.execution, &cjib, &[EventKind::FlagReferred]).await;
        let admin = administrator(&r.test).await;
        let ctx = r.test.ctx(&admin);
        let to = |state| SubscriptionChange { state };
        for id in [to_om.id, to_cjib.id] {
            change(&r.test.app, &ctx, id, 1, to(WantedState::Paused)).await.expect("paused");
        }
        r.decided(referral()).await;
        send(&r.test.app).await;
        assert_eq!((om.received().len(), cjib.received().len()), (0, 0));
        assert_eq!(code(change(&r.test.app, &ctx, to_om.id, 1, to(WantedState::Active)).await), "version_moved");
        change(&r.test.app, &ctx, to_om.id, 2, to(WantedState::Active)).await.expect("active");
        end(&r.test.app, &ctx, to_cjib.id, 2).await.expect("ended");
        send(&r.test.app).await;
        assert_eq!((om.received().len(), cjib.received().len()), (1, 0));
        assert_eq!(deliveries(&r.test, &to_cjib)[0].state, OutboxState::Superseded);
        let left = list(&r.test.app, &ctx, None, 10).await.expect("a page");
        assert_eq!(left.items.iter().map(|row| row.id).collect::<Vec<_>>(), [to_om.id]);
        let told = list_deliveries(&r.test.app, &ctx, to_om.id, None, 10).await.expect("a page").items;
        assert_eq!((told.len(), told[0].state, told[0].event.as_str()), (1, OutboxState::HandedOver, "flag.referred"));
        assert!(told[0].handed_over_at.is_some());
    }
}
