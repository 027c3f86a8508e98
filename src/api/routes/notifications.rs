//! What a registrant gives, and attempts that did not become a notification.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::examples;
use super::paths::{OneAttempt, OneNotification, OneRegistration, entries};
use crate::api::tags::NOTIFICATIONS;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::ids::{AttemptId, NotificationId};
use crate::register::attempt::{self, AttemptAnswer, AttemptReport};
use crate::register::input::{
    AbsenceReport, AddressReport, ConfirmationReport, InitialReport, NameReport, NightReport, ReturnReport, StayReport,
};
use crate::register::notify::{NotificationAnswer, ReceiptDecision, Report, UnnotifiedReturn, decide_receipt, notify};
use crate::register::view::{self, AttemptPage, NotificationDetail, NotificationPage};
use crate::vocabulary::{Channel, DutyKind};

pub(super) fn operations() -> Vec<Operation> {
    let report = |path, id, summary, kind| Operation::post(path, id, summary).tag(NOTIFICATIONS).reports(kind);
    vec![
        report(
            "/registrations/{registrationId}/initial-notifications",
            "notifyInitially",
            "Give the first notification",
            DutyKind::Initial,
        )
        .creates(initial)
        .example("first", examples::report(json!({"name": examples::name(), "address": examples::home()}))),
        report("/registrations/{registrationId}/names", "notifyName", "Notify a name", DutyKind::Name)
            .creates(name)
            .example(
                "married",
                examples::report(
                    json!({"name": {"given": "Jan Willem", "surname": "Proefstra-Voorbeeld"}, "usedOn": "2026-01-12"}),
                ),
            ),
        report(
            "/registrations/{registrationId}/addresses",
            "notifyAddress",
            "Notify a change of home address",
            DutyKind::Home,
        )
        .creates(address)
        .example("moved", examples::report(json!({"address": examples::new_home(), "movedOn": "2026-01-12"})))
        .example(
            "noFixedAbode",
            examples::report(json!({
                "address": {
                    "type": "noFixedAbode", "usualPlace": "Daklozenopvang Voorbeeldstad, Voorbeeldplein",
                    "municipality": "Voorbeeldstad",
                },
                "movedOn": "2026-01-12",
            })),
        )
        .example("atTheDesk", examples::recorded(json!({"address": examples::home(), "movedOn": "2026-01-12"}))),
        report("/registrations/{registrationId}/stays", "notifyStay", "Notify a stay at another place", DutyKind::Stay)
            .creates(stay)
            .example(
                "mooring",
                examples::report(json!({"address": examples::mooring(), "from": "2026-01-12", "until": "2026-01-23"})),
            ),
        report(
            "/registrations/{registrationId}/absences",
            "notifyAbsence",
            "Notify an absence that lasted longer than intended",
            DutyKind::UnplannedAbsence,
        )
        .creates(absence)
        .example(
            "longerThanIntended",
            examples::report(
                json!({"leftOn": "2026-01-12", "address": examples::abroad(), "expectedReturnOn": "2026-01-26"}),
            ),
        ),
        report(
            "/registrations/{registrationId}/returns",
            "notifyReturn",
            "Notify a return from abroad",
            DutyKind::Return,
        )
        .creates(back)
        .example(
            "back",
            examples::report(json!({"leftOn": "2026-01-12", "returnedOn": "2026-01-13", "address": examples::home()})),
        ),
        report(
            "/registrations/{registrationId}/confirmations",
            "confirm",
            "Give the yearly confirmation",
            DutyKind::Periodic,
        )
        .creates(confirmation)
        .example("yearly", examples::report(json!({"name": examples::name(), "address": examples::home()}))),
        report(
            "/registrations/{registrationId}/night-locations",
            "notifyNight",
            "Tell where one sleeps tonight",
            DutyKind::NoHome,
        )
        .creates(night)
        .example("mooring", json!({"address": examples::mooring()})),
        Operation::get(
            "/registrations/{registrationId}/notifications",
            "listNotifications",
            "List notifications, the newest first",
        )
        .tag(NOTIFICATIONS)
        .answers(list),
        Operation::get(
            "/registrations/{registrationId}/notifications/{notificationId}",
            "readNotification",
            "Read a notification",
        )
        .tag(NOTIFICATIONS)
        .answers(read),
        Operation::get(
            "/registrations/{registrationId}/notifications/{notificationId}/receipt",
            "readReceipt",
            "Get the receipt of a notification again",
        )
        .tag(NOTIFICATIONS)
        .answers(receipt),
        Operation::put(
            "/registrations/{registrationId}/notifications/{notificationId}/decision",
            "decideReceipt",
            "Decide, as a second person, on an earlier time of receipt",
        )
        .tag(NOTIFICATIONS)
        .answers(decide)
        .example("accepted", json!({"accept": true})),
        Operation::post("/registrations/{registrationId}/attempts", "recordAttempt", "Record an attempt that failed")
            .tag(NOTIFICATIONS)
            .creates(record_attempt)
            .example(
                "deskClosed",
                json!({
                    "dutyKind": "home", "kind": "desk_refused", "occurredAt": "2026-01-12T09:30:00Z", "channel": "desk",
                    "note": "Balie gesloten wegens storing; weggestuurd.",
                }),
            ),
        Operation::get("/registrations/{registrationId}/attempts", "listAttempts", "List attempts, the newest first")
            .tag(NOTIFICATIONS)
            .answers(attempts),
        Operation::get(
            "/registrations/{registrationId}/attempts/{attemptId}/receipt",
            "readAttemptReceipt",
            "Get the receipt of an attempt again",
        )
        .tag(NOTIFICATIONS)
        .answers(attempt_receipt),
    ]
}

/// A receipt: a compact JWS that anybody can verify with the published keys.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The signed text.
    receipt: String,
}

/// A page of notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct NotificationsAfter {
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<NotificationId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// A page of attempts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct AttemptsAfter {
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<AttemptId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// Gives a report to the register and answers where the notification stands.
pub(super) async fn give<R: Report, B>(call: &Call<OneRegistration, Empty, B>, report: R) -> Done<NotificationAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let given = notify(&call.app, &call.ctx, id, report, Channel::Api).await?;
    let place = format!("/registrations/{id}/notifications/{}", given.id);
    Ok(Answer::new(given).at(place))
}

macro_rules! reports {
    ($($name:ident: $body:ty,)+) => { $(
        async fn $name(call: Call<OneRegistration, Empty, $body>) -> Done<NotificationAnswer> {
            let report = call.body.clone();
            give(&call, report).await
        }
    )+ };
}

reports! {
    initial: InitialReport,
    name: NameReport,
    address: AddressReport,
    stay: StayReport,
    absence: AbsenceReport,
    confirmation: ConfirmationReport,
    night: NightReport,
}

async fn back(call: Call<OneRegistration, Empty, ReturnReport>) -> Done<NotificationAnswer> {
    let report = UnnotifiedReturn(call.body.clone());
    give(&call, report).await
}

async fn list(call: Call<OneRegistration, NotificationsAfter>) -> Done<NotificationPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let limit = entries(call.query.limit);
    let page = view::notifications(&call.app, &call.ctx, id, call.query.after, limit).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn read(call: Call<OneNotification>) -> Done<NotificationDetail> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(view::notification(&call.app, &call.ctx, id, call.path.notification_id).await?))
}

async fn receipt(call: Call<OneNotification>) -> Done<Receipt> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let receipt = view::notification_receipt(&call.app, &call.ctx, id, call.path.notification_id).await?;
    Ok(Answer::new(Receipt { receipt }))
}

async fn decide(call: Call<OneNotification, Empty, ReceiptDecision>) -> Done<NotificationAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(decide_receipt(&call.app, &call.ctx, id, call.path.notification_id, call.body).await?))
}

async fn record_attempt(call: Call<OneRegistration, Empty, AttemptReport>) -> Done<AttemptAnswer> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let kept = attempt::record(&call.app, &call.ctx, id, call.body).await?;
    let place = format!("/registrations/{id}/attempts/{}/receipt", kept.id);
    Ok(Answer::new(kept).at(place))
}

async fn attempts(call: Call<OneRegistration, AttemptsAfter>) -> Done<AttemptPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let limit = entries(call.query.limit);
    let page = view::attempts(&call.app, &call.ctx, id, call.query.after, limit).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

async fn attempt_receipt(call: Call<OneAttempt>) -> Done<Receipt> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let receipt = view::attempt_receipt(&call.app, &call.ctx, id, call.path.attempt_id).await?;
    Ok(Answer::new(Receipt { receipt }))
}
