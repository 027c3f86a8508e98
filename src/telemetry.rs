//! Requests and runs of jobs as spans of OpenTelemetry, sent to a collector (OTLP over HTTP) from a thread of their own.
//!
//! The span of a request has the ids that stand in `traceparent`, in the log and in the audit, the route as it was declared,
//! the status and the time it took; that of a run has its job and what it counted. Nothing of an address, a body or a
//! person. Nobody waits for it: when the collector is slow or away, spans are dropped.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SpanData, SpanEvents, SpanLinks, SpanProcessor as _};
use scheduler::{JobError, RunReport};
use ureq::tls::{TlsConfig, TlsProvider};
use uuid::Uuid;

use crate::clock::UtcTime;

/// The longest that one hand-over takes, and the longest that the last one may hold up the end.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer of a collector that is read.
const LARGEST: u64 = 64 << 10;
/// What this program is called there.
const NAME: &str = "zedenregister";

/// Where spans go; nowhere when no collector is named.
#[derive(Debug, Default)]
pub struct Telemetry(Option<BatchSpanProcessor>);

/// One request that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// The trace: 32 hexadecimal digits.
    pub trace: &'a str,
    /// Our step in it: 16 of them.
    pub span: &'a str,
    /// The caller's step, when it sent one.
    pub caller: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The route as it was declared.
    pub route: &'a str,
    /// The status.
    pub status: u16,
    /// When it arrived, by the clock of the machine.
    pub at: UtcTime,
    /// How long it took.
    pub took: Duration,
}

/// One run of a job that ended.
#[derive(Debug, Clone, Copy)]
pub struct Ran<'a> {
    /// The job.
    pub job: &'a str,
    /// What came of it.
    pub ended: &'a Result<RunReport, JobError>,
    /// When it began, by the clock of the machine.
    pub at: UtcTime,
    /// How long it took.
    pub took: Duration,
}

impl Telemetry {
    /// Sends to the collector at this address, such as `http://127.0.0.1:4318`.
    ///
    /// # Errors
    /// [`ExporterBuildError`] when this is no address.
    pub fn to(collector: Option<&str>) -> Result<Self, ExporterBuildError> {
        let Some(collector) = collector else { return Ok(Self::default()) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
            .with_timeout(TIMEOUT)
            .with_http_client(Calls::new())
            .build()?;
        let mut processor = BatchSpanProcessor::builder(exporter).build();
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder_empty().with_attributes([KeyValue::new("service.name", NAME), version]);
        processor.set_resource(&resource.build());
        Ok(Self(Some(processor)))
    }

    /// A request was answered.
    pub fn answered(&self, request: &Answered<'_>) {
        if let (Some(processor), Some(span)) = (&self.0, span(request)) {
            processor.on_end(span);
        }
    }

    /// A job ran. A run that found nothing to look at leaves no span: some look every second.
    pub fn ran(&self, run: &Ran<'_>) {
        if let (Some(processor), Some(span)) = (&self.0, span_of(run)) {
            processor.on_end(span);
        }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.as_ref().map(|processor| processor.shutdown_with_timeout(TIMEOUT)) {
            tracing::warn!(%error, "the last spans did not reach the collector");
        }
    }
}

/// The span, with the names that the semantic conventions for HTTP have; none when its ids are none.
fn span(request: &Answered<'_>) -> Option<SpanData> {
    let (trace, own) = (TraceId::from_hex(request.trace).ok()?, SpanId::from_hex(request.span).ok()?);
    let caller = request.caller.and_then(|caller| SpanId::from_hex(caller).ok());
    let status = if request.status >= 500 { Status::error("") } else { Status::Unset };
    let attributes = vec![
        KeyValue::new("http.request.method", request.method.to_owned()),
        KeyValue::new("http.route", request.route.to_owned()),
        KeyValue::new("http.response.status_code", i64::from(request.status)),
    ];
    Some(SpanData {
        parent_span_id: caller.unwrap_or(SpanId::INVALID),
        parent_span_is_remote: caller.is_some(),
        span_kind: SpanKind::Server,
        attributes,
        status,
        ..plain((trace, own), format!("{} {}", request.method, request.route), request.at, request.took)
    })
}

/// The span of a run, a trace of its own; none when there was nothing to look at.
fn span_of(run: &Ran<'_>) -> Option<SpanData> {
    let report = run.ended.as_ref().map_or_else(JobError::report, |report| *report);
    let status = match run.ended {
        Err(error) if !error.was_cancelled() => Status::error(""),
        Ok(_) | Err(_) if report == RunReport::default() => return None,
        Ok(_) | Err(_) => Status::Unset,
    };
    let count = |name: &'static str, number: u64| KeyValue::new(name, i64::try_from(number).unwrap_or(i64::MAX));
    let attributes = vec![
        KeyValue::new("zedenregister.job", run.job.to_owned()),
        count("zedenregister.job.looked_at", report.looked_at),
        count("zedenregister.job.made", report.made),
        count("zedenregister.job.skipped", report.skipped),
        count("zedenregister.job.failed", report.failed),
    ];
    let (trace, own) = (Uuid::new_v4().into_bytes(), Uuid::new_v4().as_u64_pair().1);
    let ids = (TraceId::from_bytes(trace), SpanId::from_bytes(own.to_be_bytes()));
    Some(SpanData { attributes, status, ..plain(ids, format!("job {}", run.job), run.at, run.took) })
}

/// A span inside this program, of which nothing more is known.
fn plain((trace, own): (TraceId, SpanId), name: String, at: UtcTime, took: Duration) -> SpanData {
    let start = std::time::SystemTime::from(at.utc());
    SpanData {
        span_context: SpanContext::new(trace, own, TraceFlags::SAMPLED, false, TraceState::default()),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: name.into(),
        start_time: start,
        end_time: start + took,
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder(NAME).build(),
    }
}

/// The one HTTP client of this program, for the exporter. It blocks, on the thread of the exporter.
#[derive(Debug)]
struct Calls(ureq::Agent);

impl Calls {
    fn new() -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder().provider(TlsProvider::Rustls).unversioned_rustls_crypto_provider(provider);
        let config = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .build();
        Self(config.new_agent())
    }
}

#[async_trait]
impl HttpClient for Calls {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let (head, mut body) = self.0.run(Request::from_parts(head, body.to_vec()))?.into_parts();
        let body = body.with_config().limit(LARGEST).read_to_vec()?;
        Ok(Response::from_parts(head, body.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn answered() -> Answered<'static> {
        Answered {
            trace: "4bf92f3577b34da6a3ce929d0e0e4736",
            span: "b7ad6b7169203331",
            caller: Some("00f067aa0ba902b7"),
            method: "GET",
            route: "/v1/flags/<flagId>",
            status: 200,
            at: "2026-02-03T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").into(),
            took: Duration::from_millis(7),
        }
    }

    /// A collector that takes one call; answers what it was sent.
    fn collector() -> (String, thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let taken = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a call");
            let (mut sent, mut part) = (Vec::new(), [0; 4096]);
            loop {
                let read = stream.read(&mut part).expect("bytes");
                sent.extend_from_slice(&part[..read]);
                let head = sent.windows(4).position(|four| four == b"\r\n\r\n");
                let whole = head.is_some_and(|at| {
                    let text = String::from_utf8_lossy(&sent[..at]).to_lowercase();
                    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                    sent.len() >= at + 4 + length.unwrap_or(0_usize)
                });
                if whole || read == 0 {
                    break;
                }
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("an answer");
            sent
        });
        (address, taken)
    }

    fn holds(sent: &[u8], part: &[u8]) -> bool {
        sent.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn a_collector_gets_the_trace_the_route_and_the_status_before_the_end() {
        let (address, taken) = collector();
        let telemetry = Telemetry::to(Some(&address)).expect("an address");
        telemetry.answered(&answered());
        drop(telemetry);
        let sent = taken.join().expect("a collector");
        assert!(sent.starts_with(b"POST /v1/traces HTTP/1.1\r\n"));
        for id in [answered().trace, answered().span, "00f067aa0ba902b7"] {
            assert!(holds(&sent, &hex::decode(id).expect("an id")), "{id}");
        }
        for word in ["GET /v1/flags/<flagId>", "http.response.status_code", "zedenregister"] {
            assert!(holds(&sent, word.as_bytes()), "{word}");
        }
    }

    fn ran(ended: &Result<RunReport, JobError>) -> Ran<'_> {
        Ran { job: "sweep", ended, at: answered().at, took: Duration::from_secs(2) }
    }

    #[test]
    fn a_run_is_told_with_what_it_counted_and_an_idle_one_is_not() {
        let (address, taken) = collector();
        let telemetry = Telemetry::to(Some(&address)).expect("an address");
        telemetry.ran(&ran(&Ok(RunReport::default())));
        telemetry.ran(&ran(&Ok(RunReport { looked_at: 7, made: 2, ..RunReport::default() })));
        drop(telemetry);
        let sent = taken.join().expect("a collector");
        assert!(holds(&sent, b"job sweep") && holds(&sent, b"zedenregister.job.looked_at"));
        assert_eq!(sent.windows(9).filter(|window| window == b"job sweep").count(), 1, "the idle run was told too");
    }

    #[test]
    fn a_run_that_failed_is_told_and_one_that_was_stopped_is_no_failure() {
        let status = |ended| span_of(&ran(&ended)).map(|span| span.status);
        assert_eq!(status(Err(JobError::new("no room"))), Some(Status::error("")));
        assert_eq!(status(Err(JobError::cancelled(RunReport::default()))), None);
        let report = RunReport { looked_at: 1, ..RunReport::default() };
        assert_eq!(status(Err(JobError::cancelled(report))), Some(Status::Unset));
    }

    #[test]
    fn without_a_collector_and_with_one_that_is_away_nobody_waits_or_fails() {
        Telemetry::to(None).expect("nothing").answered(&answered());
        let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let telemetry = Telemetry::to(Some(&format!("http://{gone}"))).expect("an address");
        let begun = std::time::Instant::now();
        for _ in 0..10_000 {
            telemetry.answered(&answered());
        }
        assert!(begun.elapsed() < TIMEOUT, "the caller waited for the collector");
        drop(telemetry);
        assert!(Telemetry::to(Some("no address")).is_err());
    }

    #[test]
    fn a_failure_of_the_server_is_one_and_a_refusal_is_none() {
        let status = |status| span(&Answered { status, ..answered() }).expect("a span").status;
        assert_eq!(status(404), Status::Unset);
        assert_eq!(status(503), Status::error(""));
        assert!(span(&Answered { trace: "none", ..answered() }).is_none());
    }
}
