//! The Merkle tree of one batch, byte for byte as in RFC 6962, section 2.1.
//!
//! A node is SHA-256(0x01 ‖ left ‖ right); of n leaves the largest power of two below n stands
//! left. Level by level that is: pair neighbours, and an odd last one moves up as it is.

use super::Hash;

/// Random bytes that the shell draws for each event, so that a short payload cannot be guessed.
pub type Salt = [u8; 16];

/// The leaf of an event: the RFC's leaf hash of salt ‖ SHA-256(payload).
///
/// To erase a payload, erase the salt with it and keep the leaf: the tree stays whole, and
/// nobody can try out guesses.
pub fn leaf(salt: &Salt, payload: &[u8]) -> Hash {
    leaf_hash(&[&salt[..], &Hash::of(payload).0].concat())
}

fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash::of_parts(&[&[0], bytes])
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[&[1], &left.0, &right.0])
}

/// All levels of a tree, to take many paths from it.
#[derive(Clone, Debug)]
pub struct Tree {
    /// From the leaves up; the last level has one hash, or none if there are no leaves.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    pub fn new(leaves: Vec<Hash>) -> Tree {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let above = below.chunks(2).map(|pair| match pair {
                [left, right] => node(left, right),
                [odd, ..] => *odd,
                [] => Hash::ZERO, // chunks are never empty
            });
            levels.push(above.collect());
        }
        Tree { levels }
    }

    /// The root; of no leaves, the hash of nothing (RFC 6962).
    pub fn root(&self) -> Hash {
        let top = self.levels.last().and_then(|level| level.first());
        top.copied().unwrap_or_else(|| Hash::of(b""))
    }

    /// The siblings of a leaf from the bottom up; none for a leaf that is not there.
    pub fn path(&self, index: usize) -> Vec<Hash> {
        if index >= self.levels.first().map_or(0, Vec::len) {
            return Vec::new();
        }
        let levels = self.levels.iter().enumerate();
        levels.filter_map(|(height, level)| level.get((index >> height) ^ 1).copied()).collect()
    }
}

/// The root over these leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    Tree::new(leaves.to_vec()).root()
}

/// The path of one leaf. For many leaves of one batch, keep a [`Tree`].
pub fn path(leaves: &[Hash], index: usize) -> Vec<Hash> {
    Tree::new(leaves.to_vec()).path(index)
}

/// The root that a leaf at this place of so many leads to.
/// `None` when the place does not exist or the path has the wrong length.
pub fn root_from_path(leaf: Hash, index: u64, count: u64, path: &[Hash]) -> Option<Hash> {
    if index >= count {
        return None;
    }
    let (mut hash, mut at, mut width, mut path) = (leaf, index, count, path.iter());
    while width > 1 {
        match (at % 2 == 0, at ^ 1 < width) {
            (true, true) => hash = node(&hash, path.next()?),
            (false, _) => hash = node(path.next()?, &hash),
            (true, false) => {} // odd and last: moves up as it is
        }
        at /= 2;
        width = width.div_ceil(2);
    }
    path.next().is_none().then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The RFC's own recursive words.
    fn naive_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(b""),
            [one] => *one,
            many => {
                let split = (1..many.len()).rev().find(|n| n.is_power_of_two()).unwrap();
                node(&naive_root(&many[..split]), &naive_root(&many[split..]))
            }
        }
    }

    /// The reference tests of certificate-transparency: leaves and roots of 1 to 8 leaves.
    #[test]
    fn the_reference_roots() {
        let leaves: [&[u8]; 8] = [
            b"",
            &[0x00],
            &[0x10],
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let leaves: Vec<Hash> = leaves.iter().map(|bytes| leaf_hash(bytes)).collect();
        for (n, expected) in (1..).zip(roots) {
            assert_eq!(root(&leaves[..n]).to_string(), expected, "{n} leaves");
        }
        assert_eq!(root(&[]), Hash::of(b""));
    }

    #[test]
    fn every_leaf_of_every_small_tree_verifies() {
        for count in 1..=70_u64 {
            let leaves: Vec<Hash> = (0..count).map(|n| leaf(&[7; 16], &n.to_be_bytes())).collect();
            let tree = Tree::new(leaves.clone());
            assert_eq!(tree.root(), naive_root(&leaves), "{count} leaves");
            for index in 0..count {
                let (at, path) = (leaves[index as usize], tree.path(index as usize));
                assert_eq!(root_from_path(at, index, count, &path), Some(tree.root()));
            }
            assert!(tree.path(count as usize).is_empty());
            assert_eq!(root_from_path(leaves[0], count, count, &[]), None);
        }
    }

    proptest! {
        #[test]
        fn anything_changed_leads_elsewhere(
            count in 1_u64..200, pick: prop::sample::Index, salt: Salt, other: prop::sample::Index, bit in 0_usize..256,
        ) {
            let leaves: Vec<Hash> = (0..count).map(|n| leaf(&salt, &n.to_be_bytes())).collect();
            let index = pick.index(count as usize);
            let (at, mut path) = (leaves[index], path(&leaves, index));
            let leads_to = |leaf, index: usize, path: &[Hash]| root_from_path(leaf, index as u64, count, path);
            let right = Some(root(&leaves));
            prop_assert_eq!(leads_to(at, index, &path), right);

            let elsewhere = other.index(count as usize);
            prop_assert!(elsewhere == index || leads_to(at, elsewhere, &path) != right);
            let mut changed = at;
            changed.0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(leads_to(changed, index, &path) != right);
            path.push(Hash::ZERO);
            prop_assert_eq!(leads_to(at, index, &path), None);
            path.pop();
            if !path.is_empty() {
                prop_assert_eq!(leads_to(at, index, &path[1..]), None);
                let place = other.index(path.len());
                path[place].0[bit / 8] ^= 1 << (bit % 8);
                prop_assert!(leads_to(at, index, &path) != right);
            }
        }

        #[test]
        fn no_claim_makes_it_panic(index: u64, count: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
            let path: Vec<Hash> = hashes.into_iter().map(Hash).collect();
            let _ = root_from_path(Hash::ZERO, index, count, &path);
        }
    }
}
