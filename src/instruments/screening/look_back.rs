//! Whether a case falls in the years that are looked at.

use chrono::NaiveDate;

use super::application::{Antecedent, Application, OffenceGroup};
use super::profile::{Function, ScreeningRules};
use super::step::Step;
use crate::grounds::last_day_of_years;

/// Whether a case that became final on a day is looked at on the day of the assessment, and why.
pub(super) fn looked_at(
    case: &Antecedent,
    final_on: NaiveDate,
    application: &Application,
    function: &Function,
    rules: &ScreeningRules,
) -> (bool, Step) {
    let young = application
        .birth_date
        .is_some_and(|birth| law::day::is_under(birth, application.on, rules.look_back.young_under_age));
    let years = match (case.offence, function.high_integrity, young) {
        (OffenceGroup::Sexual, _, _) => return (true, Step::Unlimited),
        (OffenceGroup::SeriousViolence | OffenceGroup::Other, true, _) => rules.look_back.high_integrity_years,
        (OffenceGroup::Other, false, true) => rules.look_back.young_years,
        (OffenceGroup::SeriousViolence, false, _) | (OffenceGroup::Other, false, false) => rules.look_back.years,
    };
    let last_day = law::day::plus_days(last_day_of_years(final_on, years), i64::from(case.days_detained));
    let inside = application.on <= last_day;
    (inside, Step::LooksBack { years, from: final_on, days_detained: case.days_detained, last_day, inside })
}
