use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use chrono::TimeDelta;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;

fn noon() -> DateTime<Utc> {
    "2026-04-01T12:00:00Z".parse().unwrap()
}

struct Folder {
    _temp: tempfile::TempDir,
    dir: PathBuf,
    rng: StdRng,
}

fn folder() -> Folder {
    let temp = tempfile::tempdir().unwrap();
    Folder { dir: temp.path().join("keys"), _temp: temp, rng: StdRng::seed_from_u64(1) }
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn file_of(ring: &KeyRing, purpose: KeyPurpose) -> PathBuf {
    let kid = ring.list().into_iter().find(|key| key.purpose == purpose).unwrap().kid;
    ring.dir().join(format!("{kid}.toml"))
}

// ASVS 5.0: 11.2.3, 13.3.1, 13.3.2
#[test]
fn init_makes_one_active_key_per_purpose_with_closed_permissions() {
    let mut f = folder();
    let ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let purposes: Vec<_> = ring.list().into_iter().map(|key| key.purpose).collect();
    assert_eq!(purposes, KeyPurpose::ALL);
    assert_eq!(fs::metadata(&f.dir).unwrap().permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(&f.dir).unwrap() {
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(ring.active::<FieldKek>().unwrap().secret().unwrap().len(), 32);
    assert_eq!(ring.active::<Token>().unwrap().public().unwrap().len(), 32);
}

#[test]
fn init_again_changes_nothing_and_replaces_only_what_is_missing() {
    let mut f = folder();
    let first = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let again = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    assert_eq!(first.list(), again.list());

    fs::remove_file(file_of(&first, KeyPurpose::Receipt)).unwrap();
    let without = KeyRing::open(&f.dir).unwrap();
    assert!(matches!(without.active::<Receipt>(), Err(KeyRingError::NoActiveKey(KeyPurpose::Receipt))));
    let repaired = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    assert!(repaired.active::<Receipt>().is_ok());
    assert_eq!(repaired.active::<Token>().unwrap().kid(), first.active::<Token>().unwrap().kid());
}

// ASVS 5.0: 13.3.1, 13.3.2
#[test]
fn a_folder_or_file_that_others_can_reach_is_refused() {
    let mut f = folder();
    let ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    for mode in [0o750, 0o701, 0o777] {
        chmod(&f.dir, mode);
        let refusal = KeyRing::open(&f.dir).unwrap_err();
        assert!(matches!(refusal, KeyRingError::TooOpen { wanted: 0o700, .. }), "{refusal}");
    }
    chmod(&f.dir, 0o700);
    let file = file_of(&ring, KeyPurpose::FieldKek);
    chmod(&file, 0o640);
    let refusal = KeyRing::open(&f.dir).unwrap_err();
    assert!(matches!(refusal, KeyRingError::TooOpen { mode: 0o640, .. }), "{refusal}");
    assert!(refusal.to_string().contains("chmod 600"), "{refusal}");
    chmod(&file, 0o600);
    assert!(KeyRing::open(&f.dir).is_ok());
}

#[test]
fn a_missing_folder_says_how_to_make_one() {
    let f = folder();
    let refusal = KeyRing::open(&f.dir).unwrap_err();
    assert!(matches!(refusal, KeyRingError::NoFolder(_)));
    assert!(refusal.to_string().contains("keys init"));
}

// ASVS 5.0: 11.2.2, 13.3.4
#[test]
fn rotation_retires_the_old_key_which_still_decrypts() {
    let mut f = folder();
    let mut ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let old = ring.active::<FieldKek>().unwrap();
    let fresh = ring.rotate(KeyPurpose::FieldKek, noon(), &mut f.rng).unwrap();

    assert_eq!(ring.active::<FieldKek>().unwrap().kid(), &fresh.kid);
    let kept = ring.by_kid::<FieldKek>(old.kid().as_str()).unwrap();
    assert_eq!(kept.state(), KeyState::Retired);
    assert_eq!(kept.secret().unwrap(), old.secret().unwrap());
    let usable: Vec<_> = ring.usable::<FieldKek>().iter().map(|key| key.kid().clone()).collect();
    assert_eq!(usable, [fresh.kid, old.kid().clone()]);
}

#[test]
fn rotation_under_a_clock_that_went_back_still_uses_the_new_key() {
    let mut f = folder();
    let mut ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let earlier = noon() - TimeDelta::days(3);
    let fresh = ring.rotate(KeyPurpose::Token, earlier, &mut f.rng).unwrap();
    assert_eq!(ring.active::<Token>().unwrap().kid(), &fresh.kid);
    assert_eq!(KeyRing::open(&f.dir).unwrap().active::<Token>().unwrap().kid(), &fresh.kid);
}

#[test]
fn a_retired_signing_key_has_lost_its_private_half_on_disk() {
    let mut f = folder();
    let mut ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let path = file_of(&ring, KeyPurpose::Receipt);
    let old = ring.active::<Receipt>().unwrap();
    assert!(fs::read_to_string(&path).unwrap().contains("secret"));
    ring.rotate(KeyPurpose::Receipt, noon(), &mut f.rng).unwrap();

    let retired = ring.by_kid::<Receipt>(old.kid().as_str()).unwrap();
    assert_eq!(retired.public().unwrap(), old.public().unwrap());
    assert!(matches!(retired.signing(), Err(KeyRingError::NotUsable { .. })));
    assert!(!fs::read_to_string(&path).unwrap().contains("secret"));
}

#[test]
fn a_rotation_cut_off_between_its_two_writes_is_harmless() {
    let mut f = folder();
    let mut ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    // The state after the first write: a younger active key beside the old one, and a torn write.
    let later = noon() + TimeDelta::hours(1);
    let second = StoredKey::generate(KeyPurpose::Token, later, &mut f.rng).unwrap();
    file::write(&f.dir, &second).unwrap();
    fs::write(f.dir.join(".token-20260401-00000000.tmp"), "secr").unwrap();

    let reopened = KeyRing::open(&f.dir).unwrap();
    assert_eq!(reopened.active::<Token>().unwrap().kid(), &second.kid);
    ring.rotate(KeyPurpose::Token, later, &mut f.rng).unwrap();
    let active = |key: &KeyInfo| key.purpose == KeyPurpose::Token && key.state == KeyState::Active;
    assert_eq!(ring.list().iter().filter(|key| active(key)).count(), 1);
}

#[test]
fn destruction_needs_a_rotation_first_and_leaves_a_tombstone() {
    let mut f = folder();
    let mut ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let path = file_of(&ring, KeyPurpose::AuditLeaf);
    let old = ring.active::<AuditLeaf>().unwrap().kid().clone();
    let refusal = ring.destroy(KeyPurpose::AuditLeaf, old.as_str(), noon()).unwrap_err();
    assert!(matches!(refusal, KeyRingError::StillActive(_)));

    ring.rotate(KeyPurpose::AuditLeaf, noon(), &mut f.rng).unwrap();
    ring.destroy(KeyPurpose::AuditLeaf, old.as_str(), noon()).unwrap();
    assert!(matches!(
        ring.by_kid::<AuditLeaf>(old.as_str()),
        Err(KeyRingError::NotUsable { state: KeyState::Destroyed, .. })
    ));
    assert_eq!(ring.usable::<AuditLeaf>().len(), 1);
    assert!(!fs::read_to_string(path).unwrap().contains("secret"));
    assert!(matches!(ring.retire(KeyPurpose::AuditLeaf, old.as_str(), noon()), Err(KeyRingError::NotUsable { .. })));
}

#[test]
fn a_key_of_another_purpose_is_unknown_even_under_its_own_name() {
    let mut f = folder();
    let ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let token = ring.active::<Token>().unwrap();
    assert!(ring.by_kid::<Token>(token.kid().as_str()).is_ok());
    assert!(matches!(
        ring.by_kid::<Receipt>(token.kid().as_str()),
        Err(KeyRingError::UnknownKey { purpose: KeyPurpose::Receipt, .. })
    ));
}

// ASVS 5.0: 16.2.5
#[test]
fn a_damaged_or_exchanged_file_is_refused_without_showing_its_secret() {
    let mut f = folder();
    let ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let path = file_of(&ring, KeyPurpose::Token);
    let good = fs::read_to_string(&path).unwrap();
    let secret = good.lines().find(|line| line.starts_with("secret")).unwrap().to_owned();
    let other = fs::read_to_string(file_of(&ring, KeyPurpose::Receipt)).unwrap();
    let other_public = other.lines().find(|line| line.starts_with("public")).unwrap();
    let public = good.lines().find(|line| line.starts_with("public")).unwrap();

    let damaged = [
        good.replace(&secret, ""),
        good.replace(&secret, "secret = \"AAAA\""),
        good.replace("state = \"active\"", "state = \"destroyed\""),
        good.replace("ed25519", "hmac-sha-256"),
        good.replace(public, other_public),
        good.replace("purpose = \"token\"", "purpose = \"receipt\""),
        format!("{good}\nextra = 1\n"),
        good[..good.len() - 2].to_owned(),
        String::new(),
    ];
    for text in damaged {
        assert_ne!(text, good);
        fs::write(&path, &text).unwrap();
        let refusal = KeyRing::open(&f.dir).unwrap_err();
        assert!(matches!(refusal, KeyRingError::Malformed { .. }), "{refusal}\n{text}");
        let shown = format!("{refusal} {refusal:?}");
        assert!(!shown.contains(&secret[10..30]), "{shown}");
    }
    fs::write(&path, &good).unwrap();
    assert!(KeyRing::open(&f.dir).is_ok());
    fs::write(f.dir.join("notes.txt"), "remember").unwrap();
    chmod(&f.dir.join("notes.txt"), 0o600);
    assert!(KeyRing::open(&f.dir).is_err());
}

#[test]
fn debug_shows_names_and_no_secret() {
    let mut f = folder();
    let ring = KeyRing::init(&f.dir, noon(), &mut f.rng).unwrap();
    let key = ring.active::<FieldKek>().unwrap();
    let text = fs::read_to_string(file_of(&ring, KeyPurpose::FieldKek)).unwrap();
    let secret = text.lines().find_map(|line| line.strip_prefix("secret = ")).unwrap();
    let shown = format!("{ring:?} {key:?}");
    assert!(shown.contains(key.kid().as_str()));
    assert!(!shown.contains(secret.trim_matches('"')));
    assert!(!shown.contains(&format!("{:?}", key.secret().unwrap())));
}
