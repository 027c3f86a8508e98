//! What the codes of the estimates mean.

use super::definition::{Text, text};

const LABELS: &[(&str, Text)] = &[
    // Dimensions.
    ("measure", text("maat", "measure")),
    ("counted", text("welke gebeurtenissen", "which events")),
    ("days", text("welke dagen", "which days")),
    ("quantile", text("kwantiel", "quantile")),
    ("endpoint", text("waarop wordt gewacht", "what is waited for")),
    ("of", text("arm", "arm")),
    ("against", text("vergeleken met", "compared with")),
    ("compared", text("welke personen", "which people")),
    ("arm", text("arm", "arm")),
    ("system", text("systeem", "system")),
    ("cause", text("wat er gebeurde", "what happened")),
    ("years", text("jaren na de indexdatum", "years after the index date")),
    ("not_applicable", text("niet van toepassing", "not applicable")),
    // Measures.
    ("detection_added", text("toegevoegde detectie", "detection added")),
    ("coverage_added", text("toegevoegde dekking", "coverage added")),
    ("kappa_of_months", text("Cohens kappa van de maanden", "Cohen's kappa of the months")),
    (
        "register_only_to_supervision_only",
        text(
            "alleen door het register gezien : alleen door toezicht",
            "seen by the register only : by supervision only",
        ),
    ),
    ("lead_time_days", text("voorsprong van het register in dagen", "lead of the register in days")),
    ("hazard_ratio", text("hazardratio", "hazard ratio")),
    ("rate_ratio", text("ratio van incidenties", "ratio of rates")),
    ("events_per_person_year", text("gebeurtenissen per persoonsjaar", "events per person-year")),
    ("checks_per_person_month", text("controles per persoonsmaand", "checks per person-month")),
    ("cumulative_incidence", text("kans", "chance")),
    // Scopes.
    ("all", text("alle", "all")),
    ("under_both", text("onder beide systemen", "under both systems")),
    ("at_liberty", text("in vrijheid", "at liberty")),
    ("first_quartile", text("eerste kwartiel", "first quartile")),
    ("median", text("mediaan", "median")),
    ("third_quartile", text("derde kwartiel", "third quartile")),
    ("matched", text("gematcht", "matched")),
    ("first_failure", text("eerste niet-nakoming", "first failure")),
    ("special_reoffending", text("nieuwe zaak van dezelfde soort", "new case of the same kind")),
    ("any_reoffending", text("nieuwe zaak", "new case")),
    ("register_only", text("alleen meldplicht", "duty to notify only")),
    ("supervision_only", text("alleen toezicht", "supervision only")),
    ("both", text("meldplicht en toezicht", "duty to notify and supervision")),
    ("control", text("controlegroep", "control group")),
    ("register", text("register", "register")),
    ("supervision", text("toezicht", "supervision")),
    // Causes.
    ("awaited", text("de gebeurtenis", "the event")),
    ("death", text("overlijden", "death")),
    ("custody", text("detentie", "custody")),
    ("removed", text("voortijdig verwijderd", "removed before the end")),
    // Years.
    ("1", text("1 jaar", "1 year")),
    ("2", text("2 jaar", "2 years")),
    ("3", text("3 jaar", "3 years")),
    ("4", text("4 jaar", "4 years")),
    ("5", text("5 jaar", "5 years")),
];

/// What a code of an estimate, or of one of its dimensions, means.
pub fn label(code: &str) -> Option<Text> {
    LABELS.iter().find(|(it, _)| *it == code).map(|it| it.1)
}
