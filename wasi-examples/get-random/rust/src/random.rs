//! Numbers from the request's seed.

#[link(wasm_import_module = "wasi_snapshot_preview1")]
extern "C" {
    fn random_get(buffer: *mut u8, length: usize) -> u16;
}

fn random_u64() -> u64 {
    let mut bytes = [0; 8];
    // Sound: the host writes as many bytes as the array has.
    let errno = unsafe { random_get(bytes.as_mut_ptr(), bytes.len()) };
    assert_eq!(errno, 0, "no randomness");
    u64::from_le_bytes(bytes)
}

/// Rejection sampling: the plain remainder would favour small numbers.
pub fn below(count: u64) -> u64 {
    let rejected = count.wrapping_neg() % count; // 2^64 mod count
    loop {
        let value = random_u64();
        if value >= rejected {
            return value % count;
        }
    }
}
