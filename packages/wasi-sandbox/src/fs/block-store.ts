import { SANDBOX_LIMITS } from "../limits.ts";

const BLOCK = SANDBOX_LIMITS.file_block_bytes;

/** Blocks that a byte size takes. */
export function blocksOf(size_bytes: number): number {
  return Math.ceil(size_bytes / BLOCK);
}

/**
 * A file's bytes, in blocks that exist only once something was written to them: a file may have holes, which read as
 * zeros, and growing it never copies.
 */
export class BlockStore {
  #size = 0;
  #blocks: (Uint8Array | undefined)[] = [];

  get size(): number {
    return this.#size;
  }

  /** Sets the size; what comes into being reads as zeros. */
  resize(size: number): void {
    if (size < this.#size) {
      this.#blocks.length = Math.min(this.#blocks.length, blocksOf(size));
      this.#blocks[Math.floor(size / BLOCK)]?.fill(0, size % BLOCK);
    }
    this.#size = size;
  }

  /** Copies to `target` what there is from `position` on; returns how many bytes that was. */
  read(position: number, target: Uint8Array): number {
    const length = Math.min(target.length, Math.max(0, this.#size - position));
    let done = 0;
    while (done < length) {
      const at = position + done;
      const offset = at % BLOCK;
      const part = Math.min(BLOCK - offset, length - done);
      const block = this.#blocks[Math.floor(at / BLOCK)];
      if (block) target.set(block.subarray(offset, offset + part), done);
      else target.fill(0, done, done + part);
      done += part;
    }
    return length;
  }

  /** Writes all of `source`, which has to lie within the size. */
  write(position: number, source: Uint8Array): void {
    let done = 0;
    while (done < source.length) {
      const at = position + done;
      const index = Math.floor(at / BLOCK);
      const offset = at % BLOCK;
      const part = Math.min(BLOCK - offset, source.length - done);
      const block = this.#blocks[index] ?? new Uint8Array(BLOCK);
      block.set(source.subarray(done, done + part), offset);
      this.#blocks[index] = block;
      done += part;
    }
  }
}
