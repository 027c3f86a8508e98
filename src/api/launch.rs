//! Running the web server, from the first connection to the last.

use std::net::SocketAddr;
use std::sync::Mutex;

use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::{Build, Rocket};

/// Why the server did not run, or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// It could not listen there.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, String),
    /// It was put together wrongly; a fault of this program.
    #[error("the web server is not well formed: {0}")]
    Build(String),
    /// It ran, and when it was told to stop some requests did not finish within the grace period. Their transactions
    /// committed or rolled back whole; their clients learn which by repeating them.
    #[error("some requests did not finish in time")]
    Unfinished,
}

/// Serves until the process gets SIGTERM or SIGINT, or [`rocket::Shutdown`] is notified. `ready` hears where, as soon
/// as connections are accepted.
///
/// # Errors
/// [`LaunchError`], after the server has stopped.
pub async fn launch(server: Rocket<Build>, ready: impl FnOnce(SocketAddr) + Send + 'static) -> Result<(), LaunchError> {
    let ready = Mutex::new(Some(ready));
    let server = server.attach(AdHoc::on_liftoff("Tells that connections are accepted", move |rocket| {
        let config = rocket.config();
        let address = SocketAddr::new(config.address, config.port);
        let ready = ready.lock().ok().and_then(|mut ready| ready.take());
        Box::pin(async move {
            if let Some(ready) = ready {
                ready(address);
            }
        })
    }));
    let server = server.ignite().await.map_err(|error| LaunchError::Build(error.kind().to_string()))?;
    let address = SocketAddr::new(server.config().address, server.config().port);
    match server.launch().await {
        Ok(_) => Ok(()),
        // An error of Rocket's that nobody reads panics when it is dropped; `kind` reads it.
        Err(error) => match error.kind() {
            ErrorKind::Bind(cause) | ErrorKind::Io(cause) => Err(LaunchError::Listen(address, cause.to_string())),
            ErrorKind::Shutdown(..) => Err(LaunchError::Unfinished),
            other => Err(LaunchError::Build(other.to_string())),
        },
    }
}
