//! A Merkle tree of texts with SHA-256: leaves and inner nodes are hashed with different first bytes (RFC 6962, 2.1), so that
//! neither passes for the other.

use serde::Serialize;
use sha2::{Digest, Sha256};

type Hash = [u8; 32];

/// One step from a leaf to the root: the other child, and on which side it is.
#[derive(Serialize)]
pub struct Step {
    side: &'static str,
    sha256: String,
}

pub struct Tree {
    /// From the leaves to the root.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    pub fn new(leaves: &[String]) -> Tree {
        let hashed = leaves.iter().map(|leaf| hash(&[&[0], leaf.as_bytes()])).collect();
        let mut levels: Vec<Vec<Hash>> = vec![hashed];
        while levels[levels.len() - 1].len() > 1 {
            let below = &levels[levels.len() - 1];
            levels.push(below.chunks(2).map(parent).collect());
        }
        Tree { levels }
    }

    pub fn root(&self) -> String {
        self.levels.last().and_then(|level| level.first()).map_or_else(String::new, hex)
    }

    pub fn proof(&self, leaf: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = leaf;
        for level in &self.levels {
            // A node without a sibling goes up as it is.
            if let Some(sibling) = level.get(at ^ 1) {
                steps.push(Step { side: if at & 1 == 1 { "left" } else { "right" }, sha256: hex(sibling) });
            }
            at /= 2;
        }
        steps
    }
}

fn parent(children: &[Hash]) -> Hash {
    match children {
        [left, right] => hash(&[&[1], left, right]),
        [only] => *only,
        _ => unreachable!("chunks of two"),
    }
}

fn hash(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
