//! What stands beside the register about invented people: a risk assessment of those who are supervised as well, a conviction
//! abroad that one in a few told of, and a report from outside that waits for the desk. Pure, like [`life`](super::life).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::life::Life;
use crate::instruments::convictions::Channel;
use crate::instruments::offences::{Classified, Completion, Offence, Participation};
use crate::instruments::risk::{Age, Finding, Sex, StaticItems};
use crate::instruments::signals::Origin;
use crate::measures::convictions::NewForeignConviction;
use crate::measures::risk::NewRiskAssessment;
use crate::measures::signals::{NewReporter, NewSignal};
use crate::vocabulary::Arm;

/// Of so many people one told of a conviction abroad, and one was reported from outside.
const ONE_IN: u32 = 12;

/// The assessment of whoever is supervised as well.
pub fn assessment(life: &Life) -> Option<NewRiskAssessment> {
    if life.arm != Arm::Both {
        return None;
    }
    let chance = i64::from(life.enrolled_on.ordinal() % 3);
    let finding = if life.enrolled_on.ordinal().is_multiple_of(4) {
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
    life.enrolled_on.ordinal().is_multiple_of(ONE_IN).then(|| NewForeignConviction {
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
    (life.enrolled_on.ordinal() % ONE_IN == 1).then(|| NewSignal {
        origin: Origin::ChainPartner,
        received_on: Some(today),
        text: "Zou zich hebben aangemeld als begeleider bij een kamp".to_owned(),
        reporter: NewReporter::Intermediary {
            intermediary: "Meldpunt Voorbeeld".to_owned(),
            reference: "M-1".to_owned(),
        },
    })
}

fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}
