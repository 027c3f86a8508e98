//! A machine with a key: the pair that RFC 8037 prints, so that everybody knows it and nobody uses it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::Value;
use zedenregister::access::clients::ClientJwk;

const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const SEED: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
/// What stands before a seed in PKCS #8.
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// The public half, under this name.
pub fn client_jwk(kid: &str) -> ClientJwk {
    ClientJwk {
        kty: "OKP".to_owned(),
        alg: "EdDSA".to_owned(),
        kid: kid.to_owned(),
        crv: Some("Ed25519".to_owned()),
        x: Some(PUBLIC.to_owned()),
        y: None,
        n: None,
        e: None,
    }
}

/// What the machine signs.
pub fn asserted(kid: &str, claims: &Value) -> String {
    let seed = URL_SAFE_NO_PAD.decode(SEED).expect("a seed");
    let key = EncodingKey::from_ed_der(&[&PKCS8[..], &seed].concat());
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&header, claims, &key).expect("signed")
}
