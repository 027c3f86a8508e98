//! What can go wrong with a database, in words that know nothing of HTTP.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why a unit of work was not done. Texts are for operators; clients never see them.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Too much is waiting; try again shortly.
    #[error("the store is busy")]
    Busy,
    /// The database did not answer, or the connection was lost: whether the work was done is unknown.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database undid it in favour of another one, at a deadlock or a lock that did not come free: nothing of it was
    /// kept, and it may be done again at once.
    #[error("the database let another unit of work go first: {0}")]
    Contended(String),
    /// The store was closed; the process is stopping.
    #[error("the store is closed")]
    Closed,
    /// Another unit of work came first: a row exists already, or a version is no longer the one that was read.
    #[error("conflict on {0}")]
    Conflict(String),
    /// The database holds something this program would never write.
    #[error("unexpected content: {0}")]
    Corrupt(String),
    /// The statement was refused for any other reason; a fault of this program.
    #[error("statement failed: {0}")]
    Statement(String),
    /// The database may not be used as it is set up; says what to change.
    #[error("{0}")]
    Refused(String),
}

impl StoreError {
    /// Whether the database had no room for what was to be written.
    pub fn lacks_room(&self) -> bool {
        const SIGNS: [&str; 3] = ["No space left on device", "could not extend file", "database or disk is full"];
        matches!(self, Self::Unavailable(message) if SIGNS.iter().any(|sign| message.contains(sign)))
    }

    /// Whether the same unit of work may succeed when it is tried again as it is.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_) | Self::Contended(_))
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, info) => {
                let message = info.message().to_owned();
                match kind {
                    DatabaseErrorKind::UniqueViolation => Self::Conflict(constraint(info.as_ref())),
                    DatabaseErrorKind::SerializationFailure => Self::Contended(message),
                    DatabaseErrorKind::ReadOnlyTransaction
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::ClosedConnection => Self::Unavailable(message),
                    DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::NotNullViolation
                    | DatabaseErrorKind::CheckViolation => {
                        Self::Statement(format!("{kind:?} on {}", constraint(info.as_ref())))
                    }
                    _ if is_contention(&message) => Self::Contended(message),
                    // Everything PostgreSQL reports while it stops or lacks room, and SQLite's busy and full.
                    _ if is_outage(&message) => Self::Unavailable(message),
                    _ => Self::Statement(message),
                }
            }
            DieselError::NotFound => Self::Corrupt("a row that must exist does not".to_owned()),
            DieselError::DeserializationError(cause) => Self::Corrupt(cause.to_string()),
            // SQLite takes a whole transaction back by itself when a write or a sync fails; what follows finds none.
            DieselError::NotInTransaction => Self::Unavailable("the transaction was taken back".to_owned()),
            DieselError::BrokenTransactionManager => Self::Unavailable("the transaction broke".to_owned()),
            other => Self::Statement(other.to_string()),
        }
    }
}

impl From<diesel::ConnectionError> for StoreError {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<diesel::r2d2::PoolError> for StoreError {
    fn from(error: diesel::r2d2::PoolError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// PostgreSQL names the constraint; SQLite names table and column in its message.
fn constraint(info: &(dyn diesel::result::DatabaseErrorInformation + Send + Sync)) -> String {
    info.constraint_name()
        .map_or_else(|| info.message().rsplit(": ").next().unwrap_or_default().to_owned(), str::to_owned)
}

fn is_contention(message: &str) -> bool {
    ["deadlock detected", "due to lock timeout"].iter().any(|sign| message.contains(sign))
}

fn is_outage(message: &str) -> bool {
    const SIGNS: [&str; 15] = [
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "no such savepoint",
        "no transaction is active",
        "No space left on device",
        "could not extend file",
        "the database system is",
        "terminating connection",
        "server closed the connection",
        "connection to server",
        "no connection to the server",
        "could not receive data from server",
        "canceling statement due to",
        "SSL connection has been closed",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}
