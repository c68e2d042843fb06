// `npm run pack [-- FOLDER]`: the packages that can stand on their own as npm would publish them: JavaScript and types instead of the
// TypeScript that the workspace runs as it is. Writes FOLDER/<package>/ (`dist/` if absent): `npm pack` or `npm publish` takes it from there.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { say } from "./log.ts";
import { at } from "./paths.ts";

/** Each after those it depends on. */
const PACKAGES = ["protocol", "sealer", "wasi-sandbox"];
const SCOPE = "@near-offshore/";

interface Manifest {
  name: string;
  exports: Record<string, string>;
  bin?: Record<string, string>;
  sideEffects?: boolean | string[];
  dependencies?: Record<string, string>;
  [field: string]: unknown;
}

function main(out = at("dist")): number {
  for (const name of PACKAGES) {
    const from = at("packages", name);
    const to = path.join(out, name);
    rmSync(to, { recursive: true, force: true });
    mkdirSync(to, { recursive: true });
    const manifest = JSON.parse(readFileSync(path.join(from, "package.json"), "utf8")) as Manifest;
    if (!compile(from, to, out, manifest)) return 1;
    for (const file of javaScriptIn(to)) writeFileSync(file, withJavaScriptUrls(readFileSync(file, "utf8")));
    writeFileSync(path.join(to, "package.json"), `${JSON.stringify(published(manifest), null, 2)}\n`);
    if (existsSync(path.join(from, "README.md")))
      copyFileSync(path.join(from, "README.md"), path.join(to, "README.md"));
    copyFileSync(at("LICENSE"), path.join(to, "LICENSE"));
    say(`${manifest.name}: ${to}`);
  }
  return 0;
}

function compile(from: string, to: string, out: string, { dependencies = {} }: Manifest): boolean {
  const mine = Object.keys(dependencies).filter((name) => name.startsWith(SCOPE));
  const config = {
    extends: at("tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      declaration: true,
      typeRoots: [at("node_modules/@types")],
      rootDir: from,
      outDir: to,
      // The types of the packages before it, as published.
      paths: Object.fromEntries(
        mine.map((name) => [name, [path.join(out, name.slice(SCOPE.length), "src/index.d.ts")]]),
      ),
    },
    include: [path.join(from, "src")],
    exclude: [path.join(from, "**/*.test.ts")],
  };
  const config_path = path.join(to, "tsconfig.json");
  writeFileSync(config_path, JSON.stringify(config));
  const { status } = spawnSync("tsc", ["-p", config_path], { stdio: ["ignore", 2, 2], cwd: at() });
  rmSync(config_path);
  return status === 0;
}

/** `new URL("./x.ts", import.meta.url)` is a file that the compiler does not know of. */
function withJavaScriptUrls(source: string): string {
  return source.replaceAll(/(new URL\("\.[^"]*)\.ts"/g, '$1.js"');
}

function javaScriptIn(directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".js")).map((file) => path.join(directory, file));
}

function published({ exports, bin, sideEffects, ...manifest }: Manifest): Record<string, unknown> {
  const { private: _private, scripts: _scripts, devDependencies: _dev, ...fields } = manifest;
  const js = (file: string) => file.replace(/\.ts$/, ".js");
  const entry = (file: string) => ({ types: file.replace(/\.ts$/, ".d.ts"), default: js(file) });
  return {
    ...fields,
    files: ["src"],
    exports: Object.fromEntries(Object.entries(exports).map(([name, file]) => [name, entry(file)])),
    ...(bin && { bin: Object.fromEntries(Object.entries(bin).map(([name, file]) => [name, js(file)])) }),
    ...(sideEffects !== undefined && {
      sideEffects: typeof sideEffects === "boolean" ? sideEffects : sideEffects.map(js),
    }),
  };
}

process.exitCode = main(...process.argv.slice(2));
