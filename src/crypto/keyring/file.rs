//! A key as a file: TOML, mode 0600, in a folder of mode 0700, replaced atomically.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::KeyRingError;
use super::key::{KeyState, Kid, Material, StoredKey, ed25519_public};
use super::purpose::{KeyAlgorithm, KeyPurpose};

/// A key file holds a few lines; anything larger is not one.
const MAX_FILE: u64 = 4096;

/// The content of a key file. `secret` and `public` are base64url without padding.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    purpose: KeyPurpose,
    algorithm: KeyAlgorithm,
    kid: Kid,
    created: DateTime<Utc>,
    state: KeyState,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

pub(super) fn file_name(purpose: KeyPurpose, kid: &Kid) -> String {
    // The kid starts with the purpose; naming it once keeps `ls` readable.
    debug_assert!(kid.as_str().starts_with(purpose.as_str()));
    format!("{kid}.toml")
}

/// Makes the folder with mode 0700 when it is missing.
pub(super) fn create_folder(dir: &Path) -> Result<(), KeyRingError> {
    if dir.exists() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|source| io_error(dir, source))
}

/// Refuses a folder that others may enter, or that is not a folder.
pub(super) fn check_folder(dir: &Path) -> Result<(), KeyRingError> {
    let meta = fs::metadata(dir).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => KeyRingError::NoFolder(dir.to_owned()),
        _ => io_error(dir, source),
    })?;
    if !meta.is_dir() {
        return Err(KeyRingError::NotAFolder(dir.to_owned()));
    }
    check_mode(dir, meta.permissions().mode(), 0o700)
}

fn check_mode(path: &Path, mode: u32, wanted: u32) -> Result<(), KeyRingError> {
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(KeyRingError::TooOpen { path: path.to_owned(), mode: mode & 0o7777, wanted })
}

/// Every key file in the folder. Names that start with a dot (the lock, a write that was cut off)
/// are not keys; any other name that is not a key is refused, so that a misnamed key is noticed.
pub(super) fn read_all(dir: &Path) -> Result<Vec<StoredKey>, KeyRingError> {
    let mut keys = Vec::new();
    for entry in fs::read_dir(dir).map_err(|source| io_error(dir, source))? {
        let path = entry.map_err(|source| io_error(dir, source))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        let key = read(&path)?;
        if name != file_name(key.purpose, &key.kid) {
            return Err(malformed(&path, "the file name is not that of the kid inside"));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn read(path: &Path) -> Result<StoredKey, KeyRingError> {
    let meta = fs::symlink_metadata(path).map_err(|source| io_error(path, source))?;
    if !meta.is_file() {
        return Err(malformed(path, "not a plain file"));
    }
    check_mode(path, meta.permissions().mode(), 0o600)?;
    let mut text = Zeroizing::new(String::new());
    File::open(path)
        .and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
        .map_err(|source| io_error(path, source))?;
    // The parser's own message would quote the line, and the line may be the secret.
    let file: KeyFile = toml::from_str(&text)
        .map_err(|_| malformed(path, "not a key file (purpose, algorithm, kid, created, state, ...)"))?;
    parse(path, &file)
}

fn parse(path: &Path, file: &KeyFile) -> Result<StoredKey, KeyRingError> {
    if file.algorithm != file.purpose.algorithm() {
        return Err(malformed(path, "the algorithm is not the one of this purpose"));
    }
    if !file.kid.as_str().starts_with(file.purpose.as_str()) {
        return Err(malformed(path, "the kid is not one of this purpose"));
    }
    Ok(StoredKey {
        kid: file.kid.clone(),
        purpose: file.purpose,
        created: file.created,
        state: file.state,
        changed: file.changed,
        material: material(path, file)?,
    })
}

fn material(path: &Path, file: &KeyFile) -> Result<Material, KeyRingError> {
    let secret = file
        .secret
        .as_deref()
        .map(|text| decode_secret(text).ok_or_else(|| malformed(path, "the secret is not 32 bytes in base64url")));
    let public = file
        .public
        .as_deref()
        .map(|text| decode_32(text).ok_or_else(|| malformed(path, "the public key is not 32 bytes in base64url")));
    let (secret, public) = (secret.transpose()?, public.transpose()?);
    match (file.state, file.algorithm, secret, public) {
        (KeyState::Destroyed, _, None, None) => Ok(Material::Gone),
        (
            KeyState::Active | KeyState::Retired,
            KeyAlgorithm::Aes256GcmSiv | KeyAlgorithm::HmacSha256,
            Some(secret),
            None,
        ) => Ok(Material::Symmetric(secret)),
        (KeyState::Active, KeyAlgorithm::Ed25519, Some(seed), Some(public)) => {
            if ed25519_public(seed.expose_secret())? != public {
                return Err(malformed(path, "the public key does not belong to the secret"));
            }
            Ok(Material::Pair { seed, public })
        }
        (KeyState::Retired, KeyAlgorithm::Ed25519, None, Some(public)) => Ok(Material::Public(public)),
        (KeyState::Active | KeyState::Retired | KeyState::Destroyed, _, _, _) => {
            Err(malformed(path, "the secret and public key present are not those of its state"))
        }
    }
}

/// Writes a key so that a crash leaves either the old file or the new one, never a part: temporary
/// file, fsync, rename, fsync of the folder.
pub(super) fn write(dir: &Path, key: &StoredKey) -> Result<(), KeyRingError> {
    let target = dir.join(file_name(key.purpose, &key.kid));
    let temporary = dir.join(format!(".{}.tmp", key.kid));
    let text = render(key)?;
    let written = write_new(&temporary, text.as_bytes())
        .and_then(|()| fs::rename(&temporary, &target))
        .and_then(|()| File::open(dir)?.sync_all());
    written.map_err(|source| {
        // Best effort: what is left behind is mode 0600 and is replaced by the next write.
        let _ = fs::remove_file(&temporary);
        io_error(&target, source)
    })
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn render(key: &StoredKey) -> Result<Zeroizing<String>, KeyRingError> {
    let encode = |secret: &SecretBox<[u8; 32]>| URL_SAFE_NO_PAD.encode(secret.expose_secret());
    let (secret, public) = match &key.material {
        Material::Symmetric(secret) => (Some(encode(secret)), None),
        Material::Pair { seed, public } => (Some(encode(seed)), Some(URL_SAFE_NO_PAD.encode(public))),
        Material::Public(public) => (None, Some(URL_SAFE_NO_PAD.encode(public))),
        Material::Gone => (None, None),
    };
    let file = KeyFile {
        purpose: key.purpose,
        algorithm: key.purpose.algorithm(),
        kid: key.kid.clone(),
        created: key.created,
        state: key.state,
        changed: key.changed,
        public,
        secret,
    };
    toml::to_string(&file).map(Zeroizing::new).map_err(|_| KeyRingError::Derivation)
}

/// Holds the folder for one writer at a time; released when dropped.
pub(super) fn lock(dir: &Path) -> Result<File, KeyRingError> {
    let path = dir.join(".lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(|source| io_error(&path, source))?;
    file.lock().map_err(|source| io_error(&path, source))?;
    Ok(file)
}

pub(super) fn decode_32(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

fn decode_secret(text: &str) -> Option<SecretBox<[u8; 32]>> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    if bytes.len() != 32 {
        return None;
    }
    Some(SecretBox::init_with_mut(|secret: &mut [u8; 32]| secret.copy_from_slice(&bytes)))
}

fn malformed(path: &Path, reason: &'static str) -> KeyRingError {
    KeyRingError::Malformed { path: path.to_owned(), reason }
}

pub(super) fn io_error(path: &Path, source: io::Error) -> KeyRingError {
    KeyRingError::Io { path: PathBuf::from(path), source }
}

/// An instant as key files and listings show it.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
