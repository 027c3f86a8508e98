//! What people notified, and whether they did when it was due.
//!
//! A duty counts in the quarter in which its last accepted day lies, and it is judged as it stood on the last day of the
//! quarter: what comes later changes no published number.

use chrono::NaiveDate;

use super::{EVERYWHERE, band};
use crate::catalogue::definition::{Across, Fixed, Fixtures, Item, Measure, Quantity, Unit, part, text, within};
use crate::history::{Duty, DutyKind, DutyState, History, Span};

const KINDS: &[Fixed] = &[
    part("address_and_name", "adres en naam", "address and name"),
    within("address_and_name", "home", "woning", "home"),
    within("address_and_name", "stay", "verblijf elders", "stay elsewhere"),
    within("address_and_name", "no_home", "zonder woning", "without a home"),
    within("address_and_name", "name", "naam", "name"),
    part("travel_abroad", "reizen", "travel"),
    within("travel_abroad", "travel", "reis naar het buitenland", "journey abroad"),
    within("travel_abroad", "return", "terugkeer", "return"),
    within("travel_abroad", "unplanned_absence", "ongepland lang weg", "unplanned long absence"),
    part("presence", "eerste en jaarlijkse melding", "first and yearly notification"),
    within("presence", "initial", "eerste melding", "first notification"),
    within("presence", "periodic", "jaarlijkse melding", "yearly notification"),
];

/// Notifications by kind: also the changes of address and name, and the travel notices.
pub const NOTIFICATIONS: Measure = Measure {
    id: "notifications-by-kind",
    version: 1,
    title: text(
        "Meldingen naar soort, met wijzigingen van adres en naam en reismeldingen",
        "Notifications by kind, with changes of address and name and travel notices",
    ),
    definition: text(
        "Meldingen die meetellen en in het kwartaal zijn ontvangen. Een poging die niet meetelde is geen melding.",
        "Notifications that count and were received in the quarter. An attempt that did not count is none.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::Notifications),
    sensitive: false,
    rows: &Fixtures { code: "kind", name: text("soort", "kind"), parts: KINDS },
    across: EVERYWHERE,
    items: |history, period| {
        let received = history.notifications.iter().filter(|it| period.has(it.received_on));
        received.map(|it| Item::event(it.kind.code(), it.id, it.received_on)).collect()
    },
};

/// What became of the duties that fell due.
pub const DUE: Measure = Measure {
    id: "duties-due",
    version: 1,
    title: text("Verplichtingen: op tijd, te laat, niet, verontschuldigd", "Duties: on time, late, never, excused"),
    definition: text(
        "Verplichtingen waarvan de laatste dag waarop een melding nog op tijd is in het kwartaal lag, zoals zij er op de \
         laatste dag van het kwartaal voor stonden. Op tijd is gesplitst: binnen de termijn van de wet, of erna maar nog \
         binnen wat wordt geaccepteerd. Te laat is gesplitst naar kalenderdagen na de laatste dag. Niet gemeld is: niet \
         voor het einde van het kwartaal. Verontschuldigd gaat voor. Wat achteraf niet verschuldigd was telt niet mee.",
        "Duties whose last day on which a notification is still in time lay in the quarter, as they stood on the last day \
         of the quarter. In time is split: within the term of the Act, or after it and within what is accepted. Late is \
         split by calendar days after that day. Never notified is: not before the end of the quarter. Excused comes first. \
         What turned out not to be due does not count.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::Duties),
    sensitive: true,
    rows: &Fixtures {
        code: "outcome",
        name: text("uitkomst", "outcome"),
        parts: &[
            part("in_time", "op tijd", "in time"),
            within("in_time", "strictly", "binnen de termijn van de wet", "within the term of the Act"),
            within("in_time", "leniently", "erna, maar geaccepteerd", "after it, but accepted"),
            part("late", "te laat", "late"),
            within("late", "late_1_to_3", "1 tot en met 3 dagen", "1 to 3 days"),
            within("late", "late_4_to_7", "4 tot en met 7 dagen", "4 to 7 days"),
            within("late", "late_8_to_14", "8 tot en met 14 dagen", "8 to 14 days"),
            within("late", "late_15_to_30", "15 tot en met 30 dagen", "15 to 30 days"),
            within("late", "late_31_and_more", "31 dagen en meer", "31 days and more"),
            part("not_met", "niet gemeld", "never notified"),
            within("not_met", "attempted", "wel een poging die niet meetelde", "an attempt that did not count"),
            within("not_met", "nothing", "geen poging", "no attempt"),
            part("excused", "verontschuldigd", "excused"),
        ],
    },
    across: &[Across::Team, Across::Arm, Across::OffenceGroup, Across::Own(&DUTY_KIND)],
    items: |history, period| {
        let due = history.duties.iter().filter_map(|duty| {
            let item = Item::event(verdict(duty, period)?, duty.id, duty.overdue_after?);
            Some(Item { column: duty.kind.code(), ..item })
        });
        due.collect()
    },
};

const DUTY_KIND: Fixtures = Fixtures { code: "kind", name: text("soort", "kind"), parts: KINDS };

const LATE: &[(i64, &str)] =
    &[(1, "late_1_to_3"), (4, "late_4_to_7"), (8, "late_8_to_14"), (15, "late_15_to_30"), (31, "late_31_and_more")];

/// How a duty that fell due in the period stood on its last day; nothing when it did not fall due in it.
pub fn verdict(duty: &Duty, period: Span) -> Option<&'static str> {
    let (due, overdue_after) = (duty.due_on?, duty.overdue_after?);
    if !period.has(overdue_after) || duty.state == DutyState::Withdrawn {
        return None;
    }
    let by_then = |day: Option<NaiveDate>| day.filter(|day| period.until().is_none_or(|last| *day <= last));
    Some(match (duty.excuse, by_then(duty.met_on), by_then(duty.attempted_on)) {
        (Some(_), _, _) => "excused",
        (None, Some(met), _) if met <= due => "strictly",
        (None, Some(met), _) if met <= overdue_after => "leniently",
        (None, Some(met), _) => band((met - overdue_after).num_days(), LATE),
        (None, None, Some(_)) => "attempted",
        (None, None, None) => "nothing",
    })
}

/// People by whether they met what fell due.
pub const COMPLIANCE: Measure = Measure {
    id: "people-by-compliance",
    version: 1,
    title: text("Personen naar nakoming", "People by compliance"),
    definition: text(
        "Personen met een verplichting waarvan de laatste dag in het kwartaal lag. Iedereen telt één keer, naar het \
         ernstigste: iets niet gemeld, anders iets te laat, anders iets op tijd, anders alles verontschuldigd. Dit is \
         iets anders dan het aandeel verplichtingen dat is nagekomen, en het is geen maat voor veiligheid.",
        "People with a duty whose last day lay in the quarter. Everyone counts once, by the gravest: something never \
         notified, else something late, else something in time, else all excused. This is not the share of duties that \
         were met, and it is no measure of safety.",
    ),
    population: text(
        "geregistreerden met een verplichting in het kwartaal",
        "registered people with a duty that fell due in the quarter",
    ),
    quantity: Quantity::PeopleInPeriod,
    sensitive: true,
    rows: &Fixtures {
        code: "compliance",
        name: text("nakoming", "compliance"),
        parts: &[
            part("all_in_time", "alles op tijd", "all in time"),
            part("some_late", "iets te laat", "something late"),
            part("some_not_met", "iets niet gemeld", "something never notified"),
            part("all_excused", "alles verontschuldigd", "all excused"),
        ],
    },
    across: EVERYWHERE,
    items: |history, period| compliance(history, period).map_or_else(Vec::new, |row| vec![Item::person(row)]),
};

fn compliance(history: &History, period: Span) -> Option<&'static str> {
    let verdicts: Vec<_> = history.duties.iter().filter_map(|duty| verdict(duty, period)).collect();
    let any = |wanted: &[&str]| verdicts.iter().any(|it| wanted.contains(it));
    if verdicts.is_empty() {
        None
    } else if any(&["attempted", "nothing"]) {
        Some("some_not_met")
    } else if verdicts.iter().any(|it| LATE.iter().any(|(_, late)| it == late)) {
        Some("some_late")
    } else if any(&["strictly", "leniently"]) {
        Some("all_in_time")
    } else {
        Some("all_excused")
    }
}

/// Every kind of duty has its row.
const _: () = assert!(KINDS.len() == DutyKind::ALL.len() + 3);
