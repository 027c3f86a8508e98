//! Passport measures, warning notices, notices of journeys.

#![allow(unused_qualifications, reason = "the derive of parameters repeats the types of the fields")]

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::paths::{OneProposal, OneRegistration, OneWarning, entries};
use crate::api::tags::PROPOSALS;
use crate::api::{Answer, Attachment, Call, Done, Empty, Operation, Problem};
use crate::ids::{ProposalId, RegistrationId, TravelNoticeId};
use crate::instruments::notice::Content;
use crate::proposals::passport::{
    self, PassportCheckInput, PassportCheckView, PassportDraft, PassportProposalList, PassportProposalView,
    PassportStep,
};
use crate::proposals::travel::{self, LeadTimeReport, NoticeFilter, TravelNoticePage, TravelNoticeView};
use crate::proposals::warning::{self, WarningDecision, WarningNoticeList, WarningNoticeView, WarningStep};
use crate::proposals::worklist::{self, OpenProposalPage};

pub(super) fn operations() -> Vec<Operation> {
    [passports(), warnings(), journeys()].into_iter().flatten().collect()
}

/// A person of whom everything article 18 asks is established.
fn situation() -> Value {
    json!({
        "claimToDocument": true,
        "evasionReasons": "Heeft de huur opgezegd en een enkele reis geboekt.",
        "sentences": [{ "id": "S1", "finalOn": "2025-05-20", "months": 12 }],
    })
}

fn passport_draft() -> Value {
    json!({
        "article": "article_18", "grounds": ["b"], "situation": situation(),
        "letter": {
            "birthPlace": "Voorbeeldstad, Nederland", "nationality": "Nederlandse", "parketnummer": "05/123456-22",
            "officer": "mr. A. Bakker", "office": "Arrondissementsparket Oost-Nederland",
            "residence": { "kind": "unknown" },
        },
    })
}

fn warning_draft() -> Value {
    json!({
        "kind": "green_diffusion", "ground": "person", "groundReasons": "Drie veroordelingen voor hetzelfde.",
        "riskAssessment": { "id": "static-99r/2016/2025-11-03", "assessedOn": "2025-11-03" },
        "consultation": { "with": "Landelijk Parket", "on": "2026-01-05" },
        "convictions": [{ "id": "C1", "country": "NL", "source": "criminal_record", "verified": true }],
        "identity": {
            "familyName": "Voorbeeld", "forenames": "Jan Willem", "sex": "male", "birthDate": "1975-03-14",
            "documents": [{ "number": "SPECI2014", "country": "NL" }],
        },
        "destinations": ["PH"],
    })
}

fn passports() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/passport-checks",
            "checkPassportCriteria",
            "Check the formal criteria of articles 18 and 24(a) Paspoortwet on a day",
        )
        .tag(PROPOSALS)
        .about(
            "Every criterion with its outcome, source and reasons; where the statute and the letter of 4 July 2022 differ, \
             both. Stores nothing and decides nothing: a presumption is for a person.",
        )
        .answers(check)
        .example("sentenced", json!({ "on": "2026-01-12", "situation": situation() }))
        .example(
            "readingsDiffer",
            json!({ "on": "2026-05-19", "situation": { "claimToDocument": true, "convictions": [{
                "id": "C1", "country": "NL", "treatyCrime": true, "verified": true,
                "offenceOn": "2013-01-01", "finalOn": "2016-05-20",
            }] } }),
        ),
        Operation::post(
            "/registrations/{registrationId}/passport-proposals",
            "draftPassportProposal",
            "Draft a passport proposal",
        )
        .tag(PROPOSALS)
        .about("A draft can always be written. Its answer names everything in the way of asking. Nothing is sent from here.")
        .creates(draft_proposal)
        .example("article18", passport_draft()),
        Operation::get(
            "/registrations/{registrationId}/passport-proposals",
            "listPassportProposals",
            "List the passport proposals of a registration, the last drafted first",
        )
        .tag(PROPOSALS)
        .answers(list_proposals),
        Operation::get(
            "/registrations/{registrationId}/passport-proposals/{proposalId}",
            "readPassportProposal",
            "Read a passport proposal",
        )
        .tag(PROPOSALS)
        .answers(read_proposal),
        Operation::post(
            "/registrations/{registrationId}/passport-proposals/{proposalId}/steps",
            "takePassportStep",
            "Take a passport proposal further",
        )
        .tag(PROPOSALS)
        .about(
            "From draft to request, entry, renewal and end, as people took each step. A request is refused with `blocked` and \
             everything in the way while a criterion is not established, reasons are missing or the letter is incomplete. An \
             entry ends two years after the request or its last renewal.",
        )
        .creates(step_proposal)
        .example("withdrawn", json!({ "type": "withdrawn", "on": "2026-01-12" }))
        .example("requested", json!({ "type": "requested", "on": "2026-01-12" })),
        Operation::get(
            "/registrations/{registrationId}/passport-proposals/{proposalId}/letter",
            "readPassportLetter",
            "Get the letter of a passport proposal as PDF",
        )
        .tag(PROPOSALS)
        .about("In the layout of the prosecutor's model, in Dutch, tagged for accessibility (PDF/UA-1). A draft to sign.")
        .downloads(letter),
        Operation::get("/proposals", "listOpenProposals", "List the proposals that are not over")
            .tag(PROPOSALS)
            .about("For the unit that acts: with the next day on which something is said of their end, and the warnings raised.")
            .answers(open_proposals),
    ]
}

fn warnings() -> Vec<Operation> {
    vec![
        Operation::post(
            "/registrations/{registrationId}/warning-notices",
            "draftWarningNotice",
            "Draft a Green Notice or Green Diffusion",
        )
        .tag(PROPOSALS)
        .about(
            "By the police unit, on the act-based or the person-based ground. A draft can always be written; `blocks` names \
             what keeps it from being proposed, and `findings` say why.",
        )
        .creates(draft_warning)
        .example("diffusion", warning_draft()),
        Operation::get(
            "/registrations/{registrationId}/warning-notices",
            "listWarningNotices",
            "List the warning notices of a registration, the last drafted first",
        )
        .tag(PROPOSALS)
        .answers(list_warnings),
        Operation::get(
            "/registrations/{registrationId}/warning-notices/{noticeId}",
            "readWarningNotice",
            "Read a warning notice",
        )
        .tag(PROPOSALS)
        .answers(read_warning),
        Operation::post(
            "/registrations/{registrationId}/warning-notices/{noticeId}/steps",
            "takeWarningStep",
            "Amend, propose, correct or withdraw a warning notice",
        )
        .tag(PROPOSALS)
        .about(
            "A proposal is refused with `blocked` and every reason while a risk assessment, the consultation, the minimum \
             identity, the countries of a diffusion or the consent of the state that supplied data through ECRIS is missing.",
        )
        .creates(step_warning)
        .example("proposed", json!({ "type": "proposed", "on": "2026-01-12" }))
        .example("withdrawn", json!({ "type": "withdrawn", "on": "2026-01-12", "reason": "mistaken" })),
        Operation::post(
            "/registrations/{registrationId}/warning-notices/{noticeId}/decisions",
            "decideWarningNotice",
            "Decide on a proposed warning notice",
        )
        .tag(PROPOSALS)
        .about(
            "By the Interpol bureau; the prosecution service can return or refuse it. Whoever proposed it does not decide it. \
             Issued, it ends within five years. A correction is done once every recipient was informed.",
        )
        .creates(decide_warning)
        .example("issued", json!({ "type": "issued", "on": "2026-01-12", "qualityChecked": true }))
        .example("returned", json!({ "type": "returned", "on": "2026-01-12" })),
    ]
}

fn journeys() -> Vec<Operation> {
    vec![
        Operation::get(
            "/travel-notices",
            "listTravelNotices",
            "List the notices of journeys to desks, the oldest first",
        )
        .tag(PROPOSALS)
        .about(
            "A notified journey gives a notice to every desk that hears of it; a change, a cancellation or a mistake \
                 gives one to everybody who was told.",
        )
        .answers(notices),
        Operation::post(
            "/travel-notices/{travelNoticeId}/acknowledgement",
            "acknowledgeTravelNotice",
            "Acknowledge a notice of a journey",
        )
        .tag(PROPOSALS)
        .creates(acknowledge),
        Operation::get(
            "/statistics/travel-lead-time",
            "readTravelLeadTime",
            "Read how much warning journeys notified in a period gave",
        )
        .tag(PROPOSALS)
        .answers(lead_times),
    ]
}

async fn check(call: Call<OneRegistration, Empty, PassportCheckInput>) -> Done<PassportCheckView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(passport::check_criteria(&call.app, &call.ctx, id, call.body).await?))
}

async fn draft_proposal(call: Call<OneRegistration, Empty, PassportDraft>) -> Done<PassportProposalView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = passport::draft(&call.app, &call.ctx, id, call.body).await?;
    let place = format!("/registrations/{id}/passport-proposals/{}", made.id);
    Ok(Answer::new(made).at(place))
}

async fn list_proposals(call: Call<OneRegistration>) -> Done<PassportProposalList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(passport::list(&call.app, &call.ctx, id).await?))
}

async fn read_proposal(call: Call<OneProposal>) -> Done<PassportProposalView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(passport::read(&call.app, &call.ctx, id, call.path.proposal_id).await?))
}

async fn step_proposal(call: Call<OneProposal, Empty, PassportStep>) -> Done<PassportProposalView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = passport::step(&call.app, &call.ctx, id, call.path.proposal_id, call.body).await?;
    let place = format!("/registrations/{id}/passport-proposals/{}", made.id);
    Ok(Answer::new(made).at(place))
}

async fn letter(call: Call<OneProposal>) -> Result<Attachment, Problem> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let bytes = passport::letter(&call.app, &call.ctx, id, call.path.proposal_id).await?;
    Ok(Attachment::whole("verzoek-paspoortsignalering.pdf".to_owned(), bytes))
}

async fn draft_warning(call: Call<OneRegistration, Empty, Content>) -> Done<WarningNoticeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = warning::draft(&call.app, &call.ctx, id, call.body).await?;
    let place = format!("/registrations/{id}/warning-notices/{}", made.id);
    Ok(Answer::new(made).at(place))
}

async fn list_warnings(call: Call<OneRegistration>) -> Done<WarningNoticeList> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(warning::list(&call.app, &call.ctx, id).await?))
}

async fn read_warning(call: Call<OneWarning>) -> Done<WarningNoticeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    Ok(Answer::new(warning::read(&call.app, &call.ctx, id, call.path.notice_id).await?))
}

async fn step_warning(call: Call<OneWarning, Empty, WarningStep>) -> Done<WarningNoticeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = warning::step(&call.app, &call.ctx, id, call.path.notice_id, call.body).await?;
    let place = format!("/registrations/{id}/warning-notices/{}", made.id);
    Ok(Answer::new(made).at(place))
}

async fn decide_warning(call: Call<OneWarning, Empty, WarningDecision>) -> Done<WarningNoticeView> {
    let id = call.path.registration_id.find(&call.app, &call.ctx).await?;
    let made = warning::decide(&call.app, &call.ctx, id, call.path.notice_id, call.body).await?;
    let place = format!("/registrations/{id}/warning-notices/{}", made.id);
    Ok(Answer::new(made).at(place))
}

/// A page of open measures.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct ProposalsAfter {
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<ProposalId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn open_proposals(call: Call<Empty, ProposalsAfter>) -> Done<OpenProposalPage> {
    let page = worklist::open_proposals(&call.app, &call.ctx, call.query.after, entries(call.query.limit)).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

/// A page of notices.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct NoticesAfter {
    /// Only those of one registration.
    #[serde(default)]
    #[param(inline)]
    registration_id: Option<RegistrationId>,
    /// Only those that were acknowledged, or only those that were not; all when absent.
    #[serde(default)]
    acknowledged: Option<bool>,
    /// `next` of the page before.
    #[serde(default)]
    #[param(inline)]
    after: Option<TravelNoticeId>,
    /// Entries on a page; 50 when absent.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

async fn notices(call: Call<Empty, NoticesAfter>) -> Done<TravelNoticePage> {
    let NoticesAfter { registration_id: registration, acknowledged, after, limit } = call.query;
    let filter = NoticeFilter { registration, acknowledged, after, limit: entries(limit) };
    let page = travel::notices(&call.app, &call.ctx, filter).await?;
    let next = page.next.map(|id| id.to_string());
    Ok(Answer::new(page).next(next))
}

/// One notice of a journey.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct OneNotice {
    /// The notice.
    #[param(inline)]
    travel_notice_id: TravelNoticeId,
}

async fn acknowledge(call: Call<OneNotice>) -> Done<TravelNoticeView> {
    let done = travel::acknowledge(&call.app, &call.ctx, call.path.travel_notice_id).await?;
    Ok(Answer::new(done).at("/travel-notices".to_owned()))
}

/// A period.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
struct Period {
    /// First day; a year before the last when absent.
    #[serde(default)]
    from: Option<NaiveDate>,
    /// Last day; today when absent.
    #[serde(default)]
    until: Option<NaiveDate>,
}

async fn lead_times(call: Call<Empty, Period>) -> Done<LeadTimeReport> {
    Ok(Answer::new(travel::lead_times(&call.app, &call.ctx, call.query.from, call.query.until).await?))
}
