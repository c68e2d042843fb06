// The program in src, which it builds first.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Case } from "./run-case.ts";

/** As in Cargo.toml. */
export const NEAR_VM_RUNNER = "0.37.4";
export const PROTOCOL_VERSION = 84;

const MANIFEST = fileURLToPath(new URL("Cargo.toml", import.meta.url));
const ANSWERS_BYTES_MAX = 2 ** 30;

/** What nearcore answers to each. */
export function ask(cases: readonly Case[]): Answer[] {
  const given = ["run", "--release", "--quiet", "--manifest-path", MANIFEST, "--", `${PROTOCOL_VERSION}`];
  const output = execFileSync("cargo", given, {
    input: cases.map((one) => `${JSON.stringify(one)}\n`).join(""),
    maxBuffer: ANSWERS_BYTES_MAX,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = output.toString().trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}
