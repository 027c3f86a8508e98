//! What lies ahead for an officer, and who a flag is about: names with dates, a handful of statements for a whole page.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::super::input::PersonName;
use super::super::permit::permit;
use super::super::refusal::Refusal;
use super::super::unit;
use super::flag::FlagSummary;
use super::registration::StoredNames;
use crate::access::{self, Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{DutyId, FlagId, RegistrationId};
use crate::store::agenda::{DutiesDue, duty_count_due, duty_list_due, duty_list_of};
use crate::store::persons::person_find_many;
use crate::store::registrations::registration_find_many;
use crate::store::rows::{DutyRow, PersonRow, RegistrationRow};
use crate::vocabulary::DutyKind;

/// What falls due in some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// What falls due first.
    pub items: Vec<AgendaItem>,
    /// How much more there is.
    pub more: i64,
}

/// A duty that falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaItem {
    /// The registration.
    pub registration: RegistrationId,
    /// Whose.
    pub name: PersonName,
    /// The duty.
    pub duty: DutyId,
    /// Its kind.
    pub kind: DutyKind,
    /// The strict last day.
    pub due: NaiveDate,
}

/// Reads the duties that fall due from `from` up to and including `until` and are not met, within the reader's reach:
/// the first `limit` with names, the rest as a number.
///
/// # Errors
/// [`Refusal::Forbidden`] for roles that may not search.
pub async fn agenda(app: &App, ctx: &Ctx, from: NaiveDate, until: NaiveDate, limit: i64) -> Result<Agenda, Refusal> {
    let deed = Deed::of(Action::RegistrationSearch, ObjectRef::none()).with_fields(&["names", "duties"]);
    let reach = access::reach(&ctx.actor, Action::RegistrationSearch, ctx.purpose);
    if let Err(refusal) = reach.allowed() {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let found = app.store.read(move |conn| {
        let wanted = DutiesDue { reach, from, until };
        let rows = duty_list_due(conn, &wanted, limit)?;
        let shown = i64::try_from(rows.len()).unwrap_or(limit);
        let more = if shown < limit { 0 } else { duty_count_due(conn, &wanted)? - shown };
        let people = People::load(conn, rows.iter().map(|row| row.registration_id).collect())?;
        Ok::<_, Refusal>((rows, more, people))
    });
    let (rows, more, people) = found.await?;
    let names = people.names(app).await?;
    let items = rows
        .into_iter()
        .filter_map(|row| {
            Some(AgendaItem {
                registration: row.registration_id,
                name: names.get(&row.registration_id)?.clone(),
                duty: row.id,
                kind: row.kind,
                due: row.due_on?,
            })
        })
        .collect();
    unit::read(app, ctx, deed, move |_| Ok(Agenda { items, more })).await
}

/// Who a flag is about, and about which duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagLabel {
    /// Whose registration.
    pub name: PersonName,
    /// The kind of duty.
    pub kind: DutyKind,
    /// The strict last day now.
    pub due: Option<NaiveDate>,
}

/// Reads who these flags are about. Flags the reader may not open are left out.
///
/// # Errors
/// [`Refusal::Keys`] when a name cannot be decrypted.
pub async fn flag_labels(app: &App, ctx: &Ctx, flags: &[FlagSummary]) -> Result<HashMap<FlagId, FlagLabel>, Refusal> {
    if flags.is_empty() {
        return Ok(HashMap::new());
    }
    let deed = Deed::of(Action::FlagList, ObjectRef::none()).with_fields(&["names", "duties"]);
    let of: Vec<(FlagId, RegistrationId, DutyId)> =
        flags.iter().map(|flag| (flag.id, flag.registration_id, flag.duty_id)).collect();
    let (registrations, duties): (Vec<_>, Vec<_>) =
        of.iter().map(|(_, registration, duty)| (*registration, *duty)).unzip();
    let reader = ctx.clone();
    let found = app.store.read(move |conn| {
        let mut people = People::load(conn, registrations)?;
        people.registrations.retain(|row| permit(&reader, Action::FlagRead, row).is_ok());
        Ok::<_, Refusal>((people, duty_list_of(conn, &duties)?))
    });
    let (people, duties) = found.await?;
    let names = people.names(app).await?;
    let duties: HashMap<DutyId, DutyRow> = duties.into_iter().map(|row| (row.id, row)).collect();
    let labels = of
        .into_iter()
        .filter_map(|(flag, registration, duty)| {
            let duty = duties.get(&duty)?;
            Some((flag, FlagLabel { name: names.get(&registration)?.clone(), kind: duty.kind, due: duty.due_on }))
        })
        .collect();
    unit::read(app, ctx, deed, move |_| Ok(labels)).await
}

/// Reads whose these files are. Those that the reader may not open are left out.
///
/// # Errors
/// [`Refusal::Keys`] when a name cannot be decrypted.
pub async fn file_names(
    app: &App,
    ctx: &Ctx,
    files: Vec<RegistrationId>,
) -> Result<HashMap<RegistrationId, PersonName>, Refusal> {
    let deed = Deed::of(Action::RegistrationSearch, ObjectRef::none()).with_fields(&["names"]);
    let reader = ctx.clone();
    let found = app.store.read(move |conn| {
        let mut people = People::load(conn, files)?;
        people.registrations.retain(|row| permit(&reader, Action::RegistrationRead, row).is_ok());
        Ok::<_, Refusal>(people)
    });
    let names = found.await?.names(app).await?;
    unit::read(app, ctx, deed, move |_| Ok(names)).await
}

/// Registrations with the people they are about, still encrypted.
struct People {
    registrations: Vec<RegistrationRow>,
    persons: Vec<PersonRow>,
}

impl People {
    fn load(conn: &mut crate::store::Conn, mut ids: Vec<RegistrationId>) -> Result<Self, Refusal> {
        ids.sort_unstable();
        ids.dedup();
        let registrations = registration_find_many(conn, &ids)?;
        let mut persons: Vec<_> = registrations.iter().map(|row| row.person_id).collect();
        persons.sort_unstable();
        persons.dedup();
        Ok(Self { persons: person_find_many(conn, &persons)?, registrations })
    }

    async fn names(self, app: &App) -> Result<HashMap<RegistrationId, PersonName>, Refusal> {
        let vault = app.vault.clone();
        tokio::task::spawn_blocking(move || {
            let persons: HashMap<_, _> = self.persons.iter().map(|person| (person.id, person)).collect();
            let mut names = HashMap::new();
            for row in &self.registrations {
                if let Some(person) = persons.get(&row.person_id) {
                    let strongbox = vault.take_out(&person.data_key_id)?;
                    let stored: StoredNames =
                        strongbox.open("persons", "names_enc", person.id.as_str(), &person.names_enc)?;
                    names.insert(row.id, stored.name);
                }
            }
            Ok(names)
        })
        .await
        .map_err(|_| Refusal::Keys("decryption was cut off".to_owned()))?
    }
}
