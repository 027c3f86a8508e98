//! Around the person: one page for each subject, with what is recorded and links to what can be done.
//!
//! A page shows what its use cases answer and offers what the access decision allows; forms stand in
//! [`super::act`].

pub mod contacts;
pub mod documents;
pub mod home;
pub mod identity;
pub mod notes;
pub mod transfers;

use std::collections::HashMap;

use super::act::Act;
use super::bar::Bar;
use crate::access::colleagues;
use crate::console::visit::Staff;
use crate::ids::AccountId;
use crate::register::Refusal;
use crate::texts::Texts;

/// Entries on a page.
const PAGE: i64 = 50;

/// The names of colleagues on a page.
pub struct Colleagues(HashMap<AccountId, String>);

impl Colleagues {
    /// Reads them.
    pub async fn read(staff: &Staff<'_>, ids: impl IntoIterator<Item = AccountId>) -> Result<Self, Refusal> {
        Ok(Self(colleagues::names(staff.app(), &staff.ctx(), ids.into_iter().collect()).await?))
    }

    /// The name of one.
    pub fn name<'a>(&'a self, t: &'a Texts, id: &AccountId) -> &'a str {
        self.0.get(id).map_or_else(|| t.say("word.unknown"), String::as_str)
    }
}

/// The acts of these that whoever looks may do to the file.
pub fn offered(bar: &Bar, acts: &[Act]) -> Vec<Act> {
    acts.iter().copied().filter(|act| bar.may(act.action())).collect()
}

/// What was just done, when the address says so.
pub fn just_done(done: Option<&str>) -> Option<Act> {
    done.and_then(|done| done.parse().ok())
}
