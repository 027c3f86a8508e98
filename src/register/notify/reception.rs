//! When a report counts, whether its channel is accepted, and whether a second person must confirm the time.

use chrono::{Duration, NaiveDate};

use super::report::Claims;
use crate::access::Ctx;
use crate::app::App;
use crate::register::file::File;
use crate::vocabulary::{DutyKind, DutyOutcome, Regime};

/// How the register takes in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reception {
    /// The day of receipt in the zone of the regime.
    pub received_on: NaiveDate,
    /// The day on which it counts: the day of posting where the profile says so.
    pub counts_on: NaiveDate,
    /// Whether a second person must confirm the time before it counts.
    pub needs_second_person: bool,
    channel_accepted: bool,
    regime: Regime,
    kind: DutyKind,
}

impl Reception {
    /// Judges what a report claims against the profile and the file.
    pub fn judge(app: &App, ctx: &Ctx, file: &File, kind: DutyKind, claims: &Claims) -> Self {
        let zone = file.zone();
        let today = ctx.today(zone);
        let regime = file.registration.regime;
        let received_on = claims.received_at.day_in(zone);
        let profile = app.rules.regime(regime.into()).at_or_first(today);
        let counts_on = profile.counts_on(received_on, claims.posted_on);
        // An earlier day is needed to be in time for a duty that is already overdue on the favourable reading.
        let across = file.duties.iter().any(|duty| {
            duty.kind == kind
                && duty.outcome == DutyOutcome::Pending
                && duty.overdue_after.is_some_and(|last| counts_on <= last && last < today)
        });
        let far_back = ctx.now.legal.since(claims.received_at) > Duration::days(1)
            || claims.posted_on.is_some_and(|posted| (received_on - posted).num_days() > 1);
        Self {
            received_on,
            counts_on,
            needs_second_person: across || far_back,
            channel_accepted: profile.accepts(kind.into(), claims.channel.into()),
            regime,
            kind,
        }
    }

    /// What to do instead, when the channel is not accepted.
    pub fn refused_channel(&self) -> Option<&'static str> {
        if self.channel_accepted {
            return None;
        }
        Some(match (self.regime, self.kind) {
            (Regime::Ie, DutyKind::UnplannedAbsence) => {
                "Send this notification by post to a divisional headquarters or designated station, or go there in person."
            }
            (Regime::Ie, _) => {
                "Go in person to a divisional headquarters or a designated station. If a disability prevents this, a \
                 doctor's certificate must reach the member in charge the day before the last day."
            }
            (Regime::NlPilot, _) => "Report through the API, on your own page, at a desk or by post.",
        })
    }
}
