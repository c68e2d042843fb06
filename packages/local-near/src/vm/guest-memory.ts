// The contract's memory, read and written by host functions, which pay for it.
import { HostError } from "../errors.ts";
import type { GasCounter } from "./gas-counter.ts";

export function memoryAccessViolation(): HostError {
  return new HostError("MemoryAccessViolation", "Accessed memory outside the bounds.");
}

export class GuestMemory {
  readonly #gas: GasCounter;
  #memory: WebAssembly.Memory | null = null;

  constructor(gas: GasCounter) {
    this.#gas = gas;
  }

  /** The memory exists only once the contract is instantiated. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** A copy of `len` bytes at `ptr`. */
  read(ptr: bigint, len: bigint): Uint8Array {
    this.#gas.payBase("read_memory_base");
    this.#gas.payPer("read_memory_byte", len);
    return this.viewForFree(ptr, len).slice();
  }

  /** A view of the memory that nothing is paid for: what was already paid in another way. */
  viewForFree(ptr: bigint, len: bigint): Uint8Array {
    const buffer = this.#memory?.buffer;
    if (!buffer || ptr + len > BigInt(buffer.byteLength)) throw memoryAccessViolation();
    return new Uint8Array(buffer, Number(ptr), Number(len));
  }

  write(ptr: bigint, bytes: Uint8Array): void {
    this.#gas.payBase("write_memory_base");
    this.#gas.payPer("write_memory_byte", bytes.length);
    this.viewForFree(ptr, BigInt(bytes.length)).set(bytes);
  }

  readU8(ptr: bigint): number {
    return this.read(ptr, 1n)[0]!;
  }

  readU16(ptr: bigint): number {
    return view(this.read(ptr, 2n)).getUint16(0, true);
  }

  readU32(ptr: bigint): number {
    return view(this.read(ptr, 4n)).getUint32(0, true);
  }

  readU128(ptr: bigint): bigint {
    const data = view(this.read(ptr, 16n));
    return data.getBigUint64(0, true) | (data.getBigUint64(8, true) << 64n);
  }

  writeU128(ptr: bigint, value: bigint): void {
    const bytes = new Uint8Array(16);
    view(bytes).setBigUint64(0, BigInt.asUintN(64, value), true);
    view(bytes).setBigUint64(8, value >> 64n, true);
    this.write(ptr, bytes);
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
