//! `demo`: a running register with invented people, on a legal clock that runs fast.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sha2::{Digest, Sha256};

use super::{Exit, Failure, Terminal, logging, serve};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::crypto::keyring::KeyRing;
use crate::demo::cast::{self, Credential};
use crate::demo::installation::Installation;
use crate::demo::life::Life;
use crate::demo::play::{self, Crew};
use crate::demo::supervision;
use crate::register::Refusal;
use crate::store::{ConnectionManager, Limits, migrations};
use crate::supervision::import::{Format, Record, RowFault};
use crate::supervision::intake::{File, Mode, take_in};
use crate::vocabulary::{Regime, Role};

/// How the file with the accounts is called.
const ACCOUNTS: &str = "accounts.json";

/// Runs a register with invented people, to see what it does.
///
/// Makes an embedded database with about 300 registrants and two years of history, keys, and accounts for every role,
/// and starts the web server with the jobs inside. A legal day passes in seconds, so that reminders and flags are
/// seen to happen. Started again on the same folder it goes on where it was.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  zedenregister demo\n  zedenregister demo --folder demo-data --day 5s --port 8080\n  \
    zedenregister demo --folder demo-data --code officer"
)]
pub struct Args {
    /// The folder for everything; a temporary one when absent
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// How long a legal day lasts, from 1s to 24h
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    day: Duration,
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// From which the people, the histories and the passwords follow
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many registrants
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(2..=9_000))]
    registrants: u32,
    /// Another database than the embedded one: the URL of an empty one
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Organisations by which people sign in as well: the file that docs/sign-in.md describes
    #[arg(long, value_name = "FILE")]
    issuers: Option<PathBuf>,
    /// Only print the current second-factor code of this account of the demonstration in --folder
    #[arg(long, value_name = "ACCOUNT", requires = "folder")]
    code: Option<String>,
}

/// Runs until a signal to stop.
///
/// # Errors
/// When folder, database or port are in the way.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    if let (Some(account), Some(folder)) = (&args.code, &args.folder) {
        return code(folder, account, terminal);
    }
    let folder = match &args.folder {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("zedenregister-demo-{}", uuid::Uuid::new_v4().simple())),
    };
    let config = settings(&folder, args)?;
    logging::start(&config.log);
    super::make_folders(&config)?;
    let system = Clock::system();
    KeyRing::init(&config.keys.folder, system.now().system.utc(), &mut rand::rng()).map_err(|error| {
        Failure::refused(format!("The key folder cannot be used: {error}."), "Choose another folder.")
    })?;
    migrations::migrate(&mut ConnectionManager::new(config.database.url.clone(), Limits::long_work(), "demo").open()?)?;
    let mut app = App::open(config, system)?;
    serve::claim(&app)?;
    let installation = match Installation::find(&app.store)? {
        Some(installation) => installation,
        None => begin(&app, &folder, args, terminal)?,
    };
    app.clock = installation.clock(app.clock.now().system, args.day);
    let every = (args.day / 10).max(Duration::from_millis(250));
    let beside = installation.keep_time(app.store.clone(), app.clock.clone(), every);
    let credentials = read_accounts(&folder)?;
    serve::serve(&app, true, beside, |address| show(terminal, &app, &folder, args, &credentials, address))?;
    writeln!(terminal.out, "Stopped. To go on: zedenregister demo --folder {}", folder.display())?;
    Ok(Exit::Done)
}

/// The settings of a demonstration in `folder`. Nothing is read from a file or the environment: it must always start.
fn settings(folder: &Path, args: &Args) -> Result<Config, Failure> {
    let at = |name: &str| folder.join(name).display().to_string();
    let database = args.database.clone().unwrap_or_else(|| format!("sqlite://{}", at("register.db")));
    let text = toml::toml! {
        mode = "demonstration"
        [server]
        address = "127.0.0.1"
        [server.limits]
        requests_per_minute = 0
        [log]
        level = "warn"
    };
    let mut table = text;
    let mut put = |section: &str, key: &str, value: toml::Value| {
        let section = table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        if let toml::Value::Table(section) = section {
            section.insert(key.to_owned(), value);
        }
    };
    put("server", "port", i64::from(args.port).into());
    put("server", "public_url", format!("http://127.0.0.1:{}", args.port).into());
    put("database", "url", database.into());
    put("keys", "folder", at("keys").into());
    put("keys", "key_store", format!("sqlite://{}", at("key-store.db")).into());
    put("audit", "checkpoints", at("checkpoints").into());
    if let Some(issuers) = &args.issuers {
        put("sign_in", "issuers", issuers.display().to_string().into());
    }
    put("mail", "folder", at("mail").into());
    put("letters", "transport", "files".into());
    put("letters", "folder", at("letters").into());
    put("mail", "prosecution_mailbox", "om@post.example".into());
    put("mail", "execution_mailbox", "aice@post.example".into());
    Ok(config::parse(&table.to_string())?)
}

/// Hires the staff and plays the histories up to today.
fn begin(app: &App, folder: &Path, args: &Args, terminal: &mut Terminal<'_>) -> Result<Installation, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unavailable(format!("The system gives no threads: {error}."), ""))?;
    writeln!(terminal.out, "Making {} invented registrants and their histories ...", args.registrants)?;
    terminal.out.flush()?;
    let now = app.clock.now();
    let today = now.legal.day_in(Regime::NlPilot.zone());
    let bar = progress(u64::from(args.registrants));
    let made = runtime.block_on(async {
        let staff = cast::hire(app, args.seed).await?;
        let lives = (0..args.registrants as usize)
            .map(|index| (Life::new(args.seed, index, today), staff.crew(index)))
            .collect::<Vec<_>>();
        let order = |(index, (life, _)): (usize, &(Life, Crew))| supervision::order(args.seed, index, life, today);
        let orders: Vec<Record> = lives.iter().enumerate().filter_map(order).collect();
        let played = play::all(app, lives, today, || bar.inc(1)).await?;
        for (day, refused) in played.iter().flat_map(|life| &life.refused) {
            tracing::warn!(%day, refused, "the register refused a step of an invented history");
        }
        let mut credentials = staff.credentials.clone();
        credentials.push(cast::welcome(app, args.seed, &staff.crew(0).officer, played[0].registration).await?);
        write_accounts(folder, &credentials)?;
        let installation = Installation {
            seed: args.seed,
            began_on: today,
            registrations: played.iter().map(|life| life.registration).collect(),
            legal: now.legal,
        };
        Ok::<_, Failure>((installation, orders))
    });
    bar.finish_and_clear();
    let (installation, orders) = made?;
    supervise(app, &orders)?;
    // Last: what is not finished is not gone on with.
    runtime.block_on(installation.keep(&app.store, now.system))?;
    Ok(installation)
}

/// Takes in what the probation service knows, the way its files are taken in.
fn supervise(app: &App, orders: &[Record]) -> Result<(), Failure> {
    let text = serde_json::to_vec(orders).map_err(|error| Failure::Fault(error.to_string()))?;
    let file = File { digest: hex::encode(Sha256::digest(&text)), bytes: text.as_slice(), format: Format::Json };
    let mut report = |fault: &RowFault| {
        tracing::warn!(field = fault.field, code = fault.code, "the register refused an invented supervision order");
        Ok(())
    };
    take_in(app, file, Mode::TakeIn, &mut report)
        .map(drop)
        .map_err(|error| Failure::Fault(format!("The invented supervision could not be taken in: {error}")))
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Store(error) => error.into(),
            Refusal::Conflict { code: "administrator_exists", .. } => Self::refused(
                "The database holds a demonstration that was not finished, or something else.",
                "Remove the folder, or choose another one with --folder.",
            ),
            other => Self::Fault(format!("The demonstration could not be made: {other}")),
        }
    }
}

fn progress(length: u64) -> ProgressBar {
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(length), target).with_style(style)
}

fn write_accounts(folder: &Path, credentials: &[Credential]) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(credentials).map_err(|error| Failure::Fault(error.to_string()))?;
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(folder.join(ACCOUNTS))?;
    Ok(file.write_all(text.as_bytes())?)
}

fn read_accounts(folder: &Path) -> Result<Vec<Credential>, Failure> {
    let file = folder.join(ACCOUNTS);
    let wrong = |cause: String| {
        Failure::input(format!("{} cannot be used: {cause}.", file.display()), "Name the folder of a demonstration.")
    };
    let text = std::fs::read_to_string(&file).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

/// Prints the code an authenticator app would show now.
fn code(folder: &Path, account: &str, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let credentials = read_accounts(folder)?;
    let secret = credentials.iter().find(|c| c.username == account).and_then(|c| c.second_factor.as_deref());
    let secret = secret.ok_or_else(|| {
        Failure::input(
            format!("There is no account `{account}` with a second factor."),
            "The accounts are printed when the demonstration starts.",
        )
    })?;
    writeln!(terminal.out, "{}", cast::second_factor(secret)?.code_at(Clock::system().now().system.utc()))?;
    Ok(Exit::Done)
}

fn show(
    terminal: &mut Terminal<'_>,
    app: &App,
    folder: &Path,
    args: &Args,
    credentials: &[Credential],
    address: SocketAddr,
) -> Result<(), Failure> {
    let out = &mut terminal.out;
    let folder = folder.display();
    let password = |role: Role| credentials.iter().find(|c| c.role == role).map_or("", |c| c.password.as_str());
    writeln!(out, "\nThe register runs on http://{address}. Everybody in it is invented.")?;
    writeln!(
        out,
        "Today is {}; a legal day passes in {} seconds.",
        app.clock.now().legal.day_in(Regime::NlPilot.zone()),
        args.day.as_secs_f32()
    )?;
    writeln!(
        out,
        "Folder: {folder}\nMail:   {folder}/mail (one .eml file for each message), {folder}/letters (one PDF for each letter)"
    )?;
    writeln!(out, "\n{:<12} {:<20} password", "account", "role")?;
    for credential in credentials {
        writeln!(out, "{:<12} {:<20} {}", credential.username, credential.role, credential.password)?;
    }
    writeln!(out, "\nAll but the registrant also need a code: zedenregister demo --folder {folder} --code ACCOUNT")?;
    writeln!(out, "\nTry this (jq reads the answers):\n")?;
    writeln!(out, "  url=http://{address}/v1")?;
    writeln!(
        out,
        "  token=$(curl -s $url/tokens -H 'content-type: application/json' -d '{{\"username\":\"registrant\",\"password\":\"{}\"}}' | jq -r .accessToken)",
        password(Role::Registrant)
    )?;
    writeln!(out, "  curl -s $url/registrations/me/duties -H \"authorization: bearer $token\" | jq")?;
    writeln!(
        out,
        "\nThe yearly confirmation of this registrant falls due within days. Leave it, and a reminder appears in the"
    )?;
    writeln!(out, "mail folder and then a flag for the account `officer`. README.md goes on from here. Ctrl-C stops.")?;
    Ok(out.flush()?)
}

/// A time such as `20s`, `2m` or `24h`.
fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let wrong = || "write a number with s, m or h, such as 20s".to_owned();
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "s" => number,
        "m" => number.saturating_mul(60),
        "h" => number.saturating_mul(3_600),
        _ => return Err(wrong()),
    };
    if (1..=86_400).contains(&seconds) {
        Ok(Duration::from_secs(seconds))
    } else {
        Err("a legal day lasts from 1s to 24h".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_day_is_written_with_its_unit() {
        assert_eq!(duration("20s"), Ok(Duration::from_secs(20)));
        assert_eq!(duration("24h"), Ok(Duration::from_secs(86_400)));
        for wrong in ["20", "s", "0s", "25h", "1d", "-1s", ""] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
