use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::super::tree::{CompactRange, leaf_hash};
use super::super::verify::{Evidence, Finding, HashesFound, StoredLeaf, verify};
use super::*;
use crate::clock::UtcTime;
use crate::crypto::keyring::KeyRing;
use crate::crypto::signing::Signer;

struct World {
    _temp: tempfile::TempDir,
    folder: CheckpointFolder,
    signer: Signer<CheckpointKey>,
    keys: Verifier<CheckpointKey>,
    tree: CompactRange,
    rows: Vec<StoredLeaf>,
}

fn at(seconds: i64) -> UtcTime {
    chrono::DateTime::from_timestamp(1_775_000_000 + seconds, 0).unwrap().into()
}

fn origin() -> Origin {
    Origin::new("zedenregister.example/audit").unwrap()
}

fn world() -> World {
    let temp = tempfile::tempdir().unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let ring = KeyRing::init(&temp.path().join("keys"), at(0).utc(), &mut rng).unwrap();
    World {
        folder: CheckpointFolder::new(&temp.path().join("outside").join("checkpoints")),
        _temp: temp,
        signer: Signer::new(&ring).unwrap(),
        keys: Verifier::new(&ring).unwrap(),
        tree: CompactRange::new(),
        rows: Vec::new(),
    }
}

impl World {
    /// Writes `count` entries and publishes a checkpoint over all.
    fn grow(&mut self, count: u64) -> PathBuf {
        let mut hashes = Vec::new();
        for _ in 0..count {
            let index = self.tree.size();
            let entry = format!("entry {index}");
            let hash = leaf_hash(entry.as_bytes());
            self.rows.push(StoredLeaf { index, entry, hash: hash.to_vec() });
            self.tree.push(hash);
            hashes.push(hash);
        }
        self.folder.publish(self.tree.size(), &self.note(0), &hashes).unwrap()
    }

    fn note(&self, seconds: i64) -> String {
        self.stated(self.tree.root(), seconds)
    }

    fn stated(&self, root: Hash, seconds: i64) -> String {
        let checkpoint = Checkpoint { origin: origin(), size: self.tree.size(), root, at: at(seconds) };
        checkpoint.sign(&self.signer).unwrap()
    }

    fn verify(&self) -> (HashesFound, Option<Finding>) {
        let newest = self.folder.newest(&origin(), &self.keys).unwrap().unwrap();
        let earlier = self.folder.checkpoints(newest.size, &origin(), &self.keys).unwrap();
        let evidence = Evidence { earlier: &earlier, hashes: Some(&self.folder) };
        let rows = self.rows.iter().cloned().map(Ok::<_, std::convert::Infallible>);
        let report = verify(rows, &newest, evidence).unwrap();
        (report.hashes, report.finding)
    }
}

#[test]
fn checkpoints_and_hashes_written_in_turn_name_a_rewritten_entry() {
    let mut w = world();
    for count in [3, 1, 40, 0, 7] {
        w.grow(count);
    }
    let sizes: Vec<_> = w.folder.checkpoints(100, &origin(), &w.keys).unwrap().iter().map(|c| c.size).collect();
    assert_eq!(sizes, [3, 4, 44, 51]);
    assert_eq!(w.folder.checkpoints(44, &origin(), &w.keys).unwrap().len(), 3);
    assert_eq!(w.verify(), (HashesFound::Authentic, None));

    let forged = "forged".to_owned();
    w.rows[20] = StoredLeaf { index: 20, hash: leaf_hash(forged.as_bytes()).to_vec(), entry: forged };
    assert_eq!(w.verify(), (HashesFound::Authentic, Some(Finding::Altered { index: 20 })));
}

#[test]
fn publishing_again_changes_nothing_and_another_root_of_the_same_size_is_refused() {
    let mut w = world();
    let path = w.grow(5);
    let first = fs::read_to_string(&path).unwrap();
    assert_eq!(w.folder.publish(5, &first, &[]).unwrap(), path);
    assert_eq!(w.folder.publish(5, &w.note(60), &[]).unwrap(), path);
    assert_eq!(fs::read_to_string(&path).unwrap(), first);
    let refusal = w.folder.publish(5, &w.stated([1; 32], 0), &[]).unwrap_err();
    assert!(matches!(refusal, FolderError::Differs(_)), "{refusal}");
    assert_eq!(w.verify(), (HashesFound::Authentic, None));
}

#[test]
fn hashes_that_are_altered_cut_or_gone_are_left_aside_and_the_checkpoints_still_narrow_it_down() {
    for damage in [
        (|path: &Path| fs::remove_file(path).unwrap()) as fn(&Path),
        |path| fs::write(path, &fs::read(path).unwrap()[1..]).unwrap(),
        |path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[40] ^= 1;
            fs::write(path, bytes).unwrap();
        },
    ] {
        let mut w = world();
        for _ in 0..3 {
            w.grow(10);
        }
        damage(&w.folder.file(20, "hashes"));
        assert_eq!(w.verify(), (HashesFound::NotAuthentic, None));
        w.rows[15].entry.push('!');
        w.rows[15].hash = leaf_hash(w.rows[15].entry.as_bytes()).to_vec();
        assert_eq!(w.verify(), (HashesFound::NotAuthentic, Some(Finding::Somewhere { from: 10, to: 20 })));
    }
}

#[test]
fn a_forged_checkpoint_in_the_folder_is_named_and_not_skipped() {
    let mut w = world();
    let path = w.grow(5);
    w.grow(5);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\n5\n", "\n4\n")).unwrap();
    let refusal = w.folder.checkpoints(10, &origin(), &w.keys).unwrap_err();
    assert!(matches!(&refusal, FolderError::Checkpoint { path: named, .. } if *named == path), "{refusal}");
}

#[test]
fn an_interrupted_write_leaves_no_checkpoint_without_hashes() {
    let mut w = world();
    w.grow(5);
    // What a crash between the two files leaves: hashes and a part, but no checkpoint.
    fs::write(w.folder.file(9, "hashes"), [0; 64]).unwrap();
    fs::write(partial(&w.folder.file(9, "checkpoint")), "zeden").unwrap();
    assert_eq!(w.folder.newest(&origin(), &w.keys).unwrap().unwrap().size, 5);
    assert_eq!(w.verify(), (HashesFound::Authentic, None));
    w.grow(4);
    assert_eq!(w.verify(), (HashesFound::Authentic, None));
}

#[test]
fn a_folder_that_is_not_there_says_so() {
    let w = world();
    assert!(matches!(w.folder.newest(&origin(), &w.keys), Err(FolderError::Io { .. })));
    assert!(w.folder.hashes().next().unwrap().is_err());
}
