//! The audit against somebody who can write in the database.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser;
use diesel::connection::SimpleConnection;
use zedenregister::audit::publish::{PublishError, Published, checkpoint};
use zedenregister::audit::tree::leaf_hash;
use zedenregister::commands::{self, Exit, Failure, Terminal};
use zedenregister::store::{Decided, PreparedLeaf, Scope, Store, StoreError, WriteSet};

use crate::support::{TestDb, TestKeys, at};

/// A log in a database, and the folder its checkpoints are published in.
struct Log<'a> {
    db: &'a TestDb,
    store: Store,
    keys: TestKeys,
    written: u64,
}

impl<'a> Log<'a> {
    fn new(db: &'a TestDb) -> Self {
        Self { store: db.store(), keys: TestKeys::fresh(), written: 0, db }
    }

    fn folder(&self) -> PathBuf {
        self.keys.path("checkpoints")
    }

    async fn write(&mut self, entries: u64) {
        for number in self.written..self.written + entries {
            let leaf = prepared(&format!("{{\"entry\":\"{number}\"}}"));
            let unit = move |_: &mut _| {
                let writes = WriteSet { audit: vec![leaf.clone()], ..WriteSet::default() };
                Ok::<_, StoreError>(Decided::new(writes, ()))
            };
            self.store.write(Scope::Append, unit).await.expect("an entry");
        }
        self.written += entries;
    }

    fn publish(&self) -> Result<Published, PublishError> {
        checkpoint(&self.store, &self.keys.ring, &self.folder(), at("2026-04-01T12:00:00Z"))
    }

    /// Writes twelve entries under checkpoints over 5 and over 12, and gives the newest one's file.
    async fn twelve(&mut self) -> PathBuf {
        self.write(5).await;
        self.publish().expect("a checkpoint");
        self.write(7).await;
        self.publish().expect("a checkpoint").path.expect("a file")
    }

    fn sql(&self, statements: &str) {
        self.db.conn().batch_execute(statements).expect("tampering");
    }

    /// What `audit verify` says.
    fn verify(&self, checkpoint: &Path) -> (Exit, String) {
        self.verify_in(checkpoint, self.db).expect("a verdict")
    }

    fn verify_in(&self, checkpoint: &Path, db: &TestDb) -> Result<(Exit, String), Failure> {
        let jwks = self.keys.jwks_file();
        let words: Vec<OsString> = vec![
            "audit".into(),
            "verify".into(),
            "--checkpoint".into(),
            checkpoint.into(),
            "--database".into(),
            db.url_text().into(),
            "--jwks".into(),
            jwks.into(),
        ];
        run(words)
    }
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: commands::audit::Args,
}

fn run(words: Vec<OsString>) -> Result<(Exit, String), Failure> {
    let line = Line::try_parse_from(words).expect("arguments");
    let mut out = Vec::new();
    let exit = commands::audit::run(&line.args, &mut Terminal { out: &mut out, config_file: None })?;
    Ok((exit, String::from_utf8(out).expect("text")))
}

fn prepared(entry: &str) -> PreparedLeaf {
    PreparedLeaf {
        recorded_at: at("2026-04-01T11:59:00Z"),
        entry: entry.to_owned(),
        leaf_hash: leaf_hash(entry.as_bytes()),
        subject_hash: None,
    }
}

/// The same checkpoint where nothing stands beside it.
fn alone(file: &Path, keys: &TestKeys) -> PathBuf {
    let folder = keys.path("alone");
    std::fs::create_dir_all(&folder).expect("a folder");
    let copy = folder.join(file.file_name().expect("a name"));
    std::fs::copy(file, &copy).expect("a copy");
    copy
}

on_both_databases! {
    async fn an_untouched_log_is_intact_and_newer_entries_are_counted(db: TestDb) {
        let mut log = Log::new(&db);
        let file = log.twelve().await;
        log.write(3).await;
        for file in [file.clone(), alone(&file, &log.keys)] {
            let (exit, told) = log.verify(&file);
            assert_eq!(exit, Exit::Done, "{told}");
            assert!(told.contains("all 12 entries") && told.contains("3 newer entries"), "{told}");
        }
    }

    // ASVS 5.0: 16.4.2
    async fn each_kind_of_tampering_is_named_with_its_first_entry(db: TestDb) {
        // Where leaf hashes are kept beside the checkpoint, even a forger who mends the stored hashes is named.
        let forged = hex::encode(leaf_hash(b"forged"));
        let blob = if db.is_postgresql() { format!("decode('{forged}', 'hex')") } else { format!("x'{forged}'") };
        let renumber = |from: i64, to: i64| format!("UPDATE audit_leaves SET leaf_index = {to} WHERE leaf_index = {from};");
        let close_gap: String = (8..12).map(|number| renumber(number, number - 1)).collect();
        let make_room: String = (7..12).rev().map(|number| renumber(number, number + 1)).collect();
        let cases = [
            ("UPDATE audit_leaves SET entry = 'forged' WHERE leaf_index = 7".to_owned(), "entry 7 was altered"),
            (format!("UPDATE audit_leaves SET entry = 'forged', leaf_hash = {blob} WHERE leaf_index = 7"), "entry 7 was altered"),
            ("DELETE FROM audit_leaves WHERE leaf_index = 7".to_owned(), "entry 7 is missing"),
            (format!("DELETE FROM audit_leaves WHERE leaf_index = 7; {close_gap}"), "entry 7 is missing"),
            ("DELETE FROM audit_leaves WHERE leaf_index BETWEEN 7 AND 9".to_owned(), "3 entries are missing, from 7 to 9"),
            (format!("{}{}{}", renumber(7, 99), renumber(10, 7), renumber(99, 10)), "entry 7 was moved and now stands at 10"),
            (
                format!("{make_room} INSERT INTO audit_leaves (leaf_index, recorded_at, entry, leaf_hash) \
                         VALUES (7, '2026-04-01 12:00:00', 'forged', {blob})"),
                "at 7 stands an entry that was never written there",
            ),
            (
                "DELETE FROM audit_leaves WHERE leaf_index >= 10; UPDATE audit_counter SET size = 10".to_owned(),
                "ends after 10 of 12 entries",
            ),
        ];
        for (tampering, finding) in cases {
            let other = if db.is_postgresql() { TestDb::postgresql() } else { TestDb::sqlite() };
            let mut log = Log::new(&other);
            let file = log.twelve().await;
            log.sql(&tampering);
            let (exit, told) = log.verify(&file);
            assert_eq!(exit, Exit::Found, "{tampering}");
            assert!(told.contains("NOT as it was signed") && told.contains(finding), "{tampering}: {told}");
            // The checkpoint alone, without anything beside it, still shows that something was done.
            assert_eq!(log.verify(&alone(&file, &log.keys)).0, Exit::Found, "{tampering}");
        }
    }

    async fn a_changed_stored_hash_is_noticed_although_the_entries_are_intact(db: TestDb) {
        let mut log = Log::new(&db);
        let file = log.twelve().await;
        let other = hex::encode(leaf_hash(b"other"));
        let blob = if db.is_postgresql() { format!("decode('{other}', 'hex')") } else { format!("x'{other}'") };
        log.sql(&format!("UPDATE audit_leaves SET leaf_hash = {blob} WHERE leaf_index = 3"));
        let (exit, told) = log.verify(&file);
        assert_eq!(exit, Exit::Found);
        assert!(told.contains("stored beside entry 3"), "{told}");
    }

    // ASVS 5.0: 16.4.2
    async fn an_older_copy_of_the_database_is_noticed_by_verify_and_nothing_is_published_over_it(db: TestDb) {
        let mut log = Log::new(&db);
        let file = log.twelve().await;
        // The same as putting back the copy that was made after five entries.
        log.sql("DELETE FROM audit_leaves WHERE leaf_index >= 5; DELETE FROM audit_checkpoints WHERE tree_size > 5; \
                 UPDATE audit_counter SET size = 5");
        let (exit, told) = log.verify(&file);
        assert_eq!(exit, Exit::Found);
        assert!(told.contains("ends after 5 of 12") && told.contains("older copy of the database"), "{told}");
        let refused = log.publish();
        assert!(matches!(refused, Err(PublishError::Behind { entries: 5, published: 12 })), "{refused:?}");
        // Later it has as many entries again, but they are others.
        log.write(9).await;
        let refused = log.publish();
        assert!(matches!(refused, Err(PublishError::Foreign(12))), "{refused:?}");
        assert_eq!(std::fs::read_dir(log.folder()).expect("the folder").count(), 5, "two checkpoints, hashes, the lock");
        assert_eq!(log.verify(&file).0, Exit::Found);
    }

    async fn a_checkpoint_is_published_once_and_continues_from_the_one_before(db: TestDb) {
        let mut log = Log::new(&db);
        assert_eq!(log.publish().expect("nothing to sign"), Published { size: 0, new_entries: 0, path: None });
        log.write(3).await;
        let first = log.publish().expect("a checkpoint");
        assert_eq!((first.size, first.new_entries), (3, 3));
        let again = log.publish().expect("the same");
        assert_eq!((again.size, again.new_entries, &again.path), (3, 0, &first.path));
        log.write(1).await;
        let second = log.publish().expect("the next");
        assert_eq!((second.size, second.new_entries), (4, 1));
        let file = second.path.expect("a file");
        assert_eq!(log.verify(&file).0, Exit::Done);
        // An older one proves less, and says that there is a newer.
        let (exit, told) = log.verify(&first.path.expect("a file"));
        assert_eq!(exit, Exit::Done);
        assert!(told.contains("newer checkpoint"), "{told}");
    }

    async fn several_processes_sign_one_line_of_checkpoints(db: TestDb) {
        let mut log = Log::new(&db);
        log.write(1).await;
        for _ in 0..3 {
            log.write(4).await;
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| log.publish().expect("a checkpoint"));
                }
            });
        }
        // A second server with a folder of its own, which starts late.
        let elsewhere = log.keys.path("elsewhere");
        let late = checkpoint(&log.store, &log.keys.ring, &elsewhere, at("2026-04-01T13:00:00Z")).expect("a checkpoint");
        let newest = log.publish().expect("the same").path.expect("a file");
        for file in [newest, late.path.expect("a file")] {
            let (exit, told) = log.verify(&file);
            assert_eq!(exit, Exit::Done, "{told}");
            assert!(told.contains("all 13 entries"), "{told}");
        }
    }

    async fn a_checkpoint_that_was_altered_or_signed_by_somebody_else_proves_nothing(db: TestDb) {
        let mut log = Log::new(&db);
        let file = log.twelve().await;
        let note = std::fs::read_to_string(&file).expect("the checkpoint");
        let altered = log.keys.path("altered.checkpoint");
        std::fs::write(&altered, note.replacen("\n12\n", "\n11\n", 1)).expect("a file");
        let other = TestKeys::fresh();
        let stranger = checkpoint(&log.store, &other.ring, &other.path("checkpoints"), at("2026-04-01T13:00:00Z"));
        // It is signed with the register's keys or not at all: the stored checkpoint is published again, not resigned.
        let copied = stranger.expect("the same checkpoint").path.expect("a file");
        assert_eq!(std::fs::read_to_string(copied).expect("a checkpoint"), note);
        let (exit, told) = log.verify(&altered);
        assert_eq!(exit, Exit::Found);
        assert!(told.contains("proves nothing"), "{told}");
        let missing = log.verify_in(&log.keys.path("none"), &db).expect_err("no such file");
        assert_eq!(missing.code(), 2);
    }
}

#[test]
fn verify_makes_no_database_of_a_mistyped_name() {
    let db = TestDb::sqlite();
    crate::support::database::run(async {
        let mut log = Log::new(&db);
        let file = log.twelve().await;
        let wrong = log.keys.path("zedne.db");
        let words = ["audit", "verify", "--checkpoint"].map(OsString::from).into_iter().chain([
            file.into(),
            "--database".into(),
            format!("sqlite://{}", wrong.display()).into(),
            "--jwks".into(),
            log.keys.jwks_file().into(),
        ]);
        let refused = run(words.collect()).expect_err("no such database");
        assert_eq!(refused.code(), 2);
        assert!(!wrong.exists());
    });
}
