//! The test databases themselves: separate, migrated, and the same shape on both.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::{QueryDsl, RunQueryDsl};
use zedenregister::store::schema::{schema_versions, teams};
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

    /// An older program asks the database whether it may go on: see `check_compatible`.
    async fn every_migration_says_with_which_programs_it_goes(db: TestDb) {
        let folder = if db.is_postgresql() { "migrations/postgresql" } else { "migrations/sqlite" };
        let folders = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("the migrations");
        let names = folders.map(|entry| entry.expect("a folder").file_name().into_string().expect("a name"));
        let mut versions: Vec<String> = names.map(|name| name.split('_').next().expect("a version").to_owned()).collect();
        versions.sort();
        let mut said: Vec<String> = schema_versions::table.select(schema_versions::version).load(&mut db.conn()).expect("rows");
        said.sort();
        assert_eq!(said, versions);
    }
}
