//! Which systems are told of what. An administrator sets a subscription up for the account of an authority; what it gets
//! is bounded by the role and team of that account at the moment of each event.

use chrono::Duration;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use ureq::http::Uri;
use utoipa::ToSchema;

use super::address::may_call;
use super::signature::fresh_secret;
use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::config::Webhooks;
use crate::ids::{AccountId, OutboxId, WebhookDeliveryId, WebhookSubscriptionId};
use crate::register::{FieldError, Refusal, unit};
use crate::store::accounts::account_find;
use crate::store::events::event_head;
use crate::store::outbox::outbox_find_many;
use crate::store::webhooks::{
    DeliveriesSuperseded, DeliveryRow, SubscriptionReplaced, SubscriptionRow, delivery_page, subscription_find,
    subscription_page,
};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{AccountState, EventKind, OutboxState, SubscriptionState};

/// Hours for which the secret before the present one signs beside it.
const BOTH_SIGN_HOURS: i64 = 24;

const TABLE: &str = "webhook_subscriptions";

/// A system that is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSubscription {
    /// The account whose rights bound what it gets: of an authority, or of the lead of a team.
    pub account_id: AccountId,
    /// Where events are sent: an address on the internet, over https.
    #[schema(min_length = 10, max_length = 500, example = "https://ontvanger.example.nl/gebeurtenissen")]
    pub url: String,
    /// What it is told of.
    #[schema(min_items = 1, max_items = 20)]
    pub kinds: Vec<EventKind>,
}

/// A subscription that was made or whose secret was renewed. The secret is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionSecret {
    /// The subscription.
    pub id: WebhookSubscriptionId,
    /// What it signs with.
    pub secret: String,
    /// The place in the order of events from which on it is told. What came before can be read from the feed.
    pub after: i64,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// The subscription.
    pub id: WebhookSubscriptionId,
    /// The account whose rights bound it.
    pub account_id: AccountId,
    /// Where events are sent.
    pub url: String,
    /// What it is told of.
    pub kinds: Vec<EventKind>,
    /// Where it is in its life.
    pub state: SubscriptionState,
    /// Until when the secret before the present one signs as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub both_secrets_until: Option<UtcTime>,
    /// Since when nothing arrives there; absent while all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<UtcTime>,
    /// When it was made.
    pub created_at: UtcTime,
    /// The version, for `If-Match`.
    pub version: i64,
}

/// A page of subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionPage {
    /// The subscriptions.
    pub items: Vec<Subscription>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<WebhookSubscriptionId>,
}

/// What changes in a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubscriptionChange {
    /// Whether events are sent.
    pub state: WantedState,
}

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WantedState {
    /// Events are sent.
    Active,
    /// Events wait.
    Paused,
}

/// An event on its way to a subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// The delivery.
    pub id: WebhookDeliveryId,
    /// The event, as its envelope names it.
    pub event_id: OutboxId,
    /// What it tells of.
    pub event: String,
    /// Where it is.
    pub state: OutboxState,
    /// Attempts made.
    pub attempts: i64,
    /// How the last one ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_code: Option<String>,
    /// When it is tried again, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<UtcTime>,
    /// When the receiver took it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over_at: Option<UtcTime>,
    /// When it was made.
    pub created_at: UtcTime,
}

/// A page of deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryPage {
    /// The newest first.
    pub items: Vec<Delivery>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<WebhookDeliveryId>,
}

impl Subscription {
    fn of(row: &SubscriptionRow, now: UtcTime) -> Self {
        Self {
            id: row.id,
            account_id: row.account_id,
            url: row.url.clone(),
            kinds: row.kinds.split(' ').filter_map(|kind| kind.parse().ok()).collect(),
            state: row.state,
            both_secrets_until: row.previous_until.filter(|until| *until > now),
            failing_since: row.failing_since,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// Subscribes a system to events.
///
/// # Errors
/// Every invalid field.
pub async fn create(app: &App, ctx: &Ctx, new: NewSubscription) -> Result<SubscriptionSecret, Refusal> {
    let id = WebhookSubscriptionId::fresh();
    let deed = Deed::of(Action::WebhookManage, ObjectRef::webhook_subscription(id));
    let allowed = decide_without_subject(&ctx.actor, Action::WebhookManage, ctx.purpose).allowed();
    let sound = || Refusal::unless_empty(url_faults(&new.url, &app.config.webhooks));
    if let Err(refusal) = allowed.and_then(|_| sound()) {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let vault = app.vault.clone();
    let strongbox = in_background(move || vault.create_for(id.as_str())).await?;
    let secret = fresh_secret();
    let secret_enc = strongbox.seal(TABLE, "secret_enc", id.as_str(), secret.expose_secret())?;
    let (by, now) = (ctx.actor.account, ctx.now.system);
    unit::write(app, ctx, Scope::Append, deed, Some(strongbox), move |conn| {
        let kinds = known_kinds(conn, &new)?;
        let after = event_head(conn)?;
        let row = SubscriptionRow {
            id,
            account_id: new.account_id,
            url: new.url.clone(),
            kinds,
            state: SubscriptionState::Active,
            secret_enc: secret_enc.clone(),
            previous_secret_enc: None,
            previous_until: None,
            failing_since: None,
            next_ping_at: None,
            created_by: by,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let writes = WriteSet { webhook_subscriptions: vec![row], ..WriteSet::default() };
        let secret = secret.expose_secret().to_owned();
        Ok(Decided::new(writes, SubscriptionSecret { id, secret, after, version: 1 }))
    })
    .await
}

/// What is wrong with an address, as far as it shows without asking anybody.
fn url_faults(url: &str, settings: &Webhooks) -> Vec<FieldError> {
    let fault = |code, detail| vec![FieldError::new("/url", code, detail)];
    let Ok(uri) = url.parse::<Uri>() else { return fault("not_a_url", "This is not a URL.") };
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else {
        return fault("not_a_url", "Write a URL with a host.");
    };
    let encrypted = uri.scheme_str() == Some("https");
    if !encrypted && (uri.scheme_str() != Some("http") || settings.networks.is_empty()) {
        return fault("not_https", "Events are sent over https alone.");
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) || url.contains('#') {
        return fault("not_a_url", "Write a URL without a user name and without a fragment.");
    }
    let literal = host.trim_matches(['[', ']']).parse().ok();
    if literal.is_some_and(|address| !may_call(address, encrypted, &settings.networks)) {
        return fault("address_not_allowed", "This address is not one of the internet.");
    }
    Vec::new()
}

/// The kinds asked for, as they are stored, when the account may know of each.
fn known_kinds(conn: &mut Conn, new: &NewSubscription) -> Result<String, Refusal> {
    let account = account_find(conn, new.account_id)?.filter(|row| row.state == AccountState::Active);
    let account = account
        .ok_or_else(|| Refusal::field("/accountId", "no_such_account", "There is no such account that is in use."))?;
    let allowed = EventKind::of(account.role);
    let beyond = new.kinds.iter().enumerate().filter(|(_, kind)| !allowed.contains(kind)).map(|(at, _)| {
        FieldError::new(format!("/kinds/{at}"), "not_for_this_role", "The role of the account may not know of this.")
    });
    Refusal::unless_empty(beyond.collect())?;
    let kinds: Vec<&str> = allowed.iter().filter(|kind| new.kinds.contains(kind)).map(|kind| kind.as_str()).collect();
    Ok(kinds.join(" "))
}

/// Lists subscriptions.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(
    app: &App,
    ctx: &Ctx,
    after: Option<WebhookSubscriptionId>,
    limit: i64,
) -> Result<SubscriptionPage, Refusal> {
    let deed = Deed::of(Action::WebhookRead, ObjectRef::none());
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        decide_without_subject(&reader.actor, Action::WebhookRead, reader.purpose).allowed()?;
        let mut rows = subscription_page(conn, after, limit + 1)?;
        let size = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(|row| row.id) } else { None };
        let now = reader.now.system;
        Ok(SubscriptionPage { items: rows.iter().map(|row| Subscription::of(row, now)).collect(), next })
    })
    .await
}

/// Lists what became of the events for one subscriber.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`].
pub async fn deliveries(
    app: &App,
    ctx: &Ctx,
    id: WebhookSubscriptionId,
    before: Option<WebhookDeliveryId>,
    limit: i64,
) -> Result<DeliveryPage, Refusal> {
    let deed = Deed::of(Action::WebhookRead, ObjectRef::webhook_subscription(id));
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        decide_without_subject(&reader.actor, Action::WebhookRead, reader.purpose).allowed()?;
        subscription_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let mut rows = delivery_page(conn, id, before, limit + 1)?;
        let size = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(|row| row.id) } else { None };
        let of: Vec<OutboxId> = rows.iter().map(|row| row.outbox_id).collect();
        let events = outbox_find_many(conn, &of)?;
        let named = |row: &DeliveryRow| events.iter().find(|event| event.id == row.outbox_id);
        let items = rows.iter().filter_map(|row| Some(delivery(row, &named(row)?.event))).collect();
        Ok(DeliveryPage { items, next })
    })
    .await
}

fn delivery(row: &DeliveryRow, event: &str) -> Delivery {
    let waits = matches!(row.state, OutboxState::Pending | OutboxState::Retrying | OutboxState::Unknown);
    Delivery {
        id: row.id,
        event_id: row.outbox_id,
        event: event.to_owned(),
        state: row.state,
        attempts: row.attempts,
        last_code: row.last_code.clone(),
        next_try_at: waits.then_some(row.next_try_at),
        handed_over_at: row.handed_over_at,
        created_at: row.created_at,
    }
}

/// Pauses a subscription, or takes it up again. What happened in between is sent then.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::VersionMoved`].
pub async fn change(
    app: &App,
    ctx: &Ctx,
    id: WebhookSubscriptionId,
    version: i64,
    change: SubscriptionChange,
) -> Result<Subscription, Refusal> {
    replace(app, ctx, id, version, move |row, _| {
        row.state = match change.state {
            WantedState::Active => SubscriptionState::Active,
            WantedState::Paused => SubscriptionState::Paused,
        };
        if change.state == WantedState::Active {
            // Whoever takes it up again says that the receiver is there.
            (row.failing_since, row.next_ping_at) = (None, None);
        }
        WriteSet::default()
    })
    .await
}

/// Ends a subscription for good. What waits for it is not sent.
///
/// # Errors
/// As [`change()`].
pub async fn end(app: &App, ctx: &Ctx, id: WebhookSubscriptionId, version: i64) -> Result<(), Refusal> {
    replace(app, ctx, id, version, move |row, at| {
        row.state = SubscriptionState::Deleted;
        (row.failing_since, row.next_ping_at) = (None, None);
        WriteSet { changes: vec![Box::new(DeliveriesSuperseded { subscription: id, at })], ..WriteSet::default() }
    })
    .await
    .map(drop)
}

/// Gives a subscription a new secret. For a day the one before it signs as well.
///
/// # Errors
/// As [`change()`].
pub async fn renew_secret(
    app: &App,
    ctx: &Ctx,
    id: WebhookSubscriptionId,
    version: i64,
) -> Result<SubscriptionSecret, Refusal> {
    let found = app.store.read(move |conn| subscription_find(conn, id)).await.map_err(Refusal::Store)?;
    let allowed = decide_without_subject(&ctx.actor, Action::WebhookManage, ctx.purpose).allowed();
    let present = match allowed.and_then(|_| found.ok_or(Refusal::NotFound)) {
        Ok(row) => row,
        Err(refusal) => {
            let deed = Deed::of(Action::WebhookManage, ObjectRef::webhook_subscription(id));
            return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
        }
    };
    let vault = app.vault.clone();
    let (strongbox, old) = in_background(move || {
        let strongbox: Strongbox = vault.strongbox_of(&present.secret_enc)?;
        let old: String = strongbox.open(TABLE, "secret_enc", id.as_str(), &present.secret_enc)?;
        Ok((strongbox, old))
    })
    .await?;
    let secret = fresh_secret();
    let secret_enc = strongbox.seal(TABLE, "secret_enc", id.as_str(), secret.expose_secret())?;
    let previous_enc = strongbox.seal(TABLE, "previous_secret_enc", id.as_str(), &old)?;
    let renewed = replace(app, ctx, id, version, move |row, at| {
        row.secret_enc.clone_from(&secret_enc);
        row.previous_secret_enc = Some(previous_enc.clone());
        row.previous_until = Some(at.plus(Duration::hours(BOTH_SIGN_HOURS)));
        WriteSet::default()
    })
    .await?;
    let after = app.store.read(event_head).await.map_err(Refusal::Store)?;
    Ok(SubscriptionSecret { id, secret: secret.expose_secret().to_owned(), after, version: renewed.version })
}

/// Changes a subscription that has not ended.
async fn replace(
    app: &App,
    ctx: &Ctx,
    id: WebhookSubscriptionId,
    version: i64,
    mut alter: impl FnMut(&mut SubscriptionRow, UtcTime) -> WriteSet + Send + 'static,
) -> Result<Subscription, Refusal> {
    let deed = Deed::of(Action::WebhookManage, ObjectRef::webhook_subscription(id));
    let actor = ctx.clone();
    unit::write(app, ctx, Scope::Append, deed, None, move |conn| {
        decide_without_subject(&actor.actor, Action::WebhookManage, actor.purpose).allowed()?;
        let found = subscription_find(conn, id)?.filter(|row| row.state != SubscriptionState::Deleted);
        let mut row = found.ok_or(Refusal::NotFound)?;
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        let now = actor.now.system;
        let mut writes = alter(&mut row, now);
        row.version += 1;
        row.updated_at = now;
        let answer = Subscription::of(&row, now);
        writes.changes.push(Box::new(SubscriptionReplaced(row)));
        Ok(Decided::new(writes, answer))
    })
    .await
}

/// Waits for the key store away from the asynchronous threads.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
}
