/** Kinds of WebAssembly traps, engine-independent (docs/metering.md). */
export const TRAP_KINDS = [
  "unreachable",
  "memory",
  "divide_by_zero",
  "integer_overflow",
  "invalid_conversion",
  "indirect_call",
  "table",
  "stack_overflow",
  "other",
] as const;

export type TrapKind = (typeof TRAP_KINDS)[number];

/** `ok` (exit code 0), `exit:<1-255>`, `trap:<kind>`, or a limit that was reached. All deterministic, so all attestable. */
export type Status =
  | "ok"
  | `exit:${number}`
  | `trap:${TrapKind}`
  | "out_of_instructions"
  | "out_of_memory"
  | "output_too_large";

const LIMIT_STATUSES = ["ok", "out_of_instructions", "out_of_memory", "output_too_large"];

/** Whether `text` is one of the statuses of an outcome; `exit:07` and `exit:0` are not. */
export function isStatus(text: string): text is Status {
  if (LIMIT_STATUSES.includes(text)) return true;
  if (text.startsWith("trap:")) return (TRAP_KINDS as readonly string[]).includes(text.slice(5));
  if (!text.startsWith("exit:")) return false;
  const code = Number(text.slice(5));
  return Number.isInteger(code) && code >= 1 && code <= 255 && text === `exit:${code}`;
}
