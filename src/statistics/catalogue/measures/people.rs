//! Who is in the register, and how.

use chrono::NaiveDate;

use super::{EVERYWHERE, band};
use crate::catalogue::definition::{Fixtures, Item, Measure, Quantity, Unit, part, text, within};
use crate::history::{ExitReason, History};

/// People in the register by where they are.
pub const REGISTERED: Measure = Measure {
    id: "registered-by-status",
    version: 1,
    title: text("Geregistreerden naar status, met vermisten", "Registered people by status, with the missing"),
    definition: text(
        "Personen die op de laatste dag van het kwartaal een meldplicht hebben. Iedereen telt één keer: eerst wie \
         vermist is, dan wie vastzit, dan wie in het buitenland is, dan wie geen woning heeft, dan de rest. Vermist is van \
         wie niet bekend is waar hij of zij is; de dagen tellen met die dag mee.",
        "People under a duty to notify on the last day of the quarter. Everyone counts once: first who is missing, then \
         who is in custody, then who is abroad, then who has no home, then the rest. Missing are those whose whereabouts \
         are unknown; that day counts among the days.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::PeopleOnLastDay,
    sensitive: true,
    rows: &Fixtures {
        code: "status",
        name: text("status", "status"),
        parts: &[
            part("at_liberty", "in vrijheid", "at liberty"),
            within("at_liberty", "at_home", "met een woning in Nederland", "with a home in the country"),
            within("at_liberty", "no_home", "zonder vaste woning", "without a home"),
            within("at_liberty", "abroad", "in het buitenland", "abroad"),
            within("at_liberty", "missing", "vermist", "missing"),
            within("missing", "missing_under_30", "korter dan 30 dagen", "under 30 days"),
            within("missing", "missing_30_to_89", "30 tot en met 89 dagen", "30 to 89 days"),
            within("missing", "missing_90_and_more", "90 dagen en langer", "90 days and more"),
            part("in_custody", "in detentie", "in custody"),
        ],
    },
    across: EVERYWHERE,
    items: |history, period| match period.until() {
        Some(day) if history.registered.has(day) => vec![Item::person(status(history, day)).on(day)],
        Some(_) | None => Vec::new(),
    },
};

const MISSING_FOR: &[(i64, &str)] = &[(0, "missing_under_30"), (30, "missing_30_to_89"), (90, "missing_90_and_more")];

fn status(history: &History, day: NaiveDate) -> &'static str {
    if let Some(missing) = history.missing.spans().iter().find(|span| span.has(day)) {
        band((day - missing.from()).num_days() + 1, MISSING_FOR)
    } else if history.custody.has(day) {
        "in_custody"
    } else if history.abroad.has(day) {
        "abroad"
    } else if history.homeless.has(day) {
        "no_home"
    } else {
        "at_home"
    }
}

/// Registrations begun and ended.
pub const MOVEMENTS: Measure = Measure {
    id: "registrations-begun-and-ended",
    version: 1,
    title: text("Begonnen en beëindigde registraties", "Registrations begun and ended"),
    definition: text(
        "Personen bij wie de meldplicht in het kwartaal begon, en personen bij wie de meldplicht in het kwartaal zijn \
         laatste dag had, naar de reden. Wie begint en eindigt in hetzelfde kwartaal telt in allebei.",
        "People whose duty to notify began in the quarter, and people whose duty had its last day in the quarter, by \
         reason. Who begins and ends in the same quarter counts in both.",
    ),
    population: text("alle geregistreerden", "everyone registered"),
    quantity: Quantity::Sums(Unit::People),
    sensitive: false,
    rows: &Fixtures {
        code: "movement",
        name: text("verloop", "movement"),
        parts: &[
            part("begun", "begonnen", "begun"),
            part("ended", "geëindigd", "ended"),
            within("ended", "by_law", "termijn voorbij of beëindigd", "its term over, or ended"),
            within("ended", "removed", "voortijdig verwijderd", "removed before the end"),
            within("ended", "death", "overleden", "death"),
            within("ended", "emigration", "geëmigreerd", "emigration"),
        ],
    },
    across: EVERYWHERE,
    items: |history, period| {
        let spans = history.registered.spans();
        let begun = spans.iter().filter(|span| period.has(span.from()));
        let begun = begun.map(|span| Item::person("begun").on(span.from()));
        let ended = spans.iter().filter_map(|span| span.until()).filter(|last| period.has(*last)).map(|last| {
            let exit = history.exit.filter(|exit| exit.on == last);
            let why = match exit.map(|exit| exit.reason) {
                Some(ExitReason::Ended) | None => "by_law",
                Some(ExitReason::Removed) => "removed",
                Some(ExitReason::Death) => "death",
                Some(ExitReason::Emigration) => "emigration",
            };
            Item::person(why).on(last)
        });
        begun.chain(ended).collect()
    },
};
