//! A random value for a text, which nobody could know before the request and everybody can check after it. See README.md.

use serde_json::Value;
use sha2::{Digest, Sha256};

const DOMAIN: &[u8] = b"near-offshore-example:vrf:v1";

fn main() {
    match run() {
        Ok(output) => print!("{output}"),
        Err(message) => {
            eprintln!("vrf: {message}");
            std::process::exit(1);
        }
    }
}

fn run() -> Result<Value, String> {
    let input: Value = serde_json::from_reader(std::io::stdin()).map_err(|error| error.to_string())?;
    let alpha = input["alpha"].as_str().ok_or("expected {\"alpha\": \"...\"}")?;
    let mut key = [0; 32];
    getrandom::getrandom(&mut key).map_err(|error| error.to_string())?;
    let beta = Sha256::new().chain_update(DOMAIN).chain_update(key).chain_update(alpha.as_bytes()).finalize();
    Ok(serde_json::json!({ "alpha": alpha, "beta": hex(&beta), "proof": hex(&key) }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
