//! What is asked for each act: the fields of its form, in the words of `texts/around.*.toml`.

use std::fmt::Display;

use super::known::Known;
use super::{Act, beside};
use crate::console::form::{Builder, Control, Form};
use crate::console::posted::Posted;
use crate::register::FieldError;
use crate::texts::Texts;
use crate::vocabulary::{
    ContactChannel, ContactCounterpart, ContactDirection, ContactOutcome, IdentityCheckMethod, RepresentativeKind,
    RepresentativeScope, RightsGround, RightsKind, RightsOutcome, VerificationResult, VerificationSource,
};

/// What can come of a visit, as in the JSON of the API.
const VISIT_OUTCOMES: [&str; 3] = ["done", "notAtHome", "cancelled"];
/// What a team can answer to an offer.
const ANSWERS: [&str; 2] = ["accept", "refuse"];

/// The texts of a closed set.
pub(super) fn texts_of<T: Copy>(all: &[T], text: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| text(*one)).collect()
}

/// A closed set as options of a list.
pub(super) fn options<T: Copy + Display>(t: &Texts, words: &str, all: &[T]) -> Vec<(String, String)> {
    all.iter().map(|one| (one.to_string(), t.word(words, one).to_owned())).collect()
}

impl Act {
    /// Its form.
    pub(super) fn form(self, t: &Texts, values: &Posted, faults: &[FieldError], known: &Known) -> Form {
        let mut form = Builder::new(t, values, faults);
        match self {
            Self::PlanVisit | Self::LogVisit | Self::VerifyAddress => self.ask_of_home(&mut form, known),
            Self::AddContact => ask_contact(&mut form),
            Self::AddNote | Self::CorrectNote => {
                form.field_as("text", "noteText", Control::Area);
                form.radios_as("sensitive", "noteSensitive", "noteSensitive", &["false", "true"]);
            }
            Self::OfferTransfer => {
                form.select("toTeamId", &known.options);
                form.field_as("reason", "stepReason", Control::Area);
            }
            Self::AnswerTransfer => {
                form.variants("answer", "transferAnswer", &ANSWERS, |form, kind| match kind {
                    "accept" => {
                        form.select_as("answer.accept.officerId", "takingOfficer", &known.options);
                    }
                    _ => {
                        form.field_as("answer.refuse.reason", "stepReason", Control::Area);
                    }
                });
            }
            Self::WithdrawTransfer | Self::EndRepresentative | Self::ProposeSplit | Self::LookAtFinding => {
                form.field_as("reason", "stepReason", Control::Area);
            }
            Self::RenewCode => {
                let methods = texts_of(IdentityCheckMethod::ALL, IdentityCheckMethod::as_str);
                form.radios_as("method", "checkMethod", "checkMethod", &methods);
                form.field_as("evidence", "checkEvidence", Control::Area);
            }
            Self::AddRepresentative => ask_representative(&mut form),
            Self::ReplaceChainNumber => {
                form.field_as("replaces", "skn", Control::Hidden);
                form.field_as("skn", "newSkn", Control::Text(20));
                form.field_as("reason", "stepReason", Control::Area);
            }
            Self::RecordDeath => {
                form.field_as("on", "diedOn", Control::Date);
                form.field_as("evidence", "diedEvidence", Control::Area);
            }
            Self::CorrectDeath => {
                form.field_as("on", "diedOnAfterAll", Control::Date).optional();
                form.field_as("reason", "stepReason", Control::Area);
            }
            Self::ProposeMerge => {
                form.text("absorbedId", 60);
                form.field_as("reason", "mergeReason", Control::Area);
                if !known.options.is_empty() {
                    form.checks("leaveOut", &known.options);
                }
            }
            Self::DecideMerge => {
                form.radios_as("accept", "mergeDecision", "mergeDecision", &["true", "false"]);
            }
            Self::DecideSplit => {
                form.radios_as("accept", "mergeDecision", "splitDecision", &["true", "false"]);
            }
            Self::AssessRisk => beside::ask_risk(&mut form, known),
            Self::AddConviction => beside::ask_conviction(&mut form, known),
            Self::VerifyConviction => beside::ask_verification(&mut form),
            Self::AddRightsRequest => ask_right(&mut form),
            Self::ExtendRightsRequest => {
                form.field_as("reasons", "rightsReasons", Control::Area);
            }
            Self::DecideRightsRequest => {
                let outcomes = texts_of(RightsOutcome::ALL, RightsOutcome::as_str);
                form.radios_as("outcome", "rightsOutcome", "rightsOutcome", &outcomes);
                form.checks_as("grounds", "rightsGrounds", &options(t, "rightsGround", RightsGround::ALL));
                form.field_as("reasons", "rightsReasons", Control::Area);
            }
            Self::CarryOutRightsRequest | Self::LiftRestriction => {
                form.field_as("what", "rightsDone", Control::Area);
            }
        }
        form.finish()
    }

    fn ask_of_home(self, form: &mut Builder<'_>, known: &Known) {
        match self {
            Self::LogVisit => {
                form.variants("outcome", "visitOutcome", &VISIT_OUTCOMES, |form, kind| match kind {
                    "done" => {
                        form.field("outcome.done.visitedAt", Control::Moment);
                        form.field_as("outcome.done.report", "visitReport", Control::Area);
                    }
                    "notAtHome" => {
                        form.field("outcome.notAtHome.visitedAt", Control::Moment);
                        form.field_as("outcome.notAtHome.report", "visitReport", Control::Area).optional();
                    }
                    _ => {
                        form.field_as("outcome.cancelled.reason", "stepReason", Control::Area);
                    }
                });
            }
            Self::VerifyAddress => {
                let sources = texts_of(VerificationSource::ALL, VerificationSource::as_str);
                form.radios_as("source", "verificationSource", "verificationSource", &sources);
                let results = texts_of(VerificationResult::ALL, VerificationResult::as_str);
                form.radios_as("result", "verificationResult", "verificationResult", &results);
                form.field_as("on", "verifiedOn", Control::Date);
                if !known.options.is_empty() {
                    form.select("visitId", &known.options).optional();
                }
                form.field_as("note", "verificationNote", Control::Area).optional();
            }
            _ => {
                form.field("plannedOn", Control::Date);
                form.select_as("officerId", "visitingOfficer", &known.options).optional();
                form.field_as("purpose", "visitPurpose", Control::Area).optional();
            }
        }
    }
}

fn ask_contact(form: &mut Builder<'_>) {
    let t = form.t;
    form.field("happenedAt", Control::Moment);
    let directions = texts_of(ContactDirection::ALL, ContactDirection::as_str);
    form.radios_as("direction", "contactDirection", "contactDirection", &directions);
    form.select("counterpart", &options(t, "contactCounterpart", ContactCounterpart::ALL));
    form.field_as("name", "contactName", Control::Text(40)).optional();
    form.select_as("channel", "contactChannel", &options(t, "contactChannel", ContactChannel::ALL));
    form.select_as("outcome", "contactOutcome", &options(t, "contactOutcome", ContactOutcome::ALL));
    form.field("summary", Control::Area);
}

fn ask_right(form: &mut Builder<'_>) {
    let kinds = texts_of(RightsKind::ALL, RightsKind::as_str);
    form.radios_as("kind", "rightsKind", "rightsKind", &kinds);
    form.field_as("about", "rightsAbout", Control::Area);
    form.field_as("wanted", "rightsWanted", Control::Area).optional();
    form.field_as("receivedOn", "rightsReceivedOn", Control::Date).optional();
}

fn ask_representative(form: &mut Builder<'_>) {
    let kinds = texts_of(RepresentativeKind::ALL, RepresentativeKind::as_str);
    form.radios_as("kind", "representativeKind", "representativeKind", &kinds);
    form.field_as("details.name", "representativeName", Control::Text(40));
    form.field_as("details.organisation", "organisation", Control::Text(40)).optional();
    form.field_as("details.contact", "reachableAt", Control::Text(40)).optional();
    form.field_as("details.mandate", "mandate", Control::Area);
    form.date("from").date("until");
    let scopes = texts_of(RepresentativeScope::ALL, RepresentativeScope::as_str);
    form.radios_as("scope", "representativeScope", "representativeScope", &scopes);
    form.field_as("username", "representativeUsername", Control::Text(40)).optional();
}
