//! What-if: a certificate of conduct, an offence; and whether data may be used for something.

use serde_json::json;

use crate::api::routes::paths::OneRegistration;
use crate::api::tags::MEASURES;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::instruments::offences::Offence;
use crate::instruments::screening::Application;
use crate::measures::offences::{self, OffenceAssessment};
use crate::measures::screening::{self, ScreeningAssessment};
use crate::measures::uses::{self, DataUse, DataUseView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/screening-assessments", "assessScreening", "Try how convictions weigh in a screening")
            .tag(MEASURES)
            .about(
                "A what-if of the certificate of conduct (VOG): every conviction with whether it is weighed and why, those \
                 from abroad included, and the test that follows. Stores nothing and reads no file; the audit says that it \
                 was asked, not what. The screening authority has no access to the register and may not ask here.",
            )
            .answers(assess_screening)
            .example(
                "teacher",
                json!({"on": "2026-06-01", "function": "teacher", "nationalities": ["NL"], "antecedents": [
                    {"id": "a", "offence": "sexual", "disposal": "prison", "finalOn": "2008-05-20", "country": "NL"},
                    {"id": "b", "offence": "sexual", "disposal": "prison", "finalOn": "2015-02-02", "country": "PH",
                        "source": "self_declared"}]}),
            ),
        Operation::post("/offence-assessments", "assessOffence", "Try whether an offence leads to registration")
            .tag(MEASURES)
            .about(
                "By the catalogue of the day on which the offence was committed: since the renumbering of 1 July 2024 the \
                 same number may name another offence. A foreign offence goes by its ECRIS code and the table that was in \
                 use on the day it was sent. Stores nothing.",
            )
            .answers(assess_offence)
            .example(
                "beforeTheRenumbering",
                json!({"classified": {"system": "dutch", "article": "245"}, "committedOn": "2024-06-30"}),
            )
            .example(
                "foreignAttempt",
                json!({"classified": {"system": "ecris", "ecrisCode": "1009 00", "sentOn": "2026-01-05"},
                    "committedOn": "2025-03-01", "completion": "A", "participation": "H"}),
            ),
        Operation::post(
            "/registrations/{registrationId}/data-uses",
            "askDataUse",
            "Ask whether data of a file may be used for something",
        )
        .tag(MEASURES)
        .about(
            "Every pair of source and use stands in a table with its provision. What the law does not allow is refused with \
             403 `purpose_refused`, what it allows under conditions that are not met with 403 `purpose_conditions_open`; the \
             audit names the pair either way.",
        )
        .answers(ask_data_use)
        .example("compliance", json!({"source": "notification", "use": "compliance"}))
        .example("passport", json!({"source": "notification", "use": "passport_measure", "met": ["human_review"]})),
    ]
}

async fn assess_screening(call: Call<Empty, Empty, Application>) -> Done<ScreeningAssessment> {
    Ok(Answer::new(screening::assess(&call.app, &call.ctx, call.body).await?))
}

async fn assess_offence(call: Call<Empty, Empty, Offence>) -> Done<OffenceAssessment> {
    Ok(Answer::new(offences::assess(&call.app, &call.ctx, call.body).await?))
}

async fn ask_data_use(call: Call<OneRegistration, Empty, DataUse>) -> Done<DataUseView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(uses::ask(&call.app, &call.ctx, id, call.body).await?))
}
