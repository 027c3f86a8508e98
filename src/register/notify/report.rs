//! What every kind of report has in common.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::Ctx;
use crate::app::App;
use crate::clock::UtcTime;
use crate::ids::NotificationId;
use crate::register::address::Address;
use crate::register::file::{File, NewFact};
use crate::register::input::{OnBehalf, PersonName};
use crate::register::refusal::{FieldError, Refusal};
use crate::store::Conn;
use crate::vocabulary::{Channel, DutyKind, Role};

/// How long ago a report may have been received or posted, in days: more is a typing error.
const LONGEST_AGO: u64 = 366;

/// One kind of report. Its JSON is the content that is kept and over which the receipt is signed.
pub trait Report: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The duty it answers.
    const KIND: DutyKind;

    /// How it reached the officer who records it; `None` from the registrant.
    fn on_behalf(&self) -> Option<&OnBehalf>;

    /// What is wrong with it by itself or against today.
    fn faults(&self, today: NaiveDate) -> Vec<FieldError>;

    /// The home address it states, if it states one.
    fn home(&self) -> Option<&Address> {
        None
    }

    /// The names it states.
    fn names(&self) -> Vec<&PersonName> {
        Vec::new()
    }

    /// What it asserts, or what is wrong with it against the facts in the file.
    ///
    /// # Errors
    /// Outer: the store failed, or what it refers to does not exist. Inner: faults of the report.
    fn assertions(
        &self,
        app: &App,
        conn: &mut Conn,
        file: &File,
        id: NotificationId,
        counts_on: NaiveDate,
        today: NaiveDate,
    ) -> Result<Result<Vec<NewFact>, Vec<FieldError>>, Refusal>;
}

/// When and how a report says it was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// The channel.
    pub channel: Channel,
    /// When it was received.
    pub received_at: UtcTime,
    /// For post, the day of posting.
    pub posted_on: Option<NaiveDate>,
}

impl Claims {
    /// From the request itself, or from what the officer says.
    pub fn of(on_behalf: Option<&OnBehalf>, ctx: &Ctx, via: Channel) -> Self {
        match on_behalf {
            None => Self { channel: via, received_at: ctx.now.legal, posted_on: None },
            Some(said) => Self {
                channel: said.channel,
                received_at: said.received_at.unwrap_or(ctx.now.legal),
                posted_on: said.posted_on,
            },
        }
    }

    /// What is wrong with what was said about the reception.
    pub fn faults(&self, on_behalf: Option<&OnBehalf>, ctx: &Ctx, zone: Tz) -> Vec<FieldError> {
        let registrant = ctx.actor.role == Role::Registrant;
        let mut faults = Vec::new();
        let Some(said) = on_behalf else {
            if !registrant {
                faults.push(FieldError::new(
                    "/onBehalf",
                    "required",
                    "An officer states channel and place of the report.",
                ));
            }
            return faults;
        };
        if registrant {
            faults.push(FieldError::new("/onBehalf", "officers_only", "Only an officer can report for somebody else."));
        }
        if matches!(said.channel, Channel::Api | Channel::Page) {
            faults.push(FieldError::new(
                "/onBehalf/channel",
                "not_an_officers_channel",
                "An officer records a report from a desk, by post or on the disability route.",
            ));
        }
        if self.received_at > ctx.now.legal {
            faults.push(FieldError::new(
                "/onBehalf/receivedAt",
                "in_the_future",
                "The time of receipt has not come yet.",
            ));
        }
        let earlier = said.received_at.is_some() || said.posted_on.is_some();
        if earlier && said.evidence.as_deref().is_none_or(|text| text.trim().is_empty()) {
            faults.push(FieldError::new("/onBehalf/evidence", "required", "An earlier time needs evidence."));
        }
        let received_on = self.received_at.day_in(zone);
        if received_on < ctx.today(zone) - Days::new(LONGEST_AGO) {
            faults.push(FieldError::new(
                "/onBehalf/receivedAt",
                "too_long_ago",
                "A report is recorded within a year of its receipt.",
            ));
        }
        let posted = match (said.posted_on, said.channel == Channel::Post) {
            (None, true) => Some(("required", "State the day of posting.")),
            (Some(_), false) => Some(("post_only", "Only what came by post has a day of posting.")),
            (Some(posted), true) if posted > received_on => {
                Some(("after_receipt", "The day of posting lies after the receipt."))
            }
            (Some(posted), true) if posted < received_on - Days::new(LONGEST_AGO) => {
                Some(("too_long_ago", "No post is on its way for more than a year."))
            }
            (Some(_), true) | (None, false) => None,
        };
        faults.extend(posted.map(|(code, detail)| FieldError::new("/onBehalf/postedOn", code, detail)));
        faults
    }
}
