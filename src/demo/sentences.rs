//! What courts imposed on invented people, in the proportions assumed for generated data (no official split exists):
//! indefinite 65%, ten years 17%, seven 5%, five 11%, minors 2%.

use chrono::{Days, Months, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;

use crate::register::conviction::{ConvictionInput, SentenceInput, SentenceKind, Term};

/// How long somebody will be registered, by the sentence; which sentence leads to which is for the law to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    /// A long term of imprisonment, or life.
    Indefinite,
    /// A term of up to two years.
    Ten,
    /// A term of up to six months.
    Seven,
    /// No deprivation of liberty that is carried out.
    Five,
    /// Under 18 at the offence, with a period set by the court.
    Minor,
}

impl Band {
    /// Draws a band; of `index` people in a row the proportions hold as nearly as they can.
    pub fn of(index: usize) -> Self {
        // 37 and 100 have no common divisor, so a hundred people in a row draw each percentage once.
        match (index * 37 + 13) % 100 {
            0..65 => Self::Indefinite,
            65..82 => Self::Ten,
            82..87 => Self::Seven,
            87..98 => Self::Five,
            _ => Self::Minor,
        }
    }

    /// How many days ago the judgment may be at most, so that the registration outlives the history and the year after.
    pub const fn oldest_judgment(self) -> u64 {
        match self {
            Self::Indefinite => 9 * 365,
            Self::Ten => 7 * 365,
            Self::Seven => 4 * 365,
            Self::Five => 3 * 365,
            Self::Minor => 800,
        }
    }
}

/// A conviction of `convicted_on` that leads to the band.
pub fn conviction(dice: &mut StdRng, band: Band, convicted_on: NaiveDate, adult_on: NaiveDate) -> ConvictionInput {
    let offence_on = match band {
        Band::Minor => adult_on.min(convicted_on) - Days::new(dice.random_range(30..300)),
        Band::Indefinite | Band::Ten | Band::Seven | Band::Five => {
            convicted_on - Days::new(dice.random_range(200..900))
        }
    };
    ConvictionInput {
        convicted_on,
        offence_on: Some(offence_on),
        sentenced_on: None,
        place: None,
        registrable: None,
        sentences: vec![sentence(dice, band)],
        court_period_years: (band == Band::Minor).then_some(5),
        parketnummer: Some(format!("99/{:06}-{:02}", dice.random_range(0..1_000_000), dice.random_range(15..27))),
        description: Some("Rechtbank Voorbeeldstad; verzonnen zaak".to_owned()),
    }
}

/// Days of a term that are spent inside, as practice has it: two thirds.
pub fn days_inside(conviction: &ConvictionInput) -> u64 {
    let served = |sentence: &SentenceInput| match sentence.kind {
        SentenceKind::Imprisonment if sentence.suspended.is_none() => u64::from(sentence.months) * 20,
        SentenceKind::Life => 100 * 365,
        SentenceKind::Imprisonment | SentenceKind::Community | SentenceKind::Fine => 0,
    };
    conviction.sentences.iter().map(served).max().unwrap_or(0)
}

/// The day on which somebody becomes eighteen.
pub fn adult_on(born: NaiveDate) -> NaiveDate {
    born.checked_add_months(Months::new(18 * 12)).unwrap_or(born)
}

fn sentence(dice: &mut StdRng, band: Band) -> SentenceInput {
    let imprisonment = |months: u16| SentenceInput {
        kind: SentenceKind::Imprisonment,
        months,
        days: 0,
        suspended: None,
        runs: None,
        overlap: None,
    };
    match band {
        // As in committals for sexual offences in 2019: most between two and ten years, a few beyond.
        Band::Indefinite => imprisonment(match dice.random_range(0..100) {
            0..50 => dice.random_range(25..60),
            50..88 => dice.random_range(60..120),
            _ => dice.random_range(120..200),
        }),
        Band::Ten => imprisonment(dice.random_range(7..=24)),
        Band::Seven => imprisonment(dice.random_range(2..=6)),
        Band::Five | Band::Minor if dice.random_bool(0.5) => {
            SentenceInput { kind: SentenceKind::Community, ..imprisonment(0) }
        }
        Band::Five | Band::Minor => {
            let months = dice.random_range(3..=12);
            SentenceInput { suspended: Some(Term { months, days: 0 }), ..imprisonment(months) }
        }
    }
}
