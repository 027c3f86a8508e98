//! A fresh, migrated database for one test: a file for SQLite, a copy of a once-migrated template for PostgreSQL.
//!
//! The PostgreSQL cluster comes from `ZEDEN_TEST_POSTGRES`; a test that needs it and does not find it fails.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::BigInt};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zedenregister::ids::RequestId;
use zedenregister::store::{Conn, ConnectionManager, DatabaseUrl, Limits, Store, StoreOptions, migrations};

/// Any constant: one process at a time makes the template.
const TEMPLATE_LOCK: i64 = 0x7a65_7465_7374;

/// One database for one test; dropped, with everything in it, when the test ends.
pub struct TestDb {
    url: String,
    home: Home,
}

enum Home {
    /// Removed, with the file in it, when dropped.
    File { folder: TempDir },
    /// The name of the database and the URL of its cluster.
    Cluster { name: String, cluster: String },
}

impl TestDb {
    /// A file in a temporary folder, migrated.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let db =
            Self { url: format!("sqlite://{}", folder.path().join("zeden.db").display()), home: Home::File { folder } };
        migrations::migrate(&mut db.conn()).expect("migrations for SQLite");
        db
    }

    /// A database of its own on the test cluster, migrated.
    pub fn postgresql() -> Self {
        Self::on_cluster(&std::env::var("ZEDEN_TEST_POSTGRES").expect(
            "this test needs a PostgreSQL cluster: set ZEDEN_TEST_POSTGRES to what `tests/postgres start DIR` prints",
        ))
    }

    /// A database of its own on this cluster, migrated.
    pub fn on_cluster(cluster: &str) -> Self {
        let cluster = cluster.to_owned();
        let template = template(&cluster);
        let name = format!("zeden_test_{}", RequestId::fresh().as_str().replace('-', ""));
        admin(&cluster).batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).expect("a test database");
        Self { url: database_url(&cluster, &name), home: Home::Cluster { name, cluster } }
    }

    /// The URL, as an operator would configure it.
    pub fn url(&self) -> DatabaseUrl {
        self.url_text().parse().expect("a URL this program accepts")
    }

    /// The URL as text, for a command line.
    pub fn url_text(&self) -> &str {
        &self.url
    }

    /// Whether this is PostgreSQL.
    pub fn is_postgresql(&self) -> bool {
        matches!(self.home, Home::Cluster { .. })
    }

    /// The store as the program opens it. Each call opens another one, as another process would.
    pub fn store(&self) -> Store {
        let options = StoreOptions { url: self.url(), readers: 4, wait: Duration::from_secs(5) };
        Store::open(&options).expect("a store over a migrated database")
    }

    /// Does to the rows what the program itself would never do.
    pub fn execute(&self, statement: &str) {
        self.conn().batch_execute(statement).expect("a statement");
    }

    /// Every row of these tables as text: for asserting that nothing changed.
    pub fn rows_of(&self, tables: &[&str]) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            row: String,
        }
        let mut conn = self.conn();
        let mut rows = Vec::new();
        for table in tables {
            let columns: Vec<Row> = sql_query(if self.is_postgresql() {
                format!("SELECT column_name::text AS row FROM information_schema.columns WHERE table_name = '{table}'")
            } else {
                format!("SELECT name AS row FROM pragma_table_info('{table}')")
            })
            .load(&mut conn)
            .expect("columns");
            let texts: Vec<String> =
                columns.iter().map(|c| format!("coalesce(CAST({} AS TEXT), '-')", c.row)).collect();
            let statement = format!("SELECT {} AS row FROM {table} ORDER BY 1", texts.join(" || '|' || "));
            rows.extend(sql_query(statement).load::<Row>(&mut conn).expect("rows").into_iter().map(|r| r.row));
        }
        rows
    }

    /// A bare connection, for what the program itself would never do.
    pub fn conn(&self) -> Conn {
        ConnectionManager::new(self.url(), Limits::default(), "zedenregister-test").open().expect("a connection")
    }
}

impl TestDb {
    /// Everything in the database, as somebody who stole it would read it.
    pub fn dump(&self) -> String {
        match &self.home {
            Home::File { folder } => fs::read_dir(folder.path())
                .expect("the folder of the database")
                .map(|file| fs::read(file.expect("a file").path()).expect("its bytes"))
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .collect(),
            Home::Cluster { .. } => {
                let dump =
                    Command::new("pg_dump").args(["--data-only", "--inserts", &self.url]).output().expect("pg_dump");
                assert!(dump.status.success(), "pg_dump: {}", String::from_utf8_lossy(&dump.stderr));
                String::from_utf8_lossy(&dump.stdout).into_owned()
            }
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Home::Cluster { name, cluster } = &self.home {
            // Stores of the test may still be open: their connections are ended.
            drop(
                PgConnection::establish(cluster)
                    .map(|mut conn| conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))),
            );
        }
    }
}

/// Runs a test on a runtime like the server's.
pub fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test);
}

fn admin(cluster: &str) -> PgConnection {
    PgConnection::establish(cluster).expect("the cluster named by ZEDEN_TEST_POSTGRES answers")
}

fn database_url(cluster: &str, name: &str) -> String {
    let (base, _) = cluster.rsplit_once('/').expect("postgresql://HOST/DATABASE");
    format!("{base}/{name}")
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The name of a migrated database to copy; made by whoever comes first, and again when a migration was edited.
fn template(cluster: &str) -> String {
    let name = format!("zeden_template_{}", migrations_digest());
    let mut conn = admin(cluster);
    conn.batch_execute(&format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).expect("the lock");
    let present = sql_query(format!("SELECT count(*) AS count FROM pg_database WHERE datname = '{name}'"))
        .get_result::<Count>(&mut conn)
        .expect("a list of databases");
    if present.count == 0 {
        // Under another name until it is whole: a process that dies half-way leaves no half template.
        let draft = format!("{name}_draft");
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {draft}")).expect("no old draft");
        conn.batch_execute(&format!("CREATE DATABASE {draft}")).expect("a draft of the template");
        let url = database_url(cluster, &draft).parse().expect("a URL this program accepts");
        let mut fresh =
            ConnectionManager::new(url, Limits::default(), "zedenregister-test").open().expect("a connection");
        migrations::migrate(&mut fresh).expect("migrations for PostgreSQL");
        drop(fresh);
        conn.batch_execute(&format!("ALTER DATABASE {draft} RENAME TO {name}")).expect("the template");
    }
    conn.batch_execute(&format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).expect("the lock back");
    name
}

fn migrations_digest() -> String {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgresql"), &mut files);
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        digest.update(file.to_string_lossy().as_bytes());
        digest.update(fs::read(&file).expect("a migration"));
    }
    hex::encode(&digest.finalize()[..8])
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the migrations") {
        let path = entry.expect("the migrations").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
