//! The test databases themselves: separate, migrated, and the same shape on both.

use diesel::connection::SimpleConnection;
use diesel::{QueryDsl, RunQueryDsl};
use zedenregister::store::schema::teams;
use zedenregister::store::{StoreError, migrations};

use crate::support::TestDb;

on_both_databases! {
    async fn each_test_has_a_database_of_its_own(db: TestDb) {
        let other = if db.is_postgresql() { TestDb::postgresql() } else { TestDb::sqlite() };
        db.conn()
            .batch_execute("INSERT INTO teams (id, name, region) VALUES ('0190b7a2-6c1e-7d5a-9c43-2f6f0f0b1c11', 'Noord', 'Noord')")
            .expect("a team");
        let teams = |db: &TestDb| teams::table.count().get_result::<i64>(&mut db.conn()).expect("a count");
        assert_eq!((teams(&db), teams(&other)), (1, 0));
    }

    async fn nothing_is_pending_in_a_test_database(db: TestDb) {
        let store = db.store();
        let pending = store.read(migrations::pending).await;
        assert_eq!(pending.map_err(|e: StoreError| e.to_string()), Ok(Vec::new()));
    }
}
