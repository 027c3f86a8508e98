//! Two jobs that want the same files crosswise: the database undoes one of them, and both get done.

use std::sync::{Arc, Barrier};

use zedenregister::ids::RegistrationId;
use zedenregister::store::sweep::registration_lock_many;
use zedenregister::store::{Decided, Store, WriteSet, patiently};
use zedenregister::vocabulary::Regime;

use super::on_a_thread;
use crate::support::TestDb;
use crate::support::app::TestApp;

/// Locks one file after the other in one unit of work, the first time not before another one holds its first as well.
/// Answers how often it was tried.
fn lock_both(store: &Store, files: [RegistrationId; 2], meeting: &Barrier) -> u32 {
    let mut work = store.long_work().expect("a connection");
    let mut tries = 0;
    patiently(|| {
        tries += 1;
        work.batch(|conn| {
            registration_lock_many(conn, &files[..1])?;
            if tries == 1 {
                meeting.wait();
            }
            registration_lock_many(conn, &files[1..])?;
            Ok(Decided::new(WriteSet::default(), ()))
        })
    })
    .expect("both locks at last");
    tries
}

/// SQLite has one lock for all that is written, so nobody can hold half of what another needs.
#[tokio::test]
async fn of_two_that_wait_for_each_other_both_come_to_their_end() {
    let test = TestApp::on(TestDb::postgresql()).await;
    let (one, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
    let (other, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
    let meeting = Arc::new(Barrier::new(2));
    let crosswise = [[one, other], [other, one]].map(|files| {
        let (store, meeting) = (test.app.store.clone(), Arc::clone(&meeting));
        on_a_thread(move || lock_both(&store, files, &meeting))
    });
    let [first, second] = crosswise;
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first + second, 3, "one of the two was undone once");
}
