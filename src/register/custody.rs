//! Spells of custody: they stop the short clocks.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fact::FactBody;
use super::file::NewFact;
use super::record::{self, FactAnswer};
use super::refusal::{FieldError, Refusal};
use crate::access::{Action, Ctx};
use crate::app::App;
use crate::ids::RegistrationId;
use crate::law;
use crate::text_enum;
use crate::vocabulary::Role;

text_enum! {
    /// Kinds of custody the rules distinguish.
    pub enum CustodyKind {
        /// Remand in custody.
        Remand => "remand",
        /// Serving a sentence in prison.
        Prison => "prison",
        /// Detention in a children detention school.
        DetentionSchool => "detention_school",
        /// Temporary release from prison.
        TemporaryRelease => "temporary_release",
    }
}

/// A spell of custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustodyInput {
    /// What kind.
    pub kind: CustodyKind,
    /// Day of entry.
    pub from: NaiveDate,
    /// Day of release, also when it is only planned; absent while it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl CustodyInput {
    /// Everything that is wrong with it.
    pub fn faults(&self, pointer: &str) -> Vec<FieldError> {
        let backwards = self.until.is_some_and(|until| until < self.from);
        let fault = backwards
            .then(|| FieldError::new(format!("{pointer}/until"), "before_from", "The release lies before the entry."));
        fault.into_iter().collect()
    }

    /// As the law engine reads it.
    pub fn to_law(&self) -> law::Custody {
        law::Custody {
            id: None,
            kind: match self.kind {
                CustodyKind::Remand => law::CustodyKind::Remand,
                CustodyKind::Prison => law::CustodyKind::Prison,
                CustodyKind::DetentionSchool => law::CustodyKind::DetentionSchool,
                CustodyKind::TemporaryRelease => law::CustodyKind::TemporaryRelease,
            },
            from: self.from,
            until: self.until,
        }
    }
}

/// Records a spell of custody. From the prison service or the execution authority it counts as verified; an officer's
/// word waits for one of them to confirm it, but the clock stops all the same.
///
/// # Errors
/// Every invalid field; or what is in the way.
pub async fn add(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    custody: CustodyInput,
) -> Result<FactAnswer, Refusal> {
    let verified = matches!(ctx.actor.role, Role::Dji | Role::Aice);
    record::facts(app, ctx, registration, Action::FactRecordCustody, move |_, _| {
        Refusal::unless_empty(custody.faults(""))?;
        let fact = NewFact::new(FactBody::Custody { custody: custody.to_law() });
        Ok(if verified { fact.verified() } else { fact })
    })
    .await
}
