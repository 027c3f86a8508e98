//! The published contract of events: AsyncAPI 3.0, made from the words of the code.

use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

use super::envelope::{CloudEvent, EventData, MEDIA_TYPE, PING, TYPE_PREFIX};
use crate::vocabulary::EventKind;

/// The document; `url` is where the service is.
pub fn document(url: &str) -> Value {
    let messages = messages(url);
    let on_channel: Map<String, Value> = messages
        .keys()
        .map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") })))
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Zedenregister: events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What other systems are told: that something happened and where to read of it, and never anything \
                of a person. Every event is sent as an HTTP POST to the address of the subscription until it is answered \
                with 2xx, for three days, and can be read in its order from the feed `GET /v1/events`. It may arrive more \
                than once and in another order: it is recognised by `id`, and its place is `sequence`.",
            "license": { "name": "EUPL-1.2" },
        },
        "defaultContentType": MEDIA_TYPE,
        "channels": {
            "events": {
                "address": null,
                "title": "The address of a subscription",
                "messages": on_channel,
            },
        },
        "operations": {
            "tell": {
                "action": "send",
                "channel": { "$ref": "#/channels/events" },
                "summary": "Tell a subscriber of an event",
                "bindings": { "http": { "method": "POST", "bindingVersion": "0.3.0" } },
            },
        },
        "components": {
            "messages": messages,
            "schemas": { "CloudEvent": envelope(), "EventData": schema::<EventData>(), "Headers": headers() },
        },
    })
}

fn schema<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap_or_default()
}

/// The envelope, with its data where this document has it.
fn envelope() -> Value {
    let mut envelope = schema::<CloudEvent>();
    if let Some(data) = envelope.pointer_mut("/properties/data") {
        *data = json!({ "$ref": "#/components/schemas/EventData" });
    }
    envelope
}

fn headers() -> Value {
    json!({
        "type": "object",
        "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
        "properties": {
            "webhook-id": { "type": "string", "description": "The event, as `id` in the envelope." },
            "webhook-timestamp": {
                "type": "string", "description": "When it was sent, in seconds since 1970. Refuse what is older than minutes.",
            },
            "webhook-signature": {
                "type": "string",
                "description": "Signatures with a space between; one of them must be `v1,` and the base64 of HMAC-SHA-256 over \
                    `webhook-id.webhook-timestamp.body` with your secret. While a secret is renewed there are two.",
            },
        },
    })
}

fn messages(url: &str) -> Map<String, Value> {
    let kinds =
        EventKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), format!("{TYPE_PREFIX}{kind}"), about(*kind)));
    let ping = (
        "ping".to_owned(),
        PING.to_owned(),
        "Asks a receiver that failed whether it is there again. Tells of nothing.",
    );
    kinds
        .chain([ping])
        .map(|(name, kind, about)| {
            let message = json!({
                "name": kind,
                "title": about,
                "contentType": MEDIA_TYPE,
                "headers": { "$ref": "#/components/schemas/Headers" },
                "payload": {
                    "allOf": [
                        { "$ref": "#/components/schemas/CloudEvent" },
                        { "properties": { "type": { "const": kind }, "source": { "examples": [url] } } },
                    ],
                },
            });
            (name, message)
        })
        .collect()
}

const fn about(kind: EventKind) -> &'static str {
    match kind {
        EventKind::FlagRaised => "A duty was not met in time: a candidate for a human to look at",
        EventKind::FlagTermPassed => "A term of the review passed",
        EventKind::FlagReferred => "A flag was referred to your authority: acknowledge it",
        EventKind::TravelNotified => "A journey abroad was notified",
        EventKind::TravelChanged => "A journey you were told of is now known otherwise",
        EventKind::TravelWithdrawn => "A journey you were told of does not take place, or never did",
        EventKind::RegistrationMerged => "Two registrations of one person became one",
        EventKind::RegistrationSplit => "They became two again",
        EventKind::RegistrantDied => "The person died",
        EventKind::RegistrantDeathCorrected => "A death that was recorded is taken back",
    }
}
