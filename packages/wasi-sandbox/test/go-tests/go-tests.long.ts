// Tests of Go's own standard library that are about files, time and the system, compiled by the Go that is here.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readTree } from "../../src/cli/host-files.ts";
import { type FileTree, runWasi } from "../../src/index.ts";
import { textOf } from "../helpers.ts";

vi.setConfig({ testTimeout: 1_800_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "go-tests-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const root = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" }).stdout?.trim();

/** Files that tests of the package look for. */
function filesFor(name: string): FileTree {
  const at = (path: string) => join(root, path).slice(1);
  // One of the tests walks through another package's folder.
  const folders = [name, "unicode"].map((each) => join("src", each));
  const sources = folders.flatMap((each) =>
    Object.entries(readTree(join(root, each))).map(([path, entry]) => [at(join(each, path)), entry] as const),
  );
  const tops = ["go.env", "LICENSE", "CONTRIBUTING.md", "VERSION"];
  return {
    tmp: null,
    ...Object.fromEntries(tops.map((file) => [at(file), new Uint8Array(readFileSync(join(root, file)))])),
    ...Object.fromEntries(sources),
  };
}

/** What is left out, and why. */
const SKIPPED: Record<string, string> = {
  // There are no devices.
  os: "DevNull",
  // Recurse 10,000 levels deep: past the rules' stack.
  "path/filepath": "^TestCVE202230632$",
  "io/fs": "^TestCVE202230630$",
};

test.skipIf(!root).each(["os", "path/filepath", "io/fs", "syscall", "internal/poll", "archive/tar"])(
  "%s",
  (name) => {
    const file = join(folder, `${name.replaceAll("/", "_")}.wasm`);
    const env = { ...process.env, GOOS: "wasip1", GOARCH: "wasm" };
    const made = spawnSync("go", ["test", "-c", "-o", file, name], {
      env,
      cwd: join(root, "src"),
      encoding: "utf8",
    });
    expect(made.stderr).toBe("");
    const args = ["go.test", "-test.short", ...(SKIPPED[name] ? ["-test.skip", SKIPPED[name]] : [])];
    const { status, stdout } = runWasi({
      module: new Uint8Array(readFileSync(file)),
      args,
      env: { PWD: join(root, "src", name), GOROOT: root },
      preopens: { "/": filesFor(name) },
    });
    expect([textOf(stdout), status]).toEqual(["PASS\n", "ok"]);
  },
);
