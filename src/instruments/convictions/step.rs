//! Why an intake, an answer or passing on comes to what it comes to: codes with parameters, and their words.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::answer::{RequestPurpose, Supply};
use super::follow::{TellWhat, Verification};
use super::intake::{Channel, Member};
use super::pass_on::{Block, Recipient};
use crate::grounds::Words;
use crate::purpose::{Need, Use};

/// One step. `fact` is the id of a fact in the register.
#[expect(missing_docs, reason = "the parameters of a step are described with the step")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Step {
    /// How it became known, and when.
    CameThrough { channel: Channel, received: NaiveDate },
    /// ECRIS-TCN is not in operation.
    TcnNotInOperation { provision: String },
    /// A register of sex offenders is not among the purposes of the law.
    RegisterNotListed { provision: String },
    /// The data were supplied for another purpose.
    OtherPurpose { channel: Channel, provision: String },
    /// What the table of purposes says of the register.
    NotForRegister { provision: String },
    /// A notice comes in for Dutch nationals only.
    NoDutchNational { provision: String },
    /// A notice is of a final conviction.
    NotFinal { provision: String },
    /// A notice stands in the criminal record.
    InCriminalRecord { provision: String },
    /// Nobody verified it yet.
    Unverified { provision: String },
    /// It is not known whether it is final.
    FinalityUnknown,
    /// An obligatory member is missing.
    MemberMissing { member: Member, provision: String },
    /// What must be there before the registration may rest on it.
    RegistrationNeeds { need: Need },
    /// Whether a conviction is supplied.
    Supplied { fact: String, supply: Supply, provision: String },
    /// The data serve the purpose asked and are deleted then.
    OnlyPurpose { purpose: RequestPurpose, provision: String },
    /// The identity is incomplete: consult at once.
    IdentityIncomplete { provision: String },
    /// The supplement came; the term begins with it.
    Supplemented { supplemented: NaiveDate },
    /// So many working days after a day.
    Term { days: u32, begins: NaiveDate, provision: String },
    /// The last day.
    Due { due: NaiveDate },
    /// The holidays of this day are not known.
    OutsideCalendar { needed: NaiveDate },
    /// Why it does not go on.
    Blocked { block: Block, provision: String },
    /// It may go on.
    MayGoOn { to: Recipient, purpose: Use },
    /// The recipient is told that nobody verified it.
    MarkUnverified { provision: String },
    /// It was verified.
    VerifiedBy { how: Verification, on: NaiveDate },
    /// It was deleted.
    WasDeleted { on: NaiveDate },
    /// Changes are notified until a day.
    AfterCare { until: NaiveDate, provision: String },
    /// A change came after the end of after-care.
    AfterCareOver { on: NaiveDate, provision: String },
    /// A recipient must still be told.
    MustTell { what: TellWhat, since: NaiveDate },
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/nl.toml"), include_str!("words/en.toml")));

/// The words of the steps.
#[must_use]
pub fn words() -> &'static Words {
    &WORDS
}
