//! Log lines on standard error, in the shape the settings ask for. What is logged never holds personal data; that is
//! kept by those who log, and no field of a request body, address or token is ever a field of a log line.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// Begins logging, for the rest of the process. A second call changes nothing.
pub fn start(log: &Log) {
    let lines = tracing_subscriber::fmt().with_env_filter(filter(&log.level)).with_writer(io::stderr).with_target(true);
    let started = match log.format {
        LogFormat::Text => lines.with_ansi(false).finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    };
    if let Err(already) = started {
        tracing::debug!(%already, "logging had begun before");
    }
}

/// What is let through. Rocket is silent whatever the settings say: its lines hold addresses as they were sent, and a
/// client may put anything into an address.
fn filter(level: &str) -> EnvFilter {
    // The level was checked with the other settings.
    EnvFilter::try_new(format!("{level},rocket=off")).unwrap_or_else(|_| EnvFilter::new("info,rocket=off"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    // ASVS 5.0: 16.2.5, 16.4.1
    #[test]
    fn no_address_that_a_client_sent_is_logged() {
        for level in ["info", "trace", "info,rocket=trace"] {
            let lines = Lines::default();
            let writer = lines.clone();
            let subscriber =
                tracing_subscriber::fmt().with_env_filter(filter(level)).with_writer(move || writer.clone());
            tracing::subscriber::with_default(subscriber.finish(), || {
                tracing::error!(target: "rocket::server::_", "No matching routes for GET /v1/people?bsn=999990019.");
                tracing::info!("served");
            });
            let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
            assert!(told.contains("served") && !told.contains("999990019"), "{level}: {told}");
        }
    }
}
