//! The bar at the head of every page about a person: who, status, period, the next legal deadline and why.

use chrono::NaiveDate;

use crate::access::{self, Action, Actor, Ctx, Subject, colleagues};
use crate::console::visit::Member;
use crate::ids::RegistrationId;
use crate::register::view::{DutySummary, ExplainedDuty, RegistrationView};
use crate::register::{Refusal, view};
use crate::rights::requests;
use crate::texts::Texts;
use crate::vocabulary::{DutyStatus, Purpose};

/// The pages about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Duties and calendar.
    Overview,
    /// Journeys.
    Travel,
    /// Supervision orders beside the register.
    Supervision,
    /// Everything that happened.
    Timeline,
    /// The home, how it was verified, and visits to it.
    Home,
    /// The contact log.
    Contacts,
    /// Notes.
    Notes,
    /// Documents.
    Documents,
    /// The team that supervises, and offers to another.
    Transfers,
    /// Who somebody is.
    Identity,
    /// Risk assessments, convictions from abroad, signals.
    Beside,
    /// Passport proposals, warning notices, who was told of journeys.
    Proposals,
    /// What the person asks as their right.
    Rights,
    /// Recording a report.
    Record,
}

impl Tab {
    const ALL: [Self; 14] = [
        Self::Overview,
        Self::Travel,
        Self::Supervision,
        Self::Timeline,
        Self::Home,
        Self::Contacts,
        Self::Notes,
        Self::Documents,
        Self::Transfers,
        Self::Identity,
        Self::Beside,
        Self::Proposals,
        Self::Rights,
        Self::Record,
    ];

    /// Its address, behind that of the file.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Travel => "/travel",
            Self::Supervision => "/supervision",
            Self::Timeline => "/timeline",
            Self::Home => "/home",
            Self::Contacts => "/contacts",
            Self::Notes => "/notes",
            Self::Documents => "/documents",
            Self::Transfers => "/transfers",
            Self::Identity => "/identity",
            Self::Beside => "/beside",
            Self::Proposals => "/proposals",
            Self::Rights => "/rights",
            Self::Record => "/record",
        }
    }

    /// The key of its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overview => "bar.overview",
            Self::Travel => "bar.travel",
            Self::Supervision => "bar.supervision",
            Self::Timeline => "bar.timeline",
            Self::Home => "bar.home",
            Self::Contacts => "bar.contacts",
            Self::Notes => "bar.notes",
            Self::Documents => "bar.documents",
            Self::Transfers => "bar.transfers",
            Self::Identity => "bar.identity",
            Self::Beside => "bar.beside",
            Self::Proposals => "bar.proposals",
            Self::Rights => "bar.rights",
            Self::Record => "bar.record",
        }
    }

    /// The key on the keyboard that goes there.
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Record => Some("r"),
            Self::Overview
            | Self::Travel
            | Self::Supervision
            | Self::Timeline
            | Self::Home
            | Self::Contacts
            | Self::Notes
            | Self::Documents
            | Self::Transfers
            | Self::Identity
            | Self::Beside
            | Self::Proposals
            | Self::Rights => None,
        }
    }

    /// What its reader must be allowed to do: one of these.
    const fn needs(self) -> &'static [Action] {
        match self {
            Self::Overview => &[Action::RegistrationRead],
            Self::Travel => &[Action::NotificationRead],
            Self::Supervision => &[Action::SupervisionRead],
            Self::Timeline => &[Action::TimelineRead],
            Self::Home => &[Action::AddressVerificationRead],
            Self::Contacts => &[Action::ContactLogRead],
            Self::Notes => &[Action::NoteRead],
            Self::Documents => &[Action::DocumentRead],
            Self::Transfers => &[Action::TransferRead],
            Self::Identity => &[Action::MergeRead, Action::ChainNumberRead, Action::DeathRecord],
            Self::Beside => &[Action::RiskAssessmentRead, Action::ForeignConvictionRead, Action::SignalReadMatched],
            Self::Proposals => &[Action::WarningNoticeRead, Action::PassportProposalRead, Action::TravelNoticeRead],
            Self::Rights => &[Action::RightsRequestRead],
            Self::Record => &[Action::NotificationCreateOnBehalf],
        }
    }
}

/// The bar.
pub struct Bar {
    /// The registration.
    pub registration: RegistrationView,
    /// The name.
    pub name: String,
    /// The age today.
    pub age: u32,
    /// Who supervises.
    pub officer: String,
    /// The next deadline, with the reasons.
    pub next: Option<Next>,
    /// Where one is.
    pub tab: Tab,
    /// Whether a restriction is in force: what is known is used for the duties of the law only.
    pub restricted: bool,
    /// Today.
    pub today: NaiveDate,
    /// Who looks.
    viewer: Actor,
    /// Why.
    purpose: Option<Purpose>,
}

/// The next deadline.
pub struct Next {
    /// The duty.
    pub duty: DutySummary,
    /// Why, in one sentence: what gave rise to it. Empty for whoever may not read duties.
    pub why: String,
}

/// What a page about a person begins with.
pub struct Head {
    /// The bar.
    pub bar: Bar,
    /// Every duty.
    pub duties: Vec<ExplainedDuty>,
}

impl Head {
    /// Reads it: the file first, so that whoever may not see it is refused once; then the duties, for whoever may see
    /// them.
    ///
    /// # Errors
    /// Whatever keeps the reader from the file.
    pub async fn read(member: &Member<'_>, id: RegistrationId, tab: Tab, t: &Texts) -> Result<Self, Refusal> {
        let (app, ctx) = (member.app(), member.ctx());
        let registration = view::registration(app, &ctx, id).await?;
        let duties = match registration.allows(&ctx, Action::DutyRead) {
            true => view::explained_duties(app, &ctx, id).await?,
            false => Vec::new(),
        };
        let today = ctx.today(registration.regime.zone());
        let restricted = requests::is_restricted(app, id).await?;
        let names = colleagues::names(app, &ctx, vec![registration.officer_id]).await?;
        let officer = names.get(&registration.officer_id).cloned().unwrap_or_default();
        let next = registration.next_duty.clone().map(|duty| {
            let explained = duties.iter().find(|explained| explained.summary.id == duty.id);
            // The explanation begins with what gave rise to the duty.
            let why = explained.and_then(|duty| duty.version.explanation.in_language(t.language).first());
            Next { why: why.cloned().unwrap_or_default(), duty }
        });
        let age = today.years_since(registration.birth_date).unwrap_or_default();
        let name = registration.name.full();
        let Ctx { actor: viewer, purpose, .. } = ctx;
        Ok(Self {
            bar: Bar { name, age, officer, next, tab, restricted, today, registration, viewer, purpose },
            duties,
        })
    }
}

impl Bar {
    /// The address of a page about the person.
    pub fn address(&self, rest: &str) -> String {
        format!("/console/registrations/{}{rest}", self.registration.id)
    }

    /// Whether whoever looks may do this to the file, by the one access decision.
    pub fn may(&self, action: Action) -> bool {
        self.may_about(action, &self.registration.subject())
    }

    /// The same for something about the file, such as what somebody proposed.
    pub fn may_about(&self, action: Action, subject: &Subject) -> bool {
        access::decide(&self.viewer, action, subject, self.purpose).allowed().is_ok()
    }

    /// The pages whoever looks may open.
    pub fn tabs(&self) -> impl Iterator<Item = Tab> {
        Tab::ALL.into_iter().filter(|tab| tab.needs().iter().any(|action| self.may(*action)))
    }
}

/// How somebody complies, in one line of plain words.
pub fn compliance(duties: &[ExplainedDuty], t: &Texts) -> String {
    let count = |wanted: DutyStatus| duties.iter().filter(|duty| duty.summary.status == wanted).count();
    let (met, late, overdue, open) =
        (count(DutyStatus::Met), count(DutyStatus::MetLate), count(DutyStatus::Overdue), count(DutyStatus::Open));
    let mut parts = Vec::new();
    if met + late + overdue + open == 0 {
        return t.say("compliance.nothing").to_owned();
    }
    if overdue > 0 {
        parts.push(t.count("compliance.overdue", overdue));
    }
    if open > 0 {
        parts.push(t.count("compliance.open", open));
    }
    match (met, late) {
        (0, 0) => {}
        (met, 0) => parts.push(t.count("compliance.allInTime", met)),
        (met, late) => parts.push(t.two("compliance.late", late, met + late)),
    }
    parts.join(" ")
}
