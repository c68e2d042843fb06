// The examples in the READMEs of both packages run as they stand there.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CONTEXT, program, wat } from "./helpers.ts";

vi.setConfig({ testTimeout: 60_000 });

const PACKAGES = fileURLToPath(new URL("../../", import.meta.url));
const CACHE = join(PACKAGES, "../node_modules/.cache");
let folder: string;
beforeAll(() => {
  mkdirSync(CACHE, { recursive: true });
  folder = mkdtempSync(join(CACHE, "readme-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The TypeScript blocks of a README. */
function examplesIn(name: string): string[] {
  const text = readFileSync(join(PACKAGES, name, "README.md"), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
}

/** Runs an example in which these names are known, and gives what it calls by some others. */
async function run(
  code: string,
  known: Record<string, unknown>,
  wanted: string[],
): Promise<Record<string, unknown>> {
  const given = `readme example ${Math.random()}`;
  Object.assign(globalThis, { [given]: known });
  const prelude = `const { ${Object.keys(known).join(", ")} } = globalThis[${JSON.stringify(given)}];\n`;
  // An example that returns would do so from a function.
  const body = code
    .replace(/^if \(sealed\.outcome\) return .*$/m, "")
    .replaceAll("/wasi-sandbox/web", "/wasi-sandbox/node");
  const imports = body.match(/^import .*$/gm) ?? [];
  const rest = body.replace(/^import .*$/gm, "");
  const file = join(folder, `${Math.random()}.ts`);
  writeFileSync(
    file,
    `${imports.join("\n")}\n${prelude}${rest}\nexport const wanted = { ${wanted.join(", ")} };\n`,
  );
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)).wanted;
}

describe("@near-offshore/sealer", () => {
  const [metered, gas, ...others] = examplesIn("sealer");
  const bytes = wat(`(module (func (export "_start") (drop (i32.const 1))))`);

  test("a run under the meter", async () => {
    const { end } = await run(metered!, { bytes, yourImports: {}, report: () => {} }, ["end"]);
    expect(end).toEqual({ kind: "returned", value: undefined, instructions: 2n });
  });

  test("another price list", async () => {
    const { seal } = await import("@near-offshore/sealer");
    await run(gas!, { contract: bytes, seal }, []);
    expect(others).toEqual([]);
  });
});

describe("@near-offshore/wasi-sandbox", () => {
  const [whole, thread, task, ...others] = examplesIn("wasi-sandbox");
  const module = program({}, "nop");

  test("a program with files", async () => {
    const known = { module, source: "print(1)", bytes: new Uint8Array(3) };
    const { exit_code, files } = await run(whole!, known, ["exit_code", "files"]);
    expect(exit_code).toBe(0);
    expect(Object.keys((files as Record<string, object>)["/work"]!)).toEqual([
      "main.py",
      "data",
      "data/in.csv",
      "data/latest",
      "out",
    ]);
  });

  test("a thread", async () => {
    expect(await run(thread!, { module }, ["exit_code", "stdout"])).toEqual({
      exit_code: 0,
      stdout: new Uint8Array(0),
    });
  });

  test("a task of the network", async () => {
    const known = { module, input: new Uint8Array(0), context: CONTEXT };
    expect(await run(task!, known, ["status", "instructions"])).toEqual({ status: "ok", instructions: 1 });
    expect(others).toEqual([]);
  });
});
