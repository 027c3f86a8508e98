//! An e-mail address that can stand in a command and in a header as it is.

use std::fmt;
use std::str::FromStr;

/// The longest address that fits a path of SMTP (RFC 5321, 4.5.3.1.3, without its brackets).
const LONGEST: usize = 254;

/// An address of plain ASCII without anything that could end a line or a field. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

/// The text is not an address this program will write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a usable e-mail address")]
pub struct NotAnAddress;

impl Address {
    /// The part behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    pub(super) fn inner(&self) -> &lettre::Address {
        &self.0
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic());
        // A quoted local part may hold brackets, spaces and quotes; nobody who registered one is turned away by us
        // alone, and it is where injections hide.
        if !plain || text.contains(['"', '<', '>', '(', ')', ',', ';', ':', '\\', '[', ']']) {
            return Err(NotAnAddress);
        }
        text.parse().map(Self).map_err(|_| NotAnAddress)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_addresses_are_taken() {
        for text in ["a@example.nl", "jan.de-vries+x@post.example.org", "o'neill@example.ie", "x_1@sub.example"] {
            assert!(text.parse::<Address>().is_ok(), "{text}");
        }
    }

    // ASVS 5.0: 1.3.3, 1.3.11
    #[test]
    fn what_could_end_a_line_or_a_field_is_refused() {
        let long = format!("{}@example.nl", "a".repeat(250));
        for text in [
            "",
            "nobody",
            "a@b@c",
            "a@example.nl\r\nBcc: b@example.nl",
            "a@example.nl\nRCPT TO:<b@example.nl>",
            "a@example.nl\0",
            "\"a b\"@example.nl",
            "a@example.nl> SIZE=1",
            "a@example.nl,b@example.nl",
            "Naam <a@example.nl>",
            "a@[127.0.0.1]",
            "jörg@example.nl",
            "a@exämple.nl",
            "a@example.nl\u{2028}x",
            long.as_str(),
        ] {
            assert!(text.parse::<Address>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn it_does_not_show_itself() {
        let address: Address = "someone@example.nl".parse().expect("an address");
        assert_eq!(format!("{address:?}"), "Address(..)");
    }

    proptest! {
        // ASVS 5.0: 1.3.11
        #[test]
        fn whatever_is_taken_stays_one_field(text in "[ -~\r\n\t\0]{0,40}@[ -~\r\n]{0,20}") {
            if let Ok(address) = text.parse::<Address>() {
                let shown = address.inner().to_string();
                prop_assert!(shown.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>'));
                prop_assert_eq!(shown.matches('@').count(), 1);
            }
        }
    }
}
