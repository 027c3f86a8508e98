//! Log lines on standard error, in the shape the settings ask for. What is logged never holds personal data; that is
//! kept by those who log, and no field of a request body, address or token is ever a field of a log line.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// Begins logging, for the rest of the process. A second call changes nothing.
pub fn start(log: &Log) {
    // The level was checked with the other settings.
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(true);
    let started = match log.format {
        LogFormat::Text => lines.with_ansi(false).finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    };
    if let Err(already) = started {
        tracing::debug!(%already, "logging had begun before");
    }
}
