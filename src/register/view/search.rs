//! Finding a registration by what an officer has in hand. The search terms come in a body, never in a URL; the answer
//! holds only what the actor may reach, because access is applied in the query.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::identifiers::{bsn_fault, skn_fault};
use super::super::lookups;
use super::super::refusal::{FieldError, Refusal};
use super::super::unit;
use super::notification::cut;
use super::registration::{RegistrationPage, summary};
use crate::access::{self, Action, Ctx, step_up};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::{AccountId, RegistrationId};
use crate::store::persons::{Term, person_find_many, person_ids_by_terms};
use crate::store::search::{RegistrationQuery, registration_search};
use crate::vocabulary::{LegalStatus, Regime, Role};

/// Persons one search may match before the caller is asked for more.
const MOST_PERSONS: i64 = 500;

/// What to look for. Terms are combined: each narrows the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Search {
    /// Surname, without prefix; spelling does not matter much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 2, max_length = 120)]
    pub surname: Option<String>,
    /// Whether a surname that only sounds alike counts too.
    #[serde(default)]
    pub sounds_like: bool,
    /// Date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
    /// Citizen service number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{9}$", format = "bsn")]
    pub bsn: Option<String>,
    /// Chain number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{1,12}$")]
    pub skn: Option<String>,
    /// Postcode of the home on file; with the house number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[1-9][0-9]{3} ?[A-Za-z]{2}$")]
    pub postcode: Option<String>,
    /// House number of the home on file, without its addition; with the postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 99_999)]
    pub house_number: Option<u32>,
    /// E-mail address on file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[^@\\s]{1,64}@[^@\\s]{1,190}$")]
    pub email: Option<String>,
    /// Telephone number on file, as people write it; one without a country is Dutch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[+0-9 ()./-]{8,24}$")]
    pub phone: Option<String>,
    /// What else must hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<SearchFilter>,
    /// Where the page starts: `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RegistrationId>,
    /// Entries on a page; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
}

/// What a registration must satisfy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SearchFilter {
    /// Legal status today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_status: Option<LegalStatus>,
    /// The set of rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regime: Option<Regime>,
    /// The officer who supervises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer_id: Option<AccountId>,
    /// A duty that is not met falls due on or after this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_from: Option<NaiveDate>,
    /// A duty that is not met falls due on or before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_until: Option<NaiveDate>,
}

/// Searches.
///
/// # Errors
/// Every invalid field; [`Refusal::Forbidden`] for roles that may not search; [`Refusal::ProofNeeded`] for a search that
/// names nobody, outside the caller's own files.
pub async fn search(app: &App, ctx: &Ctx, search: Search) -> Result<RegistrationPage, Refusal> {
    let deed = Deed::of(Action::RegistrationSearch, ObjectRef::none()).with_fields(&["names", "birthDate", "status"]);
    let reach = access::reach(&ctx.actor, Action::RegistrationSearch, ctx.purpose);
    let checked = reach.allowed().and_then(|()| Refusal::unless_empty(faults(&search)));
    if let Err(refusal) = checked.and_then(|()| if is_bulk(ctx, &search) { step_up::require(ctx) } else { Ok(()) }) {
        return unit::read(app, ctx, deed, move |_| Err(refusal)).await;
    }
    let limit = search.limit.unwrap_or(50);
    let terms = terms(app, &search);
    let (vault, reader, filter) = (app.vault.clone(), ctx.clone(), search.filter.clone().unwrap_or_default());
    let today = ctx.today(Regime::NlPilot.zone());
    let found = app
        .store
        .read(move |conn| {
            let persons = match terms.as_slice() {
                [] => None,
                terms => Some(person_ids_by_terms(conn, terms, MOST_PERSONS)?),
            };
            let mut rows = registration_search(
                conn,
                &RegistrationQuery {
                    reach,
                    persons,
                    legal_status: filter.legal_status,
                    regime: filter.regime,
                    officer: filter.officer_id,
                    due_from: filter.due_from,
                    due_until: filter.due_until,
                    today,
                    after: search.after,
                    limit: limit + 1,
                },
            )?;
            let next = cut(&mut rows, limit, |row| row.id);
            let mut ids: Vec<_> = rows.iter().map(|row| row.person_id).collect();
            ids.sort_unstable();
            ids.dedup();
            Ok::<_, Refusal>((rows, person_find_many(conn, &ids)?, next))
        })
        .await;
    let (rows, persons, next) = found?;
    let items = tokio::task::spawn_blocking(move || {
        rows.iter()
            .map(|row| {
                let at = persons.binary_search_by_key(&row.person_id, |p| p.id).map_err(|_| Refusal::NotFound)?;
                let person = &persons[at];
                summary(row, person, &vault.take_out(&person.data_key_id)?, reader.today(row.regime.zone()))
            })
            .collect::<Result<Vec<_>, Refusal>>()
    })
    .await
    .map_err(|_| Refusal::Keys("decryption was cut off".to_owned()))??;
    unit::read(app, ctx, deed, move |_| Ok(RegistrationPage { items, next })).await
}

/// Whether a search names nobody and reaches beyond the caller's own files: that lists the register.
fn is_bulk(ctx: &Ctx, search: &Search) -> bool {
    let names_nobody = search.surname.is_none()
        && search.birth_date.is_none()
        && search.bsn.is_none()
        && search.skn.is_none()
        && search.postcode.is_none()
        && search.email.is_none()
        && search.phone.is_none();
    let own = matches!(ctx.actor.role, Role::SupervisionOfficer | Role::ReviewLead) && ctx.purpose.is_none();
    names_nobody && !own
}

fn faults(search: &Search) -> Vec<FieldError> {
    let mut faults: Vec<FieldError> =
        search.bsn.as_deref().and_then(|bsn| bsn_fault(bsn, "/bsn")).into_iter().collect();
    faults.extend(search.skn.as_deref().and_then(|skn| skn_fault(skn, "/skn")));
    if search.sounds_like && search.surname.is_none() {
        faults.push(FieldError::new("/surname", "required", "State the surname that should sound alike."));
    }
    match (&search.postcode, search.house_number) {
        (Some(_), None) => faults.push(FieldError::new("/houseNumber", "required", "State the house number as well.")),
        (None, Some(_)) => faults.push(FieldError::new("/postcode", "required", "State the postcode as well.")),
        (Some(_), Some(_)) | (None, None) => {}
    }
    if let Some(SearchFilter { due_from: Some(from), due_until: Some(until), .. }) = search.filter
        && until < from
    {
        faults.push(FieldError::new("/filter/dueUntil", "before_due_from", "The window ends before it begins."));
    }
    faults
}

fn terms(app: &App, search: &Search) -> Vec<Term> {
    let mut terms = Vec::new();
    terms.extend(search.bsn.as_deref().map(|bsn| lookups::by_bsn(app, bsn)));
    terms.extend(search.skn.as_deref().map(|skn| lookups::by_skn(app, skn)));
    terms.extend(search.email.as_deref().map(|address| lookups::by_email(app, address)));
    terms.extend(search.phone.as_deref().map(|number| lookups::by_phone(app, number)));
    if let (Some(postcode), Some(number)) = (search.postcode.as_deref(), search.house_number) {
        terms.extend(lookups::by_home(app, postcode, number));
    }
    match (search.surname.as_deref(), search.birth_date) {
        (Some(surname), birth_date) if search.sounds_like => {
            terms.push(lookups::by_sound(app, surname));
            terms.extend(birth_date.map(|day| lookups::by_birth_date(app, day)));
        }
        (Some(surname), birth_date) => terms.push(lookups::by_surname(app, surname, birth_date)),
        (None, birth_date) => terms.extend(birth_date.map(|day| lookups::by_birth_date(app, day))),
    }
    terms
}
