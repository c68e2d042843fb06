//! Counts secret votes and proves that each was counted. See README.md.

mod merkle;

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const VOTES_MAX: usize = 100_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    choices: Vec<String>,
    votes: Vec<Vote>,
    /// Nonces of the votes to prove.
    #[serde(default)]
    prove: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vote {
    choice: String,
    /// Only the voter knows whose it is.
    nonce: String,
}

#[derive(Serialize)]
struct Output<'a> {
    counts: BTreeMap<&'a str, usize>,
    invalid: usize,
    root: String,
    proofs: BTreeMap<&'a str, Vec<merkle::Step>>,
}

fn main() {
    let input: Input = serde_json::from_reader(std::io::stdin()).unwrap_or_else(|error| fail(&error.to_string()));
    if input.votes.is_empty() || input.votes.len() > VOTES_MAX {
        fail(&format!("expected 1 to {VOTES_MAX} votes"));
    }
    print!("{}", serde_json::to_string(&tally(&input)).expect("it is JSON"));
}

fn fail(message: &str) -> ! {
    eprintln!("merkle-tally: {message}");
    std::process::exit(1);
}

/// The first vote of each nonce counts, if its choice is one.
fn tally(input: &Input) -> Output<'_> {
    let mut counts: BTreeMap<&str, usize> = input.choices.iter().map(|choice| (choice.as_str(), 0)).collect();
    let mut seen = BTreeSet::new();
    let mut counted: Vec<&Vote> = Vec::new();
    for vote in &input.votes {
        let Some(count) = counts.get_mut(vote.choice.as_str()) else { continue };
        if seen.insert(vote.nonce.as_str()) {
            *count += 1;
            counted.push(vote);
        }
    }
    // In the order of their nonces: when a vote was cast would say whose it is.
    counted.sort_by(|a, b| a.nonce.cmp(&b.nonce));
    let leaves: Vec<String> = counted.iter().map(|vote| format!("{}:{}", vote.nonce, vote.choice)).collect();
    let tree = merkle::Tree::new(&leaves);
    let position = |nonce: &str| counted.iter().position(|vote| vote.nonce == nonce);
    let proofs = input.prove.iter().filter_map(|nonce| Some((nonce.as_str(), tree.proof(position(nonce)?)))).collect();
    Output { counts, invalid: input.votes.len() - counted.len(), root: tree.root(), proofs }
}
