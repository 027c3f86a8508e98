use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::crypto::jwks::Jwks;
use crate::crypto::keyring::{KeyPurpose, KeyRing};

struct World {
    _temp: tempfile::TempDir,
    ring: KeyRing,
    rng: StdRng,
}

fn noon() -> UtcTime {
    "2026-04-01T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

fn world() -> World {
    let temp = tempfile::tempdir().unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let ring = KeyRing::init(&temp.path().join("keys"), noon().utc(), &mut rng).unwrap();
    World { _temp: temp, ring, rng }
}

fn origin() -> Origin {
    Origin::new("zedenregister.example/audit").unwrap()
}

fn stated() -> Checkpoint {
    Checkpoint { origin: origin(), size: 1042, root: [7; 32], at: noon() }
}

impl World {
    fn keys(&self) -> Verifier<CheckpointKey> {
        Verifier::new(&self.ring).unwrap()
    }

    fn sign(&self, checkpoint: &Checkpoint) -> String {
        checkpoint.sign(&Signer::new(&self.ring).unwrap()).unwrap()
    }
}

#[test]
fn a_checkpoint_is_a_signed_note_and_reads_back() {
    let w = world();
    let note = w.sign(&stated());
    let kid = w.ring.active::<CheckpointKey>().unwrap().kid().clone();
    let lines: Vec<_> = note.split('\n').collect();
    assert_eq!(
        lines[..6],
        [
            "zedenregister.example/audit",
            "1042",
            "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
            "time 2026-04-01T12:00:00Z",
            &format!("key {kid}"),
            "",
        ]
    );
    assert!(lines[6].starts_with("— zedenregister.example/audit "));
    assert_eq!(lines[7..], [""]);
    assert_eq!(Checkpoint::verify(&note, &origin(), &w.keys()), Ok(stated()));
}

/// The identifier of the key in the signed-note specification (Go's `sumdb/note`): `PeterNeumann+c74f20a3+...`.
#[test]
fn the_key_identifier_is_that_of_the_signed_note_specification() {
    let encoded = STANDARD.decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
    let (kind, public) = encoded.split_first().unwrap();
    assert_eq!(*kind, ED25519);
    let name = Origin::new("PeterNeumann").unwrap();
    assert_eq!(hex::encode(key_identifier(&name, public.try_into().unwrap())), "c74f20a3");
}

#[test]
fn every_altered_byte_is_refused() {
    let w = world();
    let note = w.sign(&stated());
    let keys = w.keys();
    for at in 0..note.len() {
        let mut bytes = note.clone().into_bytes();
        bytes[at] ^= 1;
        if let Ok(altered) = String::from_utf8(bytes) {
            assert!(Checkpoint::verify(&altered, &origin(), &keys).is_err(), "byte {at}");
        }
    }
    for cut in (0..note.len()).filter(|at| note.is_char_boundary(*at)) {
        assert!(Checkpoint::verify(&note[..cut], &origin(), &keys).is_err(), "cut at {cut}");
    }
}

#[test]
fn other_spellings_of_the_same_statement_are_refused() {
    let w = world();
    let note = w.sign(&stated());
    for other in [
        note.replace("\n1042\n", "\n01042\n"),
        note.replace("\n1042\n", "\n+1042\n"),
        note.replace("T12:00:00Z", "T12:00:00.000Z"),
        note.replace("T12:00:00Z", "T14:00:00+02:00"),
        note.replace("\ntime", "\nmore\ntime"),
        note.replace('\n', "\r\n"),
        format!("\n{note}"),
        note.clone() + &"x".repeat(MAX_NOTE),
        String::new(),
    ] {
        assert_ne!(other, note);
        assert!(Checkpoint::verify(&other, &origin(), &w.keys()).is_err(), "{other}");
    }
}

#[test]
fn another_log_is_refused_although_well_signed() {
    let w = world();
    let other = Origin::new("zedenregister.example/acceptance").unwrap();
    let note = w.sign(&Checkpoint { origin: other.clone(), ..stated() });
    assert!(Checkpoint::verify(&note, &other, &w.keys()).is_ok());
    assert_eq!(Checkpoint::verify(&note, &origin(), &w.keys()), Err(CheckpointError::Origin));
    for bad in ["", "two words", "a+b", "line\nbreak"] {
        assert!(Origin::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn lines_of_witnesses_are_allowed_and_do_not_replace_ours() {
    let w = world();
    let note = w.sign(&stated());
    let witness = format!("— witness.example {}\n", STANDARD.encode([9; 68]));
    assert!(Checkpoint::verify(&format!("{note}{witness}"), &origin(), &w.keys()).is_ok());
    let text = note.split_once("\n\n").unwrap().0;
    let only = format!("{text}\n\n{witness}");
    assert_eq!(Checkpoint::verify(&only, &origin(), &w.keys()), Err(CheckpointError::Signature));
}

#[test]
fn a_key_of_another_purpose_and_a_destroyed_one_are_refused() {
    let mut w = world();
    let note = w.sign(&stated());
    let mut set = Jwks::of_ring(&w.ring).unwrap();
    set.keys.retain(|key| key.purpose == KeyPurpose::Checkpoint);
    set.keys[0].purpose = KeyPurpose::Receipt;
    let receipts = Verifier::from_jwks(&set).unwrap();
    assert_eq!(Checkpoint::verify(&note, &origin(), &receipts), Err(CheckpointError::UnknownKey));

    let old = w.ring.active::<CheckpointKey>().unwrap().kid().as_str().to_owned();
    w.ring.rotate(KeyPurpose::Checkpoint, noon().utc(), &mut w.rng).unwrap();
    assert!(Checkpoint::verify(&note, &origin(), &w.keys()).is_ok(), "retired keys still verify");
    w.ring.destroy(KeyPurpose::Checkpoint, &old, noon().utc()).unwrap();
    assert_eq!(Checkpoint::verify(&note, &origin(), &w.keys()), Err(CheckpointError::UnknownKey));
}
