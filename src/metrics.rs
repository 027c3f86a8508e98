//! Figures about this process and its work, for Prometheus: OpenMetrics text at `GET /metrics`.
//!
//! A figure is about requests, jobs and queues, never about a person: its labels are routes as declared, statuses, and names
//! of jobs and checks. What the register tells about people are the statistics, which have disclosure control.

use std::fmt;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::app::App;
use crate::clock::UtcTime;
use crate::health::Readiness;
use crate::store::figures::{Figures, figures};
use crate::vocabulary::Regime;

/// What every name begins with.
const PREFIX: &str = "zedenregister";
/// Upper bounds of the durations that are told apart, in seconds.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: String,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCheck {
    check: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfJob {
    job: String,
}

type Seconds = Gauge<f64, AtomicU64>;

/// The figures.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Asked, Histogram, fn() -> Histogram>,
    ready: Gauge,
    checks: Family<OfCheck, Gauge>,
    job_success: Family<OfJob, Seconds>,
    job_overdue: Family<OfJob, Gauge>,
    readers_used: Gauge,
    readers_most: Gauge,
    dead_letters: Gauge,
    failing_subscriptions: Gauge,
    messages_waiting: Gauge,
    message_lag: Seconds,
    flags_open: Gauge,
    flags_overdue: Gauge,
    rights_overdue: Gauge,
    watch_open: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let durations: Family<Asked, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(SECONDS));
        let mut all = Self {
            registry: Registry::with_prefix(PREFIX),
            durations,
            requests: Family::default(),
            ready: Gauge::default(),
            checks: Family::default(),
            job_success: Family::default(),
            job_overdue: Family::default(),
            readers_used: Gauge::default(),
            readers_most: Gauge::default(),
            dead_letters: Gauge::default(),
            failing_subscriptions: Gauge::default(),
            messages_waiting: Gauge::default(),
            message_lag: Seconds::default(),
            flags_open: Gauge::default(),
            flags_overdue: Gauge::default(),
            rights_overdue: Gauge::default(),
            watch_open: Gauge::default(),
        };
        all.register();
        all
    }
}

impl Metrics {
    fn register(&mut self) {
        let at = &mut self.registry;
        at.register("build", "What runs here", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        at.register("http_requests", "Requests that were answered", self.requests.clone());
        let help = "How long answers took";
        at.register_with_unit("http_request_duration", help, Unit::Seconds, self.durations.clone());
        at.register("ready", "Whether requests can be served", self.ready.clone());
        at.register("check", "Whether a check of readiness holds", self.checks.clone());
        let help = "When a job last succeeded, in seconds since 1970 on the clock it goes by";
        at.register("job_last_success_timestamp", help, self.job_success.clone());
        at.register("job_overdue", "Whether a job had no success for twice its period", self.job_overdue.clone());
        at.register("readers_in_use", "Connections for reading that are in use", self.readers_used.clone());
        at.register("readers", "Connections for reading", self.readers_most.clone());
        at.register("dead_letters", "Messages that were given up and not sent again", self.dead_letters.clone());
        let help = "Subscribers to events that are not being reached";
        at.register("failing_subscriptions", help, self.failing_subscriptions.clone());
        at.register("messages_waiting", "Messages that must still be sent", self.messages_waiting.clone());
        let help = "How long the first message that waits should have been tried";
        at.register_with_unit("message_lag", help, Unit::Seconds, self.message_lag.clone());
        at.register("flags_open", "Flags that are not closed", self.flags_open.clone());
        at.register("flags_overdue", "Open flags whose term has passed", self.flags_overdue.clone());
        let help = "Requests about rights that should have been decided";
        at.register("rights_requests_overdue", help, self.rights_overdue.clone());
        let help = "Findings of unusual use that nobody has looked at";
        at.register("watch_findings_open", help, self.watch_open.clone());
    }

    /// Counts one answer. `route` is the route as it was declared, not the address that was asked for.
    pub fn answered(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.durations.get_or_create(&Asked { method: method.clone(), route: route.clone() }).observe(seconds);
        self.requests.get_or_create(&Answered { method, route, status }).inc();
    }

    /// Every figure as OpenMetrics text. What the database does not tell keeps the value it had; `ready` says so.
    ///
    /// # Errors
    /// Never in practice: text is written to memory.
    pub async fn text(&self, app: &App, found: &Readiness) -> Result<String, fmt::Error> {
        self.ready.set(i64::from(found.ready));
        for (check, holds) in found.checks.all() {
            self.checks.get_or_create(&OfCheck { check }).set(i64::from(holds));
        }
        for job in found.jobs.iter().flatten() {
            let of = OfJob { job: job.job.clone() };
            self.job_overdue.get_or_create(&of).set(i64::from(job.overdue));
            if let Some(at) = job.last_success_at {
                self.job_success.get_or_create(&of).set(seconds(at.timestamp_millis()));
            }
        }
        if let Some(alarms) = found.alarms {
            self.dead_letters.set(alarms.dead_letters);
            self.failing_subscriptions.set(alarms.failing_subscriptions);
        }
        let (used, most) = app.store.readers();
        self.readers_used.set(i64::from(used));
        self.readers_most.set(i64::from(most));
        let now = app.clock.now();
        let today = now.today(Regime::NlPilot.zone());
        if let Ok(waiting) = app.store.read(move |conn| figures(conn, today)).await {
            self.set(&waiting, now.system);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    fn set(&self, waiting: &Figures, now: UtcTime) {
        let lag = waiting.first_message_due.map_or(0, |due| now.since(due).num_milliseconds().max(0));
        self.messages_waiting.set(waiting.messages_waiting);
        self.message_lag.set(seconds(lag));
        self.flags_open.set(waiting.flags_open);
        self.flags_overdue.set(waiting.flags_overdue);
        self.rights_overdue.set(waiting.rights_overdue);
        self.watch_open.set(waiting.watch_open);
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds until the year 287396 fit the mantissa")]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}
