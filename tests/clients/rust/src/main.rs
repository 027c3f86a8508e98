//! The README's walk-through with the generated Rust client: sign in, list duties, report a move, verify the receipt.

use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use zedenregister_client::apis::configuration::Configuration;
use zedenregister_client::apis::{Error as Refused, duties_api, notifications_api, registrations_api, sign_in_api};
use zedenregister_client::models::{Address, AddressDutch, AddressReport, Identity, SignIn, address_dutch};

fn verified(receipt: &str, url: &str) -> Result<Value, Box<dyn Error>> {
    let keys: Value = reqwest::blocking::get(format!("{url}/.well-known/jwks.json"))?.json()?;
    let (signed, signature) = receipt.rsplit_once('.').ok_or("not a JWS")?;
    let (head, claims) = signed.split_once('.').ok_or("not a JWS")?;
    let head: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head)?)?;
    let key = keys["keys"].as_array().ok_or("no keys")?.iter().find(|key| key["kid"] == head["kid"]).ok_or("no key")?;
    assert_eq!(key["purpose"], "receipt");
    let x: [u8; 32] = URL_SAFE_NO_PAD.decode(key["x"].as_str().ok_or("no x")?)?.try_into().map_err(|_| "not 32 bytes")?;
    VerifyingKey::from_bytes(&x)?.verify_strict(signed.as_bytes(), &Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature)?)?)?;
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?)
}

fn address(postcode: &str) -> Address {
    let dutch = AddressDutch::new("Proeflaan".into(), 7, postcode.into(), "Proefdorp".into(), address_dutch::Type::Dutch);
    Address::AddressDutch(Box::new(dutch))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (url, password) = (std::env::var("ZEDEN_URL")?, std::env::var("ZEDEN_PASSWORD")?);
    let mut register = Configuration { base_path: format!("{url}/v1"), ..Configuration::default() };
    let token = sign_in_api::sign_in(&register, SignIn::new("registrant".into(), password))?;
    register.bearer_access_token = Some(token.access_token);

    let duties = duties_api::list_duties(&register, "me", None)?.items;
    assert!(!duties.is_empty(), "the registrant has no duties");

    let person = registrations_api::read_registration(&register, "me", None)?;
    let identity = Identity::new(person.birth_date, vec![*person.name], address("1234 AB"));
    let today = chrono::Local::now();
    let key = |what: &str| format!("rust-{what}-{}", today.timestamp_micros());
    let move_to = |postcode: &str| AddressReport::new(identity.clone(), address(postcode), today.date_naive());
    let answer = notifications_api::notify_address(&register, "me", &key("move"), move_to("2345 BC"), None)?;
    let claims = verified(&answer.receipt, &url)?;
    assert_eq!(claims["sub"], answer.id.to_string());
    assert_eq!(claims["thisIsANotification"], true);

    let Err(Refused::ResponseError(refused)) =
        notifications_api::notify_address(&register, "me", &key("bad"), move_to("0000 XX"), None)
    else {
        return Err("a bad postcode was taken".into());
    };
    let problem: Value = serde_json::from_str(&refused.content)?;
    assert_eq!((refused.status.as_u16(), &problem["errors"][0]["pointer"]), (400, &Value::from("/address/postcode")));
    println!("rust: {} duties, move {} reported, receipt verified, a bad postcode refused", duties.len(), answer.id);
    Ok(())
}
