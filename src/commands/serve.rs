//! `serve`: the web server, and with an embedded database the scheduler inside it.

use std::future::Future;
use std::net::SocketAddr;

use tokio::sync::oneshot;

use super::{Exit, Failure, Terminal, logging, scheduler};
use crate::api::{self, LaunchError};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Mode};
use crate::store::settings::{SettingPut, setting_find};
use crate::store::{Conn, Decided, Scope, StoreError, WriteSet};

/// The name under which a database keeps what it is for.
const PURPOSE: &str = "mode";

/// Runs the web server.
///
/// With SQLite the jobs run inside it; with PostgreSQL run `zedenregister scheduler` beside it, or set
/// `jobs.in_server` to "yes". SIGTERM and Ctrl-C end it: requests that run get `server.shutdown_grace_s` to finish.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  zedenregister serve --config /etc/zedenregister.toml")]
pub struct Args {}

/// Serves until a signal to stop.
///
/// # Errors
/// When the settings, the database or the port are in the way.
pub fn run(_: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let config = terminal.config()?;
    logging::start(&config.log);
    super::make_folders(&config)?;
    let app = App::open(config, Clock::system())?;
    claim(&app)?;
    let with_jobs = app.config.jobs_in_server();
    serve(&app, with_jobs, std::future::pending(), |address| {
        writeln!(terminal.out, "Listening on http://{address} (mode: {}).", app.config.mode)?;
        writeln!(terminal.out, "{}", if with_jobs { "The jobs run inside." } else { "The jobs run elsewhere." })?;
        Ok(terminal.out.flush()?)
    })?;
    writeln!(terminal.out, "Stopped.")?;
    Ok(Exit::Done)
}

/// Serves `app` until a signal to stop. `ready` hears where; `beside` runs as long as the server does.
///
/// # Errors
/// When the port cannot be had or the jobs cannot be started.
pub fn serve(
    app: &App,
    with_jobs: bool,
    beside: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(SocketAddr) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unavailable(format!("The system gives no threads: {error}."), ""))?;
    let server = api::build(app).map_err(Failure::Fault)?;
    let (told, heard) = oneshot::channel();
    // The receiver is gone only when the server has ended already.
    let mut running = runtime.spawn(api::launch(server, move |address| {
        let _ = told.send(address);
    }));
    let address = runtime.block_on(async {
        tokio::select! {
            Ok(address) = heard => Ok(address),
            ended = &mut running => Err(ended),
        }
    });
    let address = match address {
        Ok(address) => address,
        Err(ended) => return over(ended),
    };
    let jobs = with_jobs.then(|| scheduler::start(app)).transpose()?;
    ready(address)?;
    let beside = runtime.spawn(beside);
    let ended = runtime.block_on(running);
    beside.abort();
    if let Some(jobs) = jobs {
        let unfinished = jobs.shutdown(app.config.server.shutdown_grace);
        if !unfinished.is_empty() {
            tracing::warn!(jobs = unfinished.join(", "), "given back unfinished");
        }
    }
    over(ended)
}

fn over(ended: Result<Result<(), LaunchError>, tokio::task::JoinError>) -> Result<(), Failure> {
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(LaunchError::Unfinished)) => {
            tracing::warn!(
                "some requests did not finish in time; their clients learn what became of them by repeating"
            );
            Ok(())
        }
        Ok(Err(LaunchError::Listen(address, cause))) => Err(Failure::unavailable(
            format!("Nothing can listen on {address}: {cause}."),
            "Stop the program that uses the port, or choose another one with `server.port` (`demo`: --port).",
        )),
        Ok(Err(error @ LaunchError::Build(_))) => Err(Failure::Fault(error.to_string())),
        Err(_) => Err(Failure::Fault("the web server ended in the middle".to_owned())),
    }
}

/// Marks a new database with what it is for, and refuses one that is for something else: invented people and real
/// ones never meet.
///
/// # Errors
/// [`Failure::Refused`].
pub fn claim(app: &App) -> Result<(), Failure> {
    let mode = app.config.mode;
    let kept: Option<String> = app.store.read_blocking(|conn| setting_find(conn, PURPOSE))?;
    match kept.as_deref().map(str::parse::<Mode>) {
        Some(Ok(kept)) if kept == mode => Ok(()),
        Some(kept) => Err(Failure::refused(
            format!(
                "The database belongs to another kind of installation ({}), and `mode` is {mode}.",
                kept.map_or("unknown", Mode::as_str)
            ),
            "Name another database in `database.url`.",
        )),
        None => mark(app, &app.config),
    }
}

fn mark(app: &App, config: &Config) -> Result<(), Failure> {
    let put = SettingPut { name: PURPOSE.to_owned(), value: config.mode.to_string(), at: app.clock.now().system };
    let unit = move |_: &mut Conn| -> Result<Decided<()>, StoreError> {
        Ok(Decided::new(WriteSet { changes: vec![Box::new(put.clone())], ..WriteSet::default() }, ()))
    };
    Ok(app.store.write_blocking(Scope::Alone, unit)?)
}
