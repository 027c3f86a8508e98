//! The command line of the register: reads the arguments, hands over to a command, turns its outcome into an exit code.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use zedenregister::commands::{self, Exit, Failure, Terminal};

/// A closed register with a duty to report, as a pilot for the Netherlands
///
/// People who were convicted of a sexual offence report names, addresses and travel; the register works out what each
/// must report by when and why, reminds them, notices what was not done and puts that before an officer, who decides.
///
/// To see it run: zedenregister demo
#[derive(Parser)]
#[command(version, after_help = EXIT_CODES, max_term_width = 110)]
struct Cli {
    /// The file with settings; `check-config --print-default` shows what can stand in it
    #[arg(long, global = true, env = "ZEDEN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes:\n  0  done\n  1  done, and something was found to be wrong\n  \
    2  the arguments or the input are not usable\n  3  the settings, or the database as it is set up, are refused\n  \
    4  something outside does not answer (database, port, mail server, disk)\n  5  a fault of the program";

#[derive(Subcommand)]
enum Command {
    Account(commands::account::Args),
    Demo(commands::demo::Args),
    Serve(commands::serve::Args),
    Audit(commands::audit::Args),
    Migrate(commands::migrate::Args),
    Scheduler(commands::scheduler::Args),
    Golden(commands::golden::Args),
    Assess(commands::assess::Args),
    Simulate(commands::simulate::Args),
    Survival(commands::survival::Args),
    Synthetic(commands::synthetic::Args),
    Export(commands::export::Args),
    ImportAddresses(commands::import_addresses::Args),
    ImportSupervision(commands::import_supervision::Args),
    Check(commands::check::Args),
    Backup(commands::backup::Args),
    Restore(commands::backup::RestoreArgs),
    CheckConfig(commands::check_config::Args),
    Keys(commands::keys::Args),
    Receipt(commands::receipt::Args),
    Client(commands::client::Args),
    Completions(commands::manual::CompletionsArgs),
    Manual(commands::manual::Args),
    Openapi(commands::openapi::Args),
    Asyncapi(commands::asyncapi::Args),
}

impl Command {
    fn run(self, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
        match self {
            Self::Account(args) => commands::account::run(&args, terminal),
            Self::Demo(args) => commands::demo::run(&args, terminal),
            Self::Serve(args) => commands::serve::run(&args, terminal),
            Self::Audit(args) => commands::audit::run(&args, terminal),
            Self::Scheduler(args) => commands::scheduler::run(&args, terminal),
            Self::Migrate(args) => commands::migrate::run(&args, terminal),
            Self::Golden(args) => commands::golden::run(&args, terminal),
            Self::Assess(args) => commands::assess::run(&args, terminal),
            Self::Simulate(args) => commands::simulate::run(&args, terminal),
            Self::Survival(args) => commands::survival::run(&args, terminal),
            Self::Synthetic(args) => commands::synthetic::run(&args, terminal),
            Self::Export(args) => commands::export::run(&args, terminal),
            Self::ImportAddresses(args) => commands::import_addresses::run(&args, terminal),
            Self::ImportSupervision(args) => commands::import_supervision::run(&args, terminal),
            Self::Backup(args) => commands::backup::run(&args, terminal),
            Self::Restore(args) => commands::backup::run_restore(&args, terminal),
            Self::Check(args) => commands::check::run(&args, terminal),
            Self::CheckConfig(args) => commands::check_config::run(&args, terminal),
            Self::Keys(args) => commands::keys::run(&args, terminal),
            Self::Receipt(args) => commands::receipt::run(&args, terminal),
            Self::Client(args) => commands::client::run(&args, terminal),
            Self::Completions(args) => commands::manual::complete(&args, Cli::command(), terminal),
            Self::Manual(args) => commands::manual::run(&args, Cli::command(), terminal),
            Self::Openapi(args) => commands::openapi::run(&args, terminal),
            Self::Asyncapi(args) => commands::asyncapi::run(&args, terminal),
        }
    }
}

/// The heaps that glibc may make. It would make eight a core, one for nearly every thread, and keep what each once held:
/// a fifth more memory under load for nothing gained (`tests/memory` measures it).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: libc::c_int = 2;

/// Asks the allocator for few heaps; to be called before the first thread is started.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "the C library has no safe way to say this")]
fn keep_memory_small() {
    // SAFETY: mallopt takes two numbers, touches no memory of ours, and no other thread runs yet. An old C library that
    // does not know the parameter answers 0 and goes on as before.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, HEAPS) };
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn keep_memory_small() {}

fn main() -> ExitCode {
    keep_memory_small();
    let cli = Cli::parse();
    let mut out = io::stdout().lock();
    let mut terminal = Terminal { out: &mut out, config_file: cli.config };
    let outcome = cli.command.run(&mut terminal).and_then(|exit| Ok(terminal.out.flush().map(|()| exit)?));
    match outcome {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(failure) => {
            let code = failure.code();
            if code != 0 {
                let text = format!("zedenregister: {failure}\n{}", failure.next());
                // Nobody is left to tell when standard error is gone too; the exit code still says it.
                drop(writeln!(io::stderr(), "{}", text.trim_end()));
            }
            ExitCode::from(code)
        }
    }
}
