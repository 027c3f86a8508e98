use base64::Engine as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::crypto::keyring::{Checkpoint, KeyPurpose};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    sub: String,
}

struct World {
    _temp: tempfile::TempDir,
    ring: KeyRing,
    rng: StdRng,
}

fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-04-01T12:00:00Z".parse().unwrap()
}

fn world() -> World {
    let temp = tempfile::tempdir().unwrap();
    let mut rng = StdRng::seed_from_u64(11);
    let ring = KeyRing::init(&temp.path().join("keys"), now(), &mut rng).unwrap();
    World { _temp: temp, ring, rng }
}

fn claims() -> Claims {
    Claims { sub: "0198f3c2".to_owned() }
}

fn access(world: &World) -> String {
    Signer::<Token>::new(&world.ring).unwrap().sign::<AccessTokenJws>(&claims()).unwrap()
}

fn verify<K: JwsKind>(world: &World, text: &str) -> Result<Claims, SignatureRefusal> {
    Verifier::<K::Key>::new(&world.ring).unwrap().verify::<K, Claims>(text)
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The same token with other members in its header, signed properly by the key `purpose` names.
fn forged<P: Signing>(world: &World, header: &Value) -> String {
    let key: Key<P> = world.ring.active().unwrap();
    let signed = format!("{}.{}", encode(header), encode(&json!(claims())));
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &key.signing().unwrap(), Algorithm::EdDSA);
    format!("{signed}.{}", signature.unwrap())
}

fn header(world: &World, change: impl FnOnce(&mut Value)) -> Value {
    let kid = world.ring.active::<Token>().unwrap().kid().as_str().to_owned();
    let mut header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid});
    change(&mut header);
    header
}

/// RFC 8037, appendix A.4: key, header, payload and signature.
// ASVS 5.0: 11.2.1, 11.6.1
#[test]
fn the_signature_is_that_of_rfc_8037() {
    let jwks = Jwks {
        keys: serde_json::from_value(json!([{
            "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k",
            "purpose": "checkpoint", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        }]))
        .unwrap(),
    };
    let verifier = Verifier::<Checkpoint>::from_jwks(&jwks).unwrap();
    let signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = URL_SAFE_NO_PAD
        .decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
        .unwrap();
    assert!(verifier.verify_bytes("k", signed, &signature));
    assert!(!verifier.verify_bytes("k", &signed[1..], &signature));
    assert!(!verifier.verify_bytes("other", signed, &signature));
}

#[test]
fn a_token_verifies_and_says_its_kind_and_key() {
    let w = world();
    let token = access(&w);
    assert_eq!(verify::<AccessTokenJws>(&w, &token), Ok(claims()));
    let head = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(head.typ.as_deref(), Some("at+jwt"));
    assert_eq!(head.kid.as_deref(), Some(w.ring.active::<Token>().unwrap().kid().as_str()));
}

// ASVS 5.0: 9.1.1
#[test]
fn any_altered_character_is_refused() {
    let w = world();
    let token = access(&w);
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(bytes).unwrap();
        assert!(verify::<AccessTokenJws>(&w, &altered).is_err(), "character {at}");
    }
    for cut in [0, 1, token.len() / 2, token.len() - 1] {
        assert!(verify::<AccessTokenJws>(&w, &token[..cut]).is_err());
    }
}

// ASVS 5.0: 9.2.2
#[test]
fn a_token_of_another_kind_is_refused_also_under_the_right_key() {
    let w = world();
    let signer = Signer::<Token>::new(&w.ring).unwrap();
    let refresh = signer.sign::<RefreshTokenJws>(&claims()).unwrap();
    assert_eq!(verify::<RefreshTokenJws>(&w, &refresh), Ok(claims()));
    assert_eq!(verify::<AccessTokenJws>(&w, &refresh), Err(SignatureRefusal::Kind { expected: "at+jwt" }));
}

// ASVS 5.0: 9.1.3, 9.2.2
#[test]
fn a_key_of_another_purpose_is_refused_even_when_everything_else_fits() {
    let w = world();
    // Signed by the receipt key, with the name of the receipt key, as an access token.
    let receipt_kid = w.ring.active::<Receipt>().unwrap().kid().as_str().to_owned();
    let text = forged::<Receipt>(&w, &header(&w, |h| h["kid"] = json!(receipt_kid)));
    assert_eq!(verify::<AccessTokenJws>(&w, &text), Err(SignatureRefusal::UnknownKey));
    // Signed by the receipt key, under the name of the token key.
    let text = forged::<Receipt>(&w, &header(&w, |_| ()));
    assert_eq!(verify::<AccessTokenJws>(&w, &text), Err(SignatureRefusal::Signature));
    // A published set in which the receipt key has taken the name of the token key.
    let mut jwks = Jwks::of_ring(&w.ring).unwrap();
    let token_kid = w.ring.active::<Token>().unwrap().kid().as_str().to_owned();
    jwks.keys.retain(|key| key.purpose == KeyPurpose::Receipt);
    jwks.keys[0].kid = token_kid;
    let verifier = Verifier::<Token>::from_jwks(&jwks).unwrap();
    assert_eq!(verifier.verify::<AccessTokenJws, Claims>(&access(&w)), Err(SignatureRefusal::UnknownKey));
}

// ASVS 5.0: 9.1.2, 9.1.3
#[test]
fn headers_that_ask_for_something_else_are_refused() {
    let w = world();
    assert!(verify::<AccessTokenJws>(&w, &forged::<Token>(&w, &header(&w, |_| ()))).is_ok());
    let refusal = |change: fn(&mut Value)| {
        let text = forged::<Token>(&w, &header(&w, change));
        verify::<AccessTokenJws>(&w, &text).unwrap_err()
    };
    assert_eq!(refusal(|h| h["alg"] = json!("none")), SignatureRefusal::Algorithm);
    assert_eq!(refusal(|h| h["alg"] = json!("HS256")), SignatureRefusal::Algorithm);
    assert_eq!(refusal(|h| h["alg"] = json!("ES256")), SignatureRefusal::Algorithm);
    let kind = SignatureRefusal::Kind { expected: "at+jwt" };
    assert_eq!(refusal(|h| h["typ"] = json!("JWT")), kind);
    assert_eq!(refusal(|h| h["typ"] = Value::Null), kind);
    assert_eq!(refusal(|h| h["kid"] = Value::Null), SignatureRefusal::NoKid);
    assert_eq!(refusal(|h| h["kid"] = json!("unknown")), SignatureRefusal::UnknownKey);
    assert_eq!(refusal(|h| h["crit"] = json!(["exp"])), SignatureRefusal::Malformed);
    assert_eq!(refusal(|h| h["jku"] = json!("https://x.test")), SignatureRefusal::Malformed);
    assert_eq!(refusal(|h| h["b64"] = json!(false)), SignatureRefusal::Malformed);
}

// ASVS 5.0: 9.1.1, 9.1.2
#[test]
fn an_unsigned_token_and_one_signed_with_the_public_key_as_a_secret_are_refused() {
    let w = world();
    let plain = encode(&header(&w, |h| h["alg"] = json!("none")));
    let payload = encode(&json!(claims()));
    for text in [format!("{plain}.{payload}."), format!("{plain}.{payload}")] {
        assert!(verify::<AccessTokenJws>(&w, &text).is_err());
    }
    let public = *w.ring.active::<Token>().unwrap().public().unwrap();
    let head = Header {
        typ: Some("at+jwt".to_owned()),
        kid: Some(w.ring.active::<Token>().unwrap().kid().as_str().to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let confused = jsonwebtoken::encode(&head, &claims(), &EncodingKey::from_secret(&public)).unwrap();
    assert_eq!(verify::<AccessTokenJws>(&w, &confused), Err(SignatureRefusal::Algorithm));
}

#[test]
fn what_is_no_signed_text_at_all_is_told_so() {
    let w = world();
    for text in ["", "a.b", "a.b.c", "a.b.c.d", "bm8.bm8.bm8", "e30.e30"] {
        assert_eq!(verify::<AccessTokenJws>(&w, text), Err(SignatureRefusal::Malformed), "{text}");
    }
    assert_eq!(verify::<AccessTokenJws>(&w, "e30.e30.e30"), Err(SignatureRefusal::Algorithm));
}

#[test]
fn other_claims_than_expected_are_refused() {
    let w = world();
    let signer = Signer::<Token>::new(&w.ring).unwrap();
    let text = signer.sign::<AccessTokenJws>(&json!({"role": "x"})).unwrap();
    assert_eq!(verify::<AccessTokenJws>(&w, &text), Err(SignatureRefusal::Claims));
}

// ASVS 5.0: 11.2.2, 13.3.4
#[test]
fn after_rotation_old_tokens_verify_until_the_old_key_is_destroyed() {
    let mut w = world();
    let token = access(&w);
    let old = w.ring.active::<Token>().unwrap().kid().as_str().to_owned();
    let fresh = w.ring.rotate(KeyPurpose::Token, now(), &mut w.rng).unwrap();
    assert_eq!(verify::<AccessTokenJws>(&w, &token), Ok(claims()));
    assert_eq!(Signer::<Token>::new(&w.ring).unwrap().kid(), fresh.kid.as_str());
    w.ring.destroy(KeyPurpose::Token, &old, now()).unwrap();
    assert_eq!(verify::<AccessTokenJws>(&w, &token), Err(SignatureRefusal::UnknownKey));
}

#[test]
fn the_published_set_has_every_public_key_and_no_secret() {
    let mut w = world();
    let old = w.ring.active::<Receipt>().unwrap().kid().as_str().to_owned();
    w.ring.rotate(KeyPurpose::Receipt, now(), &mut w.rng).unwrap();
    let document = serde_json::to_value(Jwks::of_ring(&w.ring).unwrap()).unwrap();
    let keys = document["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 5);
    assert!(keys.iter().any(|key| key["kid"] == json!(old)), "retired keys stay published");
    for key in keys {
        let members: Vec<_> = key.as_object().unwrap().keys().collect();
        assert_eq!(members, ["kty", "crv", "alg", "use", "kid", "x", "purpose"]);
    }
    let read: Jwks = serde_json::from_value(document).unwrap();
    let receipt = Signer::<Receipt>::new(&w.ring).unwrap();
    let text = receipt.sign::<ReceiptJws>(&claims()).unwrap();
    let verifier = Verifier::<Receipt>::from_jwks(&read).unwrap();
    assert_eq!(verifier.verify::<ReceiptJws, Claims>(&text), Ok(claims()));
}

#[test]
fn a_set_with_a_name_twice_or_a_malformed_key_is_refused() {
    let w = world();
    let good = Jwks::of_ring(&w.ring).unwrap();
    let mut twice = good.clone();
    twice.keys.push(twice.keys[0].clone());
    assert!(matches!(Verifier::<Token>::from_jwks(&twice), Err(JwksError::Twice(_))));
    let mut short = good.clone();
    short.keys[0].x.pop();
    assert!(matches!(Verifier::<Token>::from_jwks(&short), Err(JwksError::Key(_))));
    let mut other = good;
    other.keys[0].alg = "ES256".to_owned();
    assert!(matches!(Verifier::<Token>::from_jwks(&other), Err(JwksError::Key(_))));
}
