//! The home on file: what the last accepted report says of where a person lives.

use serde::Deserialize;

use super::address::Address;
use super::refusal::Refusal;
use crate::clock::UtcTime;
use crate::ids::RegistrationId;
use crate::store::Conn;
use crate::store::notifications::notification_last_of;
use crate::store::rows::NotificationRow;
use crate::vault::Strongbox;
use crate::vocabulary::DutyKind;

/// The reports that state the home.
pub(crate) const STATE_HOME: [DutyKind; 3] = [DutyKind::Initial, DutyKind::Home, DutyKind::Periodic];

/// The home on file.
pub struct Home {
    /// Where it is.
    pub address: Address,
    /// When it was reported last.
    pub reported_at: UtcTime,
}

impl Home {
    /// The home on file of a registration; `None` while none was reported.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be decrypted.
    pub fn find(conn: &mut Conn, registration: RegistrationId, strongbox: &Strongbox) -> Result<Option<Self>, Refusal> {
        let row = notification_last_of(conn, registration, &STATE_HOME)?;
        row.map(|row| Self::of(&row, strongbox)).transpose()
    }

    /// The home that a report states.
    ///
    /// # Errors
    /// [`Refusal::Keys`] when it cannot be decrypted.
    pub(crate) fn of(row: &NotificationRow, strongbox: &Strongbox) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        struct Stated {
            address: Address,
        }
        let Stated { address } = strongbox.open("notifications", "content_enc", row.id.as_str(), &row.content_enc)?;
        Ok(Self { address, reported_at: row.received_at })
    }

    /// Whether this is the same place, however it was written.
    pub fn is(&self, address: &Address) -> bool {
        self.address.canonical() == address.canonical()
    }
}
