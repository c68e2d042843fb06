import { chacha20 } from "@noble/ciphers/chacha.js";
import { SANDBOX_LIMITS } from "../limits.ts";
import type { Wasi } from "./wasi.ts";

const BLOCK_BYTES = 64;
const CHUNK_BYTES = SANDBOX_LIMITS.random_chunk_bytes;

/**
 * The ChaCha20 key stream of a seed, nonce 0, from block 0 on (RFC 8439; a block number above 2^32 goes on in the first
 * word of the nonce, as in Bernstein's original with its 64-bit counter). Nothing is skipped between calls.
 */
export class RandomStream {
  readonly #seed: Uint8Array;
  #next_block = 0;
  #chunk = new Uint8Array(0);
  #taken = 0;

  /** @param seed 32 bytes */
  constructor(seed: Uint8Array) {
    this.#seed = seed;
  }

  fill(target: Uint8Array): void {
    let done = 0;
    while (done < target.length) {
      if (this.#taken === this.#chunk.length) this.#refill(target.length - done);
      const part = this.#chunk.subarray(this.#taken, this.#taken + target.length - done);
      target.set(part, done);
      this.#taken += part.length;
      done += part.length;
    }
  }

  #refill(wanted_bytes: number): void {
    const blocks_to_wrap = 2 ** 32 - (this.#next_block % 2 ** 32);
    const blocks = Math.min(Math.ceil(Math.min(wanted_bytes, CHUNK_BYTES) / BLOCK_BYTES), blocks_to_wrap);
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(0, Math.floor(this.#next_block / 2 ** 32), true);
    const zeros = new Uint8Array(blocks * BLOCK_BYTES);
    this.#chunk = chacha20(this.#seed, nonce, zeros, undefined, this.#next_block % 2 ** 32);
    this.#next_block += blocks;
    this.#taken = 0;
  }
}

export const randomCalls = {
  random_get(wasi: Wasi, buffer: number, length: number) {
    wasi.memory.check(buffer, length);
    wasi.chargeItems(Math.ceil(length / BLOCK_BYTES));
    wasi.chargeBytes(length);
    wasi.random.fill(wasi.memory.bytes(buffer, length));
  },
};
