//! Which facts of one registration another takes over, and as what: pure, rows in, facts out.
//!
//! Taken over are the facts that govern. What both registrations say in the same words is one fact, and a later decision
//! or a report about a fact follows it to its place in the other file.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::FactId;
use crate::law::{self, What};
use crate::register::Refusal;
use crate::register::fact::FactBody;
use crate::register::file::{body_of, governing};
use crate::store::rows::FactRow;

/// A fact to take over.
pub struct Taken<'a> {
    /// Its id in the registration that takes it over.
    pub id: FactId,
    /// What it says there.
    pub body: FactBody,
    /// The fact it is taken from.
    pub origin: &'a FactRow,
}

/// The facts among `theirs` that a registration with the facts `ours` takes over, leaving out the chains in `left_out`.
///
/// # Errors
/// [`Refusal::Rules`] when a stored payload is not a fact.
pub fn plan<'a>(
    ours: &[FactRow],
    theirs: &'a [FactRow],
    left_out: &BTreeSet<FactId>,
) -> Result<Vec<Taken<'a>>, Refusal> {
    let mut known = BTreeMap::new();
    for row in governing(ours) {
        known.entry(row.payload.as_str()).or_insert(row.root_id);
    }
    let mut places: BTreeMap<FactId, FactId> = BTreeMap::new();
    let mut wanted = Vec::new();
    for row in governing(theirs).into_iter().filter(|row| !left_out.contains(&row.root_id)) {
        let body = body_of(row)?;
        if body == FactBody::Withdrawn {
            continue;
        }
        match known.get(row.payload.as_str()) {
            Some(same) => {
                places.insert(row.root_id, *same);
            }
            None => {
                let id = FactId::fresh();
                places.insert(row.root_id, id);
                wanted.push(Taken { id, body, origin: row });
            }
        }
    }
    // A decision on a conviction that was left out is about nothing.
    wanted.retain_mut(|taken| follow(&mut taken.body, &places));
    Ok(wanted)
}

/// Points `body` at the places of the facts it is about. False when what it needs is not there.
fn follow(body: &mut FactBody, places: &BTreeMap<FactId, FactId>) -> bool {
    match body {
        FactBody::ConvictionDecided { conviction, .. } => match places.get(conviction) {
            Some(place) => *conviction = *place,
            None => return false,
        },
        FactBody::Notified { event, .. } => {
            if let What::Notification(notification) = &mut event.what
                && let Some(trip) = &notification.trip
            {
                let place = trip.parse::<FactId>().ok().and_then(|trip| places.get(&trip));
                notification.trip = place.map(|place| law::Name::from(place.as_str()));
            }
        }
        FactBody::Conviction { .. }
        | FactBody::Custody { .. }
        | FactBody::Happened { .. }
        | FactBody::Died { .. }
        | FactBody::WhereaboutsUnknown { .. }
        | FactBody::HomeSeen { .. }
        | FactBody::Withdrawn => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::UtcTime;
    use crate::ids::{AccountId, RegistrationId};
    use crate::register::fact::ConvictionDecision;
    use crate::vocabulary::FactSource;

    fn row(body: &FactBody, corrects: Option<&FactRow>) -> FactRow {
        let id = FactId::fresh();
        FactRow {
            id,
            registration_id: RegistrationId::fresh(),
            seq: 1,
            kind: body.code().to_owned(),
            valid_on: body.valid_on(),
            root_id: corrects.map_or(id, |row| row.root_id),
            corrects_id: corrects.map(|row| row.id),
            notification_id: None,
            source: FactSource::Officer,
            asserted_by: AccountId::fresh(),
            verified: true,
            recorded_at: UtcTime::from(chrono::DateTime::UNIX_EPOCH),
            payload: serde_json::to_string(body).expect("JSON"),
            content_enc: None,
        }
    }

    fn moved(on: &str) -> FactBody {
        let on = on.parse().expect("a day");
        FactBody::Happened { event: law::Event { id: None, what: What::HomeChanged { on } } }
    }

    fn quashed(conviction: FactId) -> FactBody {
        let on = "2026-02-01".parse().expect("a day");
        FactBody::ConvictionDecided { conviction, decision: ConvictionDecision::Quashed { on } }
    }

    #[test]
    fn what_both_say_is_one_fact_and_what_was_withdrawn_is_none() {
        let ours = [row(&moved("2026-01-05"), None)];
        let wrong = row(&moved("2026-01-07"), None);
        let theirs = [
            row(&moved("2026-01-05"), None),
            row(&moved("2026-01-06"), None),
            wrong.clone(),
            row(&FactBody::Withdrawn, Some(&wrong)),
        ];
        let taken = plan(&ours, &theirs, &BTreeSet::new()).expect("a plan");
        assert_eq!(taken.iter().map(|fact| fact.body.clone()).collect::<Vec<_>>(), [moved("2026-01-06")]);
        assert_eq!(taken[0].origin.id, theirs[1].id);
    }

    #[test]
    fn a_decision_follows_its_conviction_or_goes_with_it() {
        // Any fact stands in for the conviction: only its place counts here.
        let conviction = row(&moved("2026-01-05"), None);
        let theirs = [conviction.clone(), row(&quashed(conviction.id), None)];
        let taken = plan(&[], &theirs, &BTreeSet::new()).expect("a plan");
        assert_eq!(taken[1].body, quashed(taken[0].id));
        let same = [row(&moved("2026-01-05"), None)];
        let taken = plan(&same, &theirs, &BTreeSet::new()).expect("a plan");
        assert_eq!(taken.iter().map(|fact| fact.body.clone()).collect::<Vec<_>>(), [quashed(same[0].id)]);
        let taken = plan(&[], &theirs, &BTreeSet::from([conviction.root_id])).expect("a plan");
        assert_eq!(taken.len(), 0);
    }
}
