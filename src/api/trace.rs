//! Which request this is: its own id, its W3C trace, its moment and where it came from.
//!
//! Made once per request, before anything else can fail, and kept in Rocket's request-local cache.

use std::net::IpAddr;
use std::time::Instant;

use rocket::request::Request;
use uuid::Uuid;

use crate::clock::Now;
use crate::ids::RequestId;

use super::edge::Edge;

/// One request, as named in logs, in the audit and to other systems.
#[derive(Debug, Clone)]
pub struct Trace {
    /// This request, on this server.
    pub request: RequestId,
    /// The W3C trace it is part of: 32 hexadecimal digits.
    pub trace: String,
    /// Our step in that trace: 16 hexadecimal digits.
    pub span: String,
    /// The caller's step, when it sent one.
    pub caller: Option<String>,
    /// The trace flags the caller sent.
    pub flags: u8,
    /// When it arrived, on both clocks.
    pub now: Now,
    /// When it arrived, for measuring how long it took.
    pub started: Instant,
    /// Where it came from, as far as a trusted proxy or the connection says.
    pub network: Option<IpAddr>,
}

impl Trace {
    /// The trace of `request`, made at the first call.
    pub fn of<'r>(request: &'r Request<'_>) -> &'r Self {
        request.local_cache(|| {
            let edge = Edge::of(request);
            let sent = request.headers().get_one("traceparent").and_then(parse);
            let (trace, caller, flags) = match sent {
                Some((trace, caller, flags)) => (trace, Some(caller), flags),
                None => (Uuid::new_v4().simple().to_string(), None, 0),
            };
            Self {
                request: RequestId::fresh(),
                trace,
                span: Uuid::new_v4().simple().to_string().split_off(16),
                caller,
                flags,
                now: edge.app().clock.now(),
                started: Instant::now(),
                network: client_address(request, edge.trusted_proxies()),
            }
        })
    }

    /// Whether the caller, who decides on that, wants the trace recorded; without one it is.
    pub fn is_recorded(&self) -> bool {
        self.caller.is_none() || self.flags & 1 == 1
    }

    /// The value of `traceparent` that names this step.
    pub fn parent(&self) -> String {
        format!("00-{}-{}-{:02x}", self.trace, self.span, self.flags)
    }
}

/// Trace, step and flags of a `traceparent` header (W3C Trace Context 3.2); `None` when it is not one.
fn parse(header: &str) -> Option<(String, String, u8)> {
    let hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let mut parts = header.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // Later versions may add parts; version 00 has exactly four, and ff is never valid.
    let known = hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none());
    let valid = known && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
    let named = trace.bytes().any(|b| b != b'0') && span.bytes().any(|b| b != b'0');
    let flags = u8::from_str_radix(flags, 16).ok()?;
    (valid && named).then(|| (trace.to_owned(), span.to_owned(), flags))
}

/// The client's address. What `X-Forwarded-For` says is believed only from a trusted proxy, and only up to the first
/// address that is not one.
fn client_address(request: &Request<'_>, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.remote()?.ip();
    if !trusted.contains(&peer) {
        return Some(peer);
    }
    let forwarded: Vec<&str> = request.headers().get("x-forwarded-for").flat_map(|line| line.split(',')).collect();
    let mut address = peer;
    for hop in forwarded.iter().rev() {
        let Ok(hop) = hop.trim().parse() else { break };
        address = hop;
        if !trusted.contains(&hop) {
            break;
        }
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::parse;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_valid_parent_is_joined() {
        let joined = |flags| Some((TRACE.to_owned(), "00f067aa0ba902b7".to_owned(), flags));
        assert_eq!(parse(&format!("00-{TRACE}-00f067aa0ba902b7-01")), joined(1));
        assert_eq!(parse(&format!("cc-{TRACE}-00f067aa0ba902b7-00-later")), joined(0));
    }

    #[test]
    fn anything_else_starts_a_new_trace() {
        let zeros = "0".repeat(32);
        for bad in [
            String::new(),
            "00".to_owned(),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-extra"),
            format!("00-{zeros}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-00f067aa0ba902b7-zz"),
            format!("00-{TRACE}\u{e9}-00f067aa0ba902b7-01"),
        ] {
            assert_eq!(parse(&bad), None, "{bad}");
        }
    }
}
