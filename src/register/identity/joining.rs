//! What a decision to merge or to split does to both registrations: facts, duties, stages, the ways in which the person
//! is found, and the word to whoever was given data.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::event;
use super::takeover::{self, Taken};
use crate::access::{Ctx, Reach};
use crate::app::App;
use crate::ids::{FactId, RegistrationId};
use crate::register::fact::FactBody;
use crate::register::file::{self, File, NewFact, body_of};
use crate::register::reassess::Occasion;
use crate::register::{Refusal, lookups};
use crate::store::facts::fact_list;
use crate::store::flags::{FlagQuery, flag_list};
use crate::store::identity::merges::{MergeRow, MergedFactRow, merged_fact_list};
use crate::store::persons::{LookupsAdded, LookupsRemoved, person_lookup_list};
use crate::store::registrations::RegistrationStaged;
use crate::store::rows::{PersonLookupRow, RegistrationRow};
use crate::store::{Conn, WriteSet};
use crate::vault::Strongbox;
use crate::vocabulary::{FlagState, LookupKind, Stage};

/// What a decision does to both registrations.
pub(super) struct Joining<'a> {
    pub app: &'a App,
    pub ctx: &'a Ctx,
    /// The key of the person of the surviving registration.
    pub ours: &'a Strongbox,
    /// The key of the person of the absorbed one.
    pub theirs: &'a Strongbox,
    /// What it comes to.
    pub writes: WriteSet,
}

impl Joining<'_> {
    fn occasion(&self, file: &File) -> Occasion<'_> {
        Occasion {
            rules: &self.app.rules,
            proposals: &self.app.proposals,
            on: self.ctx.today(file.zone()),
            now: self.ctx.now.legal,
        }
    }

    /// The surviving registration takes over the facts of the absorbed one, which is locked.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] when the two cannot become one any more; [`Refusal::Rules`] when the rules refuse the facts.
    pub fn merge(&mut self, conn: &mut Conn, mut surviving: File, row: &mut MergeRow) -> Result<(), Refusal> {
        let absorbed = File::load(conn, row.absorbed_id)?;
        // Much may have happened since it was proposed.
        refuse_unlike(&surviving.registration, &absorbed.registration)?;
        refuse_open_flags(conn, row.absorbed_id)?;
        row.absorbed_stage = absorbed.registration.stage;
        let left_out: Vec<FactId> = stored(&row.left_out)?;
        let (ours, theirs) = (fact_list(conn, row.surviving_id)?, fact_list(conn, row.absorbed_id)?);
        let taken = takeover::plan(&ours, &theirs, &left_out.into_iter().collect())?;
        let mut facts = Vec::with_capacity(taken.len());
        for fact in taken {
            self.writes.merged_facts.push(MergedFactRow {
                merge_id: row.id,
                fact_id: fact.id,
                origin_id: fact.origin.id,
            });
            facts.push(self.resealed(fact)?);
        }
        let birth_date = file::birth_date(&surviving.person, self.ours)?;
        let occasion = self.occasion(&surviving);
        let mut writes = WriteSet::default();
        surviving.record(self.ctx, conn, facts, Some(birth_date), self.ours, occasion, &mut writes)?;
        self.writes.merge(writes);
        self.stage(row, absorbed.registration.stage, Stage::Removed);
        row.lookups_added = to_stored(&self.found_by_both(conn, &surviving, &absorbed)?)?;
        self.tell(row, "registration.merged");
        Ok(())
    }

    /// A fact of the absorbed registration, under the key of the surviving person.
    fn resealed(&self, taken: Taken<'_>) -> Result<NewFact, Refusal> {
        let Taken { id, body, origin } = taken;
        let content = origin
            .content_enc
            .as_deref()
            .map(|sealed| self.theirs.open("facts", "content_enc", origin.id.as_str(), sealed))
            .transpose()?;
        Ok(NewFact::taken_over(id, body, origin, content))
    }

    /// Makes the surviving person findable as the absorbed one; answers what that added.
    fn found_by_both(
        &mut self,
        conn: &mut Conn,
        surviving: &File,
        absorbed: &File,
    ) -> Result<Vec<(LookupKind, String)>, Refusal> {
        let as_is = |row: PersonLookupRow| (row.kind, row.digest);
        let present: BTreeSet<_> = person_lookup_list(conn, surviving.person.id)?.into_iter().map(as_is).collect();
        let added: Vec<_> = person_lookup_list(conn, absorbed.person.id)?
            .into_iter()
            .map(as_is)
            .filter(|way| !present.contains(way))
            .collect();
        let rows = lookups::as_another(surviving.person.id, added.clone());
        self.writes.changes.push(Box::new(LookupsAdded(rows)));
        Ok(added)
    }

    /// What was taken over is withdrawn, what was locked is opened; both are assessed anew.
    ///
    /// # Errors
    /// [`Refusal::Rules`] when something recorded since rests on what was taken over.
    pub fn split(&mut self, conn: &mut Conn, mut surviving: File, row: &MergeRow) -> Result<(), Refusal> {
        let mut withdrawn = Vec::new();
        let rows = fact_list(conn, row.surviving_id)?;
        for taken in merged_fact_list(conn, row.id)? {
            let Some(last) = rows.iter().rfind(|fact| fact.root_id == taken.fact_id) else { continue };
            if body_of(last)? != FactBody::Withdrawn {
                let why = serde_json::json!({ "merge": row.id });
                withdrawn.push(NewFact::new(FactBody::Withdrawn).correcting(last).verified().with_content(why));
            }
        }
        let birth_date = file::birth_date(&surviving.person, self.ours)?;
        let occasion = self.occasion(&surviving);
        let mut writes = WriteSet::default();
        surviving.record(self.ctx, conn, withdrawn, Some(birth_date), self.ours, occasion, &mut writes)?;
        self.writes.merge(writes);

        let mut absorbed = File::load(conn, row.absorbed_id)?;
        self.stage(row, absorbed.registration.stage, row.absorbed_stage);
        absorbed.registration.stage = row.absorbed_stage;
        let birth_date = absorbed.birth_date_if_needed(self.theirs)?;
        let occasion = self.occasion(&absorbed);
        let mut writes = WriteSet::default();
        absorbed.reassess(birth_date, occasion, &mut writes)?;
        self.writes.merge(writes);

        let ways: Vec<(LookupKind, String)> = stored(&row.lookups_added)?;
        let rows = lookups::as_another(surviving.person.id, ways);
        self.writes.changes.push(Box::new(LookupsRemoved(rows)));
        self.tell(row, "registration.split");
        Ok(())
    }

    fn stage(&mut self, row: &MergeRow, from: Stage, to: Stage) {
        let updated_at = self.ctx.now.legal;
        self.writes.changes.push(Box::new(RegistrationStaged { id: row.absorbed_id, from, to, updated_at }));
    }

    fn tell(&mut self, row: &MergeRow, name: &str) {
        self.writes.outbox.push(event(self.ctx, name, row.surviving_id, row.id.to_string()));
    }
}

/// A flag on a registration that nobody opens any more would have no owner.
fn refuse_open_flags(conn: &mut Conn, absorbed: RegistrationId) -> Result<(), Refusal> {
    let states = FlagState::ALL.iter().copied().filter(|state| *state != FlagState::Closed).collect();
    let open = FlagQuery { states, registration: Some(absorbed), limit: 1, ..FlagQuery::default() };
    if flag_list(conn, &Reach::Everything, &open)?.is_empty() {
        return Ok(());
    }
    Err(Refusal::Conflict {
        code: "open_flags",
        detail: "The absorbed registration has a flag that is not closed. Close it first.",
    })
}

/// Only what is in force takes up another, and only one under the same rules.
///
/// # Errors
/// [`Refusal::Conflict`] `not_in_force` or `other_regime`.
pub(super) fn refuse_unlike(ours: &RegistrationRow, theirs: &RegistrationRow) -> Result<(), Refusal> {
    if ours.stage != Stage::Active || !matches!(theirs.stage, Stage::Active | Stage::Draft) {
        return Err(Refusal::Conflict {
            code: "not_in_force",
            detail: "A registration in force takes up one that is in force or in draft.",
        });
    }
    if ours.regime != theirs.regime {
        return Err(Refusal::Conflict {
            code: "other_regime",
            detail: "The registrations are under different rules: both can stand beside each other.",
        });
    }
    Ok(())
}

/// Reads a list kept with a merge.
///
/// # Errors
/// [`Refusal::Rules`] when it is not one.
pub(super) fn stored<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|e| Refusal::Rules(format!("stored merge: {e}")))
}

/// A list as it is kept with a merge.
///
/// # Errors
/// [`Refusal::Rules`] when it cannot be written, which no list does.
pub(super) fn to_stored<T: Serialize>(value: &T) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|e| Refusal::Rules(e.to_string()))
}
