//! Random facts documents: believable enough to reach every rule, wild enough to contradict each other.

use chrono::{Days, NaiveDate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::d;
use crate::{
    Absence, Conviction, Custody, CustodyKind, DutyKind, Event, Facts, Length, Name, Notification, Person, Place,
    Regime, Runs, Sentence, SentenceKind, Variation, What,
};

/// A day close enough to the others for facts to touch each other.
pub(super) fn day() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![
        8 => (0_u64..900).prop_map(|n| d("2023-06-01") + Days::new(n)),
        2 => (0_u64..11_000).prop_map(|n| d("2000-01-01") + Days::new(n)),
    ]
}

fn ending(from: NaiveDate, longest: u64) -> impl Strategy<Value = Option<NaiveDate>> {
    prop_oneof![
        1 => Just(None),
        6 => (0..longest).prop_map(move |n| from.checked_add_days(Days::new(n))),
    ]
}

fn length() -> impl Strategy<Value = Length> {
    (0_u16..30, 0_u16..32).prop_map(|(months, days)| Length { months, days })
}

fn sentence() -> impl Strategy<Value = Sentence> {
    let kind = prop_oneof![
        5 => Just(SentenceKind::Imprisonment),
        1 => Just(SentenceKind::Life),
        1 => Just(SentenceKind::Community),
        1 => Just(SentenceKind::Fine),
    ];
    let runs = prop_oneof![Just(Runs::Concurrent), Just(Runs::Consecutive), Just(Runs::Overlapping)];
    (kind, length(), option::of(length()), option::of(day()), runs, option::of(length())).prop_map(
        |(kind, Length { months, days }, suspended, revived_on, runs, overlap)| Sentence {
            kind,
            months,
            days,
            suspended,
            revived_on,
            runs,
            overlap,
        },
    )
}

fn conviction() -> impl Strategy<Value = Conviction> {
    let later = |from: NaiveDate| option::of((0_u64..800).prop_map(move |n| from + Days::new(n)));
    let place = prop_oneof![3 => Just(Place::Home), 1 => Just(Place::Abroad)];
    day().prop_flat_map(move |convicted_on| {
        (
            place.clone(),
            prop::bool::weighted(0.9),
            vec(sentence(), 0..3),
            later(convicted_on),
            option::weighted(0.2, 1_u16..6),
            option::weighted(0.2, later(convicted_on)),
            option::weighted(0.2, (later(convicted_on), vec(sentence(), 0..2))),
        )
            .prop_map(
                move |(place, registrable, sentences, sentenced_on, court_period_years, quashed, varied)| Conviction {
                    id: Some(Name::from("C")),
                    convicted_on,
                    offence_on: None,
                    sentenced_on,
                    place,
                    registrable,
                    sentences,
                    court_period_years,
                    varied: varied
                        .and_then(|(on, sentences)| Some(Variation { on: on?, sentences }))
                        .into_iter()
                        .collect(),
                    quashed_on: quashed.flatten(),
                },
            )
    })
}

/// A spell of custody.
pub(super) fn custody() -> impl Strategy<Value = Custody> {
    let kind = prop_oneof![
        Just(CustodyKind::Remand),
        Just(CustodyKind::Prison),
        Just(CustodyKind::DetentionSchool),
        Just(CustodyKind::TemporaryRelease),
    ];
    (kind, day())
        .prop_flat_map(|(kind, from)| ending(from, 60).prop_map(move |until| Custody { id: None, kind, from, until }))
}

/// A notification of any kind.
pub(super) fn notification() -> impl Strategy<Value = Event> {
    (prop::sample::select(DutyKind::ALL.to_vec()), day(), 0_u64..20, place()).prop_map(|(kind, on, n, place)| {
        let planned_return = (kind == DutyKind::Travel).then(|| on + Days::new(n));
        let place = (kind == DutyKind::Stay).then_some(place);
        event(What::Notification(Notification { on, kind, planned_return, place, trip: None }))
    })
}

fn place() -> impl Strategy<Value = Name> {
    prop::sample::select(vec!["P", "Q"]).prop_map(Name::from)
}

fn event(what: What) -> Event {
    Event { id: None, what }
}

fn happening() -> impl Strategy<Value = Event> {
    let absence = (day(), prop::bool::ANY, option::of(0_u64..15)).prop_flat_map(|(from, intended, planned)| {
        let planned_return = planned.map(|n| from + Days::new(n));
        ending(from, 20).prop_map(move |until| event(What::Absence(Absence { from, until, intended, planned_return })))
    });
    let stay = (place(), day()).prop_flat_map(|(place, from)| {
        ending(from, 12).prop_map(move |until| event(What::Stay { place: place.clone(), from, until }))
    });
    prop_oneof![
        day().prop_map(|on| event(What::NameUsed { on })),
        day().prop_map(|on| event(What::HomeChanged { on })),
        day().prop_map(|on| event(What::BecameResident { on })),
        day().prop_map(|on| event(What::HomeAccepted { on })),
        (day(), option::of(1_u16..9)).prop_map(|(on, interval_days)| event(What::NoHomeNotice { on, interval_days })),
        absence,
        stay,
        notification(),
        notification(),
    ]
}

/// A whole document of one of the regimes.
pub(super) fn facts() -> impl Strategy<Value = Facts> {
    let regime = prop_oneof![Just(Regime::Ie), Just(Regime::NlPilot)];
    (
        regime,
        day(),
        option::weighted(0.3, day()),
        option::of(day()),
        vec(conviction(), 0..3),
        vec(custody(), 0..4),
        vec(happening(), 0..10),
    )
        .prop_map(|(regime, as_of, born, subject_since, convictions, custody, events)| Facts {
            regime,
            pilot_from: (regime == Regime::NlPilot && as_of < d("2024-06-01")).then_some(as_of),
            as_of: Some(as_of),
            person: born.map(|birth_date| Person { birth_date: Some(birth_date) }),
            // Most files have somebody subject, or there would be little to look at.
            subject_since: Some(subject_since.unwrap_or(d("2015-06-01"))),
            convictions,
            custody,
            events,
        })
}
