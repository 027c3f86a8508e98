use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Texts, flatten, texts};
use crate::access::matrix;
use crate::console::officer::{Act, PassportMove, Step, WarningMove};
use crate::console::report::Kind;
use crate::register::view::Who;
use crate::store::self_audit::FindingClass;
use crate::vocabulary::{
    AttemptKind, AuthorityOutcome, BreachAdvice, BreachDecision, BreachSeverity, BreachSubject, Channel, ConditionCode,
    ContactChannel, ContactCounterpart, ContactDirection, ContactOutcome, DeliveryChannel, DisputeState,
    DocumentCategory, DocumentKind, DutyKind, DutyOutcome, DutyStatus, Excuse, FactSource, FlagOutcome, FlagState,
    FlagStepKind, HandOverReason, IdentityCheckMethod, Language, LegalStatus, LocationStatus, MergeState,
    MicrodataRefusal, NotificationState, ObservedBy, OutboxState, PhysicalStatus, Purpose, Regime, ReleaseState,
    ReminderWindow, RepresentativeKind, RepresentativeScope, RequestStatus, RightsGround, RightsKind, RightsOutcome,
    RightsState, Role, StatutoryDuty, SupervisionEnd, SupervisionTitle, TimelineKind, TransferState,
    VerificationResult, VerificationSource, VisitStatus, WatchKind, WatchOutcome, WatchState, WorkSection,
};

/// Every template and source file of the pages and of the letters that take words from here.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the pages") {
        let path = entry.expect("an entry").path();
        let named = |ending| path.extension().is_some_and(|extension| extension == ending);
        if path.is_dir() {
            sources(&path, found);
        } else if named("html") || (named("rs") && path.file_name().is_some_and(|name| name != "tests.rs")) {
            found.push(std::fs::read_to_string(&path).expect("text"));
        }
    }
}

fn all_sources() -> Vec<String> {
    let mut found = Vec::new();
    for part in ["src/console", "src/register/review/bundle", "src/notify", "src/texts"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(part), &mut found);
    }
    found
}

/// What stands in quotes behind each of these calls.
fn quoted_after<'a>(text: &'a str, calls: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    calls.iter().flat_map(move |call| {
        text.match_indices(call).filter_map(move |(at, _)| text[at + call.len()..].split('"').next())
    })
}

const CALLS: [&str; 5] = [".say(\"", ".one(\"", ".two(\"", ".count(\"", ".or_else(\""];

fn has(texts: &Texts, key: &str) -> bool {
    texts.find(key).is_some()
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_places_for_values() {
    let (nl, en) = (texts(Language::Nl), texts(Language::En));
    let keys = |texts: &Texts| texts.keys().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(keys(nl), keys(en));
    assert!(keys(nl).len() > 300);
    for key in nl.keys() {
        for place in ["{0}", "{1}"] {
            assert_eq!(nl.say(key).contains(place), en.say(key).contains(place), "{key}");
        }
        assert_eq!(nl.say(key).contains(" | "), en.say(key).contains(" | "), "{key}");
        assert!(!nl.say(key).trim().is_empty() && !en.say(key).trim().is_empty(), "{key}");
    }
}

#[test]
fn no_text_is_given_twice() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/texts");
    for language in ["nl", "en"] {
        let (mut given, mut once) = (0, BTreeMap::new());
        for entry in std::fs::read_dir(&folder).expect("the texts") {
            let path = entry.expect("an entry").path();
            if path.to_string_lossy().ends_with(&format!(".{language}.toml")) {
                let part: toml::Table = std::fs::read_to_string(&path).expect("text").parse().expect("TOML");
                let mut words = BTreeMap::new();
                flatten("", &part, &mut words);
                given += words.len();
                once.extend(words);
            }
        }
        assert_eq!(given, once.len(), "{language}: a key stands in two files");
    }
}

#[test]
fn no_page_uses_a_text_that_is_missing() {
    let nl = texts(Language::Nl);
    let mut seen = 0;
    for source in all_sources() {
        for key in quoted_after(&source, &CALLS).filter(|key| !key.contains('{')) {
            assert!(has(nl, key), "{key}");
            seen += 1;
        }
    }
    assert!(seen > 150, "{seen}");
}

/// Titles, legends and the like are handed on as keys: whatever looks like one must be one.
#[test]
fn no_key_that_is_handed_on_is_missing() {
    let nl = texts(Language::Nl);
    let sections: BTreeSet<&str> = nl.keys().filter_map(|key| key.split('.').next()).collect();
    let is_key = |text: &str| {
        let words = text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.');
        words
            && !text.ends_with(".html")
            && text.split_once('.').is_some_and(|(section, rest)| sections.contains(section) && !rest.is_empty())
    };
    let mut seen = 0;
    for source in all_sources() {
        for key in source.split('"').filter(|text| is_key(text)) {
            assert!(has(nl, key), "{key}");
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn every_word_of_a_closed_set_that_pages_show_has_a_text() {
    let nl = texts(Language::Nl);
    let mut missing = Vec::new();
    let mut want = |set: &str, values: Vec<&'static str>| {
        missing.extend(values.iter().map(|value| format!("{set}.{value}")).filter(|key| !has(nl, key)));
    };
    want("role", Role::ALL.iter().map(|v| v.as_str()).collect());
    want("dutyKind", DutyKind::ALL.iter().map(|v| v.as_str()).collect());
    want("dutyStatus", DutyStatus::ALL.iter().map(|v| v.as_str()).collect());
    want("dutyOutcome", DutyOutcome::ALL.iter().map(|v| v.as_str()).collect());
    want("legalStatus", LegalStatus::ALL.iter().map(|v| v.as_str()).collect());
    want("physicalStatus", PhysicalStatus::ALL.iter().map(|v| v.as_str()).collect());
    want("locationStatus", LocationStatus::ALL.iter().map(|v| v.as_str()).collect());
    want("regime", Regime::ALL.iter().map(|v| v.as_str()).collect());
    want("channel", Channel::ALL.iter().map(|v| v.as_str()).collect());
    want("notificationState", NotificationState::ALL.iter().map(|v| v.as_str()).collect());
    want("attemptKind", AttemptKind::ALL.iter().map(|v| v.as_str()).collect());
    want("flagState", FlagState::ALL.iter().map(|v| v.as_str()).collect());
    want("outboxState", OutboxState::ALL.iter().map(|v| v.as_str()).collect());
    want("deliveryChannel", DeliveryChannel::ALL.iter().map(|v| v.as_str()).collect());
    want("reminderWindow", ReminderWindow::ALL.iter().map(|v| v.as_str()).collect());
    want("purpose", Purpose::ALL.iter().map(|v| v.as_str()).collect());
    want("language", Language::ALL.iter().map(|v| v.as_str()).collect());
    want("who", Who::ALL.iter().map(|v| v.as_str()).collect());
    want("flagOutcome", FlagOutcome::ALL.iter().map(|v| v.as_str()).collect());
    want("flagStep", FlagStepKind::ALL.iter().map(|v| v.as_str()).collect());
    want("excuse", Excuse::ALL.iter().map(|v| v.as_str()).collect());
    want("section", WorkSection::ALL.iter().map(|v| v.as_str()).collect());
    want("findingClass", FindingClass::ALL.iter().map(|v| v.as_str()).collect());
    around(&mut want);
    want("reportTitle", Kind::ALL.iter().map(|v| v.as_str()).collect());
    want("reportLink", Kind::ALL.iter().map(|v| v.as_str()).collect());
    want("reportAbout", Kind::ALL.iter().map(|v| v.as_str()).collect());
    want("disputeState", DisputeState::ALL.iter().map(|v| v.as_str()).collect());
    want("handOverReason", HandOverReason::ALL.iter().map(|v| v.as_str()).collect());
    want("authorityOutcome", AuthorityOutcome::ALL.iter().map(|v| v.as_str()).collect());
    for set in ["step", "stepAbout", "stepDone"] {
        want(set, Step::ALL.iter().map(|v| v.as_str()).collect());
    }
    use crate::jobs::{
        advance, bounces, check, checkpoint, findings, housekeeping, relay, releases, reminders, self_audit, sweep,
        terms,
    };
    want("job", vec![advance::NAME, sweep::NAME, sweep::RECONCILE, terms::NAME, reminders::NAME, self_audit::NAME]);
    want(
        "job",
        vec![
            bounces::NAME,
            check::NAME,
            findings::NAME,
            relay::NAME,
            checkpoint::NAME,
            housekeeping::NAME,
            releases::NAME,
        ],
    );
    assert!(missing.is_empty(), "{missing:?}");
    assert!(!matrix::purposes(Role::SupervisionOfficer).is_empty());
}

fn around(want: &mut impl FnMut(&str, Vec<&'static str>)) {
    want("timelineKind", TimelineKind::ALL.iter().map(|v| v.as_str()).collect());
    want("timelineText", TimelineKind::ALL.iter().map(|v| v.as_str()).collect());
    want("factSource", FactSource::ALL.iter().map(|v| v.as_str()).collect());
    want("visitStatus", VisitStatus::ALL.iter().map(|v| v.as_str()).collect());
    want("verificationSource", VerificationSource::ALL.iter().map(|v| v.as_str()).collect());
    want("verificationResult", VerificationResult::ALL.iter().map(|v| v.as_str()).collect());
    want("contactDirection", ContactDirection::ALL.iter().map(|v| v.as_str()).collect());
    want("contactCounterpart", ContactCounterpart::ALL.iter().map(|v| v.as_str()).collect());
    want("contactChannel", ContactChannel::ALL.iter().map(|v| v.as_str()).collect());
    want("contactOutcome", ContactOutcome::ALL.iter().map(|v| v.as_str()).collect());
    want("documentCategory", DocumentCategory::ALL.iter().map(|v| v.as_str()).collect());
    want("documentKind", DocumentKind::ALL.iter().map(|v| v.as_str()).collect());
    want("transferState", TransferState::ALL.iter().map(|v| v.as_str()).collect());
    want("checkMethod", IdentityCheckMethod::ALL.iter().map(|v| v.as_str()).collect());
    want("representativeKind", RepresentativeKind::ALL.iter().map(|v| v.as_str()).collect());
    want("representativeScope", RepresentativeScope::ALL.iter().map(|v| v.as_str()).collect());
    want("supervisionTitle", SupervisionTitle::ALL.iter().map(|v| v.as_str()).collect());
    want("supervisionEnd", SupervisionEnd::ALL.iter().map(|v| v.as_str()).collect());
    want("conditionCode", ConditionCode::ALL.iter().map(|v| v.as_str()).collect());
    want("statutoryDuty", StatutoryDuty::ALL.iter().map(|v| v.as_str()).collect());
    want("requestStatus", RequestStatus::ALL.iter().map(|v| v.as_str()).collect());
    want("observedBy", ObservedBy::ALL.iter().map(|v| v.as_str()).collect());
    want("breachSubject", BreachSubject::ALL.iter().map(|v| v.as_str()).collect());
    want("breachSeverity", BreachSeverity::ALL.iter().map(|v| v.as_str()).collect());
    want("breachAdvice", BreachAdvice::ALL.iter().map(|v| v.as_str()).collect());
    want("breachDecision", BreachDecision::ALL.iter().map(|v| v.as_str()).collect());
    want("releaseState", ReleaseState::ALL.iter().map(|v| v.as_str()).collect());
    want("microdataRefused", MicrodataRefusal::ALL.iter().map(|v| v.as_str()).collect());
    want("mergeState", MergeState::ALL.iter().map(|v| v.as_str()).collect());
    proposals(want);
    beside(want);
    rights(want);
    want("watchKind", WatchKind::ALL.iter().map(|v| v.as_str()).collect());
    want("watchState", WatchState::ALL.iter().map(|v| v.as_str()).collect());
    want("watchOutcome", WatchOutcome::ALL.iter().map(|v| v.as_str()).collect());
    want("job", vec![crate::jobs::watch::NAME]);
    for set in ["actTitle", "actAbout", "actDone"] {
        want(set, Act::ALL.iter().map(|v| v.as_str()).collect());
    }
}

fn beside(want: &mut impl FnMut(&str, Vec<&'static str>)) {
    use crate::instruments::convictions::{Channel, FaultCode as IntakeFault, Member, RecordState, Verification};
    use crate::instruments::offences::{Completion, FaultCode as OffenceFault, Participation};
    use crate::instruments::risk::{FaultCode as RiskFault, InstrumentCode, Level};
    want("riskInstrument", InstrumentCode::ALL.iter().map(|v| v.as_str()).collect());
    want("riskLevel", Level::ALL.iter().map(|v| v.as_str()).collect());
    want("convictionChannel", Channel::ALL.iter().map(|v| v.as_str()).collect());
    want("recordState", RecordState::ALL.iter().map(|v| v.as_str()).collect());
    want("convictionMember", Member::ALL.iter().map(|v| v.as_str()).collect());
    want("verifiedHow", Verification::ALL.iter().map(|v| v.as_str()).collect());
    want("offenceCompletion", Completion::ALL.iter().map(|v| v.as_str()).collect());
    want("offenceParticipation", Participation::ALL.iter().map(|v| v.as_str()).collect());
    // What no form can be sent with: a total and an unknown item have no field, and the faults of an offence are its own.
    let impossible = ["typed_total", "unknown_item", "offence"];
    let possible = |codes: Vec<&'static str>| codes.into_iter().filter(|code| !impossible.contains(code)).collect();
    want("fault", possible(RiskFault::ALL.iter().map(|v| v.as_str()).collect()));
    want("fault", possible(IntakeFault::ALL.iter().map(|v| v.as_str()).collect()));
    want("fault", OffenceFault::ALL.iter().map(|v| v.as_str()).collect());
}

/// The points of an instrument come from its rules, so that their words are found by what the rules name.
#[test]
fn every_item_of_a_risk_instrument_has_a_text() {
    use crate::instruments::risk::{InstrumentCode, rules};
    let rules = rules().expect("the rules");
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
    let version = rules.at(day).expect("a version");
    let items: Vec<&String> = InstrumentCode::ALL.iter().flat_map(|one| version.scored_items(*one).0).collect();
    assert!(items.len() > 15);
    for item in items {
        assert!(has(texts(Language::Nl), &format!("field.risk.{item}")), "{item}");
    }
}

fn rights(want: &mut impl FnMut(&str, Vec<&'static str>)) {
    want("rightsKind", RightsKind::ALL.iter().map(|v| v.as_str()).collect());
    want("rightsState", RightsState::ALL.iter().map(|v| v.as_str()).collect());
    want("rightsOutcome", RightsOutcome::ALL.iter().map(|v| v.as_str()).collect());
    want("rightsGround", RightsGround::ALL.iter().map(|v| v.as_str()).collect());
    want("fault", vec!["ground_needed", "not_with_granted"]);
    want("problem.code", vec!["extended_before", "cannot_be_extended", "not_waiting_for_this"]);
}

fn proposals(want: &mut impl FnMut(&str, Vec<&'static str>)) {
    use crate::instruments::notice::{ConvictionSource, FindingCode, Ground, Sex, WithdrawalReason};
    use crate::instruments::passport::{
        BlockCode, BreachedOrder, DocumentDecision, EndReason, Ground as PassportGround,
    };
    use crate::vocabulary::{ProposalStanding, ProposalVariant, TravelNoticeKind};
    want("proposalVariant", ProposalVariant::ALL.iter().map(|v| v.as_str()).collect());
    want("proposalState", ProposalStanding::ALL.iter().map(|v| v.as_str()).collect());
    want("proposalWhy.passport_proposal", vec!["draft", "requested", "active", "ground_lapsed"]);
    want("proposalWhy.warning_notice", vec!["draft", "proposed", "issued", "withdrawn", "expired"]);
    want("travelNoticeWhy", TravelNoticeKind::ALL.iter().map(|v| v.as_str()).collect());
    want("noticeGround", Ground::ALL.iter().map(|v| v.as_str()).collect());
    want("noticeSex", Sex::ALL.iter().map(|v| v.as_str()).collect());
    want("convictionSource", ConvictionSource::ALL.iter().map(|v| v.as_str()).collect());
    want("withdrawalReason", WithdrawalReason::ALL.iter().map(|v| v.as_str()).collect());
    want("endReason", EndReason::ALL.iter().map(|v| v.as_str()).collect());
    want("documentDecision", DocumentDecision::ALL.iter().map(|v| v.as_str()).collect());
    want("passportBlock", BlockCode::ALL.iter().map(|v| v.as_str()).collect());
    want("fault", FindingCode::ALL.iter().map(|v| v.as_str()).collect());
    want("fault", BlockCode::ALL.iter().map(|v| v.as_str()).collect());
    for set in ["warningMove", "warningMoveAbout"] {
        want(set, WarningMove::ALL.iter().map(|v| v.as_str()).collect());
    }
    want("passportGround", PassportGround::ALL.iter().map(|v| v.as_str()).collect());
    want("breachedOrder", BreachedOrder::ALL.iter().map(|v| v.as_str()).collect());
    want("passportMove", PassportMove::ALL.iter().map(|v| v.as_str()).collect());
}

#[test]
fn a_number_picks_its_form() {
    let texts = Texts::parse(Language::En, &["[a]\nb = \"{0} day | {0} days\""]);
    assert_eq!(texts.count("a.b", 1), "1 day");
    assert_eq!(texts.count("a.b", 0), "0 days");
}
