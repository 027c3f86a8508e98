//! What stands beside the register about invented people: a risk assessment of those who are supervised as well, a conviction
//! abroad that one in a few told of, a report from outside that waits for the desk, requests from other countries, one for
//! help and one about a right. Pure, like [`life`](super::life).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::life::Life;
use crate::instruments::convictions::{Channel, Listed, RequestPurpose, System};
use crate::instruments::offences::{Classified, Completion, Offence, Participation};
use crate::instruments::risk::{Age, Finding, Sex, StaticItems};
use crate::instruments::signals::Origin;
use crate::measures::convictions::NewForeignConviction;
use crate::measures::help::NewHelpRequest;
use crate::measures::requests::NewEcrisRequest;
use crate::measures::risk::NewRiskAssessment;
use crate::measures::signals::{NewReporter, NewSignal};
use crate::rights::requests::NewRightsRequest;
use crate::vocabulary::{Arm, HelpProvider, RightsKind};

/// Of so many people one told of a conviction abroad, and one was reported from outside.
const ONE_IN: u32 = 12;

/// The assessment of whoever is supervised as well.
pub fn assessment(life: &Life) -> Option<NewRiskAssessment> {
    if life.arm != Arm::Both {
        return None;
    }
    let chance = i64::from(life.turn(3));
    let finding = if life.turn(4) == 0 {
        let items = [
            "victim_access",
            "hostility",
            "sexual_preoccupation",
            "rejection_of_supervision",
            "emotional_collapse",
            "collapse_of_social_supports",
            "substance_abuse",
        ];
        let items: BTreeMap<String, i64> = items.iter().map(|item| ((*item).to_owned(), chance % 2)).collect();
        Finding::Acute2007 { items }
    } else {
        Finding::Static99r {
            sex: Some(Sex::Male),
            age: Some(Age::Days { born_on: life.person.birth_date, released_on: life.enrolled_on }),
            only_online_images: Some(false),
            items: StaticItems {
                never_lived_with_lover: Some(chance % 2),
                index_violence: Some(0),
                prior_violence: Some(0),
                prior_sexual: Some(chance),
                prior_sexual_charges: None,
                prior_sexual_convictions: None,
                prior_sentencing_dates: Some(0),
                non_contact: Some(0),
                unrelated_victim: Some(1),
                stranger_victim: Some(chance % 2),
                male_victim: Some(0),
            },
        }
    };
    let version = match finding {
        Finding::Acute2007 { .. } => "acute-2007",
        _ => "static-99r-2016",
    };
    Some(NewRiskAssessment {
        version: version.to_owned(),
        assessor: None,
        assessed_on: life.enrolled_on,
        total: None,
        finding,
    })
}

/// What one in a few tells of a conviction abroad.
pub fn declared(life: &Life) -> Option<NewForeignConviction> {
    let judged = day(2015, 2, 2)?;
    (life.turn(ONE_IN) == 0).then(|| NewForeignConviction {
        channel: Channel::SelfDeclared,
        received_on: life.enrolled_on,
        country: "PH".to_owned(),
        dutch_national: Some(true),
        judgment_on: judged,
        final_on: None,
        offence: Offence {
            classified: Classified::Dutch { article: "245".to_owned() },
            committed_on: judged,
            committed_until: None,
            completion: Completion::Completed,
            participation: Participation::Perpetrator,
            exempt: false,
            minor_victim: None,
            sexual: None,
        },
        members: Vec::new(),
        provenance: "De betrokkene".to_owned(),
        particulars: Some("Zegt in het buitenland te zijn veroordeeld; er is geen vonnis".to_owned()),
    })
}

/// What was reported from outside about one in a few; it names nobody.
pub fn reported(life: &Life, today: NaiveDate) -> Option<NewSignal> {
    (life.turn(ONE_IN) == 1).then(|| NewSignal {
        origin: Origin::ChainPartner,
        received_on: Some(today),
        text: "Zou zich hebben aangemeld als begeleider bij een kamp".to_owned(),
        reporter: NewReporter::Intermediary {
            intermediary: "Meldpunt Voorbeeld".to_owned(),
            reference: "M-1".to_owned(),
        },
    })
}

/// What other countries ask, at the time of one in a few: about work with children, through a system that does not work yet,
/// and with an identity that is not complete.
pub fn asked_from_abroad(life: &Life, today: NaiveDate) -> Option<NewEcrisRequest> {
    let (system, purpose, identity_complete) = match life.turn(ONE_IN) {
        2 => (System::Ecris, RequestPurpose::WorkWithChildren, true),
        3 => (System::EcrisTcn, RequestPurpose::ThirdCountryNational, true),
        4 => (System::Ecris, RequestPurpose::CriminalProceedings, false),
        _ => return None,
    };
    let convictions =
        day(2015, 2, 2).map(|committed_on| Listed { id: "V1".to_owned(), article: "240b".to_owned(), committed_on });
    Some(NewEcrisRequest {
        system,
        purpose,
        received_on: today,
        authority: "Voorbeeldautoriteit".to_owned(),
        reference: Some(format!("E-{}", life.index)),
        identity_complete,
        convictions: convictions.into_iter().collect(),
    })
}

/// What the registrant shown asks the helper.
pub fn asked_for_help() -> NewHelpRequest {
    NewHelpRequest {
        provider: HelpProvider::StopItNow,
        reachable_at: "Na 18 uur, 06 12345678".to_owned(),
        message: Some("Ik wil er met iemand over praten.".to_owned()),
    }
}

/// What the registrant shown asks as a right.
pub fn asked_as_right() -> NewRightsRequest {
    NewRightsRequest {
        kind: RightsKind::Rectification,
        about: "Mijn telefoonnummer staat er niet goed.".to_owned(),
        wanted: Some("Gebruik het nummer dat ik bij mijn eerste melding gaf.".to_owned()),
        received_on: None,
    }
}

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}
