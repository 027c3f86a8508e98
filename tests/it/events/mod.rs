//! Events for other systems: their order, who gets which, how they arrive, and what becomes of those that do not.

mod dead_letters;
mod feed;
mod recall;
mod safety;
mod sample_receiver;
mod subscriptions;
mod webhooks;

use scheduler::{RunContext, RunReport};
use zedenregister::access::Actor;
use zedenregister::app::App;
use zedenregister::events::subscriptions::{NewSubscription, SubscriptionSecret, create};
use zedenregister::jobs::{sequencer, webhooks as webhooks_job};
use zedenregister::store::StoreError;
use zedenregister::store::webhooks::{DeliveryRow, SubscriptionRow, delivery_page, subscription_find};
use zedenregister::vocabulary::{EventKind, Role};

use crate::review::authority;
use crate::support::app::TestApp;
use crate::support::receiver::Receiver;

fn now(app: &App) -> RunContext {
    let now = app.clock.now();
    RunContext::new(now.legal.utc(), now.legal.utc(), 1)
}

/// Gives waiting events their place.
async fn sequence(app: &App) -> RunReport {
    let app = app.clone();
    tokio::task::spawn_blocking(move || sequencer::run(&app, &now(&app)).expect("a report")).await.expect("no panic")
}

/// Gives waiting events their place, and sends them.
async fn send(app: &App) -> RunReport {
    sequence(app).await;
    let app = app.clone();
    tokio::task::spawn_blocking(move || webhooks_job::run(&app, &now(&app)).expect("a report")).await.expect("no panic")
}

/// An administrator.
async fn administrator(test: &TestApp) -> Actor {
    authority(test, Role::AdminTech, "beheer").await
}

/// Subscribes `receiver` for the account of `subscriber`.
async fn subscribe(test: &TestApp, subscriber: &Actor, receiver: &Receiver, kinds: &[EventKind]) -> SubscriptionSecret {
    let new = NewSubscription { account_id: subscriber.account, url: receiver.url(), kinds: kinds.to_vec() };
    let admin = administrator(test).await;
    create(&test.app, &test.ctx(&admin), new).await.expect("a subscription")
}

/// Everything on its way to a subscription, the oldest first.
fn deliveries(test: &TestApp, of: &SubscriptionSecret) -> Vec<DeliveryRow> {
    let id = of.id;
    let found = test.app.store.read_blocking(|conn| delivery_page(conn, id, None, 1_000));
    let mut rows = found.map_err(|e: StoreError| e).expect("rows");
    rows.reverse();
    rows
}

fn row(test: &TestApp, of: &SubscriptionSecret) -> SubscriptionRow {
    let id = of.id;
    let found = test.app.store.read_blocking(|conn| subscription_find(conn, id));
    found.map_err(|e: StoreError| e).expect("an answer").expect("a row")
}
