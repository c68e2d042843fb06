//! Estimates pi by throwing darts. See README.md.

use rand::{rngs::StdRng, Rng, SeedableRng};
use serde_json::Value;

const DARTS_MAX: u64 = 1_000_000_000;

fn main() {
    match run() {
        Ok(output) => print!("{output}"),
        Err(message) => {
            eprintln!("monte-carlo: {message}");
            std::process::exit(1);
        }
    }
}

fn run() -> Result<Value, String> {
    let input: Value = serde_json::from_reader(std::io::stdin()).map_err(|error| error.to_string())?;
    let darts = input["darts"].as_u64().ok_or("expected {\"darts\": n}")?;
    if darts == 0 || darts > DARTS_MAX {
        return Err(format!("darts is not from 1 to {DARTS_MAX}"));
    }
    let mut random = StdRng::from_entropy(); // of the request's seed: there is no other here
    let inside = (0..darts).filter(|_| is_inside(&mut random)).count();
    Ok(serde_json::json!({ "darts": darts, "inside": inside, "pi": 4.0 * inside as f64 / darts as f64 }))
}

/// Throws one dart at the unit square; whether it hits the quarter circle.
fn is_inside(random: &mut StdRng) -> bool {
    let (x, y): (f64, f64) = (random.gen(), random.gen());
    x * x + y * y < 1.0
}
