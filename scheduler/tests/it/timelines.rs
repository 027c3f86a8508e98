//! Random lives of a fleet: processes come, go, die at their work and stay away, across both changes of the
//! clock. Whatever happens: one effect per occurrence at most, in order, and none missing after recovery.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use scheduler::{Clock, Engine, Schedule, TickState, TickStore};

use crate::sim::{AMSTERDAM, World, minutes, seconds, utc};

/// What happens next in a fleet's life.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// Another process starts, unless three run.
    Start,
    /// A process stops as it should, between runs.
    Stop,
    /// The next process that claims a tick dies before it has done anything.
    DieBefore,
    /// The next process that claims a tick dies when it has done its work and not said so.
    DieAfter,
    /// Minutes pass.
    Pass(u64),
    /// All processes are gone for these minutes.
    Down(u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => Just(Event::Start),
        1 => Just(Event::Stop),
        2 => Just(Event::DieBefore),
        1 => Just(Event::DieAfter),
        4 => (1_u64..900).prop_map(Event::Pass),
        2 => (1_u64..4000).prop_map(Event::Down),
    ]
}

struct Fleet {
    world: World,
    engines: Vec<Engine>,
    doom: Option<Event>,
}

impl Fleet {
    fn new(start: &str, cron: &str) -> Self {
        let world = World::new(start, &[("job", cron)]);
        let engines = vec![world.engine("p")];
        World::turn(&[&engines[0]]);
        Self { world, engines, doom: None }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Start if self.engines.len() < 3 => self.engines.push(self.world.engine("p")),
            Event::Start => (),
            Event::Stop => drop(self.engines.pop()),
            Event::DieBefore | Event::DieAfter => self.doom = Some(event),
            Event::Pass(count) => self.pass(minutes(count)),
            Event::Down(count) => {
                self.engines.clear();
                self.world.clock.advance(minutes(count));
            }
        }
    }

    /// Small steps while a lease is held, so that one that lapses is noticed; larger ones else.
    fn pass(&mut self, length: Duration) {
        let end = self.world.clock.uptime() + length;
        while self.world.clock.uptime() < end {
            let held = self.world.store.view("job", None).unwrap().is_some_and(|view| view.lease.is_some());
            self.world.clock.advance(if held { seconds(5) } else { seconds(60) });
            self.turn();
        }
    }

    fn turn(&mut self) {
        let mut index = 0;
        while index < self.engines.len() {
            self.engines[index].heartbeat();
            let run = self.engines[index].poll().pop();
            match (run, self.doom) {
                (None, _) => index += 1,
                (Some(_), Some(Event::DieBefore)) => self.dies(index),
                (Some(run), Some(_)) => {
                    // It does its work, but the store does not hear of it.
                    self.world.store.set_unavailable(true);
                    self.engines[index].execute(run);
                    self.world.store.set_unavailable(false);
                    self.dies(index);
                }
                (Some(run), None) => self.engines[index].execute(run),
            }
        }
    }

    fn dies(&mut self, index: usize) {
        self.engines.remove(index);
        self.doom = None;
    }

    /// One process, long enough for every lease to lapse and everything due to run.
    fn recover(&mut self) {
        self.doom = None;
        self.engines = vec![self.world.engine("p")];
        self.pass(minutes(3));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn one_effect_per_occurrence_at_most_and_none_missing_after_recovery(
        cron in prop::sample::select(vec!["0 30 2 * * *", "0 0 4 * * *", "0 0 * * * *", "0 */10 1-3 * * *", "0 30 2,14 * * *"]),
        start in prop::sample::select(vec!["2026-03-26T12:00:00Z", "2026-10-22T12:00:00Z", "2026-06-01T12:00:00Z"]),
        events in prop::collection::vec(event(), 1..30),
    ) {
        let mut fleet = Fleet::new(start, cron);
        let schedule = Schedule::parse(cron, AMSTERDAM).unwrap();
        let mut allowed_twice = 0;
        for event in events {
            allowed_twice += usize::from(matches!(event, Event::DieAfter));
            let from = fleet.world.clock.now();
            let whole = fleet.doom.is_none() && !fleet.engines.is_empty();
            let settled = fleet.world.store.view("job", None).unwrap().is_some_and(|view| view.open.is_empty());
            fleet.happen(event);
            if whole && settled && matches!(event, Event::Pass(_)) {
                let done: BTreeSet<_> = fleet.world.done_for("job").into_iter().collect();
                let last = fleet.world.clock.now();
                let due = std::iter::successors(schedule.next_after(from), |at| schedule.next_after(*at));
                for due in due.take_while(|at| *at <= last) {
                    prop_assert!(done.contains(&due), "{due} is missing while a process was at work");
                }
            }
        }
        fleet.recover();

        let done = fleet.world.done_for("job");
        let occurrences: BTreeSet<_> = done.iter().copied().collect();
        // Work that was done and not reported is done again: that is what the jobs are idempotent for.
        prop_assert!(done.len() <= occurrences.len() + allowed_twice, "twice: {done:?}");
        prop_assert!(done.windows(2).all(|pair| pair[0] <= pair[1]), "never an older one after a newer: {done:?}");
        for occurrence in &occurrences {
            prop_assert_eq!(schedule.latest_at(*occurrence), Some(*occurrence), "only what the schedule has");
        }
        let now = fleet.world.clock.now();
        let newest = schedule.latest_at(now).unwrap();
        if newest > utc(start) {
            prop_assert_eq!(done.last(), Some(&newest), "the newest has its run, whatever was missed");
        }
        let rows = fleet.world.store.history("job", 10_000).unwrap();
        prop_assert!(rows.iter().all(|tick| !tick.state.is_open()), "nothing is left");
        for tick in rows.iter().filter(|tick| tick.state == TickState::Succeeded) {
            prop_assert!(tick.started_at.unwrap() >= tick.scheduled_for);
            prop_assert!(occurrences.contains(&tick.scheduled_for));
        }
    }
}
