//! Hashes a text again and again: work that cannot be split. See README.md.

use serde_json::Value;
use sha2::{Digest, Sha256};

const ROUNDS_MAX: u64 = 100_000_000;

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
    let input: Value = serde_json::from_reader(std::io::stdin()).map_err(|error| error.to_string())?;
    let (Some(text), Some(rounds)) = (input["text"].as_str(), input["rounds"].as_u64()) else {
        return Err("expected {\"text\": \"...\", \"rounds\": n}".into());
    };
    if rounds == 0 || rounds > ROUNDS_MAX {
        return Err(format!("rounds is not from 1 to {ROUNDS_MAX}"));
    }
    let mut hash = Sha256::digest(text);
    for _ in 1..rounds {
        hash = Sha256::digest(hash);
    }
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}
