//! Whether the screening authority would see a conviction at all: what the criminal record holds, and what other states
//! supply for whom.

use serde::Serialize;

use super::application::{Antecedent, Application, Disposal, Source};
use super::profile::ScreeningRules;
use super::screen::ItemReason;
use super::step::Step;
use crate::countries::Countries;

/// Whether a case is seen, with reason and source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Sight {
    pub(super) seen: bool,
    pub(super) reason: ItemReason,
    pub(super) source: String,
    pub(super) step: Step,
}

/// Whether the authority sees a case of an application, `children` being whether the work is with children.
pub(super) fn sight(
    case: &Antecedent,
    application: &Application,
    rules: &ScreeningRules,
    countries: &Countries,
    children: bool,
) -> Sight {
    let country = || case.country.clone();
    let sources = &rules.sources;
    if case.disposal == Disposal::Acquittal {
        return hidden(ItemReason::Acquittal, &sources.acquittal, Step::Acquittal);
    }
    if case.final_on.is_none_or(|day| day > application.on) {
        return hidden(ItemReason::NotFinal, &sources.criminal_record, Step::NotFinal);
    }
    if case.country == "NL" {
        return seen(ItemReason::CriminalRecord, &sources.criminal_record, Step::DutchRecord);
    }
    if case.transferred {
        return seen(ItemReason::SentenceTransferred, &sources.not_available, Step::Transferred { country: country() });
    }
    match case.source {
        Source::SelfDeclared | Source::LiaisonOfficer => {
            return hidden(ItemReason::OnlyTold, &sources.not_available, Step::OnlyTold);
        }
        Source::CriminalRecord => {}
    }
    let exchanges = |code: &str| {
        countries.in_eu(code, application.on) || rules.exchange.like_the_union.iter().any(|other| other == code)
    };
    let lives_in = |code: &str| application.residence.as_ref().is_some_and(|residence| residence == code);
    if rules.exchange.benelux.iter().any(|code| *code == case.country && lives_in(code)) {
        return seen(ItemReason::Benelux, &sources.benelux, Step::BeneluxResident { country: country() });
    }
    if !exchanges(&case.country) {
        let step = Step::OutsideTheUnion { country: country() };
        return hidden(ItemReason::OutsideTheUnion, &sources.not_available, step);
    }
    if application.is_dutch() {
        return seen(ItemReason::EcrisDutch, &sources.ecris_dutch, Step::EcrisDutch { country: country() });
    }
    match application.nationalities.iter().find(|code| exchanges(code)) {
        None => {
            hidden(ItemReason::ThirdCountryNational, &sources.not_available, Step::NoTcnSystem { country: country() })
        }
        Some(state) if children => {
            seen(ItemReason::EcrisUnion, &sources.ecris_union, Step::EcrisUnion { country: state.clone() })
        }
        Some(state) => {
            let step = Step::OnlyForChildren { country: state.clone() };
            hidden(ItemReason::NotWithChildren, &sources.ecris_union, step)
        }
    }
}

fn seen(reason: ItemReason, source: &str, step: Step) -> Sight {
    Sight { seen: true, reason, source: source.to_owned(), step }
}

fn hidden(reason: ItemReason, source: &str, step: Step) -> Sight {
    Sight { seen: false, reason, source: source.to_owned(), step }
}
