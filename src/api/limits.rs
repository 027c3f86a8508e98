//! How much one client may ask, and how much the process takes on at once.
//!
//! Limits are kept in this process: with several servers a client gets as much from each. They protect the service;
//! guessing of passwords is stopped by the lock on the account.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use rocket::http::Status;

use super::problem::Problem;

/// Checks after which keys that have been quiet are forgotten.
const SWEEP_EVERY: u32 = 4_096;
const MINUTE: Duration = Duration::from_secs(60);

/// A quota a minute for each key.
pub struct PerMinute<K: Hash + Eq + Clone> {
    name: &'static str,
    quota: NonZeroU32,
    limiter: RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    checks: AtomicU32,
}

/// What is left of a quota, for the headers of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    name: &'static str,
    quota: u32,
    left: u32,
}

impl<K: Hash + Eq + Clone> PerMinute<K> {
    /// `quota` requests a minute; all of them may come at once.
    pub fn new(name: &'static str, quota: NonZeroU32) -> Self {
        let limiter = RateLimiter::dashmap(Quota::per_minute(quota)).with_middleware::<StateInformationMiddleware>();
        Self { name, quota, limiter, checks: AtomicU32::new(0) }
    }

    /// Takes one request from the quota of `key`.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn take(&self, key: &K) -> Result<Left, Problem> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let quota = self.quota.get();
        match self.limiter.check_key(key) {
            Ok(state) => Ok(Left { name: self.name, quota, left: state.remaining_burst_capacity() }),
            Err(early) => {
                let wait = early.wait_time_from(DefaultClock::default().now());
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                let left = Left { name: self.name, quota, left: 0 };
                Err(left
                    .headers(seconds)
                    .into_iter()
                    .fold(
                        Problem::new(
                            Status::TooManyRequests,
                            "too_many_requests",
                            "Wait before you ask again; see Retry-After.",
                        ),
                        |problem, (name, value)| problem.with(name, value),
                    )
                    .with("Retry-After", seconds.max(1).to_string()))
            }
        }
    }
}

impl Left {
    /// The headers of draft-ietf-httpapi-ratelimit-headers; `reset`: seconds until there is more.
    pub fn headers(&self, reset: u64) -> [(&'static str, String); 2] {
        [
            ("RateLimit-Policy", format!(r#""{}";q={};w={}"#, self.name, self.quota, MINUTE.as_secs())),
            ("RateLimit", format!(r#""{}";r={};t={reset}"#, self.name, self.left)),
        ]
    }

    /// Seconds until one more request is allowed, when some were taken.
    pub fn reset(&self) -> u64 {
        if self.left == self.quota { 0 } else { MINUTE.as_secs().div_ceil(u64::from(self.quota)) }
    }
}

/// The network a client comes from: one IPv4 address, or the /64 an IPv6 subscriber has to himself.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ASVS 5.0: 2.4.1, 6.3.1
    #[test]
    fn each_key_has_its_own_quota_and_is_told_how_long_to_wait() {
        let limits = PerMinute::new("sign-in", NonZeroU32::new(2).expect("two"));
        assert_eq!(limits.take(&"a").expect("first").left, 1);
        assert!(limits.take(&"a").is_ok());
        let refused = limits.take(&"a").expect_err("third");
        assert_eq!(refused.details().status, 429);
        let wait =
            refused.details().headers.iter().find(|(name, _)| *name == "Retry-After").map(|(_, value)| value.as_str());
        assert!(wait.is_some_and(|wait| wait.parse::<u32>().is_ok_and(|wait| (1..=30).contains(&wait))), "{wait:?}");
        assert!(limits.take(&"b").is_ok());
    }

    #[test]
    fn an_ipv6_subscriber_is_one_network() {
        let a: IpAddr = "2001:db8:1:2::1".parse().expect("address");
        let b: IpAddr = "2001:db8:1:2:ffff::9".parse().expect("address");
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().expect("address");
        assert_eq!(network(a), network(b));
        assert_eq!(network(mapped), "192.0.2.1".parse::<IpAddr>().expect("address"));
    }
}
