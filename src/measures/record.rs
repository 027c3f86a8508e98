//! A record that is about nobody in the register, or not yet: its own key, its steps, and what the rules refuse.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::Ctx;
use crate::app::App;
use crate::audit::Deed;
use crate::ids::MeasureId;
use crate::register::{Refusal, unit};
use crate::store::measures::{MeasureStepRow, measure_find};
use crate::vault::Strongbox;
use crate::vocabulary::MeasureKind;

/// The table of records.
pub(super) const TABLE: &str = "measure_records";
/// The table of their steps.
const STEPS: &str = "measure_record_steps";

/// Makes a key for a record of its own.
pub(super) async fn fresh_key(app: &App, id: MeasureId) -> Result<Strongbox, Refusal> {
    let vault = app.vault.clone();
    tokio::task::spawn_blocking(move || vault.create_for(id.as_str()))
        .await
        .map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
}

/// Takes out the key of a record. When there is no such record, or it was destroyed, the refusal is audited like any other.
pub(super) async fn key_of(
    app: &App,
    ctx: &Ctx,
    kind: MeasureKind,
    id: MeasureId,
    deed: &Deed,
) -> Result<Strongbox, Refusal> {
    let row = app.store.read(move |conn| measure_find(conn, kind, id)).await.map_err(Refusal::Store)?;
    match row.and_then(|row| row.content_enc) {
        Some(sealed) => {
            let vault = app.vault.clone();
            tokio::task::spawn_blocking(move || vault.strongbox_of(&sealed))
                .await
                .map_err(|_| Refusal::Keys("the key store did not answer".to_owned()))?
        }
        None => unit::read(app, ctx, deed.clone(), |_| Err(Refusal::NotFound)).await,
    }
}

/// One more step.
pub(super) fn step_row<E: Serialize>(
    ctx: &Ctx,
    id: MeasureId,
    ordinal: usize,
    step: &str,
    event: &E,
    strongbox: &Strongbox,
) -> Result<MeasureStepRow, Refusal> {
    let ordinal = i64::try_from(ordinal).unwrap_or(i64::MAX);
    Ok(MeasureStepRow {
        measure_id: id,
        ordinal,
        step: step.to_owned(),
        event_enc: Some(strongbox.seal(STEPS, "event_enc", &format!("{id}/{ordinal}"), event)?),
        recorded_by: ctx.actor.account,
        recorded_at: ctx.now.legal,
    })
}

/// What happened, in order; what was destroyed is left out.
pub(super) fn events<E: DeserializeOwned>(steps: &[MeasureStepRow], strongbox: &Strongbox) -> Result<Vec<E>, Refusal> {
    let open = |step: &MeasureStepRow| {
        let row = format!("{}/{}", step.measure_id, step.ordinal);
        step.event_enc.as_deref().map(|sealed| strongbox.open(STEPS, "event_enc", &row, sealed))
    };
    steps.iter().filter_map(open).collect()
}
