//! The steps of a proposal, as they are offered and asked. What a page offers is where one would go from there; whether a
//! step fits is for its use case to say.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::file::does;
use crate::access::Action;
use crate::console::form::{Builder, Control, Form, to_json};
use crate::console::posted::Posted;
use crate::instruments::notice::WithdrawalReason;
use crate::instruments::passport::{DocumentDecision, EndReason};
use crate::register::FieldError;
use crate::text_enum;
use crate::texts::Texts;
use crate::vocabulary::{ProposalStanding, Role};

text_enum! {
    /// What can be done with a warning notice.
    pub enum WarningMove {
        /// The draft is written anew.
        Amend => "amended",
        /// It is put before the Interpol bureau.
        Propose => "proposed",
        /// Something in it turned out wrong.
        Correct => "corrected",
        /// It is withdrawn.
        Withdraw => "withdrawn",
        /// More is wanted.
        Return => "returned",
        /// It is not issued.
        Refuse => "refused",
        /// It is issued.
        Issue => "issued",
        /// Every recipient was told.
        Inform => "recipientsInformed",
        /// It goes on.
        Extend => "extended",
    }
}

impl WarningMove {
    /// What whoever does it must be allowed to do.
    pub const fn action(self) -> Action {
        match self {
            Self::Amend | Self::Propose | Self::Correct | Self::Withdraw => Action::WarningNoticeRecord,
            Self::Return | Self::Refuse | Self::Issue | Self::Inform | Self::Extend => Action::WarningNoticeDecide,
        }
    }

    /// Whether the whole content is written.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Amend | Self::Correct)
    }

    /// What a role is offered where a notice stands; `waiting` says that recipients have something to be told.
    pub fn offered(role: Role, state: ProposalStanding, waiting: bool) -> Vec<Self> {
        let steps: &[Self] = match state {
            ProposalStanding::Draft => &[Self::Amend, Self::Propose, Self::Withdraw],
            ProposalStanding::Proposed => &[Self::Issue, Self::Return, Self::Refuse, Self::Withdraw],
            ProposalStanding::Issued => &[Self::Correct, Self::Inform, Self::Extend, Self::Withdraw],
            ProposalStanding::Withdrawn | ProposalStanding::Expired => &[Self::Inform],
            ProposalStanding::Requested
            | ProposalStanding::NotEntered
            | ProposalStanding::Active
            | ProposalStanding::GroundLapsed
            | ProposalStanding::Removed
            | ProposalStanding::Refused => &[],
        };
        let of_bureau = |step: Self| matches!(step, Self::Issue | Self::Inform | Self::Extend);
        let fits = |step: &Self| {
            does(role, step.action()) && (role == Role::Lirc || !of_bureau(*step)) && (waiting || *step != Self::Inform)
        };
        steps.iter().copied().filter(fits).collect()
    }
}

text_enum! {
    /// What can happen to a passport proposal.
    pub enum PassportMove {
        /// The draft is written anew.
        Amend => "amended",
        /// The prosecutor asks.
        Request => "requested",
        /// The draft or the request is withdrawn.
        Withdraw => "withdrawn",
        /// The person is entered.
        Enter => "entered",
        /// The request is turned down.
        TurnDown => "notEntered",
        /// The person is told.
        Inform => "personInformed",
        /// The person objects.
        Object => "objectionReceived",
        /// The objection is decided on.
        Decide => "objectionDecided",
        /// The request is renewed.
        Renew => "renewed",
        /// The ground is gone.
        Lapse => "groundLapsed",
        /// The entry is removed.
        Remove => "removed",
        /// The document is withheld.
        Withhold => "documentWithheld",
        /// The document is forwarded.
        Forward => "documentForwarded",
        /// The document is given back.
        GiveBack => "documentReturned",
        /// The issuing authority decides.
        DecideDocument => "documentDecided",
    }
}

impl PassportMove {
    /// What a role is offered where a proposal stands, by what else the rules say of it.
    pub fn offered(role: Role, state: ProposalStanding, proposal: &Value) -> Vec<Self> {
        if !does(role, Action::PassportProposalDecide) {
            return Vec::new();
        }
        let mut steps: Vec<Self> = match state {
            ProposalStanding::Draft => vec![Self::Amend, Self::Request, Self::Withdraw],
            ProposalStanding::Requested => vec![Self::Enter, Self::TurnDown, Self::Withdraw],
            ProposalStanding::Active => vec![Self::Renew, Self::Lapse, Self::Remove, Self::DecideDocument],
            ProposalStanding::GroundLapsed => vec![Self::Remove],
            ProposalStanding::NotEntered
            | ProposalStanding::Removed
            | ProposalStanding::Proposed
            | ProposalStanding::Refused
            | ProposalStanding::Issued
            | ProposalStanding::Withdrawn
            | ProposalStanding::Expired => Vec::new(),
        };
        let asked = !matches!(state, ProposalStanding::Draft | ProposalStanding::Withdrawn);
        if asked && proposal["personInformedOn"].is_null() {
            steps.push(Self::Inform);
        }
        let objection = &proposal["objection"];
        match objection.is_object() && objection["decidedOn"].is_null() {
            true => steps.push(Self::Decide),
            false if matches!(state, ProposalStanding::Requested | ProposalStanding::Active) => {
                steps.push(Self::Object);
            }
            false => {}
        }
        let held = &proposal["withheld"];
        match held.is_object() && held["forwardedOn"].is_null() && held["returnedOn"].is_null() {
            true => steps.extend([Self::Forward, Self::GiveBack]),
            false if state == ProposalStanding::Active => steps.push(Self::Withhold),
            false => {}
        }
        steps
    }
}

/// What a step asks besides its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// Why a warning is withdrawn.
    Withdrawal,
    /// Whether the data were checked, and until when.
    Issue,
    /// Until when.
    End,
    /// Whether the person was right.
    Verdict,
    /// Why the ground is gone.
    Lapse,
    /// What became of the document.
    Document,
}

impl From<WarningMove> for Asks {
    fn from(step: WarningMove) -> Self {
        match step {
            WarningMove::Withdraw => Self::Withdrawal,
            WarningMove::Issue => Self::Issue,
            WarningMove::Extend => Self::End,
            WarningMove::Amend
            | WarningMove::Propose
            | WarningMove::Correct
            | WarningMove::Return
            | WarningMove::Refuse
            | WarningMove::Inform => Self::Nothing,
        }
    }
}

impl From<PassportMove> for Asks {
    fn from(step: PassportMove) -> Self {
        match step {
            PassportMove::Decide => Self::Verdict,
            PassportMove::Lapse => Self::Lapse,
            PassportMove::DecideDocument => Self::Document,
            PassportMove::Amend
            | PassportMove::Request
            | PassportMove::Withdraw
            | PassportMove::Enter
            | PassportMove::TurnDown
            | PassportMove::Inform
            | PassportMove::Object
            | PassportMove::Renew
            | PassportMove::Remove
            | PassportMove::Withhold
            | PassportMove::Forward
            | PassportMove::GiveBack => Self::Nothing,
        }
    }
}

impl Asks {
    /// The form.
    pub fn form(self, t: &Texts, values: &Posted, faults: &[FieldError]) -> Form {
        let mut form = Builder::new(t, values, faults);
        form.field_as("on", "proposalOn", Control::Date);
        let codes = |all: Vec<&'static str>, words: &str| -> Vec<(String, String)> {
            all.into_iter().map(|code| (code.to_owned(), t.word(words, code).to_owned())).collect()
        };
        match self {
            Self::Nothing => {}
            Self::Withdrawal => {
                let all = codes(WithdrawalReason::ALL.iter().map(|one| one.as_str()).collect(), "withdrawalReason");
                form.select_as("reason", "proposalReason", &all);
            }
            Self::Issue => {
                form.radios_as("qualityChecked", "qualityChecked", "yesNo", &["true", "false"]);
                form.field_as("expiresOn", "proposalEnd", Control::Date).optional();
            }
            Self::End => {
                form.field_as("expiresOn", "proposalEnd", Control::Date).optional();
            }
            Self::Verdict => {
                form.radios_as("upheld", "objectionUpheld", "yesNo", &["true", "false"]);
            }
            Self::Lapse => {
                let all = codes(EndReason::ALL.iter().map(|one| one.as_str()).collect(), "endReason");
                form.select_as("reason", "proposalReason", &all);
            }
            Self::Document => {
                let all = codes(DocumentDecision::ALL.iter().map(|one| one.as_str()).collect(), "documentDecision");
                form.select_as("decision", "documentDecision", &all);
            }
        }
        form.finish()
    }

    /// What was typed as the step `kind` of the use case, with what is missing.
    pub fn body(self, kind: &str, values: &Posted) -> (Value, Vec<FieldError>) {
        let mut body = to_json(values);
        body["type"] = json!(kind);
        for name in ["qualityChecked", "upheld"] {
            if let Ok(yes) = values.text(name).parse::<bool>() {
                body[name] = json!(yes);
            }
        }
        let needed: &[&str] = match self {
            Self::Nothing | Self::End => &["on"],
            Self::Withdrawal | Self::Lapse => &["on", "reason"],
            Self::Issue => &["on", "qualityChecked"],
            Self::Verdict => &["on", "upheld"],
            Self::Document => &["on", "decision"],
        };
        let blank = needed.iter().filter(|name| values.get(name).is_none());
        let mut faults: Vec<FieldError> =
            blank.map(|name| FieldError::new(format!("/{name}"), "required", "This is required.")).collect();
        for name in ["on", "expiresOn"] {
            let day = body[name].as_str().filter(|day| day.parse::<NaiveDate>().is_err());
            faults.extend(day.map(|_| FieldError::new(format!("/{name}"), "not_a_date", "This is no day.")));
        }
        (body, faults)
    }
}
