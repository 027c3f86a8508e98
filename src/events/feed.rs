//! The events as a subscriber reads them for itself: after a time without contact, or instead of being called.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::envelope::CloudEvent;
use crate::access::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::register::{Refusal, unit};
use crate::store::events::{EventScope, event_head, event_list};
use crate::vocabulary::{EventKind, Role};

/// A part of the events, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventPage {
    /// The events that the reader may know of.
    pub items: Vec<CloudEvent>,
    /// What to read on after. Nothing will ever appear at or before it that was not given here.
    pub next: i64,
    /// Whether there is more to read now.
    pub more: bool,
}

/// Reads the events behind `after` that the role of the actor may know of.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn read(app: &App, ctx: &Ctx, after: i64, limit: i64) -> Result<EventPage, Refusal> {
    let deed = Deed::of(Action::EventRead, ObjectRef::none());
    let (reader, url) = (ctx.clone(), app.config.server.public_url.clone());
    unit::read(app, ctx, deed, move |conn| {
        decide_without_subject(&reader.actor, Action::EventRead, reader.purpose).allowed()?;
        let scope = scope_of(&reader)?;
        // First the end and then what lies before it: what comes in between is of the next page.
        let head = event_head(conn)?;
        let rows = event_list(conn, &scope, after, head, limit + 1)?;
        let more = rows.len() as i64 > limit;
        let items: Vec<_> = rows.into_iter().take(usize::try_from(limit).unwrap_or(0)).collect();
        let next = match items.last() {
            Some(last) if more => last.position,
            _ => head.max(after),
        };
        Ok(EventPage { items: items.iter().map(|row| CloudEvent::of(row, &url)).collect(), next, more })
    })
    .await
}

fn scope_of(ctx: &Ctx) -> Result<EventScope, Refusal> {
    let role = ctx.actor.role;
    let team = match role {
        Role::ReviewLead => Some(ctx.actor.team.ok_or(Refusal::Forbidden("the account has no team"))?),
        _ => None,
    };
    Ok(EventScope { role, kinds: EventKind::of(role), team })
}
