/** Keeps the first `limit_bytes` that are written to it and only counts the rest. */
export class Sink {
  readonly limit_bytes: number;
  #kept = new Uint8Array(1024);
  #size = 0;

  constructor(limit_bytes: number) {
    this.limit_bytes = limit_bytes;
  }

  /** Whether so many more bytes would be too many. */
  wouldOverflow(length: number): boolean {
    return this.#size + length > this.limit_bytes;
  }

  write(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, this.limit_bytes - this.#size);
    if (this.#size + kept.length > this.#kept.length) this.#grow(this.#size + kept.length);
    this.#kept.set(kept, this.#size);
    this.#size += kept.length;
  }

  /** A copy of what was kept. */
  bytes(): Uint8Array {
    return this.#kept.slice(0, this.#size);
  }

  #grow(size: number): void {
    const grown = new Uint8Array(Math.min(this.limit_bytes, Math.max(size, 2 * this.#kept.length)));
    grown.set(this.#kept);
    this.#kept = grown;
  }
}
