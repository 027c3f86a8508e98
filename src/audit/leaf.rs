//! One entry of the audit: who did or saw what, of whom, why, and with what result.
//!
//! Owns the canonical form, which is what is hashed and stored. An entry outlives the person it is about, so its type
//! has no room for a name: what identifies a person is a [`Pseudonym`] (a keyed hash) or ciphertext, everything else is
//! a [`Code`] from a small alphabet, an id, or a word of the vocabulary. Free text does not fit.
//!
//! Canonical form: JSON in one line, members sorted by name, absent ones left out, only ASCII that needs no escape, no
//! numbers but the version. One entry therefore has exactly one text (also by RFC 8785), and an auditor reads it with
//! any JSON tool.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::tree::{Hash, leaf_hash};
use crate::clock::UtcTime;
use crate::crypto::field::key_of;
use crate::crypto::keyed_hash;
use crate::crypto::keyring::{AuditLeaf, Key, KeyRing, KeyRingError};
use crate::ids::{AccountId, PersonId, RegistrationId, RequestId};
use crate::text_enum;
use crate::vocabulary::{Purpose, Role};

/// Why something does not fit in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Anything else could be a name.
    #[error("a code has 1 to 64 characters from a-z, 0-9, '.', '_' and '-'")]
    Code,
    /// A person or registration is named by its pseudonym.
    #[error("a person or a registration is named by its pseudonym and not by its id")]
    NotAPseudonym,
    /// Not an id of this system.
    #[error("the id of an object is a UUID in lower case")]
    Id,
    /// Not 32 hexadecimal digits in lower case.
    #[error("a trace id has 32 hexadecimal digits in lower case")]
    Trace,
    /// The detail was not encrypted.
    #[error("a detail is ciphertext")]
    Detail,
    /// A text that is not the canonical form of an entry.
    #[error("not an audit entry in canonical form")]
    NotCanonical,
}

/// A word of the program, such as `registration.read`: never anything somebody typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(Cow<'static, str>);

impl Code {
    /// A code known when the program is compiled. Use it in a `const`, where a wrong one does not compile.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        assert!(is_code(text.as_bytes()), "not a code");
        Self(Cow::Borrowed(text))
    }

    /// A code known only at run time.
    ///
    /// # Errors
    /// [`LeafError::Code`].
    pub fn new(text: &str) -> Result<Self, LeafError> {
        if is_code(text.as_bytes()) { Ok(Self(Cow::Owned(text.to_owned()))) } else { Err(LeafError::Code) }
    }

    /// The nearest code to the name of an organisation: lower case, everything else a dash.
    #[must_use]
    pub fn of_organisation(name: &str) -> Self {
        let plain = |symbol: char| if symbol.is_ascii_alphanumeric() { symbol.to_ascii_lowercase() } else { '-' };
        let text: String = name.chars().map(plain).take(64).collect();
        if text.is_empty() { Self(Cow::Borrowed("none")) } else { Self(Cow::Owned(text)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_code(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        if !matches!(text[at], b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-') {
            return false;
        }
        at += 1;
    }
    !text.is_empty() && text.len() <= 64
}

impl TryFrom<String> for Code {
    type Error = LeafError;
    fn try_from(text: String) -> Result<Self, LeafError> {
        Self::new(&text)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0.into_owned()
    }
}

/// A person or registration as a keyed hash: `<kid>:<32 hexadecimal digits>`. Whoever lacks the key cannot find out
/// whom it names, nor test a guess.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pseudonym(String);

impl Pseudonym {
    /// The text, also kept in the column by which "who looked at my file" is answered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Pseudonym {
    type Error = LeafError;
    fn try_from(text: String) -> Result<Self, LeafError> {
        let digest = text.split_once(':').filter(|(kid, _)| is_code(kid.as_bytes())).map(|(_, digest)| digest);
        if digest.is_some_and(|digest| is_hex(digest, 32)) { Ok(Self(text)) } else { Err(LeafError::NotAPseudonym) }
    }
}

impl From<Pseudonym> for String {
    fn from(pseudonym: Pseudonym) -> Self {
        pseudonym.0
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Makes pseudonyms with the `audit-leaf` keys of the ring.
#[derive(Debug, Clone)]
pub struct Pseudonyms {
    /// The active key first, then the retired ones.
    keys: Vec<Key<AuditLeaf>>,
}

impl Pseudonyms {
    /// # Errors
    /// [`KeyRingError::NoActiveKey`].
    pub fn new(ring: &KeyRing) -> Result<Self, KeyRingError> {
        ring.active::<AuditLeaf>()?;
        Ok(Self { keys: ring.usable() })
    }

    /// The pseudonym of a registration, for a new entry.
    ///
    /// # Errors
    /// [`KeyRingError`] when the key has no secret.
    pub fn registration(&self, id: RegistrationId) -> Result<Pseudonym, KeyRingError> {
        self.newest("registration", id.as_str())
    }

    /// The pseudonym of a person, for a new entry.
    ///
    /// # Errors
    /// [`KeyRingError`] when the key has no secret.
    pub fn person(&self, id: PersonId) -> Result<Pseudonym, KeyRingError> {
        self.newest("person", id.as_str())
    }

    /// Every pseudonym under which entries about a registration may stand: one per key that was ever active.
    ///
    /// # Errors
    /// [`KeyRingError`] when a key has no secret.
    pub fn registration_ever(&self, id: RegistrationId) -> Result<Vec<Pseudonym>, KeyRingError> {
        self.keys.iter().map(|key| pseudonym(key, "registration", id.as_str())).collect()
    }

    /// Every pseudonym under which a person may act or be named in entries: one per key that was ever active.
    ///
    /// # Errors
    /// [`KeyRingError`] when a key has no secret.
    pub fn person_ever(&self, id: PersonId) -> Result<Vec<Pseudonym>, KeyRingError> {
        self.keys.iter().map(|key| pseudonym(key, "person", id.as_str())).collect()
    }

    fn newest(&self, kind: &str, id: &str) -> Result<Pseudonym, KeyRingError> {
        let purpose = crate::crypto::keyring::KeyPurpose::AuditLeaf;
        pseudonym(self.keys.first().ok_or(KeyRingError::NoActiveKey(purpose))?, kind, id)
    }
}

fn pseudonym(key: &Key<AuditLeaf>, kind: &str, id: &str) -> Result<Pseudonym, KeyRingError> {
    let digest = keyed_hash(key.secret()?, &[b"zedenregister/audit/v1", kind.as_bytes(), id.as_bytes()]);
    Ok(Pseudonym(format!("{}:{}", key.kid(), hex::encode(&digest[..16]))))
}

text_enum! {
    /// How it ended.
    pub enum Outcome {
        /// It was done, or shown.
        Allowed => "allowed",
        /// The access decision or a rule refused it.
        Refused => "refused",
        /// It was allowed and did not succeed.
        Failed => "failed",
    }
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorRef {
    /// An account of staff or of a machine, by its id: they answer for what they did.
    Account(AccountId),
    /// A registrant, who may be erased one day.
    Registrant(Pseudonym),
    /// Part of the program itself, such as a job.
    System(Code),
    /// Somebody who did not sign in.
    Nobody,
}

/// What was acted on, other than a person or registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ObjectText", into = "ObjectText")]
pub struct ObjectRef {
    kind: Code,
    id: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectText {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    kind: Code,
}

impl ObjectRef {
    /// An object by its kind and id.
    ///
    /// # Errors
    /// [`LeafError::NotAPseudonym`] for a person or registration, [`LeafError::Id`] for another id than a UUID.
    pub fn new(kind: Code, id: Option<&str>) -> Result<Self, LeafError> {
        if id.is_some() && matches!(kind.as_str(), "person" | "registration") {
            return Err(LeafError::NotAPseudonym);
        }
        if let Some(id) = id {
            id.parse::<crate::ids::IdText>().map_err(|_| LeafError::Id)?;
        }
        Ok(Self { kind, id: id.map(str::to_owned) })
    }

    /// Its id, when it has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl TryFrom<ObjectText> for ObjectRef {
    type Error = LeafError;
    fn try_from(text: ObjectText) -> Result<Self, LeafError> {
        Self::new(text.kind, text.id.as_deref())
    }
}

impl From<ObjectRef> for ObjectText {
    fn from(object: ObjectRef) -> Self {
        Self { id: object.id, kind: object.kind }
    }
}

macro_rules! checked_text {
    ($(#[$meta:meta])* $name:ident, $error:expr, $check:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl TryFrom<String> for $name {
            type Error = LeafError;
            fn try_from(text: String) -> Result<Self, LeafError> {
                let check: fn(&str) -> bool = $check;
                if check(&text) { Ok(Self(text)) } else { Err($error) }
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

checked_text!(
    /// The W3C trace id of a request.
    TraceId,
    LeafError::Trace,
    |text| is_hex(text, 32)
);
checked_text!(
    /// A detail that only the data key of the person opens; unreadable once that is destroyed.
    SealedDetail,
    LeafError::Detail,
    |text| key_of(text).is_ok()
);

/// One entry. The members stand in the order of their names, which is the canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// What was done, such as `registration.read`.
    pub action: Code,
    /// Who did it.
    pub actor: ActorRef,
    /// When, by the system clock.
    pub at: UtcTime,
    /// More about it, encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<SealedDetail>,
    /// Names of the fields that were read or written, never their values.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fields: BTreeSet<Code>,
    /// What it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// The organisation the actor belongs to.
    pub organisation: Code,
    /// How it ended.
    pub outcome: Outcome,
    /// The person it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Pseudonym>,
    /// Why, where a reason was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// Why it was refused or failed, as a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Code>,
    /// To whom data was given, when that is not the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Code>,
    /// The registration it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Pseudonym>,
    /// The request, as in the logs.
    pub request: RequestId,
    /// The role the actor acted in; absent for the program and for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The trace of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
}

/// An entry in canonical form, with its hash in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The canonical text.
    pub entry: String,
    /// `SHA-256(0x00 || entry)`.
    pub hash: Hash,
}

impl AuditEntry {
    /// The canonical form.
    ///
    /// # Errors
    /// [`LeafError::NotCanonical`]; does not happen, since every member is text.
    pub fn leaf(&self) -> Result<Leaf, LeafError> {
        let entry = serde_json::to_string(self).map_err(|_| LeafError::NotCanonical)?;
        let hash = leaf_hash(entry.as_bytes());
        Ok(Leaf { entry, hash })
    }

    /// Reads an entry back.
    ///
    /// # Errors
    /// [`LeafError::NotCanonical`] for any text that [`AuditEntry::leaf`] would not have written.
    pub fn from_canonical(text: &str) -> Result<Self, LeafError> {
        let entry: Self = serde_json::from_str(text).map_err(|_| LeafError::NotCanonical)?;
        if entry.leaf()?.entry == text { Ok(entry) } else { Err(LeafError::NotCanonical) }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
