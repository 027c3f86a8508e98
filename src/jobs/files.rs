//! Files as the jobs read them: in chunks, with a handful of statements for each chunk, and birth dates only where
//! they decide something.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::app::App;
use crate::clock::Now;
use crate::ids::{DutyId, PersonId, RegistrationId};
use crate::law;
use crate::register::Refusal;
use crate::register::fact::FactsDocument;
use crate::register::file::birth_date;
use crate::register::reassess::{self, Occasion, Plan, key_of};
use crate::store::duties::duty_list_of_many;
use crate::store::persons::person_find_many;
use crate::store::registrations::registration_find_many;
use crate::store::rows::{DutyRow, PersonRow, RegistrationRow};
use crate::store::{Conn, StoreError};
use crate::vocabulary::DutyKind;

/// A registration with what an assessment needs.
pub struct LiveFile {
    /// The registration.
    pub registration: RegistrationRow,
    /// Its stored duties.
    pub duties: Vec<DutyRow>,
    /// The person, where the job asked for persons or the birth date matters.
    pub person: Option<PersonRow>,
}

/// Loads the files with these ids, in the order of their ids.
///
/// # Errors
/// The store.
pub fn load(conn: &mut Conn, ids: &[RegistrationId], with_persons: bool) -> Result<Vec<LiveFile>, StoreError> {
    let registrations = registration_find_many(conn, ids)?;
    fill(conn, registrations, with_persons)
}

/// Loads what belongs to these registrations.
///
/// # Errors
/// The store.
pub fn fill(
    conn: &mut Conn,
    registrations: Vec<RegistrationRow>,
    with_persons: bool,
) -> Result<Vec<LiveFile>, StoreError> {
    let ids: Vec<RegistrationId> = registrations.iter().map(|row| row.id).collect();
    let mut duties: HashMap<RegistrationId, Vec<DutyRow>> = HashMap::with_capacity(ids.len());
    for duty in duty_list_of_many(conn, &ids)? {
        duties.entry(duty.registration_id).or_default().push(duty);
    }
    let mut wanted: Vec<PersonId> =
        registrations.iter().filter(|row| with_persons || row.needs_birth_date).map(|row| row.person_id).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut persons = BTreeMap::new();
    for chunk in wanted.chunks(1_000) {
        persons.extend(person_find_many(conn, chunk)?.into_iter().map(|row| (row.id, row)));
    }
    Ok(registrations
        .into_iter()
        .map(|registration| LiveFile {
            duties: duties.remove(&registration.id).unwrap_or_default(),
            person: persons.get(&registration.person_id).cloned(),
            registration,
        })
        .collect())
}

impl LiveFile {
    /// The legal day in the zone of its regime.
    pub fn today(&self, now: Now) -> NaiveDate {
        now.today(self.registration.regime.zone())
    }

    /// The last day for which the stored duties were computed: today, or the day before the list changes by time alone
    /// where [`super::advance`] did not come to it yet.
    pub fn brought_up_to(&self, now: Now) -> NaiveDate {
        let today = self.today(now);
        let awaited = self.registration.next_assess_on.filter(|day| *day <= today);
        awaited.and_then(|day| day.pred_opt()).unwrap_or(today)
    }

    /// Plans a new assessment as of today.
    ///
    /// # Errors
    /// As [`LiveFile::plan_as_of`].
    pub fn plan(&self, app: &App, now: Now) -> Result<Plan, Refusal> {
        self.plan_as_of(app, now, self.today(now))
    }

    /// Plans a new assessment as of a day.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when the rules refuse the facts; [`Refusal::Keys`] when a birth date they need cannot be
    /// read.
    pub fn plan_as_of(&self, app: &App, now: Now, on: NaiveDate) -> Result<Plan, Refusal> {
        let document = FactsDocument::parse(&self.registration.facts_doc)?;
        let occasion = Occasion { rules: &app.rules, proposals: &app.proposals, on, now: now.legal };
        reassess::plan(&self.registration, &document, self.birth_date(app)?, &self.duties, occasion)
    }

    /// Assesses as of today, without planning anything.
    ///
    /// # Errors
    /// As [`LiveFile::plan`].
    pub fn assess(&self, app: &App, now: Now) -> Result<law::Assessment, Refusal> {
        let document = FactsDocument::parse(&self.registration.facts_doc)?;
        reassess::assess(&document, self.birth_date(app)?, &app.rules, self.today(now))
    }

    fn birth_date(&self, app: &App) -> Result<Option<NaiveDate>, Refusal> {
        if !self.registration.needs_birth_date {
            return Ok(None);
        }
        let person = self.person.as_ref().ok_or(Refusal::NotFound)?;
        birth_date(person, &app.vault.take_out(&person.data_key_id)?).map(Some)
    }
}

/// A plan with the duties it computed, found by the stored duty they are.
pub struct Verdicts {
    /// What re-assessing changes.
    pub plan: Plan,
    versions: HashMap<DutyId, i64>,
    computed: HashMap<(DutyKind, String, i64), usize>,
}

impl Verdicts {
    /// Arranges a plan.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when a duty has no root that can be named.
    pub fn of(plan: Plan) -> Result<Self, Refusal> {
        let versions = plan.writes.duty_versions.iter().map(|row| (row.duty_id, row.version)).collect();
        let computed = plan
            .assessment
            .duties
            .iter()
            .enumerate()
            .map(|(at, duty)| Ok((key_of(duty)?, at)))
            .collect::<Result<_, Refusal>>()?;
        Ok(Self { plan, versions, computed })
    }

    /// What the rules say today of a stored duty; `None` when they do not know it.
    pub fn of_duty(&self, row: &DutyRow) -> Option<&law::Duty> {
        let at = self.computed.get(&(row.kind, row.root_id.clone(), row.ordinal))?;
        self.plan.assessment.duties.get(*at)
    }

    /// The version a stored duty has once the plan is written.
    pub fn version_of(&self, row: &DutyRow) -> i64 {
        self.versions.get(&row.id).copied().unwrap_or(row.version)
    }

    /// Whether what is stored differs from what the rules say today.
    pub fn is_stale(&self) -> bool {
        !self.plan.writes.is_only_audit()
    }
}
