//! Risk assessments.

use serde_json::json;

use crate::api::routes::paths::{MeasuresAfter, OneRegistration, entries};
use crate::api::tags::MEASURES;
use crate::api::{Answer, Call, Done, Empty, Operation};
use crate::measures::risk::{self, NewRiskAssessment, RiskAssessmentPage, RiskAssessmentView};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/risk-assessments",
            "addRiskAssessment",
            "Record a risk assessment",
        )
        .tag(MEASURES)
        .about(
            "Static-99R, Stable-2007 and Acute-2007 by their items, OxRec by its outcome. The total is computed: a typed one \
             is refused, and with an item missing there is none. Beside a Static-99R total stands what it would be in every \
             age class. Nothing is decided from a score.",
        )
        .creates(add)
        .example(
            "static99r",
            json!({"version": "static-99r-2016", "assessedOn": "2026-01-12", "finding": {"instrument": "static_99r",
                "sex": "male", "age": {"years": 63.0}, "onlyOnlineImages": false, "items": {"neverLivedWithLover": 0,
                "indexViolence": 0, "priorViolence": 0, "priorSexual": 2, "priorSentencingDates": 0, "nonContact": 1,
                "unrelatedVictim": 1, "strangerVictim": 1, "maleVictim": 1}}}),
        )
        .example(
            "acute2007",
            json!({"version": "acute-2007", "assessedOn": "2026-01-12", "finding": {"instrument": "acute_2007",
                "items": {"victim_access": 1, "hostility": 0}}}),
        )
        .example(
            "oxrec",
            json!({"version": "oxrec-nl", "assessedOn": "2026-01-12", "assessor": "Reclassering Noord",
                "finding": {"instrument": "oxrec", "level": "low", "withinOneYear": 4.0, "withinTwoYears": 7.5}}),
        ),
        Operation::get(
            "/registrations/{registrationId}/risk-assessments",
            "listRiskAssessments",
            "Read the risk assessments of a file, the last recorded first",
        )
        .tag(MEASURES)
        .about("As computed when they were recorded. Whoever may see the band only gets no `whole`.")
        .answers(list),
    ]
}

async fn add(call: Call<OneRegistration, Empty, NewRiskAssessment>) -> Done<RiskAssessmentView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = risk::add(&call.app, &call.ctx, id, call.body).await?;
    Ok(Answer::new(made).at(format!("/registrations/{id}/risk-assessments")))
}

async fn list(call: Call<OneRegistration, MeasuresAfter>) -> Done<RiskAssessmentPage> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let page = risk::list(&call.app, &call.ctx, id, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}
