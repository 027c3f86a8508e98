//! The timeline: everything that happened in a file, in one order, the last first. It holds words and ids, no text: what
//! somebody wants to read they open, and that is audited by itself. Of each kind only those see anything who may read
//! things of that kind.

use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, RegistrationId};
use crate::register::permit::permit;
use crate::register::view::cut;
use crate::register::{Refusal, unit};
use crate::store::around::timeline::{Moment, Span, timeline_list};
use crate::store::registrations::registration_find;
use crate::vocabulary::TimelineKind;

/// Which part of a timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimelineFilter {
    /// Only these kinds; all when empty.
    pub kinds: Vec<TimelineKind>,
    /// On or after this day.
    pub from: Option<NaiveDate>,
    /// On or before this day.
    pub until: Option<NaiveDate>,
    /// Behind this entry.
    pub after: Option<Cursor>,
    /// Entries on a page.
    pub limit: i64,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// Of which kind.
    pub kind: TimelineKind,
    /// The thing itself.
    #[schema(format = "uuid")]
    pub id: String,
    /// When.
    pub at: UtcTime,
    /// The day it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The account that did or recorded it; absent for what the program did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<AccountId>,
    /// What it is, in the words of its kind: the kind of duty, of fact, the counterpart of a contact.
    #[schema(example = "home")]
    pub what: String,
    /// What came of it, in the words of its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "accepted")]
    pub state: Option<String>,
    /// Whether it is a note that only few may open.
    pub sensitive: bool,
}

/// One page of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelinePage {
    /// The entries, the last first.
    pub items: Vec<TimelineEntry>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Where a page starts: behind the entry with this instant and id, written `MICROSECONDS.ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    at: UtcTime,
    id: String,
}

impl Cursor {
    fn text(moment: &Moment) -> String {
        format!("{}.{}", moment.at.utc().timestamp_micros(), moment.id)
    }
}

impl FromStr for Cursor {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let read = || {
            let (micros, id) = text.split_once('.')?;
            let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
            Some(Self { at: at.into(), id: id.to_owned() })
        };
        read().ok_or_else(|| Refusal::field("after", "not_a_cursor", "Use `next` of the page before."))
    }
}

impl From<Moment> for TimelineEntry {
    fn from(moment: Moment) -> Self {
        let Moment { kind, at, id, on, by, what, state, sensitive } = moment;
        Self { kind, id, at, on, by, what, state, sensitive }
    }
}

/// The act by which things of a kind are read.
const fn read_by(kind: TimelineKind) -> Action {
    match kind {
        TimelineKind::Notification => Action::NotificationRead,
        TimelineKind::Fact => Action::FactRead,
        TimelineKind::Attempt => Action::AttemptRead,
        TimelineKind::Reminder => Action::ReminderRead,
        TimelineKind::Flag => Action::FlagRead,
        TimelineKind::HomeVisit => Action::HomeVisitRead,
        TimelineKind::AddressVerification => Action::AddressVerificationRead,
        TimelineKind::Contact => Action::ContactLogRead,
        TimelineKind::Note => Action::NoteRead,
        TimelineKind::Document => Action::DocumentRead,
        TimelineKind::Transfer => Action::TransferRead,
        TimelineKind::Merge => Action::MergeRead,
        TimelineKind::Representative => Action::RepresentativeRead,
        TimelineKind::SupervisionOrder | TimelineKind::Breach => Action::SupervisionRead,
        TimelineKind::RiskAssessment => Action::RiskAssessmentRead,
        TimelineKind::ForeignConviction => Action::ForeignConvictionRead,
    }
}

/// Reads a part of the timeline of a file.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Invalid`] when the window ends before it begins.
pub async fn timeline(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    filter: TimelineFilter,
) -> Result<TimelinePage, Refusal> {
    let deed = Deed::on(Action::TimelineRead, ObjectRef::registration(registration), registration);
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let row = registration_find(conn, registration)?.ok_or(Refusal::NotFound)?;
        permit(&reader, Action::TimelineRead, &row)?;
        if let (Some(from), Some(until)) = (filter.from, filter.until)
            && until < from
        {
            return Err(Refusal::field("until", "before_from", "The window ends before it begins."));
        }
        let zone = row.regime.zone();
        let day_after = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
        let span = Span {
            from: filter.from.map(|day| UtcTime::start_of_day(day, zone)),
            until: filter.until.map(|day| UtcTime::start_of_day(day_after(day), zone)),
            after: filter.after.map(|cursor| (cursor.at, cursor.id)),
            limit: filter.limit + 1,
        };
        let mut moments = Vec::new();
        for &kind in TimelineKind::ALL {
            let wanted = filter.kinds.is_empty() || filter.kinds.contains(&kind);
            if wanted && permit(&reader, read_by(kind), &row).is_ok() {
                moments.extend(timeline_list(conn, kind, registration, &span, zone)?);
            }
        }
        moments.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        let next = cut(&mut moments, filter.limit, Cursor::text);
        Ok(TimelinePage { items: moments.into_iter().map(TimelineEntry::from).collect(), next })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_what_it_wrote() {
        let at: UtcTime = "2026-01-12T11:00:00.000123Z".parse::<DateTime<chrono::Utc>>().expect("an instant").into();
        let moment = Moment {
            kind: TimelineKind::Note,
            at,
            id: "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11".to_owned(),
            on: None,
            by: None,
            what: "note".to_owned(),
            state: None,
            sensitive: false,
        };
        let read: Cursor = Cursor::text(&moment).parse().expect("a cursor");
        assert_eq!((read.at, read.id), (at, moment.id));
        for wrong in ["", "12", "x.y", "99999999999999999999.id"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
