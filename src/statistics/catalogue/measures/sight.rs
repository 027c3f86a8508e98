//! What the register and supervision saw of the same people.

use super::EVERYWHERE;
use crate::catalogue::definition::{Across, Fixtures, Item, Measure, Quantity, Unit, part, text, within};
use crate::catalogue::series::STANDARD;
use crate::comparison::sight::{By, Event, Verdict, events, monthly, verdict};
use crate::history::{Days, History, Span};

/// Kinds of facts.
pub(super) const FACT: Fixtures = Fixtures {
    code: "fact",
    name: text("soort feit", "kind of fact"),
    parts: &[
        part("residence", "woning en verblijf", "home and stay"),
        part("travel", "reizen", "travel"),
        part("contact", "melden en contact", "reporting and contact"),
        part("name", "naam", "name"),
        part("conduct", "gedrag", "conduct"),
    ],
};

const SEEN_BY: Fixtures = Fixtures {
    code: "seen_by",
    name: text("gezien door", "seen by"),
    parts: &[
        part("register_only", "alleen het register", "the register only"),
        part("supervision_only", "alleen toezicht", "supervision only"),
        part("both", "allebei", "both"),
    ],
};

/// Failures by who saw them.
pub const EVENTS: Measure = Measure {
    id: "events-by-sight",
    version: 1,
    title: text("Gebeurtenissen naar wie ze zag", "Events by who saw them"),
    definition: text(
        "Vastgestelde niet-nakomingen in het kwartaal. Een signaal van het register en een overtreding bij toezicht zijn \
         samen één gebeurtenis als zij over hetzelfde soort feit gaan en hun dagen hooguit 14 dagen uit elkaar liggen; de \
         dichtstbijzijnde horen bij elkaar. Wat geen van beide zag is onbekend. Een systeem dat vaker kijkt ziet meer: \
         lees dit met de controles erbij.",
        "Failures in the quarter that were established. A flag of the register and a breach of supervision are one event \
         when they are about the same kind of fact and their days are at most 14 days apart; the nearest go together. \
         What neither saw is unknown. Who looks more often sees more: read this beside the checks.",
    ),
    population: text("alle personen", "everyone"),
    quantity: Quantity::Sums(Unit::Events),
    sensitive: true,
    rows: &SEEN_BY,
    across: &[Across::Own(&FACT), Across::Team, Across::Arm, Across::OffenceGroup],
    items: |history, period| {
        let events = events(history, STANDARD).into_iter().filter(|it| period.has(it.day));
        events.filter_map(|event| item(&event)).collect()
    },
};

fn item(event: &Event) -> Option<Item> {
    let row = match event.by {
        By::Register => "register_only",
        By::Supervision => "supervision_only",
        By::Both => "both",
    };
    Some(Item { column: event.fact.code(), ..Item::event(row, event.flag.or(event.breach)?, event.day) })
}

const SEEN_OR_NOT: Fixtures = Fixtures {
    code: "seen_by",
    name: text("gezien door", "seen by"),
    parts: &[
        part("seen", "gezien", "seen"),
        within("seen", "register_only", "alleen het register", "the register only"),
        within("seen", "supervision_only", "alleen toezicht", "supervision only"),
        within("seen", "both", "allebei", "both"),
        part("neither", "geen van beide", "neither"),
    ],
};

const fn seen_by(verdict: Verdict) -> &'static str {
    match (verdict.register, verdict.supervision) {
        (true, false) => "register_only",
        (false, true) => "supervision_only",
        (true, true) => "both",
        (false, false) => "neither",
    }
}

/// People under both systems by who saw a failure in them.
pub const PEOPLE: Measure = Measure {
    id: "people-by-sight",
    version: 1,
    title: text("Personen onder beide systemen naar wie iets zag", "People under both systems by who saw something"),
    definition: text(
        "Personen die in het kwartaal minstens een dag in vrijheid zowel meldplicht als toezicht hadden, naar welk \
         systeem een niet-nakoming vaststelde op een dag waarop beide liepen.",
        "People who for a day at least were at liberty under both the duty to notify and supervision in the quarter, by \
         which system established a failure on a day on which both ran.",
    ),
    population: text("personen onder beide systemen", "people under both systems"),
    quantity: Quantity::PeopleInPeriod,
    sensitive: true,
    rows: &SEEN_OR_NOT,
    across: EVERYWHERE,
    items: |history, period| {
        let verdict = verdict(history, &events(history, STANDARD), period);
        verdict.map_or_else(Vec::new, |verdict| vec![Item::person(seen_by(verdict))])
    },
};

/// Their months.
pub const MONTHS: Measure = Measure {
    id: "months-by-sight",
    version: 1,
    title: text("Maanden onder beide systemen naar wie iets zag", "Months under both systems by who saw something"),
    definition: text(
        "Kalendermaanden waarin een persoon minstens een dag in vrijheid onder beide systemen stond, naar welk systeem in \
         die maand een niet-nakoming plaatst. De laatste dag van de maand telt mee. Hieruit komt Cohens kappa.",
        "Calendar months in which a person was at liberty under both systems for a day at least, by which system places a \
         failure in that month. The last day of the month counts. Cohen's kappa comes from these.",
    ),
    population: text("personen onder beide systemen", "people under both systems"),
    quantity: Quantity::Sums(Unit::PersonMonths),
    sensitive: true,
    rows: &SEEN_OR_NOT,
    across: EVERYWHERE,
    items: |history, period| {
        let months = monthly(history, STANDARD, period).into_iter();
        months.map(|(month, verdict)| Item::person(seen_by(verdict)).on(month.from())).collect()
    },
};

/// How hard was looked.
pub const CHECKS: Measure = Measure {
    id: "checks",
    version: 1,
    title: text("Controles naar systeem", "Checks by system"),
    definition: text(
        "Keren dat in het kwartaal naar een persoon in vrijheid is gekeken: huisbezoek, adrescontrole, contact met de \
         toezichthouder. Gedeeld door de persoonsdagen onder waarneming is dit de intensiteit van het kijken.",
        "Times that somebody looked at a person at liberty in the quarter: home visit, verified address, contact with the \
         supervisor. Over the person-days under observation this is how hard was looked.",
    ),
    population: text("personen onder een van beide systemen", "people under either system"),
    quantity: Quantity::Sums(Unit::Checks),
    sensitive: false,
    rows: &Fixtures {
        code: "system",
        name: text("systeem", "system"),
        parts: &[part("register", "register", "register"), part("supervision", "toezicht", "supervision")],
    },
    across: EVERYWHERE,
    items: |history, period| {
        let observed = observed(history, period);
        let checks = history.checks.iter().filter(|it| observed.has(it.on));
        checks.map(|it| Item::person(it.system.code()).on(it.on)).collect()
    },
};

/// Days on which somebody could look.
pub const OBSERVED: Measure = Measure {
    id: "days-observed",
    version: 1,
    title: text("Persoonsdagen onder waarneming", "Person-days under observation"),
    definition: text(
        "Dagen in het kwartaal waarop een persoon in vrijheid onder het register of toezicht stond, naar onder welk. Dit \
         is de noemer van controles en niet-nakomingen. De dagen onder alleen het register zijn de toegevoegde dekking.",
        "Days of the quarter on which a person was at liberty under the register or supervision, by which. It is the \
         denominator of checks and failures. The days under the register only are the coverage added.",
    ),
    population: text("personen onder een van beide systemen", "people under either system"),
    quantity: Quantity::Sums(Unit::PersonDays),
    sensitive: false,
    rows: &Fixtures {
        code: "under",
        name: text("onder", "under"),
        parts: &[
            part("register_only", "alleen het register", "the register only"),
            part("supervision_only", "alleen toezicht", "supervision only"),
            part("both", "allebei", "both"),
        ],
    },
    across: EVERYWHERE,
    items: |history, period| {
        let free = |days: &Days| days.within(period).without(&history.custody);
        let (registered, supervised) = (free(&history.registered), free(&history.supervised));
        let item = |row, days: &Days| Item { amount: days.count(), ..Item::person(row) };
        vec![
            item("register_only", &registered.without(&supervised)),
            item("supervision_only", &supervised.without(&registered)),
            item("both", &registered.and(&supervised)),
        ]
    },
};

fn observed(history: &History, period: Span) -> Days {
    let under = history.registered.spans().iter().chain(history.supervised.spans()).copied();
    Days::new(under).within(period).without(&history.custody)
}
