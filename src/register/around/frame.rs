//! The frame of the acts in this module: open the file, ask the access decision, do one thing.

use chrono::NaiveDate;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::Ctx;
use crate::app::App;
use crate::audit::{Deed, ObjectRef};
use crate::ids::RegistrationId;
use crate::register::permit::permit_sent;
use crate::register::{Refusal, file, unit};
use crate::store::registrations::registration_find;
use crate::store::rows::RegistrationRow;
use crate::store::{Conn, Decided, Scope};
use crate::vault::Strongbox;
use crate::vocabulary::Role;

/// A file that the actor may do this to.
pub struct Opened<'a> {
    /// Its registration.
    pub registration: RegistrationRow,
    /// Who asks, and when.
    pub ctx: &'a Ctx,
    /// The legal day in its zone.
    pub today: NaiveDate,
    strongbox: &'a Strongbox,
}

impl<'a> Opened<'a> {
    /// Opens the file for the act that `deed` names.
    fn new(
        conn: &mut Conn,
        ctx: &'a Ctx,
        deed: &Deed,
        id: RegistrationId,
        strongbox: &'a Strongbox,
        sent: Sent,
    ) -> Result<Self, Refusal> {
        let registration = registration_find(conn, id)?.ok_or(Refusal::NotFound)?;
        permit_sent(ctx, deed.action, &registration, sent(conn, id, &deed.object)?)?;
        let today = ctx.today(registration.regime.zone());
        Ok(Self { registration, ctx, today, strongbox })
    }

    /// Encrypts for a column of a row.
    pub fn seal<T: Serialize + ?Sized>(
        &self,
        table: &str,
        column: &str,
        row: &str,
        value: &T,
    ) -> Result<String, Refusal> {
        self.strongbox.seal(table, column, row, value)
    }

    /// As [`Opened::seal`], where there is anything to encrypt.
    pub fn seal_some<T: Serialize>(
        &self,
        table: &str,
        column: &str,
        row: &str,
        value: Option<&T>,
    ) -> Result<Option<String>, Refusal> {
        value.map(|value| self.seal(table, column, row, value)).transpose()
    }

    /// The key of the person.
    pub fn strongbox(&self) -> &Strongbox {
        self.strongbox
    }
}

/// The roles before which something about a file was put.
pub type Sent = fn(&mut Conn, RegistrationId, &ObjectRef) -> Result<Vec<Role>, Refusal>;

/// Nothing about the file was put before anybody.
fn to_nobody(_: &mut Conn, _: RegistrationId, _: &ObjectRef) -> Result<Vec<Role>, Refusal> {
    Ok(Vec::new())
}

/// Decrypts what may be absent.
pub fn open_some<T: DeserializeOwned>(
    strongbox: &Strongbox,
    table: &str,
    column: &str,
    row: &str,
    sealed: Option<&str>,
) -> Result<Option<T>, Refusal> {
    sealed.map(|sealed| strongbox.open(table, column, row, sealed)).transpose()
}

/// Does one thing to a file, as one unit of work.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`], and whatever `work` refuses.
pub async fn write<T, F>(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    deed: Deed,
    told: fn(&T, Deed) -> Deed,
    work: F,
) -> Result<T, Refusal>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: Fn(&mut Conn, &Opened<'_>) -> Result<Decided<T>, Refusal> + Send + 'static,
{
    write_sent(app, ctx, registration, deed, to_nobody, told, work).await
}

/// As [`write()`], where something about the file may have been put before a role.
///
/// # Errors
/// As [`write()`].
pub async fn write_sent<T, F>(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    deed: Deed,
    sent: Sent,
    told: fn(&T, Deed) -> Deed,
    work: F,
) -> Result<T, Refusal>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: Fn(&mut Conn, &Opened<'_>) -> Result<Decided<T>, Refusal> + Send + 'static,
{
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (writer, sealed, asked) = (ctx.clone(), strongbox.clone(), deed.clone());
    let scope = Scope::Registration(registration);
    unit::write_told(app, ctx, scope, deed, Some(strongbox), told, move |conn| {
        let opened = Opened::new(conn, &writer, &asked, registration, &sealed, sent)?;
        work(conn, &opened)
    })
    .await
}

/// Reads of a file what `read` says. `told` names in the audit what was seen.
///
/// # Errors
/// As [`write()`].
pub async fn read<T, F>(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    deed: Deed,
    told: fn(&T, Deed) -> Deed,
    read: F,
) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: FnOnce(&mut Conn, &Opened<'_>) -> Result<T, Refusal> + Send + 'static,
{
    read_sent(app, ctx, registration, deed, to_nobody, told, read).await
}

/// As [`read()`], where something about the file may have been put before a role.
///
/// # Errors
/// As [`read()`].
pub async fn read_sent<T, F>(
    app: &App,
    ctx: &Ctx,
    registration: RegistrationId,
    deed: Deed,
    sent: Sent,
    told: fn(&T, Deed) -> Deed,
    read: F,
) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: FnOnce(&mut Conn, &Opened<'_>) -> Result<T, Refusal> + Send + 'static,
{
    let strongbox = file::strongbox(app, ctx, registration, &deed).await?;
    let (reader, asked) = (ctx.clone(), deed.clone());
    unit::read_told(app, ctx, deed, told, move |conn| {
        let opened = Opened::new(conn, &reader, &asked, registration, &strongbox, sent)?;
        read(conn, &opened)
    })
    .await
}

/// For acts whose audit entry is known before they are done.
pub fn as_asked<T>(_: &T, deed: Deed) -> Deed {
    deed
}
