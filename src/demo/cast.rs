//! The staff of a demonstration: two teams of officers, and one account for each role R1 to R13.
//!
//! Accounts are made and taken into use as real ones are. Passwords follow from the seed, so that everybody who starts
//! a demonstration with one seed can use the same calls: they protect nothing, since nobody in it is real.

use chrono::Duration;
use rand::RngExt;
use rand::rngs::StdRng;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::play::Crew;
use super::{beside, people};
use crate::access::accounts::{
    AccountMade, NewAccount, NewRegistrantAccount, create, create_first_administrator, create_for_registrant,
};
use crate::access::sign_in::{AccountActivation, activate_account};
use crate::access::{Actor, Caller, operator};
use crate::app::App;
use crate::clock::Now;
use crate::crypto::totp::TotpSecret;
use crate::ids::{RegistrationId, RequestId, TeamId};
use crate::measures::help;
use crate::register::Refusal;
use crate::register::view::registration as registration_of;
use crate::rights::requests;
use crate::vocabulary::{AccountKind, AccountState, Role};

/// Minutes by which accounts are older than the demonstration, so that the first code anybody types is a new one.
const EARLIER: i64 = 10;

/// The teams: name and region.
const TEAMS: [(&str, &str); 2] = [("Team Voorbeeldstad", "Noord"), ("Team Modelhaven", "Zuid")];

/// Somebody's work.
struct Post {
    username: &'static str,
    display_name: &'static str,
    role: Role,
    organisation: &'static str,
    team: Option<usize>,
}

const fn post(username: &'static str, display_name: &'static str, role: Role, organisation: &'static str) -> Post {
    Post { username, display_name, role, organisation, team: None }
}

const fn in_team(username: &'static str, display_name: &'static str, role: Role, team: usize) -> Post {
    Post { username, display_name, role, organisation: "reclassering", team: Some(team) }
}

/// Everybody but the administrator, who makes these accounts, and the registrant.
const POSTS: [Post; 17] = [
    in_team("officer", "Officier Voorbeeld", Role::SupervisionOfficer, 0),
    in_team("officer-2", "Officier Bedacht", Role::SupervisionOfficer, 0),
    in_team("officer-3", "Officier Fictief", Role::SupervisionOfficer, 0),
    in_team("officer-4", "Officier Schijnsma", Role::SupervisionOfficer, 1),
    in_team("officer-5", "Officier Proefstra", Role::SupervisionOfficer, 1),
    in_team("officer-6", "Officier Testema", Role::SupervisionOfficer, 1),
    in_team("lead", "Teamleider Modelaar", Role::ReviewLead, 0),
    in_team("lead-2", "Teamleider Verzonnen", Role::ReviewLead, 1),
    post("prosecutor", "Officier van justitie Denkbeeld", Role::OmOfficer, "openbaar-ministerie"),
    post("execution", "Medewerker Papierman", Role::Aice, "aice"),
    post("police", "Rechercheur Fabelman", Role::Tbkk, "politie-tbkk"),
    post("interpol", "Liaison Beeldspraak", Role::Lirc, "politie-lirc"),
    post("prison", "Medewerker Luchtkasteel", Role::Dji, "dji"),
    post("records", "Medewerker Rekenaar", Role::Justid, "justid"),
    post("evaluator", "Onderzoeker Hypothesius", Role::Evaluator, "wodc"),
    post("privacy", "Functionaris Maskersma", Role::PrivacyOfficer, "reclassering"),
    post("auditor", "Inspecteur Schetsema", Role::ApAuditor, "ap"),
];

/// How somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credential {
    /// User name.
    pub username: String,
    /// Password.
    pub password: String,
    /// Role.
    pub role: Role,
    /// The secret of the second factor, which staff have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<String>,
}

/// Everybody who works in the demonstration.
pub struct Staff {
    /// How they sign in, in the order of their roles.
    pub credentials: Vec<Credential>,
    officers: Vec<Actor>,
    leads: Vec<Actor>,
    prison: Actor,
    police: Actor,
    prosecutor: Actor,
    records: Actor,
}

impl Staff {
    /// Who does the work for the life at `index`; the two people shown are in the caseload of `officer`.
    pub fn crew(&self, index: usize) -> Crew {
        let officer = &self.officers[if index < 2 { 0 } else { index % self.officers.len() }];
        let lead = self.leads.iter().find(|lead| lead.team == officer.team).unwrap_or(&self.leads[0]);
        Crew {
            officer: officer.clone(),
            lead: lead.clone(),
            prison: self.prison.clone(),
            police: self.police.clone(),
            prosecutor: self.prosecutor.clone(),
            records: self.records.clone(),
        }
    }
}

/// Makes teams and accounts, and takes the accounts into use.
///
/// # Errors
/// [`Refusal::Conflict`] when the database has an administrator already; a failure of the database.
pub async fn hire(app: &App, seed: u64) -> Result<Staff, Refusal> {
    let teams = found_teams(app).await?;
    let made = create_first_administrator(app, "admin", "Beheerder Stelsma").await?;
    let administrator = actor(&made, &post("admin", "", Role::AdminTech, "beheer"), &teams);
    let mut running = JoinSet::new();
    running.spawn(take_into_use(app.clone(), made, "admin", Role::AdminTech, seed, 0));
    for (number, post) in (1..).zip(POSTS.iter()) {
        let new = NewAccount {
            username: post.username.to_owned(),
            display_name: post.display_name.to_owned(),
            role: post.role,
            kind: AccountKind::Person,
            organisation: post.organisation.to_owned(),
            team_id: post.team.map(|team| teams[team]),
        };
        let made = create(app, &caller(app).as_actor(administrator.clone()), new).await?;
        let actor = actor(&made, post, &teams);
        let taken = take_into_use(app.clone(), made, post.username, post.role, seed, number);
        running.spawn(async move { taken.await.map(|(number, _, credential)| (number, Some(actor), credential)) });
    }
    let mut hired = Vec::new();
    while let Some(joined) = running.join_next().await {
        hired.push(joined.map_err(|_| Refusal::Keys("an account was not taken into use".to_owned()))??);
    }
    hired.sort_by_key(|(number, _, _)| *number);
    staff(hired)
}

/// Opens the account of the registrant shown, who has asked for help, and for something as a right.
///
/// # Errors
/// As [`hire`].
pub async fn welcome(
    app: &App,
    seed: u64,
    officer: &Actor,
    registration: RegistrationId,
) -> Result<Credential, Refusal> {
    let new = NewRegistrantAccount { username: "registrant".to_owned() };
    let made = create_for_registrant(app, &caller(app).as_actor(officer.clone()), registration, new).await?;
    let number = POSTS.len() + 1;
    let account = made.id;
    let credential = take_into_use(app.clone(), made, "registrant", Role::Registrant, seed, number).await?.2;
    let file = registration_of(app, &caller(app).as_actor(officer.clone()), registration).await?;
    let shown = Actor {
        account,
        role: Role::Registrant,
        team: None,
        person: Some(file.person_id),
        organisation: "registrant".to_owned(),
        ..officer.clone()
    };
    help::add(app, &caller(app).as_actor(shown.clone()), registration, beside::asked_for_help()).await?;
    requests::add(app, &caller(app).as_actor(shown), registration, beside::asked_as_right()).await?;
    Ok(credential)
}

type Hired = (usize, Option<Actor>, Credential);

fn staff(hired: Vec<Hired>) -> Result<Staff, Refusal> {
    let of = |role: Role| hired.iter().filter_map(move |(_, actor, _)| actor.clone().filter(|a| a.role == role));
    let one = |role: Role| of(role).next().ok_or_else(|| Refusal::Keys(format!("nobody works as {role}")));
    let (prison, police, prosecutor) = (one(Role::Dji)?, one(Role::Tbkk)?, one(Role::OmOfficer)?);
    let records = one(Role::Justid)?;
    let (officers, leads) = (of(Role::SupervisionOfficer).collect(), of(Role::ReviewLead).collect());
    let mut credentials: Vec<Credential> = hired.into_iter().map(|(_, _, credential)| credential).collect();
    credentials.sort_by_key(|credential| credential.role);
    Ok(Staff { credentials, officers, leads, prison, police, prosecutor, records })
}

async fn found_teams(app: &App) -> Result<Vec<TeamId>, Refusal> {
    let mut ids = Vec::new();
    for (name, region) in TEAMS {
        ids.push(operator::create_team(app, name, region).await?);
    }
    Ok(ids)
}

/// Takes an account into use as its holder would: a password, and for staff a second factor.
async fn take_into_use(
    app: App,
    made: AccountMade,
    username: &'static str,
    role: Role,
    seed: u64,
    number: usize,
) -> Result<Hired, Refusal> {
    let password = password(seed, number);
    let caller = caller(&app);
    let code = made.activation_code.unwrap_or_default();
    let ask = |one_time_code: Option<String>| AccountActivation {
        activation_code: SecretString::from(code.clone()),
        password: SecretString::from(password.clone()),
        one_time_code: one_time_code.map(SecretString::from),
    };
    let answer = activate_account(&app, &caller, ask(None)).await?;
    if let Some(secret) = &answer.second_factor_secret {
        let shown = second_factor(secret)?.code_at(caller.now.system.utc());
        activate_account(&app, &caller, ask(Some(shown))).await?;
    }
    let credential =
        Credential { username: username.to_owned(), password, role, second_factor: answer.second_factor_secret };
    Ok((number, None, credential))
}

/// The second factor behind a kept secret.
///
/// # Errors
/// When it is not one.
pub fn second_factor(secret: &str) -> Result<TotpSecret, Refusal> {
    TotpSecret::from_base32(&SecretString::from(secret.to_owned())).map_err(|e| Refusal::Keys(e.to_string()))
}

fn actor(made: &AccountMade, post: &Post, teams: &[TeamId]) -> Actor {
    Actor {
        account: made.id,
        kind: AccountKind::Person,
        role: post.role,
        state: AccountState::Active,
        team: post.team.map(|team| teams[team]),
        person: None,
        organisation: post.organisation.to_owned(),
        represents: None,
    }
}

fn caller(app: &App) -> Caller {
    let Now { system, legal } = app.clock.now();
    Caller {
        request: RequestId::fresh(),
        trace: uuid::Uuid::new_v4().simple().to_string(),
        now: Now { system: system.plus(Duration::minutes(-EARLIER)), legal },
    }
}

/// Three words and a number, from the seed.
fn password(seed: u64, number: usize) -> String {
    const WORDS: [&str; 24] = [
        "anker",
        "beuk",
        "dijk",
        "ekster",
        "fiets",
        "gracht",
        "haven",
        "iris",
        "kade",
        "linde",
        "molen",
        "noorden",
        "oever",
        "polder",
        "reiger",
        "sluis",
        "terp",
        "uiterwaard",
        "vlieger",
        "wilg",
        "zeil",
        "zomer",
        "duin",
        "kreek",
    ];
    let mut dice: StdRng = people::dice(seed.rotate_left(32), number);
    let mut word = || WORDS[dice.random_range(0..WORDS.len())];
    let words = [word(), word(), word()].join("-");
    format!("{words}-{}", dice.random_range(10..100))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_is_an_account_for_each_role_of_the_first_thirteen() {
        let mut roles: BTreeSet<Role> = POSTS.iter().map(|post| post.role).collect();
        roles.extend([Role::Registrant, Role::AdminTech]);
        assert_eq!(roles.into_iter().collect::<Vec<_>>(), Role::ALL[..13]);
    }

    #[test]
    fn passwords_follow_from_the_seed_and_are_long_enough() {
        let all: Vec<String> = (0..19).map(|number| password(1, number)).collect();
        assert_eq!(all, (0..19).map(|number| password(1, number)).collect::<Vec<_>>());
        assert!(all.iter().all(|password| password.chars().count() >= 12));
        assert_ne!(password(1, 0), password(2, 0));
    }
}
