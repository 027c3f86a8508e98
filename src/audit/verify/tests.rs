use std::convert::Infallible;

use proptest::prelude::*;

use super::super::checkpoint::Origin;
use super::*;

/// Entries between two checkpoints in these tests.
const SPACING: u64 = 8;

struct Log {
    rows: Vec<StoredLeaf>,
    hashes: Vec<Hash>,
    /// One per [`SPACING`] entries, and the last.
    checkpoints: Vec<Checkpoint>,
}

fn stated(size: u64, root: Hash) -> Checkpoint {
    let at = "2026-04-01T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().into();
    Checkpoint { origin: Origin::new("zedenregister.example/audit").unwrap(), size, root, at }
}

fn leaf(index: u64, entry: String) -> StoredLeaf {
    let hash = leaf_hash(entry.as_bytes()).to_vec();
    StoredLeaf { index, entry, hash }
}

fn log(size: u64) -> Log {
    let rows: Vec<_> = (0..size).map(|number| leaf(number, format!("entry {number}"))).collect();
    let hashes: Vec<_> = rows.iter().map(StoredLeaf::leaf_hash).collect();
    let root = |size: u64| hashes[..size as usize].iter().copied().collect::<CompactRange>().root();
    let sizes = (1..size).filter(|number| number % SPACING == 0).chain([size]);
    let checkpoints = sizes.map(|size| stated(size, root(size))).collect();
    Log { rows, hashes, checkpoints }
}

impl Log {
    fn check(&self, evidence: Evidence<'_>) -> Report {
        let rows = self.rows.iter().cloned().map(Ok::<_, Infallible>);
        verify(rows, self.checkpoints.last().unwrap(), evidence).unwrap()
    }

    fn alone(&self) -> Report {
        self.check(Evidence::default())
    }

    fn with_earlier(&self) -> Report {
        self.check(Evidence { earlier: &self.checkpoints, hashes: None })
    }

    fn with_hashes(&self) -> Report {
        self.check(Evidence { earlier: &[], hashes: Some(&self.hashes) })
    }

    fn renumber(&mut self) {
        for (number, row) in (0..).zip(&mut self.rows) {
            row.index = number;
        }
    }
}

/// What somebody with full access to the database may do to a log. Positions are below its size.
#[derive(Debug, Clone, Copy)]
enum Tampering {
    /// The text of an entry, and nothing else.
    Text(u64),
    /// The text and the stored hash alike.
    TextAndHash(u64),
    /// The stored hash only.
    Hash(u64),
    /// Deletes an entry.
    Delete(u64),
    /// Deletes an entry and closes the gap.
    DeleteAndClose(u64),
    /// Writes an entry between others and renumbers those after it.
    Insert(u64),
    /// Copies an entry over another.
    Copy(u64, u64),
    /// Exchanges two entries.
    Swap(u64, u64),
    /// Takes an entry out and puts it elsewhere.
    Move(u64, u64),
    /// Gives an entry a number after all others.
    ToTheEnd(u64),
    /// Keeps the first entries only: cut off, or an older copy.
    Keep(u64),
}

impl Tampering {
    fn apply(self, log: &mut Log) {
        let at = |number: u64| number as usize;
        let rows = &mut log.rows;
        match self {
            Self::Text(i) => rows[at(i)].entry.push('!'),
            Self::TextAndHash(i) => rows[at(i)] = leaf(i, "forged".to_owned()),
            Self::Hash(i) => rows[at(i)].hash[31] ^= 1,
            Self::Delete(i) => drop(rows.remove(at(i))),
            Self::DeleteAndClose(i) => {
                rows.remove(at(i));
                log.renumber();
            }
            Self::Insert(i) => {
                rows.insert(at(i), leaf(i, "forged".to_owned()));
                log.renumber();
            }
            Self::Copy(from, to) => rows[at(to)] = leaf(to, rows[at(from)].entry.clone()),
            Self::Swap(i, j) => {
                rows.swap(at(i), at(j));
                log.renumber();
            }
            Self::Move(from, to) => {
                let row = rows.remove(at(from));
                rows.insert(at(to), row);
                log.renumber();
            }
            Self::ToTheEnd(i) => {
                let mut row = rows.remove(at(i));
                row.index = 1_000_000;
                rows.push(row);
            }
            Self::Keep(size) => rows.truncate(at(size)),
        }
    }

    /// What is found when the leaf hashes are there.
    fn named(self, size: u64) -> Option<Finding> {
        match self {
            Self::Text(index) | Self::TextAndHash(index) | Self::Copy(_, index) => Some(Finding::Altered { index }),
            Self::Hash(_) => None,
            Self::Delete(i) | Self::DeleteAndClose(i) if i + 1 == size => {
                Some(Finding::Cut { entries: i, expected: size })
            }
            Self::Delete(first) | Self::DeleteAndClose(first) => Some(Finding::Missing { first, count: 1 }),
            Self::Insert(index) => Some(Finding::Inserted { index }),
            Self::Swap(i, j) if i.abs_diff(j) == 1 => Some(Finding::Moved { entry: i.max(j), found_at: i.min(j) }),
            Self::Swap(i, j) => Some(Finding::Moved { entry: i.min(j), found_at: i.max(j) }),
            Self::Move(from, to) if from == to + 1 || to == from + 1 => {
                Some(Finding::Moved { entry: from.max(to), found_at: from.min(to) })
            }
            Self::Move(entry, found_at) => Some(Finding::Moved { entry, found_at }),
            Self::ToTheEnd(entry) => Some(Finding::Moved { entry, found_at: 1_000_000 }),
            Self::Keep(entries) => Some(Finding::Cut { entries, expected: size }),
        }
    }
}

fn tampering(size: u64) -> impl Strategy<Value = Tampering> {
    let one = 0..size;
    let two = (0..size, 1..size).prop_map(move |(i, by)| (i, (i + by) % size));
    prop_oneof![
        one.clone().prop_map(Tampering::Text),
        one.clone().prop_map(Tampering::TextAndHash),
        one.clone().prop_map(Tampering::Hash),
        one.clone().prop_map(Tampering::Delete),
        one.clone().prop_map(Tampering::DeleteAndClose),
        one.clone().prop_map(Tampering::Insert),
        two.clone().prop_map(|(i, j)| Tampering::Copy(i, j)),
        two.clone().prop_map(|(i, j)| Tampering::Swap(i, j)),
        two.prop_map(|(i, j)| Tampering::Move(i, j)),
        one.clone().prop_map(Tampering::ToTheEnd),
        one.prop_map(Tampering::Keep),
    ]
}

fn sized_tampering() -> impl Strategy<Value = (u64, Tampering)> {
    let largest: u64 = if cfg!(debug_assertions) { 80 } else { 2_000 };
    (2..largest).prop_flat_map(|size| (Just(size), tampering(size)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 300 } else { 1_000 }))]

    #[test]
    fn every_tampering_is_named_exactly_with_the_leaf_hashes((size, tampering) in sized_tampering()) {
        let mut log = log(size);
        prop_assert!(log.with_hashes().is_intact());
        tampering.apply(&mut log);
        let report = log.with_hashes();
        prop_assert!(!report.is_intact());
        prop_assert_eq!(report.hashes, HashesFound::Authentic);
        prop_assert_eq!(report.finding, tampering.named(size));
        match (report.finding, tampering) {
            (None, Tampering::Hash(index)) => prop_assert_eq!(report.stored_hash_wrong, Some(index)),
            (finding, _) => prop_assert_eq!(Some(report.proven), finding.map(|f| f.first())),
        }
    }

    #[test]
    fn every_tampering_is_noticed_by_the_last_checkpoint_alone((size, tampering) in sized_tampering()) {
        let mut log = log(size);
        prop_assert!(log.alone().is_intact());
        tampering.apply(&mut log);
        let report = log.alone();
        prop_assert!(!report.is_intact());
        match (tampering, report.finding) {
            (Tampering::Text(i), found) => prop_assert_eq!(found, Some(Finding::Altered { index: i })),
            (Tampering::Hash(i), found) => {
                prop_assert_eq!((found, report.stored_hash_wrong), (None, Some(i)));
            }
            (Tampering::Delete(_) | Tampering::Keep(_), found) => prop_assert_eq!(found, tampering.named(size)),
            (Tampering::DeleteAndClose(_), found) => {
                prop_assert_eq!(found, Some(Finding::Cut { entries: size - 1, expected: size }));
            }
            (Tampering::ToTheEnd(i), Some(Finding::Missing { first, .. })) => prop_assert_eq!(first, i),
            (_, found) => prop_assert_eq!(found, Some(Finding::Somewhere { from: 0, to: size })),
        }
    }

    #[test]
    fn earlier_checkpoints_narrow_it_to_the_entries_between_two((size, tampering) in sized_tampering()) {
        let mut log = log(size);
        tampering.apply(&mut log);
        let report = log.with_earlier();
        prop_assert!(!report.is_intact());
        let truth = tampering.named(size).map(|finding| finding.first());
        match (report.finding, truth) {
            (Some(Finding::Somewhere { from, to }), Some(truth)) => {
                prop_assert!(from <= truth && truth < to && to - from <= SPACING, "{from}..{to} holds {truth}");
            }
            // A gap that was closed shows, after the last checkpoint but one, only as an entry too few.
            (Some(Finding::Cut { entries, .. }), Some(truth)) => {
                prop_assert!(report.proven <= truth && truth <= entries && entries - report.proven < SPACING);
            }
            (found, truth) => prop_assert_eq!(found.map(|finding| finding.first()), truth),
        }
    }
}

#[test]
fn an_untouched_log_is_intact_at_every_size_and_entries_after_the_checkpoint_are_counted() {
    for size in 1..40 {
        let mut log = log(size);
        for report in [log.alone(), log.with_earlier(), log.with_hashes()] {
            assert!(report.is_intact());
            assert_eq!((report.proven, report.beyond), (size, 0));
        }
        log.rows.extend((size..size + 3).map(|number| leaf(number, format!("later {number}"))));
        for report in [log.alone(), log.with_earlier(), log.with_hashes()] {
            assert!(report.is_intact());
            assert_eq!((report.proven, report.beyond), (size, 3));
        }
    }
}

#[test]
fn an_empty_log_agrees_with_an_empty_checkpoint_and_with_no_other() {
    let none = std::iter::empty::<Result<StoredLeaf, Infallible>>;
    let empty = stated(0, CompactRange::new().root());
    assert!(verify(none(), &empty, Evidence::default()).unwrap().is_intact());
    let other = stated(0, [1; 32]);
    assert!(!verify(none(), &other, Evidence::default()).unwrap().is_intact());
    let three = log(3);
    let report = verify(none(), &three.checkpoints[0], Evidence::default()).unwrap();
    assert_eq!(report.finding, Some(Finding::Cut { entries: 0, expected: 3 }));
}

#[test]
fn an_older_copy_put_back_and_continued_is_noticed() {
    let mut log = log(40);
    log.rows.truncate(30);
    log.rows.extend((30..50).map(|number| leaf(number, format!("after the restore {number}"))));
    assert_eq!(log.with_hashes().finding, Some(Finding::Altered { index: 30 }));
    assert_eq!(log.with_earlier().finding, Some(Finding::Somewhere { from: 24, to: 32 }));
    assert_eq!(log.alone().finding, Some(Finding::Somewhere { from: 0, to: 40 }));
}

#[test]
fn the_first_of_several_tamperings_is_named() {
    let mut log = log(60);
    Tampering::Text(50).apply(&mut log);
    Tampering::TextAndHash(20).apply(&mut log);
    assert_eq!(log.with_hashes().finding, Some(Finding::Altered { index: 20 }));
    assert_eq!(log.with_earlier().finding, Some(Finding::Somewhere { from: 16, to: 24 }));
    Tampering::Delete(5).apply(&mut log);
    assert_eq!(log.with_hashes().finding, Some(Finding::Missing { first: 5, count: 1 }));
    assert_eq!(log.with_earlier().finding, Some(Finding::Missing { first: 5, count: 1 }));
}

#[test]
fn several_entries_removed_or_added_in_a_row_are_counted_from_the_first() {
    let mut removed = log(40);
    removed.rows.drain(10..15);
    assert_eq!(removed.alone().finding, Some(Finding::Missing { first: 10, count: 5 }));
    removed.renumber();
    assert_eq!(removed.with_hashes().finding, Some(Finding::Missing { first: 10, count: 5 }));
    let mut added = log(40);
    for _ in 0..3 {
        Tampering::Insert(10).apply(&mut added);
    }
    assert_eq!(added.with_hashes().finding, Some(Finding::Inserted { index: 10 }));
    let mut twice = log(40);
    twice.rows.insert(11, leaf(10, "forged".to_owned()));
    assert_eq!(twice.with_hashes().finding, Some(Finding::Inserted { index: 10 }));
    assert_eq!(twice.alone().finding, Some(Finding::Inserted { index: 10 }));
}

#[test]
fn leaf_hashes_that_do_not_lead_to_the_signed_root_are_not_believed() {
    let mut log = log(20);
    Tampering::TextAndHash(7).apply(&mut log);
    // The same person rewrote the hashes outside as well: the log and the hashes now agree with each other.
    log.hashes[7] = log.rows[7].leaf_hash();
    let report = log.with_hashes();
    assert_eq!(report.hashes, HashesFound::NotAuthentic);
    assert_eq!(report.finding, Some(Finding::Somewhere { from: 0, to: 20 }));
    log.hashes.truncate(19);
    assert_eq!(log.with_hashes().hashes, HashesFound::NotAuthentic);
}

#[test]
fn a_log_rewritten_and_signed_anew_is_caught_by_an_earlier_checkpoint() {
    let kept = log(40).checkpoints;
    let mut log = log(40);
    Tampering::TextAndHash(10).apply(&mut log);
    log.hashes = log.rows.iter().map(StoredLeaf::leaf_hash).collect();
    let root = log.hashes.iter().copied().collect::<CompactRange>().root();
    log.checkpoints = vec![stated(40, root)];
    assert!(log.with_hashes().is_intact(), "the new signature alone cannot tell");
    let report = log.check(Evidence { earlier: &kept, hashes: None });
    assert_eq!(report.finding, Some(Finding::Somewhere { from: 8, to: 16 }));
}

#[test]
fn what_is_wrong_after_the_checkpoint_is_named_too() {
    let longer = |change: fn(&mut Vec<StoredLeaf>)| {
        let mut log = log(10);
        log.rows.extend((10..15).map(|number| leaf(number, format!("later {number}"))));
        change(&mut log.rows);
        log.alone()
    };
    assert_eq!(longer(|rows| drop(rows.remove(12))).finding, Some(Finding::Missing { first: 12, count: 1 }));
    let altered = longer(|rows| rows[13].entry.push('!'));
    assert_eq!((altered.finding, altered.beyond), (Some(Finding::Altered { index: 13 }), 3));
}

#[test]
fn findings_are_told_in_plain_words() {
    let told = |finding: Finding| finding.to_string();
    assert_eq!(told(Finding::Missing { first: 10, count: 5 }), "5 entries are missing, from 10 to 14");
    assert!(told(Finding::Cut { entries: 90, expected: 100 }).contains("10 are missing"));
    assert_eq!(told(Finding::Somewhere { from: 8, to: 16 }), "something was changed among the entries 8 to 15");
}
