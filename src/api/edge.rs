//! What every request shares: settings, limits, keys in use, and whether the process is stopping.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rocket::request::Request;
use rocket::tokio::sync::{OwnedSemaphorePermit, Semaphore};
use serde_json::Value;

use super::limits::{Left, PerMinute, network};
use super::problem::Problem;
use super::running::Running;
use super::trace::Trace;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Server;
use crate::health::Health;
use crate::ids::AccountId;
use crate::jobs::plan::PlanError;
use crate::metrics::Metrics;

/// Requests the process works on at once; more are told to come back. Bounds memory under a flood.
const AT_ONCE: usize = 512;
/// Seconds after which a client may come back when there were too many.
const RETRY_WHEN_FULL: u32 = 1;

/// The state behind every request; cheap to clone.
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

struct Inner {
    app: App,
    per_account: Option<PerMinute<AccountId>>,
    per_network: Option<PerMinute<IpAddr>>,
    sign_ins: Option<PerMinute<IpAddr>>,
    places: Arc<Semaphore>,
    running: Running,
    stopping: AtomicBool,
    description: OnceLock<Value>,
    health: Health,
    metrics: Metrics,
}

impl Edge {
    /// The edge of a running system; `host` is the clock of the machine.
    ///
    /// # Errors
    /// Never for schedules that the settings accepted.
    pub fn new(app: App, host: Clock) -> Result<Self, PlanError> {
        let settings = &app.config.server;
        let per_minute = settings.limits.requests_per_minute.and_then(NonZeroU32::new);
        let sign_ins = settings.limits.sign_ins_per_minute.and_then(NonZeroU32::new);
        Ok(Self(Arc::new(Inner {
            per_account: per_minute.map(|quota| PerMinute::new("account", quota)),
            per_network: per_minute.map(|quota| PerMinute::new("network", quota)),
            sign_ins: sign_ins.map(|quota| PerMinute::new("sign-in", quota)),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            running: Running::default(),
            stopping: AtomicBool::new(false),
            description: OnceLock::new(),
            health: Health::new(app.clone(), host)?,
            metrics: Metrics::default(),
            app,
        })))
    }

    /// The edge that serves `request`.
    #[expect(clippy::expect_used, reason = "Rocket is only ever built with it, in api::rocket")]
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.rocket().state::<Self>().expect("the edge is managed state")
    }

    /// The system behind it.
    pub fn app(&self) -> &App {
        &self.0.app
    }

    /// What readiness shows.
    pub fn health(&self) -> &Health {
        &self.0.health
    }

    /// The figures of this process.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Keeps the description of the API, to be served.
    pub(super) fn publish(&self, description: Value) {
        // The first one stays: an edge serves one set of operations.
        let _ = self.0.description.set(description);
    }

    /// The OpenAPI document of this server.
    pub fn description(&self) -> &Value {
        self.0.description.get().unwrap_or(&Value::Null)
    }

    /// The settings.
    pub fn settings(&self) -> &Server {
        &self.0.app.config.server
    }

    /// Proxies whose word about the client's address is believed.
    pub fn trusted_proxies(&self) -> &[IpAddr] {
        &self.settings().trusted_proxies
    }

    /// Idempotency keys of requests that are being worked on.
    pub fn running(&self) -> &Running {
        &self.0.running
    }

    /// A place among the requests that are worked on; given back when dropped.
    ///
    /// # Errors
    /// 503 when there is none, at once and at no cost.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0.places)
            .try_acquire_owned()
            .map_err(|_| Problem::unavailable("overloaded", "Too many requests at once.", RETRY_WHEN_FULL))
    }

    /// Takes one request from the quota of an account.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn take_for_account(&self, account: AccountId) -> Result<Option<Left>, Problem> {
        self.0.per_account.as_ref().map(|limit| limit.take(&account)).transpose()
    }

    /// Takes one request from the quota of the network a request comes from.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn take_for_network(&self, trace: &Trace, sign_in: bool) -> Result<Option<Left>, Problem> {
        let limit = if sign_in { &self.0.sign_ins } else { &self.0.per_network };
        let Some((limit, address)) = limit.as_ref().zip(trace.network) else { return Ok(None) };
        limit.take(&network(address)).map(Some)
    }

    /// Notes that the process is stopping: it is no longer ready for new work.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the process is stopping.
    pub fn stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }
}
