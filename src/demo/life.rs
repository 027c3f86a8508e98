//! A life as plain data: who somebody is, on what the registration rests, and what happens on which day, into the
//! past and a year beyond today. Pure: the same seed and day give the same life.
//!
//! Nothing here computes a date of the law. People report within a day or two because people who comply do; whether
//! that was in time is for the register to say.

use chrono::{Days, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;

use super::days::Chronicle;
use super::people;
use super::sentences::{self, Band};
use crate::evaluation::assignments::{NewAssignment, PILOT};
use crate::ids::AccountId;
use crate::register::address::Address;
use crate::register::attempt::AttemptReport;
use crate::register::conviction::ConvictionInput;
use crate::register::custody::{CustodyInput, CustodyKind};
use crate::register::enrol::{Enrolment, LegalBasisInput, NewPerson};
use crate::register::input::{
    AddressReport, ConfirmationReport, InitialReport, NameReport, NightReport, ReturnReport, StayReport, TravelReport,
};
use crate::register::notice::NoticeInput;
use crate::vocabulary::{Arm, LegalBasis, Regime, RiskBand, StudyArm};

/// How far beyond today a life is told, in days.
pub const AHEAD: u64 = 400;

/// How long the register has been in use in the demonstration, in days.
const IN_USE: u64 = 700;

/// An invented registrant and everything that happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// Which life it is, from 0.
    pub index: usize,
    /// The person, as enrolled.
    pub person: NewPerson,
    /// The rules.
    pub regime: Regime,
    /// Under the pilot, the day on which the registration began when the judgment is older.
    pub pilot_from: Option<NaiveDate>,
    /// The conviction the registration rests on.
    pub conviction: ConvictionInput,
    /// Imprisonment at the time of enrolment.
    pub custody: Option<CustodyInput>,
    /// The day of enrolment.
    pub enrolled_on: NaiveDate,
    /// Class of the offence.
    pub offence_class: &'static str,
    /// Arm of the evaluation.
    pub arm: Arm,
    /// What happens, in order of time.
    pub steps: Vec<Step>,
}

/// Something that happens on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The day.
    pub on: NaiveDate,
    /// What.
    pub what: What,
}

/// What happens.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each variant is the report or notice it holds")]
pub enum What {
    Initial(Box<InitialReport>),
    Name(Box<NameReport>),
    Home(Box<AddressReport>),
    Stay(Box<StayReport>),
    Travel(Box<TravelReport>),
    Return(Box<ReturnReport>),
    Confirmation(Box<ConfirmationReport>),
    Night(Box<NightReport>),
    Custody(CustodyInput),
    Notice(NoticeInput),
    Attempt(AttemptReport),
}

/// What somebody is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Character {
    /// Reports what has to be reported.
    Careful,
    /// Once, does not.
    Careless,
    /// The registrant whose account is printed: lives quietly, and the yearly confirmation falls due in a few days.
    Prepared,
    /// Moved two weeks ago, was turned away at the desk, and has not come back.
    TurnedAway,
}

impl Character {
    /// The first two have their part in the demonstration; of the others about 4% fail once.
    pub const fn of(index: usize) -> Self {
        match index {
            0 => Self::Prepared,
            1 => Self::TurnedAway,
            _ if index % 25 == 7 => Self::Careless,
            _ => Self::Careful,
        }
    }
}

impl Life {
    /// The `index`-th life, seen from `today`.
    pub fn new(seed: u64, index: usize, today: NaiveDate) -> Self {
        let mut dice = people::dice(seed, index);
        let character = Character::of(index);
        let shown = matches!(character, Character::Prepared | Character::TurnedAway);
        let regime = if index % 10 == 4 { Regime::Ie } else { Regime::NlPilot };
        let band = if shown { Band::Indefinite } else { Band::of(index) };
        let age = if band == Band::Minor { 20 } else { dice.random_range(32..76) };
        let mut person = people::person(&mut dice, index, regime, age, today);
        if shown {
            person.contact.email.get_or_insert_with(|| format!("registrant.{}@post.example", index + 1));
        }
        let (convicted_on, enrolled_on) = if shown {
            (today - Days::new(1_900), today - Days::new(600))
        } else {
            judgment(&mut dice, regime, band, today)
        };
        let conviction = sentences::conviction(&mut dice, band, convicted_on, sentences::adult_on(person.birth_date));
        let custody = if shown { None } else { imprisonment(&mut dice, &conviction, enrolled_on) };
        let home = people::home(&mut dice, regime);
        let free_on = custody.and_then(|spell| spell.until).unwrap_or(enrolled_on);
        let offence_class = ["contact_minor", "contact_adult", "images", "online"][dice.random_range(0..4)];
        let drawn = [Arm::RegisterOnly, Arm::RegisterOnly, Arm::Both, Arm::None][dice.random_range(0..4)];
        let arm = if character == Character::TurnedAway { Arm::Both } else { drawn };
        let steps = Chronicle::new(&mut dice, &person, regime, home, today).tell(character, free_on);
        Self {
            index,
            pilot_from: (regime == Regime::NlPilot && convicted_on < enrolled_on).then_some(enrolled_on),
            person,
            regime,
            conviction,
            custody,
            enrolled_on,
            offence_class,
            arm,
            steps,
        }
    }

    /// The turn of this life, from 0, where something happens to one in `of`. The same whatever the day is; the first two have
    /// none of the first turns, because what happens to them is told already.
    pub fn turn(&self, of: u32) -> u32 {
        u32::try_from(self.index).unwrap_or_default().wrapping_add(9) % of
    }

    /// The assignment to an arm of the pilot, on the day of enrolment; nothing for whoever is not in the evaluation.
    pub fn assignment(&self) -> Option<NewAssignment> {
        let arm = match self.arm {
            Arm::RegisterOnly => StudyArm::RegisterOnly,
            Arm::WltOnly => StudyArm::SupervisionOnly,
            Arm::Both => StudyArm::Both,
            Arm::None => return None,
        };
        Some(NewAssignment {
            study: PILOT.to_owned(),
            arm,
            stratum: self.regime.as_str().to_owned(),
            cluster: None,
            risk_band: Some(RiskBand::Moderate),
            index_on: self.enrolled_on,
            assigned_on: self.enrolled_on,
        })
    }

    /// The enrolment, with the officer who supervises.
    pub fn enrolment(&self, officer: AccountId) -> Enrolment {
        Enrolment {
            person: Some(self.person.clone()),
            person_id: None,
            regime: self.regime,
            pilot_from: self.pilot_from,
            legal_basis: Some(LegalBasisInput {
                kind: match self.regime {
                    Regime::NlPilot => LegalBasis::Synthetic,
                    Regime::Ie => LegalBasis::IrishAct,
                },
                reference: "Demonstration: an invented person".to_owned(),
            }),
            convictions: vec![self.conviction.clone()],
            custody: self.custody.into_iter().collect(),
            officer_id: officer,
            team_id: None,
            offence_class: self.offence_class.to_owned(),
            arm: self.arm,
        }
    }
}

/// The day of the judgment and the day of enrolment. Three in four under the pilot were convicted before it.
fn judgment(dice: &mut StdRng, regime: Regime, band: Band, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let recent = today - Days::new(dice.random_range(20..IN_USE));
    if regime == Regime::Ie || dice.random_bool(0.25) {
        return (recent, recent);
    }
    let enrolled_on = today - Days::new(IN_USE - dice.random_range(0..200));
    let convicted_on = today - Days::new(dice.random_range(IN_USE..band.oldest_judgment()));
    (convicted_on, enrolled_on)
}

/// The rest of the sentence, for those who are inside when they are enrolled. Many were on remand for its length.
fn imprisonment(dice: &mut StdRng, conviction: &ConvictionInput, enrolled_on: NaiveDate) -> Option<CustodyInput> {
    let inside = sentences::days_inside(conviction);
    let entered = conviction.convicted_on;
    let release = entered.checked_add_days(Days::new(inside))?;
    let served_before = dice.random_bool(0.6);
    (release > enrolled_on && !served_before).then_some(CustodyInput {
        kind: CustodyKind::Prison,
        from: entered,
        until: Some(release),
    })
}

/// Where a report was taken, for the reports officers record.
pub(super) fn office(home: &Address) -> String {
    match home {
        Address::Dutch { city, .. } => format!("Bureau {city}, balie 1"),
        Address::Location { municipality, .. } | Address::NoFixedAbode { municipality, .. } => {
            format!("Bureau {municipality}, balie 1")
        }
        Address::Foreign { lines, .. } => {
            format!("Garda station {}", lines.last().map_or("Ballysample", String::as_str))
        }
    }
}
