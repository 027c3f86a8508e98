//! The curves and the estimates of the catalogue, made safe here.

use serde::Serialize;

use super::definition::{Text, Unit, text};
use super::plan::Plan;
use crate::comparison::agreement::Agreement;
use crate::comparison::cohort::{Cohort, Endpoint};
use crate::comparison::contrast::side_of;
use crate::comparison::contrast::{Contrast, QUESTIONS, contrast, curve_rows, incidences};
use crate::comparison::published::{Row, agreement_rows, contrast_rows, incidence_rows, intensity_row, rate_row};
use crate::comparison::sight::Standard;
use crate::disclosure::curve::{PRESET, Point, controlled};
use crate::history::{Arm, Span, System};
use crate::period::Quarter;

/// Which flags count as failures in every comparison: those that a second person confirmed.
pub const STANDARD: Standard = Standard::Confirmed;

/// What a set of curves or estimates is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// Its id.
    pub id: &'static str,
    /// The version of its definition.
    pub version: u32,
    /// Its name.
    pub title: Text,
    /// What is estimated and how.
    pub definition: Text,
    /// Of whom.
    pub population: Text,
    /// What is counted.
    pub unit: Unit,
}

/// Survival curves, safe to leave the house.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// What they are.
    pub about: &'static About,
    /// What is waited for.
    pub endpoint: Endpoint,
    /// The last day of observation.
    pub until: chrono::NaiveDate,
    /// For each arm the curve at multiples of 90 days; empty when too few are at risk.
    pub arms: Vec<(Arm, Vec<Point>)>,
}

/// Estimates, safe to leave the house.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// What they are.
    pub about: &'static About,
    /// The quarter, such as `2026-Q3`; of the arms, the last of the plan.
    pub quarter: String,
    /// First day; of the arms, each person's index date, so none.
    pub from: Option<chrono::NaiveDate>,
    /// The last day of observation.
    pub until: chrono::NaiveDate,
    /// The estimates.
    pub rows: Vec<Row>,
}

/// Time free of an endpoint.
pub const SURVIVAL: About = About {
    id: "survival",
    version: 1,
    title: text("Tijd tot een gebeurtenis, met personen at risk", "Time to an event, with numbers at risk"),
    definition: text(
        "Kaplan-Meier per arm zoals toegewezen, in dagen sinds de indexdatum, op veelvouden van 90 dagen. Detentie is een \
         onderbreking; vertrek, overlijden en het einde van de waarneming censureren. Een trede wordt getoond als er tien \
         gebeurtenissen bij zijn gekomen.",
        "Kaplan-Meier by arm as assigned, in days since the index date, at multiples of 90 days. Custody is a gap; \
         leaving, death and the end of observation censor. A step is shown when ten events have come together.",
    ),
    population: text("personen die aan een arm zijn toegewezen", "people assigned to an arm"),
    unit: Unit::None,
};

/// What each system saw of the same.
pub const AGREEMENT: About = About {
    id: "register-and-supervision",
    version: 1,
    title: text("Register en toezicht vergeleken", "The register and supervision compared"),
    definition: text(
        "Toegevoegde detectie: gebeurtenissen die alleen het register zag, gedeeld door alle die een van beide zag. \
         Toegevoegde dekking: dagen met meldplicht zonder toezicht, gedeeld door alle dagen met meldplicht. Cohens kappa \
         van de maanden. Personen die alleen het register zag, gedeeld door personen die alleen toezicht zag, met de \
         toets van McNemar. Voorsprong: dagen van het signaal tot de melding door toezicht. Intervallen gaan uit van \
         personen, niet van gebeurtenissen of maanden.",
        "Detection added: events that the register alone saw over all that either saw. Coverage added: days registered \
         and not supervised over all days registered. Cohen's kappa of the months. People whom the register alone saw \
         over people whom supervision alone saw, with McNemar's test. Lead time: days from the flag to the report by \
         supervision. Intervals are of people, not of events or months.",
    ),
    population: text(
        "alle personen; kappa en McNemar: onder beide systemen",
        "everyone; kappa and McNemar: under both systems",
    ),
    unit: Unit::None,
};

/// The arms against each other.
pub const EFFECTS: About = About {
    id: "effects",
    version: 1,
    title: text("Verschillen tussen de armen", "Differences between the arms"),
    definition: text(
        "Hazardratio (Cox, Efron, gestratificeerd) en ratio van incidenties, naar de toewijzing op de indexdatum. De \
         controlegroep is gematcht op soort delict, risicoklasse en leeftijd in klassen van vijf jaar. Bij elk verschil \
         staan het interval, hoe vaak in elke arm is gekeken, en hoeveel gebeurtenissen nodig zijn om een hazardratio van \
         0,5 tot 0,9 te kunnen zien (80 %, tweezijdig 5 %). Niet gebeurd is niet hetzelfde als niet gezien.",
        "Hazard ratio (Cox, Efron, stratified) and ratio of rates, by assignment at the index date. The control group is \
         matched by kind of offence, risk band and five-year age band. Beside each difference stand its interval, how \
         often each arm was looked at, and how many events it takes to see a hazard ratio of 0.5 to 0.9 (80 %, two-sided \
         5 %). Not seen is not the same as not happened.",
    ),
    population: text("personen die aan een arm zijn toegewezen", "people assigned to an arm"),
    unit: Unit::None,
};

/// Rates of the arms and how hard they were looked at.
pub const RATES: About = About {
    id: "rates-and-intensity",
    version: 1,
    title: text("Incidenties en intensiteit van waarneming", "Rates and observation intensity"),
    definition: text(
        "Per arm: eerste gebeurtenissen per persoonsjaar in vrijheid, met exact interval, en controles per persoonsmaand. \
         Wie vaker kijkt vindt meer.",
        "By arm: first events per person-year at liberty, with exact limits, and checks per person-month. Who looks more \
         finds more.",
    ),
    population: text("personen die aan een arm zijn toegewezen", "people assigned to an arm"),
    unit: Unit::PerPersonYear,
};

/// Chances beside what competes.
pub const INCIDENCE: About = About {
    id: "cumulative-incidence",
    version: 1,
    title: text(
        "Kans op een gebeurtenis, naast wat ervoor kan komen",
        "Chance of an event, beside what may come first",
    ),
    definition: text(
        "Aalen-Johansen per arm, 1 tot 5 jaar na de indexdatum: de kans op de gebeurtenis voordat overlijden, detentie of \
         voortijdige verwijdering komt, en de kans op elk daarvan.",
        "Aalen-Johansen by arm, 1 to 5 years after the index date: the chance of the event before death, custody or \
         removal comes, and the chance of each of those.",
    ),
    population: text("personen die aan een arm zijn toegewezen", "people assigned to an arm"),
    unit: Unit::None,
};

/// Every set of curves and estimates.
pub const ALL: &[&About] = &[&SURVIVAL, &AGREEMENT, &EFFECTS, &RATES, &INCIDENCE];

/// What each system saw in a quarter.
pub(super) fn agreement(agreement: &Agreement, quarter: Quarter, period: Span, plan: &Plan) -> Estimates {
    Estimates {
        about: &AGREEMENT,
        quarter: quarter.to_string(),
        from: Some(period.from()),
        until: period.until().unwrap_or(plan.until()),
        rows: agreement_rows(agreement, plan.settings, plan.confidence),
    }
}

/// The arms, from each index date to the end of the plan.
pub(super) fn arms(cohort: &Cohort, plan: &Plan) -> Vec<Estimates> {
    let (settings, confidence) = (plan.settings, plan.confidence);
    let mut effects = Vec::new();
    let mut rates = Vec::new();
    let mut chances = Vec::new();
    for endpoint in Endpoint::ALL {
        let contrasts = QUESTIONS.iter().filter_map(|arms| contrast(cohort, *arms, endpoint, confidence));
        effects.extend(contrasts.flat_map(|it: Contrast| contrast_rows(&it, settings, confidence)));
        for arm in Arm::ALL.iter().filter(|arm| endpoint.is_seen_in(**arm)) {
            rates.push(rate_row(&side_of(cohort, *arm, endpoint, confidence), endpoint.code(), settings, confidence));
        }
        chances.extend(incidence_rows(&incidences(cohort, endpoint), endpoint.code(), settings, confidence));
    }
    for arm in Arm::ALL {
        let observed = cohort.observed(*arm);
        rates.extend(System::ALL.iter().map(|by| intensity_row(*arm, observed, *by, settings, confidence)));
    }
    let quarter = plan.quarters().last().map_or_else(String::new, |(quarter, _)| quarter.to_string());
    let estimates = |about, rows| Estimates { about, quarter: quarter.clone(), from: None, until: plan.until(), rows };
    vec![estimates(&EFFECTS, effects), estimates(&RATES, rates), estimates(&INCIDENCE, chances)]
}

/// The curves of every arm in which the endpoint can be seen.
pub(super) fn curves(cohort: &Cohort, plan: &Plan) -> Vec<Curves> {
    let of = |endpoint: Endpoint| {
        let arms = Arm::ALL.iter().filter(|arm| endpoint.is_seen_in(**arm));
        let curve = |arm: Arm| controlled(&curve_rows(cohort, arm, endpoint), PRESET, plan.settings);
        let arms = arms.map(|arm| (*arm, curve(*arm))).collect();
        Curves { about: &SURVIVAL, endpoint, until: plan.until(), arms }
    };
    Endpoint::ALL.map(of).into()
}
