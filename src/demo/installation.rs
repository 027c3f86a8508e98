//! What a demonstration must find again when it is started on the same folder: its seed, who became which
//! registration, and where its legal clock stood.

use std::time::Duration;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, UtcTime};
use crate::ids::RegistrationId;
use crate::register::Refusal;
use crate::store::settings::{SettingPut, setting_find};
use crate::store::{Decided, Scope, Store, StoreError, WriteSet};

/// The name under which it is kept.
const NAME: &str = "demonstration";

/// A demonstration, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Installation {
    /// From which everything follows.
    pub seed: u64,
    /// The day the histories are seen from.
    pub began_on: NaiveDate,
    /// The registrations, in the order of their lives.
    pub registrations: Vec<RegistrationId>,
    /// Where the legal clock stood when this was written.
    pub legal: UtcTime,
}

impl Installation {
    /// The one in this database, if there is one.
    ///
    /// # Errors
    /// When the database cannot be read or holds something else under the name.
    pub fn find(store: &Store) -> Result<Option<Self>, StoreError> {
        let kept = store.read_blocking(|conn| setting_find(conn, NAME))?;
        kept.map(|text| serde_json::from_str(&text).map_err(|e| StoreError::Corrupt(format!("{NAME}: {e}"))))
            .transpose()
    }

    /// Keeps it, over what was kept before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep(&self, store: &Store, at: UtcTime) -> Result<(), Refusal> {
        let value = serde_json::to_string(self).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let put = SettingPut { name: NAME.to_owned(), value, at };
        let unit = move |_: &mut crate::store::Conn| -> Result<Decided<()>, StoreError> {
            Ok(Decided::new(WriteSet { changes: vec![Box::new(put.clone())], ..WriteSet::default() }, ()))
        };
        Ok(store.write(Scope::Append, unit).await?)
    }

    /// The clock from here on: a legal day passes in `day` of real time. While nothing ran, no legal time passed. A
    /// next start begins a day later, so that the legal clock never goes back behind what was not kept any more.
    pub fn clock(&self, system: UtcTime, day: Duration) -> Clock {
        Clock::accelerated(system, self.legal, day)
    }

    /// Keeps where the legal clock stands, again and again, until it is dropped.
    pub async fn keep_time(mut self, store: Store, clock: Clock, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            let now = clock.now();
            self.legal = now.legal.plus(chrono::Duration::days(1));
            if let Err(error) = self.keep(&store, now.system).await {
                tracing::warn!(%error, "where the legal clock stands could not be kept");
            }
        }
    }
}
