//! Somebody with an overdue duty and everybody who works on it, each at a browser.

use zedenregister::access::accounts::{self, NewAccount};
use zedenregister::ids::FlagId;
use zedenregister::vocabulary::{AccountKind, Role};

use super::browser::{Browser, Seen, Town};
use crate::review::{flags_of, sweep};
use crate::sign_in::{administrator, in_use};
use crate::support::TestDb;

/// A town in which the first notification was not given.
pub struct Desk {
    pub town: Town,
    pub flag: FlagId,
}

impl Desk {
    pub async fn on(db: TestDb) -> Self {
        Self::in_town(Town::on(db).await).await
    }

    /// The same in a town that was made.
    pub async fn in_town(town: Town) -> Self {
        town.test.days_pass(4);
        assert_eq!(sweep(&town.test).await, 1);
        let flag = flags_of(&town.test, town.registration)[0].id;
        Self { town, flag }
    }

    /// The page of the flag.
    pub fn flag_page(&self) -> String {
        format!("/console/flags/{}", self.flag)
    }

    /// The page of a person's file.
    pub fn file(&self, rest: &str) -> String {
        format!("/console/registrations/{}{rest}", self.town.registration)
    }

    /// A new account of this role, signed in; officers and leads belong to the team.
    pub async fn somebody(&self, name: &str, role: Role) -> Browser {
        let test = &self.town.test;
        let new = NewAccount {
            username: name.to_owned(),
            display_name: name.to_owned(),
            role,
            kind: AccountKind::Person,
            organisation: "proef".to_owned(),
            team_id: matches!(role, Role::SupervisionOfficer | Role::ReviewLead).then_some(test.team),
        };
        let made = accounts::create(&test.app, &test.ctx(&administrator(test)), new).await.expect("an account");
        let factor = in_use(test, &made).await;
        Browser::staff(test, name, &factor).await
    }

    /// A prosecutor who stated what they come for.
    pub async fn prosecutor(&self, name: &str) -> Browser {
        let browser = self.somebody(name, Role::OmOfficer).await;
        let stated = browser.send("/console", "/console/purpose", &[("purpose", "prosecution")]).await;
        assert_eq!(stated.status, 303, "{}", stated.html);
        browser
    }

    /// Takes a step on the flag, through its check where it has one.
    pub async fn step(&self, by: &Browser, step: &str, fields: &[(&str, &str)]) -> Seen {
        let page = by.get(&self.flag_page()).await;
        assert_eq!(page.status, 200, "{}", page.html);
        let to = format!("{}/{step}", self.flag_page());
        let version = flags_of(&self.town.test, self.town.registration)[0].version.to_string();
        let fields = [&[("_version", version.as_str())], fields].concat();
        let seen = by.post(&to, Some(&page.hidden("formToken")), &fields).await;
        if seen.status == 200 { confirm(by, &seen, &to).await } else { seen }
    }

    /// From raised to a referral that a lead confirmed.
    pub async fn referred(&self, officer: &Browser, lead: &Browser) {
        assert_eq!(self.step(officer, "take-up", &[]).await.status, 303);
        let referral = [("outcome.type", "referral"), ("reason", "Drie keer niet gemeld")];
        assert_eq!(self.step(officer, "propose", &referral).await.status, 303);
        let confirmed = [("confirm", "true"), ("reason", "Volledig bekeken")];
        assert_eq!(self.step(lead, "decide", &confirmed).await.status, 303);
    }
}

/// Confirms on the page on which answers are checked.
pub async fn confirm(by: &Browser, check: &Seen, to: &str) -> Seen {
    assert!(check.html.contains("Controleer uw antwoorden"), "{}", check.html);
    let mut fields = check.hidden_fields();
    fields.push(("_confirmed".to_owned(), "1".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    by.post(to, Some(&check.hidden("formToken")), &fields).await
}

/// Sends the form at `at` to the page on which it is checked, or to what is wrong with it.
pub async fn fill(by: &Browser, at: &str, fields: &[(&str, &str)]) -> Seen {
    let form = by.get(at).await;
    assert_eq!(form.status, 200, "{}", form.html);
    let known = form.hidden_fields();
    let mut sent: Vec<(&str, &str)> = known.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.extend(fields);
    by.post(path_of(at), Some(&form.hidden("formToken")), &sent).await
}

/// Fills in, checks, confirms.
pub async fn through(by: &Browser, at: &str, fields: &[(&str, &str)]) -> Seen {
    let check = fill(by, at, fields).await;
    assert_eq!(check.status, 200, "{}", check.html);
    confirm(by, &check, path_of(at)).await
}

fn path_of(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

/// The address of the first link that begins like this.
pub fn link(seen: &Seen, start: &str) -> String {
    let at = seen.html.find(&format!("href=\"{start}")).unwrap_or_else(|| panic!("no link {start}: {}", seen.html));
    let rest = &seen.html[at + "href=\"".len()..];
    rest.split('"').next().unwrap_or_default().replace("&amp;", "&")
}

/// The value of the option that a reader sees as text beginning with this.
pub fn option(seen: &Seen, label: &str) -> String {
    let at = seen.html.find(&format!(">{label}")).unwrap_or_else(|| panic!("no option {label}: {}", seen.html));
    let (_, value) = seen.html[..at].rsplit_once("<option value=\"").expect("an option");
    value.split('"').next().unwrap_or_default().to_owned()
}
