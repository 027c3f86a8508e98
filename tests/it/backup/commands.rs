//! `backup`, `backup verify` and `restore`, as an operator runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::prelude::{ExpressionMethods, QueryDsl, RunQueryDsl};
use zedenregister::audit::publish;
use zedenregister::backup::after::publish_tombstones;
use zedenregister::ids::RegistrationId;
use zedenregister::store::persons::person_find;
use zedenregister::store::registrations::registration_find;
use zedenregister::store::schema::{person_lookups, registrations};
use zedenregister::store::{Conn, ConnectionManager, DatabaseUrl, Limits, StoreError};
use zedenregister::vocabulary::Regime;

use crate::support::TestDb;
use crate::support::app::TestApp;
use crate::support::database::run;

/// An installation with the commands as they are typed.
struct Installation<'a> {
    test: &'a TestApp,
    database: String,
    keys: String,
}

impl<'a> Installation<'a> {
    fn of(test: &'a TestApp) -> Self {
        let keys = format!("sqlite://{}", test.folder().join("key-store.db").display());
        Self { test, database: test.db.url_text().to_owned(), keys }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.test.folder().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_zedenregister"))
            .args(arguments)
            .env("ZEDEN_DATABASE__URL", &self.database)
            .env("ZEDEN_KEYS__FOLDER", self.at("keys"))
            .env("ZEDEN_KEYS__KEY_STORE", &self.keys)
            .env("ZEDEN_AUDIT__CHECKPOINTS", self.at("checkpoints"))
            .output()
            .expect("a process")
    }

    /// Makes both archives and answers where they are: register, key store.
    fn backup(&self) -> (String, String) {
        let (to, keys_to) = (self.at("backup"), self.at("backup-of-keys"));
        let output = self.command(&["backup", "--to", text(&to), "--keys-to", text(&keys_to)]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        (only_file(&to), only_file(&keys_to))
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn only_file(folder: &Path) -> String {
    let files: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    let [file] = files.try_into().expect("one archive and nothing left beside it");
    text(&file).to_owned()
}

fn conn(url: &str) -> Conn {
    let url: DatabaseUrl = url.parse().expect("a URL");
    ConnectionManager::new(url, Limits::default(), "zedenregister-test").open().expect("a connection")
}

/// Publishes a checkpoint of the audit and the list of erased people, as the scheduler does.
async fn publish_outside(test: &TestApp) {
    let (app, folder) = (test.app.clone(), test.folder().join("checkpoints"));
    tokio::task::spawn_blocking(move || {
        publish::checkpoint(&app.store, &app.keys.get(), &folder, app.clock.now().system).expect("a checkpoint");
        publish_tombstones(&app, &folder).expect("a list");
    })
    .await
    .expect("no panic");
}

/// Erases somebody by destroying the key; answers its name.
fn erase(test: &TestApp, registration: RegistrationId) -> String {
    let key = test
        .app
        .store
        .read_blocking(|conn| {
            let row = registration_find(conn, registration)?.expect("a registration");
            Ok::<_, StoreError>(person_find(conn, row.person_id)?.expect("a person").data_key_id)
        })
        .expect("a person");
    test.app.vault.destroy(key.parse().expect("a key"), test.app.clock.now().system.utc()).expect("destroyed");
    key
}

fn files_in(conn: &mut Conn) -> i64 {
    registrations::table.count().get_result(conn).expect("a count")
}

fn lookups_of(conn: &mut Conn, registration: RegistrationId) -> i64 {
    let person: String =
        registrations::table.find(registration.to_string()).select(registrations::person_id).first(conn).expect("one");
    person_lookups::table.filter(person_lookups::person_id.eq(person)).count().get_result(conn).expect("a count")
}

fn flip(archive: &str, at: usize, to: &Path) -> String {
    let mut bytes = fs::read(archive).expect("an archive");
    bytes[at] ^= 1;
    fs::write(to, bytes).expect("a copy");
    text(to).to_owned()
}

#[test]
fn sqlite_comes_back_without_whoever_was_erased_and_says_what_is_lost() {
    run(async {
        let test = TestApp::on(TestDb::sqlite()).await;
        let (kept, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (erased, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        publish_outside(&test).await;
        let here = Installation::of(&test);
        let (register, keys) = here.backup();
        // What happens after the backup: somebody is erased, somebody is enrolled, and the audit is published.
        erase(&test, erased);
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        publish_outside(&test).await;

        let occupied = here.command(&["restore", "--register", &register]);
        assert_eq!(occupied.status.code(), Some(3), "{}", said(&occupied));
        assert!(said(&occupied).contains("overwrites nothing"), "{}", said(&occupied));

        let target = |name: &str| format!("sqlite://{}", here.at(name).display());
        let there = Installation { test: &test, database: target("restored.db"), keys: target("restored-keys.db") };
        let swapped = there.command(&["restore", "--register", &keys]);
        assert!(said(&swapped).contains("another part"), "{}", said(&swapped));
        let damaged = flip(&register, 4_000, &here.at("damaged.backup"));
        let refused = there.command(&["restore", "--register", &damaged, "--keys", &keys]);
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains("damaged"), "{}", said(&refused));
        assert!(!here.at("restored.db").exists(), "nothing was taken from it");
        drop(fs::remove_file(here.at("restored-keys.db")));

        let restored = there.command(&["restore", "--register", &register, "--keys", &keys]);
        let told = said(&restored);
        assert_eq!(restored.status.code(), Some(1), "it lacks what came after: {told}");
        assert!(told.contains("1 keys of erased people") && told.contains("entries are lost"), "{told}");
        let mut conn = conn(&there.database);
        assert_eq!(files_in(&mut conn), 2, "as it was at the moment of the backup");
        assert_eq!(lookups_of(&mut conn, erased), 0, "nobody finds the erased person");
        assert!(lookups_of(&mut conn, kept) > 0);
        let key_store = rows_of_keys(&there.keys);
        assert_eq!(key_store, (1, true), "one tombstone, and no key for it");
    });
}

/// Tombstones, and whether none of them has a key.
fn rows_of_keys(url: &str) -> (i64, bool) {
    #[derive(diesel::QueryableByName)]
    struct Counted {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let mut conn = conn(url);
    let mut count = |sql: &str| diesel::sql_query(sql).get_result::<Counted>(&mut conn).expect("a count").n;
    let tombstones = count("SELECT count(*) AS n FROM data_key_tombstones");
    let alive = count("SELECT count(*) AS n FROM data_keys k JOIN data_key_tombstones t ON t.id = k.id");
    (tombstones, alive == 0)
}

#[test]
fn archives_tell_when_one_byte_of_them_is_another() {
    run(async {
        let test = TestApp::on(TestDb::sqlite()).await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let here = Installation::of(&test);
        let (register, keys) = here.backup();
        let whole = here.command(&["backup", "verify", &register, &keys]);
        assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
        let length = fs::metadata(&register).expect("an archive").len() as usize;
        let damaged: Vec<String> =
            (0..20).map(|n| flip(&register, n * (length - 1) / 19, &here.at(&format!("damaged-{n}.backup")))).collect();
        let all: Vec<&str> = ["backup", "verify"].into_iter().chain(damaged.iter().map(String::as_str)).collect();
        let refused = here.command(&all);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        assert_eq!(said(&refused).matches("refused  ").count(), 20, "{}", said(&refused));
        let stolen = String::from_utf8_lossy(&fs::read(&register).expect("bytes")).into_owned();
        assert!(!stolen.contains("CREATE TABLE"), "an archive shows nothing of what it holds");
        let together = here.command(&["backup", "--to", text(&here.at("one")), "--keys-to", text(&here.at("one"))]);
        assert_eq!(together.status.code(), Some(2), "{}", said(&together));
    });
}

#[test]
fn a_backup_of_sqlite_under_writing_is_of_one_moment() {
    run(async {
        let test = TestApp::on(TestDb::sqlite()).await;
        let stop = Arc::new(AtomicBool::new(false));
        let (url, told) = (test.db.url(), Arc::clone(&stop));
        test.db.execute("CREATE TABLE pairs (id INTEGER PRIMARY KEY, one INTEGER NOT NULL, other INTEGER NOT NULL)");
        let writer = std::thread::spawn(move || {
            let mut conn = ConnectionManager::new(url, Limits::default(), "writer").open().expect("a connection");
            let mut written = 0_u64;
            while !told.load(Ordering::Relaxed) {
                let text = format!("INSERT INTO pairs (one, other) VALUES ({written}, {written})");
                diesel::sql_query(text).execute(&mut conn).expect("a row");
                written += 1;
                // SQLite has no queue for writers: one without a pause would keep out the command, which records its deed.
                std::thread::sleep(Duration::from_millis(1));
            }
            written
        });
        let here = Installation::of(&test);
        let (register, _) = here.backup();
        stop.store(true, Ordering::Relaxed);
        assert!(writer.join().expect("no panic") > 0);
        let there = Installation {
            test: &test,
            database: format!("sqlite://{}", here.at("moment.db").display()),
            keys: here.keys,
        };
        let restored = there.command(&["restore", "--register", &register]);
        assert!(restored.status.code().is_some_and(|code| code < 2), "{}", said(&restored));
    });
}

/// A cluster of its own; stopped and removed when dropped.
struct Cluster {
    folder: PathBuf,
    url: String,
}

impl Cluster {
    fn script(arguments: &[&str]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres");
        Command::new(script).args(arguments).output().expect("tests/postgres")
    }

    fn start(folder: &Path) -> Self {
        let output = Self::script(&["start", text(folder)]);
        assert!(output.status.success(), "{}", said(&output));
        let url = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Self { folder: folder.to_owned(), url }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(Self::script(&["stop", text(&self.folder)]));
    }
}

#[test]
fn postgresql_comes_back_from_its_base_backup() {
    run(async {
        let folder = PathBuf::from("/tmp").join(format!("zeden-backup-{}", std::process::id()));
        let cluster = Cluster::start(&folder.join("first"));
        let test = TestApp::on(TestDb::on_cluster(&cluster.url)).await;
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        let (erased, _) = test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        publish_outside(&test).await;
        let here = Installation::of(&test);
        let (register, keys) = here.backup();
        erase(&test, erased);
        test.registrant(test.enrolment(Regime::NlPilot, "2026-01-12")).await;
        publish_outside(&test).await;

        let data = folder.join("second/data");
        fs::create_dir_all(folder.join("second")).expect("a folder");
        let keys_url = format!("sqlite://{}", here.at("restored-keys.db").display());
        let there = Installation { test: &test, database: here.database.clone(), keys: keys_url };
        let refused = there.command(&["restore", "--register", &register]);
        assert!(said(&refused).contains("--data-folder"), "{}", said(&refused));
        let damaged = flip(&register, 3_000_000, &here.at("damaged.backup"));
        let refused = there.command(&["restore", "--register", &damaged, "--data-folder", text(&data)]);
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(!data.exists(), "nothing was taken from it");
        let arguments = ["restore", "--register", &register, "--keys", &keys, "--data-folder", text(&data)];
        let restored = there.command(&arguments);
        assert_eq!(restored.status.code(), Some(0), "{}", said(&restored));
        assert!(said(&restored).contains("restore --finish"), "{}", said(&restored));

        // PostgreSQL runs as a user of its own where the tests run as root.
        drop(Command::new("chown").args(["-R", "--reference", text(&folder.join("first/data")), text(&data)]).status());
        let second = Cluster::start(&folder.join("second"));
        let name = test.db.url_text().rsplit('/').next().expect("a name").to_owned();
        let base = second.url.rsplit_once('/').expect("a URL").0.to_owned();
        let there = Installation { database: format!("{base}/{name}"), ..there };
        let finished = there.command(&["restore", "--finish"]);
        let told = said(&finished);
        assert_eq!(finished.status.code(), Some(1), "it lacks what came after: {told}");
        assert!(told.contains("1 keys of erased people") && told.contains("entries are lost"), "{told}");
        let mut conn = conn(&there.database);
        assert_eq!(files_in(&mut conn), 2, "as it was at the moment of the backup");
        assert_eq!(lookups_of(&mut conn, erased), 0, "nobody finds the erased person");
        drop((conn, second, cluster));
        drop(fs::remove_dir_all(&folder));
    });
}
