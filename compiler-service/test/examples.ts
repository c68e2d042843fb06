import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
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
