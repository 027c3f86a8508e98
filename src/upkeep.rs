//! What every process that lives long keeps current in itself: the key ring as it is in its folder now, and the data keys
//! of nobody who was erased. Others change both: an operator rotates keys on the command line, another server erases a
//! person.

use std::time::Duration;

use crate::app::App;

/// How long a process may go on with keys that were rotated, or destroyed, elsewhere.
const EVERY: Duration = Duration::from_secs(5);

/// Keeps `app` current for as long as the process runs.
pub async fn keep(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        let app = app.clone();
        if tokio::task::spawn_blocking(move || once(&app)).await.is_err() {
            tracing::error!("the upkeep of keys ended in the middle; it is tried again");
        }
    }
}

/// Reads the key ring again and forgets destroyed keys. What cannot be done is logged and tried the next time: the
/// process goes on with what it has.
fn once(app: &App) {
    match app.renew_keys() {
        Ok(true) => tracing::info!("the key ring has changed; this process goes on with the keys as they are now"),
        Ok(false) => {}
        Err(cause) => tracing::error!(%cause, "the key ring cannot be read again"),
    }
    match app.vault.forget_destroyed() {
        Ok(0) => {}
        Ok(forgotten) => tracing::info!(forgotten, "data keys that were destroyed elsewhere are forgotten here"),
        Err(cause) => tracing::error!(%cause, "the key store does not tell which data keys were destroyed"),
    }
}
