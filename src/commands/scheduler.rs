//! `scheduler`: runs the jobs in a process of their own, beside any number of servers and of other schedulers.

use std::time::Duration;

use super::{Exit, Failure, Terminal, logging};
use crate::app::App;
use crate::clock::Clock;
use crate::{jobs, upkeep};

/// Run the jobs until told to stop: notice what is late, remind, hand over messages, seal the audit.
///
/// Any number of schedulers may run; each occurrence of a job is done once, by whichever is first. What was missed
/// while none ran is caught up with once. Stop it with SIGTERM or Ctrl-C: running jobs get the time that
/// `server.shutdown_grace_s` gives them, and what they do not finish is given back.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ZEDEN_DATABASE__URL=postgresql://zeden@db/zeden zedenregister scheduler")]
pub struct Args {}

/// Runs until a signal to stop.
///
/// # Errors
/// When the system cannot be opened or the jobs cannot be started.
pub fn run(_: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let config = terminal.config()?;
    logging::start(&config.log);
    super::make_folders(&config)?;
    let grace = config.server.shutdown_grace;
    let app = App::open(config, Clock::system())?;
    // Before anything runs: a signal that comes early must not be missed.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unavailable(format!("No runtime: {error}."), ""))?;
    let stop = runtime.block_on(async { StopSignal::listen() })?;
    let handle = start(&app)?;
    writeln!(terminal.out, "The scheduler runs. Stop it with SIGTERM or Ctrl-C.")?;
    terminal.out.flush()?;
    runtime.block_on(async {
        tokio::select! {
            () = stop.told() => {}
            () = upkeep::keep(app.clone()) => {}
        }
    });
    stop_within(handle, grace, terminal)?;
    Ok(Exit::Done)
}

/// Starts the jobs in this process; also for commands that do more besides.
///
/// # Errors
/// [`Failure::Refused`] says what is in the way.
pub fn start(app: &App) -> Result<jobs::Handle, Failure> {
    jobs::spawn(app).map_err(|error| {
        Failure::refused(
            format!("The jobs cannot be started: {error}."),
            "Mend `mail` or `jobs` in the settings and check them with `zedenregister check-config`.",
        )
    })
}

fn stop_within(handle: jobs::Handle, grace: Duration, terminal: &mut Terminal<'_>) -> Result<(), Failure> {
    let unfinished = handle.shutdown(grace);
    if unfinished.is_empty() {
        writeln!(terminal.out, "Stopped.")?;
    } else {
        writeln!(terminal.out, "Stopped; given back unfinished: {}.", unfinished.join(", "))?;
    }
    Ok(())
}

/// SIGTERM and SIGINT, from the moment it is made.
pub struct StopSignal {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl StopSignal {
    /// Begins to listen. Must be called inside a runtime.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the system lets nobody listen.
    pub fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let heard = |kind| {
            signal(kind).map_err(|error| Failure::unavailable(format!("Signals cannot be listened to: {error}."), ""))
        };
        Ok(Self { terminate: heard(SignalKind::terminate())?, interrupt: heard(SignalKind::interrupt())? })
    }

    /// Waits until one of them comes.
    pub async fn told(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
