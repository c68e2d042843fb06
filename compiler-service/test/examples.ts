import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { runModule } from "@near-offshore/wasi-sandbox";
import { detectProgram, type Language } from "../src/languages.ts";
import { EXAMPLES } from "./repositories.ts";

/** A folder of `wasi-examples/` that can be built, and what running it gives. */
export interface Example {
  /** `get-random/rust` */
  name: string;
  language: Language;
  samples: [name: string, Sample][];
}

/** See `wasi-examples/README.md`. */
export interface Sample {
  input: string;
  seed?: string;
  max_instructions?: number;
  status: string;
  output?: string;
  output_sha256?: string;
  output_in?: Partial<Record<Language, string>>;
  stderr?: string;
}

/** Every program with samples. */
export function findExamples(): Example[] {
  const folders = (parent: string) =>
    readdirSync(path.join(EXAMPLES, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(parent, name));
  // A program's own folders are no programs.
  const candidates = folders("").flatMap((folder) => (languageOf(folder) ? [folder] : folders(folder)));
  return candidates.flatMap((name) => {
    const samples = samplesOf(name);
    const language = languageOf(name);
    return samples === null || language === null ? [] : [{ name, language, samples }];
  });
}

function samplesOf(folder: string): Example["samples"] | null {
  for (const samples of [path.join(EXAMPLES, folder, "samples"), path.join(EXAMPLES, folder, "../samples")])
    if (existsSync(samples))
      return readdirSync(samples).map((name) => [
        name.replace(".json", ""),
        JSON.parse(readFileSync(path.join(samples, name), "utf8")) as Sample,
      ]);
  return null;
}

function languageOf(folder: string): Language | null {
  const files = readdirSync(path.join(EXAMPLES, folder), { recursive: true, encoding: "utf8" });
  try {
    return detectProgram(new Map(files.map((name) => [name, new Uint8Array()]))).language;
  } catch {
    return null;
  }
}

const CONTEXT = {
  contract_id: "offshore.test.near",
  request_id: 1,
  block_height: 1,
  block_timestamp: "1700000000000000000",
  sender_id: "alice.test.near",
  predecessor_id: "alice.test.near",
  signer_public_key: "ed25519:11111111111111111111111111111111",
  payment_yocto: "0",
};

/** Runs a built program as a sample says: the same outcome and count each time. */
export function runSample(
  module: Uint8Array,
  { input, seed = "00".repeat(32), max_instructions = 1e9 }: Sample,
) {
  return runModule({
    module,
    input: new TextEncoder().encode(input),
    limits: { max_instructions, max_memory_mb: 128 },
    context: { ...CONTEXT, seed },
  });
}
