//! Measures beside the register: what was asked of the authority that decides, what it decided, how long that took.

use super::{EVERYWHERE, band};
use crate::catalogue::definition::{Across, Fixed, Fixtures, Item, Measure, Quantity, Unit, part, text, within};
use crate::history::{Proposal, ProposalKind, ProposalOutcome};

const KINDS: &[Fixed] = &[
    part("passport_measure", "paspoortmaatregel", "passport measure"),
    within("passport_measure", "article_18", "artikel 18 Paspoortwet", "section 18 of the Passport Act"),
    within("passport_measure", "article_24a", "artikel 24, onder a, Paspoortwet", "section 24(a) of the Passport Act"),
    part("warning", "waarschuwing via Interpol", "warning through Interpol"),
    within("warning", "green_notice", "Green Notice", "Green Notice"),
    within("warning", "green_diffusion", "Green Diffusion", "Green Diffusion"),
];

const OUTCOMES: &[Fixed] = &[
    part("granted", "gehonoreerd", "granted"),
    within("granted", "passport_measure_granted", "paspoortmaatregel", "passport measure"),
    within("granted", "warning_granted", "waarschuwing via Interpol", "warning through Interpol"),
    part("refused", "afgewezen", "refused"),
    within("refused", "passport_measure_refused", "paspoortmaatregel", "passport measure"),
    within("refused", "warning_refused", "waarschuwing via Interpol", "warning through Interpol"),
];

const BANDS: &[(i64, &str)] = &[(0, "0_to_7"), (8, "8_to_30"), (31, "31_to_90"), (91, "91_and_more")];

const DAYS_TO_DECISION: Fixtures = Fixtures {
    code: "days_to_decision",
    name: text("dagen tot de beslissing", "days to the decision"),
    parts: &[
        part("0_to_7", "0 tot en met 7", "0 to 7"),
        part("8_to_30", "8 tot en met 30", "8 to 30"),
        part("31_to_90", "31 tot en met 90", "31 to 90"),
        part("91_and_more", "91 en meer", "91 and more"),
    ],
};

/// Proposals made.
pub const MADE: Measure = Measure {
    id: "proposals-made",
    version: 1,
    title: text("Voorstellen voor maatregelen naast het register", "Proposals for measures beside the register"),
    definition: text(
        "Voorstellen die in het kwartaal voor het eerst zijn voorgelegd aan wie erover beslist: paspoortmaatregelen aan de \
         minister, waarschuwingen aan het Interpol-bureau. Een concept telt niet.",
        "Proposals that were first put before who decides in the quarter: passport measures before the minister, warnings \
         before the Interpol bureau. A draft does not count.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::Proposals),
    sensitive: true,
    rows: &Fixtures { code: "measure", name: text("maatregel", "measure"), parts: KINDS },
    across: EVERYWHERE,
    items: |history, period| {
        let made = history.proposals.iter().filter(|it| period.has(it.made_on));
        made.map(|it| Item::event(it.kind.code(), it.id, it.made_on)).collect()
    },
};

/// What was decided on them and how long it took.
pub const DECIDED: Measure = Measure {
    id: "proposals-decided",
    version: 1,
    title: text("Beslissingen op voorstellen", "Decisions on proposals"),
    definition: text(
        "Voorstellen waarop in het kwartaal is beslist, naar uitkomst en soort maatregel; ook naar het aantal dagen tussen \
         het voorleggen en de beslissing. Wat is teruggestuurd of ingetrokken is geen beslissing.",
        "Proposals decided in the quarter, by outcome and kind of measure; also by the number of days from the proposal to \
         the decision. What was sent back or withdrawn is no decision.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::Proposals),
    sensitive: true,
    rows: &Fixtures { code: "outcome", name: text("uitkomst", "outcome"), parts: OUTCOMES },
    across: &[Across::Own(&DAYS_TO_DECISION), Across::Team, Across::Arm, Across::OffenceGroup],
    items: |history, period| {
        let decided = history.proposals.iter().filter_map(|it| {
            let decision = it.decision.filter(|decision| period.has(decision.on))?;
            let column = band((decision.on - it.made_on).num_days(), BANDS);
            Some(Item { column, ..Item::event(row(it, decision.outcome), it.id, decision.on) })
        });
        decided.collect()
    },
};

const fn row(proposal: &Proposal, outcome: ProposalOutcome) -> &'static str {
    let of_passport = match proposal.kind {
        ProposalKind::Article18 | ProposalKind::Article24a => true,
        ProposalKind::GreenNotice | ProposalKind::GreenDiffusion => false,
    };
    match (outcome, of_passport) {
        (ProposalOutcome::Granted, true) => "passport_measure_granted",
        (ProposalOutcome::Granted, false) => "warning_granted",
        (ProposalOutcome::Refused, true) => "passport_measure_refused",
        (ProposalOutcome::Refused, false) => "warning_refused",
    }
}
