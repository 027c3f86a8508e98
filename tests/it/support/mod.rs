//! What the integration tests share.

pub mod app;
pub mod clients;
pub mod database;
pub mod keys;
pub mod measures;
pub mod receiver;
pub mod reports;
pub mod smtp;
pub mod world;

pub use database::TestDb;
pub use keys::TestKeys;

use zedenregister::clock::UtcTime;

/// An instant, as RFC 3339 writes it.
pub fn at(instant: &str) -> UtcTime {
    instant.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").into()
}

/// Declares a test that runs once on SQLite and once on PostgreSQL, each time on a fresh database of its own.
///
/// ```ignore
/// on_both_databases! {
///     async fn a_report_is_kept(db: TestDb) { ... }
/// }
/// ```
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs what its module imports")]
            use super::*;

            $(#[$meta])*
            async fn check($db: $crate::support::TestDb) $body

            #[test]
            fn on_sqlite() {
                $crate::support::database::run(check($crate::support::TestDb::sqlite()));
            }

            #[test]
            fn on_postgresql() {
                $crate::support::database::run(check($crate::support::TestDb::postgresql()));
            }
        }
    )+ };
}
