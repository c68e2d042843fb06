//! Hashes a text again and again: work that cannot be split. See README.md.

use serde::Deserialize;
use sha2::{Digest, Sha256};

const ROUNDS_MAX: u32 = 100_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    text: String,
    rounds: u32,
}

fn main() {
    match run() {
        Ok(hash) => print!("{}", serde_json::json!({ "sha256": hash })),
        Err(message) => {
            eprintln!("sha256-chain: {message}");
            std::process::exit(1);
        }
    }
}

fn run() -> Result<String, String> {
    let input: Input = serde_json::from_reader(std::io::stdin()).map_err(|error| error.to_string())?;
    if input.rounds == 0 || input.rounds > ROUNDS_MAX {
        return Err(format!("rounds is not from 1 to {ROUNDS_MAX}"));
    }
    let mut hash = Sha256::digest(input.text);
    for _ in 1..input.rounds {
        hash = Sha256::digest(hash);
    }
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}
