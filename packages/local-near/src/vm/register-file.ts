// Registers: byte strings on the host's side that contracts name by number.
import { HostError } from "../errors.ts";
import { CHAIN_LIMITS } from "../parameters.ts";
import type { GasCounter } from "./gas-counter.ts";
import { memoryAccessViolation } from "./guest-memory.ts";

/** A register counts as its bytes and eight more. */
const REGISTER_OVERHEAD_BYTES = 8;

export class RegisterFile {
  readonly #gas: GasCounter;
  readonly #registers = new Map<bigint, Uint8Array>();
  #memory_usage = 0;

  constructor(gas: GasCounter) {
    this.#gas = gas;
  }

  get(register_id: bigint): Uint8Array {
    const data = this.#registers.get(register_id);
    if (!data) {
      const message = `Accessed invalid register id: ${register_id}`;
      throw new HostError("InvalidRegisterId", message, { register_id: `${register_id}` });
    }
    this.#gas.payBase("read_register_base");
    this.#gas.payPer("read_register_byte", data.length);
    return data;
  }

  length(register_id: bigint): number | null {
    return this.#registers.get(register_id)?.length ?? null;
  }

  set(register_id: bigint, data: Uint8Array): void {
    this.#gas.payBase("write_register_base");
    this.#gas.payPer("write_register_byte", data.length);
    this.#setPaid(register_id, data);
  }

  /** Input and promise results were paid for by the byte when they were sent: only the base is charged. */
  setPrepaidBytes(register_id: bigint, data: Uint8Array): void {
    this.#gas.payBase("write_register_base");
    this.#setPaid(register_id, data);
  }

  #setPaid(register_id: bigint, data: Uint8Array): void {
    if (data.length > CHAIN_LIMITS.max_register_size) throw memoryAccessViolation();
    // At the limit even replacing a register fails: an old slip that is part of the protocol.
    if (this.#registers.size >= CHAIN_LIMITS.max_number_registers) throw memoryAccessViolation();
    const old = this.#registers.get(register_id);
    const freed = old ? old.length + REGISTER_OVERHEAD_BYTES : 0;
    const usage = this.#memory_usage - freed + data.length + REGISTER_OVERHEAD_BYTES;
    if (usage > CHAIN_LIMITS.registers_memory_limit) throw memoryAccessViolation();
    this.#memory_usage = usage;
    this.#registers.set(register_id, data);
  }
}
