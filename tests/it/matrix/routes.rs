//! Which act each route is. A route of the published API without a line here fails the test, and so does a line without
//! a route.

use serde_json::{Value, json};
use zedenregister::access::Action;
use zedenregister::vocabulary::Role;

use crate::supervision::order;
use crate::support::app::{address, conviction, identity, name};
use crate::support::world::{File, World};

/// What a route is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Anybody may call it; it checks what it is given itself.
    Anybody,
    /// The registration in the path, or something that belongs to it.
    File(Action),
    /// A report on the registration in the path: a registrant's own, or recorded for them.
    Report,
    /// No single file.
    NoFile(Action),
    /// The caller's own registrations.
    Oneself,
}

use About::{Anybody, File as OnFile, NoFile, Oneself, Report};

/// Every operation of the API by its id.
pub const ROUTES: &[(&str, About)] = &[
    ("readApiDescription", Anybody),
    ("signIn", Anybody),
    ("signInMachine", Anybody),
    ("proveSession", NoFile(Action::SessionProve)),
    ("registerClientKey", NoFile(Action::AccountManage)),
    ("listClientKeys", NoFile(Action::AccountRead)),
    ("revokeClientKey", NoFile(Action::AccountManage)),
    ("renewToken", Anybody),
    ("signOut", Anybody),
    ("activateAccount", Anybody),
    ("createAccount", NoFile(Action::AccountManage)),
    ("listAccounts", NoFile(Action::AccountRead)),
    ("changeAccount", NoFile(Action::AccountManage)),
    ("createRegistrantAccount", OnFile(Action::RegistrantAccountManage)),
    ("issueActivationCode", OnFile(Action::RegistrantAccountManage)),
    ("enrol", NoFile(Action::RegistrationEnrol)),
    ("listOwnRegistrations", Oneself),
    ("searchRegistrations", NoFile(Action::RegistrationSearch)),
    ("readRegistration", OnFile(Action::RegistrationRead)),
    ("activateRegistration", OnFile(Action::RegistrationActivate)),
    ("assignRegistration", OnFile(Action::RegistrationAssign)),
    ("changeContactDetails", OnFile(Action::ContactUpdate)),
    ("listDuties", OnFile(Action::DutyRead)),
    ("readDuty", OnFile(Action::DutyRead)),
    ("listReminders", OnFile(Action::ReminderRead)),
    ("readAccessLog", OnFile(Action::AuditReadOwn)),
    ("readCompleteFile", OnFile(Action::FileRead)),
    ("assess", NoFile(Action::AssessmentWhatIf)),
    ("listFacts", OnFile(Action::FactRead)),
    ("correctFact", OnFile(Action::FactCorrect)),
    ("addConviction", OnFile(Action::FactRecordConviction)),
    ("decideConviction", OnFile(Action::FactRecordConviction)),
    ("addCustody", OnFile(Action::FactRecordCustody)),
    ("addNotice", OnFile(Action::FactRecordNotice)),
    ("notifyInitially", Report),
    ("notifyName", Report),
    ("notifyAddress", Report),
    ("notifyStay", Report),
    ("notifyAbsence", Report),
    ("notifyReturn", Report),
    ("confirm", Report),
    ("notifyNight", Report),
    ("notifyTravel", Report),
    ("amendTravel", Report),
    ("cancelTravel", Report),
    ("endTravel", Report),
    ("listTravelPlans", OnFile(Action::NotificationRead)),
    ("listNotifications", OnFile(Action::NotificationRead)),
    ("readNotification", OnFile(Action::NotificationRead)),
    ("readReceipt", OnFile(Action::NotificationRead)),
    ("decideReceipt", OnFile(Action::NotificationDecideReceipt)),
    ("recordAttempt", OnFile(Action::AttemptRecord)),
    ("listAttempts", OnFile(Action::AttemptRead)),
    ("readAttemptReceipt", OnFile(Action::AttemptRead)),
    ("listSupervisionOrders", OnFile(Action::SupervisionRead)),
    ("recordSupervisionOrder", OnFile(Action::SupervisionOrderRecord)),
    ("reportBreach", OnFile(Action::BreachReportRecord)),
    ("recordBreachDecision", OnFile(Action::BreachDecisionRecord)),
    ("listSupervisionFindings", OnFile(Action::SupervisionFindingRead)),
    ("listKeptFindings", NoFile(Action::SupervisionFindingList)),
    ("reviewSupervisionFinding", OnFile(Action::SupervisionFindingReview)),
    ("assignToArm", OnFile(Action::StudyAssign)),
    ("listArmAssignments", OnFile(Action::StudyAssignmentRead)),
    ("requestRelease", NoFile(Action::ReleaseRequest)),
    ("listReleases", NoFile(Action::ReleaseRead)),
    ("downloadReleaseFile", NoFile(Action::ReleaseDownload)),
    ("decideRelease", NoFile(Action::ReleaseDecide)),
    ("listFigureContributions", NoFile(Action::FigureOpen)),
    ("listFlags", NoFile(Action::FlagList)),
    ("readFlag", OnFile(Action::FlagRead)),
    ("listFlagSteps", OnFile(Action::FlagRead)),
    ("readReferralBundle", OnFile(Action::FlagRead)),
    ("takeUpFlag", OnFile(Action::FlagReview)),
    ("awaitEvidence", OnFile(Action::FlagReview)),
    ("receiveEvidence", OnFile(Action::FlagReview)),
    ("proposeOutcome", OnFile(Action::FlagRaise)),
    ("decideFlag", OnFile(Action::FlagDecide)),
    ("acknowledgeReferral", OnFile(Action::FlagAcknowledge)),
    ("recordAuthorityDecision", OnFile(Action::AuthorityDecisionRecord)),
    ("closeFlag", OnFile(Action::FlagClose)),
    ("reopenFlag", OnFile(Action::FlagReopen)),
    ("snoozeFlag", OnFile(Action::FlagSnooze)),
    ("reassignFlag", OnFile(Action::FlagReassign)),
    ("listDisputes", OnFile(Action::DisputeRead)),
    ("disputeFact", OnFile(Action::DisputeRaise)),
    ("decideDispute", OnFile(Action::DisputeDecide)),
    ("appealDispute", OnFile(Action::DisputeRaise)),
    ("readWorklist", NoFile(Action::WorklistRead)),
    ("readWorklistSection", NoFile(Action::WorklistRead)),
    ("readWorkload", NoFile(Action::WorkloadRead)),
    ("handOverCaseload", NoFile(Action::CaseloadHandOver)),
    ("listAbsences", NoFile(Action::AbsenceRead)),
    ("recordAbsence", NoFile(Action::AbsenceRecord)),
    ("withdrawAbsence", NoFile(Action::AbsenceRecord)),
    ("recordOutage", NoFile(Action::OutageRecord)),
    ("readEvents", NoFile(Action::EventRead)),
    ("createSubscription", NoFile(Action::WebhookManage)),
    ("listSubscriptions", NoFile(Action::WebhookRead)),
    ("changeSubscription", NoFile(Action::WebhookManage)),
    ("endSubscription", NoFile(Action::WebhookManage)),
    ("renewSubscriptionSecret", NoFile(Action::WebhookManage)),
    ("listDeliveries", NoFile(Action::WebhookRead)),
    ("listDeadLetters", NoFile(Action::DeadLetterRead)),
    ("resendDeadLetter", NoFile(Action::DeadLetterResend)),
    ("checkPassportCriteria", OnFile(Action::PassportCheck)),
    ("draftPassportProposal", OnFile(Action::PassportProposalMake)),
    ("listPassportProposals", OnFile(Action::PassportProposalRead)),
    ("readPassportProposal", OnFile(Action::PassportProposalRead)),
    ("takePassportStep", OnFile(Action::PassportProposalDecide)),
    ("readPassportLetter", OnFile(Action::PassportProposalRead)),
    ("listOpenProposals", NoFile(Action::ProposalList)),
    ("draftWarningNotice", OnFile(Action::WarningNoticeMake)),
    ("listWarningNotices", OnFile(Action::WarningNoticeRead)),
    ("readWarningNotice", OnFile(Action::WarningNoticeRead)),
    ("takeWarningStep", OnFile(Action::WarningNoticeRecord)),
    ("decideWarningNotice", OnFile(Action::WarningNoticeDecide)),
    ("listTravelNotices", NoFile(Action::TravelNoticeRead)),
    ("acknowledgeTravelNotice", OnFile(Action::TravelNoticeAcknowledge)),
    ("readTravelLeadTime", NoFile(Action::TravelLeadTimeRead)),
    ("planHomeVisit", OnFile(Action::HomeVisitPlan)),
    ("listHomeVisits", OnFile(Action::HomeVisitRead)),
    ("readHomeVisit", OnFile(Action::HomeVisitRead)),
    ("logHomeVisit", OnFile(Action::HomeVisitLog)),
    ("listOpenHomeVisits", NoFile(Action::HomeVisitList)),
    ("verifyAddress", OnFile(Action::AddressVerify)),
    ("listAddressVerifications", OnFile(Action::AddressVerificationRead)),
    ("addContact", OnFile(Action::ContactLogAdd)),
    ("listContacts", OnFile(Action::ContactLogRead)),
    ("addNote", OnFile(Action::NoteAdd)),
    ("listNotes", OnFile(Action::NoteRead)),
    ("readNote", OnFile(Action::NoteRead)),
    ("readTimeline", OnFile(Action::TimelineRead)),
    ("offerTransfer", OnFile(Action::TransferOffer)),
    ("listTransfers", OnFile(Action::TransferRead)),
    ("answerTransfer", OnFile(Action::TransferAnswer)),
    ("withdrawTransfer", OnFile(Action::TransferWithdraw)),
    ("listOpenTransfers", NoFile(Action::TransferList)),
    ("addDocument", OnFile(Action::DocumentAdd)),
    ("listDocuments", OnFile(Action::DocumentRead)),
    ("downloadDocument", OnFile(Action::DocumentRead)),
    ("issueStaffActivationCode", NoFile(Action::ActivationCodeIssue)),
    ("proposeMerge", OnFile(Action::MergePropose)),
    ("listMerges", OnFile(Action::MergeRead)),
    ("decideMerge", OnFile(Action::MergeDecide)),
    ("proposeSplit", OnFile(Action::SplitPropose)),
    ("decideSplit", OnFile(Action::SplitDecide)),
    ("listWatchFindings", NoFile(Action::WatchRead)),
    ("reviewWatchFinding", NoFile(Action::WatchReview)),
    ("askAsRight", OnFile(Action::RightsRequestAdd)),
    ("listRightsRequests", OnFile(Action::RightsRequestRead)),
    ("listWaitingRightsRequests", NoFile(Action::RightsRequestList)),
    ("extendRightsRequest", OnFile(Action::RightsRequestDecide)),
    ("decideRightsRequest", OnFile(Action::RightsRequestDecide)),
    ("carryOutRightsRequest", OnFile(Action::RightsRequestCarryOut)),
    ("liftRestriction", OnFile(Action::RightsRequestDecide)),
    ("withdrawRightsRequest", OnFile(Action::RightsRequestWithdraw)),
    ("proposeRemoval", OnFile(Action::RemovalPropose)),
    ("listRemovals", OnFile(Action::RemovalRead)),
    ("decideRemoval", OnFile(Action::RemovalDecide)),
    ("proposeDestruction", OnFile(Action::DestructionPropose)),
    ("decideDestruction", OnFile(Action::DestructionDecide)),
    ("replaceChainNumber", OnFile(Action::ChainNumberReplace)),
    ("listChainNumbers", OnFile(Action::ChainNumberRead)),
    ("recordDeath", OnFile(Action::DeathRecord)),
    ("correctDeath", OnFile(Action::DeathCorrect)),
    ("addRepresentative", OnFile(Action::RepresentativeManage)),
    ("listRepresentatives", OnFile(Action::RepresentativeRead)),
    ("endRepresentative", OnFile(Action::RepresentativeManage)),
    ("assessScreening", NoFile(Action::ScreeningWhatIf)),
    ("assessOffence", NoFile(Action::OffenceWhatIf)),
    ("askDataUse", OnFile(Action::DataUseAsk)),
    ("addRiskAssessment", OnFile(Action::RiskAssessmentAdd)),
    ("listRiskAssessments", OnFile(Action::RiskAssessmentRead)),
    ("receiveSignal", NoFile(Action::SignalReceive)),
    ("listSignals", NoFile(Action::SignalRead)),
    ("readSignal", NoFile(Action::SignalRead)),
    ("listMatchedSignals", OnFile(Action::SignalReadMatched)),
    ("takeUpSignal", NoFile(Action::SignalJudge)),
    ("matchSignal", NoFile(Action::SignalJudge)),
    ("unmatchSignal", NoFile(Action::SignalJudge)),
    ("closeSignal", NoFile(Action::SignalJudge)),
    ("reopenSignal", NoFile(Action::SignalJudge)),
    ("forgetReporter", NoFile(Action::SignalJudge)),
    ("demandReporter", NoFile(Action::SignalDemandReporter)),
    ("addForeignConviction", OnFile(Action::ForeignConvictionRecord)),
    ("listForeignConvictions", OnFile(Action::ForeignConvictionRead)),
    ("readForeignConviction", OnFile(Action::ForeignConvictionRead)),
    ("verifyForeignConviction", OnFile(Action::ForeignConvictionVerify)),
    ("correctForeignConviction", OnFile(Action::ForeignConvictionFollow)),
    ("deleteForeignConviction", OnFile(Action::ForeignConvictionFollow)),
    ("informRecipient", OnFile(Action::ForeignConvictionFollow)),
    ("supplyForeignConviction", OnFile(Action::ForeignConvictionSupply)),
    ("addEcrisRequest", NoFile(Action::EcrisRequestRecord)),
    ("listEcrisRequests", NoFile(Action::EcrisRequestRead)),
    ("readEcrisRequest", NoFile(Action::EcrisRequestRead)),
    ("supplementEcrisRequest", NoFile(Action::EcrisRequestRecord)),
    ("answerEcrisRequest", NoFile(Action::EcrisRequestRecord)),
    ("askForHelp", OnFile(Action::HelpRequestAdd)),
    ("listHelpRequests", OnFile(Action::HelpRequestRead)),
    ("listWaitingHelpRequests", NoFile(Action::HelpRequestList)),
    ("passHelpRequestOn", OnFile(Action::HelpRequestPassOn)),
    ("withdrawHelpRequest", OnFile(Action::HelpRequestAdd)),
];

/// A body that passes the published schema, so that the answer is about access and not about form. Where doing it would
/// change who the file belongs to or whether it is in force, the body is one that the register refuses afterwards.
pub fn body(operation: &str, world: &World, file: &File, role: Role) -> Value {
    let home = json!(address(1));
    let place = json!({ "type": "location", "description": "Ligplaats 4, Proefkade", "municipality": "Proefstad" });
    let abroad = json!({ "type": "foreign", "country": "BE", "lines": ["Proefstraat 1"] });
    let who = json!(identity());
    let plan = || {
        json!({ "identity": who, "departureOn": "2026-03-02", "returnOn": "2026-03-12",
            "stops": [{ "address": abroad, "from": "2026-03-02", "until": "2026-03-12" }] })
    };
    let report = match operation {
        "notifyInitially" | "confirm" => json!({ "identity": who, "name": name(), "address": home }),
        "notifyName" => json!({ "identity": who, "name": name(), "usedOn": "2026-01-13" }),
        "notifyAddress" => json!({ "identity": who, "address": address(2), "movedOn": "2026-01-13" }),
        "notifyStay" => json!({ "identity": who, "address": place, "from": "2026-01-13", "until": "2026-01-20" }),
        "notifyAbsence" => json!({ "identity": who, "leftOn": "2026-01-12", "address": abroad }),
        "notifyReturn" | "endTravel" => json!({ "identity": who, "returnedOn": "2026-01-13", "address": home }),
        "notifyNight" => json!({ "address": place }),
        "notifyTravel" | "amendTravel" => plan(),
        "cancelTravel" => json!({ "reason": "gaat niet door" }),
        "addForeignConviction" => return convicted_abroad(role),
        other => return official(other, world, file),
    };
    let mut report = report;
    if role != Role::Registrant {
        report["onBehalf"] = json!({ "channel": "desk", "place": "Bureau Proefstad" });
    }
    report
}

/// A conviction from abroad by a channel that this role may record.
fn convicted_abroad(role: Role) -> Value {
    let channel = match role {
        Role::Tbkk | Role::Lirc => "liaison_officer",
        Role::Justid => "ecris_notice",
        _ => "self_declared",
    };
    json!({ "channel": channel, "receivedOn": "2026-01-12", "country": "BE", "dutchNational": true,
        "judgmentOn": "2015-02-02", "finalOn": "2015-03-01", "provenance": "proef",
        "offence": { "classified": { "system": "dutch", "article": "245" }, "committedOn": "2014-06-01" } })
}

fn official(operation: &str, world: &World, file: &File) -> Value {
    match operation {
        "enrol" => json!({
            "person": { "name": name(), "birthDate": "1975-03-14", "contact": { "language": "nl" } },
            "regime": "nl-pilot", "convictions": [conviction("2026-01-12")], "officerId": world.officer(),
            "offenceClass": "contact_minor", "arm": "register_only",
        }),
        "createAccount" => json!({ "username": "proef.beheer", "displayName": "Proef", "role": "tbkk",
            "kind": "person", "organisation": "proef" }),
        // Not the code the app shows: refused, and nothing is proved.
        "proveSession" => json!({ "oneTimeCode": "000000" }),
        // No point of the curve: refused, and the machine keeps its key.
        "registerClientKey" => json!({ "kty": "OKP", "alg": "ES256", "crv": "Ed25519", "kid": "proef", "x": "AA" }),
        "changeAccount" => json!({ "state": "suspended" }),
        "createRegistrantAccount" => json!({ "username": format!("proef.{}", file.registration) }),
        "searchRegistrations" | "activateRegistration" => json!({}),
        "recordSupervisionOrder" => {
            let mut told = order(&format!("M-{}", file.skn));
            told["skn"] = json!(file.skn);
            told
        }
        // As it was reported: nothing changes.
        "reportBreach" => json!({ "breachId": "M1", "observedOn": "2026-01-06", "observedBy": "probation",
            "subject": "condition", "condition": "h", "severity": "light",
            "reportedProsecutionAt": "2026-01-06T10:00:00+01:00", "text": "Geheim gezien" }),
        "recordBreachDecision" => json!({ "on": "2026-01-09", "what": "written_warning" }),
        "requestRelease" => json!({ "firstQuarter": "2025-Q4", "lastQuarter": "2025-Q4" }),
        "decideRelease" => json!({ "approve": true }),
        "assignToArm" => json!({
            "study": "pilot", "arm": "both", "stratum": "Noord", "indexOn": "2026-01-12", "assignedOn": "2026-01-12",
        }),
        "assignRegistration" => json!({ "officerId": world.officer() }),
        "changeContactDetails" => json!({ "email": "j.voorbeeld@example.nl", "language": "nl" }),
        "assess" => json!({ "regime": "nl-pilot", "asOf": "2026-01-06", "subjectSince": "2025-02-03",
            "events": [{ "type": "home_changed", "on": "2026-01-05" }] }),
        // Not a fact that lasts: refused, and the conviction stays.
        "correctFact" => json!({ "reason": "proef", "replacement": { "type": "otherDays", "from": "2026-01-05" } }),
        "addConviction" => json!(conviction("2026-01-12")),
        "decideConviction" => json!({ "type": "quashed", "on": "2030-01-01" }),
        "addCustody" => json!({ "kind": "remand", "from": "2025-01-05", "until": "2025-01-06" }),
        "addNotice" => json!({ "type": "homeSeen", "on": "2026-01-13" }),
        "decideReceipt" => json!({ "accept": true }),
        "recordAttempt" => json!({ "dutyKind": "home", "kind": "desk_refused", "occurredAt": "2026-01-13T09:00:00Z",
            "channel": "desk", "note": "Balie gesloten" }),
        "reassignFlag" => json!({ "ownerId": world.officer(), "reason": "workload" }),
        // Nobody's caseload: refused, and the files stay where they are.
        "handOverCaseload" => json!({ "fromId": world.spare, "toId": world.officer(), "reason": "leave" }),
        "recordAbsence" => json!({ "accountId": world.officer(), "from": "2026-07-20", "until": "2026-07-31" }),
        "disputeFact" => json!({ "factId": file.conviction, "reason": "proef" }),
        "decideDispute" => json!({ "uphold": false, "reason": "proef" }),
        "awaitEvidence" | "receiveEvidence" | "closeFlag" | "reopenFlag" | "appealDispute" => {
            json!({ "reason": "proef" })
        }
        "proposeOutcome" => json!({ "outcome": { "type": "warning" }, "reason": "proef" }),
        "decideFlag" => json!({ "confirm": true, "reason": "proef" }),
        "recordAuthorityDecision" => json!({ "outcome": "no_action", "decidedOn": "2026-01-13" }),
        "snoozeFlag" => json!({ "until": "2026-01-14", "reason": "proef" }),
        "recordOutage" => json!({ "startedAt": "2026-01-05T08:00:00Z", "cause": "Network down" }),
        // Nobody who may know of anything: refused, and nothing is ever sent.
        "createSubscription" => json!({ "accountId": world.officer(), "url": "https://ontvanger.example.nl/",
            "kinds": ["flag.referred"] }),
        "changeSubscription" => json!({ "state": "paused" }),
        "checkPassportCriteria" => json!({ "situation": {} }),
        "draftPassportProposal" => json!({ "article": "article_24a", "situation": {} }),
        // Nobody withheld anything: refused, and the proposal stays a draft.
        "takePassportStep" => json!({ "type": "documentReturned", "on": "2026-01-12" }),
        "draftWarningNotice" => json!({ "kind": "green_notice" }),
        // Never before the bureau.
        "takeWarningStep" => json!({ "type": "withdrawn", "on": "2026-01-12", "reason": "mistaken" }),
        "decideWarningNotice" => json!({ "type": "refused", "on": "2026-01-12" }),
        "planHomeVisit" => json!({ "plannedOn": "2026-02-02" }),
        "logHomeVisit" => json!({ "type": "cancelled", "reason": "proef" }),
        "verifyAddress" => json!({ "source": "population_register", "result": "confirmed", "on": "2026-01-12" }),
        "addContact" => json!({ "happenedAt": "2026-01-12T09:00:00Z", "direction": "from_us", "counterpart": "police",
            "channel": "phone", "outcome": "spoke", "summary": "proef" }),
        "addNote" => json!({ "text": "proef" }),
        "offerTransfer" => json!({ "toTeamId": world.test.other_team, "reason": "proef" }),
        // Nobody of that team: refused, and the file stays.
        "answerTransfer" => json!({ "type": "accept", "officerId": world.officer() }),
        "withdrawTransfer" | "proposeSplit" | "endRepresentative" | "correctDeath" => json!({ "reason": "proef" }),
        "issueActivationCode" | "issueStaffActivationCode" => {
            json!({ "method": "known_in_person", "evidence": "proef" })
        }
        // Itself: refused, and both files stay.
        "proposeMerge" => json!({ "absorbedId": file.registration, "reason": "proef" }),
        "reviewSupervisionFinding" => json!({ "reason": "proef" }),
        "reviewWatchFinding" => json!({ "outcome": "explained" }),
        "askAsRight" => json!({ "kind": "access", "about": "proef" }),
        "extendRightsRequest" => json!({ "reasons": "proef" }),
        "decideRightsRequest" => json!({ "outcome": "granted", "reasons": "proef" }),
        "carryOutRightsRequest" | "liftRestriction" => json!({ "what": "proef" }),
        "proposeRemoval" => json!({ "ground": "period_ended" }),
        // The file stays where it is.
        "decideRemoval" | "decideDestruction" => json!({ "accept": false }),
        "decideMerge" | "decideSplit" => json!({ "accept": true }),
        "replaceChainNumber" => json!({ "skn": "1", "replaces": "2", "reason": "proef" }),
        // A day to come: refused, and the person lives.
        "recordDeath" => json!({ "on": "2030-01-01", "evidence": "proef" }),
        "addRepresentative" => json!({ "kind": "interpreter", "scope": "none", "from": "2026-01-12",
            "until": "2027-01-12", "details": { "name": "Proef", "mandate": "proef" } }),
        "assessScreening" => json!({ "on": "2026-01-12", "function": "teacher", "nationalities": ["NL"],
            "antecedents": [] }),
        "assessOffence" => {
            json!({ "classified": { "system": "dutch", "article": "245" }, "committedOn": "2014-06-01" })
        }
        "askDataUse" => json!({ "source": "notification", "use": "compliance" }),
        "addRiskAssessment" => json!({ "version": "oxrec-nl", "assessedOn": "2026-01-12",
            "finding": { "instrument": "oxrec", "level": "low" } }),
        "receiveSignal" => json!({ "origin": "police", "text": "proef", "reporter": { "as": "anonymous" } }),
        "matchSignal" => json!({ "registrationId": file.registration, "reasons": "proef" }),
        "unmatchSignal" | "reopenSignal" | "deleteForeignConviction" => json!({ "reasons": "proef" }),
        "closeSignal" => json!({ "reason": "nothing_to_do", "reasons": "proef" }),
        "demandReporter" => json!({ "provision": "proef" }),
        "verifyForeignConviction" => json!({ "how": "court_document", "reasons": "proef" }),
        "correctForeignConviction" => {
            json!({ "replacement": convicted_abroad(Role::Registrant), "reasons": "proef" })
        }
        "informRecipient" => json!({ "to": "proef" }),
        "supplyForeignConviction" => json!({ "to": "proef", "kind": "probation", "use": "supervision" }),
        "addEcrisRequest" => json!({ "system": "ecris_tcn", "purpose": "own_record", "receivedOn": "2026-01-12",
            "authority": "proef" }),
        "supplementEcrisRequest" | "answerEcrisRequest" => json!({ "on": "2026-01-12" }),
        "askForHelp" => json!({ "provider": "stop_it_now", "reachableAt": "proef" }),
        other => panic!("no body for {other}: add it"),
    }
}
