use proptest::prelude::*;

use super::*;

/// The inputs and roots of the reference implementation of Certificate Transparency.
const ENTRIES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn reference_leaves() -> Vec<Hash> {
    ENTRIES.iter().map(|entry| leaf_hash(&hex::decode(entry).unwrap())).collect()
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

/// The definition of RFC 6962, section 2.1, word for word.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let k = leaves.len().next_power_of_two() / 2;
            node_hash(&root_by_definition(&leaves[..k]), &root_by_definition(&leaves[k..]))
        }
    }
}

fn hashes(leaves: &[Hash], ranges: &[std::ops::Range<u64>]) -> Vec<Hash> {
    ranges
        .iter()
        .map(|r| leaves[r.start as usize..r.end as usize].iter().copied().collect::<CompactRange>().root())
        .collect()
}

// ASVS 5.0: 11.4.3
#[test]
fn the_roots_are_those_of_the_reference_implementation() {
    assert_eq!(hex::encode(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let mut range = CompactRange::new();
    assert_eq!(range.root(), empty_root());
    for (leaf, root) in reference_leaves().into_iter().zip(ROOTS) {
        range.push(leaf);
        assert_eq!(hex::encode(range.root()), root, "size {}", range.size());
    }
}

#[test]
fn the_proofs_are_those_of_the_reference_implementation() {
    let leaves = reference_leaves();
    let inclusion = hashes(&leaves, &inclusion_ranges(0, 8).unwrap());
    assert_eq!(
        inclusion.iter().map(hex::encode).collect::<Vec<_>>(),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
    );
    let consistency = hashes(&leaves, &consistency_ranges(6, 8).unwrap());
    assert_eq!(
        consistency.iter().map(hex::encode).collect::<Vec<_>>(),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
}

#[test]
fn the_edge_can_be_stored_at_any_size_and_continued() {
    let leaves = leaves(130);
    for size in 0..=leaves.len() {
        let edge: CompactRange = leaves[..size].iter().copied().collect();
        assert_eq!(edge.root(), root_by_definition(&leaves[..size]));
        let mut restored = CompactRange::from_bytes(size as u64, &edge.to_bytes()).unwrap();
        assert_eq!(restored, edge);
        restored.extend(leaves[size..].iter().copied());
        assert_eq!(restored.root(), root_by_definition(&leaves));
    }
}

#[test]
fn an_edge_of_another_size_is_refused() {
    let bytes = leaves(5).into_iter().collect::<CompactRange>().to_bytes();
    assert_eq!(CompactRange::from_bytes(7, &bytes), Err(NotAnEdge { size: 7, bytes: 64 }));
    assert!(CompactRange::from_bytes(5, &bytes[1..]).is_err());
    assert!(CompactRange::from_bytes(0, &[]).is_ok());
}

#[test]
fn every_entry_of_every_small_tree_is_proven_and_no_other() {
    for size in 1..=40u64 {
        let leaves = leaves(size);
        let root = root_by_definition(&leaves);
        for index in 0..size {
            let proof = hashes(&leaves, &inclusion_ranges(index, size).unwrap());
            let check = |leaf: u64, index, proof: &[Hash]| {
                verify_inclusion(&leaf_hash(&leaf.to_be_bytes()), index, size, proof, &root)
            };
            assert_eq!(check(index, index, &proof), Ok(()));
            assert!(check(index + 1, index, &proof).is_err());
            assert!(check(index, (index + 1) % size, &proof).is_err() || size == 1);
            let mut longer = proof.clone();
            longer.push(root);
            assert_eq!(check(index, index, &longer), Err(ProofError::Length));
            if !proof.is_empty() {
                assert_eq!(check(index, index, &proof[1..]), Err(ProofError::Length));
            }
        }
        assert_eq!(inclusion_ranges(size, size), None);
        let outside = verify_inclusion(&leaves[0], size, size, &[], &root);
        assert_eq!(outside, Err(ProofError::Range));
    }
}

#[test]
fn every_small_tree_is_proven_to_grow_from_every_smaller_one() {
    let all = leaves(34);
    let root = |size: u64| root_by_definition(&all[..size as usize]);
    for new in 1..=34u64 {
        for old in 1..=new {
            let proof = hashes(&all[..new as usize], &consistency_ranges(old, new).unwrap());
            assert_eq!(verify_consistency(old, &root(old), new, &root(new), &proof), Ok(()), "{old} to {new}");
            assert!(verify_consistency(old, &root(new + 1 - old), new, &empty_root(), &proof).is_err());
            if old < new {
                assert!(verify_consistency(old, &empty_root(), new, &root(new), &proof).is_err());
                assert!(verify_consistency(old, &root(old), new, &root(new), &[]).is_err());
                let mut longer = proof.clone();
                longer.push(root(old));
                assert!(verify_consistency(old, &root(old), new, &root(new), &longer).is_err());
            }
        }
        assert_eq!(verify_consistency(0, &empty_root(), new, &root(new), &[]), Ok(()));
        assert_eq!(verify_consistency(0, &root(1), new, &root(new), &[]), Err(ProofError::Root));
        assert_eq!(verify_consistency(new + 1, &root(1), new, &root(1), &[]), Err(ProofError::Range));
    }
}

proptest! {
    #[test]
    fn an_altered_hash_in_a_proof_proves_nothing(size in 2u64..200, at: prop::sample::Index, which: prop::sample::Index, bit in 0usize..256) {
        let leaves = leaves(size);
        let root = root_by_definition(&leaves);
        let index = at.index(size as usize);
        let mut proof = hashes(&leaves, &inclusion_ranges(index as u64, size).unwrap());
        prop_assert_eq!(verify_inclusion(&leaves[index], index as u64, size, &proof, &root), Ok(()));
        let which = which.index(proof.len());
        proof[which][bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify_inclusion(&leaves[index], index as u64, size, &proof, &root), Err(ProofError::Root));
    }
}
