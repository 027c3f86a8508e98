//! `/console`: what an officer must do today, finding a person, the file, the flag, the team.

mod act;
mod around;
mod bar;
mod calendar;
mod chart;
mod flag;
mod flags;
mod person;
mod purpose;
mod record;
mod search;
mod step;
mod team;
mod timeline;
mod today;
mod travel;

#[cfg(test)]
pub use act::Act;
use rocket::{Route, routes};

pub fn routes() -> Vec<Route> {
    routes![
        today::page,
        purpose::state,
        search::form,
        search::search,
        person::page,
        travel::page,
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
        step::take,
        team::page,
    ]
}
