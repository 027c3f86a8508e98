//! One bit of an archive that is another, and nothing of it is believed.

use std::io::{Read as _, Write as _};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use zedenregister::backup::archive::{About, ArchiveError, Reader, Writer, said};
use zedenregister::backup::{Form, Part};
use zedenregister::crypto::keyring::KeyRing;

const PIECE: usize = 1 << 20;
const OVERHEAD: usize = 28;

fn ring() -> (tempfile::TempDir, KeyRing) {
    let folder = tempfile::tempdir().expect("a folder");
    let now = "2026-11-26T12:00:00Z".parse().expect("an instant");
    let ring = KeyRing::init(&folder.path().join("keys"), now, &mut StdRng::seed_from_u64(1)).expect("a key ring");
    (folder, ring)
}

fn written(ring: &KeyRing, content: &[u8]) -> Vec<u8> {
    let begun_at = "2026-11-26T12:00:00Z".parse().expect("an instant");
    let about = About { part: Part::Register, form: Form::Sqlite, begun_at, audit_entries: Some(7) };
    let mut writer = Writer::begin(Vec::new(), ring, about, StdRng::seed_from_u64(2)).expect("begun");
    writer.write_all(content).expect("written");
    writer.finish().expect("finished")
}

fn read(ring: &KeyRing, archive: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    let mut content = Vec::new();
    let mut reader = Reader::open(archive, ring)?;
    match reader.read_to_end(&mut content) {
        Ok(_) => Ok(content),
        Err(error) => Err(said(error).unwrap_or_else(ArchiveError::Io)),
    }
}

#[test]
fn what_was_written_is_read_whatever_its_length() {
    let (_folder, ring) = ring();
    for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE] {
        let content: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let archive = written(&ring, &content);
        assert!(read(&ring, &archive).expect("read") == content, "{length}");
    }
}

#[test]
fn every_byte_that_is_flipped_is_noticed() {
    let (_folder, ring) = ring();
    let archive = written(&ring, b"what nobody may change");
    for at in 0..archive.len() {
        let mut flipped = archive.clone();
        flipped[at] ^= 1;
        assert!(read(&ring, &flipped).is_err(), "byte {at} of {}", archive.len());
    }
}

#[test]
fn cut_off_continued_and_shuffled_archives_are_refused() {
    let (_folder, ring) = ring();
    let content: Vec<u8> = (0..3 * PIECE).map(|at| (at % 251) as u8).collect();
    let archive = written(&ring, &content);
    for length in [0, 10, 100, archive.len() / 2, archive.len() - 33, archive.len() - 1] {
        assert!(read(&ring, &archive[..length]).is_err(), "cut at {length}");
    }
    assert!(read(&ring, &[&archive[..], &[0]].concat()).is_err(), "continued");
    let piece = PIECE + OVERHEAD + 5;
    let first = archive.len() - 32 - 3 * piece;
    let (head, rest) = archive.split_at(first);
    let shuffled = [head, &rest[piece..2 * piece], &rest[..piece], &rest[2 * piece..]].concat();
    assert!(read(&ring, &shuffled).is_err(), "shuffled");
}

#[test]
fn the_keys_of_another_installation_do_not_open_it() {
    let (_folder, ring) = ring();
    let folder = tempfile::tempdir().expect("a folder");
    let now = "2026-11-26T12:00:00Z".parse().expect("an instant");
    let other = KeyRing::init(&folder.path().join("keys"), now, &mut StdRng::seed_from_u64(9)).expect("a key ring");
    let error = read(&other, &written(&ring, b"x")).expect_err("refused");
    assert!(matches!(error, ArchiveError::WrongKeys(_)), "{error}");
}
