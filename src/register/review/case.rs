//! The frame of one step: the flag with its file, whether the actor may, whether the flag is still what the actor
//! read, the row that tells of the step, and the term that begins with it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::life::{Ground, Kept, Life, NotNow, Step};
use super::policy::TermOf;
use crate::access::{self, Action, Ctx, Subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::{Now, UtcTime};
use crate::ids::{AccountId, FlagId};
use crate::register::permit::subject_of;
use crate::register::view::FlagSummary;
use crate::register::{FieldError, Refusal, file, unit};
use crate::store::flags::flag_find;
use crate::store::registrations::registration_find;
use crate::store::review::{FlagMoved, FlagStepRow, flag_escalated_at};
use crate::store::rows::{FlagRow, RegistrationRow};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{Excuse, FlagOutcome, FlagState, FlagStepKind, HandOverReason};

/// What is wrong with words that somebody must give.
pub(super) fn words_fault(pointer: &str, text: &str) -> Option<FieldError> {
    let length = text.trim().chars().count();
    (!(3..=2_000).contains(&length))
        .then(|| FieldError::new(pointer, "wrong_length", "Say it in 3 to 2,000 characters."))
}

/// What is kept of a step in words, encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Words {
    /// Why.
    pub reason: String,
    /// On what evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// What a step says besides what it changes.
#[derive(Debug, Clone, Default)]
pub(super) struct Note {
    pub words: Option<Words>,
    pub basis_id: Option<String>,
    pub excuse: Option<Excuse>,
    pub hand_over: Option<HandOverReason>,
}

impl Note {
    /// With a reason alone.
    pub fn because(reason: &str) -> Self {
        Self { words: Some(Words { reason: reason.trim().to_owned(), evidence: None }), ..Self::default() }
    }

    /// About something that has words of its own.
    pub fn about(id: impl std::fmt::Display) -> Self {
        Self { basis_id: Some(id.to_string()), ..Self::default() }
    }
}

/// Who takes a step, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// `None`: the program.
    pub by: Option<AccountId>,
    pub now: Now,
}

/// A flag on its way from one step to the next.
pub(super) struct Case<'a> {
    /// As it is to be.
    pub flag: FlagRow,
    /// The registration it is about.
    pub registration: RegistrationRow,
    /// What is written besides the flag and its steps.
    pub writes: WriteSet,
    app: &'a App,
    taken: Taken,
    strongbox: Option<&'a Strongbox>,
}

impl<'a> Case<'a> {
    /// A flag as it was read.
    pub fn new(
        app: &'a App,
        taken: Taken,
        flag: FlagRow,
        registration: RegistrationRow,
        strongbox: Option<&'a Strongbox>,
    ) -> Self {
        Self { flag, registration, writes: WriteSet::default(), app, taken, strongbox }
    }

    /// The running system.
    pub fn app(&self) -> &'a App {
        self.app
    }

    /// The personal data of the person, opened.
    ///
    /// # Errors
    /// [`Refusal::Keys`] for a step of the program, which opens none.
    pub fn strongbox(&self) -> Result<&'a Strongbox, Refusal> {
        self.strongbox.ok_or_else(|| Refusal::Keys("words without a key to keep them under".to_owned()))
    }

    /// The legal instant of the step.
    pub fn at(&self) -> UtcTime {
        self.taken.now.legal
    }

    /// The legal day.
    pub fn today(&self) -> NaiveDate {
        self.taken.now.today(self.registration.regime.zone())
    }

    /// Where the flag is.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when the row is no life, which the database does not allow.
    pub fn life(&self) -> Result<Life, Refusal> {
        life_of(&self.flag).ok_or_else(|| Refusal::Rules(format!("flag {} is in no state", self.flag.id)))
    }

    /// Takes a step of the machine and tells of it. A new term begins.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] with the code of [`NotNow`].
    pub fn advance(&mut self, step: Step, kind: FlagStepKind, note: Note) -> Result<(), Refusal> {
        let from = self.flag.state;
        let life = self.life()?.after(step, ground_of(&self.flag))?;
        let kept = Kept::from(life);
        let flag = &mut self.flag;
        flag.state = kept.state;
        flag.outcome = kept.outcome;
        flag.proposed_by = kept.proposed_by;
        flag.decided_by = kept.decided_by;
        flag.answered = kept.answered;
        flag.snoozed_until = None;
        if kept.outcome.is_none() {
            flag.basis_id = None;
        } else if let Some(basis) = &note.basis_id
            && kept.state == FlagState::Proposed
        {
            flag.basis_id = Some(basis.clone());
        }
        let outcome = kept.outcome.or(self.outcome_of(step));
        self.begin_term(TermOf::Flag(life));
        self.tell(kind, from, outcome, note)
    }

    /// Tells of a step that leaves the state as it is; the term runs on.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when its words cannot be encrypted.
    pub fn note(&mut self, kind: FlagStepKind, note: Note) -> Result<(), Refusal> {
        self.tell(kind, self.flag.state, self.flag.outcome, note)
    }

    /// Tells of a step that leaves the state as it is, with which another term begins.
    ///
    /// # Errors
    /// As [`Case::note`].
    pub fn pause(&mut self, kind: FlagStepKind, of: TermOf, note: Note) -> Result<(), Refusal> {
        self.begin_term(of);
        self.note(kind, note)
    }

    /// Encrypts what is kept in the column `content_enc` of a row, under the key of the person.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be encrypted.
    pub fn seal<T: Serialize>(&self, table: &str, row: &str, content: &T) -> Result<String, Refusal> {
        self.strongbox()?.seal(table, "content_enc", row, content)
    }

    /// The number of the step that is told next.
    pub fn next_step(&self) -> i64 {
        self.flag.last_step + 1
    }

    fn begin_term(&mut self, of: TermOf) {
        self.flag.term_step = self.next_step();
        self.flag.due_on = self.app.review.last_day(of, self.today(), self.app.rules.calendar());
    }

    /// A rejected proposal is told with its outcome, although the flag has none any more.
    fn outcome_of(&self, step: Step) -> Option<FlagOutcome> {
        match step {
            Step::Propose(outcome, _) => Some(outcome),
            Step::TakeUp
            | Step::AwaitEvidence
            | Step::ReceiveEvidence
            | Step::Confirm(_)
            | Step::Reject(_)
            | Step::HandOver
            | Step::Acknowledge
            | Step::Answer
            | Step::Close
            | Step::Reopen => None,
        }
    }

    fn tell(
        &mut self,
        kind: FlagStepKind,
        from: FlagState,
        outcome: Option<FlagOutcome>,
        note: Note,
    ) -> Result<(), Refusal> {
        let seq = self.next_step();
        let place = format!("{}/{seq}", self.flag.id);
        let content_enc = note.words.as_ref().map(|words| self.seal("flag_steps", &place, words)).transpose()?;
        self.writes.flag_steps.push(FlagStepRow {
            flag_id: self.flag.id,
            seq,
            kind,
            from_state: from,
            to_state: self.flag.state,
            outcome,
            basis_id: note.basis_id,
            excuse: note.excuse,
            owner_id: self.flag.owner_id,
            actor_id: self.taken.by,
            taken_on: self.today(),
            taken_at: self.taken.now.legal,
            content_enc,
            hand_over: note.hand_over,
            due_on: self.flag.due_on,
        });
        self.flag.last_step = seq;
        Ok(())
    }

    /// Everything that was decided on, and the flag as it will be.
    pub fn done(self) -> (WriteSet, FlagRow) {
        let Self { flag, mut writes, taken, .. } = self;
        let after = FlagRow { version: flag.version + 1, updated_at: taken.now.legal, ..flag.clone() };
        writes.changes.push(Box::new(FlagMoved { row: flag, at: taken.now.legal }));
        (writes, after)
    }
}

/// The life a row amounts to.
pub(super) fn life_of(flag: &FlagRow) -> Option<Life> {
    let kept = Kept {
        state: flag.state,
        outcome: flag.outcome,
        proposed_by: flag.proposed_by,
        decided_by: flag.decided_by,
        answered: flag.answered,
    };
    kept.life()
}

/// How the facts stand on which a flag rests.
pub(super) fn ground_of(flag: &FlagRow) -> Ground {
    match (flag.open_disputes, flag.fact_disputed) {
        (1.., _) => Ground::UnderDispute,
        (_, true) => Ground::Disputed,
        (_, false) => Ground::Firm,
    }
}

impl From<NotNow> for Refusal {
    fn from(why: NotNow) -> Self {
        Self::Conflict { code: why.code(), detail: why.detail() }
    }
}

/// Who and what a flag is to the access decision. Its owner keeps it in sight when the file went to somebody else, and
/// so does the owner's team.
pub fn subject_of_flag(flag: &FlagRow, registration: &RegistrationRow, ctx: &Ctx) -> Subject {
    let file = subject_of(registration, ctx);
    Subject {
        officer: if flag.owner_id == ctx.actor.account { flag.owner_id } else { file.officer },
        team: if ctx.actor.team == Some(flag.team_id) { flag.team_id } else { file.team },
        asked_by: flag.proposed_by,
        ..file
    }
}

/// Takes one step on a flag that is still what the actor read: `version` is the one that was.
///
/// # Errors
/// [`Refusal::NotFound`] and [`Refusal::Forbidden`] by the matrix; [`Refusal::VersionMoved`] when somebody was first;
/// whatever `work` refuses.
pub(super) async fn step<F>(
    app: &App,
    ctx: &Ctx,
    action: Action,
    flag: FlagId,
    version: i64,
    mut work: F,
) -> Result<FlagSummary, Refusal>
where
    F: FnMut(&mut Case<'_>, &mut Conn) -> Result<(), Refusal> + Send + 'static,
{
    let Some(row) = app.store.read(move |conn| flag_find(conn, flag)).await.map_err(Refusal::Store)? else {
        return unit::read(app, ctx, Deed::of(action, ObjectRef::flag(flag)), |_| Err(Refusal::NotFound)).await;
    };
    let deed = Deed::on(action, ObjectRef::flag(flag), row.registration_id);
    let strongbox = file::strongbox(app, ctx, row.registration_id, &deed).await?;
    let (unit_app, unit_ctx, sealed) = (app.clone(), ctx.clone(), strongbox.clone());
    let scope = Scope::Registration(row.registration_id);
    unit::write(app, ctx, scope, deed, Some(strongbox), move |conn| {
        let row = flag_find(conn, flag)?.ok_or(Refusal::NotFound)?;
        let registration = registration_find(conn, row.registration_id)?.ok_or(Refusal::NotFound)?;
        let subject = subject_of_flag(&row, &registration, &unit_ctx);
        access::decide(&unit_ctx.actor, action, &subject, unit_ctx.purpose).allowed()?;
        if row.version != version {
            return Err(Refusal::VersionMoved);
        }
        let term_before = row.term_step;
        let escalated = flag_escalated_at(conn, std::slice::from_ref(&row))?.remove(&flag);
        let taken = Taken { by: Some(unit_ctx.actor.account), now: unit_ctx.now };
        let mut case = Case::new(&unit_app, taken, row, registration, Some(&sealed));
        work(&mut case, conn)?;
        let today = case.today();
        let (writes, after) = case.done();
        let escalated = escalated.filter(|_| after.term_step == term_before);
        Ok(Decided::new(writes, FlagSummary::of(&after, escalated, today)))
    })
    .await
}
