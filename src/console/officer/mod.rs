//! `/console`: what must be done today, finding a person, the file, the flag and its disputes, the team.

mod absences;
mod act;
mod around;
mod bar;
mod beside;
mod calendar;
mod caseload;
mod chart;
mod disputes;
mod flag;
mod flags;
mod help;
mod messages;
mod person;
mod proposals;
mod purpose;
mod record;
mod referral;
mod requests;
mod rights;
mod screening;
mod search;
mod second_person;
mod signals;
mod step;
mod supervision;
mod team;
mod timeline;
mod today;
mod travel;
mod walk;
mod watch;

#[cfg(test)]
pub use act::Act;
use rocket::{Route, routes};

#[cfg(test)]
pub use proposals::steps::{PassportMove, WarningMove};
#[cfg(test)]
pub use step::Step;
pub use walk::Walk;

use crate::register::Refusal;

pub fn routes() -> Vec<Route> {
    routes![
        today::page,
        purpose::state,
        search::form,
        search::search,
        person::page,
        travel::page,
        supervision::page,
        beside::page,
        messages::page,
        help::waiting,
        help::of_file,
        help::pass_on,
        watch::list,
        watch::review,
        rights::waiting,
        rights::page,
        requests::list,
        requests::step,
        signals::list,
        signals::page,
        signals::step,
        screening::start,
        screening::assess,
        proposals::list::page,
        proposals::list::acknowledge,
        proposals::file::page,
        proposals::warning::start_draft,
        proposals::warning::draft,
        proposals::warning::page,
        proposals::warning::start,
        proposals::warning::step,
        proposals::passport::start_draft,
        proposals::passport::draft,
        proposals::passport::page,
        proposals::passport::letter,
        proposals::passport::start,
        proposals::passport::step,
        timeline::page,
        record::list,
        record::start,
        record::check,
        record::give,
        record::start_trip,
        record::check_trip,
        record::give_trip,
        record::given,
        around::home::page,
        around::contacts::page,
        around::notes::page,
        around::documents::page,
        around::documents::add,
        around::documents::download,
        around::transfers::page,
        around::transfers::waiting,
        around::identity::page,
        act::ask_for,
        act::ask_about,
        act::send,
        act::send_about,
        flags::page,
        flag::page,
        flag::bundle,
        step::take,
        team::page,
        caseload::start,
        caseload::hand_over,
        absences::list,
        absences::start,
        absences::record,
        absences::withdraw,
        disputes::list,
        disputes::start,
        disputes::raise,
        disputes::page,
        disputes::start_decide,
        disputes::decide,
        disputes::start_appeal,
        disputes::appeal,
        second_person::start,
        second_person::decide,
    ]
}

/// Reads what may be read, and nothing otherwise.
async fn when<T>(allowed: bool, read: impl Future<Output = Result<T, Refusal>>) -> Result<Option<T>, Refusal> {
    if allowed { read.await.map(Some) } else { Ok(None) }
}
