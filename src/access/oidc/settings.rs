//! The issuers of an installation, read from the TOML file that `sign_in.issuers` names. Checked whole, at start.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use jsonwebtoken::{Algorithm, EncodingKey};
use serde::Deserialize;

use crate::text_enum;
use crate::vocabulary::{Language, Role};

text_enum! {
    /// Whom an issuer vouches for.
    pub enum IssuerArea {
        /// The people who work here.
        Staff => "staff",
        /// The people who must report.
        Registrants => "registrants",
    }
}

/// The key this register proves itself with to an issuer.
#[derive(Clone)]
pub struct ClientKey {
    /// Its name, as registered with the issuer.
    pub kid: String,
    /// How it signs.
    pub algorithm: Algorithm,
    /// The private half.
    pub key: EncodingKey,
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// One issuer.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// Its name in addresses.
    pub name: String,
    /// Whom it vouches for.
    pub area: IssuerArea,
    /// What it is called on pages, in Dutch and English.
    pub label: (String, String),
    /// Its identifier, as in `iss`.
    pub issuer: String,
    /// What this register is called there.
    pub client_id: String,
    /// The key this register proves itself with.
    pub client_key: ClientKey,
    /// Certificates that vouch for its server, in place of those of the web.
    pub authorities: Option<Vec<Vec<u8>>>,
    /// The levels of assurance that suffice, weakest first.
    pub levels: Vec<String>,
    /// The member of the ID token that holds roles; empty for registrants.
    pub role_claim: String,
    /// Which role each of its values means.
    pub roles: BTreeMap<String, Role>,
}

impl IssuerSettings {
    /// What it is called on a page.
    pub fn label(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.label.0,
            Language::En => &self.label.1,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    issuer: Vec<WrittenIssuer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIssuer {
    name: String,
    area: IssuerArea,
    label_nl: String,
    label_en: String,
    issuer: String,
    client_id: String,
    client_key_file: PathBuf,
    client_key_id: String,
    client_key_algorithm: String,
    #[serde(default)]
    authorities_file: Option<PathBuf>,
    levels: Vec<String>,
    required_level: String,
    #[serde(default)]
    role_claim: String,
    #[serde(default)]
    roles: BTreeMap<String, Role>,
}

/// Reads the file.
///
/// # Errors
/// What is wrong with it, in one sentence that repeats no secret.
pub fn load(file: &Path, only_encrypted: bool) -> Result<Vec<IssuerSettings>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("it cannot be read: {error}"))?;
    let written: Written = toml::from_str(&text).map_err(|error| error.message().to_owned())?;
    let mut names = BTreeSet::new();
    let mut identifiers = BTreeSet::new();
    let mut issuers = Vec::new();
    for one in written.issuer {
        if !names.insert(one.name.clone()) || !identifiers.insert(one.issuer.clone()) {
            return Err(format!("issuer {:?} stands in it twice", one.name));
        }
        let name = one.name.clone();
        issuers.push(checked(one, only_encrypted).map_err(|fault| format!("issuer {name:?}: {fault}"))?);
    }
    Ok(issuers)
}

fn checked(one: WrittenIssuer, only_encrypted: bool) -> Result<IssuerSettings, String> {
    let plain = |symbol: char| symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || symbol == '-';
    if one.name.is_empty() || one.name.len() > 40 || !one.name.chars().all(plain) {
        return Err("`name` is lower-case letters, digits and dashes".to_owned());
    }
    if !may_be_called(&one.issuer, only_encrypted) {
        return Err("`issuer` is a URL that begins with https://".to_owned());
    }
    if one.client_id.is_empty() || one.client_key_id.is_empty() {
        return Err("`client_id` and `client_key_id` are not empty".to_owned());
    }
    let Some(required) = one.levels.iter().position(|level| *level == one.required_level) else {
        return Err("`required_level` is one of `levels`, which go from weak to strong".to_owned());
    };
    match one.area {
        IssuerArea::Registrants if !one.roles.is_empty() || !one.role_claim.is_empty() => {
            return Err("an issuer for registrants has no `roles` and no `role_claim`".to_owned());
        }
        IssuerArea::Staff if one.roles.is_empty() || one.role_claim.is_empty() => {
            return Err("an issuer for staff has `role_claim` and `roles`".to_owned());
        }
        IssuerArea::Staff if one.roles.values().any(|role| *role == Role::Registrant) => {
            return Err("registrants do not come in by an issuer for staff".to_owned());
        }
        IssuerArea::Staff | IssuerArea::Registrants => {}
    }
    Ok(IssuerSettings {
        client_key: client_key(&one)?,
        authorities: one.authorities_file.as_deref().map(authorities).transpose()?,
        levels: one.levels[required..].to_vec(),
        name: one.name,
        area: one.area,
        label: (one.label_nl, one.label_en),
        issuer: one.issuer,
        client_id: one.client_id,
        role_claim: one.role_claim,
        roles: one.roles,
    })
}

fn client_key(one: &WrittenIssuer) -> Result<ClientKey, String> {
    let pem = std::fs::read(&one.client_key_file)
        .map_err(|error| format!("the file of `client_key_file` cannot be read: {error}"))?;
    let (algorithm, key) = match one.client_key_algorithm.as_str() {
        "PS256" => (Algorithm::PS256, EncodingKey::from_rsa_pem(&pem)),
        "RS256" => (Algorithm::RS256, EncodingKey::from_rsa_pem(&pem)),
        "ES256" => (Algorithm::ES256, EncodingKey::from_ec_pem(&pem)),
        _ => return Err("`client_key_algorithm` is PS256, RS256 or ES256".to_owned()),
    };
    let key = key.map_err(|_| "`client_key_file` holds no private key in PEM for `client_key_algorithm`".to_owned())?;
    Ok(ClientKey { kid: one.client_key_id.clone(), algorithm, key })
}

fn authorities(file: &Path) -> Result<Vec<Vec<u8>>, String> {
    let pem = std::fs::read(file).map_err(|error| format!("the file of `authorities_file` cannot be read: {error}"))?;
    let found: Result<Vec<Vec<u8>>, _> = ureq::tls::parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(Ok(certificate.der().to_vec())),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
        .collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err("`authorities_file` holds no certificates in PEM".to_owned()),
    }
}

/// Whether this register calls such an address: encrypted, or, for trials, on this machine itself.
pub(super) fn may_be_called(url: &str, only_encrypted: bool) -> bool {
    let host_of = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let sound = |rest: &str| {
        let host = host_of(rest);
        !host.is_empty() && !host.contains('@') && !rest.contains(|c: char| c.is_whitespace() || c == '#')
    };
    match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => sound(rest),
        (None, Some(rest)) if !only_encrypted => {
            let host = host_of(rest);
            let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
            sound(rest) && matches!(name, "127.0.0.1" | "localhost" | "[::1]")
        }
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_called;

    // ASVS 5.0: 1.3.6, 12.3.1, 13.2.4
    #[test]
    fn only_encrypted_addresses_and_this_machine_are_called() {
        for fine in ["https://idp.example", "https://idp.example/realm/x"] {
            assert!(may_be_called(fine, true), "{fine}");
        }
        for local in ["http://127.0.0.1:3000/x", "http://localhost", "http://[::1]:80"] {
            assert!(may_be_called(local, false) && !may_be_called(local, true), "{local}");
        }
        for wrong in ["http://idp.example", "https://", "https://a@b/", "ftp://x", "https://a b", "https://a/#b", ""] {
            assert!(!may_be_called(wrong, false), "{wrong}");
        }
    }
}
