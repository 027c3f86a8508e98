//! Registrations: enrolled, activated, assigned, read, found; their duties and reminders; the what-if.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::examples::{self, OFFICER};
use super::paths::{OneDuty, OneRegistration, entries};
use crate::api::tags::{DUTIES, REGISTRATIONS};
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::register::assign::{self, Assignment};
use crate::register::contact;
use crate::register::enrol::{self, Activation, ContactDetails, Enrolment, RegistrationAnswer};
use crate::register::view::{
    self, AccessLog, DutyDetail, DutyList, OwnRegistrations, RegistrationPage, RegistrationView, ReminderList, Search,
};
use crate::register::what_if::{self, WhatIf};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/registrations", "enrol", "Enrol a person").tag(REGISTRATIONS)
            .about(
                "The registration begins as a draft. A person who is in the register already is named by `personId`, and \
                 everybody else described by `person`.",
            )
            .creates(enrol_)
            .example(
                "newPerson",
                json!({
                    "person": {
                        "name": examples::name(), "birthDate": "1975-03-14", "bsn": "999990019",
                        "contact": { "email": "j.voorbeeld@example.nl", "phone": "+31600000000", "language": "nl" },
                    },
                    "regime": "nl-pilot",
                    "legalBasis": { "kind": "synthetic", "reference": "Proefdossier 1" },
                    "convictions": [examples::conviction()],
                    "officerId": OFFICER, "offenceClass": "contact_minor", "arm": "register_only",
                }),
            ),
        Operation::get("/registrations", "listOwnRegistrations", "List the registrations of the registrant who asks")
            .tag(REGISTRATIONS)
            .about("Officers find registrations with `POST /registrations/_search`.")
            .answers(own),
        Operation::post("/registrations/_search", "searchRegistrations", "Find registrations")
            .tag(REGISTRATIONS)
            .about(
                "What is looked for stands in the body, never in an address. Only what the asker may reach is found.",
            )
            .answers(search)
            .example("bySurname", json!({"surname": "Voorbeeld", "birthDate": "1975-03-14", "limit": 10}))
            .example("byNumber", json!({"bsn": "999990019"}))
            .example(
                "dueThisMonth",
                json!({"filter": {"legalStatus": "active", "dueFrom": "2026-01-01", "dueUntil": "2026-01-31"}}),
            ),
        Operation::get("/registrations/{registrationId}", "readRegistration", "Read a registration")
            .tag(REGISTRATIONS)
            .answers(read),
        Operation::put(
            "/registrations/{registrationId}/activation",
            "activateRegistration",
            "Bring a registration into force",
        )
        .tag(REGISTRATIONS)
        .about("Without a recorded legal basis a registration cannot be activated.")
        .changes(activate)
        .example("withBasis", json!({"legalBasis": {"kind": "synthetic", "reference": "Proefdossier 1"}})),
        Operation::put(
            "/registrations/{registrationId}/officer",
            "assignRegistration",
            "Give a registration to another officer",
        )
        .tag(REGISTRATIONS)
        .changes(assign_)
        .example("officer", json!({"officerId": OFFICER})),
        Operation::put(
            "/registrations/{registrationId}/contact-details",
            "changeContactDetails",
            "Replace the contact details of a person",
        )
        .tag(REGISTRATIONS)
        .answers(change_contact)
        .example("email", json!({"email": "j.voorbeeld@example.nl", "language": "nl"})),
        Operation::get(
            "/registrations/{registrationId}/duties",
            "listDuties",
            "List what a person must notify, by when",
        )
        .tag(DUTIES)
        .answers(duties),
        Operation::get("/registrations/{registrationId}/duties/{dutyId}", "readDuty", "Read a duty with its reasons")
            .tag(DUTIES)
            .answers(duty),
        Operation::get(
            "/registrations/{registrationId}/reminders",
            "listReminders",
            "List reminders and what became of them",
        )
        .tag(DUTIES)
        .answers(reminders),
        Operation::get(
            "/registrations/{registrationId}/access-log",
            "readAccessLog",
            "Read who looked at one's file, the newest first",
        )
        .tag(REGISTRATIONS)
        .about("For the person it is about: when, from which organisation, in which role and why.")
        .answers(access_log),
        Operation::post("/assessments", "assess", "Try the rules on a facts document; nothing is stored")
            .tag(DUTIES)
            .answers(assess)
            .example(
                "moved",
                json!({
                    "regime": "nl-pilot",
                    "asOf": "2026-01-06",
                    "subjectSince": "2025-02-03",
                    "events": [{"type": "home_changed", "on": "2026-01-05"}]
                }),
            ),
    ]
}

/// Whose registrations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct Subject {
    /// Always the one who asks; may be left out.
    #[serde(default, rename = "subject")]
    #[param(inline)]
    _subject: Option<Oneself>,
}

/// The one who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Oneself {
    /// Me.
    Me,
}

/// A page of the access log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct EntriesBefore {
    /// `next` of the page before.
    #[serde(default)]
    #[param(minimum = 0)]
    after: Option<i64>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn enrol_(call: Call<Empty, Empty, Enrolment>) -> Done<RegistrationAnswer> {
    let made = enrol::enrol(&call.app, &call.ctx, call.body).await?;
    let (place, version) = (format!("/registrations/{}", made.id), made.version);
    Ok(Answer::new(made).at(place).version(version))
}

async fn own(call: Call<Empty, Subject>) -> Done<OwnRegistrations> {
    Ok(Answer::new(view::own(&call.app, &call.ctx).await?))
}

async fn search(call: Call<Empty, Empty, Search>) -> Done<RegistrationPage> {
    Ok(Answer::new(view::search(&call.app, &call.ctx, call.body).await?))
}

async fn read(call: Call<OneRegistration>) -> Done<RegistrationView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let seen = view::registration(&call.app, &call.ctx, id).await?;
    let version = seen.version;
    Ok(Answer::new(seen).version(version))
}

async fn activate(call: Call<OneRegistration, Empty, Activation>) -> Done<RegistrationAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let active = enrol::activate(&call.app, &call.ctx, id, call.if_match.unwrap_or_default(), call.body).await?;
    let version = active.version;
    Ok(Answer::new(active).version(version))
}

async fn assign_(call: Call<OneRegistration, Empty, Assignment>) -> Done<RegistrationAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let done = assign::assign(&call.app, &call.ctx, id, call.if_match.unwrap_or_default(), call.body).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}

async fn change_contact(call: Call<OneRegistration, Empty, ContactDetails>) -> Done<ContactDetails> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(contact::change(&call.app, &call.ctx, id, call.body).await?))
}

async fn duties(call: Call<OneRegistration>) -> Done<DutyList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::duties(&call.app, &call.ctx, id).await?))
}

async fn duty(call: Call<OneDuty>) -> Done<DutyDetail> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::duty(&call.app, &call.ctx, id, call.path.duty_id).await?))
}

async fn reminders(call: Call<OneRegistration>) -> Done<ReminderList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::reminders(&call.app, &call.ctx, id).await?))
}

async fn access_log(call: Call<OneRegistration, EntriesBefore>) -> Done<AccessLog> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let log = view::access_log(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = log.next.map(|number| number.to_string());
    Ok(Answer::new(log).next(next))
}

/// A facts document, in the format of the worked legal cases.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct FactsDocument(Value);

impl PartialSchema for FactsDocument {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(
                "A facts document: regime, convictions, custody and events, as in the worked legal cases.",
            ))
            .into()
    }
}

impl ToSchema for FactsDocument {}

async fn assess(call: Call<Empty, Empty, FactsDocument>) -> Done<WhatIf> {
    Ok(Answer::new(what_if::assess(&call.app, &call.ctx, call.body.0).await?))
}
