import { detectProgram } from "../src/languages.ts";
import { LIMITS } from "../src/limits.ts";
import { dockerBackend } from "./backends.ts";

// Programs that are compiled in containers.

/** Null where there is no engine with the images. */
export const docker = await dockerBackend();
const HOUR = 3_600_000;

export const RUST = {
  "Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\nedition = "2021"\n',
  "Cargo.lock": 'version = 4\n\n[[package]]\nname = "x"\nversion = "0.1.0"\n',
  "src/main.rs": 'fn main() { println!("hello"); }\n',
};
/** A Rust program whose build script does this. */
export const building = (script: string) => ({
  ...RUST,
  "build.rs": `use std::{fs, io, io::Write, net, process::{Command, Stdio}, thread, time};\nfn main() {\n${script}\n}\n`,
});

interface Compiled {
  log: string;
  module?: Uint8Array;
  error?: { code: string; message: string };
}

export async function compile(
  files: Record<string, string>,
  { compile_ms = LIMITS.compile_ms as number, signal = new AbortController().signal, on = docker! } = {},
): Promise<Compiled> {
  const backend =
    compile_ms === LIMITS.compile_ms ? on : (await dockerBackend({ dependencies_ms: HOUR, compile_ms }))!;
  const tree = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  let log = "";
  try {
    const module = await backend.compile({
      program: detectProgram(tree),
      tree,
      log: (text) => {
        if (log.length < 1e6) log += text;
      },
      signal,
    });
    return { log, module };
  } catch (error) {
    return { log, error: error as Compiled["error"] & object };
  }
}
