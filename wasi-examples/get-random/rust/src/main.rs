//! A random integer, uniform in [min, max]. Input and output are JSON; see README.md for the exact rules.

mod input;
mod random;

use std::io::{Read, Write};

const INPUT_BYTES_MAX: usize = 1024;

fn main() {
    if let Err(message) = run() {
        eprintln!("get-random: {message}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), String> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(INPUT_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() > INPUT_BYTES_MAX {
        return Err(format!("the input is longer than {INPUT_BYTES_MAX} bytes"));
    }
    let (min, max) = input::range(&bytes)?;
    let count = (max - min) as u64 + 1;
    let number = min + random::below(count) as i64;
    print!("{{\"random_number\":{number}}}");
    std::io::stdout().flush().map_err(|error| error.to_string())
}
