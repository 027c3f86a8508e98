//! What people and systems read of a registration. Every reading is audited before it is answered.

mod access_log;
mod agenda;
mod duty;
mod explained;
mod flag;
mod identity;
mod notification;
mod registration;
mod reminder;
mod search;
mod self_audit;
mod trip;

pub use access_log::{AccessEntry, AccessLog, Who, access_log};
pub use agenda::{Agenda, AgendaItem, FlagLabel, agenda, file_names, flag_labels};
pub use duty::{DutyDetail, DutyEvidence, DutyList, DutyStory, DutySummary, DutyVersionView, duties, duty};
pub use explained::{ExplainedDuty, explained_duties};
pub use flag::{ContactAttempt, CustodySpell, FlagDetail, FlagFilter, FlagPage, FlagSummary, OutageView, flag, flags};
pub(in crate::register) use flag::{Evidence, evidence};
pub use identity::{StatedIdentity, stated_identity};
pub use notification::{
    AttemptPage, AttemptView, FactList, FactView, NotificationDetail, NotificationPage, NotificationSummary,
    TravelPlan, TravelPlanList, attempt_receipt, attempts, facts, notification, notification_receipt, notifications,
    travel_plans,
};
pub(crate) use notification::{cut, fact_view};
pub(crate) use registration::with_duties;
pub use registration::{
    OwnRegistrations, PeriodView, RegistrationPage, RegistrationSummary, RegistrationView, StoredNames, Whose, me, own,
    registration,
};
pub(crate) use reminder::reminders_of;
pub use reminder::{DeliveryView, ReminderList, ReminderOfDuty, ReminderView, reminders};
pub use search::{Search, SearchFilter, search};
pub use self_audit::{SelfAuditFinding, SelfAuditView, last_self_audit};
pub use trip::{Trip, trip, trips};

use crate::vocabulary::Language;

/// The most entries on one page.
pub const PAGE: i64 = 100;

/// A sentence in both languages of the people this is for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Both {
    /// Dutch.
    pub nl: Vec<String>,
    /// English.
    pub en: Vec<String>,
}

impl Both {
    /// Explanation steps, in both languages.
    pub fn explained(steps: &[law::Step]) -> Self {
        use crate::law::explain;
        Self { nl: explain::render(steps, explain::Language::Nl), en: explain::render(steps, explain::Language::En) }
    }

    /// One line in both languages.
    pub fn line(nl: &str, en: &str) -> Self {
        Self { nl: vec![nl.to_owned()], en: vec![en.to_owned()] }
    }

    /// The lines in one language.
    pub fn in_language(&self, language: Language) -> &[String] {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}
