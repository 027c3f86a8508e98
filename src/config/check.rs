//! What the values must be. Goes through all of them and collects every fault.

mod outgoing;

use std::fmt::Display;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use chrono::NaiveDate;
use figment::Figment;
use lettre::message::Mailbox;
use scheduler::Schedule;

use super::faults::{Fault, Faults};
use super::layers::Layers;
use super::{
    Audit, Config, Database, Jobs, JobsInServer, Keys, Limits, Log, LogFormat, Mode, Policy, Production, Releases,
    ReminderTiming, Server, SignIn, Watch, Webhooks, YesNo,
};
use crate::access::oidc;
use crate::events::address::Network;
use crate::jobs::plan::runs_while_clocks_change;
use crate::register::review::ReviewPolicy;
use crate::store::DatabaseUrl;
use crate::telemetry::Telemetry;
use crate::vocabulary::DutyKind;
use crate::watch::rules::WatchLimits;

/// Turns the layers into settings.
pub(super) fn checked(layers: Layers) -> Result<Config, Faults> {
    let mut check = Check { values: layers.figment, faults: layers.faults };
    let config = check.config();
    match config {
        Some(config) if check.faults.is_empty() => Ok(config),
        _ => Err(Faults(check.faults)),
    }
}

/// Reads values by their key. A reader that finds a fault notes it and answers `None`.
struct Check {
    values: Figment,
    faults: Vec<Fault>,
}

impl Check {
    fn config(&mut self) -> Option<Config> {
        let mode = self.word("mode", Mode::ALL);
        let production = self.production(mode);
        let server = self.server(mode);
        let database = self.database();
        let keys = self.keys();
        let audit = self.folder("audit.checkpoints").map(|checkpoints| Audit { checkpoints });
        let sign_in = self.sign_in(mode);
        let webhooks = self.webhooks(mode);
        let service = self.service(mode, webhooks.as_ref().map_or(&[][..], |webhooks| &webhooks.networks));
        let mail = self.mail(server.as_ref().map(|server| server.public_url.as_str()), service.as_ref());
        let letters = self.letters(service.as_ref());
        let callback_token = self.callback_token();
        let releases = self.releases();
        let jobs = self.jobs();
        let policy = self.policy();
        let log = self.log();
        Some(Config {
            mode: mode?,
            server: server?,
            database: database?,
            keys: keys?,
            audit: audit?,
            sign_in: sign_in?,
            mail: mail?,
            letters: letters?,
            callback_token: callback_token?,
            webhooks: webhooks?,
            releases: releases?,
            jobs: jobs?,
            policy: policy?,
            log: log?,
            production: production?,
        })
    }

    fn server(&mut self, mode: Option<Mode>) -> Option<Server> {
        let address = self.parsed::<IpAddr>("server.address", "an IP address, such as 127.0.0.1");
        let port = self.number("server.port", 0..=65_535);
        let public_url = self.public_url(mode);
        let trusted_proxies = self.addresses("server.trusted_proxies");
        let metrics_readers = self.addresses("server.metrics_readers");
        let security_contact = self.security_contact();
        let grace = self.number::<u64>("server.shutdown_grace_s", 1..=300);
        let body_kib = self.number::<u64>("server.limits.body_kib", 4..=1024);
        let requests = self.number::<u32>("server.limits.requests_per_minute", 0..=1_000_000);
        let sign_ins = self.number::<u32>("server.limits.sign_ins_per_minute", 0..=1_000_000);
        Some(Server {
            address: address?,
            port: port?,
            public_url: public_url?,
            trusted_proxies: trusted_proxies?,
            metrics_readers: metrics_readers?,
            security_contact: Some(security_contact?).filter(|uri| !uri.is_empty()),
            shutdown_grace: Duration::from_secs(grace?),
            limits: Limits {
                body_bytes: body_kib? * 1024,
                requests_per_minute: Some(requests?).filter(|n| *n > 0),
                sign_ins_per_minute: Some(sign_ins?).filter(|n| *n > 0),
            },
        })
    }

    fn public_url(&mut self, mode: Option<Mode>) -> Option<String> {
        const KEY: &str = "server.public_url";
        let url = self.text(KEY)?;
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let sound = rest.is_some_and(|host| {
            !host.is_empty() && !host.ends_with('/') && !host.contains(|c: char| c.is_whitespace() || "?#@".contains(c))
        });
        if !sound {
            return self.fault(KEY, "it is not a URL of a server", "Write https://HOST, without a slash at the end.");
        }
        if mode == Some(Mode::Production) && !url.starts_with("https://") {
            return self.fault(KEY, "in production it must begin with https://", "Write the address of the proxy.");
        }
        Some(url)
    }

    fn security_contact(&mut self) -> Option<String> {
        const KEY: &str = "server.security_contact";
        let uri = self.text(KEY)?;
        let rest = uri.strip_prefix("mailto:").or_else(|| uri.strip_prefix("https://"));
        let plain = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_graphic());
        if !uri.is_empty() && !rest.is_some_and(plain) {
            return self.fault(
                KEY,
                "it is not a URI",
                "Write mailto:NAME@HOST or https://HOST/PAGE, or leave it empty.",
            );
        }
        Some(uri)
    }

    fn database(&mut self) -> Option<Database> {
        let url = self.database_url("database.url", "database.url_file");
        let readers = self.number("database.readers", 1..=200);
        let wait = self.number("database.wait_ms", 50..=30_000);
        Some(Database { url: url?, readers: readers?, wait: Duration::from_millis(wait?) })
    }

    fn keys(&mut self) -> Option<Keys> {
        let folder = self.folder("keys.folder");
        let key_store = self.database_url("keys.key_store", "keys.key_store_file");
        Some(Keys { folder: folder?, key_store: key_store? })
    }

    fn sign_in(&mut self, mode: Option<Mode>) -> Option<SignIn> {
        const ISSUERS: &str = "sign_in.issuers";
        let local_accounts = self.word("sign_in.local_accounts", YesNo::ALL)? == YesNo::Yes;
        let file = self.text(ISSUERS)?;
        let issuers = match file.as_str() {
            "" => Vec::new(),
            file => match oidc::settings::load(Path::new(file), mode == Some(Mode::Production)) {
                Ok(issuers) => issuers,
                Err(problem) => {
                    let problem = format!("the file it names cannot be used: {problem}");
                    return self.fault(ISSUERS, &problem, "docs/sign-in.md describes the file.");
                }
            },
        };
        if !local_accounts && !issuers.iter().any(|issuer| issuer.area == oidc::IssuerArea::Staff) {
            return self.fault(
                "sign_in.local_accounts",
                "without local accounts and without an issuer for staff nobody can sign in",
                "Name a file with issuers in `sign_in.issuers`, or set it to \"yes\".",
            );
        }
        Some(SignIn { local_accounts, issuers })
    }

    fn database_url(&mut self, key: &str, file_key: &str) -> Option<DatabaseUrl> {
        let url = self.secret(key, file_key)?;
        if url.is_empty() {
            return self.fault(key, "it is empty", "Write sqlite://FILE or postgresql://USER@HOST/DATABASE.");
        }
        match url.parse() {
            Ok(url) => Some(url),
            Err(_) => self.fault(
                key,
                "it is not the URL of a database this program knows",
                "Write sqlite://FILE or postgresql://USER@HOST/DATABASE.",
            ),
        }
    }

    fn webhooks(&mut self, mode: Option<Mode>) -> Option<Webhooks> {
        const KEY: &str = "webhooks.networks";
        let texts: Vec<String> = self.values.extract_inner(KEY).unwrap_or_default();
        let Ok(networks) = texts.iter().map(|text| text.parse()).collect::<Result<Vec<Network>, _>>() else {
            return self.fault(KEY, "it is not a list of networks", "Write [\"10.1.2.0/24\"], or [] for none.");
        };
        if mode == Some(Mode::Production) && !networks.is_empty() {
            return self.fault(KEY, "in production events go to public addresses alone", "Write [].");
        }
        let timeout = self.number::<u64>("webhooks.timeout_s", 1..=60)?;
        Some(Webhooks { networks, timeout: Duration::from_secs(timeout) })
    }

    fn releases(&mut self) -> Option<Releases> {
        const KEY: &str = "releases.contact";
        let contact = self.text(KEY)?;
        match contact.parse::<Mailbox>() {
            Ok(mailbox) if mailbox.name.is_none() => Some(Releases { contact }),
            Ok(_) | Err(_) => self.fault(KEY, "it is not an e-mail address", "Write one, such as name@example.org."),
        }
    }

    fn jobs(&mut self) -> Option<Jobs> {
        let in_server = self.word("jobs.in_server", JobsInServer::ALL);
        let zone = self.text("jobs.zone")?;
        if let Err(error) = Schedule::parse("@daily", &zone) {
            return self.fault("jobs.zone", &error.to_string(), "Write Europe/Amsterdam.");
        }
        const JOBS: [&str; 17] = [
            "advance",
            "sweep",
            "reconcile",
            "terms",
            "reminders",
            "delivery",
            "bounces",
            "events",
            "webhooks",
            "self_audit",
            "check",
            "findings",
            "retention",
            "releases",
            "checkpoint",
            "housekeeping",
            "watch",
        ];
        let [
            advance,
            sweep,
            reconcile,
            terms,
            reminders,
            delivery,
            bounces,
            events,
            webhooks,
            self_audit,
            check,
            findings,
            retention,
            releases,
            checkpoint,
            housekeeping,
            watch,
        ] = JOBS.map(|job| self.schedule(job, &zone));
        Some(Jobs {
            in_server: in_server?,
            advance: advance?,
            sweep: sweep?,
            reconcile: reconcile?,
            terms: terms?,
            reminders: reminders?,
            delivery: delivery?,
            bounces: bounces?,
            events: events?,
            webhooks: webhooks?,
            self_audit: self_audit?,
            check: check?,
            findings: findings?,
            retention: retention?,
            releases: releases?,
            checkpoint: checkpoint?,
            housekeeping: housekeeping?,
            watch: watch?,
        })
    }

    fn schedule(&mut self, job: &str, zone: &str) -> Option<Schedule> {
        let key = format!("jobs.{job}");
        let expression = self.text(&key)?;
        match Schedule::parse(&expression, zone) {
            Ok(schedule) if runs_while_clocks_change(&schedule) => self.fault(
                &key,
                "it runs between two and three at night, an hour that is missing or comes twice when clocks change",
                "Choose another hour, such as \"0 30 4 * * *\" for half past four each night.",
            ),
            Ok(schedule) => Some(schedule),
            Err(error) => self.fault(
                &key,
                &error.to_string(),
                "Write six fields, such as \"0 30 4 * * *\" for half past four each night.",
            ),
        }
    }

    fn policy(&mut self) -> Option<Policy> {
        let reminders: Vec<_> = DutyKind::ALL
            .iter()
            .map(|kind| {
                let days: i64 = self.number(&format!("policy.reminders.{kind}"), -1..=60)?;
                let timing = match u32::try_from(days) {
                    Err(_) => ReminderTiming::Never,
                    Ok(0) => ReminderTiming::OnDay,
                    Ok(days) => ReminderTiming::Before(days),
                };
                Some((*kind, timing))
            })
            .collect();
        let letter_days = self.number("policy.reminders.letter_days", 1..=30);
        let review = self.text("policy.review")?;
        if !review.is_empty()
            && let Err(error) = ReviewPolicy::load(Some(Path::new(&review)))
        {
            return self.fault(
                "policy.review",
                &error.to_string(),
                "Start from the built-in src/register/review/policy.toml.",
            );
        }
        let review = (!review.is_empty()).then(|| PathBuf::from(review));
        let watch = self.watch();
        let reminders = reminders.into_iter().collect::<Option<_>>()?;
        Some(Policy { review, watch: watch?, letter_days: letter_days?, reminders })
    }

    fn watch(&mut self) -> Option<Watch> {
        const KEY: &str = "policy.watch.decoys";
        let persons = self.number("policy.watch.persons", 1..=100_000);
        let night_persons = self.number("policy.watch.night_persons", 1..=100_000);
        let refusals = self.number("policy.watch.refusals", 1..=100_000);
        let texts: Vec<String> = self.values.extract_inner(KEY).unwrap_or_default();
        let decoys = match texts.iter().map(|text| text.parse()).collect() {
            Ok(decoys) => Some(decoys),
            Err(_) => self.fault(KEY, "it is not a list of ids of registrations", "Write [\"ID\"], or [] for none."),
        };
        let limits = WatchLimits { persons: persons?, night_persons: night_persons?, refusals: refusals? };
        Some(Watch { limits, decoys: decoys? })
    }

    fn log(&mut self) -> Option<Log> {
        let format = self.word("log.format", LogFormat::ALL);
        let level = self.text("log.level")?;
        if tracing_subscriber::EnvFilter::try_new(&level).is_err() {
            return self.fault(
                "log.level",
                "it names no level of logging",
                "Write \"info\", or \"info,zedenregister::store=debug\" for one module.",
            );
        }
        let collector = self.collector()?;
        Some(Log { format: format?, level, collector })
    }

    #[expect(clippy::option_option, reason = "outer: was there a fault; inner: is there one")]
    fn collector(&mut self) -> Option<Option<String>> {
        let collector = self.text("log.collector")?;
        if collector.is_empty() {
            return Some(None);
        }
        let scheme = ["http://", "https://"].iter().any(|scheme| collector.starts_with(scheme));
        if !scheme || Telemetry::to(Some(&collector)).is_err() {
            return self.fault(
                "log.collector",
                "it is no address of a collector",
                "Write \"http://127.0.0.1:4318\", or leave it empty.",
            );
        }
        Some(Some(collector))
    }

    /// The decisions production rests on: all of them in that mode, and not looked at in any other.
    #[expect(clippy::option_option, reason = "outer: was there a fault; inner: is this production")]
    fn production(&mut self, mode: Option<Mode>) -> Option<Option<Production>> {
        if mode? != Mode::Production {
            return Some(None);
        }
        const WHY: &str = "Production needs it; without it set `mode` to \"test\" and register synthetic people only.";
        let legal_basis = self.filled("production.legal_basis", WHY);
        let legal_basis_date = self.date("production.legal_basis_date", WHY);
        let dpia = self.filled("production.dpia", WHY);
        let dpia_date = self.date("production.dpia_date", WHY);
        let controller = self.filled("production.controller", WHY);
        Some(Some(Production {
            legal_basis: (legal_basis?, legal_basis_date?),
            dpia: (dpia?, dpia_date?),
            controller: controller?,
        }))
    }
}

/// Readers of one value each.
impl Check {
    fn fault<T>(&mut self, key: &str, problem: &str, mend: &str) -> Option<T> {
        let origin = self.values.find_metadata(key).map_or_else(|| "default".to_owned(), |m| m.name.to_string());
        self.faults.push(Fault { key: key.to_owned(), origin, problem: problem.to_owned(), mend: mend.to_owned() });
        None
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.values.extract_inner(key) {
            Ok(text) => Some(text),
            Err(_) => self.fault(key, "it is missing", "This is a fault of the program."),
        }
    }

    fn filled(&mut self, key: &str, mend: &str) -> Option<String> {
        let text = self.text(key)?;
        if text.trim().is_empty() { self.fault(key, "it is empty", mend) } else { Some(text) }
    }

    fn parsed<T: FromStr>(&mut self, key: &str, what: &str) -> Option<T> {
        match self.text(key)?.parse() {
            Ok(value) => Some(value),
            Err(_) => self.fault(key, &format!("it is not {what}"), &format!("Write {what}.")),
        }
    }

    fn date(&mut self, key: &str, mend: &str) -> Option<NaiveDate> {
        let text = self.filled(key, mend)?;
        match text.parse() {
            Ok(date) => Some(date),
            Err(_) => self.fault(key, "it is not a date", "Write it as YYYY-MM-DD."),
        }
    }

    fn number<T: TryFrom<i64>>(&mut self, key: &str, range: RangeInclusive<i64>) -> Option<T> {
        let found = self.values.extract_inner::<i64>(key).ok().filter(|number| range.contains(number));
        match found.and_then(|number| T::try_from(number).ok()) {
            Some(number) => Some(number),
            None => {
                let wanted = format!("a whole number from {} to {}", range.start(), range.end());
                self.fault(key, &format!("it is not {wanted}"), &format!("Write {wanted}."))
            }
        }
    }

    fn word<T: FromStr + Display + Copy>(&mut self, key: &str, all: &[T]) -> Option<T> {
        match self.text(key)?.parse() {
            Ok(word) => Some(word),
            Err(_) => {
                let words = all.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
                self.fault(key, "it is none of the words it can be", &format!("Write one of {words}."))
            }
        }
    }

    fn folder(&mut self, key: &str) -> Option<PathBuf> {
        self.filled(key, "Name a folder.").map(PathBuf::from)
    }

    fn addresses(&mut self, key: &str) -> Option<Vec<IpAddr>> {
        let texts: Vec<String> = self.values.extract_inner(key).unwrap_or_default();
        match texts.iter().map(|text| text.parse()).collect() {
            Ok(addresses) => Some(addresses),
            Err(_) => self.fault(key, "it is not a list of IP addresses", "Write [\"10.0.0.5\"], or [] for none."),
        }
    }

    /// A secret, from its own key or from the file another key names. A default gives way to a file.
    fn secret(&mut self, key: &str, file_key: &str) -> Option<String> {
        let file = self.text(file_key)?;
        let value = self.text(key)?;
        if file.is_empty() {
            return Some(value);
        }
        let is_default = self.values.find_metadata(key).is_none_or(|m| m.name == "default");
        if !is_default && !value.is_empty() {
            return self.fault(file_key, &format!("{key} is set as well"), "Keep one of the two.");
        }
        match std::fs::read_to_string(&file) {
            Ok(secret) if secret.trim().is_empty() => {
                self.fault(file_key, "the file it names is empty", "Put the secret into it, on one line.")
            }
            Ok(secret) => Some(secret.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => self.fault(
                file_key,
                &format!("the file it names cannot be read: {error}"),
                "Name a file that exists and that this user may read.",
            ),
        }
    }
}
