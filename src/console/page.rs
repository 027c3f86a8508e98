//! What every page has: language, title, who is signed in, where one can go, the token for its forms.

use rocket::Request;

use super::assets::{ADDRESSES, Addresses};
use super::tour::{Step, steps};
use super::visit::{Member, Visit, language};
use crate::config::Mode;
use crate::register::view::{Both, DutyVersionView, PeriodView};
use crate::texts::{Texts, texts};
use crate::vocabulary::{Purpose, Role};

/// Which of the two sets of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// The registrant's own.
    Mijn,
    /// Of the people who work here.
    Console,
}

impl Area {
    /// The area an address is in.
    pub fn of(request: &Request<'_>) -> Self {
        if request.uri().path().starts_with("/console") { Self::Console } else { Self::Mijn }
    }

    /// The area of a role.
    pub const fn of_role(role: Role) -> Self {
        match role {
            Role::Registrant => Self::Mijn,
            Role::SupervisionOfficer
            | Role::ReviewLead
            | Role::OmOfficer
            | Role::Aice
            | Role::Tbkk
            | Role::Lirc
            | Role::Dji
            | Role::Justid
            | Role::Evaluator
            | Role::PrivacyOfficer
            | Role::ApAuditor
            | Role::AdminTech
            | Role::Justis
            | Role::Mayor => Self::Console,
        }
    }

    /// Its first page.
    pub const fn home(self) -> &'static str {
        match self {
            Self::Mijn => "/mijn",
            Self::Console => "/console",
        }
    }

    /// Where one signs in.
    pub fn sign_in(self) -> String {
        format!("{}/sign-in", self.home())
    }
}

/// One place to go to.
pub struct Place {
    /// Its address.
    pub address: &'static str,
    /// The key of its name.
    pub name: &'static str,
    /// Whether this is where one is.
    pub here: bool,
}

/// What every page has.
pub struct Page {
    /// The texts in the language of the visitor.
    pub t: &'static Texts,
    /// The title of the page.
    pub title: String,
    /// Which set of pages.
    pub area: Area,
    /// Where the page is, for coming back to it in another language.
    pub path: String,
    /// The token that forms carry.
    pub token: String,
    /// Whether somebody is signed in.
    pub signed: bool,
    /// The name of whoever is signed in, when they work here.
    pub name: Option<String>,
    /// Their role.
    pub role: Option<Role>,
    /// The purpose they stated for this session.
    pub purpose: Option<Purpose>,
    /// Whether people in it are invented.
    pub invented: bool,
    /// Where one can go.
    pub places: Vec<Place>,
    /// A first walk through it: on the first page of the demonstration.
    pub tour: &'static [Step],
    /// Where the files are.
    pub assets: &'static Addresses,
}

const MIJN: [(&str, &str); 6] = [
    ("/mijn", "nav.home"),
    ("/mijn/report", "nav.report"),
    ("/mijn/trips", "nav.trips"),
    ("/mijn/receipts", "nav.receipts"),
    ("/mijn/disputes", "nav.disputes"),
    ("/mijn/access", "nav.access"),
];

impl Page {
    /// The frame of a page at `path` for somebody who signed in; `title` is a key.
    pub fn of(member: &Member<'_>, path: impl Into<String>, title: &str) -> Self {
        let t = texts(member.language);
        Self::titled(member, path, t.say(title).to_owned())
    }

    /// As [`Page::of`], with a title in words.
    pub fn titled(member: &Member<'_>, path: impl Into<String>, title: String) -> Self {
        Self::new(member, Area::of_role(member.actor().role), path.into(), title)
    }

    /// The frame of a page for anybody.
    pub fn open(visit: &Visit, area: Area, path: impl Into<String>, title: &str) -> Self {
        Self::new(visit, area, path.into(), texts(visit.language).say(title).to_owned())
    }

    /// The frame of a page that explains what went wrong with a request.
    pub fn of_request(request: &Request<'_>, visit: Option<&Visit>, area: Area, title: &str) -> Self {
        let back = area.home().to_owned();
        match visit {
            Some(visit) => Self::open(visit, area, back, title),
            None => {
                let t = texts(language(request));
                Self {
                    title: t.say(title).to_owned(),
                    t,
                    area,
                    path: back,
                    token: String::new(),
                    signed: false,
                    name: None,
                    role: None,
                    purpose: None,
                    invented: false,
                    places: Vec::new(),
                    tour: &[],
                    assets: &ADDRESSES,
                }
            }
        }
    }

    fn new(visit: &Visit, area: Area, path: String, title: String) -> Self {
        let role = visit.signed.as_ref().map(|signed| signed.actor.role);
        let demonstration = visit.app().config.mode == Mode::Demonstration;
        Self {
            t: texts(visit.language),
            title,
            area,
            places: role.map_or_else(Vec::new, |role| places(role, &path)),
            tour: role.filter(|_| path == area.home() && demonstration).map_or(&[], steps),
            path,
            token: visit.form_token(),
            signed: role.is_some(),
            name: visit.name.clone(),
            role,
            purpose: visit.signed.as_ref().and_then(|signed| signed.remembered.purpose),
            invented: visit.app().config.mode != Mode::Production,
            assets: &ADDRESSES,
        }
    }

    /// Whether these are the registrant's own pages.
    pub fn mijn(&self) -> bool {
        self.area == Area::Mijn
    }

    /// A text of both languages, in that of the page.
    pub fn lines<'a>(&self, both: &'a Both) -> &'a [String] {
        both.in_language(self.t.language)
    }

    /// The provision a duty rests on, in the language of the page.
    pub fn cited<'a>(&self, version: &'a DutyVersionView) -> &'a str {
        version.citation_in(self.t.language)
    }

    /// How long a registration lasts, in words.
    pub fn period(&self, period: &PeriodView) -> String {
        let t = self.t;
        match (period.never, period.from, period.last_day) {
            (true, _, _) => t.say("bar.never").to_owned(),
            (false, Some(from), Some(last)) => t.two("bar.fromTo", t.plain_day(&from), t.plain_day(&last)),
            (false, Some(from), None) if period.provisional => t.one("bar.provisional", t.plain_day(&from)),
            (false, Some(from), None) => t.one("bar.indefinite", t.plain_day(&from)),
            (false, None, _) => t.say("word.noDate").to_owned(),
        }
    }

    /// The other language, to change to.
    pub fn other_language(&self) -> &'static str {
        match self.t.language {
            crate::vocabulary::Language::Nl => "en",
            crate::vocabulary::Language::En => "nl",
        }
    }
}

fn places(role: Role, path: &str) -> Vec<Place> {
    let known: Vec<(&'static str, &'static str)> = match role {
        Role::Registrant => MIJN.to_vec(),
        Role::ReviewLead => vec![
            ("/console", "nav.today"),
            ("/console/search", "nav.search"),
            ("/console/flags", "nav.flags"),
            ("/console/transfers", "nav.transfers"),
            ("/console/team", "nav.team"),
            ("/console/figures", "nav.figures"),
            ("/console/absences", "nav.absences"),
            ("/console/messages", "nav.messages"),
            ("/console/screening", "nav.screening"),
        ],
        Role::SupervisionOfficer => vec![
            ("/console", "nav.today"),
            ("/console/search", "nav.search"),
            ("/console/flags", "nav.flags"),
            ("/console/transfers", "nav.transfers"),
            ("/console/absences", "nav.absences"),
            ("/console/figures", "nav.figures"),
            ("/console/screening", "nav.screening"),
        ],
        Role::Aice => vec![
            ("/console", "nav.today"),
            ("/console/search", "nav.search"),
            ("/console/flags", "nav.flags"),
            ("/console/signals", "nav.signals"),
            ("/console/screening", "nav.screening"),
        ],
        Role::OmOfficer | Role::Tbkk => vec![
            ("/console", "nav.today"),
            ("/console/search", "nav.search"),
            ("/console/flags", "nav.flags"),
            ("/console/proposals", "nav.proposals"),
            ("/console/screening", "nav.screening"),
        ],
        Role::ApAuditor => vec![
            ("/console", "nav.today"),
            ("/console/watch", "nav.watch"),
            ("/console/evaluation", "nav.evaluation"),
            ("/console/proposals", "nav.proposals"),
            ("/console/screening", "nav.screening"),
        ],
        Role::Evaluator => vec![
            ("/console", "nav.today"),
            ("/console/evaluation", "nav.evaluation"),
            ("/console/screening", "nav.screening"),
        ],
        Role::PrivacyOfficer => vec![
            ("/console", "nav.today"),
            ("/console/evaluation", "nav.evaluation"),
            ("/console/figures", "nav.figures"),
            ("/console/rights-requests", "nav.rights"),
            ("/console/watch", "nav.watch"),
            ("/console/help-requests", "nav.helpRequests"),
            ("/console/ecris-requests", "nav.ecris"),
            ("/console/screening", "nav.screening"),
        ],
        Role::Justid => vec![("/console", "nav.today"), ("/console/ecris-requests", "nav.ecris")],
        Role::Lirc => vec![("/console", "nav.today"), ("/console/proposals", "nav.proposals")],
        Role::AdminTech => vec![("/console", "nav.today"), ("/console/messages", "nav.messages")],
        Role::Dji | Role::Justis | Role::Mayor => {
            vec![("/console", "nav.today")]
        }
    };
    known.into_iter().map(|(address, name)| Place { address, name, here: address == path }).collect()
}
