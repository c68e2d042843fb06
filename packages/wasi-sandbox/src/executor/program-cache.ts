import { sha256Hex } from "@near-offshore/protocol";
import { SANDBOX_LIMITS } from "../limits.ts";
import { Program } from "../program.ts";

/** The programs that a thread ran last, by the sha256 of their bytes. */
export class ProgramCache {
  /** The least recently used first. */
  readonly #programs = new Map<string, Program>();

  /** @throws OffshoreError `bad_module` */
  get(bytes: Uint8Array): Program {
    const sha256 = sha256Hex(bytes);
    const program = this.#programs.get(sha256) ?? new Program(bytes);
    this.#programs.delete(sha256);
    this.#programs.set(sha256, program);
    this.#shrink();
    return program;
  }

  #shrink(): void {
    const { programs_cached_max, programs_cached_bytes_max } = SANDBOX_LIMITS;
    let bytes = [...this.#programs.values()].reduce((sum, program) => sum + program.bytes.length, 0);
    for (const [sha256, program] of this.#programs) {
      if (this.#programs.size <= programs_cached_max && bytes <= programs_cached_bytes_max) return;
      this.#programs.delete(sha256);
      bytes -= program.bytes.length;
    }
  }
}
