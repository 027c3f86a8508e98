//! Signatures of Standard Webhooks, so that a receiver knows that an event is ours, unchanged and of now.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// A secret of 256 random bits, as it is given to the receiver.
pub fn fresh_secret() -> SecretString {
    let random: [u8; 32] = rand::random();
    format!("{PREFIX}{}", STANDARD.encode(random)).into()
}

/// The header `webhook-signature`: one signature with each secret, so that a receiver may change over in its own time.
/// `timestamp` is in seconds since 1970. `None` when a secret is not one.
pub fn signatures(secrets: &[SecretString], id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
    let signed = secrets.iter().map(|secret| signature(secret, id, timestamp, body));
    signed.collect::<Option<Vec<_>>>().map(|all| all.join(" "))
}

fn signature(secret: &SecretString, id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
    let key = STANDARD.decode(secret.expose_secret().strip_prefix(PREFIX)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification.
    // ASVS 5.0: 4.1.5
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let body = br#"{"test": 2432232314}"#;
        let header = signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(header.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    // ASVS 5.0: 11.5.1
    #[test]
    fn two_secrets_sign_side_by_side_and_every_secret_is_another() {
        let (old, new) = (fresh_secret(), fresh_secret());
        assert_ne!(old.expose_secret(), new.expose_secret());
        let header = signatures(&[new, old], "id", 1, b"{}").expect("signed");
        assert_eq!(header.split(' ').count(), 2);
        assert_eq!(signatures(&[SecretString::from("geheim".to_owned())], "id", 1, b"{}"), None);
    }
}
