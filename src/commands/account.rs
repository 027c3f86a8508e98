//! `account`: the first administrator, teams, and the second factor of the demonstration's accounts.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tokio::runtime::Runtime;

use super::{Exit, Failure, Terminal};
use crate::access::accounts::create_first_administrator;
use crate::access::operator;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Mode;
use crate::crypto::blind::Kind;
use crate::crypto::totp::TotpSecret;
use crate::register::Refusal;
use crate::store::accounts::account_find_by_username;

/// Make the first administrator and the teams, list accounts, and issue a new code to somebody locked out.
///
/// Further accounts are made by an administrator who signed in, those of registrants by their officer. Nobody ever sets
/// a password for somebody else: each person gets a one-time code and chooses one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  zedenregister account create-admin --username beheer\n  \
    zedenregister account create-team --name Noord --region Noord\n  \
    zedenregister account issue-code --username officer.noord\n  zedenregister account list")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make the first administrator; prints the one-time activation code
    CreateAdmin {
        /// Name to sign in with
        #[arg(long)]
        username: String,
    },
    /// Make a team, to which officers, leads and files then belong; prints its id
    CreateTeam {
        /// What it is called
        #[arg(long)]
        name: String,
        /// Its region, for the rules by which files and flags find an owner
        #[arg(long)]
        region: String,
    },
    /// Show every team with its id and region
    Teams,
    /// Show every account but those of registrants
    List,
    /// Print a new one-time code for staff who lost their password or second factor
    ///
    /// The old password, the old second factor and every session stop counting when the code is used.
    IssueCode {
        /// Name that signs in
        #[arg(long)]
        username: String,
    },
    /// Show the current code of the second factor; in the demonstration only
    Code {
        /// Name that signs in
        #[arg(long)]
        username: String,
    },
}

/// Does it.
///
/// # Errors
/// When the system cannot be opened, or what was asked is not possible.
pub fn run(args: &Args, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let config = terminal.config()?;
    let app = App::open(config, Clock::system())?;
    match &args.what {
        What::CreateAdmin { username } => create_admin(&app, username, terminal),
        What::CreateTeam { name, region } => {
            let id = runtime()?.block_on(operator::create_team(&app, name, region)).map_err(refused)?;
            writeln!(terminal.out, "{id}")?;
            Ok(Exit::Done)
        }
        What::Teams => {
            for team in runtime()?.block_on(operator::teams(&app)).map_err(refused)? {
                writeln!(terminal.out, "{}  {:<28} {}", team.id, team.name, team.region)?;
            }
            Ok(Exit::Done)
        }
        What::List => list(&app, terminal),
        What::IssueCode { username } => {
            let (code, expires) = runtime()?.block_on(operator::issue_code(&app, username)).map_err(refused)?;
            writeln!(terminal.out, "Activation code for {username}, shown once and valid until {expires}: {code}")?;
            Ok(Exit::Done)
        }
        What::Code { username } => {
            let code = current_code(&app, username, app.clock.now().system.utc())?;
            writeln!(terminal.out, "{code}")?;
            Ok(Exit::Done)
        }
    }
}

fn create_admin(app: &App, username: &str, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let made = runtime()?.block_on(create_first_administrator(app, username, username)).map_err(refused)?;
    let code = made.activation_code.unwrap_or_default();
    writeln!(terminal.out, "Activation code, shown once and valid for 14 days: {code}")?;
    writeln!(terminal.out, "Take the account into use: POST {}/v1/activations", app.config.server.public_url)?;
    Ok(Exit::Done)
}

fn list(app: &App, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    for account in runtime()?.block_on(operator::list(app)).map_err(refused)? {
        let (role, kind, state) = (account.role.as_str(), account.kind.as_str(), account.state.as_str());
        writeln!(terminal.out, "{:<28} {role:<20} {kind:<8} {state:<12} {}", account.username, account.organisation)?;
    }
    Ok(Exit::Done)
}

fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unavailable(format!("No runtime: {error}."), ""))
}

/// The code that the authenticator app of an account shows now.
///
/// # Errors
/// [`Failure::Refused`] outside the demonstration: there, only the holder of an account sees its codes.
pub fn current_code(app: &App, username: &str, now: DateTime<Utc>) -> Result<String, Failure> {
    if app.config.mode != Mode::Demonstration {
        return Err(Failure::refused(
            "Codes are shown for accounts of the demonstration only.".to_owned(),
            "Use the authenticator app of the account.",
        ));
    }
    let lookups = app.vault.blind().every_digest(Kind::Username, &username.trim().to_lowercase());
    let account = app.store.read_blocking(|conn| account_find_by_username(conn, &lookups))?;
    let sealed = account.as_ref().and_then(|account| Some((account.id, account.totp_secret_enc.as_deref()?)));
    let Some((id, sealed)) = sealed else {
        return Err(Failure::refused(
            "No account with a second factor signs in under that name.".to_owned(),
            "The demonstration prints the names when it starts.",
        ));
    };
    let base32: String = app.vault.open("accounts", "totp_secret_enc", id.as_str(), sealed).map_err(refused)?;
    let secret = TotpSecret::from_base32(&SecretString::from(base32)).map_err(|e| Failure::Fault(e.to_string()))?;
    Ok(secret.code_at(now))
}

fn refused(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Store(error) => error.into(),
        Refusal::NotFound => {
            Failure::input("No account signs in under that name.", "See `zedenregister account list`.")
        }
        Refusal::Invalid(errors) => {
            let told: Vec<String> = errors.iter().map(|e| format!("{}: {}", e.pointer, e.detail)).collect();
            Failure::input(told.join(" "), "See `zedenregister account --help`.")
        }
        Refusal::Conflict { detail, .. } => Failure::refused(detail.to_owned(), ""),
        other => Failure::Fault(other.to_string()),
    }
}
