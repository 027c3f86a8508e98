//! Flags: what came of them, how long it took, what was referred. A flag is judged as it stood on the last day of the
//! quarter.

use chrono::NaiveDate;

use super::{EVERYWHERE, band};
use crate::catalogue::definition::{Across, Fixed, Fixtures, Item, Measure, Quantity, Unit, part, text, within};
use crate::history::{Flag, History, Span};

const OUTCOMES: &[Fixed] = &[
    part("confirmed", "vastgesteld", "confirmed"),
    within("confirmed", "warning", "waarschuwing", "warning"),
    within("confirmed", "referral", "voorgelegd aan de autoriteiten", "put before the authorities"),
    part("dismissed", "niet vastgesteld", "not confirmed"),
    within("dismissed", "complied_after_all", "toch gemeld", "notified after all"),
    within("dismissed", "acceptable_excuse", "geldige reden", "valid reason"),
    within("dismissed", "technical_failure", "storing", "failure of the system"),
    within("dismissed", "duplicate", "dubbel", "duplicate"),
    within("dismissed", "wrong_facts", "onjuiste gegevens", "wrong facts"),
];

const AGES: &[(i64, &str)] = &[(0, "0_to_1"), (2, "2_to_7"), (8, "8_to_30"), (31, "31_to_90"), (91, "91_and_more")];

const AGE: &[Fixed] = &[
    part("0_to_1", "0 en 1", "0 and 1"),
    part("2_to_7", "2 tot en met 7", "2 to 7"),
    part("8_to_30", "8 tot en met 30", "8 to 30"),
    part("31_to_90", "31 tot en met 90", "31 to 90"),
    part("91_and_more", "91 en meer", "91 and more"),
];

const DAYS_TO_DECISION: Fixtures =
    Fixtures { code: "days_to_decision", name: text("dagen tot de beslissing", "days to the decision"), parts: AGE };

/// Flags raised.
pub const RAISED: Measure = Measure {
    id: "flags-raised",
    version: 1,
    title: text("Opgekomen signalen naar soort feit", "Flags raised by kind of fact"),
    definition: text(
        "Signalen die in het kwartaal zijn opgekomen. Een signaal is een vermoeden van het systeem; pas de beslissing van \
         een tweede persoon stelt iets vast.",
        "Flags raised in the quarter. A flag is the system's suspicion; only the decision of a second person establishes \
         anything.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::Flags),
    sensitive: true,
    rows: &super::sight::FACT,
    across: EVERYWHERE,
    items: |history, period| {
        let raised = history.flags.iter().filter(|flag| period.has(flag.raised_on));
        raised.map(|flag| Item::event(flag.fact().code(), flag.id, flag.raised_on)).collect()
    },
};

/// When and what was decided, if by the last day of the period.
fn decided_by(flag: &Flag, period: Span) -> Option<(NaiveDate, &'static str)> {
    let decided = flag.decided_on.filter(|day| Some(*day) <= period.until())?;
    Some((decided, flag.outcome?.code()))
}

/// How long decisions took.
pub const DECIDED: Measure = Measure {
    id: "flags-decided",
    version: 1,
    title: text("Beslissingen op signalen, met wat is voorgelegd", "Decisions on flags, with referrals"),
    definition: text(
        "Signalen waarop in het kwartaal is beslist, naar uitkomst; ook naar het aantal dagen tussen het opkomen van het \
         signaal en de beslissing. Voorgelegd is: de beslissing om het aan OM en AICE voor te leggen.",
        "Flags decided in the quarter, by outcome; also by the number of days from the flag to the decision. A referral is \
         the decision to put it before the prosecution service and the execution authority.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::Flags),
    sensitive: true,
    rows: &Fixtures { code: "outcome", name: text("uitkomst", "outcome"), parts: OUTCOMES },
    across: &[Across::Own(&DAYS_TO_DECISION), Across::Team, Across::Arm, Across::OffenceGroup],
    items: |history, period| {
        let decided = history.flags.iter().filter_map(|flag| {
            let (day, outcome) = decided_by(flag, period).filter(|(day, _)| period.has(*day))?;
            let column = band((day - flag.raised_on).num_days(), AGES);
            Some(Item { column, ..Item::event(outcome, flag.id, day) })
        });
        decided.collect()
    },
};

/// Flags that wait.
pub const OPEN: Measure = Measure {
    id: "flags-open",
    version: 1,
    title: text("Open signalen naar ouderdom", "Open flags by age"),
    definition: text(
        "Signalen waarop op de laatste dag van het kwartaal nog niet is beslist, naar het aantal dagen sinds zij opkwamen.",
        "Flags on which nothing has been decided on the last day of the quarter, by the number of days since they were \
         raised.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::Flags),
    sensitive: true,
    rows: &Fixtures { code: "age_in_days", name: text("ouderdom in dagen", "age in days"), parts: AGE },
    across: EVERYWHERE,
    items: |history, period| {
        let Some(last) = period.until() else { return Vec::new() };
        let open = history.flags.iter().filter(|it| it.raised_on <= last && decided_by(it, period).is_none());
        open.map(|flag| Item::event(band((last - flag.raised_on).num_days(), AGES), flag.id, flag.raised_on)).collect()
    },
};

/// What the authorities did.
pub const ANSWERS: Measure = Measure {
    id: "referral-answers",
    version: 1,
    title: text("Wat de autoriteiten deden", "What the authorities did"),
    definition: text(
        "Voorgelegde signalen waarop in het kwartaal is geantwoord, naar het antwoord. Een zaak is geen persoon: wie \
         meer dan eens is voorgelegd telt meer dan eens.",
        "Referred flags that were answered in the quarter, by the answer. A case is no person: who was referred more than \
         once counts more than once.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::Flags),
    sensitive: true,
    rows: &Fixtures {
        code: "answer",
        name: text("antwoord", "answer"),
        parts: &[
            part("no_action", "niets", "nothing"),
            part("returned", "teruggestuurd", "sent back"),
            part("warning", "waarschuwing", "warning"),
            part("proceedings", "strafzaak", "proceedings"),
            within("proceedings", "penalty_order", "strafbeschikking", "penalty order"),
            within("proceedings", "prosecution", "dagvaarding", "prosecution"),
            within("proceedings", "convicted", "veroordeeld", "convicted"),
            within("proceedings", "acquitted", "vrijgesproken", "acquitted"),
            part("measure_executed", "maatregel uitgevoerd of verlengd", "measure executed or extended"),
        ],
    },
    across: EVERYWHERE,
    items: answers,
};

fn answers(history: &History, period: Span) -> Vec<Item> {
    let answered = history.flags.iter().filter(|it| it.answered_on.is_some_and(|day| period.has(day)));
    answered.filter_map(|flag| Some(Item::event(flag.authority?.code(), flag.id, flag.answered_on?))).collect()
}
