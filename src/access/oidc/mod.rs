//! Signing in by the word of another organisation: OpenID Connect in the NL GOV profile.
//!
//! Code flow with PKCE (S256), `private_key_jwt`, `nonce`, a `state` bound to the browser that began, and the `iss` of
//! the answer held against the issuer that was asked. An issuer says who somebody is and which roles it knows them in;
//! which account that is, the register decides by issuer and subject and by nothing else. An account is bound once,
//! with its activation code, so that nobody reaches an existing account by having its e-mail address.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`settings`] | the issuers, as data |
//! | [`id_token`] | what must hold of an ID token; pure |
//! | [`provider`] | talking to an issuer: where it answers, its keys, the exchange of a code |
//! | [`flow`] | there and back again, and the binding of an account |

pub mod flow;
mod http;
pub mod id_token;
pub mod provider;
pub mod settings;

pub use provider::Issuers;
pub use settings::{IssuerArea, IssuerSettings};
