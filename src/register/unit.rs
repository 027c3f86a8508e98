//! The frame of every use case: one unit of work with its audit entry and its kept answer.
//!
//! A change, its audit entry and the answer kept for a repeated request are one transaction. A refusal commits its
//! audit entry too. A read is answered only after its entry is committed.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::refusal::Refusal;
use crate::access::{Ctx, Idempotency};
use crate::app::App;
use crate::audit::{Deed, Outcome};
use crate::crypto;
use crate::ids::AccountId;
use crate::store::idempotency::idempotency_find;
use crate::store::rows::IdempotencyKeyRow;
use crate::store::{Conn, Decided, Scope, StoreError, WriteSet};
use crate::vault::{Strongbox, Vault};

const TABLE: &str = "idempotency_keys";

/// Runs `work` as one unit of work. With an idempotency key in `ctx`, a request that was done before gets the answer
/// it got then, and one with another body is refused. `strongbox` encrypts the kept answer; without it the answer
/// speaks of nobody.
///
/// # Errors
/// Whatever `work` refuses (recorded in the audit), or what the store says.
pub async fn write<T, F>(
    app: &App,
    ctx: &Ctx,
    scope: Scope,
    deed: Deed,
    strongbox: Option<Strongbox>,
    work: F,
) -> Result<T, Refusal>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: FnMut(&mut Conn) -> Result<Decided<T>, Refusal> + Send + 'static,
{
    write_told(app, ctx, scope, deed, strongbox, |_, deed| deed, work).await
}

/// As [`write()`], for work that makes something or ends in more than one way: `told` says by the answer what the audit
/// entry names, so that it never names what was not made.
///
/// # Errors
/// As [`write()`].
pub async fn write_told<T, F>(
    app: &App,
    ctx: &Ctx,
    scope: Scope,
    deed: Deed,
    strongbox: Option<Strongbox>,
    told: fn(&T, Deed) -> Deed,
    mut work: F,
) -> Result<T, Refusal>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: FnMut(&mut Conn) -> Result<Decided<T>, Refusal> + Send + 'static,
{
    let (ctx, audit, vault) = (ctx.clone(), app.audit.clone(), app.vault.clone());
    let unit = move |conn: &mut Conn| -> Result<Decided<Result<T, Refusal>>, Refusal> {
        let kept = Kept::of(&ctx, strongbox.as_ref());
        let mut deed = deed.clone();
        let decided = match kept.as_ref().map_or(Ok(None), |kept| kept.answer(conn, &vault)).transpose() {
            Some(answer) => {
                // Nothing is done a second time: the answer that was kept is read.
                deed = deed.with_fields(&["answer"]);
                answer.map(|answer| Decided::new(WriteSet::default(), answer))
            }
            None => work(conn).and_then(|mut decided| {
                if let Some(kept) = &kept {
                    decided.writes.idempotency_keys.push(kept.keep(&ctx, &decided.answer)?);
                }
                Ok(decided)
            }),
        };
        match decided {
            Ok(Decided { mut writes, answer }) => {
                writes.audit.push(audit.leaf(&ctx, &told(&answer, deed))?);
                Ok(Decided::new(writes, Ok(answer)))
            }
            // Nothing was decided: there is nothing to record but the fault, and that goes to the log.
            Err(refusal @ Refusal::Store(_)) => Err(refusal),
            Err(refusal) => {
                let refused = Deed { outcome: Outcome::Refused(refusal.code()), ..deed };
                let writes = WriteSet { audit: vec![audit.leaf(&ctx, &refused)?], ..WriteSet::default() };
                Ok(Decided::new(writes, Err(refusal)))
            }
        }
    };
    app.store.write(scope, unit).await?
}

/// Reads, commits the audit entry of what was seen or refused, and only then answers.
///
/// # Errors
/// Whatever `read` refuses, or what the store says.
pub async fn read<T, F>(app: &App, ctx: &Ctx, deed: Deed, read: F) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: FnOnce(&mut Conn) -> Result<T, Refusal> + Send + 'static,
{
    read_told(app, ctx, deed, |_, deed| deed, read).await
}

/// As [`read()`], where only the answer shows what was seen: `told` says by it what the audit entry names.
///
/// # Errors
/// As [`read()`].
pub async fn read_told<T, F>(
    app: &App,
    ctx: &Ctx,
    deed: Deed,
    told: fn(&T, Deed) -> Deed,
    read: F,
) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: FnOnce(&mut Conn) -> Result<T, Refusal> + Send + 'static,
{
    let seen: Result<T, Refusal> = app.store.read(read).await;
    let deed = match &seen {
        Ok(answer) => told(answer, deed),
        Err(Refusal::Store(_)) => return seen,
        Err(refusal) => Deed { outcome: Outcome::Refused(refusal.code()), ..deed },
    };
    let leaf = app.audit.leaf(ctx, &deed)?;
    app.store
        .write(Scope::Append, move |_| {
            Ok::<_, StoreError>(Decided::new(WriteSet { audit: vec![leaf.clone()], ..WriteSet::default() }, ()))
        })
        .await?;
    seen
}

/// The answer kept under one idempotency key.
struct Kept<'a> {
    account: AccountId,
    key_hash: String,
    idempotency: &'a Idempotency,
    strongbox: Option<&'a Strongbox>,
}

impl<'a> Kept<'a> {
    fn of(ctx: &'a Ctx, strongbox: Option<&'a Strongbox>) -> Option<Self> {
        let idempotency = ctx.idempotency.as_ref()?;
        let key_hash = crypto::sha256_hex(idempotency.key.as_bytes());
        Some(Self { account: ctx.actor.account, key_hash, idempotency, strongbox })
    }

    fn row_name(&self) -> String {
        format!("{}/{}", self.account, self.key_hash)
    }

    /// The answer given before, if there is one.
    fn answer<T: DeserializeOwned>(&self, conn: &mut Conn, vault: &Vault) -> Result<Option<T>, Refusal> {
        let Some(row) = idempotency_find(conn, self.account, &self.key_hash)? else { return Ok(None) };
        if row.request_digest != self.idempotency.request_digest {
            return Err(Refusal::Conflict {
                code: "idempotency_key_reused",
                detail: "This Idempotency-Key was used for another request. Send a new key with a new request.",
            });
        }
        let answer = match self.strongbox {
            // With the key of the first time: a repeated request to make somebody has made a key of its own by now.
            Some(_) => vault.open(TABLE, "answer", &self.row_name(), &row.answer)?,
            None => serde_json::from_str(&row.answer).map_err(|e| Refusal::Keys(e.to_string()))?,
        };
        Ok(Some(answer))
    }

    fn keep<T: Serialize>(&self, ctx: &Ctx, answer: &T) -> Result<IdempotencyKeyRow, Refusal> {
        let answer = match self.strongbox {
            Some(strongbox) => strongbox.seal(TABLE, "answer", &self.row_name(), answer)?,
            None => serde_json::to_string(answer).map_err(|e| Refusal::Keys(e.to_string()))?,
        };
        Ok(IdempotencyKeyRow {
            account_id: self.account,
            key_hash: self.key_hash.clone(),
            request_digest: self.idempotency.request_digest.clone(),
            answer,
            created_at: ctx.now.system,
        })
    }
}
