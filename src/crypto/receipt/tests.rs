use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::*;
use crate::crypto::keyring::{KeyPurpose, Token};
use crate::crypto::signing::{AccessTokenJws, JwsKind};

const CONTENT: &[u8] = br#"{"postcode":"1234AB","number":12}"#;

fn noon() -> DateTime<Utc> {
    "2026-04-01T12:00:00Z".parse().unwrap()
}

struct World {
    _temp: tempfile::TempDir,
    ring: KeyRing,
    rng: StdRng,
}

fn world() -> World {
    let temp = tempfile::tempdir().unwrap();
    let mut rng = StdRng::seed_from_u64(6);
    let ring = KeyRing::init(&temp.path().join("keys"), noon(), &mut rng).unwrap();
    World { _temp: temp, ring, rng }
}

impl World {
    fn claims(&mut self, standing: ReceiptStanding) -> ReceiptClaims {
        let id = "0198f3c2-6c1e-7d5a-9c43-000000000001";
        ReceiptClaims::over("https://register.example", id, "home", standing, noon(), CONTENT, &mut self.rng)
    }

    fn sign(&self, claims: &ReceiptClaims) -> String {
        ReceiptSigner::new(&self.ring).unwrap().sign(claims).unwrap()
    }

    fn jwks(&self) -> Jwks {
        Jwks::of_ring(&self.ring).unwrap()
    }
}

#[test]
fn a_receipt_verifies_offline_with_and_without_the_content() {
    let mut w = world();
    let claims = w.claims(ReceiptStanding::Notification);
    let receipt = w.sign(&claims);
    assert!(claims.this_is_a_notification);
    for (text, content) in [(receipt.clone(), None), (format!("{receipt}\n"), Some(CONTENT))] {
        assert_eq!(verify_offline(&text, &w.jwks(), content).unwrap(), claims);
    }
}

#[test]
fn the_order_of_members_does_not_change_what_was_handed_in() {
    let (one, other) = (json!({"a": 1, "b": {"d": [2], "c": 3}}), json!({"b": {"c": 3, "d": [2]}, "a": 1}));
    assert_eq!(canonical(&one), canonical(&other));
    assert_eq!(canonical(&one), br#"{"a":1,"b":{"c":3,"d":[2]}}"#);
    assert_ne!(canonical(&one), canonical(&json!({"a": 1, "b": {"d": [3], "c": 2}})));
}

#[test]
fn other_content_is_told_apart_from_a_bad_signature() {
    let mut w = world();
    let claims = w.claims(ReceiptStanding::Notification);
    let receipt = w.sign(&claims);
    let other = verify_offline(&receipt, &w.jwks(), Some(b"{}"));
    assert!(matches!(other, Err(ReceiptRefusal::OtherContent)));
    let (head, rest) = receipt.split_once('.').unwrap();
    let forged = URL_SAFE_NO_PAD.encode(json!({"sub": "another"}).to_string());
    let forged = format!("{head}.{forged}.{}", rest.split_once('.').unwrap().1);
    let refusal = verify_offline(&forged, &w.jwks(), None);
    assert!(matches!(refusal, Err(ReceiptRefusal::Signature(SignatureRefusal::Signature))));
}

#[test]
fn a_receipt_holds_nothing_of_the_content_and_no_two_are_alike() {
    let mut w = world();
    let (one, two) = (w.claims(ReceiptStanding::Notification), w.claims(ReceiptStanding::Notification));
    assert_ne!((&one.salt, &one.digest), (&two.salt, &two.digest));
    let payload = serde_json::to_string(&one).unwrap();
    assert!(!payload.contains("1234AB"));
    assert_ne!(one.digest, URL_SAFE_NO_PAD.encode(Sha256::digest(CONTENT)), "the salt counts");
    let members = serde_json::to_value(&one).unwrap();
    let members: Vec<_> = members.as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["iss", "sub", "kind", "standing", "thisIsANotification", "receivedAt", "salt", "digest"]);
    assert_eq!(one.received_at, "2026-04-01T12:00:00Z");
}

#[test]
fn an_attempt_says_that_it_is_not_a_notification_and_cannot_say_both() {
    let mut w = world();
    for standing in [
        ReceiptStanding::Attempt,
        ReceiptStanding::AwaitingSecondPerson,
        ReceiptStanding::Rejected,
        ReceiptStanding::Referral,
    ] {
        let claims = w.claims(standing);
        assert!(!claims.this_is_a_notification);
        assert_eq!(verify_offline(&w.sign(&claims), &w.jwks(), None).unwrap().standing, standing);
        let lying = ReceiptClaims { this_is_a_notification: true, ..claims };
        let refusal = verify_offline(&w.sign(&lying), &w.jwks(), None);
        assert!(matches!(refusal, Err(ReceiptRefusal::Contradiction)));
    }
}

#[test]
fn a_receipt_still_verifies_after_the_key_is_retired_and_not_after_it_is_destroyed() {
    let mut w = world();
    let claims = w.claims(ReceiptStanding::Notification);
    let receipt = w.sign(&claims);
    let old = w.ring.active::<Receipt>().unwrap().kid().as_str().to_owned();
    w.ring.rotate(KeyPurpose::Receipt, noon(), &mut w.rng).unwrap();
    assert!(verify_offline(&receipt, &w.jwks(), Some(CONTENT)).is_ok());
    w.ring.destroy(KeyPurpose::Receipt, &old, noon()).unwrap();
    let refusal = verify_offline(&receipt, &w.jwks(), None);
    assert!(matches!(refusal, Err(ReceiptRefusal::Signature(SignatureRefusal::UnknownKey))));
}

// ASVS 5.0: 9.2.2
#[test]
fn a_token_is_not_a_receipt() {
    let mut w = world();
    let claims = w.claims(ReceiptStanding::Notification);
    let token = Signer::<Token>::new(&w.ring).unwrap().sign::<AccessTokenJws>(&claims).unwrap();
    let refusal = verify_offline(&token, &w.jwks(), None);
    let kind = SignatureRefusal::Kind { expected: ReceiptJws::TYP };
    assert!(matches!(refusal, Err(ReceiptRefusal::Signature(found)) if found == kind));
}

#[test]
fn the_same_content_is_the_same_bytes_however_it_was_written() {
    let [one, other] = [r#"{"b": [{"y": 1, "x": "é"}], "a": null}"#, r#"{"a":null,"b":[{"x":"\u00e9","y":1}]}"#]
        .map(|text| canonical(&serde_json::from_str(text).unwrap()));
    assert_eq!(one, other);
    assert_eq!(one, r#"{"a":null,"b":[{"x":"é","y":1}]}"#.as_bytes());
}
