//! Events for other systems: the feed, subscriptions, and messages that were given up.

use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::examples::OFFICER;
use super::paths::entries;
use crate::api::tags::EVENTS;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::events::dead_letters::{self, DeadLetter, DeadLetterPage};
use crate::events::feed::{self, EventPage};
use crate::events::subscriptions::{
    self, DeliveryPage, NewSubscription, Subscription, SubscriptionChange, SubscriptionPage, SubscriptionSecret,
};
use crate::ids::{DeadLetterId, WebhookDeliveryId, WebhookSubscriptionId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/events", "readEvents", "Read events in their order")
            .tag(EVENTS)
            .about(
                "Begin with `after=0` and read on after `next`. Every event has one place, given after the change it tells of \
                 was kept: whoever reads on from a place misses none. Only events that your role may know of are in it.",
            )
            .answers(read),
        Operation::post("/webhook-subscriptions", "createSubscription", "Subscribe a system to events")
            .tag(EVENTS)
            .about("The secret is shown once. What the system gets is bounded by the role and team of the account.")
            .creates(create)
            .example(
                "referrals",
                json!({
                    "accountId": OFFICER, "url": "https://ontvanger.example.nl/gebeurtenissen",
                    "kinds": ["flag.referred", "travel.notified", "travel.changed", "travel.withdrawn"],
                }),
            ),
        Operation::get("/webhook-subscriptions", "listSubscriptions", "List subscriptions").tag(EVENTS).answers(list),
        Operation::put("/webhook-subscriptions/{subscriptionId}", "changeSubscription", "Pause a subscription, or go on")
            .tag(EVENTS)
            .about("What happens while it is paused waits, and is sent when it is active again.")
            .changes(change)
            .example("paused", json!({ "state": "paused" })),
        Operation::delete("/webhook-subscriptions/{subscriptionId}", "endSubscription", "End a subscription")
            .tag(EVENTS)
            .about("What waits for it is not sent.")
            .changes(end),
        Operation::post(
            "/webhook-subscriptions/{subscriptionId}/secrets",
            "renewSubscriptionSecret",
            "Renew the secret of a subscription",
        )
        .tag(EVENTS)
        .about("The new secret is shown once. For a day every event carries a signature with each of the two.")
        .changes(renew_secret),
        Operation::get(
            "/webhook-subscriptions/{subscriptionId}/deliveries",
            "listDeliveries",
            "List what became of the events for a subscriber",
        )
        .tag(EVENTS)
        .answers(deliveries),
        Operation::get("/dead-letters", "listDeadLetters", "List messages that were given up").tag(EVENTS).answers(dead),
        Operation::post("/dead-letters/{deadLetterId}/resends", "resendDeadLetter", "Have a message sent again")
            .tag(EVENTS)
            .answers(resend),
    ]
}

/// From where on to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct EventsAfter {
    /// `next` of the part before; 0 when absent.
    #[serde(default)]
    #[param(minimum = 0)]
    after: Option<i64>,
    /// Events at most; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// One subscription.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneSubscription {
    /// The subscription.
    #[param(inline)]
    subscription_id: WebhookSubscriptionId,
}

/// One message that was given up.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneDeadLetter {
    /// The message.
    #[param(inline)]
    dead_letter_id: DeadLetterId,
}

macro_rules! pages {
    ($($(#[$meta:meta])* $name:ident($id:ty),)+) => { $(
        $(#[$meta])*
        #[derive(Debug, Deserialize, IntoParams)]
        #[serde(rename_all = "camelCase")]
        #[into_params(rename_all = "camelCase")]
        struct $name {
            /// `next` of the page before.
            #[serde(default)]
            #[param(inline)]
            after: Option<$id>,
            /// Entries on a page; 50 when absent.
            #[serde(default)]
            #[param(minimum = 1, maximum = 100)]
            limit: Option<i64>,
        }
    )+ };
}

pages! {
    /// A page of subscriptions.
    SubscriptionsAfter(WebhookSubscriptionId),
    /// A page of deliveries.
    DeliveriesAfter(WebhookDeliveryId),
    /// A page of messages that were given up.
    DeadLettersAfter(DeadLetterId),
}

async fn read(call: Call<Empty, EventsAfter>) -> Done<EventPage> {
    let after = call.query.after.unwrap_or_default();
    Ok(Answer::new(feed::read(&call.app, &call.ctx, after, entries(call.query.limit)).await?))
}

async fn create(call: Call<Empty, Empty, NewSubscription>) -> Done<SubscriptionSecret> {
    let made = subscriptions::create(&call.app, &call.ctx, call.body).await?;
    let (place, version) = (format!("/webhook-subscriptions/{}", made.id), made.version);
    Ok(Answer::new(made).version(version).at(place))
}

async fn list(call: Call<Empty, SubscriptionsAfter>) -> Done<SubscriptionPage> {
    let page = subscriptions::list(&call.app, &call.ctx, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn change(call: Call<OneSubscription, Empty, SubscriptionChange>) -> Done<Subscription> {
    let version = call.if_match.unwrap_or_default();
    let changed = subscriptions::change(&call.app, &call.ctx, call.path.subscription_id, version, call.body).await?;
    let version = changed.version;
    Ok(Answer::new(changed).version(version))
}

async fn end(call: Call<OneSubscription>) -> Done<Empty> {
    let version = call.if_match.unwrap_or_default();
    subscriptions::end(&call.app, &call.ctx, call.path.subscription_id, version).await?;
    Ok(Answer::new(Empty {}))
}

async fn renew_secret(call: Call<OneSubscription>) -> Done<SubscriptionSecret> {
    let version = call.if_match.unwrap_or_default();
    let renewed = subscriptions::renew_secret(&call.app, &call.ctx, call.path.subscription_id, version).await?;
    let version = renewed.version;
    Ok(Answer::new(renewed).version(version))
}

async fn deliveries(call: Call<OneSubscription, DeliveriesAfter>) -> Done<DeliveryPage> {
    let (of, before) = (call.path.subscription_id, call.query.after);
    let page = subscriptions::deliveries(&call.app, &call.ctx, of, before, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn dead(call: Call<Empty, DeadLettersAfter>) -> Done<DeadLetterPage> {
    let page = dead_letters::list(&call.app, &call.ctx, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn resend(call: Call<OneDeadLetter>) -> Done<DeadLetter> {
    Ok(Answer::new(dead_letters::resend(&call.app, &call.ctx, call.path.dead_letter_id).await?))
}
