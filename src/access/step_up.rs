//! What asks for a fresh second factor: exports and searches through many files at once. A session that was left open
//! for a moment must not be enough to carry the register away.

use chrono::Duration;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sign_in::{count_wrong, totp_secret};
use super::{Action, Ctx, decide_without_subject};
use crate::app::App;
use crate::audit::{Deed, ObjectRef, Outcome};
use crate::register::{Refusal, unit};
use crate::store::accounts::{AccountReplaced, account_find};
use crate::store::sign_in::SessionProved;
use crate::store::{Conn, Decided, Scope, WriteSet};
use crate::vocabulary::AccountState;

/// How long a proof of being there counts.
const FRESH: Duration = Duration::minutes(10);

/// Goes on only when whoever acts signed in, or proved anew to be there, a short while ago. A request without a session
/// proves nothing.
///
/// # Errors
/// [`Refusal::ProofNeeded`].
pub fn require(ctx: &Ctx) -> Result<(), Refusal> {
    let proved = ctx.session.and_then(|session| session.proved_at);
    let fresh = proved.is_some_and(|at| ctx.now.system.since(at) < FRESH);
    if fresh { Ok(()) } else { Err(Refusal::ProofNeeded) }
}

/// The current code of the second factor.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FreshProof {
    /// The code the authenticator app shows now.
    #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "123456")]
    pub one_time_code: SecretString,
}

/// Proves anew to be there, by the second factor of the register's own accounts.
///
/// # Errors
/// [`Refusal::Forbidden`] for roles without a second factor; [`Refusal::Conflict`] where another organisation vouches;
/// [`Refusal::Invalid`] for a code that is wrong or was used: it counts as a wrong attempt to sign in.
pub async fn prove(app: &App, ctx: &Ctx, proof: FreshProof) -> Result<(), Refusal> {
    let (id, now) = (ctx.actor.account, ctx.now.system);
    let session = ctx.session.ok_or(Refusal::ProofNeeded)?.id;
    let deed = Deed::of(Action::SessionProve, ObjectRef::session(session));
    let (reader, vault) = (ctx.clone(), app.vault.clone());
    let found = app.store.read(move |conn| {
        decide_without_subject(&reader.actor, Action::SessionProve, reader.purpose).allowed()?;
        let account = account_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let sealed = account.totp_secret_enc.clone().ok_or(Refusal::Conflict {
            code: "no_second_factor_here",
            detail: "Another organisation vouches for you: sign in there anew, from the console.",
        })?;
        Ok::<_, Refusal>((account, sealed))
    });
    let (account, sealed) = match found.await {
        Ok(found) => found,
        Err(refusal) => return unit::read(app, ctx, deed, move |_| Err(refusal)).await,
    };
    let last = u64::try_from(account.totp_last_step).ok().filter(|step| *step > 0);
    let step = tokio::task::spawn_blocking(move || {
        let secret = totp_secret(vault.open("accounts", "totp_secret_enc", id.as_str(), &sealed)?)?;
        Ok::<_, Refusal>(secret.verify(proof.one_time_code.expose_secret(), now.utc(), last).ok())
    })
    .await
    .map_err(|_| Refusal::Keys("the check of the code was cut off".to_owned()))??;
    let step = step.and_then(|step| i64::try_from(step).ok());
    let (audit, writer) = (app.audit.clone(), ctx.clone());
    let unit = move |conn: &mut Conn| -> Result<Decided<bool>, Refusal> {
        let mut row = account_find(conn, id)?.ok_or(Refusal::NotFound)?;
        let locked = row.locked_until.is_some_and(|until| now < until);
        // Two requests at once with one code: the second finds the step used.
        let right = step.filter(|step| row.totp_last_step < *step && row.state == AccountState::Active && !locked);
        let mut writes = WriteSet::default();
        let deed = match right {
            Some(step) => {
                (row.totp_last_step, row.failed_sign_ins, row.locked_until) = (step, 0, None);
                writes.changes.push(Box::new(SessionProved { id: session, at: now }));
                deed.clone()
            }
            None => {
                count_wrong(&mut row, now);
                deed.clone().ended(Outcome::Refused("wrong_code"))
            }
        };
        writes.changes.push(Box::new(AccountReplaced { row, at: now }));
        writes.audit.push(audit.leaf(&writer, &deed)?);
        Ok(Decided::new(writes, right.is_some()))
    };
    if app.store.write(Scope::Account(id), unit).await? {
        Ok(())
    } else {
        Err(Refusal::field("/oneTimeCode", "wrong_code", "Not the code the app shows now; type the next one."))
    }
}
