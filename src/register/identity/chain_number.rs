//! The chain number (SKN) of a person, when the chain gives them another one. The one before stays in the blind index,
//! so that a letter with the old number still finds the person.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Action, Ctx};
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::clock::UtcTime;
use crate::ids::{AccountId, FormerChainNumberId, RegistrationId};
use crate::register::file::{self, File};
use crate::register::identifiers::skn_fault;
use crate::register::permit::permit;
use crate::register::{Refusal, lookups, unit};
use crate::store::identity::chain_numbers::{FormerChainNumberRow, former_chain_number_list};
use crate::store::persons::{LookupsAdded, PersonChainNumberReplaced, person_ids_by_terms};
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vault::Strongbox;

const TABLE: &str = "former_chain_numbers";

/// Another chain number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewChainNumber {
    /// The new number.
    #[schema(pattern = "^[0-9]{1,12}$", example = "7654321")]
    pub skn: String,
    /// The number it replaces, as the caller knows it; absent when the person had none. When that is not the present one
    /// nothing is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9]{1,12}$", example = "1234567")]
    pub replaces: Option<String>,
    /// Why.
    #[schema(min_length = 3, max_length = 2_000, example = "Samengevoegd in de SKDB")]
    pub reason: String,
}

/// The chain numbers of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainNumbers {
    /// The present one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skn: Option<String>,
    /// Those before it, the last replaced first.
    pub former: Vec<FormerChainNumber>,
}

/// A chain number that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormerChainNumber {
    /// The number.
    pub skn: String,
    /// Why it was replaced.
    pub reason: String,
    /// Who replaced it.
    pub replaced_by: AccountId,
    /// When.
    pub replaced_at: UtcTime,
}

impl FormerChainNumber {
    fn open(row: &FormerChainNumberRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        let id = row.id.as_str();
        Ok(Self {
            skn: strongbox.open(TABLE, "skn_enc", id, &row.skn_enc)?,
            reason: strongbox.open(TABLE, "reason_enc", id, &row.reason_enc)?,
            replaced_by: row.replaced_by,
            replaced_at: row.replaced_at,
        })
    }
}

fn present(file: &File, strongbox: &Strongbox) -> Result<Option<String>, Refusal> {
    let sealed = file.person.skn_enc.as_deref();
    sealed.map(|sealed| strongbox.open("persons", "skn_enc", file.person.id.as_str(), sealed)).transpose()
}

fn numbers(conn: &mut Conn, file: &File, skn: Option<String>, strongbox: &Strongbox) -> Result<ChainNumbers, Refusal> {
    let rows = former_chain_number_list(conn, file.person.id)?;
    let former = rows.iter().map(|row| FormerChainNumber::open(row, strongbox)).collect::<Result<_, _>>()?;
    Ok(ChainNumbers { skn, former })
}

/// Replaces the chain number of the person a registration belongs to.
///
/// # Errors
/// [`Refusal::Conflict`] `not_the_present_number`, `same_number`, or `person_exists` when the number is somebody else's;
/// every invalid field.
pub async fn replace(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    new: NewChainNumber,
) -> Result<ChainNumbers, Refusal> {
    let deed =
        Deed::on(Action::ChainNumberReplace, ObjectRef::registration(registration), registration).with_fields(&["skn"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let term = lookups::by_skn(app, &new.skn);
    let unit_app = app.clone();
    let (writer, sealed) = (ctx.clone(), strongbox.clone());
    unit::write(app, ctx, Scope::Registration(registration), deed, Some(strongbox), move |conn| {
        let file = File::load(conn, registration)?;
        permit(&writer, Action::ChainNumberReplace, &file.registration)?;
        Refusal::unless_empty(skn_fault(&new.skn, "/skn").into_iter().collect())?;
        let old = present(&file, &sealed)?;
        if old != new.replaces {
            return Err(Refusal::Conflict {
                code: "not_the_present_number",
                detail: "The number to be replaced is not the present one: read the chain numbers again.",
            });
        }
        if old.as_ref() == Some(&new.skn) {
            return Err(Refusal::Conflict { code: "same_number", detail: "The person has this number already." });
        }
        let holders = person_ids_by_terms(conn, std::slice::from_ref(&term), 2)?;
        if holders.iter().any(|holder| *holder != file.person.id) {
            return Err(Refusal::Conflict {
                code: "person_exists",
                detail: "Somebody else in the register has this number. If they are one person, merge the registrations.",
            });
        }
        replaced(&unit_app, conn, &writer, &file, &new, old, &sealed)
    })
    .await
}

fn replaced(
    app: &App,
    conn: &mut Conn,
    ctx: &Ctx,
    file: &File,
    new: &NewChainNumber,
    old: Option<String>,
    strongbox: &Strongbox,
) -> Result<Decided<ChainNumbers>, Refusal> {
    let person = &file.person;
    let mut writes = WriteSet::default();
    let mut answer = numbers(conn, file, Some(new.skn.clone()), strongbox)?;
    if let Some(old) = old {
        let id = FormerChainNumberId::fresh();
        let row = FormerChainNumberRow {
            id,
            person_id: person.id,
            skn_enc: strongbox.seal(TABLE, "skn_enc", id.as_str(), &old)?,
            reason_enc: strongbox.seal(TABLE, "reason_enc", id.as_str(), &new.reason)?,
            replaced_by: ctx.actor.account,
            replaced_at: ctx.now.legal,
        };
        answer.former.insert(0, FormerChainNumber::open(&row, strongbox)?);
        writes.former_chain_numbers.push(row);
    }
    writes.changes.push(Box::new(PersonChainNumberReplaced {
        id: person.id,
        version: person.version,
        skn_enc: strongbox.seal("persons", "skn_enc", person.id.as_str(), &new.skn)?,
        updated_at: ctx.now.legal,
    }));
    writes.changes.push(Box::new(LookupsAdded(vec![lookups::of_skn(app, person.id, &new.skn)])));
    Ok(Decided::new(writes, answer))
}

/// Reads the chain numbers of the person a registration belongs to.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn read(app: &App, ctx: &Ctx, registration: RegistrationId) -> Result<ChainNumbers, Refusal> {
    let deed =
        Deed::on(Action::ChainNumberRead, ObjectRef::registration(registration), registration).with_fields(&["skn"]);
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let reader = ctx.clone();
    unit::read(app, ctx, deed, move |conn| {
        let file = File::load(conn, registration)?;
        permit(&reader, Action::ChainNumberRead, &file.registration)?;
        let skn = present(&file, &strongbox)?;
        numbers(conn, &file, skn, &strongbox)
    })
    .await
}
