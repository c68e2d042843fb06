import { describe, expect, it } from "vitest";
import type { Language } from "../languages.ts";
import { LIMITS } from "../limits.ts";
import { dependencyManifests } from "./manifests.ts";

function manifests(language: Language, files: Record<string, string>): Record<string, string> | null {
  const tree = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  const found = dependencyManifests({ language, files: [] }, tree);
  return (
    found && Object.fromEntries([...found].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]))
  );
}

const CHECKSUM = "ab".repeat(32);
const cargoLock = (source: string, checksum = CHECKSUM) =>
  `version = 4\n[[package]]\nname = "rand"\nversion = "0.8.5"\nsource = "${source}"\nchecksum = "${checksum}"\n`;
const PUBLIC = "registry+https://github.com/rust-lang/crates.io-index";
const RUST = {
  "Cargo.toml": '[package]\nname = "x"\n[dependencies]\nrand = "0.8"\n',
  "Cargo.lock": cargoLock(PUBLIC),
  "src/main.rs": "fn main() {}",
  ".cargo/config.toml": "[source]",
  "build.rs": "fn main() {}",
};

describe("Rust", () => {
  it("is given manifests and lockfile, and no code or configuration", () => {
    expect(manifests("rust", RUST)).toEqual({
      "Cargo.toml": RUST["Cargo.toml"],
      "Cargo.lock": RUST["Cargo.lock"],
      "src/main.rs": "",
      "build.rs": "",
    });
  });

  it("may have a feature or a crate that is called like a source", () => {
    const toml = '[dependencies]\ngit = "1"\nregistry = { version = "1" }\n[features]\ngit = ["dep:git"]\n';
    expect(manifests("rust", { ...RUST, "Cargo.toml": toml })).not.toBeNull();
  });

  it("may have crates and features that are called like tables of a manifest, and metadata of other tools", () => {
    const toml = `
      [package]
      metadata.docs = { git = "https://example.com/x" }
      [workspace.metadata.docs]
      registry = "mine"
      [dependencies]
      patch = { version = "1" }
      [features]
      patch = ["dep:patch"]`;
    expect(manifests("rust", { ...RUST, "Cargo.toml": toml })).not.toBeNull();
  });

  it("without crates has nothing to fetch", () => {
    expect(manifests("rust", { ...RUST, "Cargo.lock": 'version = 4\n[[package]]\nname = "x"\n' })).toBeNull();
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "a crate from git, locked",
      { "Cargo.lock": cargoLock("git+https://10.0.0.1/x#abc") },
      "comes from git+https://10.0.0.1",
    ],
    [
      "a crate of another registry",
      { "Cargo.lock": cargoLock("registry+http://10.0.0.1/index") },
      "only the public registry",
    ],
    ["a crate without a checksum", { "Cargo.lock": cargoLock(PUBLIC, "") }, "rand has no checksum"],
    [
      "a dependency from git",
      { "Cargo.toml": '[dependencies]\nx = { git = "http://10.0.0.1/x" }' },
      'has "git"',
    ],
    [
      "one for one target",
      { "Cargo.toml": '[target."cfg(unix)".dependencies.x]\nregistry-index = "http://10.0.0.1"' },
      '"registry-index"',
    ],
    ["a patch", { "Cargo.toml": '[patch.crates-io]\nrand = { git = "http://10.0.0.1/x" }' }, 'has "git"'],
    [
      "one called dependencies",
      { "Cargo.toml": '[dependencies.dependencies]\ngit = "http://10.0.0.1"' },
      'has "git"',
    ],
    [
      "one called metadata",
      { "Cargo.toml": '[dependencies.metadata]\ngit = "http://10.0.0.1"' },
      'has "git"',
    ],
    [
      "one for a target called metadata",
      { "Cargo.toml": '[target.metadata.dependencies]\nx = { git = "http://10.0.0.1" }' },
      'has "git"',
    ],
    [
      "one whose name ends like a table's, for a target called so",
      { "Cargo.toml": '[target.dependencies.dependencies.my-dependencies]\ngit = "http://10.0.0.1"' },
      'has "git"',
    ],
    [
      "a patch of another registry",
      { "Cargo.toml": '[patch."http://10.0.0.1"]\nx = { path = "x" }' },
      'has "http:',
    ],
    [
      "one of a member",
      { "part/Cargo.toml": '[build-dependencies]\nx = { registry = "mine" }' },
      "part/Cargo.toml",
    ],
    ["a manifest that is not TOML", { "Cargo.toml": "= 1" }, "Cargo.toml:"],
    ["tables without a bottom", { "Cargo.toml": `${"a.".repeat(100_000)}b = 1` }, "nested deeper than 64"],
    [
      "manifests that would take long to read",
      { "part/Cargo.toml": "#".repeat(LIMITS.manifests_bytes_max) },
      "have more than 4 MiB",
    ],
  ])("refuses %s", (_what, files, why) => {
    expect(() => manifests("rust", { ...RUST, ...files })).toThrow(why);
  });

  it("needs a lockfile", () => {
    const { "Cargo.lock": _lock, ...files } = RUST;
    expect(() => manifests("rust", files)).toThrow("Cargo.lock is missing");
  });
});

describe("Go", () => {
  const GO = { "go.mod": "module x", "go.sum": "y v1.0.0 h1:x", "main.go": "package main" };
  it("is given go.mod and go.sum", () => {
    expect(Object.keys(manifests("go", GO)!)).toEqual(["go.mod", "go.sum"]);
  });
  it("has nothing to fetch without go.sum, or with vendored modules", () => {
    expect(manifests("go", { "go.mod": "module x" })).toBeNull();
    expect(manifests("go", { ...GO, "vendor/modules.txt": "" })).toBeNull();
  });
});

describe("AssemblyScript", () => {
  const npm = (entry: object, root: object = { dependencies: { "as-x": "^1.0.0" } }) => ({
    "package.json": JSON.stringify(root),
    "package-lock.json": JSON.stringify({
      lockfileVersion: 3,
      packages: { "": root, "node_modules/as-x": entry },
    }),
  });
  const GOOD = {
    version: "1.0.0",
    integrity: "sha512-x",
    resolved: "http://10.0.0.1/x.tgz",
    hasInstallScript: true,
  };

  it("is given names, versions and hashes only", () => {
    const scripted = { dependencies: { "as-x": "^1.0.0" }, scripts: { install: "evil" }, overrides: {} };
    const text = JSON.stringify(manifests("assemblyscript", npm(GOOD, scripted)));
    expect(text).toContain("sha512-x");
    expect(text).not.toMatch(/10\.0\.0\.1|evil|overrides/);
  });

  it("has nothing to fetch without a lockfile or dependencies of the program", () => {
    expect(manifests("assemblyscript", { "package.json": "{}" })).toBeNull();
    expect(manifests("assemblyscript", npm({ ...GOOD, dev: true }))).toBeNull();
  });

  it.each<[string, Record<string, string>, string]>([
    ["a package by address", npm({ ...GOOD, version: "http://10.0.0.1/x.tgz" }), "node_modules/as-x"],
    ["a package without a hash", npm({ version: "1.0.0" }), "integrity"],
    [
      "a dependency by address",
      npm(GOOD, { dependencies: { "as-x": "git+ssh://10.0.0.1/x" } }),
      "package.json",
    ],
    [
      "a package's dependency by address",
      npm({ ...GOOD, dependencies: { y: "file:../../etc" } }),
      "dependencies.y",
    ],
    ["a link", { ...npm(GOOD), "package-lock.json": '{"lockfileVersion":3,"packages":{"../x":{}}}' }, "../x"],
    ["a lockfile that is not JSON", { ...npm(GOOD), "package-lock.json": "{" }, "package-lock.json"],
  ])("refuses %s", (_what, files, why) => {
    expect(() => manifests("assemblyscript", files)).toThrow(why);
    expect(() => manifests("assemblyscript", files)).toThrow("dependencies refused");
  });
});
