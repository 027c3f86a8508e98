//! Which addresses may be called: those of the internet, and networks that the settings name. Everything else belongs to
//! somebody's inside, and a subscription must not be a way to it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network as `ADDRESS/LENGTH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    length: u8,
}

/// A text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a network: expected ADDRESS/LENGTH, such as 10.1.2.0/24")]
pub struct NotANetwork;

impl Network {
    /// Whether the address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, plain(address)) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.length)).unwrap_or(0);
                u32::from(first) & mask == u32::from(address) & mask
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.length)).unwrap_or(0);
                u128::from(first) & mask == u128::from(address) & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (first, length) = text.split_once('/').ok_or(NotANetwork)?;
        let first: IpAddr = first.parse().map_err(|_| NotANetwork)?;
        let length: u8 = length.parse().map_err(|_| NotANetwork)?;
        let longest = if first.is_ipv4() { 32 } else { 128 };
        if length > longest { Err(NotANetwork) } else { Ok(Self { first, length }) }
    }
}

/// An IPv4 address that is written as an IPv6 address is that IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Whether the address is one of the internet: globally reachable, of one host.
pub fn is_public(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// The special-purpose blocks of RFC 6890 and its registry, multicast and what is reserved.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

/// Global unicast alone, without what stands for IPv4 addresses, documentation and protocol assignments.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global = a & 0xe000 == 0x2000;
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    global && !special
}

/// Whether an address may be called, with or without encryption.
pub fn may_call(address: IpAddr, encrypted: bool, networks: &[Network]) -> bool {
    (encrypted && is_public(address)) || networks.iter().any(|network| network.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    // ASVS 5.0: 1.3.6
    #[test]
    fn nothing_inside_is_public() {
        for inside in [
            "0.0.0.0",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.254",
            "127.0.0.1",
            "127.1.2.3",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip(inside)), "{inside}");
            assert!(!may_call(ip(inside), true, &[]), "{inside}");
        }
    }

    // ASVS 5.0: 12.3.1
    #[test]
    fn the_internet_is_called_encrypted_alone() {
        for outside in ["1.1.1.1", "93.184.216.34", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:d00::1"] {
            assert!(may_call(ip(outside), true, &[]), "{outside}");
            assert!(!may_call(ip(outside), false, &[]), "{outside}");
        }
    }

    // ASVS 5.0: 13.2.4
    #[test]
    fn a_network_of_the_settings_is_the_only_way_inside() {
        let networks: Vec<Network> =
            ["10.1.2.0/24", "fd00::/8"].iter().map(|text| text.parse().expect("a network")).collect();
        for within in ["10.1.2.3", "fd12::1", "::ffff:10.1.2.3"] {
            assert!(may_call(ip(within), false, &networks), "{within}");
        }
        for beside in ["10.1.3.1", "fc00::1", "127.0.0.1"] {
            assert!(!may_call(ip(beside), true, &networks), "{beside}");
        }
        assert!("0.0.0.0/0".parse::<Network>().expect("all").contains(ip("9.9.9.9")));
        for wrong in ["10.0.0.0", "10.0.0.0/33", "::/129", "x/8", "10.0.0.0/-1"] {
            assert_eq!(wrong.parse::<Network>(), Err(NotANetwork), "{wrong}");
        }
    }
}
