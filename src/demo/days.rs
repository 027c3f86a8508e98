//! Day by day: how a life goes on from the day somebody is free.

use chrono::{Days, Months, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;

use super::life::{AHEAD, Character, Step, What, office};
use super::people;
use crate::clock::UtcTime;
use crate::register::address::Address;
use crate::register::attempt::AttemptReport;
use crate::register::custody::{CustodyInput, CustodyKind};
use crate::register::enrol::NewPerson;
use crate::register::input::{
    AddressReport, ConfirmationReport, Identity, InitialReport, NameReport, NightReport, OnBehalf, PersonName,
    ReturnReport, StayReport, TravelReport, TravelStop,
};
use crate::register::notice::NoticeInput;
use crate::vocabulary::{AttemptKind, Channel, DutyKind, Regime};

/// The life of one person while it is being told.
pub(super) struct Chronicle<'a> {
    dice: &'a mut StdRng,
    regime: Regime,
    today: NaiveDate,
    identity: Identity,
    name: PersonName,
    home: Address,
    /// The last day anything happened on.
    day: NaiveDate,
    /// The last day anything was reported on that the yearly confirmation counts from.
    reported: NaiveDate,
    steps: Vec<Step>,
}

impl<'a> Chronicle<'a> {
    /// A life that has not begun.
    pub fn new(dice: &'a mut StdRng, person: &NewPerson, regime: Regime, home: Address, today: NaiveDate) -> Self {
        let identity =
            Identity { birth_date: person.birth_date, names: vec![person.name.clone()], home_address: home.clone() };
        Self {
            dice,
            regime,
            today,
            identity,
            name: person.name.clone(),
            home,
            day: today,
            reported: today,
            steps: Vec::new(),
        }
    }

    /// Tells it from the day the person is free.
    pub fn tell(mut self, character: Character, free_on: NaiveDate) -> Vec<Step> {
        let end = self.today + Days::new(AHEAD);
        if free_on > end {
            return self.steps;
        }
        self.initial(free_on);
        match character {
            Character::Prepared => self.quiet_year(),
            Character::TurnedAway => self.turned_away(),
            Character::Careful | Character::Careless => self.go_on(character == Character::Careless, end),
        }
        self.steps.sort_by_key(|step| step.on);
        self.steps
    }

    fn go_on(&mut self, careless: bool, end: NaiveDate) {
        let fails_from = self.today - Days::new(self.dice.random_range(15..300));
        let mut failed = !careless;
        loop {
            let next = self.day + Days::new(self.dice.random_range(20..260));
            let yearly = self.reported + Months::new(12) + Days::new(self.dice.random_range(0..5));
            if next.min(yearly) > end {
                return;
            }
            if !failed && next.min(yearly) > fails_from {
                failed = true;
                self.fail(next.min(yearly));
            } else if yearly <= next {
                self.confirm(yearly.max(self.day + Days::new(1)));
            } else {
                self.something(next);
            }
        }
    }

    fn something(&mut self, on: NaiveDate) {
        let dutch = self.regime == Regime::NlPilot;
        match self.dice.random_range(0..100) {
            0..34 => self.moves(on),
            34..68 => self.travels(on),
            68..80 if dutch => self.stays(on),
            80..86 => self.is_detained(on),
            86..90 if dutch => self.loses_home(on),
            90..94 => self.takes_name(on),
            _ => self.is_visited(on),
        }
    }

    /// Reported the last time a year and a few days ago, so that the confirmation is open and due within days.
    fn quiet_year(&mut self) {
        self.is_visited(self.day + Days::new(30));
        self.moves(self.today - Months::new(12) - Days::new(5));
    }

    fn turned_away(&mut self) {
        self.confirm(self.reported + Months::new(12) + Days::new(2));
        let moved = self.today - Days::new(15);
        self.attempt(moved + Days::new(1), DutyKind::Home, AttemptKind::DeskRefused);
        self.add(self.today - Days::new(3), What::Notice(NoticeInput::HomeChanged { on: moved }));
    }

    /// The one thing that goes wrong.
    fn fail(&mut self, on: NaiveDate) {
        match self.dice.random_range(0..4) {
            // An officer finds out; half of them come after that.
            0 | 1 => {
                let found = on + Days::new(self.dice.random_range(12..30));
                self.add(found, What::Notice(NoticeInput::HomeChanged { on }));
                self.day = found;
                if self.dice.random_bool(0.5) {
                    self.reports_move(on, found + Days::new(4));
                }
            }
            2 => self.travels_late(on),
            // Went abroad for a weekend that became nine days; the officer hears of it from somebody else.
            _ => {
                let left = NoticeInput::Left { on, until: Some(on + Days::new(9)), intended: false };
                self.add(on + Days::new(20), What::Notice(left));
            }
        }
    }

    // -- what people report ------------------------------------------------------------------------------------------

    fn initial(&mut self, free_on: NaiveDate) {
        let on = self.soon(free_on);
        let report = InitialReport {
            identity: self.identity.clone(),
            name: self.name.clone(),
            other_names: Vec::new(),
            address: self.home.clone(),
            on_behalf: self.taken(free_on, on),
        };
        self.report(on, What::Initial(Box::new(report)));
        if self.dice.random_bool(0.6) {
            let seen = on + Days::new(self.dice.random_range(5..19));
            self.is_visited(seen);
        }
    }

    fn moves(&mut self, moved_on: NaiveDate) {
        if self.dice.random_bool(0.06) {
            self.attempt(moved_on, DutyKind::Home, AttemptKind::SystemUnavailable);
        }
        let on = self.soon(moved_on);
        self.reports_move(moved_on, on);
    }

    fn reports_move(&mut self, moved_on: NaiveDate, on: NaiveDate) {
        self.home = people::home(self.dice, self.regime);
        let report = AddressReport {
            identity: self.identity.clone(),
            address: self.home.clone(),
            moved_on,
            on_behalf: self.taken(moved_on, on),
        };
        self.report(on, What::Home(Box::new(report)));
    }

    fn confirm(&mut self, on: NaiveDate) {
        let year_over = self.reported + Months::new(12) + Days::new(1);
        let report = ConfirmationReport {
            identity: self.identity.clone(),
            name: self.name.clone(),
            other_names: Vec::new(),
            address: self.home.clone(),
            on_behalf: self.taken(year_over, on),
        };
        self.report(on, What::Confirmation(Box::new(report)));
    }

    fn takes_name(&mut self, used_on: NaiveDate) {
        self.name = PersonName { given: self.name.given.clone(), ..people::name(self.dice) };
        let on = self.soon(used_on);
        let report = NameReport {
            identity: self.identity.clone(),
            name: self.name.clone(),
            used_on,
            on_behalf: self.taken(used_on, on),
        };
        self.report(on, What::Name(Box::new(report)));
    }

    fn stays(&mut self, from: NaiveDate) {
        let until = from + Days::new(self.dice.random_range(3..12));
        let report = StayReport {
            identity: self.identity.clone(),
            address: people::home(self.dice, self.regime),
            from,
            until: Some(until),
            on_behalf: self.taken(from, from),
        };
        self.report(from, What::Stay(Box::new(report)));
        self.day = until;
    }

    /// A journey; one in six comes back on another day than planned and says so.
    fn travels(&mut self, departure_on: NaiveDate) {
        let return_on = self.plans_journey(departure_on);
        let back = match self.dice.random_range(0..6) {
            0 => return_on + Days::new(self.dice.random_range(1..4)),
            1 => return_on - Days::new(1),
            _ => return_on,
        };
        self.day = back;
        if back != return_on {
            let on = self.soon(back);
            self.reports_return(back, on);
        }
    }

    fn travels_late(&mut self, departure_on: NaiveDate) {
        let back = self.plans_journey(departure_on) + Days::new(6);
        self.reports_return(back, back + Days::new(9));
    }

    /// Reports a journey some days before it and answers the planned day of return.
    fn plans_journey(&mut self, departure_on: NaiveDate) -> NaiveDate {
        let return_on = departure_on + Days::new(self.dice.random_range(4..22));
        let on = (departure_on - Days::new(self.dice.random_range(1..18))).max(self.day);
        let report = TravelReport {
            identity: self.identity.clone(),
            departure_on,
            return_on,
            stops: vec![TravelStop { address: people::abroad(self.dice), from: departure_on, until: return_on }],
            on_behalf: self.taken(self.day.min(on), on),
        };
        self.report(on, What::Travel(Box::new(report)));
        self.day = return_on;
        return_on
    }

    fn reports_return(&mut self, returned_on: NaiveDate, on: NaiveDate) {
        let report = ReturnReport {
            identity: self.identity.clone(),
            returned_on,
            left_on: None,
            address: self.home.clone(),
            on_behalf: self.taken(returned_on, on),
        };
        self.report(on, What::Return(Box::new(report)));
    }

    // -- what happens to people --------------------------------------------------------------------------------------

    fn is_detained(&mut self, from: NaiveDate) {
        let until = from + Days::new(self.dice.random_range(5..70));
        self.add(from, What::Custody(CustodyInput { kind: CustodyKind::Remand, from, until: Some(until) }));
        self.day = until;
    }

    fn is_visited(&mut self, on: NaiveDate) {
        self.add(on, What::Notice(NoticeInput::HomeSeen { on }));
    }

    /// Told in writing that no home is accepted; says each third night where it is spent, until a home is found.
    fn loses_home(&mut self, on: NaiveDate) {
        self.home = people::no_fixed_abode(self.dice);
        self.add(on, What::Notice(NoticeInput::NoHomeNotice { on, interval_days: None }));
        let nights = self.dice.random_range(2..6);
        for night in 0..nights {
            let on = on + Days::new(3 * night);
            let report = NightReport { address: self.home.clone(), on_behalf: self.taken(on, on) };
            self.add(on, What::Night(Box::new(report)));
        }
        let found = on + Days::new(3 * nights - 1);
        self.reports_move(found, found);
        self.add(found, What::Notice(NoticeInput::HomeAccepted { on: found }));
    }

    fn attempt(&mut self, on: NaiveDate, duty_kind: DutyKind, kind: AttemptKind) {
        let note = match kind {
            AttemptKind::DeskRefused => "Balie gesloten wegens drukte; weggestuurd om 16:40.",
            _ => "De pagina gaf een storing; later opnieuw geprobeerd.",
        };
        let occurred_at = UtcTime::start_of_day(on, self.regime.zone()).plus(chrono::Duration::hours(10));
        let channel = if kind == AttemptKind::DeskRefused { Channel::Desk } else { Channel::Page };
        let report = AttemptReport { duty_kind, duty_id: None, kind, occurred_at, channel, note: note.to_owned() };
        self.add(on, What::Attempt(report));
    }

    // -- telling -----------------------------------------------------------------------------------------------------

    fn soon(&mut self, day: NaiveDate) -> NaiveDate {
        day + Days::new(self.dice.random_range(0..2))
    }

    fn report(&mut self, on: NaiveDate, what: What) {
        self.reported = on;
        self.add(on, what);
    }

    fn add(&mut self, on: NaiveDate, what: What) {
        self.day = self.day.max(on);
        if self.steps.is_empty() {
            self.day = on;
        }
        self.steps.push(Step { on, what });
    }

    /// How a report of what happened `since` reached the officer who records it: mostly at a desk, under the pilot
    /// sometimes by post. Nobody posts what has not happened.
    fn taken(&mut self, since: NaiveDate, on: NaiveDate) -> Option<OnBehalf> {
        let writes = self.regime == Regime::NlPilot && self.dice.random_bool(0.15);
        let posted_on = on.pred_opt().filter(|posted| writes && *posted >= since);
        let by_post = posted_on.is_some();
        Some(OnBehalf {
            channel: if by_post { Channel::Post } else { Channel::Desk },
            place: office(&self.home),
            received_at: None,
            posted_on,
            evidence: by_post.then(|| "Envelop met stempel van de dag ervoor.".to_owned()),
        })
    }
}
