//! Everything Diesel: the only place with SQL, for SQLite and PostgreSQL alike.
//!
//! [`Store::read`] runs a closure on a pooled connection. [`Store::write`] hands a unit of work to the writer, which
//! commits it together with others ([`group`]) and answers after the commit. [`LongWork::batch`] is for sweeps, imports
//! and commands: one bounded transaction on a connection apart. Nothing slow (password hashing, rendering, network)
//! happens inside any of them, and none of them is called from inside another.
//!
//! Functions on rows live in one file per aggregate, are named resource first (`duty_list`), and take `&mut Conn`.

pub mod absences;
pub mod accounts;
pub mod agenda;
pub mod around;
pub mod audit;
pub mod audit_tail;
pub mod backup;
pub mod caseload;
#[allow(missing_docs, reason = "the derive adds undocumented items")]
pub mod conn;
pub mod consistency;
pub mod console;
pub mod disputes;
pub mod duties;
pub mod error;
pub mod evaluation;
pub mod events;
pub mod facts;
pub mod figures;
pub mod flags;
pub mod group;
pub mod idempotency;
pub mod identity;
pub mod key_store;
pub mod measures;
pub mod migrations;
pub mod notifications;
pub mod outages;
pub mod outbox;
pub mod owners;
pub mod persons;
pub mod proposals;
pub mod referrals;
pub mod registrations;
pub mod reminders;
pub mod removals;
pub mod review;
pub mod rights;
pub mod rights_requests;
pub mod rows;
#[allow(missing_docs, reason = "tables are explained in the migrations")]
pub mod schema;
pub mod search;
pub mod self_audit;
pub mod settings;
pub mod sign_in;
pub mod supervision;
pub mod sweep;
pub mod team;
pub mod terms;
pub mod ticks;
pub mod travel_notices;
pub mod watch;
pub mod webhooks;
pub mod worklist;
pub mod write_set;

use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::Pool;
use tokio::sync::{Semaphore, mpsc, oneshot};

pub use conn::{Conn, ConnectionManager, DatabaseUrl, Limits};
pub use error::StoreError;
pub use group::Scope;
pub use write_set::{Change, Decided, PreparedLeaf, WriteSet};

/// Units of work that may wait for the writer before new ones are told that the store is busy.
const WRITE_QUEUE: usize = 1_024;

/// The longest a request waits for the database once its turn has come. A database that says nothing any more must not hold
/// whoever asks; a write that is given up may still be committed, which its idempotency key settles.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How often a unit of work is tried that the database undoes in favour of others.
const TRIES: u32 = 5;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Which database.
    pub url: DatabaseUrl,
    /// Connections for reading; as many reads run at once.
    pub readers: u32,
    /// The longest a request waits for its turn before it is told that the store is busy.
    pub wait: Duration,
}

/// A handle on the database; cheap to clone. The writer ends when the last handle is dropped.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    pool: Pool<ConnectionManager>,
    permits: Arc<Semaphore>,
    writer: mpsc::Sender<group::Queued>,
    full: Arc<group::LastFull>,
    long_work: ConnectionManager,
    wait: Duration,
}

/// What the database answers, unless it does not answer in time.
async fn answered<T>(answer: impl Future<Output = T>) -> Result<T, StoreError> {
    let late = |_| StoreError::Unavailable("the database does not answer".to_owned());
    tokio::time::timeout(ANSWER_WITHIN, answer).await.map_err(late)
}

impl Store {
    /// Opens the database. SQLite is migrated on the way; PostgreSQL must have been migrated before.
    ///
    /// # Errors
    /// [`StoreError::Refused`] says which setting or migration is in the way; [`StoreError::Unavailable`] when the
    /// database cannot be reached.
    pub fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let manager = ConnectionManager::new(options.url.clone(), Limits::default(), "zedenregister");
        let long_work = ConnectionManager::new(options.url.clone(), Limits::long_work(), "zedenregister-jobs");
        let mut first = manager.open()?;
        if !first.is_postgres() {
            migrations::migrate(&mut first)?;
        }
        migrations::check_compatible(&mut first)?;
        drop(first);
        let pool = Pool::builder()
            .max_size(options.readers)
            .min_idle(Some(1))
            .connection_timeout(options.wait)
            .build_unchecked(manager.clone());
        let (writer, queue) = mpsc::channel(WRITE_QUEUE);
        let full = Arc::new(group::LastFull::default());
        let noted = Arc::clone(&full);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || group::run(&manager, queue, &noted))
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        let permits = Arc::new(Semaphore::new(options.readers as usize));
        Ok(Self(Arc::new(Inner { pool, permits, writer, full, long_work, wait: options.wait })))
    }

    /// Runs `f` on a pooled connection, on a blocking thread.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when no connection came free in time, [`StoreError::Unavailable`] when the database does not answer, or
    /// whatever `f` says.
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        let inner = Arc::clone(&self.0);
        // Waiters park as futures, not as blocked threads.
        let permit = tokio::time::timeout(inner.wait, Arc::clone(&inner.permits).acquire_owned())
            .await
            .map_err(|_| StoreError::Busy)?
            .map_err(|_| StoreError::Closed)?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut conn = inner.pool.get().map_err(StoreError::from)?;
            f(&mut conn)
        });
        match answered(done).await? {
            Ok(result) => result,
            Err(gone) => match gone.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(StoreError::Closed.into()),
            },
        }
    }

    /// Runs `f` on a pooled connection on this thread; for jobs and commands.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.0.pool.get().map_err(StoreError::from)?;
        f(&mut conn)
    }

    /// Hands a unit of work to the writer and waits for its commit. `work` may be called more than once and must
    /// decide anew each time from what it reads.
    ///
    /// # Errors
    /// Whatever `work` says; [`StoreError::Busy`] when the queue stays full; [`StoreError::Conflict`] when another
    /// unit came first; [`StoreError::Unavailable`] when the outcome is unknown.
    pub async fn write<T, E, F>(&self, scope: Scope, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Conn) -> Result<Decided<T>, E> + Send + 'static,
    {
        let (unit, answer) = queued(scope, work);
        self.0.writer.send_timeout(unit, self.0.wait).await.map_err(|error| match error {
            mpsc::error::SendTimeoutError::Timeout(_) => StoreError::Busy,
            mpsc::error::SendTimeoutError::Closed(_) => StoreError::Closed,
        })?;
        answered(answer).await?.map_err(|_| StoreError::Closed)?
    }

    /// As [`Store::write`], from a thread that may block; for jobs and commands.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, E, F>(&self, scope: Scope, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Conn) -> Result<Decided<T>, E> + Send + 'static,
    {
        let (unit, answer) = queued(scope, work);
        self.0.writer.blocking_send(unit).map_err(|_| StoreError::Closed)?;
        answer.blocking_recv().map_err(|_| StoreError::Closed)?
    }

    /// Whether a write was refused within this time because the database had no room.
    pub fn was_full_within(&self, span: Duration) -> bool {
        self.0.full.within(span)
    }

    /// Opens a connection apart, for long work in bounded batches.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub fn long_work(&self) -> Result<LongWork, StoreError> {
        self.0.long_work.open().map(LongWork)
    }

    /// Readers in use and readers in all, for metrics.
    pub fn readers(&self) -> (u32, u32) {
        let state = self.0.pool.state();
        (state.connections - state.idle_connections, self.0.pool.max_size())
    }
}

fn queued<T, E, F>(scope: Scope, work: F) -> (group::Queued, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut Conn) -> Result<Decided<T>, E> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(group::Work { scope, work, kept: None, reply: Some(reply) }), answer)
}

/// A connection for sweeps, imports and exports.
pub struct LongWork(Conn);

impl LongWork {
    /// Reads outside a transaction.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.0
    }

    /// One bounded transaction over what was decided before, done again when another one had to go first.
    ///
    /// # Errors
    /// Why it could not be written; nothing of it is kept then.
    pub fn keep(&mut self, writes: &WriteSet) -> Result<(), StoreError> {
        patiently(|| {
            self.in_transaction(|conn| {
                writes.execute(conn)?;
                audit_tail::append(conn, &writes.audit)
            })
        })
    }

    /// One bounded transaction: decides, writes, appends the audit entries, commits. It is tried once: a caller that
    /// can decide anew does so [`patiently`].
    ///
    /// # Errors
    /// Whatever `f` says, or why it could not be written; nothing of it is kept then.
    pub fn batch<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut Conn) -> Result<Decided<T>, E>,
    ) -> Result<T, E> {
        self.in_transaction(|conn| {
            let decided = f(conn)?;
            decided.writes.execute(conn)?;
            audit_tail::append(conn, &decided.writes.audit)?;
            Ok(decided.answer)
        })
    }

    fn in_transaction<T, E: From<StoreError>>(&mut self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.0.begin()?;
        let done = f(&mut self.0).and_then(|answer| {
            self.0.commit()?;
            Ok(answer)
        });
        if done.is_err() {
            self.0.rollback_to(0)?;
        }
        done
    }
}

/// Does `work` again, a few times, as long as the database lets others go first. It must decide anew each time. Nothing
/// is waited for: those others have had their way when it says so.
///
/// # Errors
/// Whatever `work` says at last.
pub fn patiently<T>(mut work: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    for _ in 1..TRIES {
        match work() {
            Err(error @ StoreError::Contended(_)) => tracing::warn!(%error, "a unit of work is done again"),
            done => return done,
        }
    }
    work()
}
