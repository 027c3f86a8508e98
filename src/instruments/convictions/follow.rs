//! A record from its receipt: verification, corrections, who was supplied and must be told. Replayed, as of any day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::intake::Channel;
use super::pass_on::Recipient;
use super::profile::ConvictionRules;
use super::step::Step;
use crate::grounds::{codes, last_day_of_years};

codes! {
    /// How a record was verified.
    pub enum Verification {
        /// A judgment or extract, legalised.
        CourtDocument => "court_document",
        /// The central authority of the convicting state.
        CentralAuthority => "central_authority",
        /// The embassy or a liaison officer saw the record of the court.
        SeenByLiaison => "seen_by_liaison",
    }
}

/// What happened. `by` is the id of whoever did it, `to` that of a recipient.
#[expect(missing_docs, reason = "the members are described with the event")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum RecordEvent {
    /// It came in.
    Received { on: NaiveDate, by: String, channel: Channel },
    /// Somebody else than whoever recorded it verified it.
    Verified { on: NaiveDate, by: String, how: Verification },
    /// It was supplied.
    Supplied { on: NaiveDate, by: String, to: String, kind: Recipient, basis: String },
    /// Something in it was wrong or changed.
    Corrected { on: NaiveDate, by: String },
    /// The convicting state deleted it, or it should never have been there.
    Deleted { on: NaiveDate, by: String },
    /// A recipient was told of every correction and deletion so far.
    Informed { on: NaiveDate, by: String, to: String },
}

impl RecordEvent {
    /// The day on which it happened.
    #[must_use]
    pub const fn on(&self) -> NaiveDate {
        match self {
            Self::Received { on, .. }
            | Self::Verified { on, .. }
            | Self::Supplied { on, .. }
            | Self::Corrected { on, .. }
            | Self::Deleted { on, .. }
            | Self::Informed { on, .. } => *on,
        }
    }
}

codes! {
    /// Where a record stands.
    pub enum RecordState {
        /// Nobody verified it: it carries nothing.
        Unverified => "unverified",
        /// Verified, or from a central authority.
        Verified => "verified",
        /// Deleted.
        Deleted => "deleted",
    }
}

codes! {
    /// What a recipient must be told.
    pub enum TellWhat {
        /// A correction.
        Correction => "correction",
        /// A deletion.
        Deletion => "deletion",
    }
}

/// Somebody the record was supplied to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ForeignConvictionSupplied)]
#[serde(rename_all = "camelCase")]
pub struct Supplied {
    /// Who.
    pub to: String,
    /// What kind of recipient.
    pub kind: Recipient,
    /// When.
    pub on: NaiveDate,
    /// Last day on which a change is notified to them.
    pub after_care_until: NaiveDate,
}

/// Something a recipient must be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ForeignConvictionTell)]
#[serde(rename_all = "camelCase")]
pub struct Tell {
    /// Who.
    pub to: String,
    /// What.
    pub what: TellWhat,
    /// Since when.
    pub since: NaiveDate,
    /// When they were told.
    pub informed_on: Option<NaiveDate>,
}

/// A record on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Followed {
    /// Where it stands.
    pub state: RecordState,
    /// How it became known.
    pub channel: Channel,
    /// How it was verified.
    pub verification: Option<Verification>,
    /// Who it was supplied to.
    pub supplied: Vec<Supplied>,
    /// What recipients must be or were told.
    pub tell: Vec<Tell>,
    /// The explanation.
    pub steps: Vec<Step>,
}

codes! {
    /// Why something cannot have happened.
    pub enum RefusalCode {
        /// The first thing is the receipt.
        NotReceived => "not_received",
        /// It happened before what stands in front of it.
        OutOfOrder => "out_of_order",
        /// It does not fit where the record stands.
        NotInThisState => "not_in_this_state",
        /// Such data never came in.
        NeverTaken => "never_taken",
        /// Who recorded it does not verify it.
        SamePerson => "same_person",
        /// No provision that allows it was named.
        NoBasis => "no_basis",
        /// What nobody verified does not go abroad.
        NotVerified => "not_verified",
        /// The screening authority has no access to the register.
        NoAccess => "no_access",
        /// This recipient has to be told nothing.
        NothingToTell => "nothing_to_tell",
    }
}

/// Why something cannot have happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The event, as a path.
    pub field: String,
    /// Why.
    pub code: RefusalCode,
}

/// A record as it stood on a day: what happened later is left out.
///
/// # Errors
/// When the history does not begin with a receipt, or something in it cannot have happened.
pub fn follow(events: &[RecordEvent], rules: &ConvictionRules, as_of: NaiveDate) -> Result<Followed, Refusal> {
    let refuse = |i: usize, code: RefusalCode| Refusal { field: format!("events[{i}]"), code };
    let mut known = events.iter().enumerate().take_while(|(_, event)| event.on() <= as_of);
    let Some((_, RecordEvent::Received { on, by, channel })) = known.next() else {
        return Err(refuse(0, RefusalCode::NotReceived));
    };
    let state = match channel {
        Channel::EcrisNotice => RecordState::Verified,
        Channel::SelfDeclared | Channel::LiaisonOfficer => RecordState::Unverified,
        Channel::EcrisScreening | Channel::EcrisProceedings | Channel::EcrisTcn => {
            return Err(refuse(0, RefusalCode::NeverTaken));
        }
    };
    let steps = vec![Step::CameThrough { channel: *channel, received: *on }];
    let (supplied, tell) = (Vec::new(), Vec::new());
    let mut record = Followed { state, channel: *channel, verification: None, supplied, tell, steps };
    let mut last = *on;
    for (i, event) in known {
        if event.on() < last {
            return Err(refuse(i, RefusalCode::OutOfOrder));
        }
        last = event.on();
        record.next(event, by, rules).map_err(|code| refuse(i, code))?;
    }
    for tell in record.tell.iter().filter(|tell| tell.informed_on.is_none()) {
        record.steps.push(Step::MustTell { what: tell.what, since: tell.since });
    }
    Ok(record)
}

impl Followed {
    fn next(&mut self, event: &RecordEvent, recorder: &str, rules: &ConvictionRules) -> Result<(), RefusalCode> {
        match (self.state, event) {
            (RecordState::Unverified, RecordEvent::Verified { by, .. }) if by == recorder => {
                return Err(RefusalCode::SamePerson);
            }
            (RecordState::Unverified, RecordEvent::Verified { on, how, .. }) => {
                self.state = RecordState::Verified;
                self.verification = Some(*how);
                self.steps.push(Step::VerifiedBy { how: *how, on: *on });
            }
            (RecordState::Unverified | RecordState::Verified, RecordEvent::Supplied { on, to, kind, basis, .. }) => {
                self.supply(*on, to, *kind, basis, rules)?;
            }
            (RecordState::Unverified | RecordState::Verified, RecordEvent::Corrected { on, .. }) => {
                self.changed(TellWhat::Correction, *on, rules);
            }
            (RecordState::Unverified | RecordState::Verified, RecordEvent::Deleted { on, .. }) => {
                self.state = RecordState::Deleted;
                self.steps.push(Step::WasDeleted { on: *on });
                self.changed(TellWhat::Deletion, *on, rules);
            }
            (_, RecordEvent::Informed { on, to, .. }) => self.informed(to, *on)?,
            (_, RecordEvent::Received { .. })
            | (RecordState::Verified | RecordState::Deleted, RecordEvent::Verified { .. })
            | (RecordState::Deleted, RecordEvent::Supplied { .. })
            | (RecordState::Deleted, RecordEvent::Corrected { .. })
            | (RecordState::Deleted, RecordEvent::Deleted { .. }) => return Err(RefusalCode::NotInThisState),
        }
        Ok(())
    }

    fn supply(
        &mut self,
        on: NaiveDate,
        to: &str,
        kind: Recipient,
        basis: &str,
        rules: &ConvictionRules,
    ) -> Result<(), RefusalCode> {
        if kind == Recipient::ScreeningAuthority {
            return Err(RefusalCode::NoAccess);
        }
        if basis.trim().is_empty() {
            return Err(RefusalCode::NoBasis);
        }
        if kind.is_abroad() && self.state == RecordState::Unverified {
            return Err(RefusalCode::NotVerified);
        }
        // The day itself is left out: a year after 10 March runs through 10 March.
        let until = last_day_of_years(law::day::plus_days(on, 1), rules.after_care.years);
        self.steps.push(Step::AfterCare { until, provision: rules.sources.after_care.clone() });
        self.supplied.push(Supplied { to: to.to_owned(), kind, on, after_care_until: until });
        Ok(())
    }

    /// Whoever is still in after-care must be told; one message per recipient and change.
    fn changed(&mut self, what: TellWhat, on: NaiveDate, rules: &ConvictionRules) {
        let mut told: Vec<&str> = Vec::new();
        for supplied in &self.supplied {
            let again = told.contains(&supplied.to.as_str());
            if !again && self.supplied.iter().any(|other| other.to == supplied.to && on <= other.after_care_until) {
                told.push(&supplied.to);
                self.tell.push(Tell { to: supplied.to.clone(), what, since: on, informed_on: None });
            } else if !again {
                told.push(&supplied.to);
                self.steps.push(Step::AfterCareOver { on, provision: rules.sources.after_care.clone() });
            }
        }
    }

    fn informed(&mut self, to: &str, on: NaiveDate) -> Result<(), RefusalCode> {
        let mut open = self.tell.iter_mut().filter(|tell| tell.to == to && tell.informed_on.is_none()).peekable();
        if open.peek().is_none() {
            return Err(RefusalCode::NothingToTell);
        }
        open.for_each(|tell| tell.informed_on = Some(on));
        Ok(())
    }
}
