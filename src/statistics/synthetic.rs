//! Invented cohorts with known effects, to show that the estimators find what was put in: the same seed gives the
//! same cohort, on every machine.
//!
//! Two arms are followed from the same moment. Each person goes wrong at some time at a constant hazard, which the
//! effect multiplies in the second arm; officers check at their own pace in each arm; each check after that time
//! notices it with the chance of detection. So what is seen in an arm depends on how hard it is looked at, as in life.

use super::number::real;
use super::study::Row;

/// What is put in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// People in each arm.
    pub people: u32,
    /// Chance per day to go wrong in the first arm; above 0.
    pub hazard: f64,
    /// What multiplies it in the second arm; above 0.
    pub effect: f64,
    /// Chance that a check notices, in each arm; above 0, at most 1.
    pub detection: [f64; 2],
    /// Checks per person and month of 30 days, in each arm; above 0.
    pub checks: [f64; 2],
    /// Days of follow-up at most; everyone leaves at some time in the second half of them.
    pub days: f64,
}

/// What became of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Person {
    /// First (0) or second (1) arm.
    pub arm: usize,
    /// Days followed.
    pub followed: f64,
    /// The day they went wrong, when they did while followed.
    pub wrong: Option<f64>,
    /// The day a check noticed, when one did while they were followed.
    pub noticed: Option<f64>,
    /// Checks while followed, up to the one that noticed.
    pub checks: u64,
    /// Those of them after they went wrong.
    pub checks_after: u64,
}

/// The cohort of a plan and a seed.
pub fn cohort(plan: &Plan, seed: u64) -> Vec<Person> {
    let mut chance = Chance(seed);
    (0..2).flat_map(|arm| (0..plan.people).map(move |_| arm)).map(|arm| person(plan, arm, &mut chance)).collect()
}

fn person(plan: &Plan, arm: usize, chance: &mut Chance) -> Person {
    let hazard = if arm == 0 { plan.hazard } else { plan.hazard * plan.effect };
    let goes_wrong = chance.waiting(hazard);
    let followed = plan.days * f64::midpoint(1.0, chance.uniform());
    let mut person = Person {
        arm,
        followed,
        wrong: (goes_wrong <= followed).then_some(goes_wrong),
        noticed: None,
        checks: 0,
        checks_after: 0,
    };
    let mut day = chance.waiting(plan.checks[arm] / 30.0);
    while day <= followed && person.noticed.is_none() {
        person.checks += 1;
        if day > goes_wrong {
            person.checks_after += 1;
            person.noticed = (chance.uniform() < plan.detection[arm]).then_some(day);
        }
        day += chance.waiting(plan.checks[arm] / 30.0);
    }
    person
}

impl Person {
    /// The person's row when going wrong is known to the day, as an outcome measured alike in both arms is.
    pub fn truth(&self, subject: usize) -> Row {
        self.row(subject, self.wrong)
    }

    /// The person's row as the checks saw it.
    pub fn seen(&self, subject: usize) -> Row {
        self.row(subject, self.noticed)
    }

    /// Days during which checks took place: until one noticed, else all.
    pub fn days_checked(&self) -> f64 {
        self.noticed.unwrap_or(self.followed)
    }

    fn row(&self, subject: usize, event: Option<f64>) -> Row {
        Row {
            entry: f64::NEG_INFINITY,
            time: event.unwrap_or(self.followed),
            event: u32::from(event.is_some()),
            group: self.arm,
            stratum: 0,
            subject,
        }
    }
}

/// Chance from a seed: Steele, Lea and Flood's SplitMix64.
struct Chance(u64);

impl Chance {
    /// A number above 0, up to 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (real(mixed >> 11) + 1.0) / (1_u64 << 53) as f64
    }

    /// How long until something that happens at this rate.
    fn waiting(&mut self, rate: f64) -> f64 {
        -self.uniform().ln() / rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan =
        Plan { people: 2000, hazard: 0.002, effect: 0.5, detection: [0.3, 0.9], checks: [0.3, 4.0], days: 730.0 };

    #[test]
    fn a_seed_gives_one_cohort_and_another_seed_another() {
        assert_eq!(cohort(&PLAN, 7), cohort(&PLAN, 7));
        assert_ne!(cohort(&PLAN, 7), cohort(&PLAN, 8));
    }

    #[test]
    fn nothing_is_noticed_before_it_happens_and_harder_looking_sees_more() {
        let people = cohort(&PLAN, 1);
        assert_eq!(people.len(), 4000);
        assert!(people.iter().all(|it| it.noticed.is_none_or(|day| it.wrong.is_some_and(|wrong| wrong < day))));
        let share = |arm: usize| {
            let wrong = people.iter().filter(|it| it.arm == arm && it.wrong.is_some());
            let noticed = wrong.clone().filter(|it| it.noticed.is_some()).count();
            noticed as f64 / wrong.count() as f64
        };
        assert!(share(1) > share(0) + 0.1, "{} {}", share(0), share(1));
    }
}
