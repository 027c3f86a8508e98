//! A proposal from its draft to the end of the warning, replayed: the same history gives the same state, on any day.

use chrono::NaiveDate;
use serde_json::Value;

use super::assess::{FindingCode, assess, blocks};
use super::content::Content;
use super::event::WarningEvent;
use super::profile::NoticeRules;
use super::state::{Correction, CorrectionStatus, ExpiryWarning, Refusal, RefusalCode, Warning, WarningState};
use crate::countries::Countries;
use crate::grounds::{Versions, ends_after_months};

/// What the replay needs beside the history.
struct Book<'b> {
    versions: &'b Versions<NoticeRules>,
    countries: &'b Countries,
}

/// Why an event is refused, before it is known which event it is.
struct Why(RefusalCode, Vec<FindingCode>);

impl From<RefusalCode> for Why {
    fn from(code: RefusalCode) -> Self {
        Self(code, Vec::new())
    }
}

/// A proposal or warning as it stood on a day: what happened later is left out.
///
/// # Errors
/// When the history does not begin with a draft, or something in it cannot have happened.
pub fn replay(
    events: &[WarningEvent],
    versions: &Versions<NoticeRules>,
    countries: &Countries,
    as_of: NaiveDate,
) -> Result<Warning, Refusal> {
    let book = Book { versions, countries };
    let refuse = |i: usize, Why(code, blocks): Why| Refusal { field: format!("events[{i}]"), code, blocks };
    let mut known = events.iter().enumerate().take_while(|(_, event)| event.on() <= as_of);
    let Some((_, WarningEvent::Drafted { on, content, .. })) = known.next() else {
        return Err(refuse(0, RefusalCode::NotDrafted.into()));
    };
    let (mut last, mut content) = (*on, (**content).clone());
    let mut state = WarningState::Draft { since: *on };
    for (i, event) in known {
        if event.on() < last {
            return Err(refuse(i, RefusalCode::OutOfOrder.into()));
        }
        last = event.on();
        (state, content) = book.next(expired(state, last), content, event).map_err(|why| refuse(i, why))?;
    }
    let rules = book.rules(as_of).map_err(|why| refuse(0, why))?;
    let state = warned(expired(state, as_of), rules, as_of);
    let findings = assess(&content, rules, countries, as_of);
    Ok(Warning { content, state, findings })
}

/// A warning is over on the day it expires.
fn expired(state: WarningState, on: NaiveDate) -> WarningState {
    match state {
        WarningState::Issued { expires_on, corrections, .. } if expires_on <= on => {
            WarningState::Expired { on: expires_on, corrections }
        }
        other => other,
    }
}

fn warned(state: WarningState, rules: &NoticeRules, as_of: NaiveDate) -> WarningState {
    match state {
        WarningState::Issued { issued_on, expires_on, corrections, .. } => {
            let warning = |days: &u32| {
                let on = law::day::plus_days(expires_on, -i64::from(*days));
                ExpiryWarning { on, days_before: *days, due: on <= as_of }
            };
            let warnings = rules.validity.warn_days_before.iter().map(warning).collect();
            WarningState::Issued { issued_on, expires_on, corrections, warnings }
        }
        other => other,
    }
}

impl<'b> Book<'b> {
    fn rules(&self, on: NaiveDate) -> Result<&'b NoticeRules, Why> {
        self.versions.at(on).map_err(|_| RefusalCode::BeforeRules.into())
    }

    fn unblocked(&self, content: &Content, on: NaiveDate) -> Result<(), Why> {
        let blocks = blocks(&assess(content, self.rules(on)?, self.countries, on));
        if blocks.is_empty() { Ok(()) } else { Err(Why(RefusalCode::Blocked, blocks)) }
    }

    /// The end of a term that begins on a day: at most what the rules allow, after the day itself.
    fn end(&self, on: NaiveDate, wanted: Option<NaiveDate>) -> Result<NaiveDate, Why> {
        let latest = ends_after_months(on, self.rules(on)?.validity.most_months);
        match wanted {
            Some(end) if end <= on || end > latest => Err(RefusalCode::TermOutOfRange.into()),
            Some(end) => Ok(end),
            None => Ok(latest),
        }
    }

    /// State and content after an event.
    fn next(
        &self,
        state: WarningState,
        content: Content,
        event: &WarningEvent,
    ) -> Result<(WarningState, Content), Why> {
        use WarningEvent as Happened;
        use WarningState as State;
        match (state, event) {
            (State::Draft { since }, Happened::Amended { content, .. }) => {
                Ok((State::Draft { since }, (**content).clone()))
            }
            (State::Draft { .. }, Happened::Proposed { on, by }) => {
                self.unblocked(&content, *on)?;
                Ok((State::Proposed { on: *on, by: by.clone() }, content))
            }
            (State::Proposed { .. }, Happened::Returned { on, .. }) => Ok((State::Draft { since: *on }, content)),
            (State::Proposed { by: proposer, .. }, Happened::Refused { by, .. } | Happened::Issued { by, .. })
                if proposer == *by =>
            {
                Err(RefusalCode::SamePerson.into())
            }
            (State::Proposed { .. }, Happened::Refused { on, .. }) => Ok((State::Refused { on: *on }, content)),
            (State::Proposed { .. }, Happened::Issued { on, quality_checked, expires_on, .. }) => {
                if !quality_checked {
                    return Err(RefusalCode::QualityNotChecked.into());
                }
                self.unblocked(&content, *on)?;
                let expires_on = self.end(*on, *expires_on)?;
                Ok((State::Issued { issued_on: *on, expires_on, corrections: vec![], warnings: vec![] }, content))
            }
            (state @ State::Issued { .. }, Happened::Corrected { on, content: corrected, .. }) => {
                self.correct(state, &content, corrected, *on)
            }
            (State::Issued { issued_on, corrections, .. }, Happened::Extended { on, expires_on, .. }) => {
                self.unblocked(&content, *on)?;
                let expires_on = self.end(*on, *expires_on)?;
                Ok((State::Issued { issued_on, expires_on, corrections, warnings: vec![] }, content))
            }
            (
                state @ (State::Issued { .. } | State::Withdrawn { .. } | State::Expired { .. }),
                Happened::RecipientsInformed { on, .. },
            ) => Ok((informed(state, *on)?, content)),
            (
                state @ (State::Draft { .. } | State::Proposed { .. } | State::Issued { .. }),
                Happened::Withdrawn { on, reason, .. },
            ) => {
                let was_issued = matches!(state, State::Issued { .. });
                let state = State::Withdrawn { on: *on, reason: *reason, was_issued, recipients_informed_on: None };
                Ok((state, content))
            }
            (
                State::Draft { .. }
                | State::Proposed { .. }
                | State::Refused { .. }
                | State::Issued { .. }
                | State::Withdrawn { .. }
                | State::Expired { .. },
                _,
            ) => Err(RefusalCode::NotInThisState.into()),
        }
    }

    /// A correction goes out at once, whatever else has become of the proposal; but it carries nothing that may not be
    /// passed on, and it reaches those who have the warning and nobody else.
    fn correct(
        &self,
        state: WarningState,
        content: &Content,
        corrected: &Content,
        on: NaiveDate,
    ) -> Result<(WarningState, Content), Why> {
        if corrected.kind != content.kind || corrected.destinations != content.destinations {
            return Err(RefusalCode::OtherAudience.into());
        }
        let members = changed(content, corrected);
        if members.is_empty() {
            return Err(RefusalCode::NothingChanged.into());
        }
        let mut blocks = blocks(&assess(corrected, self.rules(on)?, self.countries, on));
        blocks.retain(|code| is_about_passing_on(*code));
        if !blocks.is_empty() {
            return Err(Why(RefusalCode::Blocked, blocks));
        }
        let correction =
            Correction { on, members, status: CorrectionStatus::SentToBureau, recipients_informed_on: None };
        match state {
            WarningState::Issued { issued_on, expires_on, mut corrections, warnings } => {
                corrections.push(correction);
                Ok((WarningState::Issued { issued_on, expires_on, corrections, warnings }, corrected.clone()))
            }
            WarningState::Draft { .. }
            | WarningState::Proposed { .. }
            | WarningState::Refused { .. }
            | WarningState::Withdrawn { .. }
            | WarningState::Expired { .. } => Err(RefusalCode::NotInThisState.into()),
        }
    }
}

const fn is_about_passing_on(code: FindingCode) -> bool {
    match code {
        FindingCode::DataFromEcris | FindingCode::UnverifiedData | FindingCode::DisputedData => true,
        FindingCode::Ground
        | FindingCode::EarlierOffences
        | FindingCode::RiskAssessment
        | FindingCode::Consultation
        | FindingCode::Identity
        | FindingCode::Destinations => false,
    }
}

/// Every correction that waited, or the withdrawal, has reached every recipient.
fn informed(state: WarningState, on: NaiveDate) -> Result<WarningState, Why> {
    match state {
        WarningState::Issued { issued_on, expires_on, corrections, warnings } => {
            Ok(WarningState::Issued { issued_on, expires_on, corrections: told(corrections, on)?, warnings })
        }
        WarningState::Expired { on: expired_on, corrections } => {
            Ok(WarningState::Expired { on: expired_on, corrections: told(corrections, on)? })
        }
        WarningState::Withdrawn { on: withdrawn, reason, was_issued: true, recipients_informed_on: None } => {
            Ok(WarningState::Withdrawn { on: withdrawn, reason, was_issued: true, recipients_informed_on: Some(on) })
        }
        WarningState::Withdrawn { .. } => Err(RefusalCode::NothingToTell.into()),
        WarningState::Draft { .. } | WarningState::Proposed { .. } | WarningState::Refused { .. } => {
            Err(RefusalCode::NotInThisState.into())
        }
    }
}

/// The corrections after every recipient was told of those that waited.
fn told(mut corrections: Vec<Correction>, on: NaiveDate) -> Result<Vec<Correction>, Why> {
    let mut waiting = corrections.iter_mut().filter(|c| c.recipients_informed_on.is_none()).peekable();
    if waiting.peek().is_none() {
        return Err(RefusalCode::NothingToTell.into());
    }
    for correction in waiting {
        correction.status = CorrectionStatus::RecipientsInformed;
        correction.recipients_informed_on = Some(on);
    }
    Ok(corrections)
}

/// The members of the content that are not as they were, as paths.
fn changed(before: &Content, after: &Content) -> Vec<String> {
    let mut paths = Vec::new();
    let value = |content: &Content| serde_json::to_value(content).unwrap_or_default();
    compare(&value(before), &value(after), "", &mut paths);
    paths
}

fn compare(before: &Value, after: &Value, path: &str, paths: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
            for key in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(before.get(key).unwrap_or(&Value::Null), after.get(key).unwrap_or(&Value::Null), &path, paths);
            }
        }
        (before, after) if before == after => {}
        (_, _) => paths.push(path.to_owned()),
    }
}
