//! Proposals about a few invented people: a warning that is blocked, one that waits for the Interpol bureau, a passport
//! measure that was asked for. Pure, like [`life`](super::life). Notices of journeys come of the journeys themselves.

use chrono::{Days, NaiveDate};

use super::life::Life;
use crate::instruments::notice::{
    Consultation, Content, Conviction, ConvictionSource, Ground, Identity, Kind, RiskAssessment, Sex, TravelDocument,
};
use crate::instruments::passport::{self, Article, Residence, Sentence, Situation};
use crate::proposals::passport::{LetterParticulars, PassportDraft};
use crate::vocabulary::Regime;

/// Of so many people one has a proposal of each kind.
const ONE_IN: u32 = 6;

/// A proposal about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposed {
    /// A warning notice that stays a draft: nobody assessed the risk.
    Blocked(Box<Content>),
    /// A warning notice that was proposed.
    Warning(Box<Content>),
    /// A passport measure that was asked for.
    Passport(Box<PassportDraft>),
}

/// What was proposed about somebody of whom the register still knows on that day.
pub fn proposed(life: &Life, today: NaiveDate) -> Option<Proposed> {
    // Nobody's registration has ended two years after it began.
    if life.regime != Regime::NlPilot || life.enrolled_on + Days::new(730) < today {
        return None;
    }
    match life.turn(ONE_IN) {
        0 => Some(Proposed::Blocked(Box::new(Content { risk_assessment: None, ..warning(life, today) }))),
        1 => Some(Proposed::Warning(Box::new(warning(life, today)))),
        2 => Some(Proposed::Passport(Box::new(measure(life)))),
        _ => None,
    }
}

fn warning(life: &Life, today: NaiveDate) -> Content {
    let name = &life.person.name;
    let family: Vec<&str> = name.prefix.iter().map(String::as_str).chain([name.surname.as_str()]).collect();
    Content {
        kind: Kind::GreenDiffusion,
        ground: Some(Ground::Person),
        ground_reasons: "Veroordeeld, en boekt reizen naar landen waar kinderen weinig bescherming hebben.".to_owned(),
        risk_assessment: Some(RiskAssessment {
            id: "Static-99R".to_owned(),
            assessed_on: today - Days::new(30),
            disputed: false,
        }),
        consultation: Some(Consultation { with: "Landelijk Parket".to_owned(), on: today - Days::new(7) }),
        convictions: vec![Conviction {
            id: "V1".to_owned(),
            country: "NL".to_owned(),
            source: ConvictionSource::CriminalRecord,
            verified: true,
            disputed: false,
            consent: None,
        }],
        modus_operandi: None,
        identity: Identity {
            family_name: Some(family.join(" ")),
            forenames: Some(name.given.clone()),
            sex: Some(Sex::Unspecified),
            birth_date: Some(life.person.birth_date),
            documents: vec![TravelDocument { number: "SPECI2014".to_owned(), country: "NL".to_owned() }],
            ..Identity::default()
        },
        caution: None,
        handling_codes: Vec::new(),
        destinations: vec!["PH".to_owned(), "TH".to_owned()],
        immediate_threat: None,
    }
}

fn measure(life: &Life) -> PassportDraft {
    PassportDraft {
        article: Article::Article18,
        grounds: vec![passport::Ground::B],
        situation: Situation {
            claim_to_document: Some(true),
            evasion_reasons: Some("Heeft de huur opgezegd en een enkele reis geboekt.".to_owned()),
            sentences: vec![Sentence {
                id: "V1".to_owned(),
                final_on: Some(life.conviction.convicted_on),
                months: 12,
                days: 0,
                fine_category: None,
                disputed: false,
            }],
            ..Situation::default()
        },
        letter: LetterParticulars {
            birth_place: "Voorbeeldstad, Nederland".to_owned(),
            nationality: "Nederlandse".to_owned(),
            parketnummer: "05-123456-22".to_owned(),
            officer: "mr. D. Denkbeeld".to_owned(),
            office: "Arrondissementsparket Oost-Nederland".to_owned(),
            residence: Some(Residence::Unknown),
            ..LetterParticulars::default()
        },
    }
}
