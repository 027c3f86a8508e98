//! The tick store keeps every promise the scheduler relies on, on both databases.

use chrono::{DateTime, TimeDelta, Utc};
use scheduler::store::{ClaimRequest, TickStore};
use zedenregister::store::ticks::Ticks;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(seconds)
}

/// Schedulers call the store from threads of their own, never from the runtime's.
async fn on_a_thread<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(f).await.expect("the checks do not panic")
}

on_both_databases! {
    async fn the_store_conforms(db: TestDb) {
        let ticks = Ticks::new(db.store());
        on_a_thread(move || scheduler::conformance::check(&ticks).map_err(|e| e.to_string())).await.expect("conforms");
    }

    async fn one_of_several_processes_gets_the_tick(db: TestDb) {
        let processes: Vec<Ticks> = (0..3).map(|_| Ticks::new(db.store())).collect();
        on_a_thread(move || {
            processes[0].ensure_job("race", at(0)).expect("a job");
            for round in 1..=10 {
                let scheduled_for = at(round);
                let seen = processes[0].view("race", None).expect("a view").expect("the job").version;
                let request = ClaimRequest {
                    job: "race".to_owned(),
                    scheduled_for,
                    create: true,
                    worker: "process".to_owned(),
                    now: at(round),
                    leased_until: at(round + 15),
                    seen,
                };
                let claims = std::thread::scope(|scope| {
                    let askers: Vec<_> = processes.iter().map(|ticks| scope.spawn(|| ticks.claim(&request))).collect();
                    askers
                        .into_iter()
                        .map(|asker| asker.join().expect("an answer").expect("the store"))
                        .filter(Option::is_some)
                        .count()
                });
                assert_eq!(claims, 1, "round {round}");
            }
        })
        .await;
    }
}
