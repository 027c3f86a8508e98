//! Around the person: visits, verified addresses, contacts, notes, transfers, the timeline.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::paths::{
    ContactsAfter, NotesAfter, OneNote, OneRegistration, OneTransfer, OneVisit, TransfersAfter, VerificationsAfter,
    VisitsAfter, entries,
};
use crate::api::tags::AROUND;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::VisitId;
use crate::register::around::Reason;
use crate::register::around::contacts::{self, ContactPage, ContactView, NewContact};
use crate::register::around::notes::{self, NewNote, NotePage, NoteView};
use crate::register::around::timeline::{self, TimelineFilter, TimelinePage};
use crate::register::around::transfer::{
    self, NewTransfer, TransferAnswer, TransferHistory, TransferPage, TransferView,
};
use crate::register::around::verification::{self, HomeView, NewVerification, VerificationView};
use crate::register::around::visits::{self, NewVisit, OpenVisitsWanted, VisitOutcome, VisitPage, VisitView};
use crate::vocabulary::TimelineKind;

pub(super) fn operations() -> Vec<Operation> {
    [visits_(), log_(), transfers_()].into_iter().flatten().collect()
}

fn visits_() -> Vec<Operation> {
    vec![
        Operation::post("/registrations/{registrationId}/home-visits", "planHomeVisit", "Plan a home visit")
            .tag(AROUND)
            .creates(plan_visit)
            .example("newAddress", json!({"plannedOn": "2026-01-19", "purpose": "Nieuw adres bekijken"})),
        Operation::get(
            "/registrations/{registrationId}/home-visits",
            "listHomeVisits",
            "List the home visits of a file, the last planned first",
        )
        .tag(AROUND)
        .answers(list_visits),
        Operation::get("/registrations/{registrationId}/home-visits/{visitId}", "readHomeVisit", "Read a home visit")
            .tag(AROUND)
            .answers(read_visit),
        Operation::put(
            "/registrations/{registrationId}/home-visits/{visitId}/outcome",
            "logHomeVisit",
            "Say what came of a home visit",
        )
        .tag(AROUND)
        .changes(log_visit)
        .example("notAtHome", json!({"type": "notAtHome", "visitedAt": "2026-01-12T10:30:00Z"})),
        Operation::get("/home-visits", "listOpenHomeVisits", "List the home visits to make, and those to log")
            .tag(AROUND)
            .about("Over the files of an officer or a team, the earliest planned first; without text.")
            .answers(open_visits),
        Operation::post(
            "/registrations/{registrationId}/address-verifications",
            "verifyAddress",
            "Record that the home on file was verified",
        )
        .tag(AROUND)
        .creates(verify)
        .example("register", json!({"source": "population_register", "result": "confirmed", "on": "2026-01-12"})),
        Operation::get(
            "/registrations/{registrationId}/address-verifications",
            "listAddressVerifications",
            "Read the home on file and how it was verified",
        )
        .tag(AROUND)
        .answers(home),
    ]
}

fn log_() -> Vec<Operation> {
    vec![
        Operation::post("/registrations/{registrationId}/contacts", "addContact", "Record a contact")
            .tag(AROUND)
            .creates(add_contact)
            .example(
                "phone",
                json!({"happenedAt": "2026-01-12T09:00:00Z", "direction": "from_us", "counterpart": "registrant",
                    "channel": "phone", "outcome": "spoke", "summary": "Komt morgen naar het bureau."}),
            ),
        Operation::get("/registrations/{registrationId}/contacts", "listContacts", "Read the contact log")
            .tag(AROUND)
            .answers(list_contacts),
        Operation::post("/registrations/{registrationId}/notes", "addNote", "Write a note")
            .tag(AROUND)
            .creates(add_note)
            .example("sensitive", json!({"text": "In behandeling bij de ggz.", "sensitive": true})),
        Operation::get("/registrations/{registrationId}/notes", "listNotes", "Read the notes, the last written first")
            .tag(AROUND)
            .about("The text of a sensitive note is left out for whoever may not open it.")
            .answers(list_notes),
        Operation::get("/registrations/{registrationId}/notes/{noteId}", "readNote", "Open a note")
            .tag(AROUND)
            .answers(read_note),
        Operation::get(
            "/registrations/{registrationId}/timeline",
            "readTimeline",
            "Read everything that happened in a file, the last first",
        )
        .tag(AROUND)
        .about("Words and ids, no text. Of each kind only what the asker may read.")
        .answers(read_timeline),
    ]
}

fn transfers_() -> Vec<Operation> {
    vec![
        Operation::post("/registrations/{registrationId}/transfers", "offerTransfer", "Offer a file to another team")
            .tag(AROUND)
            .creates(offer)
            .example(
                "moved",
                json!({"toTeamId": "0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11", "reason": "Verhuisd naar Zuid."}),
            ),
        Operation::get(
            "/registrations/{registrationId}/transfers",
            "listTransfers",
            "List the transfers of a file, the last first",
        )
        .tag(AROUND)
        .answers(transfer_history),
        Operation::put(
            "/registrations/{registrationId}/transfers/{transferId}/answer",
            "answerTransfer",
            "Accept or refuse an offered file",
        )
        .tag(AROUND)
        .about(
            "For a lead of the team it is offered to. Accepted, the officer who is named supervises at once; visits and \
             open flags come along.",
        )
        .changes(answer_transfer)
        .example("refused", json!({"type": "refuse", "reason": "Woont niet in deze regio."})),
        Operation::put(
            "/registrations/{registrationId}/transfers/{transferId}/withdrawal",
            "withdrawTransfer",
            "Take an offer back",
        )
        .tag(AROUND)
        .changes(withdraw_transfer)
        .example("stays", json!({"reason": "De verhuizing gaat niet door."})),
        Operation::get("/transfers", "listOpenTransfers", "List the offers that wait, the longest waiting first")
            .tag(AROUND)
            .about("For a lead: made to or by the team. For an officer: of the own files.")
            .answers(open_transfers),
    ]
}

async fn plan_visit(call: Call<OneRegistration, Empty, NewVisit>) -> Done<VisitView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = visits::plan(&call.app, &call.ctx, id, call.body).await?;
    let (place, version) = (format!("/registrations/{id}/home-visits/{}", made.id), made.version);
    Ok(Answer::new(made).at(place).version(version))
}

async fn list_visits(call: Call<OneRegistration, VisitsAfter>) -> Done<VisitPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = visits::list(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn read_visit(call: Call<OneVisit>) -> Done<VisitView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let seen = visits::read(&call.app, &call.ctx, id, call.path.visit_id).await?;
    let version = seen.version;
    Ok(Answer::new(seen).version(version))
}

async fn log_visit(call: Call<OneVisit, Empty, VisitOutcome>) -> Done<VisitView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    let logged = visits::log(&call.app, &call.ctx, id, call.path.visit_id, known, call.body).await?;
    let version = logged.version;
    Ok(Answer::new(logged).version(version))
}

/// Which visits wait.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Waiting {
    /// To be made, today or later.
    Planned,
    /// Their day has passed.
    OutcomeToLog,
}

/// A page of visits that wait.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct WaitingVisits {
    /// Only these; all that wait when absent.
    #[serde(default)]
    #[param(inline)]
    status: Option<Waiting>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<VisitId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn open_visits(call: Call<Empty, WaitingVisits>) -> Done<VisitPage> {
    let wanted = match call.query.status {
        None => OpenVisitsWanted::Any,
        Some(Waiting::Planned) => OpenVisitsWanted::ToMake,
        Some(Waiting::OutcomeToLog) => OpenVisitsWanted::ToLog,
    };
    let limit = entries(call.query.limit);
    let page = visits::open_visits(&call.app, &call.ctx, wanted, call.query.after, limit).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn verify(call: Call<OneRegistration, Empty, NewVerification>) -> Done<VerificationView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = verification::add(&call.app, &call.ctx, id, call.body).await?;
    Ok(Answer::new(made).at(format!("/registrations/{id}/address-verifications")))
}

async fn home(call: Call<OneRegistration, VerificationsAfter>) -> Done<HomeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let seen = verification::home(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = seen.next.map(|id| id.to_string());
    Ok(Answer::new(seen).next(next))
}

async fn add_contact(call: Call<OneRegistration, Empty, NewContact>) -> Done<ContactView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = contacts::add(&call.app, &call.ctx, id, call.body).await?;
    Ok(Answer::new(made).at(format!("/registrations/{id}/contacts")))
}

async fn list_contacts(call: Call<OneRegistration, ContactsAfter>) -> Done<ContactPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = contacts::list(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn add_note(call: Call<OneRegistration, Empty, NewNote>) -> Done<NoteView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = notes::add(&call.app, &call.ctx, id, call.body).await?;
    let place = format!("/registrations/{id}/notes/{}", made.id);
    Ok(Answer::new(made).at(place))
}

async fn list_notes(call: Call<OneRegistration, NotesAfter>) -> Done<NotePage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = notes::list(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn read_note(call: Call<OneNote>) -> Done<NoteView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(notes::read(&call.app, &call.ctx, id, call.path.note_id).await?))
}

/// A part of a timeline.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct TimelinePart {
    /// Only these kinds, with commas between; all when absent.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, max_items = 20)]
    kinds: Option<Vec<TimelineKind>>,
    /// On or after this day.
    #[serde(default)]
    from: Option<NaiveDate>,
    /// On or before this day.
    #[serde(default)]
    until: Option<NaiveDate>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(
        pattern = "^[0-9]{1,16}[.][0-9a-f-]{36}$",
        example = "1768215600000000.0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11"
    )]
    after: Option<String>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn read_timeline(call: Call<OneRegistration, TimelinePart>) -> Done<TimelinePage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let wanted = call.query;
    let filter = TimelineFilter {
        kinds: wanted.kinds.unwrap_or_default(),
        from: wanted.from,
        until: wanted.until,
        after: wanted.after.map(|text| text.parse()).transpose()?,
        limit: entries(wanted.limit),
    };
    let page = timeline::timeline(&call.app, &call.ctx, id, filter).await?;
    let next = page.next.clone();
    Ok(Answer::new(page).next(next))
}

async fn offer(call: Call<OneRegistration, Empty, NewTransfer>) -> Done<TransferView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = transfer::offer(&call.app, &call.ctx, id, call.body).await?;
    let version = made.version;
    Ok(Answer::new(made).at(format!("/registrations/{id}/transfers")).version(version))
}

async fn transfer_history(call: Call<OneRegistration>) -> Done<TransferHistory> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(transfer::history(&call.app, &call.ctx, id).await?))
}

async fn answer_transfer(call: Call<OneTransfer, Empty, TransferAnswer>) -> Done<TransferView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    let done = transfer::answer(&call.app, &call.ctx, id, call.path.transfer_id, known, call.body).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}

async fn withdraw_transfer(call: Call<OneTransfer, Empty, Reason>) -> Done<TransferView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let known = call.if_match.unwrap_or_default();
    let done = transfer::withdraw(&call.app, &call.ctx, id, call.path.transfer_id, known, call.body).await?;
    let version = done.version;
    Ok(Answer::new(done).version(version))
}

async fn open_transfers(call: Call<Empty, TransfersAfter>) -> Done<TransferPage> {
    let limit = entries(call.query.limit);
    let page = transfer::waiting_offers(&call.app, &call.ctx, call.query.after, limit).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}
