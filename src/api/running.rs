//! Idempotency keys of requests this process is working on right now.
//!
//! Repeating a finished request is settled by the stored answer, and two servers by the key's uniqueness in the
//! database. This only spares a client that repeats too early the wait for a certain conflict.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::ids::AccountId;

/// The keys in use.
#[derive(Debug, Default)]
pub struct Running(Mutex<HashSet<(AccountId, String)>>);

/// A key while its request runs; free again when dropped.
#[derive(Debug)]
pub struct Held<'a> {
    running: &'a Running,
    key: (AccountId, String),
}

impl Running {
    /// Holds the key of an account; `None` when a request with it is running.
    pub fn hold(&self, account: AccountId, key: &str) -> Option<Held<'_>> {
        let key = (account, key.to_owned());
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        fresh.then(|| Held { running: self, key })
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ASVS 5.0: 15.4.1
    #[test]
    fn a_key_is_held_by_one_request_of_its_account_at_a_time() {
        let running = Running::default();
        let (one, other) = (AccountId::fresh(), AccountId::fresh());
        let first = running.hold(one, "k").expect("free");
        assert!(running.hold(one, "k").is_none());
        assert!(running.hold(other, "k").is_some());
        drop(first);
        assert!(running.hold(one, "k").is_some());
    }
}
