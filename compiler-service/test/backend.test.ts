import { sha256Hex } from "@near-offshore/protocol";
import { afterAll, describe, expect, it } from "vitest";
import { WasmBackend } from "../src/backends/wasm/wasm-backend.ts";
import { detectProgram } from "../src/languages.ts";
import { LIMITS } from "../src/limits.ts";
import type { SourceTree } from "../src/sources/tree.ts";
import { PREPROCESSOR_BOMB } from "./repositories.ts";

const backends: WasmBackend[] = [];
function backend(bounds?: ConstructorParameters<typeof WasmBackend>[0]): WasmBackend {
  const made = new WasmBackend(bounds);
  backends.push(made);
  return made;
}
afterAll(() => Promise.all(backends.map((one) => one.close())));

const shared = backend();

function treeOf(files: Record<string, string>): SourceTree {
  return new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
}

async function compile(
  files: Record<string, string>,
  { on = shared, signal = new AbortController().signal, log = (_text: string) => {} } = {},
): Promise<Uint8Array> {
  const tree = treeOf(files);
  return on.compile({ program: detectProgram(tree), tree, log, signal });
}

const HELLO_C = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';
const HELLO_AS = { "package.json": "{}", "assembly/index.ts": 'process.stdout.write("hello\\n");\n' };

describe("compiling", () => {
  it("C of several files with headers", async () => {
    const module = await compile({
      "src/main.c": '#include "part.h"\nint main(void) { return part(); }\n',
      "src/deep/part.c": "int part(void) { return 7; }\n",
      "include/part.h": "int part(void);\n",
    });
    expect(WebAssembly.validate(module as BufferSource)).toBe(true);
  });

  it("C++ with the standard library", async () => {
    const module = await compile({
      "main.cpp":
        '#include <string>\n#include <cstdio>\nint main() { std::string s = "hello"; std::puts(s.c_str()); }\n',
    });
    expect(WebAssembly.validate(module as BufferSource)).toBe(true);
  });

  it.each([
    ["C", { "main.c": HELLO_C }],
    ["AssemblyScript", HELLO_AS],
  ])("%s to the same bytes, in another instance and after other programs", async (_language, files) => {
    const first = sha256Hex(await compile(files));
    await compile({ "main.c": "int main(void) { return 1; }\n" });
    await compile({ ...HELLO_AS, "assembly/index.ts": "export const x = 1;\n" });
    expect(sha256Hex(await compile(files))).toBe(first);
    expect(sha256Hex(await compile(files, { on: backend() }))).toBe(first);
  });

  it("C that asks for the time of compilation to the same bytes", async () => {
    const files = {
      "main.c": "#include <stdio.h>\nint main(void) { puts(__DATE__ __TIME__ __TIMESTAMP__); }\n",
    };
    const text = Buffer.from(await compile(files)).toString("latin1");
    expect(text).toContain("Jan  1 1970");
    expect(text).not.toContain(String(new Date().getFullYear()));
  });
});

describe("a program that does not compile gets the compiler's own words", () => {
  it.each([
    [
      "C",
      { "main.c": "#warning careful\nint main(void) { return missing; }\n" },
      "main.c:2:25: error: use of undeclared identifier 'missing'",
    ],
    ["C, linked", { "main.c": "int other(void);\nint main(void) { return other(); }\n" }, "wasm-ld: error"],
    ["C++", { "main.cpp": "int main() { nothing::at_all(); }\n" }, "main.cpp:1:14: error: use of undeclared"],
    ["C with a missing header", { "main.c": "#include <curses.h>\n" }, "'curses.h' file not found"],
    [
      "AssemblyScript",
      { ...HELLO_AS, "assembly/index.ts": "let x: i32 = missing;\n" },
      "ERROR TS2304: Cannot find name 'missing'",
    ],
    [
      "AssemblyScript that imports a package",
      { ...HELLO_AS, "assembly/index.ts": 'import "as-json";\n' },
      "'~lib/as-json.ts' not found",
    ],
    ["a folder in the compiler's place", { "usr/x.h": "", "main.c": HELLO_C }, "top-level folder named usr"],
  ])("%s", async (_language, files, words) => {
    const error: Error & { code?: string } = await compile(files).then(
      () => expect.fail("it compiled"),
      (thrown) => thrown,
    );
    expect(error.code).toBe("build_failed");
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("careful"); // warnings are for the log
  });

  it.each([
    ["an include", '#include "/etc/passwd"\nint main(void) {}\n', "file not found"],
    ["assembly", '__asm__(".incbin \\"/etc/passwd\\"");\nint main(void) {}\n', "Could not find"],
    [
      "an embedded file",
      'const char a[] = {\n#embed "/etc/passwd"\n};\nint main(void) {}\n',
      "file not found",
    ],
  ])("%s of this machine's files finds none", async (_what, source, words) => {
    await expect(compile({ "main.c": source })).rejects.toThrow(words);
  });

  it("asking which of this machine's files there are finds none", async () => {
    const files = ["/etc/passwd", "/proc/self/environ", "../package.json", import.meta.filename];
    const asked = files.map((file) => `__has_include("${file}")`).join(" || ");
    const module = await compile({ "main.c": `#if ${asked}\n#error found\n#endif\nint main(void) {}\n` });
    expect(module).toBeInstanceOf(Uint8Array);
  });

  it("folders that are called like what every object has are folders, and nothing to the next program", async () => {
    const files = { "toString/a.h": "", "constructor/prototype/usr/b.h": "" };
    const source = '#include "toString/a.h"\n#include "constructor/prototype/usr/b.h"\nint main(void) {}\n';
    await compile({ ...files, "main.c": source });
    await expect(compile({ "main.c": HELLO_C })).resolves.toBeInstanceOf(Uint8Array);
  });

  it("a transform, which would be code run by the compiler, is not loaded", async () => {
    const files = {
      ...HELLO_AS,
      "asconfig.json": '{"options":{"transform":["./evil.js"]}}',
      "evil.js": "process.exit(3);",
    };
    expect(sha256Hex(await compile(files))).toBe(sha256Hex(await compile(HELLO_AS)));
  });
});

describe("bounds", () => {
  it("a compilation that does not end is ended, and the next one works", async () => {
    const one = backend({ time_ms: 5_000, memory_bytes: 8 * 2 ** 30 });
    await expect(compile({ "main.c": PREPROCESSOR_BOMB }, { on: one })).rejects.toMatchObject({
      code: "build_failed",
      message: "the compiler took longer than 5 s",
    });
    await expect(compile({ "main.c": HELLO_C }, { on: one })).resolves.toBeInstanceOf(Uint8Array);
  });

  it("a compilation that eats memory is ended", async () => {
    const one = backend({ time_ms: 60_000, memory_bytes: 300 * 2 ** 20 });
    const array = "int main(void) { static const char a[] = { [0 ... 1000000000] = 1 }; return a[7]; }\n";
    await expect(compile({ "main.c": array }, { on: one })).rejects.toMatchObject({
      code: "build_failed",
      message: "the compiler used more than 300 MiB of memory",
    });
  });

  it("a compiler that says too much is not listened to for ever, but its error is heard", async () => {
    const warnings = Array.from({ length: 5_000 }, (_, i) => `#warning number ${i} ${"x".repeat(100)}`);
    const files = { "main.c": `${warnings.join("\n")}\nint main(void) { return missing; }\n` };
    let log_chars = 0;
    const refused = compile(files, {
      log: (text) => {
        log_chars += text.length;
      },
    });
    await expect(refused).rejects.toThrow(/^main.c:5001:25: error: use of undeclared identifier 'missing'/);
    expect(log_chars).toBeLessThanOrEqual(LIMITS.log_bytes_max);
  });

  it("an aborted compilation ends at once, with the reason", async () => {
    const abort = new AbortController();
    const running = compile({ "main.c": PREPROCESSOR_BOMB }, { on: backend(), signal: abort.signal });
    setTimeout(() => abort.abort(new Error("lease lost")), 200);
    await expect(running).rejects.toThrow("lease lost");
  });

  it("languages it has no compiler for are refused", async () => {
    await expect(compile({ "Cargo.toml": "", "src/main.rs": "" })).rejects.toMatchObject({
      code: "toolchain_unavailable",
    });
  });
});
